"""The guard at every door: policies, origin, size, kind of body, names of hosts, rates."""

from __future__ import annotations

import json
import logging

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from server.api.guard import policy_of
from server.config import ConfigError
from serving import BASE, NOW, Caller, Site, person_id

LOGIN = {"login": "nobody", "password": "whatever it is", "kind": "phone"}
SAME, CROSS = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}
OURS, THEIRS = {"Origin": BASE}, {"Origin": "https://evil.example"}
APP = {"X-App": "1"}
JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"


def rules(site: Site) -> list[tuple[str, str, object]]:
    return [
        (rule.rule, method, policy_of(site.app.view_functions[rule.endpoint], method))
        for rule in site.app.url_map.iter_rules() for method in sorted(rule.methods or ())
    ]  # fmt: skip


def test_every_door_declares_a_policy(site):
    assert len(rules(site)) >= 20
    assert [(rule, method) for rule, method, found in rules(site) if found is None] == []


def test_a_door_without_a_policy_stays_shut(site):
    """Forgetting the policy opens nothing."""
    site.app.add_url_rule("/api/forgotten", "forgotten", lambda: "secret")
    answer = site.caller("coordinator").get("/api/forgotten")
    assert (answer.status_code, answer.json["word"]) == (500, "server_fault")


def test_no_door_that_changes_something_is_open_to_get(site):
    """Whoever changes state asks for more than a GET."""
    doors = {rule for rule, method, _ in rules(site) if rule.startswith("/api") and method in ("GET", "HEAD")}
    assert {rule for rule in doors if not rule.startswith("/api/desk/")} == {
        "/api/health", "/api/me", "/api/sessions", "/api/devices", "/api/people", "/api/push", "/api/blobs/<digest:sha256>", "/api/resets",
    }  # fmt: skip


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PATCH", "DELETE", "GET"])
def test_only_declared_methods_are_answered(site, method):
    answer = site.caller().send(method, "/api/login")
    assert answer.status_code == 405
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "kind", "status"),
    [
        (SAME | APP, JSON, 401),
        (OURS | APP, JSON, 401),
        (SAME, JSON, 403),
        (OURS, JSON, 403),
        (APP, JSON, 403),
        (CROSS | APP, JSON, 403),
        (CROSS | OURS | APP, JSON, 403),
        ({"Sec-Fetch-Site": "same-site"} | APP, JSON, 403),
        ({"Sec-Fetch-Site": "none"} | APP, JSON, 403),
        (THEIRS | APP, JSON, 403),
        ({"Origin": "null"} | APP, JSON, 403),
        ({"Origin": BASE.replace("http", "https")} | APP, JSON, 403),
        (SAME | APP, FORM, 415),
        (SAME | APP, "text/plain", 415),
        (SAME | APP, MULTIPART, 415),
        (THEIRS, MULTIPART, 415),
        (SAME | APP, None, 415),
    ],
)
def test_only_our_own_app_may_log_somebody_in(site, headers, kind, status):
    """Also before anybody is signed in."""
    answer = site.app.test_client().post(
        "/api/login", base_url=BASE, data=json.dumps(LOGIN), headers=headers, content_type=kind
    )
    assert answer.status_code == status


def test_another_site_can_neither_log_out_nor_enrol(site):
    caller = site.caller("mentor")
    unsafe = [
        (rule, method, found.body[0]) for rule, method, found in rules(site)
        if method not in ("GET", "HEAD") and found.word != "report"
    ]  # fmt: skip
    assert len(unsafe) >= 12
    for rule, method, kind in unsafe:
        path = rule.replace("<digest:sha256>", "A" * 43).replace("<session_id>", "x").replace("<device_id>", "x")
        answer = caller.send(method, path, headers=CROSS, data=b"{}", content_type=kind)
        assert (answer.status_code, answer.json["word"]) == (403, "cross_site"), rule
    assert caller.get("/api/me").status_code == 200


