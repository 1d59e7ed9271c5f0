"""Pushes from end to end: the doors, the outbox, what reaches a push service, and what it may answer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pushservice import Browser, PushService, read_vapid
from server.config import ConfigError, read_config
from server.nudge.post import Post
from server.nudge.seal import Seal
from server.services.keeping import upkeep
from server.services.people import roster
from server.services.telling import nudging
from server.services.telling.nudging import Nudger
from server.store.db import writing
from server.store.telling.nudges import upsert_nudges
from serving import Caller, Site, person_id

ROOT = Path(__file__).resolve().parents[3]
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


def put(caller: Caller, browser: Browser, **changed: Any) -> tuple[int, str]:
    answer = caller.send("PUT", "/api/push", json=browser.asked() | changed)
    return answer.status_code, answer.json["word"] if answer.data else ""


def subscribed(town: Site, name: str, service: PushService, at: str = "a") -> tuple[Caller, Browser]:
    caller, browser = town.caller(name), Browser(service.origin, at)
    assert put(caller, browser) == (204, "")
    return caller, browser


def something_new(town: Site, *names: str) -> None:
    """As the notices' outbox says it, with the notice."""
    with town.app.app_context(), writing() as conn:
        upsert_nudges(conn, [person_id(name) for name in names], town.at)


def turn(town: Site, post: Post | None = None) -> dict[str, int]:
    here = town.app.extensions["jiangji"]
    nudger = Nudger(Seal(here.push_key.private, here.config.push_contact), post or Post())
    with town.app.app_context():
        return dict(nudging.nudge_people(nudger, town.config, town.at))


def waiting(town: Site) -> list[str]:
    return [row[0] for row in town.rows("SELECT person_id FROM nudges ORDER BY person_id")]


def kept(town: Site) -> int:
    return town.rows("SELECT count(*) FROM push_subscriptions")[0][0]


# --- the doors -----------------------------------------------------------------------------------------------------


def test_a_browser_learns_the_key_and_whether_it_has_subscribed(town: Site, service: PushService) -> None:
    caller, browser = town.caller("mentor"), Browser(service.origin)
    first = caller.get("/api/push").json
    assert len(first["key"]) == 87 and first["subscribed"] is False
    assert put(caller, browser) == put(caller, browser) == (204, "")
    assert caller.get("/api/push").json == {"key": first["key"], "subscribed": True}
    assert town.caller("mentor").get("/api/push").json["subscribed"] is False, "another session is another browser"
    assert caller.send("DELETE", "/api/push", json={}).status_code == 204
    assert (caller.get("/api/push").json["subscribed"], kept(town)) == (False, 0)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/x", "https://updates.push.services.mozilla.com/wpush/v2/x", "https://web.push.apple.com/x",
        "https://db5p.notify.windows.com/w/?token=x",
    ],
)  # fmt: skip
def test_the_push_services_of_the_browsers_are_known(site: Site, endpoint: str) -> None:
    assert put(site.caller("mentor"), Browser("https://x"), endpoint=endpoint) == (204, "")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x", "https://fcm.googleapis.com:444/x", "https://a@fcm.googleapis.com/x", "https://a:b@fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x", "https://evil.example/fcm.googleapis.com", "https://evil.example?.push.apple.com",
        "https://evil.example#.push.apple.com", "https://evil.example\\.push.apple.com/x", "https://push.apple.com/x", "https://xpush.apple.com/",
        "https://127.0.0.1/x", "https://[::1]/x", "https://localhost/x", "https://169.254.169.254/latest", "//fcm.googleapis.com/x",
        "ftp://fcm.googleapis.com/x", "https://fcm.googleapis.com./x", "https://fcm.googleapis.com /x", "https://fcm.googleapis.com:x/",
        "https://fcm.googleapis.com/x y", "https://fcm.googleapis.com/\r\nx: y", "https://fcm.googleapis.com/#x", "https://fcm.google\tapis.com/x",
        "https://ｆcm.googleapis.com/x", "https://.push.apple.com/x", "https://%66cm.googleapis.com/x", "javascript:1", "x",
    ],
)  # fmt: skip
def test_any_other_address_is_refused(site: Site, endpoint: str) -> None:
    assert put(site.caller("mentor"), Browser("https://x"), endpoint=endpoint) == (400, "unknown_push_service")
    assert site.rows("SELECT * FROM push_subscriptions") == []


