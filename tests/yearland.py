"""A class that has been through its year: the worked examples of the domain, every hour of them written, signed and decided by the
people whose business it is, through the one door."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import sqlalchemy as sa

from server.services.books import intake
from server.services.demo.days import moment
from server.services.demo.pens import Pen, Written, uuid
from server.services.people import roster
from server.store.db import writing
from server.store.people import devices
from serving import COLLEGE, FIRM, person_id

Date = datetime.date
CLASS = "70000000-0000-4000-8000-000000000001"
FIRST, LAST = Date(2025, 9, 1), Date(2026, 8, 31)
MID_TERM, THE_DAY = "2026-02-27", Date(2026, 3, 18)
ONE_SHORT, BEHIND, GONE = "学徒差一", "学徒落后", "学徒退出"
BATCH = 400
RULES = {
    "lesson_minutes": 45, "day_cap_minutes": 480, "night_from": 1320, "night_to": 360, "online_permille": 500,
    "base_check_in": True, "late_days": 7,
}  # fmt: skip
PLACES = [
    {"id": "shop", "name": "装配一车间", "kind": "post"}, {"id": "works", "name": "示例公共实训基地", "kind": "base"},
    {"id": "lab", "name": "学院 204 实训室", "kind": "college"}, {"id": "net", "name": "在线课堂", "kind": "online"},
]  # fmt: skip
AT = {"post": "shop", "base": "works", "college": "lab", "online": "net"}


def module(code: str, name: str, category: str, place: str, lessons: int) -> dict[str, Any]:
    nature = "practice" if category == "operation" else "theory"
    return {"code": code, "name": name, "category": category, "nature": nature, "place": place, "minutes": lessons * 45}


STUDENT = [
    module("M1", "通用素质", "general", "post", 72), module("M2", "专业基础", "foundation", "college", 138),
    module("M3", "岗位操作", "operation", "post", 260), module("M4", "基地操作", "operation", "base", 130),
]  # fmt: skip
TRAINEE = [
    module("G", "通用素质", "general", "post", 60), module("F", "专业基础", "foundation", "college", 150),
    module("base", "基地操作", "operation", "base", 90), module("A", "岗位 A", "operation", "post", 120),
    module("B", "岗位 B", "operation", "post", 100), module("C", "岗位 C", "operation", "post", 80),
]  # fmt: skip


@dataclass(frozen=True)
class Staff:
    """Where the class is, and who signs and decides in it."""

    college: str
    firm: str
    coordinator: str
    signers: dict[str, str]


SIGNERS = ("mentor", "college_tutor", "base_trainer")
OURS = Staff(COLLEGE, FIRM, person_id("coordinator"), {role: person_id(role) for role in SIGNERS})


class Year:
    """One apprentice's book as it is being written. `send` brings it all to the server."""

    def __init__(
        self, land: Land, number: int, name: str, modules: list[dict[str, Any]], learner: str, first: Date, last: Date
    ) -> None:
        self.land, self.first, self.last, self.rng = land, first, last, Random(number)
        self.book, self.person = uuid(self.rng), uuid(self.rng)
        self.pen = Pen(self.rng, self.person)
        self.days = (first + datetime.timedelta(days=n) for n in range(1000))
        self.written: list[Written] = []
        self.taken: set[Date] = set()
        self.logged = ""
        self.member = uuid(Random(f"member {number}"))
        site = land.site
        with site.app.app_context():
            assert roster.make_person(self.person, name, f"year-{number}", moment(first, 0)) is None
            roster.give_role(self.person, "apprentice", land.staff.firm)
        land.enrol(self.pen)
        self.desk("book.opened", self.book, {
            "apprentice": self.person, "learner": learner, "occupation": "工业机器人系统操作员", "level": "三级/高级工",
            "enterprise": land.staff.firm, "college": land.staff.college, "from": first.isoformat(), "to": last.isoformat(), "class": land.class_id,
        }, moment(first, 0))  # fmt: skip
        self.desk("plan.set", self.book, {
            "plan": "P600", "name": "600 学时", "rule_set": "sample", "source": "示例", "status": "示例", "modules": modules,
            "places": PLACES, "rules": RULES, "closed_days": [],
        }, moment(first, 1))  # fmt: skip
        for role, person in (("apprentice", self.person), *land.staff.signers.items()):
            self.desk("member.joined", self.book, {
                "member": self.member if role == "apprentice" else uuid(self.rng), "person": person, "role": role,
                "org": land.staff.firm, "from": first.isoformat(), "to": None,
            }, moment(first, 2))  # fmt: skip

    def add(self, op: Written) -> str:
        self.written.append(op)
        return op.id

    def desk(self, kind: str, doc: str, body: dict[str, Any], at: int, of: str | None = None) -> str:
        return self.add(self.land.coordinator.write(self.book, kind, doc, body, at, of))

    def work_day(self) -> Date:
        return next(day for day in self.days if day.weekday() < 5 and day not in self.taken)

    def entry(
        self, day: Date, start: int, minutes: int, code: str, place: str, credit: int | None, fate: str = "signed", there: bool = True
    ) -> str:
        """`credit` None: the coordinator has not decided. `fate`: signed, returned (and withdrawn), logged."""
        presence = self.check_in(day, start, start + minutes) if place == "base" and there else None
        doc, at = uuid(self.rng), moment(day, 1200)
        content = {
            "day": day.isoformat(), "start": start, "end": start + minutes, "break": 0, "module": code,
            "nature": "practice" if code not in ("M1", "M2", "G", "F") else "theory", "place_kind": place, "place": AT[place],
            "text": "六轴机器人示教与点检", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": presence,
        }  # fmt: skip
        version = self.logged = self.add(self.pen.write(self.book, "entry.logged", doc, content, at))
        signer = self.land.signers[{"post": "mentor", "base": "base_trainer"}.get(place, "college_tutor")]
        if fate == "returned":
            self.add(signer.write(self.book, "entry.returned", doc, {"reason": "当天不在岗"}, at + 1, version))
            self.add(self.pen.write(self.book, "entry.withdrawn", doc, {"reason": "记错了"}, at + 2, version))
        elif fate == "signed":
            signed = {"minutes": minutes, "how": "scan", "note": None, "scores": []}
            self.add(signer.write(self.book, "entry.signed", doc, signed, at + 1, version))
            if credit is not None:
                note = "已核对基地签到表" if place == "base" else None
                self.desk("entry.credited", doc, {"minutes": credit, "note": note}, at + 86_400_000, version)
        return doc

    def leave(self, day: Date, reason: str) -> None:
        body = {"member": self.member, "to": day.isoformat(), "reason": reason}
        self.desk("member.left", self.book, body, moment(day, 1_300))

    def check_in(self, day: Date, start: int, end: int) -> str:
        doc, at = uuid(self.rng), moment(day, start)
        body = {"base": "works", "workstation": "W-03", "day": day.isoformat(), "start": start, "code": None}
        come = self.add(self.pen.write(self.book, "presence.checked_in", doc, body, at))
        self.add(self.pen.write(self.book, "presence.checked_out", doc, {"end": end, "code": None}, moment(day, end), None, (come,)))
        return doc

    def work(self, code: str, place: str, minutes: int) -> None:
        """So many minutes, in days of eight hours."""
        while minutes > 0:
            part = min(minutes, 480)
            self.entry(self.work_day(), 480, part, code, place, part)
            minutes -= part

    def send(self) -> None:
        """Everything that waits, in the order of its writing."""
        waiting, self.written = sorted(self.written, key=lambda op: op.at), []
        with self.land.site.app.app_context():
            for start in range(0, len(waiting), BATCH):
                batch = waiting[start : start + BATCH]
                verdicts = intake.accept([op.jws for op in batch], batch[-1].at)
                wrong = {op_id: verdict for op_id, verdict in verdicts.items() if verdict["as"] != "accepted"}
                assert wrong == {}, wrong


