"""Rule sets: everybody's and a college's own; none is changed once plans rest on it; the log names each number."""

from __future__ import annotations

import json

import pytest

from colleges import meet, register
from server.services.demo.cast import RULES
from server.store.setup import rules
from serving import Site

LIMITS = {"shares": {"general": [10, 20], "foundation": [20, None]}, "lessons": {"三级/高级工": 600}, "max_apprentices_per_mentor": 8}


@pytest.fixture
def both(both: Site) -> Site:
    register(both.app, "车工")
    return both


def said(**changed):
    return {
        "region": "广东省", "name": "2027 年规则", "valid_from": "2027-01-01", "valid_to": None, "source": "粤人社规〔2026〕1号", "status": "有效",
        "rules": RULES, "limits": LIMITS,
    } | changed  # fmt: skip


def test_a_rule_set_stays_as_it_is_once_plans_rest_on_it(both: Site):
    desk = both.caller("coordinator", "desk")
    made = desk.post("/api/desk/rules", said()).json["id"]
    assert desk.post(f"/api/desk/rules/{made}", said(limits=LIMITS | {"max_apprentices_per_mentor": 5})).status_code == 200
    [row] = desk.get("/api/desk/rules?text=2027&state=later").json["items"]
    assert (row["changeable"], row["plans"], row["limits"]["max_apprentices_per_mentor"], row["sample"]) == (True, 0, 5, False)
    plan = {
        "name": "方案", "occupation": "车工", "level": "高级工", "rule_set": made, "places": [], "closed_days": [], "filed_on": None, "classes": [],
        "modules": [{"code": "M1", "name": "m", "category": "general", "nature": "theory", "place": "post", "minutes": 45}],
    }  # fmt: skip
    assert desk.post("/api/desk/plans", plan).status_code == 200
    assert desk.post(f"/api/desk/rules/{made}", said()).json["word"] == "plans_rest_on_it"
    assert desk.get(f"/api/desk/rules/{made}").json["changeable"] is False
    bodies = [json.loads(row[0]) for row in both.rows("SELECT body FROM register_log WHERE subject = 'rule_set' ORDER BY act")]
    assert bodies[0] == {"limits.max_apprentices_per_mentor": [8, 5]} and bodies[1]["rules.lesson_minutes"] == [None, 45]


def test_a_college_keeps_its_own_beside_everybodys(both: Site):
    desk, other, keeper = (both.caller(name, "desk") for name in ("coordinator", "other_coordinator", "system_admin"))
    own = desk.post("/api/desk/rules", said(name="本院")).json["id"]
    common = keeper.post("/api/desk/rules", said(name="通用", status="示例")).json["id"]
    seen = {caller: {row["name"] for row in caller.get("/api/desk/rules").json["items"]} for caller in (desk, other, keeper)}
    assert seen == {desk: {"本院", "通用"}, other: {"通用"}, keeper: {"本院", "通用"}}
    assert other.get(f"/api/desk/rules/{own}").status_code == 404 and other.post(f"/api/desk/rules/{own}", said()).status_code == 404
    assert desk.post(f"/api/desk/rules/{common}", said()).status_code == 404 and keeper.post(f"/api/desk/rules/{own}", said()).status_code == 404
    assert keeper.post(f"/api/desk/rules/{common}", said(name="通用二")).status_code == 200
    assert {one["id"] for one in other.get("/api/desk/plans/choices").json["rule_sets"]} == {common}
    asked = {"rule_set": own, "level": "高级工", "modules": []}
    assert other.post("/api/desk/plans/check", asked).status_code == 404 and desk.post("/api/desk/plans/check", asked).status_code == 200


def test_what_makes_no_sense_is_refused(both: Site):
    desk = both.caller("coordinator", "desk")
    assert desk.post("/api/desk/rules", said(valid_to="2026-12-31")).json["word"] == "days_crossed"
    assert desk.post("/api/desk/rules", said(limits={"shares": {"general": [20, 10]}})).json["word"] == "range_crossed"
    assert desk.post("/api/desk/rules", said(limits={"surprise": 1})).status_code == 400
    assert desk.post("/api/desk/rules", said(rules=RULES | {"lesson_minutes": 0})).status_code == 400
    assert both.caller("enterprise_admin", "desk").get("/api/desk/rules").status_code == 403
    for sort in ("name", "-name", "valid_from", "-valid_from", "valid_to", "-valid_to"):
        assert desk.get(f"/api/desk/rules?sort={sort}").status_code == 200


def test_no_plan_comes_to_rest_on_a_rule_set_while_it_is_changed(both: Site, monkeypatch):
    """Whoever counts the plans holds new ones off until the change is written."""
    first, second = (both.caller("coordinator", "desk") for _ in range(2))
    made = first.post("/api/desk/rules", said()).json["id"]
    plan = {
        "name": "方案", "occupation": "车工", "level": "高级工", "rule_set": made, "places": [], "closed_days": [], "filed_on": None, "classes": [],
        "modules": [{"code": "M1", "name": "m", "category": "general", "nature": "theory", "place": "post", "minutes": 45}],
    }  # fmt: skip
    early, got = meet(
        monkeypatch, rules, "update_rule_set", lambda: first.post(f"/api/desk/rules/{made}", said(name="改了")).status_code,
        lambda: second.post("/api/desk/plans", plan).status_code,
    )  # fmt: skip
    assert (early, got) == ([False], (200, 200)), "the plan was made before the change it did not know of"
