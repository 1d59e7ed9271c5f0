"""Skill chains, their organisations, the rule sets of a region and the plans made under them."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.border import BOUND, PUBLIC


def insert_org(conn: Connection, row: dict[str, Any]) -> None:
    conn.execute(
        sa.text(
            "INSERT INTO orgs (id, skill_chain_id, kind, name, credit_code, division_code)"
            " VALUES (:id, :skill_chain_id, :kind, :name, :credit_code, :division_code)"
        ),
        row,
    )


def select_org_id(conn: Connection, name: str) -> str | None:
    return conn.execute(sa.text("SELECT id FROM orgs WHERE name = :name ORDER BY id"), {"name": name}).scalar()


def select_org_name(conn: Connection, org_id: str) -> str | None:
    return conn.execute(sa.text("SELECT name FROM orgs WHERE id = :id"), {"id": org_id}).scalar()


def is_base(conn: Connection, org_id: str) -> bool:
    return conn.execute(sa.text("SELECT 1 FROM orgs WHERE id = :id AND kind = 'base'"), {"id": org_id}).first() is not None


def is_near(conn: Connection, org_id: str, person_id: str) -> bool:
    """Whether somebody has a role in this organisation's chain, or in it; one of no chain takes in anybody."""
    statement = (
        f"SELECT 1 FROM orgs me WHERE me.id = :org AND ({PUBLIC} OR EXISTS (SELECT 1 FROM roles r JOIN orgs o ON o.id = r.org_id"
        f" WHERE r.person_id = :person AND (o.id = me.id OR {BOUND})))"
    )
    return conn.execute(sa.text(statement), {"org": org_id, "person": person_id}).first() is not None


def select_org_names(conn: Connection, person_id: str) -> list[str]:
    rows = conn.execute(
        sa.text("SELECT DISTINCT o.name FROM roles r JOIN orgs o ON o.id = r.org_id WHERE r.person_id = :person"),
        {"person": person_id},
    )
    return [row[0] for row in rows]


def insert_rule_set(conn: Connection, row: dict[str, Any]) -> None:
    """Its status is 示例 unless the one who enters it says what it really is."""
    conn.execute(
        sa.text(
            "INSERT INTO rule_sets (id, region, name, valid_from, valid_to, source, status, rules)"
            " VALUES (:id, :region, :name, :valid_from, :valid_to, :source, :status, :rules)"
        ),
        {**row, "rules": _text(row["rules"])},
    )


def insert_plan(conn: Connection, row: dict[str, Any]) -> None:
    lists = {name: _text(row[name]) for name in ("modules", "places", "closed_days")}
    conn.execute(
        sa.text(
            "INSERT INTO plans (id, org_id, rule_set_id, name, occupation, occupation_id, level, version, modules, places, closed_days)"
            " VALUES (:id, :org_id, :rule_set_id, :name, :occupation, :occupation_id, :level, :version, :modules, :places, :closed_days)"
        ),
        {"occupation_id": None, **row, **lists},
    )


def insert_class(conn: Connection, row: dict[str, Any]) -> None:
    statement = (
        "INSERT INTO classes (id, college_id, name, plan_id, from_day, to_day, created_at)"
        " VALUES (:id, :college_id, :name, :plan_id, :from_day, :to_day, :created_at)"
    )
    conn.execute(sa.text(statement), row)


def _text(given: Any) -> str:
    return json.dumps(given, ensure_ascii=False, separators=(",", ":"))
