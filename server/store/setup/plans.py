"""Plans and rule sets, as a file of plans is held against them."""

import json
from typing import Any

from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch


def select_newest(conn: Connection, college: str) -> dict[str, dict[str, Any]]:
    """The newest version of each plan of a college, by name."""
    rows = fetch(
        conn,
        "SELECT name, occupation, level, version, rule_set_id, modules, places, closed_days FROM plans"
        " WHERE org_id = :college ORDER BY name, version",
        college=college,
    )
    return {
        row[0]: {
            "occupation": row[1], "level": row[2], "version": row[3], "rule_set": row[4], "modules": json.loads(row[5]),
            "places": json.loads(row[6]), "closed_days": json.loads(row[7]),
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
