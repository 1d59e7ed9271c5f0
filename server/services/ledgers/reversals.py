"""冲正: after a month's lock an hour is changed by a reversal only, with a reason, and by two people where one is not enough.

A second person is needed when hours are given back, and when a claim already holds the hours: one that was confirmed, or one that
was made and waits to be."""

import json
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from server.errors import STATUS, Denial
from server.papers.forms.credited import Account, Told, account_of
from server.services.books import intake
from server.store.books import books
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.host.writer import Writer
from server.store.ledgers import reversals
from server.store.ledgers.reversals import Asked
from sync.book import Doc, Docs, confirmed_minutes, credited_minutes, month_of
from sync.op import op_id


class Wanted(NamedTuple):
    """What somebody wants to change, as he has seen it."""

    book_id: str
    entry_id: str
    version: str
    minutes: int
    reason: str


class NotTaken(Exception):
    """The book refuses it, by a word."""


class OnTrial(Exception):
    """The book would take it; a second person has to say so first."""


def find_book(scope: Scope, book_id: str) -> dict[str, Any] | None:
    """Whose it is, and its months that are locked."""
    with reading() as conn:
        found = reversals.select_book(conn, scope, book_id)
        return found and found | {"locked": books.select_documents(conn, book_id, {book_id})[book_id]["locked"]}


def look(scope: Scope, book_id: str, entry_id: str, minutes: int) -> Denial | dict[str, Any]:
    """What it would change, before anybody asks for it: the entry, its module, the whole, and the claims that hold it."""
    with reading() as conn:
        if reversals.select_book(conn, scope, book_id) is None:
            return Denial("not_found")
        docs = {doc_id: json.loads(body) for doc_id, (_, body) in books.select_all_documents(conn, book_id).items()}
        entry = docs.get(entry_id)
        if entry is None or entry["kind"] != "entry" or entry["state"] != "credited":
            return Denial("not_found")
        month = month_of(entry["content"]["day"])
        claims = reversals.select_claims(conn, book_id, month)
        waits = reversals.is_waiting(conn, book_id, entry_id)
    changed = {**entry, "reversals": [*entry["reversals"], {"minutes": minutes}]}
    return {
        "book_id": book_id, "id": entry_id, "version": entry["version"], "month": month, "locked": month in docs[book_id]["locked"],
        "confirmed": confirmed_minutes(entry), "waits": waits, "needs": _needs(minutes, claims), "claims": claims,
        "before": _standing(docs, book_id, entry), "after": _standing({**docs, entry_id: changed}, book_id, changed),
        "earlier": len(entry["reversals"]),
    }  # fmt: skip


def _needs(minutes: int, claims: list[dict[str, Any]]) -> str | None:
    return "claimed" if claims else "raised" if minutes > 0 else None


def _standing(docs: Docs, book_id: str, entry: Doc) -> dict[str, Any]:
    account: Account = account_of(Told(book_id, 0, "", docs))
    module = account.modules.get(entry["content"]["module"])
    return {
        "entry": credited_minutes(entry), "whole": account.total("credited"), "plan": account.total("plan"),
        "lesson_minutes": account.lesson_minutes, "reached": bool(account.modules) and not account.total("missing"),
        "module": None if module is None else {
            "name": module.module["name"], "plan": module.plan, "credited": module.credited, "missing": module.missing,
        },
    }  # fmt: skip


def ask(scope: Scope, writer: Writer, session_id: str, reversal_id: str, wanted: Wanted, now: int) -> Denial | dict[str, Any]:
    """Done at once, or left for a second person. Whether the book would take it is found out in both cases."""
    try:
        with writing() as conn:
            asked = _asked(conn, scope, session_id, reversal_id, wanted, now)
            if isinstance(asked, Denial):
                return asked
            op = _reverse(conn, writer, asked, now)
            if asked.needs:
                raise OnTrial
            reversals.insert_asked(conn, asked, "done", op)
            return reversals.select_reversal(conn, scope, reversal_id) or Denial("not_found")
    except NotTaken as why:
        return Denial(str(why))
    except OnTrial:
        return _leave(scope, session_id, reversal_id, wanted, now)


