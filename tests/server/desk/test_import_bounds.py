"""Odd files: days of other centuries, plans no handbook can hold, rows no database takes, hundreds of classes, and more files than one
person can look through. Each is told at once, and none holds up the rows beside it."""

from __future__ import annotations

import gc
import json
import time
from typing import Any

import pytest
import sqlalchemy as sa

import rosters
from colleges import set_up
from server.commands.jobs import do_waiting
from server.log import JsonLines
from server.papers.incoming.sheets import Cell
from server.services.books import intake
from server.services.setup import imports
from server.services.setup.imports import judged, roster
from server.services.setup.imports.known import Known, Org
from server.services.setup.imports.lines import Line
from server.services.setup.imports.roster import Read
from server.store.db import writing
from serving import COLLEGE, Caller, Site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ["姓名", "身份证号码", "所在班级", "企业名称", "职业（工种）", "培训等级", "培训起止日期", "出生日期", "协议编号", "协议起止", "毕业时间"]
PLAN = ("方案名称", "职业(工种)", "等级", "模块编号", "模块名称", "课程类别", "性质", "培训地点", "计划学时", "规则")
PAIR = ("学徒姓名", "导师姓名", "结对开始日期", "结对结束日期")
DAYS = "2026-01-01至2026-12-31"


@pytest.fixture
def college(both: Site) -> Site:
    set_up(both.app, COLLEGE)
    return both


def line(at: int, group: str = "二班", span: str = DAYS, born: str = "", agreed: str = "", graduates: str = "") -> list[str]:
    person = rosters.person(at)
    number = rosters.identity(at, born.replace("-", "")) if born else person["id_number"]
    trade, enterprise = rosters.OCCUPATIONS[0], rosters.ENTERPRISES[0].name
    return [person["name"], number, group, enterprise, *trade, span, born, "XY-1" if agreed else "", agreed, graduates]


def drop(desk: Caller, lines: list[Any], kind: str = "roster") -> Any:
    answer = desk.post(f"/api/desk/imports?kind={kind}&name=a.xlsx", data=rosters.write(lines), content_type=XLSX)
    assert answer.status_code == 200, answer.text
    return answer.json


def write(site: Site, desk: Caller, report: dict[str, Any]) -> dict[str, int]:
    job = desk.post(f"/api/desk/imports/{report['id']}/write").json["job"]
    assert do_waiting(site.app, site.clock) == 1
    done = desk.get(f"/api/desk/jobs/{job}").json
    assert done["state"] == "done", done
    result: dict[str, int] = done["result"]
    return result


def words(desk: Caller, report: dict[str, Any], state: str = "bad") -> dict[int, set[str]]:
    items = desk.get(f"/api/desk/imports/{report['id']}/rows?state={state}&size=100").json["items"]
    return {row["row"]: {fault["word"] for fault in row["faults"] if not fault["hint"]} for row in items}


# --- days ----------------------------------------------------------------------------------------------------------


def test_days_of_other_centuries_are_told_when_they_are_judged(college):
    """A book knows days from 2000 to 2099; a day of birth lies where it lies."""
    desk = college.caller("coordinator", "desk")
    lines = [
        line(0, span="2126-01-01至2126-12-31"), line(1, span="1999-09-01至2000-08-31", born="1970-01-01"), line(2, span="2099-06-01至2100-05-31"),
        line(3, agreed="1998-01-01至2026-12-31"), line(4, graduates="2126-07"), line(5, born="1970-01-01"), line(6, agreed=DAYS),
    ]  # fmt: skip
    report = drop(desk, [HEAD, *lines])["report"]
    assert words(desk, report) == {2: {"bad_day"}, 3: {"bad_day"}, 4: {"bad_day"}, 5: {"bad_day"}, 6: {"graduates_odd"}}
    assert report["counts"]["good"] == 2 and write(college, desk, report)["written"] == 2
    [fault] = [one for one in desk.get(f"/api/desk/imports/{report['id']}/rows?state=bad").json["items"][0]["faults"] if not one["hint"]]
    assert fault["said"] == {"value": "2126-01-01至2126-12-31"} and fault["letter"] == "G"


def test_two_columns_of_days_keep_to_the_same_century(college):
    desk = college.caller("coordinator", "desk")
    head = [*HEAD[:6], "开始日期", "结束日期"]
    lines = [[*line(0)[:6], "1999-09-01", "2000-08-31"], [*line(1)[:6], "2099-09-01", "2100-08-31"], [*line(2)[:6], "2026-01-01", "2026-12-31"]]
    report = drop(desk, [head, *lines])["report"]
    assert words(desk, report) == {2: {"bad_day"}, 3: {"bad_day"}} and report["counts"]["good"] == 1