@pytest.mark.parametrize(
    "changed",
    [
        {"auth": "A" * 22 + "AA"}, {"auth": ""}, {"p256dh": "A" * 87}, {"p256dh": "B" + "A" * 86}, {"p256dh": "ä" * 87}, {"endpoint": ""},
        {"endpoint": "https://fcm.googleapis.com/" + "x" * 1000}, {"more": 1}, {"auth": None},
    ],
)  # fmt: skip
def test_keys_that_are_none_are_refused(site: Site, changed: dict[str, Any]) -> None:
    assert put(site.caller("mentor"), Browser("https://fcm.googleapis.com"), **changed) == (400, "bad_request")


def test_a_desk_is_not_pushed(site: Site) -> None:
    assert put(site.caller("coordinator", "desk"), Browser("https://fcm.googleapis.com")) == (403, "forbidden")


def test_a_person_keeps_his_five_newest_browsers(town: Site, service: PushService) -> None:
    for number in range(7):
        town.pass_time(1000)
        subscribed(town, "mentor", service, str(number))
    ends = [row[0].rpartition("/")[2] for row in town.rows("SELECT endpoint FROM push_subscriptions ORDER BY created_at")]
    assert ends == ["2", "3", "4", "5", "6"]


@pytest.mark.parametrize("origins", ["http://x.example", "https://x.example/path", "x.example", "https://u@x.example", "https://"])
def test_an_operator_s_own_service_is_an_https_origin(home, origins: str) -> None:
    with pytest.raises(ConfigError, match="JIANGJI_PUSH_ORIGINS"):
        read_config({"JIANGJI_HOME": str(home), "JIANGJI_PUSH_ORIGINS": f"https://a.example, {origins}"})


# --- what is sent --------------------------------------------------------------------------------------------------


def test_a_push_says_nothing_but_that_there_is_something(town: Site, service: PushService) -> None:
    caller, browser = subscribed(town, "mentor", service)
    something_new(town, "mentor")
    assert turn(town) == {"told": 1}
    [request] = service.came
    assert browser.open(request.body) == b'{"v":1}'
    sent = str(request.headers) + request.target
    assert not any(word in sent for word in ("mentor", person_id("mentor"), "name of"))
    assert request.target == "/push/a" and request.headers["content-encoding"] == "aes128gcm"
    assert (request.headers["ttl"], request.headers["topic"], request.headers["urgency"]) == ("259200", "notices", "normal")
    key, claims = read_vapid(request.headers)
    assert key == caller.get("/api/push").json["key"]
    assert claims["aud"] == "https://127.0.0.1" and claims["sub"] == "mailto:jiangji@127.0.0.1"
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    assert (waiting(town), turn(town), len(service.came)) == ([], {}, 1)


def test_who_has_no_browser_waits_for_nobody(town: Site) -> None:
    something_new(town, "mentor", "apprentice")
    assert (turn(town), waiting(town)) == ({}, [])


def test_a_person_is_pushed_once_in_ten_minutes_on_each_of_his_phones(town: Site, service: PushService) -> None:
    subscribed(town, "mentor", service, "a")
    subscribed(town, "mentor", service, "b")
    subscribed(town, "apprentice", service, "c")
    something_new(town, "mentor")
    assert turn(town) == {"told": 2}
    town.pass_time(5 * MINUTE)
    something_new(town, "mentor", "apprentice")
    assert turn(town) == {"told": 1}
    town.pass_time(5 * MINUTE - 1)
    assert turn(town) == {}
    town.pass_time(1)
    assert turn(town) == {"told": 2}
    assert sorted(request.target for request in service.came) == ["/push/a"] * 2 + ["/push/b"] * 2 + ["/push/c"]


def test_several_people_on_one_phone_are_each_pushed_there(town: Site, service: PushService) -> None:
    """One browser has one address, whoever uses it."""
    browser = Browser(service.origin)
    for name in ("mentor", "apprentice"):
        assert put(town.caller(name), browser) == (204, "")
    something_new(town, "mentor", "apprentice")
    assert turn(town) == {"told": 2}
    assert [browser.open(request.body) for request in service.came] == [b'{"v":1}'] * 2


