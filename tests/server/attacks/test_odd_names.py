"""Documents of a base under names that are somebody else's: what names them must not stop the exchange of anybody."""

from __future__ import annotations

import pytest

from hands import SYNC, Hand, pull
from serving import WORKS, Site, person_id
from sync.evidence import PARAMS
from sync.op import to_base64url
from sync.signing import make_jws

ARRIVED = 1_789_981_200_000  # 2026-09-21 17:00 in Shanghai
DAY, PRESENCE, NOTE = "2026-09-21", "70000000-0000-4000-8000-000000000002", "70000000-0000-4000-8000-000000000009"
HELD = {"workstation": "W-01", "module": "m4", "topic": "turning", "day": DAY, "start": 990, "end": 1200}


@pytest.fixture
def town(both: Site) -> Site:
    both.at = ARRIVED
    both.open_book()
    both.open_base()
    return both


def code_of(hand: Hand, session: str) -> str:
    window = hand.site.at // (PARAMS["window_seconds"] * 1000)
    given = {"v": 1, "base": WORKS, "session": session, "window": window, "nonce": to_base64url(hand.site.chance(16))}
    return make_jws(hand.phone.key, "jj-code", given)


def clock(hand: Hand) -> int:
    return hand.caller.post("/api/sync", SYNC | {"clock": {"device": hand.phone.id, "at": hand.site.at}}).status_code


@pytest.mark.parametrize("named", [WORKS, person_id("kiosk")])
def test_a_code_that_names_no_session_proves_nothing_and_stops_nobody(town, named):
    kiosk, apprentice = Hand(town, "kiosk"), Hand(town, "apprentice")
    assert clock(kiosk) == 200
    body = {"base": WORKS, "workstation": None, "day": DAY, "start": 1020, "code": code_of(kiosk, named)}
    ops = apprentice.write("note.added", NOTE, {"text": "beside it"}), apprentice.write("presence.checked_in", PRESENCE, body)
    assert apprentice.send(*ops) == ["accepted", "accepted"]
    assert [proof["word"] for proof in pull(town, "apprentice")[PRESENCE]["proofs"]] == ["outside_session"]


def test_a_session_under_a_kiosks_name_does_not_strand_the_kiosk(town):
    trainer, kiosk = Hand(town, "base_trainer"), Hand(town, "kiosk")
    trainer.send(trainer.write("session.opened", person_id("kiosk"), HELD, book=WORKS))
    assert clock(kiosk) == 200
    assert kiosk.caller.get("/api/devices").status_code == 200
