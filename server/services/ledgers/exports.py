"""Exports: asked for at a desk, made as a job, recorded; what a claim or a frozen roster rests on needs a second person.

The second person sees what was made, with its totals and its SHA-256, before he confirms exactly that. Until then the file is his and
the college's coordinators' to look at, and nobody's to hand in: who asked cannot fetch it."""

import hashlib
import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from server.config import Config
from server.errors import Denial
from server.papers.forms.form import Chosen, Form
from server.papers.forms.ledger import LEDGER, SUMMARY
from server.store.books import books
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.desk import jobs
from server.store.desk.scope import Scope
from server.store.ledgers import claims, classbooks, exports
from server.store.ledgers.exports import Order
from server.store.people.vault import Unreadable, Vault
from server.store.setup import rosters
from sync.op import Op, Sealed, read, take_apart

# which forms may be handed in with a claim, which may be frozen, which tell of one month only
HANDED_IN = (LEDGER, SUMMARY)
CLAIMED, FROZEN = frozenset(form.word for form in HANDED_IN), frozenset(("roster",))
MONTHLY = frozenset(("attendance", "guidance", "base_use"))
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
}  # fmt: skip


class Wanted(NamedTuple):
    """What somebody chose on the page of exports."""

    form: str
    format: str
    aim: str
    class_id: str
    month: str | None
    full_ids: bool
    reason: str | None


class File(NamedTuple):
    """A file on its way to a browser, which also says whose title goes before the name."""

    form: str
    name: str
    type: str
    content: bytes


def ask_export(scope: Scope, export_id: str, wanted: Wanted, now: int) -> Denial | dict[str, Any]:
    """The record and the job that makes it, in one transaction."""
    if _is_odd(wanted):
        return Denial("bad_request")
    if wanted.full_ids and scope.role != "coordinator":
        return Denial("forbidden")
    with writing() as conn:
        group = classbooks.select_group(conn, scope, wanted.class_id)
        if group is None:
            return Denial("not_found")
        enterprise = scope.org_id if scope.role == "enterprise_admin" else None
        columns = classbooks.select_chosen_columns(conn, group.college_id)
        if wanted.aim == "claim":
            columns = {form.word: form.for_claim(columns[form.word]) for form in HANDED_IN if form.word in columns}
        jobs.insert_job(conn, export_id, "export", scope, {"columns": columns}, "people", now)
        exports.insert_order(conn, Order(
            export_id, wanted.form, wanted.format, wanted.aim, group.college_id, group.id, enterprise, wanted.month, wanted.full_ids,
            wanted.reason, scope.person_id, now,
        ))  # fmt: skip
        if wanted.full_ids:
            told = {"form": wanted.form, "class": group.name, "month": wanted.month, "reason": wanted.reason}
            _log(conn, scope, export_id, ("export", export_id, "unmasked"), told, now)
        return _show(conn, scope, export_id) or Denial("not_found")


def _is_odd(wanted: Wanted) -> bool:
    return (
        (wanted.aim == "claim" and wanted.form not in CLAIMED)
        or (wanted.aim == "freeze" and wanted.form not in FROZEN)
        or (wanted.form in MONTHLY and wanted.month is None)
        or (wanted.full_ids and (wanted.form != "roster" or not wanted.reason))
    )


def list_exports(scope: Scope, page: int, size: int) -> tuple[list[dict[str, Any]], int]:
    with reading() as conn:
        rows = exports.select_exports(conn, scope, size, (page - 1) * size)
        return _name_others(conn, rows), exports.count_exports(conn, scope)


def find_export(scope: Scope, export_id: str) -> dict[str, Any] | None:
    with reading() as conn:
        return _show(conn, scope, export_id)


def _show(conn: Connection, scope: Scope, export_id: str) -> dict[str, Any] | None:
    found = exports.select_export(conn, scope, export_id)
    return found and _name_others(conn, [found])[0]


