"""What is kept of a file, under its own seal: what it is about, and its rows as they were judged."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from server.papers.incoming import columns
from server.papers.incoming.columns import Column
from server.papers.incoming.faults import Fault
from server.papers.incoming.sheets import Cell
from server.services.setup.imports.judged import JUDGES
from server.services.setup.imports.lines import Line, lines_of
from server.store.days import day_of
from server.store.desk.jobs import Unable
from server.store.people.vault import Box, Vault
from server.store.setup import imports
from server.store.setup.imports import Import, ImportRow


def seal(box: Box, name: str, given: Any) -> str:
    return box.seal(name, json.dumps(given, ensure_ascii=False, separators=(",", ":")))


def box_of(vault: Vault, row: Import) -> Box:
    if row.data_key is None:
        raise Unable("not_found")
    return vault.box(row.id, row.data_key)


def about_of(vault: Vault, row: Import) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(box_of(vault, row).unseal("about", row.sealed))
    return about


def columns_of(about: dict[str, Any]) -> list[Column]:
    return [Column(*one) for one in about["columns"]]


class Judged(NamedTuple):
    """What a file has come to, and which of its rows were written already and stay as they are."""

    state: str
    sealed: str
    rows: list[ImportRow]
    written: frozenset[int]


def judge(
    conn: Connection, vault: Vault, row: Import, about: dict[str, Any], below: Sequence[tuple[int, Sequence[Cell]]], now: int,
    keep: frozenset[int] = frozenset(),
) -> Judged:  # fmt: skip
    """Every row anew, but those that are written. It takes its time, so it is done where it holds nobody up: not while writing."""
    box, given = box_of(vault, row), columns_of(about)
    missing = columns.missing_fields(row.kind, [one.field for one in given])
    fresh = [pair for pair in below if pair[0] not in keep]
    by_number = dict(fresh)
    if missing:
        lines = [Line(number, {}) for number, _ in fresh]
        stored = [ImportRow(row.id, line.row, "waiting", "[]", seal_row(box, line, by_number[line.row])) for line in lines]
    else:
        lines = lines_of(fresh, given)
        JUDGES[row.kind](conn, vault, row, lines, about["plan"], day_of(now))
        stored = [ImportRow(row.id, line.row, line.state, _words(line.faults), seal_row(box, line, by_number[line.row])) for line in lines]
    return Judged("mapping" if missing else "judged", seal(box, "about", about), stored, keep)


def keep(conn: Connection, row: Import, judged: Judged) -> bool:
    """False when rows have been written since they were judged: then nothing is kept, and they are to be judged once more."""
    imports.lock_import(conn, row.id)
    if written_rows(conn, row.id) != judged.written:
        return False
    imports.delete_rows(conn, row.id, judged.written)
    imports.update_rows(conn, judged.rows)
    imports.update_import(conn, row.id, judged.state, judged.sealed, len(judged.rows) + len(judged.written))
    return True


def written_rows(conn: Connection, import_id: str) -> frozenset[int]:
    return frozenset(one.row for one in imports.select_next_rows(conn, import_id, "written", 0, 10**6))


def _words(faults: Sequence[Fault]) -> str:
    return json.dumps(sorted({fault.word for fault in faults}))


def seal_row(box: Box, line: Line, cells: Sequence[Cell]) -> str:
    held = {"cells": [list(cell) for cell in cells], "faults": [list(fault) for fault in line.faults], "write": line.write}
    return seal(box, f"row {line.row}", held)


def open_row(box: Box, row: ImportRow) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(box.unseal(f"row {row.row}", row.sealed))
    held["cells"] = [Cell(*cell) for cell in held["cells"]]
    held["faults"] = [Fault(*fault) for fault in held["faults"]]
    return held


def all_rows(conn: Connection, vault: Vault, row: Import) -> list[tuple[int, list[Cell]]]:
    box = box_of(vault, row)
    return [(one.row, open_row(box, one)["cells"]) for one in imports.select_every_row(conn, row.id)]


def set_aside(box: Box, row: ImportRow, why: Fault) -> ImportRow:
    """The row as one that is to be mended, for this reason too."""
    held = json.loads(box.unseal(f"row {row.row}", row.sealed))
    held["faults"].append(list(why))
    return row._replace(state="bad", words=_words([Fault(*one) for one in held["faults"]]), sealed=seal(box, f"row {row.row}", held))
