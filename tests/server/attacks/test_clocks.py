"""A12: clocks set back and forward. What a phone's clock says is kept as a claim; the server's own clock, the order in which things
came, and what the phone had heard of the server's clock stand beside it and cannot be written by anybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hands import Hand
from serving import BOOK, NOW, Site
from sync.evidence import evidence_of
from sync.op import loose_id

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
TODAY = "2026-09-21"  # of NOW, in Shanghai
DOC = "60000000-0000-4000-8000-000000000001"
HOURS = {
    "day": TODAY, "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice", "place_kind": "post", "place": None,
    "text": "turning", "photos": ["A" * 43], "safety": True, "shared": False, "late_reason": None, "presence": None,
}  # fmt: skip
SIGNED = {"minutes": 240, "how": "scan", "note": None, "scores": []}
CLOCKS = (0, 1, NOW - 400 * DAY, NOW - 2 * DAY, NOW + 9 * MINUTE, NOW + 2 * DAY, NOW + 400 * DAY, 2**53 - 1)


@pytest.fixture
def town(site: Site) -> Site:
    site.open_book()
    return site


@pytest.fixture
def apprentice(town: Site) -> Hand:
    return Hand(town, "apprentice")


@pytest.fixture
def mentor(town: Site) -> Hand:
    return Hand(town, "mentor")


def document(site: Site, doc: str = DOC) -> dict[str, Any]:
    return dict(json.loads(site.rows("SELECT body FROM documents WHERE id = :id", id=doc)[0][0]))


def evidence(site: Site) -> Any:
    return evidence_of(document(site), document(site, BOOK), [])


@pytest.mark.parametrize("at", CLOCKS)
@pytest.mark.parametrize("seen", [0, NOW, 2**53 - 1])
def test_no_clock_costs_work_moves_an_order_or_is_written_over(town: Site, apprentice: Hand, at: int, seen: int) -> None:
    before = apprentice.write("entry.logged", DOC[:-1] + "2", HOURS)
    odd = apprentice.write("entry.logged", DOC, HOURS, at=at, seen=seen)
    assert apprentice.send(before) == ["accepted"]
    town.pass_time(MINUTE)
    assert apprentice.send(odd) == ["accepted"]
    [(seq, received, jws)] = town.rows("SELECT seq, received_at, jws FROM ops WHERE id = :id", id=loose_id(odd))
    [(first,)] = town.rows("SELECT seq FROM ops WHERE id = :id", id=loose_id(before))
    assert (seq, received, jws) == (first + 1, town.at, odd), "it came second and a minute later, whatever is written on it"
    assert document(town)["at"] == at and document(town)["versions"][0]["seen"] == seen


def test_an_entry_of_last_week_dated_back_is_told_by_what_the_phone_had_heard(town: Site, apprentice: Hand, mentor: Hand) -> None:
    """He sets the clock to the day of the work; the server's time that his phone had heard since is signed into the same words."""
    old = {**HOURS, "day": "2026-09-14"}
    apprentice.send(logged := apprentice.write("entry.logged", DOC, old, at=NOW - 7 * DAY, seen=NOW - HOUR))
    mentor.send(mentor.write("entry.signed", DOC, SIGNED, loose_id(logged), at=NOW - 7 * DAY, seen=NOW - HOUR))
    told = evidence(town)
    assert told.grade == "C" and ("clock_behind",) in told.lacks


def test_a_phone_that_never_heard_the_server_proves_no_day(town: Site, apprentice: Hand, mentor: Hand) -> None:
    """The other way round the same: a phone kept away from the server says nothing about when."""
    apprentice.send(logged := apprentice.write("entry.logged", DOC, HOURS, at=NOW, seen=0))
    mentor.send(mentor.write("entry.signed", DOC, SIGNED, loose_id(logged), at=NOW, seen=0))
    told = evidence(town)
    assert told.grade == "C" and ("server_time_never",) in told.lacks


