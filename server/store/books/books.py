"""Books and their documents: heads that are locked, documents that are read by seq."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch, fetch_listed, insert_many, upsert_many
from server.store.db import Glance

SYNCED = "('apprentice', 'mentor', 'college_tutor', 'base_trainer', 'owner', 'kiosk')"
# Who may see a book as its member: said once. The statement calls the members m and brings :person and :today.
MEMBER_TODAY = "m.person_id = :person AND m.from_day <= :today AND (m.to_day IS NULL OR m.to_day >= :today)"
MINE = f"""
SELECT i.epoch, i.restored_at, b.id, b.seq, b.chain FROM instance i
LEFT JOIN (members m JOIN books b ON b.id = m.book_id) ON {MEMBER_TODAY} AND m.role IN {SYNCED}
"""
UPDATE_HEAD = sa.text("UPDATE books SET seq = :seq, chain = :chain, held = :held WHERE id = :id")
PAGE = "SELECT seq, body FROM documents WHERE book_id = :book AND seq > :after ORDER BY seq LIMIT :limit"


class Head(NamedTuple):
    """Where a book stands."""

    id: str
    seq: int
    chain: str
    held: int


class Belongs(NamedTuple):
    """Whose a book is; a personal book and a base's are nobody's."""

    college_id: str | None
    enterprise_id: str | None
    class_id: str | None


def belongs(head: Mapping[str, Any]) -> Belongs:
    """As its head document says."""
    return Belongs(head.get("college"), head.get("enterprise"), head.get("class"))


def lock_books(conn: Connection, ids: Collection[str]) -> dict[str, Head]:
    """Lock these books' rows in the order of their ids; SQLite's writer has them all already."""
    lock = " FOR UPDATE" if conn.dialect.name == "postgresql" else ""
    rows = fetch_listed(conn, f"SELECT id, seq, chain, held FROM books WHERE id AMONG ORDER BY id{lock}", ids)
    return {row[0]: Head(*row) for row in rows}


def insert_book(conn: Connection, book_id: str, chain: str, whose: Belongs) -> None:
    insert_books(conn, [(book_id, chain, whose)])


def insert_books(conn: Connection, rows: Sequence[tuple[str, str, Belongs]]) -> None:
    columns = ("id", "seq", "chain", "held", *Belongs._fields)
    upsert_many(conn, "books", ("id",), columns, [(book_id, 0, chain, 0, *whose) for book_id, chain, whose in rows])


def update_head(conn: Connection, head: Head) -> None:
    update_heads(conn, [head])


def update_heads(conn: Connection, heads: Sequence[Head]) -> None:
    if heads:
        conn.execute(UPDATE_HEAD, [head._asdict() for head in heads])


def select_head(conn: Connection, book_id: str) -> Head | None:
    found = conn.execute(sa.text("SELECT id, seq, chain, held FROM books WHERE id = :id"), {"id": book_id}).first()
    return Head(*found) if found else None


# --- documents ---------------------------------------------------------------------------------------------------


def encode(doc: Mapping[str, Any]) -> str:
    """A document as it is stored: without its seq, which stands in a column of its own."""
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"))


def select_documents(conn: Connection, book_id: str, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    rows = fetch_listed(conn, "SELECT id, body FROM documents WHERE book_id = :book AND id AMONG", ids, book=book_id)
    return {row[0]: json.loads(row[1]) for row in rows}


def select_heads(conn: Connection, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Of these books, the document each is called by."""
    rows = fetch_listed(conn, "SELECT book_id, body FROM documents WHERE id = book_id AND book_id AMONG", ids)
    return {row[0]: json.loads(row[1]) for row in rows}


def select_bodies(conn: Connection, book_id: str) -> list[str]:
    """Every document of a book, unread."""
    return [row[0] for row in fetch(conn, "SELECT body FROM documents WHERE book_id = :book", book=book_id)]


