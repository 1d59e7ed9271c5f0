"""Starts the child process that takes a spreadsheet apart, and survives whatever happens to it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CHILD = Path(__file__).with_name("sheet_child.py")
LONGEST, LONGEST_LEDGER, REFUSED = 20, 200, 3


class Unreadable(Exception):
    """A word of faults.json."""


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


def read_ledger(path: Path) -> Iterator[tuple[str, int, list[Cell]]]:
    """Row by row of every sheet (its name, the row's number, its cells) of a ledger that was handed in. A formula is of the kind f.
    Unreadable, with a word of faults.json, when it is none."""
    with path.open("rb") as raw, subprocess.Popen(
        [sys.executable, "-I", str(CHILD), "ledger"], stdin=raw, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, encoding="ascii",
    ) as child:  # fmt: skip
        watch = threading.Timer(LONGEST_LEDGER, child.kill)
        watch.start()
        try:
            sheet, last = "", ""
            for line in child.stdout or ():
                if line.startswith('"'):
                    sheet = json.loads(line)
                elif line.startswith("["):
                    number, cells = json.loads(line)
                    yield sheet, number, [Cell(*cell) for cell in cells]
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
