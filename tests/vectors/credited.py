"""The worked examples of credit: one day in every order of arrival, one year of 600 学时, and the smaller questions beside them."""

from __future__ import annotations

from typing import Any

from vectors.cast import DAY, MENTOR, PLAN, RULES, Story, module, staffed, uuid

Case = dict[str, Any]

# the entries of 2026-03-18: start, end, module, place kind; then what counts and why the rest does not
FIXTURE: tuple[tuple[str, int, int, str, str, int, list[str]], ...] = (
    ("E1", 510, 600, "M3", "post", 90, []),
    ("E2", 600, 720, "M3", "post", 120, []),
    ("E3", 690, 750, "M3", "post", 30, ["OVERLAP"]),
    ("E4", 810, 1050, "M4", "base", 240, []),
    ("E5", 1050, 1095, "M4", "base", 0, ["DAY_CAP"]),
    ("E6", 1330, 1380, "M3", "post", 0, ["NIGHT"]),
)
PRESENCE = uuid(300)


def entry_id(name: str) -> str:
    return uuid(200 + int(name[1:]))


def entry_body(start: int, end: int, code: str, place_kind: str) -> dict[str, Any]:
    presence = PRESENCE if place_kind == "base" else None
    return {"start": start, "end": end, "module": code, "place_kind": place_kind, "presence": presence}


def at_the_base() -> Story:
    story = staffed()
    story.tell("presence.checked_in", doc=PRESENCE, change={"start": 800})
    story.tell("presence.checked_out", doc=PRESENCE, change={"end": 1100})
    return story


def log_and_sign(story: Story, name: str) -> None:
    start, end, code, place_kind = next(row[1:5] for row in FIXTURE if row[0] == name)
    doc = entry_id(name)
    story.tell("entry.logged", name, doc=doc, change=entry_body(start, end, code, place_kind))
    story.tell("entry.signed", name, doc=doc, by=MENTOR, change={"minutes": end - start})


def day_case() -> Case:
    story = at_the_base()
    for row in FIXTURE:
        log_and_sign(story, row[0])
    shares = {entry_id(row[0]): {"minutes": row[5], "flags": row[6]} for row in FIXTURE}
    return {
        "day": DAY, "first": "2025-09-01", "last": "2026-08-31", "docs": story.docs, "shares": shares,
        "minutes": 480, "tenths": 106, "modules": {"M3": [240, 53], "M4": [240, 53]},
    }  # fmt: skip


def piece(name: str, start: int, end: int, **given: Any) -> Case:
    usual = {
        "id": name, "start": start, "end": end, "rest": 0, "module": "M3", "place_kind": "post", "minutes": end - start,
        "present": False,
    }  # fmt: skip
    return usual | given


