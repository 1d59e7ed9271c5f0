"""A locked book in memory while operations are judged on it. Loading and writing it is intake's work."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.services.books.orders import refused
from server.store.books.books import Head, encode
from server.store.books.ops import KnownVerdict
from server.store.people.devices import Device
from sync.chain import link
from sync.errors import Refusal
from sync.op import Op, Sealed
from sync.reduce import Changed, reduce
from sync.rules import Facts, check

log = logging.getLogger("jiangji.intake")

PLAIN = Facts()
# After a restore, grants and enrolments are missing, and operations come back in another order than they had: what was accepted
# once may not fit now (a month was locked anew, an entry withdrawn before its sign-off returned). No machine refuses it for good.
LOST_WITH_A_RESTORE = frozenset((
    "unknown_device", "no_such_book", "not_a_member", "wrong_role", "not_paired", "not_your_device", "device_retired",
    "document_exists", "no_such_document", "wrong_document", "wrong_state", "stale_version", "unknown_version",
    "too_many_versions", "depends_on_refused", "already_signed", "month_locked",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in: the sealed JWS, and the op in it or why there is none."""

    sealed: Sealed
    op: Op | None
    refusal: Refusal | None


class OpenBook:
    """Where the book stands now, what has changed since it was opened, and which ops still wait."""

    def __init__(self, head: Head, docs: dict[str, Any], waiting: dict[str, Op], new: bool = False):
        self.id, self.seq, self.chain, self.held = head
        self.held_before = head.held
        self.docs, self.waiting, self.new = docs, waiting, new
        self.changed: dict[str, int] = {}
        self.photos: set[str] = set()
        self.told: list[Op] = []
        self.accepted: set[str] = set()
        self.refused: set[str] = set()

    def take(self, op: Op, changed: Changed) -> None:
        """Give the op the book's next number and keep what it changed."""
        self.seq += 1
        self.chain = link(self.chain, op.id)
        self.accepted.add(op.id)
        self.told.append(op)
        self.photos.update((op.fields or {}).get("photos", ()))
        for doc_id, doc in changed.items():
            self.docs[doc_id] = doc
            self.changed[doc_id] = self.seq

    def rows(self) -> list[tuple[str, str, int, str]]:
        return [(self.id, doc_id, seq, encode(self.docs[doc_id])) for doc_id, seq in self.changed.items()]


def judge(
    book: OpenBook, op: Op, device: Device | None, known: Mapping[str, KnownVerdict], restored: bool
) -> Refusal | Changed:
    """What the op changes, or why it may not. A fault of ours sends the op to custody and raises an alarm; it harms no other op."""
    try:
        refusal = _device(op, device) or check(book.docs, op, facts_of(book, op, device, known)) or refused(book.docs, op)
        if refusal is None:
            return reduce(book.docs, op)
    except Exception:
        log.exception("judging op %s failed", op.id)
        return Refusal("server_fault")
    before = known.get(op.id)
    restored = restored or (before is not None and before.word == "restored")
    from_a_phone = device is None or device.status != "server"
    return Refusal("restored") if restored and from_a_phone and refusal.word in LOST_WITH_A_RESTORE else refusal


def _device(op: Op, device: Device | None) -> Refusal | None:
    if device is None:
        return Refusal("unknown_device")
    if device.status == "server":
        return None
    if device.person_id != op.by:
        return Refusal("not_your_device")
    if device.status != "active":
        return Refusal("device_lost" if device.status == "lost" else "device_retired")
    return None


def facts_of(book: OpenBook, op: Op, device: Device | None, known: Mapping[str, KnownVerdict]) -> Facts:
    desk = device is not None and device.status == "server"
    if not desk and not op.named:
        return PLAIN
    accepted, refused = set(), set()
    for name in op.named:
        before = known.get(name)
        if name in book.accepted or (before and before.verdict == "accepted" and before.book_id == book.id):
            accepted.add(name)
        elif name in book.refused or (before and before.verdict == "refused"):
            refused.add(name)
    return Facts(desk, frozenset(accepted), frozenset(refused), book.held > 0)


def release(book: OpenBook, tried: dict[str, int]) -> Op | None:
    """A held op of which something it waited for has been decided since it was last tried."""
    decided = book.accepted | book.refused
    for op in book.waiting.values():
        if tried.get(op.id) != len(decided) and decided.intersection(op.named):
            tried[op.id] = len(decided)
            return op
    return None
