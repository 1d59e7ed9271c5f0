"""What an operation does to a book's documents. It never refuses and never throws: what does not fit changes nothing."""

from collections.abc import Callable
from typing import Any

from sync.book import Doc, Docs, claimed_minutes
from sync.kinds import KINDS, Fields
from sync.op import Op

Changed = dict[str, Doc]
# what these functions make of an operation: with another number, documents made before are made anew from theirs
SHAPE = 3


def reduce(docs: Docs, op: Op) -> Changed:
    """The documents this op changes, as they stand after it; empty when it changes none."""
    kind, fields = KINDS.get(op.kind), op.fields
    if kind is None or fields is None:
        return {}
    doc = docs.get(op.doc)
    if doc is None:
        return {op.doc: FIRST[op.kind](op, fields)} if op.kind in FIRST else {}
    if doc["kind"] != kind.concerns or doc["state"] not in kind.states:
        return {}
    return {op.doc: NEXT[op.kind](doc, op, fields)} if op.kind in NEXT else {}


def _book(op: Op, fields: Fields) -> Doc:
    return {"id": op.doc, "kind": "book", "state": "open", **fields, "plan": None, "members": [], "locked": []}


def _entry(op: Op, fields: Fields) -> Doc:
    return {
        "id": op.doc, "kind": "entry", "state": "logged", "by": op.by, "version": op.id,
        "versions": [_version(op, fields)], "content": fields, "at": op.at,
        "seals": [], "returns": [], "rivals": [], "recognised": None, "queries": [], "reversals": [], "withdrawn": None,
    }  # fmt: skip


def _version(op: Op, fields: Fields) -> Doc:
    return {"op": op.id, "minutes": claimed_minutes(fields), "at": op.at, "seen": op.seen}


def _presence(op: Op, fields: Fields) -> Doc:
    return {
        "id": op.doc, "kind": "presence", "state": "in", "by": op.by, **fields, "end": None, "at": op.at, "seen": op.seen
    }  # fmt: skip


def _result(op: Op, fields: Fields) -> Doc:
    return {
        "id": op.doc, "kind": "result", "state": "claimed", "by": op.by, "version": op.id,
        "versions": [{"op": op.id, "minutes": 0}], "content": fields, "at": op.at, "rivals": [], "decisions": [],
    }  # fmt: skip


def _note(op: Op, fields: Fields) -> Doc:
    return {"id": op.doc, "kind": "note", "state": "added", "by": op.by, **fields, "at": op.at}


def _reset(op: Op, fields: Fields) -> Doc:
    return {"id": op.doc, "kind": "reset", "state": "done", "by": op.by, **fields, "at": op.at}


def _me(op: Op, fields: Fields) -> Doc:
    owner = {"id": op.doc, "person": fields["owner"], "role": "owner", "org": None, "from": fields["from"], "to": None}
    return {
        "id": op.doc, "kind": "me", "state": "open", "owner": fields["owner"], "members": [owner], "read_until": 0
    }  # fmt: skip


def _base(op: Op, fields: Fields) -> Doc:
    return {"id": op.doc, "kind": "base", "state": "open", **fields, "members": []}


def _session(op: Op, fields: Fields) -> Doc:
    return {"id": op.doc, "kind": "session", "state": "open", "by": op.by, **fields, "seen": [], "at": op.at}


def _seen(op: Op, fields: Fields) -> Doc:
    """A presence somebody else speaks for: it names the session in which he saw the person."""
    return {
        "id": op.doc, "kind": "presence", "state": "out", "by": op.by, **fields, "code": None, "at": op.at, "seen": op.seen
    }  # fmt: skip


def _kiosk(op: Op, fields: Fields) -> Doc:
    return {"id": op.doc, "kind": "kiosk", "state": "heard", **fields, "at": op.at}


def _notice(op: Op, fields: Fields) -> Doc:
    return {"id": op.doc, "kind": "notice", "state": "given", **fields, "at": op.at}


def _plan_set(doc: Doc, op: Op, fields: Fields) -> Doc:
    return {**doc, "plan": fields}


def _joined(doc: Doc, op: Op, fields: Fields) -> Doc:
    member = {name: fields[name] for name in ("person", "role", "org", "from", "to")}
    return {**doc, "members": [*doc["members"], {"id": fields["member"], **member}]}


def _changed(doc: Doc, op: Op, fields: Fields) -> Doc:
    return {**doc, **fields}


def _staffed(doc: Doc, op: Op, fields: Fields) -> Doc:
    return _joined(doc, op, {**fields, "org": doc["id"]})


def _closed(doc: Doc, op: Op, fields: Fields) -> Doc:
    return {**doc, "state": "closed", **fields}


def _heard(doc: Doc, op: Op, fields: Fields) -> Doc:
    return {**doc, **fields, "at": op.at}


def _left(doc: Doc, op: Op, fields: Fields) -> Doc:
    return {
        **doc, "members": [{**m, "to": fields["to"]} if m["id"] == fields["member"] else m for m in doc["members"]]
    }  # fmt: skip


def _locked(doc: Doc, op: Op, fields: Fields) -> Doc:
    return {**doc, "locked": sorted({*doc["locked"], fields["month"]})}


