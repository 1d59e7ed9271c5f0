"""Telling people what others have done that concerns them: news becomes notices in their personal books.

One transaction takes the news out, writes the notices and says whom to nudge. Ended at any moment it has happened or it has
not, and whoever comes next finds what is left: the queue only says that it is worth a look.
"""

import logging
from collections.abc import Callable, Sequence

from sqlalchemy.engine import Connection

from server.nudge import inbox
from server.nudge.inbox import News
from server.services.books import intake
from server.store.books import books
from server.store.db import reading, writing
from server.store.host.keys import ServerKey
from server.store.people import people
from server.store.telling import news, nudges
from sync.op import to_base64url
from sync.signing import make_jws

log = logging.getLogger("jiangji.notices")

AT_ONCE = 50
Chance = Callable[[int], bytes]


def tell(key: ServerKey, chance: Chance, now: int) -> bool:
    """Write what has settled. Whether more will be worth a look soon. What fails for one person fails for nobody else."""
    after, left = "", False
    while True:
        with reading() as conn:
            waiting = news.select_people_to_tell(conn, after, AT_ONCE)
        if not waiting:
            return left
        left |= _tell_or_each(key, chance, waiting, now)
        after = waiting[-1]


def _tell_or_each(key: ServerKey, chance: Chance, waiting: Sequence[str], now: int) -> bool:
    try:
        with writing() as conn:
            return _tell(conn, key, chance, waiting, now)
    except Exception:
        if len(waiting) == 1:
            log.exception("a person could not be told what is new and will be tried again: %s", waiting[0])
            return False
    left = False
    for person in waiting:
        left |= _tell_or_each(key, chance, [person], now)
    return left


def _tell(conn: Connection, key: ServerKey, chance: Chance, waiting: Sequence[str], now: int) -> bool:
    rows = [News(*row) for row in news.lock_news(conn, waiting)]
    known = people.select_known(conn, {row.person_id for row in rows})
    groups = inbox.in_groups([row for row in rows if row.person_id in known], now)
    told = {group[0].person_id for group in groups}
    heads = books.lock_books(conn, told)
    payloads = [inbox.opening_of(person, now, _salt(chance)) for person in sorted(told - heads.keys())]
    payloads += [inbox.payload_of(group, now, _salt(chance)) for group in groups]
    verdicts = intake.accept_within(conn, [make_jws(key.private, "jj-op", payload) for payload in payloads], now)
    for op_id, verdict in verdicts.items():
        if verdict["as"] != "accepted" and verdict.get("word") != "document_exists":
            raise RuntimeError(f"a notice of ours was not taken: {op_id} {verdict}")
    done = [row for group in groups for row in group] + [row for row in rows if row.person_id not in known]
    news.delete_news(conn, {(row.cause, row.person_id) for row in done})
    nudges.upsert_nudges(conn, told, now)
    return len(done) < len(rows)


def _salt(chance: Chance) -> str:
    return to_base64url(chance(16))
