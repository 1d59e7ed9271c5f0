"""Logging in and out, sessions, passwords and codes. Where the database matters, on both."""

from __future__ import annotations

import concurrent.futures
import statistics
import time
import unicodedata
from dataclasses import replace

import pytest

from server.config import ConfigError, read_config
from server.services import roster
from server.store.limits import wait_after
from server.store.passwords import Hasher, code_of, is_weak, read_code
from server.store.slots import Slots
from serving import PASSWORD, Caller, Phone, Site, person_id

DAY = 24 * 3_600_000
WRONG = "not the right one"


def status(caller: Caller) -> int:
    return caller.get("/api/me").status_code


def issue(site: Site, name: str, code: str = "ABCDEFGHJK") -> str:
    here = site.app.extensions["jiangji"]
    with site.app.app_context():
        code = roster.issue_code(here.hasher, person_id(name), None, code, f"a-{next(site.numbers)}", site.at)
    assert isinstance(code, str)
    return code


def activate(site: Site, login: str, code: str, **changed: object) -> tuple[Caller, int, str]:
    caller = site.caller()
    asked = {"login": login, "code": code, "password": PASSWORD, "proof": None, "label": "", "shared": False} | changed
    answer = caller.post("/api/activation", asked)
    return caller, answer.status_code, answer.json.get("word", "")


# --- the secret and sessions --------------------------------------------------------------------------------------


def test_the_server_starts_only_with_a_secret_of_its_own(home):
    """No. 1, 61: missing, short or readable by others."""
    env = {"JIANGJI_HOME": str(home)}
    secret = home / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600 and len(read_config(env).secret) >= 32
    secret.chmod(0o644)
    with pytest.raises(ConfigError, match="0600"):
        read_config(env)
    secret.chmod(0o600)
    secret.write_bytes(b"x" * 31)
    with pytest.raises(ConfigError, match="31 bytes"):
        read_config(env)
    secret.unlink()
    with pytest.raises(ConfigError, match="missing"):
        read_config(env)


@pytest.mark.parametrize("harm", ["missing", "open"])
def test_the_server_starts_only_with_a_key_of_its_own(make_site, home, harm):
    """No. 61."""
    key = home / "server-key.pem"
    key.chmod(0o640) if harm == "open" else key.unlink()
    with pytest.raises(ConfigError):
        make_site()


def test_a_session_outlives_a_change_of_secret(make_site):
    """No. 1, 61: tokens are opaque, so nothing has to be signed again."""
    first = make_site()
    caller = first.caller("mentor")
    second = Caller(make_site(secret=b"n" * 40, fallback_secrets=(first.config.secret,)))
    third = Caller(make_site(secret=b"n" * 40))
    second.cookie = third.cookie = caller.cookie
    assert (status(second), status(third)) == (200, 200)


def test_the_database_holds_no_token(both):
    """No. 3: only its digest, and the token has 256 bits."""
    both.set_password("mentor")
    caller = both.caller()
    caller.log_in("mentor")
    kept = [str(value) for row in both.rows("SELECT * FROM sessions") for value in row]
    assert len(caller.cookie) == 43 and not any(caller.cookie in value for value in kept)


def test_a_token_is_worth_nothing_after_logging_out(both):
    """No. 3."""
    caller = both.caller("mentor")
    replay = Caller(both)
    replay.cookie = caller.cookie
    assert status(replay) == 200
    assert caller.post("/api/logout").status_code == 204
    assert status(replay) == 401


def test_a_new_password_ends_every_other_session(both):
    """No. 3, 26."""
    both.set_password("mentor")
    here, there = both.caller("mentor"), both.caller("mentor")
    assert here.post("/api/password", {"old": WRONG, "new": "drei Pflaumen"}).json["word"] == "wrong_password"
    assert (status(here), status(there)) == (200, 200)
    assert here.post("/api/password", {"old": PASSWORD, "new": "drei Pflaumen"}).status_code == 204
    assert (status(here), status(there)) == (200, 401)
    assert both.caller().log_in("mentor").status_code == 401
    assert both.caller().log_in("mentor", "drei Pflaumen").status_code == 200


def test_disabling_a_person_ends_everything_at_once(both):
    """No. 3, 26."""
    both.set_password("mentor")
    caller = both.caller("mentor")
    with both.app.app_context():
        assert roster.disable_person(person_id("mentor"), both.at) is None
    for asked in (caller, both.caller("mentor")):
        assert asked.get("/api/sessions").status_code == 401
    assert both.caller().log_in("mentor").json["word"] == "wrong_login"
    with both.app.app_context():
        roster.enable_person(person_id("mentor"))
    assert status(caller) == 401


