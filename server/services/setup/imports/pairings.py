"""The pairing list 师徒结对表: every row pairs one apprentice with one mentor, or says why not. Judging only; nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from server.papers.incoming import checks
from server.papers.incoming.pairs import (
    ORG_KINDS,
    ROLES,
    Learner,
    Pair,
    Signer,
    check_load,
    check_pair,
    is_longer,
    peak,
)
from server.services.setup.imports.apprentices import Apprentice, Register
from server.services.setup.imports.known import Org
from server.services.setup.imports.lines import Line, find_copies, limit

MOST = {"name": 40, "class": 60, "mentor": 40, "mentor_login": 60, "org": 60, "post": 40, "level": 40, "certificate_no": 40, "remark": 200}
FACTS = ("post", "level", "certificate_no")


class Paired(NamedTuple):
    """A pairing there is."""

    member: str
    person: str
    name: str
    role: str
    from_day: str
    to_day: str | None


class Master(NamedTuple):
    """Somebody who signs in the name of an organisation."""

    id: str
    name: str
    login: str
    role: str
    org: str
    disabled: bool


@dataclass(slots=True)
class Ground:
    """What the registers say, as far as pairing needs it. `spans`: what each mentor has in each role already; `others`: on whom more
    than this college rests; `let_in`: whose slip was printed by whoever brings the file."""

    college: str
    today: str
    register: Register
    orgs: list[Org]
    staff: list[Master]
    paired: dict[str, list[Paired]]
    qualified: dict[str, dict[str, Any]]
    spans: dict[tuple[str, str], list[tuple[str, str, str]]]
    most: int
    others: set[str] = field(default_factory=set)
    let_in: set[str] = field(default_factory=set)

    def orgs_of(self, role: str) -> list[Org]:
        """In whose name somebody may sign in this role; another college's teachers are none of this one's."""
        return [org for org in self.orgs if org.kind in ORG_KINDS[role] and (org.kind != "college" or org.id == self.college)]


class Named(NamedTuple):
    """Who is to sign, as the row says it: somebody there is, or a new one."""

    person: str | None
    name: str
    role: str
    org: Org
    disabled: bool = False


Planned = dict[tuple[str, str, str], list[tuple[Pair, int]]]


def judge(lines: Sequence[Line], ground: Ground) -> None:
    find_copies(lines)
    loads = {key: list(spans) for key, spans in ground.spans.items()}
    planned: Planned = {}
    for line in lines:
        limit(line, MOST)
        line.need("name", "mentor")
        days = _days(line)
        found = ground.register.find(line, days[0] if days else None)
        named = _mentor(line, ground, found)
        certificate = line.text("certificate_no")
        if certificate and checks.read_certificate(certificate) is None:
            line.blame("certificate_odd", "certificate_no", value=certificate)
        if found and named and days:
            _pair(line, found, named, days, ground, planned, loads)


def _days(line: Line) -> tuple[str, str | None] | None:
    days = line.days()
    if days is None and not line.text("span") and not {fault.field for fault in line.faults} & {"from", "to", "span"}:
        line.need("from")
    return days


def _role(line: Line) -> str | None:
    said = checks.packed(line.text("role"))
    role = ROLES.get(said) if said else "mentor"
    if role is None:
        line.blame("role_unknown", "role", value=said)
    return role


def _mentor(line: Line, ground: Ground, found: Apprentice | None) -> Named | None:
    role, name = _role(line), checks.read_name(line.text("mentor"))
    if line.text("mentor") and name is None:
        line.blame("name_odd", "mentor", value=line.text("mentor"))
    if role is None or name is None:
        return None
    if login := checks.packed(line.text("mentor_login")):
        there = [one for one in ground.staff if one.login == login and one.role == role]
        org = next((org for org in ground.orgs_of(role) if there and org.id == there[0].org), None)
        if org is None or checks.packed(there[0].name) != checks.packed(name):
            line.blame("mentor_login_unknown", "mentor_login", value=login)
            return None
        return Named(there[0].id, there[0].name, role, org, there[0].disabled)
    org = _org(line, ground, role, found)
    if org is None:
        return None
    same = [one for one in ground.staff if (checks.packed(one.name), one.role, one.org) == (checks.packed(name), role, org.id)]
    if len(same) > 1:
        line.blame("mentor_name_twice", "mentor", value=name)
        return None
    if not same:
        line.blame("mentor_new", "mentor", value=name)
    return Named(same[0].id, name, role, org, same[0].disabled) if same else Named(None, name, role, org)


def _org(line: Line, ground: Ground, role: str, found: Apprentice | None) -> Org | None:
    """As it is called; else the apprentice's enterprise, the college itself, or the only base there is."""
    said = checks.packed(line.text("org"))
    fitting = ground.orgs_of(role)
    if said:
        org = next((one for one in fitting if checks.packed(one.name) == said), None)
        near = next((one for one in fitting if checks.is_near(checks.packed(one.name), said)), None) if org is None else None
        if near:
            line.blame("enterprise_near", "org", value=line.text("org"), other=near.name)
        elif org is None:
            line.blame("org_unknown", "org", value=line.text("org"))
        return org
    if role == "mentor":
        return next((one for one in fitting if found and one.id == found.enterprise), None)
    if len(fitting) == 1:
        return fitting[0]
    line.need("org")
    return None


