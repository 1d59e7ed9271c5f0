"""What is written down about requests, and what never is. What is said when something of ours breaks."""

from __future__ import annotations

import json
import logging

import pytest
import sqlalchemy as sa

from server.api import accounts as doors
from server.errors import STATUS, Denial, word_of_status
from server.log import LOG, JsonLines, pseudonym
from server.store.db import db
from server.store.people import people
from serving import CAST, Site, person_id

CANARIES = ("Kanarienvogel", "canary-login", "canary-password-7", "canary-query", "canary-agent")


@pytest.fixture
def lines(caplog):
    """Everything the log writes, as it is written."""
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(JsonLines().format(record))

    handler = Kept()
    LOG.addHandler(handler)
    yield written
    LOG.removeHandler(handler)


def walk(site: Site) -> None:
    """A person with a telling name does one of everything, well and badly."""
    with site.app.app_context(), db.engine.begin() as conn:
        conn.execute(sa.text("UPDATE people SET name = 'Kanarienvogel', login = 'canary-login' WHERE login = 'mentor'"))
    caller = site.caller("mentor")
    agent = {"User-Agent": "canary-agent\r\nX: 1".replace("\r\n", " ")}
    site.caller().log_in("canary-login", "canary-password-7")
    site.caller().post("/api/login", {"login": "canary-login", "more": "canary-password-7"}, headers=agent)
    caller.post("/api/password", {"old": "canary-password-7", "new": "canary-password-7"})
    for path in (
        "/api/me?name=canary-query",
        "/canary-query?x=canary-query",
        "/api/people?after=canary-query",
        "/api/canary-query",
    ):
        caller.get(path)
    caller.post("/api/devices", {"proof": "canary-query", "label": "canary-query", "shared": False})


def test_the_log_names_nobody_and_quotes_nothing(both, lines):
    """Canaries as name, login, password, query, path, body and agent."""
    walk(both)
    assert len(lines) >= 8
    assert [line for line in lines for canary in CANARIES if canary in line] == []


def test_a_line_is_json_in_utc_with_a_request_and_a_pseudonym(site, lines):
    answer = site.caller("mentor").get("/api/me")
    line = json.loads(lines[-1])
    assert answer.status_code == 200
    assert line["at"].endswith("+00:00") and (line["rule"], line["method"], line["status"]) == ("/api/me", "GET", 200)
    assert line["person"] == pseudonym(site.config.secret, person_id("mentor")) and len(line["person"]) == 12
    assert len({pseudonym(site.config.secret, person_id(name)) for name in CAST}) == len(CAST)
    assert pseudonym(b"other", person_id("mentor")) != line["person"]


def test_a_refusal_and_its_line_share_the_request_id(site, lines):
    answer = site.caller().get("/api/me")
    assert answer.json == {"word": "not_signed_in", "request": json.loads(lines[-1])["request"]}
    assert len(answer.json["request"]) == 16


def test_no_line_can_be_forged(site):
    """A line break stays inside its line."""
    record = logging.LogRecord("jiangji", logging.INFO, "x", 1, 'a\r\n{"forged": 1}\u2028', None, None)
    assert JsonLines().format(record).isprintable()


def test_what_breaks_is_told_without_what_a_person_wrote(site, lines, monkeypatch):
    """The client hears a word and an id, the log the place; neither the message."""

    def broken(*_: object) -> None:
        raise RuntimeError("Kanarienvogel lives at 1 Canary Road")

    monkeypatch.setattr(doors.accounts, "describe", broken)
    answer = site.caller("mentor").get("/api/me")
    assert answer.status_code == 500
    assert set(answer.json) == {"word", "request"} and answer.json["word"] == "server_fault"
    fault = next(json.loads(line) for line in lines if "server_fault" in line)
    assert (fault["exception"], fault["request"]) == ("RuntimeError", answer.json["request"])
    assert any("test_log.py" in place for place in fault["places"])
    assert "Canary" not in "".join(lines) and "Canary" not in answer.text


def test_a_database_that_is_away_lets_nobody_in(site, monkeypatch):
    """Fail closed, and say that trying again can help."""
    caller = site.caller("mentor")

    def away(*_: object) -> None:
        raise sa.exc.OperationalError("SELECT", None, Exception("gone"))

    monkeypatch.setattr(people, "select_person", away)
    answer = caller.get("/api/me")
    assert (answer.status_code, answer.json["word"], answer.headers["Retry-After"]) == (503, "busy", "5")
    with site.app.app_context(), db.engine.begin() as conn:
        conn.execute(sa.text("DROP TABLE sessions"))
    for path in ("/api/me", "/api/people", "/api/desk/queue"):
        assert caller.get(path).status_code in (500, 503)


def test_every_word_has_a_status_and_every_status_a_word():
    assert all(400 <= status <= 503 for status in STATUS.values())
    assert all(Denial(word).status == status for word, status in STATUS.items())
    assert {word_of_status(code) for code in range(400, 600)} <= set(STATUS)
    assert (word_of_status(418), word_of_status(502)) == ("bad_request", "server_fault")


def test_a_refused_host_is_logged_with_its_reason(site, caplog):
    """Whoever has forgotten a name in JIANGJI_HOSTS reads it there; it is cut, and stays on its line."""
    odd = "app.example.edu.cn" + "x" * 300
    LOG.addHandler(caplog.handler)
    for host in ("app.example.edu.cn", odd):
        assert site.caller().get("/api/health", headers={"Host": host}).status_code == 400
    LOG.removeHandler(caplog.handler)
    refused = [(record.fields["host"], record.fields["why"]) for record in caplog.records if record.getMessage() == "host_refused"]
    assert refused == [("app.example.edu.cn", "not in JIANGJI_HOSTS"), (odd[:100], "not in JIANGJI_HOSTS")]
