"""A plan out of a spreadsheet: whole or not at all, held against its rules, a new version where one is there, nothing where it is the same."""

from __future__ import annotations

from typing import Any

import pytest

import rosters
from colleges import register, set_up
from server.commands.jobs import do_waiting
from server.services.demo.cast import RULES
from serving import COLLEGE, Caller, Site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ("方案名称", "职业(工种)", "等级", "模块编号", "模块名称", "课程类别", "性质", "培训地点", "计划学时", "规则")
NAME = "2026级电工 600 学时"
ROWS = (
    ("M1", "通用素质", "通用素质", "理论", "企业岗位", "72"), ("M2", "专业基础", "专业基础", "理论", "院校", 138),
    ("M3", "岗位操作", "操作技能", "实操", "企业", "260学时"), ("M4", "基地操作", "操作技能", "实操", "公共实训基地", "130"),
)  # fmt: skip
OWN = {
    "region": "广东省", "valid_from": "2020-01-01", "valid_to": None, "source": "院内〔2026〕1号", "status": "有效", "rules": RULES, "limits": {},
}  # fmt: skip


@pytest.fixture
def college(both: Site) -> Site:
    set_up(both.app, COLLEGE)
    return both


def sheet(rows: Any, name: str = NAME, **more: str) -> list[list[Any]]:
    return [[name, "电工", "四级", *row, more.get("rules", "")] for row in rows]


def drop(desk: Caller, lines: list[list[Any]]) -> dict[str, Any]:
    answer = desk.post("/api/desk/imports?kind=plans", data=rosters.write([list(HEAD), *lines]), content_type=XLSX)
    assert answer.status_code == 200, answer.text
    return answer.json["report"]


def write(site: Site, desk: Caller, report: dict[str, Any]) -> int:
    job = desk.post(f"/api/desk/imports/{report['id']}/write").json["job"]
    assert do_waiting(site.app, site.clock) == 1
    done = desk.get(f"/api/desk/jobs/{job}").json
    assert done["state"] == "done", done
    return done["result"]["written"]


def words(desk: Caller, report: dict[str, Any]) -> dict[int, set[str]]:
    rows = desk.get(f"/api/desk/imports/{report['id']}/rows?size=100").json["items"]
    return {row["row"]: {fault["word"] for fault in row["faults"]} for row in rows}


def kept(desk: Caller) -> list[dict[str, Any]]:
    return [plan for plan in desk.get("/api/desk/plans").json["items"] if plan["name"] == NAME]


def test_a_plan_comes_in_whole_and_the_same_again_changes_nothing(college):
    desk = college.caller("coordinator", "desk")
    report = drop(desk, sheet(ROWS))
    assert report["counts"] == {"bad": 0, "good": 4, "same": 0, "written": 0} and kept(desk) == []
    assert write(college, desk, report) == 4
    [plan] = kept(desk)
    assert (plan["version"], plan["level"], plan["rule_set"]) == (1, "四级/中级工", "示例参数")
    assert plan["sums"] == {"general": 3240, "foundation": 6210, "operation": 17550, "total": 27000}
    assert drop(desk, sheet(ROWS))["counts"]["same"] == 4
    other = drop(desk, sheet([*ROWS[:3], ("M4", "基地操作", "操作技能", "实操", "公共实训基地", "140")]))
    assert words(desk, other) == {2: {"plan_new_version"}} and write(college, desk, other) == 4
    assert [(plan["version"], plan["sums"]["total"]) for plan in kept(desk)] == [(2, 27450), (1, 27000)]
    assert college.rows("SELECT count(*) FROM register_log WHERE subject = 'plan'") == [(2,)]
    assert college.caller("other_coordinator", "desk").get("/api/desk/plans").json["items"] == []


@pytest.mark.parametrize(("at", "value", "word"), [
    (2, "九级", "level_unknown"), (1, "焊工", "plan_mixed"), (3, "M 一", "code_odd"), (3, "M1", "code_twice"), (5, "其他", "category_unknown"),
    (6, "自学", "nature_unknown"), (7, "家里", "place_unknown"), (8, "-3", "lessons_odd"), (8, "0.001", "lessons_odd"), (8, "", "missing"),
    (9, "没有的规则", "plan_mixed"),
])  # fmt: skip
def test_one_bad_row_keeps_its_plan_out_and_no_other(at, value, word, college):
    desk = college.caller("coordinator", "desk")
    lines = sheet(ROWS)
    lines[1][at] = value
    report = drop(desk, [*lines, *sheet(ROWS, "另一个方案")])
    found = words(desk, report)
    assert word in found[3] and all("plan_broken" in found[number] for number in (2, 4, 5)), found
    assert report["counts"] == {"bad": 4, "good": 4, "same": 0, "written": 0}
    assert write(college, desk, report) == 4 and kept(desk) == []


def test_another_colleges_rules_are_not_found_by_name(college):
    desk, other = college.caller("coordinator", "desk"), college.caller("other_coordinator", "desk")
    for caller, name in ((desk, "本院规则"), (other, "别院规则")):
        assert caller.post("/api/desk/rules", {"name": name, **OWN}).status_code == 200
    assert words(desk, drop(desk, sheet(ROWS, rules="别院规则")))[2] >= {"rule_set_unknown"}
    report = drop(desk, sheet(ROWS, rules="本院规则"))
    assert report["counts"]["good"] == 4 and write(college, desk, report) == 4
    assert [plan["rule_set"] for plan in kept(desk)] == ["本院规则"]


def test_where_no_rules_are_named_another_colleges_are_never_the_usual_ones(both):
    register(both.app, "电工")
    other, desk = both.caller("other_coordinator", "desk"), both.caller("coordinator", "desk")
    assert other.post("/api/desk/rules", {"name": "别院规则", **OWN}).status_code == 200
    assert "rule_set_unknown" in words(desk, drop(desk, sheet(ROWS)))[2]
    assert drop(other, sheet(ROWS))["counts"]["good"] == 4
