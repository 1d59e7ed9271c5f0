"""What an entry is worth to whoever checks it: how much of it counts, how well it is evidenced, how much there is to look at.
Of its whole day, because entries of one day share it."""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sync.book import Doc, claimed_minutes, confirmed_minutes, credited_minutes, is_witnessed, standing_seals
from sync.credit import COUNTED, Share, covers, credit_day, pieces_of
from sync.evidence import evidence_of, is_proven

NOTHING, NO_PLAN = Share(0, ()), Share(0, ("NO_PLAN",))
# hours at a base that count by the rules, while nothing but the person's own word says that he was there
UNPROVEN = "UNPROVEN"
# how much there is to look at, the less the higher
CLEAN, LOWERED, SHORT, NONE = 3, 2, 1, 0


class Worth(NamedTuple):
    """Of one entry: the minutes credit_day gives it and its words for the rest, how clean it is, its grade, and since when it is
    where it is."""

    counted: int
    reasons: str
    clean: int
    grade: str
    moved_at: int


def worth_of(head: Doc, docs: Collection[Doc]) -> Iterator[tuple[Doc, Worth]]:
    """Every entry among `docs`, which are whole days of the book: all its entries and presences of each."""
    dated = sorted((doc for doc in docs if doc["kind"] in ("entry", "presence")), key=_day)
    for day, group in groupby(dated, _day):
        of_day = {doc["id"]: doc for doc in group}
        shares = shares_of(head, of_day, day)
        presences = tuple(doc for doc in of_day.values() if doc["kind"] == "presence")
        for doc in of_day.values():
            if doc["kind"] == "entry":
                share = shares.get(doc["id"], NOTHING)
                grade = "D" if doc["state"] == "withdrawn" else evidence_of(doc, head, presences).grade
                words = share.flags + ((UNPROVEN,) if share.minutes and is_unproven(doc, presences) else ())
                yield doc, Worth(share.minutes, " ".join(words), _clean(doc, share, words), grade, moved_at(doc))


def shares_of(head: Doc, docs: dict[str, Doc], day: str) -> dict[str, Share]:
    """What of each entry of a day counts; nothing before a plan says the rules."""
    if head["plan"] is None:
        return dict.fromkeys(docs, NO_PLAN)
    return credit_day(pieces_of(docs, day), day, head["plan"], head["from"], head["to"])


def _day(doc: Doc) -> str:
    day: str = doc["content"]["day"] if doc["kind"] == "entry" else doc["day"]
    return day


def is_unproven(entry: Doc, presences: Iterable[Doc]) -> bool:
    """Of the presences that make it count, none is witnessed and none has a code the server found good."""
    content = entry["content"]
    there = [doc for doc in presences if covers(doc, content) and (is_witnessed(doc) or doc["id"] == content["presence"])]
    return content["place_kind"] == "base" and bool(there) and not any(is_witnessed(doc) or is_proven(doc) for doc in there)


def _clean(entry: Doc, share: Share, words: tuple[str, ...]) -> int:
    """What waits for others, or is over, gives nothing to look at; what was credited does when less of it counts by now."""
    if entry["state"] == "credited":
        return SHORT if credited_minutes(entry) > share.minutes else CLEAN
    if entry["state"] not in COUNTED:
        return CLEAN
    if entry["rivals"] or share.minutes == 0:
        return NONE
    if share.minutes < confirmed_minutes(entry) or UNPROVEN in words:
        return SHORT
    return LOWERED if share.flags or share.minutes < claimed_minutes(entry["content"]) else CLEAN


def moved_at(entry: Doc) -> int:
    """When it came to where it is, by the clock of whoever moved it."""
    last: dict[str, Any] = {
        "signed": max((seal["at"] for seal in standing_seals(entry)), default=None),
        "returned": _last(entry["returns"]), "queried": _last(entry["queries"]),
        "credited": entry["recognised"] and entry["recognised"]["at"], "withdrawn": entry["withdrawn"] and entry["withdrawn"]["at"],
        "logged": next((version.get("at") for version in entry["versions"] if version["op"] == entry["version"]), None),
    }  # fmt: skip
    at = last.get(entry["state"])
    return int(entry["at"] if at is None else at)


def _last(said: list[Doc]) -> int | None:
    return said[-1]["at"] if said else None
