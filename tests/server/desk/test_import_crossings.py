"""Files that are written beside each other: nobody gets two handbooks for the same days, and no row is written twice."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

import rosters
from colleges import set_up
from server.commands.jobs import do_waiting
from server.services.setup import imports
from server.services.setup.imports import judged
from server.store.db import writing
from server.store.people import orgs
from server.store.setup import rosters as registers
from serving import COLLEGE, OTHER_COLLEGE, Caller, Site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ["姓名", "身份证号码", "所在班级", "企业名称", "职业（工种）", "培训等级", "培训起止日期"]
BEFORE, DAYS, LATER = "2024-01-01至2024-12-31", "2026-01-01至2026-12-31", "2026-06-01至2027-05-31"


@pytest.fixture
def college(both: Site) -> Site:
    """Three who have been through once, and are registered."""
    set_up(both.app, COLLEGE)
    desk = both.caller("coordinator", "desk")
    assert write(both, desk, send(desk, sheet("一班", BEFORE)))["written"] == 3
    return both


def sheet(group: str, span: str, people: range = range(3)) -> bytes:
    rows = [rosters.person(at) for at in people]
    trade, enterprise = rosters.OCCUPATIONS[0], rosters.ENTERPRISES[0].name
    return rosters.write([HEAD, *([row["name"], row["id_number"], group, enterprise, *trade, span] for row in rows)])


def send(desk: Caller, raw: bytes) -> dict[str, Any]:
    answer = desk.post("/api/desk/imports?kind=roster&name=a.xlsx", data=raw, content_type=XLSX)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json["report"]
    return report


def order(desk: Caller, report: dict[str, Any]) -> Any:
    return desk.post(f"/api/desk/imports/{report['id']}/write")


def write(site: Site, desk: Caller, report: dict[str, Any]) -> dict[str, int]:
    job = order(desk, report).json["job"]
    assert do_waiting(site.app, site.clock) == 1
    done = desk.get(f"/api/desk/jobs/{job}").json
    assert done["state"] == "done", done
    result: dict[str, int] = done["result"]
    return result


def words(desk: Caller, report: dict[str, Any]) -> dict[int, set[str]]:
    items = desk.get(f"/api/desk/imports/{report['id']}/rows?state=bad&size=100").json["items"]
    return {row["row"]: {fault["word"] for fault in row["faults"] if not fault["hint"]} for row in items}


def handbooks(site: Site) -> list[tuple[str, str, str]]:
    """Whose each is, and its days, in order."""
    rows = site.rows(
        "SELECT m.person_id, d.body FROM members m JOIN documents d ON d.book_id = m.book_id AND d.id = m.book_id WHERE m.role = 'apprentice'"
    )
    return sorted((person, json.loads(body)["from"], json.loads(body)["to"]) for person, body in rows)


def is_doubled(site: Site) -> bool:
    books = handbooks(site)
    return any(one[0] == other[0] and other[1] <= one[2] for one, other in zip(books, books[1:], strict=False))


def give_a_plan(site: Site) -> None:
    """The other college teaches the same trade."""
    [(modules,)] = site.rows("SELECT modules FROM plans WHERE occupation = :name LIMIT 1", name=rosters.OCCUPATIONS[0][0])
    name, level = rosters.OCCUPATIONS[0]
    plan = {
        "id": "plan-other", "org_id": OTHER_COLLEGE, "rule_set_id": "rules-1", "name": "外校方案", "occupation": name, "level": level, "version": 1,
        "modules": json.loads(modules), "places": [], "closed_days": [],
    }  # fmt: skip
    with site.app.app_context(), writing() as conn:
        orgs.insert_plan(conn, plan)


def test_of_two_files_for_the_same_days_the_second_stays_out(college):
    """Each was good when it was judged; the same file twice, another class, and another college."""
    give_a_plan(college)
    desk, stranger = college.caller("coordinator", "desk"), college.caller("other_coordinator", "desk")
    first, again = send(desk, sheet("二班", DAYS)), send(desk, sheet("二班", DAYS))
    other, abroad = send(desk, sheet("三班", LATER, range(2))), send(stranger, sheet("外班", DAYS))
    assert [one["counts"]["good"] for one in (first, again, other, abroad)] == [3, 3, 2, 3]
    assert write(college, desk, first)["written"] == 3
    told = write(college, desk, again)
    assert (told["written"], told["bad"], told["same"]) == (0, 0, 3)
    told = write(college, desk, other)
    assert (told["written"], told["bad"]) == (0, 2) and words(desk, other) == {2: {"in_another_class"}, 3: {"in_another_class"}}
    told = write(college, stranger, abroad)
    assert (told["written"], told["bad"]) == (0, 3) and set().union(*words(stranger, abroad).values()) == {"in_another_college"}
    assert len(handbooks(college)) == 6 and not is_doubled(college)


def test_who_gets_a_handbook_after_all_judging_is_kept_out_by_himself(college, monkeypatch):
    """Whatever judging missed: the row is held against the books once more in the transaction that writes it, and says why it stays out."""
    desk = college.caller("coordinator", "desk")
    late, first = send(desk, sheet("三班", LATER)), send(desk, sheet("二班", DAYS, range(1, 2)))
    write(college, desk, first)
    monkeypatch.setitem(judged.HAS_MOVED, "roster", lambda *given: False)
    told = write(college, desk, late)
    assert (told["written"], told["bad"]) == (2, 1) and words(desk, late) == {3: {"in_another_class"}}
    [row] = desk.get(f"/api/desk/imports/{late['id']}/rows?state=bad").json["items"]
    [fault] = [one for one in row["faults"] if not one["hint"]]
    assert fault["said"]["value"] == "二班" and fault["letter"] == "C"
    assert desk.get(f"/api/desk/imports/{late['id']}/bad").status_code == 200 and not is_doubled(college)


def test_the_same_days_from_two_sides_at_once_make_one_handbook(college, monkeypatch):
    """PostgreSQL lets both look before either has written, were the people not locked."""
    desk = college.caller("coordinator", "desk")
    reports = [send(desk, sheet("一班二", DAYS)), send(desk, sheet("二班二", DAYS))]
    with college.app.app_context(), writing() as conn:
        plan = conn.execute(sa.text("SELECT id FROM plans WHERE occupation = :name"), {"name": rosters.OCCUPATIONS[0][0]}).scalar_one()
        for number, name in enumerate(("一班二", "二班二")):
            registers.insert_class(conn, (f"40000000-0000-4000-8000-00000000000{number}", COLLEGE, name, plan, "2026-01-01", "2026-12-31", 1))
    assert all(order(desk, one).status_code == 200 for one in reports)
    work_beside(college, monkeypatch, 2)
    assert len(handbooks(college)) == 6 and not is_doubled(college)
    left = [desk.get(f"/api/desk/imports/{one['id']}").json["counts"] for one in reports]
    assert sorted((one["written"], one["bad"]) for one in left) == [(0, 3), (3, 0)]


def work_beside(site: Site, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    """Jobs done by several at once, each just before it writes waiting for the other as long as that can come."""
    gate, real = threading.Barrier(workers, timeout=2), judged.WRITERS["roster"]

    def together(*given: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            gate.wait()
        return real(*given)

    monkeypatch.setitem(judged.WRITERS, "roster", together)
    hands = [threading.Thread(target=do_waiting, args=(site.app, site.clock)) for _ in range(workers)]
    for one in hands:
        one.start()
    for one in hands:
        one.join(60)
    assert all(state == "done" for (state,) in site.rows("SELECT state FROM jobs"))


def test_a_file_that_waits_or_is_being_written_is_not_ordered_again(college):
    desk = college.caller("coordinator", "desk")
    report = send(desk, sheet("二班", DAYS))
    assert order(desk, report).status_code == 200
    refused = order(desk, report)
    assert (refused.status_code, refused.json["word"]) == (409, "import_under_way"), refused.json
    other = send(desk, sheet("三班", LATER))
    assert order(desk, other).status_code == 200, "another file is another matter"
    assert do_waiting(college.app, college.clock) == 2
    assert order(desk, report).status_code == 200, "once it has ended it may be asked for again"
    assert do_waiting(college.app, college.clock) == 1 and len(handbooks(college)) == 6


def test_two_workers_at_one_file_write_it_once(college, monkeypatch):
    """A worker that was not heard of for a while goes on beside the one that took its job up."""
    desk = college.caller("coordinator", "desk")
    report = send(desk, sheet("二班", DAYS))
    order(desk, report)
    with college.app.app_context(), writing() as conn:
        conn.execute(sa.text(
            "INSERT INTO jobs (id, kind, asked_by, role, org_id, asked_at, asked, state, unit)"
            " SELECT 'twin', kind, asked_by, role, org_id, asked_at, asked, state, unit FROM jobs WHERE state = 'waiting'"
        ))  # fmt: skip
    monkeypatch.setitem(judged.HAS_MOVED, "roster", lambda *given: False)
    work_beside(college, monkeypatch, 2)
    assert len(handbooks(college)) == 6 and not is_doubled(college)
    assert desk.get(f"/api/desk/imports/{report['id']}").json["counts"] == {"bad": 0, "good": 0, "same": 0, "written": 3}


def test_columns_explained_while_rows_are_written_turn_none_back(college, monkeypatch):
    """The rows were judged before they were written, and would be kept after."""
    desk, keep, begun, hands = college.caller("coordinator", "desk"), imports.keep, threading.Event(), []
    report = send(desk, sheet("二班", DAYS))
    order(desk, report)

    def slowly(*given: Any) -> bool:
        if not begun.is_set():
            begun.set()
            hands.append(threading.Thread(target=do_waiting, args=(college.app, college.clock)))
            hands[0].start()
            hands[0].join(2)
        return keep(*given)

    monkeypatch.setattr(imports, "keep", slowly)
    assert desk.post(f"/api/desk/imports/{report['id']}/columns", {"columns": [], "plan": None}).status_code == 200
    hands[0].join(30)
    counts = desk.get(f"/api/desk/imports/{report['id']}").json["counts"]
    assert counts["written"] == 3 and counts["good"] == 0, counts
    if order(desk, report).status_code == 200:
        do_waiting(college.app, college.clock)
    assert len(handbooks(college)) == 6 and not is_doubled(college)
