"""Codes typed from one phone into another: who is told what they stand for, and what guessing brings."""

from __future__ import annotations

import concurrent.futures
import re

import pytest

from server.services.books import codes
from server.services.books.codes import digest
from server.services.keeping import upkeep
from serving import BOOK, Caller, Site, person_id

ENTRIES = [f"40000000-0000-4000-8000-{day:012d}" for day in (1, 2, 3)]
MINUTE = 60_000


@pytest.fixture
def town(both: Site) -> Site:
    both.open_book()
    return both


def shown(site: Site, name: str = "apprentice") -> str:
    answer = site.caller(name).post("/api/codes", {"book": BOOK, "entries": ENTRIES})
    assert answer.status_code == 200, answer.text
    assert answer.json["until"] == site.at + 10 * MINUTE
    return answer.json["code"]


def opened(caller: Caller, code: str) -> tuple[int, object]:
    answer = caller.post("/api/codes/open", {"code": code})
    return answer.status_code, answer.json.get("word", answer.json)


def test_a_member_who_types_it_sees_which_entries_are_meant(town: Site) -> None:
    """However he types it, and as often as he likes."""
    code = shown(town)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}", code)
    mentor = town.caller("mentor")
    for typed in (code, code.lower(), code.replace("-", ""), f" {code} ", code.replace("0", "o").replace("1", "l")):
        assert opened(mentor, typed) == (200, {"book": BOOK, "entries": ENTRIES})
    for _ in range(40):
        assert opened(mentor, code)[0] == 200


def test_everybody_else_hears_that_there_is_no_such_code(town: Site) -> None:
    """A stranger with the right code, a member with a wrong one, one that is over, and no code at all: the same word."""
    code = shown(town)
    none = (404, "no_such_code")
    for name in ("other_apprentice", "coordinator", "system_admin"):
        assert opened(town.caller(name), code) == none
    mentor = town.caller("mentor")
    for typed in ("ZZZ-ZZZ", "x", code[:-1], code + "0", "' OR 1=1", "——"):
        assert opened(mentor, typed) == none
    town.pass_time(10 * MINUTE - 1)
    assert opened(mentor, code)[0] == 200
    town.pass_time(1)
    assert opened(mentor, code) == none


def test_only_who_is_in_the_book_may_show_some_of_it(town: Site) -> None:
    for name in ("other_apprentice", "authority"):
        answer = town.caller(name).post("/api/codes", {"book": BOOK, "entries": ENTRIES})
        assert (answer.status_code, answer.json["word"]) == (404, "not_found")


def test_who_has_left_the_book_is_told_no_more(town: Site) -> None:
    code = shown(town)
    left = {"member": "30000000-0000-4000-8000-000000000001", "to": "2026-09-20", "reason": "moved"}
    assert town.caller("coordinator", "desk").act("member.left", left)["as"] == "accepted"
    assert opened(town.caller("mentor"), code) == (404, "no_such_code")


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"book": BOOK, "entries": []}, {"book": BOOK, "entries": ENTRIES * 7}, {"book": "x", "entries": ENTRIES},
        {"book": BOOK, "entries": ["x"]}, {"book": BOOK, "entries": ENTRIES, "until": 1}, {"book": BOOK, "entries": None},
    ],
)  # fmt: skip
def test_one_to_twenty_entries_of_one_book_and_nothing_else(town: Site, asked: object) -> None:
    assert town.caller("apprentice").post("/api/codes", asked).status_code == 400


def test_a_new_code_kills_the_one_before(town: Site) -> None:
    first, second = shown(town), shown(town)
    mentor = town.caller("mentor")
    assert opened(mentor, first) == (404, "no_such_code")
    assert opened(mentor, second)[0] == 200
    third = shown(town, "mentor")
    assert opened(mentor, second)[0] == opened(mentor, third)[0] == 200


def test_guessing_ends_after_twenty_wrong_tries_also_side_by_side(town: Site) -> None:
    """The right code does not count, and does not help who has used up his tries."""
    code, mentor = shown(town), town.caller("mentor")
    assert opened(mentor, code)[0] == 200
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: opened(town.caller("mentor"), "ZZZ-ZZZ")[0], range(30)))
    assert sorted(said) == [404] * 20 + [429] * 10
    assert opened(mentor, code)[0] == 429
    assert opened(town.caller("base_trainer"), code)[0] == 200
    town.pass_time(MINUTE // 2)
    assert opened(mentor, code)[0] == 200


def test_all_together_have_three_hundred_wrong_tries(make_site) -> None:
    site = make_site(writes_per_minute=10**6)
    names = [name for name in ("authority", "coordinator", "system_admin", "base_admin", "mentor", "college_tutor", "base_trainer",
             "enterprise_admin", "other_apprentice", "other_coordinator", "apprentice") for _ in range(20)]  # fmt: skip
    callers = {name: site.caller(name) for name in names}
    said = [opened(callers[name], "ZZZ-ZZZ")[0] for name in names]
    assert said == [404] * 220
    site.pass_time(4 * MINUTE)
    said = [opened(callers[name], "ZZZ-ZZZ")[0] for name in names if name in ("authority", "mentor")]
    assert said.count(404) == 16, "eight each came back in four minutes"
    limits = site.app.extensions["jiangji"].limits
    while not limits.take("code_tries", "", 300, 10 * MINUTE, site.at):
        pass
    answer = site.caller("other_coordinator").post("/api/codes/open", {"code": "ZZZ-ZZZ"})
    assert (answer.status_code, int(answer.headers["Retry-After"])) == (429, 2)


def test_the_database_holds_no_code_and_no_digest_one_could_undo(town: Site) -> None:
    code = shown(town).replace("-", "")
    [kept] = town.rows("SELECT code_hash FROM short_codes")
    assert kept[0] == digest(town.config.secret, code) != digest(b"another secret", code)
    assert code not in str(town.rows("SELECT * FROM short_codes"))


def test_two_people_never_have_the_same_living_code(town: Site) -> None:
    """However poor the chance; what is over is in nobody's way."""

    def make(name: str, *chances: bytes, at: int = town.at) -> object:
        with town.app.app_context():
            made = codes.make_code(b"secret", person_id(name), BOOK, ENTRIES, chances, "2026-09-21", at)
        return made["code"] if isinstance(made, dict) else made.word

    first = make("apprentice", b"same")
    assert make("mentor", b"same", b"othr") not in (first, "busy")
    assert make("mentor", b"same", b"same") == "busy"
    assert make("mentor", b"same", at=town.at + 10 * MINUTE) == first


def test_what_is_over_is_cleared_away(town: Site) -> None:
    shown(town)
    with town.app.app_context():
        upkeep.clear_away(town.at)
        assert len(town.rows("SELECT * FROM short_codes")) == 1
        upkeep.clear_away(town.at + 10 * MINUTE)
    assert town.rows("SELECT * FROM short_codes") == []


def test_codes_are_for_people_of_the_college_only(town: Site) -> None:
    assert opened(town.caller(), "ZZZ-ZZZ") == (401, "not_signed_in")
    assert person_id("mentor") not in town.caller("mentor").post("/api/codes/open", {"code": "ZZZ-ZZZ"}).text
