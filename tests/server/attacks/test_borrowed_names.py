"""A3: whoever runs the desk makes himself a master. He can, but only under his own name, for everybody to see, and never all the
way: what he has signed another must recognise. (A master's device made anew has its own tests, beside the two people it takes.)"""

from __future__ import annotations

import json
from typing import Any

import pytest

from hands import Hand, entry_id, version_of
from serving import BOOK, Phone, Site, person_id

SIGNED = {"minutes": 100, "how": "list", "note": None, "scores": []}
JOINED = {"member": "30000000-0000-4000-8000-000000000077", "role": "mentor", "org": None, "from": "2026-01-01", "to": None}


@pytest.fixture
def town(site: Site) -> Site:
    site.open_book()
    site.log_hours(2)
    return site


def desk_act(town: Site, kind: str, body: dict[str, Any], doc: str, of: str | None, **more: Any) -> Any:
    asked = {"book": BOOK, "kind": kind, "doc": doc, "of": of, "body": body, **more}
    return town.caller("coordinator", "desk").post("/api/desk/acts", asked)


def state(town: Site) -> tuple[str, list[str]]:
    doc = json.loads(town.rows("SELECT body FROM documents WHERE id = :id", id=entry_id(1))[0][0])
    return doc["state"], [seal["by"] for seal in doc["seals"]]


@pytest.mark.parametrize("kind", ["entry.signed", "entry.returned", "entry.withdrawn"])
@pytest.mark.parametrize("role", [None, "mentor"])
def test_the_desk_signs_nothing_for_a_master_and_writes_nothing_for_an_apprentice(town: Site, kind: str, role: str | None) -> None:
    """The server's own key is good for acts of the desk and for no other: not even for one who signs in this book herself."""
    if role:
        town.decide("member.joined", JOINED | {"person": person_id("coordinator")})
    body, version = SIGNED | {"reason": "x"}, version_of(town, entry_id(1))
    assert desk_act(town, kind, body, entry_id(1), version).status_code == 404
    assert town.decide(kind, body, entry_id(1), version)["word"] == "wrong_role"
    assert state(town) == ("logged", [])


@pytest.mark.parametrize("more", [{"by": person_id("mentor")}, {"person": person_id("mentor")}, {"at": 1}, {"deps": []}])
def test_nobody_at_the_desk_writes_under_another_name(town: Site, more: dict[str, Any]) -> None:
    answer = desk_act(town, "note.added", {"text": "x", "about": None}, "60000000-0000-4000-8000-000000000009", None, **more)
    assert answer.status_code == 400, "a field that is not asked for is no way in"


def test_no_session_of_the_desk_enrols_a_key_in_a_masters_name(town: Site) -> None:
    """A proof names whose key it is; the session says who is asking."""
    phone = Phone()
    for caller in (town.caller("coordinator"), town.caller("system_admin"), town.caller("coordinator", "desk")):
        asked = {"proof": phone.proof("mentor"), "label": "", "shared": False}
        assert caller.post("/api/devices", asked).json["word"] == "bad_proof"
    assert town.rows("SELECT id FROM devices WHERE person_id = :p", p=person_id("mentor")) == []


def test_what_a_phone_of_hers_signs_in_his_name_is_not_his(town: Site) -> None:
    hers = Hand(town, "coordinator")
    signed = hers.write("entry.signed", entry_id(1), SIGNED, version_of(town, entry_id(1)), by=person_id("mentor"))
    assert hers.send(signed) == ["not_your_device"] and state(town) == ("logged", [])


def test_a_coordinator_who_is_in_no_book_signs_in_none(town: Site) -> None:
    hers = Hand(town, "coordinator")
    assert hers.send(hers.write("entry.signed", entry_id(1), SIGNED, version_of(town, entry_id(1)))) == ["not_a_member"]


def test_a_coordinator_who_makes_herself_a_master_signs_under_her_own_name_and_recognises_nothing_of_it(town: Site) -> None:
    """The pairing stands in the book for everybody; who has signed cannot recognise, so that it always takes two."""
    hers = Hand(town, "coordinator")
    assert desk_act(town, "member.joined", JOINED | {"person": person_id("coordinator")}, BOOK, None).status_code == 404
    assert town.decide("member.joined", JOINED | {"person": person_id("coordinator")})["as"] == "accepted"
    assert hers.send(hers.write("entry.signed", entry_id(1), SIGNED, version_of(town, entry_id(1)))) == ["accepted"]
    assert state(town) == ("signed", [person_id("coordinator")])
    told = desk_act(town, "entry.credited", {"minutes": 100, "note": None}, entry_id(1), version_of(town, entry_id(1)))
    assert told.json["verdict"]["word"] == "signer_credits" and state(town)[0] == "signed"
    head = json.loads(town.rows("SELECT body FROM documents WHERE id = :id", id=BOOK)[0][0])
    assert [m["role"] for m in head["members"] if m["person"] == person_id("coordinator")] == ["mentor"]


def test_an_apprentice_made_a_master_of_his_own_book_is_refused(town: Site) -> None:
    assert town.decide("member.joined", JOINED | {"person": person_id("apprentice")})["word"] == "same_person"


def test_every_new_key_in_a_masters_name_is_told_him(town: Site) -> None:
    """Whoever gets a key enrolled for him: his own phone hears of it, and lists it."""
    first, second = Hand(town, "mentor"), Hand(town, "mentor")
    assert {d["id"] for d in first.caller.get("/api/devices").json["items"]} == {first.phone.id, second.phone.id}
    assert town.rows("SELECT word FROM news WHERE person_id = :p", p=person_id("mentor")) == [("device_enrolled",)]
