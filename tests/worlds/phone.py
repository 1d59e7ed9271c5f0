"""The reference client: what the protocol asks of a phone, word for word, in one place and without a browser.

Everything a phone knows lies in its storage. A Tab has only what dies with it: its pace and the answers it still waits for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from sync.chain import START
from sync.op import Op, loose_id, read, take_apart
from sync.reduce import reduce
from sync.signing import jwk_of, thumbprint
from worlds.storage import Storage
from worlds.wire import Reply, Wire

MINUTE, DAY = 60_000, 86_400_000
KEPT_DAYS = 400
AGAIN = {"waiting": 0, "held": 10 * MINUTE, "quarantined": DAY, "stuck": DAY}
FOLDED = ("waiting", "accepted", "held", "quarantined", "stuck")
ATTENTION = ("refused", "held", "quarantined", "stuck")
MOST_OPS, MOST_BYTES, TRIES = 50, 256 * 1024, 3


@dataclass(frozen=True, slots=True)
class Row:
    """An op in the outbox or among the kept. `number` is the order in which this phone got its ops."""

    id: str
    jws: str
    book: str
    number: int
    carried: bool
    state: str = "waiting"
    word: str | None = None
    seq: int | None = None
    tries: int = 0
    asked_at: int = 0
    kept_at: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and from where in each book."""

    raw: bytes
    ids: tuple[str, ...]
    have: dict[str, tuple[int, str]]


@lru_cache(maxsize=4096)
def parse(jws: str) -> Op | None:
    sealed = take_apart(jws)
    found = read(sealed) if hasattr(sealed, "id") else None
    return found if isinstance(found, Op) else None


def mentions(given: Any, op_id: str) -> bool:
    """Whether a document already tells of this op."""
    return op_id in json.dumps(given, ensure_ascii=False)


class Phone:
    """One account on one device."""

    def __init__(self, name: str, person: str, key: EllipticCurvePrivateKey) -> None:
        self.name, self.person, self.key = name, person, key
        self.device = thumbprint(jwk_of(key.public_key()))
        self.storage, self.skew = Storage(), 0

    # --- what the person does -------------------------------------------------------------------------------------

    def keep(self, ops: Iterable[str], carried: bool = False) -> None:
        """Returning means "saved": the transaction is complete."""
        store = self.storage
        with store.transaction():
            for jws in ops:
                op_id, op = loose_id(jws), parse(jws)
                if op_id in store.rows["outbox"] or op_id in store.rows["kept"]:
                    continue
                number = store.rows["meta"].get("number", 0) + 1
                store.put("meta", "number", number)
                store.put("outbox", op_id, Row(op_id, jws, op.book if op else "", number, carried))

    def books(self) -> list[str]:
        return sorted(self.storage.rows["books"])

    def documents(self, book: str) -> dict[str, Any]:
        return {key[1]: doc for key, doc in self.storage.of_book("docs", book).items()}

    def view(self, book: str) -> dict[str, Any]:
        """What the screens show: the server's documents with the outbox replayed on top."""
        docs = {name: {k: v for k, v in doc.items() if k != "seq"} for name, doc in self.documents(book).items()}
        rows = [row for row in self.storage.rows["outbox"].values() if row.book == book and row.state in FOLDED]
        for row in sorted(rows, key=self.place):
            op = parse(row.jws)
            if op is not None and not (op.doc in docs and mentions(docs[op.doc], op.id)):
                docs.update(reduce(docs, op))
        return docs

    def place(self, row: Row) -> int:
        """Where an op stands among the phone's own: in the order they were written, whatever the clock said."""
        return row.number

    def attention(self) -> dict[str, str]:
        """What stands under 需处理, with its word."""
        return {row.id: row.word for row in self.storage.rows["outbox"].values() if row.state in ATTENTION}

    def drop_old_kept(self, now: int) -> None:
        with self.storage.transaction():
            for row in list(self.storage.rows["kept"].values()):
                if row.kept_at < now - KEPT_DAYS * DAY:
                    self.storage.delete("kept", row.id)

    # --- what the storage does with an answer -----------------------------------------------------------------------

    def have(self) -> dict[str, tuple[int, str]]:
        return {book: row["resetting"] or row["at"] for book, row in self.storage.rows["books"].items()}

    def store(self, have: dict[str, tuple[int, str]], answer: dict[str, Any], now: int) -> None:
        """One transaction: documents, cursors, and the outbox without what has arrived."""
        with self.storage.transaction():
            self._store(have, answer, now)

    def _store(self, have: dict[str, tuple[int, str]], answer: dict[str, Any], now: int) -> None:
        store = self.storage
        known = store.rows["meta"].get("epoch")
        if known != answer["epoch"]:
            store.put("meta", "epoch", answer["epoch"])
            if known is not None:
                self._queue_kept(None)
        for page in answer["books"]:
            row = store.rows["books"].get(page["id"])
            stands = (row["resetting"] or row["at"]) if row else None
            if stands != have.get(page["id"]):
                continue
            if page["reset"]:
                self._queue_kept(page["id"])
            self._store_page(row, page)
        for book in answer["gone"]:
            self._drop(book)
        self._store_verdicts(answer["verdicts"], now)
        self._let_go(now)

    def _store_page(self, row: dict[str, Any] | None, page: dict[str, Any]) -> None:
        store, book, at = self.storage, page["id"], (page["seq"], page["chain"])
        row = row or {"at": (0, START), "resetting": None, "whole": False}
        staged = page["reset"] or row["resetting"]
        if page["reset"]:
            for key in store.of_book("staging", book):
                store.delete("staging", key)
        for doc in page["docs"]:
            store.put("staging" if staged else "docs", (book, doc["id"]), doc)
        if staged and page["more"]:
            store.put("books", book, {**row, "resetting": at})
            return
        if staged:
            self._swap_in(book)
        store.put("books", book, {"at": at, "resetting": None, "whole": row["whole"] or not page["more"]})

    def _swap_in(self, book: str) -> None:
        store = self.storage
        for key in store.of_book("docs", book):
            store.delete("docs", key)
        for key, doc in store.of_book("staging", book).items():
            store.put("docs", key, doc)
            store.delete("staging", key)

    def _drop(self, book: str) -> None:
        for name in ("docs", "staging"):
            for key in self.storage.of_book(name, book):
                self.storage.delete(name, key)
        self.storage.delete("books", book)

    def _queue_kept(self, book: str | None) -> None:
        """The server may have lost them: what is kept, and what waited with a verdict, is sent once more."""
        store = self.storage
        for row in list(store.rows["kept"].values()):
            if book in (None, row.book):
                store.put("outbox", row.id, replace(row, state="waiting", word=None, seq=None, tries=0, asked_at=0))
                store.delete("kept", row.id)
        for row in list(store.rows["outbox"].values()):
            if book in (None, row.book) and row.state in ("accepted", "held", "quarantined"):
                store.put("outbox", row.id, replace(row, state="waiting", word=None, seq=None, asked_at=0))

    def _store_verdicts(self, verdicts: dict[str, Any], now: int) -> None:
        for op_id, verdict in verdicts.items():
            row, said = self.storage.rows["outbox"].get(op_id), verdict["as"]
            if row is None or said not in ("accepted", "refused", "held", "quarantined"):
                continue
            word = verdict.get("word", "missing" if said == "held" else None)
            told = replace(row, state=said, word=word, seq=verdict.get("seq"), asked_at=now)
            if not row.carried:
                self.storage.put("outbox", op_id, told)
                continue
            self.storage.delete("outbox", op_id)
            if said != "refused":
                self.storage.put("kept", op_id, replace(told, kept_at=now))

    def _let_go(self, now: int) -> None:
        """Own accepted ops leave once the documents have come as far as they did, or never will: the book is none of his now."""
        for row in list(self.storage.rows["outbox"].values()):
            if row.state != "accepted":
                continue
            book = self.storage.rows["books"].get(row.book)
            if book is None or (not book["resetting"] and book["at"][0] >= row.seq):
                self.storage.put("kept", row.id, replace(row, kept_at=now))
                self.storage.delete("outbox", row.id)

    def blame(self, op_id: str, word: str, most: int, now: int) -> None:
        row = self.storage.rows["outbox"].get(op_id)
        if row is None or row.state == "accepted":
            return
        stuck = {"state": "stuck", "word": word, "asked_at": now} if row.tries + 1 >= most else {}
        with self.storage.transaction():
            self.storage.put("outbox", op_id, replace(row, tries=row.tries + 1, **stuck))