@pytest.mark.parametrize(("kind", "idle", "absolute"), [("phone", 30 * DAY, 90 * DAY), ("desk", 30 * 60_000, DAY // 2)])
def test_a_session_ends_by_rest_and_by_age(site, kind, idle, absolute):
    """No. 5."""
    rested, used = site.caller("mentor", kind), site.caller("mentor", kind)
    step = idle - 10 * 60_000
    began = site.at
    site.pass_time(step)
    assert status(used) == 200
    site.pass_time(idle - step + 1)
    assert (status(rested), status(used)) == (401, 200)
    while site.at + step < began + absolute:
        site.pass_time(step)
        assert status(used) == 200
    site.at = began + absolute
    assert status(used) == 200
    site.pass_time(1)
    assert status(used) == 401


def test_being_seen_is_written_at_most_every_five_minutes(both):
    caller = both.caller("mentor")
    seen = []
    for _ in range(4):
        both.pass_time(150_001)
        caller.get("/api/me")
        seen.append(both.rows("SELECT last_seen_at FROM sessions")[0][0])
    assert [at - both.at for at in seen] == [-600_004, -300_002, -300_002, 0]


def test_logging_in_gives_a_new_session_and_ends_the_old_one(both):
    """No. 28."""
    both.set_password("mentor")
    caller, old = both.caller(), Caller(both)
    caller.log_in("mentor")
    old.cookie = caller.cookie
    caller.log_in("mentor")
    assert caller.cookie != old.cookie
    assert (status(caller), status(old)) == (200, 401)


def test_people_see_and_end_their_sessions(both):
    """No. 26: and nobody else's."""
    mine, lost, foreign = both.caller("mentor"), both.caller("mentor"), both.caller("apprentice")
    listed = mine.get("/api/sessions").json
    assert {row["id"]: row["current"] for row in listed["items"]} == {mine.session_id: True, lost.session_id: False}
    assert mine.post(f"/api/sessions/{foreign.session_id}/end").status_code == 404
    assert mine.post(f"/api/sessions/{lost.session_id}/end").status_code == 204
    assert (status(mine), status(lost), status(foreign)) == (200, 401, 200)
    assert len(mine.get("/api/sessions").json["items"]) == 1


def test_lists_come_in_pages(site):
    caller = site.caller("mentor")
    every = {caller.session_id} | {site.caller("mentor").session_id for _ in range(6)}
    found, after = [], ""
    while after is not None:
        page = caller.get(f"/api/sessions?limit=3&after={after}").json
        assert len(page["items"]) <= 3
        found += [row["id"] for row in page["items"]]
        after = page["next"]
    assert sorted(found) == sorted(every)
    assert caller.get("/api/sessions?limit=0").status_code == 400
    assert caller.get("/api/sessions?limit=201").status_code == 400
    assert caller.get("/api/sessions?order=id").status_code == 400


# --- passwords ----------------------------------------------------------------------------------------------------


def test_passwords_are_hashed_as_agreed(make_site):
    """No. 19: m=64 MiB, t=3, p=1 by default, renewed at a log-in when the agreement changes."""
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
    """No. 19: two places of 64 MiB, whoever asks: at most 128 MiB."""
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
    """No. 19."""
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
    """No. 20."""
    assert is_weak(password, ("mentor", "王小明", "第一技师学院")) is weak


@pytest.mark.parametrize(
    "password", ["  zwei Leerzeichen  ", "\u00e9xyzuvw!", "e\u0301xyzuvw!", "\t\x00 tab and nul", "口令就是这一句话"]
)
def test_a_password_is_used_exactly_as_typed(site, password):
    """No. 20: neither trimmed nor normalised nor cut."""
    site.set_password("mentor", password)
    assert site.caller().log_in("mentor", password).status_code == 200
    others = {password.strip(), password + " ", password.swapcase(), unicodedata.normalize("NFC", password)}
    others |= {unicodedata.normalize("NFD", password), password[:-1]} - {password}
    for other in others:
        if other != password:
            assert site.caller().log_in("mentor", other).status_code == 401
            site.pass_time(20 * 60_000)


# --- guessing -----------------------------------------------------------------------------------------------------


def test_a_login_rests_longer_after_each_failure():
    """No. 21: from the 5th on, 1 s to 15 minutes, never for good."""
    waits = [wait_after(n) for n in range(30)]
    assert waits[:9] == [0, 0, 0, 0, 0, 1000, 2000, 4000, 8000]
    assert max(waits) == waits[29] == 15 * 60_000


@pytest.mark.parametrize("login", ["mentor", "nobody"])
def test_guessing_is_slowed_down_alike_for_known_and_unknown_names(both, login):
    """No. 21: the same words in the same order, so that nothing tells them apart."""
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
    """No. 21: after the rest the right password is right."""
    site.set_password("mentor")
    for _ in range(40):
        site.caller().log_in("mentor", WRONG)
        site.pass_time(20 * 60_000)
    assert site.caller().log_in("mentor").status_code == 200
    assert [row[0] for row in site.rows("SELECT failures FROM people WHERE login = 'mentor'")] == [0]


def test_an_attack_does_not_keep_anybody_off_his_own_phone(both):
    """No. 21: the browser he was let in with before is known, even after its session has grown too old."""
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
    """No. 21: ten tries in ten minutes, and only for the person it is known by."""
    site.set_password("mentor")
    found = site.caller("mentor")
    said = [found.log_in("mentor", WRONG).status_code for _ in range(12)]
    assert said == [401] * 10 + [429] * 2
    stranger = site.caller("apprentice")
    assert stranger.log_in("mentor").status_code == 429


def test_guesses_side_by_side_count_one_by_one(both):
    """No. 21: thirty at once get no more looks than thirty in a row."""
    both.set_password("mentor")
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        said = list(pool.map(lambda _: both.caller().log_in("mentor", WRONG).status_code, range(30)))
    assert said.count(401) <= 5
    assert both.rows("SELECT failures FROM people WHERE login = 'mentor'")[0][0] <= 5


def test_an_unknown_name_takes_as_long_as_a_known_one(make_site):
    """No. 21: 200 tries, interleaved; the medians lie less than 5 ms apart, where one hash takes longer than that."""
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


# --- codes --------------------------------------------------------------------------------------------------------


def test_a_code_is_fifty_bits_and_forgives_bad_writing():
    """No. 22."""
    assert len({code_of(bytes([n]) * 7) for n in range(256)}) == 256
    assert code_of(bytes(7)) == "0000000000" and code_of(b"\xff" * 7) == "ZZZZZZZZZZ"
    assert read_code("o1Il-abc de") == "0111ABCDE"


def test_a_code_works_once_and_is_not_kept(both):
    """No. 22, 3: afterwards it opens nothing, and no dump shows it."""
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
    """No. 22."""
    issue(both, "mentor")
    assert activate(both, "apprentice", "ABCDEFGHJK")[1:] == (403, "code_wrong")
    assert activate(both, "nobody", "ABCDEFGHJK")[1:] == (403, "code_wrong")


def test_a_code_ends_after_72_hours(both):
    """No. 22."""
    code = issue(both, "mentor")
    both.pass_time(72 * 3_600_000 + 1)
    assert activate(both, "mentor", code)[1:] == (403, "code_expired")


@pytest.mark.parametrize("login", ["mentor", "nobody"])
def test_the_sixth_try_is_not_looked_at(both, login):
    """No. 22: the same words for a name nobody has."""
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
    """No. 22."""
    issue(site, "mentor", "AAAAAAAAAA")
    site.pass_time(1)
    newer = issue(site, "mentor", "BBBBBBBBBB")
    assert activate(site, "mentor", "AAAAAAAAAA")[2] == "code_wrong"
    assert activate(site, "mentor", newer)[1] == 200


def test_a_weak_password_or_a_bad_proof_does_not_use_up_the_code(both):
    """No. 20, 22."""
    code = issue(both, "mentor")
    assert activate(both, "mentor", code, password="mentor123")[1:] == (400, "weak_password")
    assert activate(both, "mentor", code, proof="x.y.z")[1:] == (400, "bad_proof")
    assert activate(both, "mentor", code, proof=Phone().proof("apprentice"))[1:] == (400, "bad_proof")
    assert activate(both, "mentor", code)[1] == 200


def test_a_code_opens_for_one_of_two_at_once(both):
    """No. 22, 45."""
    code = issue(both, "mentor")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: activate(both, "mentor", code)[1], range(4)))
    assert said.count(200) == 1


def test_nobody_is_born_with_a_password(both):
    """No. 27: whoever is on the roster can get in by a code only."""
    assert {row[0] for row in both.rows("SELECT password_hash FROM people")} == {None}
    for login, password in (("system_admin", "admin"), ("admin", "admin"), ("coordinator", "")):
        assert both.caller().log_in(login, password or " ").status_code == 401


def test_config_numbers_are_numbers(home):
    with pytest.raises(ConfigError):
        read_config({"JIANGJI_HOME": str(home), "JIANGJI_POOL": "-1"})
    config = read_config({"JIANGJI_HOME": str(home)})
    assert replace(config, pool_size=3).pool_size == 3
