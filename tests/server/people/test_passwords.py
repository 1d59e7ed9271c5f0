"""Passwords and guessing them. Where the database matters, on both."""

from __future__ import annotations

import concurrent.futures
import statistics
import time
import unicodedata

import pytest

from server.config import read_config
from server.services.people import accounts
from server.store.db import reading, writing
from server.store.host.limits import wait_after
from server.store.host.slots import Slots
from server.store.people import people
from server.store.people.passwords import Hasher, is_weak
from serving import PASSWORD, Caller

DAY = 24 * 3_600_000
WRONG = "not the right one"


def status(caller: Caller) -> int:
    return caller.get("/api/me").status_code


def test_passwords_are_hashed_as_agreed(make_site):
    """M=64 MiB, t=3, p=1 by default, renewed at a log-in when the agreement changes."""
    weak = make_site()
    weak.set_password("mentor")
    [before] = weak.rows("SELECT password_hash FROM people WHERE login = 'mentor'")
    agreed = read_config({"JIANGJI_HOME": str(weak.config.home)}).hash_memory_kib
    site = make_site(hash_memory_kib=agreed)
    assert site.caller().log_in("mentor").status_code == 200
    [after] = site.rows("SELECT password_hash FROM people WHERE login = 'mentor'")
    assert before[0].startswith("$argon2id$v=19$m=256,t=3,p=1$")
    assert after[0].startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert site.caller().log_in("mentor").status_code == 200


def test_more_log_ins_than_places_are_told_to_come_again(make_site):
    """Two places of 64 MiB, whoever asks: at most 128 MiB."""
    site, slots = make_site(hash_at_once=2), 2
    site.set_password("mentor")
    held = Slots(site.config.home, "hashing", slots)
    with held.taken() as first, held.taken() as second, held.taken() as third:
        assert (first, second, third) == (True, True, False)
        answer = site.caller().log_in("mentor")
        assert (answer.status_code, answer.json["word"], answer.headers["Retry-After"]) == (503, "busy", "1")
    assert [row[0] for row in site.rows("SELECT failures FROM people WHERE login = 'mentor'")] == [0]
    assert site.caller().log_in("mentor").status_code == 200


def test_fifty_at_once_never_hash_more_than_the_places_allow(tmp_path, monkeypatch):
    hasher = Hasher(256, Slots(tmp_path, "hashing", 2))
    running, most = [], []

    class Watched:
        def hash(self, secret: str) -> str:
            running.append(1)
            most.append(len(running))
            time.sleep(0.005)
            running.pop()
            return "made"

    hasher.argon = Watched()

    def one(number: int) -> str:
        try:
            return hasher.make(str(number))
        except Exception as why:
            return type(why).__name__

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        said = list(pool.map(one, range(50)))
    assert max(most) <= 2 and {"made", "Busy"} >= set(said) and "made" in said


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("short12", True), ("x" * 129, True), ("password", True), ("PASSWORD1", True), ("12345678", True), ("woaini1314", True),
        ("aaaaaaaaaa", True), ("abababab", True), ("mentor2026", True), ("Mentor-mentor", True), ("王小明20261", True),
        ("qwertyuiop", True), ("5201314a", True), ("一年级的小学生都会", False), ("vier Birnen im Korb", False), ("x7!Lq 0z", False),
        ("mentor likes wooden ships", False), ("aé" + "x-y_z" * 25, False),
    ],
)  # fmt: skip
def test_passwords_everybody_guesses_are_refused(password, weak):
    assert is_weak(password, ("mentor", "王小明", "第一技师学院")) is weak


@pytest.mark.parametrize(
    "password", ["  zwei Leerzeichen  ", "\u00e9xyzuvw!", "e\u0301xyzuvw!", "\t\x00 tab and nul", "口令就是这一句话"]
)
def test_a_password_is_used_exactly_as_typed(site, password):
    """Neither trimmed nor normalised nor cut."""
    site.set_password("mentor", password)
    assert site.caller().log_in("mentor", password).status_code == 200
    others = {password.strip(), password + " ", password.swapcase(), unicodedata.normalize("NFC", password)}
    others |= {unicodedata.normalize("NFD", password), password[:-1]} - {password}
    for other in others:
        if other != password:
            assert site.caller().log_in("mentor", other).status_code == 401
            site.pass_time(20 * 60_000)


def test_a_login_rests_longer_after_each_failure():
    """From the 5th on, 1 s to 15 minutes, never for good."""
    waits = [wait_after(n) for n in range(30)]
    assert waits[:9] == [0, 0, 0, 0, 0, 1000, 2000, 4000, 8000]
    assert max(waits) == waits[29] == 15 * 60_000


