"""Good rows of a plan become the plan, each as a new version of what there was; handbooks that are open keep theirs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from server.papers.incoming.levels import write_levels
from server.services.setup.imports.load import load_first_places
from server.services.setup.imports.plans import is_too_heavy, taken_over
from server.services.setup.imports.write_roster import Hand
from server.store.days import day_of
from server.store.people import orgs
from server.store.setup import occupations, rosters, versions

HEAD = ("occupation", "level", "rule_set", "modules")


def plans_have_moved(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether one of them has got another version since the file was judged, its occupation is no longer as it was, or what it takes over
    has grown too long."""
    newest = versions.select_newest(conn, hand.scope.org_id)
    there = occupations.select_held(conn, hand.scope.org_id, {row.get("occupation_id") or "" for row in rows}, day_of(hand.now))
    if any(not _has_level(there.get(row.get("occupation_id", "")), row) for row in rows):
        return True
    first = load_first_places(conn, hand.scope.org_id, newest)
    if any(not _is_there(newest, row) and is_too_heavy(row["plan"], row["modules"], newest, first) for row in rows):
        return True
    return any(row["version"] != newest.get(row["plan"], {"version": 0})["version"] + 1 and not _is_there(newest, row) for row in rows)


def _has_level(occupation: dict[str, Any] | None, row: dict[str, Any]) -> bool:
    return occupation is not None and occupation["name"] == row["occupation"] and row["level"] in write_levels(occupation["levels"])


def _is_there(newest: dict[str, dict[str, Any]], row: dict[str, Any]) -> bool:
    there = newest.get(row["plan"])
    return there is not None and there["occupation_id"] in (None, row["occupation_id"]) and all(there[name] == row[name] for name in HEAD)


def write_plans(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> None:
    """Rows of one plan all carry the whole of it, so that it is written once wherever a batch ends."""
    newest = versions.select_newest(conn, hand.scope.org_id)
    first = load_first_places(conn, hand.scope.org_id, newest)
    for row in rows:
        if _is_there(newest, row):
            continue
        taken = taken_over(row["plan"], newest, first)
        fresh = {
            "id": hand.uuid(), "org_id": hand.scope.org_id, "rule_set_id": row["rule_set"], "name": row["plan"], "occupation": row["occupation"],
            "occupation_id": row["occupation_id"],
            "level": row["level"], "version": row["version"], "modules": row["modules"],
            **taken,
        }  # fmt: skip
        orgs.insert_plan(conn, fresh)
        rosters.insert_log(conn, [hand.log("plan", fresh["id"], "made", {"name": row["plan"], "version": row["version"], "by": "import"})])
        newest[row["plan"]] = {**row, **taken}
