"""Attack A3 by another way: whoever may reset her own people makes others hers. One word in a book that is hers must not put somebody
else's phones, or the tablet of a base, into her hands."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from hands import Hand
from serving import COLLEGE, OTHER_COLLEGE, OTHER_FIRM, WORKS, Caller, Site, person_id

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


def name_as_enterprise(caller: Caller, org: str) -> dict[str, Any]:
    body = {
        "apprentice": person_id("other_apprentice"), "learner": "student_apprentice", "occupation": "钳工", "level": "中级",
        "enterprise": org, "college": OTHER_COLLEGE, "from": "2026-01-01", "to": "2027-12-31",
    }  # fmt: skip
    return caller.act("book.opened", body, THEIRS, book=THEIRS)


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
    name_as_enterprise(town.stranger, org)
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
        assert town.stranger.act(kind, body, THEIRS, book=THEIRS)["as"] == "accepted"
    assert ask(town.stranger, "apprentice").json["slip"] is None


def test_who_is_nowhere_but_at_the_base_is_its_administrators(town):
    assert ask(town.admin, "kiosk").json["slip"] is not None


def test_a_person_is_not_made_a_kiosk(town):
    with pytest.raises(AssertionError, match="not_found"):
        name_as_staff(town.admin, "apprentice", "kiosk")
    held = town.site.rows("SELECT role FROM roles WHERE person_id = :id", id=person_id("apprentice"))
    assert [role for (role,) in held] == ["apprentice"]
