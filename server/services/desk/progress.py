"""How far people have come against plan and calendar, which weeks have nothing in them, and who may not make it. Facts with their
numbers; what to do about it is the coordinator's."""

import datetime
import json
from collections.abc import Callable
from typing import Any

from server.store.days import day_of
from server.store.db import reading
from server.store.desk import progress
from server.store.desk.scope import Scope
from sync.credit import credit_plan

PAGE = 50
MONDAY = datetime.date(2000, 1, 3)
DAY = 86_400_000
# when somebody stands on the list: behind by more than a fifth of what the calendar asks for, two of the last eight weeks empty, nothing
# written for fourteen days, something sent back that has waited for more than seven, half of the time over and a module not begun
BEHIND_PERMILLE, RECENT_WEEKS, MISSING_WEEKS, SILENT_DAYS, WAIT_DAYS, HALF = 200, 8, 2, 14, 7, 500
SINCE = {
    "behind_permille": BEHIND_PERMILLE, "recent_weeks": RECENT_WEEKS, "missing_weeks": MISSING_WEEKS, "silent_days": SILENT_DAYS,
    "wait_days": WAIT_DAYS,
}  # fmt: skip
ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "risk": lambda row: (-len(row["risks"]), row["credited"] + row["waiting"] - row["expected"], row["book_id"]),
    "name": lambda row: (row["class_name"] or "", row["person"].encode("gb18030"), row["book_id"]),
    "credited": lambda row: (row["credited"], row["book_id"]),
}  # fmt: skip


