"""Everything that can happen, by chance: Hypothesis writes, loses, delays, crashes, revokes and restores; the laws are asked after
every step. JIANGJI_SOAK=N makes N times as many stories."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from server.services.books import changes, intake
from server.store.books import ops
from server.store.db import db
from server.store.telling import news
from world import World
from worlds.authors import MISCHIEF, SKEWS
from worlds.cast import MEMBERS, PHONES
from worlds.phone import Phone
from worlds.server import Server, Twins
from worlds.wire import FAULTS

MORE = int(os.environ.get("JIANGJI_SOAK", "1"))
TMPFS = Path("/dev/shm")
phones = st.sampled_from(sorted(PHONES))
faults = st.sampled_from(("ok",) * 6 + FAULTS)
pages = st.sampled_from((1, 2, 7, 500))
picks = st.integers(0, 2**40)
members = st.sampled_from(sorted(MEMBERS))


class Stories(RuleBasedStateMachine):
    """Rules are what happens; `server` and `phone_class` are set by the test that runs it."""

    server: ClassVar[Server | Twins]
    phone_class: ClassVar[type[Phone]] = Phone
    steps: ClassVar[int] = 0

    @initialize(pick=picks, rounds=st.integers(0, 2))
    def begin(self, pick: int, rounds: int) -> None:
        """Some stories begin on the first day, some in the middle of the work."""
        self.world = World(self.server, self.phone_class)
        for number in range(rounds):
            self.world.back_up()
            for name in PHONES:
                self.world.write(name, "right", pick + number)
                self.world.write(name, "right", pick - number)
                self.world.sync(name)
        self.world.back_up()

    @rule(name=phones, mischief=st.sampled_from(MISCHIEF), pick=picks)
    def author(self, name: str, mischief: str, pick: int) -> None:
        self.world.write(name, mischief, pick)

    @rule(name=phones, pick=picks, several=st.integers(2, 6))
    def author_several(self, name: str, pick: int, several: int) -> None:
        for number in range(several):
            self.world.write(name, "right", pick + number)

    @rule(name=phones, fault=faults, limit=pages, tab=st.integers(0, 1))
    def push(self, name: str, fault: str, limit: int, tab: int) -> None:
        self.world.exchange(name, fault, limit, tab=tab)

    @rule(name=phones, fault=faults, limit=pages, tab=st.integers(0, 1))
    def pull(self, name: str, fault: str, limit: int, tab: int) -> None:
        self.world.exchange(name, fault, limit, push=False, tab=tab)

    @rule(name=phones, limit=pages)
    def sync(self, name: str, limit: int) -> None:
        self.world.sync(name, limit)

    @rule(giver=phones, taker=phones, most=st.integers(1, 8))
    def carry(self, giver: str, taker: str, most: int) -> None:
        self.world.carry(giver, taker, most)

    @rule(pick=picks, several=st.integers(1, 4))
    def decide(self, pick: int, several: int) -> None:
        for number in range(several):
            self.world.decide(pick + number)

    @rule(member=members, how=st.sampled_from(["revoke", "grant"]))
    def change_members(self, member: tuple[str, str], how: str) -> None:
        if how == "revoke":
            self.world.leave(*member)
        else:
            self.world.join(*member, MEMBERS[member])

    @rule(name=phones, what=st.sampled_from(["second_tab", "late_answers", "evict", "retired", "lost"]))
    def change_phones(self, name: str, what: str) -> None:
        if what in ("retired", "lost"):
            self.world.end_device(name, what)
        elif what == "late_answers":
            for tab in self.world.tabs[name]:
                self.world.survives(name, lambda tab=tab: tab.deliver_late(self.world.server.now))
        else:
            getattr(self.world, what)(name)

    @rule(what=st.sampled_from(["restart", "back_up", "restore"]), number=st.integers(0, 5))
    def change_server(self, what: str, number: int) -> None:
        if what == "restart":
            self.world.server.restart()
        elif what == "back_up":
            self.world.back_up()
        else:
            self.world.restore(number)

    @rule(name=phones, fuse=st.integers(0, 20), fault=faults, pick=picks)
    def crash_client(self, name: str, fuse: int, fault: str, pick: int) -> None:
        self.world.phones[name].storage.fuse = fuse
        self.world.write(name, "right", pick)
        self.world.exchange(name, fault)
        self.world.phones[name].storage.fuse = None

    @rule()
    def late_requests(self) -> None:
        self.world.wire.deliver()
        self.world.note_answers()

    @rule(name=phones, skew=st.sampled_from(SKEWS))
    def set_clock(self, name: str, skew: int) -> None:
        self.world.phones[name].skew = skew

    @rule(days=st.sampled_from([1, 31, 90, 500]))
    def pass_time(self, days: int) -> None:
        self.world.pass_time(days)

    @invariant()
    def laws_hold(self) -> None:
        type(self).steps += 1
        if hasattr(self, "world"):
            self.world.check()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.settle()


def run(
    server: Server | Twins, examples: int, steps: int = 30, phone_class: type[Phone] = Phone, fail_fast: bool = False
) -> int:
    """How many steps held. `fail_fast`: the first failing story is enough, it need not be made short."""
    phases = [Phase.generate] if fail_fast else [Phase.generate, Phase.shrink]
    machine = type("Stories", (Stories,), {"server": server, "phone_class": phone_class, "steps": 0})
    chosen = settings(
        max_examples=examples * MORE, stateful_step_count=steps, deadline=None, derandomize=MORE == 1, database=None,
        suppress_health_check=list(HealthCheck), print_blob=True, phases=phases, report_multiple_bugs=False,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)
    return int(machine.steps)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """In memory where the machine has such a place: nobody pulls the plug here."""
    with TemporaryDirectory(prefix="jiangji-world-", dir=TMPFS if TMPFS.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture
def count_steps(record_testsuite_property, request) -> Callable[[int], None]:
    """The number goes into the report and onto the screen."""

    def told(steps: int) -> None:
        record_testsuite_property(f"steps of {request.node.name}", steps)
        reporter = request.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"{steps} steps", flush=True)

    return told


@pytest.fixture
def make_server(folder: Path, tmp_path: Path) -> Callable[..., Server]:
    return lambda url=None, doors=False: Server(folder / f"{tmp_path.name}-{bool(url)}-{doors}", url, doors)


def test_whatever_happens_nothing_is_lost_and_all_end_equal(make_server, count_steps):
    count_steps(run(make_server(), 70))


def test_the_same_through_the_doors_of_the_whole_application(make_server, count_steps, caplog):
    caplog.set_level(logging.ERROR, "jiangji")
    count_steps(run(make_server(doors=True), 14))


def test_both_databases_answer_the_same(make_server, fresh_postgres_database, count_steps):
    """S15: every answer on the way is compared, and PostgreSQL ends with the same books."""
    twins = Twins(make_server(), make_server(fresh_postgres_database()))
    count_steps(run(twins, 10, 25))
    with twins.both[1].inside():
        db.engine.dispose()


# --- the harness itself: each planted fault must be caught -----------------------------------------------------------


class ClearsTooEarly(Phone):
    """Lets go of what was accepted before its documents are stored."""

    def _let_go(self, now: int) -> None:
        for row in list(self.storage.rows["outbox"].values()):
            if row.state == "accepted":
                self.storage.put("kept", row.id, replace(row, kept_at=now))
                self.storage.delete("outbox", row.id)


class StoresInTwoSteps(Phone):
    """Takes what was accepted out of the outbox in a transaction of its own, and keeps it in the next."""

    def store(self, have: dict[str, tuple[int, str]], answer: dict[str, Any], now: int) -> None:
        taken = [op_id for op_id, verdict in answer["verdicts"].items() if verdict["as"] == "accepted"]
        rows = self.storage.rows["outbox"]
        kept = [replace(rows[op_id], state="accepted", seq=1, kept_at=now) for op_id in taken if op_id in rows]
        with self.storage.transaction():
            for row in kept:
                self.storage.delete("outbox", row.id)
        with self.storage.transaction():
            for row in kept:
                self.storage.put("kept", row.id, row)
        super().store(have, answer, now)


class ForgetsWithAReset(Phone):
    """Believes that what was accepted once stays accepted."""

    def _queue_kept(self, book: str | None) -> None:
        """Nothing is sent again."""


class TakesAnyWordForYes(Phone):
    """Thinks that whatever has a verdict has arrived."""

    def _store_verdicts(self, verdicts: dict[str, Any], now: int) -> None:
        super()._store_verdicts({op_id: {**said, "as": "accepted", "seq": 0} for op_id, said in verdicts.items()}, now)


@pytest.mark.parametrize("phone_class", [ClearsTooEarly, StoresInTwoSteps, ForgetsWithAReset, TakesAnyWordForYes])
def test_it_catches_a_phone_that(phone_class, make_server):
    with pytest.raises(AssertionError, match=r"\b[SK]\d"):
        run(make_server(), 1000, phone_class=phone_class, fail_fast=True)


def skip_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cursor is the book's head although the page ended before it."""
    whole = changes._page

    def page(conn, head, *given):
        return whole(conn, head, *given)._replace(seq=head.seq, chain=head.chain, more=False)

    monkeypatch.setattr(changes, "_page", page)


