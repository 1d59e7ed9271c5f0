"""A cookie somebody stole carries nothing away and ends nothing: what does asks first for the password again."""

from __future__ import annotations

from server.store.db import writing
from server.store.people import sessions
from serving import BOOK, Caller, Site, person_id
from sync.op import to_base64url


def thief(site: Site, who: str) -> Caller:
    """In a session that proved itself an hour ago."""
    caller, token, old = Caller(site), to_base64url(site.chance(32)), site.at - 3_600_000
    session = sessions.Session(f"stolen-{token[:6]}", person_id(who), "desk", old, site.at, old, old)
    with site.app.app_context(), writing() as conn:
        sessions.insert_session(conn, session, token, "x")
    caller.cookie = token
    return caller


def test_what_carries_numbers_away_or_cannot_be_undone_asks_who_it_is(site):
    caller = thief(site, "coordinator")
    asked = (
        ("GET", f"/api/desk/exports/{BOOK}/file", None), ("GET", f"/api/desk/imports/{BOOK}/bad", None),
        ("POST", f"/api/desk/imports/{BOOK}/write", {}), ("POST", "/api/desk/slips", {"class": BOOK}),
        ("POST", "/api/desk/masters/slips", {"people": [BOOK]}),
        ("POST", "/api/desk/months/lock", {"class_id": BOOK, "month": "2026-08"}),
    )  # fmt: skip
    for method, path, body in asked:
        answer = caller.send(method, path, body)
        assert (answer.status_code, answer.json["word"]) == (403, "prove_again"), path
    assert caller.get("/api/desk/exports").status_code == 200, "the session itself is alive"
