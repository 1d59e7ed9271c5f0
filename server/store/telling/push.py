"""Where pushes reach people, and when each was last pushed. An address is kept for a session and is worth nothing without it:
several people on one phone share its address, and who has logged out is not pushed there any more."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed
from server.store.telling.nudges import Nudge


class Subscription(NamedTuple):
    """A browser that wants to be woken for a person. `told` is the nudge it has heard of."""

    session_id: str
    person_id: str
    endpoint: str
    p256dh: str
    auth: str
    told: int
    failures: int
    rest_until: int


COLUMNS = ", ".join(f"s.{name}" for name in Subscription._fields)
LIVE = (
    "push_subscriptions s JOIN sessions x ON x.id = s.session_id JOIN people p ON p.id = x.person_id"
    " WHERE x.ended_at IS NULL AND x.created_at > :oldest AND x.last_seen_at > :idle AND NOT p.disabled"
)
# those whose last push is long enough ago, and who have either nobody left to hear of it or somebody who may hear of it now
WAITING = sa.text(
    "SELECT n.person_id, n.since FROM nudges n LEFT JOIN pushed d ON d.person_id = n.person_id"
    " WHERE (d.sent_at IS NULL OR d.sent_at <= :rested) AND (NOT EXISTS ("
    f"SELECT 1 FROM {LIVE} AND s.person_id = n.person_id AND s.told < n.since) OR EXISTS ("
    f"SELECT 1 FROM {LIVE} AND s.person_id = n.person_id AND s.told < n.since AND s.rest_until <= :now))"
    " ORDER BY n.since, n.person_id LIMIT :limit"
)

ASLEEP = (
    "SELECT DISTINCT s.person_id FROM push_subscriptions s LEFT JOIN nudges n ON n.person_id = s.person_id"
    " LEFT JOIN pushed d ON d.person_id = s.person_id"
    " WHERE s.person_id AMONG AND n.person_id IS NULL AND (d.sent_at IS NULL OR d.sent_at < :since)"
)


class Ages(NamedTuple):
    """The moments that decide: a session's least created_at and last_seen_at, and the last push's latest."""

    oldest: int
    idle: int
    rested: int
    now: int


def select_asleep(conn: Connection, person_ids: Collection[str], since: int) -> set[str]:
    """Those with a browser that could be woken, whom no push has woken since then and none is about to. Only read: it is asked with
    every push of a phone, of people who mostly have been woken today."""
    return {row[0] for row in fetch_listed(conn, ASLEEP, person_ids, since=since)} if person_ids else set()


def select_waiting(conn: Connection, ages: Ages, limit: int) -> list[Nudge]:
    return [Nudge(*row) for row in conn.execute(WAITING, {**ages._asdict(), "limit": limit})]


def select_untold(conn: Connection, nudge: Nudge, ages: Ages) -> list[Subscription]:
    """The living subscriptions of a person that have not heard of it, resting or not."""
    rows = conn.execute(
        sa.text(f"SELECT {COLUMNS} FROM {LIVE} AND s.person_id = :person AND s.told < :since ORDER BY s.created_at"),
        {"oldest": ages.oldest, "idle": ages.idle, "person": nudge.person_id, "since": nudge.since},
    )
    return [Subscription(*row) for row in rows]


def claim(conn: Connection, person_id: str, ages: Ages) -> bool:
    """Whether this one may push to this person now; nobody else then may, until the rest is over."""
    done = conn.execute(
        sa.text(
            "INSERT INTO pushed (person_id, sent_at) VALUES (:person, :now)"
            " ON CONFLICT (person_id) DO UPDATE SET sent_at = excluded.sent_at WHERE pushed.sent_at <= :rested"
        ),
        {"person": person_id, "now": ages.now, "rested": ages.rested},
    )
    return done.rowcount == 1


def update_told(conn: Connection, subscription: Subscription, since: int) -> None:
    conn.execute(
        sa.text("UPDATE push_subscriptions SET told = :since, failures = 0, rest_until = 0 WHERE session_id = :session AND endpoint = :endpoint"),
        {"session": subscription.session_id, "endpoint": subscription.endpoint, "since": since},
    )


def update_failed(conn: Connection, subscription: Subscription, rest_until: int) -> None:
    conn.execute(
        sa.text("UPDATE push_subscriptions SET failures = failures + 1, rest_until = :rest WHERE session_id = :session AND endpoint = :endpoint"),
        {"session": subscription.session_id, "endpoint": subscription.endpoint, "rest": rest_until},
    )


def delete_endpoint(conn: Connection, endpoint: str) -> None:
    """The push service knows it no longer, whoever shared it."""
    conn.execute(sa.text("DELETE FROM push_subscriptions WHERE endpoint = :endpoint"), {"endpoint": endpoint})


# --- what a person's own browser says ------------------------------------------------------------------------------


def has_subscription(conn: Connection, session_id: str) -> bool:
    found = conn.execute(sa.text("SELECT 1 FROM push_subscriptions WHERE session_id = :session"), {"session": session_id})
    return found.first() is not None


def upsert_subscription(conn: Connection, session_id: str, person_id: str, place: tuple[str, str, str], now: int) -> None:
    """`place` is endpoint, p256dh and auth. The same place again changes nothing; another one begins anew."""
    endpoint, p256dh, auth = place
    conn.execute(
        sa.text("DELETE FROM push_subscriptions WHERE person_id = :person AND endpoint = :endpoint AND session_id <> :session"),
        {"person": person_id, "endpoint": endpoint, "session": session_id},
    )
    conn.execute(
        sa.text(
            "INSERT INTO push_subscriptions (session_id, person_id, endpoint, p256dh, auth, created_at)"
            " VALUES (:session, :person, :endpoint, :p256dh, :auth, :now) ON CONFLICT (session_id) DO UPDATE SET"
            " endpoint = excluded.endpoint, p256dh = excluded.p256dh, auth = excluded.auth, failures = 0, rest_until = 0"
            " WHERE push_subscriptions.endpoint <> excluded.endpoint OR push_subscriptions.p256dh <> excluded.p256dh"
            " OR push_subscriptions.auth <> excluded.auth"
        ),
        {"session": session_id, "person": person_id, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "now": now},
    )


def delete_more_than(conn: Connection, person_id: str, most: int) -> None:
    """The newest ones of a person stay."""
    conn.execute(
        sa.text(
            "DELETE FROM push_subscriptions WHERE person_id = :person AND session_id NOT IN (SELECT session_id FROM"
            " push_subscriptions WHERE person_id = :person ORDER BY created_at DESC, session_id LIMIT :most)"
        ),
        {"person": person_id, "most": most},
    )


def delete_subscription(conn: Connection, session_id: str) -> None:
    conn.execute(sa.text("DELETE FROM push_subscriptions WHERE session_id = :session"), {"session": session_id})


def delete_dead_subscriptions(conn: Connection, unused_since: int) -> None:
    """Those of sessions that have ended or that nobody has used for long."""
    conn.execute(
        sa.text(
            "DELETE FROM push_subscriptions WHERE session_id IN"
            " (SELECT id FROM sessions WHERE ended_at IS NOT NULL OR last_seen_at < :before)"
        ),
        {"before": unused_since},
    )
