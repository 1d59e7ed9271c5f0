"""A college's month from the roster to the ledger that public money is paid on, through the doors, with everybody's phone: 400 people
in one spreadsheet, a month of hours, mentors who sign, a queue, locks, a claim two people stand for, and a claim somebody altered."""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from random import Random
from typing import Any

import openpyxl
import pytest

import rosters
from colleges import set_up
from server.commands.jobs import do_waiting
from server.services.people import roster
from server.store.db import writing
from server.store.people import devices, sessions
from server_desk import look
from serving import COLLEGE, FIRM, Caller, Site, person_id
from sync.op import to_base64url
from sync.signing import thumbprint
from worlds.crowd import Crowd, Shift, working_days
from worlds.wire import Reply

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONTH, FIRST = "2026-06", "2025-09-01"
MORNING = Shift("post", "M3", "practice", 510, 690, "装配调试六轴机器人末端夹具")
ACROSS = Shift("post", "M3", "practice", 660, 750, "整理工位，校准夹具")
WORDS = ("更换伺服电机编码器电池", "校准机器人零点并记录偏差", "点检控制柜滤网与风扇", "编写码垛程序，低速试运行", "拆检减速机，更换润滑脂")
LEFT_UNSIGNED, LOWERED = 2, 17


class Doors:
    """The sync door of this site; everybody has a session of his own."""

    def __init__(self, site: Site) -> None:
        self.site, self.callers = site, dict[str, Caller]()

    def let_in(self, person: str, jwk: dict[str, Any]) -> None:
        caller = self.callers[person] = Caller(self.site)
        caller.cookie, caller.account = to_base64url(self.site.chance(32)), person
        row = {"id": thumbprint(jwk), "x": jwk["x"], "y": jwk["y"], "label": "", "shared": False, "status": "active"}
        session = sessions.Session(f"phone-{person}", person, "phone", self.site.at, self.site.at, 0)
        with self.site.app.app_context(), writing() as conn:
            devices.insert_device(conn, row | {"person_id": person, "now": self.site.at})
            sessions.insert_session(conn, session, caller.cookie, "")

    def exchange(self, person: str, raw: bytes) -> Reply:
        answer = self.callers[person].post("/api/sync", data=raw, content_type="application/json")
        return Reply(answer.status_code, answer.get_data())


@pytest.fixture
def college(born_url: str, make_site: Callable[..., Site]) -> Site:
    site = make_site(database_url=born_url, writes_per_minute=10**6, sync_per_minute=10**6)
    set_up(site.app, COLLEGE)
    site.set_password("coordinator")
    with site.app.app_context():
        roster.make_person(SECOND, "何志坚", "hezhijian", site.at)
        roster.give_role(SECOND, "coordinator", COLLEGE)
    return site


SECOND = "50000000-0000-4000-8000-000000000002"


def import_roster(site: Site, desk: Caller) -> None:
    ugly, planted = rosters.ugly()
    for raw, bad in ((rosters.earlier(), 0), (ugly, len(planted))):
        report = desk.post("/api/desk/imports?kind=roster&name=花名册.xlsx", data=raw, content_type=XLSX).json["report"]
        assert report["counts"]["bad"] == bad
        job = desk.post(f"/api/desk/imports/{report['id']}/write").json["job"]
        do_waiting(site.app, site.clock)
        assert desk.get(f"/api/desk/jobs/{job}").json["state"] == "done"


def pair(site: Site, desk: Caller) -> None:
    """One mentor for each class."""
    classes = dict(site.rows("SELECT id, name FROM classes"))
    mentors = {}
    for number, class_id in enumerate(sorted(classes)):
        mentors[class_id] = f"51000000-0000-4000-8000-{number:012d}"
        with site.app.app_context():
            roster.make_person(mentors[class_id], f"师傅{number}", f"shifu{number}", site.at)
            roster.give_role(mentors[class_id], "mentor", FIRM)
    for number, (book, class_id) in enumerate(site.rows("SELECT id, class_id FROM books WHERE class_id IS NOT NULL")):
        joined = {
            "member": f"52000000-0000-4000-8000-{number:012d}", "person": mentors[class_id], "role": "mentor", "org": None, "from": FIRST, "to": None,
        }  # fmt: skip
        assert site.decide("member.joined", joined, book, book=book)["as"] == "accepted"


def live(site: Site) -> tuple[Crowd, dict[str, int]]:
    """The month on everybody's phone. What each book should have in the end, in minutes."""
    doors, due = Doors(site), defaultdict[str, int](int)
    crowd = Crowd(doors, Random(6))
    members = "SELECT m.book_id, m.person_id, m.role FROM members m JOIN books b ON b.id = m.book_id WHERE b.class_id IS NOT NULL"
    for person, jwk in crowd.hand_out([tuple(row) for row in site.rows(members + " ORDER BY m.book_id, m.role")]):
        doors.let_in(person, jwk)
    for number, (book, roles) in enumerate(sorted(crowd.books.items())):
        for at, day in enumerate(working_days(MONTH)):
            crowd.log(book, day, MORNING._replace(text=f"{WORDS[(number + at) % len(WORDS)]}，第 {number * 31 + at} 次"))
            due[book] += 180
        if number % 40 == 0:
            # half an hour of it lies in what is written already
            crowd.log(book, working_days(MONTH)[0], ACROSS)
            due[book] += 60
        crowd.sync(roles["apprentice"][0], site.at)
    return crowd, due


