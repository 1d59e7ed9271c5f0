"""What happened in a book, operation by operation, for a desk that may see it."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed
from server.store.desk.scope import Scope, seen


class Told(NamedTuple):
    """An accepted operation with what is known of the device that wrote it."""

    id: str
    seq: int
    jws: str
    received_at: int
    device: str
    device_label: str
    device_status: str
    shared: bool


CHOSEN = (
    "SELECT o.id, o.seq, o.jws, o.received_at, o.device_id, d.label, d.status, d.shared FROM ops o JOIN books b ON b.id = o.book_id"
    " JOIN devices d ON d.id = o.device_id WHERE o.book_id = :book AND"
)


def select_ops(conn: Connection, scope: Scope, book_id: str, before: int, limit: int) -> list[Told]:
    """The newest first, from a seq down."""
    statement = f"{CHOSEN} {seen(scope, 'b')} AND o.seq < :before ORDER BY o.seq DESC LIMIT :limit"
    rows = conn.execute(sa.text(statement), {**scope.values, "book": book_id, "before": before, "limit": limit})
    return [Told(*row) for row in rows]


def each_op(conn: Connection, scope: Scope, book_id: str) -> Iterator[Told]:
    """All of them, the newest first."""
    before, page = 2**62, 500
    while rows := select_ops(conn, scope, book_id, before, page):
        yield from rows
        before = rows[-1].seq


def is_seen(conn: Connection, scope: Scope, book_id: str) -> bool:
    statement = f"SELECT 1 FROM books b WHERE b.id = :book AND {seen(scope, 'b')}"
    return conn.execute(sa.text(statement), {**scope.values, "book": book_id}).first() is not None


def select_day(conn: Connection, book_id: str, day: str) -> list[str]:
    """The bodies of all entries and presences of a day."""
    statement = (
        "SELECT d.body FROM (SELECT id FROM entries WHERE book_id = :book AND day = :day UNION ALL SELECT id FROM presences"
        " WHERE book_id = :book AND day = :day) n JOIN documents d ON d.book_id = :book AND d.id = n.id"
    )
    return list(conn.execute(sa.text(statement), {"book": book_id, "day": day}).scalars())


def select_elsewhere(conn: Connection, scope: Scope, person_id: str, book_id: str, day: str) -> list[str]:
    """The bodies of the same person's entries of that day in other books of the desk."""
    statement = (
        "SELECT d.body FROM members m JOIN entries e ON e.book_id = m.book_id AND e.day = :day AND e.state <> 'withdrawn'"
        f" JOIN documents d ON d.book_id = e.book_id AND d.id = e.id WHERE m.person_id = :person AND m.role = 'apprentice'"
        f" AND m.book_id <> :book AND {seen(scope, 'e')}"
    )
    values = {**scope.values, "person": person_id, "book": book_id, "day": day}
    return list(conn.execute(sa.text(statement), values).scalars())


def select_titles(conn: Connection, book_id: str, ids: Collection[str]) -> dict[str, str]:
    """Documents that operations are about, to say what they are."""
    return dict(fetch_listed(conn, "SELECT id, body FROM documents WHERE book_id = :book AND id AMONG", ids, book=book_id)) if ids else {}
