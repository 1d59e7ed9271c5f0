"""Four months of one apprentice's book, told in operations: what was logged, and what became of it.

The first two months end settled and locked. In the open months every fate an entry can have comes up; what would happen after
`until` is not told, so the newest entries are still waiting."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from server.services.demo import texts
from server.services.demo.base import Base, come
from server.services.demo.cast import MODULES, RULES, SAMPLE, Class
from server.services.demo.days import Date, first_of, moment, plus, working_days
from server.services.demo.pens import Pen, Written, uuid
from server.store.books.worth import worth_of
from sync.errors import Refusal
from sync.op import Sealed, read, take_apart
from sync.reduce import reduce

LESSON = 45

SETTLED = ("signed",) * 15 + ("lowered",) * 2 + ("resubmitted", "resigned", "withdrawn")
OPEN = ("signed",) * 14 + ("lowered", "lowered", "resubmitted", "struck", "returned", "queried", "withdrawn", "rival")
EVERY_FATE = ("rival", "queried", "returned", "struck", "withdrawn", "resubmitted", "lowered")
# weekday -> how often in 100, and what: (place kind, module, earliest start, minutes)
WEEK = {
    0: (78, ("post", "M3", 510, 180)), 1: (62, ("college", "M2", 840, 135)), 2: (68, ("post", "M3", 810, 210)),
    3: (74, ("base", "M4", 540, 165)), 4: (60, ("post", "M1", 900, 90)),
}  # fmt: skip
# of the entries of the last days, so many in 100 nobody has looked at yet
LATELY, UNSEEN = 12, 45
ONLINE = ("online", "M2", 1170, 90)


@dataclass(frozen=True, slots=True)
class Hands:
    """Everybody who writes in one book."""

    apprentice: Pen
    tablet: Pen
    lost: Pen
    mentor: Pen
    tutor: Pen
    trainer: Pen
    desk: Pen

    def signer(self, place_kind: str) -> Pen:
        return {"post": self.mentor, "base": self.trainer}.get(place_kind, self.tutor)


@dataclass(slots=True)
class Told:
    """An entry as the story knows it."""

    doc: str
    version: str
    content: dict[str, Any]
    day: Date
    minutes: int = 0
    state: str = "logged"


@dataclass(slots=True)
class Story:
    """The book being told. `months` are the first days of the four months."""

    book: str
    number: int
    group: Class
    hands: Hands
    months: list[Date]
    until: int
    rng: Random
    closed: list[str]
    base: Base
    places: list[dict[str, str]]
    written: list[Written] = field(default_factory=list)
    entries: list[Told] = field(default_factory=list)
    # check-ins for which there is nothing but the apprentice's word
    unproven: set[str] = field(default_factory=set)

    def add(self, op: Written) -> str:
        self.written.append(op)
        return op.id

    def desk(self, kind: str, doc: str, body: dict[str, Any], at: int, of: str | None = None) -> str:
        return self.add(self.hands.desk.write(self.book, kind, doc, body, at, of))

    def told_in_order(self) -> list[Written]:
        return sorted((op for op in self.written if op.at < self.until), key=lambda op: op.at)


def open_book(story: Story, opened: dict[str, Any], plan: str, members: list[dict[str, Any]]) -> None:
    """The book, its plan and its members, a week before the first month."""
    at = moment(plus(story.months[0], -7), 9 * 60) + story.number * 1000
    story.desk("book.opened", story.book, opened, at)
    story.desk("plan.set", story.book, {
        "plan": plan, "name": f"{story.group.name} · {story.group.occupation} 600 学时", "rule_set": "sample-600",
        "source": SAMPLE, "status": "示例", "modules": MODULES[story.group.learner], "places": story.places, "rules": RULES,
        "closed_days": story.closed,
    }, at + 10)  # fmt: skip
    for place, member in enumerate(members):
        story.desk("member.joined", story.book, {"member": uuid(story.rng), **member}, at + 20 + place)


def live(story: Story) -> None:
    """Working days, one after the other; then the desk settles what is ripe."""
    fates = list(EVERY_FATE) if story.number < 4 else []
    for month, first in enumerate(story.months):
        for day in working_days(first, plus(first_of(first, 1), -1), story.closed):
            often, slot = WEEK[day.weekday()]
            if moment(day, 0) >= story.until or story.rng.randrange(100) >= often:
                continue
            if slot[0] == "college" and story.rng.randrange(100) < 30:
                slot = ONLINE
            elif month >= 2 and fates:
                slot = WEEK[0][1]
            told = log(story, day, slot)
            if moment(plus(day, LATELY), 0) > story.until and story.rng.randrange(100) < UNSEEN:
                continue
            choices = SETTLED if month < 2 else OPEN
            meet(story, told, fates.pop(0) if month >= 2 and fates else story.rng.choice(choices))
    settle(story)


# --- writing -------------------------------------------------------------------------------------------------------


def log(story: Story, day: Date, slot: tuple[str, str, int, int]) -> Told:
    place_kind, module, earliest, minutes = slot
    start = earliest + 5 * story.rng.randrange(7)
    end = start + minutes + 15 * story.rng.randrange(3)
    presence = check_in(story, day, start, end) if place_kind == "base" and story.rng.randrange(100) < 92 else None
    late = story.rng.randrange(100) < 3 and day.day < 16
    content = {
        "day": day.isoformat(), "start": start, "end": end, "break": 15 if minutes > 160 else 0, "module": module,
        "nature": "practice" if module in ("M3", "M4") else "theory", "place_kind": place_kind,
        "place": place_of(story, place_kind), "text": describe(story, place_kind, module), "photos": [],
        "safety": True, "shared": place_kind == "post" and story.rng.randrange(10) == 0,
        "late_reason": story.rng.choice(texts.LATE) if late else None, "presence": presence,
    }  # fmt: skip
    doc = uuid(story.rng)
    at = moment(plus(day, 8 if late else 0), 1290 if place_kind == "online" else 1080 + story.rng.randrange(90))
    told = Told(doc, story.add(story.hands.apprentice.write(story.book, "entry.logged", doc, content, at)), content, day)
    if late:
        told.day = plus(day, 8)
    story.entries.append(told)
    return told


def check_in(story: Story, day: Date, start: int, end: int) -> str:
    """Somebody forgets to check out now and then."""
    doc, pen = uuid(story.rng), story.hands.apprentice
    lesson = story.base.lesson(story.hands.trainer, day)
    body, out, proven = come(story.base, lesson, (story.book, pen.person), day, start - 5, end + 5)
    if not proven:
        story.unproven.add(doc)
    story.add(pen.write(story.book, "presence.checked_in", doc, body, moment(day, start - 5)))
    if story.rng.randrange(100) < 95:
        story.add(pen.write(story.book, "presence.checked_out", doc, {"end": end + 5, "code": out}, moment(day, end + 5)))
    return doc


def place_of(story: Story, place_kind: str) -> str:
    if place_kind == "post":
        return "workshop-2" if story.group.trade == "turner" else "workshop-1"
    return {"base": story.base.id, "college": "lab-204"}.get(place_kind, "online")


def describe(story: Story, place_kind: str, module: str) -> str:
    trade = story.group.trade
    known = {"M1": texts.GENERAL, "M3": texts.POST[trade], "M4": texts.BASE[trade]}
    choices = texts.ONLINE if place_kind == "online" else known.get(module, texts.FOUNDATION)
    return story.rng.choice(choices).format(n=story.rng.randrange(1, 13), m=story.rng.randrange(2, 9)) + added(story)


def added(story: Story) -> str:
    """What he adds himself. Told by the book and its count of entries, so that the rest of the story stays as it was."""
    own = Random(f"{story.book} {len(story.entries)}")
    return "".join(words.format(p=own.choice(texts.PARTS), n=own.randrange(2, 30)) for words in own.sample(texts.ADDED, 2))


# --- what becomes of an entry --------------------------------------------------------------------------------------


def meet(story: Story, told: Told, fate: str) -> None:
    after = 1 + story.rng.randrange(2)
    if fate in ("signed", "lowered"):
        sign(story, told, after, lowered=fate == "lowered")
    elif fate == "resubmitted":
        send_back(story, told, 1)
        revise(story, told, 2, texts.REVISED)
        sign(story, told, 3)
    elif fate in ("resigned", "struck"):
        sign(story, told, 1)
        revise(story, told, 2, texts.STRUCK)
        if fate == "resigned":
            sign(story, told, 3)
    elif fate == "withdrawn":
        body = {"reason": story.rng.choice(texts.WITHDRAWALS)}
        story.add(story.hands.apprentice.write(
            story.book, "entry.withdrawn", told.doc, body, evening(story, told, after), told.version
        ))  # fmt: skip
        told.state = "withdrawn"
    elif fate == "returned":
        send_back(story, told, after)
    elif fate == "queried":
        sign(story, told, 1)
        story.desk("entry.queried", told.doc, {"reason": story.rng.choice(texts.QUERIES)}, desk_hour(story, told, 3), told.version)
        told.state = "queried"
    else:
        rival(story, told)


def evening(story: Story, told: Told, after: int) -> int:
    return moment(plus(told.day, after), 19 * 60 + 30 + story.rng.randrange(80)) + story.rng.randrange(60_000)


def desk_hour(story: Story, told: Told, after: int) -> int:
    return moment(plus(told.day, after), 14 * 60 + story.rng.randrange(120)) + story.rng.randrange(60_000)


def sign(story: Story, told: Told, after: int, lowered: bool = False) -> None:
    content, rng = told.content, story.rng
    less = 15 * (1 + rng.randrange(2)) if lowered else 0
    told.minutes = content["end"] - content["start"] - content["break"] - less
    praise = rng.choice(texts.SIGN_NOTES) if rng.randrange(4) == 0 else None
    scores = [{"skill": skill, "score": rng.randrange(72, 97)} for skill in rng.sample(texts.SKILLS, 2)] if rng.randrange(3) == 0 else []
    body = {
        "minutes": told.minutes, "how": rng.choice(("list", "list", "scan")), "scores": scores,
        "note": rng.choice(texts.LOWER_NOTES).format(n=less) if lowered else praise,
    }  # fmt: skip
    pen = story.hands.signer(content["place_kind"])
    story.add(pen.write(story.book, "entry.signed", told.doc, body, evening(story, told, after), told.version))
    told.state = "signed"


def send_back(story: Story, told: Told, after: int) -> None:
    pen = story.hands.signer(told.content["place_kind"])
    body = {"reason": story.rng.choice(texts.RETURNS)}
    story.add(pen.write(story.book, "entry.returned", told.doc, body, evening(story, told, after), told.version))
    told.state = "returned"


def revise(story: Story, told: Told, after: int, remark: str, pen: Pen | None = None, of: str | None = None) -> str:
    content = {**told.content, "text": told.content["text"] + remark, "break": told.content["break"] + 10}
    op = (pen or story.hands.apprentice).write(
        story.book, "entry.revised", told.doc, content, evening(story, told, after), of or told.version
    )
    if of is None:
        told.version, told.content, told.state = op.id, content, "logged"
    return story.add(op)


def rival(story: Story, told: Told) -> None:
    """The same version corrected on the phone and, without a network, on a tablet."""
    seen = told.version
    revise(story, told, 1, texts.RIVALS[0])
    revise(story, told, 2, texts.RIVALS[1], story.hands.tablet, seen)


# --- the desk ------------------------------------------------------------------------------------------------------


def settle(story: Story) -> None:
    """On the 5th of the next month signed entries are credited, on the 6th the month is locked; of the third month half the books."""
    for month, first in enumerate(story.months[:3]):
        if month == 2 and story.number % 2:
            continue
        fifth = moment(plus(first_of(first, 1), 4), 9 * 60) + story.number * 60_000
        ripe = [told for told in story.entries if told.content["day"][:7] == first.isoformat()[:7] and told.state == "signed"]
        counted = what_counts(story, fifth) if ripe else {}
        for place, told in enumerate(ripe):
            told.minutes = min(told.minutes, counted[told.doc])
            credit(story, told, fifth + place * 700)
        if month < 2:
            lock = fifth + 24 * 3_600_000
            story.desk("month.locked", story.book, {"month": first.isoformat()[:7]}, lock)
    if story.number in (0, 5, 11):
        reverse(story, next(told for told in story.entries if told.state == "credited" and told.minutes >= LESSON))


def what_counts(story: Story, until: int) -> dict[str, int]:
    """Of each entry, as the book stands then."""
    docs: dict[str, Any] = {}
    for one in sorted(story.written, key=lambda written: written.at):
        if one.at < until and one.said == "accepted" and isinstance(sealed := take_apart(one.jws), Sealed):
            op = read(sealed)
            docs |= {} if isinstance(op, Refusal) else reduce(docs, op)
    return {entry["id"]: worth.counted for entry, worth in worth_of(docs[story.book], docs.values())}


def credit(story: Story, told: Told, at: int) -> None:
    note = story.rng.choice(texts.CREDIT_NOTES) if story.rng.randrange(12) == 0 else None
    if note is None and told.content["presence"] in story.unproven:
        note = texts.ASKED_TRAINER
    told.minutes -= 15 if note == texts.CREDIT_NOTES[1] and told.minutes > 60 else 0
    story.desk("entry.credited", told.doc, {"minutes": told.minutes, "note": note}, at, told.version)
    told.state = "credited"


def reverse(story: Story, told: Told) -> None:
    body = {"minutes": -LESSON, "reason": story.rng.choice(texts.REVERSALS)}
    story.desk("entry.reversed", told.doc, body, moment(plus(story.months[2], 9), 10 * 60), told.version)
