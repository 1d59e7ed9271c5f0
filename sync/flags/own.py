"""Flags that one book shows by itself."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from sync.book import Doc, Docs, is_witnessed
from sync.credit import nights
from sync.evidence import day_number
from sync.flags.prints import Print, likeness
from sync.flags.table import Params
from sync.flags.values import DAY, HOUR, MINUTE, SHANGHAI, Found, Given, Line, by_month, found_in


class Term(NamedTuple):
    """From when to when an agreement holds, and the insurance with it."""

    first: str
    last: str
    insured_from: str | None
    insured_to: str | None


THURSDAY = 3  # the weekday of day 0, Monday being 0


def find_same_minutes(lines: Iterable[Line], params: Params) -> list[Found]:
    """A month in which nearly every entry begins and ends at the same minute."""
    found = []
    for month, rows in by_month(lines).items():
        (start, end), most = Counter((line.start, line.end) for line in rows).most_common(1)[0]
        if len(rows) >= params["same_least"] and most * 1000 >= params["same_permille"] * len(rows):
            same = [line for line in rows if (line.start, line.end) == (start, end)]
            found.append(found_in("same_minutes", month, same, {"same": most, "of": len(rows), "start": start, "end": end}))
    return found


def find_no_absence(lines: list[Line], closed: Collection[str], params: Params) -> list[Found]:
    """Working days on end, none of them without an entry."""
    by_number = {day_number(line.day): line for line in lines}
    off = {day_number(day) for day in closed}
    if not by_number:
        return []
    runs: list[list[Line]] = [[]]
    for number in range(min(by_number), max(by_number) + 1):
        if number in by_number:
            if _is_working(number) and number not in off:
                runs[-1].append(by_number[number])
        elif _is_working(number) and number not in off:
            runs.append([])
    return [
        found_in("no_absence", run[0].day, [run[-1]], {"days": len(run)}) for run in runs if len(run) >= params["absence_days"]
    ]


def _is_working(number: int) -> bool:
    return (number + THURSDAY) % 7 < 5


def find_nights(lines: Iterable[Line], night_from: int, night_to: int) -> list[Found]:
    found = []
    for month, rows in by_month(lines).items():
        late = [line for line in rows if any(line.start < end and start < line.end for start, end in nights(night_from, night_to))]
        if late:
            found.append(found_in("night", month, late, {"count": len(late)}))
    return found


def find_closed_days(lines: Iterable[Line], closed: Collection[str]) -> list[Found]:
    found = []
    for month, rows in by_month(lines).items():
        if off := [line for line in rows if line.day in closed]:
            found.append(found_in("closed_day", month, off, {"count": len(off)}))
    return found


def find_outside(lines: Iterable[Line], terms: Collection[Term]) -> list[Found]:
    """Days for which no agreement that is registered holds, or no insurance. Where none is registered, nothing can be said."""
    insured = [(term.insured_from, term.insured_to) for term in terms if term.insured_from and term.insured_to]
    found = []
    for month, rows in by_month(lines).items() if terms else ():
        bare = [line for line in rows if not any(term.first <= line.day <= term.last for term in terms)]
        risky = [line for line in rows if insured and not any(first <= line.day <= last for first, last in insured)]
        if outside := [line for line in rows if line in bare or line in risky]:
            found.append(found_in("outside_agreement", month, outside, {"bare": len(bare), "risky": len(risky)}))
    return found


def find_late_written(lines: Iterable[Line], params: Params) -> list[Found]:
    """A month most of whose entries were written long after the work they speak of."""

    def is_late(line: Line) -> bool:
        return line.written_at - _ended(line) > params["late_days"] * DAY

    return [
        found_in("late_written", month, late, {"late": len(late), "of": of, "days": days})
        for month, late, of in _months_of(lines, is_late, params["late_least"], params["late_permille"])
        for days in [max((line.written_at - _ended(line)) // DAY for line in late)]
    ]


def find_late_sent(lines: Iterable[Line], params: Params) -> list[Found]:
    """A month most of whose entries stayed on the phone for days before they were sent."""

    def stayed(line: Line) -> bool:
        return line.sent_at - line.written_at > params["sent_hours"] * HOUR

    return [
        found_in("late_sent", month, late, {"late": len(late), "of": of})
        for month, late, of in _months_of(lines, stayed, params["sent_least"], params["sent_permille"])
    ]


def _months_of(
    lines: Iterable[Line], is_one: Callable[[Line], bool], least: int, permille: int
) -> Iterator[tuple[str, list[Line], int]]:
    for month, rows in by_month(lines).items():
        chosen = [line for line in rows if is_one(line)]
        if len(chosen) >= least and len(chosen) * 1000 >= permille * len(rows):
            yield month, chosen, len(rows)


def _ended(line: Line) -> int:
    return day_number(line.day) * DAY - SHANGHAI + line.end * MINUTE


def find_clock_back(lines: Iterable[Line], params: Params) -> list[Found]:
    """Entries that say they were written before a moment of the server's that their phone had heard already."""
    found = []
    for month, rows in by_month(lines).items():
        back = [line for line in rows if line.seen is not None and line.seen - line.written_at > params["clock_minutes"] * MINUTE]
        if len(back) >= max(1, params["clock_least"]):
            most = max((line.seen or 0) - line.written_at for line in back) // HOUR
            found.append(found_in("clock_back", month, back, {"count": len(back), "hours": most}))
    return found


