"""Short codes: what one person shows of a book, until when. Of the code itself only a keyed digest is kept."""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.books import MEMBER_TODAY, SYNCED


def is_member(conn: Connection, person_id: str, book_id: str, today: str) -> bool:
    """Whether the exchange gives this book to this person today."""
    found = conn.execute(
        sa.text(f"SELECT 1 FROM members m WHERE m.book_id = :book AND {MEMBER_TODAY} AND m.role IN {SYNCED}"),
        {"book": book_id, "person": person_id, "today": today},
    )
    return found.first() is not None


def insert_code(conn: Connection, code_hash: str, person_id: str, book_id: str, entries: Sequence[str], expires_at: int, now: int) -> bool:
    """In place of the person's last one. False when somebody else's living code is the same, or he asks twice at once."""
    conn.execute(
        sa.text("DELETE FROM short_codes WHERE person_id = :person OR (code_hash = :hash AND expires_at <= :now)"),
        {"person": person_id, "hash": code_hash, "now": now},
    )
    made = conn.execute(
        sa.text(
            "INSERT INTO short_codes (code_hash, person_id, book_id, entries, expires_at)"
            " VALUES (:hash, :person, :book, :entries, :expires) ON CONFLICT DO NOTHING"
        ),
        {"hash": code_hash, "person": person_id, "book": book_id, "entries": json.dumps(entries), "expires": expires_at},
    )
    return made.rowcount == 1


def select_code(conn: Connection, code_hash: str, person_id: str, today: str, now: int) -> tuple[str, list[str]] | None:
    """(book, entries) of a living code, for who is in its book; one statement, whether there is none or it is not for him."""
    found = conn.execute(
        sa.text(
            "SELECT c.book_id, c.entries FROM short_codes c JOIN members m ON m.book_id = c.book_id"
            f" WHERE c.code_hash = :hash AND c.expires_at > :now AND {MEMBER_TODAY} AND m.role IN {SYNCED}"
        ),
        {"hash": code_hash, "now": now, "person": person_id, "today": today},
    ).first()
    return (found[0], json.loads(found[1])) if found else None


def delete_old_codes(conn: Connection, now: int) -> int:
    return conn.execute(sa.text("DELETE FROM short_codes WHERE expires_at <= :now"), {"now": now}).rowcount
