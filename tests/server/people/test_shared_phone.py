"""One browser, several people: whose session opens a door, what logging in and out does to the others'."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from server.services.people import roster
from serving import BASE, PASSWORD, Caller, Site, person_id

A, B = person_id("apprentice"), person_id("mentor")
APP = {"X-App": "1", "Sec-Fetch-Site": "same-origin"}


class Browser:
    """Keeps cookies as a browser does; the app in it says for whom it asks."""

    def __init__(self, site: Site) -> None:
        self.client, self.jar = site.app.test_client(use_cookies=False), {}

    def send(self, method: str, path: str, account: str | None = None, asked: object = None) -> TestResponse:
        headers = APP | {"Cookie": "; ".join(f"{name}={token}" for name, token in self.jar.items())}
        more = {} if method == "GET" else {"json": asked or {}}
        named = {} if account is None else {"X-Account": account}
        answer = self.client.open(path, method=method, base_url=BASE, headers=headers | named, **more)
        for given in answer.headers.getlist("Set-Cookie"):
            name, _, rest = given.partition("=")
            if "Max-Age=0;" in rest:
                self.jar.pop(name, None)
            else:
                self.jar[name] = rest.partition(";")[0]
        return answer

    def log_in(self, login: str, kind: str = "phone", account: str | None = None) -> TestResponse:
        return self.send("POST", "/api/login", account, {"login": login, "password": PASSWORD, "kind": kind})

    def who(self, account: str | None = None) -> str:
        """The person a door sees, or the word it says."""
        answer = self.send("GET", "/api/me", account)
        return answer.json["person"]["id"] if answer.status_code == 200 else answer.json["word"]


@pytest.fixture
def browser(site: Site) -> Browser:
    for login in ("apprentice", "mentor", "coordinator"):
        site.set_password(login)
    return Browser(site)


def cookie(person: str) -> str:
    return f"__Host-sid-{person}"


def test_two_people_on_one_phone_each_have_their_session(browser):
    browser.log_in("apprentice")
    browser.log_in("mentor", account=A)
    assert set(browser.jar) == {cookie(A), cookie(B)}
    assert (browser.who(A), browser.who(B)) == (A, B)


def test_logging_out_leaves_the_others_in(browser):
    browser.log_in("apprentice")
    browser.log_in("mentor")
    browser.log_in("coordinator", "desk")
    assert browser.send("POST", "/api/logout", A).status_code == 204
    assert set(browser.jar) == {cookie(B), "__Host-sid"}
    assert (browser.who(A), browser.who(B), browser.who()) == ("not_signed_in", B, person_id("coordinator"))
    assert browser.send("POST", "/api/logout").status_code == 204
    assert (browser.who(B), set(browser.jar)) == (B, {cookie(B)})


def test_activation_gives_the_person_his_own_cookie(browser, site):
    browser.log_in("mentor")
    with site.app.app_context():
        roster.issue_code(site.app.extensions["jiangji"].hasher, A, "9876543210", "a-new", site.at)
    asked = {"login": "apprentice", "code": "9876543210", "password": PASSWORD, "proof": None, "label": "", "shared": True}
    assert browser.send("POST", "/api/activation", B, asked).status_code == 200
    assert (browser.who(A), browser.who(B)) == (A, B)


def test_a_session_opens_only_for_its_own_person(browser):
    """Whatever was put into the cookie of another account, by whatever means."""
    browser.log_in("apprentice")
    browser.log_in("mentor")
    browser.jar[cookie(A)] = browser.jar[cookie(B)]
    assert browser.who(A) == "not_signed_in"
    browser.jar = {"__Host-sid": browser.jar[cookie(B)]}
    assert browser.who(A) == "not_signed_in"


def test_a_desk_session_is_no_phones(browser):
    """He logged out on the phone; the desk in the next tab is not his phone."""
    browser.log_in("coordinator", "desk")
    assert browser.who(person_id("coordinator")) == "not_signed_in"
    browser.jar[cookie(person_id("coordinator"))] = browser.jar.pop("__Host-sid")
    assert browser.who(person_id("coordinator")) == "not_signed_in"


@pytest.mark.parametrize(
    "account",
    ["", "x", A[:-1] + "F", A + "x", "../" + A, f"{A}, {B}", "0" * 36, A.replace("-", ""), f"{A};", f"{A}=", "\xff" * 36],
)
def test_an_account_is_a_person_s_id_or_a_bad_request(browser, account):
    browser.log_in("apprentice")
    answer = browser.send("GET", "/api/me", account)
    assert (answer.status_code, answer.json["word"]) == (400, "bad_request")


def test_an_app_from_before_goes_on_as_before(browser, site):
    """It names no account: its old cookie opens, a new log-in opens, and so does the next one after that has ended."""
    old = site.caller("apprentice")
    browser.jar = {"__Host-sid": old.cookie}
    assert browser.who() == A
    browser.log_in("apprentice")
    assert (browser.who(), set(browser.jar)) == (A, {cookie(A)})
    browser.jar["__Host-sid"] = "A" * 43
    browser.log_in("apprentice")
    assert (browser.who(), set(browser.jar)) == (A, {cookie(A)})
    browser.log_in("mentor")
    assert browser.who() == "not_signed_in"


def test_a_new_app_finds_the_session_of_before(browser, site):
    old = site.caller("apprentice")
    browser.jar = {"__Host-sid": old.cookie}
    assert (browser.who(A), browser.who(B)) == (A, "not_signed_in")
    assert browser.send("POST", "/api/logout", A).status_code == 204
    assert (browser.jar, Caller.get(old, "/api/me").status_code) == ({}, 401)


def test_logging_in_again_ends_what_it_replaces_and_nothing_else(browser):
    browser.log_in("mentor")
    browser.log_in("mentor", "desk")
    phone, desk = browser.jar[cookie(B)], browser.jar["__Host-sid"]
    browser.log_in("mentor")
    assert (browser.who(B), browser.who(), browser.jar["__Host-sid"]) == (B, B, desk)
    browser.jar[cookie(B)] = phone
    assert browser.who(B) == "not_signed_in"


def test_the_third_account_stays_and_the_fourth_takes_the_place_of_the_oldest(browser, site):
    names = ("apprentice", "mentor", "college_tutor", "base_trainer")
    for login in names:
        site.pass_time(1000)
        if login not in ("apprentice", "mentor"):
            site.set_password(login)
        browser.log_in(login)
        kept = browser.jar.copy()
        if login == "college_tutor":
            assert len(browser.jar) == 3
            oldest = browser.jar[cookie(A)]
    assert [browser.who(person_id(login)) for login in names] == ["not_signed_in", *map(person_id, names[1:])]
    assert len(kept) == 3 and all(re.fullmatch(r"__Host-sid-[0-9a-f-]{36}", name) for name in kept)
    browser.jar[cookie(A)] = oldest
    assert browser.who(A) == "not_signed_in", "what no browser keeps any more is ended, too"


def test_a_dead_account_gives_way_before_a_living_one(browser, site):
    browser.log_in("apprentice")
    browser.jar |= {cookie(f"20000000-0000-4000-8000-0000000009{n:02d}"): "A" * 43 for n in range(20)}
    browser.log_in("mentor")
    assert set(browser.jar) == {cookie(A), cookie(B)}


def test_a_desk_log_in_takes_no_phone_account_away(browser):
    browser.log_in("apprentice")
    browser.log_in("coordinator", "desk")
    assert (browser.who(A), browser.who()) == (A, person_id("coordinator"))


def test_a_browser_known_by_one_of_its_accounts_is_let_past_the_rest_for_that_one_only(browser, site):
    browser.log_in("apprentice")
    browser.log_in("mentor")
    for _ in range(6):
        site.caller().log_in("mentor", "not the right one")
    assert site.caller().log_in("mentor").status_code == 429
    assert browser.log_in("mentor").status_code == 200
    del browser.jar[cookie(B)]
    for _ in range(6):
        site.caller().log_in("mentor", "not the right one")
    assert browser.log_in("mentor").status_code == 429
