"""A coordinator's own spreadsheet: every row is judged before anything is written, good ones come in, the same again changes nothing."""

from __future__ import annotations

import io
import time
from collections import Counter

import openpyxl
import pytest
import sqlalchemy as sa

import rosters
from colleges import set_up
from server.commands.jobs import do_waiting
from server.papers.incoming.columns import FIELDS, letter_of
from server.papers.incoming.faults import FAULTS
from server.services.keeping import numbers
from server.services.setup import imports
from server.services.setup.imports import judged
from server.store.db import writing
from server.store.people import identities
from serving import COLLEGE, OTHER_COLLEGE, Caller, Site, person_id

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def college(both: Site) -> Site:
    set_up(both.app, COLLEGE)
    return both


def send(desk: Caller, raw: bytes, kind: str = "roster", name: str = "花名册.xlsx"):
    answer = desk.post(f"/api/desk/imports?kind={kind}&name={name}", data=raw, content_type=XLSX)
    assert answer.status_code == 200, answer.text
    return answer.json


def rows(desk: Caller, report: dict, **asked) -> list[dict]:
    found, page = [], 1
    query = "".join(f"&{name}={given}" for name, given in asked.items())
    while True:
        answer = desk.get(f"/api/desk/imports/{report['id']}/rows?size=100&page={page}{query}").json
        found += answer["items"]
        page += 1
        if len(found) >= answer["total"] or not answer["items"]:
            return found


def write(site: Site, desk: Caller, report: dict) -> dict:
    job = desk.post(f"/api/desk/imports/{report['id']}/write").json["job"]
    assert do_waiting(site.app, site.clock) == 1
    done = desk.get(f"/api/desk/jobs/{job}").json
    assert done["state"] == "done", done
    return done["result"]


def fingerprint(site: Site) -> dict[str, object]:
    tables = ("people", "identities", "books", "ops", "documents", "members", "classes", "enrolled", "agreements", "register_log", "roles")
    return {table: site.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables}


def one_row(number: str, kind: str = "", group: str = "二班") -> bytes:
    row = rosters.person(0)
    values = {
        "姓名": row["name"], "证件类型": kind, "身份证号码": number, "所在班级": group, "企业名称": row["enterprise"],
        "职业（工种）": row["occupation"], "培训等级": row["level"], "培训起止日期": "2026-01-01至2026-12-31",
    }  # fmt: skip
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(values))
    book.active.append(list(values.values()))
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("twin", ["digit", "其他", "护照", "外国人永久居留身份证"])
def test_nobody_is_registered_a_second_time_under_another_look_of_his_number(college, twin):
    """A digit of another script, or a citizen's number as that of another kind of paper."""
    desk, number = college.caller("coordinator", "desk"), rosters.person(0)["id_number"]
    write(college, desk, send(desk, one_row(number, group="一班"))["report"])
    odd = number[:8] + chr(0x660 + int(number[8])) + number[9:]
    report = send(desk, one_row(odd) if twin == "digit" else one_row(number, twin))["report"]
    assert report["counts"]["bad"] == 1 and "id_shape" in {one["word"] for one in report["words"]}
    assert college.rows("SELECT count(*) FROM identities")[0][0] == 1


def test_one_number_is_one_person_whatever_paper_it_is_said_to_be_of(college):
    desk = college.caller("coordinator", "desk")
    write(college, desk, send(desk, one_row("E12345678", "护照", "一班"))["report"])
    report = send(desk, one_row("e12345678", "其他"))["report"]
    assert report["counts"]["good"] == 0
    assert college.rows("SELECT count(*) FROM identities")[0][0] == 1


