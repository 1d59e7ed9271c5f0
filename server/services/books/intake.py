"""The one door for operations, whoever carries them: parse, verify, judge, reduce, store, one verdict per op.

Signatures are checked before any lock. Then the books' rows are locked in the order of their ids, everything is judged and
reduced in memory, and written in bulk. If that write fails, each op is taken alone, so that a bad one never takes its
neighbours down.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.nudge.inbox import news_of, signers_asked
from server.services.books.openbook import OpenBook, Taken, judge, release
from server.services.books.orders import is_weighed
from server.services.books.proofs import prove
from server.store.books import books, facts, ops
from server.store.days import day_of, midnight_of
from server.store.db import reading, writing
from server.store.host.writer import Writer
from server.store.people import devices
from server.store.telling import news, nudges, push
from sync import signing
from sync.chain import START
from sync.errors import Refusal
from sync.op import Op, Sealed, loose_id, read, take_apart
from sync.reduce import Changed

log = logging.getLogger("jiangji.intake")

RESTORE_WINDOW = 30 * 86_400_000
DAY = 86_400_000
LATE_NOTES = 14 * DAY
CUSTODY_A_DAY = 200
UNWRITABLE = (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.ProgrammingError)
# said anew each time and not kept: whoever has no business in a book must not be able to fill our disk
STRANGERS = frozenset(("no_such_book", "not_a_member", "not_your_device", "unknown_device"))
KEYS: dict[str, devices.Device] = {}
Verdict = dict[str, Any]


def accept(
    carried: Sequence[str], now: int, decision: ops.Decision | None = None, writer: Writer | None = None
) -> dict[str, Verdict]:
    """A verdict for every JWS, by op id. With a `decision` the one JWS is the op in custody that people decided about. The `writer`
    says in the same transaction what the codes of check-ins are worth."""
    verdicts: dict[str, Verdict] = {}
    sealed: dict[str, Sealed] = {}
    for jws in carried:
        found = take_apart(jws)
        if isinstance(found, Refusal):
            verdicts[loose_id(jws)] = verdict_of(found)
        else:
            sealed.setdefault(found.id, found)
    taken: list[Taken] = []
    keys = _keys({one.kid for one in sealed.values()})
    for one in sealed.values():
        if (device := keys.get(one.kid)) is None:
            taken.append(Taken(one, None, Refusal("unknown_device")))
        elif not signing.holds(signing.public_key(device.x, device.y), one):
            verdicts[one.id] = verdict_of(Refusal("bad_signature"))
        else:
            given = read(one)
            taken.append(Taken(one, None, given) if isinstance(given, Refusal) else Taken(one, given, None))
    if taken:
        verdicts |= _take(taken, now, decision, writer)
    return verdicts


def accept_within(conn: Connection, written: Sequence[str], now: int) -> dict[str, Verdict]:
    """What the server itself has just signed, as part of the caller's transaction: all of it takes effect with that, or none."""
    taken = []
    for jws in written:
        sealed = take_apart(jws)
        op = read(sealed) if isinstance(sealed, Sealed) else sealed
        if isinstance(sealed, Refusal) or isinstance(op, Refusal):
            raise ValueError("an operation of our own cannot be read")
        taken.append(Taken(sealed, op, None))
    return _take_in(conn, taken, now, None, None) if taken else {}


def accept_own(conn: Connection, written: Sequence[str], now: int) -> None:
    """The same where nothing may stand against it."""
    for op_id, verdict in accept_within(conn, written, now).items():
        if verdict["as"] != "accepted":
            raise RuntimeError(f"an operation of ours was not taken: {op_id} {verdict}")


def _keys(kids: set[str]) -> dict[str, devices.Device]:
    """Keys never change, so any process may remember them without being told; the status kept beside them is never
    read: whether a device is still active is asked again under the book's lock."""
    missing = [kid for kid in kids if kid not in KEYS]
    if missing:
        with reading() as conn:
            found = devices.select_keys(conn, missing)
        if len(KEYS) > 20_000:
            KEYS.clear()
        KEYS.update(found)
    return {kid: KEYS[kid] for kid in kids if kid in KEYS}


def _take(taken: list[Taken], now: int, decision: ops.Decision | None, writer: Writer | None) -> dict[str, Verdict]:
    try:
        with writing() as conn:
            return _take_in(conn, taken, now, decision, writer)
    except UNWRITABLE:
        if len(taken) > 1:
            return {op_id: verdict for one in taken for op_id, verdict in _take([one], now, None, writer).items()}
    try:
        # somebody else may have brought the same at the same moment: now it is there to be judged by
        with writing() as conn:
            return _take_in(conn, taken, now, decision, writer)
    except UNWRITABLE:
        log.exception("an op could not be written and went to custody: %s", taken[0].sealed.id)
    with writing() as conn:
        ops.upsert_ops(conn, [_row(taken[0].sealed, None, Refusal("server_fault"), now)])
    return {taken[0].sealed.id: verdict_of(Refusal("server_fault"))}


