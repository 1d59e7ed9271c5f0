"""What the code of a check-in is worth, said by the server in the book itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hands import Hand, entry_id, pull, version_of
from server.services.books import latecomers
from server.services.books.proofs import WAIT
from server.services.keeping import upkeep
from server.store.db import writing
from server.store.host.writer import Writer
from server_desk import PLAN, look, seal, write
from serving import BOOK, WORKS, Phone, Site, person_id
from sync.evidence import PARAMS, evidence_of
from sync.op import to_base64url
from sync.signing import make_jws

OTHER_BASE = "00000000-0000-4000-8000-000000000102"
SESSION, PRESENCE, ENTRY = (f"70000000-0000-4000-8000-{n:012d}" for n in (1, 2, 3))
ARRIVED = 1_789_981_200_000  # 2026-09-21 17:00 in Shanghai, from where the clocks of these tests go on
DAY, START_MINUTE = "2026-09-21", 1020
MINUTE = 60_000


class Kiosk:
    """A tablet of the base that has been let in like everybody."""

    def __init__(self, site: Site) -> None:
        self.site, self.hand = site, Hand(site, "kiosk")

    def code(self, at: int, phone: Phone | None = None, **more: Any) -> str:
        window = at // (PARAMS["window_seconds"] * 1000)
        given = {"v": 1, "base": WORKS, "session": SESSION, "window": window, "nonce": to_base64url(self.site.chance(16)), **more}
        return make_jws((phone or self.hand.phone).key, "jj-code", given)


def open_session(site: Site, **changed: Any) -> None:
    """By the trainer's phone."""
    body = {"workstation": "W-01", "module": "m4", "topic": "turning", "day": DAY, "start": 990, "end": 1200, **changed}
    trainer = Hand(site, "base_trainer")
    assert trainer.send(trainer.write("session.opened", SESSION, body, book=WORKS)) == ["accepted"]


def check_in(hand: Hand, code: str | None, at: int = ARRIVED, doc: str = PRESENCE, **change: Any) -> list[str]:
    body = {"base": WORKS, "workstation": None, "day": DAY, "start": START_MINUTE, "code": code, **change}
    hand.site.at = at
    return hand.send(hand.write("presence.checked_in", doc, body))


def proofs(site: Site, doc: str = PRESENCE) -> list[tuple[str, str]]:
    body = json.loads(site.rows("SELECT body FROM documents WHERE id = :id", id=doc)[0][0])
    return [(proof["side"], proof["word"]) for proof in body.get("proofs", [])]


@pytest.fixture
def town(both: Site) -> Site:
    both.at = ARRIVED - 30 * MINUTE
    both.open_book()
    both.open_base()
    return both


@pytest.fixture
def kiosk(town: Site) -> Kiosk:
    return Kiosk(town)


@pytest.fixture
def apprentice(town: Site) -> Hand:
    return Hand(town, "apprentice")


def test_a_good_code_proves_presence_in_the_same_answer(town, kiosk, apprentice):
    open_session(town)
    town.at = ARRIVED
    body = {"base": WORKS, "workstation": None, "day": DAY, "start": START_MINUTE, "code": kiosk.code(ARRIVED)}
    arrived = apprentice.write("presence.checked_in", PRESENCE, body)
    assert apprentice.send(arrived) == ["accepted"]
    doc = pull(town, "apprentice")[PRESENCE]
    [proof] = doc["proofs"]
    assert (proof["side"], proof["word"], proof["session"]) == ("in", "good", SESSION)
    assert apprentice.send(arrived) == ["accepted"], "sent again, nothing more is said of it"
    assert proofs(town) == [("in", "good")]
    with town.app.app_context():
        checked = upkeep.verify(lambda done, total: None)
    assert [d for d in checked.differences if d.book == BOOK] == []


def test_it_lifts_the_grade_of_the_hours_it_covers(town, kiosk, apprentice):
    open_session(town)
    check_in(apprentice, kiosk.code(ARRIVED))
    content = {
        "day": DAY, "start": START_MINUTE, "end": 1080, "break": 0, "module": "m1", "nature": "practice", "place_kind": "base",
        "place": None, "text": "turning", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": PRESENCE,
    }  # fmt: skip
    assert apprentice.send(apprentice.write("entry.logged", ENTRY, content)) == ["accepted"]
    docs = pull(town, "apprentice")
    assert "presence_proven" in evidence_of(docs[ENTRY], docs[BOOK], [docs[PRESENCE]]).has


