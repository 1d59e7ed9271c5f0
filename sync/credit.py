"""Which minutes of a day count, and why the others do not. It sees all entries of the day at once, so the order of arrival cannot matter."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sync.book import Doc, Docs, confirmed_minutes, is_witnessed

COUNTED = frozenset(("signed", "credited", "queried"))
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry of the day as credit needs it. `minutes` is what its signers confirmed, None while nobody has."""

    id: str
    start: int
    end: int
    rest: int
    module: str
    place_kind: str
    minutes: int | None
    present: bool


@dataclass(frozen=True, slots=True)
class Share:
    """What of one entry counts, and the flags that explain the rest."""

    minutes: int
    flags: tuple[str, ...]


def pieces_of(docs: Docs, day: str) -> list[Piece]:
    """The entries of a day out of a book's documents; withdrawn ones are not among them."""
    seen = [doc for doc in docs.values() if doc["kind"] == "presence" and doc["day"] == day and is_witnessed(doc)]
    return [
        piece_of(doc, docs, seen) for doc in docs.values()
        if doc["kind"] == "entry" and doc["state"] != "withdrawn" and doc["content"]["day"] == day
    ]  # fmt: skip


def piece_of(entry: Doc, docs: Docs, seen: Iterable[Doc]) -> Piece:
    """`seen` are the presences of its day that somebody else speaks for: they count whether the entry names them or not."""
    content: Any = entry["content"]
    minutes = confirmed_minutes(entry) if entry["state"] in COUNTED else None
    named = docs.get(content["presence"]) if content["presence"] else None
    there = [*seen, named] if named else seen
    return Piece(
        entry["id"], content["start"], content["end"], content["break"], content["module"], content["place_kind"],
        minutes, any(covers(presence, content) for presence in there),
    )  # fmt: skip


def covers(presence: Doc, content: Doc) -> bool:
    """Whether someone was at the base for the whole of this interval."""
    end = presence.get("end")
    if presence["kind"] != "presence" or presence["day"] != content["day"] or presence["start"] > content["start"]:
        return False
    return end is None or bool(end >= content["end"])


def credit_day(pieces: Iterable[Piece], day: str, plan: Doc, first: str, last: str) -> dict[str, Share]:
    """Every entry's share of the day. Earlier intervals come first; equal ones are told apart by their id."""
    rules, modules = plan["rules"], {module["code"] for module in plan["modules"]}
    left: int = rules["day_cap_minutes"]
    taken: list[Span] = []
    shares: dict[str, Share] = {}
    for piece in sorted(pieces, key=lambda p: (p.start, p.end, p.id)):
        flags = []
        if piece.minutes is None:
            flags.append("NOT_SIGNED")
        if not first <= day <= last:
            flags.append("OUTSIDE")
        if day in plan["closed_days"]:
            flags.append("CLOSED_DAY")
        if piece.module not in modules:
            flags.append("NO_MODULE")
        if rules["base_check_in"] and piece.place_kind == "base" and not piece.present:
            flags.append("NO_CHECK_IN")
        if flags or piece.minutes is None:
            shares[piece.id] = Share(0, tuple(flags))
            continue
        share, free = _share(piece, rules, taken, left)
        left -= share.minutes
        taken += free
        shares[piece.id] = share
    return shares


def _share(piece: Piece, rules: Doc, taken: list[Span], left: int) -> tuple[Share, list[Span]]:
    flags = []
    free = _without([(piece.start, piece.end)], taken)
    if _length(free) < piece.end - piece.start:
        flags.append("OVERLAP")
    by_day = _without(free, nights(rules["night_from"], rules["night_to"]))
    if _length(by_day) < _length(free):
        flags.append("NIGHT")
    minutes = max(0, _length(by_day) - piece.rest)
    if piece.minutes is not None and piece.minutes < minutes:
        minutes = piece.minutes
    if piece.minutes is not None and piece.minutes < piece.end - piece.start - piece.rest:
        flags.append("LOWERED")
    if minutes > left:
        minutes = left
        flags.append("DAY_CAP")
    return Share(minutes, tuple(flags)), free


def nights(night_from: int, night_to: int) -> list[Span]:
    """The hours of one day that do not count; from equal to to means none."""
    if night_from == night_to:
        return []
    return [(night_from, night_to)] if night_from < night_to else [(0, night_to), (night_from, 1440)]


def _without(spans: list[Span], cuts: Iterable[Span]) -> list[Span]:
    for cut_from, cut_to in cuts:
        kept = []
        for start, end in spans:
            if cut_to <= start or end <= cut_from:
                kept.append((start, end))
                continue
            if start < cut_from:
                kept.append((start, cut_from))
            if cut_to < end:
                kept.append((cut_to, end))
        spans = kept
    return spans


def _length(spans: list[Span]) -> int:
    return sum(end - start for start, end in spans)


# day, id of the entry, module, place kind, minutes of credit_day
Credited = tuple[str, str, str, str, int]


def credit_plan(credited: Iterable[Credited], plan: Doc) -> dict[str, Any]:
    """A plan's table: per module, with the cap on online foundation hours."""
    rows = {
        module["code"]: {"plan": module["minutes"], "counted": 0, "over_online": 0, "credited": 0}
        for module in plan["modules"]
    }
    given = [one for one in credited if one[2] in rows]
    counted = online_counted(given, plan)
    for day, entry, module, _, minutes in given:
        rows[module]["counted"] += minutes
        rows[module]["over_online"] += minutes - counted.get((day, entry), minutes)
    for row in rows.values():
        row["credited"] = row["counted"] - row["over_online"]
    planned, total = (sum(row[name] for row in rows.values()) for name in ("plan", "credited"))
    missing = {code: row["plan"] - row["credited"] for code, row in rows.items() if row["credited"] < row["plan"]}
    return {"modules": rows, "planned": planned, "credited": total, "missing": missing}


def online_counted(credited: Iterable[Credited], plan: Doc) -> dict[tuple[str, str], int]:
    """How much counts of each entry of a foundation module that was online. Earlier days come first: a month that is settled is never
    changed by what comes after it."""
    foundation = {module["code"] for module in plan["modules"] if module["category"] == "foundation"}
    minutes: int = sum(module["minutes"] for module in plan["modules"] if module["code"] in foundation)
    left = minutes * int(plan["rules"]["online_permille"]) // 1000
    counted: dict[tuple[str, str], int] = {}
    for day, entry, module, place_kind, given in sorted(credited):
        if module in foundation and place_kind == "online":
            counted[day, entry] = min(given, left)
            left -= counted[day, entry]
    return counted


def lessons_tenths(minutes: int, lesson_minutes: int) -> int:
    """学时 in tenths, rounded down; only ever asked of a total. 480 minutes at 45 are 106, shown as 10.6."""
    return minutes * 10 // lesson_minutes