@pytest.mark.parametrize("how", ["logout", "disabled", "idle", "old"])
def test_a_phone_that_is_logged_out_is_not_pushed(town: Site, service: PushService, how: str) -> None:
    caller, _ = subscribed(town, "mentor", service)
    if how == "logout":
        caller.post("/api/logout")
    elif how == "disabled":
        with town.app.app_context():
            roster.disable_person(person_id("mentor"), town.at)
    else:
        town.pass_time(30 * DAY + 1)
        if how == "old":
            with town.app.app_context(), writing() as conn:
                conn.exec_driver_sql(f"UPDATE sessions SET created_at = {town.at - 90 * DAY - 1}, last_seen_at = {town.at}")
    something_new(town, "mentor")
    assert (turn(town), waiting(town), service.came) == ({}, [], [])


def test_sessions_that_are_over_take_their_subscriptions_along(town: Site, service: PushService) -> None:
    caller, _ = subscribed(town, "mentor", service)
    subscribed(town, "apprentice", service, "b")
    caller.post("/api/logout")
    with town.app.app_context():
        upkeep.clear_away(town.at)
        assert kept(town) == 1
        upkeep.clear_away(town.at + 200 * DAY)
    assert (kept(town), town.rows("SELECT count(*) FROM sessions")[0][0]) == (0, 0)


# --- what a push service answers -----------------------------------------------------------------------------------


def answering(service: PushService, status: str, *headers: str) -> None:
    service.answer = "\r\n".join((f"HTTP/1.1 {status}", *headers, "content-length: 0", "", "")).encode()


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
def test_a_browser_that_is_gone_is_forgotten(town: Site, service: PushService, status: str) -> None:
    subscribed(town, "mentor", service)
    something_new(town, "mentor")
    answering(service, status)
    assert (turn(town), kept(town), waiting(town)) == ({"gone": 1}, 0, [])


@pytest.mark.parametrize("status", ["429 Too Many", "500 No", "503 Busy", "403 Forbidden", "302 Found"])
def test_a_refusal_is_tried_again_later_and_later(town: Site, service: PushService, status: str) -> None:
    """After 10, 20, 40 minutes; nothing is lost, and no redirect is followed."""
    subscribed(town, "mentor", service)
    something_new(town, "mentor")
    answering(service, status, f"location: {service.origin}/elsewhere")
    for tries, rest in enumerate((10, 20, 40), start=1):
        assert turn(town) == {"later": 1}
        town.pass_time(rest * MINUTE - 1)
        assert (turn(town), len(service.came)) == ({}, tries)
        town.pass_time(1)
    answering(service, "201 Created")
    assert (turn(town), waiting(town)) == ({"told": 1}, [])
    assert {request.target for request in service.came} == {"/push/a"}


def test_a_service_says_how_long_to_rest(town: Site, service: PushService) -> None:
    subscribed(town, "mentor", service)
    something_new(town, "mentor")
    answering(service, "429 Too Many", "Retry-After: 7200")
    assert turn(town) == {"later": 1}
    town.pass_time(119 * MINUTE)
    assert turn(town) == {}
    town.pass_time(MINUTE)
    answering(service, "429 Too Many", "Retry-After: 99999999")
    assert turn(town) == {"later": 1}
    town.pass_time(DAY)
    assert turn(town) == {"later": 1}, "nobody rests longer than a day"


def test_after_ten_failures_in_a_row_a_subscription_goes(town: Site, service: PushService) -> None:
    subscribed(town, "mentor", service)
    answering(service, "500 No")
    said: list[dict[str, int]] = []
    while kept(town):
        something_new(town, "mentor")
        said.append(turn(town))
        town.pass_time(6 * 60 * MINUTE)
    assert said == [{"later": 1}] * 9 + [{"gone": 1}]


def test_one_phone_that_fails_is_tried_again_alone(town: Site, service: PushService) -> None:
    subscribed(town, "mentor", service, "a")
    something_new(town, "mentor")
    answering(service, "500 No")
    turn(town)
    subscribed(town, "mentor", service, "b")
    answering(service, "201 Created")
    town.pass_time(10 * MINUTE)
    assert turn(town) == {"told": 2}
    assert [request.target for request in service.came].count("/push/b") == 1


