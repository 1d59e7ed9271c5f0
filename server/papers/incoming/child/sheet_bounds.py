"""How much a file may take, and the word it is refused with."""

import resource
from collections.abc import Sequence

MEGABYTE = 1024 * 1024
MOST_MEMORY, MOST_SECONDS = 512 * MEGABYTE, 20
MOST_MEMBERS, MOST_UNPACKED, MOST_RATIO, SMALL = 200, 50 * MEGABYTE, 100, 64 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS, MOST_LETTERS = 20_000, 60, 8, 1000
# a ledger that was made here comes back: it is long, and a formula in it is what is looked for
LEDGER_ROWS, LEDGER_UNPACKED, LEDGER_SECONDS = 150_000, 600 * MEGABYTE, 150
# the last row a spreadsheet program knows; of cells those that were left out are counted too
LAST_ROW, MOST_CELLS = 1_048_576, 6_000_000
# what the cells say may be so many times as long as the file; a short file may say this much, and every cell weighs something
LETTERS_A_BYTE, LEAST_LETTERS, CELL_LETTERS = 20, 512 * 1024, 2
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Cell = tuple[str, str]
# what a reader may see otherwise than the cells hold it: its kind, the row it begins at, and what it says
Mark = tuple[str, int | None, str]


class Refused(Exception):
    """A word of faults.json."""


def set_bounds(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


class Budget:
    """What is left for all the sheets of a file together."""

    def __init__(self, size: int, rows: int = MOST_ROWS) -> None:
        self.letters, self.cells, self.rows = max(LEAST_LETTERS, LETTERS_A_BYTE * size), MOST_CELLS, rows

    def pass_by(self, number: int, wide: int) -> None:
        """A row as the sheet yields it, with anything in it or not."""
        self.cells -= 1 + wide
        if number > LAST_ROW:
            raise Refused("file_too_long")
        if self.cells < 0:
            raise Refused("file_bomb")

    def keep(self, line: Sequence[Cell]) -> None:
        self.letters -= sum(len(text) for text, _ in line) + CELL_LETTERS * len(line)
        if self.letters < 0:
            raise Refused("file_bomb")
