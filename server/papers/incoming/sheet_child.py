"""Takes the cells out of a spreadsheet that comes in on standard input. Run as a process of its own, with little memory and time,
because what people drop here was made by strangers: what breaks here breaks nothing else.

Exit status 3: no file we read, with a word on standard output that says why."""

import csv
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl

MEGABYTE = 1024 * 1024
MOST_MEMORY, MOST_SECONDS = 512 * MEGABYTE, 20
MOST_MEMBERS, MOST_UNPACKED, MOST_RATIO, SMALL = 200, 50 * MEGABYTE, 100, 64 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS, MOST_LETTERS = 20_000, 60, 8, 1000
# a ledger that was made here comes back: it is long, and a formula in it is what is looked for
LEDGER_ROWS, LEDGER_UNPACKED, LEDGER_SECONDS = 150_000, 600 * MEGABYTE, 150
FORBIDDEN = ("vbaproject", "externallinks/", "embeddings/", "activex/", "oleobject")
LAYERS = ("drawings/", "media/", "charts/", "chartsheets/", "comments", "ctrlprops/")
PLAIN = frozenset(("General", "@", "0.0"))
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED = 3
Cell = tuple[str, str]
Row = tuple[int, list[Cell]]


class Refused(Exception):
    """A word of faults.json."""


def set_bounds(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def read(raw: bytes) -> list[dict[str, Any]]:
    if raw.startswith(b"PK"):
        return read_workbook(raw)
    if raw.startswith(OLE):
        raise Refused("file_old_or_locked")
    return [{"name": "", "rows": list(rows_of(read_lines(raw)))}]


def write_ledger(raw: bytes) -> None:
    """Row by row, each a line on standard output, a formula as what it says and not as what it came to. Before the rows of a sheet its
    name and whether it can be seen; before all of them what lies over the sheets."""
    if not raw.startswith(b"PK"):
        return write_lines(read(raw))
    look_into(raw, LEDGER_UNPACKED)
    for layer in layers_of(raw):
        write_lines([{"name": layer, "state": "layer", "rows": ()}])
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        look = Looks()
        for place, sheet in enumerate(book.worksheets):
            if place >= MOST_SHEETS:
                write_lines([{"name": sheet.title[:60], "state": sheet.sheet_state, "rows": ()}])
                continue
            sheet.reset_dimensions()
            lines = ([formula_of(cell) or look.of(cell, cell_of(cell)) for cell in line] for line in sheet.iter_rows())
            write_lines([{"name": sheet.title[:60], "state": sheet.sheet_state, "rows": rows_of(lines, LEDGER_ROWS)}])
    except (Refused, MemoryError):
        raise
    except Exception as why:
        raise Refused("file_damaged") from why


def write_lines(sheets: Iterable[dict[str, Any]]) -> None:
    for sheet in sheets:
        sys.stdout.write(json.dumps({"name": sheet["name"], "state": sheet.get("state", "visible")}, ensure_ascii=True) + "\n")
        for row in sheet["rows"]:
            sys.stdout.write(json.dumps(row, ensure_ascii=True, separators=(",", ":")) + "\n")


def layers_of(raw: bytes) -> Iterator[str]:
    """What may show something else than the cells hold: pictures, drawings, notes, and formats that depend on a condition."""
    packed = zipfile.ZipFile(io.BytesIO(raw))
    for name in packed.namelist():
        if any(word in name.lower() for word in LAYERS):
            yield name[:60]
        elif "worksheets/" in name.lower() and not name.endswith("/"):
            try:
                if has(packed, name, b"conditionalFormatting"):
                    yield f"{name[:60]}: conditionalFormatting"
            except (zipfile.BadZipFile, zlib.error, NotImplementedError) as why:
                raise Refused("file_damaged") from why


def has(packed: zipfile.ZipFile, name: str, word: bytes) -> bool:
    with packed.open(name) as member:
        before = b""
        while part := member.read(MEGABYTE):
            if word in before + part:
                return True
            before = part[-len(word) :]
    return False


class Looks:
    """How a number or a text is shown: a format of its own can show another number than the one that is there."""

    def __init__(self) -> None:
        self.styles: dict[int, str] = {}

    def of(self, cell: Any, said: Cell) -> Cell:
        if not said[0]:
            return said
        style = cell._style_id
        if style not in self.styles:
            self.styles[style] = cell.number_format
        shown = self.styles[style]
        if shown in PLAIN or (shown == "0" and "." not in said[0]):
            return said
        return (said[0], f"x{shown[:60]}")


def formula_of(cell: Any) -> Cell | None:
    if cell.data_type != "f":
        return None
    return (str(getattr(cell.value, "text", cell.value))[:MOST_LETTERS], "f")


def look_into(raw: bytes, most: int = MOST_UNPACKED) -> None:
    """What the directory says, before anything is unpacked; Python stops at the size it promises."""
    try:
        members = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as why:
        raise Refused("file_damaged") from why
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > most:
        raise Refused("file_bomb")
    for member in members:
        if any(word in member.filename.lower() for word in FORBIDDEN):
            raise Refused("file_active")
        if member.flag_bits & 1:
            raise Refused("file_old_or_locked")
        if member.file_size > SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            raise Refused("file_bomb")


def read_workbook(raw: bytes) -> list[dict[str, Any]]:
    look_into(raw)
    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is missing")
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][:MOST_SHEETS]
        found = []
        for sheet in sheets:
            sheet.reset_dimensions()
            lines = ([cell_of(cell) for cell in line] for line in sheet.iter_rows())
            found.append({"name": sheet.title[:60], "rows": list(rows_of(lines))})
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
        return (value[:MOST_LETTERS], "e" if cell.data_type == "e" else "")
    if isinstance(value, bool):
        return ("是" if value else "否", "")
    if isinstance(value, int):
        return (str(value)[:MOST_LETTERS], "n")
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g"), "n")
    if isinstance(value, datetime):
        return (value.date().isoformat(), "d")
    if isinstance(value, date):
        return (value.isoformat(), "d")
    if isinstance(value, time):
        return (value.isoformat("minutes"), "")
    return (str(value)[:MOST_LETTERS], "")


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
            yield [(cell[:MOST_LETTERS], "") for cell in line[: MOST_COLUMNS + 1]]
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


def rows_of(lines: Iterable[list[Cell]], most: int = MOST_ROWS) -> Iterator[Row]:
    """Those with anything in them, numbered as the sheet numbers them."""
    count = 0
    for number, line in enumerate(lines, start=1):
        while line and not line[-1][0].strip():
            line.pop()
        if not line:
            continue
        count += 1
        if count > most:
            raise Refused("file_too_long")
        if len(line) > MOST_COLUMNS:
            raise Refused("file_too_wide")
        yield number, line


if __name__ == "__main__":
    ledger = sys.argv[1:] == ["ledger"]
    set_bounds(LEDGER_SECONDS if ledger else MOST_SECONDS)
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