def list_progress(scope: Scope, wanted: dict[str, str], sort: str, only_risk: bool, page: int, now: int) -> dict[str, Any]:
    """A page of people; `risk` puts those first who may not make it."""
    rows = _rows(scope, wanted, now)
    at_risk = sum(bool(row["risks"]) for row in rows)
    if only_risk:
        rows = [row for row in rows if row["risks"]]
    rows.sort(key=ORDERS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    shown = rows[(page - 1) * PAGE : page * PAGE]
    return {"items": shown, "total": len(rows), "at_risk": at_risk, "page": page, "since": SINCE}


def find_person(scope: Scope, book_id: str, now: int) -> dict[str, Any] | None:
    """One of them; None when the desk sees no such book."""
    rows = _rows(scope, {"book_id": book_id}, now)
    return rows[0] if rows else None


def _rows(scope: Scope, wanted: dict[str, str], now: int) -> list[dict[str, Any]]:
    with reading() as conn:
        books = progress.select_books(conn, scope, wanted)
        sums = progress.select_sums(conn, scope, wanted)
        online = progress.select_online(conn, scope, wanted)
        weeks = progress.select_weeks(conn, scope, wanted)
    of_book: dict[str, list[tuple[Any, ...]]] = {}
    for row in sums:
        of_book.setdefault(row[0], []).append(row[1:])
    at_home: dict[str, list[tuple[Any, ...]]] = {}
    for row in online:
        at_home.setdefault(row[0], []).append(row[1:])
    in_weeks: dict[str, dict[int, tuple[int, int]]] = {}
    for book_id, week, claimed, credited in weeks:
        in_weeks.setdefault(book_id, {})[int(week)] = int(claimed), int(credited)
    return [
        _row(book, of_book.get(book["book_id"], []), at_home.get(book["book_id"], []), in_weeks.get(book["book_id"], {}), now)
        for book in books
    ]  # fmt: skip


def _row(
    book: dict[str, Any], sums: list[tuple[Any, ...]], online: list[tuple[Any, ...]], weeks: dict[int, tuple[int, int]], now: int
) -> dict[str, Any]:
    head = json.loads(book.pop("body"))
    plan, today, never_in = head["plan"], day_of(now), bool(book.pop("never_in"))
    row = book | {"id": book["book_id"], "from": head["from"], "to": head["to"], "occupation": head["occupation"], "level": head["level"]}
    modules = _modules(plan, sums, online)
    row |= {"modules": modules, **{name: sum(module[name] for module in modules) for name in ("planned", "credited", "waiting", "logged")}}
    first, last = week_of(head["from"]), week_of(min(today, head["to"]))
    span = range(first, max(first, last) + 1)
    missing = [week for week in span if week < week_of(today) and week not in weeks and _works(week, head, plan)]
    row |= {
        "weeks_from": monday_of(first), "weeks": [weeks.get(week, (0, 0))[0] for week in span],
        "weeks_credited": [weeks.get(week, (0, 0))[1] for week in span], "missing": [week - first for week in missing],
    }  # fmt: skip
    gone, whole = days_between(head["from"], min(today, head["to"])), days_between(head["from"], head["to"])
    row["elapsed_permille"] = max(0, min(1000, gone * 1000 // whole))
    row["expected"] = row["planned"] * row["elapsed_permille"] // 1000
    row["last_day"] = max((one[7] for one in sums), default=None)
    row["sent_back"] = sum(one[3] for one in sums if one[2] in ("returned", "queried") and now - one[8] > WAIT_DAYS * DAY)
    lately = len([week for week in missing if week >= week_of(today) - RECENT_WEEKS])
    # who has never been in has not fallen behind: he needs his slip
    row["risks"] = ["never_in"] if never_in and not sums else _risks(row, head, today, lately)
    return row


def _modules(plan: dict[str, Any] | None, sums: list[tuple[Any, ...]], online: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Credited with the cap on online hours; waiting is signed and not yet credited, logged is not even signed."""
    if plan is None:
        return []
    elsewhere = [("", "", one[0], one[1], int(one[6])) for one in sums if one[2] == "credited" and one[1] != "online"]
    table = credit_plan([*elsewhere, *online], plan)["modules"]
    found = []
    for module in plan["modules"]:
        mine = [one for one in sums if one[0] == module["code"]]
        found.append({
            "code": module["code"], "name": module["name"], "planned": module["minutes"], "credited": table[module["code"]]["credited"],
            "waiting": sum(int(one[5]) for one in mine if one[2] in ("signed", "queried")),
            "logged": sum(int(one[4]) for one in mine if one[2] in ("logged", "returned")),
        })  # fmt: skip
    return found


def _risks(row: dict[str, Any], head: dict[str, Any], today: str, missing_lately: int) -> list[str]:
    if not head["from"] <= today <= head["to"]:
        return []
    begun = days_between(head["from"], today) > SILENT_DAYS
    there = {
        "behind": row["credited"] + row["waiting"] < row["expected"] * (1000 - BEHIND_PERMILLE) // 1000,
        "missing_weeks": missing_lately >= MISSING_WEEKS,
        "silent": begun and (row["last_day"] is None or days_between(row["last_day"], today) > SILENT_DAYS),
        "sent_back": row["sent_back"] > 0,
        "not_begun": row["elapsed_permille"] >= HALF
        and any(module["planned"] and not module["credited"] + module["waiting"] + module["logged"] for module in row["modules"]),
        "no_plan": not row["modules"],
    }
    return [word for word, holds in there.items() if holds]


def _works(week: int, head: dict[str, Any], plan: dict[str, Any] | None) -> bool:
    """Whether any weekday of it lies in the apprenticeship and is not closed."""
    closed = set(plan["closed_days"]) if plan else set()
    monday = MONDAY + datetime.timedelta(weeks=week)
    days = [(monday + datetime.timedelta(days=number)).isoformat() for number in range(5)]
    return any(head["from"] <= day <= head["to"] and day not in closed for day in days)


def week_of(day: str) -> int:
    return (datetime.date.fromisoformat(day) - MONDAY).days // 7


def monday_of(week: int) -> str:
    return (MONDAY + datetime.timedelta(weeks=week)).isoformat()


def days_between(first: str, last: str) -> int:
    """With both ends."""
    return (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days + 1
