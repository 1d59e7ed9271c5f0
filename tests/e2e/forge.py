"""Starts servers: each is a fork of one process that has imported everything, so none waits for Python to read its packages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import provide
from e2e.clock import Clock
from server import create_app
from server.cli import main
from server.commands.serving import answer_here, listen
from server.config import read_config


@dataclass(frozen=True)
class Started:
    """A server's process. It is the forge's child, so all that is known of it is whether it is there."""

    pid: int

    def is_there(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def end(self, seconds: float = 30) -> None:
        """As a supervisor ends it, and no return before it has gone."""
        give_up = time.monotonic() + seconds
        os.kill(self.pid, signal.SIGTERM)
        while self.is_there():
            assert time.monotonic() < give_up, f"the server {self.pid} did not end"
            time.sleep(0.01)


class Forge:
    """The process that forks. Ends with whoever started it, because its questions end then."""

    def __init__(self) -> None:
        env = os.environ | {"PYTHONPATH": f"{provide.ROOT}:{provide.ROOT / 'tests'}"}
        command = [sys.executable, "-m", "e2e.forge"]
        self.process = subprocess.Popen(command, cwd=provide.ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, port: int, env: dict[str, str], log: Path, pages: Path | None = None, clock: Path | None = None) -> Started:
        """`jiangji serve` in this environment and no other; or a server of another build of the pages than that in server/app, or one
        with another clock than the machine's."""
        assert self.process.stdin is not None and self.process.stdout is not None
        asked = {"port": port, "pages": pages and str(pages), "clock": clock and str(clock), "env": env, "log": str(log)}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return Started(int(self.process.stdout.readline()))

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def become(asked: dict[str, Any]) -> None:
    """The fork turns into the server that was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with open(os.devnull, "rb") as nothing, open(asked["log"], "ab") as log:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.environ.clear()
    os.environ |= asked["env"]
    own: dict[str, Any] = {"page_folder": Path(asked["pages"])} if asked["pages"] else {}
    if asked["clock"]:
        own["clock"] = Clock(Path(asked["clock"]))
    if own:
        answer_here(lambda: create_app(read_config(), **own), listen("127.0.0.1", asked["port"]), 4)
    else:
        main(["serve", "--port", str(asked["port"]), "--workers", "1"])


def answer() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a server that has gone
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            become(json.loads(line))
            return
        print(pid, flush=True)


if __name__ == "__main__":
    answer()
