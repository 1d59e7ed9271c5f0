"""Plans one by one: a version with all it says, what a new one is made of, what a file of plans is held against, and the classes that
follow it."""

import json
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch, insert_many
from server.store.desk.scope import Scope
from server.store.setup.rules import reach

LISTS = ("modules", "places", "closed_days")
# An operation that gives a handbook its plan has 8,192 bytes: what is left is for the rest of the plan, and for its own frame.
MOST_BYTES = 5_400
WEIGHED = ("name", *LISTS)
PLAN = ("id", "org_id", "rule_set_id", "name", "occupation", "occupation_id", "level", "version", *LISTS, "filed_on")


def is_too_large(plan: Mapping[str, Any]) -> bool:
    """Whether no handbook can be given this plan."""
    return len(json.dumps([plan[name] for name in WEIGHED], ensure_ascii=False, separators=(",", ":")).encode()) > MOST_BYTES


def select_plan(conn: Connection, scope: Scope, plan_id: str) -> dict[str, Any] | None:
    statement = f"SELECT {', '.join(PLAN)} FROM plans WHERE id = :id AND org_id = :org"
    found = conn.execute(sa.text(statement), {"id": plan_id, "org": scope.org_id}).first()
    return {**found._mapping, **{name: json.loads(found._mapping[name]) for name in LISTS}} if found else None


def select_last_version(conn: Connection, scope: Scope, name: str) -> int:
    """0 where no plan of the college is called so."""
    statement = "SELECT max(version) FROM plans WHERE org_id = :org AND name = :name"
    return int(conn.execute(sa.text(statement), {"org": scope.org_id, "name": name}).scalar() or 0)


def select_base_places(conn: Connection, scope: Scope) -> set[str]:
    """The bases that plans of this college name already."""
    rows = conn.execute(sa.text("SELECT places FROM plans WHERE org_id = :org"), {"org": scope.org_id})
    return {place["id"] for row in rows for place in json.loads(row[0]) if place["kind"] == "base"}


def insert_plan(conn: Connection, row: dict[str, Any]) -> None:
    lists = {name: json.dumps(row[name], ensure_ascii=False, separators=(",", ":")) for name in LISTS}
    insert_many(conn, "plans", PLAN, [tuple({**row, **lists}[name] for name in PLAN)])


def select_rules_of(conn: Connection, scope: Scope, rule_set_id: str) -> dict[str, Any] | None:
    """What a plan is held against."""
    statement = f"SELECT r.source, r.rules, r.limits FROM rule_sets r WHERE r.id = :id AND {reach(scope)}"
    found = conn.execute(sa.text(statement), {"id": rule_set_id, "org": scope.org_id}).first()
    return {"source": found[0], "rules": json.loads(found[1]), "limits": json.loads(found[2] or "{}")} if found else None


def select_rule_choices(conn: Connection, scope: Scope) -> list[dict[str, Any]]:
    rows = conn.execute(
        sa.text(
            "SELECT r.id, r.name, r.source, r.status, r.valid_to, r.rules, r.limits FROM rule_sets r"
            f" WHERE {reach(scope)} ORDER BY r.valid_from DESC, r.name, r.id"
        ),
        {"org": scope.org_id},
    )
    return [
        {**{name: row._mapping[name] for name in ("id", "name", "source", "status", "valid_to")}, "limits": json.loads(row.limits or "{}"),
         "lesson_minutes": json.loads(row.rules)["lesson_minutes"]}
        for row in rows
    ]  # fmt: skip


def select_class_choices(conn: Connection, scope: Scope) -> list[dict[str, Any]]:
    """Classes with the plan they follow now."""
    rows = conn.execute(
        sa.text(
            "SELECT c.id, c.name, p.name AS plan_name, p.version AS plan_version, c.plan_id AS plan FROM classes c"
            " LEFT JOIN plans p ON p.id = c.plan_id WHERE c.college_id = :org ORDER BY c.to_day DESC, c.name LIMIT 500"
        ),
        {"org": scope.org_id},
    )
    return [dict(row._mapping) for row in rows]


def update_class_plans(conn: Connection, scope: Scope, classes: Collection[str], plan_id: str) -> None:
    statement = sa.text("UPDATE classes SET plan_id = :plan WHERE college_id = :org AND id IN :ids").bindparams(sa.bindparam("ids", expanding=True))
    conn.execute(statement, {"plan": plan_id, "org": scope.org_id, "ids": sorted(classes)})


# --- a file of plans -----------------------------------------------------------------------------------------------


def select_newest(conn: Connection, college: str) -> dict[str, dict[str, Any]]:
    """The newest version of each plan of a college, by name."""
    rows = fetch(
        conn,
        "SELECT name, occupation, level, version, rule_set_id, modules, places, closed_days, occupation_id FROM plans"
        " WHERE org_id = :college ORDER BY name, version",
        college=college,
    )
    return {
        row[0]: {
            "occupation": row[1], "level": row[2], "version": row[3], "rule_set": row[4], "modules": json.loads(row[5]),
            "places": json.loads(row[6]), "closed_days": json.loads(row[7]), "occupation_id": row[8],
        } for row in rows
    }  # fmt: skip


def select_rules(conn: Connection, college: str, today: str) -> list[tuple[Any, ...]]:
    """(id, name, source, rules, limits) of everybody's rule sets and the college's own that hold on this day, the latest first."""
    rows = fetch(
        conn,
        "SELECT id, name, source, rules, limits FROM rule_sets WHERE (org_id IS NULL OR org_id = :college)"
        " AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today) ORDER BY valid_from DESC, id",
        college=college,
        today=today,
    )
    return [(*row[:3], json.loads(row[3]), json.loads(row[4] or "{}")) for row in rows]
