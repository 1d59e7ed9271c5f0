"""A ledger that was handed in beside the one its operations make: every cell that differs, every row that is too many or missing, and
whatever is in the file that we have not put there. That rows stand in another order changes nothing and is only told."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from server.papers.forms.form import Chosen, Form, Row, Sheet, Value, heads_of
from server.papers.incoming.checks import mask
from server.papers.incoming.sheets import Cell, Part

EXPORT = re.compile(r"导出编号[：:]\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
LEAST_HEADINGS, MOST_ABOVE = 4, 20
WHOLE_ID = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
EMPTY = Cell("")
# what tells one row from another, and what is said of a row so that a person finds it
KEYS = {"ledger": ("voucher",), "summary": ("apprentice", "identity"), "modules": ("apprentice", "module"), "basis": ("book",)}
ABOUT = {"ledger": ("day", "start", "apprentice"), "summary": ("apprentice",), "modules": ("apprentice", "module"), "basis": ("name",)}
ALIKE = {
    "ledger": ("day", "start", "end", "apprentice"), "summary": ("apprentice",), "modules": ("apprentice", "module"), "basis": ("name",),
}  # fmt: skip


class Difference(NamedTuple):
    """`kind`: cell, formula, format, added, deleted, twice, heading, above, stray, sheet, hidden or layer. `row` as the sheet numbers it."""

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
    """A form in the file: the sheet it is on, its columns by their keys with the heading of each, what stands above them, its rows, and
    what is wrong with its head."""

    form: Form
    sheet: str
    columns: Mapping[str, str]
    above: list[tuple[int, str]]
    lines: list[Line]
    differences: list[Difference]


class Handed:
    """A file as it is read, sheet by sheet and row by row. `chosen` tells which columns the forms of an export have."""

    def __init__(self, forms: Sequence[Form], chosen: Callable[[str], Mapping[str, Sequence[Chosen]]]) -> None:
        self.forms, self.choose, self.export_id = forms, chosen, ""
        self.chosen: Mapping[str, Sequence[Chosen]] = {}
        self.found: dict[str, Found] = {}
        self.strange: list[Difference] = []
        self.now: Found | None = None
        self.sheet, self.above = "", []
        self.at: dict[int, str] = {}

    def add(self, part: Part, number: int, cells: Sequence[Cell]) -> None:
        if number == 0:
            self._open(part)
            return
        if self.now is None and not self.found:
            self._learn_export(cells)
        if self.now is None:
            self._begin(number, cells)
        else:
            self._line(self.now, number, cells)

    def _learn_export(self, cells: Sequence[Cell]) -> None:
        """The number stands after every name in the head: what a class or an organisation is called comes before it."""
        said = [number for cell in cells for number in EXPORT.findall(cell.text)]
        if said and said[-1] != self.export_id:
            self.export_id = said[-1]
            self.chosen = self.choose(self.export_id)

    def _open(self, part: Part) -> None:
        """A sheet begins. It stays strange until one of our forms is found on it."""
        self.sheet, self.now, self.above = part.name, None, []
        if part.state == "layer":
            self.strange.append(Difference("layer", part.name, None, "", "", part.name, ""))
            return
        if part.state != "visible":
            self.strange.append(Difference("hidden", part.name, None, "", "", part.name, ""))
        self.strange.append(Difference("sheet", part.name, None, "", "", part.name, ""))

    def _begin(self, number: int, cells: Sequence[Cell]) -> None:
        """Whether this row holds the headings of one of our forms; of two that could be meant it is the one whose title stands above."""
        texts = [cell.text.strip() for cell in cells]
        titled = {text for _, text in self.above[:1]}
        for form in sorted(self.forms, key=lambda form: form.title not in titled):
            columns = form.chosen(self.chosen.get(form.word))
            wanted = {column.heading: column.key for column in columns}
            hits = len(wanted.keys() & set(texts))
            if form.word in self.found or hits < max(min(LEAST_HEADINGS, len(wanted)), len(wanted) // 2):
                continue
            self.at, wrong = {}, []
            for place, text in enumerate(texts):
                if text in wanted and wanted[text] not in self.at.values():
                    self.at[place] = wanted[text]
                elif text:
                    wrong.append(Difference("heading", self.sheet, number, text, "", text, ""))
            missing = [column.heading for column in columns if column.heading not in texts]
            wrong += [Difference("heading", self.sheet, number, heading, "", "", heading) for heading in missing]
            self.now = self.found[form.word] = Found(form, self.sheet, {key: texts[place] for place, key in self.at.items()}, self.above, [], wrong)
            del self.strange[-1]
            return
        if len(self.above) < MOST_ABOVE and any(texts):
            said = [f"{cell.text} [{cell.kind}]" if cell.kind else cell.text for cell in cells if cell.text.strip()]
            self.above.append((number, " ".join(said)))

    def _line(self, found: Found, number: int, cells: Sequence[Cell]) -> None:
        """One cell alone is what stands beneath a table, where nothing of ours has a number or a formula."""
        filled = [cell for cell in cells if cell.text.strip()]
        if len(filled) == 1 and cells[0].text.strip() and filled[0].kind == "":
            text = filled[0].text
            if text not in found.form.foot:
                found.differences.append(Difference("stray", found.sheet, number, "", "", covered(text), ""))
            return
        found.lines.append(Line(number, {self.at[place]: cell for place, cell in enumerate(cells) if place in self.at}))
        beside = [cell for place, cell in enumerate(cells) if place not in self.at and cell.text.strip()]
        found.differences.extend(Difference("stray", found.sheet, number, "", "", covered(cell.text), "") for cell in beside)


class Compared(NamedTuple):
    """`reordered`: the same rows in another order."""

    differences: list[Difference]
    rows: int
    reordered: bool


def compare(found: Found, ours: Iterable[Row]) -> Compared:
    form, keys = found.form, _keys(found)
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
    renamed = _pair(found, added, missing)
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


def compare_head(found: Found, sheet: Sheet) -> list[Difference]:
    """What stands above the headings and what has to."""
    theirs, ours = [text for _, text in found.above], heads_of(sheet)
    wrong = [Difference("above", found.sheet, row, "", "", covered(text), "") for row, text in found.above if text not in ours]
    return wrong + [Difference("above", found.sheet, None, "", "", "", text) for text in ours if text not in theirs]


def _keys(found: Found) -> tuple[str, ...]:
    """What tells rows apart, of the columns the college wants its form to have."""
    word = found.form.word
    for names in (KEYS[word], tuple(name for name in ALIKE[word] if name in found.columns)):
        if names and found.columns.keys() >= set(names):
            return names
    return tuple(column.key for column in found.form.columns if column.key in found.columns and column.key != "number")


def _pair(found: Found, added: Sequence[Line], missing: Sequence[Row]) -> list[tuple[Line, Row]]:
    """A row whose number was changed is one row, not one too many and one missing."""
    names = tuple(name for name in ALIKE[found.form.word] if name in found.columns)
    waiting = {tuple(said(row[name]) for name in names): row for row in missing}
    pairs = []
    for line in added:
        row = waiting.pop(_key(line, names), None)
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
        kind = "formula" if cell.kind == "f" else "cell" if cell.text != ours else "format" if cell.kind[:1] == "x" else ""
        if kind:
            theirs = f"{_shown(column.key, cell)} [{cell.kind[1:]}]" if kind == "format" else _shown(column.key, cell)
            differences.append(Difference(kind, found.sheet, line.row, found.columns[column.key], about(found.form, row), theirs, ours))
    return differences


def _key(line: Line, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(line.cells[name].text.strip() if name in line.cells else "" for name in names)


def _whole(kind: str, found: Found, line: Line) -> Difference:
    who = " ".join(text for text in _key(line, ABOUT[found.form.word]) if text)
    text = " ".join(_shown(key, cell) for key, cell in line.cells.items() if cell.text)
    return Difference(kind, found.sheet, line.row, "", covered(who), text[:120], "")


def _shown(key: str, cell: Cell) -> str:
    """What is told of a cell is kept with the job: no whole ID number, wherever somebody has typed one."""
    if key == "identity" and "*" not in cell.text:
        return mask(cell.text)
    return covered(cell.text)


def covered(text: str) -> str:
    return WHOLE_ID.sub(lambda number: mask(number[0]), text)


def about(form: Form, row: Row) -> str:
    return " ".join(said(row[name]) for name in ABOUT[form.word])


def _short(row: Row, form: Form) -> str:
    return " ".join(said(row.get(column.key, "")) for column in form.columns if row.get(column.key, "") != "")[:120]


def said(value: Value | Any) -> str:
    """As a spreadsheet reads it back."""
    return value if isinstance(value, str) else format(value, ".15g")
