"""A person's browser says where a push finds it, and takes that back."""

from typing import Any

from server.config import Config
from server.errors import Denial
from server.nudge.places import are_keys, read_place
from server.store.db import reading, writing
from server.store.host.keys import ServerKey
from server.store.people.sessions import Session
from server.store.telling import push
from sync.op import from_base64url, to_base64url

MOST_OWN = 5


def describe(key: ServerKey, session: Session) -> dict[str, Any]:
    """The key a browser subscribes with, and whether this session's browser has said where it is."""
    point = b"\x04" + from_base64url(key.jwk["x"]) + from_base64url(key.jwk["y"])
    with reading() as conn:
        return {"key": to_base64url(point), "subscribed": push.has_subscription(conn, session.id)}


def subscribe(config: Config, session: Session, place: tuple[str, str, str], now: int) -> Denial | None:
    """`place` is endpoint, p256dh and auth. Only phones: a desk is logged in for half a day."""
    endpoint, p256dh, auth = place
    if session.kind != "phone":
        return Denial("forbidden")
    if not are_keys(p256dh, auth):
        return Denial("bad_request")
    if read_place(endpoint, config.push_origins) is None:
        return Denial("unknown_push_service")
    with writing() as conn:
        push.upsert_subscription(conn, session.id, session.person_id, place, now)
        push.delete_more_than(conn, session.person_id, MOST_OWN)
    return None


def unsubscribe(session: Session) -> None:
    with writing() as conn:
        push.delete_subscription(conn, session.id)
