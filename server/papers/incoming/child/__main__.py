"""Takes the cells out of a spreadsheet that comes in on standard input. Run as a process of its own, with little memory and time,
because what people drop here was made by strangers: what breaks here breaks nothing else.

Exit status 3: no file we read, with a word on standard output that says why."""

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import chain
from typing import Any

import openpyxl
import sheet_bounds as most
from sheet_bounds import Budget, Cell, Mark, Refused
from sheet_looks import Looks
from sheet_page import page_marks
from sheet_parts import Package

FORBIDDEN = ("vbaproject", "externallinks/", "embeddings/", "activex/", "oleobject")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED = 3
Row = tuple[int, list[Cell]]


def read(raw: bytes) -> list[dict[str, Any]]:
    if raw.startswith(b"PK"):
        return read_workbook(raw)
    if raw.startswith(OLE):
        raise Refused("file_old_or_locked")
    return [{"name": "", "rows": list(rows_of(read_lines(raw), Budget(len(raw))))}]


def write_ledger(raw: bytes) -> None:
    """Row by row, each a line on standard output, a formula as what it says and not as what it came to. Before the rows of a sheet its
    name and whether it can be seen; before those, and before all of them, whatever may show a reader something else than the cells hold."""
    if not raw.startswith(b"PK"):
        return write_lines(read(raw))
    look_into(raw, most.LEDGER_UNPACKED)
    try:
        book, budget = load(raw, data_only=False), Budget(len(raw), most.LEDGER_ROWS)
        looks, package = Looks(book), Package(zipfile.ZipFile(io.BytesIO(raw)))
        write_marks("", chain(package.marks(len(book.worksheets)), package.string_marks(looks)))
        for place, sheet in enumerate(book.worksheets):
            header = {"name": sheet.title[:60], "state": sheet.sheet_state}
            if place >= most.MOST_SHEETS:
                write_lines([{**header, "rows": ()}])
                continue
            write_marks(sheet.title[:60], page_marks(package.open(sheet._worksheet_path), looks))
            sheet.reset_dimensions()
            lines = ([formula_of(cell) or looks.of(cell, cell_of(cell)) for cell in line] for line in yielded(sheet, budget))
            write_lines([{**header, "rows": rows_of(lines, budget)}])
    except (Refused, MemoryError):
        raise
    except Exception as why:
        raise Refused("file_damaged") from why


def load(raw: bytes, data_only: bool) -> Any:
    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is missing")
    return openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=data_only, keep_links=False)


