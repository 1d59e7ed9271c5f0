"""Two writers and a reader on PostgreSQL, through every interleaving: a reader that follows its cursor misses nothing (S3, S4).

The control follows a BIGSERIAL in the same interleavings and must be seen to miss rows, or this test could not see anything."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.services.books import changes, intake
from server.store.db import db
from server.store.host.keys import read_key
from server.store.migrations import found
from serving import NOW, Phone, Site, fill, person_id

# a writer stops once before its commit; the reader asks once in between and once at the end
SCHEDULES = sorted(set(itertools.permutations("AABBR")))
PATIENCE = 0.12
LONG = 20.0


class Writer(threading.Thread):
    """Works until just before its commit, then waits to be let go. Blocked by the other's lock, it goes on by itself later."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self.work, self.fault = work, None
        self.at_commit, self.may_commit = threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            self.work()
        except BaseException as fault:
            self.fault = fault

    def reached_commit(self) -> None:
        self.at_commit.set()
        assert self.may_commit.wait(LONG), f"{self.name} was never let go"

    def step(self) -> None:
        if not self.ident:
            self.start()
            self.at_commit.wait(PATIENCE)
        else:
            self.may_commit.set()
            self.join(PATIENCE)

    def finish(self) -> None:
        self.may_commit.set()
        self.join(LONG)
        assert not self.is_alive() and self.fault is None, f"{self.name}: {self.fault!r}"


@pytest.fixture
def pg(fresh_postgres_database: Callable[[], str], home: Path, make_site: Callable[..., Site]) -> Site:
    url = fresh_postgres_database()
    found(url, read_key(home / "server-key.pem"), "epoch-1", NOW, lambda _: None)
    site = make_site(database_url=url)
    fill(site)
    site.open_book()
    return site


def pause_at_commit(engine: sa.Engine) -> None:
    def before_commit(conn: sa.Connection) -> None:
        current = threading.current_thread()
        if isinstance(current, Writer):
            current.reached_commit()

    sa.event.listen(engine, "commit", before_commit)


def play(schedule: tuple[str, ...], writers: dict[str, Writer], read: Callable[[], None]) -> None:
    for name in schedule:
        if name == "R":
            read()
        else:
            writers[name].step()
    for writer in writers.values():
        writer.finish()
    read()


class Reader:
    """Follows its cursor and remembers every document it was handed."""

    def __init__(self) -> None:
        self.have: dict[str, tuple[int, str]] = {}
        self.seen: list[str] = []

    def read(self) -> None:
        _, pages, _ = changes.changes(person_id("apprentice"), "", self.have, 500, NOW)
        for page in pages:
            assert not page.reset and not page.more
            self.seen += [json.loads(body)["id"] for _, body in page.docs]
            self.have[page.id] = (page.seq, page.chain)


def entry_body(day: int) -> dict[str, object]:
    return {
        "day": f"2026-09-{day:02d}", "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice",
        "place_kind": "post", "place": None, "text": "turning", "photos": [], "safety": True, "shared": False,
        "late_reason": None, "presence": None,
    }  # fmt: skip


def test_a_reader_who_follows_the_books_seq_misses_nothing_in_any_interleaving(pg: Site) -> None:
    phone = Phone()
    pg.caller("apprentice").post("/api/devices", {"proof": phone.proof("apprentice"), "label": "", "shared": False})
    overlapped = 0

    def push(doc: str) -> None:
        op = phone.op(person_id("apprentice"), "entry.logged", doc, entry_body(1), pg.chance(16))
        with pg.app.app_context():
            assert [verdict["as"] for verdict in intake.accept([op], NOW).values()] == ["accepted"]

    with pg.app.app_context():
        pause_at_commit(db.engine)
        reader = Reader()
        reader.read()
        for number, schedule in enumerate(SCHEDULES):
            docs = {name: f"50000000-0000-4000-8000-{number * 2 + at:012d}" for at, name in enumerate("AB")}
            writers = {name: Writer(name, lambda doc=doc: push(doc)) for name, doc in docs.items()}  # type: ignore[misc]
            before = len(reader.seen)
            play(schedule, writers, reader.read)
            assert sorted(reader.seen[before:]) == sorted(docs.values()), schedule
            overlapped += schedule[:2] in (("A", "B"), ("B", "A"))
    assert len(SCHEDULES) == 30 and overlapped > 0


def test_the_control_that_follows_a_bigserial_is_seen_to_miss_rows(pg: Site) -> None:
    lost = []
    with pg.app.app_context():
        with db.engine.begin() as conn:
            conn.execute(sa.text("CREATE TABLE control (seq bigserial PRIMARY KEY, name text NOT NULL)"))
        pause_at_commit(db.engine)
        for number, schedule in enumerate(SCHEDULES):
            cursor, seen = 0, []

            def insert(name: str, number: int = number) -> None:
                with pg.app.app_context(), db.engine.begin() as conn:
                    conn.execute(sa.text("INSERT INTO control (name) VALUES (:name)"), {"name": f"{number}{name}"})

            def read() -> None:
                nonlocal cursor
                with db.engine.connect() as conn:
                    rows = conn.execute(
                        sa.text("SELECT seq, name FROM control WHERE seq > :cursor ORDER BY seq"), {"cursor": cursor}
                    ).fetchall()
                seen.extend(row[1] for row in rows)  # noqa: B023
                cursor = rows[-1][0] if rows else cursor

            read()
            writers = {name: Writer(name, lambda name=name: insert(name)) for name in "AB"}  # type: ignore[misc]
            play(schedule, writers, read)
            if not {f"{number}A", f"{number}B"} <= set(seen):
                lost.append(schedule)
    assert lost, "no interleaving lost a row: this test sees nothing"
