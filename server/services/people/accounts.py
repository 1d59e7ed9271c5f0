"""Logging in and out, and what a person may do with his sessions and his password.

Guessing is slowed down, never answered by a lock: from the 5th failure in a row on a login rests 1 s, doubling to 15 minutes.
Of several tries at the same moment one is looked at; the others count as failures and hear what a failure hears, unseen.
A browser that still holds a session token of the person, however old, is let past that rest with ten tries of its own in ten
minutes: an attacker elsewhere cannot keep someone off his own phone, and the phone is no way round the limit either.
Names nobody has rest in the same way and cost the same work, so nothing tells them from real ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.config import Config
from server.errors import Denial
from server.store.db import reading, writing
from server.store.host.limits import Limits, rest_after
from server.store.people import factors, people, sessions
from server.store.people.orgs import select_org_names
from server.store.people.passwords import Busy, Hasher, is_weak
from server.store.people.sessions import Session

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
SEEN_EVERY = 5 * MINUTE
KNOWN_TRIES = 10


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody typed, and the tokens his browser sent along: its own and those of others who share it."""

    login: str
    password: str
    kind: str
    label: str
    tokens: Sequence[str]


def lifetimes(config: Config, kind: str) -> tuple[int, int]:
    """(idle, absolute) in ms. A phone lies in a pocket for weeks and asks for a PIN to sign; a desk is walked away from."""
    if kind == "phone":
        return config.phone_idle_days * DAY, config.phone_days * DAY
    return config.desk_idle_minutes * MINUTE, config.desk_hours * HOUR


def oldest(config: Config, now: int) -> dict[str, int]:
    """When a session that still opens a door was made and last seen at the earliest."""
    (phone_idle, phone), (desk_idle, desk) = lifetimes(config, "phone"), lifetimes(config, "desk")
    return {"phone": now - phone, "phone_idle": now - phone_idle, "desk": now - desk, "desk_idle": now - desk_idle}


def recognise(config: Config, token: str, now: int) -> Session | None:
    """Whose session this is, if it is young enough."""
    session = sessions.select_session(token)
    if session is None:
        return None
    idle, absolute = lifetimes(config, session.kind)
    if now - session.last_seen_at > idle or now - session.created_at > absolute:
        return None
    if now - session.last_seen_at > SEEN_EVERY:
        with writing() as conn:
            sessions.update_seen(conn, session, now)
    return session


def log_in(
    hasher: Hasher, limits: Limits, asked: Login, token: str, session_id: str, now: int, must_show: bool = True
) -> Session | Denial:
    """A desk's session opens nothing before the second factor is shown; where nobody must have one, who has none is in at once."""
    with reading() as conn:
        person = people.select_person_by_login(conn, asked.login)
        known = [one for one in sessions.select_known(conn, asked.tokens) if person and one.person_id == person.id]
    if person is None:
        return _turn_away(hasher, limits, asked, now)
    trusted = known[0].id if known else ""
    denial = _verify(hasher, limits, person, asked.password, trusted, now)
    if denial:
        return denial
    fresh = hasher.make(asked.password) if hasher.is_outdated(person.password_hash or "") else None
    with writing() as conn:
        factor = factors.select_factor(conn, person.id) if asked.kind == "desk" else None
        asks = asked.kind == "desk" and (must_show or (factor is not None and factor.sealed is not None))
        session = Session(session_id, person.id, asked.kind, now, now, now, 0 if asks else now)
        people.forget_tries(conn, person.id)
        if fresh:
            people.update_password(conn, person.id, fresh)
        for replaced in known:
            if replaced.kind == asked.kind:
                sessions.end_session(conn, person.id, replaced.id, now)
        sessions.insert_session(conn, session, token, asked.label)
    return session


