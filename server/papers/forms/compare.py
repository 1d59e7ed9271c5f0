"""A ledger that was handed in beside the one its operations make: every cell that differs, every row that is too many or missing, and
whatever is in the file that we have not put there. That rows stand in another order changes nothing and is only told."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import count
from typing import Any, NamedTuple

from server.papers.forms.form import FOOTER, Chosen, Column, Form, Row, Sheet, Value, heads_of
from server.papers.incoming.checks import mask
from server.papers.incoming.sheets import Cell, Part

EXPORT = re.compile(r"导出编号[：:]\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
LEAST_HEADINGS = 4
# every line above the headings of a table is compared; beneath more of them no table is looked for
MOST_ABOVE = 200
# what of the differences is kept and told, and how much of each; the others are counted
MOST_SHOWN, MOST_TOLD = 500, 200
SHEETS = ("visible", "hidden", "veryHidden")
# font and size of what is printed on every page, as some programs write them out
PRINTED = re.compile(r'&"[^"]*"|&[0-9]{1,2}(?![0-9])')
WHOLE_ID = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
EMPTY = Cell("")
# a cell that holds what it should and is shown as something else
OWN_LOOK = {"x": "format", "l": "look"}
# what tells one row from another, and what is said of a row so that a person finds it
KEYS = {"ledger": ("voucher",), "summary": ("apprentice", "identity"), "modules": ("apprentice", "module"), "basis": ("book",)}
ABOUT = {"ledger": ("day", "start", "apprentice"), "summary": ("apprentice",), "modules": ("apprentice", "module"), "basis": ("name",)}
ALIKE = {
    "ledger": ("day", "start", "end", "apprentice"), "summary": ("apprentice",), "modules": ("apprentice", "module"), "basis": ("name",),
}  # fmt: skip


class Difference(NamedTuple):
    """`kind`: cell, formula, format, look, added, deleted, twice, heading, above, stray, sheet, hidden, unseen, merged, printed or layer.
    `row` as the sheet numbers it."""

    kind: str
    sheet: str
    row: int | None
    column: str
    about: str
    theirs: str
    ours: str


@dataclass(slots=True)
class Named:
    """The first differences that were found, and how many there are."""

    shown: list[Difference] = field(default_factory=list)
    total: int = 0

    def add(self, one: Difference) -> None:
        self.total += 1
        if len(self.shown) < MOST_SHOWN:
            self.shown.append(one)


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
    differences: Named
    feet: set[str]


class Handed:
    """A file as it is read, sheet by sheet and row by row. `chosen` tells which columns the forms of an export have."""

    def __init__(self, forms: Sequence[Form], chosen: Callable[[str], Mapping[str, Sequence[Chosen]]]) -> None:
        self.forms, self.choose, self.export_id = forms, chosen, ""
        self.chosen: Mapping[str, Sequence[Chosen]] = {}
        self.found: dict[str, Found] = {}
        self.strange = Named()
        self.now: Found | None = None
        self.sheet, self.above = "", []
        self.opened: Difference | None = None
        self.at: dict[int, str] = {}

    def add(self, part: Part, number: int, cells: Sequence[Cell]) -> None:
        if number == 0:
            self._open(part) if part.state in SHEETS else self._mark(part)
            return
        if self.now is not None:
            self._line(self.now, number, cells)
        elif len(self.above) <= MOST_ABOVE:
            if not self.found:
                self._learn_export(cells)
            self._begin(number, cells)

    def _learn_export(self, cells: Sequence[Cell]) -> None:
        """The number stands after every name in the head: what a class or an organisation is called comes before it."""
        said = [number for cell in cells for number in EXPORT.findall(cell.text)]
        if said and said[-1] != self.export_id:
            self.export_id = said[-1]
            self.chosen = self.choose(self.export_id)

    def _mark(self, part: Part) -> None:
        if part.state != "printed" or PRINTED.sub("", part.said) != FOOTER:
            self.strange.add(Difference(part.state, part.name, part.row, "", "", shown(part.said), ""))

    def _open(self, part: Part) -> None:
        """A sheet begins. It stays strange until one of our forms is found on it."""
        self.close()
        self.sheet, self.now, self.above = part.name, None, []
        if part.state != "visible":
            self.strange.add(Difference("hidden", part.name, None, "", "", part.name, ""))
        self.opened = Difference("sheet", part.name, None, "", "", part.name, "")

    def close(self) -> None:
        """The last sheet has ended."""
        if self.opened is not None:
            self.strange.add(self.opened)
        self.opened = None

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
            self.now = self.found[form.word] = self._found(form, columns, wanted, number, cells)
            self.opened = None
            return
        if any(texts):
            said = [f"{cell.text} [{cell.kind}]" if cell.kind else cell.text for cell in cells if cell.text.strip()]
            self.above.append((number, " ".join(said)))

    def _found(self, form: Form, columns: Sequence[Column], wanted: Mapping[str, str], number: int, cells: Sequence[Cell]) -> Found:
        """Its headings: each once, none missing, none besides, and to be seen as they are."""
        self.at, wrong, texts = {}, Named(), [cell.text.strip() for cell in cells]
        for place, text in enumerate(texts):
            kind = OWN_LOOK.get(cells[place].kind[:1])
            if text in wanted and wanted[text] not in self.at.values():
                self.at[place] = wanted[text]
                if kind:
                    wrong.add(Difference(kind, self.sheet, number, text, "", f"{text} [{cells[place].kind[1:]}]", text))
            elif text:
                wrong.add(Difference("heading", self.sheet, number, shown(text), "", shown(text), ""))
        for heading in (column.heading for column in columns if column.heading not in texts):
            wrong.add(Difference("heading", self.sheet, number, heading, "", "", heading))
        return Found(form, self.sheet, {key: texts[place] for place, key in self.at.items()}, self.above, [], wrong, set())

    def _line(self, found: Found, number: int, cells: Sequence[Cell]) -> None:
        """One cell alone is what stands beneath a table, where nothing of ours has a number or a formula."""
        filled = [cell for cell in cells if cell.text.strip()]
        if len(filled) == 1 and cells[0].text.strip() and filled[0].kind == "":
            text = filled[0].text
            if text not in found.form.foot or text in found.feet:
                found.differences.add(Difference("stray", found.sheet, number, "", "", shown(text), ""))
            found.feet.add(text) if text in found.form.foot else None
            return
        found.lines.append(Line(number, {self.at[place]: cell for place, cell in enumerate(cells) if place in self.at and cell.text}))
        for cell in (cell for place, cell in enumerate(cells) if place not in self.at and cell.text.strip()):
            found.differences.add(Difference("stray", found.sheet, number, "", "", shown(cell.text), ""))


class Compared(NamedTuple):
    """The first differences, how many there are, and `reordered`: the same rows in another order."""

    differences: list[Difference]
    total: int
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
    paired, gone = {line.row for line, _ in renamed}, {id(row) for _, row in renamed}
    besides = len(found.differences.shown)

    def differences() -> Iterator[Difference]:
        yield from found.differences.shown
        for line, row in (*matched, *renamed):
            yield from _cells(found, line, row, whole and not reordered)
        yield from (_whole("twice", found, line) for line in twice)
        yield from (_whole("added", found, line) for line in added if line.row not in paired)
        yield from (Difference("deleted", found.sheet, None, "", about(form, row), "", _short(row, form)) for row in missing if id(row) not in gone)

    first, total = first_of(differences())
    return Compared(first, total - besides + found.differences.total, len(found.lines), reordered)


def first_of(differences: Iterable[Difference]) -> tuple[list[Difference], int]:
    """Those that stand highest, and how many there are in all: no more of them are held at a time than are told."""
    counted = count()
    some = nsmallest(MOST_SHOWN, (one for one, _ in zip(differences, counted, strict=False)), key=lambda one: (one.row is None, one.row or 0))
    return some, next(counted)


def compare_head(found: Found, sheet: Sheet) -> Compared:
    """What stands above the headings and what has to, each line once."""
    left, wrong = Counter(heads_of(sheet)), Named()
    for row, text in found.above:
        if left[text] > 0:
            left[text] -= 1
        else:
            wrong.add(Difference("above", found.sheet, row, "", "", shown(text), ""))
    for text in left.elements():
        wrong.add(Difference("above", found.sheet, None, "", "", "", text))
    return Compared(wrong.shown, wrong.total, 0, False)


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
        kind = "formula" if cell.kind == "f" else "cell" if cell.text != ours else OWN_LOOK.get(cell.kind[:1], "")
        if kind:
            theirs = f"{_shown(column.key, cell)} [{cell.kind[1:]}]" if kind in OWN_LOOK.values() else _shown(column.key, cell)
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
        return mask(cell.text)[:MOST_TOLD]
    return shown(cell.text)


def shown(text: str) -> str:
    """As much of it as is told."""
    return covered(text)[:MOST_TOLD]


def covered(text: str) -> str:
    return WHOLE_ID.sub(lambda number: mask(number[0]), text)


def about(form: Form, row: Row) -> str:
    return " ".join(said(row[name]) for name in ABOUT[form.word])


def _short(row: Row, form: Form) -> str:
    return " ".join(said(row.get(column.key, "")) for column in form.columns if row.get(column.key, "") != "")[:120]


def said(value: Value | Any) -> str:
    """As a spreadsheet reads it back."""
    return value if isinstance(value, str) else format(value, ".15g")
