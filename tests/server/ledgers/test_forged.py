"""Ledgers that show something else than they hold: whatever is in the file that we have not put there is named."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.utils import get_column_letter

from leaving import TOP, Page, changed, check, column, fetch, make
from server.papers.incoming import sheets
from server.services.demo.days import moment
from server.services.demo.pens import uuid
from server.store.db import db
from serving import Site
from yearland import STUDENT, Date, Land, Year

WHOLE = "440800200503180026"


@pytest.fixture
def small(site: Site) -> Year:
    year = Year(Land(site), 1, "学徒甲", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    for number in range(4):
        year.entry(Date(2025, 9, 1 + number), 480, 120 + number, "M3", "post", 120 + number)
    year.send()
    return year


def a_forged_copy_before_the_true_sheet(page: Page) -> None:
    forged = page.parent.copy_worksheet(page)
    forged.title, page.sheet_state = "台账", "hidden"
    forged.cell(TOP + 1, column(forged, "认可分钟")).value = 4800
    page.parent.active = page.parent.worksheets.index(forged)


def a_second_column_of_one_heading(page: Page) -> None:
    at, last = column(page, "认可分钟"), max(cell.column for cell in page[TOP] if cell.value)
    for row in range(TOP, TOP + 5):
        page.cell(row, last + 1).value = page.cell(row, at).value
    page.column_dimensions[get_column_letter(last + 1)].hidden = True
    page.cell(TOP + 1, at).value = 4800


def a_format_that_shows_another_number(page: Page) -> None:
    page.cell(TOP + 1, column(page, "认可分钟")).number_format = '"4800"'


def a_format_for_text(page: Page) -> None:
    page.cell(TOP + 1, column(page, "学徒")).number_format = ';;;"学徒乙"'


def a_total_above_the_headings(page: Page) -> None:
    page.cell(TOP - 1, 1).value = "本月认可合计：48000 分钟（院校已确认）"


def another_aim_above_the_headings(page: Page) -> None:
    said = page.cell(2, 1).value
    page.cell(2, 1).value = said.replace("仅供查看，不作申报依据", "申报用")
    assert page.cell(2, 1).value != said


def a_sheet_more(page: Page) -> None:
    page.parent.create_sheet("院校确认").cell(1, 1).value = "认可 48000 分钟"


def a_hidden_summary_with_a_forged_one(page: Page) -> None:
    true = page.parent.worksheets[1]
    forged = page.parent.copy_worksheet(true)
    forged.cell(TOP + 1, column(forged, "合计 认可")).value = 600
    true.sheet_state = "veryHidden"


def a_note(page: Page) -> None:
    page.cell(TOP + 1, column(page, "认可分钟")).comment = Comment("应为 4800", "院校")


def a_format_with_a_condition(page: Page) -> None:
    letter = get_column_letter(column(page, "认可分钟"))
    page.conditional_formatting.add(f"{letter}{TOP + 1}", CellIsRule(operator="greaterThan", formula=["0"]))


def a_basis_of_other_books(page: Page) -> None:
    page.parent.worksheets[3].cell(TOP, 4).value = "x" * 43


FORGED: list[tuple[Callable[[Page], None], str]] = [
    (a_forged_copy_before_the_true_sheet, "hidden"), (a_second_column_of_one_heading, "heading"), (a_format_that_shows_another_number, "format"),
    (a_format_for_text, "format"), (a_total_above_the_headings, "above"), (another_aim_above_the_headings, "above"), (a_sheet_more, "sheet"),
    (a_hidden_summary_with_a_forged_one, "hidden"), (a_note, "layer"), (a_format_with_a_condition, "layer"), (a_basis_of_other_books, "cell"),
]  # fmt: skip


@pytest.mark.parametrize(("how", "kind"), FORGED)
def test_what_we_have_not_written_is_named(small, site, how, kind):
    found = check(site, changed(fetch(site, make(site, "ledger")), how))
    assert found["total"] and kind in {one["kind"] for one in found["differences"]}, found
    assert not found["exact"]


@pytest.mark.parametrize("text", ["W_x0041_", "点检_x000D_完成", "a\u3000b", "=1+1", "007", "TRUE", "e\u200b"])
def test_an_untouched_ledger_differs_in_nothing_whatever_was_written(site, text):
    year = Year(Land(site), 1, "学徒甲", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    content = {
        "day": "2025-09-03", "start": 480, "end": 600, "break": 0, "module": "M3", "nature": "practice", "place_kind": "post",
        "place": "shop", "text": text, "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
    }  # fmt: skip
    doc, at = uuid(year.rng), moment(Date(2025, 9, 3), 1200)
    version = year.add(year.pen.write(year.book, "entry.logged", doc, content, at))
    signed = {"minutes": 120, "how": "scan", "note": None, "scores": []}
    year.add(year.land.signers["mentor"].write(year.book, "entry.signed", doc, signed, at + 1, version))
    year.desk("entry.credited", doc, {"minutes": 120, "note": None}, at + 2, version)
    year.send()
    found = check(site, fetch(site, make(site, "ledger")))
    assert (found["exact"], found["total"]) == (True, 0), found


def keys_of(site: Site) -> list[str]:
    forms = site.caller("coordinator", "desk").get("/api/desk/forms").json["items"]
    return next([column["key"] for column in form["columns"]] for form in forms if form["form"] == "ledger")


def choose(site: Site, keys: list[str]) -> None:
    asked = {"columns": [{"key": key} for key in keys]}
    assert site.caller("coordinator", "desk").post("/api/desk/forms/ledger", asked).status_code == 204


def have_chosen(site: Site, keys: list[str]) -> None:
    """As it was kept when any columns could be left out and none had a heading of its own."""
    choose(site, list(reversed(keys_of(site))))
    with site.app.app_context(), db.engine.begin() as conn:
        conn.execute(sa.text("UPDATE form_columns SET columns = :keys WHERE form = 'ledger'"), {"keys": json.dumps(keys)})


@pytest.mark.parametrize("wanted", ["few", "twelve", "no_voucher"])
def test_a_ledger_with_the_colleges_own_columns_is_checked(small, site, wanted):
    """By the columns it had when it was asked for, whoever checks it and whatever has been chosen since."""
    keys = keys_of(site)
    have_chosen(site, {"few": ["day", "credited"], "twelve": keys[:12], "no_voucher": [key for key in keys if key != "voucher"]}[wanted])
    raw = fetch(site, make(site, "ledger"))
    choose(site, keys)
    for who in ("coordinator", "enterprise_admin"):
        found = check(site, raw, who)
        assert (found["exact"], found["total"], found["absent"]) == (True, 0, []), found
    heading = "认可分钟" if wanted == "few" else "日期"
    forged = changed(raw, lambda page: page.cell(TOP + 1, column(page, heading)).__setattr__("value", "4800"))
    assert check(site, forged)["total"] > 0


def test_an_id_number_typed_into_a_ledger_is_told_masked(small, site):
    """What was found is kept with its job."""

    def type_it(page: Page) -> None:
        summary = page.parent.worksheets[1]
        summary.cell(TOP + 1, column(summary, "证件号(掩码)")).value = WHOLE
        page.cell(TOP + 1, column(page, "培训内容")).value = f"身份证 {WHOLE}"
        page.cell(TOP + 7, 2).value = WHOLE
        page.cell(4, 1).value = f"班级 {WHOLE}"

    found = check(site, changed(fetch(site, make(site, "ledger")), type_it))
    assert {one["column"] for one in found["differences"]} >= {"证件号(掩码)", "培训内容"}
    assert WHOLE not in json.dumps(found) and "440***********0026" in json.dumps(found)
    assert not [row for row in site.rows("SELECT result FROM jobs") if row.result and WHOLE in row.result]


def test_what_the_cells_of_a_file_weigh_has_a_bound(small, site, monkeypatch):
    """Cells that all differ; equal ones are kept once."""
    raw = fetch(site, make(site, "ledger"))
    monkeypatch.setattr(sheets, "MOST_WEIGHT", 200_000)
    assert check(site, raw)["total"] == 0

    def fill(page: Page, text: Callable[[int], Any]) -> None:
        for row in range(TOP + 6, TOP + 306):
            page.cell(row, column(page, "培训内容")).value = text(row)

    assert check(site, changed(raw, lambda page: fill(page, lambda _: "x" * 1000)))["total"] > 0
    assert check(site, changed(raw, lambda page: fill(page, lambda row: f"{row}" + "x" * 900)))["word"] == "file_bomb"


def test_half_a_letter_in_a_ledger_breaks_nothing(small, site):
    raw = fetch(site, make(site, "ledger"))
    book, out = openpyxl.load_workbook(io.BytesIO(raw)), io.BytesIO()
    page = book.worksheets[0]
    page.cell(TOP + 1, column(page, "培训内容")).value = "_xD800_ _x0000_"
    book.save(out)
    [one] = check(site, out.getvalue())["differences"]
    assert (one["column"], one["theirs"]) == ("培训内容", "\ufffd \ufffd")
