"""A real server for real browsers: one college, one book, two people with slips; started, killed and restored by the test."""

from __future__ import annotations

import datetime
import json
import os
import secrets
import shutil
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

import provide
from decided import decide
from e2e.clock import Clock
from e2e.forge import Forge, Started
from e2e.rows import Rows, change_rows
from e2e.wire import Wire
from server import create_app
from server.config import read_config
from server.papers.archive import Reader
from server.services.books import intake
from server.services.demo.cast import MODULES, PLACES, RULES, SAMPLE
from server.services.keeping import copies
from server.services.people import roster
from server.store.db import db, writing
from server.store.host.keys import ServerKey, make_instance_files, read_key
from server.store.migrations import found
from server.store.people import devices
from sync.op import from_base64url, to_base64url
from sync.signing import jwk_of, make_jws, thumbprint

APPRENTICE, MENTOR = ("陈嘉豪", "chenjiahao"), ("周国强", "zhouguoqiang")
CODE = "7K3MQ0X9TB"
CAST = ("college", "firm", "coordinator", "book", "apprentice", "mentor")
DAY_MS = 86_400_000


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> int:
    return time.time_ns() // 1_000_000


def day(ms: int) -> str:
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms + 8 * 3_600_000)).date().isoformat()


@dataclass(frozen=True)
class Arrived:
    """An operation of a phone's as the server has it."""

    id: str
    verdict: str
    word: str | None
    made_at: int
    received_at: int
    payload: dict[str, Any]


def sqlite_in(home: Path) -> str:
    return f"sqlite:///{home / 'jiangji.db'}"


@dataclass(frozen=True)
class Activated:
    """A phone that is switched off, and the server's rows before and after its activation."""

    profile: Path
    before: Rows
    after: Rows


@dataclass
class Shared:
    """What all sites of a run have in common: who is in them, where they answer, and phones that know them."""

    forge: Forge
    port: int = field(default_factory=provide.find_free_port)
    ids: dict[str, str] = field(default_factory=lambda: {name: new_id() for name in CAST})
    phones: dict[str, Activated] = field(default_factory=dict)


