"""For every kind of file: how its rows are judged, and how the good ones are written."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection

from server.papers.incoming.checks import packed
from server.services.setup.imports import load, pairings, plans, roster
from server.services.setup.imports.lines import Line
from server.services.setup.imports.write_pairings import pairings_have_moved, write_pairings
from server.services.setup.imports.write_plans import plans_have_moved, write_plans
from server.services.setup.imports.write_roster import Hand, roster_has_moved, write_roster
from server.store.people.identities import blind_number
from server.store.people.vault import Vault

__all__ = ["HAS_MOVED", "JUDGES", "WRITERS", "Hand"]

Judge = Callable[[Connection, Vault, str, Sequence[Line], str | None, str], None]
Moved = Callable[[Connection, Hand, Sequence[dict[str, Any]]], bool]
Write = Callable[[Connection, Hand, Sequence[dict[str, Any]]], None]


def judge_roster(conn: Connection, vault: Vault, college: str, lines: Sequence[Line], plan: str | None, today: str) -> None:
    reads = roster.read(lines, today, partial(blind_number, vault))
    known = load.load_known(conn, college, today)
    load.load_people(conn, vault, known, {one.blind for one in reads if one.blind})
    load.load_names(conn, known, (packed(line.text("student_no")) for line in lines), (line.text("login") for line in lines))
    roster.judge(lines, reads, known, plan)


def judge_pairings(conn: Connection, vault: Vault, college: str, lines: Sequence[Line], plan: str | None, today: str) -> None:
    pairings.judge(lines, load.load_ground(conn, vault, college, today, {packed(line.text("key")) for line in lines}))


def judge_plans(conn: Connection, vault: Vault, college: str, lines: Sequence[Line], plan: str | None, today: str) -> None:
    plans.judge(lines, load.load_shelf(conn, college, today))


JUDGES: dict[str, Judge] = {"roster": judge_roster, "pairings": judge_pairings, "plans": judge_plans}
WRITERS: dict[str, Write] = {"roster": write_roster, "pairings": write_pairings, "plans": write_plans}
HAS_MOVED: dict[str, Moved] = {"roster": roster_has_moved, "pairings": pairings_have_moved, "plans": plans_have_moved}
