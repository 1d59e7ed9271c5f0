"""What people are told in their personal books: which operation is news, for whom, and the notice it becomes. A word, a number and
where to look; never a name, never what somebody wrote. Storing news and writing notices is the work of others."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sync.book import SIGNERS, Docs, serves_on
from sync.op import Op

# what one person does in one go arrives within this time, and is one notice
SETTLE = 8_000
LONGEST = 60_000
MOST = 100_000
# one's own book is one's own whatever day it is
FIRST_DAY = "2000-01-01"

WORDS = {
    "entry.signed": "entry_signed", "entry.returned": "entry_returned", "entry.credited": "entry_credited",
    "entry.queried": "entry_queried", "entry.reversed": "entry_reversed", "result.verified": "result_verified",
    "result.rejected": "result_rejected", "month.locked": "month_locked", "access.reset": "access_reset",
}  # fmt: skip

# a desk may have claimed the result for him: whose it is says the book
OF_RESULTS = frozenset(("result.verified", "result.rejected"))
# what asks for a sign-off; the list of what waits is told of itself, so nobody gets a notice of each
ASKING = frozenset(("entry.logged", "entry.revised"))


class News(NamedTuple):
    """One thing for one person: `cause` is the operation, the device that was enrolled, or the reset."""

    cause: str
    person_id: str
    word: str
    book_id: str | None
    about: str | None
    by_person: str
    told_at: int


def news_of(op: Op, docs: Docs, now: int) -> News | None:
    """Whom an accepted operation concerns beside its author; `docs` are the book as it stands after it."""
    word = WORDS.get(op.kind)
    if word is None:
        return None
    person, about = _whom(op, docs)
    if op.kind == "access.reset":
        # it has one document's id in however many books it stands, and happened once
        return News(op.doc, person, word, None, None, op.by, now)
    return None if person == op.by else News(op.id, person, word, op.book, about, op.by, now)


def _whom(op: Op, docs: Docs) -> tuple[str, str | None]:
    if op.kind == "month.locked":
        return docs[op.book]["apprentice"], None
    if op.kind == "access.reset":
        return (op.fields or {})["person"], None
    if op.kind in OF_RESULTS:
        return docs[op.book]["apprentice"], op.doc
    return docs[op.doc]["by"], op.doc


def signers_asked(ops: Iterable[Op], docs: Docs) -> set[str]:
    """Who may sign what these accepted operations of one book have written: whoever serves there on the day of the work."""
    days = {(op.book, op.by, (op.fields or {})["day"]) for op in ops if op.kind in ASKING}
    return {
        member["person"] for book, by, day in days for member in docs[book]["members"]
        if member["role"] in SIGNERS and member["person"] != by and serves_on(member, day)
    }  # fmt: skip


def device_news(device_id: str, person_id: str, now: int) -> News:
    """Told although it is one's own act: whoever has not done it himself must hear of it."""
    return News(device_id, person_id, "device_enrolled", None, None, person_id, now)


def in_groups(rows: Iterable[News], now: int) -> list[list[News]]:
    """What has settled, one list for each notice: the same word, by the same hand, in the same book."""
    groups: dict[tuple[str, str, str | None, str], list[News]] = {}
    for row in sorted(rows, key=lambda row: (row.told_at, row.cause)):
        groups.setdefault((row.person_id, row.word, row.book_id, row.by_person), []).append(row)
    return [group for group in groups.values() if _has_settled(group, now)]


def _has_settled(group: Sequence[News], now: int) -> bool:
    return now - group[-1].told_at >= SETTLE or now - group[0].told_at >= LONGEST


def notice_id(first: News) -> str:
    """Made from what it tells of, so that telling it again is the same notice."""
    return str(UUID(bytes=hashlib.sha256(f"notice {first.person_id} {first.cause}".encode()).digest()[:16], version=4))


def payload_of(group: Sequence[News], now: int, salt: str) -> dict[str, Any]:
    first = group[0]
    body = {
        "word": first.word, "book": first.book_id, "about": first.about if len({row.about for row in group}) == 1 else None,
        "count": min(len(group), MOST),
    }  # fmt: skip
    return _payload(first.person_id, "notice.given", notice_id(first), body, now, salt)


def opening_of(person_id: str, now: int, salt: str) -> dict[str, Any]:
    return _payload(person_id, "me.opened", person_id, {"owner": person_id, "from": FIRST_DAY}, now, salt)


def _payload(person_id: str, kind: str, doc: str, body: dict[str, Any], now: int, salt: str) -> dict[str, Any]:
    """An operation the server writes into a person's own book in that person's name: it names nobody else."""
    return {
        "v": 1, "book": person_id, "kind": kind, "body": {name: given for name, given in body.items() if given is not None},
        "doc": doc, "of": None, "deps": [], "by": person_id, "count": 0, "at": now, "seen": now, "salt": salt,
    }  # fmt: skip
