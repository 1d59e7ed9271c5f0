"""Forms as xlsx and as CSV, a row in memory at a time. Text stays text: nothing anybody wrote becomes a formula, in this file or in
what somebody saves of it."""

import csv
import datetime
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from server.papers.forms.form import FOOTER, SAMPLE, Row, Sheet, Value, heads_of

# what begins with one of these is a formula to a spreadsheet, also when a Chinese keyboard wrote it
STARTERS = frozenset("=+-@\t\r\n")
A3, A4 = 8, 9
MANY_COLUMNS = 20
BORN = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def defused(text: str) -> str:
    """For a file that has no types: an apostrophe says that it is text."""
    first = unicodedata.normalize("NFKC", text.lstrip(" \u3000\u00a0")[:1])[:1]
    return f"'{text}" if first in STARTERS and first else text


class Workbook:
    """Its sheets are begun and ended one after the other."""

    def __init__(self, path: Path) -> None:
        kept = {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "tmpdir": str(path.parent),
        }  # fmt: skip
        self.book = xlsxwriter.Workbook(str(path), kept)
        # not when it was written: the same content is the same file
        self.book.set_properties({"title": SAMPLE, "created": BORN})
        make = self.book.add_format
        plain = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        cell = {**plain, "border": 1, "text_wrap": True}
        self.title = make({**plain, "font_size": 16, "bold": True})
        self.fact, self.soft = make(plain), make({**plain, "font_color": "#56606D"})
        self.heading = make({**cell, "bold": True, "bg_color": "#EFEBE3", "align": "center"})
        self.text, self.whole = make(cell), make({**cell, "num_format": "0"})
        self.tenths = make({**cell, "num_format": "0.0"})
        self.names: set[str] = set()

    def begin(self, sheet: Sheet) -> None:
        self.now, self.at = self.book.add_worksheet(self._named(sheet.title)), 0
        self.columns = sheet.columns
        page = self.now
        page.set_landscape()
        page.set_paper(A3 if len(sheet.columns) > MANY_COLUMNS else A4)
        page.fit_to_pages(1, 0)
        page.set_margins(0.4, 0.4, 0.5, 0.6)
        page.set_footer(FOOTER)
        for number, column in enumerate(sheet.columns):
            page.set_column(number, number, column.width + 1)
        title, *facts, note = heads_of(sheet)
        self._line([title], self.title, 26)
        for fact in facts:
            self._line([fact], self.fact)
        self._line([note], self.soft)
        self.top = self.at
        page.repeat_rows(self.at)
        page.freeze_panes(self.at + 1, 0)
        self._line([column.heading for column in sheet.columns], self.heading, 30)

    def add(self, row: Row) -> None:
        for number, column in enumerate(self.columns):
            value = row.get(column.key, "")
            if isinstance(value, str):
                self.now.write_string(self.at, number, value, self.text) if value else self.now.write_blank(self.at, number, None, self.text)
            else:
                self.now.write_number(self.at, number, value, self.tenths if isinstance(value, float) else self.whole)
        self.at += 1

    def end(self, foot: Sequence[str]) -> None:
        if self.at > self.top + 1:
            self.now.autofilter(self.top, 0, self.at - 1, len(self.columns) - 1)
        self.at += 1
        for line in foot:
            self._line([line], self.fact, 24)

    def close(self) -> None:
        self.book.close()

    def _line(self, cells: Sequence[str], look: Any, height: float | None = None) -> None:
        if height:
            self.now.set_row(self.at, height)
        for number, text in enumerate(cells):
            self.now.write_string(self.at, number, text, look)
        self.at += 1

    def _named(self, title: str) -> str:
        """As long and as plain as a sheet's name may be, and no other's."""
        plain = "".join(" " if char in "[]:*?/\\'" else char for char in title).strip()[:28] or "表"
        name, number = plain, 2
        while name.lower() in self.names:
            name, number = f"{plain[:26]} {number}", number + 1
        self.names.add(name.lower())
        return name


class Lines:
    """The same as CSV, which has one table: the first sheet's, without what stands above and beneath it."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8-sig", newline="")
        self.writer, self.sheets = csv.writer(self.file), 0

    def begin(self, sheet: Sheet) -> None:
        self.sheets += 1
        self.columns = sheet.columns
        if self.sheets == 1:
            self.writer.writerow([defused(column.heading) for column in sheet.columns])

    def add(self, row: Row) -> None:
        if self.sheets == 1:
            self.writer.writerow([_cell(row.get(column.key, "")) for column in self.columns])

    def end(self, foot: Sequence[str]) -> None:
        """Nothing stands beneath."""

    def close(self) -> None:
        self.file.close()


def _cell(value: Value) -> str:
    return defused(value) if isinstance(value, str) else format(value, ".15g")
