"""F15: a server is restored from a copy that is older than what its phones know. Each of them must see it, hand in again what it
has kept, and in the end nothing may be missing, nothing may be there that nobody wrote, and every phone must show the same.

Told once by `jiangji restore` through a new epoch; and once by nobody, as when a disk image is put back: then only the chain
speaks. A phone enrolled after the copy was made is known again once it has enrolled again; that needs the new epoch."""

from __future__ import annotations

import contextlib
import json
import random
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import provide
from bench.town import Book, entry_payload, now
from bench.town import Phone as Key
from soaks.land import Land, Line, land
from sync.signing import make_jws
from worlds.phone import DAY, MINUTE, Phone, Tab
from worlds.wire import Reply, Wire

BOOKS, PHONES = 5, 2
ROUNDS = 40
WAYS = ("told", "untold")
ZERO = ("missing", "extra", "unseen", "caught_up_wrongly", "phones_apart", "differs")


@dataclass
class Doors:
    """The wire's other end: the server's process, through a session for each person."""

    land: Land
    tokens: dict[str, str] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)

    def line(self, person: str) -> Line:
        if person not in self.tokens:
            self.tokens[person] = self.land.admit(person)
        if person not in self.lines:
            self.lines[person] = Line(self.land.port, self.tokens[person])
        return self.lines[person]

    def exchange(self, person: str, raw: bytes) -> Reply:
        return Reply(*self.line(person).post(raw))

    def close(self) -> None:
        """Sessions do not outlive a restore."""
        for line in self.lines.values():
            line.close()
        self.lines, self.tokens = {}, {}


class Fleet:
    """Two phones a book, a college's worth of books."""

    def __init__(self, there: Land, pick: random.Random) -> None:
        self.land, self.pick, self.doors, self.clock = there, pick, Doors(there), now()
        self.wire = Wire(self.doors)
        self.books = [there.town.open_book(PHONES) for _ in range(BOOKS)]
        self.phones: dict[Phone, tuple[Book, Key]] = {}
        self.made: set[str] = set()
        for book in self.books:
            for key in book.phones:
                self.join(book, key)

    def join(self, book: Book, key: Key) -> Phone:
        phone = Phone(f"phone {len(self.phones)}", book.person, key.key)
        self.phones[phone] = book, key
        return phone

    # --- writing ------------------------------------------------------------------------------------------------------

    def write(self, count: int, only: Phone | None = None) -> None:
        """Entries and revisions; one in five is also carried by a phone of another book."""
        for _ in range(count):
            phone = only or self.pick.choice(list(self.phones))
            jws = self.phones[phone][1].sign(self._payload(phone))
            phone.keep([jws])
            self.made.add(jws)
            if self.pick.random() < 0.2:
                self.pick.choice(list(self.phones)).keep([jws], carried=True)

    def _payload(self, phone: Phone) -> dict[str, Any]:
        book, pick = self.phones[phone][0], self.pick
        row = {"id": str(uuid.UUID(int=pick.getrandbits(128), version=4)), "minutes": pick.randint(1, 240), "kind": "theory"}
        row |= {"date": f"2026-09-{pick.randint(1, 28):02d}", "base": "B1", "narrative": f"点检 {pick.random()}"}
        entries = [doc for doc in phone.documents(book.id).values() if doc["kind"] == "entry"]
        if not entries or pick.random() < 0.7:
            return entry_payload(book.id, book.person, row)
        entry = pick.choice(entries)
        revised = entry_payload(book.id, book.person, row | {"id": entry["id"]})
        return revised | {"kind": "entry.revised", "of": entry["version"]}

    # --- the exchange ---------------------------------------------------------------------------------------------------

    def settle(self, after: Callable[[Phone], None] = lambda phone: None) -> None:
        """Every phone in turn, in another order each time, until all have nothing to say in a whole round. Held ones ask
        again in eleven minutes."""
        for _ in range(ROUNDS):
            calm = not any(row.state != "stuck" for phone in self.phones for row in phone.storage.rows["outbox"].values())
            order = list(self.phones)
            self.pick.shuffle(order)
            for phone in order:
                tab = Tab(phone)
                while tab.exchange(self.wire, self.clock):
                    pass
                after(phone)
            self.clock += 11 * MINUTE
            if calm:
                return

    def enrol(self, book: Book, key: Key) -> None:
        login = self.land.rows("SELECT login FROM people WHERE id = :person", person=book.person)[0][0]
        proof = make_jws(key.key, "jj-enrol", {"v": 1, "by": login, "jwk": key.jwk, "at": now()})
        asked = {"proof": proof, "label": "late", "shared": False}
        status, raw = self.doors.line(book.person).post(json.dumps(asked).encode(), "/api/devices")
        if status != 200:
            raise RuntimeError(f"enrolling: {status} {raw!r}")

    def stored(self) -> dict[str, str]:
        """Verdicts by the op's exact bytes, without what the server itself has written."""
        rows = self.land.rows("SELECT jws, verdict FROM ops WHERE device_id NOT IN (SELECT id FROM devices WHERE status = 'server')")
        return dict(rows)


# --- what the phones notice ------------------------------------------------------------------------------------------


