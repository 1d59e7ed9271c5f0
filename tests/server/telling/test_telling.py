"""What is to be told is told once, however often the work is cut off, lost or done by two."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from hands import LATER, Hand, kinds, said, tell, write_reset
from server.commands import working
from server.commands.working import tell_in_here
from server.services.telling import notices
from server.store.db import db, writing
from server.store.telling import news
from serving import person_id

# --- once ----------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(step: int) -> Iterator[list[str]]:
    """Every statement and every commit is a step; at the given one the process ends. Yields the steps that were begun."""
    begun: list[str] = []

    def before(*given: Any) -> None:
        begun.append(given[2] if len(given) > 1 else "COMMIT")
        if len(begun) == step:
            raise Killed

    sa.event.listen(db.engine, "before_cursor_execute", before)
    sa.event.listen(db.engine, "commit", before)
    try:
        yield begun
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", before)
        sa.event.remove(db.engine, "commit", before)


def test_ended_at_any_moment_everybody_is_told_exactly_once(told):
    Hand(told, "mentor").sign(1, 2)
    write_reset(told, person_id("mentor"))
    told.pass_time(LATER)
    here = told.app.extensions["jiangji"]
    for step in itertools.count(1):
        with told.app.app_context(), killed_at(step) as begun:
            try:
                notices.tell(here.key, here.chance, told.at)
            except Killed:
                assert len(begun) == step
        half = said(told, "apprentice"), said(told, "mentor"), len(kinds(told))
        assert half in (([], [], 3), ([("entry_signed", 2)], [("access_reset", 1)], 0)), (step, begun[-1])
        if len(begun) < step:
            break
    assert step >= 10 and half[2] == 0
    assert sorted(row[0] for row in told.rows("SELECT person_id FROM nudges")) == sorted(map(person_id, ("apprentice", "mentor")))


def test_two_workers_at_once_tell_once(told):
    Hand(told, "mentor").sign(1, 2, 3)
    told.pass_time(LATER)
    faults: list[BaseException] = []
    start = threading.Barrier(4)

    def work() -> None:
        try:
            start.wait()
            tell(told, 0)
        except BaseException as fault:
            faults.append(fault)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == [] and said(told, "apprentice") == [("entry_signed", 3)]


def test_news_that_come_again_are_the_notice_there_is(told):
    """Whatever brought the row back, its notice has the same id."""
    Hand(told, "mentor").sign(1)
    rows = told.rows(f"SELECT {', '.join(news.COLUMNS)} FROM news")
    tell(told)
    with told.app.app_context(), writing() as conn:
        news.upsert_news(conn, [tuple(row) for row in rows])
    assert tell(told) is False
    assert kinds(told) == [] and said(told, "apprentice") == [("entry_signed", 1)]


def test_what_cannot_be_written_for_one_keeps_nobody_else_from_hearing(told, caplog):
    Hand(told, "mentor").sign(1)
    with told.app.app_context(), writing() as conn:
        news.upsert_news(conn, [("c", person_id("authority"), "sung", None, None, person_id("mentor"), told.at)])
    tell(told)
    assert said(told, "apprentice") == [("entry_signed", 1)] and kinds(told) == ["sung"]
    assert any("could not be told" in record.message for record in caplog.records)


# --- no worker ------------------------------------------------------------------------------------------------------


def test_a_server_without_a_worker_tells_by_itself(make_site, monkeypatch):
    monkeypatch.setattr(working, "AGAIN", 0.01)
    site = make_site()
    bell = threading.Event()
    site.app.extensions["jiangji"] = replace(site.app.extensions["jiangji"], bell=bell.set)
    site.open_book()
    site.log_hours(2)
    Hand(site, "mentor").sign(1, 2)
    site.pass_time(LATER)
    tell_in_here(site.app, site.clock, bell)
    bell.set()
    deadline = time.monotonic() + 20
    while not said(site, "apprentice") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert said(site, "apprentice") == [("entry_signed", 2)]
