"""The second factor of whoever sits at a desk: a secret in his phone that counts with the clock (RFC 6238), and eight codes for the
day that phone is gone. No code is good twice, and guessing is slow; a reset by two people takes the factor away with the password."""

import base64
import hmac
from collections.abc import Callable
from typing import Any, NamedTuple

import pyotp

from server.errors import Denial
from server.store.db import reading, writing
from server.store.host.limits import Limits
from server.store.people import factors, people, sessions
from server.store.people.passwords import code_of
from server.store.people.sessions import Session
from server.store.people.vault import Vault

STEP = 30_000
# clocks of phones go a little wrong
AWAY = (0, -1, 1)
CODES = 8
TRIES, TRIES_IN = 6, 10 * 60_000
ISSUER = "匠迹"


class Means(NamedTuple):
    """What seals secrets, what slows guessing, and where chance comes from."""

    vault: Vault
    limits: Limits
    chance: Callable[[int], bytes]


def look(session: Session, required: bool) -> dict[str, Any]:
    """Whether he has one, whether he must, and how many codes are left."""
    with reading() as conn:
        found = factors.select_factor(conn, session.person_id)
        left = factors.count_codes(conn, session.person_id)
    return {"set": bool(found and found.sealed), "required": required, "passed": session.factor_at > 0, "codes": left}


def start(means: Means, session: Session) -> dict[str, str] | Denial:
    """A new secret, shown once. It counts from its first right answer on; until then the old one does."""
    secret = base64.b32encode(means.chance(20)).decode()
    with writing() as conn:
        found = factors.select_factor(conn, session.person_id)
        if found and found.sealed and not session.factor_at:
            return Denial("factor_needed")
        person = people.select_person(conn, session.person_id)
        if person is None:
            return Denial("not_signed_in")
        factors.upsert_pending(conn, person.id, means.vault.seal(_about(person.id), secret))
    uri = pyotp.TOTP(secret).provisioning_uri(name=person.login, issuer_name=ISSUER)
    return {"secret": secret, "uri": uri}


def confirm(means: Means, session: Session, typed: str, now: int) -> list[str] | Denial:
    """The codes for the day the phone is gone; only their digests are kept."""
    with writing() as conn:
        found = factors.select_factor(conn, session.person_id)
        if found is None or found.pending is None:
            return Denial("not_found")
        if found.sealed and not session.factor_at:
            return Denial("factor_needed")
        if wait := _wait(means, session, now):
            return wait
        step = _step_of(means, session.person_id, found.pending, typed, now)
        if step is None or not factors.update_confirmed(conn, session.person_id, found.pending, step, now):
            return Denial("wrong_factor")
        codes = [code_of(means.chance(7)) for _ in range(CODES)]
        factors.replace_codes(conn, session.person_id, [_digest(means, session.person_id, code) for code in codes])
        sessions.update_factor(conn, session.id, now)
    return codes


def show(means: Means, session: Session, typed: str, now: int) -> Denial | None:
    """What he types at the log-in, and again before what cannot be undone."""
    if wait := _wait(means, session, now):
        return wait
    with writing() as conn:
        found = factors.select_factor(conn, session.person_id)
        if found is None or found.sealed is None:
            return Denial("wrong_factor")
        step = _step_of(means, session.person_id, found.sealed, typed, now)
        right = (
            factors.update_step(conn, session.person_id, step) if step is not None
            else factors.use_code(conn, session.person_id, _digest(means, session.person_id, typed))
        )  # fmt: skip
        if not right:
            return Denial("wrong_factor")
        sessions.update_factor(conn, session.id, now)
    return None


def _wait(means: Means, session: Session, now: int) -> Denial | None:
    """By the person, not by the session: whoever knows the password makes as many of those as he likes."""
    wait = means.limits.take("factor", session.person_id, TRIES, TRIES_IN, now)
    return Denial("too_many_requests", wait) if wait else None


def _about(person_id: str) -> str:
    return f"factor {person_id}"


def _digest(means: Means, person_id: str, typed: str) -> str:
    return means.vault.blind(f"factor {person_id}", typed.replace(" ", "").replace("-", "").upper())


def _step_of(means: Means, person_id: str, sealed: str, typed: str, now: int) -> int | None:
    """The step of the clock this code belongs to."""
    counter = pyotp.TOTP(means.vault.unseal(_about(person_id), sealed))
    plain = typed.replace(" ", "")
    steps = [now // STEP + away for away in AWAY]
    return next((step for step in steps if hmac.compare_digest(counter.generate_otp(step).encode(), plain.encode())), None)
