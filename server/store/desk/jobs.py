"""Jobs: what is asked for at a desk and takes longer than a request. Whoever wants one done puts it down with `insert_job`, in the
transaction that writes what it is about; the worker does it."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.config import Config
from server.store.desk.scope import Scope
from server.store.host.writer import Writer
from server.store.people.passwords import Hasher
from server.store.people.people import lock_people
from server.store.people.vault import Vault

COLUMNS = (
    "id", "kind", "asked_by", "role", "org_id", "asked_at", "asked", "state", "done", "total", "unit", "word", "result",
    "turn", "ended_at",
)  # fmt: skip
CHOSEN = f"SELECT {', '.join(COLUMNS)} FROM jobs"
# of one person's, at whatever desks
MOST_LIVING = 20


class Job(NamedTuple):
    """One job. `asked` is what it was asked with, `result` what came of it, `unit` what `done` of `total` are counted in."""

    id: str
    kind: str
    asked_by: str
    role: str
    org_id: str
    asked_at: int
    asked: dict[str, Any]
    state: str
    done: int
    total: int
    unit: str
    word: str | None
    result: dict[str, Any] | None
    turn: int
    ended_at: int | None

    @property
    def scope(self) -> Scope:
        """Where its asker sat."""
        return Scope(self.asked_by, self.role, self.org_id)


class Tools(NamedTuple):
    """What a job is done with."""

    config: Config
    writer: Writer
    hasher: Hasher
    vault: Vault
    now: int


class TooMany(Exception):
    """Who asks has as many jobs waiting or running as anybody may have."""


class Unable(Exception):
    """Raised by who does a job, with the word that is told to its asker: trying again would end the same way."""


def insert_job(
    conn: Connection, job_id: str, kind: str, scope: Scope, asked: dict[str, Any], unit: str, now: int, most: int = MOST_LIVING
) -> None:
    """TooMany when its asker has enough of them, or `most` of this kind: two of his requests at once are counted one after the other."""
    lock_people(conn, {scope.person_id})
    if has_enough(conn, scope.person_id, kind, most):
        raise TooMany
    conn.execute(
        sa.text(
            "INSERT INTO jobs (id, kind, asked_by, role, org_id, asked_at, asked, state, unit)"
            " VALUES (:id, :kind, :asked_by, :role, :org, :now, :asked, 'waiting', :unit)"
        ),
        {
            "id": job_id, "kind": kind, "asked_by": scope.person_id, "role": scope.role, "org": scope.org_id, "now": now,
            "asked": _text(asked), "unit": unit,
        },
    )  # fmt: skip


def has_enough(conn: Connection, person_id: str, kind: str, most: int) -> bool:
    counted = "count(*), count(CASE WHEN kind = :kind THEN 1 END)"
    statement = f"SELECT {counted} FROM jobs WHERE asked_by = :person AND ended_at IS NULL"
    every, same = conn.execute(sa.text(statement), {"person": person_id, "kind": kind}).one()
    return int(every) >= MOST_LIVING or int(same) >= most


def select_job(conn: Connection, scope: Scope, job_id: str) -> Job | None:
    """One's own, at the desk where it was asked for."""
    statement = f"{CHOSEN} WHERE id = :id AND asked_by = :person AND org_id = :org AND role = :role"
    found = conn.execute(sa.text(statement), {"id": job_id, **_mine(scope)}).first()
    return _job(found) if found else None


def select_jobs(conn: Connection, scope: Scope, kind: str | None, limit: int) -> list[Job]:
    """One's own, the newest first."""
    narrow = " AND kind = :kind" if kind else ""
    statement = f"{CHOSEN} WHERE asked_by = :person AND org_id = :org AND role = :role{narrow} ORDER BY asked_at DESC, id LIMIT :limit"
    return [_job(row) for row in conn.execute(sa.text(statement), {"kind": kind, "limit": limit, **_mine(scope)})]


def handed_in(home: Path, job_id: str) -> Path:
    """Where a file that was handed in waits for its job."""
    return home / "claims" / f"{job_id}.xlsx"


def select_living(conn: Connection, kind: str) -> set[str]:
    """The jobs of a kind that have not ended."""
    return set(conn.execute(sa.text("SELECT id FROM jobs WHERE kind = :kind AND ended_at IS NULL"), {"kind": kind}).scalars())


def _mine(scope: Scope) -> dict[str, str]:
    return {"person": scope.person_id, "org": scope.org_id, "role": scope.role}


# --- for who does them ---------------------------------------------------------------------------------------------


def select_next_job(conn: Connection, silent_since: int) -> Job | None:
    """Of those that nobody does, or whose doer has not been heard of since: of the asker for whom nothing has been done for longest,
    the oldest. So who asks for one waits for no more than one of each other's."""
    served = "SELECT max(o.beat_at) FROM jobs o WHERE o.asked_by = jobs.asked_by"
    statement = f"{CHOSEN} WHERE ended_at IS NULL AND (state = 'waiting' OR beat_at < :since) ORDER BY ({served}), asked_at, id LIMIT 1"
    found = conn.execute(sa.text(statement), {"since": silent_since}).first()
    return _job(found) if found else None


def take_job(conn: Connection, job: Job, now: int) -> bool:
    """False when another has been quicker."""
    done = conn.execute(
        sa.text(
            "UPDATE jobs SET state = 'running', turn = turn + 1, beat_at = :now, done = 0, total = 0"
            " WHERE id = :id AND turn = :turn AND ended_at IS NULL"
        ),
        {"id": job.id, "turn": job.turn, "now": now},
    )
    return done.rowcount == 1


def update_progress(conn: Connection, job: Job, done: int, total: int, now: int) -> bool:
    """False once it is no longer ours: stopped by its asker, or taken up by another who had not heard of us."""
    moved = conn.execute(
        sa.text("UPDATE jobs SET done = :done, total = :total, beat_at = :now WHERE id = :id AND turn = :turn AND ended_at IS NULL"),
        {"id": job.id, "turn": job.turn, "done": done, "total": total, "now": now},
    )
    return moved.rowcount == 1


def update_done(conn: Connection, job: Job, result: dict[str, Any], now: int) -> bool:
    ended = conn.execute(
        sa.text(
            "UPDATE jobs SET state = 'done', done = total, result = :result, ended_at = :now"
            " WHERE id = :id AND turn = :turn AND ended_at IS NULL"
        ),
        {"id": job.id, "turn": job.turn, "result": _text(result), "now": now},
    )
    return ended.rowcount == 1


def update_failed(conn: Connection, job: Job, word: str, now: int) -> bool:
    """By who does it, or by its asker, who stops it."""
    ended = conn.execute(
        sa.text("UPDATE jobs SET state = 'failed', word = :word, ended_at = :now WHERE id = :id AND turn = :turn AND ended_at IS NULL"),
        {"id": job.id, "turn": job.turn, "word": word, "now": now},
    )
    return ended.rowcount == 1


def _job(row: sa.Row[Any]) -> Job:
    job = Job(*row)
    return job._replace(asked=json.loads(row.asked), result=json.loads(row.result) if row.result else None)


def _text(given: dict[str, Any]) -> str:
    return json.dumps(given, ensure_ascii=False, separators=(",", ":"))
