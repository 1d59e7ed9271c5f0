"""Organisations as a register: those of one's chain, or all; and the days on which a base was recognised."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import insert_many
from server.store.border import SAME_CHAIN
from server.store.desk.scope import Scope, escape, seen
from server.store.setup.registers import order_of

ORG = ("id", "skill_chain_id", "kind", "name", "credit_code", "division_code")
RECOGNITION = ("id", "base_id", "document_no", "issuer", "from_day", "to_day", "created_at")
SORTS = {"name": "o.name", "kind": "o.kind, o.name", "people": "people, o.name", "chain": "c.name, o.name"}
# How many belong to it: a number, nobody's name.
SHOWN = (
    f"{', '.join(f'o.{name}' for name in ORG)}, c.name AS chain,"
    " (SELECT count(DISTINCT r.person_id) FROM roles r WHERE r.org_id = o.id) AS people"
)
FROM = "FROM orgs o LEFT JOIN skill_chains c ON c.id = o.skill_chain_id"
ENTERED = "EXISTS (SELECT 1 FROM register_log l WHERE l.subject_id = o.id AND l.subject = 'org' AND l.act = 'made' AND l.{0})"
BY_OTHERS = "org_id <> :org AND l.role = 'coordinator'"
# Whose books name it: as their enterprise, or as the base where hours were.
NAMED = (
    "EXISTS (SELECT 1 FROM orgs oc WHERE oc.kind = 'college' AND oc.id {0} :org AND (EXISTS (SELECT 1 FROM books b WHERE b.college_id = oc.id"
    " AND b.enterprise_id = o.id) OR (o.kind = 'base' AND EXISTS (SELECT 1 FROM entries e WHERE e.college_id = oc.id AND e.place = o.id))))"
)
# `ours`: entered here, or in books of ours; `others`: the same of another college. Read beside the wall: the second is about others.
OURS = (
    f"CASE WHEN {ENTERED.format('org_id = :org')} OR {NAMED.format('=')} THEN 1 ELSE 0 END AS ours,"
    f" CASE WHEN {NAMED.format('<>')} OR {ENTERED.format(BY_OTHERS)} THEN 1 ELSE 0 END AS others"
)


def reach(scope: Scope) -> str:
    """A college sees its chain, or without one itself alone with those that have none either; whoever looks after the system sees all."""
    if scope.role == "system_admin":
        return "1 = 1"
    return f"EXISTS (SELECT 1 FROM orgs me WHERE me.id = :org AND {SAME_CHAIN})"


def select_orgs(conn: Connection, scope: Scope, wanted: dict[str, str], sort: str, place: tuple[int, int]) -> tuple[list[dict[str, Any]], int]:
    where, values = [reach(scope)], {"org": scope.org_id, "offset": place[0], "limit": place[1]}
    if wanted.get("kind"):
        where.append("o.kind = :kind")
        values["kind"] = wanted["kind"]
    if wanted.get("text"):
        where.append("(o.name LIKE :like ESCAPE '!' OR o.credit_code LIKE :like ESCAPE '!')")
        values["like"] = f"%{escape(wanted['text'])}%"
    condition = " AND ".join(where)
    total = conn.execute(sa.text(f"SELECT count(*) FROM orgs o WHERE {condition}"), values).scalar_one()
    statement = f"SELECT {SHOWN}, {OURS} {FROM} WHERE {condition} ORDER BY {order_of(SORTS, sort, 'o.id')} LIMIT :limit OFFSET :offset"
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), values)], int(total)


def select_org(conn: Connection, scope: Scope, org_id: str) -> dict[str, Any] | None:
    statement = f"SELECT {', '.join(f'o.{name}' for name in ORG)}, {OURS} FROM orgs o WHERE o.id = :id AND {reach(scope)}"
    found = conn.execute(sa.text(statement), {"id": org_id, "org": scope.org_id}).first()
    return dict(found._mapping) if found else None


def select_chain_of(conn: Connection, org_id: str) -> str | None:
    found: str | None = conn.execute(sa.text("SELECT skill_chain_id FROM orgs WHERE id = :id"), {"id": org_id}).scalar()
    return found


def is_code_taken(conn: Connection, code: str, but: str | None) -> bool:
    statement = "SELECT 1 FROM orgs WHERE credit_code = :code AND id <> :but"
    return conn.execute(sa.text(statement), {"code": code, "but": but or ""}).first() is not None


def is_name_taken(conn: Connection, name: str, kind: str, but: str | None) -> bool:
    statement = "SELECT 1 FROM orgs WHERE name = :name AND kind = :kind AND id <> :but"
    return conn.execute(sa.text(statement), {"name": name, "kind": kind, "but": but or ""}).first() is not None


def update_org(conn: Connection, org_id: str, given: dict[str, Any]) -> None:
    """Name or codes; what kind it is stays, and its chain goes by its days."""
    names = [name for name in ("name", "credit_code", "division_code") if name in given]
    statement = f"UPDATE orgs SET {', '.join(f'{name} = :{name}' for name in names)} WHERE id = :id"
    conn.execute(sa.text(statement), {**{name: given[name] for name in names}, "id": org_id})


# --- bases and their recognition -----------------------------------------------------------------------------------


def select_bases(conn: Connection, scope: Scope, today: str, sort: str, place: tuple[int, int]) -> tuple[list[dict[str, Any]], int]:
    """Each base with the last day of the document that recognises it today; '9' is one without an end, null is none."""
    values = {"org": scope.org_id, "today": today, "offset": place[0], "limit": place[1]}
    condition = f"o.kind = 'base' AND {reach(scope)}"
    total = conn.execute(sa.text(f"SELECT count(*) FROM orgs o WHERE {condition}"), values).scalar_one()
    now = (
        "SELECT max(COALESCE(r.to_day, '9')) FROM recognitions r WHERE r.base_id = o.id AND r.from_day <= :today"
        " AND (r.to_day IS NULL OR r.to_day >= :today)"
    )
    statement = (
        f"SELECT o.id, o.kind, o.name, ({now}) AS until, (SELECT count(*) FROM recognitions r WHERE r.base_id = o.id) AS recognitions, {OURS} {FROM}"
        f" WHERE {condition} ORDER BY {order_of({'name': 'o.name', 'until': 'until, o.name'}, sort, 'o.id')} LIMIT :limit OFFSET :offset"
    )
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), values)], int(total)


def select_recognitions(conn: Connection, base_id: str) -> list[dict[str, Any]]:
    statement = f"SELECT {', '.join(RECOGNITION[:-1])} FROM recognitions WHERE base_id = :base ORDER BY from_day DESC, id"
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), {"base": base_id})]


def gains_by(conn: Connection, scope: Scope, base_id: str) -> bool:
    """Whether the base is this person's own: entered by himself, or he sits at its desk."""
    entered = ENTERED.format("by_person = :person")
    statement = (
        f"SELECT 1 FROM orgs o WHERE o.id = :base AND ({entered} OR EXISTS (SELECT 1 FROM roles r WHERE r.org_id = o.id"
        " AND r.person_id = :person AND r.role = 'base_admin'))"
    )
    return conn.execute(sa.text(statement), {"base": base_id, "person": scope.person_id}).first() is not None


