"""The queue is the same whatever it lies in, SQLite or Redis, and harms nobody when it is away."""

from __future__ import annotations

import datetime
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from huey import Huey

from hands import LATER, Hand, said
from provide import find_free_port
from server.commands.working import join_tasks
from server.config import ConfigError
from server.store.telling.queue import MOST_WAITING, make_queue, reach
from serving import Site

IN_TIME = 5


@pytest.fixture(params=["sqlite", "redis"])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Huey]:
    """An empty one of each kind."""
    url = f"sqlite:///{tmp_path / 'q.db'}" if request.param == "sqlite" else request.getfixturevalue("redis_url")
    queue = make_queue(url)
    queue.flush()
    queue.url = url
    yield queue
    queue.storage.close() if request.param == "sqlite" else queue.storage.pool.disconnect()


@pytest.fixture
def told(make_site, queue: Huey) -> Site:
    """A book with three entries in it; its server rings this queue."""
    site = make_site(queue_url=queue.url)
    site.open_book()
    site.log_hours(3)
    queue.flush()
    site.pass_time(60_000)
    return site


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Somebody who takes calls and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_the_worker_is_rung_for_waits_and_tells(told, queue):
    """The server's message is one its worker knows; what still settles is looked at again; a second ring so soon is none."""
    join_tasks(queue, told.app, told.clock, None)
    told.pass_time(60_000)
    mentor = Hand(told, "mentor")
    mentor.sign(1)
    mentor.sign(2)
    assert len(queue) == 1
    told.pass_time(5_000)
    soon = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(minutes=1)
    queue.execute(queue.dequeue(), soon)
    assert said(told, "apprentice") == []
    again = queue.dequeue()
    assert again is not None and len(queue) == 0
    told.pass_time(60_000)
    queue.execute(again, soon)
    assert said(told, "apprentice") == [("entry_signed", 2)] and len(queue) == 0


def test_what_the_queue_lost_is_told_by_the_minute(told, queue):
    join_tasks(queue, told.app, told.clock, None)
    Hand(told, "mentor").sign(1)
    queue.flush()
    told.pass_time(LATER)
    [minutely] = [task for task in queue.read_periodic(datetime.datetime(2026, 9, 1, 12, 7)) if task.name == "tell_the_rest"]
    queue.execute(minutely)
    assert said(told, "apprentice") == [("entry_signed", 1)]


def test_a_queue_that_is_away_harms_no_exchange(make_site, caplog):
    site = make_site(queue_url="sqlite:////proc/nowhere/queue.db")
    site.open_book()
    site.log_hours(1)
    assert any("queue could not be reached" in record.message for record in caplog.records)


def test_a_queue_nobody_works_off_does_not_grow_for_ever(told, queue):
    mentor = Hand(told, "mentor")
    for _ in range(MOST_WAITING + 10):
        told.pass_time(60_000)
        mentor.read(1)
    assert len(queue) == MOST_WAITING


# --- what a Redis can do to us ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["redis://127.0.0.1:port/0", "redis://127.0.0.1:99999999/0"])
def test_what_is_no_address_is_told_in_a_sentence(url):
    with pytest.raises(ConfigError, match="JIANGJI_QUEUE is not the address of a Redis"):
        make_queue(url)


def test_a_word_redis_does_not_know_is_told_in_a_sentence(redis_url):
    with pytest.raises(ConfigError, match="JIANGJI_QUEUE names a Redis that cannot be used: .*'speed'"):
        reach(make_queue(redis_url + "?speed=9"))


def test_a_password_redis_does_not_take_is_told_and_not_shown(redis_url):
    with pytest.raises(ConfigError, match="JIANGJI_QUEUE names a Redis that cannot be used: ") as raised:
        reach(make_queue(redis_url.replace("//", "//somebody:geheim@")))
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("words", ["redis", "unix"])
def test_a_redis_that_is_not_there_is_told_in_time(words, tmp_path):
    url = f"redis://127.0.0.1:{find_free_port()}/0" if words == "redis" else f"unix://{tmp_path}/redis.sock"
    began = time.monotonic()
    with pytest.raises(ConfigError, match="JIANGJI_QUEUE names a Redis that cannot be used: .*connecting to"):
        reach(make_queue(url))
    assert time.monotonic() - began < IN_TIME


def test_a_redis_that_says_nothing_is_told_in_time(silent_port):
    began = time.monotonic()
    with pytest.raises(ConfigError, match="JIANGJI_QUEUE names a Redis that cannot be used: "):
        reach(make_queue(f"redis://127.0.0.1:{silent_port}/0"))
    assert time.monotonic() - began < IN_TIME


def missed(caplog: pytest.LogCaptureFixture) -> int:
    return sum("could not be reached" in record.message for record in caplog.records)


def test_a_redis_that_says_nothing_holds_one_exchange_a_minute(make_site, silent_port, caplog):
    site = make_site(queue_url=f"redis://127.0.0.1:{silent_port}/0")
    began = time.monotonic()
    site.open_book()
    site.log_hours(1)
    mentor = Hand(site, "mentor")
    for _ in range(3):
        site.pass_time(10_000)
        mentor.read(1)
    assert missed(caplog) == 1
    assert time.monotonic() - began < IN_TIME
    site.pass_time(60_000)
    mentor.read(1)
    assert missed(caplog) == 2
