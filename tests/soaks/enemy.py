"""Somebody with a session, an enrolled phone and a book of his own, who writes whatever he likes to whomever he likes."""

from __future__ import annotations

import json
import random
import uuid
from dataclasses import dataclass
from typing import Any

from bench.town import entry_payload
from soaks.land import Land
from sync.op import loose_id, signing_input, to_base64url, with_signature
from sync.signing import sign

NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 - 1, 2**53, 2**63, 2**64, -(2**63) - 1, 10**400, 1.5, 1e308, "", " ", "\x00", "a\x00b",
    "\ud800", "\udfff x", "e\u0301", "\ufeff", "\u2028", "\u202e", "🔧" * 400, "字" * 600, "x" * 5000, "../../etc/passwd", "%00", "%s%n",
    "' OR 1=1 --", "\"; DROP TABLE ops; --", "$(id)", "{{7*7}}", "<script>", "NaN", "Infinity", "__proto__", "constructor",
    "2026-02-30", "9999-99-99", "00000000-0000-4000-8000-000000000000", "A" * 43, "A" * 44, "-" * 43, [], {}, [[]], [None], [0] * 2000,
    ["A" * 43] * 9, {"a": {"a": {"a": {"a": {"a": {"a": {}}}}}}}, {"\x00": 1}, {"\ud800": 1}, {"": {}},
)  # fmt: skip


@dataclass
class Shot:
    """Bytes for a socket and what may be expected. `forged` carries nothing that may be accepted, `honest` exactly one that must."""

    raw: bytes
    method: str = "POST"
    name: str = ""
    keeps: bool = True
    cut: bool = False
    may_close: bool = False
    verdicts: bool = False
    forged: bool = False
    honest: bool = False


class Enemy:
    """`genuine` are the ids of everything his own phone has signed in his own name for his own book; only those may be accepted."""

    def __init__(self, there: Land, pick: random.Random) -> None:
        self.land, self.pick = there, pick
        self.book, self.other = there.town.open_book(1), there.town.open_book(1)
        self.phone, self.victim = self.book.phones[0], self.other.phones[0]
        self.guest = there.admit(there.town.open_book(0).person)
        self.desk = there.admit(there.town.coordinator, "desk")
        self.genuine: set[str] = set()
        self.honest: set[str] = set()
        self.logged: list[tuple[str, str]] = []

    def some(self) -> Any:
        return self.pick.choice(NASTY)

    def new_id(self) -> str:
        return str(uuid.UUID(int=self.pick.getrandbits(128), version=4))

    # --- operations -----------------------------------------------------------------------------------------------------

    def payload(self) -> dict[str, Any]:
        row = {"id": self.new_id(), "minutes": self.pick.randint(1, 240), "kind": "theory", "date": "2026-09-01"}
        return entry_payload(self.book.id, self.book.person, row | {"base": "B1", "narrative": "点检"})

    def sign(self, payload: dict[str, Any]) -> str:
        """By his own phone; remembered as genuine. A text that is no text cannot be signed as one, so its bytes are."""
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        jws = self.seal(text.encode("utf-8", "surrogatepass"))
        self.genuine.add(loose_id(jws))
        return jws

    def seal(self, payload: bytes, header: bytes | None = None) -> str:
        """A good signature over any payload under any header; not remembered."""
        head = signing_input(self.phone.id, {}).split(b".")[0] if header is None else to_base64url(header).encode()
        signed = head + b"." + to_base64url(payload).encode()
        return with_signature(signed, sign(self.phone.key, signed))

    def valid(self) -> tuple[str, str]:
        """An operation that must be accepted once it is sent."""
        payload = self.payload()
        jws = self.sign(payload)
        self.honest.add(loose_id(jws))
        self.logged.append((payload["doc"], loose_id(jws)))
        return loose_id(jws), jws

    # --- requests -------------------------------------------------------------------------------------------------------

    def headers(self, token: str | None = None) -> list[tuple[str, str]]:
        return [
            ("Host", f"127.0.0.1:{self.land.port}"), ("X-App", "1"), ("Origin", f"http://127.0.0.1:{self.land.port}"),
            ("Content-Type", "application/json"), ("Cookie", f"__Host-sid={token or self.book.token}"),
        ]  # fmt: skip

    def request(
        self, body: bytes, path: str = "/api/sync", method: str = "POST", headers: list[tuple[str, str]] | None = None,
        length: int | None = None,
    ) -> bytes:  # fmt: skip
        lines = [f"{method} {path} HTTP/1.1"]
        lines += [f"{name}: {text}" for name, text in (self.headers() if headers is None else headers)]
        lines += [f"Content-Length: {len(body) if length is None else length}"] if length != -1 else []
        return "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body

    def envelope(self, ops: list[Any], **more: Any) -> bytes:
        asked = {"v": 1, "build": "x", "epoch": "", "have": {}, "ops": ops, "limit": 0, **more}
        return json.dumps(asked).encode()

    def carry(self, *ops: Any, forged: bool = True) -> Shot:
        """An exchange that is in order but for the operations in it."""
        return Shot(self.request(self.envelope(list(ops))), verdicts=True, forged=forged)

    # --- damage ---------------------------------------------------------------------------------------------------------

    def flip(self, raw: bytes) -> bytes:
        """One bit, or a few."""
        hurt = bytearray(raw)
        for _ in range(self.pick.choice((1, 1, 1, 2, 8))):
            hurt[self.pick.randrange(len(hurt))] ^= 1 << self.pick.randrange(8)
        return bytes(hurt)

    def change(self, given: Any) -> Any:
        """One place of a JSON value replaced, dropped or added."""
        if not isinstance(given, dict) or not given:
            return self.some()
        name = self.pick.choice(list(given))
        how = self.pick.random()
        if how < 0.1:
            return {key: inner for key, inner in given.items() if key != name}
        if how < 0.2:
            return {**given, "extra": self.some()}
        deeper = isinstance(given[name], dict) and self.pick.random() < 0.7
        return {**given, name: self.change(given[name]) if deeper else self.some()}
