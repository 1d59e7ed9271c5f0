"""The registers of a college: classes, who is in them, the plans they follow; and the one look at an ID number that is written down."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.incoming.checks import mask
from server.papers.incoming.levels import write_levels
from server.papers.incoming.shares import check_shares, sums_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.people import identities
from server.store.people.vault import Unreadable, Vault
from server.store.setup import occupations, registers, rosters


class Means(NamedTuple):
    """What sealed things are opened with."""

    vault: Vault
    chance: Callable[[int], bytes]

    def uuid(self) -> str:
        return str(UUID(bytes=self.chance(16), version=4))


def list_classes(scope: Scope, text: str, sort: str, page: int, size: int, now: int) -> dict[str, Any]:
    with reading() as conn:
        rows, total = registers.select_classes(conn, scope, text, sort, ((page - 1) * size, size), now)
    return {"items": rows, "total": total, "page": page}


def keep_class(means: Means, scope: Scope, class_id: str | None, asked: dict[str, Any], now: int) -> Denial | str:
    """A new class, or one as it is from now on. Handbooks that are open keep the plan they have."""
    if asked["to"] < asked["from"]:
        return Denial("days_crossed")
    with writing() as conn:
        there = registers.select_class_named(conn, scope, asked["name"])
        if there not in (None, class_id):
            return Denial("name_taken")
        if asked["plan"] is not None and not registers.is_plan_of(conn, scope, asked["plan"]):
            return Denial("not_found")
        before = registers.select_class(conn, scope, class_id) if class_id else {}
        if before is None:
            return Denial("not_found")
        if class_id:
            registers.update_class(conn, scope, class_id, asked)
        fresh = class_id or means.uuid()
        if not class_id:
            rosters.insert_class(conn, (fresh, scope.org_id, asked["name"], asked["plan"], asked["from"], asked["to"], now))
        changes = {name: [before.get(name), given] for name, given in asked.items() if before.get(name) != given}
        if changes:
            _log(conn, means, scope, ("class", fresh, "changed" if class_id else "made"), changes, now)
    return fresh


def list_plans(scope: Scope) -> list[dict[str, Any]]:
    """Each with its sums, whether its occupation and level are registered, and where its shares or its total are outside of what the
    rule set asks for."""
    with reading() as conn:
        plans = registers.select_plans(conn, scope)
        there = {(one["name"], level) for one in occupations.select_in_reach(conn, scope.org_id) for level in write_levels(one["levels"])}
    return [
        {**plan, "registered": plan["occupation_id"] is not None or (plan["occupation"], plan["level"]) in there,
         "sums": sums_of(plan["modules"]), "lesson_minutes": plan["rules"]["lesson_minutes"],
         "faults": [fault._asdict() for fault in check_shares(plan["modules"], plan["rules"], plan["limits"], plan["level"], plan["source"])]}
        for plan in plans
    ]  # fmt: skip


def list_roster(vault: Vault, scope: Scope, wanted: dict[str, str], sort: str, page: int, size: int) -> dict[str, Any]:
    with reading() as conn:
        rows, total = registers.select_roster(conn, scope, wanted, sort, ((page - 1) * size, size))
        known = identities.select_identities(conn, {row["person_id"] for row in rows})
    return {"items": [{**row, "number": _masked(vault, known.get(row["person_id"]))} for row in rows], "total": total, "page": page}


def _masked(vault: Vault, identity: identities.Identity | None) -> str | None:
    """None where no number is known; a vault of another server opens nothing."""
    if identity is None:
        return None
    try:
        return mask(identities.open_identity(vault, identity)["number"])
    except Unreadable:
        return "***"


def show_person(vault: Vault, scope: Scope, book_id: str) -> dict[str, Any] | None:
    with reading() as conn:
        row = registers.select_roster_row(conn, scope, book_id)
        if row is None:
            return None
        identity = identities.select_identities(conn, {row["person_id"]}).get(row["person_id"])
    head = row.pop("head")
    days = {name: head.get(name) for name in ("from", "to", "learner", "occupation", "level")}
    return {**row, **days, "number": _masked(vault, identity), "id_kind": identity.kind if identity else None}


def unmask(means: Means, scope: Scope, book_id: str, reason: str, now: int) -> dict[str, Any] | Denial:
    """Written down before it is shown: who looked, at whom, why. How somebody is reached is shown to the college that entered it."""
    with writing() as conn:
        row = registers.select_roster_row(conn, scope, book_id)
        identity = identities.select_identities(conn, {row["person_id"]}).get(row["person_id"]) if row else None
        if row is None or identity is None:
            return Denial("not_found")
        try:
            contact = identities.open_for(means.vault, identity, scope.org_id)
        except Unreadable:
            return Denial("vault_closed")
        _log(conn, means, scope, ("person", row["person_id"], "unmasked"), {"reason": reason}, now)
    return {**contact, "elsewhere": identity.college_id not in (None, scope.org_id)}


def _log(conn: Connection, means: Means, scope: Scope, what: tuple[str, str, str], body: dict[str, Any], now: int) -> None:
    subject, subject_id, act = what
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    rosters.insert_log(conn, [rosters.Logged(means.uuid(), scope.org_id, now, scope.person_id, scope.role, subject, subject_id, act, text)])
