"""A base at work: sessions held and closed, who was seen in them, and a kiosk whose clock is listened to."""

from __future__ import annotations

import pytest

from hands import SYNC, Hand, pull
from server.services.books import kiosks
from server.services.keeping import upkeep
from serving import BOOK, WORKS, Phone, Site, person_id
from sync.evidence import evidence_of

SESSION, PRESENCE, ENTRY = (f"71000000-0000-4000-8000-{n:012d}" for n in (1, 2, 3))
DAY = "2026-09-21"
HELD = {"workstation": "W-01", "module": "m4", "topic": "turning", "day": DAY, "start": 480, "end": 700}
SEEN = {"base": WORKS, "session": SESSION, "workstation": "W-01", "day": DAY, "start": 480, "end": 690}
CLOSED = {"end": 690, "seen": [{"book": BOOK, "person": person_id("apprentice")}]}
CONTENT = {
    "day": DAY, "start": 480, "end": 690, "break": 0, "module": "m1", "nature": "practice", "place_kind": "base", "place": None,
    "text": "turning", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
}  # fmt: skip
SECOND, HOUR = 1000, 3_600_000


@pytest.fixture
def works(both: Site) -> Site:
    both.open_book()
    both.open_base()
    return both


def clean(site: Site) -> bool:
    with site.app.app_context():
        return upkeep.verify(lambda done, total: None).differences == ()


def test_a_trainer_opens_a_session_and_closes_it_with_those_he_saw(works):
    trainer, apprentice, mentor = (Hand(works, name) for name in ("base_trainer", "apprentice", "mentor"))
    opened = trainer.write("session.opened", SESSION, HELD, book=WORKS)
    closed = trainer.write("session.closed", SESSION, CLOSED, book=WORKS)
    seen = trainer.write("presence.seen", PRESENCE, SEEN)
    assert trainer.send(opened) == ["accepted"]
    assert pull(works, "kiosk")[SESSION]["state"] == "open", "the kiosk hears of it at its next exchange"
    assert trainer.send(closed, seen) == ["accepted", "accepted"]
    assert trainer.send(closed, seen) == ["accepted", "accepted"], "sent again, nothing more happens"
    assert pull(works, "base_trainer")[SESSION] | {"seq": 0} == {
        "id": SESSION, "kind": "session", "state": "closed", "by": person_id("base_trainer"), **HELD, **CLOSED,
        "at": works.at, "seq": 0,
    }  # fmt: skip
    assert apprentice.send(apprentice.write("entry.logged", ENTRY, CONTENT)) == ["accepted"]
    sealed = {"minutes": 200, "how": "list", "note": None, "scores": []}
    version = pull(works, "apprentice")[ENTRY]["version"]
    assert mentor.send(mentor.write("entry.signed", ENTRY, sealed, version)) == ["accepted"]
    docs = pull(works, "apprentice")
    assert docs[PRESENCE]["by"] == person_id("base_trainer") and SESSION not in docs
    assert "presence_seen" in evidence_of(docs[ENTRY], docs[BOOK], [docs[PRESENCE]]).has
    assert clean(works)


def test_who_may_not_hold_a_session_is_told_why(works):
    for name, word in (("kiosk", "wrong_role"), ("apprentice", "not_a_member"), ("college_tutor", "not_a_member")):
        hand = Hand(works, name)
        assert hand.send(hand.write("session.opened", SESSION, HELD, book=WORKS)) == [word]
    kiosk = Hand(works, "kiosk")
    assert kiosk.send(kiosk.write("presence.seen", PRESENCE, SEEN)) == ["not_a_member"], "a kiosk writes in nobody's book"
    apprentice = Hand(works, "apprentice")
    assert apprentice.send(apprentice.write("presence.seen", PRESENCE, SEEN)) == ["wrong_role"], "nobody has seen himself"
    assert works.rows("SELECT id FROM documents WHERE id IN (:a, :b)", a=SESSION, b=PRESENCE) == []


def test_a_session_held_without_a_network_may_arrive_whole_and_by_another(works):
    """Opened and closed in one go, carried by the apprentice's phone."""
    trainer = Hand(works, "base_trainer")
    ops = [
        trainer.write("session.opened", SESSION, HELD, book=WORKS),
        trainer.write("session.closed", SESSION, CLOSED, book=WORKS),
        trainer.write("presence.seen", PRESENCE, SEEN),
    ]
    answer = works.caller("apprentice").post("/api/sync", SYNC | {"ops": ops}).json
    assert [verdict["as"] for verdict in answer["verdicts"].values()] == ["accepted"] * 3
    assert WORKS not in {book["id"] for book in answer["books"]}, "to carry is not to see"
    assert pull(works, "kiosk")[SESSION]["state"] == "closed" and clean(works)


