"""Who is on the roster: people, their roles, their organisations, and the slip that lets them in."""

from server.errors import Denial
from server.papers.incoming.checks import LOGIN
from server.store.db import reading, writing
from server.store.people import orgs, people, resets, sessions
from server.store.people.passwords import Hasher


def make_person(person_id: str, name: str, login: str, now: int) -> Denial | None:
    if not LOGIN.fullmatch(login):
        return Denial("bad_login")
    with writing() as conn:
        made = people.insert_person(conn, person_id, name, login, now)
    return None if made else Denial("login_taken")


def disable_person(person_id: str, now: int) -> Denial | None:
    """Ends every session at once; what the person has signed stays."""
    with writing() as conn:
        found = people.update_disabled(conn, person_id, True)
        sessions.end_other_sessions(conn, person_id, "", now)
    return None if found else Denial("not_found")


def enable_person(person_id: str) -> Denial | None:
    with writing() as conn:
        found = people.update_disabled(conn, person_id, False)
    return None if found else Denial("not_found")


def give_role(person_id: str, role: str, org_id: str) -> None:
    with writing() as conn:
        people.insert_role(conn, person_id, role, org_id)


def take_role(person_id: str, role: str, org_id: str) -> Denial | None:
    with writing() as conn:
        taken = people.delete_role(conn, person_id, role, org_id)
    return None if taken else Denial("not_found")


def make_org(org_id: str, kind: str, name: str) -> None:
    row = {"id": org_id, "kind": kind, "name": name, "skill_chain_id": None, "credit_code": None, "division_code": None}
    with writing() as conn:
        orgs.insert_org(conn, row)


def find_org(name: str) -> str | None:
    with reading() as conn:
        return orgs.select_org_id(conn, name)


def find_newcomer(login: str, name: str) -> str | None:
    """The person of this login and name who has never been in, and so may be given another code."""
    with reading() as conn:
        person = people.select_person_by_login(conn, login)
    return person.id if person and person.name == name and person.password_hash is None else None


def issue_code(
    hasher: Hasher, person_id: str, code: str, activation_id: str, now: int
) -> str | Denial:
    """The code, to be printed now and never again: only its hash is kept. An older code of the person is dead from here on.
    Whoever signs or decides and has been in once gets his next one from two people."""
    code_hash = hasher.make(code)
    with writing() as conn:
        person = people.select_person(conn, person_id)
        if person is None:
            return Denial("not_found")
        if person.password_hash is not None and resets.signs_or_decides(conn, person_id):
            return Denial("needs_two_people")
        people.insert_activation(conn, {
            "id": activation_id, "person_id": person_id, "code_hash": code_hash, "issued_at": now, "expires_at": now + people.CODE_LIFE,
            "printed_by": None,
        })  # fmt: skip
    return code
