"""Whoever is asked to sign is woken once a day, however much waits, and by nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from hands import Hand, entry_id, kinds, tell, version_of
from pushservice import Browser, PushService
from server.nudge.post import Post
from server.nudge.seal import Seal
from server.services.telling import nudging
from server.services.telling.nudging import Nudger
from serving import Site, person_id

MINUTE = 60_000
HOUR = 60 * MINUTE
HOURS = {
    "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice", "place_kind": "post", "place": None,
    "text": "turning", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
}  # fmt: skip


@pytest.fixture
def apprentice(town: Site) -> Hand:
    """A quarter past ten in the evening of 21 September 2026, in Shanghai."""
    town.open_book()
    return Hand(town, "apprentice")


def log(apprentice: Hand, *days: int, **changed: Any) -> list[str]:
    return apprentice.send(*(
        apprentice.write("entry.logged", entry_id(day), HOURS | {"day": f"2026-09-{day:02d}"} | changed) for day in days
    ))  # fmt: skip


def carry(town: Site, name: str, service: PushService, at: str = "a") -> None:
    assert town.caller(name).send("PUT", "/api/push", json=Browser(service.origin, at).asked()).status_code == 204


def turn(town: Site) -> dict[str, int]:
    here = town.app.extensions["jiangji"]
    with town.app.app_context():
        return dict(nudging.nudge_people(Nudger(Seal(here.push_key.private, here.config.push_contact), Post()), town.config, town.at))


def nudged(town: Site) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in town.rows("SELECT person_id, since FROM nudges ORDER BY person_id")]


def test_a_day_of_entries_wakes_a_mentor_once(town: Site, service: PushService, apprentice: Hand) -> None:
    carry(town, "mentor", service)
    before = town.at
    assert log(apprentice, 1, 2, 3) == ["accepted"] * 3
    town.pass_time(MINUTE)
    assert log(apprentice, 4) == ["accepted"]
    assert nudged(town) == [(person_id("mentor"), before)]
    assert turn(town) == {"told": 1} and service.came[0].target == "/push/a"
    town.pass_time(HOUR)
    log(apprentice, 5)
    assert (nudged(town), turn(town)) == ([], {})
    town.pass_time(HOUR)
    log(apprentice, 6)
    assert turn(town) == {"told": 1} and len(service.came) == 2, "past midnight in Shanghai: another day"
    assert tell(town) is False and kinds(town) == [], "the list of what waits is the notice"


def test_a_revision_asks_anew_and_a_withdrawal_asks_nobody(town: Site, service: PushService, apprentice: Hand) -> None:
    log(apprentice, 1, 2)
    carry(town, "mentor", service)
    gone = apprentice.write("entry.withdrawn", entry_id(2), {"reason": "x"}, version_of(town, entry_id(2)))
    assert apprentice.send(gone) == ["accepted"] and nudged(town) == []
    revised = HOURS | {"day": "2026-09-01", "end": 700}
    assert apprentice.send(apprentice.write("entry.revised", entry_id(1), revised, version_of(town, entry_id(1)))) == ["accepted"]
    assert [person for person, _ in nudged(town)] == [person_id("mentor")]


def test_every_signer_of_the_day_is_woken_and_nobody_else(town: Site, service: PushService, apprentice: Hand) -> None:
    for number, name in enumerate(("apprentice", "mentor", "college_tutor", "base_trainer")):
        carry(town, name, service, str(number))
    desk = town.caller("coordinator", "desk")
    left = {"member": "30000000-0000-4000-8000-000000000003", "to": "2026-09-10", "reason": "moved"}
    assert desk.act("member.left", left)["as"] == "accepted"
    log(apprentice, 11)
    assert {person for person, _ in nudged(town)} == {person_id("mentor"), person_id("college_tutor")}
    log(apprentice, 10)
    assert {person for person, _ in nudged(town)} == {person_id(name) for name in ("mentor", "college_tutor", "base_trainer")}


def test_what_is_refused_wakes_nobody(town: Site, service: PushService, apprentice: Hand) -> None:
    carry(town, "mentor", service)
    assert log(apprentice, 1, end=480) == ["times_crossed"] and nudged(town) == []


def test_who_has_no_browser_costs_nothing(town: Site, apprentice: Hand) -> None:
    log(apprentice, 1)
    assert nudged(town) == []


def test_a_browser_that_cannot_be_reached_is_not_asked_for_twice(town: Site, service: PushService, apprentice: Hand) -> None:
    carry(town, "mentor", service)
    service.answer = b"HTTP/1.1 503 Later\r\ncontent-length: 0\r\n\r\n"
    log(apprentice, 1)
    waits = nudged(town)
    assert turn(town) == {"later": 1}
    log(apprentice, 2)
    assert nudged(town) == waits != []
