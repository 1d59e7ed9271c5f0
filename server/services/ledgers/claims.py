"""Checking a ledger that was handed in: told again from the operations it says it rests on, and every difference named.

It changes nothing and believes nothing in the file but the number of its export."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from server.papers.forms.compare import Compared, Difference, Handed, compare
from server.papers.forms.form import Form
from server.papers.forms.ledger import LEDGER, MODULES, SUMMARY
from server.papers.incoming.sheets import Unreadable, read_ledger
from server.store.db import reading, writing
from server.store.desk import jobs
from server.store.desk.jobs import Job, Tools, Unable
from server.store.desk.scope import Scope
from server.store.ledgers import classbooks, exports

MOST_SHOWN = 500
Tell = Callable[..., Iterator[tuple[Form, dict[str, Any]]]]
Progress = Callable[[int, int], None]


def ask_check(scope: Scope, tools_home: Path, job_id: str, raw: bytes, now: int) -> dict[str, Any]:
    """The file waits beside the database until it has been looked at, and is thrown away then."""
    path = waiting(tools_home, job_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(raw)
    with writing() as conn:
        jobs.insert_job(conn, job_id, "check_claim", scope, {}, "people", now)
        job = jobs.select_job(conn, scope, job_id)
    return job._asdict() if job else {}


def waiting(home: Path, job_id: str) -> Path:
    return home / "claims" / f"{job_id}.xlsx"


def check_claim(tell: Tell, tools: Tools, job: Job, progress: Progress) -> dict[str, Any]:
    path = waiting(tools.config.home, job.id)
    try:
        return check_file(tell, tools, job.scope, path, progress)
    finally:
        path.unlink(missing_ok=True)


def check_file(tell: Tell, tools: Tools, scope: Scope, path: Path, progress: Progress) -> dict[str, Any]:
    """What was found, as plain values. Unable: not a file of ours, or one nobody here has ever made."""
    if not path.is_file():
        raise Unable("not_found")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with reading() as conn:
        chosen = classbooks.select_chosen_columns(conn, scope.org_id)
        handed = Handed([(form, form.chosen(chosen.get(form.word))) for form in (LEDGER, SUMMARY, MODULES)])
        try:
            for sheet, number, cells in read_ledger(path):
                handed.add(sheet, number, cells)
        except Unreadable as why:
            raise Unable(str(why)) from why
        if LEDGER.word not in handed.found:
            raise Unable("no_ledger")
        export = exports.select_export(conn, scope, handed.export_id)
        order = exports.select_order(conn, handed.export_id) if export else None
        group = classbooks.select_group(conn, scope, order.class_id) if order else None
        if export is None or order is None or group is None or order.form != LEDGER.word:
            raise Unable("export_unknown")
        heads = exports.select_export_books(conn, order.id)
        told = tell(conn, tools, order, group, scope, heads, progress)
        compared = dict(_compare_all(handed, told))
        since = _since(conn, scope, order.id, heads)
    return _said(export, sha256, handed, compared) | {"since": since}


def scope_of(path: Path) -> Scope:
    """For the operator's command: the desk of the college whose export the file says it is."""
    handed = Handed(())
    try:
        for sheet, number, cells in read_ledger(path):
            handed.add(sheet, number, cells)
            if handed.export_id:
                break
    except Unreadable as why:
        raise Unable(str(why)) from why
    with reading() as conn:
        order = exports.select_order(conn, handed.export_id)
    if order is None:
        raise Unable("export_unknown")
    return Scope(order.asked_by, "coordinator", order.college_id)


def _compare_all(handed: Handed, told: Iterator[tuple[Form, dict[str, Any]]]) -> Iterator[tuple[str, Compared]]:
    """Form by form, as they are told; a form that is not in the file is missing as a whole."""
    seen = set()
    for word, rows in groupby(told, key=lambda one: one[0].word):
        seen.add(word)
        found = handed.found.get(word)
        if found is not None:
            yield word, compare(found, (row for _, row in rows))
    for word, found in handed.found.items():
        if word not in seen:
            yield word, compare(found, ())


def _since(conn: Connection, scope: Scope, export_id: str, heads: Mapping[str, tuple[int, str]]) -> int:
    """How many of its books have gone on since the file was made."""
    return sum(book.seq > heads[book.id][0] for book in classbooks.select_exported_books(conn, scope, export_id))


def _said(export: dict[str, Any], sha256: str, handed: Handed, compared: Mapping[str, Compared]) -> dict[str, Any]:
    differences: list[Difference] = [one for each in compared.values() for one in each.differences]
    return {
        "export": export["id"], "class_name": export["class_name"], "month": export["month"], "asked_at": export["asked_at"],
        "asker": export["asker"], "second": export["second"], "outcome": export["outcome"], "aim": export["aim"],
        "exact": sha256 == export["sha256"], "sha256": sha256,
        "rows": sum(each.rows for each in compared.values()),
        "reordered": [handed.found[word].sheet for word, each in compared.items() if each.reordered],
        "absent": [form.title for form in (LEDGER, SUMMARY, MODULES) if form.word not in handed.found],
        "total": len(differences), "differences": [one._asdict() for one in differences[:MOST_SHOWN]],
    }  # fmt: skip
