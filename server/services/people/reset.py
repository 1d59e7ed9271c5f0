"""Making somebody's access anew, in person and without ever knowing a password of his.

Whoever signs or decides for others needs two people of the desk: one asks, another one confirms. In between lies the time in
which every device of his that is open hears of it, and in which he, with his password, can say that he has not asked for it.
Confirmed, it ends all his sessions, his password and his keys, writes `access.reset` into every book he signs in, and makes a
slip: one transaction. What a key that ended has signed and still brings goes to custody, as from a lost phone: it may be genuine.
Who forgot his password, signs for nobody and is in nobody else's books is let in again by one person, at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.nudge import inbox
from server.nudge.inbox import News
from server.services.books import intake
from server.store.books import books
from server.store.db import reading, writing
from server.store.host.keys import ServerKey
from server.store.host.writer import Writer
from server.store.people import devices, factors, people, resets, sessions
from server.store.people.passwords import Hasher, code_of
from server.store.people.resets import STATES as STATES
from server.store.people.resets import Reset
from server.store.telling import news, nudges
from sync.op import to_base64url
from sync.signing import make_jws

MINUTE = 60_000
# an app that is open asks the server every five minutes
HEARD_AFTER = 5 * MINUTE
MOST_OWN = 20
Row = dict[str, Any]


class Means(NamedTuple):
    """What the server signs with, how it keeps secrets, and where chance comes from."""

    key: ServerKey
    hasher: Hasher
    chance: Callable[[int], bytes]


class Slip(NamedTuple):
    """What is printed and handed over: good once, for 72 hours."""

    name: str
    login: str
    code: str


class Secrets(NamedTuple):
    """Made before the transaction, since they take long: a code, its hash, and a password nobody knows."""

    code: str
    code_hash: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose access, why, and whether his phones are gone: then his keys end at once and not only when it is confirmed."""

    login: str
    reason: str
    lost: bool


def ask(means: Means, by: str, wanted: Wanted, reset_id: str, now: int) -> tuple[Row, Slip | None] | Denial:
    """The slip comes at once where nobody else has to confirm."""
    secrets = _secrets(means)
    with writing() as conn:
        person = people.select_person_by_login(conn, wanted.login)
        if person is None or not resets.may_reset(conn, by, person.id):
            return Denial("not_found")
        if person.id == by:
            return Denial("same_person")
        resets.end_lapsed(conn, person.id, now)
        alone = not resets.signs_or_decides(conn, person.id) and not resets.is_of_others_too(conn, by, person.id)
        row = Reset(reset_id, person.id, by, now, wanted.reason, alone, None)
        if not resets.insert_reset(conn, row._asdict()):
            return Denial("reset_open")
        slip = None
        if alone:
            slip = _finish(conn, means, row, secrets, None, "", now)
        else:
            _tell_at_once(conn, means, row, now)
            if wanted.lost and not resets.is_needed_elsewhere(conn, by, person.id):
                devices.end_devices(conn, person.id)
        return resets.select_reset(conn, reset_id), slip