def test_pairings_keep_to_them_too(college):
    desk = college.caller("coordinator", "desk")
    write(college, desk, drop(desk, [HEAD, line(0)])["report"])
    name = rosters.person(0)["name"]
    report = drop(desk, [list(PAIR), [name, "周国强", "2126-01-01", ""], [name, "周国强", "2026-02-01", ""]], "pairings")["report"]
    assert words(desk, report) == {2: {"bad_day"}} and report["counts"]["good"] == 1


# --- plans ---------------------------------------------------------------------------------------------------------


def heavy(name: str = "大方案") -> list[list[str]]:
    kinds = ("通用素质", "专业基础", "操作技能")
    return [[name, "电工", "四级", f"{'M' * 60}{at:02d}", "模" * 40, kinds[at % 3], "理论", "院校", "30", ""] for at in range(20)]


def test_a_plan_no_handbook_can_hold_is_told_when_it_is_judged(college):
    """By the same limit and word as at the desk; places and closed days of the version before weigh as well."""
    desk = college.caller("coordinator", "desk")
    report = drop(desk, [list(PLAN), *heavy()], "plans")["report"]
    assert report["counts"] == {"bad": 20, "good": 0, "same": 0, "written": 0}
    found = words(desk, report)
    assert found[2] == {"plan_too_large"} and set().union(*found.values()) == {"plan_too_large", "plan_broken"}
    light = drop(desk, [list(PLAN), *heavy()[:6]], "plans")["report"]
    assert light["counts"]["good"] == 6
    with college.app.app_context(), writing() as conn:
        days = '","'.join(f"2026-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 28))
        conn.execute(sa.text("UPDATE plans SET closed_days = :days"), {"days": f'["{days}"]'})
    told = write(college, desk, light)
    assert (told["written"], told["bad"]) == (0, 6) and words(desk, light)[2] == {"plan_too_large"}
    assert college.rows("SELECT count(*) FROM plans WHERE name = '大方案'") == [(0,)]


# --- a row that cannot be written ----------------------------------------------------------------------------------


def spoil(monkeypatch: pytest.MonkeyPatch, why: Exception, *names: str) -> list[int]:
    """Whoever is called so cannot be written; how many were tried at once."""
    tried, real = [], judged.WRITERS["roster"]

    def write_all(conn: Any, hand: Any, rows: Any) -> None:
        tried.append(len(rows))
        real(conn, hand, rows)
        if {row["name"] for row in rows} & set(names):
            raise why

    monkeypatch.setitem(judged.WRITERS, "roster", write_all)
    return tried


@pytest.mark.parametrize("why", [
    sa.exc.IntegrityError("INSERT", {"name": "赵"}, Exception("Key (login)=(秘密) already exists")),
    RuntimeError("an operation of ours was not taken"),
])  # fmt: skip
def test_one_row_that_fails_is_set_aside_and_the_others_are_written(college, monkeypatch, caplog, why):
    desk = college.caller("coordinator", "desk")
    report = drop(desk, [HEAD, *(line(at) for at in range(50))])["report"]
    monkeypatch.setattr(imports, "AT_ONCE", 20)
    tried = spoil(monkeypatch, why, rosters.person(5)["name"], rosters.person(45)["name"])
    told = write(college, desk, report)
    assert (told["written"], told["bad"]) == (48, 2), told
    assert words(desk, report) == {7: {"row_unwritten"}, 47: {"row_unwritten"}}
    assert tried == [20, *[1] * 20, 20, 10, *[1] * 10], "only the rows of a batch that failed"
    assert college.rows("SELECT count(*) FROM enrolled") == [(48,)] and college.rows("SELECT count(*) FROM identities") == [(48,)]
    logged = str([json.loads(JsonLines().format(record)) for record in caplog.records])
    assert type(why).__name__ in logged and "write_all" in logged
    assert not any(secret in logged for secret in ("秘密", rosters.person(5)["name"], rosters.person(5)["id_number"]))
    monkeypatch.undo()
    again = desk.post(f"/api/desk/imports/{report['id']}/columns", {"columns": [], "plan": None}).json
    assert again["counts"]["good"] == 2 and write(college, desk, again)["written"] == 50


def test_a_row_the_intake_does_not_take_stops_no_other(college, monkeypatch):
    """A plan of an earlier release that no operation can hold: whoever follows it stays out, with a sentence."""
    desk = college.caller("coordinator", "desk")
    other = [*line(5, "晚间部")[:4], *rosters.OCCUPATIONS[1], DAYS, "", "", "", ""]
    report = drop(desk, [HEAD, *(line(at) for at in range(5)), other])["report"]
    with college.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE plans SET closed_days = :days WHERE id = 'plan-1'"), {"days": '["' + '","'.join(["2026-01-01"] * 900) + '"]'})
    assert report["counts"]["good"] == 6
    told = write(college, desk, report)
    assert (told["written"], told["bad"]) == (5, 1) and words(desk, report) == {7: {"row_unwritten"}}


def test_a_moments_trouble_costs_no_row(college, monkeypatch):
    """A batch that fails once is written singly; nothing is set aside, and nothing is there twice."""
    desk = college.caller("coordinator", "desk")
    report = drop(desk, [HEAD, *(line(at) for at in range(5))])["report"]
    real, failed = intake.accept_own, []

    def once(*given: Any) -> None:
        real(*given)
        if not failed:
            failed.append(True)
            raise sa.exc.OperationalError("INSERT", {}, Exception("deadlock detected"))

    monkeypatch.setattr(intake, "accept_own", once)
    assert write(college, desk, report) | {"import": ""} == {"import": "", "written": 5, "bad": 0, "same": 0}
    assert college.rows("SELECT count(*) FROM enrolled") == [(5,)]


# --- how much at once ----------------------------------------------------------------------------------------------


def test_hundreds_of_new_classes_in_one_file_are_refused(college):
    desk = college.caller("coordinator", "desk")
    report = drop(desk, [HEAD, *(line(at, f"第{at}届") for at in range(301))])["report"]
    assert report["counts"] == {"bad": 301, "good": 0, "same": 0, "written": 0}
    assert [one for one in report["words"] if one["word"] == "classes_too_many"] == [{"word": "classes_too_many", "rows": 301}]
    assert words(desk, report)[2] == {"classes_too_many"}
    report = drop(desk, [HEAD, *(line(at, f"第{at}届") for at in range(300))])["report"]
    assert report["counts"]["good"] == 300, report["words"]


def many_classes(count: int) -> list[Line]:
    return [Line(at, {"name": Cell("张伟"), "class": Cell(f"{at}班机电"), "enterprise": Cell(f"无此企业{at}")}) for at in range(count)]


def judged_s(lines, reads, known) -> float:
    """Without the pauses of a process that has run for half an hour and collects what other tests have left."""
    gc.collect()
    gc.disable()
    began = time.process_time()
    roster.judge(lines, reads, known, None)
    took = time.process_time() - began
    gc.enable()
    assert all("classes_too_many" in {fault.word for fault in line.faults} for line in lines)
    return took


def test_judging_takes_each_line_once_however_many_classes_there_are():
    """Four times the lines, each of a class of its own: about four times as long, and not sixteen."""
    took = []
    for count in (2000, 8000):
        orgs = [Org(str(at), "enterprise", f"海滨精密{at}有限公司", None) for at in range(200)]
        known = Known(COLLEGE, "2026-01-01", orgs, {}, {}, [], set())
        reads = [Read("张伟", "resident", "", None, None, "")] * count
        took.append(min(judged_s(many_classes(count), reads, known) for _ in range(3)))
    assert took[1] < 8 * took[0], took


def test_nobody_leaves_more_than_twenty_files_open(college, monkeypatch):
    """Three here, for the clock."""
    assert imports.MOST_OPEN == 20
    monkeypatch.setattr(imports, "MOST_OPEN", 3)
    monkeypatch.setattr(imports, "MOST_LISTED", 1)
    desk = college.caller("coordinator", "desk")
    made = [drop(desk, [HEAD, line(at)])["report"] for at in range(3)]
    assert drop(desk, [HEAD, line(20)]) == {"word": "files_too_many", "report": None}
    assert college.rows("SELECT count(*) FROM imports") == [(3,)]
    assert {one["id"] for one in desk.get("/api/desk/imports").json["items"]} == {one["id"] for one in made}, "what is open is listed"
    assert write(college, desk, made[0])["written"] == 1
    made.append(drop(desk, [HEAD, line(20)])["report"])
    assert drop(desk, [HEAD, line(21)])["word"] == "files_too_many"
    assert desk.post(f"/api/desk/imports/{made[1]['id']}/drop").status_code == 204
    assert drop(desk, [HEAD, line(21)])["report"]
