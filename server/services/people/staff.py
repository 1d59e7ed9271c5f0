"""Seats at desks. Whoever sits there counts as a second person for others, so no one gives a seat alone: one asks, another one gives,
and only then is somebody made who was not known. Taking a seat away, ending sessions and shutting an account need one person."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.incoming.checks import LOGIN
from server.store.db import reading, writing
from server.store.desk.scope import Scope, select_scopes
from server.store.people import people, resets, sessions
from server.store.people.passwords import Hasher, code_of
from server.store.people.people import Person
from server.store.setup import rosters, staff
from server.store.setup.staff import Asked

MOST_SESSIONS = 100


class Means(NamedTuple):
    """How secrets are kept, and where chance comes from."""

    hasher: Hasher
    chance: Callable[[int], bytes]

    def uuid(self) -> str:
        return str(UUID(bytes=self.chance(16), version=4))


class Seat(NamedTuple):
    """Which desk: a role at an organisation."""

    role: str
    org: str


def list_seats(scope: Scope, wanted: dict[str, str], sort: str, page: int, size: int, now: int) -> dict[str, Any]:
    with reading() as conn:
        rows, total = staff.select_seats(conn, scope, wanted, sort, ((page - 1) * size, size), now)
    return {"items": rows, "total": total, "page": page}


def list_choices(scope: Scope) -> list[dict[str, Any]]:
    with reading() as conn:
        return staff.select_choices(conn, scope)


def ask(means: Means, scope: Scope, seat: Seat, name: str, login: str, now: int) -> Denial | str:
    """A request that somebody else has to give. Who it is for is known by log-in and name together."""
    if not LOGIN.fullmatch(login):
        return Denial("bad_login")
    with writing() as conn:
        if not staff.may_say(conn, scope, *seat):
            return Denial("not_found")
        person = people.select_person_by_login(conn, login)
        if denial := _unfit(conn, scope, person, name):
            return denial
        if person and staff.has_seat(conn, person.id, *seat):
            return Denial("seat_held")
        staff.end_lapsed(conn, now)
        row = Asked(means.uuid(), name, login, *seat, scope.person_id, now, None)
        if not staff.insert_request(conn, row):
            return Denial("seat_held")
        _log(conn, means, scope, (row.id, "made"), {**seat._asdict(), "login": login, "step": "asked"}, now)
    return row.id


def give(means: Means, scope: Scope, request_id: str, now: int) -> Denial | dict[str, Any]:
    """By somebody else than who asked and than who gets it. The slip is for one who has never been in."""
    code = code_of(means.chance(7))
    code_hash = means.hasher.make(code)
    with writing() as conn:
        row = staff.lock_request(conn, request_id)
        if row is None or not staff.may_say(conn, scope, row.role, row.org_id):
            return Denial("not_found")
        person = people.select_person_by_login(conn, row.login)
        if scope.person_id == row.asked_by or (person and person.id == scope.person_id):
            return Denial("same_person")
        if row.outcome is not None or now - row.asked_at > staff.OPEN_FOR or not _still_asks(conn, row):
            return Denial("seat_over")
        if denial := _unfit(conn, scope, person, row.name):
            return denial
        person_id = person.id if person else means.uuid()
        if person is None and not people.insert_person(conn, person_id, row.name, row.login, now):
            return Denial("login_taken")
        people.insert_role(conn, person_id, row.role, row.org_id)
        staff.update_request(conn, row.id, "given", now, scope.person_id)
        fresh = person is None or person.password_hash is None
        if fresh:
            people.insert_activation(conn, {
                "id": means.uuid(), "person_id": person_id, "code_hash": code_hash, "issued_at": now, "expires_at": now + people.CODE_LIFE,
                "printed_by": scope.person_id,
            })  # fmt: skip
        body = {"role": row.role, "org": row.org_id, "login": row.login, "step": "given", "asked_by": row.asked_by}
        _log(conn, means, scope, (person_id, "made"), body, now)
    return {"slip": {"name": row.name, "login": row.login, "code": code} if fresh else None}


def withdraw(means: Means, scope: Scope, request_id: str, now: int) -> Denial | None:
    """Anybody who could give it may also stop it, whoever asked."""
    with writing() as conn:
        row = staff.lock_request(conn, request_id)
        if row is None or not staff.may_say(conn, scope, row.role, row.org_id):
            return Denial("not_found")
        if row.outcome is not None:
            return Denial("seat_over")
        staff.update_request(conn, row.id, "withdrawn", now)
        _log(conn, means, scope, (row.id, "ended"), {"role": row.role, "org": row.org_id, "login": row.login, "step": "withdrawn"}, now)
    return None


def take(means: Means, scope: Scope, person_id: str, seat: Seat, now: int) -> Denial | None:
    """His sessions at desks end at once. Nobody takes his own: the last one would lock the door from inside."""
    with writing() as conn:
        if seat not in [Seat(one["role"], one["org_id"]) for one in staff.select_held(conn, scope, person_id)]:
            return Denial("not_found")
        if person_id == scope.person_id:
            return Denial("same_person")
        people.delete_role(conn, person_id, *seat)
        sessions.end_desk_sessions(conn, person_id, now)
        _log(conn, means, scope, (person_id, "ended"), seat._asdict(), now)
    return None


def look(scope: Scope, person_id: str, oldest: dict[str, int]) -> dict[str, Any] | None:
    """The seats of one person, as far as this desk has a say, and where he is signed in."""
    with reading() as conn:
        held = staff.select_held(conn, scope, person_id)
        person = people.select_everybody(conn, {person_id}).get(person_id) if held else None
        rows = sessions.select_sessions(conn, person_id, "", MOST_SESSIONS, oldest) if person else []
        hers = bool(person) and staff.is_all_hers(conn, scope, person_id)
    if person is None:
        return None
    return {
        "name": person.name, "login": person.login, "seats": held, "sessions": [dict(row._mapping) for row in rows],
        "may_shut": hers and person_id != scope.person_id,
    }  # fmt: skip


def end_sessions(means: Means, scope: Scope, person_id: str, session_id: str | None, now: int) -> Denial | None:
    """One of them, or all."""
    with writing() as conn:
        if not staff.select_held(conn, scope, person_id):
            return Denial("not_found")
        if session_id is None:
            sessions.end_other_sessions(conn, person_id, "", now)
        elif not sessions.end_session(conn, person_id, session_id, now):
            return Denial("not_found")
        _log(conn, means, scope, (person_id, "ended"), {"sessions": "one" if session_id else "all"}, now)
    return None


def shut(means: Means, scope: Scope, person_id: str, disabled: bool, now: int) -> Denial | None:
    """Shuts an account, or opens it again. What the person has signed stays."""
    with writing() as conn:
        if not staff.select_held(conn, scope, person_id):
            return Denial("not_found")
        if person_id == scope.person_id:
            return Denial("same_person")
        if not staff.is_all_hers(conn, scope, person_id):
            return Denial("of_others_too")
        people.update_disabled(conn, person_id, disabled)
        if disabled:
            sessions.end_other_sessions(conn, person_id, "", now)
        _log(conn, means, scope, (person_id, "changed"), {"disabled": [not disabled, disabled]}, now)
    return None


def _unfit(conn: Connection, scope: Scope, person: Person | None, name: str) -> Denial | None:
    """A log-in that is somebody's already: only of her own people, and only when the name is his. A coordinator hears no more."""
    if person is None:
        return None
    hers = scope.role == "system_admin" or resets.may_reset(conn, scope.person_id, person.id)
    return None if hers and person.name == name else Denial("login_taken")


def _still_asks(conn: Connection, row: Asked) -> bool:
    """Whether who asked still has a say: his own seat may have been taken meanwhile."""
    person = people.select_person(conn, row.asked_by)
    return person is not None and any(staff.may_say(conn, scope, row.role, row.org_id) for scope in select_scopes(conn, row.asked_by))


def _log(conn: Connection, means: Means, scope: Scope, what: tuple[str, str], body: dict[str, Any], now: int) -> None:
    subject_id, act = what
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    rosters.insert_log(conn, [rosters.Logged(means.uuid(), scope.org_id, now, scope.person_id, scope.role, "seat", subject_id, act, text)])
