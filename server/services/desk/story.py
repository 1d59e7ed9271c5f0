"""One entry with everything that speaks for and against it, and one person's book from the first operation to the last: who wrote what,
when, on which device, and when it reached us."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy.engine import Connection

from server.store.books import books
from server.store.books.worth import NOTHING, shares_of
from server.store.db import reading
from server.store.desk import story
from server.store.desk.scope import Scope
from server.store.people import people
from sync.book import Doc, confirmed_minutes, is_witnessed, standing_seals
from sync.credit import COUNTED, Share
from sync.evidence import evidence_of
from sync.op import Op, Sealed, read, take_apart

NEWEST = 2**62
# what an operation says in its own words, where it does
WORDS = ("minutes", "reason", "note", "how", "month", "day", "start", "end", "role", "text", "competition", "award", "to")
# written on a device that had last heard of the server so long before, or arrived so much later
OFFLINE_MS = 60 * 60_000


def find_entry(scope: Scope, book_id: str, entry_id: str) -> dict[str, Any] | None:
    """None when the desk sees no such entry."""
    with reading() as conn:
        if not story.is_seen(conn, scope, book_id):
            return None
        there = books.select_documents(conn, book_id, {book_id, entry_id})
        head, entry = there.get(book_id), there.get(entry_id)
        if head is None or entry is None or entry["kind"] != "entry":
            return None
        day = entry["content"]["day"]
        docs = {doc["id"]: doc for doc in map(json.loads, story.select_day(conn, book_id, day))}
        elsewhere = [json.loads(body) for body in story.select_elsewhere(conn, scope, entry["by"], book_id, day)]
        history = _told(conn, book_id, story.each_op(conn, scope, book_id), entry_id)
    presences = [doc for doc in docs.values() if doc["kind"] == "presence"]
    found = evidence_of(entry, head, presences)
    shares = shares_of(head, docs, day)
    return {
        "book_id": book_id, "id": entry_id, "photos": entry["content"]["photos"], "nature": entry["content"]["nature"],
        "safety": entry["content"]["safety"], "rivals": [{"at": rival["at"], **_content(rival["content"])} for rival in entry["rivals"]],
        "evidence": {"grade": found.grade, "has": found.has, "next": found.next, "lacks": found.lacks},
        "day": sorted(
            [_interval(doc, shares.get(doc["id"], NOTHING), False) for doc in docs.values() if doc["kind"] == "entry"]
            + [_interval(doc, NOTHING, True) for doc in elsewhere],
            key=lambda one: (one["start"], one["end"], one["id"]),
        ),
        "presences": [_presence(doc) for doc in sorted(presences, key=lambda doc: doc["start"])], "history": history,
    }  # fmt: skip


def tell_book(scope: Scope, book_id: str, before: int, limit: int) -> tuple[list[dict[str, Any]], int | None] | None:
    """A page of what happened, the newest first, and the seq it goes on from."""
    with reading() as conn:
        if not story.is_seen(conn, scope, book_id):
            return None
        told = story.select_ops(conn, scope, book_id, before or NEWEST, limit + 1)
        shown = _told(conn, book_id, told[:limit])
    return shown, told[limit - 1].seq if len(told) > limit else None


def _told(conn: Connection, book_id: str, told: Iterable[story.Told], only: str | None = None) -> list[dict[str, Any]]:
    ops = [(one, op) for one in told if isinstance(op := _read(one), Op) and only in (None, op.doc)]
    about = {} if only else {doc: json.loads(body) for doc, body in story.select_titles(conn, book_id, {op.doc for _, op in ops}).items()}
    named = {op.by for _, op in ops} | {op.fields["person"] for _, op in ops if op.fields and "person" in op.fields}
    names = people.select_names(conn, named)
    return [_line(one, op, names, about.get(op.doc)) for one, op in ops]


def _read(one: story.Told) -> Any:
    sealed = take_apart(one.jws)
    return read(sealed) if isinstance(sealed, Sealed) else None


def _line(one: story.Told, op: Op, names: dict[str, str], about: Doc | None) -> dict[str, Any]:
    fields = op.fields or {}
    late = one.received_at - op.at
    return {
        "id": op.id, "seq": one.seq, "kind": op.kind, "doc": op.doc, "by": names.get(op.by, ""), "at": op.at, "received_at": one.received_at,
        "desk": one.device_status == "server", "device": one.device_label, "shared": bool(one.shared),
        "offline": one.device_status != "server" and (late > OFFLINE_MS or op.seen > 0 and op.at - op.seen > OFFLINE_MS),
        "person": names.get(fields["person"]) if "person" in fields else None,
        "said": {name: fields[name] for name in WORDS if fields.get(name) is not None},
        "about_day": about["content"]["day"] if about and about["kind"] == "entry" else None,
        "photos": len(fields.get("photos", ())),
    }  # fmt: skip


def _interval(doc: Doc, share: Share, elsewhere: bool) -> dict[str, Any]:
    return {
        "id": doc["id"], "state": doc["state"], **_content(doc["content"]), "counted": share.minutes, "reasons": share.flags,
        "confirmed": confirmed_minutes(doc) if doc["state"] in COUNTED and standing_seals(doc) else None, "elsewhere": elsewhere,
    }  # fmt: skip


def _content(content: Doc) -> dict[str, Any]:
    names = ("start", "end", "break", "module", "place_kind", "text")
    return {name: content[name] for name in names}


def _presence(doc: Doc) -> dict[str, Any]:
    words = [proof["word"] for proof in doc.get("proofs", ()) if proof["side"] == "in"]
    return {"start": doc["start"], "end": doc["end"], "witnessed": is_witnessed(doc), "word": words[-1] if words else None}