def test_no_answer_opens_a_door_to_other_origins(site):
    answer = site.caller("mentor").get("/api/me", headers=THEIRS)
    assert [name for name in dict(answer.headers) if name.startswith("Access-Control")] == []


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("127.0.0.1:5000", 200), ("localhost:8", 200), ("evil.example", 400), ("evil.example:5000", 400),
        ("127.0.0.1.evil.example", 400), ("evil.example:127.0.0.1", 400), ("127.0.0.1@evil.example", 400), ("", 400),
    ],
)  # fmt: skip
def test_only_our_own_host_names_are_answered(site, host, status):
    environ = EnvironBuilder("/api/health").get_environ() | {"HTTP_HOST": host}
    assert run_wsgi_app(site.app, environ)[1].split()[0] == str(status)


def test_a_server_without_host_names_does_not_start(make_site):
    """An empty list would mean every host."""
    with pytest.raises(ConfigError):
        make_site(hosts=("",))


@pytest.mark.parametrize(("hops", "blocked"), [(0, True), (1, False)])
def test_a_forged_address_does_not_move_the_limit(make_site, hops, blocked):
    """X-Forwarded-For counts only behind a proxy that was announced."""
    site = make_site(logins_per_ten_minutes=3, proxy_hops=hops)
    answers = [site.caller().post("/api/login", LOGIN | {"login": f"n{n}"}, headers={"X-Forwarded-For": f"10.0.0.{n}"})
               for n in range(5)]  # fmt: skip
    assert (answers[-1].status_code == 429) is blocked


