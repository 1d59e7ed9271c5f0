"""The worked examples of domain.md §5.1 and §5.2, a whole class of them, as the coordinator's screens and files say them: to the minute."""

from __future__ import annotations

from collections import Counter
from typing import Any

from leaving import HEADINGS, fetch, make, table, tables
from serving import Site
from yearland import BEHIND, CLASS, GONE, ONE_SHORT, THE_DAY, Date, Land

FOUND = {
    "M1": (3_240, 3_240, 3_240), "M2": (6_210, 6_345, 6_210), "M3": (11_700, 12_105, 11_700), "M4": (5_850, 5_985, 5_850),
}  # fmt: skip
OF_THE_DAY = [
    ("08:30", "10:00", "M3", 90, 90, ""), ("10:00", "12:00", "M3", 120, 120, ""), ("11:30", "12:30", "M3", 60, 30, "OVERLAP"),
    ("13:30", "17:30", "M4", 240, 240, ""), ("17:30", "18:15", "M4", 45, 0, "DAY_CAP"), ("22:10", "23:00", "M3", 50, 0, "NIGHT"),
]  # fmt: skip


def class_at(site: Site, month: str) -> dict[str, dict[str, Any]]:
    """What the month's screen is told of everybody."""
    people = site.caller("coordinator", "desk").get(f"/api/desk/months/{CLASS}/people?month={month}").json["people"]
    return {row["name"]: row for row in people}


def is_the_class_at_mid_term(site: Site) -> None:
    """42 filed, 1 left, 41 in training; 318 of 600, who has kept up."""
    people = class_at(site, "2026-02")
    assert (len(people), [name for name, row in people.items() if row["left"]]) == (42, [GONE])
    assert people[GONE]["left"] == "2026-01-09" and class_at(site, "2025-12")[GONE]["left"] is None
    kept_up = [row for row in people.values() if (row["whole"], row["share"]) == (318 * 45, "53.0%")]
    assert len(kept_up) == 40
    assert (people[BEHIND]["whole"], people[BEHIND]["share"]) == (200 * 45, "33.3%")
    assert not any(row["reached"] for row in people.values())
    summary = {row["姓名"]: row for row in table(fetch(site, make(site, "summary", month="2026-02")))}
    assert Counter(row["合计 认可"] for row in summary.values()) == {318: 40, 200: 1, 72: 1}
    assert Counter(row["完成率"] for row in summary.values()) == {"53.0%": 40, "33.3%": 1, "12.0%": 1}


def is_the_class_at_its_end(site: Site) -> None:
    """39 have made it; of the others it is said what is missing; 学徒甲 by modules, losses and shares."""
    people = class_at(site, "2026-08")
    assert sum(row["reached"] for row in people.values()) == 39
    assert people[ONE_SHORT]["verdict"] == "未达标：岗位操作 差 1 学时（45 分钟）" and people[ONE_SHORT]["whole"] == 599 * 45
    missing = "专业基础 差 69 学时（3105 分钟）；岗位操作 差 201 学时（9045 分钟）；基地操作 差 130 学时（5850 分钟）"
    assert people[BEHIND]["verdict"] == f"未达标：{missing}"
    first = people["学徒甲"]
    assert {one["code"]: (one["plan"], one["claimed"], one["credited"]) for one in first["modules"]} == FOUND
    assert first["lost"] == {"returned": 270, "DAY_CAP": 135, "NO_CHECK_IN": 135, "ONLINE_CAP": 135}
    assert (first["plan"], first["whole_claimed"], first["whole"], first["share"]) == (27_000, 27_675, 27_000, "100.0%")
    assert first["shares"] == {"general": "12.0%", "foundation": "23.0%", "operation": "65.0%", "base": "21.7%"}
    shown = site.caller("coordinator", "desk").get("/api/desk/progress?page=1").json
    assert shown["total"] == 42
    assert {row["person"]: row["credited"] for row in shown["items"]} == {name: row["whole"] for name, row in people.items()}


