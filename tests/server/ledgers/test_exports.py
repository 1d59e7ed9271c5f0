"""What leaves the house: the forms of domain.md §3 in their columns' order, made from operations, recorded, and answered for by two."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
import sqlalchemy as sa

from leaving import HEADINGS, fetch, headings, lock_everything, make, table
from server.papers.forms.ledger import LEDGER
from server.services.keeping import upkeep
from server.services.people import roster
from server.store.days import day_of
from server.store.db import db, writing
from server.store.people import identities
from serving import COLLEGE, FIRM, OTHER_COLLEGE, OTHER_FIRM, Site, person_id
from yearland import CLASS, STUDENT, Date, Land, Year


@pytest.fixture
def student(both: Site) -> Year:
    year = Land(both).student(1, "学徒甲")
    year.send()
    return year


# --- forms ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", HEADINGS)
def test_columns_stand_in_the_order_of_the_form(student, both, form):
    made = make(both, form, month="2026-06")
    assert made["state"] == "done", made["word"]
    raw = fetch(both, made)
    assert headings(raw) == HEADINGS[form]
    with zipfile.ZipFile(io.BytesIO(raw)) as found:
        inside = {name: found.read(name).decode() for name in found.namelist() if name.endswith(".xml")}
    assert not [name for name, text in inside.items() if re.search(r"<f[ >]", text)]
    assert "样表，可按当地模板调整" in "".join(inside.values())
    for format_ in ("pdf", "csv"):
        other = fetch(both, make(both, form, format=format_, month="2026-06"))
        assert other.startswith(b"%PDF-" if format_ == "pdf" else "\ufeff".encode())
    assert next(csv.reader(io.StringIO(other.decode("utf-8-sig")))) == HEADINGS[form]


def test_the_year_of_the_example_in_its_ledger_and_summary(student, both):
    """§5.1: 615 学时 claimed, 600 credited, and where the others went."""
    raw = fetch(both, make(both, "ledger"))
    rows, [summary], modules = table(raw), table(raw, 1), table(raw, 2)
    assert (sum(row["认可分钟"] for row in rows), sum(row["申报分钟"] for row in rows)) == (27_000, 27_675 - 270)
    assert (summary["合计 计划"], summary["合计 认可"], summary["完成率"], summary["是否达标"]) == (600, 600, "100.0%", "达标")
    parts = ("通用素质 认可", "专业基础 认可", "专业基础 其中线上", "操作技能—企业 认可", "操作技能—公共实训基地 认可")
    assert [summary[name] for name in parts] == [72, 138, 69, 260, 130]
    assert summary["备注"] == "被退回 270 分钟；超日上限 135 分钟；基地未签到 135 分钟；超线上比例 135 分钟"
    assert sum(row["申报分钟"] for row in modules) == 615 * 45
    assert all(isinstance(row["日期"], str) and isinstance(row["认可分钟"], int) for row in rows)


def test_at_mid_term_the_summary_says_53_percent(student, both):
    [summary] = table(fetch(both, make(both, "summary", month="2026-02")))
    assert (summary["合计 认可"], summary["完成率"]) == (318, "53.0%")
    assert summary["是否达标"].startswith("未达标：专业基础 差 69 学时（3105 分钟）；岗位操作 差 83 学时（3735 分钟）；基地操作 差 130 学时")


def test_one_lesson_short_is_said_by_form_and_screen(both):
    year = Land(both).student(1, "学徒甲", last_m3=45)
    year.send()
    [summary] = table(fetch(both, make(both, "summary")))
    assert (summary["合计 认可"], summary["是否达标"]) == (599, "未达标：岗位操作 差 1 学时（45 分钟）")
    shown = both.caller("coordinator", "desk").get(f"/api/desk/months/{CLASS}/people?month=2026-08").json["people"][0]
    assert (shown["verdict"], shown["reached"], shown["whole"]) == ("未达标：岗位操作 差 1 学时（45 分钟）", False, 599 * 45)


def test_a_trainee_before_and_after_his_make_up(both):
    """§5.2"""
    year = Land(both).trainee(2, "技培生甲")
    year.send()
    [before] = table(fetch(both, make(both, "summary")))
    year.entry(Date(2026, 4, 10), 480, 270, "C", "post", 270)
    year.send()
    [after] = table(fetch(both, make(both, "summary")))
    assert (before["合计 认可"], before["是否达标"]) == (594, "未达标：岗位 C 差 6 学时（270 分钟）")
    assert (after["合计 认可"], after["是否达标"]) == (600, "达标")


def test_the_day_sheet_says_what_was_credited_each_day(student, both):
    year = student
    waiting = Date(2025, 9, 6)
    year.entry(waiting, 480, 90, "M3", "post", None)
    year.send()
    [row] = table(fetch(both, make(both, "attendance", month="2025-09")))
    assert (row["1"], row["2"], row["6"], row["7"]) == (10.6, 10.6, "待", None)
    assert row["实出勤学时"] == sum(minutes_of(both, year, "2025-09")) * 10 // 45 / 10
    assert (row["应出勤学时"], row["出勤率"]) == (None, None), "nobody has told a timetable, so none is made up"


def test_the_day_sheet_leaves_blank_what_was_taken_back_and_waits_for_what_was_returned(both):
    land = Land(both)
    year = Year(land, 1, "学徒甲", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    year.entry(Date(2025, 9, 1), 480, 90, "M3", "post", None, "returned")
    back = year.entry(Date(2025, 9, 2), 480, 90, "M3", "post", None, "logged")
    at = year.written[-1].at + 1
    year.add(land.signers["mentor"].write(year.book, "entry.returned", back, {"reason": "当天不在岗"}, at, year.logged))
    year.send()
    [row] = table(fetch(both, make(both, "attendance", month="2025-09")))
    assert (row["1"], row["2"], row["3"]) == (None, "待", None)


def minutes_of(site: Site, year: Year, month: str) -> list[int]:
    rows = site.rows("SELECT credited_minutes FROM entries WHERE book_id = :book AND day LIKE :month", book=year.book, month=f"{month}%")
    return [row[0] for row in rows]


def test_a_base_is_used_by_those_who_trained_there_at_one_hour(both):
    land = Land(both)
    for number, name in enumerate(("学徒甲", "学徒乙"), 1):
        year = Year(land, number, name, STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
        year.entry(Date(2025, 9, 1), 480, 240, "M4", "base", 240)
        year.send()
    [use] = table(fetch(both, make(both, "base_use", month="2025-09")))
    assert (use["基地"], use["学徒人数"], use["起止"], use["分钟"], use["学时"]) == ("示例公共实训基地", 2, "08:00–12:00", 240, 5.3)
    assert (use["实训室/工位"], use["授课教师(课时费)"]) == ("W-03", "name of base_trainer")


def test_results_are_those_the_college_has_verified(student, both):
    """Promotion and titles are somebody else's to write."""
    year = student
    claim = {
        "competition": "技能选拔赛", "year": 2026, "level": "province_2", "event": "系统操作员", "division": "student", "rank": 2, "award": "二等奖",
        "score": "90.10", "day": "2026-06-06", "photos": [],
    }  # fmt: skip
    for number, event in enumerate(("系统操作员", "未核实的")):
        doc = f"80000000-0000-4000-8000-00000000000{number}"
        version = year.add(year.pen.write(year.book, "result.claimed", doc, claim | {"event": event}, both.at))
        if not number:
            year.desk("result.verified", doc, {"note": None}, both.at + 1, version)
    year.send()
    raw = fetch(both, make(both, "results"))
    [row] = table(raw)
    assert (row["名次"], row["姓名"], row["总成绩"], row["奖项"], row["晋升等级"]) == ("2", "学徒甲", "90.10", "二等奖", None)
    assert "本系统暂不办理" in zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml").decode()