def _take_in(
    conn: Connection, taken: list[Taken], now: int, decision: ops.Decision | None, writer: Writer | None
) -> dict[str, Verdict]:
    heads = books.lock_books(conn, {one.op.book for one in taken if one.op})
    by_book: dict[str, list[Op]] = {}
    for one in taken:
        if one.op:
            by_book.setdefault(one.op.book, []).append(one.op)
    open_books = {book_id: _open(conn, heads.get(book_id), book_id, mine) for book_id, mine in by_book.items()}
    every = [one.op for one in taken if one.op] + [op for book in open_books.values() for op in book.waiting.values()]
    known = ops.select_verdicts(conn, {one.sealed.id for one in taken} | {name for op in every for name in op.named})
    restored = now - books.select_restored_at(conn) < RESTORE_WINDOW
    decided = _record(conn, decision, known)
    senders = _senders(conn, every)
    verdicts: dict[str, Verdict] = {}
    rows: list[ops.StoredOp] = []
    for one in taken:
        before = known.get(one.sealed.id)
        if before is not None and is_final(before) and decided is None:
            verdicts[one.sealed.id] = _said(before)
        elif one.op is None:
            verdicts[one.sealed.id], row = _custody(one, decided, restored, now)
            rows += row
        else:
            book = open_books[one.op.book]
            result = _refused(decided) or judge(book, one.op, senders.get(one.op.id), known, restored)
            if decided is None and not isinstance(result, Refusal) and _has_left(book, one.op, now):
                result = Refusal("restored" if restored else "not_a_member")
            verdicts[one.sealed.id] = _settle(book, one.op, result)
            if before is not None or not isinstance(result, Refusal) or result.word not in STRANGERS:
                rows.append(_row(one.sealed, book, result, now))
    for book in open_books.values():
        rows += _release(book, senders, known, restored, verdicts, now)
    if not restored:
        rows = _within_quota(conn, rows, known, verdicts, now)
    _write(conn, rows, open_books, now)
    if writer is not None:
        for book in open_books.values():
            accept_own(conn, prove(conn, book.told, book.docs, writer, now), now)
    return verdicts


def _record(
    conn: Connection, decision: ops.Decision | None, known: Mapping[str, ops.KnownVerdict]
) -> ops.Decision | None:
    """Write down what people decided, unless the op has left custody meanwhile."""
    before = known.get(decision.op_id) if decision else None
    if decision is None or before is None or before.verdict != "quarantined":
        return None
    ops.upsert_decision(conn, decision)
    return decision


def _refused(decided: ops.Decision | None) -> Refusal | None:
    return Refusal("refused_by_person") if decided is not None and decided.decided == "refused" else None


def _within_quota(
    conn: Connection, rows: list[ops.StoredOp], known: Mapping[str, ops.KnownVerdict], verdicts: dict[str, Verdict], now: int
) -> list[ops.StoredOp]:
    """Custody is for people to look through, and no device may fill it: what is too much for one day waits on its phone."""
    fresh = [row for row in rows if row.verdict == "quarantined" and row.id not in known]
    if not fresh:
        return rows
    counts = ops.count_custody(conn, {row.device_id for row in fresh}, now - DAY)
    too_many: set[str] = set()
    for row in fresh:
        counts[row.device_id] = counts.get(row.device_id, 0) + 1
        if counts[row.device_id] > CUSTODY_A_DAY:
            too_many.add(row.id)
            verdicts[row.id] = {"as": "retry"}
    return [row for row in rows if row.id not in too_many]


def _has_left(book: OpenBook, op: Op, now: int) -> bool:
    """Whether a note comes from somebody who left the book more than two weeks ago. Which day it is no rule knows, and when the
    note was written only its author says; what he wrote before he left his phone may still bring for two weeks."""
    if op.kind != "note.added":
        return False
    earliest = day_of(now - LATE_NOTES)
    members = book.docs[book.id]["members"]
    mine = [member["to"] for member in members if member["person"] == op.by]
    return bool(mine) and all(to is not None and to < earliest for to in mine)


def _senders(conn: Connection, every: Sequence[Op]) -> dict[str, devices.Device]:
    """The device of each op as it is now, by op id. One that people let in stays let in, though its device is lost."""
    now = devices.select_keys(conn, {op.kid for op in every})
    lost = {op.id for op in every if op.kid in now and now[op.kid].status == "lost"}
    let_in = ops.select_let_in(conn, lost) if lost else set()
    senders = {op.id: now[op.kid] for op in every if op.kid in now}
    return senders | {op_id: senders[op_id]._replace(status="active") for op_id in let_in}


def _open(conn: Connection, head: books.Head | None, book_id: str, mine: list[Op]) -> OpenBook:
    """The book in memory: its head, the documents concerned, and what it holds."""
    if head is None:
        return OpenBook(books.Head(book_id, 0, START, 0), {}, {}, new=True)
    held = [_again(row) for row in ops.select_held_ops(conn, book_id, 500)] if head.held else []
    docs: dict[str, Any] = books.select_documents(conn, book_id, {book_id, *(op.doc for op in (*mine, *held))})
    for op in mine:
        if op.kind == "month.locked" and op.fields:
            docs = books.select_month_documents(conn, book_id, op.fields["month"]) | docs
    if weighed := {op.doc for op in mine if is_weighed(op)}:
        docs = books.select_day_documents(conn, book_id, weighed) | docs
    return OpenBook(head, docs, {op.id: op for op in held})