def _name_others(conn: Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the claims each has to do with: `earlier` hold hours of one nobody has decided yet."""
    told = {row["id"]: row for row in rows if row["aim"] == "claim"}
    undecided = [row for row in told.values() if row["outcome"] is None and row["state"] != "failed"]
    made = {row["id"] for row in undecided if row["made_at"] is not None}
    earlier = claims.select_earlier(conn, made, True) | claims.select_earlier(conn, {row["id"] for row in undecided} - made, False)
    replaces, replaced_by = claims.select_replaced(conn, told.keys())
    return [
        row | {name: named.get(row["id"], []) for name, named in (("earlier", earlier), ("replaces", replaces), ("replaced_by", replaced_by))}
        for row in rows
    ]


def decide_export(
    scope: Scope, export_id: str, outcome: str, reason: str | None, replaces: Collection[str], now: int
) -> Denial | dict[str, Any]:
    """Somebody else than who asked says that this is it, or why not. One of the two is the college's, never both who profit. Where
    confirmed claims hold some of its hours already, he names them: this one takes their place, for a reason."""
    if (outcome == "refused" or replaces) and not reason:
        return Denial("bad_request")
    with writing() as conn:
        found = exports.select_export(conn, scope, export_id)
        if found is None:
            return Denial("not_found")
        if found["asked_by"] == scope.person_id:
            return Denial("same_person")
        if found["aim"] == "look" or found["made_at"] is None or found["outcome"]:
            return Denial("not_open")
        if outcome == "confirmed" and "coordinator" not in (scope.role, found["asker_role"]):
            return Denial("needs_college")
        if replaces and (outcome, found["aim"]) != ("confirmed", "claim"):
            return Denial("bad_request")
        if outcome == "confirmed" and found["aim"] == "claim" and (word := _stands_against(conn, found, replaces)) is not None:
            return Denial(word)
        if not exports.update_outcome(conn, export_id, scope.person_id, outcome, reason, now):
            return Denial("not_open")
        claims.insert_replaced(conn, export_id, replaces)
        return _show(conn, scope, export_id) or Denial("not_found")


def _stands_against(conn: Connection, found: dict[str, Any], replaces: Collection[str]) -> str | None:
    """From here to the end of the transaction nothing changes its books, and no other claim of them is confirmed."""
    books.lock_books(conn, exports.select_export_books(conn, found["id"]))
    if any(entry["reversals"] for entry in claims.select_moved(conn, found)) or _has_other_plan(conn, found["id"]):
        return "hours_changed"  # its months are locked: of what it tells nothing else can change
    held = {one["id"] for one in claims.select_earlier(conn, {found["id"]}, True).get(found["id"], ())}
    return None if held == set(replaces) else "claimed_already"


def _has_other_plan(conn: Connection, export_id: str) -> bool:
    """By another plan other online hours count."""
    sealed = (take_apart(jws) for jws in claims.select_ops_since(conn, export_id))
    ops = (read(one) for one in sealed if isinstance(one, Sealed))
    return any(isinstance(op, Op) and op.kind == "plan.set" for op in ops)


def fetch_file(config: Config, vault: Vault, scope: Scope, export_id: str, log_id: str, now: int) -> Denial | File:
    """Whoever takes one with whole ID numbers is written down first."""
    with reading() as conn:
        found = exports.select_export(conn, scope, export_id)
    if found is None:
        return Denial("not_found")
    if found["made_at"] is None:
        return Denial("not_open")
    if needs_second(found) and found["asked_by"] == scope.person_id:
        return Denial("needs_two_people")
    if found["full_ids"] and scope.role != "coordinator":
        return Denial("forbidden")
    path = exports.file_of(config, export_id, found["format"])
    if not path.is_file():
        return Denial("not_found")
    try:
        content = exports.read_file(vault, export_id, found["data_key"], path)
    except (Unreadable, ValueError):
        return Denial("file_differs")
    if hashlib.sha256(content).hexdigest() != found["sha256"]:
        return Denial("file_differs")
    if found["full_ids"]:
        with writing() as conn:
            _log(conn, scope, log_id, ("export", export_id, "unmasked"), {"form": found["form"], "class": found["class_name"], "fetched": True}, now)
    name = f"{found['class_name']} {found['month'] or day_of(found['asked_at'])}.{found['format']}"
    return File(found["form"], name, TYPES[found["format"]], content)


def needs_second(found: dict[str, Any]) -> bool:
    return bool(found["aim"] != "look" and found["outcome"] != "confirmed")


# --- how forms look ------------------------------------------------------------------------------------------------


def list_forms(scope: Scope, forms: Sequence[Form]) -> list[dict[str, Any]]:
    """Every form with its columns, and those this desk's college has chosen in its order and under its headings."""
    with reading() as conn:
        chosen = classbooks.select_chosen_columns(conn, scope.org_id)
    return [
        {
            "form": form.word, "title": form.title, "per": form.per, "own": form.word in chosen,
            "chosen": [{"key": column.key, "heading": column.heading} for column in form.chosen(chosen.get(form.word))],
            "columns": [{"key": column.key, "heading": column.heading, "keeps": column.key in form.keeps} for column in form.columns],
        }
        for form in forms
    ]  # fmt: skip


def choose_columns(scope: Scope, form: Form, wanted: list[Chosen], log_id: str, now: int) -> bool:
    """False when a form cannot look so. As ours it is nobody's own."""
    if not form.may_choose(wanted):
        return False
    ours = {column.key: column.heading for column in form.columns}
    given = [(key, None if heading == ours[key] else heading) for key, heading in wanted]
    with writing() as conn:
        before = classbooks.select_chosen_columns(conn, scope.org_id).get(form.word)
        if given == [(column.key, None) for column in form.columns]:
            classbooks.delete_chosen_columns(conn, scope.org_id, form.word)
        else:
            classbooks.upsert_chosen_columns(conn, scope.org_id, form.word, given, scope.person_id, now)
        told = {"columns": [_said(form, before), _said(form, given)]}
        if told["columns"][0] != told["columns"][1]:
            _log(conn, scope, log_id, ("form", form.word, "changed"), told, now)
    return True


def _said(form: Form, chosen: Sequence[Chosen] | None) -> str:
    return "、".join(column.heading for column in form.chosen(chosen))


def _log(conn: Connection, scope: Scope, log_id: str, what: tuple[str, str, str], body: dict[str, Any], now: int) -> None:
    subject, subject_id, act = what
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    rosters.insert_log(conn, [rosters.Logged(log_id, scope.org_id, now, scope.person_id, scope.role, subject, subject_id, act, text)])
