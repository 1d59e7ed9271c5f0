"""A6: to be there without being there: one phone for several, a photo of the code sent on, a kiosk of one's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hands import Hand
from server.services.people import roster
from server.store.books import books
from server.store.db import writing
from serving import BOOK, COLLEGE, Phone, Site, person_id
from sync.chain import START
from sync.evidence import PARAMS, evidence_of
from sync.op import to_base64url
from sync.signing import make_jws

BASE = "00000000-0000-4000-8000-000000000101"
SESSION, PRESENCE, ENTRY = (f"70000000-0000-4000-8000-{n:012d}" for n in (1, 2, 3))
FIVE = 1_789_981_200_000  # 2026-09-21 17:00 in Shanghai
DAY, MINUTE = "2026-09-21", 60_000
HOURS = {
    "day": DAY, "start": 1025, "end": 1100, "break": 0, "module": "m1", "nature": "practice", "place_kind": "base", "place": None,
    "text": "turning", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": PRESENCE,
}  # fmt: skip


@pytest.fixture
def town(site: Site) -> Site:
    site.at = FIVE - 60 * MINUTE
    site.open_book()
    with site.app.app_context():
        roster.make_org(BASE, "base", BASE)
        roster.give_role(person_id("base_admin"), "kiosk", BASE)
        with writing() as conn:
            books.insert_book(conn, BASE, START, books.Belongs(COLLEGE, None, None))
            doc = {"id": SESSION, "kind": "session", "state": "open", "day": DAY, "start": 1010, "end": 1200}
            books.insert_documents(conn, [(BASE, SESSION, 1, books.encode(doc))])
    return site


@pytest.fixture
def kiosk(town: Site) -> Hand:
    return Hand(town, "base_admin")


@pytest.fixture
def apprentice(town: Site) -> Hand:
    return Hand(town, "apprentice")


def code(kiosk: Hand | Phone, site: Site, at: int = FIVE, **more: Any) -> str:
    """What the tablet at the door shows at this moment."""
    key = kiosk.phone.key if isinstance(kiosk, Hand) else kiosk.key
    window = at // (PARAMS["window_seconds"] * 1000)
    shown = {"v": 1, "base": BASE, "session": SESSION, "window": window, "nonce": to_base64url(site.chance(16)), **more}
    return make_jws(key, "jj-code", shown)


def check_in(hand: Hand, shown: str, minutes: int = 0, **more: Any) -> str:
    """`minutes` after five, by the phone's own clock; what the server says of the code."""
    body = {"base": BASE, "workstation": None, "day": DAY, "start": min(1439, 1020 + max(0, minutes)), "code": shown}
    hand.site.at = max(hand.site.at, FIVE)
    said = hand.send(hand.write("presence.checked_in", PRESENCE, body, at=FIVE + minutes * MINUTE, **more))
    assert said == ["accepted"], "nothing is refused: what it is worth is another question"
    doc = json.loads(hand.site.rows("SELECT body FROM documents WHERE id = :id", id=PRESENCE)[0][0])
    return str(doc["proofs"][0]["word"])


def test_who_stands_before_the_tablet_is_there(kiosk: Hand, apprentice: Hand) -> None:
    """Without this, the others show nothing."""
    assert check_in(apprentice, code(kiosk, apprentice.site)) == "good"


@pytest.mark.parametrize("minutes", [3, 30, 24 * 60])
def test_a_photo_of_the_code_sent_on_is_worth_nothing_after_two_minutes(kiosk: Hand, apprentice: Hand, minutes: int) -> None:
    assert check_in(apprentice, code(kiosk, apprentice.site), minutes) == "out_of_time"


@pytest.mark.parametrize("heard", [4, 60, 3 * 24 * 60])
def test_setting_the_clock_back_to_the_photo_helps_nobody_who_has_heard_the_server_since(kiosk: Hand, apprentice: Hand, heard: int) -> None:
    assert check_in(apprentice, code(kiosk, apprentice.site), 0, seen=FIVE + heard * MINUTE) == "out_of_time"


