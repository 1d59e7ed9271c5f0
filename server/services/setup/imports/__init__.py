"""Files from a coordinator's own spreadsheets. A file is taken apart and every row of it judged before anything is written; what is good
is then written in one go, by a job, and what is not can be taken home with the reasons beside it. The same file again changes nothing."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.incoming import columns
from server.papers.incoming.columns import Column
from server.papers.incoming.faults import fault
from server.papers.incoming.sheets import read_sheets
from server.papers.incoming.workbooks import NAMES, make_template, write_bad_rows
from server.services.setup.imports.judged import HAS_MOVED, STANDS_AGAINST, WRITERS, Hand
from server.services.setup.imports.kept import (
    about_of,
    all_rows,
    box_of,
    columns_of,
    judge,
    keep,
    open_row,
    seal,
    set_aside,
    written_rows,
)
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
log = logging.getLogger("jiangji.imports")

AT_ONCE = 100
KEPT = 7 * 86_400_000
MOST_LISTED, MOST_OPEN = 10, 20
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
    with reading() as conn:
        if imports.count_open(conn, scope, now - KEPT) >= MOST_OPEN:
            return "files_too_many"
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
    row = Import(import_id, scope.org_id, scope.person_id, kind, "mapping", data_key, seal(box, "about", about), digest, len(table.below), now)
    with reading(beside_wall=True) as conn:  # whoever trains in another college is told as that, and as no more
        judged = judge(conn, means.vault, row, about, table.below, now)
    with writing() as conn:
        imports.insert_import(conn, row)
        keep(conn, row, judged)
    return show(means.vault, scope, import_id) or "file_empty"


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
    about = about_of(vault, row)
    given = columns_of(about)
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
        rows = imports.select_imports(conn, scope, MOST_LISTED, MOST_OPEN)
        counts = {row.id: imports.count_rows(conn, row.id) for row in rows}
    return [
        {"id": row.id, "kind": row.kind, "state": row.state, "name": about_of(vault, row)["name"], "created_at": row.created_at,
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
            about, learned = _explained(row, about_of(vault, row), said, plan)
            judged = judge(conn, vault, row, about, all_rows(conn, vault, row), now, written_rows(conn, row.id))
        with writing() as conn:
            if imports.select_import(conn, scope, import_id) is None:
                return None
            steady = keep(conn, row, judged)
            if steady:
                imports.upsert_headings(conn, scope.org_id, row.kind, learned)
        if steady:
            return show(vault, scope, import_id)
    raise Busy


def _explained(row: Import, about: dict[str, Any], said: dict[int, str | None], plan: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    """The columns as they are now, and what is learned of how they are called."""
    taken: set[str] = set()
    fresh = []
    for one in columns_of(about):
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
    box, given = box_of(vault, row), columns_of(about_of(vault, row))
    return {"items": [_shown(one, open_row(box, one), given) for one in rows], "total": total, "page": page}


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
    box, given = box_of(vault, row), columns_of(about_of(vault, row))
    return write_bad_rows(row.kind, given, [(one.row, held["cells"], held["faults"]) for one in rows for held in [open_row(box, one)]])


# --- writing -------------------------------------------------------------------------------------------------------


def order(means: Means, scope: Scope, session: str, import_id: str, now: int) -> str | Denial:
    """The job that writes what is good; one at a time for a file."""
    with writing() as conn:
        imports.lock_import(conn, import_id)
        row = imports.select_import(conn, scope, import_id)
        if row is None or row.state != "judged":
            return Denial("not_found")
        if imports.is_under_way(conn, scope, import_id):
            return Denial("import_under_way")
        job_id = means.uuid()
        insert_job(conn, job_id, "import", scope, {"import": import_id, "session": session}, "rows", now)
    return job_id


def write(tools: Tools, job: Job, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """So many rows in each transaction. Where the registers have changed since they were judged, all that is left is judged once
    more. Where a transaction fails its rows are taken singly, and the one that fails again is set aside. Begun again after a crash it
    goes on where it stopped."""
    with reading() as conn:
        row = imports.select_import(conn, job.scope, job.asked["import"])
        if row is None or row.state != "judged":
            raise Unable("not_found")
        counts = imports.count_rows(conn, row.id)
    hand = Hand(job.scope, job.asked["session"], tools.writer, tools.vault, tools.now)
    box, done, total = box_of(tools.vault, row), counts.get("written", 0), counts.get("good", 0) + counts.get("written", 0)
    progress(done, total)
    alone, judgings = 0, TRIES
    while True:
        rows: list[ImportRow] = []
        try:
            with writing() as conn:
                imports.lock_import(conn, row.id)
                rows = imports.select_next_rows(conn, row.id, "good", 0, 1 if alone else AT_ONCE)
                written = _write_rows(conn, hand, row.kind, box, rows, judgings > 0)
        except Exception:
            if not rows:
                raise
            log.exception("rows of a file could not be written: %s", row.kind)
            written = _set_aside(box, rows[0]) if alone else 0
            alone = alone or len(rows) + 1
        if not rows:
            break
        if written is None:
            judgings -= 1
            total = done + _judge_again(tools, row).get("good", 0)
            continue
        alone, done = max(alone - 1, 0), done + written
        progress(done, total)
    with reading() as conn:
        counts = imports.count_rows(conn, row.id)
    return {"import": row.id, "written": max(done, counts.get("written", 0)), "bad": counts.get("bad", 0), "same": counts.get("same", 0)}


def _write_rows(conn: Connection, hand: Hand, kind: str, box: Box, rows: Sequence[ImportRow], again: bool) -> int | None:
    """How many were written. None when they are to be judged again first; where that is over, what stands against a row keeps it out."""
    if not rows:
        return 0
    wanted = [open_row(box, one)["write"] for one in rows]
    against = STANDS_AGAINST[kind](conn, hand, wanted) if kind in STANDS_AGAINST else {}
    if again and (against or HAS_MOVED[kind](conn, hand, wanted)):
        return None
    free = [one for at, one in enumerate(wanted) if at not in against]
    if free:
        WRITERS[kind](conn, hand, free)
    imports.update_rows(conn, [set_aside(box, one, against[at]) if at in against else one._replace(state="written") for at, one in enumerate(rows)])
    return len(free)


def _set_aside(box: Box, row: ImportRow) -> int:
    """A row that cannot be written though nothing is wrong with it that we know of. Another worker may have been quicker."""
    with writing() as conn:
        imports.lock_import(conn, row.import_id)
        if row in imports.select_next_rows(conn, row.import_id, "good", row.row - 1, 1):
            imports.update_rows(conn, [set_aside(box, row, fault("row_unwritten"))])
    return 0


def _judge_again(tools: Tools, row: Import) -> dict[str, int]:
    for _ in range(TRIES):
        with reading() as conn:
            fresh = imports.select_living(conn, row.id)
            if fresh is None:
                return {}
            about, below = about_of(tools.vault, fresh), all_rows(conn, tools.vault, fresh)
            judged = judge(conn, tools.vault, fresh, about, below, tools.now, written_rows(conn, row.id))
        with writing() as conn:
            if keep(conn, fresh, judged):
                return imports.count_rows(conn, row.id)
    return {}


def clear_away(now: int) -> int:
    """Files nobody has come back to for a week are gone with their keys. How many."""
    with writing() as conn:
        stale = imports.select_stale(conn, now - KEPT)
        for import_id in stale:
            imports.drop_import(conn, import_id)
    return len(stale)