@dataclass
class Tab:
    """One open page on a phone."""

    phone: Phone
    most: int = MOST_OPS
    failures: int = 0
    late: list[tuple[Question, Reply]] = field(default_factory=list)

    def due(self, now: int) -> list[Row]:
        rows = [
            row for row in self.phone.storage.rows["outbox"].values()
            if row.state in AGAIN and (AGAIN[row.state] == 0 or row.asked_at == 0 or now - row.asked_at >= AGAIN[row.state])
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (row.state != "waiting", row.number))

    def question(self, now: int, limit: int, push: bool = True) -> Question:
        batch: list[Row] = []
        size = 0
        for row in self.due(now) if push else []:
            size += len(row.jws) + 3
            if len(batch) >= self.most or (batch and size > MOST_BYTES):
                break
            batch.append(row)
        have = self.phone.have()
        epoch = self.phone.storage.rows["meta"].get("epoch", "")
        asked = {
            "v": 1,
            "build": "reference",
            "epoch": epoch,
            "have": have,
            "ops": [row.jws for row in batch],
            "limit": limit,
        }
        return Question(json.dumps(asked).encode(), tuple(row.id for row in batch), have)

    def exchange(self, wire: Wire, now: int, limit: int = 500, fault: str = "ok", push: bool = True) -> bool:
        """One round. True when there is more to do at once."""
        asked = self.question(now, limit, push)
        reply = wire.send(self.phone.person, asked.raw, fault)
        if fault == "late_response":
            self.late.append((asked, reply))
            return False
        return self.hear(asked, reply, now)

    def hear(self, asked: Question, reply: Reply | None, now: int) -> bool:
        answer = reply.answer() if reply else None
        if answer is not None:
            self.most, self.failures = min(MOST_OPS, self.most * 2), 0
            self.phone.store(asked.have, answer, now)
            heard = any(answer["verdicts"].get(op_id, {}).get("as") not in (None, "retry") for op_id in asked.ids)
            return any(page["more"] for page in answer["books"]) or (bool(self.due(now)) and (heard or not asked.ids))
        self.failures += 1
        if reply is not None and reply.status == 413:
            self._halve(asked.ids, "too_large", 1, now)
        elif reply is not None and reply.status >= 500 and reply.status != 503 and self.failures >= 2:
            self._halve(asked.ids, "stuck", TRIES, now)
        return False

    def _halve(self, ids: tuple[str, ...], word: str, most: int, now: int) -> None:
        if len(ids) == 1:
            self.phone.blame(ids[0], word, most, now)
        elif ids:
            self.most = -(-len(ids) // 2)

    def deliver_late(self, now: int) -> None:
        """Answers that another tab of this phone has overtaken."""
        late, self.late = self.late, []
        for asked, reply in late:
            self.hear(asked, reply, now)
