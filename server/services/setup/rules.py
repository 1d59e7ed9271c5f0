"""Rule sets: every number a plan is held against, with its document and its days. Once plans rest on one it stays as it is."""

from typing import Any

from server.errors import Denial
from server.papers.incoming import levels
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.setup import rules
from server.store.setup.changes import Hand, differing, write_changes

SAID = ("region", "name", "valid_from", "valid_to", "source", "status", "rules", "limits")
SAMPLE = "示例"
# what a least number of lessons may be asked for
GRADES = tuple(levels.GRADES.values())


def list_rule_sets(scope: Scope, wanted: dict[str, str], sort: str, page: int, size: int, now: int) -> dict[str, Any]:
    with reading() as conn:
        rows, total = rules.select_rule_sets(conn, scope, wanted, day_of(now), sort, ((page - 1) * size, size))
    return {"items": [_shown(scope, row, now) for row in rows], "total": total, "page": page}


def show(scope: Scope, rule_set_id: str, now: int) -> dict[str, Any] | Denial:
    with reading() as conn:
        row = rules.select_rule_set(conn, scope, rule_set_id)
    return _shown(scope, row, now) if row else Denial("not_found")


def _shown(scope: Scope, row: dict[str, Any], now: int) -> dict[str, Any]:
    today = day_of(now)
    state = "later" if row["valid_from"] > today else "ended" if row["valid_to"] is not None and row["valid_to"] < today else "running"
    return {**row, "state": state, "sample": row["status"] == SAMPLE, "changeable": row["plans"] == 0 and row["org_id"] == rules.owner_of(scope)}


def keep(hand: Hand, rule_set_id: str | None, asked: dict[str, Any]) -> str | Denial:
    """A new one, or one no plan rests on yet as it is from now on."""
    denial = _judge(asked)
    if denial:
        return denial
    with writing() as conn:
        before = rules.select_rule_set(conn, hand.scope, rule_set_id, to_change=True) if rule_set_id else None
        if rule_set_id and (before is None or before["org_id"] != rules.owner_of(hand.scope)):
            return Denial("not_found")
        if before and before["plans"]:
            return Denial("plans_rest_on_it")
        row = {name: asked[name] for name in SAID} | {"id": rule_set_id or hand.uuid(), "org_id": rules.owner_of(hand.scope)}
        if before:
            rules.update_rule_set(conn, row["id"], row)
        else:
            rules.insert_rule_set(conn, row)
        changes = differing(_flat(before or {}), _flat(row))
        write_changes(conn, hand, [("rule_set", row["id"], "changed" if before else "made", changes)])
    return str(row["id"])


def _judge(asked: dict[str, Any]) -> Denial | None:
    if asked["valid_to"] is not None and asked["valid_to"] < asked["valid_from"]:
        return Denial("days_crossed")
    for least, most in asked["limits"].get("shares", {}).values():
        if least is not None and most is not None and most < least:
            return Denial("range_crossed")
    return None


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Each rule by its own name, so that the log says which one was changed."""
    said = {name: row[name] for name in SAID[:-2] if name in row}
    return {**said, **{f"{part}.{name}": given for part in ("rules", "limits") for name, given in row.get(part, {}).items()}}