def test_a_kiosk_learns_nobodys_name_but_of_those_who_serve_with_it(works):
    """The list of a session names apprentices by id alone."""
    trainer = Hand(works, "base_trainer")
    ops = [trainer.write("session.opened", SESSION, HELD, book=WORKS), trainer.write("session.closed", SESSION, CLOSED, book=WORKS)]
    assert trainer.send(*ops) == ["accepted", "accepted"]
    named = {row["id"] for row in works.caller("kiosk").get("/api/people").json["items"]}
    assert named == {person_id(name) for name in ("base_trainer", "mentor", "kiosk")}
    assert pull(works, "kiosk").keys() == {WORKS, SESSION}
    assert BOOK not in {book["id"] for book in works.caller("kiosk").post("/api/sync", SYNC | {"have": {BOOK: [1, "A" * 43]}}).json["books"]}


# --- the kiosk's clock ---------------------------------------------------------------------------------------------


def told(site: Site, hand: Hand, seconds: int, phone: Phone | None = None) -> list[tuple[int, int]]:
    """What the trainer sees of the kiosk after an exchange in which it says its clock is so much ahead."""
    clock = {"device": (phone or hand.phone).id, "at": site.at + seconds * SECOND}
    assert hand.caller.post("/api/sync", SYNC | {"clock": clock}).status_code == 200
    docs = pull(site, "base_trainer").values()
    return [(doc["seconds"], doc["at"]) for doc in docs if doc["kind"] == "kiosk"]


def test_a_kiosks_clock_is_heard_and_shown_to_those_who_serve_there(works):
    kiosk = Hand(works, "kiosk")
    first = works.at
    assert told(works, kiosk, 3) == [(3, first)]
    works.pass_time(kiosks.REST)
    assert told(works, kiosk, 20) == [(3, first)], "a moment more or less is no news"
    works.pass_time(SECOND)
    assert told(works, kiosk, -300) == [(-300, works.at)]
    assert told(works, kiosk, 300) == [(-300, works.at)], "but not over and over"
    works.pass_time(24 * HOUR)
    assert told(works, kiosk, -300) == [(-300, works.at)], "once a day that it is there"
    assert clean(works)
    [row] = kiosk.caller.get("/api/devices").json["items"]
    assert (row["clock_seconds"], row["clock_at"]) == (-300, works.at)


@pytest.mark.parametrize("at", [0, -(2**53) + 1, 2**53 - 1])
def test_a_clock_that_has_lost_its_battery_is_heard_as_well(works, at):
    kiosk = Hand(works, "kiosk")
    clock = {"device": kiosk.phone.id, "at": at}
    assert kiosk.caller.post("/api/sync", SYNC | {"clock": clock}).status_code == 200
    [seconds] = [doc["seconds"] for doc in pull(works, "kiosk").values() if doc["kind"] == "kiosk"]
    assert abs(seconds) == kiosks.MOST_SECONDS and (seconds > 0) == (at > works.at)


def test_nobody_else_speaks_for_a_kiosk(works):
    kiosk, trainer = Hand(works, "kiosk"), Hand(works, "base_trainer")
    assert told(works, trainer, 60) == [], "a trainer's phone is no kiosk"
    assert told(works, kiosk, 60, trainer.phone) == [], "nor is another's key"
    assert told(works, trainer, 60, kiosk.phone) == []
    kiosk.caller.post(f"/api/devices/{kiosk.phone.id}/revoke", {"how": "lost"})
    assert told(works, kiosk, 60) == [], "nor one that has ended"
    [row] = trainer.caller.get("/api/devices").json["items"]
    assert (row["clock_seconds"], row["clock_at"]) == (None, None)


def test_a_clock_of_nonsense_is_said_to_be_so(works):
    kiosk = Hand(works, "kiosk")
    for clock in ({"device": "x", "at": 1}, {"device": kiosk.phone.id, "at": "1"}, {"at": 1}, "1", []):
        assert kiosk.caller.post("/api/sync", SYNC | {"clock": clock}).status_code == 400, clock
    assert kiosk.caller.post("/api/sync", SYNC | {"clock": {"device": kiosk.phone.id, "at": 1, "more": 1}}).status_code == 200
