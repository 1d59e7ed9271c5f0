"""Looking after the books: check them against their operations, make them anew from them, and clear away what is over.

Operations are the truth. A document, a fact or a head that says something else is wrong and can be mended; an operation that
does not fit its own signature, its id or its chain cannot, and is only ever reported.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Connection

from server.config import Config
from server.store import upkeep
from server.store.books import books, codes, ops
from server.store.books.facts import FACTS, facts_of, photo_names
from server.store.db import reading, writing
from server.store.ledgers import exports
from server.store.people import devices, people
from server.store.people.vault import Unreadable, Vault
from server.store.telling import push
from sync.chain import START, link
from sync.errors import Refusal
from sync.op import Op, Sealed, read, take_apart
from sync.reduce import SHAPE, reduce
from sync.signing import holds, public_key, thumbprint

DAY = 86_400_000
HELD_DAYS = 14
KEPT_DAYS = 180
MOST_BOOKS = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as the operations say: a word for what, the book, and which op, document or row."""

    word: str
    book: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was looked at, and what was wrong with it."""

    books: int
    ops: int
    documents: int
    facts: int
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class Replayed:
    """A book told anew from its operations."""

    id: str
    seq: int = 0
    chain: str = START
    docs: dict[str, Any] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    photos: set[tuple[Any, ...]] = field(default_factory=set)
    faults: list[Difference] = field(default_factory=list)

    def facts(self) -> dict[str, set[tuple[Any, ...]]]:
        return facts_of(self.id, list(self.docs.values()))


def replay(conn: Connection, book_id: str, rows: list[ops.StoredOp] | None = None) -> Replayed:
    told = Replayed(book_id)
    for row in ops.each_accepted_op(conn, book_id) if rows is None else rows:
        told.seq += 1
        if row.seq != told.seq:
            told.faults.append(Difference("op_missing", book_id, str(told.seq)))
            told.seq = row.seq or told.seq
        sealed = take_apart(row.jws)
        op = read(sealed) if isinstance(sealed, Sealed) else sealed
        if isinstance(op, Refusal):
            told.faults.append(Difference("op_unreadable", book_id, row.id))
            continue
        told.chain = link(told.chain, op.id)
        if row.chain != told.chain:
            told.faults.append(Difference("chain_broken", book_id, row.id))
            told.chain = row.chain or told.chain
        _tell(told, op)
    return told


def _tell(told: Replayed, op: Op) -> None:
    changed = reduce(told.docs, op)
    told.docs.update(changed)
    told.seqs.update(dict.fromkeys(changed, told.seq))
    told.photos |= photo_names(told.id, list(changed.values()))


# --- verify --------------------------------------------------------------------------------------------------------


def verify(progress: Progress) -> Checked:
    """Every book in a snapshot of its own, so that it may be asked of a server at work."""
    with reading() as conn:
        ids, others = upkeep.select_book_ids(conn), upkeep.count_others(conn)
    counts: Counter[str] = Counter(ops=others)
    found: list[Difference] = []
    for number, book_id in enumerate(ids, start=1):
        with reading() as conn:
            found += _verify_book(conn, book_id, counts)
        progress(number, len(ids))
    with reading() as conn:
        for rows in upkeep.each_other_op(conn):
            found += _verify_ops(conn, rows)
    return Checked(len(ids), counts["ops"], counts["documents"], counts["facts"], tuple(found))


def _verify_book(conn: Connection, book_id: str, counts: Counter[str]) -> Iterator[Difference]:
    rows = list(ops.each_accepted_op(conn, book_id))
    told = replay(conn, book_id, rows)
    facts = told.facts()
    counts.update(ops=len(rows), documents=len(told.docs), facts=sum(map(len, facts.values())))
    yield from told.faults
    yield from _verify_ops(conn, rows)
    yield from _verify_head(conn, told)
    there = books.select_all_documents(conn, book_id)
    for doc_id in sorted(_differing(told, there)):
        yield Difference("document_differs", book_id, doc_id)
    for table, (wrong, right) in _facts_apart(conn, told, facts["photo_names"]).items():
        key = len(FACTS[table][0])
        for row in sorted({row[:key] for row in (*wrong, *right)}):
            yield Difference("fact_differs", book_id, f"{table} {' '.join(row)}")


def _verify_ops(conn: Connection, rows: list[ops.StoredOp]) -> Iterator[Difference]:
    keys = devices.select_keys(conn, {row.device_id for row in rows})
    for row in rows:
        if word := _fault_of(row, keys.get(row.device_id)):
            yield Difference(word, row.book_id or "", row.id)


def _fault_of(row: ops.StoredOp, device: devices.Device | None) -> str | None:
    """What is wrong with the bytes of an op. One from a device nobody knew may wait in custody after a restore."""
    sealed = take_apart(row.jws)
    if isinstance(sealed, Refusal):
        return "op_unreadable"
    if sealed.id != row.id:
        return "op_id_differs"
    if device is None:
        return "device_unknown" if row.word not in ("unknown_device", "restored", "refused_by_person") else None
    jwk = {"crv": "P-256", "kty": "EC", "x": device.x, "y": device.y}
    if sealed.kid != device.id or thumbprint(jwk) != device.id:
        return "device_differs"
    if not holds(public_key(device.x, device.y), sealed):
        return "signature_broken"
    return _wrong_place(row, sealed, device) if row.verdict == "accepted" else None


def _wrong_place(row: ops.StoredOp, sealed: Sealed, device: devices.Device) -> str | None:
    op = read(sealed)
    if isinstance(op, Refusal):
        return "op_unreadable"
    if op.book != row.book_id:
        return "op_in_other_book"
    return "author_differs" if device.status != "server" and device.person_id != op.by else None


def _verify_head(conn: Connection, told: Replayed) -> Iterator[Difference]:
    head = books.select_head(conn, told.id)
    if head is None or (head.seq, head.chain) != (told.seq, told.chain):
        yield Difference("head_differs", told.id)
    if head is not None and head.held != upkeep.count_held(conn, told.id):
        yield Difference("held_differs", told.id)
    if head is not None and upkeep.select_belongs(conn, told.id) != _whose(told):
        yield Difference("orgs_differ", told.id)


def _whose(told: Replayed) -> books.Belongs:
    return books.belongs(told.docs.get(told.id, {}))


def _differing(told: Replayed, there: dict[str, tuple[int, str]]) -> set[str]:
    """Documents that are missing, too many, or not what the operations make of them."""
    return {
        doc_id for doc_id in told.docs.keys() | there.keys()
        if doc_id not in told.docs or doc_id not in there
        or there[doc_id][0] != told.seqs[doc_id] or not _same(there[doc_id][1], told.docs[doc_id])
    }  # fmt: skip


def _same(body: str, doc: Any) -> bool:
    try:
        return bool(json.loads(body) == doc)
    except ValueError:
        return False


def _facts_apart(
    conn: Connection, told: Replayed, named: set[tuple[Any, ...]]
) -> dict[str, tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]]:
    """Per table the rows that are wrong and those that are missing. Of photos all that were ever named may be there;
    `named` says which ones must."""
    apart = {}
    for table, right in told.facts().items():
        there = upkeep.select_facts(conn, told.id, table)
        if table == "photo_names":
            apart[table] = (there - told.photos - named, named - there)
        else:
            apart[table] = (there - right, right - there)
    return apart


def verify_exports(config: Config, vault: Vault) -> tuple[int, list[Difference]]:
    """Whether the files that left this house are still those their records speak of: how many were looked at, and what is wrong."""
    with reading() as conn:
        kept = exports.select_kept(conn)
    found = []
    for one in kept:
        path = exports.file_of(config, one.id, one.format)
        try:
            same = hashlib.sha256(exports.read_file(vault, one.id, one.data_key, path)).hexdigest() == one.sha256
        except FileNotFoundError:
            found.append(Difference("export_missing", "", path.name))
            continue
        except (Unreadable, ValueError):
            same = False
        if not same:
            found.append(Difference("export_differs", "", path.name))
    return len(kept), found


# --- rebuild -------------------------------------------------------------------------------------------------------


def rebuild(progress: Progress) -> int:
    """Each book under its lock, so that it may be asked of a server at work. How many books had something to mend."""
    with reading() as conn:
        ids = upkeep.select_book_ids(conn)
    with writing() as conn:
        people.mend_sorting(conn)
    mended = 0
    for number, book_id in enumerate(ids, start=1):
        with writing() as conn:
            mended += _rebuild_book(conn, book_id)
        progress(number, len(ids))
    return mended


def reshape(progress: Progress) -> bool:
    """Make the documents of an earlier release anew; whether there was a need. Ended halfway, it is simply done again."""
    with reading() as conn:
        if upkeep.select_shape(conn) == SHAPE:
            return False
    rebuild(progress)
    with writing() as conn:
        upkeep.update_shape(conn, SHAPE)
    return True


def _rebuild_book(conn: Connection, book_id: str) -> bool:
    head = books.lock_books(conn, [book_id]).get(book_id)
    told = replay(conn, book_id)
    mended = _mend_head(conn, told, head, _whose(told))
    mended |= _mend_documents(conn, told)
    for table, (wrong, right) in _facts_apart(conn, told, told.photos).items():
        if wrong or right:
            upkeep.mend_facts(conn, table, wrong, right)
            mended = True
    return mended


def _mend_head(conn: Connection, told: Replayed, head: books.Head | None, whose: books.Belongs) -> bool:
    if head is None:
        books.insert_book(conn, told.id, START, whose)
    right = books.Head(told.id, told.seq, told.chain, upkeep.count_held(conn, told.id))
    other = upkeep.select_belongs(conn, told.id) != whose
    if other:
        upkeep.update_belongs(conn, told.id, whose)
    if head != right:
        books.update_head(conn, right)
    return other or head != right


def _mend_documents(conn: Connection, told: Replayed) -> bool:
    """Taken out before they are put back, because two of them may have to swap their numbers."""
    differing = _differing(told, books.select_all_documents(conn, told.id))
    if differing:
        books.delete_documents(conn, told.id, differing)
        rows = [(told.id, doc_id, told.seqs[doc_id], books.encode(told.docs[doc_id])) for doc_id in sorted(differing & told.docs.keys())]
        books.insert_documents(conn, rows)
    return bool(differing)


# --- what is over --------------------------------------------------------------------------------------------------


def expire_held(now: int) -> int:
    """Operations that have waited too long for another go to a person. How many there were."""
    before, expired = now - HELD_DAYS * DAY, 0
    with reading() as conn:
        ids = ops.select_books_with_old_held_ops(conn, before, MOST_BOOKS)
    for book_id in ids:
        with writing() as conn:
            head = books.lock_books(conn, [book_id]).get(book_id)
            expired += ops.update_old_held_ops(conn, book_id, before)
            if head is not None:
                books.update_head(conn, head._replace(held=upkeep.count_held(conn, book_id)))
    return expired


def clear_away(now: int) -> tuple[int, int]:
    """Sessions and slips that have been over for half a year: how many of each. Typed codes go as soon as they are over."""
    before = now - KEPT_DAYS * DAY
    with writing() as conn:
        codes.delete_old_codes(conn, now)
        push.delete_dead_subscriptions(conn, before)
        return upkeep.delete_old_sessions(conn, before), upkeep.delete_old_activations(conn, before)
