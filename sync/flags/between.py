"""Flags between entries and between books: one person in two places, one photo for two days, one text for two people, one sitting for two hands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sync.flags.table import Params
from sync.flags.values import Found


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of an entry for others to be compared with."""

    book: str
    entry: str
    person: str
    day: str
    start: int = 0
    end: int = 0
    written_at: int = 0


def find_overlaps(lines: Iterable[Trace]) -> list[Found]:
    """Intervals of one person, in one book or several, that share minutes. `lines` are his; a case a day."""
    days: dict[str, list[Trace]] = {}
    for line in lines:
        days.setdefault(line.day, []).append(line)
    found = []
    for day, rows in days.items():
        pairs = [(one, other) for at, one in enumerate(rows) for other in rows[at + 1 :] if _clash(one, other)]
        if pairs:
            both = sum(min(one.end, other.end) - max(one.start, other.start) for one, other in pairs)
            entries = tuple(sorted({(line.book, line.entry) for pair in pairs for line in pair}))
            books = len({book for book, _ in entries})
            found.append(Found("overlap", day, rows[0].person, entries, (day, day), both, None, {"minutes": both, "books": books}))
    return found


def _clash(one: Trace, other: Trace) -> bool:
    return one.start < other.end and other.start < one.end


def find_same_photo(sha256: str, uses: Iterable[Trace]) -> list[Found]:
    """One picture in entries of several people, or of several days."""
    rows = sorted(uses, key=lambda use: (use.day, use.book, use.entry))
    people, days = sorted({use.person for use in rows}), {use.day for use in rows}
    if len(people) < 2 and len(days) < 2:
        return []
    entries = tuple((use.book, use.entry) for use in rows)
    about = next((person for person in people if person != rows[0].person), None)
    detail = {"people": len(people), "days": len(days)}
    return [Found("same_photo", "all", rows[0].person, entries, (min(days), max(days)), 0, about, detail)]


def find_copies(pairs: Iterable[tuple[Trace, Trace, int]], params: Params) -> list[Found]:
    """Texts of two people that are nearly the same, often enough to be no accident. `pairs` carry their likeness."""
    alike = [(one, other, how) for one, other, how in pairs if how >= params["copy_permille"]]
    mine = {one.entry: one for one, _, _ in alike}
    theirs = {other.entry: other for _, other, _ in alike}
    count = min(len(mine), len(theirs))
    if count < max(1, params["other_least"]):
        return []
    one, other = sorted(alike[0][:2], key=lambda line: line.book)
    lines = [*mine.values(), *theirs.values()]
    entries = tuple(sorted((line.book, line.entry) for line in lines))
    days = min(line.day for line in lines), max(line.day for line in lines)
    detail = {"count": count, "permille": sum(how for *_, how in alike) // len(alike)}
    return [Found("copy_other", "all", one.person, entries, days, 0, other.person, detail)]


def find_one_sitting(pairs: Iterable[tuple[Trace, Trace]], shared_days: Mapping[str, int], params: Params) -> list[Found]:
    """Two people whose entries are written on a shared phone within a minute of each other, day after day. `pairs` are those of two
    books; `shared_days`: on how many days each of the two books wrote on a shared phone."""
    rows = list(pairs)
    days = {one.day for one, _ in rows}
    if not rows:
        return []
    one, other = sorted(rows[0], key=lambda line: line.book)
    of = max(1, min(shared_days.get(one.book, 0), shared_days.get(other.book, 0)))
    if len(days) < params["sitting_days"] or len(days) * 1000 < params["sitting_permille"] * of:
        return []
    lines = [line for pair in rows for line in pair]
    entries = tuple(sorted({(line.book, line.entry) for line in lines}))
    span = min(line.day for line in lines), max(line.day for line in lines)
    return [Found("one_sitting", "all", one.person, entries, span, 0, other.person, {"days": len(days), "of": of})]
