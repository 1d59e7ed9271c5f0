"""Classes, apprentices and plans as the desk has them; slips; and the one look at a number, which is written down."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

import rosters
from colleges import set_up
from server.commands.jobs import do_waiting
from server.papers.incoming.shares import check_shares
from server.services.demo.cast import MODULES, RULES
from server.services.setup import slips
from server.store.db import writing
from server.store.people.passwords import Hasher
from serving import COLLEGE, PASSWORD, Site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def college(both: Site) -> Site:
    set_up(both.app, COLLEGE)
    return both


def take_in(site: Site, sheet: bytes | None = None):
    """Two apprentices in two classes, or those of a sheet."""
    desk = site.caller("coordinator", "desk")
    report = desk.post("/api/desk/imports?kind=roster", data=sheet or rosters.earlier(), content_type=XLSX).json["report"]
    desk.post(f"/api/desk/imports/{report['id']}/write")
    assert do_waiting(site.app, site.clock) == 1
    return desk


def make_class(desk) -> str:
    asked = {"name": "2026级焊接2班", "plan": "plan-0", "from": "2026-09-01", "to": "2027-08-31"}
    return str(desk.post("/api/desk/classes", asked).json["id"])


def test_a_class_is_made_once_and_changed_in_the_log(college):
    desk = college.caller("coordinator", "desk")
    asked = {"name": "2026级焊接1班", "plan": "plan-0", "from": "2026-09-01", "to": "2027-08-31"}
    made = desk.post("/api/desk/classes", asked).json["id"]
    assert desk.post("/api/desk/classes", asked).json["word"] == "name_taken"
    assert desk.post("/api/desk/classes", asked | {"name": "x", "to": "2026-01-01"}).json["word"] == "days_crossed"
    assert desk.post(f"/api/desk/classes/{made}", asked | {"to": "2027-07-31"}).status_code == 200
    other = college.caller("other_coordinator", "desk")
    assert other.get("/api/desk/classes").json["items"] == [] and other.post(f"/api/desk/classes/{made}", asked | {"plan": None}).status_code == 404
    [row] = desk.get("/api/desk/classes?text=焊接").json["items"]
    assert (row["to_day"], row["people"]) == ("2027-07-31", 0) and desk.get("/api/desk/classes?text=100%").json["total"] == 0
    logged = college.rows("SELECT act, body FROM register_log ORDER BY at, act DESC")
    assert [row[0] for row in logged] == ["made", "changed"] and logged[1][1] == '{"to":["2027-08-31","2027-07-31"]}'


def test_a_number_is_masked_and_shown_in_full_only_with_a_reason(college):
    college.set_password("coordinator")
    desk = take_in(college)
    rows = desk.get("/api/desk/roster?sort=name").json["items"]
    numbers = {row["name"]: row["number"] for row in rows}
    assert numbers == {"向前进": "440***********" + rosters.identity(9001)[-4:], "温故知": "440***********" + rosters.identity(9002)[-4:]}
    college.pass_time(6 * 60_000)
    book = next(row["id"] for row in rows if row["name"] == "向前进")
    assert desk.post(f"/api/desk/roster/{book}/unmask", {"reason": "核对参保信息"}).json["word"] == "prove_again"
    assert desk.post("/api/desk/proof", {"password": PASSWORD}).status_code == 204
    shown = desk.post(f"/api/desk/roster/{book}/unmask", {"reason": "核对参保信息"}).json
    assert (shown["number"], shown["phone"]) == (rosters.identity(9001), "13900139001")
    assert college.rows("SELECT body FROM register_log WHERE act = 'unmasked'") == [('{"reason":"核对参保信息"}',)]
    other = college.caller("other_coordinator", "desk")
    assert other.get("/api/desk/roster").json["items"] == [] and other.get(f"/api/desk/roster/{book}").status_code == 404
    with college.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE sessions SET proved_at = 9999999999999 WHERE kind = 'desk'"))
    assert other.post(f"/api/desk/roster/{book}/unmask", {"reason": "核对参保信息"}).status_code == 404


def test_slips_are_for_those_who_have_never_been_in(college):
    desk = take_in(college)
    group = next(row["id"] for row in desk.get("/api/desk/classes").json["items"] if row["name"] == "2025春季班")
    printed = desk.post("/api/desk/slips", {"class": group})
    assert printed.status_code == 200 and printed.data.startswith(b"%PDF") and "attachment" in printed.headers["Content-Disposition"]
    assert college.rows("SELECT count(*) FROM activations") == [(1,)]
    assert college.caller("other_coordinator", "desk").post("/api/desk/slips", {"class": group}).status_code == 404
    with college.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE people SET password_hash = 'x' WHERE name = '向前进'"))
    assert desk.post("/api/desk/slips", {"class": group}).json["word"] == "nobody_waits"
    assert college.rows("SELECT count(*) FROM register_log WHERE act = 'printed'") == [(1,)]


def test_a_slip_handed_out_stays_good_until_it_is_printed_again(college):
    desk = take_in(college, rosters.many(20))
    rows = desk.get("/api/desk/roster").json["items"]
    group = rows[0]["class_id"]
    mates = [row for row in rows if row["class_id"] == group and row["state"] == "new"]
    count = "SELECT count(*) FROM activations"

    def said() -> tuple[int, int]:
        [row] = [row for row in desk.get("/api/desk/classes").json["items"] if row["id"] == group]
        return row["newcomers"], row["holding"]

    assert said()[1] == 0 and said()[0] >= len(mates) > 1
    assert desk.post("/api/desk/slips", {"class": group}).status_code == 200
    waiting = said()[0]
    assert said() == (waiting, waiting) and college.rows(count) == [(waiting,)]
    assert desk.post("/api/desk/slips", {"class": group}).json["word"] == "nobody_waits", "everybody holds one"
    assert desk.post("/api/desk/slips", {"class": group, "book": mates[0]["id"]}).status_code == 200
    assert college.rows(count) == [(waiting + 1,)], "one person's, and no other's"
    elsewhere = make_class(desk)
    assert desk.post("/api/desk/slips", {"class": elsewhere, "book": mates[0]["id"]}).json["word"] == "nobody_waits", "not of that class"
    assert desk.post("/api/desk/slips", {"class": group, "again": True}).status_code == 200
    assert college.rows(count) == [(2 * waiting + 1,)]


def test_all_anew_goes_on_where_the_last_print_ended(college, monkeypatch):
    desk = take_in(college, rosters.many(8))
    group = desk.get("/api/desk/roster").json["items"][0]["class_id"]
    monkeypatch.setattr(slips, "MOST", 3)
    while desk.post("/api/desk/slips", {"class": group}).status_code == 200:
        pass
    [row] = [row for row in desk.get("/api/desk/classes").json["items"] if row["id"] == group]
    assert row["holding"] == row["newcomers"] > 3
    printed: list[set[str]] = []
    for _ in range(2):
        college.pass_time(60_000)
        assert desk.post("/api/desk/slips", {"class": group, "again": True}).status_code == 200
        printed.append({found[0] for found in college.rows("SELECT person_id FROM activations WHERE issued_at = :at", at=college.at)})
    assert len(printed[0]) == 3 and printed[1] - printed[0], "the second press reaches others"


def test_two_who_print_at_once_leave_nobody_with_a_dead_slip(college, monkeypatch):
    desk = take_in(college)
    group = next(row["id"] for row in desk.get("/api/desk/classes").json["items"] if row["name"] == "2025春季班")
    make, meanwhile = Hasher.make, []

    def slow(hasher, code):
        if not meanwhile:
            meanwhile.append(0)
            meanwhile.append(college.caller("coordinator", "desk").post("/api/desk/slips", {"class": group}).status_code)
        return make(hasher, code)

    monkeypatch.setattr(Hasher, "make", slow)
    assert desk.post("/api/desk/slips", {"class": group}).json["word"] == "nobody_waits"
    assert meanwhile[1] == 200 and college.rows("SELECT count(*) FROM activations") == [(1,)]


def test_a_plan_is_held_against_its_rules(college):
    """Shares of domain.md 5.1: 12 %, 23 %, 65 % are within 10–20, from 20, 60–70."""
    limits = {"shares": {"general": [10, 20], "foundation": [20, None], "operation": [60, 70]}, "lessons": {"三级/高级工": 600}}
    modules = MODULES["student_apprentice"]
    assert check_shares(modules, RULES, limits, "三级/高级工", "示例") == []
    fewer = [one | {"minutes": one["minutes"] - (270 * 45 if one["code"] == "M3" else 0)} if one["code"] == "M3" else one for one in modules]
    words = [fault.word for fault in check_shares([one | {"minutes": max(one["minutes"], 0)} for one in fewer], RULES, limits, "三级/高级工", "示例")]
    assert words == ["share_high", "share_low", "total_low"]
    plans = college.caller("coordinator", "desk").get("/api/desk/plans").json["items"]
    assert len(plans) == 3 and plans[0]["sums"] == {"general": 3240, "foundation": 6210, "operation": 17550, "total": 27000}
