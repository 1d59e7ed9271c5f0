"""How the house stands, in numbers: nothing here names a person or opens a book."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store import wall
from server.store.books.bulk import insert_many

KEEPING = ("id", "what", "began_at", "ended_at", "outcome", "counts")
KEPT = ("backup", "verify")
# each is one row, its columns called as they are told
COUNTS = {
    "books": "SELECT count(*) AS books, CAST(COALESCE(sum(seq), 0) AS BIGINT) AS ops, (SELECT count(*) FROM documents) AS documents,"
    " (SELECT count(*) FROM ops WHERE verdict = 'held') AS held, (SELECT count(*) FROM ops WHERE verdict = 'quarantined') AS custody FROM books",
    "backlog": "SELECT count(*) AS news, min(told_at) AS news_since, (SELECT count(*) FROM nudges) AS nudges,"
    " (SELECT min(since) FROM nudges) AS nudges_since FROM news",
    "jobs": "SELECT count(*) AS open, (SELECT count(*) FROM jobs WHERE ended_at IS NULL AND state = 'running') AS running,"
    " (SELECT count(*) FROM jobs WHERE state = 'failed' AND ended_at >= :since) AS failed FROM jobs WHERE ended_at IS NULL",
    "push": "SELECT count(DISTINCT endpoint) AS browsers, (SELECT max(sent_at) FROM pushed) AS sent_at FROM push_subscriptions",
    "registry": "SELECT count(*) AS accounts, (SELECT count(*) FROM devices WHERE status = 'active') AS devices,"
    " (SELECT count(*) FROM skill_chains WHERE ended_on IS NULL) AS chains FROM people WHERE NOT disabled",
    "photos": "SELECT count(*) AS photos FROM photos",
}


class Keeping(NamedTuple):
    """One copy or one check of everything."""

    id: str
    what: str
    began_at: int
    ended_at: int
    outcome: str
    counts: dict[str, int]


def insert_keeping(conn: Connection, row: Keeping) -> None:
    insert_many(conn, "keepings", KEEPING, [(*row[:-1], json.dumps(row.counts, separators=(",", ":")))])


def select_last_keeping(conn: Connection, what: str, outcome: str | None = None) -> Keeping | None:
    """The newest of its kind, or the newest that ended so."""
    so = " AND outcome = :outcome" if outcome else ""
    statement = f"SELECT {', '.join(KEEPING)} FROM keepings WHERE what = :what{so} ORDER BY ended_at DESC, id LIMIT 1"
    row = conn.execute(sa.text(statement), {"what": what, "outcome": outcome}).first()
    return Keeping(*row[:-1], json.loads(row[-1])) if row else None


def update_beat(conn: Connection, now: int) -> None:
    conn.execute(sa.text("UPDATE instance SET worker_at = :now"), {"now": now})


def select_moments(conn: Connection) -> dict[str, int]:
    """When the worker was last heard of, and when a copy was brought back; 0 for never."""
    return dict(conn.execute(sa.text("SELECT worker_at, restored_at FROM instance")).one()._mapping)


def count_all(conn: Connection, since: int) -> dict[str, dict[str, Any]]:
    """`since` is how far back failed jobs are counted."""
    return {name: dict(conn.execute(sa.text(statement), {"since": since}).one()._mapping) for name, statement in COUNTS.items()}


def count_orgs(conn: Connection) -> dict[str, int]:
    return {row[0]: int(row[1]) for row in conn.execute(sa.text("SELECT kind, count(*) FROM orgs GROUP BY kind ORDER BY kind"))}


def describe_database(conn: Connection) -> dict[str, Any]:
    """Which database it is, how large, and whether the second wall stands: where there can be none, null."""
    if conn.dialect.name == "postgresql":
        row = conn.execute(sa.text("SELECT current_setting('server_version'), pg_database_size(current_database())")).one()
        return {"kind": "postgresql", "version": row[0].split()[0], "bytes": int(row[1]), "wall": wall.stands(conn)}
    pages, each = (conn.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size"))
    return {"kind": "sqlite", "version": conn.execute(sa.text("SELECT sqlite_version()")).scalar_one(), "bytes": pages * each, "wall": None}


def measure_folder(folder: Path) -> tuple[int, int]:
    """How many files lie in it and below, and their bytes; a file that goes meanwhile, or is not ours to see, does not count."""
    files = size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.stat(os.path.join(place, name)).st_size
                files += 1
            except OSError:
                continue
    return files, size
