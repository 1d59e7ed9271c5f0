"""May this author do this to this book? Reading documents and writing verdicts is the caller's work; so is authority over desks."""

from collections.abc import Callable
from dataclasses import dataclass

from sync.book import (
    SIGNERS,
    WAITING,
    Doc,
    Docs,
    claimed_minutes,
    confirmed_minutes,
    credited_minutes,
    members_of,
    month_of,
    serves_on,
    standing_seals,
    version_minutes,
)
from sync.errors import Refusal
from sync.kinds import KINDS, LIMITS, Kind
from sync.op import Op

# what speaks of a day, the documents that head a book, and the operations a book begins with
DATED = frozenset(("entry", "presence", "session"))
HEADS = frozenset(kind.head for kind in KINDS.values())
OPENING = frozenset(name for name, kind in KINDS.items() if kind.concerns == kind.head and "none" in kind.states)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the documents do not say: is this a desk act, and which ops named by this one are accepted or refused, does any op of the
    book wait for others."""

    desk: bool = False
    accepted: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    held: bool = False


def check(docs: Docs, op: Op, facts: Facts) -> Refusal | None:
    """None when the op may take effect on these documents, else why not. The first reason in a fixed order is given."""
    book, doc = _head(docs, op), docs.get(op.doc)
    if word := _door(op, book, facts):
        return Refusal(word)
    kind = KINDS.get(op.kind)
    if kind is None:
        return Refusal("unknown_kind")
    if book is not None and book["kind"] not in kind.heads:
        return Refusal("wrong_book")
    if op.fields is None:
        return Refusal("bad_field")
    if word := _desk(kind, facts) or _depends(op, facts):
        return Refusal(word, tuple(_needs(op, facts))) if word == "missing" else Refusal(word)
    word = (
        _document(kind, op, doc)
        or (not facts.desk and _role(kind, op, book, doc))
        or _version(kind, op, doc)
        or _state(kind, doc)
        or _month(kind, op, book, doc)
        or _trade(op, docs, facts)
    )
    return Refusal(word) if word else None


def _head(docs: Docs, op: Op) -> Doc | None:
    """The book's own document; another kind under its id is none."""
    head = docs.get(op.book)
    return head if head is not None and head["kind"] in HEADS else None


def _door(op: Op, book: Doc | None, facts: Facts) -> str | None:
    """Strangers hear so before anything else: nothing of theirs waits, is kept or is looked at."""
    if book is None:
        return None if op.kind in OPENING else "no_such_book"
    return None if facts.desk or any(members_of(book, op.by)) else "not_a_member"


def _desk(kind: Kind, facts: Facts) -> str | None:
    if facts.desk:
        return None if "desk" in kind.by else "wrong_role"
    return "desk_only" if kind.by == {"desk"} else None


def _needs(op: Op, facts: Facts) -> list[str]:
    return [named for named in op.named if named not in facts.accepted]


def _depends(op: Op, facts: Facts) -> str | None:
    needs = _needs(op, facts)
    if not needs:
        return None
    return "depends_on_refused" if any(need in facts.refused for need in needs) else "missing"


def _document(kind: Kind, op: Op, doc: Doc | None) -> str | None:
    if kind.concerns == kind.head and op.doc != op.book:
        return "wrong_document"
    if doc is None:
        return None if "none" in kind.states else "no_such_document"
    if kind.states == {"none"}:
        return "document_exists" if doc.get("by", op.by) == op.by else "document_taken"
    return "wrong_document" if doc["kind"] != kind.concerns else None


def _role(kind: Kind, op: Op, book: Doc | None, doc: Doc | None) -> str | None:
    mine = list(members_of(book, op.by)) if book else []
    day = (op.fields or {}).get("day") if kind.concerns in DATED else None
    if day is not None and not any(serves_on(member, day) for member in mine):
        return "not_a_member"
    roles = {member["role"] for member in mine}
    of_the_book = doc is None or kind.concerns == kind.head
    if "member" in kind.by or (of_the_book and kind.by & roles):
        return None
    if doc is None or of_the_book:
        return "wrong_role"
    own = doc["by"] == op.by
    if "author" in kind.by or kind.by - {"desk"} == {"apprentice"}:
        return None if own else "not_author"
    if own:
        return "own_entry"
    return None if kind.by & roles else "wrong_role"


def _version(kind: Kind, op: Op, doc: Doc | None) -> str | None:
    if kind.of == "none" or doc is None:
        return None if op.of is None else "unknown_version"
    if op.of is None or version_minutes(doc, op.of) is None:
        return "unknown_version"
    return "stale_version" if kind.of == "current" and op.of != doc["version"] else None