def test_hours_at_a_base_are_clean_only_when_more_than_their_owner_says_he_was_there(town, kiosk, apprentice):
    """No code and a false one count by the rules, but nobody credits them in one go; by hand it takes a reason."""
    open_session(town)
    assert town.decide("plan.set", PLAN)["as"] == "accepted"
    for number, code in enumerate((None, "JJ1-forged-code", kiosk.code(ARRIVED)), start=1):
        start = START_MINUTE + 20 * (number - 1)
        presence = f"60000000-0000-4000-8000-{number:012d}"
        check_in(apprentice, code, doc=presence, start=START_MINUTE)
        write(apprentice, number, 21, start=start, end=start + 20, place_kind="base", presence=presence)
        seal(town, number, 20, "base_trainer")
    look(town)
    rows = town.rows("SELECT clean, counted_minutes, reasons FROM entries ORDER BY id")
    assert rows == [(1, 20, "UNPROVEN"), (1, 20, "UNPROVEN"), (3, 20, "")]
    desk = town.caller("coordinator", "desk")
    assert desk.post("/api/desk/queue/credit", {"wanted": {}}).json["credited"] == 1
    of = version_of(town, entry_id(1))
    said = town.decide("entry.credited", {"minutes": 20, "note": None}, entry_id(1), of)
    assert (said["as"], said["word"]) == ("refused", "note_needed")
    assert town.decide("entry.credited", {"minutes": 0, "note": None}, entry_id(2), version_of(town, entry_id(2)))["as"] == "accepted"
    assert town.decide("entry.credited", {"minutes": 20, "note": "the trainer saw him"}, entry_id(1), of)["as"] == "accepted"
    with town.app.app_context():
        assert upkeep.verify(lambda done, total: None).differences == ()


def test_a_trainer_who_saw_the_person_needs_no_code(town, apprentice):
    assert town.decide("plan.set", PLAN)["as"] == "accepted"
    presence = "60000000-0000-4000-8000-000000000009"
    check_in(apprentice, None, doc=presence)
    write(apprentice, 9, 21, start=START_MINUTE, end=1060, place_kind="base", presence=presence)
    seal(town, 9, 40, "base_trainer")
    assert town.rows("SELECT clean FROM entries") == [(1,)]
    trainer = Hand(town, "base_trainer")
    body = {"base": WORKS, "session": SESSION, "workstation": None, "day": DAY, "start": START_MINUTE, "end": 1080}
    assert trainer.send(trainer.write("presence.seen", "60000000-0000-4000-8000-000000000010", body)) == ["accepted"]
    assert town.rows("SELECT clean, reasons FROM entries") == [(3, "")]


@pytest.mark.parametrize(
    ("minutes", "start", "word"),
    [(0, 1020, "good"), (2, 1020, "good"), (-2, 1020, "good"), (4, 1020, "out_of_time"), (-4, 1020, "out_of_time"),
     (0, 1016, "out_of_time"), (0, 1060, "good")],
)  # fmt: skip
def test_a_code_is_good_for_two_minutes_and_for_no_hour_before_it(town, kiosk, apprentice, minutes, start, word):
    open_session(town)
    check_in(apprentice, kiosk.code(ARRIVED - minutes * MINUTE), start=start)
    assert proofs(town) == [("in", word)]


def test_a_code_is_of_a_kiosk_of_this_base_and_of_nobody_else(town, kiosk, apprentice):
    open_session(town)
    stranger, trainer = Phone(), Hand(town, "base_trainer")
    head, payload, _ = kiosk.code(ARRIVED).split(".")
    codes = {
        "unknown_kiosk": [kiosk.code(ARRIVED, stranger), kiosk.code(ARRIVED, trainer.phone)],
        "bad_signature": [f"{head}.{payload}.{to_base64url(bytes(63) + bytes([1]))}"],
        "unreadable": ["hello", kiosk.code(ARRIVED, v=2), kiosk.code(ARRIVED, window="1"), kiosk.code(ARRIVED, session="x")],
        "other_base": [kiosk.code(ARRIVED, base=OTHER_BASE)],
    }
    number = 10
    for word, several in codes.items():
        for code in several:
            doc, number = f"70000000-0000-4000-8000-{number:012d}", number + 1
            assert check_in(apprentice, code, doc=doc) == ["accepted"], "nothing is refused for a bad code"
            assert proofs(town, doc) == [("in", word)], code
    check_in(apprentice, kiosk.code(ARRIVED), doc=ENTRY, base=OTHER_BASE)
    assert proofs(town, ENTRY) == [("in", "other_base")]