def test_guidance_is_a_sheet_for_each_pair(student, both):
    raw = fetch(both, make(both, "guidance", month="2025-09"))
    names = openpyxl.load_workbook(io.BytesIO(raw)).sheetnames
    assert names[0].startswith("带徒记录 学徒甲 name of mentor") and names[-1] == "依据"
    assert [row["周次"] for row in table(raw)][0] == "09-01 至 09-07"


# --- what anybody wrote stays text ---------------------------------------------------------------------------------

STARTERS = ("=1+1", "＝1+1", "+1", "＋1", "-1", "－1", "@SUM(1)", "＠SUM(1)", " =1", "\u3000=1")


def test_what_begins_like_a_formula_is_none(both):
    land = Land(both)
    year = Year(land, 1, "=HYPERLINK", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    for number, text in enumerate(STARTERS):
        doc = year.entry(Date(2025, 9, 1 + number), 480, 60, "M3", "post", None, "logged")
        op = year.written.pop()
        content = {**_body(op.jws), "text": text}
        version = year.add(year.pen.write(year.book, "entry.logged", doc, content, op.at))
        signed = {"minutes": 60, "how": "list", "note": None, "scores": []}
        year.add(land.signers["mentor"].write(year.book, "entry.signed", doc, signed, op.at + 1, version))
        year.desk("entry.credited", doc, {"minutes": 60, "note": None}, op.at + 2, version)
    year.send()
    raw = fetch(both, make(both, "ledger"))
    assert [row["培训内容"] for row in table(raw)] == [" ".join(text.split()) for text in STARTERS]
    assert b"<f" not in zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml")
    lines = list(csv.DictReader(io.StringIO(fetch(both, make(both, "ledger", format="csv")).decode("utf-8-sig"))))
    assert len(lines) == len(STARTERS)
    assert all(line["培训内容"].startswith("'") and line["学徒"] == "'=HYPERLINK" for line in lines)
    assert {line["申报分钟"] for line in lines} == {"60"}


def _body(jws: str) -> dict[str, Any]:
    part = jws.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["body"]


# --- the record ----------------------------------------------------------------------------------------------------


def test_every_export_is_recorded_with_what_it_rests_on(student, both):
    made = make(both, "ledger")
    raw = fetch(both, made)
    assert (made["sha256"], made["bytes"]) == (hashlib.sha256(raw).hexdigest(), len(raw))
    assert made["totals"] == {"people": 1, "rows": len(table(raw)), "claimed": 27_405, "confirmed": 27_405, "credited": 27_000, "open": 0}
    [(seq, chain)] = [tuple(row) for row in both.rows("SELECT seq, chain FROM books WHERE id = :id", id=student.book)]
    assert [tuple(row) for row in both.rows("SELECT book_id, seq, chain FROM export_books")] == [(student.book, seq, chain)]
    last = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[-1]
    assert last.title == "依据" and chain in {cell for line in last.iter_rows(values_only=True) for cell in line}
    assert make(both, "ledger")["sha256"] != made["sha256"], "each file bears its own number"
    again = both.rows("SELECT content_hash FROM exports")
    assert len({row[0] for row in again}) == 1, "and the same content"


def test_a_changed_operation_is_no_ground_for_any_file(student, both):
    with both.app.app_context(), db.engine.begin() as conn:
        conn.execute(sa.text("UPDATE books SET chain = 'x' WHERE id = :id"), {"id": student.book})
    made = make(both, "ledger")
    assert (made["state"], made["word"]) == ("failed", "books_differ")
    assert list((both.config.home / "exports").iterdir()) == []


def test_a_claim_rests_on_locked_months_and_two_people(student, both):
    """Who asked cannot fetch it, nor confirm it; once confirmed he can."""
    assert make(both, "ledger", aim="claim")["word"] == "month_open"
    lock_everything(both)
    made = make(both, "ledger", aim="claim")
    asker, path = both.caller("coordinator", "desk"), f"/api/desk/exports/{made['id']}"
    assert (made["state"], made["needs_second"]) == ("done", True)
    assert asker.get(f"{path}/file").json["word"] == "needs_two_people"
    assert asker.post(f"{path}/decide", {"outcome": "confirmed"}).json["word"] == "same_person"
    other = both.caller("enterprise_admin", "desk")
    fetched = other.get(f"{path}/file")
    assert hashlib.sha256(fetched.data).hexdigest() == made["sha256"]
    named = unquote(fetched.headers["Content-Disposition"].removeprefix("attachment; filename*=UTF-8''"))
    assert named == f"{LEDGER.title} {made['class_name']} {day_of(made['asked_at'])}.xlsx"
    assert other.post(f"{path}/decide", {"outcome": "refused"}).status_code == 400, "a refusal says why"
    done = other.post(f"{path}/decide", {"outcome": "confirmed"}).json
    assert (done["outcome"], done["second"], done["needs_second"]) == ("confirmed", "name of enterprise_admin", False)
    assert asker.get(f"{path}/file").status_code == 200
    assert other.post(f"{path}/decide", {"outcome": "refused", "reason": "晚了"}).json["word"] == "not_open"


def test_a_file_swapped_beside_the_database_is_named(student, both):
    """Whoever writes the database and the disk may say it is confirmed; what it was when it was made he does not undo."""
    lock_everything(both)
    claim, roll = make(both, "ledger", aim="claim"), make(both, "roster", full_ids=True, reason="for the insurance")
    here = both.app.extensions["jiangji"]

    def named() -> list[tuple[str, str]]:
        with both.app.app_context():
            return sorted((found.word, found.about) for found in upkeep.verify_exports(here.config, here.vault)[1])

    assert named() == []
    swapped, folder = f"{claim['id']}.xlsx", both.config.home / "exports"
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE exports SET outcome = 'confirmed', second_person = :p, decided_at = 1 WHERE id = :i"),
                     {"p": person_id("authority"), "i": claim["id"]})  # fmt: skip
    (folder / swapped).write_bytes(b"forged")
    (folder / f"{roll['id']}.xlsx").write_bytes(b"v1.forged")
    assert named() == sorted([("export_differs", swapped), ("export_differs", f"{roll['id']}.xlsx")])
    assert both.caller("coordinator", "desk").get(f"/api/desk/exports/{claim['id']}/file").status_code == 409
    (folder / swapped).unlink()
    assert ("export_missing", swapped) in named()