def sign_all(site: Site, crowd: Crowd, due: dict[str, int], leave: int = 0) -> None:
    for mentor in sorted({roles["mentor"][0] for roles in crowd.books.values()}):
        crowd.sync(mentor, site.at)
        waiting = list(crowd.waiting_for(mentor))
        for number, (book, entry) in enumerate(waiting[: len(waiting) - leave]):
            less = 15 if number % LOWERED == 5 and entry["content"]["end"] == MORNING.end else 0
            crowd.sign(mentor, book, entry, less)
            due[book] -= less
        crowd.sync(mentor, site.at)


def all_rows(desk: Caller, path: str) -> list[dict[str, Any]]:
    found, page = [], 1
    while items := desk.get(f"{path}&page={page}").json["items"]:
        found, page = found + items, page + 1
    return found


def credit(site: Site, desk: Caller, class_id: str) -> None:
    """The clean ones at once, by a job; what is left one by one, with the minutes the rules leave."""
    look(site)
    desk.post("/api/desk/queue/credit", {"wanted": {"class_id": class_id, "state": "signed"}})
    do_waiting(site.app, site.clock)
    for one in all_rows(desk, f"/api/desk/queue?class_id={class_id}&state=signed"):
        assert one["reasons"] or one["flags"], "what is not clean says why"
        said = desk.act("entry.credited", {"minutes": one["counted_minutes"], "note": None}, one["id"], one["version"], one["book_id"])
        assert said["as"] == "accepted", said


def claim(site: Site, desk: Caller, class_id: str) -> bytes:
    wanted = {"form": "ledger", "format": "xlsx", "aim": "claim", "class_id": class_id, "month": MONTH, "reason": "6 月申报"}
    asked = desk.proven("/api/desk/exports", wanted)
    assert asked.status_code == 200, asked.text
    export = asked.json
    do_waiting(site.app, site.clock)
    path = f"/api/desk/exports/{export['id']}"
    assert desk.get(f"{path}/file").status_code != 200, "one person does not claim money"
    second = Caller(site)
    second.cookie = to_base64url(site.chance(32))
    with site.app.app_context(), writing() as conn:
        sessions.insert_session(conn, sessions.Session("second", SECOND, "desk", *[site.at] * 4), second.cookie, "")
    decided = second.post(f"{path}/decide", {"outcome": "confirmed"})
    assert decided.status_code == 200, decided.text
    answer = desk.get(f"{path}/file")
    assert answer.status_code == 200, answer.text
    return answer.data


def test_from_the_roster_to_a_claim_that_was_altered(college: Site) -> None:
    desk = college.caller("coordinator", "desk")
    import_roster(college, desk)
    pair(college, desk)
    crowd, due = live(college)
    sign_all(college, crowd, due, leave=LEFT_UNSIGNED)
    classes = {name: class_id for class_id, name in college.rows("SELECT id, name FROM classes")}
    first = classes[rosters.CLASSES[0]]
    credit(college, desk, first)
    refused = desk.post("/api/desk/months/lock", {"class_id": first, "month": MONTH})
    assert refused.status_code == 409, refused.text
    waiting = desk.get(f"/api/desk/months/{first}/people?month={MONTH}").json
    assert waiting["waiting_total"] == LEFT_UNSIGNED
    sign_all(college, crowd, due)
    for class_id in classes.values():
        credit(college, desk, class_id)
        locked = desk.post("/api/desk/months/lock", {"class_id": class_id, "month": MONTH})
        assert locked.status_code == 200, locked.text
    assert crowd.refusals() == []
    heads = [json.loads(row[0]) for row in college.rows("SELECT body FROM documents WHERE id = book_id")]
    due |= {head["id"]: 0 for head in heads if head.get("to", "9999") < f"{MONTH}-01"}
    credited = dict(college.rows("SELECT book_id, sum(credited_minutes) FROM entries GROUP BY book_id"))
    assert {book: int(minutes) for book, minutes in credited.items()} == due, "to the minute, as the phones wrote it; whose time was over earns none"

    raw = claim(college, desk, first)
    ledger = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]
    head = next(number for number, line in enumerate(ledger.iter_rows(values_only=True), 1) if "认可分钟" in line)
    column = next(cell.column for cell in ledger[head] if cell.value == "认可分钟")
    total = sum(int(line[column - 1]) for line in ledger.iter_rows(min_row=head + 1, values_only=True) if str(line[0] or "").isdigit())
    books = {row[0] for row in college.rows("SELECT id FROM books WHERE class_id = :id", id=first)}
    assert total == sum(due[book] for book in books)
    assert check(college, desk, raw)["total"] == 0
    ledger.cell(head + 3, column).value = int(ledger.cell(head + 3, column).value) + 90
    altered = io.BytesIO()
    ledger.parent.save(altered)
    found = check(college, desk, altered.getvalue())
    assert [(one["kind"], one["row"], one["column"]) for one in found["differences"]] == [("cell", head + 3, "认可分钟")]
    assert Counter(row[0] for row in college.rows("SELECT state FROM entries")).keys() == {"credited"}
    assert person_id("coordinator") in {row[0] for row in college.rows("SELECT asked_by FROM exports")}


def check(site: Site, desk: Caller, raw: bytes) -> dict[str, Any]:
    job = desk.post("/api/desk/claims", data=raw, content_type=XLSX).json["id"]
    do_waiting(site.app, site.clock)
    found: dict[str, Any] = desk.get(f"/api/desk/jobs/{job}").json["result"]
    return found