def die_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """One refusal in a batch and nothing of it is taken, though verdicts are told."""
    whole = intake._write

    def write(conn, rows, open_books, now):
        if all(row.verdict == "accepted" for row in rows):
            whole(conn, rows, open_books, now)

    monkeypatch.setattr(intake, "_write", write)


def say_before_doing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verdicts in a transaction of their own; the server may die between them and their effect."""
    calls = count(1)
    whole = intake._write

    def write(conn, rows, open_books, now):
        if next(calls) % 5:
            whole(conn, rows, open_books, now)
        else:
            ops.upsert_ops(conn, rows)

    monkeypatch.setattr(intake, "_write", write)


def show_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever once was a member sees the book for ever."""
    monkeypatch.setattr(changes, "day_of", lambda now: "2026-01-02")


def tell_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told stays to be told: the notice and the end of the news are not one transaction."""
    monkeypatch.setattr(news, "delete_news", lambda conn, rows: None)


@pytest.mark.parametrize("fault", [skip_ahead, die_together, say_before_doing, show_everything, tell_beside])
def test_it_catches_a_server_that(fault, make_server, monkeypatch):
    server = make_server()
    fault(monkeypatch)
    with pytest.raises(AssertionError, match=r"\b[SK]\d"):
        run(server, 300, fail_fast=True)