def test_what_is_three_days_old_wakes_nobody(town: Site, service: PushService) -> None:
    subscribed(town, "mentor", service)
    something_new(town, "mentor")
    town.pass_time(3 * DAY + 1)
    assert (turn(town), waiting(town), service.came) == ({}, [], [])


def test_a_worker_that_dies_while_sending_loses_no_push(town: Site, service: PushService) -> None:
    """The nudge stays; whoever drives the outbox next sends it."""

    class Dying(Post):
        def send(self, *words: Any) -> Any:
            raise KeyboardInterrupt

    subscribed(town, "mentor", service)
    something_new(town, "mentor")
    with pytest.raises(KeyboardInterrupt):
        turn(town, Dying())
    assert waiting(town) == [person_id("mentor")]
    assert turn(town) == {}, "for ten minutes nobody knows whether it went out"
    town.pass_time(10 * MINUTE)
    assert (turn(town), len(service.came)) == ({"told": 1}, 1)


def test_what_comes_while_a_push_is_under_way_is_told_afterwards(town: Site, service: PushService) -> None:
    class Slow(Post):
        def send(self, *words: Any) -> Any:
            something_new(town, "mentor")
            return super().send(*words)

    subscribed(town, "mentor", service)
    something_new(town, "mentor")
    assert turn(town, Slow()) == {"told": 1}
    assert waiting(town) == [person_id("mentor")]
    town.pass_time(10 * MINUTE)
    assert (turn(town), waiting(town), len(service.came)) == ({"told": 1}, [], 2)


def test_a_service_nobody_can_reach_does_not_hold_up_the_others(town: Site, service: PushService) -> None:
    """Three tries, then it is left alone until the next turn."""
    tried: list[str] = []

    class Blocked(Post):
        def look_up(self, place: Any) -> str | None:
            tried.append(place.host)
            return super().look_up(place) if place.host == "127.0.0.1" else None

    names = ("coordinator", "college_tutor", "base_trainer", "enterprise_admin", "base_admin", "authority", "system_admin")
    for number in range(5):
        for name in names:
            assert put(town.caller(name), Browser("https://fcm.googleapis.com", str(number))) == (204, "")
    subscribed(town, "mentor", service)
    something_new(town, "mentor", *names)
    assert turn(town, Blocked()) == {"told": 1, "later": 35}
    assert 3 <= tried.count("fcm.googleapis.com") <= 3 + nudging.LINES


# --- the worker ----------------------------------------------------------------------------------------------------


def start_worker(home: Path, service: PushService) -> subprocess.Popen[bytes]:
    env = {
        "PATH": os.environ["PATH"], "HOME": str(home.parent), "JIANGJI_HOME": str(home), "PYTHONPATH": str(ROOT),
        "JIANGJI_PUSH_ORIGINS": service.origin, "SSL_CERT_FILE": str(service.certificate),
    }  # fmt: skip
    with (home.parent / "worker.log").open("ab") as out:
        return subprocess.Popen([sys.executable, "-c", "from server.cli import main; main()", "worker"], env=env, stdout=out, stderr=out)


def until(right: Callable[[], bool], worker: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 40
    while not right():
        assert time.monotonic() < end and worker.poll() is None
        time.sleep(0.1)


def test_the_worker_pushes_what_waits_and_a_killed_one_leaves_it_waiting(
    make_site: Callable[..., Site], home: Path, service: PushService
) -> None:
    """A process of its own, killed while the push service lets it wait; the next one finds the nudge where it was."""
    town = make_site(push_origins=(service.origin,))
    town.at = time.time_ns() // 1_000_000
    subscribed(town, "mentor", service)
    something_new(town, "mentor")
    service.pause = 8
    worker = start_worker(home, service)
    until(lambda: len(service.came) == 1, worker)
    worker.kill()
    worker.wait()
    assert waiting(town) == [person_id("mentor")]
    with town.app.app_context(), writing() as conn:
        conn.exec_driver_sql(f"UPDATE pushed SET sent_at = {town.at - 10 * MINUTE}")
    service.pause = 0
    worker = start_worker(home, service)
    try:
        until(lambda: waiting(town) == [], worker)
    finally:
        worker.terminate()
        worker.wait()
    assert len(service.came) == 2
