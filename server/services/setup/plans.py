"""A plan is never changed: a new version is made beside it, held against its rules while it is written, and classes go over to it."""

from typing import Any

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.incoming.levels import read_level, write_levels
from server.papers.incoming.shares import check_shares, sums_of
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.setup import occupations, rosters, versions
from server.store.setup.changes import Change, Hand, write_changes


def choices(scope: Scope, now: int) -> dict[str, Any]:
    """What a new version is made of."""
    with reading() as conn:
        orgs = rosters.select_chain_orgs(conn, scope.org_id)
        return {
            "rule_sets": versions.select_rule_choices(conn, scope), "classes": versions.select_class_choices(conn, scope),
            "occupations": [
                {**row, "levels": write_levels(row["levels"])} for row in occupations.select_in_reach(conn, scope.org_id, day_of(now))
            ],
            "bases": [{"id": org[0], "name": org[2]} for org in orgs if org[1] == "base"],
        }  # fmt: skip


def show(scope: Scope, plan_id: str) -> dict[str, Any] | Denial:
    with reading() as conn:
        found = versions.select_plan(conn, scope, plan_id)
    return found or Denial("not_found")


def check(scope: Scope, asked: dict[str, Any]) -> dict[str, Any] | Denial:
    """Sums, and where they are outside of what the rule set asks for."""
    with reading() as conn:
        rules = versions.select_rules_of(conn, scope, asked["rule_set"])
    if rules is None:
        return Denial("not_found")
    level = read_level(asked["level"]) or asked["level"]
    faults = check_shares(asked["modules"], rules["rules"], rules["limits"], level, rules["source"])
    return {"sums": sums_of(asked["modules"]), "faults": [fault._asdict() for fault in faults]}


def make(hand: Hand, asked: dict[str, Any]) -> str | Denial:
    """A version after the last one of this name, with the classes that follow it from now on."""
    codes, closed = [one["code"] for one in asked["modules"]], sorted(set(asked["closed_days"]))
    if len(set(codes)) != len(codes):
        return Denial("codes_twice")
    with writing() as conn:
        bases = {org[0] for org in rosters.select_chain_orgs(conn, hand.scope.org_id) if org[1] == "base"}
        bases |= versions.select_base_places(conn, hand.scope)
        places = _places(hand, asked["places"], bases)
        there = {one["id"]: one for one in versions.select_class_choices(conn, hand.scope)}
        if versions.select_rules_of(conn, hand.scope, asked["rule_set"]) is None or places is None or not set(asked["classes"]) <= set(there):
            return Denial("not_found")
        rested = _rest_on(conn, hand, asked)
        if isinstance(rested, Denial):
            return rested
        row = {name: asked[name] for name in ("name", "modules", "filed_on")} | rested | {
            "id": hand.uuid(), "org_id": hand.scope.org_id, "rule_set_id": asked["rule_set"],
            "version": versions.select_last_version(conn, hand.scope, asked["name"]) + 1, "places": places, "closed_days": closed,
        }  # fmt: skip
        if versions.is_too_large(row):
            return Denial("plan_too_large")
        versions.insert_plan(conn, row)
        changes: list[Change] = [("plan", row["id"], "made", {name: row[name] for name in ("name", "version", "occupation", "level", "filed_on")})]
        if asked["classes"]:
            versions.update_class_plans(conn, hand.scope, asked["classes"], row["id"])
            changes += [("class", one, "changed", {"plan": [there[one]["plan"], row["id"]]}) for one in asked["classes"]]
        write_changes(conn, hand, changes)
    return str(row["id"])


def _rest_on(conn: Connection, hand: Hand, asked: dict[str, Any]) -> dict[str, Any] | Denial:
    """The occupation and one of its levels, as the plan says them from now on."""
    found = occupations.select_to_rest_on(conn, hand.scope, asked["occupation"])
    if found is None:
        return Denial("not_found")
    if found["ended_on"] is not None and found["ended_on"] < day_of(hand.now):
        return Denial("occupation_ended")
    level = read_level(asked["level"])
    if level is None or level not in write_levels(found["levels"]):
        return Denial("level_not_of_it")
    return {"occupation": found["name"], "occupation_id": found["id"], "level": level}


def _places(hand: Hand, given: list[dict[str, Any]], bases: set[str]) -> list[dict[str, str]] | None:
    """A base is called by the id of its organisation, as what its screen shows; None where it is neither one of the chain's
    nor one that a plan has named before."""
    found = [{"id": one["id"] or f"p-{hand.uuid()[:8]}", "name": one["name"], "kind": one["kind"]} for one in given]
    ids = [one["id"] for one in found]
    strange = any(one["kind"] == "base" and one["id"] not in bases for one in found)
    return None if strange or len(set(ids)) != len(ids) else found
