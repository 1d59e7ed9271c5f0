"""Devices: proof, certificate, end. Names: who hears whose."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from server.services.people import roster
from serving import NOW, Phone, Site, person_id
from sync.op import from_base64url, to_base64url
from sync.signing import make_jws, read_jwk, read_statement

DAY = 86_400_000


def enrol(site: Site, name: str, phone: Phone, **changed: object):
    asked = {"proof": phone.proof(name), "label": "red phone", "shared": False} | changed
    return site.caller(name).post("/api/devices", asked)


def test_a_device_that_proves_its_key_gets_a_certificate(both):
    phone = Phone()
    answer = enrol(both, "mentor", phone).json
    assert answer["device"] == {
        "id": phone.id, "label": "red phone", "shared": False, "status": "active", "enrolled_at": NOW, "certified_at": NOW,
        "signed_at": None,
    }  # fmt: skip
    server_key = both.caller("mentor").get("/api/me").json["server_key"]
    found = read_jwk(server_key)
    assert found is not None
    header, payload, _ = answer["certificate"].split(".")
    assert json.loads(from_base64url(header))["typ"] == "jj-cert"
    assert read_statement(answer["certificate"], "jj-cert", found[1]) == {
        "v": 1, "person": person_id("mentor"), "name": "name of mentor", "device": phone.id, "jwk": phone.jwk, "roles": ["mentor"],
        "issued": NOW, "expires": NOW + 90 * DAY,
    }  # fmt: skip


def test_showing_the_same_key_again_changes_nothing(both):
    phone = Phone()
    first, again = enrol(both, "mentor", phone), enrol(both, "mentor", phone)
    assert (first.status_code, again.status_code) == (200, 200)
    assert len(both.caller("mentor").get("/api/devices").json["items"]) == 1


def test_a_renewed_certificate_is_dated(both):
    phone, caller = Phone(), both.caller("mentor")
    enrol(both, "mentor", phone)
    both.pass_time(5)
    assert caller.post(f"/api/devices/{phone.id}/certificate").status_code == 200
    [device] = caller.get("/api/devices").json["items"]
    assert (device["enrolled_at"], device["certified_at"]) == (NOW, NOW + 5)


def test_a_key_belongs_to_one_person_for_good(both):
    phone = Phone()
    enrol(both, "mentor", phone)
    assert enrol(both, "apprentice", phone).json["word"] == "device_taken"
    both.caller("mentor").post(f"/api/devices/{phone.id}/revoke", {"how": "retired"})
    assert enrol(both, "apprentice", phone).json["word"] == "device_taken"
    assert enrol(both, "mentor", phone).json["word"] == "device_ended"


def bad_proofs() -> dict[str, str]:
    phone, thief = Phone(), generate_private_key(SECP256R1())
    good = phone.proof("mentor")
    header, payload, signature = good.split(".")
    none = to_base64url(b'{"alg":"none","kid":"' + phone.id.encode() + b'","typ":"jj-enrol"}')
    return {
        "another person's": phone.proof("apprentice"),
        "another version": phone.proof("mentor", v=2),
        "a time that is none": phone.proof("mentor", at="now"),
        "a key that did not sign": make_jws(thief, "jj-enrol", {"v": 1, "by": "mentor", "jwk": phone.jwk, "at": NOW}),
        "another type": make_jws(phone.key, "jj-op", {"v": 1, "by": "mentor", "jwk": phone.jwk, "at": NOW}),
        "no algorithm": f"{none}.{payload}.{signature}",
        "a changed signature": f"{header}.{payload}.{signature[::-1]}",
        "private parts": phone.proof("mentor", jwk=phone.jwk | {"d": phone.jwk["x"]}),
        "a point off the curve": phone.proof("mentor", jwk=phone.jwk | {"y": phone.jwk["x"]}),
        "nothing": "",
    }


@pytest.mark.parametrize("what", list(bad_proofs()))
def test_a_proof_that_does_not_hold_enrols_nothing(site, what):
    answer = enrol(site, "mentor", Phone(), proof=bad_proofs()[what])
    assert (answer.status_code, answer.json["word"]) == (400, "bad_proof")
    assert site.rows("SELECT id FROM devices WHERE person_id IS NOT NULL") == []


def test_a_certificate_is_renewed_until_the_device_ends(both):
    """The end of a device takes effect at once."""
    phone, caller = Phone(), both.caller("mentor")
    enrol(both, "mentor", phone)
    both.pass_time(20 * DAY)
    renewed = caller.post(f"/api/devices/{phone.id}/certificate").json["certificate"]
    assert json.loads(from_base64url(renewed.split(".")[1]))["expires"] == NOW + 110 * DAY
    assert caller.post(f"/api/devices/{phone.id}/revoke", {"how": "retired"}).status_code == 204
    assert caller.post(f"/api/devices/{phone.id}/certificate").json["word"] == "device_ended"
    assert caller.post(f"/api/devices/{phone.id}/revoke", {"how": "lost"}).status_code == 204
    assert caller.post(f"/api/devices/{phone.id}/revoke", {"how": "retired"}).status_code == 404
    assert [row["status"] for row in caller.get("/api/devices").json["items"]] == ["lost"]


def test_a_person_has_at_most_twenty_devices(site):
    said = [enrol(site, "mentor", Phone()).status_code for _ in range(21)]
    assert said == [200] * 20 + [409]


def test_the_servers_own_key_can_be_neither_taken_nor_ended(both):
    server = both.app.extensions["jiangji"].key
    proof = make_jws(server.private, "jj-enrol", {"v": 1, "by": "mentor", "jwk": server.jwk, "at": NOW})
    assert enrol(both, "mentor", Phone(), proof=proof).json["word"] == "device_taken"
    assert both.caller("mentor").post(f"/api/devices/{server.id}/revoke", {"how": "lost"}).status_code == 404
    assert both.rows("SELECT status FROM devices WHERE id = :id", id=server.id)[0][0] == "server"


def test_an_activation_may_bring_the_first_device(both):
    here, phone = both.app.extensions["jiangji"], Phone()
    with both.app.app_context():
        roster.issue_code(here.hasher, person_id("mentor"), "ABCDEFGHJK", "a-1", both.at)
    caller = both.caller()
    answer = caller.post("/api/activation", {
        "login": "mentor", "code": "ABCDEFGHJK", "password": "vier Birnen im Korb", "proof": phone.proof("mentor"),
        "label": "mine", "shared": True,
    })  # fmt: skip
    assert answer.json["person"]["name"] == "name of mentor" and answer.json["certificate"].count(".") == 2
    assert answer.json["session"]["kind"] == "phone" and answer.json["epoch"] == "epoch-1"
    [device] = caller.get("/api/devices").json["items"]
    assert (device["id"], device["shared"], device["label"]) == (phone.id, True, "mine")


def test_names_are_told_to_those_who_share_a_book(both):
    """A book's people, and its college's coordinator, whose decisions they read; nobody else."""
    both.open_book()
    inside = {person_id(name) for name in ("apprentice", "mentor", "college_tutor", "base_trainer")}
    decides = {person_id("coordinator")}
    for name in ("apprentice", "mentor", "college_tutor", "base_trainer", "coordinator", "enterprise_admin"):
        items = both.caller(name).get("/api/people").json["items"]
        seen = inside if name in ("coordinator", "enterprise_admin") else inside | decides
        assert {row["id"] for row in items} == seen, name
    for name in ("other_apprentice", "other_coordinator", "authority", "system_admin", "base_admin"):
        assert both.caller(name).get("/api/people").json == {"items": [], "next": None}, name
