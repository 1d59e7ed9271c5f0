"""Files from a coordinator's own spreadsheets. A file is taken apart and every row of it judged before anything is written; what is good
is then written in one go, by a job, and what is not can be taken home with the reasons beside it. The same file again changes nothing."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection

from server.papers.incoming import columns
from server.papers.incoming.columns import Column
from server.papers.incoming.faults import Fault
from server.papers.incoming.sheets import Cell, read_sheets
from server.papers.incoming.workbooks import NAMES, make_template, write_bad_rows
from server.services.setup.imports.judged import HAS_MOVED, JUDGES, WRITERS, Hand
from server.services.setup.imports.lines import Line, lines_of
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.desk.jobs import Job, Tools, Unable, insert_job
from server.store.desk.scope import Scope
from server.store.host.slots import Slots
from server.store.people.vault import Box, Vault
from server.store.setup import imports
from server.store.setup.imports import Import, ImportRow

__all__ = [
    "NAMES", "STATES", "Busy", "Means", "clear_away", "drop", "explain", "list_imports", "list_rows", "make_template", "order", "receive",
    "show", "take_home", "write",
]  # fmt: skip
AT_ONCE = 100
KEPT = 7 * 86_400_000
MOST_LISTED = 10
TRIES = 3
STATES = ("bad", "good", "same", "written")


class Means(NamedTuple):
    """What sealing takes."""

    vault: Vault
    chance: Callable[[int], bytes]

    def uuid(self) -> str:
        return str(UUID(bytes=self.chance(16), version=4))


class Busy(Exception):
    """Another file is being taken apart, or this one is just being written."""


def receive(means: Means, scope: Scope, room: Slots, kind: str, name: str, raw: bytes, now: int) -> dict[str, Any] | str:
    """The report on a new file, or the word of faults.json that says why it cannot be read."""
    with room.taken() as free:
        if not free:
            raise Busy
        sheets = read_sheets(raw)
    if isinstance(sheets, str):
        return sheets
    with reading() as conn:
        remembered = imports.select_headings(conn, scope.org_id, kind)
    table = columns.find_table(sheets, kind, remembered)
    if table is None or not table.below:
        return "file_empty"
    import_id = means.uuid()
    data_key = means.vault.make_key(import_id)
    box = means.vault.box(import_id, data_key)
    about = {
        "name": name, "sheet": table.sheet, "heading_row": table.heading_row, "columns": [list(one) for one in table.columns], "plan": None,
        "fits": columns.find_better(sheets, kind, table.columns),
    }  # fmt: skip
    digest = hashlib.sha256(raw).hexdigest()
    row = Import(import_id, scope.org_id, scope.person_id, kind, "mapping", data_key, _seal(box, "about", about), digest, len(table.below), now)
    with reading(beside_wall=True) as conn:  # whoever trains in another college is told as that, and as no more
        judged = _judge(conn, means.vault, row, about, table.below, now)
    with writing() as conn:
        imports.insert_import(conn, row)
        _keep(conn, row, judged)
    return show(means.vault, scope, import_id) or "file_empty"


def _seal(box: Box, name: str, given: Any) -> str:
    return box.seal(name, json.dumps(given, ensure_ascii=False, separators=(",", ":")))


def _box(vault: Vault, row: Import) -> Box:
    if row.data_key is None:
        raise Unable("not_found")
    return vault.box(row.id, row.data_key)


def _about(vault: Vault, row: Import) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(_box(vault, row).unseal("about", row.sealed))
    return about


def _columns(about: dict[str, Any]) -> list[Column]:
    return [Column(*one) for one in about["columns"]]


class Judged(NamedTuple):
    """What a file has come to, and which of its rows were written already and stay as they are."""

    state: str
    sealed: str
    rows: list[ImportRow]
    written: frozenset[int]


def _judge(
    conn: Connection, vault: Vault, row: Import, about: dict[str, Any], below: Sequence[tuple[int, Sequence[Cell]]], now: int,
    keep: frozenset[int] = frozenset(),
) -> Judged:  # fmt: skip
    """Every row anew, but those that are written. It takes its time, so it is done where it holds nobody up: not while writing."""
    box, given = _box(vault, row), _columns(about)
    missing = columns.missing_fields(row.kind, [one.field for one in given])
    fresh = [pair for pair in below if pair[0] not in keep]
    by_number = dict(fresh)
    if missing:
        lines = [Line(number, {}) for number, _ in fresh]
        stored = [ImportRow(row.id, line.row, "waiting", "[]", _seal_row(box, line, by_number[line.row])) for line in lines]
    else:
        lines = lines_of(fresh, given)
        JUDGES[row.kind](conn, vault, row, lines, about["plan"], day_of(now))
        stored = [ImportRow(row.id, line.row, line.state, _words(line), _seal_row(box, line, by_number[line.row])) for line in lines]
    return Judged("mapping" if missing else "judged", _seal(box, "about", about), stored, keep)


def _keep(conn: Connection, row: Import, judged: Judged) -> None:
    imports.delete_rows(conn, row.id, judged.written)
    imports.update_rows(conn, judged.rows)
    imports.update_import(conn, row.id, judged.state, judged.sealed, len(judged.rows) + len(judged.written))


def _written(conn: Connection, import_id: str) -> frozenset[int]:
    return frozenset(one.row for one in imports.select_next_rows(conn, import_id, "written", 0, 10**6))


def _words(line: Line) -> str:
    return json.dumps(sorted({fault.word for fault in line.faults}))


def _seal_row(box: Box, line: Line, cells: Sequence[Cell]) -> str:
    held = {"cells": [list(cell) for cell in cells], "faults": [list(fault) for fault in line.faults], "write": line.write}
    return _seal(box, f"row {line.row}", held)


def _open_row(box: Box, row: ImportRow) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(box.unseal(f"row {row.row}", row.sealed))
    held["cells"] = [Cell(*cell) for cell in held["cells"]]
    held["faults"] = [Fault(*fault) for fault in held["faults"]]
    return held


def _all_rows(conn: Connection, vault: Vault, row: Import) -> list[tuple[int, list[Cell]]]:
    box = _box(vault, row)
    return [(one.row, _open_row(box, one)["cells"]) for one in imports.select_every_row(conn, row.id)]


# --- what somebody at the desk asks --------------------------------------------------------------------------------


def show(vault: Vault, scope: Scope, import_id: str) -> dict[str, Any] | None:
    """The report's head: what was found, which column is what, how many rows of each kind."""
    with reading() as conn:
        row = imports.select_import(conn, scope, import_id)
        if row is None:
            return None
        counts, words = imports.count_rows(conn, import_id), imports.count_words(conn, import_id)
    return _report(vault, row, counts, words)


