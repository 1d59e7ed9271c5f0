"""The demo world: a skill chain with made-up people and four months of their books, every operation of which came through the
one door, signed by a device of its author. The keys of these devices are thrown away: whoever logs in brings his own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.engine import Connection

from server.papers.incoming.checks import id_check_digit
from server.services.books import intake
from server.services.demo import cast
from server.services.demo.asides import reset_access, tell_asides
from server.services.demo.base import Base, hold_sessions, open_base
from server.services.demo.days import Date, closed_days, date_of, first_of, moment, plus
from server.services.demo.pens import Pen, Written, uuid
from server.services.demo.story import Hands, Story, live, open_book
from server.store.books import books
from server.store.db import reading, writing
from server.store.host.keys import ServerKey
from server.store.host.writer import Writer
from server.store.people import devices, identities, orgs, people
from server.store.people.passwords import Hasher, code_of
from server.store.people.vault import Vault
from server.store.setup import chains, occupations

BATCH = 50
FRIDAY = 4
LOST_IN = 4
Progress = Callable[[int, int], None]
Tell = Callable[[int], object]
# how many days before yesterday people last looked at their notices
LAST_LOOK = 6


@dataclass(frozen=True, slots=True)
class Slip:
    """A one-time code for somebody who has never been in."""

    name: str
    login: str
    code: str


class Unfit(Exception):
    """The world broke a rule of the product it shows: a fault of ours."""


@dataclass(slots=True)
class Makers:
    """The ids of everybody and everything, the pens of the living, and the days it all happens in."""

    now: int
    rng: Random
    key: ServerKey
    ids: dict[str, str]
    pens: dict[str, Pen]
    months: list[Date]
    until: int
    base: Base
    places: list[dict[str, str]]

    def pen(self, login: str) -> Pen:
        return self.pens.setdefault(login, Pen(self.rng, self.ids[login]))


def build_world(
    key: ServerKey, hasher: Hasher, vault: Vault, now: int, rng: Random, progress: Progress, tell: Tell,
    classes: Sequence[cast.Class] = cast.CLASSES,
) -> int:  # fmt: skip
    """Build everything into an empty database, up to yesterday. How many operations there are. `tell` gives people their notices.
    With fewer `classes` the others have people but no books."""
    yesterday = plus(date_of(now), -1)
    months = [first_of(yesterday, later) for later in (-3, -2, -1, 0)]
    names = [*(org.key for org in cast.ORGS), *(person.login for person in cast.EVERYBODY), "chain"]
    ids, until = {name: uuid(rng) for name in names}, moment(date_of(now), 0)
    places = [{**place, "id": ids.get(place["id"], place["id"])} for place in cast.PLACES]
    makers = Makers(now, rng, key, ids, {}, months, until, _build_base(rng, key, ids, until), places)
    stories = [_tell(makers, number, *book) for number, book in enumerate(_books(classes))]
    _staff_base(makers)
    password = hasher.make(cast.PASSWORD)
    with writing() as conn:
        _write_people(conn, makers, password)
        identities.insert_identities(conn, [_identity(makers, vault, place, one) for place, one in enumerate(cast.APPRENTICES)])
        _write_plans(conn, makers)
        _enrol(conn, makers, stories)
    written = _send(makers, stories, progress, tell)
    with writing() as conn:
        for pen in {pen.device: pen for pen in _pens(makers, stories)}.values():
            devices.update_device_status(conn, pen.device, pen.person, "retired")
    return written


def issue_slips(hasher: Hasher, now: int, rng: Random) -> list[Slip]:
    """Codes for those who have never been in; the ones they had before are dead."""
    slips = []
    for person in (cast.FRESH_APPRENTICE, cast.FRESH_MENTOR):
        with reading() as conn:
            found = people.select_person_by_login(conn, person.login)
        if found is None or found.password_hash is not None:
            continue
        code = code_of(rng.randbytes(7))
        row = {
            "id": uuid(rng), "person_id": found.id, "code_hash": hasher.make(code), "issued_at": now,
            "expires_at": now + people.CODE_LIFE, "printed_by": None,
        }  # fmt: skip
        with writing() as conn:
            people.insert_activation(conn, row)
        slips.append(Slip(person.name, person.login, code))
    return slips


# --- telling -------------------------------------------------------------------------------------------------------


def _books(classes: Sequence[cast.Class]) -> Iterator[tuple[cast.Class, cast.Person, int]]:
    """Each apprentice with his class and his place in it; the newcomer joins the first one."""
    for group in classes:
        yield from ((group, person, place) for place, person in enumerate(group.apprentices))
    yield classes[0], cast.FRESH_APPRENTICE, 0


def _tell(makers: Makers, number: int, group: cast.Class, person: cast.Person, place: int) -> Story:
    rng, ids = makers.rng, makers.ids
    enterprise = group.enterprises[place % len(group.enterprises)]
    mentor = [one for one in cast.MENTORS if one.org == enterprise][place // len(group.enterprises) % 2]
    signers = (mentor, cast.TUTORS[number % 2], cast.TRAINERS[number // 2 % 2])
    hands = Hands(
        makers.pen(person.login), Pen(rng, ids[person.login]), Pen(rng, ids[person.login]),
        *(makers.pen(one.login) for one in signers), Pen(rng, ids[cast.COORDINATOR.login], makers.key.private),
    )  # fmt: skip
    last = plus(first_of(makers.months[0], 12), -1)
    closed = closed_days(makers.months[0], last)
    story = Story(uuid(rng), number, group, hands, makers.months, makers.until, rng, closed, makers.base, makers.places)
    fresh = person is cast.FRESH_APPRENTICE
    opened = {
        "apprentice": ids[person.login], "learner": group.learner, "occupation": group.occupation, "level": group.level,
        "enterprise": ids[enterprise], "college": ids["college"], "from": story.months[0].isoformat(), "to": last.isoformat(),
        "class": class_id(ids, group),
    }  # fmt: skip
    others = (cast.FRESH_MENTOR,) if fresh or number < 2 else ()
    members = (person, *signers, *others, cast.COORDINATOR)
    since = {"from": opened["from"], "to": None}
    open_book(story, opened, f"plan-{group.key}", [
        {"person": ids[one.login], "role": one.role, "org": ids[one.org], **since} for one in members
    ])  # fmt: skip
    if not fresh:
        live(story)
        tell_asides(story)
        if mentor is cast.MENTORS[1]:
            reset_access(story, ids[mentor.login], ids[cast.ADMINS[0].login])
    return story


def class_id(ids: dict[str, str], group: cast.Class) -> str:
    """Of the college and its name, so that no chance is drawn for it."""
    return str(uuid5(UUID(ids["college"]), group.key))


def _occupation_id(ids: dict[str, str], name: str) -> str:
    return str(uuid5(UUID(ids["chain"]), name))


def _build_base(rng: Random, key: ServerKey, ids: dict[str, str], until: int) -> Base:
    name = next(org.name for org in cast.ORGS if org.key == "base")
    desk = Pen(rng, ids[cast.BASE_ADMIN.login], key.private)
    return Base(ids["base"], name, desk, Pen(rng, ids[cast.KIOSK.login]), until, rng)


def _staff_base(makers: Makers) -> None:
    """Who serves at the base, and what they hold there."""
    staff = [(makers.ids[one.login], one.role) for one in (*cast.TRAINERS, cast.KIOSK)]
    open_base(makers.base, staff, makers.months[0])
    hold_sessions(makers.base, date_of(makers.now), [makers.pen(one.login) for one in cast.TRAINERS])


def _pens(makers: Makers, stories: list[Story]) -> Iterator[Pen]:
    yield makers.base.kiosk
    yield from (makers.pen(one.login) for one in cast.TRAINERS)
    for story in stories:
        hands = story.hands
        yield from (hands.apprentice, hands.tablet, hands.lost, hands.mentor, hands.tutor, hands.trainer)


# --- people, plans, devices ----------------------------------------------------------------------------------------


def _write_people(conn: Connection, makers: Makers, password: str) -> None:
    ids, born = makers.ids, moment(plus(makers.months[0], -14), 600)
    chains.insert_chain(conn, ids["chain"], cast.CHAIN)
    for org in cast.ORGS:
        orgs.insert_org(conn, {
            "id": ids[org.key], "skill_chain_id": ids["chain"], "kind": org.kind, "name": org.name, "credit_code": org.credit_code,
            "division_code": "440800",
        })  # fmt: skip
        chains.insert_member(conn, {
            "id": str(uuid5(UUID(ids["chain"]), org.key)), "chain_id": ids["chain"], "org_id": ids[org.key],
            "from_day": plus(makers.months[0], -14).isoformat(), "to_day": None, "reason": cast.JOINED,
        })  # fmt: skip
    for person in cast.EVERYBODY:
        people.insert_person(conn, ids[person.login], person.name, person.login, born)
        people.insert_role(conn, ids[person.login], person.role, ids[person.org])
    for person in cast.WITH_PASSWORD:
        people.update_password(conn, ids[person.login], password)


def _identity(makers: Makers, vault: Vault, place: int, person: cast.Person) -> identities.Identity:
    """A number that is right and nobody's: 4408 00 is printed on no card, and no telephone begins with 1999."""
    born = 2006 + place % 2 if person.org == "college" else 1990 + place % 12
    first = f"440800{born}{place % 12 + 1:02d}{place % 28 + 1:02d}{place * 7 % 1000:03d}"
    contact = {"number": first + id_check_digit(first), "phone": f"1999{place:07d}"}
    return identities.seal_identity(vault, makers.ids[person.login], "resident", contact, makers.now, makers.ids["college"])


