"""Whether somebody may be paired with an apprentice, and how many he has then. What no rule set says stands under an example, named so."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from server.papers.incoming.faults import Fault, fault

ROLES = {
    "企业导师": "mentor", "师傅": "mentor", "企业师傅": "mentor", "院校导师": "college_tutor", "指导教师": "college_tutor",
    "院校教师": "college_tutor", "教师": "college_tutor", "基地实训教师": "base_trainer", "基地教师": "base_trainer", "实训教师": "base_trainer",
}  # fmt: skip
ORG_KINDS = {"mentor": ("enterprise", "chain_leader"), "college_tutor": ("college",), "base_trainer": ("base",)}
# domain.md A4: a number stands in the rules of other places only
SAMPLE_MOST = 8
SAMPLE_SOURCE = "示例参数，非广东省规定"
NEVER = "9999-12-31"


class Pair(NamedTuple):
    """Who is to sign for one book, in which role, from when to when; an open end lasts as long as the book."""

    person: str
    role: str
    from_day: str
    to_day: str | None

    @property
    def last_day(self) -> str:
        return self.to_day or NEVER


class Learner(NamedTuple):
    """The book it is about: whose, of which enterprise, its days."""

    person: str
    enterprise: str | None
    from_day: str
    to_day: str


class Signer(NamedTuple):
    """Who is to sign; `org` in whose name."""

    name: str
    org: str
    disabled: bool
    valid_to: str | None


def is_longer(last: str, was: str | None) -> bool:
    """Whether a pairing that was to end ends later now: that gives him apprentices as a new one does."""
    return was is not None and last > was


def check_pair(pair: Pair, learner: Learner, signer: Signer) -> list[Fault]:
    found = []
    if pair.person == learner.person:
        found.append(fault("same_person", "mentor"))
    if signer.disabled:
        found.append(fault("person_disabled", "mentor"))
    if pair.from_day < learner.from_day or pair.from_day > learner.to_day or (pair.to_day and pair.to_day > learner.to_day):
        found.append(fault("outside_book", "from", **{"from": learner.from_day, "to": learner.to_day}))
    if pair.role == "mentor" and learner.enterprise and signer.org != learner.enterprise:
        found.append(fault("other_enterprise", "org"))
    if signer.valid_to and signer.valid_to < min(pair.last_day, learner.to_day):
        found.append(fault("qualification_over", "mentor", value=signer.name, day=signer.valid_to))
    return found


def most_of(limits: Sequence[Mapping[str, Any]]) -> tuple[int, bool]:
    """The lowest limit any of these rule sets has, and whether it is only our example."""
    said = [one["max_apprentices_per_mentor"] for one in limits if one.get("max_apprentices_per_mentor")]
    return (min(said), False) if said else (SAMPLE_MOST, True)


def peak(spans: Sequence[tuple[str, str, str]]) -> int:
    """At most how many different books on one day, out of (book, first day, last day)."""
    return max((len({book for book, first, last in spans if first <= day <= last}) for day in {first for _, first, _ in spans}), default=0)


def check_load(name: str, count: int, most: int) -> list[Fault]:
    return [fault("over_limit", "mentor", value=name, count=count, most=most)] if count > most else []
