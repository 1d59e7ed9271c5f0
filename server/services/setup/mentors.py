"""Those who sign: a college takes them in, prints their slips, keeps what they are qualified for, and shuts them out again."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.incoming.checks import LOGIN, read_name
from server.papers.incoming.pairs import ORG_KINDS
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.people import people, sessions
from server.store.setup import mentors, rosters

FACTS = ("post", "level", "certificate_no", "valid_to")
TRIES = 20


class Order(NamedTuple):
    """Who asks, at which desk, when, and where chance comes from."""

    scope: Scope
    chance: Callable[[int], bytes]
    now: int

    def uuid(self) -> str:
        return str(UUID(bytes=self.chance(16), version=4))

    def log(self, conn: Connection, person_id: str, act: str, body: Mapping[str, Any]) -> None:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        row = rosters.Logged(self.uuid(), self.scope.org_id, self.now, self.scope.person_id, self.scope.role, "mentor", person_id, act, text)
        rosters.insert_log(conn, [row])


def list_mentors(scope: Scope, wanted: dict[str, str], sort: str, page: int, size: int, now: int) -> dict[str, Any]:
    with reading(beside_wall=True) as conn:  # how many apprentices one has does not end at a college's wall
        rows, total = mentors.select_mentors(conn, scope, wanted, sort, day_of(now), ((page - 1) * size, size))
    return {"items": rows, "total": total, "page": page}


def list_choices(scope: Scope, chance: Callable[[int], bytes]) -> dict[str, Any]:
    """In whose name somebody may sign, in which roles, and a log-in that nobody has yet."""
    with reading() as conn:
        orgs = mentors.select_orgs(conn, scope)
        proposed = _propose(conn, chance)
    return {
        "orgs": [{**org, "roles": [role for role, kinds in ORG_KINDS.items() if org["kind"] in kinds]} for org in orgs], "login": proposed,
    }  # fmt: skip


def _propose(conn: Connection, chance: Callable[[int], bytes]) -> str:
    logins = [f"sf{int.from_bytes(chance(4), 'big') % 10**6:06d}" for _ in range(TRIES)]
    taken = rosters.select_logins(conn, set(logins))
    return next((login for login in logins if login not in taken), "")


def make_mentor(order: Order, asked: dict[str, Any]) -> Denial | str:
    """`same_name` the first time: whoever means another person says so with `again`."""
    name = read_name(asked["name"])
    if name is None:
        return Denial("bad_name")
    if not LOGIN.fullmatch(asked["login"]):
        return Denial("bad_login")
    with writing() as conn:
        org = next((one for one in mentors.select_orgs(conn, order.scope) if one["id"] == asked["org"]), None)
        if org is None:
            return Denial("not_found")
        if org["kind"] not in ORG_KINDS[asked["role"]]:
            return Denial("wrong_org")
        if not asked["again"] and mentors.select_namesakes(conn, order.scope, name, org["id"]):
            return Denial("same_name")
        person_id = order.uuid()
        if not people.insert_person(conn, person_id, name, asked["login"], order.now):
            return Denial("login_taken")
        people.insert_role(conn, person_id, asked["role"], org["id"])
        mentors.upsert_qualified(conn, [{"person_id": person_id, "changed_at": order.now, **_facts(asked)}])
        order.log(conn, person_id, "made", {"role": asked["role"], "org": org["id"]})
    return person_id


def _facts(asked: Mapping[str, Any]) -> dict[str, str | None]:
    return {fact: (asked.get(fact) or "").strip() or None for fact in FACTS}


def change_mentor(order: Order, person_id: str, asked: dict[str, Any]) -> Denial | str:
    """His name and what he is qualified for, unless others rest on it too: a day on which it ends leaves him out in their books as well."""
    name = read_name(asked["name"])
    if name is None:
        return Denial("bad_name")
    with writing() as conn:
        rows = mentors.select_of_person(conn, order.scope, person_id, day_of(order.now))
        if not rows:
            return Denial("not_found")
        before, facts = rows[0], _facts(asked)
        changes = {fact: [before[fact], given] for fact, given in {"name": name, **facts}.items() if before[fact] != given}
        if changes and mentors.is_others(conn, order.scope, person_id):
            return Denial("of_others_too")
        people.lock_people(conn, {person_id})
        if "name" in changes and people.select_let_in_by(conn, order.scope.person_id, {person_id}):
            return Denial("another_pairs")
        if "name" in changes:
            mentors.update_name(conn, person_id, name)
        if changes:
            mentors.upsert_qualified(conn, [{"person_id": person_id, "changed_at": order.now, **facts}])
            order.log(conn, person_id, "changed", changes)
    return person_id


def shut_out(order: Order, person_id: str, disabled: bool) -> Denial | str:
    """His sessions end at once; what he has signed stays, and so do his pairings until somebody ends them."""
    with writing() as conn:
        rows = mentors.select_of_person(conn, order.scope, person_id, day_of(order.now))
        if not rows:
            return Denial("not_found")
        if person_id == order.scope.person_id:
            return Denial("same_person")
        if mentors.is_others(conn, order.scope, person_id):
            return Denial("of_others_too")
        if (rows[0]["state"] == "disabled") != disabled:
            people.update_disabled(conn, person_id, disabled)
            order.log(conn, person_id, "changed", {"disabled": [not disabled, disabled]})
        if disabled:
            sessions.end_other_sessions(conn, person_id, "", order.now)
    return person_id
