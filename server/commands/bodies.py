"""Whole bodies only: a request takes one of the places at work when all of its body is here.

granian hands a request to a thread as soon as its head is here, and reading the body then waits for the client: with four threads,
four phones on a bad line, or four enemies who send a byte a minute, would stop everybody. So there are many threads to wait in,
which cost nothing while they wait, and few places to work at. Measured with one process, four places and ten bodies that never
come: before, the next request got no answer at all; now it takes the usual millisecond. A body that takes longer than a minute is
given up; what stands in front of a server (README) reads whole bodies itself, and then none of this ever happens."""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from typing import IO, Any

WAITING_ROOM = 60
# the threads that are left when this many wait answer what comes without a body, and say "busy" to what comes with one
MOST_READING = 48
LONGEST_SECONDS = 60
# so small that a client cannot hold a thread for long between two looks at the clock
PIECE = 512
MOST_BYTES = 8 * 1024 * 1024 + 1
MOST_IN_MEMORY = 256 * 1024
LATE = json.dumps({"word": "busy", "request": ""}).encode()
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WholeBodies:
    """Around the application of a process: `places` requests are worked at together."""

    def __init__(self, app: Wsgi, places: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.app, self.clock = app, clock
        self.places = threading.Semaphore(places)
        self.reading = threading.Semaphore(MOST_READING)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if not _comes_with_a_body(environ):
            with self.places:
                return self.app(environ, start)
        with tempfile.SpooledTemporaryFile(MOST_IN_MEMORY) as body:
            if not self._read_among_others(environ["wsgi.input"], body):
                start("503 SERVICE UNAVAILABLE", [("Content-Type", "application/json"), ("Retry-After", "5"), ("Connection", "close")])
                return [LATE]
            with self.places:
                return self.app(environ | {"wsgi.input": body, "wsgi.input_terminated": True}, start)

    def _read_among_others(self, source: IO[bytes], body: IO[bytes]) -> bool:
        if not self.reading.acquire(blocking=False):
            return False
        try:
            return self._read(source, body)
        finally:
            self.reading.release()

    def _read(self, source: IO[bytes], body: IO[bytes]) -> bool:
        """False when it takes too long. Of one that is too large no more is read than shows it."""
        until, size = self.clock() + LONGEST_SECONDS, 0
        while size < MOST_BYTES and (piece := source.read(PIECE)):
            body.write(piece)
            size += len(piece)
            if self.clock() > until:
                return False
        body.seek(0)
        return True


def _comes_with_a_body(environ: dict[str, Any]) -> bool:
    """One whose length says that nobody will read it is left where it is."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length:
        return "HTTP_TRANSFER_ENCODING" in environ
    return length.isdigit() and 0 < int(length) < MOST_BYTES
