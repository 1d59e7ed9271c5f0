"""An apprentice and his master have met in a cellar of the base: what each wrote, what each carries for the other, and who brings it."""

from __future__ import annotations

import copy
import json
from typing import Any

from server.services.books import bases, latecomers
from server.services.people import roster
from server.store.host.writer import Writer
from sync.evidence import PARAMS
from sync.op import loose_id, to_base64url
from sync.signing import make_jws
from worlds import laws
from worlds.cast import BOOKS, COLLEGE, ENTRY, PHONES, key, uuid
from worlds.phone import Phone, Question, Tab
from worlds.server import Server
from worlds.wire import Wire

BOOK = min(BOOKS)
BASE, KIOSK, SECOND_DECIDER, KEEPER, SESSION = uuid(3), uuid(19), uuid(20), uuid(21), uuid(41)
PRESENCE, FIRST, SECOND, SEEN = uuid(51), uuid(52), uuid(53), uuid(54)
DAY, MINUTE = "2026-09-21", 60_000
FIVE = 1_789_981_200_000  # that day at 17:00 in Shanghai
# what arrives, and the words each of it is made of, in the order they were written
ARRIVALS = {"presence": ("in", "out"), "entry": ("first", "second"), "sign-off": ("signed", "seen"), "answer": ("returned",)}
OF_THE_BASE = ("opened", "closed")
AUTHORS = {
    "in": "lin", "out": "lin", "first": "lin", "second": "lin", "signed": "zhou", "seen": "zhou", "returned": "zhou",
    "opened": "zhou", "closed": "zhou",
}  # fmt: skip


