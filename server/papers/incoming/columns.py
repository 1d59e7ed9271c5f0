"""Which column of a sheet is what: found by its heading, wherever in the sheet the headings stand, or said by a person once."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from server.papers.incoming.checks import packed
from server.papers.incoming.sheets import Cell, Sheet

FIELDS: dict[str, list[dict[str, Any]]] = json.loads(files(__package__).joinpath("columns.json").read_text("utf-8"))
DEEPEST = 15
LONGEST_HEADING = 40
SAMPLES = 3
BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
MARKS = re.compile(r"[*:、,.。_\s\"'?!-]|必填|选填")
FOOT = re.compile(r"合计|总计|小计|填表|填报|制表|经办|审核|注:|说明:|.*[(]盖章[)]")
# instead of both of its days a sheet may have one column with the whole span
ENOUGH = {"roster": (("from", "to"), ("span",)), "pairings": (("from",), ("span",)), "plans": ((),), "results": ((),)}
Row = tuple[int, list[Cell]]


class Column(NamedTuple):
    """A column of the file: where, what stands above it, the field it was taken for, and what is in it."""

    at: int
    heading: str
    field: str | None
    samples: list[str]


class Table(NamedTuple):
    """A sheet whose headings have been found; `below` are its rows."""

    sheet: str
    heading_row: int
    columns: list[Column]
    below: list[Row]


def fields_of(kind: str) -> list[str]:
    return [row["field"] for row in FIELDS[kind]]


def spell(heading: str) -> str:
    """A heading without what people put around it."""
    return MARKS.sub("", packed(heading)).lower()


@lru_cache(maxsize=8)
def known_headings(kind: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in FIELDS[kind]:
        for name in (row["zh"], row["en"], *row["also"]):
            found.setdefault(spell(name), row["field"])
    return found


def field_of(kind: str, heading: str, remembered: Mapping[str, str]) -> str | None:
    known = known_headings(kind)
    for name in (spell(heading), spell(BRACKETS.sub("", packed(heading)))):
        field = remembered.get(name) or known.get(name)
        if name and field:
            return None if field == "-" else field
    return None


def find_table(sheets: Sequence[Sheet], kind: str, remembered: Mapping[str, str]) -> Table | None:
    """The sheet and the row (or two rows, one above the other) with the most headings we know; without any, the first row that
    could be one."""
    best: tuple[int, Table] | None = None
    for sheet in sheets:
        for at in range(min(DEEPEST, len(sheet.rows))):
            for depth in (1, 2):
                heads = _headings(sheet.rows[at : at + depth], depth)
                if heads is None:
                    continue
                fields = _fields(kind, heads, remembered)
                score = sum(field is not None for field in fields)
                if score and (best is None or score > best[0]):
                    last = sheet.rows[at + depth - 1][0]
                    best = (score, _table(sheet, last, heads, fields, sheet.rows[at + depth :]))
    if best is not None and best[0] >= 2:
        return best[1]
    first = next((sheet for sheet in sheets if len(sheet.rows) > 1), None)
    if first is None:
        return None
    at = max(range(min(DEEPEST, len(first.rows))), key=lambda place: (sum(bool(cell.text.strip()) for cell in first.rows[place][1]), -place))
    heads = _headings(first.rows[at : at + 1], 1) or []
    return _table(first, first.rows[at][0], heads, _fields(kind, heads, remembered), first.rows[at + 1 :])


def find_better(sheets: Sequence[Sheet], kind: str, columns: Sequence[Column]) -> str | None:
    """The kind whose headings these are rather than those of the kind that was said: it knows more of them and misses none."""
    known = sum(column.field is not None for column in columns)
    tops, found = [sheet._replace(rows=sheet.rows[: DEEPEST + 1]) for sheet in sheets], None
    for other in FIELDS:
        table = find_table(tops, other, {}) if other != kind else None
        fields = [column.field for column in table.columns if column.field] if table else []
        if len(fields) > known and not missing_fields(other, fields):
            known, found = len(fields), other
    return found


def _headings(rows: Sequence[Row], depth: int) -> list[str] | None:
    """What stands above each column. Of two rows the lower one tells more; what is merged above reaches to the right."""
    if len(rows) < depth or any(cell.kind in ("n", "d") for _, cells in rows for cell in cells):
        return None
    width = max(len(cells) for _, cells in rows)
    lines = [[packed(cell.text)[:LONGEST_HEADING] for cell in cells] + [""] * (width - len(cells)) for _, cells in rows]
    if depth == 1:
        return lines[0]
    above, heads = "", []
    for upper, lower in zip(*lines, strict=True):
        above = upper or above
        heads.append((above if lower else upper) + lower)
    return heads


def _fields(kind: str, heads: Sequence[str], remembered: Mapping[str, str]) -> list[str | None]:
    """A field belongs to the first column that is called so."""
    taken: set[str] = set()
    fields: list[str | None] = []
    for heading in heads:
        field = field_of(kind, heading, remembered)
        fields.append(field if field not in taken else None)
        taken.update([field] if field else [])
    return fields


def _table(sheet: Sheet, heading_row: int, heads: Sequence[str], fields: Sequence[str | None], below: list[Row]) -> Table:
    width = max((len(cells) for _, cells in below), default=0)
    whole = [*heads, *[""] * (width - len(heads))]
    given = [*fields, *[None] * (width - len(fields))]
    columns = [Column(at, heading, given[at], _samples(below, at)) for at, heading in enumerate(whole)]
    rows = [row for row in below if not _is_furniture(row, whole)]
    return Table(sheet.name, heading_row, [column for column in columns if column.heading or column.samples], rows)


def _samples(below: Sequence[Row], at: int) -> list[str]:
    found: list[str] = []
    for _, cells in below[:50]:
        if at < len(cells) and (text := cells[at].text.strip()) and text not in found:
            found.append(text[:LONGEST_HEADING])
        if len(found) == SAMPLES:
            break
    return found


def _is_furniture(row: Row, heads: Sequence[str]) -> bool:
    """Headings printed again on the next page, a row that numbers the columns, what is signed at the foot."""
    texts = [packed(cell.text) for cell in row[1]]
    filled = [(at, text) for at, text in enumerate(texts) if text]
    if sum(1 for at, text in filled if at < len(heads) and text == heads[at]) >= max(2, len(filled) // 2):
        return True
    if len(filled) > 2 and [text for _, text in filled] == [str(number) for number in range(1, len(filled) + 1)]:
        return True
    return 0 < len(filled) <= 4 and FOOT.match(filled[0][1]) is not None


def letter_of(at: int) -> str:
    """A, B … Z, AA as a sheet calls its columns."""
    text, number = "", at + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def missing_fields(kind: str, fields: Sequence[str | None]) -> list[str]:
    """Those without which no row can be judged."""
    there = set(fields)
    missing = [row["field"] for row in FIELDS[kind] if row["need"] and row["field"] not in there]
    ways = ENOUGH[kind]
    return missing if any(there.issuperset(way) for way in ways) else [*missing, *(name for name in ways[0] if name not in there)]
