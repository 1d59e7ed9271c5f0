"""The wire between a browser and the server: it can be cut, slowed, and made to lose an answer after the server has done its work."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field

FIRST_PIECE = 40_000


@dataclass
class Call:
    """One connection: both ends, and what was last asked on it."""

    client: socket.socket
    server: socket.socket
    asked: bytes = b""
    dead: bool = False

    def hang_up(self) -> None:
        self.dead = True
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class Wire:
    """Listens on one port for good, so that the browser's origin stays the same whatever the server does."""

    port: int
    target: int = 0
    up: bool = True
    answer_delay_s: float = 0.0
    answers_to_lose: int = 0
    lost: int = 0
    # questions that begin so get no further than their first piece, as on a line that hangs
    stall: bytes = b""
    stalled: int = 0
    heads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", self.port))
        self.port = self.door.getsockname()[1]
        self.calls: list[Call] = []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._listen)]
        self.threads[0].start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        self.up = False
        for call in self.calls:
            call.hang_up()

    def mend(self) -> None:
        self.up = True

    def close(self) -> None:
        self.cut()
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for thread in self.threads:
            thread.join(10)

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self.door.accept()
            except OSError:
                return
            try:
                if not self.up:
                    raise ConnectionRefusedError
                server = socket.create_connection(("127.0.0.1", self.target), 5)
                server.settimeout(None)
            except OSError:
                client.close()
                continue
            call = Call(client, server)
            self.calls.append(call)
            if not self.up:  # cut while this one was being joined
                call.hang_up()
            pair = [threading.Thread(target=self._carry, args=(call,))]
            self.threads += pair
            for thread in pair:
                thread.start()

    def _carry(self, call: Call) -> None:
        back = threading.Thread(target=self._pump, args=(call, call.server, call.client, self._on_answer))
        back.start()
        self._pump(call, call.client, call.server, self._on_question)
        back.join()
        call.client.close()
        call.server.close()

    def _pump(self, call: Call, source: socket.socket, sink: socket.socket, look) -> None:
        try:
            while chunk := source.recv(65536):
                if not look(call, chunk):
                    break
                sink.sendall(chunk)
        except OSError:
            pass
        call.hang_up()

    def _on_question(self, call: Call, chunk: bytes) -> bool:
        if chunk[:5] in (b"GET /", b"POST ", b"HEAD ", b"PUT /"):
            call.asked = b""
        call.asked += chunk
        if b"\r\n\r\n" in call.asked and not call.dead:
            head = call.asked.partition(b"\r\n\r\n")[0].decode("latin-1")
            if not self.heads or self.heads[-1] != head:
                self.heads.append(head)
        return not self._hangs(call)

    def _hangs(self, call: Call) -> bool:
        begun = not call.asked.startswith(b"PUT") or len(call.asked) > FIRST_PIECE
        if not self.stall or not call.asked.startswith(self.stall) or not begun:
            return False
        self.stalled += 1
        while self.stall and self.up and not call.dead:
            time.sleep(0.02)
        return True

    def _on_answer(self, call: Call, chunk: bytes) -> bool:
        if not call.asked.startswith(b"POST /api/sync"):
            return True
        if self.answer_delay_s:
            time.sleep(self.answer_delay_s)
        if b'"ops":["' in call.asked:
            with self.lock:
                if self.answers_to_lose > 0:
                    self.answers_to_lose -= 1
                    self.lost += 1
                    return False
        return True