class Meeting:
    """Both phones after the last scan: everything is on both, nothing is on the server."""

    def __init__(self, server: Server) -> None:
        self.server, self.wire = server, Wire(server)
        self.phones = {name: Phone(name, PHONES[name], key(number)) for number, name in ((1, "lin"), (4, "zhou"))}
        self._open_the_base()
        for phone in self.phones.values():
            while Tab(phone).exchange(self.wire, server.now):
                pass
        self.words = self._write()
        for name, phone in self.phones.items():
            phone.keep([jws for word, jws in self.words.items() if AUTHORS[word] == name])
            phone.keep([jws for word, jws in self.words.items() if AUTHORS[word] != name and word not in OF_THE_BASE], carried=True)
        self.before = server.copy()

    def again(self, session: bool = True) -> Meeting:
        """From the last scan on, as if nothing had been brought yet but that there is a session."""
        other = copy.copy(self)
        self.server.put_back(self.before)
        other.wire = Wire(self.server)
        other.phones = {}
        for name, phone in self.phones.items():
            other.phones[name] = twin = Phone(name, phone.person, phone.key)
            twin.storage.rows = {store: dict(rows) for store, rows in phone.storage.rows.items()}
        if session:
            assert other.bring("zhou", "opened")["opened"]["as"] == "accepted"
        return other

    # --- what was written --------------------------------------------------------------------------------------------

    def _open_the_base(self) -> None:
        """A base with its kiosk; the master holds sessions there."""
        with self.server.inside():
            roster.make_org(BASE, "base", "基地")
            for person, login, role, org in (
                (KIOSK, "kiosk", "kiosk", BASE), (KEEPER, "keeper", "base_admin", BASE), (SECOND_DECIDER, "second", "coordinator", COLLEGE)
            ):  # fmt: skip
                roster.make_person(person, login, login, self.server.now)
                roster.give_role(person, role, org)
            order = bases.find_order(self._writer(), "基地", "keeper", self.server.now)
            assert isinstance(order, bases.Order)
            said = [
                bases.open_base(order, "基地", ["3 号台"]), bases.take_in(order, "kiosk", "kiosk", "2026-09-01", None),
                bases.take_in(order, f"login{PHONES['zhou'][-2:]}", "mentor", "2026-09-01", None),
            ]  # fmt: skip
        assert [verdict["as"] for verdict in said if isinstance(verdict, dict)] == ["accepted"] * 3
        self.server.enrol(KIOSK, key(99), "kiosk")

    def _writer(self) -> Writer:
        return Writer(self.server.key.private, self.server.chance)

    def _code(self, at: int) -> str:
        """What the kiosk's screen shows at this moment."""
        window = at // (PARAMS["window_seconds"] * 1000)
        shown = {"v": 1, "base": BASE, "session": SESSION, "window": window, "nonce": to_base64url(bytes(16))}
        return make_jws(key(99), "jj-code", shown)

    def _write(self) -> dict[str, str]:
        """Two hours at the base: in, out, two entries, of which the master signs one and returns the other."""
        words: dict[str, str] = {}
        entry = {**ENTRY, "day": DAY, "start": 1020, "end": 1080, "place_kind": "base", "presence": PRESENCE}
        second = {**entry, "start": 1080, "end": 1140, "text": "校准零位"}
        came = {"base": BASE, "workstation": "3 号台", "day": DAY, "start": 1020, "code": self._code(FIVE)}
        left = {"end": 1140, "code": self._code(FIVE + 120 * MINUTE)}
        signed = {"minutes": 55, "how": "scan", "note": None, "scores": []}

        session = {"workstation": "3 号台", "module": "M3", "topic": "机器人保养", "day": DAY, "start": 1000, "end": 1200}
        seen = {"base": BASE, "session": SESSION, "workstation": "3 号台", "day": DAY, "start": 1020, "end": 1140}

        def write(word: str, kind: str, doc: str, body: dict[str, Any], minutes: int, of: str = "", dep: str = "") -> None:
            deps = [loose_id(words[dep])] if dep else []
            words[word] = self._sign(AUTHORS[word], word, kind, doc, body, minutes, loose_id(words[of]) if of else None, deps)

        write("opened", "session.opened", SESSION, session, -10)
        write("in", "presence.checked_in", PRESENCE, came, 0)
        write("out", "presence.checked_out", PRESENCE, left, 120, dep="in")
        write("first", "entry.logged", FIRST, entry, 125)
        write("second", "entry.logged", SECOND, second, 126)
        write("signed", "entry.signed", FIRST, signed, 130, of="first")
        write("returned", "entry.returned", SECOND, {"reason": "写清楚校准的数值"}, 131, of="second")
        write("closed", "session.closed", SESSION, {"end": 1150, "seen": [{"book": BOOK, "person": PHONES["lin"]}]}, 132, dep="opened")
        write("seen", "presence.seen", SEEN, seen, 132)
        return words

    def _sign(
        self, name: str, word: str, kind: str, doc: str, body: dict[str, Any], minutes: int, of: str | None, deps: list[str]
    ) -> str:
        author = self.phones[name]
        return make_jws(author.key, "jj-op", {
            "v": 1, "book": BASE if doc == SESSION else BOOK, "kind": kind, "body": body, "doc": doc, "of": of, "deps": deps,
            "by": author.person, "count": abs(minutes), "at": FIVE + minutes * MINUTE, "seen": FIVE - 11 * MINUTE,
            "salt": to_base64url(word.encode().ljust(16, b".")),
        })  # fmt: skip

    def write_late(self, name: str, kind: str, doc: str, body: dict[str, Any], of: str) -> str:
        """Something more, on one of the phones: its word."""
        word = f"late {len(self.words)}"
        jws = self._sign(name, word, kind, doc, body, 140, loose_id(self.words[of]), [])
        self.words = {**self.words, word: jws}
        self.phones[name].keep([jws])
        return word

    # --- what becomes of it ------------------------------------------------------------------------------------------

    def bring(self, carrier: str, *words: str) -> dict[str, dict[str, Any]]:
        """This phone sends these of the words it holds, and hears what the server says of them."""
        phone = self.phones[carrier]
        held = {**phone.storage.rows["outbox"], **phone.storage.rows["kept"]}
        ops = [held[loose_id(self.words[word])].jws for word in words]
        asked = {"v": 1, "build": "reference", "epoch": phone.storage.rows["meta"]["epoch"], "have": phone.have(), "ops": ops, "limit": 500}
        question = Question(json.dumps(asked).encode(), tuple(map(loose_id, ops)), phone.have())
        reply = self.wire.send(phone.person, question.raw)
        Tab(phone).hear(question, reply, self.server.now)
        answer = reply.answer() if reply else None
        assert answer is not None
        return {word: answer["verdicts"][loose_id(self.words[word])] for word in words}

    def sync(self, *names: str) -> None:
        """These phones bring and fetch until nothing more is to be done."""
        for name in names:
            tab = Tab(self.phones[name])
            for _ in range(20):
                if not tab.exchange(self.wire, self.server.now):
                    break
            else:
                raise AssertionError("K5: a phone goes on asking for ever")

    def work(self) -> None:
        """What the worker does about codes that waited for their session."""
        with self.server.inside():
            latecomers.prove_latecomers(self._writer(), self.server.now)

    def documents(self) -> dict[str, Any]:
        """As they stand on the server, without what each run makes anew."""
        return {name: bare(doc) for name, doc in self.server.documents(BOOK).items()}

    def settle(self) -> dict[str, Any]:
        """Both phones come online, each brings all it has; what must hold then, and the documents without what each run makes anew."""
        self.server.now += 20 * MINUTE
        try:
            self.sync("zhou", "lin", "zhou")
        finally:
            self.server.now -= 20 * MINUTE
        arrived = dict(self.server.rows("SELECT id, jws FROM ops WHERE verdict = 'accepted'"))
        for word, jws in self.words.items():
            assert arrived.get(loose_id(jws)) == jws, f"K12: {word}"
        assert self.server.rows("SELECT count(*) FROM ops WHERE verdict <> 'accepted'") == [(0,)], "S9: something still waits"
        assert self.server.rows("SELECT held FROM books WHERE id = :book", book=BOOK) == [(0,)], "S9: held does not close"
        for phone in self.phones.values():
            assert not phone.storage.rows["outbox"], f"K5: {phone.name} still has something to bring"
            for book in phone.books():
                assert phone.documents(book) == self.server.documents(book), "S4, K5: phone and server differ"
        laws.server_laws(laws.Books(self.server))
        return self.documents()


def bare(doc: dict[str, Any]) -> dict[str, Any]:
    """Without the numbers of arrival, and the ids of what the server itself signs afresh each time."""
    proofs = [{name: given for name, given in proof.items() if name not in ("op", "at")} for proof in doc.get("proofs", ())]
    return {**laws.without_seq(doc), **({"proofs": proofs} if "proofs" in doc else {})}