def _again(row: ops.StoredOp) -> Op:
    """An op out of the store, whose signature was verified when it came."""
    sealed = take_apart(row.jws)
    op = read(sealed) if isinstance(sealed, Sealed) else sealed
    if isinstance(op, Refusal):
        raise ValueError(f"stored op {row.id} cannot be read: {op.word}")
    return op


def _custody(
    one: Taken, decided: ops.Decision | None, restored: bool, now: int
) -> tuple[Verdict, list[ops.StoredOp]]:
    """An op that could not be read as one of ours: kept when a newer server, a person or a refilled one may still use it."""
    refusal = one.refusal or Refusal("malformed")
    if restored and refusal.word == "unknown_device":
        # nobody can tell whether it is genuine, so nothing of it is taken: its author enrols again and sends it once more
        return {"as": "retry"}, []
    refusal = _refused(decided) or refusal
    kept = refusal.verdict == "quarantined" or refusal.word == "refused_by_person"
    return verdict_of(refusal), [_row(one.sealed, None, refusal, now)] if kept else []


def _settle(book: OpenBook, op: Op, result: Refusal | Changed) -> Verdict:
    """Let the judgement take effect on the open book and put it into words."""
    if book.waiting.pop(op.id, None):
        book.held -= 1
    if not isinstance(result, Refusal):
        book.take(op, result)
        return {"as": "accepted", "seq": book.seq}
    if result.verdict == "held":
        book.waiting[op.id] = op
        book.held += 1
    elif result.verdict == "refused":
        book.refused.add(op.id)
    return verdict_of(result)


def _release(
    book: OpenBook, senders: Mapping[str, devices.Device], known: Mapping[str, ops.KnownVerdict], restored: bool,
    verdicts: dict[str, Verdict], now: int,
) -> list[ops.StoredOp]:  # fmt: skip
    """Held ops whose wait is over, until no more come free."""
    rows: list[ops.StoredOp] = []
    tried: dict[str, int] = {}
    while (op := release(book, tried)) is not None:
        result = judge(book, op, senders.get(op.id), known, restored)
        verdict = _settle(book, op, result)
        if op.id in verdicts:
            verdicts[op.id] = verdict
        rows.append(_row(op, book, result, now))
    return rows


def _row(one: Sealed | Op, book: OpenBook | None, result: Refusal | Changed, now: int) -> ops.StoredOp:
    book_id = book.id if book else None
    if not isinstance(result, Refusal) and book is not None:
        return ops.StoredOp(one.id, book_id, book.seq, book.chain, "accepted", None, one.kid, one.jws, now)
    refusal = result if isinstance(result, Refusal) else Refusal("server_fault")
    return ops.StoredOp(one.id, book_id, None, None, refusal.verdict, refusal.word, one.kid, one.jws, now)


def _write(conn: Connection, rows: list[ops.StoredOp], open_books: dict[str, OpenBook], now: int) -> None:
    books.insert_books(conn, [
        (book.id, START, books.belongs(book.docs[book.id])) for book in open_books.values() if book.new and book.changed
    ])  # fmt: skip
    latest = {row.id: row for row in rows}
    ops.upsert_ops(conn, list(latest.values()))
    news.upsert_news(conn, [told for book in open_books.values() for op in book.told if (told := news_of(op, book.docs, now))])
    _wake_signers(conn, open_books, now)
    documents = [row for book in open_books.values() for row in book.rows()]
    books.upsert_documents(conn, documents)
    for book in open_books.values():
        if book.changed:
            facts.write_facts(conn, book.docs[book.id], {doc_id: book.docs[doc_id] for doc_id in book.changed}, book.photos)
    books.update_heads(conn, [
        books.Head(book.id, book.seq, book.chain, book.held) for book in open_books.values()
        if (book.changed or book.held != book.held_before) and not (book.new and not book.changed)
    ])  # fmt: skip


def _wake_signers(conn: Connection, open_books: dict[str, OpenBook], now: int) -> None:
    """Whoever is asked to sign is woken once a day, by the first that waits; what waits is what he then sees."""
    asked = {person for book in open_books.values() for person in signers_asked(book.told, book.docs)}
    nudges.upsert_nudges(conn, push.select_asleep(conn, asked, midnight_of(now)), now)


def is_final(known: ops.KnownVerdict) -> bool:
    """Custody ends when the op comes again and can be judged now; what a person must decide stays until two have."""
    return known.verdict in ("accepted", "refused") or known.word in ("device_lost", "held_too_long")


def _said(known: ops.KnownVerdict) -> Verdict:
    if known.verdict == "accepted":
        return {"as": "accepted", "seq": known.seq}
    return {"as": known.verdict, "word": known.word}


def verdict_of(refusal: Refusal) -> Verdict:
    if refusal.verdict == "held":
        return {"as": "held", "needs": list(refusal.needs)}
    return {"as": refusal.verdict, "word": refusal.word}