def test_numbers_of_an_earlier_release_are_found_again(college):
    """Then a number was found by its kind as well. Two people who have one number by that stay two, and are counted."""
    desk, vault = college.caller("coordinator", "desk"), college.app.extensions["jiangji"].vault
    write(college, desk, send(desk, one_row("E12345678", "护照", "一班"))["report"])
    [(person, right)] = college.rows("SELECT person_id, blind FROM identities")
    twin = person_id("other_apprentice")
    with college.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE identities SET blind = :old"), {"old": vault.blind("passport", "E12345678")})
        identities.insert_identities(conn, [
            identities.seal_identity(vault, twin, "other", {"number": "E12345678"}, 1, COLLEGE)._replace(blind=vault.blind("other", "E12345678"))
        ])  # fmt: skip
    with college.app.app_context():
        assert numbers.blind_anew(vault) == (1, 1)
        assert numbers.blind_anew(vault) == (0, 1)
    kept = dict(college.rows("SELECT person_id, blind FROM identities"))
    assert sorted(blind == right for blind in kept.values()) == [False, True]
    with college.app.app_context(), writing() as conn:
        conn.execute(sa.text("DELETE FROM identities WHERE blind <> :right"), {"right": right})
    assert send(desk, one_row("E12345678", "其他"))["report"]["counts"]["good"] == 0


def test_files_nobody_comes_back_to_are_gone_after_a_week(college):
    desk = college.caller("coordinator", "desk")
    kept = send(desk, one_row("E12345678", "护照"))["report"]["id"]
    week = 7 * 86_400_000
    with college.app.app_context():
        assert imports.clear_away(college.at + week - 1000) == 0
        assert college.rows("SELECT count(*) FROM import_rows")[0][0] > 0
        assert (imports.clear_away(college.at + week + 1000), imports.clear_away(college.at + week + 1000)) == (1, 0)
    assert college.rows("SELECT state, data_key FROM imports WHERE id = :id", id=kept) == [("dropped", None)]
    assert college.rows("SELECT count(*) FROM import_rows") == [(0,)]


def taken_home(desk: Caller, report: dict) -> list[list[str | int | None]]:
    answer = desk.get(f"/api/desk/imports/{report['id']}/bad")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True)]


def test_four_hundred_with_thirty_seven_faults(college):
    """Each fault is named with its row and word; the good ones come in; the mended ones after them; nothing comes twice."""
    desk = college.caller("coordinator", "desk")
    write(college, desk, send(desk, rosters.earlier())["report"])
    before = fingerprint(college)
    raw, planted = rosters.ugly()
    assert len(planted) == 37
    report = send(desk, raw)["report"]
    assert fingerprint(college) == before, "judging writes nothing"
    assert report["state"] == "judged" and report["missing"] == [] and report["heading_row"] == 4
    bad = {row["row"]: row for row in rows(desk, report, state="bad")}
    found = {number: {fault["word"] for fault in row["faults"] if not fault["hint"]} for number, row in bad.items()}
    assert found == {number: {word} for number, word in planted}
    assert report["counts"] == {"bad": 37, "good": 363, "same": 0, "written": 0}
    assert all(fault["letter"] for row in bad.values() for fault in row["faults"] if fault["field"])
    done = write(college, desk, report)
    assert (done["written"], done["bad"]) == (363, 37)
    grown = {table: count - before[table] for table, count in fingerprint(college).items()}
    # each: his own book and the handbook; opened, planned, joined, and his own opened
    assert grown == {
        "people": 363, "identities": 363, "books": 726, "ops": 363 * 4, "documents": 726, "members": 363 * 2, "classes": 12, "enrolled": 363,
        "agreements": 363, "register_log": 363 + 12, "roles": 363,
    }  # fmt: skip
    full = fingerprint(college)
    again = send(desk, raw)["report"]
    assert again["counts"] == {"bad": 37, "good": 0, "same": 363, "written": 0}
    assert write(college, desk, again)["written"] == 0 and fingerprint(college) == full
    lines = taken_home(desk, again)
    assert lines[0][:3] == ["原行号", "原因", "建议"] and [line[0] for line in lines[1:]] == [number for number, _ in planted]
    assert all(line[1] and line[2] for line in lines[1:])
    mended = rosters.mend(lines)
    last = send(desk, rosters.write(mended))["report"]
    assert last["counts"] == {"bad": 0, "good": 37, "same": 0, "written": 0}, rows(desk, last, state="bad")
    assert write(college, desk, last)["written"] == 37
    assert fingerprint(college)["people"] == before["people"] + 400
    assert send(desk, rosters.write(mended))["report"]["counts"]["same"] == 37


