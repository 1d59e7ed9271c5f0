"""The age of rules: on which documents what a desk does rests, and which of them have ended or soon will."""

from typing import Any

from server.store.days import DAY, day_of
from server.store.db import reading
from server.store.desk import signers
from server.store.desk.scope import Scope

SOON = 60


def list_ages(scope: Scope, now: int) -> list[dict[str, Any]]:
    """Those that have ended, and those that end within sixty days; the earliest first."""
    today, soon = day_of(now), day_of(now + SOON * DAY)
    with reading() as conn:
        rows = signers.select_rule_sets(conn, scope)
    return [
        {
            "name": row["name"], "source": row["source"], "status": row["status"], "region": row["region"], "valid_to": row["valid_to"],
            "plans": int(row["plans"]), "ended": row["valid_to"] < today,
        }
        for row in rows if row["valid_to"] is not None and row["valid_to"] <= soon
    ]  # fmt: skip
