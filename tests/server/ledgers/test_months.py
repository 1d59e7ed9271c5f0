"""A month is locked for the whole class or for nobody, once it is over and nothing of it waits; after that only reversals count."""

from __future__ import annotations

import json

from serving import Site
from yearland import CLASS, STUDENT, Date, Land, Year


def lock(site: Site, month: str, who: str = "coordinator") -> tuple[int, str]:
    answer = site.caller(who, "desk").post("/api/desk/months/lock", {"class_id": CLASS, "month": month})
    return answer.status_code, answer.json.get("word", "")


def two(site: Site) -> tuple[Year, Year]:
    land = Land(site)
    days = (Date(2025, 9, 1), Date(2026, 8, 31))
    years = [Year(land, number, name, STUDENT, "student_apprentice", *days) for number, name in ((1, "学徒甲"), (2, "学徒乙"))]
    for year in years:
        year.entry(Date(2025, 9, 1), 480, 120, "M3", "post", 120)
        year.send()
    return years[0], years[1]


def locked(site: Site, year: Year) -> list[str]:
    return json.loads(site.rows("SELECT body FROM documents WHERE id = :id", id=year.book)[0][0])["locked"]


def test_a_month_in_which_something_waits_stays_open_for_all(both):
    one, other = two(both)
    doc = other.entry(Date(2025, 9, 2), 480, 60, "M3", "post", None)
    other.send()
    assert lock(both, "2025-09") == (409, "entries_waiting")
    assert locked(both, one) == locked(both, other) == []
    shown = both.caller("coordinator", "desk").get(f"/api/desk/months/{CLASS}/people?month=2025-09").json
    assert [(row["id"], row["name"], row["state"]) for row in shown["waiting"]] == [(doc, "学徒乙", "signed")]
    assert (shown["waiting_total"], shown["waiting_by"]) == (1, {"signed": 1})


def test_once_nothing_waits_it_is_locked_for_all_and_told(both):
    one, other = two(both)
    assert lock(both, "2025-09") == (200, "")
    assert locked(both, one) == locked(both, other) == ["2025-09"]
    assert lock(both, "2025-09") == (409, "already_locked")
    [month] = both.caller("coordinator", "desk").get(f"/api/desk/months/{CLASS}").json["items"]
    assert (month["locked"], month["books"], month["credited"], month["waiting"]) == (2, 2, 240, 0)
    op = json.loads(both.rows("SELECT body FROM documents WHERE id = :id", id=one.book)[0][0])
    assert op["locked"] == ["2025-09"]


def test_after_it_only_a_reversal_with_a_reason_changes_an_hour(both):
    one, _ = two(both)
    assert lock(both, "2025-09")[0] == 200
    [(doc,)] = [tuple(row) for row in both.rows("SELECT id FROM entries WHERE book_id = :book", book=one.book)]
    [(body,)] = [tuple(row) for row in both.rows("SELECT body FROM documents WHERE id = :id", id=doc)]
    version = json.loads(body)["version"]
    desk = both.caller("coordinator", "desk")
    act = {"book": one.book, "doc": doc, "of": version}
    assert desk.post("/api/desk/acts", act | {"kind": "entry.queried", "body": {"reason": "再看"}}).json["verdict"]["word"] == "month_locked"
    assert desk.post("/api/desk/acts", act | {"kind": "entry.reversed", "body": {"minutes": -30, "reason": "重复计入"}}).status_code == 404
    asked = {"book_id": one.book, "id": doc, "version": version, "minutes": -30}
    assert desk.post("/api/desk/reversals", asked).status_code == 400
    assert desk.post("/api/desk/reversals", asked | {"reason": "重复计入"}).json["state"] == "done"
    shown = desk.get(f"/api/desk/months/{CLASS}/people?month=2025-09").json["people"]
    assert {row["name"]: row["credited"] for row in shown} == {"学徒甲": 90, "学徒乙": 120}


def test_a_month_that_is_not_over_is_not_locked(both):
    two(both)
    assert lock(both, "2026-09") == (409, "month_not_over")
    assert lock(both, "2027-01") == (409, "month_not_over")


def test_nobody_else_locks_it(both):
    one, _ = two(both)
    assert lock(both, "2025-09", "other_coordinator") == (404, "not_found")
    assert lock(both, "2025-09", "enterprise_admin") == (403, "forbidden")
    assert locked(both, one) == []
