"""What looking for flags costs in a large college: `python -m tests.bench.flags_scale [--postgres]`.

400 people with 200 entries each, written straight into the tables as documents and operations (how they got there is the other
benches' affair). Told: how long the first look at everything takes, and then one at a single book that has changed."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import provide
from diaries import Diary
from server import create_app
from server.config import read_config
from server.services.books import flagging
from server.services.demo.cast import RULES
from server.services.demo.days import Date, moment, plus, working_days
from server.store.books.bulk import insert_many
from server.store.db import db, writing
from server.store.host.keys import make_instance_files, read_key
from server.store.migrations import found
from sync.op import to_base64url

HEADS = 8


def digest(*words: object) -> str:
    return to_base64url(hashlib.sha256(" ".join(map(str, words)).encode()).digest())


def entry_of(rng: Random, diary: Diary, book: int, n: int, day: Date) -> dict[str, Any]:
    """A signed entry as the reducer leaves it."""
    at = moment(day, 18 * 60 + rng.randrange(180))
    op, start = digest("op", book, n), 480 + 5 * rng.randrange(12)
    content = {
        "day": day.isoformat(), "start": start, "end": start + 180 + 5 * rng.randrange(6), "break": 15, "module": "M3", "nature": "practice",
        "place_kind": "post", "place": None, "text": diary.write(), "photos": [digest("photo", book, n)] if rng.random() < 0.3 else [],
        "safety": True, "shared": rng.random() < 0.1, "late_reason": None, "presence": None,
    }  # fmt: skip
    signed = moment(plus(day, 1), 20 * 60) + rng.randrange(3_600_000)
    seal = {"op": digest("seal", book, n), "of": op, "by": f"mentor-{book // HEADS}", "at": signed, "seen": signed - 60_000, "minutes": 165,
            "how": "list", "note": None, "scores": [], "struck": False}  # fmt: skip
    return {
        "id": f"e-{book}-{n}", "kind": "entry", "state": "signed", "by": f"person-{book}", "version": op, "content": content, "at": at,
        "versions": [{"op": op, "minutes": 165, "at": at, "seen": at - 60_000}], "seals": [seal], "returns": [], "rivals": [],
        "recognised": None, "queries": [], "reversals": [], "withdrawn": None,
    }  # fmt: skip


def fill(people: int, entries: int) -> None:
    days = list(working_days(Date(2025, 9, 1), Date(2026, 12, 31), []))[:entries]
    for book in range(people):
        rng = Random(book)
        diary, name = Diary(rng), f"b-{book}"
        head = {
            "id": name, "kind": "book", "state": "open", "college": "college", "enterprise": f"firm-{book % 9}", "locked": [],
            "plan": {"closed_days": [], "rules": RULES},
            "members": [{"id": "m", "person": f"mentor-{book // HEADS}", "role": "mentor", "org": None, "from": "2025-09-01", "to": None}],
        }  # fmt: skip
        docs = [head, *(entry_of(rng, diary, book, n, day) for n, day in enumerate(days))]
        ops = [op for doc in docs[1:] for op in (doc["version"], doc["seals"][0]["op"])]
        whose = (name, len(docs), "c", 0, "college", head["enterprise"], None)
        with writing() as conn:
            insert_many(conn, "books", ("id", "seq", "chain", "held", "college_id", "enterprise_id", "class_id"), [whose])
            insert_many(conn, "documents", ("book_id", "id", "seq", "body"),
                        [(name, doc["id"], n, json.dumps(doc, ensure_ascii=False)) for n, doc in enumerate(docs, 1)])  # fmt: skip
            insert_many(conn, "ops", ("id", "book_id", "seq", "chain", "verdict", "word", "device_id", "jws", "received_at"),
                        [(op, name, n, "c", "accepted", None, f"key-{book}", "x", 1) for n, op in enumerate(ops, 1)])  # fmt: skip
            insert_many(conn, "members", ("book_id", "id", "person_id", "role", "from_day", "to_day"),
                        [(name, "m", f"mentor-{book // HEADS}", "mentor", "2025-09-01", None)])  # fmt: skip


def change(book: int) -> None:
    """One entry more, somewhere in the middle of everything."""
    rng = Random(f"more {book}")
    doc = entry_of(rng, Diary(rng), book, 9_999, Date(2026, 3, 2))
    with writing() as conn:
        insert_many(conn, "documents", ("book_id", "id", "seq", "body"), [(f"b-{book}", doc["id"], 99_999, json.dumps(doc, ensure_ascii=False))])
        conn.exec_driver_sql(f"UPDATE books SET seq = seq + 1 WHERE id = 'b-{book}'")  # noqa: S608


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--entries", type=int, default=200)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    cluster = provide.Cluster(durable=False) if asked.postgres else None
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        make_instance_files(home)
        config = read_config({"JIANGJI_HOME": folder} | ({"JIANGJI_DATABASE": cluster.fresh_database()} if cluster else {}))
        found(config.database_url, read_key(config.server_key), "epoch", 1, lambda _: None)
        with create_app(config).app_context():
            fill(asked.people, asked.entries)
            now, began = moment(Date(2026, 12, 31), 0), time.perf_counter()
            looked = flagging.look_at_all(now)
            first = time.perf_counter() - began
            times = []
            for book in range(0, asked.people, max(1, asked.people // 20)):
                change(book)
                began = time.perf_counter()
                flagging.look_at_changed(now)
                times.append(time.perf_counter() - began)
            waiting = flagging.count_waiting()
            db.engine.dispose()
    if cluster:
        cluster.stop()
    name, middle = "PostgreSQL" if cluster else "SQLite", sorted(times)[len(times) // 2]
    print(f"{name}: {asked.people} people with {asked.entries} entries each: first look at {looked} books {first:.1f} s")
    print(f"({first / looked * 1000:.0f} ms a book); one changed book {middle * 1000:.0f} ms in the middle, {max(times) * 1000:.0f} ms at most.")
    print(waiting)


if __name__ == "__main__":
    main()
