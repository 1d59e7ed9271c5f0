"""Checking a ledger that was handed in: told again from the operations it says it rests on, and every difference named.

It changes nothing and believes nothing in the file but the number of its export."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.forms.compare import MOST_SHOWN, Compared, Difference, Handed, compare, compare_head
from server.papers.forms.form import Form, Row, Sheet
from server.papers.forms.ledger import BASIS, LEDGER, MODULES, SUMMARY
from server.papers.incoming.sheets import Unreadable, read_ledger
from server.store.db import reading, writing
from server.store.desk import jobs
from server.store.desk.jobs import Job, Tools, Unable
from server.store.desk.scope import Scope
from server.store.ledgers import classbooks, exports

KIND = "check_claim"
# files of one person that wait or are looked at: each may have 40 MiB
MOST_LIVING, LEFT_ALONE = 5, 600_000
Progress = Callable[[int, int], None]
# as a PDF and our CSV begin
WHOLE = (b"%PDF-", b"\xef\xbb\xbf")
HANDED = (LEDGER, SUMMARY, MODULES, BASIS)


class Told(Protocol):
    """The ledger as its operations tell it."""

    sheets: dict[str, Sheet]

    def rows(self) -> Iterator[tuple[Form, Row]]: ...


Tell = Callable[..., Told]


def ask_check(scope: Scope, home: Path, job_id: str, raw: bytes, now: int) -> Denial | dict[str, Any]:
    """The file waits beside the database until it has been looked at, and is thrown away then."""
    with reading() as conn:
        if jobs.has_enough(conn, scope.person_id, KIND, MOST_LIVING):
            return Denial("too_many_jobs", 60)
    path = jobs.handed_in(home, job_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(raw)
    try:
        with writing() as conn:
            jobs.insert_job(conn, job_id, KIND, scope, {}, "people", now, MOST_LIVING)
            job = jobs.select_job(conn, scope, job_id)
    except jobs.TooMany:
        path.unlink()
        raise
    return job._asdict() if job else {}


def clear_away(home: Path, now: int) -> int:
    """What a crash has left: files no living job waits for. How many. The youngest may be of one that is just being put down."""
    with reading() as conn:
        living = jobs.select_living(conn, KIND)
    left = [
        path for path in jobs.handed_in(home, "").parent.glob("*.xlsx")
        if path.stem not in living and path.stat().st_mtime * 1000 < now - LEFT_ALONE
    ]  # fmt: skip
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def check_claim(tell: Tell, tools: Tools, job: Job, progress: Progress) -> dict[str, Any]:
    path = jobs.handed_in(tools.config.home, job.id)
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
        marks = file.seek(0) or file.read(5)
    with reading() as conn:
        same = exports.select_export_of_file(conn, scope, sha256)
        if same and not _is_told(conn, same):
            return _said(same, sha256, Handed((), lambda _: {}), {}) | {"since": _since(conn, scope, same["id"])}
        if marks.startswith(WHOLE):
            raise Unable("only_whole")
        handed = Handed(HANDED, partial(exports.select_columns, conn))
        try:
            for sheet, number, cells in read_ledger(path):
                handed.add(sheet, number, cells)
            handed.close()
        except Unreadable as why:
            raise Unable(str(why)) from why
        export = exports.select_export(conn, scope, handed.export_id)
        if export and not _is_told(conn, export):
            raise Unable("only_whole")
        if LEDGER.word not in handed.found:
            raise Unable("no_ledger")
        order = exports.select_order(conn, handed.export_id) if export else None
        group = classbooks.select_group(conn, scope, order.class_id) if order else None
        if export is None or order is None or group is None:
            raise Unable("export_unknown")
        heads, words = exports.select_export_books(conn, order.id), exports.select_words(conn, order.id)
        compared = dict(_compare_all(handed, tell(conn, tools, order, group, scope, heads, words, progress)))
        since = _since(conn, scope, order.id)
    return _said(export, sha256, handed, compared) | {"since": since}


def _is_told(conn: Connection, export: dict[str, Any]) -> bool:
    """Whether it can be told again cell by cell: a ledger as a spreadsheet, whose words were kept. Others are the same file or not."""
    return (export["form"], export["format"]) == (LEDGER.word, "xlsx") and exports.select_words(conn, export["id"]) is not None


def scope_of(path: Path) -> Scope:
    """For the operator's command: the desk of the college whose export the file says it is."""
    with path.open("rb") as file, reading() as conn:
        order = exports.select_order_of_file(conn, hashlib.file_digest(file, "sha256").hexdigest())
    if order is not None:
        return Scope(order.asked_by, "coordinator", order.college_id)
    handed = Handed(HANDED, lambda _: {})
    try:
        for sheet, number, cells in read_ledger(path):
            handed.add(sheet, number, cells)
            if handed.found:
                break
    except Unreadable as why:
        raise Unable(str(why)) from why
    with reading() as conn:
        order = exports.select_order(conn, handed.export_id)
    if order is None:
        raise Unable("export_unknown")
    return Scope(order.asked_by, "coordinator", order.college_id)


def _compare_all(handed: Handed, told: Told) -> Iterator[tuple[str, Compared]]:
    """Form by form, as they are told; a form that is not in the file is missing as a whole."""
    seen = set()
    for word, rows in groupby(told.rows(), key=lambda one: one[0].word):
        seen.add(word)
        found = handed.found.get(word)
        if found is not None:
            yield word, compare(found, (row for _, row in rows))
    for word, found in handed.found.items():
        if word not in seen:
            yield word, compare(found, ())
    for word, found in handed.found.items():
        yield f"{word} above", compare_head(found, told.sheets[word])
    yield "strange", Compared(handed.strange.shown, handed.strange.total, 0, False)


def _since(conn: Connection, scope: Scope, export_id: str) -> int:
    """How many of its books have gone on since the file was made."""
    heads = exports.select_export_books(conn, export_id)
    return sum(book.seq > heads[book.id][0] for book in classbooks.select_exported_books(conn, scope, export_id))


def _said(export: dict[str, Any], sha256: str, handed: Handed, compared: Mapping[str, Compared]) -> dict[str, Any]:
    differences: list[Difference] = [one for each in compared.values() for one in each.differences]
    return {
        "export": export["id"], "form": export["form"], "format": export["format"],
        "class_name": export["class_name"], "month": export["month"], "asked_at": export["asked_at"],
        "asker": export["asker"], "second": export["second"], "outcome": export["outcome"], "aim": export["aim"],
        "exact": sha256 == export["sha256"], "sha256": sha256,
        "rows": sum(each.rows for each in compared.values()),
        "reordered": [handed.found[word].sheet for word, each in compared.items() if each.reordered],
        "renamed": [[ours, theirs] for word, one in handed.found.items() for ours, theirs in one.form.renamed(handed.chosen.get(word))],
        "absent": [form.title for form in handed.forms if form.word not in handed.found],
        "total": sum(each.total for each in compared.values()), "differences": [one._asdict() for one in differences[:MOST_SHOWN]],
    }  # fmt: skip
