"""Agreements and insurance: who is not covered, made for one or many, changed and ended with the log, none of another college's."""

from __future__ import annotations

import json

import pytest

import rosters
from colleges import set_up
from server.commands.jobs import do_waiting
from server.services.books import flagging
from server.services.setup.agreements import number_all
from server.store.days import day_of
from server.store.setup.agreements import SORTS
from serving import COLLEGE, Site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAY = 86_400_000


@pytest.fixture
def college(both: Site) -> Site:
    """Two apprentices in two classes, neither with an agreement; the year is theirs."""
    set_up(both.app, COLLEGE)
    desk = both.caller("coordinator", "desk")
    report = desk.post("/api/desk/imports?kind=roster", data=rosters.earlier(), content_type=XLSX).json["report"]
    desk.post(f"/api/desk/imports/{report['id']}/write")
    assert do_waiting(both.app, both.clock) == 1
    with both.app.app_context():
        flagging.look_at_all(both.at)
    return both


def day(site: Site, plus: int) -> str:
    return day_of(site.at + plus * DAY)


def listed(desk, **query: str) -> dict[str, str]:
    text = "&".join(f"{name}={given}" for name, given in query.items())
    return {row["name"]: row["state"] for row in desk.get(f"/api/desk/agreements?{text}").json["items"]}


def test_who_is_not_covered_is_found_and_made_covered(college):
    desk = college.caller("coordinator", "desk")
    desk_classes = desk.get("/api/desk/classes").json["items"]
    for one in desk_classes:
        renewed = {"name": one["name"], "plan": one["plan_id"], "from": day(college, -100), "to": day(college, 200)}
        assert desk.post(f"/api/desk/classes/{one['id']}", renewed).status_code == 200
    answer = desk.get("/api/desk/agreements").json
    names = sorted(row["name"] for row in answer["items"])
    assert all(desk.get(f"/api/desk/agreements?sort={sign}{sort}").status_code == 200 for sort in SORTS for sign in ("", "-"))
    assert len(names) == 2 == answer["total"] == answer["counts"]["uninsured"]
    assert sorted(listed(desk, state="uninsured")) == names, "who lacks the agreement as well is not insured either"
    assert desk.get("/api/desk/agreements?state=uninsured").json["total"] == 2
    before = college.rows("SELECT count(*) FROM agreements")[0][0]
    asked = {
        "kind": "placement", "number": "SX-###", "first": 7, "from": day(college, -10), "to": day(college, 20), "all": True,
        "wanted": {"text": names[0]},
    }  # fmt: skip
    assert desk.post("/api/desk/agreements", asked).json == {"made": 1, "there": 0, "short": 1}
    assert desk.post("/api/desk/agreements", asked).json == {"made": 0, "there": 1, "short": 0}
    assert college.rows("SELECT number FROM agreements WHERE kind = 'placement'") == [("SX-007",)]
    assert college.rows("SELECT count(*) FROM agreements") == [(before + 1,)]
    assert listed(desk, text=names[0]) == {names[0]: "uninsured"}
    [agreement] = college.rows("SELECT id FROM agreements WHERE kind = 'placement'")
    insured = {"number": "SX-007", "from": day(college, -10), "to": day(college, 20), "insurance": "PICC-1"}
    assert desk.post(f"/api/desk/agreements/{agreement[0]}", insured).json["word"] == "insurance_days"
    insured |= {"insured_from": day(college, -10), "insured_to": day(college, 200)}
    assert desk.post(f"/api/desk/agreements/{agreement[0]}", insured).status_code == 200
    assert listed(desk, text=names[0], state="soon") == {names[0]: "soon"}
    assert desk.post(f"/api/desk/agreements/{agreement[0]}", insured | {"to": day(college, 200)}).status_code == 200
    assert listed(desk, text=names[0]) == {names[0]: "fine"}
    college.pass_time(201 * DAY)
    assert listed(college.caller("coordinator", "desk"), text=names[0]) == {names[0]: "over"}


def test_an_end_is_said_with_its_reason_and_the_book_is_looked_at_again(college):
    desk = college.caller("coordinator", "desk")
    book = desk.get("/api/desk/agreements").json["items"][0]["id"]
    asked = {"kind": "training", "number": "X-1", "from": day(college, -10), "to": day(college, 20), "books": [book]}
    assert desk.post("/api/desk/agreements", asked | {"all": True}).status_code == 400
    assert desk.post("/api/desk/agreements", asked | {"books": []}).status_code == 400
    assert desk.post("/api/desk/agreements", asked | {"to": day(college, -11)}).json["word"] == "days_crossed"
    assert desk.post("/api/desk/agreements", asked | {"books": [book, "nobody's"]}).status_code == 404
    assert desk.post("/api/desk/agreements", asked).json["made"] == 1
    assert college.rows("SELECT count(*) FROM flag_looks WHERE book_id = :book", book=book) == [(0,)], "the flags of before would stay"
    made = next(one for one in desk.get(f"/api/desk/agreements/books/{book}").json["items"] if one["number"] == "X-1")
    ended = {"on": day(college, -2), "reason": "学徒换了企业"}
    assert desk.post(f"/api/desk/agreements/{made['id']}/end", ended | {"on": day(college, 30)}).json["word"] == "days_crossed"
    assert desk.post(f"/api/desk/agreements/{made['id']}/end", ended).status_code == 200
    assert desk.post(f"/api/desk/agreements/{made['id']}/end", ended).json["word"] == "ended_already"
    logged = college.rows("SELECT act, body FROM register_log WHERE subject_id = :id ORDER BY act DESC", id=made["id"])
    assert [row[0] for row in logged] == ["made", "ended"]
    assert json.loads(logged[1][1]) == {"ended_on": [None, day(college, -2)], "reason": "学徒换了企业"}
    other = college.caller("other_coordinator", "desk")
    assert other.get("/api/desk/agreements").json["items"] == [] and other.get(f"/api/desk/agreements/books/{book}").status_code == 404
    assert other.post("/api/desk/agreements", asked).status_code == 404
    assert other.post(f"/api/desk/agreements/{made['id']}/end", ended).status_code == 404
    assert other.post(f"/api/desk/agreements/{made['id']}", {"number": "Y", "from": "2026-01-01", "to": "2026-02-01"}).status_code == 404


def test_a_college_has_agreements_with_enterprises_of_its_chain(college):
    desk = college.caller("coordinator", "desk")
    partner = desk.get("/api/desk/agreements/cooperations").json["partners"][0]
    assert partner["until"] is None
    asked = {"enterprise": partner["id"], "number": "XQ-1", "from": day(college, 0), "to": day(college, 365)}
    assert desk.post("/api/desk/agreements/cooperations", asked | {"enterprise": COLLEGE}).status_code == 404
    assert desk.post("/api/desk/agreements/cooperations", asked).status_code == 200
    answer = desk.get("/api/desk/agreements/cooperations?text=XQ").json
    assert [(row["enterprise"], row["number"]) for row in answer["items"]] == [(partner["name"], "XQ-1")]
    assert next(one["until"] for one in answer["partners"] if one["id"] == partner["id"]) == day(college, 365)
    assert college.caller("other_coordinator", "desk").get("/api/desk/agreements/cooperations").json["items"] == []


def test_numbers_run_or_are_one_for_all():
    assert number_all("XT-##号", 9, 3) == ["XT-09号", "XT-10号", "XT-11号"]
    assert number_all("集体-1", 1, 2) == ["集体-1", "集体-1"]
