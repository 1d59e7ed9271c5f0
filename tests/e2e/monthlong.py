"""A month of a class: phones without screens that were let in by their printed slips write, send over a bad wire, sign, return and mend,
while the server's clock goes from evening to evening. What everybody did is written down beside, for the test to add up by itself."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from e2e.clock import Clock
from e2e.phone import PASSWORD
from e2e.site import Site
from server.services.demo.days import moment
from server.services.demo.pens import Pen, uuid
from sync.signing import make_jws
from worlds.phone import Phone, Tab
from worlds.wire import Reply, Wire

MONTH = "2026-06"
DAYS = [day for day in (date(2026, 6, 1) + timedelta(n) for n in range(30)) if day.weekday() < 5]
SITTINGS = (1, 4)  # mentors sign on Tuesdays and Fridays
WEATHER = ("ok",) * 14 + ("twice", "lose_request", "lose_response", "late_request", "cut_response", "503")
WORK = ("点检六轴机器人", "校准零点", "装配夹具", "更换电池", "清洁滤网", "示教码垛", "测量间隙", "整理工具柜")
LATE, LOWERED_BY = "设备检修，当天没有带手机。", 30
# which apprentice, on which day, and what is out of the ordinary then
ODD: dict[tuple[int, str], str] = {
    (0, "2026-06-09"): "lowered", (1, "2026-06-16"): "lowered", (2, "2026-06-10"): "overlap", (3, "2026-06-17"): "overlap",
    (4, "2026-06-11"): "returned", (5, "2026-06-12"): "withdrawn", (6, "2026-06-04"): "late", (7, "2026-06-15"): "unplanned",
    (8, "2026-06-25"): "unsigned", (13, "2026-06-18"): "questioned", (14, "2026-06-22"): "held",
    **{(number, day): "base" for number in (9, 10, 11, 12) for day in ("2026-06-03", "2026-06-24")},
}  # fmt: skip


class Line:
    """Requests to the server, each with the cookie of whoever sends it."""

    def __init__(self, site: Site) -> None:
        self.cookies = dict[str, str]()
        self.line = http.client.HTTPConnection("127.0.0.1", site.wire.target, timeout=60)

    def close(self) -> None:
        self.line.close()

    def post(self, path: str, raw: bytes, person: str | None = None) -> tuple[Reply, list[str]]:
        headers = {"Content-Type": "application/json", "X-App": "1", "Sec-Fetch-Site": "same-origin"}
        if person:
            headers |= {"Cookie": f"__Host-sid-{person}={self.cookies[person]}", "X-Account": person}
        self.line.request("POST", path, raw, headers)
        answer = self.line.getresponse()
        return Reply(answer.status, answer.read()), answer.headers.get_all("Set-Cookie") or []

    def exchange(self, person: str, raw: bytes) -> Reply:
        return self.post("/api/sync", raw, person)[0]

    def activate(self, login: str, code: str, proof: str) -> None:
        asked = {"login": login, "code": code, "password": PASSWORD, "proof": proof, "label": "手机", "shared": False}
        reply, given = self.post("/api/activation", json.dumps(asked).encode())
        assert reply.status == 200, reply
        [sid] = [one for one in given if one.startswith("__Host-sid-") and "Max-Age=0;" not in one]
        name, _, rest = sid.partition("=")
        self.cookies[name.removeprefix("__Host-sid-")] = rest.partition(";")[0]


@dataclass
class Written:
    """An entry as the test knows it. `counts` is what the college is to recognise, by the rules worked out by hand."""

    doc: str
    apprentice: str
    fate: str
    content: dict[str, Any]
    claimed: int
    confirmed: int = 0
    counts: int = 0
    gone: bool = False


@dataclass
class Owner:
    """Somebody and the phone in his pocket."""

    name: str
    pen: Pen
    phone: Phone
    tab: Tab = field(init=False)

    def __post_init__(self) -> None:
        self.tab = Tab(self.phone)

    @property
    def book(self) -> str:
        """The handbook among his books; the other one is his own."""
        return next(book for book in self.phone.books() if self.phone.documents(book)[book]["kind"] == "book")

    def write(self, book: str, kind: str, doc: str, body: dict[str, Any], at: int, of: str | None = None, deps: Sequence[str] = ()) -> str:
        op = self.pen.write(book, kind, doc, body, at, of, deps)
        self.phone.keep([op.jws])
        return op.id

    def entries(self, state: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """As this phone shows them: what it has not heard of is not there."""
        for book in self.phone.books():
            for doc in self.phone.view(book).values():
                if doc["kind"] == "entry" and doc["state"] == state:
                    yield book, doc


class Month:
    """`people` are (name, log-in) of the apprentices, in the order of ODD; `mentors` those of who signs."""

    def __init__(
        self, site: Site, clock: Clock, line: Line, codes: Mapping[str, str], people: Sequence[tuple[str, str]],
        mentors: Sequence[tuple[str, str]],
    ) -> None:  # fmt: skip
        self.site, self.clock, self.rng = site, clock, Random(20260601)
        self.line, self.wire = line, Wire(line)
        self.written: dict[str, Written] = {}
        self.apprentices = [self._let_in(name, login, codes[login]) for name, login in people]
        self.mentors = [self._let_in(name, login, codes[login]) for name, login in mentors]
        self.exchanges, self.left_behind = 0, (self.apprentices[0], "")

    def _let_in(self, name: str, login: str, code: str) -> Owner:
        [[person]] = self.site.rows("SELECT id FROM people WHERE login = :login", login=login)
        pen = Pen(self.rng, person)
        self.line.activate(login, code, make_jws(pen.key, "jj-enrol", {"v": 1, "by": login, "jwk": pen.jwk, "at": self.clock()}))
        return Owner(name, pen, Phone(login, person, pen.key))

    # --- the wire --------------------------------------------------------------------------------------------------

    def exchange(self, owner: Owner, weather: str = "ok") -> None:
        more = True
        while more:
            self.exchanges += 1
            more = owner.tab.exchange(self.wire, self.clock(), fault=weather)
            weather = "ok"

    def bring_all(self) -> None:
        """Wherever a phone was, it has a signal now."""
        self.wire.deliver()
        for owner in (*self.apprentices, *self.mentors):
            self.exchange(owner)
            left = {row.state for row in owner.phone.storage.rows["outbox"].values()}
            assert left <= {"held"}, (owner.name, left, owner.phone.attention())

    # --- the days --------------------------------------------------------------------------------------------------

    def live(self) -> None:
        self.clock.set(moment(date(2026, 5, 31), 1200))
        self.bring_all()
        for day in DAYS:
            self.clock.set(moment(day, 1150))
            for number, owner in enumerate(self.apprentices):
                self._evening(number, owner, day)
                self.exchange(owner, self.rng.choice(WEATHER))
            if day.weekday() in SITTINGS:
                self.sign()
            self.wire.deliver()
        for _ in range(2):
            self.clock.pass_time(3_600_000)
            self.bring_all()
            self.sign()
        self.bring_all()

    def _evening(self, number: int, owner: Owner, day: date) -> None:
        self.mend(owner)
        for (who, when), fate in ODD.items():
            if who == number and fate == "late" and day == date.fromisoformat(when) + timedelta(12):
                self._log(owner, date.fromisoformat(when), fate)
        fate = ODD.get((number, day.isoformat()), "")
        if fate != "late" and (fate or self.rng.random() > 0.06):
            self._log(owner, day, fate)

    def _log(self, owner: Owner, day: date, fate: str) -> None:
        start = 480 + 5 * self.rng.randrange(12)
        minutes = 150 + 15 * self.rng.randrange(11)
        content = {
            "day": day.isoformat(), "start": start, "end": start + minutes, "break": 0, "module": "M1" if day.weekday() == 0 else "M3",
            "nature": "theory" if day.weekday() == 0 else "practice", "place_kind": "post", "place": "workshop-1",
            "text": f"{self.rng.choice(WORK)}，{self.rng.choice(WORK)}", "photos": [], "safety": True, "shared": False,
            "late_reason": LATE if fate == "late" else None, "presence": None,
        }  # fmt: skip
        if fate == "base":
            content |= {"start": 540, "end": 720, "module": "M4", "place_kind": "base", "place": "base", "presence": self._check_in(owner, day)}
        if fate == "unplanned":
            content |= {"module": "M9"}
        self._keep(owner, content, fate, {"base": 180, "unplanned": 0, "unsigned": 0}.get(fate, minutes))
        if fate == "overlap":
            self._keep(owner, content | {"start": content["end"] - 30, "end": content["end"] + 60}, "overlapping", 60)

    def _check_in(self, owner: Owner, day: date) -> str:
        """The tablet at the door was dark: nothing but his own word says that he was there."""
        doc = uuid(self.rng)
        body = {"base": "base", "workstation": "W-03", "day": day.isoformat(), "start": 535, "code": None}
        come = owner.write(owner.book, "presence.checked_in", doc, body, moment(day, 535))
        owner.write(owner.book, "presence.checked_out", doc, {"end": 725, "code": None}, moment(day, 725), None, (come,))
        return doc

    def _keep(self, owner: Owner, content: dict[str, Any], fate: str, counts: int) -> None:
        doc, claimed = uuid(self.rng), content["end"] - content["start"]
        self.written[doc] = Written(doc, owner.name, fate, content, claimed, 0, counts)
        if fate != "held":
            owner.write(owner.book, "entry.logged", doc, content, self.clock())
            return
        first = owner.pen.write(owner.book, "entry.logged", doc, content | {"text": "先记一笔"}, self.clock())
        owner.write(owner.book, "entry.revised", doc, content, self.clock(), first.id)
        self.left_behind = (owner, first.jws)

    def bring_what_was_left_behind(self) -> None:
        """The operation before the one that is held was on a phone that lay in a drawer."""
        owner, jws = self.left_behind
        owner.phone.keep([jws])
        self.bring_all()
        self.written[next(doc for doc, one in self.written.items() if one.fate == "held")].fate = ""
        self.sign()
        self.bring_all()

    def mend(self, owner: Owner) -> None:
        """What was returned or asked about is shortened, or taken back."""
        for state in ("returned", "queried"):
            for book, doc in list(owner.entries(state)):
                told = self.written[doc["id"]]
                if told.fate == "withdrawn":
                    owner.write(book, "entry.withdrawn", told.doc, {"reason": "那天请了假，记错了"}, self.clock(), doc["version"])
                    told.gone, told.counts = True, 0
                    continue
                told.content = told.content | {"end": told.content["end"] - 60, "text": told.content["text"] + "，已改"}
                told.claimed = told.counts = told.claimed - 60
                told.fate = "mended"
                owner.write(book, "entry.revised", told.doc, told.content, self.clock(), doc["version"])

    # --- the masters -----------------------------------------------------------------------------------------------

    def sign(self) -> None:
        for mentor in self.mentors:
            self.exchange(mentor)
            for book, doc in list(mentor.entries("logged")):
                self.clock.pass_time(45_000)
                self._decide(mentor, book, doc)
            self.exchange(mentor)

    def _decide(self, mentor: Owner, book: str, doc: dict[str, Any]) -> None:
        told, at, of = self.written[doc["id"]], self.clock(), doc["version"]
        if told.fate in ("returned", "withdrawn"):
            mentor.write(book, "entry.returned", told.doc, {"reason": "那天下午你不在岗，请改。"}, at, of)
        elif told.fate != "unsigned":
            lowered = LOWERED_BY if told.fate in ("lowered", "questioned") else 0
            told.confirmed = told.claimed - lowered
            told.counts = min(told.counts, told.confirmed)
            body = {"minutes": told.confirmed, "how": "list", "note": "中间休息没有扣" if lowered else None, "scores": []}
            mentor.write(book, "entry.signed", told.doc, body, at, of)

    # --- what it comes to ------------------------------------------------------------------------------------------

    def standing(self) -> list[Written]:
        return [one for one in self.written.values() if not one.gone]
