"""A ledger that was handed in beside the one its operations make: every cell that differs, every row that is too many or missing.
That rows stand in another order changes nothing and is only told."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from server.papers.forms.form import Column, Form, Row, Value
from server.papers.incoming.sheets import Cell

EXPORT = re.compile(r"导出编号[：:]\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
LEAST_HEADINGS = 4
EMPTY = Cell("")
# what tells one row from another, and what is said of a row so that a person finds it
KEYS = {"ledger": ("voucher",), "summary": ("apprentice", "identity"), "modules": ("apprentice", "module")}
ABOUT = {"ledger": ("day", "start", "apprentice"), "summary": ("apprentice",), "modules": ("apprentice", "module")}
ALIKE = {"ledger": ("day", "start", "end", "apprentice"), "summary": ("apprentice",), "modules": ("apprentice", "module")}


class Difference(NamedTuple):
    """`kind`: cell, formula, added, deleted, twice, heading or stray. `row` as the sheet numbers it."""

    kind: str
    sheet: str
    row: int | None
    column: str
    about: str
    theirs: str
    ours: str


class Line(NamedTuple):
    """A row of the file, by the keys of the form's columns."""

    row: int
    cells: dict[str, Cell]


class Found(NamedTuple):
    """A form in the file: the sheet it is on, its rows, and what is wrong with its head."""

    form: Form
    sheet: str
    columns: frozenset[str]
    lines: list[Line]
    differences: list[Difference]


class Handed:
    """A file as it is read, row by row."""

    def __init__(self, forms: Sequence[tuple[Form, Sequence[Column]]]) -> None:
        self.forms, self.export_id = forms, ""
        self.found: dict[str, Found] = {}
        self.sheet, self.now = "", None
        self.at: dict[int, str] = {}

    def add(self, sheet: str, number: int, cells: Sequence[Cell]) -> None:
        if sheet != self.sheet:
            self.sheet, self.now = sheet, None
        if not self.export_id:
            self.export_id = next((match[1] for cell in cells if (match := EXPORT.search(cell.text))), "")
        if self.now is None:
            self._begin(number, cells)
        else:
            self._line(self.now, number, cells)

    def _begin(self, number: int, cells: Sequence[Cell]) -> None:
        """Whether this row holds the headings of one of our forms."""
        texts = [cell.text.strip() for cell in cells]
        for form, columns in self.forms:
            known = {column.heading: column.key for column in form.columns}
            hits = [text for text in texts if text in known]
            if form.word in self.found or len(set(hits)) < max(LEAST_HEADINGS, len(form.columns) // 2):
                continue
            self.at = {place: known[text] for place, text in enumerate(texts) if text in known}
            wrong = [Difference("heading", self.sheet, number, text, "", text, "") for text in texts if text and text not in known]
            missing = [column.heading for column in columns if column.heading not in hits]
            wrong += [Difference("heading", self.sheet, number, heading, "", "", heading) for heading in missing]
            self.now = self.found[form.word] = Found(form, self.sheet, frozenset(self.at.values()), [], wrong)
            return

    def _line(self, found: Found, number: int, cells: Sequence[Cell]) -> None:
        """One cell alone is what stands beneath a table, where nothing of ours has a number or a formula."""
        filled = [cell for cell in cells if cell.text.strip()]
        if len(filled) == 1 and cells[0].text.strip() and filled[0].kind == "":
            text = filled[0].text
            if text not in found.form.foot:
                found.differences.append(Difference("stray", found.sheet, number, "", "", text, ""))
            return
        found.lines.append(Line(number, {self.at[place]: cell for place, cell in enumerate(cells) if place in self.at}))
        beside = [cell for place, cell in enumerate(cells) if place not in self.at and cell.text.strip()]
        found.differences.extend(Difference("stray", found.sheet, number, "", "", cell.text, "") for cell in beside)


class Compared(NamedTuple):
    """`reordered`: the same rows in another order."""

    differences: list[Difference]
    rows: int
    reordered: bool


def compare(found: Found, ours: Iterable[Row]) -> Compared:
    form, keys = found.form, KEYS[found.form.word]
    lines: dict[tuple[str, ...], list[Line]] = {}
    for line in found.lines:
        lines.setdefault(_key(line, keys), []).append(line)
    missing: list[Row] = []
    matched: list[tuple[Line, Row]] = []
    for row in ours:
        there = lines.get(tuple(said(row[name]) for name in keys))
        if there:
            matched.append((there.pop(0), row))
        else:
            missing.append(row)
    known = {_key(line, keys) for line, _ in matched}
    twice = [line for key in known for line in lines.pop(key)]
    added = [line for some in lines.values() for line in some]
    renamed = _pair(form, added, missing)
    order = [line.row for line, _ in matched]
    reordered, whole = order != sorted(order), len(renamed) == len(missing) == len(added) and not twice
    differences = list(found.differences)
    for line, row in (*matched, *renamed):
        differences += _cells(found, line, row, whole and not reordered)
    paired, gone = {line.row for line, _ in renamed}, {id(row) for _, row in renamed}
    differences += [_whole("twice", found, line) for line in twice]
    differences += [_whole("added", found, line) for line in added if line.row not in paired]
    differences += [
        Difference("deleted", found.sheet, None, "", about(form, row), "", _short(row, form)) for row in missing if id(row) not in gone
    ]  # fmt: skip
    return Compared(sorted(differences, key=lambda one: (one.row is None, one.row or 0)), len(found.lines), reordered)


def _pair(form: Form, added: Sequence[Line], missing: Sequence[Row]) -> list[tuple[Line, Row]]:
    """A row whose number was changed is one row, not one too many and one missing."""
    waiting = {tuple(said(row[name]) for name in ALIKE[form.word]): row for row in missing}
    pairs = []
    for line in added:
        row = waiting.pop(_key(line, ALIKE[form.word]), None)
        if row is not None:
            pairs.append((line, row))
    return pairs


def _cells(found: Found, line: Line, row: Row, numbered: bool) -> list[Difference]:
    """Row numbers say nothing once rows are gone or stand elsewhere; what a hand fills in is nobody's to check."""
    differences = []
    for column in found.form.columns:
        if column.key not in found.columns or column.kind == "sign" or (column.key == "number" and not numbered):
            continue
        cell, ours = line.cells.get(column.key, EMPTY), said(row.get(column.key, ""))
        kind = "formula" if cell.kind == "f" else "cell" if cell.text != ours else ""
        if kind:
            differences.append(Difference(kind, found.sheet, line.row, column.heading, about(found.form, row), cell.text, ours))
    return differences


def _key(line: Line, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(line.cells[name].text.strip() if name in line.cells else "" for name in names)


def _whole(kind: str, found: Found, line: Line) -> Difference:
    who = " ".join(text for text in _key(line, ABOUT[found.form.word]) if text)
    text = " ".join(cell.text for cell in line.cells.values() if cell.text)
    return Difference(kind, found.sheet, line.row, "", who, text[:120], "")


def about(form: Form, row: Row) -> str:
    return " ".join(said(row[name]) for name in ABOUT[form.word])


def _short(row: Row, form: Form) -> str:
    return " ".join(said(row.get(column.key, "")) for column in form.columns if row.get(column.key, "") != "")[:120]


def said(value: Value | Any) -> str:
    """As a spreadsheet reads it back."""
    return value if isinstance(value, str) else format(value, ".15g")
