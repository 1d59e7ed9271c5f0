"""A slip lets somebody in, so a college prints none for those of other colleges, and nobody one for a signer who is in her hands already."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from server.services.people import roster
from server.store.db import writing
from serving import BOOK, COLLEGE, FIRM, OTHER_COLLEGE, Caller, Site, person_id

THEIRS = "10000000-0000-4000-8000-000000000009"
FACTS = {"post": None, "level": None, "certificate_no": None, "valid_to": None}


@pytest.fixture
def town(both: Site) -> Site:
    """A second coordinator of the college's, beside the first."""
    with both.app.app_context():
        roster.give_role(person_id("authority"), "coordinator", COLLEGE)
    return both


def make_class(desk: Caller) -> str:
    made: str = desk.post("/api/desk/classes", {"name": "k", "plan": None, "from": "2026-01-01", "to": "2027-12-31"}).json["id"]
    return made


def open_book(site: Site, group: str, apprentice: str, book: str, by: str, college: str) -> None:
    """As a roster does it."""
    opened = {
        "apprentice": person_id(apprentice), "learner": "student_apprentice", "occupation": "钳工", "level": "中级", "enterprise": FIRM,
        "college": college, "from": "2026-01-01", "to": "2027-12-31", "class": group,
    }  # fmt: skip
    joined = {
        "member": book.replace("1", "3", 1), "person": person_id(apprentice), "role": "apprentice", "org": None, "from": "2026-01-01", "to": None,
    }  # fmt: skip
    for kind, body in (("book.opened", opened), ("member.joined", joined)):
        assert site.decide(kind, body, book, book=book, by=by)["as"] == "accepted"


def pair(desk: Caller, book: str, person: str) -> Any:
    asked = {"books": [book], "person": person, "role": "mentor", "org": FIRM, "from": "2026-01-01", "to": None, "instead": False}
    return desk.post("/api/desk/pairings", asked)


def slip(desk: Caller, person: str) -> str:
    answer = desk.post("/api/desk/masters/slips", {"people": [person]})
    return "printed" if answer.status_code == 200 else answer.json["word"]


def codes_of(site: Site, person: str) -> int:
    return int(site.rows("SELECT count(*) FROM activations WHERE person_id = :id", id=person)[0][0])


def test_no_slip_for_a_mentor_in_another_colleges_book(town):
    town.open_book()
    stranger = town.caller("other_coordinator", "desk")
    assert slip(stranger, person_id("mentor")) == "nobody_waits" and codes_of(town, person_id("mentor")) == 0
    assert slip(town.caller("coordinator", "desk"), person_id("mentor")) == "printed"


def test_nor_after_a_book_of_ones_own_with_him_in_it(town):
    town.open_book()
    stranger = town.caller("other_coordinator", "desk")
    group = make_class(stranger)
    open_book(town, group, "other_apprentice", THEIRS, "other_coordinator", OTHER_COLLEGE)
    assert pair(stranger, THEIRS, person_id("mentor")).status_code == 200
    assert stranger.post("/api/desk/slips", {"class": group, "who": "mentors"}).json["word"] == "nobody_waits"
    assert slip(stranger, person_id("mentor")) == "nobody_waits" and codes_of(town, person_id("mentor")) == 0


def test_nor_for_one_whom_another_college_took_in_and_has_not_paired_yet(town):
    town.open_book()
    stranger, desk = town.caller("other_coordinator", "desk"), town.caller("coordinator", "desk")
    made = desk.post("/api/desk/masters", {"name": "周国强", "login": "sf000001", "role": "mentor", "org": FIRM}).json["id"]
    group = make_class(stranger)
    open_book(town, group, "other_apprentice", THEIRS, "other_coordinator", OTHER_COLLEGE)
    assert slip(stranger, made) == "nobody_waits" and codes_of(town, made) == 0
    assert slip(town.caller("authority", "desk"), made) == "printed"


def test_nor_for_one_of_a_firm_with_which_one_has_no_books(town):
    stranger = town.caller("other_coordinator", "desk")
    assert slip(stranger, person_id("mentor")) == "nobody_waits" and codes_of(town, person_id("mentor")) == 0


def test_one_taken_in_for_a_firm_without_books_yet_gets_his_slip(town):
    desk = town.caller("coordinator", "desk")
    made = desk.post("/api/desk/masters", {"name": "周国强", "login": "sf000001", "role": "mentor", "org": FIRM}).json["id"]
    assert slip(town.caller("authority", "desk"), made) == "printed"


def test_an_apprentice_in_another_colleges_book_gets_no_slip_of_ones_own(town):
    town.open_book()
    stranger = town.caller("other_coordinator", "desk")
    group = make_class(stranger)
    open_book(town, group, "apprentice", THEIRS, "other_coordinator", OTHER_COLLEGE)
    assert stranger.post("/api/desk/slips", {"class": group, "who": "apprentices"}).json["word"] == "nobody_waits"


@pytest.mark.parametrize("how", ["named", "paired"])
def test_whoever_names_or_pairs_a_signer_does_not_let_him_in(town, how):
    desk, second = town.caller("coordinator", "desk"), town.caller("authority", "desk")
    group = make_class(desk)
    open_book(town, group, "apprentice", BOOK, "coordinator", COLLEGE)
    if how == "named":
        assert desk.post(f"/api/desk/masters/{person_id('mentor')}", {"name": "李师傅", **FACTS}).status_code == 200
    else:
        assert pair(desk, BOOK, person_id("mentor")).json["made"] == 1
    assert slip(desk, person_id("mentor")) == "another_prints"
    if how == "paired":
        assert desk.post("/api/desk/slips", {"class": group, "who": "mentors"}).json["word"] == "another_prints"
        assert second.post("/api/desk/slips", {"class": group, "who": "mentors"}).status_code == 200
    else:
        assert slip(second, person_id("mentor")) == "printed"


def test_what_he_is_qualified_for_puts_nobody_into_her_hands(town):
    desk = town.caller("coordinator", "desk")
    open_book(town, make_class(desk), "apprentice", BOOK, "coordinator", COLLEGE)
    facts = {"name": "name of mentor", **FACTS, "post": '装配","name":["a","b"],"paired":1'}
    assert desk.post(f"/api/desk/masters/{person_id('mentor')}", facts).status_code == 200
    assert slip(desk, person_id("mentor")) == "printed"


def test_a_pairing_stands_in_the_log(town):
    desk = town.caller("coordinator", "desk")
    open_book(town, make_class(desk), "apprentice", BOOK, "coordinator", COLLEGE)
    assert pair(desk, BOOK, person_id("mentor")).json["made"] == 1 and pair(desk, BOOK, person_id("mentor")).json["same"] == 1
    items = desk.get("/api/desk/changes?what=mentor").json["items"]
    assert [(row["thing"], row["changes"][0]["field"], row["changes"][0]["now"]) for row in items] == [(person_id("mentor"), "paired", "1")]


def test_a_mentor_in_no_book_of_anothers_is_not_shown_to_be_in_one(town):
    """The word is the same whether others have him or he has been in."""
    with town.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE people SET password_hash = 'x' WHERE id = :id"), {"id": person_id("mentor")})
    assert slip(town.caller("other_coordinator", "desk"), person_id("mentor")) == "nobody_waits"
