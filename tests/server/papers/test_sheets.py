"""Files made by strangers are read in a small room, or refused with a word."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter

from packed import FIRST, Parts, put, repacked
from server.papers.incoming import sheets
from server.papers.incoming.sheets import Cell, read_sheets


def workbook(rows: list[list[object]], more: dict[str, bytes] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def only(raw: bytes) -> list[tuple[int, list[Cell]]]:
    found = read_sheets(raw)
    assert isinstance(found, list), found
    return found[0].rows


def test_cells_come_as_text_with_what_they_are():
    raw = workbook([["姓名", None, "学号"], [], ["王 芳", 440800200503180026, 4.40800200503180e17, 45901, datetime(2025, 9, 1), 3.0, True, "=1+1"]])
    assert only(raw) == [
        (1, [("姓名", ""), ("", ""), ("学号", "")]),
        (3, [("王 芳", ""), ("4.4080020050318e+17", "n"), ("4.4080020050318e+17", "n"), ("45901", "n"), ("2025-09-01", "d"), ("3", "n"), ("是", "")]),
    ]  # fmt: skip


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_is_read_whatever_wrote_it(coding, separator):
    raw = f'姓名{separator}"备注, 多\n行"\r\n王芳{separator}好\r\n'.encode(coding)
    assert only(raw) == [(1, [("姓名", ""), ("备注, 多\n行", "")]), (2, [("王芳", ""), ("好", "")])]


def test_formatting_far_below_costs_nothing():
    book = openpyxl.Workbook()
    book.active.append(["姓名"])
    book.active.cell(1_048_576, 1).font = openpyxl.styles.Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    assert only(out.getvalue()) == [(1, [("姓名", "")])]


BIG = b"<worksheet><sheetData>" + b"<row/>" * 9_000_000


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: b"", "file_empty"),
        (lambda: workbook([]), "file_empty"),
        (lambda: b"PK\x03\x04 nothing of the kind", "file_damaged"),
        (lambda: workbook([["a"]])[:-40], "file_damaged"),
        (lambda: workbook([["a"]], {"xl/vbaProject.bin": b"x"}), "file_active"),
        (lambda: workbook([["a"]], {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "file_active"),
        (lambda: workbook([["a"]], {"xl/embeddings/oleObject1.bin": b"x"}), "file_active"),
        (lambda: workbook([["a"]], {"xl/worksheets/sheet2.xml": BIG}), "file_bomb"),
        (lambda: workbook([["a"]], {f"x{n}": b"" for n in range(300)}), "file_bomb"),
        (lambda: workbook([["a"] * 61]), "file_too_wide"),
        (lambda: ("a\n" * 20_001).encode(), "file_too_long"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_old_or_locked"),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "file_unknown"),
    ],
)
def test_a_hostile_file_is_refused_with_a_word(make, word):
    assert read_sheets(make()) == word


ONE_CELL = '<worksheet><sheetData><row><c t="str"><v>&l8;</v></c></row></sheetData></worksheet>'


def laughs() -> bytes:
    """A sheet whose entities grow a thousandfold seven times over."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    sheet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>{ONE_CELL}'
    source, out = zipfile.ZipFile(io.BytesIO(workbook([["a"]]))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return out.getvalue()


def test_entities_do_not_grow_and_the_room_stays_small():
    began = time.monotonic()
    assert read_sheets(laughs()) == "file_damaged"
    assert time.monotonic() - began < 10


def put_in(raw: bytes, row: str) -> bytes:
    def put_row(parts: Parts) -> Parts:
        put(parts, FIRST, ("</sheetData>", f"{row}</sheetData>"))
        return parts

    return repacked(raw, put_row)


def wide(count: int) -> str:
    return "".join(f'<row r="{number}"><c r="XFD{number}"/></row>' for number in range(2, count))


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ('<row r="1000000000"><c r="A1000000000"><v>1</v></c></row>', "file_too_long"), ('<row r="1048577"/>', "file_too_long"),
        (wide(1_000), "file_bomb"),
    ],
)  # fmt: skip
def test_rows_and_cells_that_were_left_out_count_too(row, word):
    """A file of some kilobytes does not hold the one place in which files are read."""
    began = time.monotonic()
    assert read_sheets(put_in(workbook([["a"]]), row)) == word
    assert time.monotonic() - began < sheets.LONGEST


@pytest.mark.parametrize("raw", [
    workbook([["x" * 1000] * 20] * 300),
    put_in(workbook([["a"]]), "".join(f'<row r="{number}"><c r="BH{number}" t="b"><v>1</v></c></row>' for number in range(2, 15_000))),
])  # fmt: skip
def test_a_short_file_does_not_become_a_long_text(raw):
    assert len(raw) < 90 * 1024
    assert read_sheets(raw) == "file_bomb"


def test_thousands_of_honest_rows_are_read():
    """As like each other as rows of a class may be."""
    told = ["王芳", "2024级工业机器人系统操作员一班（现代学徒制）", "海滨精密机械制造有限公司", "6-31-07-03 工业机器人系统操作员", "三级/高级工"]
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    for number in range(8_000):
        page.write_row(number, 0, [told[0], f"{number:018}", *told[1:]])
    book.close()
    assert len(only(out.getvalue())) == 8_000


def test_a_child_that_takes_too_much_is_ended(monkeypatch, tmp_path):
    for body in ("x = bytearray(600 * 2**20); x[::4096] = b'x' * len(x[::4096])", "import time; time.sleep(60)", "raise SystemExit(9)"):
        child = tmp_path / "child.py"
        child.write_text(f"import sys; sys.path.insert(0, {str(sheets.CHILD)!r}); from sheet_bounds import set_bounds; set_bounds(20)\n{body}")
        monkeypatch.setattr(sheets, "CHILD", child)
        monkeypatch.setattr(sheets, "LONGEST", 5)
        assert read_sheets(b"a") == "file_bomb"
        monkeypatch.undo()


def test_the_child_knows_nothing_of_the_server():
    done = subprocess.run(
        [sys.executable, "-I", str(sheets.CHILD)], input=b"a,b\n1,2\n", capture_output=True, check=True, env={"JIANGJI_HOME": "/nowhere"},
    )  # fmt: skip
    assert done.stdout == b'[{"name":"","rows":[[1,[["a",""],["b",""]]],[2,[["1",""],["2",""]]]]}]'
