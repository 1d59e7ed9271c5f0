"""A ledger that comes back is made again from the operations, and every difference has its row and its column."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from leaving import fetch, lock_everything, make
from server.api.ledgers.claims import XLSX
from server.commands.jobs import do_waiting
from serving import Site
from yearland import STUDENT, Date, Land, Year

Page = Any
TOP = 5
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


def changed(raw: bytes, how: Callable[[Page], None], sheet: int = 0) -> bytes:
    """As somebody saves it who has opened it."""
    book, out = openpyxl.load_workbook(io.BytesIO(raw)), io.BytesIO()
    how(book.worksheets[sheet])
    book.save(out)
    return out.getvalue()


def column(page: Page, heading: str) -> int:
    return next(cell.column for cell in page[TOP] if cell.value == heading)


def put(heading: str, value: Any, row: int = TOP + 2) -> Callable[[Page], None]:
    return lambda page: page.cell(row, column(page, heading)).__setattr__("value", value)


def check(site: Site, raw: bytes, who: str = "coordinator") -> dict[str, Any]:
    caller = site.caller(who, "desk")
    asked = caller.post("/api/desk/claims", data=raw, content_type=XLSX)
    assert asked.status_code == 200, asked.text
    do_waiting(site.app, site.clock)
    job = caller.get(f"/api/desk/jobs/{asked.json['id']}").json
    return job["result"] or {"word": job["word"]}


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
