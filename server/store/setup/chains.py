"""Skill chains (生态链; what ties operations together is in sync/chain.py) and who was in which on what days. Which chain an
organisation is in today is drawn from here into `orgs`."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import insert_many
from server.store.desk.scope import Scope, escape
from server.store.setup.registers import order_of

MEMBER = ("id", "chain_id", "org_id", "from_day", "to_day", "reason", "left_reason")
SORTS = {"name": "c.name", "orgs": "orgs, c.name", "ended_on": "COALESCE(c.ended_on, '9'), c.name"}
MEMBER_SORTS = {"from": "m.from_day, o.name", "name": "o.name, m.from_day", "kind": "o.kind, o.name", "to": "COALESCE(m.to_day, '9'), o.name"}
INSIDE = "m.from_day <= :today AND (m.to_day IS NULL OR m.to_day >= :today)"
TODAY = f"(SELECT m.chain_id FROM chain_members m WHERE m.org_id = orgs.id AND {INSIDE})"


def reach(scope: Scope) -> str:
    """A college reads the chain it is in today; whoever looks after the system keeps them all."""
    return "1 = 1" if scope.role == "system_admin" else "c.id = (SELECT me.skill_chain_id FROM orgs me WHERE me.id = :org)"


def select_chains(
    conn: Connection, scope: Scope, text: str, today: str, sort: str, place: tuple[int, int]
) -> tuple[list[dict[str, Any]], int]:
    """Each with how many organisations and colleges are in it today."""
    values = {"org": scope.org_id, "today": today, "offset": place[0], "limit": place[1], "like": f"%{escape(text)}%"}
    condition = reach(scope) + (" AND c.name LIKE :like ESCAPE '!'" if text else "")
    total = conn.execute(sa.text(f"SELECT count(*) FROM skill_chains c WHERE {condition}"), values).scalar_one()
    inside = f"FROM chain_members m JOIN orgs o ON o.id = m.org_id WHERE m.chain_id = c.id AND {INSIDE}"
    statement = (
        f"SELECT c.id, c.name, c.ended_on, (SELECT count(*) {inside}) AS orgs, (SELECT count(*) {inside} AND o.kind = 'college') AS colleges"
        " FROM skill_chains c"
        f" WHERE {condition} ORDER BY {order_of(SORTS, sort, 'c.id')} LIMIT :limit OFFSET :offset"
    )
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), values)], int(total)


def select_chain(conn: Connection, scope: Scope, chain_id: str) -> dict[str, Any] | None:
    statement = f"SELECT c.id, c.name, c.ended_on FROM skill_chains c WHERE c.id = :id AND {reach(scope)}"
    found = conn.execute(sa.text(statement), {"id": chain_id, "org": scope.org_id}).first()
    return dict(found._mapping) if found else None


def is_name_taken(conn: Connection, name: str, but: str | None) -> bool:
    statement = "SELECT 1 FROM skill_chains WHERE name = :name AND ended_on IS NULL AND id <> :but"
    return conn.execute(sa.text(statement), {"name": name, "but": but or ""}).first() is not None


def insert_chain(conn: Connection, chain_id: str, name: str) -> None:
    conn.execute(sa.text("INSERT INTO skill_chains (id, name) VALUES (:id, :name)"), {"id": chain_id, "name": name})


def update_name(conn: Connection, chain_id: str, name: str) -> None:
    conn.execute(sa.text("UPDATE skill_chains SET name = :name WHERE id = :id"), {"id": chain_id, "name": name})


def update_ended(conn: Connection, chain_id: str, on: str, reason: str) -> None:
    """With the chain everybody's place in it ends who has not left before."""
    conn.execute(sa.text("UPDATE skill_chains SET ended_on = :on WHERE id = :id"), {"id": chain_id, "on": on})
    statement = "UPDATE chain_members SET to_day = :on, left_reason = :reason WHERE chain_id = :id AND (to_day IS NULL OR to_day > :on)"
    conn.execute(sa.text(statement), {"id": chain_id, "on": on, "reason": reason})


def lock_org(conn: Connection, org_id: str) -> bool:
    """Two who put it into chains at once wait for each other; False where there is none."""
    return conn.execute(sa.text("UPDATE orgs SET kind = kind WHERE id = :id"), {"id": org_id}).rowcount == 1


def lock_chain(conn: Connection, chain_id: str) -> None:
    """Nobody comes in while it ends."""
    conn.execute(sa.text("UPDATE skill_chains SET name = name WHERE id = :id"), {"id": chain_id})


