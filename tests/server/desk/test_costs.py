"""No page of the desk asks the database more often because there is more to show, and a file asks once for each book it tells."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool.base import _ConnectionFairy

from leaving import ask
from server.commands.jobs import do_waiting
from server.services.people import roster
from server.store.db import writing
from server.store.people import identities
from serving import COLLEGE, FIRM, NOW, Site
from yearland import CLASS, STUDENT, Date, Land, Year

MORE = 5
CLAIM = {
    "competition": "选拔赛", "year": 2026, "level": "province_2", "event": "系统操作员", "division": "student", "rank": 2,
    "award": None, "score": "90.10", "day": "2026-06-06", "photos": [],
}  # fmt: skip
PAGES = (
    "queue", "queue?state=signed&sort=name", "queue?text=示教", "queue?name=学徒", "queue/count", "queue/choices", "progress", "progress?risk=1",
    "months", f"months/{CLASS}", f"months/{CLASS}/people?month=2025-09", "masters", "masters/choices", "results", "flags", "flags/kinds",
    "flags/cases/case-1", "exports", "signers", "bases?month=2025-09", "rules/ages", "roster", "classes", "plans", "pairings", "agreements",
    "agreements/cooperations", "orgs", "orgs/bases", "rules", "occupations", "reversals", "staff", "changes", "jobs", "imports", "forms", "resets",
)  # fmt: skip
# an apprentice's operations are read a page at a time, and once more to see that there are no others
A_BOOK = 2


@pytest.fixture
def land(both: Site) -> Land:
    return Land(both)


def add(land: Land, number: int) -> Year:
    """An apprentice with everything that is the desk's: a mentor of his own with papers, hours, a flag, a result, a base, an export."""
    site, mentor, base = land.site, f"a1000000-0000-4000-8000-{number:012d}", f"b1000000-0000-4000-8000-{number:012d}"
    year = Year(land, number, f"学徒{number}", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    with site.app.app_context():
        assert roster.make_person(mentor, f"师傅{number}", f"mentor-{number}", NOW) is None
        roster.give_role(mentor, "mentor", FIRM)
    joined = {"member": f"c1000000-0000-4000-8000-{number:012d}", "person": mentor, "role": "mentor", "org": FIRM, "from": "2025-09-01", "to": None}
    year.desk("member.joined", year.book, joined, NOW - 1)
    doc = year.entry(Date(2025, 9, 1), 480, 120, "M3", "post", 120)
    year.entry(Date(2025, 9, 2), 480, 120, "M3", "post", None)
    year.add(year.pen.write(year.book, "result.claimed", f"d1000000-0000-4000-8000-{number:012d}", CLAIM, NOW))
    year.send()
    values = {"n": f"{number}", "book": year.book, "doc": doc, "person": year.person, "mentor": mentor, "base": base, "college": COLLEGE, "no": False}
    vault = site.app.extensions["jiangji"].vault
    contact = {"number": f"44010120060101{number:04d}", "phone": "13800000000", "guardian": "", "guardian_phone": ""}
    with site.app.app_context(), writing() as conn:
        identities.insert_identities(conn, [identities.seal_identity(vault, year.person, "other", contact, NOW, COLLEGE)])
        for statement in (
            "INSERT INTO flag_cases (id, source, flag, college_id, person_id, day_from, day_to, entries, minutes, detail, since)"
            " VALUES ('case-' || :n, 'test' || :n, 'burst', :college, :mentor, '2025-09-01', '2025-09-01', 1, 1, '{}', 1)",
            "INSERT INTO flags (book_id, entry_id, case_id, flag, settled, since) VALUES (:book, :doc, 'case-' || :n, 'burst', :no, 1)",
            "INSERT INTO qualifications (person_id, level, changed_at) VALUES (:mentor, '技师', 1)",
            "INSERT INTO orgs (id, kind, name) VALUES (:base, 'base', '基地' || :n)",
            "INSERT INTO recognitions (id, base_id, document_no, issuer, from_day, created_at) VALUES (:n, :base, :n, 'x', '2025-01-01', 1)",
            "INSERT INTO books (id, seq, chain) VALUES (:base, 1, 'x')",
            "INSERT INTO documents (book_id, id, seq, body) VALUES (:base, :base, 1, '{\"kind\":\"base\",\"workstations\":[]}')",
        ):
            conn.execute(sa.text(statement), values)
    ask(site, "attendance", month="2025-09")
    do_waiting(site.app, site.clock)  # nobody has many of them waiting
    return year


class Counting:
    """How many statements were run since."""

    def __init__(self, monkeypatch: Any) -> None:
        self.many, given = 0, _ConnectionFairy.cursor

        def cursor(fairy: Any, *more: Any) -> Any:
            self.many += 1
            return given(fairy, *more)

        monkeypatch.setattr(_ConnectionFairy, "cursor", cursor)

    def since(self, before: int) -> int:
        return self.many - before


def cost_of_pages(land: Land, counting: Counting) -> dict[str, int]:
    caller, found = land.site.caller("coordinator", "desk"), {}
    for page in PAGES:
        before = counting.many
        answer = caller.get(f"/api/desk/{page}")
        assert answer.status_code == 200, (page, answer.text)
        found[page] = counting.since(before)
    return found


def test_pages_cost_the_same_with_six_apprentices_as_with_one(land, monkeypatch):
    add(land, 1)
    counting = Counting(monkeypatch)
    cost_of_pages(land, counting)  # whether the wall stands is asked once
    few = cost_of_pages(land, counting)
    for number in range(2, 2 + MORE):
        add(land, number)
    many, caller = cost_of_pages(land, counting), land.site.caller("coordinator", "desk")
    assert many == few
    shown = {
        "queue": 2 + 2 * MORE, "progress": 1 + MORE, "results": 1 + MORE, "flags": 1 + MORE, "exports": 1 + MORE, "roster": 1 + MORE,
    }  # fmt: skip
    assert {page: len(caller.get(f"/api/desk/{page}").json["items"]) for page in shown} == shown
    assert len(caller.get("/api/desk/bases?month=2025-09").json["bases"]) >= 1 + MORE
    assert len(caller.get(f"/api/desk/months/{CLASS}/people?month=2025-09").json["people"]) == 1 + MORE
    assert max(many.values()) <= 12, many


@pytest.mark.parametrize("form", ["roster", "ledger", "summary", "pairings", "guidance", "results", "attendance", "base_use"])
def test_a_file_asks_for_each_book_as_often_as_its_pages_of_operations(land, monkeypatch, form):
    month = {"month": "2025-09"} if form in ("attendance", "guidance", "base_use") else {}

    def cost() -> int:
        ask(land.site, form, **month)
        before = counting.many
        assert do_waiting(land.site.app, land.site.clock) == 1
        return counting.since(before)

    add(land, 1)
    counting = Counting(monkeypatch)
    do_waiting(land.site.app, land.site.clock)
    one = cost()
    for number in range(2, 2 + MORE):
        add(land, number)
    do_waiting(land.site.app, land.site.clock)
    assert cost() - one <= A_BOOK * MORE
    assert land.site.rows("SELECT state, count(*) FROM jobs GROUP BY state") == [("done", len(land.site.rows("SELECT id FROM jobs")))]
