"""What is done beside the requests: held operations that have waited too long, sessions and codes that are over, a nightly check."""

from collections.abc import Callable

import click
from flask import Flask
from huey import Huey, crontab

from server import clock, create_app
from server.commands.opened import configured, opened
from server.log import note
from server.services import upkeep
from server.store.queue import make_queue


def join_tasks(queue: Huey, app: Flask, clock: Callable[[], int], verify_at: int | None) -> Callable[[], object]:
    """Every task may run twice, and beside a second worker. Returns the one to begin with."""

    @queue.periodic_task(crontab(minute="17"), name="keep_house")
    def keep_house() -> None:
        with app.app_context():
            expired = upkeep.expire_held(clock())
            sessions, codes = upkeep.clear_away(clock())
        note("kept house", held_too_long=expired, sessions=sessions, codes=codes)

    @queue.periodic_task(crontab(hour=str(verify_at or 0), minute="42"), name="verify")
    def verify() -> None:
        if verify_at is None:
            return
        with app.app_context():
            checked = upkeep.verify(lambda done, total: None)
        note("verified", books=checked.books, ops=checked.ops, differences=len(checked.differences))
        for difference in checked.differences[:100]:
            note("differs", word=difference.word, book=difference.book, about=difference.about)

    return keep_house


@click.command()
@click.option("--verify-at", type=click.IntRange(0, 23), help="check everything each night at this hour (UTC)")
def worker(verify_at: int | None) -> None:
    """Do what has to be done beside the requests; run one beside the server."""
    config = configured()
    with opened(config):
        queue = make_queue(config.queue_url)
    begin = join_tasks(queue, create_app(config), clock, verify_at)
    begin()
    click.echo("Keeping house: every hour, and now.", err=True)
    queue.create_consumer(workers=1, worker_type="thread", max_delay=5, check_worker_health=True).run()