def test_two_of_the_enterprise_do_not_confirm_its_own_claim(student, both):
    """They may refuse it; the college's word makes it one."""
    lock_everything(both)
    with both.app.app_context():
        roster.give_role(person_id("mentor"), "enterprise_admin", FIRM)
    made = make(both, "ledger", who="enterprise_admin", aim="claim")
    path = f"/api/desk/exports/{made['id']}"
    partner = both.caller("mentor", "desk")
    refused = partner.post(f"{path}/decide", {"outcome": "confirmed"})
    assert (refused.status_code, refused.json["word"]) == (403, "needs_college")
    assert both.caller("enterprise_admin", "desk").get(f"{path}/file").json["word"] == "needs_two_people"
    assert both.caller("coordinator", "desk").post(f"{path}/decide", {"outcome": "confirmed"}).json["outcome"] == "confirmed"
    assert both.caller("enterprise_admin", "desk").get(f"{path}/file").status_code == 200


def test_what_the_second_refuses_is_never_fetched(student, both):
    lock_everything(both)
    made = make(both, "summary", aim="claim")
    path = f"/api/desk/exports/{made['id']}"
    refused = both.caller("enterprise_admin", "desk").post(f"{path}/decide", {"outcome": "refused", "reason": "人数不对"})
    assert refused.json["outcome_reason"] == "人数不对"
    assert both.caller("coordinator", "desk").get(f"{path}/file").json["word"] == "needs_two_people"