def test_what_a_sheet_says_twice_or_only_hints_at(college):
    desk = college.caller("coordinator", "desk")
    people = [rosters.person(at) for at in range(6)]
    people[1] |= {"name": people[0]["name"]}
    people[2] |= {"phone": people[0]["phone"]}
    people[3] |= {"id_number": rosters.identity(3, "20080318"), "sex": ""}
    people[4] |= {"agreement_span": "2025-10-01至2026-08-31", "graduates": "2029-07"}
    lines = [list(rosters.HEAD), *([row[name] for name in rosters.FIELDS] for row in (*people, people[5]))]
    lines[0][rosters.FIELDS.index("from")], lines[0][rosters.FIELDS.index("to")] = "开始日期", "结束日期"
    report = send(desk, rosters.write(lines))["report"]
    assert report["counts"] == {"bad": 1, "good": 6, "same": 0, "written": 0}
    shown = rows(desk, report)
    assert [row["row"] for row in shown] == [8, 3, 4, 5, 6], "faults before hints, and no row only because its class is new"
    assert {row["row"]: {fault["word"] for fault in row["faults"]} - {"class_new"} for row in shown} == {
        3: {"name_twice"}, 4: {"phone_twice"}, 5: {"minor_guardian"}, 6: {"agreement_short", "not_graduating"}, 8: {"row_twice"},
    }  # fmt: skip
    assert len(rows(desk, report, word="class_new")) == 7


def test_what_may_change_is_changed_and_what_may_not_is_said(college):
    desk = college.caller("coordinator", "desk")
    head = [*rosters.HEAD]
    head[rosters.FIELDS.index("from")], head[rosters.FIELDS.index("to")] = "开始日期", "结束日期"

    def sheet(**changed: object) -> bytes:
        row = rosters.person(7) | changed
        return rosters.write([head, [row[name] for name in rosters.FIELDS]])

    write(college, desk, send(desk, sheet())["report"])
    full = fingerprint(college)
    other = send(desk, sheet(phone="13900139000", post="数控车工", agreement_no="XY-2"))["report"]
    [row] = rows(desk, other)
    [fault] = [fault for fault in row["faults"] if fault["word"] == "will_change"]
    assert set(fault["said"]["value"].split("、")) == {"联系电话", "岗位", "协议"}
    assert write(college, desk, other)["written"] == 1
    grown = {table: count - full[table] for table, count in fingerprint(college).items() if count != full[table]}
    assert grown == {"agreements": 1, "register_log": 2}
    assert send(desk, sheet(phone="13900139000", post="数控车工", agreement_no="XY-2"))["report"]["counts"]["same"] == 1
    logged = [row[0] for row in college.rows("SELECT body FROM register_log WHERE act = 'changed'")]
    assert any('"post":["装配调试","数控车工"]' in body for body in logged) and any('"phone":"changed"' in body for body in logged)
    stays = send(desk, sheet(to="2026-07-31"))["report"]
    assert [word["word"] for word in stays["words"]] == ["book_differs"] and stays["counts"]["bad"] == 1


def test_columns_nobody_knows_are_explained_once(college):
    desk = college.caller("coordinator", "desk")
    row = rosters.person(1)
    names = ("name", "id_number", "class", "enterprise", "from", "to", "occupation", "level")
    lines = [["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"], [row[name] for name in names]]
    report = send(desk, rosters.write(lines))["report"]
    assert report["state"] == "mapping" and report["missing"] == ["name", "id_number", "class", "enterprise", "from", "to"]
    assert report["columns"][1]["samples"] == [row["id_number"][:3] + "*" * 13 + row["id_number"][-2:]], "masked on the screen"
    assert desk.post(f"/api/desk/imports/{report['id']}/write").status_code == 404
    said = {"columns": [{"at": at, "field": name} for at, name in enumerate(names)], "plan": None}
    assert desk.post(f"/api/desk/imports/{report['id']}/columns", said).json["counts"]["good"] == 1
    again = send(desk, rosters.write(lines))["report"]
    assert again["state"] == "judged" and again["counts"]["good"] == 1
    assert [letter_of(column["at"]) for column in again["columns"]] == [column["letter"] for column in again["columns"]]


