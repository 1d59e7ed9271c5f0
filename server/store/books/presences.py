"""Check-ins whose session has not reached us yet: their codes are looked at again once it has."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch


def upsert_waiting(conn: Connection, op_id: str, base_id: str, session_id: str, now: int) -> int:
    """Since when it waits."""
    statement = (
        "INSERT INTO codes_waiting (op_id, base_id, session_id, since) VALUES (:op, :base, :session, :now)"
        " ON CONFLICT (op_id) DO UPDATE SET since = codes_waiting.since RETURNING since"
    )
    values = {"op": op_id, "base": base_id, "session": session_id, "now": now}
    return int(conn.execute(sa.text(statement), values).scalar_one())


def delete_waiting(conn: Connection, op_id: str) -> None:
    conn.execute(sa.text("DELETE FROM codes_waiting WHERE op_id = :op"), {"op": op_id})


def select_ready(conn: Connection, before: int, limit: int) -> list[tuple[str, str]]:
    """(book, JWS) of check-ins whose session is there by now, or that have waited since before then."""
    statement = (
        "SELECT o.book_id, o.jws FROM codes_waiting w JOIN ops o ON o.id = w.op_id"
        " LEFT JOIN documents d ON d.book_id = w.base_id AND d.id = w.session_id"
        " WHERE d.id IS NOT NULL OR w.since < :before ORDER BY w.since, w.op_id LIMIT :limit"
    )
    return [(row[0], row[1]) for row in fetch(conn, statement, before=before, limit=limit)]