def _report(vault: Vault, row: Import, counts: dict[str, int], words: dict[str, int]) -> dict[str, Any]:
    about = _about(vault, row)
    given = _columns(about)
    return {
        "id": row.id, "kind": row.kind, "state": row.state, "name": about["name"], "sheet": about["sheet"],
        "heading_row": about["heading_row"], "created_at": row.created_at, "rows": row.row_count, "plan": about["plan"], "fits": about.get("fits"),
        "columns": [
            {"at": one.at, "letter": columns.letter_of(one.at), "heading": one.heading, "field": one.field,
             "samples": [_masked(sample) for sample in one.samples]} for one in given
        ],
        "fields": columns.fields_of(row.kind), "missing": columns.missing_fields(row.kind, [one.field for one in given]),
        "counts": {state: counts.get(state, 0) for state in STATES},
        "words": [{"word": word, "rows": count} for word, count in sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))],
    }  # fmt: skip


def _masked(text: str) -> str:
    """What could be somebody's number shows its ends only."""
    digits = sum(char.isdigit() for char in text)
    return text[:3] + "*" * (len(text) - 5) + text[-2:] if digits >= 11 else text


def list_imports(vault: Vault, scope: Scope) -> list[dict[str, Any]]:
    with reading() as conn:
        rows = imports.select_imports(conn, scope, MOST_LISTED)
        counts = {row.id: imports.count_rows(conn, row.id) for row in rows}
    return [
        {"id": row.id, "kind": row.kind, "state": row.state, "name": _about(vault, row)["name"], "created_at": row.created_at,
         "rows": row.row_count, "counts": {state: counts[row.id].get(state, 0) for state in STATES}}
        for row in rows
    ]  # fmt: skip


def explain(
    vault: Vault, scope: Scope, import_id: str, said: dict[int, str | None], plan: str | None, now: int
) -> dict[str, Any] | None:
    """Which column is what, and which plan classes without one follow; remembered for the next file of this college."""
    for _ in range(TRIES):
        with reading(beside_wall=True) as conn:  # judged once more, as above
            row = imports.select_import(conn, scope, import_id)
            if row is None:
                return None
            about, learned = _explained(row, _about(vault, row), said, plan)
            judged = _judge(conn, vault, row, about, _all_rows(conn, vault, row), now, _written(conn, row.id))
        with writing() as conn:
            if imports.select_import(conn, scope, import_id) is None:
                return None
            steady = _written(conn, row.id) == judged.written
            if steady:
                imports.upsert_headings(conn, scope.org_id, row.kind, learned)
                _keep(conn, row, judged)
        if steady:
            return show(vault, scope, import_id)
    raise Busy


