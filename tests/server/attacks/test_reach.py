"""Attack A3 by another way: whoever may reset her own people makes others hers. One word in a book that is hers must not put somebody
else's phones, or the tablet of a base, into her hands."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from hands import Hand
from server.services.books import flagging
from server.store.db import writing
from server_desk import CONTENT, write
from serving import COLLEGE, FIRM, OTHER_COLLEGE, OTHER_FIRM, WORKS, Caller, Site, person_id

THEIRS = "10000000-0000-4000-8000-000000000009"


@pytest.fixture
def town(both: Site) -> SimpleNamespace:
    both.open_book()
    both.open_base()
    for name in ("base_admin", "other_coordinator"):
        both.set_password(name)
    return SimpleNamespace(site=both, admin=both.caller("base_admin", "desk"), stranger=both.caller("other_coordinator", "desk"))


def ask(caller: Caller, login: str, **changed: Any) -> Any:
    return caller.proven("/api/desk/resets", {"login": login, "reason": "lost", "lost": False, **changed})


def name_as_staff(caller: Caller, person: str, role: str) -> dict[str, Any]:
    body = {"member": "32000000-0000-4000-8000-000000000001", "person": person_id(person), "role": role, "from": "2026-01-01"}
    return caller.act("staff.joined", body, WORKS, book=WORKS)


def name_as_enterprise(town: SimpleNamespace, org: str) -> None:
    body = {
        "apprentice": person_id("other_apprentice"), "learner": "student_apprentice", "occupation": "钳工", "level": "中级",
        "enterprise": org, "college": OTHER_COLLEGE, "from": "2026-01-01", "to": "2027-12-31",
    }  # fmt: skip
    assert town.site.decide("book.opened", body, THEIRS, book=THEIRS, by="other_coordinator")["as"] == "accepted"


def test_a_base_gets_no_say_over_somebody_by_naming_him(town):
    hand = Hand(town.site, "apprentice")
    name_as_staff(town.admin, "apprentice", "base_trainer")
    answer = ask(town.admin, "apprentice", lost=True)
    assert answer.status_code == 404, answer.json
    assert hand.caller.get("/api/me").status_code == 200
    assert town.site.rows("SELECT status FROM devices WHERE id = :id", id=hand.phone.id)[0][0] == "active"


def test_nor_over_a_coordinator(town):
    hand = Hand(town.site, "coordinator")
    name_as_staff(town.admin, "coordinator", "base_trainer")
    assert ask(town.admin, "coordinator", lost=True).status_code == 404
    assert town.site.rows("SELECT status FROM devices WHERE id = :id", id=hand.phone.id)[0][0] == "active"


@pytest.mark.parametrize(("org", "login"), [(WORKS, "kiosk"), (COLLEGE, "coordinator")])
def test_a_college_gets_no_say_over_a_base_or_another_college_by_calling_it_an_enterprise(town, org, login):
    assert ask(town.stranger, login).status_code == 404
    name_as_enterprise(town, org)
    answer = ask(town.stranger, login)
    assert answer.status_code == 404, answer.json


def test_nor_alone_over_another_colleges_apprentice_by_opening_a_book_for_him(town):
    person = person_id("apprentice")
    opened = {
        "apprentice": person, "learner": "student_apprentice", "occupation": "钳工", "level": "中级", "enterprise": OTHER_FIRM,
        "college": OTHER_COLLEGE, "from": "2026-01-01", "to": "2027-12-31",
    }  # fmt: skip
    joined = {
        "member": "33000000-0000-4000-8000-000000000001", "person": person, "role": "apprentice", "org": None, "from": "2026-01-01",
        "to": None,
    }  # fmt: skip
    for kind, body in (("book.opened", opened), ("member.joined", joined)):
        assert town.site.decide(kind, body, THEIRS, book=THEIRS, by="other_coordinator")["as"] == "accepted"
    assert ask(town.stranger, "apprentice").json["slip"] is None


def test_who_is_nowhere_but_at_the_base_is_its_administrators(town):
    assert ask(town.admin, "kiosk").json["slip"] is not None


def test_a_person_is_not_made_a_kiosk(town):
    with pytest.raises(AssertionError, match="not_found"):
        name_as_staff(town.admin, "apprentice", "kiosk")
    held = town.site.rows("SELECT role FROM roles WHERE person_id = :id", id=person_id("apprentice"))
    assert [role for (role,) in held] == ["apprentice"]


def test_one_word_of_another_college_ends_no_keys_of_a_mentor_whom_others_rely_on(town):
    hand = Hand(town.site, "mentor")
    name_as_enterprise(town, FIRM)
    answer = ask(town.stranger, "mentor", lost=True)
    assert answer.status_code == 200 and answer.json["slip"] is None
    assert town.site.rows("SELECT status FROM devices WHERE id = :id", id=hand.phone.id) == [("active",)]


def test_no_slip_lets_anybody_into_anothers_desk(town):
    """Named as a mentor of her own class: neither who sits at a desk, nor who stands for somebody else's organisation."""
    group, book = "74000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000008"
    with town.site.app.app_context(), writing() as conn:
        conn.execute(sa.text(
            "INSERT INTO classes (id, college_id, name, from_day, to_day, created_at) VALUES (:id, :college, 'c', '2026-01-01', '2027-12-31', 0)"
        ), {"id": group, "college": COLLEGE})  # fmt: skip
    opened = {
        "apprentice": person_id("other_apprentice"), "learner": "student_apprentice", "occupation": "钳工", "level": "中级",
        "enterprise": FIRM, "college": COLLEGE, "from": "2026-01-01", "to": "2027-12-31", "class": group,
    }  # fmt: skip
    assert town.site.decide("book.opened", opened, book, book=book)["as"] == "accepted"
    for number, name in enumerate(("mentor", "enterprise_admin", "authority", "kiosk")):
        joined = {
            "member": f"33000000-0000-4000-8000-00000000001{number}", "person": person_id(name), "role": "mentor", "org": None,
            "from": "2026-01-01", "to": None,
        }  # fmt: skip
        assert town.site.decide("member.joined", joined, book, book=book)["as"] == "accepted"
    town.site.set_password("coordinator")
    before = set(town.site.rows("SELECT id FROM activations"))
    assert town.site.caller("coordinator", "desk").proven("/api/desk/slips", {"class": group, "who": "mentors"}).status_code == 200
    made = town.site.rows("SELECT id, person_id FROM activations")
    assert [person for code, person in made if (code,) not in before] == [person_id("mentor")]


def test_a_case_of_two_colleges_names_to_each_its_own_people(town):
    site, book, photo = town.site, "10000000-0000-4000-8000-000000000007", "A" * 43
    name_as_enterprise(town, OTHER_FIRM)
    joined = {
        "member": "33000000-0000-4000-8000-000000000021", "person": person_id("other_apprentice"), "role": "apprentice", "org": None,
        "from": "2026-01-01", "to": None,
    }  # fmt: skip
    assert site.decide("member.joined", joined, THEIRS, book=THEIRS)["as"] == "accepted"
    mine, theirs = Hand(site, "apprentice"), Hand(site, "other_apprentice")
    write(mine, 1, 1, photos=[photo])
    logged = theirs.write("entry.logged", book, {"day": "2026-09-02", **CONTENT, "photos": [photo]}, book=THEIRS)
    assert theirs.send(logged) == ["accepted"]
    with site.app.app_context():
        flagging.look_at_all(site.at)
    for name, person in (("coordinator", "apprentice"), ("other_coordinator", "other_apprentice")):
        [row] = site.caller(name, "desk").get("/api/desk/flags?flag=same_photo").json["items"]
        assert (row["person_id"], row["about_name"]) == (person_id(person), ""), name
