"""Activation slips of a class: the codes are made while they are printed, and only their hashes are kept."""

import time
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from server.errors import Denial
from server.papers.slips import Sheet, Slip, draw_slips
from server.store.days import moment_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.people import people
from server.store.people.passwords import Busy, Hasher, code_of
from server.store.setup import rosters

MOST = 100
PATIENCE, NAP = 100, 0.1


class Printed(NamedTuple):
    """A file, and whom it is for."""

    name: str
    content: bytes


def print_slips(
    chance: Callable[[int], bytes], hasher: Hasher, host: str, scope: Scope, class_id: str, who: str, now: int
) -> Printed | Denial:
    """For those who have never been in; whoever has no code that still works comes first, so that a long class is printed in parts."""
    with reading() as conn:
        head = rosters.select_class_head(conn, scope, class_id)
        newcomers = rosters.select_newcomers(conn, scope, class_id, who, now, MOST) if head else []
    if head is None:
        return Denial("not_found")
    if not newcomers:
        return Denial("nobody_waits")
    slips, rows = [], []
    for person, name, login in newcomers:
        code = code_of(chance(7))
        slips.append(Slip(name, login, code, f"https://{host}/activate#{login}.{code}"))
        rows.append({
            "id": str(UUID(bytes=chance(16), version=4)), "person_id": person, "code_hash": _hash(hasher, code), "issued_at": now,
            "expires_at": now + people.CODE_LIFE,
        })  # fmt: skip
    log_id = str(UUID(bytes=chance(16), version=4))
    with writing() as conn:
        for row in rows:
            people.insert_activation(conn, row)
        body = f'{{"slips":{len(rows)},"who":"{who}"}}'
        rosters.insert_log(conn, [rosters.Logged(log_id, scope.org_id, now, scope.person_id, "class", class_id, "printed", body)])
    college, group = head
    return Printed(group, draw_slips(Sheet(college, group, moment_of(now + people.CODE_LIFE), host), slips))


def _hash(hasher: Hasher, code: str) -> str:
    """Log-ins go before: each code waits for a place."""
    for _ in range(PATIENCE):
        try:
            return hasher.make(code)
        except Busy:
            time.sleep(NAP)
    raise Busy