def is_the_class_on_paper(site: Site) -> None:
    rows, summary, modules, _ = tables(fetch(site, make(site, "ledger")))
    assert [list(found[0]) for found in (rows, summary)] == [HEADINGS["ledger"], HEADINGS["summary"]]
    assert sum(row["认可分钟"] for row in rows) == (39 * 600 + 599 + 200 + 72) * 45
    assert Counter(row["是否达标"] == "达标" for row in summary) == {True: 39, False: 3}
    [first] = [row for row in summary if row["姓名"] == "学徒甲"]
    parts = ("通用素质 认可", "专业基础 认可", "专业基础 其中线上", "操作技能—企业 认可", "操作技能—公共实训基地 认可")
    assert [first[name] for name in parts] == [72, 138, 69, 260, 130]
    assert (first["合计 计划"], first["合计 认可"], first["完成率"]) == (600, 600, "100.0%")
    assert first["备注"] == "被退回 270 分钟；超日上限 135 分钟；基地未签到 135 分钟；超线上比例 135 分钟"
    its = {row["模块编号"]: (row["计划分钟"], row["申报分钟"], row["认可分钟"]) for row in modules if row["姓名"] == "学徒甲"}
    assert its == FOUND
    of_the_day = [row for row in rows if (row["学徒"], row["日期"]) == ("学徒02", THE_DAY.isoformat())]
    names = ("起", "止", "模块编号", "申报分钟", "认可分钟", "异常代码")
    assert [tuple(row[name] or "" if name == "异常代码" else row[name] for name in names) for row in of_the_day] == OF_THE_DAY
    days = {row["姓名"]: row["18"] for row in table(fetch(site, make(site, "attendance", month="2026-03")))}
    assert days["学徒02"] == 10.6, "480 minutes are 10.6 学时, and not 10.7"
    uses = table(fetch(site, make(site, "base_use", month="2026-03")))
    [use] = [row for row in uses if row["日期"] == THE_DAY.isoformat() and row["起止"] == "13:30–17:30"]
    assert (use["学徒人数"], use["分钟"], use["学时"]) == (39, 240, 5.3)


def test_a_class_of_42_from_filing_to_its_end(both: Site) -> None:
    """§5.1"""
    for year in Land(both).class_of_42():
        year.send()
    assert both.caller("coordinator", "desk").get("/api/desk/classes").json["items"][0]["people"] == 42
    is_the_class_at_mid_term(both)
    is_the_class_at_its_end(both)
    is_the_class_on_paper(both)


def test_a_trainee_six_lessons_short_and_after_his_make_up(both: Site) -> None:
    """§5.2: module by module, before 2026-04-10 and after; what he has too much of in A covers nothing in C."""
    year = Land(both).trainee(2, "技培生甲")
    year.send()
    planned = {"G": 60, "F": 150, "base": 90, "A": 120, "B": 100, "C": 80}
    before = class_at(both, "2026-04")["技培生甲"]
    assert {one["code"]: one["plan"] for one in before["modules"]} == {code: lessons * 45 for code, lessons in planned.items()}
    assert {one["code"]: one["credited"] for one in before["modules"]} == {code: lessons * 45 for code, lessons in (planned | {"C": 74}).items()}
    assert (before["whole"], before["verdict"], before["reached"]) == (594 * 45, "未达标：岗位 C 差 6 学时（270 分钟）", False)
    year.entry(Date(2026, 4, 9), 480, 270, "A", "post", 270)
    year.send()
    too_much = class_at(both, "2026-04")["技培生甲"]
    assert (too_much["whole"], too_much["verdict"]) == (600 * 45, "未达标：岗位 C 差 6 学时（270 分钟）")
    year.entry(Date(2026, 4, 10), 480, 270, "C", "post", 270)
    year.send()
    after = class_at(both, "2026-04")["技培生甲"]
    assert ({one["code"]: one["missing"] for one in after["modules"]}, after["reached"]) == (dict.fromkeys(planned, 0), True)
    [on_paper] = table(fetch(both, make(both, "summary", month="2026-04")))
    assert (on_paper["合计 计划"], on_paper["是否达标"]) == (600, "达标")