# name, day, pieces, changed rules, (minutes, flags) of each piece in order
SMALL: tuple[tuple[str, str, list[Case], dict[str, Any], list[tuple[int, list[str]]]], ...] = (
    ("nothing", DAY, [], {}, []),
    ("not signed", DAY, [piece("a", 480, 540, minutes=None)], {}, [(0, ["NOT_SIGNED"])]),
    ("signed at nothing", DAY, [piece("a", 480, 540, minutes=0)], {}, [(0, ["LOWERED"])]),
    ("lowered", DAY, [piece("a", 480, 540, minutes=50)], {}, [(50, ["LOWERED"])]),
    ("a break", DAY, [piece("a", 480, 540, rest=15, minutes=45)], {}, [(45, [])]),
    ("before the first day", "2025-08-31", [piece("a", 480, 540)], {}, [(0, ["OUTSIDE"])]),
    ("the first day", "2025-09-01", [piece("a", 480, 540)], {}, [(60, [])]),
    ("the last day", "2026-08-31", [piece("a", 480, 540)], {}, [(60, [])]),
    ("after the last day", "2026-09-01", [piece("a", 480, 540)], {}, [(0, ["OUTSIDE"])]),
    ("a closed day", "2026-05-01", [piece("a", 480, 540)], {}, [(0, ["CLOSED_DAY"])]),
    ("no such module", DAY, [piece("a", 480, 540, module="M9")], {}, [(0, ["NO_MODULE"])]),
    ("not checked in", DAY, [piece("a", 480, 540, place_kind="base")], {}, [(0, ["NO_CHECK_IN"])]),
    ("checked in", DAY, [piece("a", 480, 540, place_kind="base", present=True)], {}, [(60, [])]),
    ("no check-in asked", DAY, [piece("a", 480, 540, place_kind="base")], {"base_check_in": False}, [(60, [])]),
    ("everything at once", "2026-05-01", [piece("a", 480, 540, module="M9", minutes=None, place_kind="base")], {},
     [(0, ["NOT_SIGNED", "CLOSED_DAY", "NO_MODULE", "NO_CHECK_IN"])]),
    ("into the night", DAY, [piece("a", 1290, 1350)], {}, [(30, ["NIGHT"])]),
    ("out of the night", DAY, [piece("a", 330, 390)], {}, [(30, ["NIGHT"])]),
    ("no night", DAY, [piece("a", 0, 60)], {"night_from": 0, "night_to": 0}, [(60, [])]),
    ("night in one piece", DAY, [piece("a", 60, 180)], {"night_from": 90, "night_to": 120}, [(90, ["NIGHT"])]),
    ("across the cap", DAY, [piece("a", 480, 900), piece("b", 900, 1000)], {}, [(420, []), (60, ["DAY_CAP"])]),
    ("no cap left at all", DAY, [piece("a", 480, 540)], {"day_cap_minutes": 0}, [(0, ["DAY_CAP"])]),
    ("one within the other", DAY, [piece("a", 480, 600), piece("b", 500, 520)], {}, [(120, []), (0, ["OVERLAP"])]),
    ("around one that is not signed", DAY, [piece("a", 480, 600, minutes=None), piece("b", 500, 560)], {},
     [(0, ["NOT_SIGNED"]), (60, [])]),
    ("equal intervals, told apart by id", DAY, [piece("b", 480, 540), piece("a", 480, 540)], {},
     [(0, ["OVERLAP"]), (60, [])]),
    ("shorter of two that start together", DAY, [piece("a", 480, 600), piece("b", 480, 540)], {},
     [(60, ["OVERLAP"]), (60, [])]),
    ("cut on both sides", DAY, [piece("a", 480, 540), piece("b", 500, 660), piece("c", 640, 700, minutes=50)], {},
     [(60, []), (120, ["OVERLAP"]), (40, ["OVERLAP", "LOWERED"])]),
)  # fmt: skip


def small_cases() -> list[Case]:
    return [
        {
            "name": name, "day": day, "pieces": pieces, "plan": {**PLAN, "rules": {**RULES, **rules}},
            "shares": {p["id"]: {"minutes": m, "flags": f} for p, (m, f) in zip(pieces, answers, strict=True)},
        }
        for name, day, pieces, rules, answers in SMALL
    ]  # fmt: skip


