"""F6: requests that no app of ours sends, by the thousand, against the real server. None may be answered by a fault, none may
leave anything behind that was not rightly signed and rightly sent, and the server must go on answering those who are honest."""

from __future__ import annotations

import http.client
import json
import random
import select
import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import provide
from soaks.attacks import ATTACKS
from soaks.doors import DOORS
from soaks.enemy import Enemy, Shot
from soaks.land import Land, Line, land

THREADS = 4
HALF_A_SECOND = 0.5  # for an answer to what may have no end; then the enemy hangs up
ZERO = ("unsent", "faults", "silent", "alarms", "unexpected", "honest_refused", "mistold", "workers_lost", "differs", "still_bad")


@dataclass
class Tally:
    """What came back."""

    statuses: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, shot: Shot, status: int, body: bytes) -> None:
        with self.lock:
            self.statuses[str(status) if status else "closed"] += 1
            self.kinds[shot.name] += 1
            if status >= 500 and status != 503:
                self.words["faults"] += 1
                self.wrong.append(f"{shot.name}: {status} {shot.raw[:300]!r}")
            self.closed.update([shot.name] if status == 0 else [])
            if status == 0 and not shot.may_close:
                self.words["silent"] += 1
                self.wrong.append(f"{shot.name}: no answer to {shot.raw[:300]!r}")
            if status == 200 and shot.verdicts:
                self._verdicts(shot, body)
            elif shot.honest and status != 503:
                self.words["honest_refused"] += 1
                self.wrong.append(f"{shot.name}: {status} {body[:200]!r}")

    def _verdicts(self, shot: Shot, body: bytes) -> None:
        verdicts = json.loads(body)["verdicts"]
        said = [verdict["as"] for verdict in verdicts.values()]
        self.words.update(f"said_{word}" for word in said)
        if any(verdict.get("word") == "server_fault" for verdict in verdicts.values()):
            self.words["faults"] += 1
            self.wrong.append(f"{shot.name}: {verdicts} for {shot.raw[-600:]!r}")
        if shot.honest and said != ["accepted"]:
            self.words["honest_refused"] += 1
            self.wrong.append(f"{shot.name}: {verdicts}")
        if shot.forged and "accepted" in said:
            self.words["mistold"] += 1
            self.wrong.append(f"{shot.name}: {verdicts} for {shot.raw[-600:]!r}")


class Shooter(threading.Thread):
    """One connection after another, each as long as the server will have it."""

    def __init__(self, enemy: Enemy, port: int, count: int, tally: Tally) -> None:
        super().__init__()
        self.enemy, self.port, self.count, self.tally = enemy, port, count, tally
        self.wire: socket.socket | None = None

    def run(self) -> None:
        names = [*ATTACKS, *DOORS]
        for number in range(self.count):
            name = names[(number - number // 10) % len(names)] if number % 10 else "honest"
            shot = (ATTACKS | DOORS)[name](self.enemy)
            shot.name = name
            self.tally.take(shot, *self.shoot(shot))
        self.hang_up()

    def shoot(self, shot: Shot) -> tuple[int, bytes]:
        """Status and body; status 0 when the server closed without a word. A kept connection may have been closed meanwhile."""
        fresh = self.wire is None or not shot.keeps
        for last in (fresh, True):
            status, body = self._once(shot)
            if status or last:
                return status, body
        return 0, b""

    def _once(self, shot: Shot) -> tuple[int, bytes]:
        if self.wire is None or not shot.keeps:
            self.hang_up()
            self.wire = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        with suppress(OSError):
            self.wire.sendall(shot.raw)
            if shot.cut and not select.select([self.wire], [], [], HALF_A_SECOND)[0]:
                self.wire.shutdown(socket.SHUT_WR)
        try:
            with http.client.HTTPResponse(self.wire, method=shot.method) as answer:
                answer.begin()
                body = answer.read()
                if answer.will_close or not shot.keeps:
                    self.hang_up()
                return answer.status, body
        except (http.client.HTTPException, OSError):
            self.hang_up()
            return 0, b""

    def hang_up(self) -> None:
        if self.wire is not None:
            self.wire.close()
            self.wire = None


def run(
    folder: Path, database: str, count: int, seed: str, cluster: provide.Cluster | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:  # fmt: skip
    with land(folder, database, cluster) as there:
        enemies = [Enemy(there, random.Random(f"{seed} {number}")) for number in range(THREADS)]
        there.start()
        there.wait_ready(enemies[0].book.token)
        workers, tally = there.workers(), Tally()
        shooters = [Shooter(enemy, there.port, count // THREADS, tally) for enemy in enemies]
        for shooter in shooters:
            shooter.start()
        for shooter in shooters:
            shooter.join()
        found = _judge(there, enemies, tally, workers)
        for line in [*tally.wrong[:20], *there.alarms()[:20]]:
            tell(line)
        tell("closed without a word: " + " ".join(f"{name}={number}" for name, number in sorted(tally.closed.items())))
        sent = sum(tally.statuses.values())
        return {"database": database, "requests": sent, "unsent": THREADS * (count // THREADS) - sent, "kinds": len(tally.kinds), **found}


def _judge(there: Land, enemies: list[Enemy], tally: Tally, workers: list[int]) -> dict[str, Any]:
    words, still_bad = tally.words, 0
    for enemy in enemies:
        op_id, jws = enemy.valid()
        with closing(Line(there.port, enemy.book.token)) as line:
            status, raw = line.exchange([jws], limit=500)
        still_bad += status != 200 or json.loads(raw)["verdicts"][op_id]["as"] != "accepted"
    rows = there.rows("SELECT id FROM ops WHERE verdict = 'accepted' AND device_id NOT IN (SELECT id FROM devices WHERE status = 'server')")
    known = {op_id for enemy in enemies for op_id in enemy.genuine}
    honest = {op_id for enemy in enemies for op_id in enemy.honest}
    stored = {row[0] for row in rows}
    checked = there.verify()
    statuses = {f"status_{name}": number for name, number in sorted(tally.statuses.items())}
    return {
        **statuses, "honest": len(honest), "accepted": len(stored), "faults": words["faults"], "silent": words["silent"],
        "alarms": len(there.alarms()), "unexpected": len(stored - known), "honest_refused": words["honest_refused"] + len(honest - stored),
        "mistold": words["mistold"], "workers_lost": len(set(workers) - set(there.workers())), "verified": checked.ops,
        "differs": len(checked.differences), "still_bad": still_bad,
    }  # fmt: skip


def passed(found: dict[str, Any]) -> bool:
    return found["honest"] > 0 and not any(found[word] for word in ZERO)
