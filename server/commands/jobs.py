"""Jobs of the desk, done in a thread of the worker, or of the demo's own process. Every kind of job has its line in WORKS."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial

from flask import Flask

from server.house import House
from server.services.desk import crediting, jobs
from server.services.desk.jobs import Work
from server.services.ledgers import claims, making
from server.services.setup import imports
from server.store.desk.jobs import Tools

log = logging.getLogger("jiangji.jobs")

LOOK_SECONDS = 1
REST_SECONDS = 20
WORKS: dict[str, Work] = {
    crediting.KIND: crediting.do_credit,
    "import": imports.write,
    "export": making.make_export,
    "check_claim": partial(claims.check_claim, making.Telling),
}


def do_waiting(app: Flask, clock: Callable[[], int], works: Mapping[str, Work] = WORKS) -> int:
    """Every job there is, one after the other. How many there were."""
    done = 0
    with app.app_context():
        here: House = app.extensions["jiangji"]
        while jobs.do_next(lambda: Tools(here.config, here.writer, here.hasher, here.vault, clock()), works, clock):
            done += 1
    return done


def do_jobs_in_here(app: Flask, clock: Callable[[], int]) -> None:
    """The database is looked at every second: a job may have been put down by any process, on any host."""

    def go_on() -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            try:
                do_waiting(app, clock)
            except Exception:
                log.exception("looking for jobs failed and is tried again")
                time.sleep(REST_SECONDS)

    threading.Thread(target=go_on, daemon=True).start()