@dataclass
class Watch:
    """Looks at each phone's first exchange with the restored server, and at what it believes afterwards."""

    fleet: Fleet
    old_epoch: str
    could: int = 0
    saw: int = 0
    unseen: int = 0
    wrongly: int = 0

    def first_meeting(self) -> None:
        order = list(self.fleet.phones)
        self.fleet.pick.shuffle(order)
        for phone in order:
            differs = self._differs(phone)
            tab = Tab(phone)
            more = tab.exchange(self.fleet.wire, self.fleet.clock)
            answer = self.fleet.wire.heard[-1]
            saw = answer["epoch"] != self.old_epoch or any(page["reset"] for page in answer["books"])
            self.could += differs
            self.saw += differs and saw
            self.unseen += differs and not saw
            while more:
                more = tab.exchange(self.fleet.wire, self.fleet.clock)
            self.believes(phone)

    def _differs(self, phone: Phone) -> bool:
        """Whether this phone's point is no point of the server's history, or the epoch is another."""
        rows = self.fleet.land.rows
        if rows("SELECT epoch FROM instance")[0][0] != self.old_epoch:
            return True
        return any(
            rows("SELECT chain FROM ops WHERE book_id = :book AND seq = :seq", book=book, seq=seq) != [(chain,)]
            for book, (seq, chain) in phone.have().items() if seq
        )  # fmt: skip

    def believes(self, phone: Phone) -> None:
        """A phone with nothing left to say about its books must not have kept what the server does not have of them."""
        stored, mine = self.fleet.stored(), set(phone.books())
        self.wrongly += sum(row.book in mine and row.jws not in stored for row in phone.storage.rows["kept"].values())


# --- the run ---------------------------------------------------------------------------------------------------------


def run(
    folder: Path, database: str, count: int, seed: str, cluster: provide.Cluster | None = None, ways: tuple[str, ...] = WAYS
) -> dict[str, Any]:
    """The figures of each way, under its name."""
    found: dict[str, Any] = {"database": database}
    for way in ways:
        (folder / way).mkdir()
        with land(folder / way, database, cluster) as there:
            fresh = cluster.fresh_database() if cluster else f"sqlite:///{folder / way / 'restored.db'}"
            found |= {f"{way}_{name}": figure for name, figure in _restore(there, fresh, count, seed, way == "told").items()}
    return found


def _restore(there: Land, fresh: str, count: int, seed: str, told: bool) -> dict[str, Any]:
    fleet = Fleet(there, random.Random(f"{seed} {told}"))
    with contextlib.closing(fleet.doors):
        return _restore_for(fleet, fresh, count, told)


def _restore_for(fleet: Fleet, fresh: str, count: int, told: bool) -> dict[str, Any]:
    there = fleet.land
    there.start()
    there.wait_ready(fleet.books[0].token)
    fleet.write(count // 2)
    fleet.settle()
    copy = there.home.parent / "copy.zip"
    fleet.write(count // 8)
    there.command("backup", str(copy))
    late = _join_late(fleet, count) if told else None
    fleet.write(count - count // 2 - count // 8)
    fleet.settle()
    before, old_epoch = fleet.stored(), there.rows("SELECT epoch FROM instance")[0][0]
    in_copy = _put_back(there, fleet, copy, fresh, old_epoch, told)
    heard = len(fleet.wire.heard)
    watch = Watch(fleet, old_epoch)
    watch.first_meeting()
    if late:
        fleet.enrol(*fleet.phones[late])
        fleet.clock += DAY
    fleet.settle(watch.believes)
    after = fleet.stored()
    taken = {jws for jws, verdict in before.items() if verdict == "accepted"}
    checked = there.verify()
    words = Counter(verdict["as"] for answer in fleet.wire.heard[heard:] for verdict in answer["verdicts"].values())
    return {
        "phones": len(fleet.phones), "ops": len(taken), "in_copy": len(in_copy), "could_see": watch.could, "saw": watch.saw,
        "unseen": watch.unseen, "refilled": len(after.keys() & taken - in_copy.keys()),
        "missing": sum(after.get(jws) != "accepted" for jws in taken), "extra": len(after.keys() - fleet.made),
        "caught_up_wrongly": watch.wrongly, "phones_apart": _apart(fleet), "differs": len(checked.differences),
        **{f"heard_{word}": words[word] for word in sorted(words)},
    }  # fmt: skip


def _join_late(fleet: Fleet, count: int) -> Phone:
    """Enrolled after the copy was made, and busy at once."""
    key = Key()
    fleet.enrol(fleet.books[0], key)
    phone = fleet.join(fleet.books[0], key)
    fleet.write(max(3, count // 40), only=phone)
    return phone


def _put_back(there: Land, fleet: Fleet, copy: Path, fresh: str, old_epoch: str, told: bool) -> dict[str, str]:
    there.kill()
    fleet.doors.close()
    there.move(fresh)
    there.command("restore", str(copy))
    if not told:
        there.change("UPDATE instance SET epoch = :epoch, restored_at = 0", epoch=old_epoch)
    in_copy = fleet.stored()
    there.start()
    there.wait_ready(there.admit(fleet.books[0].person))
    return in_copy


def _apart(fleet: Fleet) -> int:
    """Phones that show something else than the server's documents."""
    apart = 0
    for phone, (book, _) in fleet.phones.items():
        rows = fleet.land.rows("SELECT id, seq, body FROM documents WHERE book_id = :book", book=book.id)
        apart += phone.documents(book.id) != {row[0]: {"seq": row[1], **json.loads(row[2])} for row in rows}
    return apart


def passed(found: dict[str, Any]) -> bool:
    ways = [way for way in WAYS if f"{way}_ops" in found]
    seen = all(found[f"{way}_saw"] > 0 and found[f"{way}_refilled"] > 0 for way in ways)
    return bool(ways) and seen and not any(found[f"{way}_{word}"] for way in ways for word in ZERO)
