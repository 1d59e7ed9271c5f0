"""Agreements and insurance: whom they cover until when, one made or the same for many, changed, ended; and those with enterprises."""

import re
from typing import Any

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.store.days import DAY, day_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.setup import agreements, rosters
from server.store.setup.changes import Hand, differing, write_changes

SOON = 30
MOST_AT_ONCE = 2_000
RUNNING = re.compile(r"#+")
COVER = ("from_day", "to_day", "insurance", "insured_from", "insured_to")


def _days(now: int) -> agreements.Days:
    return agreements.Days(day_of(now), day_of(now + SOON * DAY))


def list_covered(scope: Scope, wanted: dict[str, str], sort: str, page: int, size: int, now: int) -> dict[str, Any]:
    """Handbooks with what covers them; `counts` are of every state, whichever is asked for."""
    with reading() as conn:
        rows = agreements.select_covered(conn, scope, wanted, _days(now), sort, ((page - 1) * size, size))
        counts, every = agreements.count_by_state(conn, scope, wanted, _days(now))
    total = counts.get(wanted["state"], 0) if wanted.get("state") else every
    return {"items": rows, "total": total, "page": page, "counts": counts}


def list_of_book(scope: Scope, book_id: str) -> list[dict[str, Any]] | Denial:
    with reading() as conn:
        found = agreements.select_of_book(conn, scope, book_id)
    return Denial("not_found") if found is None else found


def make(hand: Hand, asked: dict[str, Any]) -> dict[str, int] | Denial:
    """For every chosen handbook, or none. `#` in the number stands for digits that run; who has this very one already is passed over."""
    denial = _judge(asked)
    if denial:
        return denial
    if bool(asked["books"]) == asked["all"]:
        return Denial("bad_request")
    with writing() as conn:
        books = set(asked["books"])
        chosen = agreements.select_chosen(conn, hand.scope, asked["wanted"], _days(hand.now), books, MOST_AT_ONCE)
        if not chosen or len(chosen) > MOST_AT_ONCE or (books and {row["id"] for row in chosen} != books):
            return Denial("too_many_chosen" if len(chosen) > MOST_AT_ONCE else "not_found")
        numbers = number_all(asked["number"], asked["first"], len(chosen))
        there = agreements.select_keys(conn, {row["id"] for row in chosen}, asked["kind"])
        fresh = [(row, number) for row, number in zip(chosen, numbers, strict=True) if (row["id"], number) not in there]
        _insert(conn, hand, asked, [(row["id"], row["enterprise_id"], number) for row, number in fresh])
    first, last = asked["from_day"], asked["to_day"]
    short = sum(1 for row, _ in fresh if row["class_from"] and (first > row["class_from"] or last < row["class_to"]))
    return {"made": len(fresh), "there": len(chosen) - len(fresh), "short": short}


def number_all(number: str, first: int, count: int) -> list[str]:
    """XT-2026-### from 1 on is XT-2026-001, XT-2026-002 …; without # all have the same, as a collective agreement has."""
    run = RUNNING.search(number)
    if not run:
        return [number] * count
    return [number[: run.start()] + str(first + at).zfill(len(run[0])) + number[run.end() :] for at in range(count)]


def _judge(asked: dict[str, Any]) -> Denial | None:
    if asked["to_day"] < asked["from_day"]:
        return Denial("days_crossed")
    insured = (asked.get("insured_from"), asked.get("insured_to"))
    if (insured[0] is None) != (insured[1] is None) or (asked.get("insurance") and insured[0] is None):
        return Denial("insurance_days")
    return Denial("days_crossed") if insured[0] and insured[1] and insured[1] < insured[0] else None


def _insert(conn: Connection, hand: Hand, asked: dict[str, Any], whom: list[tuple[str | None, str | None, str]]) -> None:
    """`whom` are (handbook, enterprise, number)."""
    given = {"kind": asked["kind"], **{name: asked.get(name) for name in COVER}}
    rows, changes = [], []
    for book, enterprise, number in whom:
        row = {
            **given, "id": hand.uuid(), "number": number, "college_id": hand.scope.org_id, "enterprise_id": enterprise, "book_id": book,
            "created_at": hand.now,
        }  # fmt: skip
        rows.append(tuple(row[name] for name in rosters.AGREEMENT))
        body = {"number": number, **{name: one for name, one in given.items() if one is not None}}
        changes.append(("agreement", row["id"], "made", body))
    rosters.insert_agreements(conn, rows)
    write_changes(conn, hand, changes)


def change(hand: Hand, agreement_id: str, asked: dict[str, Any]) -> str | Denial:
    denial = _judge(asked)
    if denial:
        return denial
    with writing() as conn:
        before = agreements.select_agreement(conn, hand.scope, agreement_id)
        if before is None:
            return Denial("not_found")
        if before["book_id"] and agreements.is_number_taken(conn, before, asked["number"]):
            return Denial("number_taken")
        given = {name: asked.get(name) for name in ("number", *COVER)}
        changes = differing(before, given)
        if changes:
            agreements.update_agreement(conn, hand.scope, before, given)
        write_changes(conn, hand, [("agreement", agreement_id, "changed", changes)])
    return agreement_id


def end(hand: Hand, agreement_id: str, on: str, reason: str) -> str | Denial:
    """It covers until that day and no further; the row stays."""
    with writing() as conn:
        before = agreements.select_agreement(conn, hand.scope, agreement_id)
        if before is None:
            return Denial("not_found")
        if before["ended_on"] is not None:
            return Denial("ended_already")
        if not before["from_day"] <= on <= before["to_day"]:
            return Denial("days_crossed")
        agreements.update_agreement(conn, hand.scope, before, {"ended_on": on})
        write_changes(conn, hand, [("agreement", agreement_id, "ended", {"ended_on": [None, on], "reason": reason})])
    return agreement_id


# --- with enterprises ----------------------------------------------------------------------------------------------


def list_cooperations(scope: Scope, text: str, sort: str, page: int, size: int) -> dict[str, Any]:
    with reading() as conn:
        rows, total = agreements.select_cooperations(conn, scope, text, sort, ((page - 1) * size, size))
        partners = agreements.select_partners(conn, rosters.select_chain_orgs(conn, scope.org_id), scope)
    return {"items": rows, "total": total, "page": page, "partners": partners}


def make_cooperation(hand: Hand, asked: dict[str, Any]) -> str | Denial:
    denial = _judge(asked)
    if denial:
        return denial
    with writing() as conn:
        partners = agreements.select_partners(conn, rosters.select_chain_orgs(conn, hand.scope.org_id), hand.scope)
        if asked["enterprise"] not in {one["id"] for one in partners}:
            return Denial("not_found")
        _insert(conn, hand, {**asked, "kind": "cooperation"}, [(None, asked["enterprise"], asked["number"])])
    return str(asked["enterprise"])
