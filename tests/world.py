"""A standing cast with simulated phones around a real server, and everything that can happen to them."""

from __future__ import annotations

import json
from typing import Any

from server.services.books.intake import STRANGERS
from sync.envelope import cut, deflate, inflate, join, read_frame
from sync.errors import Refusal
from sync.op import loose_id, take_apart
from sync.signing import holds
from worlds import laws
from worlds.authors import Author
from worlds.cast import BOOKS, DAY_MS, NOW, PHONES, key, uuid
from worlds.phone import Phone, Tab, parse
from worlds.server import Copy, Server, Twins
from worlds.storage import Crash
from worlds.wire import Wire

RESTORE_DAYS = 30
ROUNDS = 60


class World:
    """The server, the wire, the phones, and what was promised to whom."""

    def __init__(self, server: Server | Twins, phone_class: type[Phone] = Phone) -> None:
        server.now = NOW
        server.put_back(server.born)
        self.server, self.wire, self.phone_class = server, Wire(server), phone_class
        self.phones = {
            name: phone_class(name, person, key(number)) for number, (name, person) in enumerate(PHONES.items(), 1)
        }
        self.tabs = {name: [Tab(phone)] for name, phone in self.phones.items()}
        self.promised: dict[str, set[str]] = {name: set() for name in PHONES}
        self.made: dict[str, str] = {}
        self.last_words: dict[str, tuple[str, Any]] = {}
        self.ever_accepted: set[str] = set()
        self.given_up: set[str] = set()
        self.ended: dict[str, str] = {}
        self.in_time: set[str] = set()
        self.copies: list[tuple[Copy, dict[str, Any], dict[str, str]]] = []
        self.epochs, self.keys, self.written, self.restored_at = 0, len(PHONES), 0, 0
        self.books: laws.Books | None = None
        for name in self.phones:
            self.exchange(name)

    # --- people and their phones ------------------------------------------------------------------------------------

    def write(self, name: str, mischief: str = "right", pick: int = 0) -> str | None:
        """Something is written and saved. The op's id, or None where the phone made none."""
        phone = self.phones[name]
        self.written += 1
        jws = Author(phone, pick, self.server.now, self.written).write(mischief)
        if jws is None:
            return None
        op_id = loose_id(jws)
        self.made.setdefault(op_id, jws)
        if self.survives(name, lambda: phone.keep([jws])):
            self.promised[name].add(op_id)
        return op_id

    def exchange(self, name: str, fault: str = "ok", limit: int = 500, push: bool = True, tab: int = 0) -> bool:
        tabs = self.tabs[name]
        open_tab = tabs[tab % len(tabs)]
        more: list[bool] = []
        self.survives(name, lambda: more.append(open_tab.exchange(self.wire, self.server.now, limit, fault, push)))
        self.note_answers()
        for book, stand in open_tab.phone.storage.rows["books"].items():
            laws.effect_laws(open_tab.phone, book, stand)
        return bool(more and more[0])

    def survives(self, name: str, act: Any) -> bool:
        """False when the phone died of it; its tabs and what they waited for are gone then."""
        try:
            act()
        except Crash:
            self.tabs[name] = [Tab(self.phones[name])]
            return False
        return True

    def sync(self, name: str, limit: int = 500) -> None:
        for _ in range(ROUNDS):
            if not self.exchange(name, limit=limit):
                return
        raise AssertionError("K5: a phone goes on asking for ever")

    def carry(self, giver: str, taker: str, most: int = 6) -> int:
        """By QR code: the giver's newest ops and what they name. How many were carried."""
        source = self.phones[giver].storage.rows
        rows = sorted([*source["outbox"].values(), *source["kept"].values()], key=lambda row: row.number)[-most:]
        chosen = [row.jws for row in rows if parse(row.jws) is not None]
        texts = cut(deflate(json.dumps(chosen).encode()), 1, 7)
        if not chosen or texts is None:
            return 0
        frames = [read_frame(text) for text in reversed(texts)]
        whole = inflate(join(frames))  # type: ignore[arg-type]
        arrived = json.loads(whole or b"[]")
        assert arrived == chosen, "K12"
        valid = [jws for jws in arrived if self.proves_itself(jws)]
        self.survives(taker, lambda: self.phones[taker].keep(valid, carried=True))
        return len(valid)

    def proves_itself(self, jws: str) -> bool:
        sealed = take_apart(jws)
        keys = {phone.device: phone.key.public_key() for phone in self.phones.values()}
        return not isinstance(sealed, Refusal) and sealed.kid in keys and holds(keys[sealed.kid], sealed)

    def evict(self, name: str) -> None:
        """The browser has thrown everything away: a new key, a new device. What only lay here is lost, and said to be."""
        self.keys += 1
        person = self.phones[name].person
        self.phones[name] = self.phone_class(name, person, key(self.keys))
        self.tabs[name] = [Tab(self.phones[name])]
        self.promised[name] = set()
        self.server.enrol(person, self.phones[name].key, name)

    def second_tab(self, name: str) -> None:
        self.tabs[name].append(Tab(self.phones[name]))

    # --- the desk and the server ------------------------------------------------------------------------------------

    def decide(self, pick: int) -> str | None:
        """The coordinator recognises, queries, reverses, locks, lets join and leave. The kind, when it was accepted."""
        book = sorted(BOOKS)[pick % len(BOOKS)]
        docs = self.server.documents(book)
        versioned = sorted((doc for doc in docs.values() if "version" in doc), key=lambda doc: str(doc["id"]))
        acts: list[tuple[str, dict[str, Any], str | None, str | None]] = [
            ("month.locked", {"month": ("2026-09", "2026-12", "2028-02")[pick % 3]}, None, None),
            ("note.added", {"text": "学院备注", "about": None}, uuid(500_000 + self.written), None),
        ]
        for doc in versioned:
            for kind, body in (
                ("entry.credited", {"minutes": pick % 60, "note": None}), ("entry.queried", {"reason": "请补照片"}),
                ("entry.reversed", {"minutes": -1, "reason": "误记"}), ("result.verified", {"note": None}),
                ("result.rejected", {"reason": "无证书"}),
            ):  # fmt: skip
                if kind.startswith(doc["kind"]):
                    acts.append((kind, body, doc["id"], doc["version"]))
        self.written += 1
        kind, body, doc_id, of = acts[pick // 3 % len(acts)]
        told = self.server.act(kind, book, body, doc_id, of)
        return kind if told and told[1]["as"] == "accepted" else None

    def join(self, book: str, person: str, role: str) -> None:
        self.written += 1
        body = {
            "member": uuid(10_000 + self.written),
            "person": person,
            "role": role,
            "org": None,
            "from": "2026-01-01",
            "to": None,
        }
        self.server.act("member.joined", book, body)

    def leave(self, book: str, person: str) -> None:
        head = self.server.documents(book).get(book, {"members": []})
        for member in head["members"]:
            if member["person"] == person and member["to"] is None:
                self.server.act("member.left", book, {"member": member["id"], "to": "2026-09-01", "reason": "换岗"})

    def end_device(self, name: str, how: str) -> None:
        phone = self.phones[name]
        statement = "SELECT id FROM ops WHERE device_id = :device AND verdict = 'accepted'"
        self.in_time |= {row[0] for row in self.server.rows(statement, device=phone.device)}
        if self.server.end_device(phone.device, phone.person, how):
            self.ended[phone.device] = how

    def back_up(self) -> None:
        self.copies.append((self.server.copy(), dict(self.last_words), dict(self.ended)))

    def restore(self, number: int, told: bool = True) -> None:
        """An older copy; `told`: as `jiangji restore` does, in a new epoch."""
        if not self.copies:
            return
        copy, words, ended = self.copies[number % len(self.copies)]
        self.epochs += 1
        self.server.put_back(copy, f"epoch-{self.epochs}" if told else None)
        self.last_words, self.ended = dict(words), dict(ended)
        self.restored_at = self.server.now if told else self.restored_at

    def pass_time(self, days: int) -> None:
        self.server.now += days * DAY_MS
        self.server.expire_held()
        self.server.tell()
        for name, phone in self.phones.items():
            before = set(phone.storage.rows["kept"])
            phone.drop_old_kept(self.server.now)
            self.promised[name] -= before - phone.storage.rows["kept"].keys()

    # --- what must hold ---------------------------------------------------------------------------------------------

    def note_answers(self) -> None:
        """Every answer is judged when it is given: what has been said for good is never said otherwise (S1).

        What strangers are told is not kept, so that they cannot fill the database: once they belong here, they are heard."""
        heard, self.wire.heard = self.wire.heard, []
        if heard:
            laws.answer_laws(self.server, heard[-1])
        for answer in heard:
            for op_id, verdict in answer["verdicts"].items():
                self.note(op_id, verdict)

    def note(self, op_id: str, verdict: dict[str, Any]) -> None:
        said = verdict["as"], verdict.get("seq", verdict.get("word"))
        before = self.last_words.get(op_id)
        assert before is None or before == said, f"S1: {op_id} was {before} and is {said}"
        if said[0] == "accepted":
            self.ever_accepted.add(op_id)
            op = parse(self.made[op_id])
            assert op is None or op.kid not in self.ended or op_id in self.in_time, (
                "S13: taken from a device that had ended"
            )
        if said[0] == "refused" and self.window_is_over():
            self.given_up.add(op_id)
        if said[0] in laws.LAST_WORD and said[1] not in STRANGERS:
            self.last_words[op_id] = said

    def check(self) -> None:
        """Every law that holds at every moment. What the books say is read again once a head has moved."""
        heads = laws.read_heads(self.server)
        if self.books is None or self.books.heads != heads or not self.same_epoch():
            self.books = laws.Books(self.server)
            laws.server_laws(self.books)
        for name, phone in self.phones.items():
            laws.phone_laws(self.books, phone, self.promised[name], self.ever_accepted)

    def same_epoch(self) -> bool:
        return self.books is not None and self.server.rows("SELECT epoch FROM instance") == [(self.books.epoch,)]

    def heal(self) -> None:
        """Faults stop: what was late arrives, lost enrolments are made good, and everybody syncs until nothing moves."""
        self.wire.deliver()
        self.note_answers()
        for name, tabs in self.tabs.items():
            for tab in tabs:
                tab.deliver_late(self.server.now)
            self.tabs[name] = [Tab(self.phones[name])]
            self.phones[name].storage.fuse = None
        before: Any = None
        for _ in range(12):
            self.enrol_again()
            for name in self.phones:
                self.sync(name)
            if (now := self.picture()) == before:
                return
            before = now
            self.server.now += DAY_MS
        raise AssertionError("K5: it never comes to rest")

    def enrol_again(self) -> None:
        """A phone whose enrolment was lost with a restore shows its key again at the next log-in."""
        for name, phone in self.phones.items():
            self.server.enrol(phone.person, phone.key, name)

    def picture(self) -> Any:
        """All that matters of every phone and of the server."""
        phones = {}
        for name, phone in self.phones.items():
            rows = phone.storage.rows
            waits = {row.id: (row.state, row.word) for row in rows["outbox"].values()}
            phones[name] = (waits, set(rows["kept"]), dict(rows["docs"]), dict(rows["books"]))
        heads = self.server.rows("SELECT id, seq, chain, held FROM books ORDER BY id")
        return phones, heads, self.server.rows("SELECT id, verdict, word, seq FROM ops ORDER BY id")

    def settle(self) -> None:
        """The end of every story: heal, then everything that must hold when all is quiet (S1, S4, S14, K3, K5)."""
        self.heal()
        self.server.tell()
        for name in self.phones:
            self.sync(name)
        self.books = None
        self.check()
        laws.notice_laws(self.server, self.books)
        for phone in self.phones.values():
            laws.settled_laws(self.server, phone)
        laws.bytes_laws(self.server, self.made)
        self.nothing_lost()
        quiet = self.picture()
        for name in self.phones:
            self.sync(name)
        assert self.picture() == quiet, "syncing twice is not syncing once"
        assert self.server.verify() == ()

    def window_is_over(self) -> bool:
        """After a restore a person has a month to look at what does not fit; then the rules are the rules again."""
        return self.server.now - self.restored_at >= RESTORE_DAYS * DAY_MS

    def nothing_lost(self) -> None:
        """S14: what any phone holds and was ever accepted is on the server, and no machine has refused it for good."""
        there = {row[0]: row[1:] for row in self.server.rows("SELECT id, verdict, word FROM ops")}
        for name, phone in self.phones.items():
            for row in (*phone.storage.rows["outbox"].values(), *phone.storage.rows["kept"].values()):
                if row.id not in self.ever_accepted - self.given_up:
                    continue
                verdict, word = there.get(row.id, ("missing", None))
                assert verdict in ("accepted", "held", "quarantined"), (
                    f"S14: {name} holds {row.id}, now {verdict} {word}"
                )