# --- who is in it --------------------------------------------------------------------------------------------------


def select_members(
    conn: Connection, chain_id: str, now_only: bool, today: str, sort: str, place: tuple[int, int]
) -> tuple[list[dict[str, Any]], int]:
    values = {"chain": chain_id, "today": today, "offset": place[0], "limit": place[1]}
    condition = "m.chain_id = :chain" + (f" AND {INSIDE}" if now_only else "")
    total = conn.execute(sa.text(f"SELECT count(*) FROM chain_members m WHERE {condition}"), values).scalar_one()
    statement = (
        f"SELECT {', '.join(f'm.{name}' for name in MEMBER)}, o.name, o.kind FROM chain_members m JOIN orgs o ON o.id = m.org_id"
        f" WHERE {condition} ORDER BY {order_of(MEMBER_SORTS, sort, 'm.id')} LIMIT :limit OFFSET :offset"
    )
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), values)], int(total)


def select_member(conn: Connection, chain_id: str, member_id: str) -> dict[str, Any] | None:
    statement = f"SELECT {', '.join(MEMBER)} FROM chain_members WHERE chain_id = :chain AND id = :id"
    found = conn.execute(sa.text(statement), {"chain": chain_id, "id": member_id}).first()
    return dict(found._mapping) if found else None


def is_in_a_chain(conn: Connection, org_id: str, first: str, last: str | None) -> bool:
    """On any of these days, in this chain or another."""
    statement = (
        "SELECT 1 FROM chain_members WHERE org_id = :org AND (to_day IS NULL OR to_day >= :first) AND from_day <= :last LIMIT 1"
    )
    return conn.execute(sa.text(statement), {"org": org_id, "first": first, "last": last or "9"}).first() is not None


def begins_after(conn: Connection, chain_id: str, day: str) -> bool:
    """Whether somebody is to come in later than this day."""
    statement = "SELECT 1 FROM chain_members WHERE chain_id = :chain AND from_day > :day LIMIT 1"
    return conn.execute(sa.text(statement), {"chain": chain_id, "day": day}).first() is not None


def insert_member(conn: Connection, row: dict[str, Any]) -> None:
    insert_many(conn, "chain_members", MEMBER, [tuple(row.get(name) for name in MEMBER)])


def select_last_day(conn: Connection, org_id: str, chain_id: str, today: str) -> str | None:
    """Until when it is in this chain, of today's."""
    statement = f"SELECT m.to_day FROM chain_members m WHERE m.org_id = :org AND m.chain_id = :chain AND {INSIDE}"
    found: str | None = conn.execute(sa.text(statement), {"org": org_id, "chain": chain_id, "today": today}).scalar()
    return found


def update_left(conn: Connection, member_id: str, last: str, reason: str) -> None:
    statement = "UPDATE chain_members SET to_day = :last, left_reason = :reason WHERE id = :id"
    conn.execute(sa.text(statement), {"id": member_id, "last": last, "reason": reason})


def delete_member(conn: Connection, member_id: str) -> None:
    conn.execute(sa.text("DELETE FROM chain_members WHERE id = :id"), {"id": member_id})


def gains_by(conn: Connection, person_id: str, chain_id: str, org_id: str) -> bool:
    """Whether somebody sits at a desk within this chain, or at the one that comes in: he would open books to himself."""
    statement = (
        "SELECT 1 FROM roles r JOIN orgs o ON o.id = r.org_id WHERE r.person_id = :person AND r.role <> 'system_admin'"
        " AND (o.skill_chain_id = :chain OR o.id = :org) LIMIT 1"
    )
    return conn.execute(sa.text(statement), {"person": person_id, "chain": chain_id, "org": org_id}).first() is not None


def settle(conn: Connection, today: str, out: str | None = None) -> int:
    """Every organisation stands in the chain that its days say, from today on; how many went over. One of which no days are written
    stays where it is, unless it is the one that goes `out` or its chain has ended."""
    statement = (
        f"UPDATE orgs SET skill_chain_id = {TODAY} WHERE (id IN (SELECT org_id FROM chain_members) OR id = :out"
        " OR skill_chain_id IN (SELECT c.id FROM skill_chains c WHERE c.ended_on < :today))"
        f" AND COALESCE(skill_chain_id, '') <> COALESCE({TODAY}, '')"
    )
    return conn.execute(sa.text(statement), {"today": today, "out": out}).rowcount
