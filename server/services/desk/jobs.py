"""What takes longer than a request is put down as a job and done beside the requests, one at a time. A job may be begun again after
a crash, so whoever does one writes what comes of it under the job's own id."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.store.db import db, reading, writing
from server.store.desk import jobs
from server.store.desk.jobs import Job, Tools, Unable
from server.store.desk.scope import Scope, select_scopes

log = logging.getLogger("jiangji.jobs")

BEAT_SECONDS = 0.5
SILENT = 60_000
MOST_TURNS = 3
MOST_LISTED = 20
Progress = Callable[[int, int], None]
Work = Callable[[Tools, Job, Progress], dict[str, Any]]


class Superseded(Exception):
    """The job has been stopped, or somebody else does it by now."""


def find_job(scope: Scope, job_id: str) -> Job | None:
    with reading() as conn:
        return jobs.select_job(conn, scope, job_id)


def list_jobs(scope: Scope, kind: str | None) -> list[Job]:
    with reading() as conn:
        return jobs.select_jobs(conn, scope, kind, MOST_LISTED)


def stop_job(scope: Scope, home: Path, job_id: str, now: int) -> Job | None:
    """Whoever asked for it does not want it any more; what has ended stays as it is, what he handed in for it is thrown away."""
    with writing() as conn:
        job = jobs.select_job(conn, scope, job_id)
        if job is not None:
            jobs.update_failed(conn, job, "stopped", now)
            jobs.handed_in(home, job.id).unlink(missing_ok=True)
        return jobs.select_job(conn, scope, job_id)


def do_next(tools: Callable[[], Tools], works: Mapping[str, Work], clock: Callable[[], int]) -> bool:
    """Do the job that has waited longest; False when there is none."""
    now = clock()
    with reading() as conn:
        job = jobs.select_next_job(conn, now - SILENT)
    if job is None:
        return False
    with writing() as conn:
        if not jobs.take_job(conn, job, now):
            return True
    job = job._replace(turn=job.turn + 1)
    word, result = _do(tools(), job, works, clock)
    with writing() as conn:
        if word:
            jobs.update_failed(conn, job, word, clock())
        elif result is not None:
            jobs.update_done(conn, job, result, clock())
    return True


def _do(tools: Tools, job: Job, works: Mapping[str, Work], clock: Callable[[], int]) -> tuple[str, dict[str, Any] | None]:
    """The word of what stood in its way, or what came of it; neither when it is no longer ours."""
    if job.turn > MOST_TURNS or job.kind not in works:
        return "server_fault", None
    with reading() as conn:
        if job.scope not in select_scopes(conn, job.asked_by):
            return "forbidden", None
    try:
        with _heard(job, clock) as progress:
            return "", works[job.kind](tools, job, progress)
    except Superseded:
        return "", None
    except Unable as why:
        return str(why), None
    except Exception:
        log.exception("a job failed: %s", job.kind)
        return "server_fault", None


@contextmanager
def _heard(job: Job, clock: Callable[[], int]) -> Iterator[Progress]:
    """How far it is, written by a thread of its own: whoever does the job may hold a transaction meanwhile."""
    at, gone, over, engine = [0, 0], threading.Event(), threading.Event(), db.engine

    def progress(done: int, total: int) -> None:
        at[:] = done, total
        if gone.is_set():
            raise Superseded

    def beat() -> None:
        written, wrote_at = (0, 0), clock()
        while not over.wait(BEAT_SECONDS):
            now = clock()
            if (at[0], at[1]) == written and now - wrote_at < SILENT // 6:
                continue
            written, wrote_at = (at[0], at[1]), now
            try:
                with writing(engine) as conn:
                    if not jobs.update_progress(conn, job, *written, now):
                        gone.set()
                        return
            except Exception:
                log.exception("how far a job is could not be written")

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    try:
        yield progress
    finally:
        over.set()
        heart.join()
