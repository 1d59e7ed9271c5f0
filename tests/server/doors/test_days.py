"""A day no calendar has is nobody's day, by whatever door it comes."""

from __future__ import annotations

import pytest

from server.services.demo.cast import RULES
from serving import Site

NONE = ("2026-02-30", "2027-02-29", "2026-04-31", "2026-13-01", "2026-00-10")
RULE_SET = {
    "region": "x", "name": "x", "valid_from": "2025-01-01", "valid_to": None, "source": "x", "status": "有效", "rules": RULES, "limits": {},
}  # fmt: skip
PLAN = {
    "name": "方案", "occupation": "车工", "level": "高级工", "rule_set": "rules-1", "places": [], "closed_days": [], "filed_on": None, "classes": [],
    "modules": [{"code": "M1", "name": "m", "category": "general", "nature": "theory", "place": "post", "minutes": 45}],
}  # fmt: skip
CLASS = {"name": "k", "plan": None, "from": "2026-01-01", "to": "2027-12-31"}


@pytest.mark.parametrize("day", NONE)
def test_a_day_that_is_none_is_refused_at_every_door(site: Site, day: str):
    desk = site.caller("coordinator", "desk")
    for door, body in (
        ("/api/desk/classes", CLASS | {"from": day}), ("/api/desk/classes", CLASS | {"to": day}),
        ("/api/desk/rules", RULE_SET | {"valid_from": day}), ("/api/desk/rules", RULE_SET | {"valid_to": day}),
        ("/api/desk/plans", PLAN | {"closed_days": [day]}), ("/api/desk/plans", PLAN | {"filed_on": day}),
    ):  # fmt: skip
        assert desk.post(door, body).status_code == 400, (door, body)
    for door in ("/api/desk/changes?from=", "/api/desk/changes?to=", "/api/desk/queue?day_from=", "/api/desk/queue?day_to="):
        assert desk.get(door + day).status_code == 400, door
    assert desk.get("/api/desk/changes?from=2026-02-28&to=2028-02-29").status_code == 200
    assert desk.post("/api/desk/classes", CLASS | {"to": "2028-02-29"}).status_code == 200
