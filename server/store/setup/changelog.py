"""The log of registers as it is read: lines by kind, by who wrote them, by day; and what the ids in them are called."""

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed
from server.store.desk.scope import Scope, escape
from server.store.setup.registers import order_of

# What whoever looks after the system keeps himself: nothing of an apprentice's or of one who signs.
SYSTEM = ("org", "base", "rule_set", "chain", "occupation", "seat")
REACH = {
    "coordinator": "((l.org_id = :org AND l.role = 'coordinator') OR (l.subject IN ('org', 'base') AND l.subject_id IN ("
    "SELECT :org UNION SELECT b.enterprise_id FROM books b WHERE b.college_id = :org UNION SELECT bo.id FROM orgs bo WHERE bo.kind = 'base'"
    " AND EXISTS (SELECT 1 FROM entries e WHERE e.college_id = :org AND e.place = bo.id))))",
    "system_admin": f"l.subject IN ({', '.join(repr(subject) for subject in SYSTEM)})",
}
SORTS = {"at": "l.at"}
NAMES = {
    "people": "SELECT id, name FROM people WHERE id AMONG",
    "orgs": "SELECT id, name FROM orgs WHERE id AMONG",
    "chains": "SELECT id, name FROM skill_chains WHERE id AMONG",
    "classes": "SELECT id, name FROM classes WHERE id AMONG",
    "plans": "SELECT id, name || ' v' || version FROM plans WHERE id AMONG",
    "occupations": "SELECT id, code || ' ' || name FROM occupations WHERE id AMONG",
    "rule_sets": "SELECT id, name FROM rule_sets WHERE id AMONG",
    "agreements": "SELECT id, number FROM agreements WHERE id AMONG",
    "recognitions": "SELECT id, document_no FROM recognitions WHERE id AMONG",
    "requests": "SELECT id, name FROM seat_requests WHERE id AMONG",
    "books": "SELECT m.book_id, p.name FROM members m JOIN people p ON p.id = m.person_id WHERE m.role = 'apprentice' AND m.book_id AMONG",
    "book_of_agreement": "SELECT a.id, p.name FROM agreements a JOIN members m ON m.book_id = a.book_id AND m.role = 'apprentice'"
    " JOIN people p ON p.id = m.person_id WHERE a.id AMONG",
}


def select_changes(
    conn: Connection, scope: Scope, wanted: dict[str, Any], sort: str, place: tuple[int, int]
) -> tuple[list[dict[str, Any]], int]:
    """A page of lines, and how many there are."""
    where = [REACH[scope.role]]
    values: dict[str, Any] = {**wanted, "org": scope.org_id, "offset": place[0], "limit": place[1]}
    where += [f"l.{column} = :{name}" for name, column in (("what", "subject"), ("act", "act"), ("about", "subject_id")) if wanted.get(name)]
    if wanted.get("who"):
        values["like"] = f"%{escape(wanted['who'])}%"
        where.append("l.by_person IN (SELECT x.id FROM people x WHERE x.name LIKE :like ESCAPE '!' OR x.login LIKE :like ESCAPE '!')")
    where += [f"l.at {sign} :{name}" for name, sign in (("since", ">="), ("until", "<")) if name in wanted]
    condition = " AND ".join(where)
    total = conn.execute(sa.text(f"SELECT count(*) FROM register_log l WHERE {condition}"), values).scalar_one()
    statement = (
        "SELECT l.id, l.at, l.subject, l.subject_id, l.act, l.body, p.name AS who, o.name AS org FROM register_log l"
        " JOIN people p ON p.id = l.by_person JOIN orgs o ON o.id = l.org_id"
        f" WHERE {condition} ORDER BY {order_of(SORTS, sort, 'l.id')} LIMIT :limit OFFSET :offset"
    )
    rows = conn.execute(sa.text(statement), values)
    return [{**row._mapping, "body": json.loads(row.body)} for row in rows], int(total)


def select_names(conn: Connection, kind: str, ids: Collection[str]) -> dict[str, str]:
    return {row[0]: row[1] for row in fetch_listed(conn, NAMES[kind], ids)} if ids else {}
