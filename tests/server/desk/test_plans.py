"""The plan editor: a version beside the last one, held against its rules while it is written; what is too large for a handbook is refused."""

from __future__ import annotations

import pytest

import rosters
from colleges import set_up
from server.commands.jobs import do_waiting
from server.services.demo.cast import MODULES
from server.store.db import db
from serving import COLLEGE, Site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIMITS = '{"shares":{"general":[10,20],"operation":[60,70]},"lessons":{"三级/高级工":600}}'
PLACES = [{"id": "lab-204", "name": "204 实训室", "kind": "college"}, {"name": "二车间", "kind": "post"}]


@pytest.fixture
def college(both: Site) -> Site:
    set_up(both.app, COLLEGE)
    with both.app.app_context(), db.engine.begin() as conn:
        conn.exec_driver_sql(f"UPDATE rule_sets SET limits = '{LIMITS}'")
    return both


def wanted(**changed):
    plan = {
        "name": "车工新方案", "occupation": "车工", "level": "高级工", "rule_set": "rules-1", "modules": MODULES["student_apprentice"],
        "places": PLACES, "closed_days": ["2026-10-01", "2026-05-01", "2026-10-01"], "filed_on": None, "classes": [],
    }  # fmt: skip
    return plan | changed


def test_sums_and_shares_are_said_while_it_is_written(college):
    desk = college.caller("coordinator", "desk")
    asked = {"rule_set": "rules-1", "level": "高级工", "modules": MODULES["student_apprentice"]}
    sums = {"general": 3240, "foundation": 6210, "operation": 17550, "total": 27000}
    assert desk.post("/api/desk/plans/check", asked).json == {"sums": sums, "faults": []}
    fewer = [one | {"minutes": 45} if one["code"] == "M1" else one for one in MODULES["student_apprentice"]]
    faults = desk.post("/api/desk/plans/check", asked | {"modules": fewer}).json["faults"]
    assert [fault["word"] for fault in faults] == ["share_low", "share_high", "total_low"]
    assert desk.post("/api/desk/plans/check", asked | {"rule_set": "nobody's"}).status_code == 404
    assert desk.post("/api/desk/plans/check", asked | {"modules": []}).json["sums"]["total"] == 0


def test_a_new_version_stands_beside_the_old_one_and_classes_go_over(college):
    desk = college.caller("coordinator", "desk")
    group = desk.post("/api/desk/classes", {"name": "新班", "plan": "plan-0", "from": "2026-09-01", "to": "2027-08-31"}).json["id"]
    first = desk.post("/api/desk/plans", wanted()).json["id"]
    second = desk.post("/api/desk/plans", wanted(classes=[group], filed_on="2026-08-20")).json["id"]
    rows = {row["id"]: row for row in desk.get("/api/desk/plans").json["items"]}
    assert (rows[first]["version"], rows[second]["version"], rows[second]["classes"]) == (1, 2, 1)
    whole = desk.get(f"/api/desk/plans/{second}").json
    assert (whole["level"], whole["closed_days"], whole["filed_on"]) == ("三级/高级工", ["2026-05-01", "2026-10-01"], "2026-08-20")
    assert whole["places"][0] == PLACES[0] and whole["places"][1]["id"].startswith("p-")
    logged = [tuple(row) for row in college.rows("SELECT subject, act, body FROM register_log")]
    assert ("class", "changed", f'{{"plan":["plan-0","{second}"]}}') in logged
    assert desk.post("/api/desk/plans", wanted(classes=["nobody's"])).status_code == 404
    assert desk.post("/api/desk/plans", wanted(modules=[MODULES["student_apprentice"][0]] * 2)).json["word"] == "codes_twice"
    assert desk.post("/api/desk/plans", wanted(places=[{"id": "base", "name": "基地", "kind": "base"}])).status_code == 200, "named before"
    assert desk.post("/api/desk/plans", wanted(places=[{"id": "b", "name": "b", "kind": "base"}])).status_code == 404
    other = college.caller("other_coordinator", "desk")
    assert other.get(f"/api/desk/plans/{second}").status_code == 404 and other.get("/api/desk/plans/choices").json["classes"] == []
    assert other.post("/api/desk/plans", wanted(classes=[group])).status_code == 404


def test_the_largest_plan_that_is_taken_fits_into_a_handbook(college):
    """A plan that no operation can carry would make every import of its class fail."""
    desk = college.caller("coordinator", "desk")
    days = [f"2026-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 11)]
    modules = [MODULES["student_apprentice"][2] | {"code": f"M{number}", "name": "岗位操作技能" * 4} for number in range(20)]
    places = [{"name": f"装配车间第 {number} 工段", "kind": "post"} for number in range(20)]
    name = rosters.OCCUPATIONS[0][0] + " 新方案"
    full = wanted(name=name, occupation=rosters.OCCUPATIONS[0][0], level=rosters.OCCUPATIONS[0][1], modules=modules, places=places, closed_days=days)
    assert desk.post("/api/desk/plans", full).json["word"] == "plan_too_large"
    count = next(count for count in range(120, 0, -1) if desk.post("/api/desk/plans", full | {"closed_days": days[:count]}).status_code == 200)
    assert count < 120
    plan = desk.get("/api/desk/plans").json["items"]
    made = next(row["id"] for row in plan if row["name"] == name)
    with college.app.app_context(), db.engine.begin() as conn:
        conn.exec_driver_sql(f"DELETE FROM plans WHERE occupation = '{rosters.OCCUPATIONS[0][0]}' AND id <> '{made}'")
    report = desk.post("/api/desk/imports?kind=roster", data=rosters.earlier(), content_type=XLSX).json["report"]
    desk.post(f"/api/desk/imports/{report['id']}/write")
    assert do_waiting(college.app, college.clock) == 1
    assert college.rows("SELECT count(*) FROM ops WHERE verdict <> 'accepted'") == [(0,)]
