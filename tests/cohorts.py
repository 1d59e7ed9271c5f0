"""Cohorts of apprentices for measuring flags: honest ones with everything that honest people do, and kinds of fraud
or neglect, one each for what flags look at.

Every operation is signed by a device of its author and comes through the one door, as in the demo's stories, whose pens, days, base
and rules these are. The same seed tells the same story."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from diaries import Diary
from server.services.books import intake
from server.services.demo import cast
from server.services.demo.base import Base, come, hold_sessions, open_base
from server.services.demo.days import Date, moment, plus, working_days
from server.services.demo.pens import Pen, Written, uuid
from server.store.db import writing
from server.store.host.writer import Writer
from server.store.people import devices, orgs, people
from server.store.setup import chains
from sync.op import op_id, signing_input, to_base64url, with_signature
from sync.signing import sign

MINUTE, DAY = 60_000, 86_400_000
FRAUDS = ("burst", "ghost", "proxy", "backdating", "copied", "holiday", "double", "uncovered", "listed_late", "reset", "crowded")
FIRST = Date(2026, 2, 2)
SHIFTS = ((510, 690), (780, 960), (840, 1050))
HEADS, SEEN_BY_ONE = 6, 24
CLOSED = ["2026-05-01"]
# days after the first: a mentor is written into the book at last; an access is made anew, and what it then signs begins
LISTED, RESET, BACKLOG = 45, 60, 30
MOST_FOR_ONE = 9


class Hand(Pen):
    """A pen whose clock and last word from the server are the story's to say."""

    def write_at(self, story: Story, kind: str, doc: str, body: dict[str, Any], at: int, seen: int, sent_at: int, of: str | None = None) -> str:
        self.count += 1
        payload = {
            "v": 1, "book": story.book, "kind": kind, "body": body, "doc": doc, "of": of, "deps": [], "by": self.person,
            "count": self.count, "at": at, "seen": seen, "salt": to_base64url(self.rng.randbytes(16)),
        }  # fmt: skip
        signed = signing_input(self.device, payload)
        story.written.append((sent_at, Written(at, with_signature(signed, sign(self.key, signed)), op_id(signed))))
        return op_id(signed)


@dataclass
class Entry:
    doc: str
    op: str
    day: Date
    minutes: int
    sent_at: int
    signer: str
    content: dict[str, Any]