def test_of_a_chain_of_addresses_only_our_proxys_counts(make_site):
    """What the client wrote before it is ignored."""
    site = make_site(logins_per_ten_minutes=3, proxy_hops=1)
    answers = [
        site.caller().post(
            "/api/login", LOGIN | {"login": f"n{n}"}, headers={"X-Forwarded-For": f"10.0.0.{n}, 192.0.2.1"}
        )
        for n in range(5)
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_a_body_that_is_too_large_is_refused_before_anybody_is_looked_up(site):
    """Without a session, so the size came first."""
    most = b"x" * 1024 * 1024
    assert site.caller().post("/api/password", data=most + b"x", content_type=JSON).status_code == 413
    assert site.caller().post("/api/password", data=most, content_type=JSON).status_code == 401


@pytest.mark.parametrize(("size", "status"), [(8 * 1024 * 1024, 400), (8 * 1024 * 1024 + 1, 413)])
def test_a_photo_may_be_larger_than_other_bodies(site, size, status):
    """400 is the hash that does not fit."""
    answer = site.caller("apprentice").send(
        "PUT", "/api/blobs/" + "A" * 43, data=b"x" * size, content_type="image/jpeg"
    )
    assert answer.status_code == status


def chunked(caller: Caller, path: str, kind: str, body: bytes) -> str:
    """As gunicorn hands over a chunked body: no length, and a stream that ends."""
    builder = EnvironBuilder(path, BASE, method="POST" if kind == JSON else "PUT", data=body, content_type=kind, headers={
        "X-App": "1", "Sec-Fetch-Site": "same-origin", "Cookie": f"__Host-sid={caller.cookie}",
    })  # fmt: skip
    environ = builder.get_environ()
    del environ["CONTENT_LENGTH"]
    environ |= {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    return run_wsgi_app(caller.site.app, environ)[1].split()[0]


def test_a_chunked_body_is_cut_off_as_well(site):
    caller = site.caller("apprentice")
    assert chunked(caller, "/api/password", JSON, b"x" * 1024 * 1024 + b"x") == "413"
    assert chunked(caller, "/api/password", JSON, b"x" * 1024 * 1024) == "400"
    assert chunked(caller, "/api/blobs/" + "A" * 43, "image/png", b"x" * 8 * 1024 * 1024 + b"x") == "413"
    assert chunked(caller, "/api/logout", JSON, b"{}") == "204"


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd", "gzip, identity"])
def test_packed_requests_are_not_unpacked(site, coding):
    answer = site.caller("mentor").post("/api/logout", headers={"Content-Encoding": coding})
    assert (answer.status_code, answer.json["word"]) == (415, "wrong_content_type")


@pytest.mark.parametrize(
    "body",
    [
        b'{"login":"a","login":"b","password":"x","kind":"phone"}',
        b'{"login":"a","password":"x","kind":NaN}',
        b'{"login":"\\ud800","password":"x","kind":"phone"}',
        b'{"login":"\\u0000","password":"x","kind":"phone"}',
        b'{"login":"a","password":"x","kind":"phone","more":1}',
        b'{"login":"a\xff","password":"x","kind":"phone"}',
        b"[" * 100_000 + b"]" * 100_000,
        b"[]",
        b"null",
        b'"x"',
        b"",
        b"{",
    ],
)
def test_anything_but_strict_json_is_a_bad_request(site, body):
    answer = site.caller().post("/api/login", data=body, content_type=JSON)
    assert (answer.status_code, answer.json["word"]) == (400, "bad_request")


def test_sync_is_limited_by_person_across_processes_and_sessions(make_site):
    """Two apps on one home, as two workers of one server."""
    first = make_site(sync_per_minute=5)
    caller = first.caller("apprentice")
    second = Caller(make_site(sync_per_minute=5))
    second.cookie = caller.cookie
    asked = {"v": 1, "build": "t", "epoch": "", "have": {}, "ops": [], "limit": 10}
    answers = [(caller, second)[n % 2].post("/api/sync", asked) for n in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    assert answers[-1].headers["Retry-After"] == "12"
    assert first.caller("apprentice").post("/api/sync", asked).status_code == 429, "another session is the same person"
    assert first.caller("mentor").post("/api/sync", asked).status_code == 200
    first.pass_time(12_000)
    assert caller.post("/api/sync", asked).status_code == 200


def test_every_writing_door_is_limited(make_site):
    site = make_site(writes_per_minute=2)
    for rule, method, found in rules(site):
        if method in ("GET", "HEAD") or found.word in ("public", "report") or found.limit == "sync":
            continue
        caller = site.caller("coordinator", "desk")
        site.app.extensions["jiangji"].limits.take("writes", person_id("coordinator"), 1, 60_000, NOW)
        path = rule.replace("<digest:sha256>", "A" * 43).replace("<session_id>", "x").replace("<device_id>", "x")
        assert caller.send(method, path, data=b"{}", content_type=found.body[0]).status_code == 429, rule


def test_a_public_door_that_writes_is_limited_by_address(make_site):
    site = make_site(logins_per_ten_minutes=1)
    open_doors = {rule for rule, method, found in rules(site) if method == "POST" and found.word == "public"}
    assert open_doors == {"/api/login", "/api/activation", "/api/activation/check"}
    assert site.caller().post("/api/login", LOGIN).status_code == 401
    for rule in open_doors:
        assert site.caller().post(rule).status_code == 429


def test_a_forged_remember_me_cookie_is_ignored(site):
    signed_out = site.app.test_client(use_cookies=False)
    forged = signed_out.get("/api/me", base_url=BASE, headers={"Cookie": "remember_token=1|abc"})
    assert forged.status_code == 401
    caller = site.caller("mentor")
    both = f"remember_token=1|abc; __Host-sid={caller.cookie}"
    assert signed_out.get("/api/me", base_url=BASE, headers={"Cookie": both}).status_code == 200


def test_the_csp_sink_keeps_only_the_directive(site, caplog):
    logging.getLogger("jiangji").addHandler(caplog.handler)
    canary = "https://secret.example/?name=canary"
    report = {"csp-report": {"effective-directive": "script-src", "blocked-uri": canary, "script-sample": "canary"}}
    sent = site.caller().post("/api/csp", data=json.dumps(report), content_type="application/csp-report")
    odd = {"csp-report": {"effective-directive": "canary-src"}}
    site.caller().post("/api/csp", data=json.dumps(odd), content_type="application/csp-report")
    logging.getLogger("jiangji").removeHandler(caplog.handler)
    assert sent.status_code == 204
    noted = [record.fields for record in caplog.records if record.getMessage() == "csp"]
    assert noted == [{"directive": "script-src"}, {"directive": "other"}]
