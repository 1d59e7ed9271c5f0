"""A ledger that comes back is made again from the operations, and every difference has its row and its column."""

from __future__ import annotations

import io
import itertools
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from leaving import TOP, Page, changed, check, column, fetch, headings, lock_everything, make, table
from server.api.ledgers.claims import XLSX
from server.services.ledgers import claims
from server.store.db import db
from server.store.desk import jobs
from serving import Site
from yearland import CLASS, STUDENT, Date, Land, Year

OTHER = "60000000-0000-4000-8000-000000000009"


@pytest.fixture
def small(both: Site) -> Year:
    """Five entries, one of them of another day and place."""
    year = Year(Land(both), 1, "学徒甲", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    for number in range(4):
        year.entry(Date(2025, 9, 1 + number), 480, 120 + number, "M3", "post", 120 + number)
    year.entry(Date(2025, 9, 5), 480, 240, "M4", "base", 240)
    year.send()
    return year


def put(heading: str, value: Any, row: int = TOP + 2) -> Callable[[Page], None]:
    return lambda page: page.cell(row, column(page, heading)).__setattr__("value", value)


def told(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(one["kind"], one["row"], one["column"], one["theirs"], one["ours"]) for one in found["differences"]]


def test_the_file_itself_and_what_was_only_saved_again_do_not_differ(small, both):
    raw = fetch(both, make(both, "ledger"))
    found = check(both, raw)
    assert (found["exact"], found["total"], found["reordered"], found["absent"], found["since"]) == (True, 0, [], [], 0)
    again = check(both, changed(raw, lambda page: None))
    assert (again["exact"], again["total"], again["reordered"]) == (False, 0, [])
    assert list((both.config.home / "claims").iterdir()) == [], "what was handed in is thrown away"


def test_a_cell_that_was_altered_is_named(small, both):
    raw = fetch(both, make(both, "ledger"))
    found = check(both, changed(raw, put("认可分钟", 180)))
    assert told(found) == [("cell", TOP + 2, "认可分钟", "180", "121")]
    assert found["differences"][0]["about"] == "2025-09-02 08:00 学徒甲"
    assert told(check(both, changed(raw, put("凭证编号", "0000-0000-0000"))))[0][:3] == ("cell", TOP + 2, "凭证编号")
    assert told(check(both, changed(raw, put("学徒", "学徒乙"))))[0][2:] == ("学徒", "学徒乙", "学徒甲")


def test_a_cell_of_the_summary_is_named_too(small, both):
    raw = fetch(both, make(both, "ledger"))
    found = check(both, changed(raw, put("合计 认可", 600, TOP + 1), 1))
    assert [one[:4] for one in told(found)] == [("cell", TOP + 1, "合计 认可", "600")]


def test_a_formula_where_a_value_was_is_named(small, both):
    raw = fetch(both, make(both, "ledger"))
    assert told(check(both, changed(raw, put("认可分钟", "=121+60")))) == [("formula", TOP + 2, "认可分钟", "=121+60", "121")]


def test_a_row_more_and_a_row_less_are_named(small, both):
    raw = fetch(both, make(both, "ledger"))

    def more(page: Page) -> None:
        page.insert_rows(TOP + 3)
        for number, cell in enumerate(page[TOP + 2], 1):
            page.cell(TOP + 3, number).value = cell.value
        page.cell(TOP + 3, column(page, "凭证编号")).value = "ABCD-ABCD-ABCD"
        page.cell(TOP + 3, column(page, "日期")).value = "2025-09-20"

    found = check(both, changed(raw, more))
    assert [one[:2] for one in told(found)] == [("added", TOP + 3)]
    found = check(both, changed(raw, lambda page: page.delete_rows(TOP + 2)))
    assert [(one["kind"], one["about"]) for one in found["differences"]] == [("deleted", "2025-09-02 08:00 学徒甲")]

    def twice(page: Page) -> None:
        page.insert_rows(TOP + 3)
        for number, cell in enumerate(page[TOP + 2], 1):
            page.cell(TOP + 3, number).value = cell.value

    assert [one[0] for one in told(check(both, changed(raw, twice)))] == ["twice"]


def test_rows_in_another_order_differ_in_nothing_and_it_is_said(small, both):
    raw = fetch(both, make(both, "ledger"))

    def swap(page: Page) -> None:
        one, other = ([cell.value for cell in page[row]] for row in (TOP + 1, TOP + 3))
        for number, (left, right) in enumerate(zip(one, other, strict=True), 1):
            page.cell(TOP + 1, number).value, page.cell(TOP + 3, number).value = right, left

    found = check(both, changed(raw, swap))
    assert (found["total"], found["reordered"]) == (0, ["学徒培训学时台账"])


def test_a_column_that_is_gone_or_new_is_named(small, both):
    raw = fetch(both, make(both, "ledger"))
    found = check(both, changed(raw, lambda page: page.delete_cols(column(page, "认可分钟"))))
    assert ("heading", "认可分钟") in {(one["kind"], one["ours"]) for one in found["differences"]}
    found = check(both, changed(raw, lambda page: page.cell(TOP, 27).__setattr__("value", "奖励分钟")))
    assert [(one["kind"], one["theirs"]) for one in found["differences"]] == [("heading", "奖励分钟")]


def test_it_is_held_against_what_the_books_were_then(small, both):
    """A later reversal makes the exported ledger no lie; that the books have gone on is said."""
    raw = fetch(both, make(both, "ledger"))
    small.entry(Date(2025, 9, 8), 480, 60, "M3", "post", 60)
    small.send()
    found = check(both, raw)
    assert (found["total"], found["since"]) == (0, 1)


def test_what_is_no_ledger_of_ours_is_said_in_a_word(small, both):
    made = make(both, "ledger")
    raw = fetch(both, made)
    assert check(both, b"PK nothing")["word"] == "file_damaged"
    assert check(both, changed(raw, lambda page: page.delete_rows(TOP)))["word"] == "no_ledger"
    foreign = changed(raw, lambda page: page.cell(3, 1).__setattr__("value", page.cell(3, 1).value.replace(made["id"], OTHER)))
    assert check(both, foreign)["word"] == "export_unknown"
    assert check(both, raw, "other_coordinator")["word"] == "export_unknown"


def test_a_bomb_is_refused(both):
    Land(both)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    assert check(both, out.getvalue())["word"] == "file_bomb"


def test_the_command_names_it_as_well(small, both, tmp_path):
    lock_everything(both)
    raw = fetch(both, make(both, "ledger"))
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(raw)
    bad.write_bytes(changed(raw, put("认可分钟", 180)))
    env = {**os.environ, "JIANGJI_HOME": str(both.config.home), "JIANGJI_DATABASE": both.config.database_url}
    words = [sys.executable, "-c", "import sys; from server.cli import main; sys.exit(main())", "check-claim"]
    done = subprocess.run([*words, str(good)], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "Nothing differs." in done.stdout and "the very file that was exported" in done.stdout, done.stderr
    done = subprocess.run([*words, str(bad)], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout
    assert f"学徒培训学时台账 row {TOP + 2}: 2025-09-02 08:00 学徒甲: 认可分钟 is '180' in the file, '121' by the operations." in done.stdout
    assert "1 differences" in done.stderr


def test_what_is_stopped_or_left_by_a_crash_does_not_stay_on_the_disk(site):
    """And nobody fills the disk with checks that wait."""
    caller, home = site.caller("enterprise_admin", "desk"), site.config.home
    asked = [caller.post("/api/desk/claims", data=b"x" * 1000, content_type=XLSX) for _ in range(claims.MOST_LIVING + 1)]
    assert [one.status_code for one in asked] == [200] * claims.MOST_LIVING + [429]
    for one in asked[:-2]:
        assert caller.post(f"/api/desk/jobs/{one.json['id']}/stop").json["state"] == "failed"
    [waiting] = (home / "claims").iterdir()
    left = waiting.with_name(f"{OTHER}.xlsx")
    left.write_bytes(b"x")
    for path in (left, waiting):
        os.utime(path, (site.at / 1000 - 3600, site.at / 1000 - 3600))
    with site.app.app_context():
        assert claims.clear_away(home, site.at) == 1
    assert list((home / "claims").iterdir()) == [waiting]


def test_files_that_come_at_the_same_moment_are_counted_one_after_the_other(site, monkeypatch):
    """Each has looked before any was put down: what is one too many then leaves no file behind."""
    caller, counted, looks = site.caller("enterprise_admin", "desk"), jobs.has_enough, itertools.count()
    monkeypatch.setattr(jobs, "has_enough", lambda *told: next(looks) % 2 == 1 and counted(*told))
    asked = [caller.post("/api/desk/claims", data=b"x" * 1000, content_type=XLSX).status_code for _ in range(claims.MOST_LIVING + 1)]
    assert asked == [200] * claims.MOST_LIVING + [429]
    assert len(list((site.config.home / "claims").iterdir())) == claims.MOST_LIVING


def test_a_ledger_under_the_colleges_own_headings_is_checked_by_those_it_was_made_with(small, both):
    """Also when the college has chosen anew since."""
    desk = both.caller("coordinator", "desk")

    def choose(*wanted: tuple[str, str | None]) -> int:
        asked = {"columns": [{"key": key, "heading": heading} for key, heading in wanted]}
        return desk.post("/api/desk/forms/ledger", asked).status_code

    kept = [(key, None) for key in ("day", "start", "end", "apprentice", "voucher")]
    assert choose(*kept, ("credited", "核定分钟")) == 204
    raw = fetch(both, make(both, "ledger"))
    assert choose(*kept, ("credited", "批准分钟"), ("text", None)) == 204
    assert check(both, raw)["differences"] == []
    [one] = check(both, changed(raw, put("核定分钟", 999)))["differences"]
    assert (one["column"], one["theirs"], one["ours"]) == ("核定分钟", "999", "121")
    assert choose(*kept) == 400


LOOKS = ["认可分钟\u200b", "认可 分钟", "认可分钟数", "院校认可分钟", "认可", "\u202e钟分可认", "\u2060", "认 可 学 时", "签认\u00ad分钟"]


@pytest.mark.parametrize("look", LOOKS)
def test_no_heading_reads_like_another_of_ours(small, both, look):
    """Claimed minutes never stand under what an eye takes for credited ones."""
    desk = both.caller("coordinator", "desk")
    kept = [{"key": key} for key in ("day", "start", "end", "apprentice", "voucher", "credited")]
    asked = {"columns": [*kept, {"key": "claimed", "heading": look}]}
    assert desk.post("/api/desk/forms/ledger", asked).status_code == 400
    assert desk.post("/api/desk/forms/ledger/preview", asked | {"class_id": CLASS, "month": "2025-09"}).status_code == 400


def test_a_claim_has_its_numbers_under_our_headings(small, both):
    """Whatever the college calls them; the order and what is left out stay its own, and who checks hears of own headings."""
    lock_everything(both, Date(2025, 9, 1))
    desk = both.caller("coordinator", "desk")
    wanted = [("apprentice", "姓名"), ("credited", "备注"), ("claimed", "認可分鐘"), *((key, None) for key in ("day", "start", "end", "voucher"))]
    asked = {"columns": [{"key": key, "heading": heading} for key, heading in wanted]}
    assert desk.post("/api/desk/forms/ledger", asked).status_code == 204
    looked = fetch(both, make(both, "ledger"))
    assert headings(looked)[:3] == ["姓名", "备注", "認可分鐘"]
    assert check(both, looked)["renamed"] == [["学徒", "姓名"], ["认可分钟", "备注"], ["申报分钟", "認可分鐘"]]
    claim = make(both, "ledger", aim="claim")
    raw = fetch(both, claim, who="enterprise_admin")
    assert headings(raw)[:3] == ["姓名", "认可分钟", "申报分钟"]
    found = check(both, changed(raw, lambda page: None))
    assert (found["total"], found["renamed"]) == (0, [["学徒", "姓名"]])


def test_who_is_renamed_later_changes_no_file(small, both):
    """Organisation, base, class and people are called in a file what they were called when it was made."""
    with both.app.app_context(), db.engine.begin() as conn:
        conn.execute(sa.text("INSERT INTO orgs (id, kind, name) VALUES ('works', 'base', '示例公共实训基地')"))
    raw = fetch(both, make(both, "ledger"))
    firm = fetch(both, make(both, "ledger", who="enterprise_admin"), who="enterprise_admin")
    with both.app.app_context(), db.engine.begin() as conn:
        for register in ("orgs", "people", "classes"):
            conn.execute(sa.text(f"UPDATE {register} SET name = name || '（新）'"))
    for who, made in (("coordinator", raw), ("enterprise_admin", firm)):
        for handed in (made, changed(made, lambda page: None)):
            found = check(both, handed, who)
            assert (found["total"], found["reordered"], found["exact"]) == (0, [], handed is made), found["differences"][:3]
    [one] = check(both, changed(raw, put("学徒", "学徒甲（新）")))["differences"]
    assert (one["theirs"], one["ours"]) == ("学徒甲（新）", "学徒甲")
    assert "（新）" in str(table(fetch(both, make(both, "ledger")))[0]["学徒"])


@pytest.mark.parametrize(("form", "format_"), [("summary", "xlsx"), ("summary", "pdf"), ("ledger", "csv"), ("ledger", "pdf")])
def test_what_is_no_ledger_as_a_spreadsheet_is_compared_as_a_whole(small, both, form, format_):
    lock_everything(both, Date(2025, 9, 1))
    claim = make(both, form, aim="claim", format=format_)
    raw = fetch(both, claim, who="enterprise_admin")
    found = check(both, raw)
    assert (found["export"], found["exact"], found["total"], found["aim"]) == (claim["id"], True, 0, "claim")
    other = changed(raw, lambda page: None) if format_ == "xlsx" else raw + b"\n"
    assert check(both, other) == {"word": "only_whole"}
    assert "word" in check(both, raw, "other_coordinator"), "nobody hears of another college's exports"


def test_a_class_called_like_an_export_hides_none(small, both):
    first = make(both, "ledger")
    with both.app.app_context(), db.engine.begin() as conn:
        conn.execute(sa.text("UPDATE classes SET name = :name"), {"name": f"导出编号：{first['id']}　　用途：申报用　　导出编号：{first['id']}"})
    second = make(both, "ledger")
    found = check(both, fetch(both, second))
    assert (found["export"], found["exact"], found["total"]) == (second["id"], True, 0)


def test_a_claim_says_by_which_rules_and_until_when(small, both):
    lock_everything(both, Date(2025, 9, 1))
    with both.app.app_context(), db.engine.begin() as conn:
        conn.execute(sa.text(
            "INSERT INTO rule_sets (id, region, name, valid_from, source, status, rules)"
            " VALUES ('sample', '示例', '示例规则', '2025-01-01', '示例', '示例', '{}')"
        ))  # fmt: skip
    claim = make(both, "ledger", aim="claim", month="2025-09")
    raw = fetch(both, claim, who="enterprise_admin")
    pages = openpyxl.load_workbook(io.BytesIO(raw)).worksheets
    heads = [" ".join(str(cell) for row in page.iter_rows(max_row=TOP - 1, values_only=True) for cell in row if cell) for page in pages]
    for head in heads[:3]:
        assert "规则：示例规则（示例）" in head and "1 学时 = 45 分钟" in head
    assert "月份：2025-09" in heads[0] and "累计至：2025-09" in heads[1] and "累计至：2025-09" in heads[2] and "月份" not in heads[1]
    with both.app.app_context(), db.engine.begin() as conn:
        conn.execute(sa.text("UPDATE rule_sets SET name = name || '（新）'"))
    assert check(both, changed(raw, lambda page: None))["total"] == 0