def wrote_recognition(conn: Connection, scope: Scope, recognition_id: str) -> bool:
    """Whether it was entered at this desk's organisation."""
    statement = (
        "SELECT 1 FROM register_log l JOIN recognitions r ON r.base_id = l.subject_id WHERE r.id = :id AND l.subject = 'base' AND l.act = 'made'"
        " AND l.org_id = :org AND l.body LIKE :named"
    )
    values = {"id": recognition_id, "org": scope.org_id, "named": f'{{"recognition":"{recognition_id}"%'}
    return conn.execute(sa.text(statement), values).first() is not None


def insert_recognition(conn: Connection, row: dict[str, Any]) -> None:
    insert_many(conn, "recognitions", RECOGNITION, [tuple(row[name] for name in RECOGNITION)])


def update_recognition(conn: Connection, recognition_id: str, given: dict[str, Any]) -> None:
    statement = "UPDATE recognitions SET document_no = :document_no, issuer = :issuer, from_day = :from_day, to_day = :to_day WHERE id = :id"
    conn.execute(sa.text(statement), {**given, "id": recognition_id})


UNCOVERED = """
FROM entries e JOIN books b ON b.id = e.book_id WHERE e.place_kind = 'base' AND e.place = :base AND e.state <> 'withdrawn' AND {seen}
AND NOT EXISTS (
  SELECT 1 FROM recognitions r WHERE r.base_id = :base AND r.from_day <= e.day AND (r.to_day IS NULL OR r.to_day >= e.day)
)
"""


def sum_uncovered(conn: Connection, scope: Scope, base_id: str) -> dict[str, Any]:
    """Entries at this base on days without a recognition: how many, their minutes, and what of them is credited."""
    found = conn.execute(
        sa.text(
            "SELECT count(*) AS entries, COALESCE(sum(e.claimed_minutes), 0) AS minutes, COALESCE(sum(e.credited_minutes), 0) AS credited,"
            f" min(e.day) AS first_day, max(e.day) AS last_day {UNCOVERED.format(seen=seen(scope, 'b'))}"
        ),
        {**scope.values, "base": base_id},
    ).one()
    return {**found._mapping, **{name: int(found._mapping[name]) for name in ("entries", "minutes", "credited")}}