class Site:
    """The server's files, database and process, behind a wire that keeps its port. What is in it the seed knows."""

    def __init__(self, home: Path, url: str, shared: Shared, pages: Path | None = None) -> None:
        self.home, self.url, self.shared, self.pages = home, url, shared, pages
        self.college, self.firm, self.coordinator, self.book, *people = shared.ids.values()
        self.people = dict(zip(CAST[-2:], people, strict=True))
        self.wire, self.copied = Wire(shared.port), 0
        self.process: Started | None = None
        self.clock: Clock | None = None
        make_instance_files(home)
        self.env = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "JIANGJI_HOME": str(home), "JIANGJI_DATABASE": url, "JIANGJI_HASH_MEMORY_KIB": "256",
            "JIANGJI_SECOND_FACTOR": "offered", "JIANGJI_SYNC_PER_MINUTE": "600", "JIANGJI_HOSTS": "127.0.0.1",
        }  # fmt: skip
        self.config = read_config(self.env)
        self.app = create_app(self.config)

    # --- the world -------------------------------------------------------------------------------------------------

    def fill(self) -> None:
        """The first time: files, tables, people, their slips, a book with a plan."""
        found(self.config.database_url, self.key, "epoch-1", now(), lambda _: None)
        with self.app.app_context():
            roster.make_org(self.college, "college", "海滨技师学院（示例）")
            roster.make_org(self.firm, "enterprise", "海湾智能装备有限公司（示例）")
            roster.make_person(self.coordinator, "杨慧敏", "yanghuimin", now())
            roster.give_role(self.coordinator, "coordinator", self.college)
            for role, (name, login) in (("apprentice", APPRENTICE), ("mentor", MENTOR)):
                roster.make_person(self.people[role], name, login, now())
                roster.give_role(self.people[role], role, self.firm)
                roster.issue_code(self.hasher, self.people[role], CODE, new_id(), now())
        start = day(now() - 200 * DAY_MS)
        self.act("book.opened", {
            "apprentice": self.people["apprentice"], "learner": "student_apprentice", "occupation": "工业机器人系统操作员",
            "level": "三级/高级工", "enterprise": self.firm, "college": self.college, "from": start, "to": day(now() + 500 * DAY_MS),
        })  # fmt: skip
        self.act("plan.set", {
            "plan": "plan-1", "name": "2024级工业机器人1班 600 学时", "rule_set": "sample-600", "source": SAMPLE, "status": "示例",
            "modules": MODULES["student_apprentice"], "places": PLACES, "rules": RULES, "closed_days": [],
        })  # fmt: skip
        for role, person in self.people.items():
            self.act("member.joined", {"member": new_id(), "person": person, "role": role, "org": None, "from": start, "to": None})

    @property
    def key(self) -> ServerKey:
        return read_key(self.config.server_key)

    def act(self, kind: str, body: dict[str, Any], doc: str | None = None, of: str | None = None) -> None:
        """A decision of the coordinator's."""
        asked = {"book": self.book, "kind": kind, "doc": doc or self.book, "of": of, "body": body}
        with self.app.app_context():
            done = decide(self.key.private, self.coordinator, "desk", asked, now(), secrets.token_bytes)
        assert done is not None and done[1]["as"] == "accepted", (kind, done)

    def take_in(self, login: str, profile: Path) -> None:
        """This person's phone, activated: the server knows it, and it lies there switched off."""
        phone = self.shared.phones[login]
        shutil.copytree(phone.profile, profile, symlinks=True)
        with self.app.app_context(), writing() as conn:
            change_rows(conn, phone.before, phone.after)

    def pen(self, role: str) -> Callable[..., None]:
        """Somebody's other device, which has no screen here: writes one operation at a time."""
        private = generate_private_key(SECP256R1())
        jwk = jwk_of(private.public_key())
        row = {"id": thumbprint(jwk), "x": jwk["x"], "y": jwk["y"], "label": "", "shared": False, "status": "active"}
        with self.app.app_context(), writing() as conn:
            devices.insert_device(conn, row | {"person_id": self.people[role], "now": now()})

        def write(kind: str, doc: str, of: str | None, body: dict[str, Any]) -> None:
            payload = {
                "v": 1, "book": self.book, "kind": kind, "body": body, "doc": doc, "of": of, "deps": [], "by": self.people[role],
                "count": 1, "at": now(), "seen": 0, "salt": to_base64url(secrets.token_bytes(16)),
            }  # fmt: skip
            with self.app.app_context():
                verdicts = intake.accept([make_jws(private, "jj-op", payload)], now())
            assert [verdict["as"] for verdict in verdicts.values()] == ["accepted"], verdicts

        return write

    @property
    def hasher(self) -> Any:
        return self.app.extensions["jiangji"].hasher

    def end_sessions(self) -> None:
        with self.app.app_context(), db.engine.begin() as conn:
            conn.execute(sa.text("UPDATE sessions SET ended_at = :now WHERE ended_at IS NULL"), {"now": now()})

    # --- the truth -------------------------------------------------------------------------------------------------

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.app.app_context(), db.engine.connect() as conn:
            return list(conn.execute(sa.text(statement), values))

    def arrived(self, kind: str = "entry.logged") -> list[Arrived]:
        """What phones have written and the server has, oldest first."""
        told = []
        for op_id, verdict, word, jws, at in self.rows("SELECT id, verdict, word, jws, received_at FROM ops ORDER BY received_at"):
            payload = json.loads(from_base64url(jws.split(".")[1]))
            if payload["kind"] == kind:
                told.append(Arrived(op_id, verdict, word, payload["at"], at, payload))
        return told

    def texts(self) -> list[str]:
        """The words of every entry that counts, sorted; an entry twice would be here twice."""
        bodies = [json.loads(row[0]) for row in self.rows("SELECT body FROM documents WHERE book_id = :book", book=self.book)]
        return sorted(body["content"]["text"] for body in bodies if body["kind"] == "entry")

    # --- the process -----------------------------------------------------------------------------------------------

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def start(self) -> None:
        self.wire.target = provide.find_free_port()
        port = self.wire.target
        clock = self.clock.path if self.clock else None
        self.process = self.shared.forge.start(port, self.env, self.log, self.pages, clock)
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up and self.process.is_there():
            # a port that is open may only have been looked at: the server itself must answer
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5) as answer:
                answer.read()
                return
            time.sleep(0.02)
        raise AssertionError(self.log.read_text()[-2000:])

    def live_at(self, at: int, **env: str) -> Clock:
        """The server once more, with the test's clock and with these lines of its environment changed; jobs done here go by it too."""
        self.stop()
        self.clock = Clock(self.home / "clock")
        self.clock.set(at)
        self.env |= env
        with self.app.app_context():
            db.engine.dispose()
        self.config = read_config(self.env)
        self.app = create_app(self.config, self.clock)
        self.start()
        return self.clock

    def stop(self) -> None:
        if self.process is not None:
            self.process.end()
            self.process = None

    def close(self) -> None:
        self.wire.close()
        self.stop()
        with self.app.app_context():
            db.engine.dispose()

    # --- copies ----------------------------------------------------------------------------------------------------

    @property
    def _home(self) -> copies.Home:
        return copies.Home(self.home, self.config.blobs, self.home / "secret", self.config.server_key)

    def back_up(self) -> Path:
        self.copied += 1
        target = self.home / f"copy-{self.copied}"
        with self.app.app_context():
            copies.back_up(target, self._home, False, now(), lambda done, total: None)
        return target

    def restore(self, copy: Path) -> None:
        with self.app.app_context():
            db.engine.dispose()
        reader = Reader(copy)
        copies.restore(reader, self.url, self._home, (True, False), secrets.token_hex(8), now(), lambda done, total: None)
        reader.zip.close()