def find_own_copies(lines: Iterable[Line], prints: Mapping[str, Print], params: Params) -> list[Found]:
    """A month most of whose texts are nearly an earlier one of the same hand."""
    rows = [line for line in lines if line.entry in prints]
    shelves: dict[int, list[Print]] = {}
    alike: list[Line] = []
    for line in rows:
        mine = prints[line.entry]
        near = (other for band in mine.bands for other in shelves.get(band, ()))
        if any(likeness(mine.grams, other.grams) >= params["copy_permille"] for other in near):
            alike.append(line)
        for band in mine.bands:
            shelves.setdefault(band, []).append(mine)
    whole = by_month(rows)
    return [
        found_in("copy_own", month, some, {"alike": len(some), "of": len(whole[month])})
        for month, some in by_month(alike).items()
        if len(some) >= params["own_least"] and len(some) * 1000 >= params["own_permille"] * len(whole[month])
    ]


def find_unlisted(lines: Iterable[Line], docs: Docs, sessions: Mapping[str, Doc], params: Params) -> list[Found]:
    """Check-ins whose code was good while the trainer, who wrote down whom he saw, did not write down this person."""
    closed = {}
    for doc in docs.values():
        if doc["kind"] == "presence" and not is_witnessed(doc):
            session = sessions.get(session_of(doc) or "")
            if session is not None and session["state"] == "closed" and session["seen"]:
                closed[doc["id"]] = any(seen["person"] == doc["by"] for seen in session["seen"])
    missed = {presence for presence, was_seen in closed.items() if not was_seen}
    there = [line for line in lines if line.presence in closed]
    gone = [line for line in there if line.presence in missed]
    few = len(missed) < params["unlisted_least"] or len(missed) * 1000 < params["unlisted_permille"] * len(closed)
    return [] if few or not gone else [found_in("unlisted", "all", gone, {"missed": len(missed), "of": len(closed)})]


def session_of(presence: Doc) -> str | None:
    """The session a good code spoke of."""
    good = (proof.get("session") for proof in presence.get("proofs", ()) if proof["word"] == "good")
    return next(good, None)


def find_after_reset(docs: Docs, seals: Iterable[Given], params: Params) -> list[Found]:
    """Sign-offs shortly after the college made their signer's access anew."""
    given = [seal for seal in seals if seal.standing]
    found = []
    for doc in docs.values():
        if doc["kind"] != "reset":
            continue
        after = [seal for seal in given if seal.by == doc["person"] and 0 <= seal.at - doc["at"] <= params["reset_days"] * DAY]
        if len(after) >= params["reset_least"]:
            found.append(found_by(f"{doc['id']}", "after_reset", after, {"count": len(after), "reset_at": doc["at"]}, doc["by"]))
    return found


def found_by(key: str, flag: str, seals: list[Given], detail: Mapping[str, int | str], about: str | None = None) -> Found:
    """A case of one signer's sign-offs."""
    entries = tuple(dict.fromkeys((seal.book, seal.entry) for seal in seals))
    days = min(seal.day for seal in seals), max(seal.day for seal in seals)
    return Found(flag, key, seals[0].by, entries, days, sum(seal.minutes for seal in seals if seal.standing), about, detail)
