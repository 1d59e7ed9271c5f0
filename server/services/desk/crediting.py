"""Many entries credited at once, each with the minutes its day gives it. Only what is clean: nothing speaks against it, every minute
claimed was signed and counts. Whoever credits has then still not written or signed any of it: that the rules see to."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from server.services.books import intake
from server.store.db import reading, writing
from server.store.desk import jobs, queue
from server.store.desk.jobs import Job, Tools
from server.store.desk.scope import Scope
from server.store.host.writer import Writer
from sync.flags.table import VERSION
from sync.op import op_id

# what is done while the asker waits, and how many operations are one transaction
AT_ONCE = 200
BATCH = 50
KIND = "queue.credit"
Key = tuple[str, str]
Progress = Callable[[int, int], None]


class Order(NamedTuple):
    """Who credits, at which desk and in which session, by whose hand."""

    scope: Scope
    session_id: str
    writer: Writer
    now: int


class Credited(NamedTuple):
    """How many were, how many were passed over because they are not clean (any more), and what the rules said of others."""

    credited: int
    passed: int
    refused: dict[str, int]
    job: str | None = None


def credit_listed(order: Order, seen: Sequence[tuple[str, str, str, int]]) -> Credited:
    """(book, entry, version, minutes) as they were looked at: what has changed since is passed over."""
    return _credit(order, [(one[0], one[1]) for one in seen], {(one[0], one[1]): one[2:] for one in seen}, lambda done, total: None)


def credit_wanted(order: Order, wanted: dict[str, str], job_id: str) -> Credited:
    """All clean ones of what is asked for; more than AT_ONCE become a job."""
    with reading() as conn:
        keys = queue.select_keys(conn, queue.narrow(conn, order.scope, wanted, queue.CLEAN), AT_ONCE + 1)
    if len(keys) <= AT_ONCE:
        return _credit(order, keys, {}, lambda done, total: None)
    with writing() as conn:
        jobs.insert_job(conn, job_id, KIND, order.scope, {"wanted": wanted, "session": order.session_id}, "entries", order.now)
    return Credited(0, 0, {}, job_id)


def do_credit(tools: Tools, job: Job, progress: Progress) -> dict[str, Any]:
    """The job. Begun again after a crash it finds what is left; what nobody may credit is asked for once."""
    order = Order(job.scope, job.asked["session"], tools.writer, tools.now)
    with reading() as conn:
        narrowed = queue.narrow(conn, order.scope, job.asked["wanted"], queue.CLEAN)
        keys = queue.select_keys(conn, narrowed, 10 * queue.FURTHEST)
    done = _credit(order, keys, {}, progress)
    return {"credited": done.credited, "passed": done.passed, "refused": done.refused}


def _credit(order: Order, keys: list[Key], seen: dict[Key, tuple[str, int]], progress: Progress) -> Credited:
    credited, passed, refused = 0, 0, Counter[str]()
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        ops = _write(order, batch, seen)
        passed += len(batch) - len(ops)
        verdicts = intake.accept(ops, order.now, writer=order.writer)
        for jws in ops:
            verdict = verdicts[op_id(jws.rpartition(".")[0].encode("ascii"))]
            if verdict["as"] == "accepted":
                credited += 1
            else:
                refused[verdict.get("word", verdict["as"])] += 1
        progress(min(start + BATCH, len(keys)), len(keys))
    return Credited(credited, passed, dict(refused))


def _write(order: Order, keys: list[Key], seen: dict[Key, tuple[str, int]]) -> list[str]:
    """An operation for each that is clean at this moment and, when it was looked at, still as it was then."""
    with reading() as conn:
        rows = {(row["book_id"], row["id"]): row for row in queue.select_listed(conn, order.scope, keys)} if keys else {}
        bodies = queue.select_bodies(conn, rows.keys())
        looked = queue.select_looked_at(conn, list(rows), VERSION)
    ops = []
    for key in keys:
        row = rows.get(key)
        if row is None or row["state"] != "signed" or row["triage"] < queue.ALL_CLEAN or key not in looked:
            continue
        version, minutes = json.loads(bodies[key])["version"], row["counted_minutes"]
        if key in seen and seen[key] != (version, minutes):
            continue
        body = {"minutes": minutes, "note": None, "session": order.session_id}
        ops.append(order.writer.write(key[0], "entry.credited", key[1], body, order.scope.person_id, order.now, version))
    return ops
