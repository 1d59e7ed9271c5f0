"""A line in the log of registers, written in the transaction that makes the change."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection

from server.store.desk.scope import Scope
from server.store.setup.rosters import Logged, insert_log


class Hand(NamedTuple):
    """Who changes a register, where he sits, when, and where fresh ids come from."""

    scope: Scope
    chance: Callable[[int], bytes]
    now: int

    def uuid(self) -> str:
        return str(UUID(bytes=self.chance(16), version=4))


Change = tuple[str, str, str, Mapping[str, Any]]


def write_changes(conn: Connection, hand: Hand, changes: Iterable[Change]) -> None:
    """(subject, its id, act, body). A change from nothing to nothing is none."""
    who = (hand.scope.org_id, hand.now, hand.scope.person_id, hand.scope.role)
    insert_log(conn, [Logged(hand.uuid(), *who, *what, _text(body)) for *what, body in changes if body])


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What is another thing now: from, to."""
    return {name: [before.get(name), given] for name, given in after.items() if before.get(name) != given}
