"""Who may sign for a college's apprentices: its own teachers, and the people of the enterprises and bases of its chain. The teachers of
another college are none of its business."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed, upsert_many
from server.store.border import SAME_CHAIN
from server.store.desk.scope import Scope, escape
from server.store.people.people import sorted_as
from server.store.setup.registers import order_of

SIGNERS = "('mentor', 'college_tutor', 'base_trainer')"
DESKS = "('coordinator', 'enterprise_admin', 'base_admin', 'authority', 'system_admin')"
MADE = (
    "EXISTS (SELECT 1 FROM register_log l WHERE l.subject_id = p.id AND l.subject IN ('mentor', 'person') AND l.act = 'made'"
    " AND l.org_id {0} :scope_org)"
)
# Whom a college lets in: nobody who sits at a desk, whom another college took in or has in a book, or who stands for an organisation that
# is neither the college's nor in one of its books, unless the college took him in for it. Read beside the wall: it is about others.
OF_NO_OTHERS = f"""
NOT EXISTS (SELECT 1 FROM roles d WHERE d.person_id = p.id AND (d.role IN {DESKS} OR (d.org_id <> :scope_org AND NOT EXISTS (
    SELECT 1 FROM books h WHERE h.college_id = :scope_org AND h.enterprise_id = d.org_id) AND NOT (d.role IN {SIGNERS} AND {MADE.format('=')}))))
AND NOT {MADE.format('<>')}
AND NOT EXISTS (SELECT 1 FROM members om JOIN books ob ON ob.id = om.book_id WHERE om.person_id = p.id AND ob.college_id <> :scope_org)
"""
REACHED = f"(o.id = :scope_org OR (o.kind IN ('enterprise', 'chain_leader', 'base') AND {SAME_CHAIN}))"
SORTS = {"name": "p.sorted_as", "org": "o.name, p.sorted_as", "apprentices": "apprentices"}
STATES = {"new": "p.password_hash IS NULL AND NOT p.disabled", "in": "p.password_hash IS NOT NULL AND NOT p.disabled", "disabled": "p.disabled"}
QUALIFIED = ("person_id", "post", "level", "certificate_no", "valid_to", "changed_at")
FROM = f"""
FROM roles r JOIN people p ON p.id = r.person_id JOIN orgs o ON o.id = r.org_id JOIN orgs me ON me.id = :scope_org
LEFT JOIN qualifications q ON q.person_id = p.id WHERE r.role IN {SIGNERS} AND {REACHED}
"""
SHOWN = """
SELECT r.person_id || '.' || r.role || '.' || r.org_id AS id, p.id AS person_id, p.name AS name, p.login AS login, r.role AS role,
o.id AS org, o.name AS org_name, q.post AS post, q.level AS level, q.certificate_no AS certificate_no, q.valid_to AS valid_to,
(SELECT count(DISTINCT m.book_id) FROM members m WHERE m.person_id = p.id AND m.role = r.role AND m.from_day <= :today
  AND (m.to_day IS NULL OR m.to_day >= :today)) AS apprentices,
