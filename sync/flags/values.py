"""What flags are found in and what finding one says. Days are Shanghai's, moments milliseconds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sync.book import Doc, Docs, claimed_minutes, standing_seals

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
SHANGHAI = 8 * HOUR


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: who, when, what, and when it was written and reached us."""

    book: str
    entry: str
    person: str
    day: str
    start: int
    end: int
    minutes: int
    text: str
    photos: tuple[str, ...]
    shared: bool
    presence: str | None
    written_at: int
    seen: int | None
    sent_at: int
    month_open: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A sign-off: of which entry, by whom, when, with which key."""

    op: str
    book: str
    entry: str
    by: str
    at: int
    device: str
    day: str
    minutes: int
    standing: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that looks odd. `key` tells it from others of the same flag and source; `about` is a second person."""

    flag: str
    key: str
    person: str
    entries: tuple[tuple[str, str], ...]
    days: tuple[str, str]
    minutes: int = 0
    about: str | None = None
    detail: Mapping[str, int | str] | None = None


def lines_of(book_id: str, docs: Docs, sent: Mapping[str, int]) -> list[Line]:
    """The entries that stand, by day. `sent`: when each operation reached us."""
    head = docs.get(book_id, {})
    locked = set(head.get("locked", ()))
    rows = [_line(book_id, doc, sent, locked) for doc in docs.values() if doc["kind"] == "entry" and doc["state"] != "withdrawn"]
    return sorted(rows, key=lambda line: (line.day, line.start, line.entry))


def _line(book_id: str, doc: Doc, sent: Mapping[str, int], locked: set[str]) -> Line:
    content: Any = doc["content"]
    version: Any = next((row for row in doc["versions"] if row["op"] == doc["version"]), {})
    # what was revised later was written when it first was: a mended entry is no late one
    first: Any = doc["versions"][0]
    written = first.get("at", doc["at"])
    return Line(
        book_id, doc["id"], doc["by"], content["day"], content["start"], content["end"], claimed_minutes(content),
        content["text"], tuple(content["photos"]), content["shared"], content["presence"], written,
        first.get("seen", version.get("seen")), sent.get(first["op"], written), content["day"][:7] not in locked,
    )  # fmt: skip


def seals_of(book_id: str, docs: Docs, devices: Mapping[str, str]) -> list[Given]:
    """Every sign-off of the entries that stand. `devices`: the key of each operation."""
    found = []
    for doc in docs.values():
        if doc["kind"] != "entry" or doc["state"] == "withdrawn":
            continue
        standing = {seal["op"] for seal in standing_seals(doc)}
        found += [
            Given(
                seal["op"], book_id, doc["id"], seal["by"], seal["at"], devices.get(seal["op"], ""), doc["content"]["day"],
                seal["minutes"], seal["op"] in standing,
            )
            for seal in doc["seals"]
        ]  # fmt: skip
    return found


def by_month(lines: Iterable[Line]) -> dict[str, list[Line]]:
    months: dict[str, list[Line]] = {}
    for line in lines:
        months.setdefault(line.day[:7], []).append(line)
    return months


def found_in(flag: str, key: str, lines: list[Line], detail: Mapping[str, int | str], about: str | None = None) -> Found:
    """A case of entries of one person."""
    entries = tuple((line.book, line.entry) for line in lines)
    days = min(line.day for line in lines), max(line.day for line in lines)
    return Found(flag, key, lines[0].person, entries, days, sum(line.minutes for line in lines), about, detail)
