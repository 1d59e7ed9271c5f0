"""What is done beside the requests: notices to people whom something concerns, pushes to those who have something new, held
operations that have waited too long, sessions and codes that are over, flags, the days of skill chains, a nightly check, jobs of the desk."""

import logging
import threading
import time
from collections.abc import Callable

import click
from flask import Flask
from huey import Huey, crontab

from server import clock, create_app
from server.commands.care import check_all
from server.commands.jobs import do_jobs_in_here
from server.commands.opened import configured, opened
from server.house import House
from server.log import note
from server.nudge.post import Post
from server.nudge.seal import Seal
from server.services.books import flagging, latecomers
from server.services.keeping import numbers, standing, upkeep
from server.services.ledgers import claims
from server.services.setup import chains, imports
from server.services.telling import notices, nudging
from server.services.telling.nudging import Nudger
from server.store.telling.queue import join_telling, make_queue, reach

log = logging.getLogger("jiangji.working")

# seconds until what is still settling is looked at again, and between two looks nobody asked for
AGAIN, EVERY = 3, 60


def join_tasks(queue: Huey, app: Flask, clock: Callable[[], int], verify_at: int | None) -> Callable[[], object]:
    """Every task may run twice, and beside a second worker. Returns the ones to begin with, in one."""
    nudge_people = nudging_in(app, clock)

    @queue.periodic_task(crontab(), name="nudge")
    def nudge() -> None:
        nudge_people()

    @queue.periodic_task(crontab(minute="17"), name="keep_house")
    def keep_house() -> None:
        with app.app_context():
            expired = upkeep.expire_held(clock())
            sessions, codes = upkeep.clear_away(clock())
            here: House = app.extensions["jiangji"]
            claims.clear_away(here.config.home, clock())
            dropped = imports.clear_away(clock())
            _, shared = numbers.blind_anew(here.vault)
        note("kept house", held_too_long=expired, sessions=sessions, codes=codes, imports=dropped, shared_numbers=shared)

    @queue.periodic_task(crontab(hour=str(verify_at or 0), minute="42"), name="verify")
    def verify() -> None:
        if verify_at is None:
            return
        with app.app_context():
            here: House = app.extensions["jiangji"]
            checked, files, differences = check_all(here, lambda done, total: None)
        note("verified", books=checked.books, ops=checked.ops, files=files, differences=len(differences))
        for difference in differences[:100]:
            note("differs", word=difference.word, book=difference.book, about=difference.about)

    @queue.periodic_task(crontab(), name="beat")
    def beat() -> None:
        mind_the_day(app, clock)

    def follow_up() -> None:
        if tell_people(app, clock):
            ask(AGAIN)
        nudge_people()

    ask = join_telling(queue, follow_up)

    @queue.periodic_task(crontab(), name="tell_the_rest")
    def tell_the_rest() -> None:
        """Every minute: what a lost message would have asked for, and what nobody rang for."""
        follow_up()

    @queue.periodic_task(crontab(), name="look_for_flags")
    def look() -> None:
        look_for_flags(app, clock)

    @queue.periodic_task(crontab(hour="19", minute="11"), name="look_at_all_again")
    def look_again() -> None:
        """At night in Shanghai every book is looked at anew: an agreement or a roll that was called later changes no book."""
        with app.app_context():
            flagging.forget_looks()

    return lambda: (keep_house(), nudge(), beat())


def nudging_in(app: Flask, clock: Callable[[], int]) -> Callable[[], None]:
    """One turn of pushing, told in the log when there was anybody to push."""
    here: House = app.extensions["jiangji"]
    nudger = Nudger(Seal(here.push_key.private, here.config.push_contact), Post())

    def nudge_people() -> None:
        with app.app_context():
            counts = nudging.nudge_people(nudger, here.config, clock())
        if counts:
            note("nudged", told=counts["told"], gone=counts["gone"], later=counts["later"])

    return nudge_people


def tell_people(app: Flask, clock: Callable[[], int]) -> bool:
    """Whether something is still settling."""
    with app.app_context():
        here = app.extensions["jiangji"]
        latecomers.prove_latecomers(here.writer, clock())
        return notices.tell(here.key, here.chance, clock())


def look_for_flags(app: Flask, clock: Callable[[], int]) -> None:
    """The books that have changed, some at a time: what is left is looked at a minute later."""
    with app.app_context():
        looked = flagging.look_at_changed(clock())
    if looked:
        note("looked for flags", books=looked)


def mind_the_day(app: Flask, clock: Callable[[], int]) -> None:
    """The worker says that it is there; an organisation whose day has come goes into its chain or out of it."""
    with app.app_context():
        standing.beat(clock())
        moved = chains.settle(clock())
    if moved:
        note("chains settled", orgs=moved)


def tell_in_here(app: Flask, clock: Callable[[], int], bell: threading.Event) -> None:
    """The same without a worker, in a thread of the process that answers."""

    def go_on() -> None:
        while True:
            bell.wait(EVERY)
            bell.clear()
            try:
                mind_the_day(app, clock)
                if tell_people(app, clock):
                    time.sleep(AGAIN)
                    bell.set()
                look_for_flags(app, clock)
            except Exception:
                log.exception("telling people failed and is tried again")

    threading.Thread(target=go_on, daemon=True).start()


@click.command()
@click.option("--verify-at", type=click.IntRange(0, 23), help="check everything each night at this hour (UTC)")
def worker(verify_at: int | None) -> None:
    """Do what has to be done beside the requests; run one beside the server."""
    config = configured()
    with opened(config):
        queue = make_queue(config.queue_url)
        reach(queue)
    app = create_app(config)
    begin = join_tasks(queue, app, clock, verify_at)
    begin()
    do_jobs_in_here(app, clock)
    click.echo("Pushing every minute and keeping house every hour, from now on.", err=True)
    queue.create_consumer(workers=1, worker_type="thread", max_delay=5, check_worker_health=True).run()
