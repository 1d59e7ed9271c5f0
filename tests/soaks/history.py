"""What the clients know: each operation they tried to hand in, and what they were told of it. Judged at the end by the
words of a set checker: acknowledged must be present, present must have been attempted, nothing may be there twice."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

ANSWERED = ("accepted", "refused")


@dataclass(slots=True)
class Told:
    """An operation and its fate so far. `minutes` is what it claims for its entry."""

    id: str
    jws: str
    author: int
    book: str
    doc: str
    kind: str
    minutes: int
    sent: bool = False
    seq: int | None = None
    word: str | None = None
    unknown: bool = False
    recovered: bool = False

    @property
    def final(self) -> bool:
        return self.seq is not None or self.word is not None


@dataclass
class History:
    """Shared by all writers."""

    told: dict[str, Told] = field(default_factory=dict)
    open: dict[int, dict[str, Told]] = field(default_factory=dict)
    contradicted: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, one: Told) -> None:
        with self.lock:
            self.told[one.id] = one

    def send(self, batch: Iterable[Told]) -> None:
        with self.lock:
            for one in batch:
                one.sent = True
                if not one.final:
                    self.open.setdefault(one.author, {})[one.id] = one

    def hear(self, batch: Iterable[Told], verdicts: dict[str, dict[str, Any]]) -> None:
        with self.lock:
            for one in batch:
                self._hear(one, verdicts.get(one.id, {}))

    def _hear(self, one: Told, verdict: dict[str, Any]) -> None:
        said = verdict.get("as")
        if said not in ("accepted", "refused", "held"):
            self.contradicted.append(f"{one.kind} {one.id}: {verdict}")
        elif said in ANSWERED:
            seq, word = verdict.get("seq"), verdict.get("word")
            if one.final and (one.seq, one.word) != (seq, word):
                self.contradicted.append(f"{one.kind} {one.id}: {one.seq or one.word}, then {verdict}")
            one.seq, one.word = seq, word
            self.open[one.author].pop(one.id, None)

    def lose_sight(self, batch: Iterable[Told]) -> None:
        """The line broke: done or not, nobody knows."""
        with self.lock:
            for one in batch:
                one.unknown = one.unknown or not one.final

    def look(self, present: set[str]) -> int:
        """After a restart, before anything is sent again: who of unknown fate is there after all? How many acknowledged are not?"""
        with self.lock:
            for one in self.told.values():
                one.recovered = one.recovered or (one.unknown and not one.final and one.id in present)
            return sum(one.seq is not None and one.id not in present for one in self.told.values())

    def unfinished(self, author: int, most: int) -> list[Told]:
        """The oldest of this author's that wait for a final word."""
        with self.lock:
            return list(self.open.get(author, {}).values())[:most]

    def all_final(self) -> bool:
        with self.lock:
            return not any(self.open.values())


@dataclass(frozen=True)
class Present:
    """What the database holds, read behind the server's back, and what a phone pulled afterwards."""

    accepted: list[tuple[str, str, int]]
    others: set[str]
    pulled: list[dict[str, Any]]


def judge(history: History, there: Present) -> dict[str, int]:
    """`accepted` has (id, book, seq) of every operation that no desk wrote."""
    told = history.told
    at = {op_id: (book, seq) for op_id, book, seq in there.accepted}
    acked = {one.id for one in told.values() if one.seq is not None}
    attempted = {one.id for one in told.values() if one.sent}
    entries = [doc for doc in there.pulled if doc["kind"] == "entry"]
    shown = [version["op"] for doc in entries for version in doc["versions"]]
    lost = {one for one in acked if at.get(one) != (told[one].book, told[one].seq)} | (acked - set(shown))
    right = {one for one in attempted if told[one].word is None}
    unexpected = (at.keys() - right) | (set(shown) - right) | (there.others - attempted)
    twice = len(there.accepted) - len({(book, seq) for _, book, seq in there.accepted})
    twice += len(there.accepted) - len(at) + len(shown) - len(set(shown)) + len(entries) - len({doc["id"] for doc in entries})
    return {
        "attempted": len(attempted), "acked": len(acked), "refused": sum(one.word is not None for one in told.values()),
        "lost": len(lost), "duplicated": twice, "unexpected": len(unexpected),
        "recovered": sum(one.recovered for one in told.values()),
        "unknown": sum(one.unknown for one in told.values()), "contradicted": len(history.contradicted),
        "minutes_apart": abs(shown_minutes(entries) - due_minutes(told.values())),
    }  # fmt: skip


def shown_minutes(entries: list[dict[str, Any]]) -> int:
    return sum(doc["content"]["end"] - doc["content"]["start"] - doc["content"]["break"] for doc in entries)


def due_minutes(told: Iterable[Told]) -> int:
    """An entry is revised once at most: then the revision counts."""
    due: dict[str, int] = {}
    for one in sorted((one for one in told if one.seq is not None), key=lambda one: one.seq or 0):
        due[one.doc] = one.minutes
    return sum(due.values())