def _write_plans(conn: Connection, makers: Makers) -> None:
    first = makers.months[0]
    orgs.insert_rule_set(conn, {
        "id": "sample-600", "region": "示例", "name": cast.SAMPLE, "valid_from": first.isoformat(), "valid_to": None,
        "source": cast.SAMPLE, "status": "示例", "rules": cast.RULES,
    })  # fmt: skip
    occupations.insert_occupations(conn, [
        {"id": _occupation_id(makers.ids, name), "code": code, "name": name, "edition": cast.EDITION, "source": cast.SEEN_IN, "levels": cast.GRADED}
        for code, name in cast.OCCUPATIONS
    ])  # fmt: skip
    for group in cast.CLASSES:
        orgs.insert_plan(conn, {
            "id": f"plan-{group.key}", "org_id": makers.ids["college"], "rule_set_id": "sample-600",
            "name": f"{group.name} · {group.occupation} 600 学时", "occupation": group.occupation, "level": group.level,
            "occupation_id": _occupation_id(makers.ids, group.occupation), "version": 1,
            "modules": cast.MODULES[group.learner], "places": makers.places,
            "closed_days": closed_days(first, plus(first_of(first, 12), -1)),
        })  # fmt: skip
        orgs.insert_class(conn, {
            "id": class_id(makers.ids, group), "college_id": makers.ids["college"], "name": group.name, "plan_id": f"plan-{group.key}",
            "from_day": first.isoformat(), "to_day": plus(first_of(first, 12), -1).isoformat(), "created_at": makers.now,
        })  # fmt: skip


