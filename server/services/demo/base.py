"""The base of the demo world: its book, the sessions its trainers hold, its kiosk's codes, and who was seen there."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from server.services.demo import texts
from server.services.demo.days import Date, moment, plus
from server.services.demo.pens import Pen, Written, uuid
from sync.evidence import PARAMS
from sync.op import to_base64url
from sync.signing import make_jws

WORKSTATIONS = [f"W-{number:02}" for number in range(1, 25)]
# a session's hours, and how many minutes it takes the trainer to call the roll
START, END, ROLL = 540, 750, 10
# of those who came, so many in 100 are on the trainer's list, scanned the code in, and did so in time
ON_THE_LIST, SCANNED, IN_TIME = 90, 85, 97


@dataclass(slots=True)
class Lesson:
    """A session on its way: who came, in whose book, from when to when, at which workstation."""

    doc: str
    trainer: Pen
    topic: str
    came: list[tuple[str, str, int, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Base:
    """What is told of it. `until` is when the telling ends."""

    id: str
    name: str
    desk: Pen
    kiosk: Pen
    until: int
    rng: Random
    lessons: dict[tuple[str, Date], Lesson] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)

    def told_in_order(self) -> list[Written]:
        return sorted((op for op in self.written if op.at < self.until), key=lambda op: op.at)

    def lesson(self, trainer: Pen, day: Date) -> Lesson:
        """What this trainer holds on this day; the same for everybody who comes."""
        if (trainer.person, day) not in self.lessons:
            self.lessons[trainer.person, day] = Lesson(uuid(self.rng), trainer, self.rng.choice(texts.SESSIONS))
        return self.lessons[trainer.person, day]


def open_base(base: Base, staff: list[tuple[str, str]], first: Date) -> None:
    """Two weeks before the first month; `staff` are (person, role)."""
    at = moment(plus(first, -14), 10 * 60)
    base.written.append(base.desk.write(base.id, "base.opened", base.id, {"name": base.name, "workstations": WORKSTATIONS}, at))
    for place, (person, role) in enumerate(staff, start=1):
        joined = {"member": uuid(base.rng), "person": person, "role": role, "from": first.isoformat()}
        base.written.append(base.desk.write(base.id, "staff.joined", base.id, joined, at + place))


def come(base: Base, lesson: Lesson, who: tuple[str, str], day: Date, start: int, end: int) -> tuple[dict[str, Any], str | None, bool]:
    """Somebody (book, person) comes to a session: what his check-in says, the code with which he goes, and whether there will be more
    than his word for it."""
    workstation = base.rng.choice(WORKSTATIONS)
    listed = base.rng.randrange(100) < ON_THE_LIST
    if listed:
        lesson.came.append((*who, start, end, workstation))
    scanned = base.rng.randrange(100) < SCANNED
    delay = 0 if base.rng.randrange(100) < IN_TIME else 6
    code = show_code(base, lesson, moment(day, start - delay)) if scanned else None
    out = show_code(base, lesson, moment(day, end)) if scanned else None
    proven = (listed and end <= END) or (scanned and not delay)
    return {"base": base.id, "workstation": workstation, "day": day.isoformat(), "start": start, "code": code}, out, proven


def show_code(base: Base, lesson: Lesson, at: int) -> str:
    """What the kiosk shows for this session at this moment."""
    return make_jws(base.kiosk.key, "jj-code", {
        "v": 1, "base": base.id, "session": lesson.doc, "window": at // (PARAMS["window_seconds"] * 1000),
        "nonce": to_base64url(base.rng.randbytes(16)), "name": base.name,
    })  # fmt: skip


def hold_sessions(base: Base, today: Date, trainers: list[Pen]) -> None:
    """Every session that somebody came to, opened the evening before and closed at its end; and what is held today."""
    for (_, day), lesson in sorted(base.lessons.items(), key=lambda held: (held[0][1], held[1].doc)):
        _open(base, lesson, day, START, END)
        closing = moment(day, END + ROLL) + base.rng.randrange(60_000)
        seen = [{"book": book, "person": person} for book, person, *_ in lesson.came]
        base.written.append(lesson.trainer.write(base.id, "session.closed", lesson.doc, {"end": END, "seen": seen}, closing))
        for place, (book, _, start, end, workstation) in enumerate(lesson.came, start=1):
            body = {
                "base": base.id, "session": lesson.doc, "workstation": workstation, "day": day.isoformat(), "start": start,
                "end": min(end, END),
            }  # fmt: skip
            base.written.append(lesson.trainer.write(book, "presence.seen", uuid(base.rng), body, closing + place))
    for place, trainer in enumerate(trainers):
        _open(base, base.lesson(trainer, today), today, START + 300 * place, END + 300 * place)
    heard = {"person": base.kiosk.person, "device": base.kiosk.device, "seconds": 2}
    base.written.append(base.desk.write(base.id, "kiosk.heard", base.kiosk.person, heard, base.until - 4 * 3_600_000))


def _open(base: Base, lesson: Lesson, day: Date, start: int, end: int) -> None:
    body = {
        "workstation": base.rng.choice(WORKSTATIONS), "module": "M4", "topic": lesson.topic, "day": day.isoformat(),
        "start": start, "end": end,
    }  # fmt: skip
    at = moment(plus(day, -1), 19 * 60) + base.rng.randrange(3_600_000)
    base.written.append(lesson.trainer.write(base.id, "session.opened", lesson.doc, body, at))
