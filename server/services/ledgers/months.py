"""Months: what waits in them, where everybody stands at their end, and locking them. After that only reversals change an hour."""

import json
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.forms.credited import Account, Told, account_of, percent, verdict
from server.services.books import intake
from server.store.books import books
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.host.writer import Writer
from server.store.ledgers import classbooks, months
from sync.op import op_id

MOST_WAITING = 100


class NotTaken(Exception):
    """A book did not take the lock: then none of them does."""


class Locked(NamedTuple):
    """How many books of the class are locked now, and how many were before."""

    now: int
    before: int


def list_classes(scope: Scope) -> list[dict[str, Any]]:
    with reading() as conn:
        return [group._asdict() for group in classbooks.select_groups(conn, scope)]


def list_months(scope: Scope, class_id: str) -> list[dict[str, Any]] | None:
    with reading() as conn:
        if classbooks.select_group(conn, scope, class_id) is None:
            return None
        rows = months.select_months(conn, scope, class_id)
        heads = [head for _, head in _heads(conn, scope, class_id)]
        held = months.sum_held(conn, scope, class_id)
    return [row | {"books": len(heads), "locked": sum(row["month"] in head["locked"] for head in heads), "held": held} for row in rows]


def _heads(conn: Connection, scope: Scope, class_id: str) -> list[tuple[str, dict[str, Any]]]:
    found = classbooks.select_class_books(conn, scope, class_id)
    heads = books.select_heads(conn, {one.id for one in found})
    return [(one.id, heads[one.id]) for one in found]


def show_month(scope: Scope, class_id: str, month: str) -> dict[str, Any] | None:
    """The people of the class, and what still waits."""
    with reading() as conn:
        group = classbooks.select_group(conn, scope, class_id)
        if group is None:
            return None
        waiting = months.select_waiting(conn, scope, class_id, month, MOST_WAITING)
        by_state = months.count_waiting(conn, scope, class_id, month)
        rows = months.select_people(conn, scope, class_id, month)
        bodies = books.select_bodies_of(conn, {row["book_id"] for row in rows})
    people = [_person(row, bodies[row["book_id"]], month) for row in rows]
    return {
        "class_id": group.id, "class_name": group.name, "month": month, "people": people, "waiting": waiting, "waiting_by": by_state,
        "waiting_total": sum(row["waiting"] for row in people), "held_total": sum(row["held"] for row in people),
    }  # fmt: skip


def _person(row: dict[str, Any], bodies: list[str], month: str) -> dict[str, Any]:
    head = json.loads(row.pop("head"))
    docs = {doc["id"]: doc for doc in map(json.loads, bodies)}
    account = account_of(Told(row["book_id"], 0, "", docs), f"{month}-31")
    return row | {"locked": month in head["locked"], "left": _left(head, f"{month}-31"), **standing(account)}


def _left(head: dict[str, Any], last: str) -> str | None:
    """The day on which he left before his time was over, when that was within these months."""
    days = [member["to"] for member in head["members"] if member["role"] == "apprentice"]
    gone = max((day or head["to"] for day in days), default=head["to"])
    return gone if gone < head["to"] and gone <= last else None


def standing(account: Account) -> dict[str, Any]:
    """Up to the end of the month: how much of the plan, in which shares, and what is missing."""
    plan, whole = account.total("plan"), account.total("credited")
    shares = {name: percent(account.of(name)[1], whole) for name in ("general", "foundation", "operation")}
    return {
        "lesson_minutes": account.lesson_minutes, "plan": plan, "whole": whole, "whole_claimed": account.total("claimed"),
        "share": percent(whole, plan), "verdict": verdict(account), "reached": bool(account.modules) and not account.total("missing"),
        "shares": shares | {"base": percent(account.at("base"), whole)}, "lost": account.lost(),
        "modules": [
            {"code": code, "name": one.module["name"], "plan": one.plan, "claimed": one.claimed, "credited": one.credited, "missing": one.missing}
            for code, one in account.modules.items()
        ],
    }  # fmt: skip


def lock_month(scope: Scope, writer: Writer, session_id: str, class_id: str, month: str, now: int) -> Denial | Locked:
    """All books of the class or none; only once the month is over and nothing of it waits."""
    if month >= day_of(now)[:7]:
        return Denial("month_not_over")
    try:
        with writing() as conn:
            if classbooks.select_group(conn, scope, class_id) is None:
                return Denial("not_found")
            heads = _heads(conn, scope, class_id)
            to_lock = [book_id for book_id, head in heads if month not in head["locked"]]
            if not to_lock:
                return Denial("already_locked")
            done = _lock(conn, writer, scope.person_id, session_id, to_lock, month, now)
            return Locked(done, len(heads) - len(to_lock))
    except NotTaken as why:
        return Denial(str(why))


def _lock(conn: Connection, writer: Writer, by: str, session_id: str, book_ids: list[str], month: str, now: int) -> int:
    body = {"month": month, "session": session_id}
    written = [writer.write(book_id, "month.locked", book_id, body, by, now) for book_id in book_ids]
    verdicts = intake.accept_within(conn, written, now)
    for jws in written:
        said = verdicts[op_id(jws.rpartition(".")[0].encode("ascii"))]
        if said["as"] != "accepted":
            raise NotTaken(said.get("word", "entries_waiting"))
    return len(written)
