"""A home, a database and a small college, with the real server at work on them; started, killed and asked as a phone asks it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import provide
from bench.town import Town, new_id, now
from server import create_app
from server.config import read_config
from server.services.keeping import upkeep
from server.store.db import db, writing
from server.store.people import sessions

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from server.cli import main; main()")
MORE = {"JIANGJI_HASH_MEMORY_KIB": "256", "JIANGJI_LOGINS_PER_TEN_MINUTES": "100000000"}
PATIENCE = 60


def pick_port() -> int:
    """Below the range connections go out from: a phone that knocks while nobody listens must not hear itself."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise provide.Missing("No free port between 20000 and 32000.")


class Line:
    """One connection that is kept open, with the cookie of a session."""

    def __init__(self, port: int, token: str) -> None:
        self.wire = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = {
            "Content-Type": "application/json", "X-App": "1", "Origin": f"http://127.0.0.1:{port}", "Cookie": f"__Host-sid={token}",
        }  # fmt: skip

    def post(self, raw: bytes, path: str = "/api/sync") -> tuple[int, bytes]:
        """Status and body; OSError or HTTPException when the line broke, and then nobody knows what has happened."""
        try:
            self.wire.request("POST", path, raw, self.headers)
            answer = self.wire.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def exchange(self, ops: Sequence[str] = (), have: dict[str, Any] | None = None, limit: int = 0) -> tuple[int, bytes]:
        asked = {"v": 1, "build": "soak", "epoch": "", "have": have or {}, "ops": list(ops), "limit": limit}
        return self.post(json.dumps(asked).encode())

    def pull(self) -> tuple[dict[str, tuple[int, str]], list[dict[str, Any]]]:
        """Everything from the beginning: where each book stands, and its documents as they came."""
        have: dict[str, tuple[int, str]] = {}
        docs, more = [], True
        while more:
            status, raw = self.exchange(have=have, limit=500)
            if status != 200:
                raise RuntimeError(f"pull: {status} {raw[:200]!r}")
            pages = json.loads(raw)["books"]
            docs += [doc | {"book": page["id"]} for page in pages for doc in page["docs"]]
            have |= {page["id"]: (page["seq"], page["chain"]) for page in pages}
            more = any(page["more"] for page in pages)
        return have, docs

    def close(self) -> None:
        self.wire.close()


class Land:
    """`url` may be moved to another database: a restored one."""

    def __init__(self, folder: Path, url: str) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.town = Town(self.home, url)
        self.log = folder / "server.log"
        self.port, self.process, self.began = pick_port(), None, 0.0
        self.app, self.url = self.town.app, url

    # --- the server's process -----------------------------------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        return {**self.town.environment(), "JIANGJI_DATABASE": self.url, **MORE}

    def start(self) -> None:
        command = [*COMMAND, "serve", "--port", str(self.port), "--workers", "2"]
        self.began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def wait_ready(self, token: str) -> float:
        """Seconds from the start to the first exchange that was answered."""
        while time.monotonic() < self.began + PATIENCE:
            with contextlib.closing(Line(self.port, token)) as line:
                with contextlib.suppress(OSError, http.client.HTTPException):
                    if line.exchange()[0] == 200:
                        return time.monotonic() - self.began
            if self.process is None or self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError("the server did not come: " + self.log.read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        """Supervisor and workers at one stroke; none of them can do anything more."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            while group_lives(self.process.pid):
                time.sleep(0.001)
            self.process = None

    def workers(self) -> list[int]:
        """The processes that answer."""
        return children(self.process.pid) if self.process else []

    def command(self, *words: str) -> str:
        """A command of `jiangji`; what it says."""
        done = subprocess.run(
            [*COMMAND, *words], cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False, timeout=600
        )
        if done.returncode:
            raise RuntimeError(f"jiangji {words[0]}: {done.stderr[-1500:]}")
        return done.stdout

    # --- the world behind its back ------------------------------------------------------------------------------------

    def move(self, url: str) -> None:
        self.rest()
        self.url = url
        self.app = create_app(read_config(self.environment()))

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.app.app_context(), db.engine.connect() as conn:
            return [tuple(row) for row in conn.execute(sa.text(statement), values)]

    def change(self, statement: str, **values: Any) -> None:
        with self.app.app_context(), writing() as conn:
            conn.execute(sa.text(statement), values)

    def admit(self, person: str, kind: str = "phone") -> str:
        """Another session."""
        token = secrets.token_urlsafe(32)
        with self.app.app_context(), writing() as conn:
            sessions.insert_session(conn, sessions.Session(new_id(), person, kind, now(), now(), now(), now()), token, "soak")
        return token

    def verify(self) -> upkeep.Checked:
        with self.app.app_context():
            return upkeep.verify(lambda done, total: None)

    def alarms(self) -> list[str]:
        """What the server called an error in its log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return [line for line in lines if '"level": "ERROR"' in line or "Traceback" in line]

    def rest(self) -> None:
        """Let go of the database."""
        with self.app.app_context(), contextlib.suppress(Exception):
            db.engine.dispose()


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return sorted(int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return []


def group_lives(group: int) -> bool:
    """Whether a process of this group can still run; one that only waits to be buried cannot."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            state, _, of_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(of_group) == group and state not in "ZX":
                return True
    return False


@contextlib.contextmanager
def land(folder: Path, database: str, cluster: provide.Cluster | None = None) -> Iterator[Land]:
    """A new land on `sqlite` or on `postgresql`; gone afterwards, with the server that works there."""
    url = cluster.fresh_database() if cluster else f"sqlite:///{folder / 'jiangji.db'}"
    if database == "postgresql" and cluster is None:
        raise ValueError("postgresql needs a cluster")
    there = Land(folder, url)
    try:
        yield there
    finally:
        there.kill()
        there.rest()
        there.town.rest()


@contextlib.contextmanager
def cluster_for(database: str) -> Iterator[provide.Cluster | None]:
    """A durable PostgreSQL, where one is wanted."""
    if database != "postgresql":
        yield None
        return
    cluster = provide.Cluster(durable=True)
    try:
        yield cluster
    finally:
        cluster.stop()