CASE WHEN p.disabled THEN 'disabled' WHEN p.password_hash IS NULL THEN 'new' ELSE 'in' END AS state
"""


def select_orgs(conn: Connection, scope: Scope) -> list[dict[str, Any]]:
    """In whose name somebody may sign here."""
    rows = conn.execute(
        sa.text(f"SELECT o.id, o.kind, o.name FROM orgs o JOIN orgs me ON me.id = :scope_org WHERE {REACHED} ORDER BY o.name, o.id"), scope.values
    )
    return [dict(row._mapping) for row in rows]


def select_mentors(
    conn: Connection, scope: Scope, wanted: dict[str, str], sort: str, today: str, place: tuple[int, int]
) -> tuple[list[dict[str, Any]], int]:
    """A page (`place` is offset and limit), and how many there are."""
    where, values = [FROM], {**scope.values, **wanted, "today": today, "offset": place[0], "limit": place[1]}
    if wanted.get("text"):
        values["like"] = f"%{escape(wanted['text'])}%"
        where.append("(p.name LIKE :like ESCAPE '!' OR p.login LIKE :like ESCAPE '!' OR o.name LIKE :like ESCAPE '!')")
    if wanted.get("role"):
        where.append("r.role = :role")
    if wanted.get("org"):
        where.append("r.org_id = :org")
    if wanted.get("state") in STATES:
        where.append(f"({STATES[wanted['state']]})")
    condition = " AND ".join(where)
    total = conn.execute(sa.text(f"SELECT count(*) {condition}"), values).scalar_one()
    order = order_of(SORTS, sort, "p.id, r.role, o.id")
    rows = conn.execute(sa.text(f"{SHOWN} {condition} ORDER BY {order} LIMIT :limit OFFSET :offset"), values)
    return [dict(row._mapping) for row in rows], int(total)


def select_of_person(conn: Connection, scope: Scope, person_id: str, today: str) -> list[dict[str, Any]]:
    """A row for each role in which this person may sign here."""
    rows = conn.execute(sa.text(f"{SHOWN} {FROM} AND p.id = :person ORDER BY r.role, o.id"), {**scope.values, "person": person_id, "today": today})
    return [dict(row._mapping) for row in rows]


def select_staff(conn: Connection, college: str) -> list[tuple[Any, ...]]:
    """(person, name, login, role, organisation, disabled) of everybody who may sign for this college, also those shut out."""
    rows = conn.execute(sa.text(f"SELECT p.id, p.name, p.login, r.role, r.org_id, p.disabled {FROM} ORDER BY p.name, p.id"), {"scope_org": college})
    return [(*row[:5], bool(row[5])) for row in rows]


def select_namesakes(conn: Connection, scope: Scope, name: str, org: str) -> list[str]:
    """Those of this name who sign in the name of this organisation already."""
    rows = conn.execute(sa.text(f"SELECT DISTINCT p.id {FROM} AND p.name = :name AND o.id = :org"), {**scope.values, "name": name, "org": org})
    return [row[0] for row in rows]


OTHERS = f"""
(EXISTS (SELECT 1 FROM members om JOIN books ob ON ob.id = om.book_id WHERE om.person_id = p.id AND ob.college_id <> :scope_org)
  OR EXISTS (SELECT 1 FROM roles d WHERE d.person_id = p.id AND d.role IN {DESKS}) OR {MADE.format('<>')})
"""


def is_others(conn: Connection, scope: Scope, person_id: str) -> bool:
    """Whether more than this college rests on him: another college took him in or has him in a book, or he sits at a desk anywhere."""
    return bool(select_others(conn, scope.org_id, {person_id}))


def select_others(conn: Connection, college: str, people: Collection[str]) -> set[str]:
    """Those of them on whom more than this college rests. Read beside the wall: it is about others."""
    return {row[0] for row in fetch_listed(conn, f"SELECT p.id FROM people p WHERE {OTHERS} AND p.id AMONG", people, scope_org=college)}


def select_newcomers(conn: Connection, scope: Scope, people: Collection[str]) -> list[tuple[str, str, str]]:
    """(person, name, login) of those among them who have never been in and are this college's to let in."""
    rows = fetch_listed(
        conn,
        f"SELECT DISTINCT p.id, p.name, p.login {FROM} AND p.password_hash IS NULL AND NOT p.disabled AND {OF_NO_OTHERS}"
        " AND p.id AMONG ORDER BY p.name, p.id",
        people, **scope.values,
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in rows]


def select_qualified(conn: Connection, people: Collection[str]) -> dict[str, dict[str, Any]]:
    rows = fetch_listed(conn, f"SELECT {', '.join(QUALIFIED)} FROM qualifications WHERE person_id AMONG", people)
    return {row[0]: dict(zip(QUALIFIED, row, strict=True)) for row in rows}


def upsert_qualified(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    upsert_many(conn, "qualifications", ("person_id",), QUALIFIED, [tuple(row.get(name) for name in QUALIFIED) for row in rows])


def update_name(conn: Connection, person_id: str, name: str) -> None:
    statement = "UPDATE people SET name = :name, sorted_as = :sorted_as WHERE id = :id"
    conn.execute(sa.text(statement), {"id": person_id, "name": name, "sorted_as": sorted_as(name)})
