"""What a person writes on a phone: mostly what the screens would let him, sometimes what an old, careless or broken app sends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sync.op import signing_input, to_base64url, with_signature
from sync.rules import Facts, check
from sync.signing import make_jws, sign
from worlds.cast import BOOKS, DAY_MS, ENTRY, RESULT
from worlds.phone import Phone, parse

# 70 % right, 15 % of an old version, 5 % each: another book, a newer app, broken bytes
MISCHIEF = ("right",) * 14 + ("stale",) * 3 + ("wrong_book", "newer", "broken")
SKEWS = (0, 9 * 60_000, -9 * 60_000, 2 * DAY_MS, -2 * DAY_MS, -1_790_000_000_000, 2_500_000_000_000)
TEXTS = (
    "点检", "e\u0301 NFD", "é NFC", "👩🏽‍🔧🔧", "line\u2028break", "\u202eRTL", "\ud800 lone", "a\x00b", "", "字" * 500, "字" * 501,
    "<script>alert(1)</script>", '"\\', "\ufeff", "𝒳" * 250,
)  # fmt: skip
DAYS = ("2026-09-01", "2026-08-31", "2028-02-29", "2027-02-29", "2026-12-31", "2027-01-01", "2026-03-29", "2026-10-25")
MINUTES = (60, 0, 1, 59, 1440, -1, 2**31)


class Author:
    """`pick` is the only chance in it: the same number writes the same on the same phone."""

    def __init__(self, phone: Phone, pick: int, now: int, salt: int) -> None:
        self.phone, self.now = phone, now
        self.pick = int.from_bytes(hashlib.sha256(f"{pick} {salt}".encode()).digest(), "big")
        self.at = max(0, now + phone.skew)
        self.salt = to_base64url(hashlib.sha256(f"salt {salt}".encode()).digest()[:16])
        self.name = hashlib.sha256(f"doc {salt}".encode()).hexdigest()

    def choose(self, among: Any) -> Any:
        self.pick, left = divmod(self.pick, len(among))
        return among[left]

    def payload(
        self, book: str, kind: str, doc: str, body: dict[str, Any], of: str | None = None, deps: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        count = self.phone.storage.rows["meta"].get("number", 0) + 1
        return {
            "v": 1, "book": book, "kind": kind, "body": body, "doc": doc, "of": of, "deps": list(deps), "by": self.phone.person,
            "count": count, "at": self.at, "seen": 0, "salt": self.salt,
        }  # fmt: skip

    def fresh_doc(self) -> str:
        text = self.name[:32]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"

    def entry_body(self) -> dict[str, Any]:
        if self.choose(range(4)):
            start = self.choose(range(360, 1200, 30))
            return {**ENTRY, "day": self.choose(DAYS[:3]), "start": start, "end": start + 60}
        start = self.choose((0, 510, 1380))
        return {
            **ENTRY,
            "day": self.choose(DAYS),
            "start": start,
            "end": start + self.choose(MINUTES),
            "text": self.choose(TEXTS),
        }

    def acts(self, book: str) -> Iterator[dict[str, Any]]:
        """Everything this person might write into this book as his phone shows it."""
        view, me = self.phone.view(book), self.phone.person
        yield self.payload(book, "entry.logged", self.fresh_doc(), self.entry_body())
        yield self.payload(book, "note.added", self.fresh_doc(), {"text": self.choose(TEXTS), "about": None})
        yield self.payload(
            book, "presence.checked_in", self.fresh_doc(), {"base": "b1", "day": self.choose(DAYS), "start": 480}
        )
        yield self.payload(book, "result.claimed", self.fresh_doc(), RESULT)
        for doc in view.values():
            if doc["kind"] == "entry":
                yield from self.on_entry(book, doc)
            if doc["kind"] == "presence" and doc["by"] == me:
                yield self.payload(
                    book, "presence.checked_out", doc["id"], {"end": 1080}, deps=self.check_in_of(doc["id"])
                )
            if doc["kind"] == "result" and doc["by"] == me:
                yield self.payload(book, "result.claimed", doc["id"], {**RESULT, "rank": 1}, doc["version"])

    def on_entry(self, book: str, doc: dict[str, Any]) -> Iterator[dict[str, Any]]:
        minutes = next(version["minutes"] for version in doc["versions"] if version["op"] == doc["version"])
        signed = {"minutes": max(0, minutes - self.choose((0, 5))), "how": "list", "note": None, "scores": []}
        yield self.payload(book, "entry.revised", doc["id"], self.entry_body(), doc["version"])
        yield self.payload(book, "entry.signed", doc["id"], signed, doc["version"])
        yield self.payload(book, "entry.withdrawn", doc["id"], {"reason": "重复"}, doc["version"])
        yield self.payload(book, "entry.returned", doc["id"], {"reason": "时间不对"}, doc["version"])

    def check_in_of(self, doc: str) -> tuple[str, ...]:
        """A check-out names its check-in, so that it waits for it wherever it comes first."""
        held = [*self.phone.storage.rows["outbox"].values(), *self.phone.storage.rows["kept"].values()]
        ops = [op for row in held if (op := parse(row.jws)) is not None]
        return tuple(op.id for op in ops if op.doc == doc and op.kind == "presence.checked_in")[:1]

    def allowed(self, payload: dict[str, Any]) -> bool:
        """What the phone itself asks before it saves: the same rules over its own view."""
        try:
            op = parse(with_signature(signing_input(self.phone.device, payload), bytes(64)))
        except UnicodeEncodeError:
            return False
        if op is None:
            return False
        return check(self.phone.view(op.book), op, Facts(accepted=frozenset(op.named))) is None

    def write(self, mischief: str) -> str | None:
        """The JWS, or None where the phone refuses to make one."""
        books = [book for book in self.phone.books() if book in BOOKS]
        if not books:
            return None
        acts = list(self.acts(self.choose(books)))
        payload = self.choose([act for act in acts if self.allowed(act)] or acts)
        if mischief == "stale":
            payload = self.choose([act for act in acts if act["of"]] or acts)
            doc = self.phone.view(payload["book"]).get(payload["doc"])
            gone = to_base64url(hashlib.sha256(b"never written").digest())
            payload["of"] = self.choose((doc["versions"][0]["op"], gone)) if doc and "versions" in doc else gone
        if mischief == "wrong_book":
            payload["book"] = self.choose([book for book in BOOKS if book != payload["book"]])
        if mischief == "newer":
            payload |= self.choose(
                ({"kind": "entry.blessed"}, {"v": 2}, {"body": {**payload["body"], "new": {"a": [1]}}})
            )
        if mischief == "right" and not self.allowed(payload):
            return None
        try:
            jws = make_jws(self.phone.key, "jj-op", payload)
        except UnicodeEncodeError:
            return None
        return self.broken(jws) if mischief == "broken" else jws

    def broken(self, jws: str) -> str:
        """Bytes that went bad on the phone's disk."""
        head, payload, signature = jws.split(".")
        at = self.pick % len(payload)
        swapped = payload[:at] + ("A" if payload[at] != "A" else "B") + payload[at + 1 :]
        return self.choose(
            (
                f"{head}.{swapped}.{signature}",
                f"{head}.{payload}.{'A' * 86}",
                jws[:-7],
                "",
                f"{head}.{payload}",
                self.foreign(jws),
            )
        )

    def foreign(self, jws: str) -> str:
        """Another hand under the same bytes."""
        signed = jws.rpartition(".")[0].encode()
        signature = bytearray(sign(self.phone.key, signed))
        signature[7] ^= 1
        return with_signature(signed, bytes(signature))