def _pair(
    line: Line, found: Apprentice, named: Named, days: tuple[str, str | None], ground: Ground,
    planned: Planned, loads: dict[tuple[str, str], list[tuple[str, str, str]]],
) -> None:  # fmt: skip
    who = named.person or f"{named.name} {named.org.id}"
    # an end that is the handbook's own end is no end of its own
    pair = Pair(who, named.role, days[0], None if days[1] == found.to_day else days[1])
    known = ground.qualified.get(named.person or "", {})
    learner = Learner(found.person, found.enterprise, found.from_day, found.to_day)
    line.faults += check_pair(pair, learner, Signer(named.name, named.org.id, named.disabled, known.get("valid_to")))
    facts = {name: line.text(name) for name in FACTS if line.text(name) and line.text(name) != known.get(name)}
    if facts and named.person in ground.others:
        line.blame("facts_of_others", None, value=named.name)
        facts = {}
    ends = None
    there = [one for one in ground.paired.get(found.book, []) if (one.person, one.role) == (named.person, named.role)]
    crossing = [one for one in there if one.from_day <= pair.last_day and pair.from_day <= (one.to_day or found.to_day)]
    earlier = planned.setdefault((found.book, who, named.role), [])
    twice = next((row for one, row in earlier if one.from_day <= pair.last_day and pair.from_day <= one.last_day), None)
    if twice is not None:
        line.blame("pair_twice", None, row=twice)
        return
    if crossing and crossing[0].from_day != pair.from_day:
        line.blame("pair_crosses", "from", value=named.name, **{"from": crossing[0].from_day, "to": crossing[0].to_day or found.to_day})
    elif crossing and (crossing[0].to_day or found.to_day) != (pair.to_day or found.to_day):
        ends = crossing[0].member
        line.blame("will_change", "to", value="结对结束日期")
    longer = not crossing or (ends is not None and is_longer(pair.to_day or found.to_day, crossing[0].to_day))
    if longer and named.person in ground.let_in:
        line.blame("another_pairs", "mentor", value=named.name)
    if crossing and facts:
        line.blame("will_change", None, value="导师资料")
    if line.is_stopped:
        return
    earlier.append((pair, line.row))
    spans = loads.setdefault((who, named.role), [])
    if not crossing:
        spans.append((found.book, pair.from_day, pair.last_day))
        line.faults += check_load(named.name, peak([span for span in spans if span[2] >= ground.today]), ground.most)
    line.same = bool(crossing) and not ends and not facts
    line.write = {
        "book": found.book, "person": named.person, "name": named.name, "role": named.role, "org": named.org.id, "from": pair.from_day,
        "to": pair.to_day or (found.to_day if ends else None), "paired": bool(crossing), "longer": longer, "ends": ends, "facts": facts,
    }  # fmt: skip