def _revised(doc: Doc, op: Op, fields: Fields) -> Doc:
    """A new content from the current one replaces it and strikes the seals; from an older one it stands beside it as a rival."""
    versions = [*doc["versions"], _version(op, fields)]
    if op.of != doc["version"]:
        rival = {"op": op.id, "of": op.of, "content": fields, "at": op.at}
        return {**doc, "versions": versions, "rivals": [*doc["rivals"], rival]}
    seals = [{**seal, "struck": True} for seal in doc["seals"]]
    return {
        **doc, "state": "logged", "version": op.id, "versions": versions, "content": fields, "seals": seals, "rivals": []
    }  # fmt: skip


def _withdrawn(doc: Doc, op: Op, fields: Fields) -> Doc:
    return {**doc, "state": "withdrawn", "withdrawn": {"op": op.id, "reason": fields["reason"], "at": op.at}}


def _signed(doc: Doc, op: Op, fields: Fields) -> Doc:
    stale = op.of != doc["version"]
    seal = {"op": op.id, "of": op.of, "by": op.by, "at": op.at, "seen": op.seen, **fields, "struck": stale}
    seals = sorted([*doc["seals"], seal], key=lambda given: (given["at"], given["op"]))
    return {**doc, "state": doc["state"] if stale else "signed", "seals": seals}


def _returned(doc: Doc, op: Op, fields: Fields) -> Doc:
    """A return of the current content sends it back and lifts the returning person's own seal; of an older one it is only noted."""
    noted = {"op": op.id, "of": op.of, "by": op.by, "reason": fields["reason"], "at": op.at}
    if op.of != doc["version"]:
        return {**doc, "returns": [*doc["returns"], noted]}
    seals = [{**seal, "struck": True} if seal["by"] == op.by else seal for seal in doc["seals"]]
    return {**doc, "state": "returned", "seals": seals, "returns": [*doc["returns"], noted]}


def _credited(doc: Doc, op: Op, fields: Fields) -> Doc:
    recognised = {"op": op.id, "of": op.of, "by": op.by, "at": op.at, **fields}
    return {**doc, "state": "credited", "recognised": recognised}


def _queried(doc: Doc, op: Op, fields: Fields) -> Doc:
    query = {"op": op.id, "by": op.by, "reason": fields["reason"], "at": op.at}
    return {**doc, "state": "queried", "recognised": None, "queries": [*doc["queries"], query]}


def _reversed(doc: Doc, op: Op, fields: Fields) -> Doc:
    return {**doc, "reversals": [*doc["reversals"], {"op": op.id, "by": op.by, "at": op.at, **fields}]}


def _checked_out(doc: Doc, op: Op, fields: Fields) -> Doc:
    return {**doc, "state": "out", "end": fields["end"]}


def _proven(doc: Doc, op: Op, fields: Fields) -> Doc:
    """Said of a code more than once, what was said last holds; coming stands before going, whichever was looked at first."""
    others = [proof for proof in doc.get("proofs", ()) if proof["side"] != fields["side"]]
    proof = {"op": op.id, **fields, "at": op.at}
    return {**doc, "proofs": [proof, *others] if fields["side"] == "in" else [*others, proof]}


def _claimed_again(doc: Doc, op: Op, fields: Fields) -> Doc:
    versions = [*doc["versions"], {"op": op.id, "minutes": 0}]
    if op.of != doc["version"]:
        rival = {"op": op.id, "of": op.of, "content": fields, "at": op.at}
        return {**doc, "versions": versions, "rivals": [*doc["rivals"], rival]}
    return {**doc, "state": "claimed", "version": op.id, "versions": versions, "content": fields, "rivals": []}


def _verified(doc: Doc, op: Op, fields: Fields) -> Doc:
    return _decision(doc, op, "verified", fields["note"])


def _rejected(doc: Doc, op: Op, fields: Fields) -> Doc:
    return _decision(doc, op, "rejected", fields["reason"])


def _read(doc: Doc, op: Op, fields: Fields) -> Doc:
    return {**doc, "read_until": max(doc["read_until"], fields["until"])}


def _decision(doc: Doc, op: Op, state: str, text: str | None) -> Doc:
    made = {"op": op.id, "of": op.of, "by": op.by, "as": state, "text": text, "at": op.at}
    return {**doc, "state": state, "decisions": [*doc["decisions"], made]}


FIRST: dict[str, Callable[[Op, Fields], Doc]] = {
    "book.opened": _book,
    "entry.logged": _entry,
    "presence.checked_in": _presence,
    "result.claimed": _result,
    "note.added": _note,
    "access.reset": _reset,
    "me.opened": _me,
    "notice.given": _notice,
    "presence.seen": _seen,
    "base.opened": _base,
    "session.opened": _session,
    "kiosk.heard": _kiosk,
}
NEXT: dict[str, Callable[[Any, Op, Fields], Doc]] = {
    "plan.set": _plan_set,
    "member.joined": _joined,
    "member.left": _left,
    "month.locked": _locked,
    "entry.revised": _revised,
    "entry.withdrawn": _withdrawn,
    "entry.signed": _signed,
    "entry.returned": _returned,
    "entry.credited": _credited,
    "entry.queried": _queried,
    "entry.reversed": _reversed,
    "presence.checked_out": _checked_out,
    "presence.proven": _proven,
    "result.claimed": _claimed_again,
    "result.verified": _verified,
    "result.rejected": _rejected,
    "notices.read": _read,
    "base.changed": _changed,
    "staff.joined": _staffed,
    "staff.left": _left,
    "session.closed": _closed,
    "kiosk.heard": _heard,
}