def select_bodies_of(conn: Connection, ids: Collection[str]) -> dict[str, list[str]]:
    """The same of some books, by book."""
    found: dict[str, list[str]] = {}
    for book_id, body in fetch_listed(conn, "SELECT book_id, body FROM documents WHERE book_id AMONG", ids):
        found.setdefault(book_id, []).append(body)
    return found


def select_month_documents(conn: Connection, book_id: str, month: str) -> dict[str, dict[str, Any]]:
    """The documents of the entries whose day lies in this month."""
    rows = conn.execute(
        sa.text(
            "SELECT d.id, d.body FROM entries e JOIN documents d ON d.book_id = e.book_id AND d.id = e.id"
            " WHERE e.book_id = :book AND e.day >= :first AND e.day <= :last"
        ),
        {"book": book_id, "first": f"{month}-01", "last": f"{month}-31"},
    )
    return {row[0]: json.loads(row[1]) for row in rows}


def select_day_documents(conn: Connection, book_id: str, entries: Collection[str]) -> dict[str, dict[str, Any]]:
    """All entries and presences of the days on which these entries stand."""
    days = "SELECT day FROM entries WHERE book_id = :book AND id AMONG"
    rows = fetch_listed(
        conn,
        "SELECT d.id, d.body FROM documents d WHERE d.book_id = :book AND d.id IN"
        f" (SELECT e.id FROM entries e WHERE e.book_id = :book AND e.day IN ({days})"
        f" UNION ALL SELECT p.id FROM presences p WHERE p.book_id = :book AND p.day IN ({days}))",
        entries, book=book_id,
    )  # fmt: skip
    return {row[0]: json.loads(row[1]) for row in rows}


def upsert_documents(conn: Connection, rows: Sequence[tuple[str, str, int, str]]) -> None:
    """Rows of (book, id, seq, body); many at once."""
    upsert_many(conn, "documents", ("book_id", "id"), ("book_id", "id", "seq", "body"), rows)


def insert_documents(conn: Connection, rows: Sequence[tuple[str, str, int, str]]) -> None:
    insert_many(conn, "documents", ("book_id", "id", "seq", "body"), rows)


def select_page(conn: Connection, book_id: str, after: int, limit: int) -> list[tuple[Any, ...]]:
    """(seq, body) of documents changed after a seq, at most `limit`; a document has its own seq, so none is split."""
    return fetch(conn, PAGE, book=book_id, after=after, limit=limit)


def select_all_documents(conn: Connection, book_id: str) -> dict[str, tuple[int, str]]:
    rows = conn.execute(sa.text("SELECT id, seq, body FROM documents WHERE book_id = :book"), {"book": book_id})
    return {row[0]: (row[1], row[2]) for row in rows}


def delete_documents(conn: Connection, book_id: str, ids: Collection[str]) -> None:
    for doc_id in sorted(ids):
        conn.execute(sa.text("DELETE FROM documents WHERE book_id = :book AND id = :id"), {"book": book_id, "id": doc_id})


# --- who sees which book -----------------------------------------------------------------------------------------

class Mine(NamedTuple):
    """The epoch, and the heads of the books this person may see today."""

    epoch: str
    restored_at: int
    heads: dict[str, Head]


def select_mine(conn: Connection | Glance, person_id: str, today: str) -> Mine:
    rows = fetch(conn, MINE, person=person_id, today=today)
    heads = {row[2]: Head(row[2], row[3], row[4], 0) for row in rows if row[2] is not None}
    return Mine(rows[0][0], rows[0][1], heads)


def select_restored_at(conn: Connection) -> int:
    return int(fetch(conn, "SELECT restored_at FROM instance")[0][0])


def select_college(conn: Connection, book_id: str) -> str | None:
    """The college a book belongs to."""
    return conn.execute(sa.text("SELECT college_id FROM books WHERE id = :id"), {"id": book_id}).scalar()


def is_coordinator(conn: Connection, person_id: str, college_id: str) -> bool:
    found = conn.execute(
        sa.text("SELECT 1 FROM roles WHERE person_id = :person AND role = 'coordinator' AND org_id = :org"),
        {"person": person_id, "org": college_id},
    )
    return found.first() is not None