def _enrol(conn: Connection, makers: Makers, stories: list[Story]) -> None:
    for device_id, pen in {pen.device: pen for pen in _pens(makers, stories)}.items():
        row: dict[str, Any] = {
            "id": device_id, "person_id": pen.person, "x": pen.jwk["x"], "y": pen.jwk["y"], "label": "演示设备",
            "shared": False, "status": "active", "now": moment(plus(makers.months[0], -7), 480),
        }  # fmt: skip
        devices.insert_device(conn, row)
    lost = stories[LOST_IN].hands.lost
    devices.update_device_status(conn, lost.device, lost.person, "lost")


# --- sending -------------------------------------------------------------------------------------------------------


def _send(makers: Makers, stories: list[Story], progress: Progress, tell: Tell) -> int:
    """Every evening what the day brought, at most fifty operations at a time. Notices go out once a week, and daily at the end,
    so that some have been read and the newest have not."""
    writer = Writer(makers.key.private, makers.rng.randbytes)
    ops = sorted((op for story in (makers.base, *stories) for op in story.told_in_order()), key=lambda op: op.at)
    sent = 0
    for day, of_day in groupby(ops, key=lambda op: date_of(op.at)):
        waiting = list(of_day)
        for start in range(0, len(waiting), BATCH):
            batch = waiting[start : start + BATCH]
            _expect(batch, intake.accept([op.jws for op in batch], max(moment(day, 22 * 60 + 30), batch[-1].at), writer=writer))
            sent += len(batch)
            progress(sent, len(ops))
        evening = moment(day, 23 * 60)
        if day.weekday() == FRIDAY or day >= plus(date_of(ops[-1].at), -LAST_LOOK):
            tell(evening)
        if day.weekday() == FRIDAY and day < plus(date_of(ops[-1].at), -LAST_LOOK):
            _look(stories, evening)
    tell(moment(date_of(ops[-1].at), 23 * 60 + 30))
    return sent


def _look(stories: list[Story], evening: int) -> None:
    """Apprentices read what there is, all but every fifth. Whoever has never been told anything has nothing to read."""
    readers = [story.hands.apprentice for story in stories if story.number % 5 != 4 and story.entries]
    with reading() as conn:
        known = {pen.person for pen in readers if books.select_head(conn, pen.person)}
    looks = [
        pen.write(pen.person, "notices.read", pen.person, {"until": evening}, evening) for pen in readers if pen.person in known
    ]
    for start in range(0, len(looks), BATCH):
        batch = looks[start : start + BATCH]
        _expect(batch, intake.accept([op.jws for op in batch], evening))


def _expect(batch: list[Written], verdicts: dict[str, intake.Verdict]) -> None:
    for op in batch:
        if verdicts[op.id]["as"] != op.said:
            raise Unfit(f"{op.id} should have been {op.said}, the server said {verdicts[op.id]}")
