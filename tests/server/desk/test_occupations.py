"""Occupations and their levels: everybody's and a college's own; what plans rest on stays; plans take theirs from here."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

import rosters
from colleges import meet, set_up
from server.commands.jobs import do_waiting
from server.papers.incoming.levels import read_level
from server.services.demo.cast import MODULES
from server.services.setup.imports import kept
from server.store.days import DAY, day_of
from server.store.db import db, writing
from server.store.people import orgs
from server.store.setup import occupations
from serving import COLLEGE, NOW, Caller, Site

DOOR = "/api/desk/occupations"
TODAY, YESTERDAY, TOMORROW = day_of(NOW), day_of(NOW - DAY), day_of(NOW + DAY)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ("方案名称", "职业(工种)", "等级", "模块编号", "模块名称", "课程类别", "性质", "培训地点", "计划学时")
LEVELS = ("学徒工", "五级/初级工", "四级/中级工", "三级/高级工", "二级/技师", "一级/高级技师", "特级技师", "首席技师")


def said(**changed):
    return {
        "code": "6-18-01-07", "name": "铣工", "edition": 2022, "source": "职业分类大典 2022", "levels": ["L3_senior", "L2_intermediate"],
    } | changed  # fmt: skip


def plan(occupation: str, **changed):
    return {
        "name": "铣工方案", "occupation": occupation, "level": "高级工", "rule_set": "rules-1", "modules": MODULES["student_apprentice"],
        "places": [], "closed_days": [], "filed_on": None, "classes": [],
    } | changed  # fmt: skip


@pytest.fixture
def college(both: Site) -> Site:
    set_up(both.app, COLLEGE)
    return both


def make(caller: Caller, **changed) -> str:
    answer = caller.post(DOOR, said(**changed))
    assert answer.status_code == 200, answer.text
    return answer.json["id"]


def row_of(caller: Caller, made: str) -> dict:
    return next(row for row in caller.get(f"{DOOR}?size=100").json["items"] if row["id"] == made)


def test_the_eight_levels_come_from_one_list_the_lowest_first(both: Site):
    levels = both.caller("coordinator", "desk").get(f"{DOOR}/levels").json["items"]
    assert tuple(level["name"] for level in levels) == LEVELS
    assert [level["grade"] for level in levels] == [None, 5, 4, 3, 2, 1, None, None]


@pytest.mark.parametrize(("said_as", "written"), [
    ("学徒工", "学徒工"), ("首席技师", "首席技师"), ("特级技师", "特级技师"), ("高级", "三级/高级工"), ("3", "三级/高级工"), ("三级", "三级/高级工"),
    ("三级(高级工)", "三级/高级工"), ("高级工（三级）", "三级/高级工"), ("高级工/三级", "三级/高级工"), ("六级", None), ("", None),
])  # fmt: skip
def test_a_level_is_read_as_people_write_it(said_as, written):
    assert read_level(said_as) == written


def test_one_is_made_found_sorted_and_written_down(college: Site):
    desk = college.caller("coordinator", "desk")
    made = make(desk)
    row = row_of(desk, made)
    assert (row["level_names"], row["edition"], row["plans"], row["changeable"]) == (["四级/中级工", "三级/高级工"], 2022, 0, True)
    for text in ("铣", "6-18-01"):
        assert [one["id"] for one in desk.get(f"{DOOR}?text={text}").json["items"]] == [made]
    codes = [one["code"] for one in desk.get(f"{DOOR}?sort=-code").json["items"]]
    assert codes == sorted(codes, reverse=True) and len(codes) == 4
    assert desk.get(f"{DOOR}?size=1&page=2").json["total"] == 4
    for sort in ("name", "-name", "edition", "ended_on", "-ended_on"):
        assert desk.get(f"{DOOR}?sort={sort}").status_code == 200
    assert desk.post(f"{DOOR}/{made}", said(levels=["L3_senior"], source="大典更正页")).status_code == 200
    [changed, first] = desk.get("/api/desk/changes?what=occupation&sort=-at").json["items"]
    assert {first["about"], changed["about"]} == {"6-18-01-07 铣工"} and {first["act"], changed["act"]} == {"made", "changed"}
    lines = {line["field"]: (line["was"], line["now"]) for one in (first, changed) if one["act"] == "changed" for line in one["changes"]}
    assert lines == {"source": ("职业分类大典 2022", "大典更正页"), "levels": ("四级/中级工、三级/高级工", "三级/高级工")}


@pytest.mark.parametrize(("changed", "word"), [
    ({"code": "9-18-01-07"}, "occupation_code_odd"), ({"code": "6-18-1-7"}, "occupation_code_odd"), ({"code": "6-18-01-07 "}, "occupation_code_odd"),
    ({"levels": ["L9"]}, "level_unknown"), ({"levels": ["L3_senior", "高级工"]}, "level_unknown"), ({"levels": []}, "level_unknown"),
    ({"source": ""}, "source_missing"), ({"source": "  "}, "source_missing"), ({"name": "某" * 21}, "bad_request"), ({"edition": 22}, "bad_request"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_new_or_changed(changed, word, both: Site):
    desk = both.caller("coordinator", "desk")
    made = make(desk)
    for path in (DOOR, f"{DOOR}/{made}"):
        assert desk.post(path, said(**changed)).json["word"] == word
    assert both.rows("SELECT code, name, edition FROM occupations") == [("6-18-01-07", "铣工", 2022)]


def test_code_name_and_edition_stand_once_and_trades_share_a_code(both: Site):
    desk, other, keeper = (both.caller(name, "desk") for name in ("coordinator", "other_coordinator", "system_admin"))
    made = make(desk)
    assert desk.post(DOOR, said(source="别处")).json["word"] == "occupation_twice"
    trade = make(desk, name="数控铣工")
    make(desk, edition=2015)
    assert desk.post(f"{DOOR}/{trade}", said()).json["word"] == "occupation_twice", "nor by a change"
    assert other.post(DOOR, said()).status_code == 200, "what another college has is nothing to this one"
    make(keeper, name="普通铣工")
    assert desk.post(DOOR, said(name="普通铣工")).json["word"] == "occupation_twice", "everybody's counts as well"
    assert desk.post(f"{DOOR}/{made}/end", {"on": YESTERDAY, "reason": "换成新版"}).status_code == 200
    make(desk)


def test_a_college_keeps_its_own_beside_everybodys(both: Site):
    desk, other, keeper = (both.caller(name, "desk") for name in ("coordinator", "other_coordinator", "system_admin"))
    own, common = make(desk), make(keeper, name="通用铣工")
    seen = {caller: {row["name"] for row in caller.get(DOOR).json["items"]} for caller in (desk, other, keeper)}
    assert seen == {desk: {"铣工", "通用铣工"}, other: {"通用铣工"}, keeper: {"铣工", "通用铣工"}}
    for caller, theirs in ((other, own), (keeper, own), (desk, common), (other, common), (desk, "nobody's")):
        assert caller.post(f"{DOOR}/{theirs}", said(name="改了")).status_code == 404
        assert caller.post(f"{DOOR}/{theirs}/end", {"on": TODAY, "reason": "不用了啊"}).status_code == 404
    assert both.rows("SELECT name FROM occupations WHERE ended_on IS NULL ORDER BY name") == sorted([("铣工",), ("通用铣工",)])
    assert (row_of(desk, own)["changeable"], row_of(desk, common)["changeable"], row_of(keeper, common)["changeable"]) == (True, False, True)
    assert both.caller("enterprise_admin", "desk").get(DOOR).status_code == 403
    assert [one["name"] for one in other.get("/api/desk/plans/choices").json["occupations"]] == ["通用铣工"]


def test_a_plan_takes_occupation_and_level_from_the_register(college: Site):
    desk, other = college.caller("coordinator", "desk"), college.caller("other_coordinator", "desk")
    own, theirs = make(desk), make(other, name="别院铣工")
    [choice] = [one for one in desk.get("/api/desk/plans/choices").json["occupations"] if one["id"] == own]
    assert (choice["code"], choice["edition"], choice["levels"]) == ("6-18-01-07", 2022, ["四级/中级工", "三级/高级工"])
    for level in ("二级/技师", "首席技师", "九级"):
        assert desk.post("/api/desk/plans", plan(own, level=level)).json["word"] == "level_not_of_it"
    for strange in (theirs, "铣工"):
        assert desk.post("/api/desk/plans", plan(strange)).status_code == 404
    made = desk.post("/api/desk/plans", plan(own)).json["id"]
    whole = desk.get(f"/api/desk/plans/{made}").json
    assert (whole["occupation"], whole["level"], whole["occupation_id"]) == ("铣工", "三级/高级工", own)
    assert row_of(desk, own)["plans"] == 1


def test_what_plans_rest_on_stays_and_the_rest_may_grow(college: Site):
    desk = college.caller("coordinator", "desk")
    own = make(desk)
    assert desk.post("/api/desk/plans", plan(own)).status_code == 200
    for changed in ({"name": "铣工二"}, {"code": "6-18-01-08"}, {"edition": 2015}, {"levels": ["L2_intermediate"]}):
        assert desk.post(f"{DOOR}/{own}", said(**changed)).json["word"] == "occupation_in_plans"
    assert desk.post(f"{DOOR}/{own}", said(levels=["L4_technician", "L3_senior"], source="更正的来源")).status_code == 200
    assert row_of(desk, own)["level_names"] == ["三级/高级工", "二级/技师"]


def test_one_that_has_ended_is_taken_by_no_new_plan(college: Site):
    desk = college.caller("coordinator", "desk")
    own = make(desk)
    assert desk.post(f"{DOOR}/{own}/end", {"on": TODAY, "reason": "大典改版"}).status_code == 200
    assert desk.post("/api/desk/plans", plan(own)).status_code == 200, "its last day is one of use"
    college.pass_time(DAY)
    desk = college.caller("coordinator", "desk")
    assert desk.post("/api/desk/plans", plan(own)).json["word"] == "occupation_ended"
    assert desk.post(f"{DOOR}/{own}", said()).json["word"] == "occupation_ended"
    assert desk.post(f"{DOOR}/{own}/end", {"on": TOMORROW, "reason": "再来一次"}).json["word"] == "occupation_ended"
    assert own not in {one["id"] for one in desk.get("/api/desk/plans/choices").json["occupations"]}
    assert [one["id"] for one in desk.get(f"{DOOR}?state=ended").json["items"]] == [own]
    assert own not in {one["id"] for one in desk.get(f"{DOOR}?state=running").json["items"]}
    [plan_row] = [one for one in desk.get("/api/desk/plans").json["items"] if one["name"] == "铣工方案"]
    assert plan_row["registered"] is True
    [ended] = desk.get("/api/desk/changes?what=occupation&act=ended").json["items"]
    assert {line["field"]: line["now"] for line in ended["changes"]} == {"ended_on": TODAY, "reason": "大典改版"}


def test_an_old_plan_keeps_its_words_and_says_where_they_are_not_registered(college: Site):
    desk = college.caller("coordinator", "desk")
    with college.app.app_context(), writing() as conn:
        for number, (occupation, level) in enumerate((("锻造老工种", "高级"), ("车工", "三级/高级工"), ("车工", "高级"))):
            orgs.insert_plan(conn, {
                "id": f"old-{number}", "org_id": COLLEGE, "rule_set_id": "rules-1", "name": f"旧 {number}", "occupation": occupation, "level": level,
                "version": 1, "modules": MODULES["student_apprentice"], "places": [], "closed_days": [],
            })  # fmt: skip
    rows = {one["id"]: one for one in desk.get("/api/desk/plans").json["items"]}
    shown = [(rows[f"old-{n}"]["occupation"], rows[f"old-{n}"]["level"], rows[f"old-{n}"]["registered"]) for n in range(3)]
    assert shown == [("锻造老工种", "高级", False), ("车工", "三级/高级工", True), ("车工", "高级", False)]
    assert desk.get("/api/desk/plans/old-0").json["occupation_id"] is None


def file_of(occupation: str, level: str) -> bytes:
    return rosters.write([list(HEAD), ["新方案", occupation, level, "M1", "通用素质", "通用素质", "理论", "企业岗位", "72"]])


@pytest.mark.parametrize(("occupation", "level", "word", "said_of"), [
    ("没有的工种", "三级", "occupation_unknown", {"value": "没有的工种"}),
    ("工业机器人系统操作贝", "三级", "occupation_near", {"other": "工业机器人系统操作员"}),
    ("铣工", "二级", "level_not_of_it", {"value": "二级/技师", "other": "铣工"}), ("铣工", "首席技师", "level_not_of_it", {"other": "铣工"}),
    ("别院铣工", "三级", "occupation_unknown", {"value": "别院铣工"}),
    ("磨工", "三级", "occupation_unclear", {"other": "6-18-01-04、6-18-01-05"}),
])  # fmt: skip
def test_a_file_of_plans_names_what_is_not_registered(occupation, level, word, said_of, college: Site):
    desk, other = college.caller("coordinator", "desk"), college.caller("other_coordinator", "desk")
    make(desk)
    make(other, name="别院铣工")
    for code in ("6-18-01-04", "6-18-01-05"):
        make(desk, code=code, name="磨工")
    report = desk.post("/api/desk/imports?kind=plans", data=file_of(occupation, level), content_type=XLSX).json["report"]
    assert report["counts"]["bad"] == 1
    [row] = desk.get(f"/api/desk/imports/{report['id']}/rows?size=100").json["items"]
    [fault] = [one for one in row["faults"] if one["word"] == word]
    assert said_of.items() <= fault["said"].items()


# the longest a name can be
LONG = "工业机器人系统操作与维护保养及装配调试师"


@pytest.mark.parametrize("called", [LONG, f"6-18-01-04 {LONG}", f"6-18-01-04{LONG}"])
def test_a_file_of_plans_is_linked_to_the_newest_edition(called, college: Site):
    desk = college.caller("coordinator", "desk")
    for edition in (2015, 2022):
        make(desk, code="6-18-01-04", name=LONG, edition=edition)
    if called != LONG:
        make(desk, code="6-18-01-05", name=LONG)
    report = desk.post("/api/desk/imports?kind=plans", data=file_of(called, "三级"), content_type=XLSX).json["report"]
    desk.post(f"/api/desk/imports/{report['id']}/write")
    assert do_waiting(college.app, college.clock) == 1
    linked = "SELECT p.occupation, p.level, o.code, o.edition FROM plans p JOIN occupations o ON o.id = p.occupation_id WHERE p.name = '新方案'"
    assert college.rows(linked) == [(LONG, "三级/高级工", "6-18-01-04", 2022)]


def test_a_file_that_was_judged_before_its_occupation_ended_is_judged_again(college: Site):
    desk = college.caller("coordinator", "desk")
    made = make(desk)
    report = desk.post("/api/desk/imports?kind=plans", data=file_of("铣工", "三级"), content_type=XLSX).json["report"]
    assert report["counts"]["good"] == 1
    assert desk.post(f"{DOOR}/{made}/end", {"on": YESTERDAY, "reason": "大典改版"}).status_code == 200
    desk.post(f"/api/desk/imports/{report['id']}/write")
    do_waiting(college.app, college.clock)
    assert college.rows("SELECT count(*) FROM plans WHERE name = '新方案'") == [(0,)]
    [row] = desk.get(f"/api/desk/imports/{report['id']}/rows?size=100").json["items"]
    assert "occupation_unknown" in {fault["word"] for fault in row["faults"]}


def test_no_plan_comes_to_rest_on_one_while_it_is_changed(college: Site, monkeypatch):
    """Whoever asks which levels plans take holds new ones off until the change is written."""
    first, second = (college.caller("coordinator", "desk") for _ in range(2))
    made = make(first)
    early, got = meet(
        monkeypatch, occupations, "update_occupation", lambda: first.post(f"{DOOR}/{made}", said(levels=["L2_intermediate"])).status_code,
        lambda: second.post("/api/desk/plans", plan(made)).json.get("word"),
    )  # fmt: skip
    assert (early, got) == ([False], (200, "level_not_of_it")), "the plan took a level that was going"


def test_the_database_refuses_a_second_one_in_use(both: Site):
    make(both.caller("coordinator", "desk"))
    row = both.rows("SELECT org_id, code, name, edition, source, levels FROM occupations")[0]._mapping
    with both.app.app_context(), db.engine.connect() as conn, pytest.raises(Exception, match="(?i)unique"):
        occupations.insert_occupations(conn, [{**row, "id": "again", "levels": json.loads(row["levels"])}])


# --- what files take ------------------------------------------------------------------------------------------------


def bring(college: Site, desk: Caller, data: bytes, kind: str = "plans") -> dict:
    report = desk.post(f"/api/desk/imports?kind={kind}", data=data, content_type=XLSX).json["report"]
    if report["counts"]["good"]:
        desk.post(f"/api/desk/imports/{report['id']}/write")
        assert do_waiting(college.app, college.clock) == 1
    return report["counts"]


def resting(college: Site) -> list[tuple]:
    linked = "SELECT p.version, p.occupation, o.code, o.edition, o.org_id FROM plans p LEFT JOIN occupations o ON o.id = p.occupation_id"
    return college.rows(f"{linked} WHERE p.name = '新方案' ORDER BY p.version")


def test_a_name_is_kept_as_files_read_it(college: Site):
    desk = college.caller("coordinator", "desk")
    for name in ("  ", "铣", "㈱" * 7):
        assert desk.post(DOOR, said(name=name)).json["word"] == "bad_request", name
    made = make(desk, name=" 车工（数控 车工）")
    assert row_of(desk, made)["name"] == "车工(数控车工)"
    for name in ("车工(数控车工)", "车 工（数控车工）", "车工\u200b(数控车工)"):
        assert desk.post(DOOR, said(name=name)).json["word"] in ("occupation_twice", "bad_request"), name
    assert bring(college, desk, file_of("车工（数控车工）", "三级"))["good"] == 1
    row = rosters.person(0) | {"occupation": "车工（数控车工）", "level": "三级/高级工", "class": "新来的一班"}
    roster = rosters.write([list(rosters.HEAD), rosters.second_head(), [row[name] for name in rosters.FIELDS]])
    assert bring(college, desk, roster, "roster")["good"] == 1


def test_a_plan_without_a_link_is_the_same_and_one_of_another_code_is_not(college: Site):
    desk = college.caller("coordinator", "desk")
    for code in ("6-18-01-04", "6-18-01-05"):
        make(desk, code=code, name="磨工")
    assert bring(college, desk, file_of("6-18-01-04 磨工", "三级"))["good"] == 1
    with college.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE plans SET occupation_id = NULL WHERE name = '新方案'"))
    assert bring(college, desk, file_of("6-18-01-04 磨工", "三级"))["same"] == 1
    with college.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE plans SET occupation_id = (SELECT id FROM occupations WHERE code = '6-18-01-04') WHERE name = '新方案'"))
    assert bring(college, desk, file_of("6-18-01-05 磨工", "三级"))["good"] == 1
    assert [(row[0], row[2]) for row in resting(college)] == [(1, "6-18-01-04"), (2, "6-18-01-05")]


def test_the_edition_that_has_the_level_is_taken_and_ones_own_before_everybodys(college: Site):
    desk, keeper = college.caller("coordinator", "desk"), college.caller("system_admin", "desk")
    make(desk, edition=2015, levels=["L3_senior", "L2_intermediate"])
    make(desk, edition=2022, levels=["L2_intermediate"])
    assert bring(college, desk, file_of("铣工", "三级"))["good"] == 1 and resting(college)[0][3] == 2015
    make(keeper, edition=2022, levels=["L2_intermediate"])
    assert bring(college, desk, file_of("铣工", "四级"))["good"] == 1
    assert [(row[3], row[4]) for row in resting(college)] == [(2015, COLLEGE), (2022, COLLEGE)]
    own = next(row for row in desk.get(f"{DOOR}?size=100&text=铣工").json["items"] if row["edition"] == 2022 and row["changeable"])
    assert desk.post(f"{DOOR}/{own['id']}", said(levels=["L2_intermediate"], source="更正来源")).status_code == 200


def test_a_file_judged_by_the_release_before_is_judged_again(college: Site, monkeypatch):
    desk = college.caller("coordinator", "desk")
    make(desk)
    seal = kept.seal_row

    def seal_without_link(box, line, cells):
        line.write = line.write and {name: given for name, given in line.write.items() if name != "occupation_id"}
        return seal(box, line, cells)

    monkeypatch.setattr(kept, "seal_row", seal_without_link)
    report = desk.post("/api/desk/imports?kind=plans", data=file_of("铣工", "三级"), content_type=XLSX).json["report"]
    monkeypatch.undo()
    desk.post(f"/api/desk/imports/{report['id']}/write")
    assert do_waiting(college.app, college.clock) == 1 and resting(college)[0][1:3] == ("铣工", "6-18-01-07")


def test_no_file_comes_to_rest_on_one_while_it_is_changed(college: Site, monkeypatch):
    desk, second = (college.caller("coordinator", "desk") for _ in range(2))
    made = make(desk)
    report = desk.post("/api/desk/imports?kind=plans", data=file_of("铣工", "三级"), content_type=XLSX).json["report"]
    desk.post(f"/api/desk/imports/{report['id']}/write")
    early, got = meet(
        monkeypatch, orgs, "insert_plan", lambda: do_waiting(college.app, college.clock),
        lambda: second.post(f"{DOOR}/{made}", said(levels=["L2_intermediate"], name="铣工改")).json.get("word"),
    )  # fmt: skip
    assert (early, got) == ([False], (1, "occupation_in_plans")) and resting(college)[0][1] == "铣工"


def test_two_who_make_the_same_at_once_are_told_so(college: Site, monkeypatch):
    first, second = (college.caller("coordinator", "desk") for _ in range(2))
    early, got = meet(
        monkeypatch, occupations, "insert_occupations", lambda: first.post(DOOR, said()).status_code,
        lambda: second.post(DOOR, said()).json.get("word"),
    )  # fmt: skip
    assert got == (200, "occupation_twice")