def test_a_kiosk_that_has_ended_proves_nothing(town, kiosk, apprentice):
    open_session(town)
    code = kiosk.code(ARRIVED)
    with town.app.app_context(), writing() as conn:
        conn.exec_driver_sql(f"UPDATE devices SET status = 'lost' WHERE person_id = '{person_id('kiosk')}'")
    check_in(apprentice, code)
    assert proofs(town) == [("in", "kiosk_ended")]


@pytest.mark.parametrize("changed", [{"day": "2026-09-20"}, {"start": 1051}, {"start": 900, "end": 989}])
def test_a_session_is_somewhere_in_time(town, kiosk, apprentice, changed):
    open_session(town, **changed)
    check_in(apprentice, kiosk.code(ARRIVED))
    assert proofs(town) == [("in", "outside_session")]


def test_a_kiosk_that_no_longer_stands_there_proves_nothing(town, kiosk, apprentice):
    open_session(town)
    left = {"member": "31000000-0000-4000-8000-000000000002", "to": "2026-09-20", "reason": "broken"}
    assert town.caller("base_admin", "desk").act("staff.left", left, WORKS, book=WORKS)["as"] == "accepted"
    check_in(apprentice, kiosk.code(ARRIVED))
    assert proofs(town) == [("in", "kiosk_ended")]


def test_a_kiosk_that_ended_while_a_check_in_waited_is_said_once(town, kiosk, apprentice):
    check_in(apprentice, kiosk.code(ARRIVED))
    with town.app.app_context(), writing() as conn:
        conn.exec_driver_sql(f"UPDATE devices SET status = 'lost' WHERE person_id = '{person_id('kiosk')}'")
    open_session(town)
    assert (late(town), late(town)) == (1, 0)
    assert proofs(town) == [("in", "kiosk_ended")]


def test_going_is_proven_like_coming(town, kiosk, apprentice):
    open_session(town)
    check_in(apprentice, kiosk.code(ARRIVED))
    town.at = ARRIVED + 60 * MINUTE
    out = apprentice.write("presence.checked_out", PRESENCE, {"end": 1080, "code": kiosk.code(town.at)})
    assert apprentice.send(out) == ["accepted"]
    assert proofs(town) == [("in", "good"), ("out", "good")]


def late(town: Site) -> int:
    key = town.app.extensions["jiangji"].key.private
    with town.app.app_context():
        return latecomers.prove_latecomers(Writer(key, town.chance), town.at)


def test_a_session_may_come_after_those_who_came_to_it(town, kiosk, apprentice):
    check_in(apprentice, kiosk.code(ARRIVED))
    assert proofs(town) == [] and late(town) == 0
    open_session(town)
    assert (late(town), late(town)) == (1, 0)
    assert proofs(town) == [("in", "good")]


def test_nobody_waits_for_a_session_for_ever(town, kiosk, apprentice):
    check_in(apprentice, kiosk.code(ARRIVED))
    town.pass_time(WAIT - 1)
    assert late(town) == 0
    town.pass_time(2)
    assert (late(town), late(town)) == (1, 0)
    assert proofs(town) == [("in", "outside_session")]


def test_without_a_code_nothing_is_said(town, kiosk, apprentice):
    check_in(apprentice, None)
    assert proofs(town) == []


def test_nobody_at_a_desk_can_say_it_himself(town, kiosk, apprentice):
    check_in(apprentice, None)
    body = {"side": "in", "about": to_base64url(bytes(32)), "word": "good"}
    asked = {"book": BOOK, "kind": "presence.proven", "doc": PRESENCE, "of": None, "body": body}
    assert town.caller("coordinator", "desk").post("/api/desk/acts", asked).status_code == 404
    assert apprentice.send(apprentice.write("presence.proven", PRESENCE, body)) == ["desk_only"]
    assert proofs(town) == []
