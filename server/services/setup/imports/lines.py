"""One row of a file on its way in: its cells by field, and what is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.papers.incoming.checks import packed, read_day, read_span, tidy
from server.papers.incoming.columns import Column
from server.papers.incoming.faults import Fault, fault
from server.papers.incoming.sheets import Cell

NOTHING = Cell("")
# what a whole table often has in common
MERGED = (
    "class", "enterprise", "credit_code", "occupation", "occupation_code", "level", "learner", "school", "major", "competition", "event",
    "division", "day",
)  # fmt: skip
LONGEST_SHOWN = 40
LONG_SPAN_YEARS = 3
# what an operation takes for a day
FIRST_DAY, LAST_DAY = "2000-01-01", "2099-12-31"


@dataclass(slots=True)
class Line:
    """`write` is what comes of the row: plain values for whoever writes it. `same`: all of it is in the registers already."""

    row: int
    cells: dict[str, Cell]
    faults: list[Fault] = field(default_factory=list)
    write: dict[str, Any] | None = None
    same: bool = False
    texts: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        found = self.texts.get(name)
        if found is None:
            found = self.texts[name] = tidy(self.cells[name].text) if name in self.cells else ""
        return found

    def is_number(self, name: str) -> bool:
        return self.cells.get(name, NOTHING).kind == "n"

    def blame(self, word: str, about: str | None = None, **said: object) -> None:
        self.faults.append(fault(word, about, **{name: str(given)[:LONGEST_SHOWN] for name, given in said.items()}))

    @property
    def is_stopped(self) -> bool:
        return any(not found.is_hint for found in self.faults)

    @property
    def state(self) -> str:
        return "bad" if self.is_stopped else "same" if self.same else "good"

    def need(self, *names: str) -> None:
        for name in names:
            if not self.text(name) and not any(found.field == name for found in self.faults):
                self.blame("missing", name)

    def day(self, name: str, first: str = FIRST_DAY) -> str | None:
        """None when the cell is empty, no day, or one of another century; then it has been said."""
        text = self.text(name)
        if not text:
            return None
        found = read_day(text, self.is_number(name))
        if found is None or not first <= found <= LAST_DAY:
            self.blame("bad_day", name, value=text)
            return None
        return found

    def span(self, name: str) -> tuple[str, str] | None:
        text = self.text(name)
        if not text:
            return None
        found = read_span(text)
        if found is None:
            self.blame("bad_span", name, value=text)
        elif not all(FIRST_DAY <= day <= LAST_DAY for day in found):
            self.blame("bad_day", name, value=text)
            return None
        elif found[1] < found[0]:
            self.blame("end_before_start", name, **{"from": found[0], "to": found[1]})
            return None
        return found

    def days(self) -> tuple[str, str | None] | None:
        """First and last day out of two columns or of one; the last may be open."""
        span = self.span("span") if not self.text("from") and not self.text("to") else None
        first, last = span or (self.day("from"), self.day("to"))
        if first and last and last < first:
            self.blame("end_before_start", "to", **{"from": first, "to": last})
            return None
        if first and last and int(last[:4]) - int(first[:4]) > LONG_SPAN_YEARS:
            self.blame("long_span", "to", **{"from": first, "to": last})
        return (first, last) if first else None


def lines_of(rows: Iterable[tuple[int, Sequence[Cell]]], columns: Sequence[Column]) -> list[Line]:
    """Rows in which anything stands in a column that has a field. What the sheet could not work out is said at once. A cell that was
    merged down the whole table stands in its first row alone: there it speaks for all."""
    places = {column.at: column.field for column in columns if column.field}
    lines = _lines(rows, places)
    for name in MERGED:
        told = [number for number, line in enumerate(lines) if name in line.cells]
        if told == [0] and len(lines) > 1:
            for line in lines[1:]:
                line.cells[name] = lines[0].cells[name]
                line.blame("merged_down", name, value=lines[0].text(name))
    return lines


def _lines(rows: Iterable[tuple[int, Sequence[Cell]]], places: Mapping[int, str]) -> list[Line]:
    lines = []
    for number, cells in rows:
        found = {name: cells[at] for at, name in places.items() if at < len(cells) and cells[at].text.strip()}
        if not found:
            continue
        line = Line(number, found)
        for name, cell in found.items():
            if cell.kind == "e":
                line.blame("cell_error", name, value=cell.text)
        lines.append(line)
    return lines


def limit(line: Line, most: Mapping[str, int]) -> None:
    for name, letters in most.items():
        if len(line.text(name)) > letters:
            line.blame("too_long", name, most=letters)


def find_copies(lines: Sequence[Line]) -> None:
    """A row that says nothing an earlier one does not say."""
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for line in lines:
        key = tuple(sorted((name, packed(cell.text)) for name, cell in line.cells.items()))
        if key in seen:
            line.blame("row_twice", None, row=seen[key])
        seen.setdefault(key, line.row)