@pytest.mark.parametrize("login", ["mentor", "nobody"])
def test_guessing_is_slowed_down_alike_for_known_and_unknown_names(both, login):
    """The same words in the same order, so that nothing tells them apart."""
    both.set_password("mentor")
    said = []
    for _ in range(8):
        answer = both.caller().log_in(login, WRONG)
        said.append((answer.status_code, answer.json["word"], answer.headers.get("Retry-After")))
    refused = (401, "wrong_login", None)
    assert said == [refused] * 5 + [(429, "too_many_requests", "1")] * 3
    both.pass_time(1001)
    assert both.caller().log_in(login, WRONG).status_code == 401
    assert both.caller().log_in(login, WRONG).headers["Retry-After"] == "2"


def test_a_login_is_never_locked_for_good(site):
    """After the rest the right password is right."""
    site.set_password("mentor")
    for _ in range(40):
        site.caller().log_in("mentor", WRONG)
        site.pass_time(20 * 60_000)
    assert site.caller().log_in("mentor").status_code == 200
    assert [row[0] for row in site.rows("SELECT failures FROM people WHERE login = 'mentor'")] == [0]


def test_an_attack_does_not_keep_anybody_off_his_own_phone(both):
    """The browser he was let in with before is known, even after its session has grown too old."""
    both.set_password("mentor")
    own = both.caller()
    own.log_in("mentor")
    both.pass_time(31 * DAY)
    assert status(own) == 401
    for _ in range(6):
        both.caller().log_in("mentor", WRONG)
    assert both.caller().log_in("mentor").status_code == 429
    assert own.log_in("mentor").status_code == 200


def test_a_known_phone_is_no_way_round_the_limit(site):
    """Ten tries in ten minutes, and only for the person it is known by."""
    site.set_password("mentor")
    found = site.caller("mentor")
    said = [found.log_in("mentor", WRONG).status_code for _ in range(12)]
    assert said == [401] * 10 + [429] * 2
    stranger = site.caller("apprentice")
    assert stranger.log_in("mentor").status_code == 429


class Looking:
    """Counts how often a kept password was really compared."""

    def __init__(self, hasher: Hasher) -> None:
        self.argon, self.dummy, self.looks = hasher.argon, hasher.dummy, 0
        hasher.argon = self

    def __getattr__(self, name: str) -> object:
        return getattr(self.argon, name)

    def verify(self, kept: str, secret: str) -> bool:
        self.looks += kept != self.dummy
        return self.argon.verify(kept, secret)


@pytest.mark.parametrize("login", ["mentor", "nobody"])
def test_guesses_side_by_side_get_no_more_looks_than_one_after_the_other(make_site, both, login):
    """And the same words, whether anybody has that name or not."""
    site = make_site(database_url=both.config.database_url, hash_at_once=10)
    site.set_password("mentor")
    looking = Looking(site.app.extensions["jiangji"].hasher)
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        said = list(pool.map(lambda _: site.caller().log_in(login, WRONG), range(30)))
    words = [(answer.status_code, answer.json["word"]) for answer in said]
    assert set(words) <= {(401, "wrong_login"), (429, "too_many_requests")}
    assert words.count((401, "wrong_login")) >= 5
    assert looking.looks <= (5 if login == "mentor" else 0)
    assert site.caller().log_in(login, WRONG).status_code == 429


def test_who_loses_against_another_try_hears_what_a_wrong_password_hears(both):
    """Also with the right one, which nobody looked at; a name nobody has answers the same."""
    both.set_password("mentor")
    here = both.app.extensions["jiangji"]
    looking = Looking(here.hasher)
    with both.app.app_context():
        with reading() as conn:
            before = people.select_person_by_login(conn, "mentor")
        with writing() as conn:
            assert people.count_try(conn, before, both.at)
        said = accounts._verify(here.hasher, here.limits, before, PASSWORD, "", both.at)
    assert (said.word, looking.looks) == ("wrong_login", 0)
    assert both.rows("SELECT failures FROM people WHERE login = 'mentor'") == [(2,)]


def test_an_unknown_name_takes_as_long_as_a_known_one(make_site):
    """200 tries, interleaved; the medians lie less than 5 ms apart, where one hash takes longer than that."""
    site = make_site(logins_per_ten_minutes=100_000, hash_memory_kib=4096)
    site.set_password("mentor")
    took: dict[str, list[float]] = {"mentor": [], "nobody": []}
    for _ in range(100):
        for login, times in took.items():
            site.pass_time(16 * 60_000)
            began = time.perf_counter()
            answer = site.caller().log_in(login, WRONG)
            times.append(time.perf_counter() - began)
            assert answer.json["word"] == "wrong_login"
    known, unknown = (statistics.median(times) for times in took.values())
    began = time.perf_counter()
    site.app.extensions["jiangji"].hasher.holds(None, WRONG)
    assert abs(known - unknown) < 0.005 < time.perf_counter() - began
