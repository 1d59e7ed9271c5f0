"""Occupations, their trades and which of the eight levels they have. As with rule sets a college keeps its own and whoever looks after
the system keeps everybody's, because what a plan rests on may be changed by nobody but the one who entered it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.incoming.checks import OCCUPATION, packed, tidy
from server.papers.incoming.levels import LEVELS, put_in_order, write_levels
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.setup import occupations
from server.store.setup.changes import Hand, differing, write_changes
from server.store.setup.rules import owner_of

# what plans are called by, and therefore stays once they are
NAMED = ("code", "name", "edition")
# a handbook's head takes no longer name
LEAST_NAME, MOST_NAME = 2, 20


def list_levels() -> list[dict[str, Any]]:
    """The lowest first; three have no grade."""
    return [{"code": level.code, "name": level.written, "grade": level.grade} for level in LEVELS]


def list_occupations(scope: Scope, wanted: dict[str, str], sort: str, page: int, size: int, now: int) -> dict[str, Any]:
    with reading() as conn:
        rows, total = occupations.select_occupations(conn, scope, wanted, day_of(now), sort, ((page - 1) * size, size))
    return {"items": [_shown(scope, row, now) for row in rows], "total": total, "page": page}


def _shown(scope: Scope, row: dict[str, Any], now: int) -> dict[str, Any]:
    ended = row["ended_on"] is not None and row["ended_on"] < day_of(now)
    level_names = write_levels(row["levels"])
    return {**row, "level_names": level_names, "ended": ended, "changeable": not ended and row["org_id"] == owner_of(scope)}


def keep(hand: Hand, occupation_id: str | None, asked: dict[str, Any]) -> str | Denial:
    """A new one, or one as it is from now on. Once plans rest on it, its name, code and edition and the levels they take stay."""
    asked = asked | {"name": packed(asked["name"]), "source": tidy(asked["source"])}
    try:
        return _judge(asked) or _keep(hand, occupation_id, asked)
    except sa.exc.IntegrityError:
        return Denial("occupation_twice")


def _keep(hand: Hand, occupation_id: str | None, asked: dict[str, Any]) -> str | Denial:
    owner, today = owner_of(hand.scope), day_of(hand.now)
    with writing() as conn:
        before = _own(conn, hand, occupation_id) if occupation_id else None
        if isinstance(before, Denial):
            return before
        row = asked | {"id": occupation_id or hand.uuid(), "org_id": owner, "levels": put_in_order(asked["levels"])}
        used = occupations.select_levels_used(conn, row["id"]) if before else set()
        renamed = before is None or any(before[name] != row[name] for name in NAMED)
        if used and (renamed or not used <= set(write_levels(row["levels"]))):
            return Denial("occupation_in_plans")
        if renamed and occupations.is_there(conn, owner, row, today):
            return Denial("occupation_twice")
        if before:
            occupations.update_occupation(conn, row)
        else:
            occupations.insert_occupations(conn, [row])
        changes = differing(_told(before) if before else {}, _told(row))
        write_changes(conn, hand, [("occupation", row["id"], "changed" if before else "made", changes)])
    return str(row["id"])


def end(hand: Hand, occupation_id: str, on: str, reason: str) -> str | Denial:
    """With its last day no new plan takes it; those that do keep it."""
    with writing() as conn:
        before = _own(conn, hand, occupation_id)
        if isinstance(before, Denial):
            return before
        occupations.update_ended(conn, occupation_id, on)
        write_changes(conn, hand, [("occupation", occupation_id, "ended", {"ended_on": on, "reason": reason})])
    return occupation_id


def _own(conn: Connection, hand: Hand, occupation_id: str) -> dict[str, Any] | Denial:
    """One that may still be changed, by whoever entered it."""
    found = occupations.select_occupation(conn, hand.scope, occupation_id, to_change=True)
    if found is None or found["org_id"] != owner_of(hand.scope):
        return Denial("not_found")
    return Denial("occupation_ended") if found["ended_on"] is not None and found["ended_on"] < day_of(hand.now) else found


def _judge(asked: dict[str, Any]) -> Denial | None:
    if not LEAST_NAME <= len(asked["name"]) <= MOST_NAME:
        return Denial("bad_request")
    if not OCCUPATION.fullmatch(asked["code"]):
        return Denial("occupation_code_odd")
    if not asked["levels"] or put_in_order(asked["levels"]) is None:
        return Denial("level_unknown")
    return None if asked["source"] else Denial("source_missing")


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """As the log says it."""
    return {name: row[name] for name in (*NAMED, "source")} | {"levels": "、".join(write_levels(row["levels"]))}
