"""The real server for a world of phones: its services in process, or its doors through Flask's test client.

It can be killed and started again, copied, and put back to an older copy."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from decided import decide
from server import create_app
from server.api.sync import spelled
from server.config import read_config
from server.nudge import inbox
from server.services.books import changes, intake
from server.services.keeping import upkeep
from server.services.people import roster
from server.services.telling import notices
from server.store.copies import kept_columns
from server.store.db import db, writing
from server.store.host.keys import make_instance_files, read_key
from server.store.migrations import found
from server.store.people import devices, sessions
from sync.op import to_base64url
from sync.signing import jwk_of, thumbprint
from worlds.cast import BOOKS, COLLEGE, FIRM, MEMBERS, NOW, OPENED, PEOPLE, PHONES, PLAN, YANG, joined, key
from worlds.wire import Reply

Copy = dict[str, list[tuple[Any, ...]]]
NO_LIMIT = {"sync_per_minute": 10**9, "writes_per_minute": 10**9, "phone_idle_days": 10**6, "phone_days": 10**6}


class Server:
    """`doors`: requests pass the whole application instead of its services alone."""

    def __init__(self, home: Path, url: str | None = None, doors: bool = False) -> None:
        make_instance_files(home)
        config = read_config({"JIANGJI_HOME": str(home), "JIANGJI_HASH_MEMORY_KIB": "256"})
        self.config = replace(config, database_url=url or config.database_url, **NO_LIMIT)
        self.now, self.doors, self.numbers = NOW, doors, count(1)
        self.key = read_key(self.config.server_key)
        found(self.config.database_url, self.key, "epoch-0", NOW, lambda _: None)
        self.app = create_app(self.config, lambda: self.now, self.chance, home)
        self._fill()
        self.born = self.copy()

    def chance(self, size: int) -> bytes:
        return hashlib.shake_256(f"chance {next(self.numbers)}".encode()).digest(size)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        with self.app.app_context():
            yield

    # --- who is there ---------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        with self.inside():
            roster.make_org(COLLEGE, "college", "学院")
            roster.make_org(FIRM, "enterprise", "工厂")
            for person, role in PEOPLE.items():
                roster.make_person(person, f"name {person[-2:]}", f"login{person[-2:]}", NOW)
                roster.give_role(person, role, COLLEGE if role == "coordinator" else FIRM)
                with writing() as conn:
                    session = sessions.Session(f"s-{person}", person, "phone", NOW, NOW)
                    sessions.insert_session(conn, session, token_of(person), "")
        for number, (name, person) in enumerate(PHONES.items(), start=1):
            assert self.enrol(person, key(number), name)
        for book, person in BOOKS.items():
            self.act("book.opened", book, {**OPENED, "apprentice": person})
            self.act("plan.set", book, PLAN)
        for number, ((book, person), role) in enumerate(MEMBERS.items()):
            self.act("member.joined", book, joined(person, role, number))

    def enrol(self, person: str, private: EllipticCurvePrivateKey, label: str) -> bool:
        """False where the key is enrolled already."""
        jwk = jwk_of(private.public_key())
        row = {"id": thumbprint(jwk), "person_id": person, "x": jwk["x"], "y": jwk["y"], "label": label}
        with self.inside(), writing() as conn:
            if devices.select_keys(conn, [row["id"]]):
                return False
            devices.insert_device(conn, {**row, "shared": False, "status": "active", "now": self.now})
        return True

    def end_device(self, device: str, person: str, how: str) -> bool:
        """False where the server knows no such device, or it has ended already."""
        with self.inside(), writing() as conn:
            return devices.update_device_status(conn, device, person, how)

    # --- what is asked of it ----------------------------------------------------------------------------------------

    def exchange(self, person: str, raw: bytes) -> Reply:
        return self._through_doors(person, raw) if self.doors else self._through_services(person, raw)

    def _through_doors(self, person: str, raw: bytes) -> Reply:
        headers = {"X-App": "1", "Sec-Fetch-Site": "same-origin", "Cookie": f"__Host-sid={token_of(person)}"}
        client = self.app.test_client(use_cookies=False)
        answer = client.post(
            "/api/sync", data=raw, content_type="application/json", headers=headers, base_url="http://127.0.0.1:5000"
        )
        return Reply(answer.status_code, answer.get_data())

    def _through_services(self, person: str, raw: bytes) -> Reply:
        try:
            given = json.loads(raw)
        except ValueError:
            return Reply(400, b'{"word":"bad_request"}')
        with self.inside():
            verdicts = intake.accept(given["ops"], self.now) if given["ops"] else {}
            have = {book: (seq, chain) for book, (seq, chain) in given["have"].items()}
            epoch, pages, gone = changes.changes(person, given["epoch"], have, given["limit"], self.now)
        return Reply(200, spelled(epoch, self.now, verdicts, pages, gone).encode())

    def act(
        self, kind: str, book: str, body: dict[str, Any], doc: str | None = None, of: str | None = None
    ) -> tuple[str, dict[str, Any]] | None:
        asked = {"book": book, "kind": kind, "doc": doc or book, "of": of, "body": body}
        with self.inside():
            return decide(self.key.private, YANG, "s-desk", asked, self.now, self.chance)

    def expire_held(self) -> int:
        with self.inside():
            return upkeep.expire_held(self.now)

    def tell(self) -> None:
        """People hear what others did, once that has settled."""
        with self.inside():
            notices.tell(self.key, self.chance, self.now + inbox.SETTLE)

    def verify(self) -> tuple[upkeep.Difference, ...]:
        with self.inside():
            return upkeep.verify(lambda done, total: None).differences

    # --- what can happen to it --------------------------------------------------------------------------------------

    def restart(self) -> None:
        """The process is gone and another has come."""
        with self.inside():
            db.engine.dispose()
        intake.KEYS.clear()

    def copy(self) -> Copy:
        with self.inside(), db.engine.connect() as conn, conn.begin():
            return {
                table.name: [tuple(row) for row in conn.execute(sa.select(*kept_columns(table.name)))]
                for table in db.metadata.sorted_tables
            }

    def put_back(self, copy: Copy, epoch: str | None = None) -> None:
        """A person restores an older copy with tools of his own; with `epoch` he tells the server so, as `jiangji restore` does."""
        with self.inside(), db.engine.connect() as conn:
            with conn.execution_options(writes=True).begin():
                self._empty(conn)
                for table in db.metadata.sorted_tables:
                    names = [column.name for column in kept_columns(table.name)]
                    if copy[table.name]:
                        conn.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in copy[table.name]])
                if epoch:
                    told = {"epoch": epoch, "now": self.now}
                    conn.execute(sa.text("UPDATE instance SET epoch = :epoch, restored_at = :now"), told)
        counters = self.app.extensions["jiangji"].limits.memory
        counters[:] = bytes(len(counters))  # a world's clock begins anew, which no real one does
        self.restart()

    def _empty(self, conn: sa.Connection) -> None:
        """Past the triggers that keep operations: nothing of the product can do this."""
        names = [table.name for table in reversed(db.metadata.sorted_tables)]
        if conn.dialect.name == "postgresql":
            conn.execute(sa.text("SET LOCAL session_replication_role = replica"))
            conn.execute(sa.text(f"TRUNCATE {', '.join(names)}"))
            return
        guards = conn.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).fetchall()
        for name, _ in guards:
            conn.execute(sa.text(f"DROP TRIGGER {name}"))
        for name in names:
            conn.execute(sa.text(f"DELETE FROM {name}"))
        for _, statement in guards:
            conn.exec_driver_sql(statement)

    # --- what it holds, asked behind its back -----------------------------------------------------------------------

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.inside(), db.engine.connect() as conn:
            return [tuple(row) for row in conn.execute(sa.text(statement), values)]

    def documents(self, book: str) -> dict[str, dict[str, Any]]:
        rows = self.rows("SELECT id, seq, body FROM documents WHERE book_id = :book", book=book)
        return {row[0]: {"seq": row[1], **json.loads(row[2])} for row in rows}

    def seen_by(self, person: str) -> set[str]:
        statement = (
            "SELECT DISTINCT book_id FROM members WHERE person_id = :person AND from_day <= :today"
            " AND (to_day IS NULL OR to_day >= :today)"
        )
        today = datetime.fromtimestamp(self.now / 1000, timezone(timedelta(hours=8))).date().isoformat()
        return {row[0] for row in self.rows(statement, person=person, today=today)}


class Twins:
    """Two servers that are told the same. Whatever they answer must be equal (S15); the first is asked behind its back."""

    def __init__(self, first: Server, second: Server) -> None:
        self.both = first, second
        second.key, second.born = first.key, first.born
        second.put_back(first.born)

    @property
    def now(self) -> int:
        return self.both[0].now

    @now.setter
    def now(self, now: int) -> None:
        for server in self.both:
            server.now = now

    def __getattr__(self, name: str) -> Any:
        return getattr(self.both[0], name)

    def _together(self, name: str, *given: Any, **named: Any) -> Any:
        start = next(self.both[0].numbers)
        answers = []
        for server in self.both:
            server.numbers = count(start + 1)
            answers.append(getattr(server, name)(*given, **named))
        assert answers[0] == answers[1], (name, answers)
        return answers[0]

    def exchange(self, person: str, raw: bytes) -> Reply:
        return self._together("exchange", person, raw)

    def act(self, *given: Any, **named: Any) -> Any:
        return self._together("act", *given, **named)

    def enrol(self, *given: Any) -> bool:
        return bool(self._together("enrol", *given))

    def end_device(self, *given: Any) -> bool:
        return bool(self._together("end_device", *given))

    def expire_held(self) -> int:
        return int(self._together("expire_held"))

    def tell(self) -> None:
        self._together("tell")

    def verify(self) -> Any:
        return self._together("verify")

    def restart(self) -> None:
        self._together("restart")

    def put_back(self, *given: Any) -> None:
        self._together("put_back", *given)


def token_of(person: str) -> str:
    return to_base64url(hashlib.sha256(f"token {person}".encode()).digest())
