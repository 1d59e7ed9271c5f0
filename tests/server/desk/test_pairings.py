"""Mentors and who they sign for: taken in, paired with many at once, replaced, ended; nobody of another college is found or touched."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

import rosters
from colleges import set_up
from server.commands.jobs import do_waiting
from server.services.people import roster
from server.store.db import writing
from serving import COLLEGE, FIRM, OTHER_COLLEGE, PASSWORD, Caller, Site, person_id

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = [*rosters.HEAD]
HEAD[rosters.FIELDS.index("from")], HEAD[rosters.FIELDS.index("to")] = "开始日期", "结束日期"


@pytest.fixture
def college(both: Site) -> Site:
    """Ten apprentices of one class, all of one enterprise."""
    set_up(both.app, COLLEGE)
    desk = both.caller("coordinator", "desk")
    same = {"enterprise": rosters.ENTERPRISES[0].name, "credit_code": rosters.ENTERPRISES[0].code, "from": "2026-03-01", "to": "2027-02-28"}
    people = [rosters.person(at) | same | {"agreement_no": "", "agreement_span": "", "graduates": ""} for at in range(10)]
    raw = rosters.write([HEAD, *([row[name] for name in rosters.FIELDS] for row in people)])
    report = desk.post("/api/desk/imports?kind=roster", data=raw, content_type=XLSX).json["report"]
    assert report["counts"]["good"] == 10
    desk.post(f"/api/desk/imports/{report['id']}/write")
    assert do_waiting(both.app, both.clock) == 1
    return both


def enterprise(desk: Caller, at: int = 0) -> str:
    orgs = desk.get("/api/desk/masters/choices").json["orgs"]
    return next(org["id"] for org in orgs if org["name"] == rosters.ENTERPRISES[at].name)


def make(desk: Caller, name: str, login: str, at: int = 0, **more: Any) -> str:
    asked = {"name": name, "login": login, "role": "mentor", "org": enterprise(desk, at)} | more
    answer = desk.post("/api/desk/masters", asked)
    assert answer.status_code == 200, answer.text
    return answer.json["id"]


def wish(desk: Caller, person: str, **more: Any) -> dict[str, Any]:
    rows = desk.get("/api/desk/pairings?size=100").json["items"]
    asked = {"books": [row["id"] for row in rows], "person": person, "role": "mentor", "org": enterprise(desk), "from": "2026-03-01", "to": None}
    return asked | more


def learners(desk: Caller, query: str = "") -> list[dict[str, Any]]:
    return desk.get(f"/api/desk/pairings?size=100{query}").json["items"]


def test_a_mentor_is_taken_in_with_a_log_in_that_is_proposed(college):
    desk = college.caller("coordinator", "desk")
    choices = desk.get("/api/desk/masters/choices").json
    assert choices["login"].startswith("sf") and not college.rows("SELECT 1 FROM people WHERE login = :login", login=choices["login"])
    assert OTHER_COLLEGE not in {org["id"] for org in choices["orgs"]}, "another college's teachers are none of hers"
    person = make(desk, "周国 强", choices["login"], level="技师", certificate_no="S000044080001123456", post="装配班长", valid_to="2027-12-31")
    [row] = desk.get("/api/desk/masters?text=周国强").json["items"]
    assert (row["person_id"], row["login"], row["level"], row["state"], row["apprentices"]) == (person, choices["login"], "技师", "new", 0)
    again = {"name": "周国强", "login": "zgq", "role": "mentor", "org": row["org"]}
    assert desk.post("/api/desk/masters", again).json["word"] == "same_name"
    assert desk.post("/api/desk/masters", again | {"again": True}).status_code == 200
    assert desk.post("/api/desk/masters", again | {"again": True}).json["word"] == "login_taken"
    assert desk.post("/api/desk/masters", again | {"name": "王3"}).json["word"] == "bad_name"
    assert desk.post("/api/desk/masters", again | {"role": "base_trainer"}).json["word"] == "wrong_org"
    assert desk.post("/api/desk/masters", again | {"org": OTHER_COLLEGE, "role": "college_tutor"}).status_code == 404
    changed = {"name": "周国强", "level": "高级技师", "post": "装配班长", "certificate_no": None, "valid_to": None}
    assert desk.post(f"/api/desk/masters/{person}", changed).status_code == 200
    logged = [body for [body] in college.rows("SELECT body FROM register_log WHERE subject_id = :id AND act = 'changed'", id=person)]
    assert len(logged) == 1 and '"level":["技师","高级技师"]' in logged[0]


def test_his_slip_lets_him_in_and_a_disabled_one_is_out_at_once(college):
    desk = college.caller("coordinator", "desk")
    person = make(desk, "周国强", "sf000001")
    assert desk.post("/api/desk/masters/slips", {"people": [person]}).json["word"] == "another_prints", "what he signs is not the word of one"
    with college.app.app_context():
        roster.give_role(person_id("authority"), "coordinator", COLLEGE)
    printed = college.caller("authority", "desk").post("/api/desk/masters/slips", {"people": [person]})
    assert printed.status_code == 200 and printed.data.startswith(b"%PDF")
    assert college.rows("SELECT count(*) FROM activations WHERE person_id = :id", id=person) == [(1,)]
    for nobody in (person_id("coordinator"), person_id("apprentice"), person_id("system_admin"), person_id("other_coordinator")):
        assert desk.post("/api/desk/masters/slips", {"people": [nobody]}).json["word"] == "nobody_waits"
    college.set_password("college_tutor")
    tutor = college.caller("college_tutor")
    assert tutor.get("/api/me").status_code == 200
    assert desk.post(f"/api/desk/masters/{person_id('college_tutor')}/disable").status_code == 200
    assert tutor.get("/api/me").status_code == 401
    assert college.caller().log_in("college_tutor", PASSWORD).status_code == 401
    assert desk.post(f"/api/desk/masters/{person_id('college_tutor')}/enable").status_code == 200
    assert college.caller().log_in("college_tutor", PASSWORD).status_code == 200
    for nobody in ("coordinator", "apprentice", "other_apprentice", "system_admin"):
        assert desk.post(f"/api/desk/masters/{person_id(nobody)}/disable").status_code == 404
    other = college.caller("other_coordinator", "desk")
    assert other.post(f"/api/desk/masters/{person_id('college_tutor')}/disable").status_code == 404


def test_many_are_paired_at_once_with_the_load_said_before(college):
    desk = college.caller("coordinator", "desk")
    person = make(desk, "周国强", "sf000001", valid_to="2026-12-31")
    asked = wish(desk, person)
    before = college.rows("SELECT count(*) FROM ops")
    looked = desk.post("/api/desk/pairings/look", asked).json
    assert (looked["makes"], looked["same"], looked["bad"]) == (10, 0, 0)
    assert looked["load"] == {"now": 0, "then": 10, "most": 8, "source": "示例参数，非广东省规定"}
    assert {fault["word"] for fault in looked["faults"]} == {"over_limit", "qualification_over"} and all(fault["hint"] for fault in looked["faults"])
    assert college.rows("SELECT count(*) FROM ops") == before, "looking writes nothing"
    assert desk.post("/api/desk/pairings", asked).json == {"made": 10, "same": 0, "ended": 0, "bad": 0}
    assert desk.post("/api/desk/pairings", asked).json == {"made": 0, "same": 10, "ended": 0, "bad": 0}
    assert [len(row["pairs"]) for row in learners(desk)] == [1] * 10 and learners(desk, "&gap=mentor") == []
    assert len(learners(desk, "&gap=college_tutor")) == 10 and len(learners(desk, f"&mentor={person}")) == 10
    assert desk.get("/api/desk/masters?text=sf000001").json["items"][0]["apprentices"] == 10


def test_a_load_counts_apprentices_of_other_colleges_and_shows_none_of_them(college):
    """Two of the ten belong to another college from here on; their master signs for ten all the same."""
    desk = college.caller("coordinator", "desk")
    person = make(desk, "周师傅", "zhoushifu")
    assert desk.post("/api/desk/pairings", wish(desk, person)).status_code == 200
    moved = [row["id"] for row in desk.get("/api/desk/pairings?size=100").json["items"]][:2]
    with college.app.app_context(), writing() as conn:
        for book in moved:
            conn.execute(sa.text("UPDATE books SET college_id = :college WHERE id = :book"), {"college": OTHER_COLLEGE, "book": book})
    assert desk.get("/api/desk/pairings").json["total"] == 8
    assert [row["apprentices"] for row in desk.get("/api/desk/masters").json["items"] if row["login"] == "zhoushifu"] == [10]
    assert desk.post("/api/desk/pairings/look", wish(desk, person)).json["load"]["now"] == 10


def test_who_may_not_be_paired_is_left_as_he_is(college):
    desk = college.caller("coordinator", "desk")
    stranger = make(desk, "方志远", "sf000002", at=1)
    asked = wish(desk, stranger, org=enterprise(desk, 1))
    looked = desk.post("/api/desk/pairings/look", asked).json
    assert looked["bad"] == 10 and {fault["word"] for fault in looked["faults"]} == {"other_enterprise"}
    assert desk.post("/api/desk/pairings", asked).json["made"] == 0
    person = make(desk, "周国强", "sf000001")
    assert desk.post("/api/desk/pairings", wish(desk, person, **{"from": "2028-01-01"})).json["bad"] == 10
    assert desk.post("/api/desk/pairings", wish(desk, person, to="2026-01-01")).json["word"] == "days_crossed"
    desk.post(f"/api/desk/masters/{person}/disable")
    assert desk.post("/api/desk/pairings", wish(desk, person)).json["bad"] == 10
    assert desk.post("/api/desk/pairings", wish(desk, person_id("coordinator"))).status_code == 404
    both = wish(desk, person) | {"wanted": {}}
    assert desk.post("/api/desk/pairings", both).status_code == 400, "either books or wanted"


def test_a_mentor_gives_way_to_another_and_is_ended_with_a_reason(college):
    desk = college.caller("coordinator", "desk")
    first, second = make(desk, "周国强", "sf000001"), make(desk, "方志远", "sf000002")
    desk.post("/api/desk/pairings", wish(desk, first))
    named = {"wanted": {"text": learners(desk)[0]["name"]}}
    asked = {name: given for name, given in wish(desk, second, **{"from": "2026-09-01"}, instead=True).items() if name != "books"} | named
    looked = desk.post("/api/desk/pairings/look", asked).json
    assert (looked["makes"], looked["ends"]) == (1, 1)
    assert desk.post("/api/desk/pairings", asked).json == {"made": 1, "same": 0, "ended": 1, "bad": 0}
    row = learners(desk)[0]
    assert [(pair["name"], pair["from_day"], pair["to_day"]) for pair in row["pairs"]] == [
        ("方志远", "2026-09-01", None), ("周国强", "2026-03-01", "2026-08-31"),
    ]  # fmt: skip
    key = {"book": row["id"], "member": row["pairs"][0]["member"]}
    assert desk.post("/api/desk/pairings/end", {"pairs": [key], "to": "2026-08-01", "reason": "调岗"}).json["word"] == "days_crossed"
    assert desk.post("/api/desk/pairings/end", {"pairs": [key], "to": "2026-09-10", "reason": "调岗"}).json == {"ended": 1}
    assert learners(desk)[0]["pairs"][0]["to_day"] == "2026-09-10"
    other = college.caller("other_coordinator", "desk")
    assert learners(other) == []
    assert other.post("/api/desk/pairings/end", {"pairs": [key], "to": "2026-09-11", "reason": "调岗"}).status_code == 404
    assert other.post("/api/desk/pairings", asked | {"wanted": {}}).status_code in (200, 404)
    assert len(college.rows("SELECT 1 FROM members WHERE role = 'mentor'")) == 11


def test_the_list_is_narrowed_and_sorted_and_only_the_college_has_it(college):
    desk = college.caller("coordinator", "desk")
    group = college.rows("SELECT id FROM classes")[0][0]
    shown = desk.get(f"/api/desk/pairings?class={group}").json
    assert shown["total"] == 10 and shown["group"] == {"mentors": 0, "least": None}
    assert [one["name"] for one in shown["enterprises"]] == [rosters.ENTERPRISES[0].name]
    assert desk.get("/api/desk/pairings?sort=-student_no&size=1").json["items"][0]["student_no"] == "2024000009"
    assert college.caller("enterprise_admin", "desk").get("/api/desk/pairings").status_code == 403
    assert college.caller("mentor").get("/api/desk/masters").status_code == 403
    assert FIRM in {org["id"] for org in desk.get("/api/desk/masters/choices").json["orgs"]}


# --- out of a spreadsheet ------------------------------------------------------------------------------------------

LIST = (
    "学徒", "学号/证件号码", "班级", "企业导师", "导师登录名", "导师类别", "导师单位", "岗位", "技能等级/职称", "证书编号", "结对开始日期",
    "结对结束日期",
)  # fmt: skip


def pairing(at: int, **more: Any) -> dict[str, Any]:
    person = rosters.person(at)
    return {
        "学徒": person["name"], "学号/证件号码": person["student_no"], "企业导师": "周国强", "导师单位": rosters.ENTERPRISES[0].name,
        "技能等级/职称": "技师", "结对开始日期": "2026-03-01",
    } | more  # fmt: skip


def drop(desk: Caller, rows: list[dict[str, Any]]) -> dict[str, Any]:
    raw = rosters.write([list(LIST), *([row.get(name, "") for name in LIST] for row in rows)])
    answer = desk.post("/api/desk/imports?kind=pairings", data=raw, content_type=XLSX)
    assert answer.status_code == 200, answer.text
    return answer.json["report"]


def write(site: Site, desk: Caller, report: dict[str, Any]) -> dict[str, Any]:
    job = desk.post(f"/api/desk/imports/{report['id']}/write").json["job"]
    assert do_waiting(site.app, site.clock) == 1
    done = desk.get(f"/api/desk/jobs/{job}").json
    assert done["state"] == "done", done
    return done["result"]


def words(desk: Caller, report: dict[str, Any]) -> dict[int, set[str]]:
    rows = desk.get(f"/api/desk/imports/{report['id']}/rows?size=100").json["items"]
    return {row["row"]: {fault["word"] for fault in row["faults"]} for row in rows}


def test_a_list_of_pairings_is_judged_then_written_and_the_same_again_changes_nothing(college):
    desk = college.caller("coordinator", "desk")
    rows = [pairing(at) for at in range(9)] + [pairing(9, 学徒="", 企业导师="")]
    before = college.rows("SELECT count(*) FROM ops")
    report = drop(desk, rows)
    assert report["counts"] == {"bad": 1, "good": 9, "same": 0, "written": 0} and college.rows("SELECT count(*) FROM ops") == before
    found = words(desk, report)
    assert found[2] == {"mentor_new"} and found[10] == {"mentor_new", "over_limit"} and found[11] == {"missing"}
    assert write(college, desk, report)["written"] == 9
    [mentor] = desk.get("/api/desk/masters?text=周国强").json["items"]
    assert (mentor["apprentices"], mentor["level"], mentor["state"], mentor["org_name"]) == (9, "技师", "new", rosters.ENTERPRISES[0].name)
    assert len(learners(desk, "&gap=mentor")) == 1
    full = [college.rows(f"SELECT count(*) FROM {table}") for table in ("ops", "people", "register_log", "members", "roles")]
    again = drop(desk, rows)
    assert again["counts"] == {"bad": 1, "good": 0, "same": 9, "written": 0}
    assert write(college, desk, again)["written"] == 0
    assert [college.rows(f"SELECT count(*) FROM {table}") for table in ("ops", "people", "register_log", "members", "roles")] == full
    shorter = drop(desk, [pairing(0, 结对结束日期="2026-09-30"), pairing(1, 结对开始日期="2026-04-01"), pairing(2, 岗位="班长")])
    said = {number: found - {"over_limit"} for number, found in words(desk, shorter).items()}
    assert said == {2: {"will_change"}, 3: {"pair_crosses"}, 4: {"will_change"}}
    assert write(college, desk, shorter)["written"] == 2
    assert learners(desk, f"&text={rosters.person(0)['student_no']}")[0]["pairs"][0]["to_day"] == "2026-09-30"
    assert desk.get("/api/desk/masters?text=周国强").json["items"][0]["post"] == "班长"
    assert drop(desk, [pairing(0, 结对结束日期="2026-09-30"), pairing(2, 岗位="班长")])["counts"]["same"] == 2


def test_every_fault_of_a_pairing_is_named(college):
    desk = college.caller("coordinator", "desk")
    for login in ("sf000001", "sf000002"):
        make(desk, "方志远", login, again=True)
    shut = make(desk, "黎建军", "sf000003")
    desk.post(f"/api/desk/masters/{shut}/disable")
    other = rosters.ENTERPRISES[1].name
    planted = [
        (pairing(0, 学徒="查无此人", **{"学号/证件号码": ""}), "apprentice_unknown"),
        (pairing(0, **{"学号/证件号码": rosters.person(1)["student_no"]}), "key_differs"),
        (pairing(0, 导师类别="班主任"), "role_unknown"), (pairing(0, 导师单位="南岸重工集团"), "org_unknown"),
        (pairing(0, 企业导师="方志远"), "mentor_name_twice"), (pairing(0, 导师登录名="nobody"), "mentor_login_unknown"),
        (pairing(0, 导师单位=other), "other_enterprise"), (pairing(0, 企业导师="黎建军"), "person_disabled"),
        (pairing(0, 结对开始日期="2024-01-01"), "outside_book"), (pairing(0, 结对结束日期="2026-02-01"), "end_before_start"),
        (pairing(0, 结对开始日期=""), "missing"), (pairing(0, 企业导师="王3"), "name_odd"), (pairing(0, 证书编号="123"), "certificate_odd"),
        (pairing(0, 结对开始日期="2026-05-01"), "pair_twice"),
    ]  # fmt: skip
    report = drop(desk, [row for row, _ in planted])
    found = words(desk, report)
    assert [word for number, (_, word) in enumerate(planted, start=2) if word not in found[number]] == [], found
    assert report["counts"]["good"] == 1, "a certificate of an old kind keeps nobody out"
    by_login = drop(desk, [pairing(0, 企业导师="方志远", 导师登录名="sf000002"), pairing(3, **{"学号/证件号码": rosters.identity(3)})])
    assert by_login["counts"] == {"bad": 0, "good": 2, "same": 0, "written": 0}, words(desk, by_login)
    assert write(college, desk, by_login)["written"] == 2


def test_a_mentor_made_since_the_file_was_judged_is_not_made_twice(college):
    desk = college.caller("coordinator", "desk")
    report = drop(desk, [pairing(at) for at in range(3)])
    make(desk, "周国强", "sf000009")
    assert write(college, desk, report)["written"] == 3
    [mentor] = desk.get("/api/desk/masters?text=周国强").json["items"]
    assert (mentor["login"], mentor["apprentices"]) == ("sf000009", 3)


def test_a_teacher_of_another_college_is_never_paired_by_a_file(college):
    """By name he would be new, by log-in he is unknown; the college has its own teachers."""
    desk = college.caller("coordinator", "desk")
    with college.app.app_context():
        roster.make_person("29000000-0000-4000-8000-000000000001", "朱丽华", "zhulihua", college.at)
        roster.give_role("29000000-0000-4000-8000-000000000001", "college_tutor", OTHER_COLLEGE)
    report = drop(desk, [pairing(0, 企业导师="朱丽华", 导师登录名="zhulihua", 导师类别="院校导师", 导师单位="")])
    assert words(desk, report)[2] == {"mentor_login_unknown"}
