"""Activation codes: the only way in for the first time."""

from __future__ import annotations

import concurrent.futures

import pytest

from server.services.people import roster
from server.store.people.passwords import code_of, read_code
from serving import PASSWORD, Caller, Phone, Site, person_id


def status(caller: Caller) -> int:
    return caller.get("/api/me").status_code


def issue(site: Site, name: str, code: str = "ABCDEFGHJK") -> str:
    here = site.app.extensions["jiangji"]
    with site.app.app_context():
        code = roster.issue_code(here.hasher, person_id(name), code, f"a-{next(site.numbers)}", site.at)
    assert isinstance(code, str)
    return code


def activate(site: Site, login: str, code: str, **changed: object) -> tuple[Caller, int, str]:
    caller = site.caller()
    asked = {"login": login, "code": code, "password": PASSWORD, "proof": None, "label": "", "shared": False} | changed
    answer = caller.post("/api/activation", asked)
    return caller, answer.status_code, answer.json.get("word", "")


def test_a_code_is_fifty_bits_and_forgives_bad_writing():
    assert len({code_of(bytes([n]) * 7) for n in range(256)}) == 256
    assert code_of(bytes(7)) == "0000000000" and code_of(b"\xff" * 7) == "ZZZZZZZZZZ"
    assert read_code("o1Il-abc de") == "0111ABCDE"


def test_a_code_works_once_and_is_not_kept(both):
    """Afterwards it opens nothing, and no dump shows it."""
    code = issue(both, "mentor")
    kept = [str(value) for row in both.rows("SELECT * FROM activations") for value in row]
    assert not any(code in value for value in kept) and any(value.startswith("$argon2id$") for value in kept)
    check = both.caller().post("/api/activation/check", {"login": "mentor", "code": "abcde-fghjk"})
    assert check.json == {"name": "name of mentor", "roles": ["mentor"]}
    caller, answered, _ = activate(both, "mentor", "ABCDE-fghjk")
    assert (answered, status(caller)) == (200, 200)
    assert activate(both, "mentor", code)[1:] == (403, "code_used")
    assert both.caller().log_in("mentor", code).status_code == 401


def test_a_code_of_another_person_is_none(both):
    issue(both, "mentor")
    assert activate(both, "apprentice", "ABCDEFGHJK")[1:] == (403, "code_wrong")
    assert activate(both, "nobody", "ABCDEFGHJK")[1:] == (403, "code_wrong")


def test_a_code_ends_after_72_hours(both):
    code = issue(both, "mentor")
    both.pass_time(72 * 3_600_000 + 1)
    assert activate(both, "mentor", code)[1:] == (403, "code_expired")


@pytest.mark.parametrize("login", ["mentor", "nobody"])
def test_the_sixth_try_is_not_looked_at(both, login):
    """The same words for a name nobody has."""
    code = issue(both, "mentor")
    check = [
        both.caller().post("/api/activation/check", {"login": login, "code": "0000000000"}).json["word"]
        for _ in range(5)
    ]
    assert check == ["code_wrong"] * 5
    assert activate(both, login, code)[1:] == (403, "code_blocked")


def test_looking_at_a_right_code_costs_no_try(site):
    code = issue(site, "mentor")
    for _ in range(8):
        assert site.caller().post("/api/activation/check", {"login": "mentor", "code": code}).status_code == 200
    assert activate(site, "mentor", code)[1] == 200


def test_a_newer_code_kills_the_older(site):
    issue(site, "mentor", "AAAAAAAAAA")
    site.pass_time(1)
    newer = issue(site, "mentor", "BBBBBBBBBB")
    assert activate(site, "mentor", "AAAAAAAAAA")[2] == "code_wrong"
    assert activate(site, "mentor", newer)[1] == 200


def test_a_weak_password_or_a_bad_proof_does_not_use_up_the_code(both):
    code = issue(both, "mentor")
    assert activate(both, "mentor", code, password="mentor123")[1:] == (400, "weak_password")
    assert activate(both, "mentor", code, proof="x.y.z")[1:] == (400, "bad_proof")
    assert activate(both, "mentor", code, proof=Phone().proof("apprentice"))[1:] == (400, "bad_proof")
    assert activate(both, "mentor", code)[1] == 200


def test_a_code_opens_for_one_of_two_at_once(both):
    code = issue(both, "mentor")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: activate(both, "mentor", code)[1], range(4)))
    assert said.count(200) == 1


def test_nobody_is_born_with_a_password(both):
    """Whoever is on the roster can get in by a code only."""
    assert {row[0] for row in both.rows("SELECT password_hash FROM people")} == {None}
    for login, password in (("system_admin", "admin"), ("admin", "admin"), ("coordinator", "")):
        assert both.caller().log_in(login, password or " ").status_code == 401
