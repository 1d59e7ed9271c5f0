"""Sessions: opaque tokens of which only the digest is kept, with whom they belong to and when they were last seen."""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch, fetch_listed
from server.store.db import glancing


class Session(NamedTuple):
    """A session that has not been ended; whether it is too old is the caller's to say."""

    id: str
    person_id: str
    kind: str
    created_at: int
    last_seen_at: int
    # when whoever has it last showed that it is he, with a secret of his
    proved_at: int = 0
    # when he showed his second factor, or came in where none is asked for
    factor_at: int = 0


LIVE = (
    "SELECT s.id, s.person_id, s.kind, s.created_at, s.last_seen_at, s.proved_at, s.factor_at FROM sessions s JOIN people p ON p.id = s.person_id"
    " WHERE s.token_hash = :hash AND s.ended_at IS NULL AND NOT p.disabled"
)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def select_session(token: str) -> Session | None:
    """The hot path of every request: one indexed statement, straight on the driver, which is seven times as quick."""
    with glancing() as conn:
        found = fetch(conn, LIVE, hash=digest(token))
    return Session._make(found[0]) if found else None


class Known(NamedTuple):
    """A session by which a browser is known."""

    id: str
    person_id: str
    kind: str


def select_known(conn: Connection, tokens: Sequence[str]) -> list[Known]:
    """The sessions of a browser that was let in once, however long ago, and was not sent away; the newest first."""
    hashes = {digest(token) for token in tokens}
    rows = fetch_listed(
        conn, "SELECT id, person_id, kind FROM sessions WHERE token_hash AMONG AND ended_at IS NULL ORDER BY created_at DESC, id", hashes
    )
    return [Known._make(row) for row in rows]


def insert_session(conn: Connection, session: Session, token: str, label: str) -> None:
    conn.execute(
        sa.text(
            "INSERT INTO sessions (id, token_hash, person_id, kind, label, created_at, last_seen_at, proved_at, factor_at)"
            " VALUES (:id, :hash, :person_id, :kind, :label, :created_at, :last_seen_at, :proved_at, :factor_at)"
        ),
        {**session._asdict(), "hash": digest(token), "label": label},
    )


def update_seen(conn: Connection, session: Session, now: int) -> None:
    """Of several requests at once only the first one writes."""
    conn.execute(
        sa.text("UPDATE sessions SET last_seen_at = :now WHERE id = :id AND last_seen_at = :seen"),
        {"id": session.id, "seen": session.last_seen_at, "now": now},
    )


def update_proved(conn: Connection, session_id: str, now: int) -> None:
    conn.execute(sa.text("UPDATE sessions SET proved_at = :now WHERE id = :id"), {"id": session_id, "now": now})


def update_factor(conn: Connection, session_id: str, now: int) -> None:
    conn.execute(
        sa.text("UPDATE sessions SET factor_at = :now, proved_at = :now WHERE id = :id"), {"id": session_id, "now": now}
    )


def end_session(conn: Connection, person_id: str, session_id: str, now: int) -> bool:
    done = conn.execute(
        sa.text("UPDATE sessions SET ended_at = :now WHERE id = :id AND person_id = :person AND ended_at IS NULL"),
        {"id": session_id, "person": person_id, "now": now},
    )
    return done.rowcount == 1


def end_other_sessions(conn: Connection, person_id: str, kept: str, now: int) -> None:
    """`kept` may be empty: then none is kept."""
    conn.execute(
        sa.text("UPDATE sessions SET ended_at = :now WHERE person_id = :person AND id <> :kept AND ended_at IS NULL"),
        {"person": person_id, "kept": kept, "now": now},
    )


def select_sessions(
    conn: Connection, person_id: str, after: str, limit: int, oldest: dict[str, int]
) -> Sequence[sa.Row[Any]]:
    """Those that still open a door: `oldest` names the least created_at and last_seen_at by kind."""
    return conn.execute(
        sa.text(
            "SELECT id, kind, label, created_at, last_seen_at FROM sessions"
            " WHERE person_id = :person AND id > :after AND ended_at IS NULL AND ("
            "(kind = 'phone' AND created_at > :phone AND last_seen_at > :phone_idle)"
            " OR (kind = 'desk' AND created_at > :desk AND last_seen_at > :desk_idle)) ORDER BY id LIMIT :limit"
        ),
        {"person": person_id, "after": after, "limit": limit, **oldest},
    ).fetchall()


def end_desk_sessions(conn: Connection, person_id: str, now: int) -> None:
    """His phones stay as they are."""
    statement = "UPDATE sessions SET ended_at = :now WHERE person_id = :person AND kind = 'desk' AND ended_at IS NULL"
    conn.execute(sa.text(statement), {"person": person_id, "now": now})