def _leave(scope: Scope, session_id: str, reversal_id: str, wanted: Wanted, now: int) -> Denial | dict[str, Any]:
    with writing() as conn:
        asked = _asked(conn, scope, session_id, reversal_id, wanted, now)
        if isinstance(asked, Denial):
            return asked
        reversals.insert_asked(conn, asked, "waiting", None)
        return reversals.select_reversal(conn, scope, reversal_id) or Denial("not_found")


def _asked(conn: Connection, scope: Scope, session_id: str, reversal_id: str, wanted: Wanted, now: int) -> Denial | Asked:
    if reversals.select_book(conn, scope, wanted.book_id) is None:
        return Denial("not_found")
    entry = books.select_documents(conn, wanted.book_id, {wanted.entry_id}).get(wanted.entry_id)
    if entry is None or entry["kind"] != "entry":
        return Denial("not_found")
    if reversals.is_waiting(conn, wanted.book_id, wanted.entry_id):
        return Denial("reversal_waits")
    day = entry["content"]["day"]
    books.lock_books(conn, {wanted.book_id})  # whoever confirms a claim of this book has it locked as well
    needs = _needs(wanted.minutes, reversals.select_claims(conn, wanted.book_id, month_of(day)))
    return Asked(
        reversal_id, wanted.book_id, wanted.entry_id, wanted.version, day, wanted.minutes, wanted.reason, needs, scope.person_id,
        session_id, now,
    )  # fmt: skip


def _reverse(conn: Connection, writer: Writer, asked: Asked, now: int) -> str:
    """The operation, in the name of who asked for it."""
    body = {"minutes": asked.minutes, "reason": asked.reason, "session": asked.asked_session}
    jws = writer.write(asked.book_id, "entry.reversed", asked.entry_id, body, asked.asked_by, now, asked.version)
    found = op_id(jws.rpartition(".")[0].encode("ascii"))
    said = intake.accept_within(conn, [jws], now)[found]
    if said["as"] != "accepted":
        word = said.get("word", "not_open")
        raise NotTaken(word if word in STATUS else "not_open")
    return found


def list_reversals(scope: Scope, wanted: dict[str, str], page: int, size: int) -> tuple[list[dict[str, Any]], int]:
    with reading() as conn:
        return reversals.select_reversals(conn, scope, wanted, size, (page - 1) * size)


def decide(
    scope: Scope, writer: Writer, reversal_id: str, outcome: str, answer: str | None, now: int
) -> Denial | dict[str, Any]:
    """Somebody else says yes or no; who asked may only drop it."""
    if outcome == "refused" and not answer:
        return Denial("bad_request")
    try:
        with writing() as conn:
            found = reversals.select_reversal(conn, scope, reversal_id)
            if found is None:
                return Denial("not_found")
            if (word := _may_not(conn, scope, found, outcome)) is not None:
                return Denial(word)
            op = None
            if outcome == "done":
                asked = Asked(**{name: found.get(name) for name in Asked._fields if name != "asked_session"},
                              asked_session=reversals.select_asked_session(conn, reversal_id))  # fmt: skip
                op = _reverse(conn, writer, asked, now)
            second = None if outcome == "dropped" else scope.person_id
            if not reversals.update_decided(conn, reversal_id, outcome, second, answer, op, now):
                raise NotTaken("not_open")
            return reversals.select_reversal(conn, scope, reversal_id) or Denial("not_found")
    except NotTaken as why:
        return Denial(str(why))


def _may_not(conn: Connection, scope: Scope, found: dict[str, Any], outcome: str) -> str | None:
    mine = found["asked_by"] == scope.person_id
    if found["state"] != "waiting":
        return "not_open"
    if mine != (outcome == "dropped"):
        return "same_person" if mine else "forbidden"
    if outcome != "done":
        return None
    entry = books.select_documents(conn, found["book_id"], {found["entry_id"]})[found["entry_id"]]
    if entry["by"] == scope.person_id:
        return "own_entry"
    if any(seal["by"] == scope.person_id for seal in entry["seals"]):
        return "signer_credits"
    return None if books.is_coordinator(conn, found["asked_by"], found["college_id"]) else "forbidden"