def test_a_roster_is_frozen_by_two(student, both):
    with both.app.app_context():
        roster.give_role(person_id("other_coordinator"), "coordinator", COLLEGE)
    made = make(both, "roster", aim="freeze")
    path = f"/api/desk/exports/{made['id']}"
    second = both.caller("other_coordinator", "desk")
    assert both.caller("coordinator", "desk").get(f"{path}/file").json["word"] == "needs_two_people"
    headers = {"X-Desk": COLLEGE}
    assert second.post(f"{path}/decide", {"outcome": "confirmed"}, headers=headers).json["outcome"] == "confirmed"
    [row] = table(fetch(both, made))
    assert (row["姓名"], row["人员类别"], row["用工企业"], row["公共实训基地"]) == ("学徒甲", "学生学徒", "org-03", "示例公共实训基地")


def test_an_enterprise_exports_and_confirms_only_what_is_about_its_own(student, both):
    assert make(both, "summary", who="enterprise_admin")["totals"]["people"] == 1
    with both.app.app_context():
        roster.give_role(person_id("enterprise_admin"), "enterprise_admin", OTHER_FIRM)
    stranger = both.caller("enterprise_admin", "desk")
    asked = {"form": "summary", "format": "xlsx", "aim": "look", "class_id": CLASS}
    made = make(both, "summary")
    for headers, status in (({"X-Desk": FIRM}, 200), ({"X-Desk": OTHER_FIRM}, 404)):
        assert stranger.get(f"/api/desk/exports/{made['id']}", headers=headers).status_code == status
        assert stranger.post("/api/desk/exports", asked, headers=headers).status_code == status
        assert stranger.get(f"/api/desk/months/{CLASS}", headers=headers).status_code == status
    assert both.caller("other_coordinator", "desk").get(f"/api/desk/exports/{made['id']}/file").status_code == 404


