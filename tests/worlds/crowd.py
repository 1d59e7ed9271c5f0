"""A whole class at work: the phones of everybody in the books of a running server, simulated, talking to it through its doors.

Each apprentice writes his days without a network and brings them when the week is over; his masters fetch what waits for them, sign,
and bring that. Nothing here reaches into the books: what the server knows in the end, phones have told it."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from sync.op import loose_id, to_base64url
from sync.signing import jwk_of, make_jws
from worlds.phone import Phone, Tab
from worlds.wire import Transport, Wire

SIGNERS = {"post": "mentor", "base": "base_trainer", "college": "college_tutor", "online": "college_tutor"}
ROUNDS = 200


class Shift(NamedTuple):
    """What one works on such a day: where, on what, from when to when (minutes of the day)."""

    place_kind: str
    module: str
    nature: str
    start: int
    end: int
    text: str


class Crowd:
    """Everybody who has a phone, all on one wire."""

    def __init__(self, doors: Transport, rng: Random) -> None:
        self.wire, self.rng = Wire(doors), rng
        self.phones: dict[str, Phone] = {}
        self.tabs: dict[str, Tab] = {}
        self.books: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def hand_out(self, members: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, dict[str, Any]]]:
        """A phone for everybody in these rows of (book, person, role): yields whom to enrol, with which key."""
        for book, person, role in members:
            self.books[book][role].append(person)
            if person in self.phones:
                continue
            key = generate_private_key(SECP256R1())
            self.phones[person] = Phone(person, person, key)
            self.tabs[person] = Tab(self.phones[person])
            yield person, jwk_of(key.public_key())

    def sync(self, person: str, now: int) -> None:
        for _ in range(ROUNDS):
            if not self.tabs[person].exchange(self.wire, now):
                return
        raise AssertionError("a phone goes on asking for ever")

    # --- what people do ---------------------------------------------------------------------------------------------

    def write(self, person: str, book: str, kind: str, doc: str, body: dict[str, Any], at: int, of: str | None = None) -> str:
        phone = self.phones[person]
        count = phone.storage.rows["meta"].get("number", 0) + 1
        jws = make_jws(phone.key, "jj-op", {
            "v": 1, "book": book, "kind": kind, "body": body, "doc": doc, "of": of, "deps": [], "by": person, "count": count, "at": at,
            "seen": at, "salt": to_base64url(self.rng.randbytes(16)),
        })  # fmt: skip
        phone.keep([jws])
        return loose_id(jws)

    def log(self, book: str, day: str, shift: Shift, shared: bool = False) -> str:
        """An entry as the form makes it, in the evening of its day; its document."""
        [person] = self.books[book]["apprentice"]
        doc = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        self.write(person, book, "entry.logged", doc, {
            "day": day, "start": shift.start, "end": shift.end, "break": 0, "module": shift.module, "nature": shift.nature,
            "place_kind": shift.place_kind, "place": None, "text": shift.text, "photos": [], "safety": True, "shared": shared,
            "late_reason": None, "presence": None,
        }, moment(day, shift.end + 20))  # fmt: skip
        return doc

    def waiting_for(self, signer: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """What this person's phone shows as waiting for his sign-off."""
        phone = self.phones[signer]
        for book in phone.books():
            for doc in phone.view(book).values():
                if doc["kind"] != "entry" or doc["state"] != "logged" or doc["by"] == signer:
                    continue
                if signer in self.books[book][SIGNERS[doc["content"]["place_kind"]]]:
                    yield book, doc

    def sign(self, signer: str, book: str, entry: dict[str, Any], less: int = 0, at: int | None = None) -> None:
        content = entry["content"]
        minutes = content["end"] - content["start"] - content["break"] - less
        body = {"minutes": minutes, "how": "list", "note": None, "scores": []}
        at = moment(content["day"], 1260) + self.rng.randrange(3_000_000) if at is None else at
        self.write(signer, book, "entry.signed", entry["id"], body, at, entry["version"])

    # --- what is left of it -----------------------------------------------------------------------------------------

    def refusals(self) -> list[str]:
        """What stands under 需处理 anywhere."""
        return sorted(word for phone in self.phones.values() for word in phone.attention().values())


def moment(day: str, minute: int) -> int:
    """Milliseconds since 1970 of a minute of a day in Shanghai."""
    since = datetime.date.fromisoformat(day) - datetime.date(1970, 1, 1)
    return since.days * 86_400_000 + (minute - 8 * 60) * 60_000


def working_days(month: str) -> list[str]:
    """Monday to Friday."""
    first = datetime.date.fromisoformat(f"{month}-01")
    days = (first + datetime.timedelta(days=number) for number in range(31))
    return [day.isoformat() for day in days if day.month == first.month and day.weekday() < 5]
