"""Results out of a spreadsheet: each becomes a claim in the coordinator's name, once; somebody else says whether it holds."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest

import rosters
from hands import SYNC, Hand, said, tell
from server.commands.jobs import do_waiting
from server.papers.incoming.columns import FIELDS
from server.services.people import roster
from server.services.setup import imports
from serving import BOOK, COLLEGE, FIRM, OTHER_COLLEGE, Caller, Site, person_id

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = (
    "姓名", "学号/证件号码", "班级", "竞赛名称", "级别", "赛项", "组别", "日期", "年度", "名次", "奖项", "总成绩", "主办单位", "代表单位", "指导教师",
)  # fmt: skip
ROW = {"竞赛名称": "湛江市选拔赛（示例）", "级别": "市一类", "赛项": "钳工", "组别": "学生组", "日期": "2026-05-20", "名次": "3", "总成绩": "88.40"}
ME = "name of apprentice"
# name, log-in, whose college; two are called the same, and one learns elsewhere
OTHERS = (("王小明", "wang1", COLLEGE), ("王小明", "wang2", COLLEGE), ("李芳", "lifang", COLLEGE), ("陈默", "chenmo", OTHER_COLLEGE))


def fixed(group: int, number: int) -> str:
    return f"{group}0000000-0000-4000-8000-{number:012d}"


@pytest.fixture
def college(both: Site) -> Site:
    """The apprentice of the cast and four more, each with a handbook; a second coordinator sits beside the first."""
    both.open_book()
    for number, (name, login, college) in enumerate(OTHERS, start=1):
        person, book = fixed(7, number), fixed(8, number)
        with both.app.app_context():
            assert roster.make_person(person, name, login, both.at) is None
            roster.give_role(person, "apprentice", FIRM)
        opened = {
            "apprentice": person, "learner": "student_apprentice", "occupation": "钳工", "level": "中级", "enterprise": FIRM, "college": college,
            "from": "2026-03-01", "to": "2027-02-28",
        }  # fmt: skip
        by = "coordinator" if college == COLLEGE else "other_coordinator"
        assert both.decide("book.opened", opened, book, book=book, by=by)["as"] == "accepted"
        joined = {"member": fixed(9, number), "person": person, "role": "apprentice", "org": None, "from": "2026-03-01", "to": None}
        assert both.decide("member.joined", joined, book, book=book, by=by)["as"] == "accepted"
    with both.app.app_context():
        roster.give_role(person_id("authority"), "coordinator", COLLEGE)
    return both


def row(name: str = ME, **more: Any) -> dict[str, Any]:
    return {**ROW, "姓名": name, **more}


def sheet(*rows: dict[str, Any]) -> bytes:
    return rosters.write([list(HEAD), *([one.get(name, "") for name in HEAD] for one in rows)])


def send(desk: Caller, raw: bytes, kind: str = "results", content: str = XLSX) -> dict[str, Any]:
    answer = desk.post(f"/api/desk/imports?kind={kind}&name=x", data=raw, content_type=content)
    assert answer.status_code == 200 and answer.json["report"], answer.text
    return answer.json["report"]


def drop(desk: Caller, *rows: dict[str, Any]) -> dict[str, Any]:
    return send(desk, sheet(*rows))


def write(site: Site, desk: Caller, report: dict[str, Any]) -> int:
    job = desk.post(f"/api/desk/imports/{report['id']}/write").json["job"]
    assert do_waiting(site.app, site.clock) == 1
    done = desk.get(f"/api/desk/jobs/{job}").json
    assert done["state"] == "done" and done["done"] == done["total"], done
    return done["result"]["written"]


def words(desk: Caller, report: dict[str, Any], state: str = "") -> dict[int, set[str]]:
    rows = desk.get(f"/api/desk/imports/{report['id']}/rows?size=100{state and f'&state={state}'}").json["items"]
    return {one["row"]: {fault["word"] for fault in one["faults"]} for one in rows}


def listed(desk: Caller) -> list[dict[str, Any]]:
    return desk.get("/api/desk/results?sort=person").json["items"]


def counts(site: Site) -> tuple[int, int, int]:
    return tuple(site.rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("ops", "documents", "results"))


def decide(desk: Caller, one: dict[str, Any], kind: str, said: dict[str, Any]) -> dict[str, Any]:
    return desk.act(kind, said, one["id"], one["version"], one["book"])


def test_good_rows_become_claims_in_her_name_and_the_same_again_changes_nothing(college):
    desk, before = college.caller("coordinator", "desk"), counts(college)
    rows = (
        row(主办单位="市人社局（示例）", 指导教师="朱丽华"), row("李芳", 名次="第4名", 年度="2026年度"), row("王小明", **{"学号/证件号码": "wang2"}),
    )  # fmt: skip
    report = drop(desk, *rows)
    assert report["counts"] == {"bad": 0, "good": 3, "same": 0, "written": 0} and report["fits"] is None
    assert counts(college) == before, "judging writes nothing"
    assert write(college, desk, report) == 3
    assert tuple(now - then for now, then in zip(counts(college), before, strict=True)) == (3, 3, 3)
    mine, second, third = sorted(listed(desk), key=lambda one: one["book"])
    assert [(one["person_name"], one["state"], one["claimed_by"], one["own"]) for one in (mine, second, third)] == [
        (name, "claimed", "name of coordinator", True) for name in (ME, "王小明", "李芳")
    ]  # fmt: skip
    assert mine["content"] == {
        "competition": "湛江市选拔赛(示例)", "year": 2026, "level": "city_1", "event": "钳工", "division": "student", "rank": 3, "score": "88.40",
        "day": "2026-05-20", "photos": [], "organiser": "市人社局(示例)", "coach": "朱丽华",
    }  # fmt: skip
    assert third["content"]["rank"] == 4
    assert college.rows("SELECT person_id FROM results WHERE book_id = :book", book=BOOK) == [(person_id("apprentice"),)]
    body = json.loads(college.rows("SELECT body FROM documents WHERE id = :id", id=mine["id"])[0][0])
    assert body["by"] == person_id("coordinator")
    full = counts(college)
    again = drop(desk, *rows)
    assert again["counts"] == {"bad": 0, "good": 0, "same": 3, "written": 0} and words(desk, again) == {}
    assert write(college, desk, again) == 0 and counts(college) == full
    assert college.caller("other_coordinator", "desk").get("/api/desk/results").json["total"] == 0


@pytest.mark.parametrize(("changed", "word", "field"), [
    ({"姓名": "没有人"}, "apprentice_unknown", "name"), ({"姓名": ""}, "missing", "name"), ({"竞赛名称": ""}, "missing", "competition"),
    ({"赛项": ""}, "missing", "event"), ({"级别": ""}, "missing", "level"), ({"日期": ""}, "missing", "day"),
    ({"级别": "省级"}, "contest_level_unknown", "level"), ({"级别": "三级/高级工"}, "contest_level_unknown", "level"),
    ({"组别": "老年组"}, "division_unknown", "division"), ({"日期": "2026-02-30"}, "bad_day", "day"), ({"日期": "1999-05-20"}, "bad_day", "day"),
    ({"日期": "2026-12-01"}, "day_ahead", "day"), ({"名次": "金牌"}, "rank_odd", "rank"), ({"名次": "0"}, "rank_odd", "rank"),
    ({"名次": "-3"}, "rank_odd", "rank"), ({"名次": "3.5"}, "rank_odd", "rank"), ({"名次": "", "总成绩": ""}, "outcome_missing", "rank"),
    ({"年度": "去年"}, "year_odd", "year"), ({"竞赛名称": "大" * 81}, "too_long", "competition"), ({"赛项": "#REF!"}, "cell_error", "event"),
    ({"姓名": "王小明"}, "apprentice_twice", "name"), ({"姓名": "王小明", "学号/证件号码": "lifang"}, "key_differs", "key"),
    ({"姓名": "王小明", "学号/证件号码": "wang9"}, "apprentice_unknown", "name"),
])  # fmt: skip
def test_a_row_that_cannot_be_taken_says_where_and_why(changed, word, field, college):
    desk = college.caller("coordinator", "desk")
    report = drop(desk, row("李芳"), row("李芳", 赛项="车工"), row(**changed))
    assert report["counts"] == {"bad": 1, "good": 2, "same": 0, "written": 0}
    [bad] = desk.get(f"/api/desk/imports/{report['id']}/rows?state=bad").json["items"]
    [fault] = [fault for fault in bad["faults"] if not fault["hint"]]
    letter = "ABCDEFGHIJKLMNO"[HEAD.index(next(one["zh"] for one in FIELDS["results"] if one["field"] == field))]
    assert (bad["row"], fault["word"], fault["field"], fault["letter"]) == (4, word, field, letter)
    home = openpyxl.load_workbook(io.BytesIO(desk.get(f"/api/desk/imports/{report['id']}/bad").data)).active
    line = [cell.value for cell in home[2]]
    assert line[0] == 4 and line[1] and line[2]


def test_what_is_only_hinted_at_keeps_no_row_out(college):
    desk = college.caller("coordinator", "desk")
    report = drop(desk, row(组别=""), row("李芳", 日期="2026-02-01"), row("李芳", 年度="2025"))
    assert words(desk, report) == {2: {"division_assumed"}, 3: {"day_outside_book"}, 4: {"year_differs"}}
    assert report["counts"]["good"] == 3 and write(college, desk, report) == 3


def test_one_person_has_one_result_in_one_event_of_a_year(college):
    desk = college.caller("coordinator", "desk")
    report = drop(desk, row(), row(名次="5"), row(), row(年度="2025"), row(赛项="车工"))
    assert words(desk, report) == {3: {"result_twice"}, 4: {"row_twice"}, 5: {"year_differs"}}
    assert report["counts"] == {"bad": 2, "good": 3, "same": 0, "written": 0}


def test_whoever_brought_a_result_does_not_say_whether_it_holds(college):
    desk, second = college.caller("coordinator", "desk"), college.caller("authority", "desk")
    write(college, desk, drop(desk, row()))
    [mine] = listed(desk)
    for kind, said_ in (("result.verified", {"note": None}), ("result.rejected", {"reason": "没有证书"})):
        assert decide(desk, mine, kind, said_) == {"as": "refused", "word": "claimant_decides"}
    [theirs] = listed(second)
    assert theirs["own"] is False and decide(second, theirs, "result.verified", {"note": None})["as"] == "accepted"
    [done] = listed(desk)
    assert (done["state"], done["decisions"][0]["by"]) == ("verified", "name of authority")
    tell(college)
    assert said(college, "apprentice") == [("result_verified", 1)], "it is his, whoever claimed it"
    assert said(college, "coordinator") == []


def test_the_apprentice_sees_it_as_the_colleges_and_changes_nothing_of_it(college):
    desk, phone = college.caller("coordinator", "desk"), Hand(college, "apprentice")
    write(college, desk, drop(desk, row()))
    docs = {doc["id"]: doc for book in phone.caller.post("/api/sync", SYNC).json["books"] for doc in book["docs"]}
    [result] = [doc for doc in docs.values() if doc["kind"] == "result"]
    assert result["by"] == person_id("coordinator")
    assert phone.send(phone.write("result.claimed", result["id"], {**result["content"], "rank": 1}, result["version"])) == ["not_author"]


def test_what_was_rejected_is_claimed_once_more_by_a_better_row_of_hers(college):
    desk, second = college.caller("coordinator", "desk"), college.caller("authority", "desk")
    write(college, desk, drop(desk, row()))
    assert decide(second, listed(second)[0], "result.rejected", {"reason": "名次抄错"})["as"] == "accepted"
    assert drop(desk, row())["counts"]["same"] == 1, "the same row is no better"
    of_another = drop(second, row(名次="2"))
    assert of_another["counts"]["same"] == 1 and words(second, of_another) == {2: {"result_differs"}}
    better = drop(desk, row(名次="2"))
    assert better["counts"]["good"] == 1 and words(desk, better) == {2: {"result_again"}}
    assert write(college, desk, better) == 1
    [one] = listed(desk)
    assert (one["state"], one["content"]["rank"], len(one["decisions"])) == ("claimed", 2, 1)
    assert college.rows("SELECT count(*) FROM results") == [(1,)]
    assert decide(second, listed(second)[0], "result.verified", {"note": None})["as"] == "accepted"


def test_an_apprentices_own_claim_stays_as_he_wrote_it(college):
    desk, phone = college.caller("coordinator", "desk"), Hand(college, "apprentice")
    own = {
        "competition": "湛江市 选拔赛（示例）", "year": 2026, "level": "city_1", "event": "钳工", "division": "student", "rank": 3, "award": "二等奖",
        "score": "88.40", "day": "2026-05-20", "photos": [],
    }  # fmt: skip
    assert phone.send(phone.write("result.claimed", fixed(5, 1), own)) == ["accepted"]
    before = counts(college)
    report = drop(desk, row(), row("李芳"))
    assert report["counts"] == {"bad": 0, "good": 1, "same": 1, "written": 0}
    assert words(desk, report) == {}, "what a row leaves open differs in nothing"
    other = drop(desk, row(名次="1"))
    assert other["counts"]["same"] == 1 and words(desk, other) == {2: {"result_differs"}}
    assert write(college, desk, other) == 0 and counts(college) == before
    assert [(one["claimed_by"], one["own"]) for one in listed(desk)] == [("", False)]


def test_what_his_phone_brings_between_judging_and_writing_is_not_claimed_twice(college):
    desk, phone = college.caller("coordinator", "desk"), Hand(college, "apprentice")
    report = drop(desk, row(), row("李芳"))
    own = {"competition": ROW["竞赛名称"], "year": 2026, "level": "city_1", "event": "钳工", "division": "student", "day": "2026-05-20", "photos": []}
    assert phone.send(phone.write("result.claimed", fixed(5, 1), own | {"rank": 3})) == ["accepted"]
    assert write(college, desk, report) == 1
    assert sorted(one["person_name"] for one in listed(desk)) == sorted([ME, "李芳"])
    assert desk.get(f"/api/desk/imports/{report['id']}").json["counts"] == {"bad": 0, "good": 0, "same": 1, "written": 1}


def test_an_apprentice_of_another_college_is_as_good_as_unknown(college):
    desk, other = college.caller("coordinator", "desk"), college.caller("other_coordinator", "desk")
    report = drop(desk, row("陈默"), row("陈默", **{"学号/证件号码": "chenmo"}))
    assert report["counts"]["good"] == 0
    assert {"apprentice_unknown"} <= words(desk, report)[2] and {"apprentice_unknown"} <= words(desk, report)[3]
    assert drop(desk, row("没有人"))["words"] == [{"word": "apprentice_unknown", "rows": 1}], "and no more is told of him than of nobody"
    theirs = drop(other, row("陈默"), row())
    assert theirs["counts"] == {"bad": 1, "good": 1, "same": 0, "written": 0} and write(college, other, theirs) == 1
    assert listed(desk) == [] and len(listed(other)) == 1
    mine = college.rows("SELECT book_id FROM results")
    assert mine == [(fixed(8, 4),)]
    acted = {"book": BOOK, "kind": "result.claimed", "doc": fixed(5, 2), "of": None, "body": {}}
    assert desk.post("/api/desk/acts", acted).status_code == 404, "nobody claims at a desk but by a file"


def test_formulas_and_letters_nobody_sees_come_in_as_plain_text(college):
    desk = college.caller("coordinator", "desk")
    csv = "\n".join(",".join(line) for line in (
        HEAD[:12], (ME, "", "", "=HYPERLINK(1)", "市一类", "@SUM(A1)\u202e\u200b", "学生组", "2026-05-20", "", "3", "+1", "-1"),
        ("\u202e", "", "", "选拔赛", "市一类", "\u200b", "学生组", "2026-05-20", "", "3", "", ""),
    ))  # fmt: skip
    report = send(desk, csv.encode(), content="text/csv")
    assert report["counts"] == {"bad": 1, "good": 1, "same": 0, "written": 0}
    assert write(college, desk, report) == 1
    content = listed(desk)[0]["content"]
    assert (content["competition"], content["event"], content["award"], content["score"]) == ("=HYPERLINK(1)", "@SUM(A1)", "+1", "-1")
    assert desk.post("/api/desk/imports?kind=results&name=x", data=csv.encode() + b",\0", content_type="text/csv").json["word"] == "file_unknown"
    reckoned = drop(desk, row(), row("李芳"), row("李芳", 赛项="=1+1"))
    assert reckoned["counts"]["bad"] == 1 and "missing" in words(desk, reckoned)[4], "what nobody has worked out says nothing"
    home = openpyxl.load_workbook(io.BytesIO(desk.get(f"/api/desk/imports/{report['id']}/bad").data)).active
    assert {cell.data_type for line in home.iter_rows() for cell in line if cell.value is not None} <= {"s", "n"}


def test_a_file_of_another_kind_is_told_to_be_one(college):
    desk = college.caller("coordinator", "desk")
    assert send(desk, sheet(row()), "roster")["fits"] == "results"
    assert send(desk, sheet(row()), "pairings")["fits"] == "results"
    people = [rosters.person(at) for at in range(2)]
    roll = rosters.write([list(rosters.HEAD), rosters.second_head(), *([one[name] for name in rosters.FIELDS] for one in people)])
    assert send(desk, roll)["fits"] == "roster" and send(desk, roll, "roster")["fits"] is None
    assert send(desk, rosters.write([["甲", "乙"], ["1", "2"]]))["fits"] is None


def test_the_template_comes_back_as_a_file_we_know_and_is_gone_after_a_week(college):
    desk = college.caller("coordinator", "desk")
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/api/desk/imports/template?kind=results").data))
    for at, column in enumerate(FIELDS["results"], start=1):
        book.worksheets[0].cell(2, at, ME if column["field"] == "name" else column["example"])
    out = io.BytesIO()
    book.save(out)
    report = send(desk, out.getvalue())
    assert report["counts"]["good"] == 1 and all(column["field"] for column in report["columns"]), words(desk, report)
    with college.app.app_context():
        assert imports.clear_away(college.at + imports.KEPT + 1) == 1
    assert desk.get(f"/api/desk/imports/{report['id']}").status_code == 404
    assert college.rows("SELECT count(*) FROM import_rows") == [(0,)]


def test_another_role_brings_no_results(college):
    for name in ("enterprise_admin", "base_admin", "authority", "mentor"):
        caller = college.caller("other_apprentice" if name == "authority" else name, "phone" if name == "mentor" else "desk")
        assert caller.post("/api/desk/imports?kind=results&name=x", data=sheet(row()), content_type=XLSX).status_code in (401, 403)
    assert college.rows("SELECT count(*) FROM imports") == [(0,)]


def test_the_same_event_claimed_twice_is_told_before_it_is_verified_twice(college):
    desk, second, phone = college.caller("coordinator", "desk"), college.caller("authority", "desk"), Hand(college, "apprentice")
    write(college, desk, drop(desk, row()))
    [one] = listed(desk)
    assert one["twins"] == 0
    decide(second, one, "result.verified", {"note": None})
    claim = phone.write("result.claimed", "55000000-0000-4000-8000-000000000001", {**one["content"], "rank": 1})
    assert phone.send(claim) == ["accepted"]
    [his] = [found for found in listed(desk) if found["state"] == "claimed"]
    assert his["twins"] == 1
