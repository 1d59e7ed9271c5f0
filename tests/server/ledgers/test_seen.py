"""A ledger that was handed in says what its cells say and nothing else: whatever may show a reader something else is named, and what the
usual programs add when they save it is not."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image as Picture

from leaving import TOP, Page, changed, check, column, fetch, make
from packed import FIRST, SHEETS, Parts, add, by_excel, by_libreoffice, by_wps, put, repacked, shared
from server.papers.forms import compare
from serving import Site
from yearland import STUDENT, Date, Land, Year


@pytest.fixture
def raw(site: Site) -> bytes:
    year = Year(Land(site), 1, "学徒甲", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    for number in range(4):
        year.entry(Date(2025, 9, 1 + number), 480, 120 + number, "M3", "post", 120 + number)
    year.send()
    return fetch(site, make(site, "ledger"))


def minutes(page: Page) -> Page:
    return page.cell(TOP + 1, column(page, "认可分钟"))


def kinds(found: dict) -> set[str]:
    return {one["kind"] for one in found["differences"]}


@pytest.mark.parametrize("how", [by_excel, by_wps, by_libreoffice, shared])
def test_what_a_program_adds_when_it_saves_the_file_is_no_difference(site, raw, how):
    found = check(site, repacked(raw, how))
    assert (found["exact"], found["total"]) == (False, 0), found


# --- settings of the sheet and of its cells ------------------------------------------------------------------------


def a_table_above_beneath_our_own_lines(page: Page) -> None:
    note = page.cell(TOP - 1, 1).value
    page.insert_rows(TOP, 30)
    for row in range(TOP, TOP + 20):
        page.cell(row, 1).value = note
    page.cell(TOP + 23, 1).value, page.cell(TOP + 23, 2).value = "学徒甲", 48000


def a_line_of_ours_twice(page: Page) -> None:
    page.insert_rows(TOP)
    page.cell(TOP, 1).value = page.cell(2, 1).value


def a_foot_of_ours_twice(page: Page) -> None:
    page.cell(page.max_row + 1, 1).value = page.cell(page.max_row, 1).value


def a_hidden_row(page: Page) -> None:
    page.row_dimensions[TOP + 1].hidden = True


def a_row_without_height(page: Page) -> None:
    page.row_dimensions[TOP + 1].height = 0.1


def rows_without_height_unless_they_say(page: Page) -> None:
    page.sheet_format.zeroHeight = True


def a_hidden_column(page: Page) -> None:
    page.column_dimensions[get_column_letter(column(page, "认可分钟"))].hidden = True


def a_column_without_width(page: Page) -> None:
    page.column_dimensions[get_column_letter(column(page, "认可分钟"))].width = 0.1


def no_zeros(page: Page) -> None:
    page.sheet_view.showZeros = False


def a_window_frozen_below_the_head(page: Page) -> None:
    page.sheet_view.topLeftCell = f"A{TOP + 2}"


def a_head_on_every_page(page: Page) -> None:
    page.oddHeader.center.text = "认可合计 48000 分钟"


def a_size_in_the_foot_that_is_none(page: Page) -> None:
    page.oddFooter.left.text = "&48000样表，可按当地模板调整"


def a_prompt(page: Page) -> None:
    rule = DataValidation(type="whole", operator="greaterThan", formula1="0", showInputMessage=True, promptTitle="院校", prompt="应为 4800")
    rule.add("R6")
    page.add_data_validation(rule)


def merged_cells(page: Page) -> None:
    page.merge_cells(start_row=TOP + 1, end_row=TOP + 2, start_column=1, end_column=1)


def white_letters(page: Page) -> None:
    minutes(page).font = Font(name="宋体", size=10, color="FFFFFF")


def letters_of_the_theme_that_are_white(page: Page) -> None:
    minutes(page).font = Font(name="宋体", size=10, color=Color(theme=0))


def letters_on_their_own_colour(page: Page) -> None:
    minutes(page).fill = PatternFill("solid", fgColor="FF111111")


def tiny_letters(page: Page) -> None:
    minutes(page).font = Font(name="宋体", size=1)


def pictures_for_letters(page: Page) -> None:
    minutes(page).font = Font(name="Wingdings", size=10)


def a_number_that_fills_its_cell(page: Page) -> None:
    minutes(page).alignment = Alignment(horizontal="fill")


def a_white_letter_in_a_cell(page: Page) -> None:
    minutes(page).value = CellRichText("12", TextBlock(InlineFont(color="FFFFFF"), "0"))


def a_heading_shown_as_another(page: Page) -> None:
    page.cell(TOP, column(page, "认可分钟")).number_format = ';;;"申报分钟"'


def a_part_that_is_printed(page: Page) -> None:
    page.print_area = "A1:F9"


@pytest.mark.parametrize(("how", "kind"), [
    (a_table_above_beneath_our_own_lines, "above"), (a_line_of_ours_twice, "above"), (a_foot_of_ours_twice, "stray"), (a_hidden_row, "unseen"),
    (a_row_without_height, "unseen"), (rows_without_height_unless_they_say, "unseen"), (a_hidden_column, "unseen"),
    (a_column_without_width, "unseen"), (no_zeros, "unseen"), (a_window_frozen_below_the_head, "unseen"), (a_head_on_every_page, "printed"),
    (a_size_in_the_foot_that_is_none, "printed"), (a_prompt, "layer"), (merged_cells, "merged"), (white_letters, "look"),
    (letters_of_the_theme_that_are_white, "look"),
    (letters_on_their_own_colour, "look"), (tiny_letters, "look"), (pictures_for_letters, "look"), (a_number_that_fills_its_cell, "look"),
    (a_white_letter_in_a_cell, "look"), (a_heading_shown_as_another, "format"), (a_part_that_is_printed, "layer"),
])  # fmt: skip
def test_what_a_reader_would_see_otherwise_is_named(site, raw, how: Callable[[Page], None], kind: str):
    found = check(site, changed(raw, how))
    assert kind in kinds(found), found


def test_every_line_above_the_headings_is_compared(site, raw):
    found = check(site, changed(raw, a_table_above_beneath_our_own_lines))
    assert [one["row"] for one in found["differences"] if one["kind"] == "above"] == [*range(TOP, TOP + 20), TOP + 23]


def test_headings_too_far_down_are_not_looked_for(site, raw):
    def fill(page: Page) -> None:
        page.insert_rows(2, compare.MOST_ABOVE)
        for row in range(2, compare.MOST_ABOVE + 2):
            page.cell(row, 1).value = "认可合计 48000 分钟"

    assert check(site, changed(raw, fill))["word"] == "no_ledger"


def test_differences_are_counted_beyond_what_is_told(site, raw, monkeypatch):
    monkeypatch.setattr(compare, "MOST_SHOWN", 5)
    monkeypatch.setattr("server.services.ledgers.claims.MOST_SHOWN", 5)

    def fill(page: Page) -> None:
        minutes(page).value = 4800
        for row in range(TOP + 10, TOP + 40):
            page.cell(row, 1).value = f"又一行 {row}"

    handed = compare.Named()
    for _ in range(9):
        handed.add(compare.Difference("stray", "", 1, "", "", "", ""))
    assert (len(handed.shown), handed.total) == (5, 9)
    found = check(site, changed(raw, fill))
    assert (found["total"], [one["kind"] for one in found["differences"]]) == (31, ["cell", "stray", "stray", "stray", "stray"])


# --- parts of the file, whatever they are called -------------------------------------------------------------------


def with_picture(page: Page) -> None:
    out = io.BytesIO()
    Picture.new("RGB", (60, 20), "white").save(out, "PNG")
    page.add_image(Image(out), "R6")


def with_condition(page: Page) -> None:
    page.conditional_formatting.add("R6:R9", CellIsRule(operator="greaterThan", formula=["0"]))


def moved(*pairs: tuple[str, str]) -> Callable[[Parts], Parts]:
    def move(parts: Parts) -> Parts:
        found = {}
        for name, content in parts.items():
            for before, after in pairs:
                name = name.replace(before, after)
                content = content.replace(before.encode(), after.encode()) if name.endswith((".xml", ".rels")) else content
            found[name] = content
        return found

    return move


def in_two_bytes(parts: Parts) -> Parts:
    text = re.sub(r"^<\?xml[^>]*\?>", "", parts[FIRST].decode())
    return {**parts, FIRST: f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")}


@pytest.mark.parametrize(("how", "then"), [
    (with_picture, moved(("drawings/", "dx/"), ("media/", "mx/"))), (with_condition, moved(("worksheets/", "ws/"))), (with_condition, in_two_bytes),
])  # fmt: skip
def test_a_layer_is_one_wherever_it_lies_and_however_it_is_written(site, raw, how, then):
    found = check(site, repacked(changed(raw, how), then))
    assert "layer" in kinds(found), found


def other_texts_than_those_that_are_read(parts: Parts) -> Parts:
    parts = shared(parts)
    add(parts, "xl/texts.xml", SHEETS + "sharedStrings+xml", parts["xl/sharedStrings.xml"].replace("学徒甲".encode(), "学徒乙".encode()))
    return parts


def other_styles_than_those_that_are_read(parts: Parts) -> Parts:
    parts = moved(("styles.xml", "looks.xml"))(parts)
    return {**parts, "xl/styles.xml": parts["xl/looks.xml"]}


def a_part_nobody_refers_to(parts: Parts) -> Parts:
    return {**parts, "xl/anything.xml": b"<x/>"}


def something_beside_the_cells(parts: Parts) -> Parts:
    put(parts, FIRST, ("</sheetData>", '</sheetData><x:y xmlns:x="urn:else"/>'))
    return parts


def another_cell_within_a_row(parts: Parts) -> Parts:
    put(parts, FIRST, ("</row>", '<x:c xmlns:x="urn:else" r="AZ1"/></row>'))
    return parts


@pytest.mark.parametrize("how", [
    other_texts_than_those_that_are_read, other_styles_than_those_that_are_read, a_part_nobody_refers_to, something_beside_the_cells,
    another_cell_within_a_row,
])  # fmt: skip
def test_a_part_or_an_element_nobody_knows_is_named(site, raw, how):
    assert "layer" in kinds(check(site, repacked(raw, how)))


def twice_in_the_file(parts: Parts) -> Parts:
    return {**parts, FIRST.replace("sheet1", "SHEET1"): parts[FIRST]}


def a_row_a_second_time(parts: Parts) -> Parts:
    put(parts, FIRST, ("</sheetData>", '<row r="6"/></sheetData>'))
    return parts


def a_type_of_its_own(parts: Parts) -> Parts:
    text = re.sub(r"^<\?xml[^>]*\?>", "", parts[FIRST].decode())
    return {**parts, FIRST: f"<!DOCTYPE worksheet>{text}".encode()}


@pytest.mark.parametrize("how", [twice_in_the_file, a_row_a_second_time, a_type_of_its_own])
def test_what_two_programs_would_read_differently_is_refused(site, raw, how):
    assert check(site, repacked(raw, how))["word"] == "file_damaged"


def test_a_row_far_below_is_refused_at_once(site, raw):
    def far(parts: Parts) -> Parts:
        put(parts, FIRST, ("</sheetData>", '<row r="1000000000"><c r="A1000000000"><v>1</v></c></row></sheetData>'))
        return parts

    assert check(site, repacked(raw, far))["word"] == "file_too_long"
