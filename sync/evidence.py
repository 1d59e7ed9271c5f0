"""How well an entry is evidenced, A to D, and why. The grade refuses nothing: it says in words what is there and what the next one
lacks. What a grade needs is no code but a table, `evidence.json`, which TypeScript reads as well."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from sync.book import SIGNERS, Doc, is_witnessed, members_of, serves_on, standing_seals
from sync.credit import covers

TABLE: dict[str, Any] = json.loads(files(__package__).joinpath("evidence.json").read_text("utf-8"))
PARAMS: dict[str, int] = TABLE["params"]
FACTS: dict[str, dict[str, str]] = TABLE["facts"]
GRADES: list[dict[str, Any]] = TABLE["grades"]
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """A grade with what speaks for it, and what the next one lacks: one word of each list would do."""

    grade: str
    has: tuple[str, ...]
    next: str | None
    lacks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What the facts are read from: an entry, the head of its book and the presences of its day."""

    entry: Doc
    book: Doc
    presences: tuple[Doc, ...]

    @property
    def content(self) -> Doc:
        content: Doc = self.entry["content"]
        return content


def evidence_of(entry: Doc, book: Doc, presences: Iterable[Doc]) -> Evidence:
    """`presences` are those of the entry's day, however many."""
    case = Case(entry, book, tuple(presences))
    said = {name: ask(case) for name, ask in ASK.items()}
    reached = [_lacking(row, said) for row in GRADES]
    at = next((number for number, lacks in enumerate(reached) if lacks), len(GRADES)) - 1
    above = at + 1 < len(GRADES)
    lacks = tuple(tuple(FACTS[name][said[name]] for name in names) for names in reached[at + 1]) if above else ()
    has = tuple(words["yes"] for name, words in FACTS.items() if said[name] == "yes")
    return Evidence(GRADES[at]["grade"], has, GRADES[at + 1]["grade"] if above else None, lacks)


def _lacking(row: dict[str, Any], said: dict[str, str]) -> list[list[str]]:
    return [names for names in row["needs"] if all(said[name] != "yes" for name in names)]


def day_number(day: str) -> int:
    """Days since 1970 of a day of this century."""
    year, month, date = int(day[:4]), int(day[5:7]), int(day[8:])
    year, month = (year - 1, month + 9) if month <= 2 else (year, month - 3)
    return year * 365 + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + date - 719469


def _days_after(day: str, at: int) -> int:
    return (at + PARAMS["zone_minutes"] * MINUTE) // DAY - day_number(day)


def _in_days(days: int, most: int) -> str:
    if days < 0:
        return "early"
    return "yes" if days <= most else "late"


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _version(case: Case) -> Doc:
    """The present content's own version; one reduced before its time was kept has none."""
    name = case.entry["version"]
    return next((version for version in case.entry["versions"] if version["op"] == name), {})


def _written(case: Case) -> str:
    at = _version(case).get("at")
    return "unknown" if at is None else _in_days(_days_after(case.content["day"], at), PARAMS["written_days"])


def _time_known(given: Doc) -> str:
    """Whether the device had heard the server's time shortly before it wrote this."""
    seen = given.get("seen")
    if seen is None:
        return "unknown"
    if seen == 0:
        return "never"
    if seen - given["at"] > PARAMS["clock_minutes"] * MINUTE:
        return "ahead"
    return "yes" if given["at"] - seen <= PARAMS["server_time_hours"] * HOUR else "late"


def _presence(case: Case) -> str:
    """A check-in whose code the server has found good, over the whole interval."""
    there = (doc for doc in case.presences if not is_witnessed(doc) and covers(doc, case.content))
    named = next((doc for doc in there if doc["id"] == case.content["presence"]), None)
    if named is None:
        return "none"
    if is_proven(named):
        return "yes"
    return "waits" if named["code"] is not None and not _proofs_in(named) else "no"


def is_proven(presence: Doc) -> bool:
    """The server has found the code of its check-in good."""
    return "good" in _proofs_in(presence)


def _proofs_in(presence: Doc) -> list[str]:
    return [proof["word"] for proof in presence.get("proofs", ()) if proof["side"] == "in"]


def _witnessed(case: Case) -> str:
    """A trainer who says he saw the person over the whole interval. One who alone has signed as well says the same thing twice."""
    witnesses = {doc["by"] for doc in case.presences if is_witnessed(doc) and covers(doc, case.content)}
    signers = {seal["by"] for seal in standing_seals(case.entry)}
    if not witnesses:
        return "no"
    return "yes" if len(witnesses | signers) > 1 else "signer"


def _two_signers(case: Case) -> str:
    """Two people who sign for different organisations."""
    orgs = {seal["by"]: _orgs(case, seal["by"]) for seal in standing_seals(case.entry)}
    return _yes(sum(map(bool, orgs.values())) > 1 and len(set().union(*orgs.values())) > 1)


def _orgs(case: Case, person: str) -> set[str]:
    day = case.content["day"]
    return {
        member["org"] for member in members_of(case.book, person)
        if member["role"] in SIGNERS and member["org"] is not None and serves_on(member, day)
    }  # fmt: skip


def _signed(case: Case) -> str:
    words = [_when_signed(case, seal) for seal in standing_seals(case.entry)]
    return next((word for word in ("yes", "late", "early") if word in words), "none")


def _when_signed(case: Case, seal: Doc) -> str:
    """A clock that the server's time contradicts dates nothing to the day."""
    word = _in_days(_days_after(case.content["day"], seal["at"]), PARAMS["signed_days"])
    return "late" if word == "yes" and _time_known(seal) == "ahead" else word


def _any_seal(holds: Callable[[Any], bool]) -> Callable[[Case], str]:
    return lambda case: _yes(any(holds(seal) for seal in standing_seals(case.entry)))


ASK: dict[str, Callable[[Case], str]] = {
    "sealed": _any_seal(lambda seal: True),
    "written": _written,
    "server_time": lambda case: _time_known(_version(case)),
    "photo": lambda case: _yes(bool(case.content["photos"])),
    "scanned": _any_seal(lambda seal: bool(seal["how"] == "scan")),
    "presence": _presence,
    "witnessed": _witnessed,
    "two_signers": _two_signers,
    "own_device": lambda case: _yes(not case.content["shared"]),
    "signed": _signed,
    "signer_time": _any_seal(lambda seal: _time_known(seal) == "yes"),
}
