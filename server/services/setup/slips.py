"""Activation slips of a class: the codes are made while they are printed, and only their hashes are kept."""

import json
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.slips import Sheet, Slip, draw_slips
from server.store.days import moment_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.people import people
from server.store.people.passwords import Busy, Hasher, code_of
from server.store.setup import mentors, rosters

MOST = 100
PATIENCE, NAP = 100, 0.1


class Printed(NamedTuple):
    """A file, and whom it is for."""

    name: str
    content: bytes


class Means(NamedTuple):
    """What codes are made of and kept with, and where they are used."""

    chance: Callable[[int], bytes]
    hasher: Hasher
    origin: str

    def uuid(self) -> str:
        return str(UUID(bytes=self.chance(16), version=4))


def print_slips(means: Means, scope: Scope, class_id: str, who: str, which: str, now: int) -> Printed | Denial:
    """For those who have never been in: whoever lacks a code that still opens, all (their slips of before are dead then), or one, by handbook.
    Whoever lacks one comes first, so that a long class is printed in parts."""
    with reading(beside_wall=True) as conn:  # whom other colleges count on is none of hers to let in
        head = rosters.select_class_head(conn, scope, class_id)
        newcomers = rosters.select_newcomers(conn, scope, class_id, who, which, now, MOST) if head else []
    if head is None:
        return Denial("not_found")
    return _print(means, scope, newcomers, head, ("class", class_id, {"who": who, "which": which}), now)


def print_mentor_slips(means: Means, scope: Scope, people_ids: Collection[str], now: int) -> Printed | Denial:
    """For those named who sign here and have never been in; nobody of other colleges, nobody who sits at a desk."""
    with reading(beside_wall=True) as conn:
        newcomers = mentors.select_newcomers(conn, scope, people_ids)
        head = (rosters.select_org_name(conn, scope.org_id), "导师")
    return _print(means, scope, newcomers, head, ("mentor", scope.org_id, {}), now)


def _print(
    means: Means, scope: Scope, newcomers: Sequence[tuple[str, str, str]], head: tuple[str, str], logged: tuple[str, str, dict[str, str]], now: int
) -> Printed | Denial:
    """Nobody both makes, names or pairs a signer and lets him in: what that one signs would be the word of one."""
    if not newcomers:
        return Denial("nobody_waits")
    with reading() as conn:
        own = rosters.select_handled_by(conn, scope.person_id, {person for person, _, _ in newcomers})
    newcomers = [one for one in newcomers if one[0] not in own]
    if not newcomers:
        return Denial("another_prints")
    made: list[tuple[Slip, dict[str, Any]]] = []
    for person, name, login in newcomers:
        code = code_of(means.chance(7))
        row = {
            "id": means.uuid(), "person_id": person, "code_hash": _hash(means.hasher, code), "issued_at": now, "expires_at": now + people.CODE_LIFE,
            "printed_by": scope.person_id,
        }  # fmt: skip
        made.append((Slip(name, login, code, f"{means.origin}/activate#{login}.{code}"), row))
    subject, subject_id, more = logged
    with writing() as conn:
        if more.get("which") == "lacking":  # somebody else may have printed while the codes were made: those slips stay good
            held = people.select_holders(conn, {row["person_id"] for _, row in made}, now)
            made = [(slip, row) for slip, row in made if row["person_id"] not in held]
        if not made:
            return Denial("nobody_waits")
        if _handles(conn, scope, {row["person_id"] for _, row in made}):  # paired while the codes were made
            return Denial("another_prints")
        for _, row in made:
            people.insert_activation(conn, row)
        body = json.dumps({"slips": len(made), **more}, separators=(",", ":"))
        rosters.insert_log(conn, [rosters.Logged(means.uuid(), scope.org_id, now, scope.person_id, scope.role, subject, subject_id, "printed", body)])
    college, group = head
    return Printed(group, draw_slips(Sheet(college, group, moment_of(now + people.CODE_LIFE), means.origin), [slip for slip, _ in made]))


def _handles(conn: Connection, scope: Scope, waiting: Collection[str]) -> bool:
    people.lock_people(conn, waiting)
    return bool(rosters.select_handled_by(conn, scope.person_id, waiting))


def _hash(hasher: Hasher, code: str) -> str:
    """Log-ins go before: each code waits for a place."""
    for _ in range(PATIENCE):
        try:
            return hasher.make(code)
        except Busy:
            time.sleep(NAP)
    raise Busy
