"""How a person gets in for the first time, and how his devices come and go."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.nudge.inbox import device_news
from server.store.books import kiosks
from server.store.db import reading, writing
from server.store.host.keys import ServerKey, make_certificate
from server.store.host.limits import Limits
from server.store.people import devices, people, resets, sessions
from server.store.people.orgs import select_org_names
from server.store.people.passwords import Busy, Hasher, is_weak, read_code
from server.store.people.sessions import Session
from server.store.telling import news
from sync.errors import Refusal
from sync.signing import read_enrolment

MOST_TRIES = 5
MOST_DEVICES = 20
Granted = tuple[people.Person, people.Activation]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A new device's own statement and what its owner calls it; proof None where a browser cannot keep a key."""

    proof: str | None
    label: str
    shared: bool


def _grant(hasher: Hasher, limits: Limits, login: str, typed: str, now: int) -> Granted | Denial:
    """Whether this is the living code of this login. Every look costs one of its five tries unless it is right."""
    with reading() as conn:
        person = people.select_person_by_login(conn, login)
        activation = people.select_activation(conn, person.id) if person else None
    if person is None or activation is None:
        return _turn_away(hasher, limits, login, typed, now)
    with writing() as conn:
        counted = people.count_code_try(conn, activation.id, MOST_TRIES)
    if not counted:
        return Denial("code_blocked")
    try:
        right = hasher.holds(activation.code_hash, read_code(typed))
    except Busy:
        with writing() as conn:
            people.give_back_code_try(conn, activation.id)
        raise
    if not right:
        return Denial("code_wrong")
    with writing() as conn:
        people.give_back_code_try(conn, activation.id)
    if activation.used_at is not None:
        return Denial("code_used")
    return Denial("code_expired") if now > activation.expires_at else (person, activation)


def _turn_away(hasher: Hasher, limits: Limits, login: str, typed: str, now: int) -> Denial:
    """As long and as often as a name that has a code, so that nothing tells them apart."""
    if limits.failures("code", login)[0] >= MOST_TRIES:
        return Denial("code_blocked")
    with writing() as conn:
        people.spend_a_write(conn)
    limits.fail("code", login, now)
    hasher.holds(None, read_code(typed))
    return Denial("code_wrong")


def check_code(hasher: Hasher, limits: Limits, login: str, typed: str, now: int) -> dict[str, Any] | Denial:
    """Whose code it is, so that the person sees his own name before he chooses a password."""
    granted = _grant(hasher, limits, login, typed, now)
    if isinstance(granted, Denial):
        return granted
    with reading() as conn:
        roles = people.select_roles(conn, granted[0].id)
    return {"name": granted[0].name, "roles": sorted({row[0] for row in roles})}


def activate(
    hasher: Hasher, limits: Limits, key: ServerKey, asked: tuple[str, str, str], device: Enrolment,
    token: str, session_id: str, now: int,
) -> tuple[Session, str | None] | Denial:  # fmt: skip
    """`asked` is login, code and new password. The session, and the certificate of the device if it brought a key."""
    login, typed, password = asked
    granted = _grant(hasher, limits, login, typed, now)
    if isinstance(granted, Denial):
        return granted
    person, activation = granted
    with reading() as conn:
        words = (person.login, person.name, *select_org_names(conn, person.id))
        first_look = _admit(conn, person, device, now, by_slip=True, dry=True) if device.proof is not None else None
    if is_weak(password, words):
        return Denial("weak_password")
    if isinstance(first_look, Denial):
        return first_look
    fresh = hasher.make(password)
    session = Session(session_id, person.id, "phone", now, now)
    with writing() as conn:
        if not people.use_activation(conn, activation.id, now):
            return Denial("code_used")
        people.update_password(conn, person.id, fresh)
        sessions.end_other_sessions(conn, person.id, "", now)
        sessions.insert_session(conn, session, token, device.label)
        if device.proof is None:
            return session, None
        admitted = _admit(conn, person, device, now, by_slip=True)
        return session, None if isinstance(admitted, Denial) else _certify(conn, key, person.id, admitted, now)


def _admit(
    conn: Connection, person: people.Person, asked: Enrolment, now: int, by_slip: bool = False, dry: bool = False
) -> dict[str, Any] | Denial:
    """The device row of a proof that holds. A key belongs to one person for good; showing it again changes nothing. While people
    decide about somebody's access his sessions still hear of it, but bring no further key: they may be in other hands."""
    proved = read_enrolment(asked.proof)
    if isinstance(proved, Refusal):
        return Denial("bad_proof")
    given, device_id = proved
    if given.get("v") != 1 or given.get("by") != person.login or type(given.get("at")) is not int:
        return Denial("bad_proof")
    row = {
        "id": device_id, "person_id": person.id, "x": given["jwk"]["x"], "y": given["jwk"]["y"], "label": asked.label,
        "shared": asked.shared, "status": "active", "now": now,
    }  # fmt: skip
    there = devices.select_keys(conn, [device_id]).get(device_id)
    if there is not None:
        if there.person_id != person.id:
            return Denial("device_taken")
        return row if there.status == "active" else Denial("device_ended")
    if not by_slip and resets.is_open(conn, person.id, now):
        return Denial("reset_open")
    others = devices.count_active_devices(conn, person.id)
    if others >= MOST_DEVICES:
        return Denial("too_many_devices")
    if not dry:
        devices.insert_device(conn, row)
        if others:
            news.upsert_news(conn, [device_news(device_id, person.id, now)])
    return row


def _certify(conn: Connection, key: ServerKey, person_id: str, device: dict[str, Any], now: int) -> str:
    roles = sorted({row[0] for row in people.select_roles(conn, person_id)})
    devices.update_certified(conn, device["id"], now)
    person = people.select_person(conn, person_id)
    return make_certificate(key, (person_id, person.name if person else ""), device, roles, now)


def enrol(key: ServerKey, person_id: str, asked: Enrolment, now: int) -> dict[str, Any] | Denial:
    with writing() as conn:
        person = people.select_person(conn, person_id)
        if person is None:
            return Denial("not_signed_in")
        row = _admit(conn, person, asked, now)
        if isinstance(row, Denial):
            return row
        certificate = _certify(conn, key, person_id, row, now)
        return {"device": devices.select_device(conn, person_id, row["id"]), "certificate": certificate}


def renew_certificate(key: ServerKey, person_id: str, device_id: str, now: int) -> str | Denial:
    with writing() as conn:
        device = devices.select_keys(conn, [device_id]).get(device_id)
        if device is None or device.person_id != person_id:
            return Denial("not_found")
        if device.status != "active":
            return Denial("device_ended")
        return _certify(conn, key, person_id, device._asdict(), now)


def revoke(person_id: str, device_id: str, how: str, session_id: str, now: int) -> Denial | None:
    """`retired`: what it still sends is refused. `lost`: it goes to a person, and every session but the one that reports it ends,
    so that whoever has the phone can bring no other key by the session on it."""
    with writing() as conn:
        done = devices.update_device_status(conn, device_id, person_id, how)
        if done and how == "lost":
            sessions.end_other_sessions(conn, person_id, session_id, now)
    return None if done else Denial("not_found")


def list_devices(person_id: str, after: str, limit: int) -> list[dict[str, Any]]:
    with reading() as conn:
        rows = devices.select_devices(conn, person_id, after, limit + 1)
        heard = kiosks.select_heard(conn, person_id)
    return [dict(row._mapping) | heard.get(row.id, kiosks.UNHEARD)._asdict() for row in rows]
