"""Registers many rely on: a college changes no firm, base or mentor that other colleges rely on, whoever gains recognises no base, and a
stolen cookie changes none of them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from server.services.demo.cast import RULES
from server.services.people import roster
from server.store.db import writing
from serving import COLLEGE, FIRM, OTHER_COLLEGE, WORKS, Caller, Site, person_id

THEIRS = "10000000-0000-4000-8000-000000000009"
CHANGE = {"name": "壳公司", "credit_code": None, "division_code": None}
DOCUMENT = {"document_no": "粤人社函〔2025〕8号", "issuer": "某市人社局", "from": "2026-01-01", "to": None}
FACTS = {"post": None, "level": None, "certificate_no": None, "valid_to": None}


@pytest.fixture
def town(both: Site) -> Site:
    """Everybody in one chain; the firm is in the college's book, its hours were at a base; the college has two coordinators."""
    both.open_book()
    both.log_hours(2)
    with both.app.app_context():
        roster.give_role(person_id("authority"), "coordinator", COLLEGE)
        with writing() as conn:
            conn.execute(sa.text("INSERT INTO skill_chains (id, name) VALUES ('near', '近链')"))
            conn.execute(sa.text("UPDATE orgs SET skill_chain_id = 'near'"))
            conn.execute(sa.text("UPDATE orgs SET kind = 'base' WHERE id = :id"), {"id": WORKS})
            conn.execute(sa.text("UPDATE entries SET place_kind = 'base', place = :id"), {"id": WORKS})
    return both


def name_firm(site: Site) -> None:
    """A book of the other college's with the same firm."""
    opened = {
        "apprentice": person_id("other_apprentice"), "learner": "student_apprentice", "occupation": "钳工", "level": "中级", "enterprise": FIRM,
        "college": OTHER_COLLEGE, "from": "2026-01-01", "to": "2027-12-31",
    }  # fmt: skip
    assert site.decide("book.opened", opened, THEIRS, book=THEIRS, by="other_coordinator")["as"] == "accepted"


def changeable(desk: Caller, org: str) -> bool:
    return next(row["changeable"] for row in desk.get("/api/desk/orgs?size=100").json["items"] if row["id"] == org)


def test_a_firm_is_changed_by_those_whose_books_name_it_and_by_nobody_alone_where_others_do_too(town):
    desk, stranger, keeper = (town.caller(name, "desk") for name in ("coordinator", "other_coordinator", "system_admin"))
    assert stranger.post(f"/api/desk/orgs/{FIRM}", CHANGE).json["word"] == "forbidden"
    assert (changeable(desk, FIRM), changeable(stranger, FIRM)) == (True, False)
    assert desk.post(f"/api/desk/orgs/{FIRM}", CHANGE).status_code == 200
    name_firm(town)
    for caller in (desk, stranger):
        assert not changeable(caller, FIRM)
        assert caller.post(f"/api/desk/orgs/{FIRM}", CHANGE | {"name": "别的公司"}).json["word"] == "forbidden"
    assert keeper.post(f"/api/desk/orgs/{FIRM}", CHANGE | {"name": "改名公司"}).status_code == 200
    for caller in (desk, stranger):
        said = [row["changes"][0]["now"] for row in caller.get(f"/api/desk/changes?about={FIRM}").json["items"]]
        assert sorted(said) == sorted(["改名公司", "壳公司"]), "whoever's books name it reads who changed it"


def test_a_book_of_ones_own_takes_no_firm_another_college_entered(town):
    desk, stranger = town.caller("coordinator", "desk"), town.caller("other_coordinator", "desk")
    made = desk.post("/api/desk/orgs", CHANGE | {"kind": "enterprise", "name": "新海精机有限公司"}).json["id"]
    with town.app.app_context(), writing() as conn:
        conn.execute(sa.text("INSERT INTO books (id, seq, chain, college_id, enterprise_id) VALUES ('x', 0, 'x', :college, :firm)"),
                     {"college": OTHER_COLLEGE, "firm": made})  # fmt: skip
    assert stranger.post(f"/api/desk/orgs/{made}", CHANGE).json["word"] == "forbidden"


def test_lines_about_firms_in_nobodys_books_stay_where_they_were_written(town):
    desk, stranger = town.caller("coordinator", "desk"), town.caller("other_coordinator", "desk")
    assert desk.post(f"/api/desk/orgs/{FIRM}", CHANGE).status_code == 200
    assert stranger.get("/api/desk/changes").json["total"] == 0


