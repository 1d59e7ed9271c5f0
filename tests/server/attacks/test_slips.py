"""A slip lets somebody in, so a college prints none for those of other colleges, and nobody one for a signer who is in her hands already."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

import rosters
from colleges import set_up
from server.commands.jobs import do_waiting
from server.services.people import reset, roster
from server.store.db import writing
from server.store.people import people
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


# --- the other way round: who let him in neither pairs nor names him ----------------------------------------------

LIST = ("学徒", "企业导师", "导师登录名", "导师类别", "结对开始日期", "结对结束日期")


def take_in(desk: Caller) -> str:
    made: str = desk.post("/api/desk/masters", {"name": "周国强", "login": "sf000001", "role": "mentor", "org": FIRM}).json["id"]
    return made


def get_in(site: Site, person: str) -> None:
    """Whoever has the slip has used it."""
    with site.app.app_context(), writing() as conn:
        newest = people.select_activation(conn, person)
        assert newest and people.use_activation(conn, newest.id, site.at)
        people.update_password(conn, person, "x")


def rename(desk: Caller, person: str) -> Any:
    return desk.post(f"/api/desk/masters/{person}", {"name": "李师傅", **FACTS})


def drop(desk: Caller, last: str = "") -> Any:
    raw = rosters.write([list(LIST), ["name of apprentice", "周国强", "sf000001", "企业导师", "2026-01-01", last]])
    return desk.post("/api/desk/imports?kind=pairings", data=raw, content_type="application/octet-stream").json["report"]


def words_of(report: Any) -> set[str]:
    return {one["word"] for one in report["words"]}


@pytest.fixture
def let_in(town: Site) -> tuple[Site, Caller, Caller, str]:
    """A mentor whom the second coordinator took in and the first one let in; a book waits for him."""
    desk, second = town.caller("coordinator", "desk"), town.caller("authority", "desk")
    open_book(town, make_class(desk), "apprentice", BOOK, "coordinator", COLLEGE)
    made = take_in(second)
    assert slip(desk, made) == "printed"
    return town, desk, second, made


@pytest.mark.parametrize("used", [True, False])
def test_whoever_let_a_signer_in_neither_pairs_nor_names_him(let_in, used):
    site, desk, second, made = let_in
    if used:
        get_in(site, made)
    asked = {"books": [BOOK], "person": made, "role": "mentor", "org": FIRM, "from": "2026-01-01", "to": None, "instead": False}
    for answer in (pair(desk, BOOK, made), desk.post("/api/desk/pairings/look", asked), rename(desk, made)):
        assert (answer.status_code, answer.json.get("word")) == (403, "another_pairs")
    facts = {"name": "周国强", **FACTS, "post": "装配"}
    assert desk.post(f"/api/desk/masters/{made}", facts).status_code == 200, "what he is qualified for puts nobody into her hands"
    assert site.rows("SELECT count(*) FROM members WHERE person_id = :id", id=made)[0][0] == 0
    assert pair(second, BOOK, made).json["made"] == 1 and rename(second, made).status_code == 200


def test_a_newer_slip_by_another_hand_frees_the_first(town):
    desk, second = town.caller("coordinator", "desk"), town.caller("authority", "desk")
    open_book(town, make_class(desk), "apprentice", BOOK, "coordinator", COLLEGE)
    mentor = person_id("mentor")
    assert slip(desk, mentor) == "printed" and pair(desk, BOOK, mentor).json["word"] == "another_pairs"
    with town.app.app_context(), writing() as conn:
        first = people.select_activation(conn, mentor)
    town.pass_time(1000)
    assert slip(second, mentor) == "printed"
    with town.app.app_context(), writing() as conn:
        assert first and not people.use_activation(conn, first.id, town.at), "the first slip is dead, also in a hand that was quick"
    assert pair(second, BOOK, mentor).json["word"] == "another_pairs" and pair(desk, BOOK, mentor).json["made"] == 1


def paired_till_june(desk: Caller, person: str) -> dict[str, str]:
    asked = {"books": [BOOK], "person": person, "role": "mentor", "org": FIRM, "from": "2026-01-01", "to": "2026-06-30", "instead": False}
    assert desk.post("/api/desk/pairings", asked).json["made"] == 1
    [row] = desk.get("/api/desk/pairings").json["items"]
    return {"book": BOOK, "member": row["pairs"][0]["member"]}


def until(desk: Caller, there: dict[str, str], day: str) -> Any:
    return desk.post("/api/desk/pairings/end", {"pairs": [there], "to": day, "reason": "更换导师"})


def test_nor_does_he_make_a_pairing_last_longer(let_in):
    _, desk, second, made = let_in
    there = paired_till_june(second, made)
    assert until(desk, there, "2026-12-31").json["word"] == "another_pairs" and words_of(drop(desk, "2026-12-31")) >= {"another_pairs"}
    body = {"member": there["member"], "to": "2026-12-31", "reason": "x"}
    for caller, day, status in ((desk, "2026-12-31", 404), (second, "2026-12-31", 404), (desk, "2026-05-31", 200)):
        act = {"book": BOOK, "kind": "member.left", "doc": BOOK, "of": None, "body": body | {"to": day}}
        assert caller.post("/api/desk/acts", act).status_code == status
    assert until(desk, there, "2026-04-30").json["ended"] == 1, "to end it is no pairing"
    assert until(second, there, "2026-12-31").json["ended"] == 1


def test_whoever_made_a_pairing_last_longer_does_not_let_him_in(town):
    desk, second, mentor = town.caller("coordinator", "desk"), town.caller("authority", "desk"), person_id("mentor")
    open_book(town, make_class(desk), "apprentice", BOOK, "coordinator", COLLEGE)
    there = paired_till_june(second, mentor)
    assert until(desk, there, "2026-12-31").json["ended"] == 1
    assert slip(desk, mentor) == "another_prints"


def test_nor_by_a_file(let_in):
    site, desk, second, made = let_in
    report = drop(desk)
    assert report["counts"]["bad"] == 1 and words_of(report) == {"another_pairs"}
    report = drop(second)
    assert report["counts"]["good"] == 1
    second.post(f"/api/desk/imports/{report['id']}/write")
    assert do_waiting(site.app, site.clock) == 1
    assert site.rows("SELECT count(*) FROM members WHERE person_id = :id", id=made)[0][0] == 1
    assert drop(desk)["counts"]["same"] == 1, "what is there already is nobody's pairing"


def test_nor_by_a_file_that_was_judged_before_the_slip(town):
    desk, second = town.caller("coordinator", "desk"), town.caller("authority", "desk")
    open_book(town, make_class(desk), "apprentice", BOOK, "coordinator", COLLEGE)
    made = take_in(second)
    report = drop(desk)
    assert report["counts"]["good"] == 1 and slip(desk, made) == "printed"
    desk.post(f"/api/desk/imports/{report['id']}/write")
    assert do_waiting(town.app, town.clock) == 1
    assert town.rows("SELECT count(*) FROM members WHERE person_id = :id", id=made)[0][0] == 0
    assert words_of(desk.get(f"/api/desk/imports/{report['id']}").json) == {"another_pairs"}


@pytest.mark.parametrize("judged", ["before", "after"])
def test_nor_by_a_roster_that_names_him(town, judged):
    """Judged before the slip was printed or after it; somebody else's file is written."""
    set_up(town.app, COLLEGE)
    desk, second, row = town.caller("coordinator", "desk"), town.caller("authority", "desk"), rosters.person(0)
    firm = next(org["id"] for org in desk.get("/api/desk/masters/choices").json["orgs"] if org["name"] == row["enterprise"])
    made = second.post("/api/desk/masters", {"name": "周国强", "login": "sf000001", "role": "mentor", "org": firm}).json["id"]
    sheet = rosters.write([
        ["姓名", "身份证号码", "所在班级", "企业名称", "职业（工种）", "培训等级", "培训起止日期", "企业导师"],
        [row["name"], row["id_number"], "一班", row["enterprise"], row["occupation"], row["level"], "2026-01-01至2026-12-31", "周国强"],
    ])  # fmt: skip

    def bring(caller: Caller) -> Any:
        return caller.post("/api/desk/imports?kind=roster", data=sheet, content_type="application/octet-stream").json["report"]

    def write(caller: Caller, report: Any) -> int:
        caller.post(f"/api/desk/imports/{report['id']}/write")
        assert do_waiting(town.app, town.clock) == 1
        return int(town.rows("SELECT count(*) FROM members WHERE person_id = :id", id=made)[0][0])

    report = bring(desk) if judged == "before" else None
    assert slip(desk, made) == "printed"
    report = report or bring(desk)
    assert write(desk, report) == 0 and words_of(desk.get(f"/api/desk/imports/{report['id']}").json) >= {"another_pairs"}
    assert write(second, bring(second)) == 1
    assert bring(desk)["counts"]["same"] == 1, "who is there already is not paired again"


def test_a_coordinator_alone_gets_on_by_a_reset_the_administrator_confirms(let_in):
    """As the sentence says; and whoever confirms holds the slip."""
    site, _, _, made = let_in
    get_in(site, made)
    names = ("coordinator", "authority", "system_admin")
    for name in names:
        site.set_password(name)
    desk, second, keeper = (site.caller(name, "desk") for name in names)

    def renew(confirmer: Caller) -> None:
        asked = desk.proven("/api/desk/resets", {"login": "sf000001", "reason": "换人发单", "lost": False}).json["reset"]["id"]
        site.pass_time(reset.HEARD_AFTER)
        assert confirmer.proven(f"/api/desk/resets/{asked}/confirm", {}).status_code == 200

    renew(second)
    assert pair(second, BOOK, made).json["word"] == "another_pairs"
    renew(keeper)
    assert pair(desk, BOOK, made).json["made"] == 1