def test_a_clock_that_is_a_minute_slow_is_no_crime(kiosk: Hand, apprentice: Hand) -> None:
    assert check_in(apprentice, code(kiosk, apprentice.site), -1, seen=FIVE) == "good"


def test_a_code_made_at_home_is_a_strangers(town: Site, apprentice: Hand) -> None:
    assert check_in(apprentice, code(Phone(), town)) == "unknown_kiosk"


@pytest.mark.parametrize("who", ["apprentice", "mentor", "other_apprentice"])
def test_a_code_signed_with_ones_own_phone_is_no_kiosks(town: Site, apprentice: Hand, who: str) -> None:
    """Enrolled, of this college even: only whom the roster calls a kiosk of this base."""
    signer = apprentice if who == "apprentice" else Hand(town, who)
    assert check_in(apprentice, code(signer, town)) == "unknown_kiosk"


def test_a_tablet_that_was_carried_off_and_reported_proves_nothing_more(town: Site, kiosk: Hand, apprentice: Hand) -> None:
    owner = Hand(town, "base_admin")
    assert owner.caller.post(f"/api/devices/{kiosk.phone.id}/revoke", {"how": "lost"}).status_code == 204
    assert check_in(apprentice, code(kiosk, town)) == "kiosk_ended"


def test_one_phone_writes_for_one_person(town: Site, kiosk: Hand, apprentice: Hand) -> None:
    """The friend who came along checks him in: signed by the friend's phone it is nobody's presence."""
    friend = Hand(town, "other_apprentice")
    body = {"base": BASE, "workstation": None, "day": DAY, "start": 1020, "code": code(kiosk, town)}
    town.at = FIVE
    assert friend.send(friend.write("presence.checked_in", PRESENCE, body, by=person_id("apprentice"))) == ["not_your_device"]
    assert friend.send(friend.write("presence.checked_in", PRESENCE, body)) == ["not_a_member"]
    assert town.rows("SELECT id FROM documents WHERE id = :id", id=PRESENCE) == []


def test_a_friends_key_is_not_taken_for_a_second_person(town: Site, apprentice: Hand) -> None:
    """One key an account: the phone on which both are signed in cannot lend one key to both."""
    friend = town.caller("other_apprentice")
    proof = apprentice.phone.proof("other_apprentice")
    assert friend.post("/api/devices", {"proof": proof, "label": "", "shared": True}).json["word"] == "device_taken"


def test_what_is_written_on_a_shared_phone_says_so_and_never_counts_as_the_best(town: Site, kiosk: Hand, apprentice: Hand) -> None:
    mentor = Hand(town, "mentor")
    assert check_in(apprentice, code(kiosk, town), 0, seen=FIVE) == "good"
    out = apprentice.write("presence.checked_out", PRESENCE, {"end": 1110}, at=FIVE + 90 * MINUTE)
    entry, town.at = {}, FIVE + 100 * MINUTE
    for shared, doc in ((True, ENTRY), (False, ENTRY[:-1] + "9")):
        logged = apprentice.write("entry.logged", doc, {**HOURS, "shared": shared}, at=town.at, seen=FIVE)
        assert apprentice.send(out, logged) == ["accepted", "accepted"]
        entry[shared] = json.loads(town.rows("SELECT body FROM documents WHERE id = :id", id=doc)[0][0])
        seal = {"minutes": 75, "how": "scan", "note": None, "scores": []}
        assert mentor.send(mentor.write("entry.signed", doc, seal, entry[shared]["version"], seen=FIVE)) == ["accepted"]
        entry[shared] = json.loads(town.rows("SELECT body FROM documents WHERE id = :id", id=doc)[0][0])
    docs = [json.loads(row[0]) for row in town.rows("SELECT body FROM documents WHERE book_id = :b", b=BOOK)]
    head = next(doc for doc in docs if doc["kind"] == "book")
    grades = {shared: evidence_of(entry[shared], head, [doc for doc in docs if doc["kind"] == "presence"]) for shared in entry}
    assert (grades[False].grade, grades[True].grade) == ("A", "B")
    assert ("shared_device",) in grades[True].lacks