def test_what_is_written_late_stays_late_however_it_is_signed(town: Site, apprentice: Hand, mentor: Hand) -> None:
    apprentice.send(logged := apprentice.write("entry.logged", DOC, {**HOURS, "day": "2026-09-14"}, at=NOW, seen=NOW - HOUR))
    mentor.send(mentor.write("entry.signed", DOC, SIGNED, loose_id(logged), at=NOW, seen=NOW - HOUR))
    assert evidence(town).grade == "C" and ("written_late",) in evidence(town).lacks
    back = apprentice.write("entry.revised", DOC, {**HOURS, "day": "2026-09-14"}, loose_id(logged), at=NOW - 7 * DAY, seen=NOW - HOUR)
    assert apprentice.send(back) == ["accepted"]
    assert document(town)["seals"][0]["struck"] and evidence(town).grade == "D", "a new version under an older hour has no seal"


def test_a_sign_off_dated_back_to_the_day_is_told_by_what_the_masters_phone_had_heard(town: Site, apprentice: Hand, mentor: Hand) -> None:
    apprentice.send(logged := apprentice.write("entry.logged", DOC, {**HOURS, "day": "2026-09-14"}, at=NOW - 7 * DAY, seen=NOW - 7 * DAY))
    mentor.send(mentor.write("entry.signed", DOC, SIGNED, loose_id(logged), at=NOW - 7 * DAY, seen=NOW - HOUR))
    assert evidence(town).grade == "B" and ("signer_time_stale",) in evidence(town).lacks


def test_a_date_set_back_by_one_and_an_honest_late_one_make_no_sign_off_of_that_day(town: Site, apprentice: Hand, mentor: Hand) -> None:
    """What one seal lacks the other must not lend: the day comes from the one, the known hour from the other."""
    week, tutor = NOW - 7 * DAY, Hand(town, "college_tutor")
    apprentice.send(logged := apprentice.write("entry.logged", DOC, {**HOURS, "day": "2026-09-14"}, at=week, seen=week))
    mentor.send(mentor.write("entry.signed", DOC, SIGNED, loose_id(logged), at=week, seen=NOW - HOUR))
    tutor.send(tutor.write("entry.signed", DOC, SIGNED, loose_id(logged), at=NOW, seen=NOW - HOUR))
    assert ("signed_late",) in evidence(town).lacks


def test_hours_of_a_day_to_come_prove_nothing(town: Site, apprentice: Hand, mentor: Hand) -> None:
    apprentice.send(logged := apprentice.write("entry.logged", DOC, {**HOURS, "day": "2026-09-25"}, seen=NOW - HOUR))
    mentor.send(mentor.write("entry.signed", DOC, SIGNED, loose_id(logged), seen=NOW - HOUR))
    assert evidence(town).grade == "C" and ("written_early",) in evidence(town).lacks


@pytest.mark.parametrize("at", CLOCKS)
def test_no_hour_opens_a_month_that_is_locked(town: Site, apprentice: Hand, at: int) -> None:
    assert town.decide("month.locked", {"month": "2026-09"})["as"] == "accepted"
    assert apprentice.send(apprentice.write("entry.logged", DOC, HOURS, at=at)) == ["month_locked"]


@pytest.mark.parametrize("at", CLOCKS)
def test_no_hour_lets_a_master_sign_for_days_on_which_he_was_none(town: Site, apprentice: Hand, mentor: Hand, at: int) -> None:
    """The day worked decides, not the hour of signing."""
    left = {"member": "30000000-0000-4000-8000-000000000001", "to": "2026-09-20", "reason": "moved"}
    assert town.caller("coordinator", "desk").act("member.left", left)["as"] == "accepted"
    apprentice.send(logged := apprentice.write("entry.logged", DOC, HOURS))
    assert mentor.send(mentor.write("entry.signed", DOC, SIGNED, loose_id(logged), at=at)) == ["not_paired"]


@pytest.mark.parametrize("at", [-1, 2**53, 1.5, "now", None, True])
def test_a_clock_is_a_whole_number(town: Site, apprentice: Hand, at: Any) -> None:
    assert apprentice.send(apprentice.write("entry.logged", DOC, HOURS, at=at)) == ["malformed"]


def test_the_server_goes_by_its_own_clock_alone(town: Site, apprentice: Hand) -> None:
    """A session that is over is over, whatever hour the phone believes; a certificate is dated by the server."""
    assert apprentice.caller.get("/api/devices").status_code == 200
    town.pass_time(400 * DAY)
    late = apprentice.caller.get("/api/devices", headers={"Date": "Mon, 21 Sep 2026 14:00:00 GMT"})
    assert late.status_code == 401