def _state(kind: Kind, doc: Doc | None) -> str | None:
    return None if doc is None or doc["state"] in kind.states else "wrong_state"


def _days(kind: Kind, op: Op, doc: Doc | None) -> list[str]:
    """The days whose months this op touches: where it puts its document and where that stood before."""
    days = []
    if op.fields and "day" in op.fields:
        days.append(op.fields["day"])
    if doc is not None and kind.concerns == "entry":
        days.append(doc["content"]["day"])
    elif doc is not None and kind.concerns == "presence":
        days.append(doc["day"])
    return days


def _month(kind: Kind, op: Op, book: Doc | None, doc: Doc | None) -> str | None:
    if kind.month == "any" or book is None or book["kind"] != "book":
        return None
    locked = any(month_of(day) in book["locked"] for day in _days(kind, op, doc))
    if kind.month == "open":
        return "month_locked" if locked else None
    return None if locked else "month_open"


def _trade(op: Op, docs: Docs, facts: Facts) -> str | None:
    judge = TRADE.get(op.kind)
    return judge(op, docs, facts) if judge else None


def _opened(op: Op, docs: Docs, facts: Facts) -> str | None:
    fields = op.fields or {}
    return "times_crossed" if fields["to"] < fields["from"] else None


def _planned(op: Op, docs: Docs, facts: Facts) -> str | None:
    codes = [module["code"] for module in (op.fields or {})["modules"]]
    return None if len(set(codes)) == len(codes) else "bad_field"


def _joined(op: Op, docs: Docs, facts: Facts) -> str | None:
    book, fields = docs[op.book], op.fields or {}
    if any(member["id"] == fields["member"] for member in book["members"]):
        return "document_exists"
    if fields["to"] is not None and fields["to"] < fields["from"]:
        return "times_crossed"
    own = fields["person"] == book["apprentice"]
    return "same_person" if own != (fields["role"] == "apprentice") else None


def _left(op: Op, docs: Docs, facts: Facts) -> str | None:
    fields = op.fields or {}
    member = next((m for m in docs[op.book]["members"] if m["id"] == fields["member"]), None)
    if member is None:
        return "no_such_document"
    return "times_crossed" if fields["to"] < member["from"] else None


def _logged(op: Op, docs: Docs, facts: Facts) -> str | None:
    return "times_crossed" if claimed_minutes(op.fields or {}) <= 0 else None


def _revised(op: Op, docs: Docs, facts: Facts) -> str | None:
    if _full(docs[op.doc], "versions"):
        return "too_many_versions"
    return _logged(op, docs, facts)


def _full(entry: Doc, name: str) -> bool:
    return len(entry[name]) >= LIMITS["versions"]


def _paired(op: Op, docs: Docs) -> str | None:
    day = docs[op.doc]["content"]["day"]
    paired = any(m["role"] in SIGNERS and serves_on(m, day) for m in members_of(docs[op.book], op.by))
    return None if paired else "not_paired"


def _signed(op: Op, docs: Docs, facts: Facts) -> str | None:
    entry, fields = docs[op.doc], op.fields or {}
    if fields["minutes"] > (version_minutes(entry, op.of or "") or 0):
        return "minutes_raised"
    if any(seal["by"] == op.by and seal["of"] == op.of for seal in standing_seals(entry)):
        return "already_signed"
    return "too_many_versions" if _full(entry, "seals") else _paired(op, docs)


def _returned(op: Op, docs: Docs, facts: Facts) -> str | None:
    return "too_many_versions" if _full(docs[op.doc], "returns") else _paired(op, docs)


def _maker(entry: Doc, person: str) -> str | None:
    """Whoever wrote an entry or ever signed it does not check it."""
    if entry["by"] == person:
        return "own_entry"
    return "signer_credits" if any(seal["by"] == person for seal in entry["seals"]) else None


def _queried(op: Op, docs: Docs, facts: Facts) -> str | None:
    entry = docs[op.doc]
    return _maker(entry, op.by) or ("too_many_versions" if _full(entry, "queries") else None)


def _credited(op: Op, docs: Docs, facts: Facts) -> str | None:
    entry, fields = docs[op.doc], op.fields or {}
    if word := _maker(entry, op.by):
        return word
    if fields["minutes"] == 0:  # set aside: nothing of it counts, whoever it still waits for
        return None if fields["note"] or entry["state"] == "signed" else "note_needed"
    if entry["state"] not in ("signed", "queried"):
        return "wrong_state"
    if entry["rivals"]:
        return "rivals_open"
    return "minutes_raised" if fields["minutes"] > confirmed_minutes(entry) else None