def test_whoever_entered_a_base_or_runs_it_recognises_it_not(town):
    desk, second = town.caller("coordinator", "desk"), town.caller("authority", "desk")
    base = desk.post("/api/desk/orgs", CHANGE | {"kind": "base", "name": "自家基地"}).json["id"]
    path = f"/api/desk/orgs/bases/{base}"
    assert desk.post(path, DOCUMENT).json["word"] == "same_person"
    made = second.post(path, DOCUMENT).json["id"]
    assert second.post(path, DOCUMENT | {"from": "2025-01-01"}).json["word"] == "number_taken"
    assert desk.post(f"{path}/{made}", DOCUMENT | {"to": "2027-01-01"}).json["word"] == "same_person"
    assert second.post(f"{path}/{made}", DOCUMENT | {"to": "2027-01-01"}).status_code == 200
    items = second.get(f"/api/desk/changes?what=base&about={base}").json["items"]
    said = sorted((row["act"], row["changes"][0]["field"], row["changes"][0]["now"]) for row in items)
    assert said == [(act, "recognition", DOCUMENT["document_no"]) for act in ("changed", "made")]
    assert all(f'"recognition":"{made}"' in body for [body] in town.rows("SELECT body FROM register_log WHERE subject = 'base'"))
    with town.app.app_context():
        roster.give_role(person_id("authority"), "base_admin", WORKS)
    assert second.post(f"/api/desk/orgs/bases/{WORKS}", DOCUMENT).json["word"] == "same_person"
    assert desk.post(f"/api/desk/orgs/bases/{WORKS}", DOCUMENT).status_code == 200


def test_a_base_is_recognised_by_those_whose_hours_are_there(town):
    desk, stranger = town.caller("coordinator", "desk"), town.caller("other_coordinator", "desk")
    path = f"/api/desk/orgs/bases/{WORKS}"
    assert stranger.post(path, DOCUMENT).json["word"] == "forbidden"
    made = desk.post(path, DOCUMENT).json["id"]
    assert stranger.post(f"{path}/{made}", DOCUMENT | {"to": "2026-01-02"}).json["word"] == "forbidden"


def test_what_a_mentor_is_qualified_for_is_no_other_colleges_to_change(town):
    desk, stranger = town.caller("coordinator", "desk"), town.caller("other_coordinator", "desk")
    facts = {"name": "name of mentor", **FACTS, "valid_to": "2020-01-01"}
    path = f"/api/desk/masters/{person_id('mentor')}"
    assert stranger.post(path, facts).json["word"] == "of_others_too"
    assert town.rows("SELECT valid_to FROM qualifications WHERE person_id = :id", id=person_id("mentor")) == []
    assert desk.post(path, facts | {"valid_to": "2027-01-01"}).status_code == 200
    assert town.rows("SELECT valid_to FROM qualifications WHERE person_id = :id", id=person_id("mentor")) == [("2027-01-01",)]


def test_a_session_of_an_hour_ago_changes_no_register(town):
    desk = town.caller("coordinator", "desk")
    town.pass_time(6 * 60_000)
    rules = {
        "region": "x", "name": "x", "valid_from": "2025-01-01", "valid_to": None, "source": "x", "status": "有效", "rules": RULES, "limits": {},
    }  # fmt: skip
    plan = {
        "name": "方案", "occupation": "车工", "level": "高级工", "rule_set": "x", "places": [], "closed_days": [], "filed_on": None, "classes": [],
        "modules": [{"code": "M1", "name": "m", "category": "general", "nature": "theory", "place": "post", "minutes": 45}],
    }  # fmt: skip
    trade = {"code": "6-18-01-01", "name": "车工", "edition": 2022, "source": "x", "levels": ["L3_senior"]}
    asked = {
        "/api/desk/orgs": CHANGE | {"kind": "base"}, f"/api/desk/orgs/{FIRM}": CHANGE, f"/api/desk/orgs/bases/{WORKS}": DOCUMENT,
        f"/api/desk/orgs/bases/{WORKS}/x": DOCUMENT, "/api/desk/rules": rules, "/api/desk/rules/x": rules, "/api/desk/plans": plan,
        "/api/desk/occupations": trade, "/api/desk/occupations/x": trade, "/api/desk/occupations/x/end": {"on": "2026-01-01", "reason": "xxxx"},
        "/api/desk/forms/roster": {"columns": [{"key": "name", "heading": "甲"}]},
    }  # fmt: skip
    for path, body in asked.items():
        answer = desk.post(path, body)
        assert (answer.status_code, answer.json["word"]) == (403, "prove_again"), path


@pytest.mark.parametrize("loose", [{"lesson_minutes": 1}, {"lesson_minutes": 61}, {"day_cap_minutes": 1440}])
def test_no_lesson_is_a_minute_and_no_day_all_day(town, loose):
    rules = {
        "region": "x", "name": "x", "valid_from": "2025-01-01", "valid_to": None, "source": "x", "status": "有效", "rules": RULES | loose,
        "limits": {},
    }  # fmt: skip
    desk = town.caller("coordinator", "desk")
    assert desk.post("/api/desk/rules", rules).status_code == 400
    assert desk.post("/api/desk/rules", rules | {"rules": RULES | {"lesson_minutes": 30, "day_cap_minutes": 720}}).status_code == 200
