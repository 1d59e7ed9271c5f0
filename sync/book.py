"""The values of a book: what its documents look like, and small questions put to them. Nobody changes a document; reduce makes new ones."""

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

Doc = Mapping[str, Any]
Docs = Mapping[str, Doc]

SIGNERS = frozenset(("mentor", "college_tutor", "base_trainer"))
WAITING = frozenset(("logged", "signed", "returned", "queried"))


class Seal(TypedDict):
    """A sign-off. `struck` once the content changed under it or its signer returned the entry."""

    op: str
    of: str
    by: str
    minutes: int
    at: int
    seen: int
    how: str
    note: str | None
    scores: list[dict[str, Any]]
    struck: bool


def claimed_minutes(content: Doc) -> int:
    minutes: int = content["end"] - content["start"] - content["break"]
    return minutes


def standing_seals(entry: Doc) -> list[Seal]:
    return [seal for seal in entry["seals"] if not seal["struck"]]


def confirmed_minutes(entry: Doc) -> int:
    """What the signers agree on: the least of the standing seals; 0 without one."""
    return min((seal["minutes"] for seal in standing_seals(entry)), default=0)


def credited_minutes(entry: Doc) -> int:
    """What the college recognised, with later reversals."""
    recognised = entry["recognised"]
    if recognised is None:
        return 0
    minutes: int = recognised["minutes"] + sum(reversal["minutes"] for reversal in entry["reversals"])
    return minutes


def version_minutes(entry: Doc, op_id: str) -> int | None:
    """The minutes the named version claimed; None when the entry never had it."""
    return next((version["minutes"] for version in entry["versions"] if version["op"] == op_id), None)


def members_of(book: Doc, person: str) -> Iterator[Doc]:
    return (member for member in book["members"] if member["person"] == person)


def serves_on(member: Doc, day: str) -> bool:
    return bool(member["from"] <= day and (member["to"] is None or day <= member["to"]))


def is_witnessed(presence: Doc) -> bool:
    """Whether somebody else speaks for this presence: only then does it name the session in which he saw the person."""
    return "session" in presence


def month_of(day: str) -> str:
    return day[:7]