def confirm(means: Means, reset_id: str, second: str, session_id: str, now: int) -> tuple[Row, Slip | None] | Denial:
    """`second` is somebody else, on a session of his own."""
    secrets = _secrets(means)
    with writing() as conn:
        row = resets.lock_reset(conn, reset_id)
        if row is None or not resets.may_reset(conn, second, row.person_id):
            return Denial("not_found")
        if second in (row.asked_by, row.person_id):
            return Denial("same_person")
        if row.outcome is not None or now - row.asked_at > resets.OPEN_FOR or not resets.may_reset(conn, row.asked_by, row.person_id):
            return Denial("reset_over")
        if now - row.asked_at < HEARD_AFTER:
            return Denial("too_soon", -(-(row.asked_at + HEARD_AFTER - now) // 1000))
        slip = _finish(conn, means, row, secrets, second, session_id, now)
        return resets.select_reset(conn, reset_id), slip


def withdraw(reset_id: str, by: str, now: int) -> Denial | None:
    """Anybody who could confirm it may also stop it, whoever asked."""
    with writing() as conn:
        row = resets.lock_reset(conn, reset_id)
        if row is None or not resets.may_reset(conn, by, row.person_id):
            return Denial("not_found")
        return _stop(conn, row, "withdrawn", by, now)


def object_to(reset_id: str, person_id: str, now: int) -> Denial | None:
    """Whoever still knows his password needs nobody to let him in again."""
    with writing() as conn:
        row = resets.lock_reset(conn, reset_id)
        if row is None or row.person_id != person_id:
            return Denial("not_found")
        return _stop(conn, row, "objected", person_id, now)


def list_resets(by: str, after: str, limit: int, now: int, state: str = "", text: str = "") -> list[Row] | None:
    """One more than asked for; `after` is the `place` of the last one shown. None when that is no place of ours."""
    at, _, reset_id = after.partition("/")
    if after and not (at.isdigit() and len(at) < 18 and reset_id):
        return None
    with reading(beside_wall=True) as conn:  # whether somebody signs for another college as well
        rows = resets.select_resets(conn, by, (int(at), reset_id) if after else None, limit + 1, state, text, now)
    return [{**row, "place": f"{row['asked_at']}/{row['id']}"} for row in rows]


def list_own(person_id: str) -> list[Row]:
    with reading() as conn:
        return resets.select_own_resets(conn, person_id, MOST_OWN)


def _stop(conn: Connection, row: Reset, outcome: str, by: str, now: int) -> Denial | None:
    if row.outcome is not None:
        return Denial("reset_over")
    resets.update_ended(conn, row.id, outcome, now)
    news.upsert_news(conn, [News(f"{row.id} stopped", row.person_id, "reset_stopped", None, None, by, now)])
    return None


def _secrets(means: Means) -> Secrets:
    code = code_of(means.chance(7))
    return Secrets(code, means.hasher.make(code), means.hasher.make(to_base64url(means.chance(32))))


def _tell_at_once(conn: Connection, means: Means, row: Reset, now: int) -> None:
    """Into his own book in this transaction: nothing can be confirmed of which his devices could not have heard."""
    told = News(f"{row.id} asked", row.person_id, "reset_asked", None, None, row.asked_by, now)
    payloads = [inbox.payload_of([told], now, _salt(means))]
    if not books.lock_books(conn, {row.person_id}):
        payloads.insert(0, inbox.opening_of(row.person_id, now, _salt(means)))
    intake.accept_own(conn, [_sign(means, payload) for payload in payloads], now)
    nudges.upsert_nudges(conn, {row.person_id}, now)


def _finish(
    conn: Connection, means: Means, row: Reset, secrets: Secrets, second: str | None, session_id: str, now: int
) -> Slip:
    """The books come first: their locks are what makes an operation of an ended key come before this or after it."""
    signed = resets.select_signed_books(conn, row.person_id)
    body = {"person": row.person_id, "second": second, "reason": row.reason, "session": session_id}
    hand = Writer(means.key.private, means.chance)
    intake.accept_own(conn, [hand.write(book, "access.reset", row.id, body, row.asked_by, now) for book in signed], now)
    news.upsert_news(conn, [News(row.id, row.person_id, "access_reset", None, None, row.asked_by, now)])
    devices.end_devices(conn, row.person_id)
    people.update_password(conn, row.person_id, secrets.password_hash)
    sessions.end_other_sessions(conn, row.person_id, "", now)
    factors.delete_factor(conn, row.person_id)
    people.insert_activation(conn, {
        "id": f"reset-{row.id}", "person_id": row.person_id, "code_hash": secrets.code_hash, "issued_at": now,
        "expires_at": now + people.CODE_LIFE, "printed_by": second or row.asked_by,
    })  # fmt: skip
    resets.update_ended(conn, row.id, "done", now, second)
    shown = resets.select_reset(conn, row.id)
    return Slip(shown["person"], shown["login"], secrets.code)


def _sign(means: Means, payload: Row) -> str:
    return make_jws(means.key.private, "jj-op", payload)


def _salt(means: Means) -> str:
    return to_base64url(means.chance(16))
