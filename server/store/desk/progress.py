"""How far people have come: sums of entries per book, module and week, for the books a desk sees."""

from typing import Any

from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_planned
from server.store.desk.scope import Scope, escape, seen

MOST_BOOKS = 5_000
NARROW = {
    "class_id": " AND b.class_id = :class_id", "enterprise_id": " AND b.enterprise_id = :enterprise_id", "book_id": " AND b.id = :book_id",
    "name": " AND p.name LIKE :like ESCAPE '!'",
}  # fmt: skip
BOOK = ("book_id", "person_id", "person", "class_name", "enterprise", "body", "never_in")
# weeks begin on Monday and are counted from 2000-01-03
WEEK = {
    "postgresql": "((e.day::date - DATE '2000-01-03') / 7)",
    "sqlite": "CAST((julianday(e.day) - julianday('2000-01-03')) / 7 AS INTEGER)",
}  # fmt: skip
CHOSEN = (
    " FROM books b JOIN members m ON m.book_id = b.id AND m.role = 'apprentice' JOIN people p ON p.id = m.person_id"
    " LEFT JOIN classes c ON c.id = b.class_id LEFT JOIN orgs o ON o.id = b.enterprise_id"
)


def select_books(conn: Connection, scope: Scope, wanted: dict[str, str]) -> list[dict[str, Any]]:
    """Each book with its head document."""
    condition, values = _narrowed(scope, wanted)
    statement = (
        f"SELECT b.id, p.id, p.name, c.name, o.name, d.body, p.password_hash IS NULL{CHOSEN} JOIN documents d ON d.book_id = b.id AND d.id = b.id"
        f" WHERE {condition} ORDER BY c.name, b.id LIMIT {MOST_BOOKS}"
    )
    return [dict(zip(BOOK, row, strict=True)) for row in fetch_planned(conn, statement, **values)]


def select_sums(conn: Connection, scope: Scope, wanted: dict[str, str]) -> list[tuple[Any, ...]]:
    """(book, module, place kind, state, entries, claimed, counted, credited minutes, last day, when the first of them came there)."""
    condition, values = _narrowed(scope, wanted)
    statement = (
        "SELECT e.book_id, e.module, e.place_kind, e.state, count(*), sum(e.claimed_minutes), sum(e.counted_minutes),"
        f" sum(e.credited_minutes), max(e.day), min(e.moved_at) FROM entries e WHERE e.state <> 'withdrawn' AND {_of(wanted, condition, scope)}"
        " GROUP BY e.book_id, e.module, e.place_kind, e.state"
    )
    return fetch_planned(conn, statement, **values)


def select_online(conn: Connection, scope: Scope, wanted: dict[str, str]) -> list[tuple[Any, ...]]:
    """(book, day, entry, module, place kind, credited minutes) of what was credited online: which of it counts goes by its day."""
    condition, values = _narrowed(scope, wanted)
    statement = (
        "SELECT e.book_id, e.day, e.id, e.module, e.place_kind, e.credited_minutes FROM entries e"
        f" WHERE e.state = 'credited' AND e.place_kind = 'online' AND {_of(wanted, condition, scope)}"
    )
    return fetch_planned(conn, statement, **values)


def select_weeks(conn: Connection, scope: Scope, wanted: dict[str, str]) -> list[tuple[Any, ...]]:
    """(book, week, claimed minutes, credited minutes)."""
    condition, values = _narrowed(scope, wanted)
    week = WEEK[conn.dialect.name]
    statement = (
        f"SELECT e.book_id, {week}, sum(e.claimed_minutes), sum(e.credited_minutes) FROM entries e"
        f" WHERE e.state <> 'withdrawn' AND {_of(wanted, condition, scope)} GROUP BY e.book_id, {week}"
    )
    return fetch_planned(conn, statement, **values)


def _narrowed(scope: Scope, wanted: dict[str, str]) -> tuple[str, dict[str, str]]:
    like = f"%{escape(wanted.get('name', ''))}%"
    return seen(scope, "b") + "".join(NARROW[name] for name in wanted), {**scope.values, **wanted, "like": like}


def _of(wanted: dict[str, str], condition: str, scope: Scope) -> str:
    """Entries of those books; without narrowing they are the desk's own, and the books need not be looked up."""
    return f"e.book_id IN (SELECT b.id{CHOSEN} WHERE {condition})" if wanted else seen(scope, "e")
