"""Occupations and their trades: those for everybody and a college's own. Plans rest on them by id."""

import json
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import insert_many
from server.store.desk.scope import Scope, escape
from server.store.setup.registers import order_of
from server.store.setup.rules import reach

OCCUPATION = ("id", "org_id", "code", "name", "edition", "source", "levels", "ended_on")
CHANGED = ("code", "name", "edition", "source", "levels")
SORTS = {"code": "c.code, c.name", "name": "c.name, c.code", "edition": "c.edition, c.code", "ended_on": "COALESCE(c.ended_on,'9'), c.code"}
IN_USE = "(c.ended_on IS NULL OR c.ended_on >= :today)"
STATES = {"running": IN_USE, "ended": "c.ended_on < :today"}
ROW = (
    f"SELECT {', '.join(f'c.{name}' for name in OCCUPATION)}, o.name AS owner,"
    " (SELECT count(*) FROM plans p WHERE p.occupation_id = c.id) AS plans FROM occupations c LEFT JOIN orgs o ON o.id = c.org_id WHERE"
)


def select_occupations(
    conn: Connection, scope: Scope, wanted: dict[str, str], today: str, sort: str, place: tuple[int, int]
) -> tuple[list[dict[str, Any]], int]:
    """A page (`place` is offset and limit), and how many there are."""
    where, values = [reach(scope, "c")], {"org": scope.org_id, "today": today, "offset": place[0], "limit": place[1]}
    if wanted.get("text"):
        where.append("(c.code LIKE :like ESCAPE '!' OR c.name LIKE :like ESCAPE '!')")
        values["like"] = f"%{escape(wanted['text'])}%"
    if wanted.get("state"):
        where.append(STATES[wanted["state"]])
    condition = " AND ".join(where)
    total = conn.execute(sa.text(f"SELECT count(*) FROM occupations c WHERE {condition}"), values).scalar_one()
    statement = f"{ROW} {condition} ORDER BY {order_of(SORTS, sort, 'c.id')} LIMIT :limit OFFSET :offset"
    return [_read(row) for row in conn.execute(sa.text(statement), values)], int(total)


def select_occupation(conn: Connection, scope: Scope, occupation_id: str, to_change: bool = False) -> dict[str, Any] | None:
    """`to_change` holds off plans that are about to rest on it, until this transaction is over; SQLite writes one at a time anyhow."""
    if to_change and conn.dialect.name == "postgresql":
        conn.execute(sa.text("SELECT 1 FROM occupations WHERE id = :id FOR UPDATE"), {"id": occupation_id})
    statement = f"{ROW} c.id = :id AND {reach(scope, 'c')}"
    found = conn.execute(sa.text(statement), {"id": occupation_id, "org": scope.org_id}).first()
    return _read(found) if found else None


def select_to_rest_on(conn: Connection, scope: Scope, occupation_id: str) -> dict[str, Any] | None:
    """As a plan is about to take it: until that is written it stays as it is read here."""
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("SELECT 1 FROM occupations WHERE id = :id FOR SHARE"), {"id": occupation_id})
    return select_occupation(conn, scope, occupation_id)


def select_in_reach(conn: Connection, org_id: str, today: str | None = None) -> list[dict[str, Any]]:
    """Everybody's and this college's own; with a day, those in use on it."""
    used = f" AND {IN_USE}" if today else ""
    statement = (
        "SELECT c.id, c.code, c.name, c.edition, c.levels FROM occupations c WHERE (c.org_id IS NULL OR c.org_id = :org)"
        f"{used} ORDER BY c.code, c.name, c.edition DESC, c.org_id IS NOT NULL, c.id"
    )
    return [_read(row) for row in conn.execute(sa.text(statement), {"org": org_id, "today": today})]


def select_held(conn: Connection, org_id: str, ids: Collection[str], today: str) -> dict[str, dict[str, Any]]:
    """Those of them that are in use, by id; until this transaction is over they stay as they are read here."""
    held = " FOR SHARE" if conn.dialect.name == "postgresql" else ""
    statement = sa.text(
        "SELECT c.id, c.name, c.levels FROM occupations c WHERE c.id IN :ids AND (c.org_id IS NULL OR c.org_id = :org)"
        f" AND {IN_USE} ORDER BY c.id{held}"
    ).bindparams(sa.bindparam("ids", expanding=True))
    return {row.id: _read(row) for row in conn.execute(statement, {"ids": sorted(ids), "org": org_id, "today": today})}


def select_levels_used(conn: Connection, occupation_id: str) -> set[str]:
    """The levels of plans that rest on it, as they are written."""
    rows = conn.execute(sa.text("SELECT DISTINCT level FROM plans WHERE occupation_id = :id"), {"id": occupation_id})
    return set(rows.scalars())


def is_there(conn: Connection, owner: str | None, row: dict[str, Any], today: str) -> bool:
    """Whether another one in use, everybody's or the owner's, is of this code, name and edition."""
    statement = (
        "SELECT 1 FROM occupations c WHERE c.code = :code AND c.name = :name AND c.edition = :edition AND c.id <> :id"
        f" AND (c.org_id IS NULL OR c.org_id = :owner) AND {IN_USE} LIMIT 1"
    )
    asked = {name: row[name] for name in ("id", "code", "name", "edition")} | {"owner": owner or "", "today": today}
    return conn.execute(sa.text(statement), asked).first() is not None


def insert_occupations(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    insert_many(conn, "occupations", OCCUPATION, [tuple(_written(row).get(name) for name in OCCUPATION) for row in rows])


def update_occupation(conn: Connection, row: dict[str, Any]) -> None:
    statement = f"UPDATE occupations SET {', '.join(f'{name} = :{name}' for name in CHANGED)} WHERE id = :id"
    conn.execute(sa.text(statement), {name: _written(row)[name] for name in ("id", *CHANGED)})


def update_ended(conn: Connection, occupation_id: str, on: str) -> None:
    conn.execute(sa.text("UPDATE occupations SET ended_on = :on WHERE id = :id"), {"id": occupation_id, "on": on})


def _read(row: sa.Row[Any]) -> dict[str, Any]:
    return {**row._mapping, "levels": json.loads(row.levels)}


def _written(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "levels": json.dumps(row["levels"], separators=(",", ":"))}