def _reversed(op: Op, docs: Docs, facts: Facts) -> str | None:
    entry, fields = docs[op.doc], op.fields or {}
    left = credited_minutes(entry) + fields["minutes"]
    if entry["by"] == op.by:
        return "own_entry"
    if fields["minutes"] > 0 and any(seal["by"] == op.by for seal in standing_seals(entry)):
        return "signer_credits"
    if _full(entry, "reversals"):
        return "too_many_versions"
    return None if 0 <= left <= confirmed_minutes(entry) else "minutes_raised"


def _locked(op: Op, docs: Docs, facts: Facts) -> str | None:
    month = (op.fields or {})["month"]
    if month in docs[op.book]["locked"]:
        return "already_locked"
    waits = any(
        doc["kind"] == "entry" and doc["state"] in WAITING and month_of(doc["content"]["day"]) == month
        for doc in docs.values()
    )
    return "entries_waiting" if waits or facts.held else None


def _checked_out(op: Op, docs: Docs, facts: Facts) -> str | None:
    return "times_crossed" if (op.fields or {})["end"] <= docs[op.doc]["start"] else None


def _decided(op: Op, docs: Docs, facts: Facts) -> str | None:
    """Whoever claimed a result, for himself or for an apprentice, does not say whether it holds."""
    if docs[op.book]["apprentice"] == op.by:
        return "own_entry"
    if docs[op.doc]["by"] == op.by:
        return "claimant_decides"
    return "rivals_open" if op.kind == "result.verified" and docs[op.doc]["rivals"] else None


def _claimed(op: Op, docs: Docs, facts: Facts) -> str | None:
    """A claim is mended by who made it: a desk mends no apprentice's, nor that of another desk."""
    if op.doc not in docs:
        return None
    if docs[op.doc]["by"] != op.by:
        return "not_author"
    return "too_many_versions" if _full(docs[op.doc], "versions") else None


def _opened_me(op: Op, docs: Docs, facts: Facts) -> str | None:
    """A personal book has the id of its person, so that nobody ever has two."""
    return None if (op.fields or {})["owner"] == op.book else "wrong_book"


def _staffed(op: Op, docs: Docs, facts: Facts) -> str | None:
    """A kiosk is nobody: whoever stands at it must not be able to open what it vouches for."""
    base, fields = docs[op.book], op.fields or {}
    if any(member["id"] == fields["member"] for member in base["members"]):
        return "document_exists"
    if fields["to"] is not None and fields["to"] < fields["from"]:
        return "times_crossed"
    kiosk = fields["role"] == "kiosk"
    mixed = any((member["role"] == "kiosk") != kiosk for member in members_of(base, fields["person"]))
    return "same_person" if mixed else None


def _held_on(op: Op, docs: Docs, facts: Facts) -> str | None:
    """A session and who was seen in it: by somebody who served in such a role that day."""
    fields, roles = op.fields or {}, KINDS[op.kind].by
    if fields["end"] <= fields["start"]:
        return "times_crossed"
    serves = any(m["role"] in roles and serves_on(m, fields["day"]) for m in members_of(docs[op.book], op.by))
    return None if serves else "not_paired"


def _closed(op: Op, docs: Docs, facts: Facts) -> str | None:
    fields = op.fields or {}
    if fields["end"] <= docs[op.doc]["start"]:
        return "times_crossed"
    people = [seen["person"] for seen in fields["seen"]]
    return None if len(set(people)) == len(people) else "bad_field"


def _reset(op: Op, docs: Docs, facts: Facts) -> str | None:
    fields = op.fields or {}
    return "same_person" if len({op.by, fields["person"], fields["second"]}) < 3 else None


TRADE: dict[str, Callable[[Op, Docs, Facts], str | None]] = {
    "book.opened": _opened,
    "plan.set": _planned,
    "member.joined": _joined,
    "member.left": _left,
    "entry.logged": _logged,
    "entry.revised": _revised,
    "entry.signed": _signed,
    "entry.returned": _returned,
    "entry.credited": _credited,
    "entry.queried": _queried,
    "entry.reversed": _reversed,
    "month.locked": _locked,
    "presence.checked_out": _checked_out,
    "result.claimed": _claimed,
    "result.verified": _decided,
    "result.rejected": _decided,
    "access.reset": _reset,
    "me.opened": _opened_me,
    "presence.seen": _held_on,
    "staff.joined": _staffed,
    "staff.left": _left,
    "session.opened": _held_on,
    "session.closed": _closed,
}
