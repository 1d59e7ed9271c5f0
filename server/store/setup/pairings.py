"""Who signs for whom: the apprentices of a college with their pairings. No statement about books without a Scope."""

import json
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch, fetch_listed
from server.store.desk.scope import Scope, escape, seen
from server.store.setup.mentors import SIGNERS
from server.store.setup.registers import order_of

SORTS = {"name": "p.sorted_as", "student_no": "e.student_no, p.sorted_as", "class": "c.name, p.sorted_as", "enterprise": "o.name, p.sorted_as"}
LASTING = "(m.to_day IS NULL OR m.to_day >= :today)"
FROM = """
FROM books b JOIN members a ON a.book_id = b.id AND a.role = 'apprentice' JOIN people p ON p.id = a.person_id
LEFT JOIN enrolled e ON e.book_id = b.id LEFT JOIN classes c ON c.id = b.class_id LEFT JOIN orgs o ON o.id = b.enterprise_id WHERE
"""
SHOWN = (
    "b.id AS id, p.id AS person_id, p.name AS name, e.student_no AS student_no, b.class_id AS class_id, c.name AS class_name,"
    " b.enterprise_id AS enterprise_id, o.name AS enterprise"
)


def narrow(scope: Scope, wanted: dict[str, str], today: str) -> tuple[str, dict[str, Any]]:
    """FROM and WHERE of what is asked for, with its values. `gap`: whoever has nobody in this role."""
    where, values = [seen(scope, "b")], {**scope.values, **wanted, "today": today}
    if wanted.get("class"):
        where.append("b.class_id = :class")
    if wanted.get("enterprise"):
        where.append("b.enterprise_id = :enterprise")
    if wanted.get("gap"):
        where.append(f"NOT EXISTS (SELECT 1 FROM members m WHERE m.book_id = b.id AND m.role = :gap AND {LASTING})")
    if wanted.get("mentor"):
        where.append(f"EXISTS (SELECT 1 FROM members m WHERE m.book_id = b.id AND m.person_id = :mentor AND m.role IN {SIGNERS} AND {LASTING})")
    if wanted.get("text"):
        values["like"] = f"%{escape(wanted['text'])}%"
        where.append("(p.name LIKE :like ESCAPE '!' OR e.student_no LIKE :like ESCAPE '!' OR p.login LIKE :like ESCAPE '!')")
    return FROM + " AND ".join(where), values


def select_learners(
    conn: Connection, scope: Scope, wanted: dict[str, str], sort: str, today: str, place: tuple[int, int]
) -> tuple[list[dict[str, Any]], int]:
    """A page (`place` is offset and limit), and how many there are."""
    condition, values = narrow(scope, wanted, today)
    values |= {"offset": place[0], "limit": place[1]}
    total = conn.execute(sa.text(f"SELECT count(*) {condition}"), values).scalar_one()
    statement = f"SELECT {SHOWN} {condition} ORDER BY {order_of(SORTS, sort, 'b.id')} LIMIT :limit OFFSET :offset"
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), values)], int(total)


def select_ids(conn: Connection, scope: Scope, wanted: dict[str, str], today: str, limit: int) -> list[str]:
    condition, values = narrow(scope, wanted, today)
    return [row[0] for row in conn.execute(sa.text(f"SELECT b.id {condition} ORDER BY b.id LIMIT :limit"), {**values, "limit": limit})]


def select_chosen(conn: Connection, scope: Scope, books: Collection[str]) -> list[dict[str, Any]]:
    """Those of these books that this desk may see: (id, person_id, name, enterprise_id, class_id, first and last day)."""
    rows = fetch_listed(
        conn,
        "SELECT b.id, p.id, p.name, b.enterprise_id, b.class_id, d.body FROM books b JOIN members a ON a.book_id = b.id AND a.role = 'apprentice'"
        " JOIN people p ON p.id = a.person_id JOIN documents d ON d.book_id = b.id AND d.id = b.id"
        f" WHERE {seen(scope, 'b')} AND b.id AMONG ORDER BY p.name, b.id",
        books, **scope.values,
    )  # fmt: skip
    found, names = [], ("id", "person_id", "name", "enterprise_id", "class_id")
    for row in rows:
        head = json.loads(row[5])
        found.append({**dict(zip(names, row[:5], strict=True)), "from": head["from"], "to": head["to"]})
    return found