@dataclass
class Story:
    """One apprentice's book. `cohort` is what he is; his habits are drawn with it."""

    book: str
    cohort: str
    number: int
    hand: Hand
    mentor: Hand
    trainer: Hand
    rng: Random
    diary: Diary
    shift: tuple[int, int]
    written: list[tuple[int, Written]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    friend: Story | None = None
    group: list[Story] = field(default_factory=list)
    texts: dict[Date, str] = field(default_factory=dict)
    said_at: dict[Date, int] = field(default_factory=dict)
    photos: dict[Date, list[str]] = field(default_factory=dict)
    exact = weekly = offline = skewed = workshop = rotates = False


@dataclass
class Land:
    """A college, its people, its base, and the stories told in it."""

    app: Any
    key: Any
    seed: int
    first: Date
    last: Date
    stories: list[Story] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.ids = {name: uuid(self.rng) for name in ("college", "firm", "base", "coordinator", "base_admin", "tutor", "kiosk", "chain")}
        self.desk = Pen(self.rng, self.ids["coordinator"], self.key.private)
        self.tutor = Hand(self.rng, self.ids["tutor"])
        self.trainers: list[Hand] = []
        self.mentors: list[Hand] = []
        desk = Pen(self.rng, self.ids["base_admin"], self.key.private)
        self.base = Base(self.ids["base"], "基地", desk, Pen(self.rng, self.ids["kiosk"]), moment(plus(self.last, 2), 0), self.rng)

    # --- who is there ------------------------------------------------------------------------------------------------

    def populate(self, honest: int, of_each: int, frauds: tuple[str, ...] = FRAUDS) -> None:
        for cohort, count in (("honest", honest), *((fraud, of_each) for fraud in frauds)):
            group: list[Story] = []
            room, count = 0, max(count, MOST_FOR_ONE) if cohort == "crowded" and count else count
            for number in range(count):
                if len(group) >= room:
                    self.mentors.append(Hand(self.rng, uuid(self.rng)))
                    group, room = [], self.rng.randrange(4, 9) if cohort == "honest" else count if cohort == "crowded" else HEADS
                if len(self.stories) % SEEN_BY_ONE == 0:
                    self.trainers.append(Hand(self.rng, uuid(self.rng)))
                story = self._story(cohort, number, group)
                self.stories.append(story)
                group.append(story)
        for story in self.stories:
            at = story.group.index(story) ^ 1
            story.friend = story.group[at] if at < len(story.group) else None
        changing = {story.mentor.person for story in self.stories if story.cohort in ("ghost", "reset")}
        self.second = {
            mentor.person: Hand(self.rng, mentor.person) for mentor in self.mentors
            if mentor.person in changing or self.rng.random() < 0.1
        }  # fmt: skip
        self.weekly = {mentor.person for mentor in self.mentors if self.rng.random() < 0.25}

    def _story(self, cohort: str, number: int, group: list[Story]) -> Story:
        rng = Random(f"{self.seed} {cohort} {number}")
        story = Story(uuid(rng), cohort, number, Hand(rng, uuid(rng)), self.mentors[-1], self.trainers[-1], rng, Diary(rng), rng.choice(SHIFTS))
        story.exact, story.weekly = rng.random() < 0.4, rng.random() < 0.2
        story.offline, story.skewed = rng.random() < 0.08, rng.random() < 0.04
        story.workshop, story.rotates = rng.random() < 0.25, rng.random() < 0.1
        story.group = group
        story.diary.lazy = 0.3 if rng.random() < 0.15 else 0.05
        return story

    def found(self) -> None:
        """People, devices, books."""
        names = [("coordinator", self.ids["coordinator"], "college"), ("base_admin", self.ids["base_admin"], "base"),
                 ("kiosk", self.ids["kiosk"], "base"), *(("base_trainer", pen.person, "base") for pen in self.trainers),
                 ("college_tutor", self.ids["tutor"], "college"), *(("mentor", pen.person, "firm") for pen in self.mentors),
                 *(("apprentice", story.hand.person, "firm") for story in self.stories)]  # fmt: skip
        with self.app.app_context(), writing() as conn:
            chains.insert_chain(conn, self.ids["chain"], "链")
            for key, kind in (("college", "college"), ("firm", "enterprise"), ("base", "base")):
                orgs.insert_org(conn, {"id": self.ids[key], "skill_chain_id": self.ids["chain"], "kind": kind, "name": key,
                                       "credit_code": None, "division_code": None})  # fmt: skip
            for place, (role, person, org) in enumerate(names):
                people.insert_person(conn, person, f"{role} {place}", f"p{place:04}", 1)
                people.insert_role(conn, person, role, self.ids[org])
            for pen in (self.base.kiosk, *self.trainers, self.tutor, *self.mentors, *(story.hand for story in self.stories)):
                self._enrol(conn, pen, moment(plus(self.first, -30), 480))
            for pen in self.second.values():
                self._enrol(conn, pen, moment(plus(self.first, 60), 480))

    def _enrol(self, conn: Any, pen: Pen, at: int) -> None:
        devices.insert_device(conn, {"id": pen.device, "person_id": pen.person, "x": pen.jwk["x"], "y": pen.jwk["y"], "label": "手机",
                                     "shared": False, "status": "active", "now": at})  # fmt: skip

    # --- what they do ------------------------------------------------------------------------------------------------

    def tell(self) -> None:
        for story in self.stories:
            self._open(story)
        staff = [*((pen.person, "base_trainer") for pen in self.trainers), (self.ids["kiosk"], "kiosk")]
        open_base(self.base, staff, self.first)
        for day in working_days(self.first, self.last, CLOSED):
            for story in self.stories:
                if not self._is_away(story, day):
                    self._work(story, day)
        for story in (one for one in self.stories if one.cohort == "holiday"):
            for closed in CLOSED:
                self._work(story, Date.fromisoformat(closed))
        for story in self.stories:
            self._write_up(story)
        for mentor in self.mentors:
            self._sign_all(mentor)
        hold_sessions(self.base, plus(self.last, 1), [])

    def _open(self, story: Story) -> None:
        at = moment(plus(self.first, -7), 540) + story.number
        opened = {"apprentice": story.hand.person, "learner": "student_apprentice", "occupation": "6-31-07-03", "level": "三级",
                  "enterprise": self.ids["firm"], "college": self.ids["college"], "from": self.first.isoformat(), "to": "2027-01-31"}  # fmt: skip
        plan = {"plan": "plan-x", "name": "方案", "rule_set": "sample", "source": cast.SAMPLE, "status": "示例",
                "modules": cast.MODULES["student_apprentice"], "places": [], "rules": cast.RULES, "closed_days": CLOSED}  # fmt: skip
        members = ((story.hand.person, "apprentice", "firm"), (story.mentor.person, "mentor", "firm"),
                   (self.ids["tutor"], "college_tutor", "college"), (story.trainer.person, "base_trainer", "base"),
                   (self.ids["coordinator"], "coordinator", "college"))  # fmt: skip
        acts = [("book.opened", opened), ("plan.set", plan)] + [
            ("member.joined", {"member": uuid(story.rng), "person": person, "role": role, "org": self.ids[org],
                               "from": self.first.isoformat(), "to": None})
            for person, role, org in members
        ]  # fmt: skip
        for place, (kind, body) in enumerate(acts):
            late = story.cohort == "listed_late" and body.get("role") == "mentor"
            said = moment(plus(self.first, LISTED), 540) + story.number if late else at + place
            story.written.append((said, self.desk.write(story.book, kind, story.book, body, said)))
        if story.cohort == "reset":
            body, said = {"person": story.mentor.person, "second": self.ids["base_admin"], "reason": "x"}, moment(plus(self.first, RESET), 480)
            story.written.append((said, self.desk.write(story.book, "access.reset", uuid(story.rng), body, said)))

    def _is_away(self, story: Story, day: Date) -> bool:
        """Short sick leaves, a day off now and then; a ghost is always there."""
        if story.cohort == "ghost":
            return False
        week = Random(f"{story.book} {day.isocalendar()[:2]}")
        sick = week.random() < 0.06
        first, days = week.randrange(5), 1 + week.randrange(3)
        return (sick and first <= day.weekday() < first + days) or story.rng.random() < 0.02

    def _work(self, story: Story, day: Date) -> None:
        """What he did that day; it is written up later."""
        rng, cohort = story.rng, story.cohort
        kind = "post"
        if not (cohort == "ghost" or (story.rotates and day.month == 4)):
            kind = {1: "college", 3: "base"}.get(day.weekday(), "post")
        start, end = story.shift
        if cohort == "ghost":
            start, end = SHIFTS[1]
        elif not story.exact or kind != "post" or rng.random() < 0.08:
            start += 5 * rng.randrange(-3, 4)
            end += 5 * rng.randrange(-3, 7)
        if cohort == "honest" and kind == "post" and rng.random() < 0.004:
            start, end = 1170, 1335
        presence = None
        if kind == "base":
            start, end = 545 + 5 * rng.randrange(3), 700 + 5 * rng.randrange(5)
            presence = self._check_in(story, day, start, end)
        content = {
            "day": day.isoformat(), "start": start, "end": end, "break": 15, "module": {"post": "M3", "college": "M2", "base": "M4"}[kind],
            "nature": "theory" if kind == "college" else "practice", "place_kind": kind, "place": None, "text": "",
            "photos": self._photos(story, day), "safety": True, "shared": story.workshop or cohort in ("ghost", "proxy"),
            "late_reason": None, "presence": presence,
        }  # fmt: skip
        signer = {"post": "mentor", "college": "tutor", "base": "trainer"}[kind]
        story.entries.append(Entry(uuid(rng), "", day, 0, 0, signer, content))
        if cohort == "double" and kind == "post" and rng.random() < 0.1:
            again = content | {"start": start + 60, "end": end + 60, "photos": []}
            story.entries.append(Entry(uuid(rng), "", day, 0, 0, signer, again))

    def _photos(self, story: Story, day: Date) -> list[str]:
        """Taken in the app; a group photo is passed on now and then, and who copies a diary copies its photos."""
        other = story.group[0] if story.cohort == "copied" and story is not story.group[0] else story.friend
        passed_on = other.photos.get(day) if other else None
        if passed_on and story.rng.random() < (0.3 if story.cohort == "copied" else 0.002):
            return passed_on
        if story.rng.random() < 0.3:
            story.photos[day] = [to_base64url(hashlib.sha256(story.rng.randbytes(8)).digest())]
        return story.photos.get(day, [])

    def _check_in(self, story: Story, day: Date, start: int, end: int) -> str:
        """A proxy's friend scans for him; the trainer, who calls the roll, does not see him."""
        lesson = self.base.lesson(story.trainer, day)
        body, out, _ = come(self.base, lesson, (story.book, story.hand.person), day, start - 5, end + 5)
        absent = story.cohort == "proxy" and story.rng.random() < 0.8
        if absent:
            lesson.came[:] = [row for row in lesson.came if row[0] != story.book]
        doc, at, gone = uuid(story.rng), moment(day, start - 5), moment(day, end + 5)
        story.hand.write_at(story, "presence.checked_in", doc, body, at, at - 3_600_000, at)
        story.hand.write_at(story, "presence.checked_out", doc, {"end": end + 5, "code": out}, gone, at, gone, None)
        return doc

    # --- writing it up ------------------------------------------------------------------------------------------------

    def _write_up(self, story: Story) -> None:
        for entry in story.entries:
            content = entry.content
            content["text"] = story.texts[entry.day] = self._text(story, entry.day)
            at, seen, sent_at = self._moments(story, entry.day, content["end"])
            story.said_at[entry.day] = at
            if content["shared"] and story.workshop and story.friend and story.friend.said_at.get(entry.day):
                at = story.friend.said_at[entry.day] + story.rng.randrange(20_000, 6 * MINUTE)
                seen, sent_at = at - 60_000, at
            if at > moment(plus(entry.day, 2), content["end"]):
                content["late_reason"] = "补录"
            entry.op = story.hand.write_at(story, "entry.logged", entry.doc, content, at, seen, sent_at)
            entry.minutes, entry.sent_at = content["end"] - content["start"] - 15, sent_at

    def _text(self, story: Story, day: Date) -> str:
        if story.cohort == "ghost":
            return story.diary.stock(story.rng)
        source = story.group[0]
        if story.cohort == "copied" and story is not source and source.texts.get(day) and story.rng.random() < 0.9:
            return story.diary.touched_up(source.texts[day])
        friendly = story.friend and story.friend.texts.get(day) and story.number % 10 < 2
        if friendly and story.rng.random() < 0.15:
            return story.diary.after(story.friend.texts[day])  # type: ignore[union-attr]
        return story.diary.write()

    def _moments(self, story: Story, day: Date, end: int) -> tuple[int, int, int]:
        """When it says it was written, the server's last word its phone had heard, and when it was sent."""
        rng = story.rng
        evening = moment(day, max(end + 10, 18 * 60)) + rng.randrange(150 * MINUTE)
        if story.cohort == "ghost":
            at = moment(day, 18 * 60) + story.group.index(story) * 20_000 + rng.randrange(15_000)
            return at, at - 3_600_000, at
        if story.cohort == "proxy":
            at = moment(day, 18 * 60 + 30) + story.group.index(story) * 15_000 + rng.randrange(12_000)
            return at, at - 3_600_000, at
        if story.cohort == "backdating":
            last = moment(_end_of_month(day), 20 * 60) + day.day * 90_000
            return (evening, last - 60_000, last) if story.number % 2 else (last, last - 60_000, last)
        at = evening
        if story.weekly:
            at = max(evening, moment(plus(day, (6 - day.weekday()) % 7), 19 * 60) + day.weekday() * 4 * MINUTE)
        elif rng.random() < 0.1:
            at = evening + DAY
        sent_at = at
        if story.offline and day.isocalendar()[1] % 5 == 0:
            sent_at = max(at, moment(plus(day, 7 - day.weekday()), 20 * 60))
        seen = sent_at if sent_at == at else at - 2 * DAY
        slow = 14 * MINUTE if story.skewed else 0
        return at - slow, seen - rng.randrange(30_000, 4 * MINUTE), sent_at

    # --- signing ------------------------------------------------------------------------------------------------------

    def _sign_all(self, mentor: Hand) -> None:
        """Honest mentors sign in the evening or once a week, having looked; a burst's mentor once a month, without."""
        mine = [story for story in self.stories if story.mentor is mentor]
        rng, monthly, weekly = mine[0].rng, mine[0].cohort == "burst", mentor.person in self.weekly
        sittings: dict[int, list[tuple[Story, Entry]]] = {}
        for story in mine:
            for entry in story.entries:
                day = max(entry.day, Date.fromordinal(_day(entry.sent_at)))
                sitting = _end_of_month(entry.day) if monthly else plus(day, (4 - day.weekday()) % 7 if weekly else 1)
                sitting = self._put_off(story, sitting)
                pen = {"mentor": mentor, "tutor": self.tutor, "trainer": story.trainer}[entry.signer]
                if pen is mentor:
                    sittings.setdefault(sitting.toordinal(), []).append((story, entry))
                else:
                    at = moment(plus(day, 1), 12 * 60) + rng.randrange(9 * 60) * MINUTE
                    self._sign(pen, story, entry, at)
        new_from = moment(plus(self.first, 60), 480)
        for ordinal, waiting in sorted(sittings.items()):
            at = moment(Date.fromordinal(ordinal), 20 * 60 + rng.randrange(90))
            for story, entry in waiting:
                at += rng.randrange(700, 2200) if monthly else rng.randrange(5_000, 25_000)
                at = max(at, entry.sent_at + rng.randrange(5_000, 20_000))
                pen = self.second.get(mentor.person, mentor) if at >= new_from else mentor
                self._sign(pen, story, entry, at)

    def _put_off(self, story: Story, sitting: Date) -> Date:
        """Who is listed late signs nothing before; an access made anew signs the backlog of a month."""
        if story.cohort == "listed_late":
            return max(sitting, plus(self.first, LISTED + 1))
        waits = story.cohort == "reset" and plus(self.first, BACKLOG) <= sitting <= plus(self.first, RESET)
        return plus(self.first, RESET + 1) if waits else sitting

    def _sign(self, pen: Hand, story: Story, entry: Entry, at: int) -> None:
        body = {"minutes": entry.minutes, "how": "list", "note": None, "scores": []}
        pen.write_at(story, "entry.signed", entry.doc, body, at, at - 60_000, at, entry.op)

    # --- sending ------------------------------------------------------------------------------------------------------

    def send(self, batch: int = 200) -> int:
        """Everything through the one door, in the order in which it was sent. How many operations."""
        writer = Writer(self.key.private, self.rng.randbytes)
        rows = [(op.at, op) for op in self.base.told_in_order()] + [row for story in self.stories for row in story.written]
        rows.sort(key=lambda row: row[0])
        with self.app.app_context():
            for start in range(0, len(rows), batch):
                some = rows[start : start + batch]
                for row_day in _by_day(some):
                    said = intake.accept([op.jws for _, op in row_day], row_day[-1][0], writer=writer)
                    bad = [verdict for verdict in said.values() if verdict["as"] not in ("accepted", "held")]
                    if bad:
                        raise AssertionError(f"the story breaks a rule: {bad[:3]}")
        return len(rows)


def _by_day(rows: list[tuple[int, Written]]) -> Iterator[list[tuple[int, Written]]]:
    days: dict[int, list[tuple[int, Written]]] = {}
    for row in rows:
        days.setdefault(_day(row[0]), []).append(row)
    yield from days.values()


def _day(at: int) -> int:
    return 719_163 + (at + 8 * 3_600_000) // DAY


def _end_of_month(day: Date) -> Date:
    later = Date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return plus(later, -1)
