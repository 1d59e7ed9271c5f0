"""Whom a push has not told yet that there is something new for him. Only who, never what."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

# a later one is always another one: what a sender takes out is what he has read
UPSERT = sa.text(
    "INSERT INTO nudges (person_id, since) VALUES (:person, :since) ON CONFLICT (person_id) DO UPDATE"
    " SET since = CASE WHEN excluded.since > nudges.since THEN excluded.since ELSE nudges.since + 1 END"
)


class Nudge(NamedTuple):
    """A person with something new since then."""

    person_id: str
    since: int


def upsert_nudges(conn: Connection, person_ids: Collection[str], now: int) -> None:
    for person_id in sorted(person_ids):
        conn.execute(UPSERT, {"person": person_id, "since": now})


def delete_nudge(conn: Connection, nudge: Nudge) -> None:
    """Once its push is out, or there is nowhere to send one. One that was renewed meanwhile stays."""
    conn.execute(sa.text("DELETE FROM nudges WHERE person_id = :person AND since = :since"), {"person": nudge.person_id, "since": nudge.since})