def select_apprentices(conn: Connection, college: str) -> list[tuple[Any, ...]]:
    """(book, person, name, student number, class name, class, enterprise, log-in, first and last day) of all of a college's."""
    rows = fetch(
        conn,
        "SELECT b.id, p.id, p.name, e.student_no, c.name, b.class_id, b.enterprise_id, p.login, d.body FROM books b"
        " JOIN members a ON a.book_id = b.id AND a.role = 'apprentice' JOIN people p ON p.id = a.person_id"
        " JOIN documents d ON d.book_id = b.id AND d.id = b.id LEFT JOIN enrolled e ON e.book_id = b.id LEFT JOIN classes c ON c.id = b.class_id"
        " WHERE b.college_id = :college ORDER BY b.id",
        college=college,
    )
    return [(*row[:8], head["from"], head["to"]) for row in rows for head in [json.loads(row[8])]]


def select_days(conn: Connection, books: Collection[str]) -> dict[str, tuple[str, str]]:
    """First and last day of each; whoever asks has seen that they are this desk's."""
    rows = fetch_listed(conn, "SELECT id, body FROM documents WHERE id = book_id AND book_id AMONG", books)
    return {row[0]: (head["from"], head["to"]) for row in rows for head in [json.loads(row[1])]}


def select_pairs(conn: Connection, books: Collection[str]) -> list[dict[str, Any]]:
    """All who sign or signed in these books, the newest first; whoever asks has seen that the books are this desk's."""
    rows = fetch_listed(
        conn,
        "SELECT m.book_id, m.id, m.person_id, p.name, m.role, m.from_day, m.to_day FROM members m JOIN people p ON p.id = m.person_id"
        f" WHERE m.role IN {SIGNERS} AND m.book_id AMONG ORDER BY m.from_day DESC, p.name, m.id",
        books,
    )
    names = ("book", "member", "person_id", "name", "role", "from_day", "to_day")
    return [dict(zip(names, row, strict=True)) for row in rows]


def select_spans(conn: Connection, people: Collection[str], role: str) -> dict[str, list[tuple[str, str, str]]]:
    """(book, first, last day) of every pairing of each in this role, wherever: a mentor's load does not end at a college's wall. Only
    how many they are is ever shown."""
    rows = fetch_listed(
        conn,
        "SELECT person_id, book_id, from_day, coalesce(to_day, '9999-12-31') FROM members WHERE role = :role AND person_id AMONG",
        people, role=role,
    )  # fmt: skip
    found: dict[str, list[tuple[str, str, str]]] = {}
    for person, book, first, last in rows:
        found.setdefault(person, []).append((book, first, last))
    return found


def select_limits(conn: Connection, classes: Collection[str]) -> list[dict[str, Any]]:
    """What the rule sets under the plans of these classes limit, and where it is written."""
    rows = fetch_listed(
        conn,
        "SELECT DISTINCT r.id, r.limits, r.source FROM classes c JOIN plans pl ON pl.id = c.plan_id JOIN rule_sets r ON r.id = pl.rule_set_id"
        " WHERE c.id AMONG",
        classes,
    )
    return [{**json.loads(row[1] or "{}"), "source": row[2]} for row in rows]


def count_mentors(conn: Connection, scope: Scope, class_id: str, today: str) -> int:
    """How many enterprise mentors a class has today."""
    statement = (
        "SELECT count(DISTINCT m.person_id) FROM members m JOIN books b ON b.id = m.book_id WHERE m.role = 'mentor' AND b.class_id = :class"
        f" AND m.from_day <= :today AND {LASTING} AND {seen(scope, 'b')}"
    )
    return int(conn.execute(sa.text(statement), {**scope.values, "class": class_id, "today": today}).scalar_one())


def select_enterprises(conn: Connection, scope: Scope) -> Sequence[tuple[str, str]]:
    statement = f"SELECT DISTINCT o.id, o.name FROM books b JOIN orgs o ON o.id = b.enterprise_id WHERE {seen(scope, 'b')} ORDER BY o.name"
    return [(row[0], row[1]) for row in conn.execute(sa.text(statement), scope.values)]
