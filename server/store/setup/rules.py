"""Rule sets: those for everybody and a college's own. One that plans rest on is never changed."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import insert_many
from server.store.desk.scope import Scope, escape
from server.store.setup.registers import order_of

RULE_SET = ("id", "org_id", "region", "name", "valid_from", "valid_to", "source", "status", "rules", "limits")
SORTS = {"valid_from": "r.valid_from, r.name", "name": "r.name", "valid_to": "COALESCE(r.valid_to,'9'), r.name"}
STATES = {
    "running": "r.valid_from <= :today AND (r.valid_to IS NULL OR r.valid_to >= :today)", "later": "r.valid_from > :today",
    "ended": "r.valid_to < :today",
}  # fmt: skip
ROW = (
    f"SELECT {', '.join(f'r.{name}' for name in RULE_SET)}, o.name AS owner, (SELECT count(*) FROM plans p WHERE p.rule_set_id = r.id) AS plans"
    " FROM rule_sets r LEFT JOIN orgs o ON o.id = r.org_id WHERE"
)


def reach(scope: Scope, of: str = "r") -> str:
    """A college sees its own beside everybody's; whoever looks after the system sees them all."""
    return "1 = 1" if scope.role == "system_admin" else f"({of}.org_id IS NULL OR {of}.org_id = :org)"


def owner_of(scope: Scope) -> str | None:
    """What the system's keeper makes is everybody's."""
    return None if scope.role == "system_admin" else scope.org_id


def select_rule_sets(
    conn: Connection, scope: Scope, wanted: dict[str, str], today: str, sort: str, place: tuple[int, int]
) -> tuple[list[dict[str, Any]], int]:
    where, values = [reach(scope)], {"org": scope.org_id, "today": today, "offset": place[0], "limit": place[1]}
    if wanted.get("text"):
        where.append("(r.name LIKE :like ESCAPE '!' OR r.source LIKE :like ESCAPE '!' OR r.region LIKE :like ESCAPE '!')")
        values["like"] = f"%{escape(wanted['text'])}%"
    if wanted.get("state"):
        where.append(STATES[wanted["state"]])
    condition = " AND ".join(where)
    total = conn.execute(sa.text(f"SELECT count(*) FROM rule_sets r WHERE {condition}"), values).scalar_one()
    statement = f"{ROW} {condition} ORDER BY {order_of(SORTS, sort, 'r.id')} LIMIT :limit OFFSET :offset"
    return [_read(row) for row in conn.execute(sa.text(statement), values)], int(total)


def select_rule_set(conn: Connection, scope: Scope, rule_set_id: str, to_change: bool = False) -> dict[str, Any] | None:
    """`to_change` holds off plans that are about to rest on it, until this transaction is over; SQLite writes one at a time anyhow."""
    if to_change and conn.dialect.name == "postgresql":
        conn.execute(sa.text("SELECT 1 FROM rule_sets WHERE id = :id FOR UPDATE"), {"id": rule_set_id})
    statement = f"{ROW} r.id = :id AND {reach(scope)}"
    found = conn.execute(sa.text(statement), {"id": rule_set_id, "org": scope.org_id}).first()
    return _read(found) if found else None


def _read(row: sa.Row[Any]) -> dict[str, Any]:
    return {**row._mapping, "rules": json.loads(row.rules), "limits": json.loads(row.limits or "{}")}


def _text(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **{name: json.dumps(row[name], ensure_ascii=False, separators=(",", ":")) for name in ("rules", "limits")}}


def insert_rule_set(conn: Connection, row: dict[str, Any]) -> None:
    insert_many(conn, "rule_sets", RULE_SET, [tuple(_text(row)[name] for name in RULE_SET)])


def update_rule_set(conn: Connection, rule_set_id: str, row: dict[str, Any]) -> None:
    names = RULE_SET[2:]
    statement = f"UPDATE rule_sets SET {', '.join(f'{name} = :{name}' for name in names)} WHERE id = :id"
    conn.execute(sa.text(statement), {**{name: _text(row)[name] for name in names}, "id": rule_set_id})