def days_of(month: int, minutes: int, code: str, place_kind: str) -> list[Case]:
    """So many minutes of one module, at most 450 a day, from the first of this month."""
    found = []
    for number in range(-(-minutes // 450)):
        length = min(450, minutes - number * 450)
        given = {"module": code, "place_kind": place_kind, "present": place_kind == "base"}
        day = f"2026-{month:02d}-{number + 1:02d}" if month < 9 else f"2025-{month:02d}-{number + 1:02d}"
        found.append({"day": day, **piece(f"{code}-{place_kind}-{number:02d}", 480, 480 + length, **given)})
    return found


def year_case() -> Case:
    """615 学时 claimed, 600 credited: 3 over the online cap, 6 returned, 3 over a day's cap, 3 without check-in."""
    pieces = (
        days_of(9, 3240, "M1", "post") + days_of(10, 3105, "M2", "college") + days_of(11, 3240, "M2", "online")
        + days_of(12, 11220, "M3", "post") + days_of(2, 5850, "M4", "base")
        + [
            {"day": "2026-03-02", **piece("returned", 480, 750, minutes=None)},
            {"day": "2026-03-03", **piece("full-day", 480, 960)},
            {"day": "2026-03-03", **piece("too-much", 960, 1095)},
            {"day": "2026-03-04", **piece("unseen", 480, 615, module="M4", place_kind="base")},
        ]
    )  # fmt: skip
    rows = {"M1": (3240, 0), "M2": (6345, 135), "M3": (11700, 0), "M4": (5850, 0)}
    planned = {"M1": 3240, "M2": 6210, "M3": 11700, "M4": 5850}
    table = {
        code: {"plan": planned[code], "counted": counted, "over_online": over, "credited": counted - over}
        for code, (counted, over) in rows.items()
    }
    return {
        "plan": PLAN, "first": "2025-09-01", "last": "2026-08-31", "pieces": pieces, "claimed": 27675,
        "lost": {"NOT_SIGNED": 270, "DAY_CAP": 135, "NO_CHECK_IN": 135},
        "table": {"modules": table, "planned": 27000, "credited": 27000, "missing": {}}, "tenths": 6000,
    }  # fmt: skip


def seen_cases() -> list[Case]:
    """Hours at the base of somebody who did not check in, or not for long enough: what his trainer saw counts, named or not."""
    rows = (("nobody saw him", None, None, False), ("seen all the time", 510, None, True), ("seen from too late", 511, None, False),
            ("seen too late, checked in in time", 511, 510, True), ("seen in time, checked in too late", 510, 511, True))  # fmt: skip
    return [_seen_case(*row) for row in rows]


def _seen_case(name: str, seen: int | None, checked_in: int | None, present: bool) -> Case:
    story = staffed()
    if checked_in:
        story.tell("presence.checked_in", doc=PRESENCE, change={"start": checked_in})
    if seen:
        story.tell("presence.seen", doc=uuid(301), change={"start": seen})
    content = {"start": 510, "end": 600, "module": "M4", "place_kind": "base", "presence": PRESENCE if checked_in else None}
    story.tell("entry.logged", doc=entry_id("E1"), change=content)
    story.tell("entry.signed", doc=entry_id("E1"), by=MENTOR, change={"minutes": 90})
    return {"name": name, "docs": story.docs, "minutes": 90 if present else 0, "flags": [] if present else ["NO_CHECK_IN"]}


def dated(*rows: tuple[str, str, int]) -> list[list[Any]]:
    """One of these a day, each with its own name: what is online is counted in the order of days, not of names."""
    return [[f"2026-03-{number + 1:02d}", f"e{number}", *row] for number, row in enumerate(rows)]


def plan_cases() -> list[Case]:
    """Three rotations, one of them 6 学时 short; the make-up day ends it. A surplus elsewhere does not."""
    names = ("A", "operation", "post", 120), ("B", "operation", "post", 100), ("C", "operation", "post", 80)
    plan = {**PLAN, "modules": [module(*row) for row in names]}
    before = [("A", "post", 5400), ("B", "post", 4500), ("C", "post", 3330)]
    surplus = [("A", "post", 5400), ("A", "post", 900), ("B", "post", 4500), ("C", "post", 3330)]

    def row(planned: int, counted: int) -> dict[str, int]:
        return {"plan": planned, "counted": counted, "over_online": 0, "credited": counted}

    def table(a: int, c: int, missing: dict[str, int]) -> Case:
        rows = {"A": row(5400, a), "B": row(4500, 4500), "C": row(3600, c)}
        return {"modules": rows, "planned": 13500, "credited": a + 4500 + c, "missing": missing}

    return [
        {"name": "six short", "plan": plan, "days": dated(*before), "table": table(5400, 3330, {"C": 270})},
        {"name": "made up", "plan": plan, "days": dated(*before, ("C", "post", 270)), "table": table(5400, 3600, {})},
        {"name": "surplus elsewhere", "plan": plan, "days": dated(*surplus), "table": table(6300, 3330, {"C": 270})},
        {"name": "another plan's", "plan": plan, "days": dated(*before, ("X", "post", 9)), "table": table(5400, 3330, {"C": 270})},
        online_case(),
    ]


def online_case() -> Case:
    """Half of 2,000 minutes of theory may be online: the earlier day takes its 900, of the later one's 600 there are 100 left."""
    theory = {"category": "foundation", "nature": "theory", "place": "college", "minutes": 1000}
    modules = [{"code": code, "name": code, **theory} for code in ("F1", "F2")]
    days = [["2026-03-02", "a", "F1", "online", 600], ["2026-03-01", "b", "F2", "online", 900], ["2026-03-03", "c", "F1", "college", 50]]
    rows = {
        "F1": {"plan": 1000, "counted": 650, "over_online": 500, "credited": 150},
        "F2": {"plan": 1000, "counted": 900, "over_online": 0, "credited": 900},
    }
    table = {"modules": rows, "planned": 2000, "credited": 1050, "missing": {"F1": 850, "F2": 100}}
    return {"name": "online, the earlier day first", "plan": {**PLAN, "modules": modules}, "days": days, "table": table}


# checked in from, out at; the entry's start, end; whether the one covers the other
COVERS = [
    [480, 600, 480, 600, True], [480, 600, 481, 599, True], [480, 599, 480, 600, False], [481, 600, 480, 600, False],
    [480, None, 480, 1440, True], [481, None, 480, 600, False],
]  # fmt: skip
TENTHS = [
    [0, 45, 0],
    [4, 45, 0],
    [5, 45, 1],
    [44, 45, 9],
    [45, 45, 10],
    [240, 45, 53],
    [480, 45, 106],
    [27000, 45, 6000],
    [26999, 45, 5999],
]
