"""What must hold at every moment and in the end, numbered S and K as in the list the tests are written from.

Of the server S1, S2, S4, S5, S7, S10, S11, S13, S14 are asked here; S3 where transactions are stepped (test_schedules), S8 and
S9 in test_intake, S15 by Twins. S6 has no object: a document never moves between books. Of the phone K1 to K5, K7 to K9,
K11 and K12; the twin reducers (B1 to B3) have tests of their own beside sync/."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from server.nudge.inbox import news_of
from sync.chain import START, link
from sync.op import from_base64url
from sync.reduce import reduce
from worlds.phone import Phone, mentions, parse
from worlds.server import Server

LAST_WORD = ("accepted", "refused")


def without_seq(doc: dict[str, Any]) -> dict[str, Any]:
    return {name: given for name, given in doc.items() if name != "seq"}


class Books:
    """All books of a server at one moment, asked behind its back: heads, documents, accepted ops, and the chain at each seq."""

    def __init__(self, server: Server) -> None:
        self.heads = read_heads(server)
        self.epoch = server.rows("SELECT epoch FROM instance")[0][0]
        self.docs: dict[str, dict[str, Any]] = {book: {} for book in self.heads}
        for book, name, seq, body in server.rows("SELECT book_id, id, seq, body FROM documents"):
            self.docs[book][name] = {"seq": seq, **json.loads(body)}
        self.ops: dict[str, list[tuple[int, str]]] = {book: [] for book in self.heads}
        self.chains: dict[tuple[str, int], str] = {}
        statement = "SELECT book_id, seq, chain, jws FROM ops WHERE verdict = 'accepted' ORDER BY book_id, seq"
        for book, seq, chain, jws in server.rows(statement):
            self.ops.setdefault(book, []).append((seq, jws))
            self.chains[book, seq] = chain


def read_heads(server: Server) -> dict[str, tuple[int, str]]:
    return {row[0]: row[1:] for row in server.rows("SELECT id, seq, chain FROM books ORDER BY id")}


def server_laws(there: Books) -> None:
    """S1, S2, S11: numbers without holes, and head and documents are what the accepted operations make."""
    assert there.ops.keys() == there.heads.keys(), "S2: ops in a book that is none"
    for book, ops in there.ops.items():
        docs: dict[str, Any] = {}
        seq, chain = 0, START
        for found, jws in ops:
            seq += 1
            assert found == seq, f"S1: {book} has no {seq}"
            op = parse(jws)
            assert op is not None and op.book == book, "S2: an op that cannot be read was accepted"
            chain = link(chain, op.id)
            assert there.chains[book, seq] == chain, "S1: the chain does not hold"
            docs |= {name: {**doc, "seq": seq} for name, doc in reduce(docs, op).items()}
        assert there.heads[book] == (seq, chain), "S2: the head differs from the ops"
        assert there.docs[book] == docs, "S11"


def answer_laws(server: Server, answer: dict[str, Any]) -> None:
    """S5 and S10, asked of what was just heard and before anything else happens."""
    pages = {page["id"] for page in answer["books"]}
    assert pages <= server.seen_by(answer["person"]), "S5: a page of a book that is none of his"
    told = {
        op_id: verdict
        for op_id, verdict in answer["verdicts"].items()
        if verdict["as"] in ("accepted", "held", "quarantined")
    }
    stored = {op_id: server.rows("SELECT verdict, seq FROM ops WHERE id = :id", id=op_id) for op_id in told}
    for op_id, verdict in told.items():
        assert stored[op_id], f"S10: {op_id} was {verdict['as']} and is nowhere"
        if verdict["as"] == "accepted":
            assert stored[op_id] == [("accepted", verdict["seq"])], "S1, S2: a verdict without its effect"


def phone_laws(there: Books, phone: Phone, promised: set[str], accepted: set[str]) -> None:
    rows = phone.storage.rows
    aside = {row.id for row in rows["kept"].values() if not row.carried} - accepted
    assert not aside, f"K2: {phone.name} put aside as accepted what never was: {sorted(aside)}"
    both = rows["outbox"].keys() & rows["kept"].keys()
    assert not both, "K2: in the outbox and among the kept"
    missing = promised - rows["outbox"].keys() - rows["kept"].keys()
    assert not missing, f"K1, K2: {phone.name} said saved and has not {sorted(missing)}"
    for row in rows["outbox"].values():
        assert row.state not in ("refused", "held", "quarantined", "stuck") or row.word, "K5: attention without a word"
    for book, stand in rows["books"].items():
        cursor_laws(there, phone, book, stand)
        effect_laws(phone, book, stand)


def cursor_laws(there: Books, phone: Phone, book: str, stand: dict[str, Any]) -> None:
    """K7, S4: whatever the server changed up to where the phone stands, the phone has."""
    seq, chain = stand["at"]
    docs = phone.documents(book)
    assert all(doc["seq"] <= seq for doc in docs.values()), "K7: a document ahead of its cursor"
    if there.chains.get((book, seq)) != chain or phone.storage.rows["meta"]["epoch"] != there.epoch:
        return  # the server was put back; a reset will tell
    for name, doc in there.docs[book].items():
        assert doc["seq"] > seq or docs.get(name) == doc, f"S4, K7: {phone.name} stands at {seq} without {name}"


def effect_laws(phone: Phone, book: str, stand: dict[str, Any]) -> None:
    """K4: what was written shows, unless it was refused: through the outbox, or in the documents it became.

    A book that comes for the first time, or again after it was gone, is shown when it is whole. What a restore took from the
    server and a carrier brought here later stands after the own op that builds on it: the two fit when the server has both."""
    view, rows = phone.view(book), phone.storage.rows["outbox"].values()
    brought = {(op.doc, row.number) for row in rows if row.carried and (op := parse(row.jws)) is not None}
    for row in rows:
        op = parse(row.jws)
        if op is None or row.book != book or row.state == "refused" or row.carried:
            continue
        if any(doc == op.doc and number > row.number for doc, number in brought):
            continue
        shown = (op.doc in view and mentions(view[op.doc], op.id)) or not reduce(view, op) or op.doc == book
        assert shown, f"K4: {op.kind} is pending and does not show"
    for row in phone.storage.rows["kept"].values():
        if row.book == book and not row.carried and row.seq is not None and stand["whole"] and not stand["resetting"]:
            assert row.seq <= stand["at"][0], "K4: an op left the outbox before its documents came"


def settled_laws(server: Server, phone: Phone) -> None:
    """After everything is healed: S4, S5, S7, K3, K5."""
    assert set(phone.books()) == server.seen_by(phone.person), "S5: books of his, and no others"
    stored = {key[0] for name in ("docs", "staging") for key in phone.storage.rows[name]}
    assert stored <= set(phone.books()), "S5, K9: documents of a book that is not his"
    for book in phone.books():
        assert phone.documents(book) == server.documents(book), "S4, K5: phone and server differ"
    left = {row.state for row in phone.storage.rows["outbox"].values()}
    assert left <= {"refused", "held", "quarantined"}, f"K5: {left} are left in the outbox of {phone.name}"
    outbox = phone.storage.rows["outbox"].values()
    if not any(row.state in ("held", "quarantined") for row in outbox):
        for book in phone.books():
            assert phone.view(book) == {name: without_seq(doc) for name, doc in server.documents(book).items()}, "K3"


def notice_laws(server: Server, there: Books) -> None:
    """S10: everything that concerns somebody else has been told him once, or will be: whatever was cut off, restored or refilled."""
    due: Counter[str] = Counter()
    for ops in there.ops.values():
        docs: dict[str, Any] = {}
        for _, jws in ops:
            op = parse(jws)
            assert op is not None
            docs |= reduce(docs, op)
            told = news_of(op, docs, 0)
            if told is not None:
                due[told.person_id] += 1
    given: Counter[str] = Counter(row[0] for row in server.rows("SELECT person_id FROM news"))
    for book, docs in there.docs.items():
        given[book] += sum(doc["count"] for doc in docs.values() if doc["kind"] == "notice")
    assert +given == +due, "S10: told twice, or not at all"


def bytes_laws(server: Server, made: dict[str, str]) -> None:
    """K12 and exactness: what lies on the server is what was written, byte for byte in all that was signed."""
    for op_id, jws in server.rows("SELECT id, jws FROM ops"):
        if op_id in made:
            assert jws.rpartition(".")[0] == made[op_id].rpartition(".")[0], "K12"
            assert len(from_base64url(jws.rpartition(".")[2])) == 64