def test_a_plan_is_chosen_where_the_sheet_names_no_trade(college):
    desk = college.caller("coordinator", "desk")
    row = rosters.person(1)
    names = ("name", "id_number", "class", "enterprise", "from", "to")
    report = send(desk, rosters.write([["姓名", "身份证号", "班级", "企业", "开始日期", "结束日期"], [row[name] for name in names]]))["report"]
    assert [word["word"] for word in report["words"]] == ["class_new", "no_plan"]
    fixed = desk.post(f"/api/desk/imports/{report['id']}/columns", {"columns": [], "plan": "plan-1"}).json
    assert fixed["counts"]["good"] == 1
    write(college, desk, fixed)
    assert college.rows("SELECT name, plan_id FROM classes") == [(row["class"], "plan-1")]


def test_a_file_is_judged_where_it_holds_no_phone_up(college, monkeypatch):
    """Somebody else writes while the rows are being judged, on arrival and when columns are explained."""
    desk, asked, real = college.caller("coordinator", "desk"), [], judged.JUDGES["roster"]

    def judge(*given):
        with writing() as conn:
            conn.execute(sa.text("UPDATE people SET failures = failures WHERE id = :id"), {"id": "nobody"})
        asked.append(len(given[3]))
        real(*given)

    monkeypatch.setitem(judged.JUDGES, "roster", judge)
    report = send(desk, rosters.many(3))["report"]
    assert desk.post(f"/api/desk/imports/{report['id']}/columns", {"columns": [], "plan": None}).json["counts"]["good"] == 3
    assert asked == [3, 3]


def test_nobody_elses_file_is_found_and_a_dropped_one_is_gone(college):
    desk, other = college.caller("coordinator", "desk"), college.caller("other_coordinator", "desk")
    report = send(desk, rosters.earlier())["report"]
    for path in ("", "/rows", "/bad"):
        assert other.get(f"/api/desk/imports/{report['id']}{path}").status_code == 404
    for path, body in (("write", {}), ("drop", {}), ("columns", {"columns": [], "plan": None})):
        assert other.post(f"/api/desk/imports/{report['id']}/{path}", body).status_code == 404
    assert [one["id"] for one in desk.get("/api/desk/imports").json["items"]] == [report["id"]]
    assert other.get("/api/desk/imports").json["items"] == []
    assert desk.post(f"/api/desk/imports/{report['id']}/drop").status_code == 204
    assert desk.get(f"/api/desk/imports/{report['id']}").status_code == 404
    assert college.rows("SELECT count(*) FROM import_rows") == [(0,)] and college.rows("SELECT data_key FROM imports") == [(None,)]


def test_another_colleges_apprentice_is_not_taken_in_twice(college):
    desk, other = college.caller("coordinator", "desk"), college.caller("other_coordinator", "desk")
    write(college, desk, send(desk, rosters.earlier())["report"])
    report = send(other, rosters.earlier())["report"]
    words = {word["word"] for word in report["words"]}
    assert report["counts"]["good"] == 0 and "no_plan" in words
    with college.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE plans SET org_id = :org"), {"org": OTHER_COLLEGE})
    report = send(other, rosters.earlier())["report"]
    [row] = [row for row in rows(other, report) if row["who"] == "向前进"]
    assert [fault["word"] for fault in row["faults"] if not fault["hint"]] == ["in_another_college"]
    assert COLLEGE not in str(row) and "org-01" not in str(row), "where that is, is not told"


def test_a_hostile_file_is_refused_with_its_word(college):
    desk = college.caller("coordinator", "desk")
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)
    for raw, word in ((b"", "file_empty"), (b"PK\x03\x04xx", "file_damaged"), (old, "file_old_or_locked")):
        assert send(desk, raw) == {"word": word, "report": None}
    assert desk.post("/api/desk/imports?kind=roster", data=b"x" * (10 * 2**20 + 1), content_type=XLSX).status_code == 413
    assert desk.post("/api/desk/imports?kind=roster", {}).status_code == 415
    assert college.rows("SELECT count(*) FROM imports") == [(0,)]


