"""Sessions: who is let in, for how long, and what ends it. Where the database matters, on both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.config import ConfigError, read_config
from server.services.people import roster
from serving import PASSWORD, Caller, person_id

DAY = 24 * 3_600_000
WRONG = "not the right one"


def status(caller: Caller) -> int:
    return caller.get("/api/me").status_code


def test_the_server_starts_only_with_a_secret_of_its_own(home):
    """Missing, short or readable by others."""
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
    key = home / "server-key.pem"
    key.chmod(0o640) if harm == "open" else key.unlink()
    with pytest.raises(ConfigError):
        make_site()


def test_a_session_outlives_a_change_of_secret(make_site):
    """Tokens are opaque, so nothing has to be signed again."""
    first = make_site()
    caller = first.caller("mentor")
    second = Caller(make_site(secret=b"n" * 40, fallback_secrets=(first.config.secret,)))
    third = Caller(make_site(secret=b"n" * 40))
    second.cookie = third.cookie = caller.cookie
    assert (status(second), status(third)) == (200, 200)


def test_the_database_holds_no_token(both):
    """Only its digest, and the token has 256 bits."""
    both.set_password("mentor")
    caller = both.caller()
    caller.log_in("mentor")
    kept = [str(value) for row in both.rows("SELECT * FROM sessions") for value in row]
    assert len(caller.cookie) == 43 and not any(caller.cookie in value for value in kept)


def test_a_token_is_worth_nothing_after_logging_out(both):
    caller = both.caller("mentor")
    replay = Caller(both)
    replay.cookie = caller.cookie
    assert status(replay) == 200
    assert caller.post("/api/logout").status_code == 204
    assert status(replay) == 401


def test_a_new_password_ends_every_other_session(both):
    both.set_password("mentor")
    here, there = both.caller("mentor"), both.caller("mentor")
    assert here.post("/api/password", {"old": WRONG, "new": "drei Pflaumen"}).json["word"] == "wrong_password"
    assert (status(here), status(there)) == (200, 200)
    assert here.post("/api/password", {"old": PASSWORD, "new": "drei Pflaumen"}).status_code == 204
    assert (status(here), status(there)) == (200, 401)
    assert both.caller().log_in("mentor").status_code == 401
    assert both.caller().log_in("mentor", "drei Pflaumen").status_code == 200


def test_disabling_a_person_ends_everything_at_once(both):
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
    both.set_password("mentor")
    caller, old = both.caller(), Caller(both)
    caller.log_in("mentor")
    old.cookie, old.account = caller.cookie, caller.account
    caller.log_in("mentor")
    assert caller.cookie != old.cookie
    assert (status(caller), status(old)) == (200, 401)


def test_people_see_and_end_their_sessions(both):
    """And nobody else's."""
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


def test_config_numbers_are_numbers(home):
    with pytest.raises(ConfigError):
        read_config({"JIANGJI_HOME": str(home), "JIANGJI_POOL": "-1"})
    config = read_config({"JIANGJI_HOME": str(home)})
    assert replace(config, pool_size=3).pool_size == 3
