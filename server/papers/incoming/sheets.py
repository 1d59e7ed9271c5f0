"""Starts the child process that takes a spreadsheet apart, and survives whatever happens to it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CHILD = Path(__file__).with_name("child")
LONGEST, LONGEST_LEDGER, REFUSED = 20, 200, 3
# of the cells of a ledger that differ from each other, in bytes: a hundred and fifty thousand honest rows are two thirds of it
MOST_WEIGHT, CELL_WEIGHT = 320 * 1024 * 1024, 250


class Unreadable(Exception):
    """A word of faults.json."""


class Cell(NamedTuple):
    """Its text, and what the sheet says it is: n a number, d a day, e an error, nothing for text. Of a ledger that comes back also
    f, a formula, x with a format of its own by which something else may be shown, and l with what keeps it from being seen as it is."""

    text: str
    kind: str = ""


class Sheet(NamedTuple):
    """A name, and the rows with anything in them: (number, cells)."""

    name: str
    rows: list[tuple[int, list[Cell]]]


class Part(NamedTuple):
    """A sheet of a ledger that comes back: `state` is visible, hidden or veryHidden. Or what may show a reader something else than the
    cells of this sheet hold, of the whole file where it has no name: `state` is layer, unseen, merged, printed or look, `said` what it is
    and `row` where it begins."""

    place: int
    name: str
    state: str
    row: int | None = None
    said: str = ""


class Shelf:
    """The cells of a file, equal ones once."""

    def __init__(self) -> None:
        self.cells: dict[Cell, Cell] = {}
        self.weight = 0

    def put(self, cell: Cell) -> Cell:
        known = self.cells.setdefault(cell, cell)
        if known is cell:
            self.weight += CELL_WEIGHT + 2 * len(cell.text)
            if self.weight > MOST_WEIGHT:
                raise Unreadable("file_bomb")
        return known


def read_sheets(raw: bytes) -> list[Sheet] | str:
    """The sheets of an xlsx or CSV file, or a word of faults.json that says why it is not read."""
    if not raw:
        return "file_empty"
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD)], input=raw, capture_output=True, timeout=LONGEST, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        return "file_bomb"
    if done.returncode == REFUSED and done.stdout:
        return done.stdout.decode("ascii")
    if done.returncode != 0:
        return "file_bomb"
    found = json.loads(done.stdout.decode("utf-8", "replace"))
    sheets = [Sheet(one["name"], [(number, [Cell(*cell) for cell in cells]) for number, cells in one["rows"]]) for one in found]
    return sheets if any(sheet.rows for sheet in sheets) else "file_empty"


def read_ledger(path: Path) -> Iterator[tuple[Part, int, list[Cell]]]:
    """Every sheet (with 0 and no cells) and then its rows (number, cells) of a ledger that was handed in. Equal cells are one, and
    all of them together weigh no more than MOST_WEIGHT. Unreadable, with a word of faults.json, when it is none."""
    shelf = Shelf()
    with path.open("rb") as raw, subprocess.Popen(
        [sys.executable, "-I", str(CHILD), "ledger"], stdin=raw, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, encoding="ascii",
    ) as child:  # fmt: skip
        watch = threading.Timer(LONGEST_LEDGER, child.kill)
        watch.start()
        try:
            part, last = Part(-1, "", "visible"), ""
            for line in child.stdout or ():
                if line.startswith("{"):
                    part = Part(part.place + 1, **json.loads(line))
                    yield part, 0, []
                elif line.startswith("["):
                    number, found = json.loads(line)
                    yield part, number, [shelf.put(Cell(*cell)) for cell in found]
                else:
                    last = line.strip()
            child.wait()
        finally:
            watch.cancel()
            child.kill()
    if child.returncode == REFUSED and last:
        raise Unreadable(last)
    if child.returncode != 0:
        raise Unreadable("file_bomb")