def _turn_away(hasher: Hasher, limits: Limits, asked: Login, now: int) -> Denial:
    failures, failed_at = limits.failures("login", asked.login)
    rest = rest_after(failures, failed_at, now)
    if rest > 0:
        return Denial("too_many_requests", -(-rest // 1000))
    with writing() as conn:
        people.spend_a_write(conn)
    limits.fail("login", asked.login, now)
    hasher.holds(None, asked.password)
    return Denial("wrong_login")


def _verify(
    hasher: Hasher, limits: Limits, person: people.Person, password: str, trusted: str, now: int
) -> Denial | None:
    """None when this is the person's password. `trusted` names the session by which his browser is known."""
    rest = rest_after(person.failures, person.failed_at, now)
    if trusted:
        rest = 1000 * limits.take("known", trusted, KNOWN_TRIES, 10 * MINUTE, now)
    if rest > 0:
        return Denial("too_many_requests", -(-rest // 1000))
    with writing() as conn:
        counted = people.count_try(conn, person, now)
        if not counted:
            people.count_failure(conn, person.id, now)
    try:
        right = hasher.holds(person.password_hash if counted or trusted else None, password)
    except Busy:
        with writing() as conn:
            people.give_back_try(conn, person.id)
        raise
    return None if right else Denial("wrong_login")


def prove(hasher: Hasher, limits: Limits, session: Session, password: str, now: int) -> Denial | None:
    """Whether it is really he who sits there; asked again before what cannot be undone."""
    with reading() as conn:
        person = people.select_person(conn, session.person_id)
    if person is None:
        return Denial("not_signed_in")
    denial = _verify(hasher, limits, person, password, session.id, now)
    if denial:
        return Denial("wrong_password") if denial.word == "wrong_login" else denial
    with writing() as conn:
        people.forget_tries(conn, person.id)
        sessions.update_proved(conn, session.id, now)
    return None


def prove_by_login(hasher: Hasher, limits: Limits, login: str, password: str, now: int) -> str | Denial:
    """The same where nobody is signed in: the id of whoever has this log-in and this password."""
    with reading() as conn:
        person = people.select_person_by_login(conn, login)
    if person is None:
        return _turn_away(hasher, limits, Login(login, password, "desk", "", ()), now)
    denial = _verify(hasher, limits, person, password, "", now)
    if denial:
        return denial
    with writing() as conn:
        people.forget_tries(conn, person.id)
    return person.id


def log_out(session: Session, now: int) -> None:
    with writing() as conn:
        sessions.end_session(conn, session.person_id, session.id, now)


def change_password(hasher: Hasher, limits: Limits, session: Session, old: str, new: str, now: int) -> Denial | None:
    """Every other session ends: whoever knew the old password is out."""
    with reading() as conn:
        person = people.select_person(conn, session.person_id)
        org_names = select_org_names(conn, session.person_id)
    if person is None:
        return Denial("not_signed_in")
    denial = prove(hasher, limits, session, old, now)
    if denial:
        return denial
    if is_weak(new, (person.login, person.name, *org_names)):
        return Denial("weak_password")
    fresh = hasher.make(new)
    with writing() as conn:
        people.update_password(conn, person.id, fresh)
        sessions.end_other_sessions(conn, person.id, session.id, now)
    return None


def end_session(person_id: str, session_id: str, now: int) -> Denial | None:
    with writing() as conn:
        ended = sessions.end_session(conn, person_id, session_id, now)
    return None if ended else Denial("not_found")


def list_sessions(config: Config, session: Session, after: str, limit: int, now: int) -> list[dict[str, Any]]:
    """One more than asked for, so that the caller sees whether there is a next page."""
    with reading() as conn:
        rows = sessions.select_sessions(conn, session.person_id, after, limit + 1, oldest(config, now))
    return [{**row._mapping, "current": row.id == session.id} for row in rows]


def describe(session: Session) -> dict[str, Any] | None:
    """The person as he sees himself, what his session still asks for, and the epoch of the books; None once he is gone."""
    person_id = session.person_id
    with reading() as conn:
        factor = factors.select_factor(conn, person_id) if session.kind == "desk" and not session.factor_at else None
        person = people.select_person(conn, person_id)
        rows = people.select_roles(conn, person_id)
        epoch = people.select_epoch(conn)
    if person is None:
        return None
    roles = [{"role": row[0], "org": row[1], "org_name": row[2]} for row in rows]
    passed = session.kind == "phone" or session.factor_at > 0
    asks = "nothing" if passed else "factor" if factor and factor.sealed else "set_up"
    head = {"id": session.id, "kind": session.kind, "asks": asks}
    return {"person": {"id": person.id, "name": person.name, "login": person.login, "roles": roles}, "session": head, "epoch": epoch}


def list_seen_people(person_id: str, today: str, after: str, limit: int) -> list[dict[str, str]]:
    with reading() as conn:
        rows = people.select_seen_people(conn, person_id, today, after, limit + 1)
    return [dict(row._mapping) for row in rows]