def yielded(sheet: Any, budget: Budget) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet with those between them that were left out: one far away takes as long as all before it."""
    for number, line in enumerate(sheet.iter_rows(), start=1):
        budget.pass_by(number, len(line))
        yield line


def write_marks(sheet: str, marks: Iterable[Mark]) -> None:
    for kind, row, said in marks:
        sys.stdout.write(json.dumps({"name": sheet, "state": kind, "row": row, "said": said[:most.MOST_LETTERS]}, ensure_ascii=True) + "\n")


def write_lines(sheets: Iterable[dict[str, Any]]) -> None:
    for sheet in sheets:
        sys.stdout.write(json.dumps({"name": sheet["name"], "state": sheet.get("state", "visible")}, ensure_ascii=True) + "\n")
        for row in sheet["rows"]:
            sys.stdout.write(json.dumps(row, ensure_ascii=True, separators=(",", ":")) + "\n")


def formula_of(cell: Any) -> Cell | None:
    if cell.data_type != "f":
        return None
    return (str(getattr(cell.value, "text", cell.value))[:most.MOST_LETTERS], "f")


def look_into(raw: bytes, unpacked: int = most.MOST_UNPACKED) -> None:
    """What the directory says, before anything is unpacked; Python stops at the size it promises."""
    try:
        members = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as why:
        raise Refused("file_damaged") from why
    if len(members) > most.MOST_MEMBERS or sum(member.file_size for member in members) > unpacked:
        raise Refused("file_bomb")
    for member in members:
        if any(word in member.filename.lower() for word in FORBIDDEN):
            raise Refused("file_active")
        if member.flag_bits & 1:
            raise Refused("file_old_or_locked")
        if member.file_size > most.SMALL and member.file_size > most.MOST_RATIO * max(member.compress_size, 1):
            raise Refused("file_bomb")


def read_workbook(raw: bytes) -> list[dict[str, Any]]:
    look_into(raw)
    try:
        book, budget = load(raw, data_only=True), Budget(len(raw))
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][:most.MOST_SHEETS]
        found = []
        for sheet in sheets:
            sheet.reset_dimensions()
            lines = ([cell_of(cell) for cell in line] for line in yielded(sheet, budget))
            found.append({"name": sheet.title[:60], "rows": list(rows_of(lines, budget))})
    except (Refused, MemoryError):
        raise
    except Exception as why:
        raise Refused("file_damaged") from why
    return found


def cell_of(cell: Any) -> Cell:
    """Its text, and what it is: n a number, d a day, e an error of the sheet, nothing for text."""
    value = cell.value
    if value is None:
        return ("", "")
    if isinstance(value, str):
        value = ESCAPED.sub(letter_of, value)
        return (value[:most.MOST_LETTERS], "e" if cell.data_type == "e" else "")
    if isinstance(value, bool):
        return ("是" if value else "否", "")
    if isinstance(value, int):
        return (str(value)[:most.MOST_LETTERS], "n")
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g"), "n")
    if isinstance(value, datetime):
        return (value.date().isoformat(), "d")
    if isinstance(value, date):
        return (value.isoformat(), "d")
    if isinstance(value, time):
        return (value.isoformat("minutes"), "")
    return (str(value)[:most.MOST_LETTERS], "")


def letter_of(escaped: re.Match[str]) -> str:
    """What a workbook writes for a letter that XML does not take; half a letter is none."""
    number = int(escaped[1], 16)
    return "\ufffd" if number == 0 or 0xD800 <= number <= 0xDFFF else chr(number)


def read_lines(raw: bytes) -> Iterator[list[Cell]]:
    text = decode(raw)
    first = text[:20_000]
    separator = max(",\t;|", key=lambda sign: first.count(sign))
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False):
            yield [(cell[:most.MOST_LETTERS], "") for cell in line[: most.MOST_COLUMNS + 1]]
    except csv.Error as why:
        raise Refused("file_damaged") from why


def decode(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codings = ("utf-16",)
    elif b"\0" in raw:
        raise Refused("file_unknown")
    else:
        codings = ("utf-8-sig", "gb18030")
    for coding in codings:
        try:
            return raw.decode(coding)
        except UnicodeDecodeError:
            continue
    raise Refused("file_unknown")


def rows_of(lines: Iterable[list[Cell]], budget: Budget) -> Iterator[Row]:
    """Those with anything in them, numbered as the sheet numbers them."""
    count = 0
    for number, line in enumerate(lines, start=1):
        while line and not line[-1][0].strip():
            line.pop()
        if not line:
            continue
        count += 1
        if count > budget.rows:
            raise Refused("file_too_long")
        if len(line) > most.MOST_COLUMNS:
            raise Refused("file_too_wide")
        budget.keep(line)
        yield number, line


if __name__ == "__main__":
    ledger = sys.argv[1:] == ["ledger"]
    most.set_bounds(most.LEDGER_SECONDS if ledger else most.MOST_SECONDS)
    try:
        if ledger:
            write_ledger(sys.stdin.buffer.read())
        else:
            answer = json.dumps(read(sys.stdin.buffer.read()), ensure_ascii=False, separators=(",", ":"))
            sys.stdout.buffer.write(answer.encode("utf-8", "surrogatepass"))
    except Refused as why:
        sys.stdout.write(str(why))
        sys.exit(REFUSED)
    except MemoryError:
        sys.stdout.write("file_bomb")
        sys.exit(REFUSED)
