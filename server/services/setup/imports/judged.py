"""For every kind of file: how its rows are judged, and how the good ones are written."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection

from server.papers.incoming.checks import packed
from server.papers.incoming.faults import Fault
from server.services.setup.imports import load, pairings, plans, results, roster
from server.services.setup.imports.lines import Line
from server.services.setup.imports.write_pairings import pairings_have_moved, write_pairings
from server.services.setup.imports.write_plans import plans_have_moved, write_plans
from server.services.setup.imports.write_results import results_have_moved, write_results
from server.services.setup.imports.write_roster import Hand, roster_has_moved, stands_against, write_roster
from server.store.people.identities import blind_number
from server.store.people.vault import Vault
from server.store.setup.imports import Import

__all__ = ["HAS_MOVED", "JUDGES", "STANDS_AGAINST", "WRITERS", "Hand"]

Judge = Callable[[Connection, Vault, Import, Sequence[Line], str | None, str], None]
Moved = Callable[[Connection, Hand, Sequence[dict[str, Any]]], bool]
Write = Callable[[Connection, Hand, Sequence[dict[str, Any]]], None]
Against = Callable[[Connection, Hand, Sequence[dict[str, Any]]], dict[int, Fault]]


def judge_roster(conn: Connection, vault: Vault, whose: Import, lines: Sequence[Line], plan: str | None, today: str) -> None:
    reads = roster.read(lines, today, partial(blind_number, vault))
    known = load.load_known(conn, whose.org_id, whose.by_person, today)
    load.load_people(conn, vault, known, {one.blind for one in reads if one.blind})
    load.load_names(conn, known, (packed(line.text("student_no")) for line in lines), (line.text("login") for line in lines))
    roster.judge(lines, reads, known, plan)


def judge_pairings(conn: Connection, vault: Vault, whose: Import, lines: Sequence[Line], plan: str | None, today: str) -> None:
    pairings.judge(lines, load.load_ground(conn, vault, whose, today, {packed(line.text("key")) for line in lines}))


def judge_plans(conn: Connection, vault: Vault, whose: Import, lines: Sequence[Line], plan: str | None, today: str) -> None:
    plans.judge(lines, load.load_shelf(conn, whose.org_id, today))


def judge_results(conn: Connection, vault: Vault, whose: Import, lines: Sequence[Line], plan: str | None, today: str) -> None:
    register = load.load_register(conn, vault, whose.org_id, {packed(line.text("key")) for line in lines})
    reads = results.read(lines, register, today)
    people = {found.whose.person for found in reads if found}
    books = {one.book: person for person in people for one in register.by_person[person]}
    claims: dict[str, list[results.Claim]] = {}
    for book, there in load.load_claims(conn, books).items():
        claims.setdefault(books[book], []).extend(there)
    results.judge(lines, reads, claims, register, whose.by_person)


JUDGES: dict[str, Judge] = {"roster": judge_roster, "pairings": judge_pairings, "plans": judge_plans, "results": judge_results}
WRITERS: dict[str, Write] = {"roster": write_roster, "pairings": write_pairings, "plans": write_plans, "results": write_results}
STANDS_AGAINST: dict[str, Against] = {"roster": stands_against}
HAS_MOVED: dict[str, Moved] = {
    "roster": roster_has_moved, "pairings": pairings_have_moved, "plans": plans_have_moved, "results": results_have_moved,
}  # fmt: skip
