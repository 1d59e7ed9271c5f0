"""Checklist no. 24: a password alone opens no desk. What the phone counts is good once, guessing is slow, the secret is sealed."""

from __future__ import annotations

import pyotp
import pytest

from server.services.desk.factors import CODES, STEP, TRIES
from serving import PASSWORD, Caller, Site

MINUTE = 60_000


def word(answer) -> str:
    return answer.json["word"] if answer.status_code >= 400 else "done"


@pytest.fixture
def desk(both: Site) -> Caller:
    both.set_password("coordinator")
    caller = both.caller()
    answer = caller.log_in("coordinator", PASSWORD, "desk")
    assert answer.json["session"]["asks"] == "set_up"
    return caller


def set_up(desk: Caller) -> tuple[pyotp.TOTP, list[str]]:
    secret = desk.post("/api/desk/factor/start").json
    counter = pyotp.TOTP(secret["secret"])
    assert secret["uri"].startswith("otpauth://totp/") and secret["secret"] in secret["uri"]
    answer = desk.post("/api/desk/factor/confirm", {"code": counter.at(desk.site.at // 1000)})
    assert answer.status_code == 200, answer.text
    return counter, answer.json["codes"]


def come_back(site: Site) -> Caller:
    caller = site.caller()
    assert caller.log_in("coordinator", PASSWORD, "desk").json["session"]["asks"] == "factor"
    return caller


def show(caller: Caller, code: str) -> str:
    return word(caller.post("/api/desk/factor/show", {"code": code}))


def test_a_password_alone_opens_no_desk(desk):
    assert word(desk.get("/api/desk/resets")) == "factor_needed"
    assert word(desk.post("/api/desk/proof", {"password": PASSWORD})) == "done"
    assert word(desk.get("/api/desk/resets")) == "factor_needed"
    _, codes = set_up(desk)
    assert len(set(codes)) == CODES
    assert desk.get("/api/desk/resets").status_code == 200
    assert desk.get("/api/desk/factor").json == {"set": True, "required": True, "passed": True, "codes": CODES}


def test_a_code_is_good_once_and_for_a_minute_and_a_half(desk):
    site = desk.site
    counter, _ = set_up(desk)
    used = counter.at(site.at // 1000)
    caller = come_back(site)
    assert show(caller, used) == "wrong_factor", "the one it was set up with"
    site.pass_time(STEP * 2)
    code = counter.at(site.at // 1000)
    assert show(caller, f"{code[:3]} {code[3:]}") == "done"
    assert caller.get("/api/desk/resets").status_code == 200
    other = come_back(site)
    assert show(other, code) == "wrong_factor"
    assert show(other, counter.at(site.at // 1000 - 30)) == "wrong_factor", "what came before a used one is over"
    site.pass_time(STEP * 3)
    assert show(other, counter.at(site.at // 1000 - 60)) == "wrong_factor"
    assert show(other, counter.at(site.at // 1000 + 30)) == "done", "a clock that goes a little fast"


def test_guessing_is_slow_whatever_session_it_comes_from(desk):
    site = desk.site
    counter, _ = set_up(desk)
    site.pass_time(STEP * 4)
    said = [show(come_back(site), f"{number:06d}") for number in range(TRIES + 2)]
    assert "too_many_requests" in said and "done" not in said
    assert show(come_back(site), counter.at(site.at // 1000)) == "too_many_requests"
    site.pass_time(10 * MINUTE)
    assert show(come_back(site), counter.at(site.at // 1000)) == "done"


def test_the_codes_for_the_day_the_phone_is_gone_are_good_once_each(desk):
    site = desk.site
    _, codes = set_up(desk)
    assert show(come_back(site), codes[0].lower()) == "done"
    assert show(come_back(site), codes[0]) == "wrong_factor"
    assert desk.get("/api/desk/factor").json["codes"] == CODES - 1


def test_nobody_who_only_knows_the_password_sets_another_one_up(desk):
    counter, _ = set_up(desk)
    thief = come_back(desk.site)
    assert word(thief.post("/api/desk/factor/start")) == "factor_needed"
    assert word(thief.post("/api/desk/factor/confirm", {"code": counter.at(desk.site.at // 1000)})) == "not_found"


def test_what_is_kept_counts_nothing(desk):
    """A copy of the database has neither secret nor codes."""
    counter, codes = set_up(desk)
    kept = str([tuple(row) for table in ("factors", "factor_codes") for row in desk.site.rows(f"SELECT * FROM {table}")])
    assert counter.secret not in kept and not any(code in kept for code in codes)


def test_it_proves_again_as_well_as_a_password(desk):
    site = desk.site
    counter, _ = set_up(desk)
    site.pass_time(6 * MINUTE)
    asked = {"login": "nobody", "reason": "x", "lost": False}
    assert word(desk.post("/api/desk/resets", asked)) == "prove_again"
    assert desk.post("/api/desk/proof", {"code": counter.at(site.at // 1000)}).status_code == 204
    assert word(desk.post("/api/desk/resets", asked)) == "not_found"
    assert word(desk.post("/api/desk/proof", {"code": "123456", "password": PASSWORD})) == "bad_request"


def test_where_it_is_only_offered_who_has_none_is_in_at_once(make_site):
    site = make_site(second_factor="offered")
    site.set_password("coordinator")
    caller = site.caller()
    assert caller.log_in("coordinator", PASSWORD, "desk").json["session"]["asks"] == "nothing"
    assert caller.get("/api/desk/resets").status_code == 200
    set_up(caller)
    assert word(come_back(site).get("/api/desk/resets")) == "factor_needed"


def test_a_phone_is_asked_for_none(both):
    both.set_password("mentor")
    assert both.caller().log_in("mentor", PASSWORD).json["session"]["asks"] == "nothing"
