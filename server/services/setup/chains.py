"""Skill chains: who looks after the system makes, names and ends them and puts organisations in and out; a college reads its own.
A day that is still to come takes effect when it has come, within a minute by the worker."""

from typing import Any

from server.errors import Denial
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.setup import chains
from server.store.setup.changes import Hand, differing, write_changes

NO_REASONS = {"reason": "", "left_reason": None}


def list_chains(scope: Scope, text: str, sort: str, page: int, size: int, now: int) -> dict[str, Any]:
    with reading() as conn:
        rows, total = chains.select_chains(conn, scope, text, day_of(now), sort, ((page - 1) * size, size))
    return {"items": rows, "total": total, "page": page}


def list_members(scope: Scope, chain_id: str, now_only: bool, sort: str, page: int, size: int, now: int) -> dict[str, Any] | Denial:
    """Who is in it and who was, with the days; the reasons are for whoever keeps chains."""
    today = day_of(now)
    with reading() as conn:
        chain = chains.select_chain(conn, scope, chain_id)
        if chain is None:
            return Denial("not_found")
        rows, total = chains.select_members(conn, chain_id, now_only, today, sort, ((page - 1) * size, size))
    keeps = scope.role == "system_admin"
    items = [{**row, "state": _state(row, today), **({} if keeps else NO_REASONS)} for row in rows]
    return {**chain, "items": items, "total": total, "page": page}


def _state(row: dict[str, Any], today: str) -> str:
    return "later" if row["from_day"] > today else "left" if row["to_day"] is not None and row["to_day"] < today else "inside"


def keep(hand: Hand, chain_id: str | None, name: str) -> str | Denial:
    """A new one, or its name from now on."""
    with writing() as conn:
        before = chains.select_chain(conn, hand.scope, chain_id) if chain_id else None
        if chain_id and before is None:
            return Denial("not_found")
        if before and before["ended_on"]:
            return Denial("ended_already")
        if chains.is_name_taken(conn, name, chain_id):
            return Denial("name_taken")
        fresh = chain_id or hand.uuid()
        if before:
            chains.update_name(conn, fresh, name)
        else:
            chains.insert_chain(conn, fresh, name)
        write_changes(conn, hand, [("chain", fresh, "changed" if before else "made", differing(before or {}, {"name": name}))])
    return fresh


def end(hand: Hand, chain_id: str, on: str, reason: str) -> str | Denial:
    """With its last day everybody is out of it."""
    with writing() as conn:
        chains.lock_chain(conn, chain_id)
        chain = chains.select_chain(conn, hand.scope, chain_id)
        if chain is None:
            return Denial("not_found")
        if chain["ended_on"]:
            return Denial("ended_already")
        if chains.begins_after(conn, chain_id, on):
            return Denial("days_crossed")
        chains.update_ended(conn, chain_id, on, reason)
        write_changes(conn, hand, [("chain", chain_id, "ended", {"ended_on": on, "reason": reason})])
        chains.settle(conn, day_of(hand.now))
    return chain_id


def put_in(hand: Hand, chain_id: str, asked: dict[str, Any]) -> str | Denial:
    """An organisation from a day on; it is in one chain at a time. Nobody puts in where he would see more by it himself."""
    first, last = asked["from_day"], asked["to_day"]
    if last is not None and last < first:
        return Denial("days_crossed")
    with writing() as conn:
        chains.lock_chain(conn, chain_id)
        chain = chains.select_chain(conn, hand.scope, chain_id)
        if chain is None or not chains.lock_org(conn, asked["org"]):
            return Denial("not_found")
        if chain["ended_on"]:
            return Denial("ended_already")
        if chains.gains_by(conn, hand.scope.person_id, chain_id, asked["org"]):
            return Denial("same_person")
        if chains.is_in_a_chain(conn, asked["org"], first, last):
            return Denial("in_a_chain")
        row = {"id": hand.uuid(), "chain_id": chain_id, "org_id": asked["org"], "from_day": first, "to_day": last, "reason": asked["reason"]}
        chains.insert_member(conn, row)
        said = {"org": asked["org"], "from": first, **({"to": last} if last else {}), "reason": asked["reason"]}
        of_the_org = {"skill_chain_id": [None, chain_id], "from": [None, first]}
        write_changes(conn, hand, [
            ("chain", chain_id, "changed", {name: [None, given] for name, given in said.items()}), ("org", asked["org"], "changed", of_the_org),
        ])  # fmt: skip
        chains.settle(conn, day_of(hand.now))
    return str(row["id"])


def take_out(hand: Hand, chain_id: str, member_id: str, last: str, reason: str) -> str | Denial:
    """With this day as its last one; who has left stays as he is. A place that was to begin today or later, and ends before that, was a
    mistake: only the log keeps it."""
    with writing() as conn:
        chains.lock_chain(conn, chain_id)
        member = chains.select_member(conn, chain_id, member_id)
        if member is None:
            return Denial("not_found")
        if member["to_day"] is not None and member["to_day"] < day_of(hand.now):
            return Denial("ended_already")
        mistaken = last < member["from_day"] and member["from_day"] >= day_of(hand.now)
        if last < member["from_day"] and not mistaken:
            return Denial("days_crossed")
        if member["to_day"] is not None and last > member["to_day"]:
            return Denial("days_crossed")
        if mistaken:
            chains.delete_member(conn, member_id)
        else:
            chains.update_left(conn, member_id, last, reason)
        changes = {"org": [member["org_id"], member["org_id"]], "to": [member["to_day"], last], "reason": [None, reason]}
        of_the_org = {"skill_chain_id": [chain_id, None], "to": [member["to_day"], last]}
        write_changes(conn, hand, [("chain", chain_id, "changed", changes), ("org", member["org_id"], "changed", of_the_org)])
        chains.settle(conn, day_of(hand.now), member["org_id"])
    return member_id


def settle(now: int) -> int:
    """What the calendar has changed since somebody looked; how many organisations went over."""
    with writing() as conn:
        return chains.settle(conn, day_of(now))
