"""Months of classes: what is done in them and what waits."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.desk.scope import Scope, seen

WAITING = "('logged', 'signed', 'returned', 'queried')"
MONTH = "substr(e.day, 1, 7)"


def select_months(conn: Connection, scope: Scope, class_id: str) -> list[dict[str, Any]]:
    """Every month of a class in which anybody has written anything, the newest first."""
    statement = (
        f"SELECT {MONTH} AS month, count(*) AS entries, count(DISTINCT e.book_id) AS people,"
        f" sum(CASE WHEN e.state IN {WAITING} THEN 1 ELSE 0 END) AS waiting,"
        " sum(CASE WHEN e.state <> 'withdrawn' THEN e.claimed_minutes ELSE 0 END) AS claimed,"
        " sum(CASE WHEN e.state = 'credited' THEN e.credited_minutes ELSE 0 END) AS credited"
        f" FROM books b JOIN entries e ON e.book_id = b.id WHERE b.class_id = :class AND {seen(scope, 'b')}"
        f" GROUP BY {MONTH} ORDER BY 1 DESC"
    )
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), {"class": class_id, **scope.values})]


def sum_held(conn: Connection, scope: Scope, class_id: str) -> int:
    """How many operations of the class wait for another one that has not arrived; they may be about any month."""
    statement = f"SELECT coalesce(sum(b.held), 0) FROM books b WHERE b.class_id = :class AND {seen(scope, 'b')}"
    return int(conn.execute(sa.text(statement), {"class": class_id, **scope.values}).scalar_one())


def select_waiting(conn: Connection, scope: Scope, class_id: str, month: str, limit: int) -> list[dict[str, Any]]:
    """What stands in the way of locking, the oldest first."""
    statement = (
        "SELECT e.book_id, e.id, e.day, e.state, e.claimed_minutes, p.name FROM books b JOIN entries e ON e.book_id = b.id"
        f" JOIN people p ON p.id = e.person_id WHERE b.class_id = :class AND {seen(scope, 'b')} AND e.state IN {WAITING}"
        " AND e.day >= :first AND e.day <= :last ORDER BY e.day, p.name, e.id LIMIT :limit"
    )
    values = {"class": class_id, "first": f"{month}-01", "last": f"{month}-31", "limit": limit, **scope.values}
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), values)]


def count_waiting(conn: Connection, scope: Scope, class_id: str, month: str) -> dict[str, int]:
    """How many stand in the way of locking, by what they wait for."""
    statement = (
        f"SELECT e.state, count(*) FROM books b JOIN entries e ON e.book_id = b.id WHERE b.class_id = :class AND {seen(scope, 'b')}"
        f" AND e.state IN {WAITING} AND e.day >= :first AND e.day <= :last GROUP BY e.state"
    )
    values = {"class": class_id, "first": f"{month}-01", "last": f"{month}-31", **scope.values}
    return {row[0]: int(row[1]) for row in conn.execute(sa.text(statement), values)}


def select_people(conn: Connection, scope: Scope, class_id: str, month: str) -> list[dict[str, Any]]:
    """A row an apprentice: his minutes of the month by place, and what of it waits."""
    at = {place: f"sum(CASE WHEN e.state = 'credited' AND e.place_kind = '{place}' THEN e.credited_minutes ELSE 0 END) AS {place}"
          for place in ("post", "base", "college", "online")}  # fmt: skip
    statement = (
        "SELECT b.id AS book_id, b.held, p.name, o.name AS enterprise, d.body AS head,"
        f" coalesce(sum(CASE WHEN e.state IN {WAITING} THEN 1 ELSE 0 END), 0) AS waiting,"
        " coalesce(sum(CASE WHEN e.state <> 'withdrawn' THEN e.claimed_minutes ELSE 0 END), 0) AS claimed,"
        " coalesce(sum(CASE WHEN e.state <> 'withdrawn' THEN e.confirmed_minutes ELSE 0 END), 0) AS confirmed,"
        " coalesce(sum(CASE WHEN e.state = 'credited' THEN e.credited_minutes ELSE 0 END), 0) AS credited,"
        f" {', '.join(at.values())} FROM books b JOIN members m ON m.book_id = b.id AND m.role = 'apprentice'"
        " JOIN people p ON p.id = m.person_id JOIN orgs o ON o.id = b.enterprise_id"
        " JOIN documents d ON d.book_id = b.id AND d.id = b.id"
        " LEFT JOIN entries e ON e.book_id = b.id AND e.day >= :first AND e.day <= :last"
        f" WHERE b.class_id = :class AND {seen(scope, 'b')} GROUP BY b.id, b.held, p.name, p.sorted_as, o.name, d.body ORDER BY p.sorted_as, b.id"
    )
    values = {"class": class_id, "first": f"{month}-01", "last": f"{month}-31", **scope.values}
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), values)]
