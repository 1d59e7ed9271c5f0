"""The operations: bytes as they came, the verdict they got, and their place in their book's order."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed, upsert_many

COLUMNS = ("id", "book_id", "seq", "chain", "verdict", "word", "device_id", "jws", "received_at")


class StoredOp(NamedTuple):
    """A row of ops."""

    id: str
    book_id: str | None
    seq: int | None
    chain: str | None
    verdict: str
    word: str | None
    device_id: str
    jws: str
    received_at: int


class KnownVerdict(NamedTuple):
    """What was said of an op that came before."""

    id: str
    book_id: str | None
    seq: int | None
    verdict: str
    word: str | None


class Decision(NamedTuple):
    """What two people decided of an op in custody: `let_in` or `refused`."""

    op_id: str
    decided: str
    by_person: str
    second_person: str
    decided_at: int


def select_verdicts(conn: Connection, ids: Collection[str]) -> dict[str, KnownVerdict]:
    rows = fetch_listed(conn, "SELECT id, book_id, seq, verdict, word FROM ops WHERE id AMONG", ids)
    return {row[0]: KnownVerdict(*row) for row in rows}


def upsert_ops(conn: Connection, rows: Sequence[StoredOp]) -> None:
    """For ops that had a verdict which was not final."""
    upsert_many(conn, "ops", ("id",), COLUMNS, rows)


def select_held_ops(conn: Connection, book_id: str, most: int) -> list[StoredOp]:
    found = conn.execute(
        sa.text(
            f"SELECT {', '.join(COLUMNS)} FROM ops WHERE book_id = :book AND verdict = 'held'"
            " ORDER BY received_at, id LIMIT :most"
        ),
        {"book": book_id, "most": most},
    )
    return [StoredOp(*row) for row in found]


def select_books_with_old_held_ops(conn: Connection, before: int, most: int) -> list[str]:
    found = conn.execute(
        sa.text(
            "SELECT DISTINCT book_id FROM ops WHERE verdict = 'held' AND received_at < :before"
            " ORDER BY book_id LIMIT :most"
        ),
        {"before": before, "most": most},
    )
    return [row[0] for row in found]


def update_old_held_ops(conn: Connection, book_id: str, before: int) -> int:
    done = conn.execute(
        sa.text(
            "UPDATE ops SET verdict = 'quarantined', word = 'held_too_long'"
            " WHERE book_id = :book AND verdict = 'held' AND received_at < :before"
        ),
        {"book": book_id, "before": before},
    )
    return done.rowcount


def count_custody(conn: Connection, device_ids: Collection[str], since: int) -> dict[str, int]:
    """How many ops of each device have come into custody since a moment. The second condition on the verdict says nothing new: it
    lets SQLite see that the index of what waits will do, where it would look through every op there is."""
    rows = fetch_listed(
        conn,
        "SELECT device_id, count(*) FROM ops WHERE verdict = 'quarantined' AND verdict IN ('held', 'quarantined')"
        " AND received_at > :since AND device_id AMONG GROUP BY device_id",
        device_ids, since=since,
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def select_custody(conn: Connection, after: str, limit: int) -> list[StoredOp]:
    """The ops a person may have to decide about, by id."""
    found = conn.execute(
        sa.text(
            f"SELECT {', '.join(COLUMNS)} FROM ops WHERE verdict = 'quarantined' AND id > :after ORDER BY id LIMIT :limit"
        ),
        {"after": after, "limit": limit},
    )
    return [StoredOp(*row) for row in found]


def select_op_in_custody(conn: Connection, op_id: str) -> StoredOp | None:
    found = conn.execute(
        sa.text(f"SELECT {', '.join(COLUMNS)} FROM ops WHERE verdict = 'quarantined' AND id = :id"), {"id": op_id}
    ).first()
    return StoredOp(*found) if found else None


def upsert_decision(conn: Connection, decision: Decision) -> None:
    upsert_many(conn, "decisions", ("op_id",), Decision._fields, [decision])


def select_let_in(conn: Connection, ids: Collection[str]) -> set[str]:
    """Which of these ops people let in."""
    return {row[0] for row in fetch_listed(conn, "SELECT op_id FROM decisions WHERE decided = 'let_in' AND op_id AMONG", ids)}


def select_chain(conn: Connection, book_id: str, seq: int) -> str | None:
    """The chain of a book at a seq."""
    return conn.execute(
        sa.text("SELECT chain FROM ops WHERE book_id = :book AND seq = :seq"), {"book": book_id, "seq": seq}
    ).scalar()


def each_accepted_op(conn: Connection, book_id: str, page: int = 500) -> Iterator[StoredOp]:
    """The accepted ops of a book in its order, a page in memory at a time."""
    after = 0
    statement = sa.text(
        f"SELECT {', '.join(COLUMNS)} FROM ops WHERE book_id = :book AND seq > :after ORDER BY seq LIMIT :page"
    )
    while True:
        rows = [StoredOp(*row) for row in conn.execute(statement, {"book": book_id, "after": after, "page": page})]
        yield from rows
        if len(rows) < page:
            return
        after = rows[-1].seq or 0