def test_columns_are_the_colleges_own(student, both):
    desk = both.caller("coordinator", "desk")
    wanted = [("apprentice", None), ("verdict", "结论"), ("credited", None), ("plan", None)]
    assert desk.post("/api/desk/forms/summary", columns(wanted)).status_code == 204
    for wrong in ([("apprentice", None), ("apprentice", None)], [("unheard_of", None)], [("apprentice", None)],
                  [("apprentice", "备注"), ("credited", None)], [("apprentice", "x"), ("credited", "x")]):  # fmt: skip
        assert desk.post("/api/desk/forms/summary", columns(wrong)).status_code == 400, wrong
    assert headings(fetch(both, make(both, "summary"))) == ["姓名", "结论", "合计 认可", "合计 计划"]
    [form] = [one for one in desk.get("/api/desk/forms").json["items"] if one["form"] == "summary"]
    assert form["own"] and [(one["key"], one["heading"]) for one in form["chosen"]] == [
        ("apprentice", "姓名"), ("verdict", "结论"), ("credited", "合计 认可"), ("plan", "合计 计划"),
    ]  # fmt: skip
    [[subject, act, body]] = [tuple(row) for row in both.rows("SELECT subject_id, act, body FROM register_log WHERE subject = 'form'")]
    assert (subject, act) == ("summary", "changed") and json.loads(body)["columns"][1] == "姓名、结论、合计 认可、合计 计划"
    every = [(column["key"], column["heading"]) for column in form["columns"]]
    assert desk.post("/api/desk/forms/summary", columns(every)).status_code == 204
    assert both.rows("SELECT form FROM form_columns") == []


def columns(wanted: list[tuple[str, str | None]]) -> dict[str, Any]:
    return {"columns": [{"key": key, "heading": heading} for key, heading in wanted]}


