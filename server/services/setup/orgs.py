"""Organisations of the chain, their codes checked; and which documents recognise a base from when to when."""

from typing import Any

from server.errors import Denial
from server.papers.incoming.checks import read_credit_code
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.people.orgs import insert_org
from server.store.setup import chains, orgs
from server.store.setup.changes import Hand, differing, write_changes

# what a college enters by itself, for its own chain; the rest is the keeper's of the system
OWN = ("enterprise", "base")
RECOGNISED = ("document_no", "issuer", "from_day", "to_day")
NO_END = "9"


def list_orgs(scope: Scope, wanted: dict[str, str], sort: str, page: int, size: int) -> dict[str, Any]:
    with reading(beside_wall=True) as conn:  # what others' books name is not this college's to change
        rows, total = orgs.select_orgs(conn, scope, wanted, sort, ((page - 1) * size, size))
    return {"items": [{**row, "changeable": _may(scope, row)} for row in rows], "total": total, "page": page}


def _may(scope: Scope, row: dict[str, Any]) -> bool:
    """A college changes itself, and enterprises and bases that it entered or that its books name, unless another college did or its books do too."""
    return scope.role == "system_admin" or row["id"] == scope.org_id or (row["kind"] in OWN and bool(row["ours"]) and not row["others"])


def _may_recognise(scope: Scope, row: dict[str, Any]) -> bool:
    """A document is entered by a college that entered the base or has hours there, whoever else has."""
    return scope.role == "system_admin" or bool(row["ours"])


def keep(hand: Hand, org_id: str | None, asked: dict[str, Any]) -> str | Denial:
    """A new one in one's own chain, or its name and codes as they are from now on."""
    code = read_credit_code(asked["credit_code"]) if asked["credit_code"] else None
    if asked["credit_code"] and code is None:
        return Denial("credit_code_wrong")
    with writing() as conn:
        before = orgs.select_org(conn, hand.scope, org_id) if org_id else None
        if org_id and before is None:
            return Denial("not_found")
        kind = before["kind"] if before else asked["kind"]
        if not _may(hand.scope, before or {"kind": kind, "id": None, "ours": True, "others": False}):
            return Denial("forbidden")
        if orgs.is_name_taken(conn, asked["name"], kind, org_id):
            return Denial("name_taken")
        if code and orgs.is_code_taken(conn, code, org_id):
            return Denial("credit_code_taken")
        given = {"name": asked["name"], "credit_code": code, "division_code": asked["division_code"]}
        if before is None or org_id is None:
            org_id = hand.uuid()
            chain = None if hand.scope.role == "system_admin" else orgs.select_chain_of(conn, hand.scope.org_id)
            insert_org(conn, {**given, "id": org_id, "kind": kind, "skill_chain_id": chain})
            if chain:
                today = day_of(hand.now)
                last = chains.select_last_day(conn, hand.scope.org_id, chain, today)
                row = {"id": hand.uuid(), "chain_id": chain, "org_id": org_id, "from_day": today, "to_day": last, "reason": ""}
                chains.insert_member(conn, row)
            changes = {"kind": kind, **{name: one for name, one in given.items() if one}}
        else:
            orgs.update_org(conn, org_id, given)
            changes = differing(before, given)
        write_changes(conn, hand, [("org", org_id, "changed" if before else "made", changes)])
    return org_id


# --- bases ---------------------------------------------------------------------------------------------------------


def list_bases(scope: Scope, sort: str, page: int, size: int, now: int) -> dict[str, Any]:
    with reading(beside_wall=True) as conn:
        rows, total = orgs.select_bases(conn, scope, day_of(now), sort, ((page - 1) * size, size))
    items = [
        {
            **row, "recognised": row["until"] is not None, "until": None if row["until"] == NO_END else row["until"],
            "changeable": _may_recognise(scope, row),
        }
        for row in rows
    ]  # fmt: skip
    return {"items": items, "total": total, "page": page}


def show_base(scope: Scope, base_id: str) -> dict[str, Any] | Denial:
    """Its documents, and what was written there on days that none of them covers."""
    with reading() as conn:
        base = orgs.select_org(conn, scope, base_id)
        if base is None or base["kind"] != "base":
            return Denial("not_found")
        return {"items": orgs.select_recognitions(conn, base_id), "uncovered": orgs.sum_uncovered(conn, scope, base_id)}


def keep_recognition(hand: Hand, base_id: str, recognition_id: str | None, asked: dict[str, Any]) -> str | Denial:
    if asked["to_day"] is not None and asked["to_day"] < asked["from_day"]:
        return Denial("days_crossed")
    with writing() as conn:
        base = orgs.select_org(conn, hand.scope, base_id)
        there = {row["id"]: row for row in orgs.select_recognitions(conn, base_id)}
        if base is None or base["kind"] != "base" or (recognition_id and recognition_id not in there):
            return Denial("not_found")
        if not _may_recognise(hand.scope, base):
            return Denial("forbidden")
        if orgs.gains_by(conn, hand.scope, base_id):
            return Denial("same_person")
        if recognition_id and not _may(hand.scope, base) and not orgs.wrote_recognition(conn, hand.scope, recognition_id):
            return Denial("forbidden")
        given = {name: asked[name] for name in RECOGNISED}
        if any(row["id"] != recognition_id and all(row[name] == given[name] for name in ("document_no", "issuer")) for row in there.values()):
            return Denial("number_taken")
        before = there[recognition_id] if recognition_id else {}
        fresh = recognition_id or hand.uuid()
        if recognition_id:
            orgs.update_recognition(conn, fresh, given)
        else:
            orgs.insert_recognition(conn, {**given, "id": fresh, "base_id": base_id, "created_at": hand.now})
        changes = differing(before, given)
        if changes:
            write_changes(conn, hand, [("base", base_id, "changed" if recognition_id else "made", {"recognition": fresh, **changes})])
    return fresh
