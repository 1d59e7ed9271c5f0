"""How the house stands: what whoever looks after the system needs to know, in numbers and moments, with nobody's name in them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from server.config import VERSION, Config
from server.store.db import reading, writing
from server.store.host import standing
from server.store.host.standing import Keeping
from server.store.ledgers import exports
from server.store.migrations import newest_revision, revision_of

DAY = 86_400_000
# it says that it is there every minute
SILENT = 3 * 60_000
FAILED_DAYS = 7


def beat(now: int) -> None:
    """The worker is there."""
    with writing() as conn:
        standing.update_beat(conn, now)


@contextmanager
def written_down(what: str, chance: Callable[[int], bytes], clock: Callable[[], int]) -> Iterator[dict[str, int]]:
    """A copy or a check inside, and what it counts: what came of it is written down, also when it broke off."""
    began, counts, outcome = clock(), dict[str, int](), "failed"
    try:
        yield counts
        outcome = "differs" if counts.get("differences") else "good"
    finally:
        row = Keeping(str(UUID(bytes=chance(16), version=4)), what, began, clock(), outcome, counts)
        with writing() as conn:
            standing.insert_keeping(conn, row)


def show(config: Config, now: int) -> dict[str, Any]:
    """Read beside the wall: a keeper of the system sees no book, but how many there are."""
    with reading(beside_wall=True) as conn:
        counts = standing.count_all(conn, now - FAILED_DAYS * DAY)
        moments = standing.select_moments(conn)
        kept = {what: {"last": _told(standing.select_last_keeping(conn, what)), "good": _told(standing.select_last_keeping(conn, what, "good"))}
                for what in standing.KEPT}  # fmt: skip
        database = {**standing.describe_database(conn), "revision": revision_of(conn), "newest": newest_revision()}
        kinds = standing.count_orgs(conn)
    jobs, registry = counts["jobs"], counts["registry"]
    return {
        "version": VERSION, "database": database, "books": counts["books"], "disk": _disk(config, counts["photos"]["photos"]),
        "worker": {
            "heard_at": moments["worker_at"] or None, "alive": 0 <= now - moments["worker_at"] < SILENT, **counts["backlog"],
            "jobs_waiting": jobs["open"] - jobs["running"], "jobs_running": jobs["running"], "jobs_failed": jobs["failed"],
            "failed_days": FAILED_DAYS,
        },
        "backup": kept["backup"], "verify": kept["verify"], "restored_at": moments["restored_at"] or None,
        "settings": {"second_factor": config.second_factor, "push_contact": config.has_push_contact, "push_services": len(config.push_origins)},
        "push": counts["push"], "registry": {**registry, "orgs": [{"kind": kind, "n": n} for kind, n in kinds.items()]},
    }  # fmt: skip


def _told(row: Keeping | None) -> dict[str, Any] | None:
    return {"at": row.ended_at, "took_ms": row.ended_at - row.began_at, "outcome": row.outcome, "counts": row.counts} if row else None


def _disk(config: Config, photos: int) -> dict[str, int]:
    """A photo is two files, the shown one and the original."""
    _, photo_bytes = standing.measure_folder(config.blobs)
    files, export_bytes = standing.measure_folder(config.home / exports.FOLDER)
    there = shutil.disk_usage(config.home)
    return {
        "photos": photos, "photo_bytes": photo_bytes, "exports": files, "export_bytes": export_bytes,
        "free_bytes": there.free, "total_bytes": there.total,
    }  # fmt: skip
