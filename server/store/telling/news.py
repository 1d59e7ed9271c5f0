"""What people are still to be told: a row is written with the effect it tells of, and goes with the notice it becomes."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed, upsert_many

COLUMNS = ("cause", "person_id", "word", "book_id", "about", "by_person", "told_at")


def upsert_news(conn: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Several operations may tell the same person the same thing."""
    upsert_many(conn, "news", ("cause", "person_id"), COLUMNS, list({row[:2]: row for row in rows}.values()))


def select_people_to_tell(conn: Connection, after: str, limit: int) -> list[str]:
    rows = conn.execute(
        sa.text("SELECT DISTINCT person_id FROM news WHERE person_id > :after ORDER BY person_id LIMIT :limit"),
        {"after": after, "limit": limit},
    )
    return [row[0] for row in rows]


def lock_news(conn: Connection, person_ids: Collection[str]) -> list[tuple[Any, ...]]:
    """The rows of these people; a second worker waits here, and then finds what the first has left."""
    lock = " FOR UPDATE" if conn.dialect.name == "postgresql" else ""
    return fetch_listed(
        conn, f"SELECT {', '.join(COLUMNS)} FROM news WHERE person_id AMONG ORDER BY person_id, cause{lock}", person_ids
    )


def delete_news(conn: Connection, rows: Collection[tuple[str, str]]) -> None:
    """Rows of (cause, person)."""
    statement = sa.text("DELETE FROM news WHERE cause = :cause AND person_id = :person")
    if rows:
        conn.execute(statement, [{"cause": cause, "person": person} for cause, person in sorted(rows)])