class Land:
    """A class at the college, its staff with keys, and the pens of all who write."""

    def __init__(self, site: Any, staff: Staff = OURS) -> None:
        self.site, self.staff, self.class_id, self.name, rng = site, staff, CLASS, "2025级工业机器人1班", Random("land")
        self.coordinator = Pen(rng, staff.coordinator, site.app.extensions["jiangji"].key.private)
        self.signers = {role: Pen(rng, person) for role, person in staff.signers.items()}
        with site.app.app_context(), writing() as conn:
            conn.execute(
                sa.text(
                    "INSERT INTO classes (id, college_id, name, plan_id, from_day, to_day, created_at)"
                    " VALUES (:id, :college, :name, NULL, :first, :last, :now)"
                ),
                {
                    "id": CLASS, "college": staff.college, "name": self.name, "first": FIRST.isoformat(), "last": LAST.isoformat(),
                    "now": moment(FIRST, 0),
                },
            )  # fmt: skip
        for pen in self.signers.values():
            self.enrol(pen)

    def enrol(self, pen: Pen) -> None:
        with self.site.app.app_context(), writing() as conn:
            devices.insert_device(conn, {
                "id": pen.device, "person_id": pen.person, "x": pen.jwk["x"], "y": pen.jwk["y"], "label": "手机", "shared": False,
                "status": "active", "now": moment(FIRST, 0),
            })  # fmt: skip

    def student(self, number: int, name: str, last_m3: int = 0, whole_days: bool = False) -> Year:
        """§5.1: 615 学时 claimed, 600 credited. The last entry of M3 may fall short by some minutes. With `whole_days` nothing is lost
        but what the day of the example loses."""
        year = Year(self, number, name, STUDENT, "student_apprentice", FIRST, LAST)
        if whole_days:
            year.taken = {THE_DAY}
        year.work("M1", "post", 3_240)
        year.work("M2", "college", 3_105)
        year.work("M3", "post", 7_965)
        while (day := year.work_day()).isoformat() <= MID_TERM:
            pass
        year.entry(day, 480, 480, "M3", "post", 480)
        if whole_days:
            the_day(year)
            year.work("M3", "post", 11_700 - 7_965 - 480 - 240 - last_m3)
            year.work("M2", "online", 3_105)
            year.work("M4", "base", 5_850 - 240)
            return year
        year.entry(day, 1_020, 135, "M3", "post", 0)
        year.work("M3", "post", 11_700 - 7_965 - 480 - last_m3)
        year.entry(year.work_day(), 480, 270, "M3", "post", None, "returned")
        year.work("M2", "online", 3_240)
        year.work("M4", "base", 5_850)
        year.entry(year.work_day(), 480, 135, "M4", "base", 0, there=False)
        return year

    def class_of_42(self) -> list[Year]:
        """§5.1: 42 filed, one leaves in winter, one is behind at mid-term and stays so, one falls a single 学时 short; 39 make it."""
        years = [self.student(1, "学徒甲")]
        years += [self.student(number, f"学徒{number:02}", whole_days=True) for number in range(2, 40)]
        years.append(self.student(40, ONE_SHORT, last_m3=45, whole_days=True))
        late, gone = (Year(self, number, name, STUDENT, "student_apprentice", FIRST, LAST) for number, name in ((41, BEHIND), (42, GONE)))
        for code, place, minutes in (("M1", "post", 3_240), ("M2", "college", 3_105), ("M3", "post", 2_655)):
            late.work(code, place, minutes)
        gone.work("M1", "post", 3_240)
        gone.leave(Date(2026, 1, 9), "转学")
        return [*years, late, gone]

    def trainee(self, number: int, name: str) -> Year:
        """§5.2, until 2026-04-09: C falls 270 minutes short."""
        year = Year(self, number, name, TRAINEE, "skill_trainee", Date(2025, 4, 14), Date(2026, 4, 13))
        done = (("G", "post", 60), ("F", "college", 150), ("base", "base", 90), ("A", "post", 120), ("B", "post", 100), ("C", "post", 74))
        for code, place, lessons in done:
            year.work(code, place, lessons * 45)
        return year


# the day of the example: from, to, module, place, what counts
DAY = (
    (510, 600, "M3", "post", 90), (600, 720, "M3", "post", 120), (690, 750, "M3", "post", 30), (810, 1_050, "M4", "base", 240),
    (1_050, 1_095, "M4", "base", 0), (1_330, 1_380, "M3", "post", 0),
)  # fmt: skip


def the_day(year: Year) -> None:
    """E1 to E6, the last first; E2 is brought twice."""
    for start, end, code, place, credit in reversed(DAY):
        year.entry(THE_DAY, start, end - start, code, place, credit)
        if start == 600:
            year.written.append(next(op for op in year.written[::-1] if op.id == year.logged))


def months(first: Date = FIRST, last: Date = LAST) -> Iterator[str]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year}-{month:02}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
