"""What one coordinator may order by an operation at her desk, and how much of a day anybody may credit. Everything else that a desk
decides has a door of its own, which asks for more: a file that was judged, a month that is over, a second person."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.store.books.worth import is_unproven, shares_of
from sync.book import Doc, credited_minutes
from sync.errors import Refusal
from sync.op import Op

ALONE = frozenset(("entry.credited", "entry.queried", "result.verified", "result.rejected", "note.added", "member.left"))
Docs = Mapping[str, Any]


def is_weighed(op: Op) -> bool:
    """Whether this gives minutes, so that the whole day of its entry has to be known."""
    return op.kind in ("entry.credited", "entry.reversed") and op.fields is not None and op.fields["minutes"] > 0


def refused(docs: Docs, op: Op) -> Refusal | None:
    return overdrawn(docs, op) or unexplained(docs, op)


def overdrawn(docs: Docs, op: Op) -> Refusal | None:
    """An entry is given what counts of it, and a day no more than all its credited entries give together, in whatever order they
    were credited. `docs` hold the head and the whole day; that the entry may be credited at all has been judged."""
    if not is_weighed(op):
        return None
    head, entry = docs[op.book], docs[op.doc]
    day = entry["content"]["day"]
    of_day = {doc["id"]: doc for doc in docs.values() if _is_on(doc, day)}
    others = {doc_id: credited_minutes(doc) for doc_id, doc in of_day.items() if doc["kind"] == "entry" and doc_id != op.doc}
    passed = {doc_id for doc_id, minutes in others.items() if minutes == 0}
    together = _sum(head, (doc for doc in of_day.values() if doc["id"] not in passed), day) - sum(others.values())
    most = together if op.kind == "entry.reversed" else min(together, shares_of(head, of_day, day)[op.doc].minutes)
    minutes = (op.fields or {})["minutes"] + credited_minutes(entry)
    return Refusal("day_full") if minutes > most else None


def unexplained(docs: Docs, op: Op) -> Refusal | None:
    """Hours at a base where nothing proves that the person was there are credited by somebody who says what he goes by."""
    if op.kind != "entry.credited" or not is_weighed(op) or (op.fields or {})["note"]:
        return None
    entry = docs[op.doc]
    day = entry["content"]["day"]
    presences = [doc for doc in docs.values() if doc["kind"] == "presence" and doc["day"] == day]
    return Refusal("note_needed") if is_unproven(entry, presences) else None


def _is_on(doc: Doc, day: str) -> bool:
    return bool(doc["content"]["day"] == day if doc["kind"] == "entry" else doc["kind"] == "presence" and doc["day"] == day)


def _sum(head: Doc, docs: Iterable[Doc], day: str) -> int:
    return sum(share.minutes for share in shares_of(head, {doc["id"]: doc for doc in docs}, day).values())
