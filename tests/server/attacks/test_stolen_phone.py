"""A10: a phone is stolen, unlocked and signed in. And no. 34: what ends, ends at a place in the book and not at an hour somebody
writes on his words."""

from __future__ import annotations

import pytest

from hands import SYNC, Hand, entry_id, version_of
from serving import NOW, Phone, Site, person_id

SIGNED = {"minutes": 100, "how": "list", "note": None, "scores": []}
DAY = 86_400_000


@pytest.fixture
def town(site: Site) -> Site:
    site.open_book()
    site.log_hours(3)
    return site


@pytest.fixture
def stolen(town: Site) -> Hand:
    """The master's phone, now in other hands: its key, its session."""
    return Hand(town, "mentor")


def report(town: Site, thing: Hand, how: str = "lost") -> Hand:
    """Its owner says so, from another phone of his."""
    owner = Hand(town, thing.name)
    assert owner.caller.post(f"/api/devices/{thing.phone.id}/revoke", {"how": how}).status_code == 204
    return owner


def sign(hand: Hand, day: int, **more: int) -> list[str]:
    doc = entry_id(day)
    return hand.send(hand.write("entry.signed", doc, SIGNED, version_of(hand.site, doc), **more))


def test_until_it_is_reported_the_thief_is_its_owner_and_from_then_on_nobody(town: Site, stolen: Hand) -> None:
    """What was signed before stays, in the book's order; the very next word waits for two people. The second in between is none."""
    assert sign(stolen, 1) == ["accepted"]
    owner = report(town, stolen)
    carried = stolen.write("entry.signed", entry_id(2), SIGNED, version_of(town, entry_id(2)))
    assert owner.send(carried) == ["device_lost"]
    states = [town.rows("SELECT state FROM entries WHERE id = :id", id=entry_id(day))[0][0] for day in (1, 2)]
    assert states == ["signed", "logged"]


def test_the_session_on_it_opens_nothing_more(town: Site, stolen: Hand) -> None:
    """Nor can it bring another key in the owner's name, which would sign as if nothing had happened."""
    assert stolen.caller.get("/api/devices").status_code == 200
    owner = report(town, stolen)
    asked = {"proof": Phone().proof("mentor"), "label": "", "shared": False}
    assert stolen.caller.post("/api/devices", asked).status_code == 401
    assert stolen.caller.post("/api/sync", SYNC).status_code == 401
    assert stolen.caller.get("/api/devices").status_code == 401
    assert owner.caller.get("/api/devices").status_code == 200, "he who reported it stays in"
    assert sign(owner, 3) == ["accepted"]


def test_a_phone_that_was_only_put_aside_leaves_the_others_in(town: Site, stolen: Hand) -> None:
    third = Hand(town, "mentor")
    report(town, stolen, "retired")
    assert third.caller.get("/api/devices").status_code == 200
    assert sign(stolen, 1) == ["device_retired"]


@pytest.mark.parametrize("at", [NOW - 30 * DAY, NOW, NOW + 30 * DAY, 0])
def test_no_hour_written_on_it_makes_it_earlier(town: Site, stolen: Hand, at: int) -> None:
    owner = report(town, stolen)
    late = stolen.write("entry.signed", entry_id(1), SIGNED, version_of(town, entry_id(1)), at=at, seen=max(0, at - 1))
    assert owner.send(late) == ["device_lost"]
    assert owner.send(late) == ["device_lost"], "sent again it still waits for people"


def test_it_ends_for_its_own_person_only(town: Site, stolen: Hand) -> None:
    """Nobody takes another's phone away from him."""
    other = Hand(town, "apprentice")
    assert other.caller.post(f"/api/devices/{stolen.phone.id}/revoke", {"how": "lost"}).status_code == 404
    assert sign(stolen, 1) == ["accepted"] and stolen.caller.get("/api/devices").status_code == 200


def test_its_certificate_is_not_renewed_and_its_key_comes_to_nobody(town: Site, stolen: Hand) -> None:
    owner = report(town, stolen)
    again = owner.caller.post(f"/api/devices/{stolen.phone.id}/certificate", {})
    assert (again.status_code, again.json["word"]) == (409, "device_ended")
    shown = owner.caller.post("/api/devices", {"proof": stolen.phone.proof("mentor"), "label": "", "shared": False})
    assert shown.json["word"] == "device_ended"
    thief = Hand(town, "apprentice")
    taken = thief.caller.post("/api/devices", {"proof": stolen.phone.proof("apprentice"), "label": "", "shared": False})
    assert taken.json["word"] == "device_taken"


def test_it_is_seen_that_a_key_was_added_in_his_name(town: Site, stolen: Hand) -> None:
    """While the thief still could: whatever he brings stands in the owner's list."""
    new = Phone()
    assert stolen.caller.post("/api/devices", {"proof": new.proof("mentor"), "label": "x", "shared": False}).status_code == 200
    listed = town.caller("mentor").get("/api/devices").json["items"]
    assert {device["id"] for device in listed} == {stolen.phone.id, new.id}
    assert town.rows("SELECT word FROM news WHERE person_id = :p", p=person_id("mentor")) == [("device_enrolled",)]