def test_what_is_taken_home_holds_no_formula(college):
    desk = college.caller("coordinator", "desk")
    lines = [["姓名", "身份证号", "班级", "企业", "开始日期", "结束日期", "备注"]]
    lines += [[text, "1", "一班", "乙", "2025-09-01", "2026-08-31", text] for text in ("@SUM(A1)", "+1", "-1", "=HYPERLINK(\"http://x\")")]
    csv = "\n".join(",".join(f'"{cell}"'.replace('"http', '""http').replace('x")', 'x"")') for cell in line) for line in lines)
    report = send(desk, csv.encode())["report"]
    raw = desk.get(f"/api/desk/imports/{report['id']}/bad").data
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None} <= {"s", "n"}
    assert [row[3].value for row in sheet.iter_rows(min_row=2)] == ["@SUM(A1)", "+1", "-1", '=HYPERLINK("http://x")']


def test_a_template_comes_back_as_a_file_we_know(college):
    desk = college.caller("coordinator", "desk")
    raw = desk.get("/api/desk/imports/template?kind=roster").data
    book = openpyxl.load_workbook(io.BytesIO(raw))
    row = rosters.person(5)
    sheet = book.worksheets[0]
    for at, column in enumerate(FIELDS["roster"], start=1):
        if column["field"] in row:
            sheet.cell(2, at, row[column["field"]])
    out = io.BytesIO()
    book.save(out)
    report = send(desk, out.getvalue())["report"]
    assert report["counts"]["good"] == 1 and all(column["field"] for column in report["columns"])


def test_numbers_lie_nowhere_but_under_seal(college, capfd, caplog):
    """Not in any table, operation, document, answer of a list or line of the log."""
    desk = college.caller("coordinator", "desk")
    raw, _ = rosters.ugly()
    report = send(desk, raw)["report"]
    write(college, desk, report)
    shown = [desk.get(f"/api/desk/imports/{report['id']}").text, str(rows(desk, report)), str(rows(desk, report, state="written"))]
    shown += [desk.get("/api/desk/imports").text, capfd.readouterr().out, capfd.readouterr().err, caplog.text]
    names = [row[0] for row in college.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table'" if college.config.database_url.startswith("sqlite")
        else "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )]  # fmt: skip
    shown += [str(college.rows(f'SELECT * FROM "{name}"')) for name in names]
    if college.config.database_url.startswith("sqlite"):
        college.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        shown.append((college.config.home / "jiangji.db").read_bytes().decode("latin-1"))
    numbers = [rosters.identity(at) for at in range(400)]
    secrets = [*numbers, *(number[6:] for number in numbers), *(f"1380013{at:04d}" for at in range(400))]
    whole = "\n".join(shown)
    assert len(names) > 25 and [secret for secret in secrets if secret in whole] == []
    assert "张" in whole and rosters.CLASSES[0] in whole, "what is no secret is there"
    assert college.rows("SELECT count(*) FROM identities") == [(363 + 2,)], "the two of before are new here"


def test_every_fault_says_what_and_what_next_in_both_languages():
    for word, row in FAULTS.items():
        for language in ("zh", "en"):
            reason, suggestion = row[language]
            assert reason and suggestion, word
        assert {part.split("}")[0] for part in row["zh"][0].split("{")[1:]} >= {part.split("}")[0] for part in row["en"][0].split("{")[1:]}, word
    assert Counter(word for word in FAULTS)["missing"] == 1


@pytest.mark.parametrize("count", [5000])
def test_many_rows_are_taken_in_one_go_and_say_how_long_it_took(college, count, record_property, capsys):
    desk = college.caller("coordinator", "desk")
    raw = rosters.many(count)
    began = time.monotonic()
    report = send(desk, raw)["report"]
    judged = time.monotonic() - began
    assert report["counts"]["good"] == count, report["words"]
    began = time.monotonic()
    assert write(college, desk, report)["written"] == count
    wrote = time.monotonic() - began
    with capsys.disabled():
        print(f"\n{count} rows: judged in {judged:.1f} s, written in {wrote:.1f} s ({college.rows('SELECT count(*) FROM ops')[0][0]} operations)")
    record_property("seconds", judged + wrote)
