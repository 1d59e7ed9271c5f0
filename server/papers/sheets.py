"""Starts the child process that takes a spreadsheet apart, and survives whatever happens to it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

CHILD = Path(__file__).with_name("sheet_child.py")
LONGEST, REFUSED = 20, 3


class Cell(NamedTuple):
    """Its text, and what the sheet says it is: n a number, d a day, e an error, nothing for text."""

    text: str
    kind: str = ""


class Sheet(NamedTuple):
    """A name, and the rows with anything in them: (number, cells)."""

    name: str
    rows: list[tuple[int, list[Cell]]]


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
