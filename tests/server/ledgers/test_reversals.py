"""After the lock an hour is changed by a reversal with a reason; by two people where hours are given back or a claim holds them."""

from __future__ import annotations

import pytest

from leaving import make
from reversing import REASON, asked, credited, second_coordinator
from server.store.db import writing
from serving import Site, person_id
from yearland import CLASS, STUDENT, Date, Land, Year


@pytest.fixture
def year(both: Site) -> Year:
    """One entry of 120 minutes in a locked month, one of 60 in an open one."""
    year = Year(Land(both), 1, "学徒甲", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    year.locked = year.entry(Date(2025, 9, 1), 480, 120, "M3", "post", 120)
    year.open = year.entry(Date(2025, 10, 9), 480, 60, "M3", "post", 60)
    year.send()
    assert both.caller("coordinator", "desk").post("/api/desk/months/lock", {"class_id": CLASS, "month": "2025-09"}).status_code == 200
    return year


def claim(site: Site) -> None:
    made = make(site, "ledger", aim="claim", month="2025-09")
    assert made["state"] == "done", made
    said = site.caller("enterprise_admin", "desk").post(f"/api/desk/exports/{made['id']}/decide", {"outcome": "confirmed"})
    assert said.status_code == 200, said.text


def test_what_it_would_change_is_said_before(both, year):
    desk = both.caller("coordinator", "desk")
    assert desk.get(f"/api/desk/reversals/of/{year.book}").json["locked"] == ["2025-09"]
    said = desk.post("/api/desk/reversals/look", {"book_id": year.book, "id": year.locked, "minutes": -30}).json
    assert (said["locked"], said["needs"], said["claims"], said["waits"]) == (True, None, [], False)
    assert (said["before"]["entry"], said["after"]["entry"]) == (120, 90)
    assert (said["before"]["whole"], said["after"]["whole"]) == (180, 150)
    assert said["after"]["module"]["missing"] - said["before"]["module"]["missing"] == 30
    assert credited(both, year.locked) == 120
    assert desk.post("/api/desk/reversals/look", {"book_id": year.book, "id": year.open, "minutes": -30}).json["locked"] is False


def test_taking_back_is_done_at_once_and_stands_in_the_list_and_in_the_story(both, year):
    desk = both.caller("coordinator", "desk")
    row = desk.post("/api/desk/reversals", asked(both, year, -30)).json
    assert (row["state"], row["needs"], row["credited_minutes"], row["second"]) == ("done", None, 90, None)
    [listed] = desk.get(f"/api/desk/reversals?book_id={year.book}").json["items"]
    assert (listed["reason"], listed["minutes"], listed["mine"]) == (REASON, -30, True)
    told = desk.get(f"/api/desk/books/{year.book}/story").json["items"][0]
    assert (told["kind"], told["said"]["minutes"], told["said"]["reason"]) == ("entry.reversed", -30, REASON)
    assert [one["id"] for one in both.caller("enterprise_admin", "desk").get("/api/desk/reversals").json["items"]] == [row["id"]]


def test_never_below_nothing_nor_above_what_was_signed_nor_before_the_lock(both, year):
    desk = both.caller("coordinator", "desk")
    for minutes, doc, word in ((-121, "", "minutes_raised"), (1, "", "minutes_raised"), (-10, year.open, "month_open")):
        answer = desk.post("/api/desk/reversals", asked(both, year, minutes, doc))
        assert (answer.status_code, answer.json["word"]) == (409, word)
    stale = asked(both, year, -10, version="A" * 43)
    assert desk.post("/api/desk/reversals", stale).status_code == 409
    assert desk.post("/api/desk/reversals", asked(both, year, -10) | {"minutes": 0}).status_code == 400
    assert both.rows("SELECT id FROM reversals") == []


def test_giving_back_waits_for_somebody_else(both, year):
    desk = both.caller("coordinator", "desk")
    assert desk.post("/api/desk/reversals", asked(both, year, -30)).json["state"] == "done"
    row = desk.post("/api/desk/reversals", asked(both, year, 20)).json
    assert (row["state"], row["needs"], credited(both, year.locked)) == ("waiting", "raised", 90)
    assert desk.post("/api/desk/reversals", asked(both, year, -5)).json["word"] == "reversal_waits"
    door = f"/api/desk/reversals/{row['id']}/decide"
    assert desk.post(door, {"outcome": "done"}).json["word"] == "same_person"
    assert both.caller("other_coordinator", "desk").post(door, {"outcome": "done"}).status_code == 404
    second = second_coordinator(both)
    assert second.post(door, {"outcome": "refused"}).status_code == 400
    done = second.post(door, {"outcome": "done"}).json
    assert (done["state"], done["second"] is not None, credited(both, year.locked)) == ("done", True, 110)
    assert second.post(door, {"outcome": "done"}).json["word"] == "not_open"


def test_what_a_confirmed_claim_holds_takes_two_and_the_claim_is_named(both, year):
    claim(both)
    desk = both.caller("coordinator", "desk")
    said = desk.post("/api/desk/reversals/look", {"book_id": year.book, "id": year.locked, "minutes": -30}).json
    assert said["needs"] == "claimed" and [(one["form"], one["month"]) for one in said["claims"]] == [("ledger", "2025-09")]
    row = desk.post("/api/desk/reversals", asked(both, year, -30)).json
    assert (row["state"], credited(both, year.locked)) == ("waiting", 120)
    firm, door = both.caller("enterprise_admin", "desk"), "/api/desk/reversals/{}/decide"
    refused = firm.post(door.format(row["id"]), {"outcome": "refused", "answer": "当天确实在岗"}).json
    assert (refused["state"], refused["answer"], credited(both, year.locked)) == ("refused", "当天确实在岗", 120)
    again = desk.post("/api/desk/reversals", asked(both, year, -30)).json
    assert desk.post(door.format(again["id"]), {"outcome": "dropped"}).json["state"] == "dropped"
    third = desk.post("/api/desk/reversals", asked(both, year, -30)).json
    assert firm.post(door.format(third["id"]), {"outcome": "done"}).json["credited_minutes"] == 90


def test_whoever_has_lost_his_desk_meanwhile_changes_nothing(both, year):
    desk = both.caller("coordinator", "desk")
    desk.post("/api/desk/reversals", asked(both, year, -30))
    row = desk.post("/api/desk/reversals", asked(both, year, 20)).json
    second = second_coordinator(both)
    with both.app.app_context(), writing() as conn:
        conn.exec_driver_sql(f"DELETE FROM roles WHERE person_id = '{person_id('coordinator')}' AND role = 'coordinator'")
    assert second.post(f"/api/desk/reversals/{row['id']}/decide", {"outcome": "done"}).json["word"] == "forbidden"
    assert credited(both, year.locked) == 90


def test_only_the_colleges_coordinator_asks(both, year):
    wanted = asked(both, year, -30)
    assert both.caller("other_coordinator", "desk").post("/api/desk/reversals", wanted).status_code == 404
    for who in ("enterprise_admin", "authority", "base_admin", "system_admin"):
        assert both.caller(who, "desk").post("/api/desk/reversals", wanted).status_code == 403, who
    assert both.rows("SELECT id FROM reversals") == []