def test_columns_are_looked_at_before_they_are_kept(student, both):
    desk = both.caller("coordinator", "desk")
    wanted = columns([("credited", None), ("voucher", "凭证"), ("apprentice", None), ("day", None), ("start", None), ("end", None)])
    door = "/api/desk/forms/ledger/preview"
    rows = desk.post(door, wanted | {"class_id": CLASS, "month": "2025-09"}).json["rows"]
    made = table(fetch(both, make(both, "ledger", month="2025-09")))[:5]
    assert rows == [[row[name] for name in ("认可分钟", "凭证编号", "学徒", "日期", "起", "止")] for row in made] and len(rows) == 5
    assert both.rows("SELECT form FROM form_columns") == []
    for form in set(HEADINGS) - {"ledger", "summary"}:
        [shown] = [one for one in desk.get("/api/desk/forms").json["items"] if one["form"] == form]
        asked = columns([(one["key"], None) for one in shown["columns"]]) | {"class_id": CLASS, "month": "2026-06"}
        said = desk.post(f"/api/desk/forms/{form}/preview", asked)
        assert said.status_code == 200 and all(len(row) == len(shown["columns"]) for row in said.json["rows"]), form
    assert both.caller("other_coordinator", "desk").post(door, wanted | {"class_id": CLASS}).status_code == 404


def test_what_makes_no_sense_is_not_begun(student, both):
    desk = both.caller("coordinator", "desk")
    asked = {"form": "ledger", "format": "xlsx", "aim": "look", "class_id": CLASS}
    for wrong in ({"form": "roster", "aim": "claim"}, {"aim": "freeze"}, {"form": "attendance"}, {"full_ids": True, "reason": "x"},
                  {"form": "roster", "full_ids": True}, {"month": "2026-13"}):  # fmt: skip
        assert desk.post("/api/desk/exports", asked | wrong).status_code == 400, wrong
    assert both.rows("SELECT id FROM exports") == []


def test_whole_numbers_leave_only_with_a_reason_and_lie_sealed(student, both):
    """Everywhere else they are masked; the file on the disk says nothing without the vault."""
    number = "440800200503180026"
    with both.app.app_context(), writing() as conn:
        vault = both.app.extensions["jiangji"].vault
        contact = {"number": number, "phone": "13800000000"}
        identities.insert_identities(conn, [identities.seal_identity(vault, student.person, "resident", contact, both.at, COLLEGE)])
    [masked] = table(fetch(both, make(both, "roster")))
    [summary] = table(fetch(both, make(both, "summary")))
    assert (masked["证件号码"], masked["性别"], masked["出生日期"]) == ("440***********0026", "女", None)
    assert summary["证件号(掩码)"] == "440***********0026"
    made = make(both, "roster", full_ids=True, reason="报送花名册")
    raw = fetch(both, made)
    [row] = table(raw)
    assert (row["证件号码"], row["出生日期"], row["联系电话"]) == (number, "2005-03-18", "13800000000")
    lying = (both.config.home / "exports" / f"{made['id']}.xlsx").read_bytes()
    assert raw[:200] not in lying and not lying.startswith(b"PK")
    assert [tuple(row) for row in both.rows("SELECT reason FROM exports WHERE full_ids")] == [("报送花名册",)]
    logged = both.rows("SELECT subject, subject_id, act, by_person, body FROM register_log ORDER BY at, body DESC")
    assert [tuple(row)[:4] for row in logged] == [("export", made["id"], "unmasked", person_id("coordinator"))] * 2
    assert sorted(json.loads(row[4]).get("reason", "fetched") for row in logged) == ["fetched", "报送花名册"]
    assert number not in "".join(row[4] for row in logged)
    assert make(both, "roster", who="enterprise_admin")["state"] == "done"
    asked = {"form": "roster", "format": "xlsx", "aim": "look", "class_id": CLASS, "full_ids": True, "reason": "x"}
    assert both.caller("enterprise_admin", "desk").post("/api/desk/exports", asked).status_code == 403


def test_a_telephone_another_college_entered_leaves_with_no_file(student, both):
    with both.app.app_context(), writing() as conn:
        vault, contact = both.app.extensions["jiangji"].vault, {"number": "440800200503180026", "phone": "13800000000"}
        identities.insert_identities(conn, [identities.seal_identity(vault, student.person, "resident", contact, both.at, OTHER_COLLEGE)])
    for whole in ({}, {"full_ids": True, "reason": "报送花名册"}):
        [row] = table(fetch(both, make(both, "roster", **whole)))
        assert row["证件号码"] and not row["联系电话"]