def _explained(row: Import, about: dict[str, Any], said: dict[int, str | None], plan: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    """The columns as they are now, and what is learned of how they are called."""
    taken: set[str] = set()
    fresh = []
    for one in _columns(about):
        field = said.get(one.at, one.field)
        field = field if field in columns.fields_of(row.kind) and field not in taken else None
        taken.update([field] if field else [])
        fresh.append(one._replace(field=field))
    learned = {columns.spell(one.heading): one.field or "-" for one in fresh if one.at in said and columns.spell(one.heading)}
    return about | {"columns": [list(one) for one in fresh], "plan": plan}, learned


def list_rows(vault: Vault, scope: Scope, import_id: str, state: str | None, word: str | None, page: int, limit: int) -> dict[str, Any] | None:
    """Rows with what is wrong in each cell; the values of numbers are masked."""
    with reading() as conn:
        row = imports.select_import(conn, scope, import_id)
        if row is None:
            return None
        rows, total = imports.select_rows(conn, import_id, state, word, ((page - 1) * limit, limit))
    box, given = _box(vault, row), _columns(_about(vault, row))
    return {"items": [_shown(one, _open_row(box, one), given) for one in rows], "total": total, "page": page}


def _shown(row: ImportRow, held: dict[str, Any], given: Sequence[Column]) -> dict[str, Any]:
    places = {one.field: one.at for one in given if one.field}
    texts: dict[str, str] = {}
    for name, at in places.items():
        if at < len(held["cells"]):
            texts[name] = _masked(held["cells"][at].text.strip())
    return {
        "id": str(row.row), "row": row.row, "state": row.state, "who": texts.get("name") or texts.get("plan") or "", "cells": texts,
        "faults": [
            {"word": fault.word, "hint": fault.is_hint, "field": fault.field, "said": fault.said,
             "letter": columns.letter_of(places[fault.field]) if fault.field in places else None}
            for fault in held["faults"]
        ],
    }  # fmt: skip


def drop(scope: Scope, import_id: str) -> bool:
    """What the file held is gone; what came of it stays."""
    with writing() as conn:
        row = imports.select_import(conn, scope, import_id)
        if row is not None:
            imports.drop_import(conn, row.id)
    return row is not None


def take_home(vault: Vault, scope: Scope, import_id: str) -> bytes | None:
    """A sheet of the rows that were not taken, as they were, with the reasons before them."""
    with reading() as conn:
        row = imports.select_import(conn, scope, import_id)
        if row is None:
            return None
        rows = imports.select_next_rows(conn, import_id, "bad", 0, 10**6)
    box, given = _box(vault, row), _columns(_about(vault, row))
    return write_bad_rows(row.kind, given, [(one.row, held["cells"], held["faults"]) for one in rows for held in [_open_row(box, one)]])


# --- writing -------------------------------------------------------------------------------------------------------


def order(means: Means, scope: Scope, session: str, import_id: str, now: int) -> str | None:
    """The job that writes what is good."""
    with writing() as conn:
        row = imports.select_import(conn, scope, import_id)
        if row is None or row.state != "judged":
            return None
        job_id = means.uuid()
        insert_job(conn, job_id, "import", scope, {"import": import_id, "session": session}, "rows", now)
    return job_id


def write(tools: Tools, job: Job, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """So many rows in each transaction. Where the registers have changed since they were judged, all that is left is judged once
    more. Begun again after a crash it goes on where it stopped."""
    with reading() as conn:
        row = imports.select_import(conn, job.scope, job.asked["import"])
        if row is None or row.state != "judged":
            raise Unable("not_found")
        counts = imports.count_rows(conn, row.id)
    hand = Hand(job.scope, job.asked["session"], tools.writer, tools.vault, tools.now)
    box, done, total = _box(tools.vault, row), counts.get("written", 0), counts.get("good", 0) + counts.get("written", 0)
    progress(done, total)
    judged = False
    while True:
        with writing() as conn:
            rows = imports.select_next_rows(conn, row.id, "good", 0, AT_ONCE)
            if not rows:
                break
            wanted = [_open_row(box, one)["write"] for one in rows]
            moved = not judged and HAS_MOVED[row.kind](conn, hand, wanted)
            if not moved:
                WRITERS[row.kind](conn, hand, wanted)
                imports.update_rows(conn, [one._replace(state="written") for one in rows])
        if moved:
            counts, judged = _judge_again(tools, row), True
            total = done + counts.get("good", 0)
            continue
        done += len(rows)
        progress(done, total)
    return {"import": row.id, "written": done, "bad": counts.get("bad", 0), "same": counts.get("same", 0)}


def _judge_again(tools: Tools, row: Import) -> dict[str, int]:
    with reading() as conn:
        judged = _judge(conn, tools.vault, row, _about(tools.vault, row), _all_rows(conn, tools.vault, row), tools.now, _written(conn, row.id))
    with writing() as conn:
        _keep(conn, row, judged)
        return imports.count_rows(conn, row.id)


def clear_away(now: int) -> int:
    """Files nobody has come back to for a week are gone with their keys. How many."""
    with writing() as conn:
        stale = imports.select_stale(conn, now - KEPT)
        for import_id in stale:
            imports.drop_import(conn, import_id)
    return len(stale)
