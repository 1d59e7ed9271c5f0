"""F1, F5: SIGKILL of the whole server, again and again, while writers push; afterwards nothing that was acknowledged may be
gone, nothing may be there twice, and nothing that nobody sent."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import provide
from bench.town import Book, entry_payload
from soaks.history import History, Present, Told, judge
from soaks.land import Land, Line, children, land
from sync.chain import START, link
from sync.op import loose_id

WRITERS = 6
ZERO = ("lost", "duplicated", "unexpected", "contradicted", "minutes_apart", "chain_gaps", "differs", "errors")


@dataclass
class Gate:
    """Writers pass while the server is meant to be up. Who is inside has a request on its way."""

    cond: threading.Condition = field(default_factory=threading.Condition)
    is_open: bool = False
    over: bool = False
    inside: int = 0

    def enter(self) -> bool:
        with self.cond:
            self.cond.wait_for(lambda: self.is_open or self.over)
            self.inside += not self.over
            return not self.over

    def leave(self) -> None:
        with self.cond:
            self.inside -= 1
            self.cond.notify_all()

    def turn(self, is_open: bool, over: bool = False) -> None:
        with self.cond:
            self.is_open, self.over = is_open, over
            self.cond.notify_all()

    def wait_empty(self) -> None:
        with self.cond:
            if not self.cond.wait_for(lambda: self.inside == 0, 90):
                raise RuntimeError("a request outlived its server")


@dataclass
class Field:
    """What the writers share."""

    land: Land
    books: list[Book]
    history: History
    gate: Gate = field(default_factory=Gate)
    draining: bool = False
    errors: list[str] = field(default_factory=list)


class Writer(threading.Thread):
    """An apprentice's phone that logs hours without end, and now and then carries what others wrote."""

    def __init__(self, shared: Field, number: int, seed: str) -> None:
        super().__init__(name=f"writer-{number}")
        self.shared, self.number, self.pick = shared, number, random.Random(f"{seed} {number}")
        self.book, self.phone = shared.books[number], shared.books[number].phones[0]
        self.line = Line(shared.land.port, self.book.token)
        self.mine: list[Told] = []
        self.later: list[Told] = []

    def run(self) -> None:
        try:
            while self.shared.gate.enter():
                try:
                    self.push()
                finally:
                    self.shared.gate.leave()
                time.sleep(self.pick.uniform(0, 0.02))
        except BaseException as why:
            self.shared.errors.append(f"{self.name}: {why!r}")
            raise
        finally:
            self.line.close()

    def push(self) -> None:
        batch = self.compose()
        if not batch:
            return
        history = self.shared.history
        history.send(batch)
        try:
            status, raw = self.line.exchange([one.jws for one in batch])
            verdicts = json.loads(raw)["verdicts"] if status == 200 else None
        except (OSError, http.client.HTTPException, ValueError):
            history.lose_sight(batch)
            return
        if verdicts is not None:
            history.hear(batch, verdicts)
            return
        history.lose_sight(batch)
        if status != 503:
            self.shared.errors.append(f"{status} {raw[:200]!r}")

    def compose(self) -> list[Told]:
        """What waits for a final word, then something new, something again, something of another's."""
        pick, found = self.pick, {one.id: one for one in self.shared.history.unfinished(self.number, 20)}
        waiting, self.later = self.later, []
        if not self.shared.draining:
            waiting += [one for _ in range(pick.randint(1, 8)) for one in self.write()]
            if self.mine and pick.random() < 0.25:
                waiting += pick.sample(self.mine[-200:], min(3, len(self.mine)))
            other = self.shared.books[pick.randrange(WRITERS)]
            if pick.random() < 0.25:
                waiting += self.shared.history.unfinished(self.shared.books.index(other), 5)
        found |= {one.id: one for one in waiting}
        batch = list(found.values())[:50]
        self.later += list(found.values())[50:]
        if pick.random() < 0.3:
            pick.shuffle(batch)
        return batch

    def write(self) -> list[Told]:
        """An entry; now and then with its revision, which may come first and wait; now and then one nobody may take."""
        row = {"id": str(uuid.UUID(int=self.pick.getrandbits(128), version=4)), "minutes": self.pick.randint(1, 240)}
        row |= {"date": f"2026-{self.pick.randint(1, 12):02d}-{self.pick.randint(1, 28):02d}", "kind": "practice"}
        payload = entry_payload(self.book.id, self.book.person, row | {"base": "B1", "narrative": "点检主轴"})
        chance = self.pick.random()
        if chance < 0.04:
            payload["body"]["break"] = 1439
        logged = self._sign(payload)
        if not 0.04 <= chance < 0.2:
            return [logged]
        revision = entry_payload(self.book.id, self.book.person, row | {"base": "B1", "narrative": "更换轴承"})
        revision["body"]["break"] = max(0, row["minutes"] // 3)
        revised = self._sign(revision | {"kind": "entry.revised", "of": logged.id})
        if chance < 0.1:
            return [logged, revised]
        self.later.append(logged)
        return [revised]

    def _sign(self, payload: dict[str, Any]) -> Told:
        body, jws = payload["body"], self.phone.sign(payload)
        minutes = body["end"] - body["start"] - body["break"]
        one = Told(loose_id(jws), jws, self.number, self.book.id, payload["doc"], payload["kind"], minutes)
        self.shared.history.add(one)
        self.mine.append(one)
        return one


# --- the run ---------------------------------------------------------------------------------------------------------


def run(
    folder: Path, database: str, times: int, seed: str, cluster: provide.Cluster | None = None, database_too: bool = False,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:  # fmt: skip
    """Kill so many times; the figures."""
    with land(folder, database, cluster) as there:
        shared = Field(there, [there.town.open_book(1) for _ in range(WRITERS)], History())
        writers = [Writer(shared, number, seed) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        try:
            killed = _kill_again_and_again(shared, times, random.Random(seed), cluster if database_too else None, tell)
            _drain(shared)
        finally:
            shared.gate.turn(False, over=True)
            for writer in writers:
                writer.join(90)
        found = _judge(shared, killed.pop("lost_between"))
        return {"database": database, "kills": times, **killed, **found}


def _kill_again_and_again(
    shared: Field, times: int, pick: random.Random, cluster: provide.Cluster | None, tell: Callable[[str], None]
) -> dict[str, Any]:
    there, token = shared.land, shared.books[0].token
    there.start()
    there.wait_ready(token)
    ready, killed, lost_between, crashes = [], 0, 0, 0
    while killed < times:
        shared.gate.turn(True)
        time.sleep(pick.uniform(0.02, 0.6))
        shared.gate.turn(False)
        if cluster and pick.random() < 0.5:
            crash(cluster, pick)
            crashes += 1
        there.kill()
        killed += 1
        shared.gate.wait_empty()
        there.start()
        if killed < times and pick.random() < 0.1:
            time.sleep(pick.uniform(0, 1.5))
            there.kill()
            killed += 1
            there.start()
        ready.append(there.wait_ready(token))
        lost_between += shared.history.look(_present(there))
        if killed % 20 == 0:
            tell(f"{killed} of {times} kills, {len(shared.history.told)} operations written, ready in {ready[-1]:.2f} s")
    return {"crashes": crashes, "lost_between": lost_between, **_times(ready)}


def _times(ready: list[float]) -> dict[str, int]:
    ordered = sorted(ready)
    p95 = ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)]
    return {"ready_p50_ms": round(statistics.median(ordered) * 1000), "ready_p95_ms": round(p95 * 1000)}


def crash(cluster: provide.Cluster, pick: random.Random) -> None:
    """PostgreSQL dies as a whole, and comes back through its own recovery."""
    parts = children(cluster.process.pid)
    for pid in (cluster.process.pid, *parts):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    cluster.process.wait()
    time.sleep(pick.uniform(0, 0.2))
    for _ in range(20):
        with suppress(provide.Missing):
            cluster.process = cluster.start(durable=True)
            return
        time.sleep(0.2)
    raise provide.Missing("PostgreSQL did not come back")


def _present(there: Land) -> set[str]:
    there.rest()
    return {row[0] for row in there.rows("SELECT id FROM ops WHERE verdict = 'accepted'")}


def _drain(shared: Field) -> None:
    """Everything of unknown fate is handed in again until it has a final word."""
    shared.draining = True
    shared.gate.turn(True)
    give_up = time.monotonic() + 120
    time.sleep(0.3)
    while not shared.history.all_final() and time.monotonic() < give_up:
        time.sleep(0.05)
    shared.gate.turn(False, over=True)
    shared.gate.wait_empty()
    if not shared.history.all_final():
        shared.errors.append("some operations never got a final word")


def _judge(shared: Field, lost_between: int) -> dict[str, int]:
    there = shared.land
    desk = {row[0] for row in there.rows("SELECT id FROM devices WHERE status = 'server'")}
    rows = there.rows("SELECT id, book_id, seq, chain, verdict, device_id FROM ops ORDER BY book_id, seq")
    phones = [row for row in rows if row[5] not in desk]
    pulled, broken = [], gaps([row for row in rows if row[4] == "accepted"])
    for book in shared.books:
        with closing(Line(there.port, book.token)) as line:
            have, docs = line.pull()
        pulled += docs
        last = next((row for row in reversed(rows) if row[1] == book.id and row[4] == "accepted"), None)
        broken += last is None or have != {book.id: (last[2], last[3])}
    accepted = [(row[0], row[1], row[2]) for row in phones if row[4] == "accepted"]
    found = judge(shared.history, Present(accepted, {row[0] for row in phones if row[4] != "accepted"}, pulled))
    found["lost"] += lost_between
    checked = there.verify()
    for line in (*shared.errors, *shared.history.contradicted, *checked.differences):
        print(f"  {line}")
    return {**found, "chain_gaps": broken, "differs": len(checked.differences), "errors": len(shared.errors)}


def gaps(rows: list[tuple[Any, ...]]) -> int:
    """Numbers left out and links that do not hold, told from the rows alone."""
    at: dict[str, tuple[int, str]] = {}
    found = 0
    for op_id, book, seq, chain, *_ in rows:
        number, before = at.get(book, (0, START))
        found += seq != number + 1 or chain != link(before, op_id)
        at[book] = seq, chain
    return found


def passed(found: dict[str, Any]) -> bool:
    return found["acked"] > 0 and not any(found[word] for word in ZERO)
