"""Flags at the desk: who sees them, what is said about them, and that a word stays said."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from server.services.books import flagging
from server.store.db import writing
from server.store.flags import cases
from serving import BOOK, COLLEGE, FIRM, OTHER_COLLEGE, Site, person_id

ENTRY = "00000000-0000-4000-8000-000000000777"
CASE = cases.Case(
    "a" * 40, "book:x", "night", COLLEGE, FIRM, person_id("apprentice"), None, "2026-03-02", "2026-03-09", 2, 240, '{"count": 2}', 5
)


def keep(site: Site, *rows: tuple[cases.Case, list[tuple[str, str]]], source: str = "book:x") -> None:
    with site.app.app_context(), writing() as conn:
        cases.replace_cases(conn, [source], {case.id: (case, entries) for case, entries in rows})


@pytest.fixture
def odd(both: Site) -> Site:
    """A book with an entry, and a case of two entries in it."""
    both.open_book()
    both.log_hours(2)
    keep(both, (CASE, [(BOOK, row[0]) for row in both.rows("SELECT id FROM entries ORDER BY id")]))
    return both


def settle(site: Site, who: str = "coordinator", **changed: object) -> int:
    body = {"cases": [CASE.id], "outcome": "explained", "reason": "夜班已报备", **changed}
    return site.caller(who, "desk").post("/api/desk/flags/settle", body).status_code


def test_a_case_is_seen_by_its_college_and_enterprise_and_by_nobody_else(odd):
    seen = {}
    for name in ("coordinator", "enterprise_admin", "other_coordinator", "authority"):
        caller = odd.caller(name, "desk")
        seen[name] = (caller.get("/api/desk/flags").json["total"], caller.get(f"/api/desk/flags/cases/{CASE.id}").status_code)
    assert seen["coordinator"] == seen["enterprise_admin"] == (1, 200)
    assert seen["other_coordinator"] == (0, 404)
    case = odd.caller("coordinator", "desk").get(f"/api/desk/flags/cases/{CASE.id}").json
    assert case["detail"] == {"count": 2} and len(case["lines"]) == 2 and case["words"] == []
    assert {line["book"] for line in case["lines"]} == {BOOK} and case["lines"][0]["text"]


def test_settling_takes_a_reason_and_refuses_no_entry(odd):
    before = odd.rows("SELECT id, state FROM entries ORDER BY id")
    assert settle(odd, reason="x") == 400 and settle(odd, outcome="refused") == 400
    assert settle(odd, "other_coordinator") == 404 and settle(odd, "enterprise_admin") == 403
    assert settle(odd) == 200
    [row] = odd.caller("coordinator", "desk").get("/api/desk/flags?state=settled").json["items"]
    assert (row["outcome"], row["reason"], row["state"]) == ("explained", "夜班已报备", "settled") and row["settled_by"]
    assert odd.rows("SELECT DISTINCT settled FROM flags")[0][0] and odd.rows("SELECT id, state FROM entries ORDER BY id") == before
    assert settle(odd) == 404, "what has been settled waits no more"


def test_a_settled_case_that_grows_waits_again_and_remembers(odd):
    assert settle(odd) == 200
    entries = [(BOOK, row[0]) for row in odd.rows("SELECT id FROM entries ORDER BY id")]
    keep(odd, (CASE, entries))
    assert odd.rows("SELECT state FROM flag_cases") == [("settled",)], "the same again is no news"
    keep(odd, (CASE._replace(entries=3), [*entries, (BOOK, ENTRY)]))
    assert odd.rows("SELECT state, reason FROM flag_cases") == [("open", "夜班已报备")]
    odd.pass_time(60_000)
    assert settle(odd, outcome="confirmed", reason="再次核查属实") == 200
    case = odd.caller("coordinator", "desk").get(f"/api/desk/flags/cases/{CASE.id}").json
    assert [(word["outcome"], word["entries"]) for word in case["words"]] == [("confirmed", 3), ("explained", 2)]


def test_what_is_no_more_goes_and_comes_back_as_it_was(odd):
    assert settle(odd) == 200
    keep(odd)
    assert odd.rows("SELECT state FROM flag_cases") == [("gone",)] and odd.rows("SELECT count(*) FROM flags")[0][0] == 0
    keep(odd, (CASE, [(BOOK, row[0]) for row in odd.rows("SELECT id FROM entries ORDER BY id")]))
    assert odd.rows("SELECT state FROM flag_cases") == [("settled",)] and odd.rows("SELECT count(*) FROM flags")[0][0] == 2


def test_every_kind_is_explained_with_its_numbers(odd):
    answer = odd.caller("coordinator", "desk").get("/api/desk/flags/kinds").json
    kinds = {row["flag"]: row for row in answer["items"]}
    assert kinds["burst"]["params"] == {"burst_most": 20, "burst_minutes": 10, "burst_days": 7, "burst_seconds": 5} and kinds["burst"]["sample"]
    assert kinds["night"]["open"] == 1 and kinds["night"]["rule"] and not kinds["burst"]["rule"]
    assert answer["measured"]["honest"] >= 36 and kinds["copy_other"]["found_permille"]["copied"] >= 660


def test_a_thousand_cases_are_paged_sorted_and_filtered(both):
    both.open_book()
    rows = [
        (CASE._replace(id=f"{n:040x}", flag="burst" if n % 4 else "night", entries=n, since=n, college_id=COLLEGE if n % 2 else OTHER_COLLEGE), [])
        for n in range(1, 2001)
    ]  # fmt: skip
    keep(both, *rows)
    caller = both.caller("coordinator", "desk")
    first = caller.get("/api/desk/flags?size=50").json
    assert first["total"] == 1000 and [row["since"] for row in first["items"][:2]] == [1999, 1997]
    last = caller.get("/api/desk/flags?size=50&page=20&sort=-entries").json
    assert [row["entries"] for row in last["items"]][-1] == 1 and len(last["items"]) == 50
    assert caller.get("/api/desk/flags?flag=night").json["total"] == 0 == caller.get("/api/desk/flags?page=99").json["items"].__len__()
    assert caller.get("/api/desk/flags?sort=jws").status_code == 400 and caller.get("/api/desk/flags?size=500").status_code == 400


def test_an_ordinary_book_shows_only_that_it_was_opened_for_days_long_past(both):
    both.open_book()
    both.log_hours(3)
    with both.app.app_context():
        assert flagging.look_at_all(both.at) == 1 and flagging.look_at_all(both.at) == 0
        assert flagging.count_waiting() == {"roster_edit": (1, 3)}


def test_an_entry_in_the_place_of_another_one_was_never_spoken_of(odd):
    assert settle(odd) == 200
    first, second = [(BOOK, row[0]) for row in odd.rows("SELECT id FROM entries ORDER BY id")]
    for _ in range(2):
        keep(odd, (CASE, [first, (BOOK, ENTRY)]))
        assert odd.rows("SELECT state FROM flag_cases") == [("open",)]
        assert not any(settled for (settled,) in odd.rows("SELECT settled FROM flags"))


def test_what_is_confirmed_to_be_odd_is_not_clean_for_that(odd):
    assert settle(odd, outcome="confirmed", reason="确实重复") == 200
    keep(odd, (CASE, [(BOOK, row[0]) for row in odd.rows("SELECT id FROM entries ORDER BY id")]))
    assert odd.rows("SELECT state FROM flag_cases") == [("settled",)]
    assert not any(unflagged for (unflagged,) in odd.rows("SELECT unflagged FROM entries"))


@pytest.mark.parametrize("column", ["person_id", "about_person"])
def test_nobody_settles_what_speaks_about_himself(odd, column):
    with odd.app.app_context(), writing() as conn:
        conn.execute(sa.text(f"UPDATE flag_cases SET {column} = :person"), {"person": person_id("coordinator")})
    assert settle(odd) == 404 and odd.rows("SELECT state FROM flag_cases") == [("open",)]
