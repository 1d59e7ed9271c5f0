"""Seats at desks: asked for by one, given by another; taken away with every session; never beyond one's own reach."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from server.store.db import writing
from serving import COLLEGE, FIRM, OTHER_COLLEGE, OTHER_FIRM, WORKS, Caller, Site, person_id

SECOND = {"role": "coordinator", "org": COLLEGE, "name": "第二位教务", "login": "second"}
DAY = 86_400_000


@pytest.fixture
def chained(both: Site) -> Site:
    """The college, a firm and the base are one chain; the other college and firm are of no chain."""
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text("INSERT INTO skill_chains (id, name) VALUES ('near', 'near')"))
        conn.execute(sa.text(f"UPDATE orgs SET skill_chain_id = 'near' WHERE id IN ('{COLLEGE}', '{FIRM}', '{WORKS}')"))
        for org, kind in ((COLLEGE, "college"), (OTHER_COLLEGE, "college"), (FIRM, "enterprise"), (OTHER_FIRM, "enterprise"), (WORKS, "base")):
            conn.execute(sa.text("UPDATE orgs SET kind = :kind WHERE id = :org"), {"kind": kind, "org": org})
    return both


def desks(site: Site) -> tuple[Caller, Caller, Caller]:
    return tuple(site.caller(name, "desk") for name in ("coordinator", "system_admin", "other_coordinator"))  # type: ignore[return-value]


def seats(caller: Caller, **asked: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = caller.get(f"/api/desk/staff?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def test_a_seat_is_asked_for_by_one_and_given_by_another(chained):
    coordinator, system, other = desks(chained)
    asked = coordinator.post("/api/desk/staff", SECOND).json["id"]
    assert coordinator.post("/api/desk/staff", SECOND).json["word"] == "seat_held"
    assert coordinator.post(f"/api/desk/staff/asked/{asked}/give").json["word"] == "same_person"
    assert other.post(f"/api/desk/staff/asked/{asked}/give").status_code == 404
    assert chained.rows("SELECT id FROM people WHERE login = 'second'") == [], "nobody is made before a second person has said so"
    first = seats(coordinator)[0]
    assert (first["state"], first["login"], first["asked_by"]) == ("asked", "second", "name of coordinator")
    slip = system.post(f"/api/desk/staff/asked/{asked}/give").json["slip"]
    assert slip["login"] == "second" and len(slip["code"]) == 10
    assert system.post(f"/api/desk/staff/asked/{asked}/give").json["word"] == "seat_over"
    [row] = seats(system, text="second")
    assert (row["state"], row["role"], row["newcomer"], row["factor"]) == ("held", "coordinator", True, False)
    assert chained.rows("SELECT role, org_id FROM roles r JOIN people p ON p.id = r.person_id WHERE login = 'second'") == [("coordinator", COLLEGE)]
    logged = [row[0] for row in chained.rows("SELECT body FROM register_log WHERE subject = 'seat' ORDER BY at, body")]
    assert len(logged) == 2 and slip["code"] not in "".join(logged)


def test_nobody_gives_beyond_his_reach(chained):
    coordinator, system, other = desks(chained)
    for role, org, status in (
        ("enterprise_admin", FIRM, 200), ("base_admin", WORKS, 200), ("coordinator", OTHER_COLLEGE, 404), ("enterprise_admin", OTHER_FIRM, 404),
        ("authority", COLLEGE, 404), ("system_admin", COLLEGE, 404), ("enterprise_admin", COLLEGE, 404), ("coordinator", FIRM, 404),
    ):  # fmt: skip
        done = coordinator.post("/api/desk/staff", {"role": role, "org": org, "name": "x", "login": f"{role}-{org[-2:]}"})
        assert done.status_code == status, (role, org, done.text)
    assert other.post("/api/desk/staff", SECOND).status_code == 404
    assert {(one["role"], one["org_id"]) for one in coordinator.get("/api/desk/staff/choices").json["items"]} == {
        ("coordinator", COLLEGE), ("enterprise_admin", FIRM), ("base_admin", WORKS),
    }  # fmt: skip
    assert system.post("/api/desk/staff", SECOND | {"org": OTHER_COLLEGE}).status_code == 200
    assert {row["org_id"] for row in seats(other)} == {OTHER_COLLEGE}
    chained.open_book()
    with chained.app.app_context(), writing() as conn:
        conn.execute(sa.text(f"UPDATE books SET enterprise_id = '{OTHER_FIRM}'"))
    assert coordinator.post("/api/desk/staff", {"role": "enterprise_admin", "org": OTHER_FIRM, "name": "x", "login": "y"}).status_code == 200


def test_a_login_is_somebodys_only_with_his_name(chained):
    """And of somebody who is none of hers she hears no more than that the log-in is taken."""
    coordinator, system, _ = desks(chained)
    asked = {"role": "enterprise_admin", "org": FIRM}
    for name, login in (("not his name", "mentor"), ("other_apprentice", "other_apprentice")):
        assert coordinator.post("/api/desk/staff", {**asked, "name": name, "login": login}).json["word"] == "login_taken"
    assert coordinator.post("/api/desk/staff", {**asked, "name": "x", "login": "学徒"}).json["word"] == "bad_login"
    chained.open_book()
    done = coordinator.post("/api/desk/staff", {**asked, "name": "name of mentor", "login": "mentor"})
    assert done.status_code == 200
    chained.set_password("mentor")
    assert system.post(f"/api/desk/staff/asked/{done.json['id']}/give").json["slip"] is None, "whoever has been in needs no slip"
    assert chained.rows(f"SELECT 1 FROM roles WHERE person_id = '{person_id('mentor')}' AND role = 'enterprise_admin'")


def test_a_request_that_has_grown_old_is_over_and_may_be_asked_anew(chained):
    coordinator, system, _ = desks(chained)
    asked = coordinator.post("/api/desk/staff", SECOND).json["id"]
    chained.pass_time(8 * DAY)
    coordinator, system, _ = desks(chained)
    assert [row for row in seats(coordinator) if row["state"] == "asked"] == []
    assert system.post(f"/api/desk/staff/asked/{asked}/give").json["word"] == "seat_over"
    again = coordinator.post("/api/desk/staff", SECOND).json["id"]
    assert system.post(f"/api/desk/staff/asked/{again}/withdraw").status_code == 204
    assert system.post(f"/api/desk/staff/asked/{again}/give").json["word"] == "seat_over"


def test_who_lost_his_own_seat_has_asked_for_nothing(chained):
    coordinator, system, _ = desks(chained)
    asked = coordinator.post("/api/desk/staff", SECOND).json["id"]
    mine = person_id("coordinator")
    assert system.post(f"/api/desk/staff/{mine}/take", {"role": "coordinator", "org": COLLEGE}).status_code == 204
    assert system.post(f"/api/desk/staff/asked/{asked}/give").json["word"] == "seat_over"
    assert coordinator.get("/api/me").status_code == 401, "his sessions at desks have ended"


def test_taking_a_seat_ends_desks_and_leaves_phones(chained):
    coordinator, system, other = desks(chained)
    admin, phone = chained.caller("enterprise_admin", "desk"), chained.caller("enterprise_admin")
    person, seat = person_id("enterprise_admin"), {"role": "enterprise_admin", "org": FIRM}
    assert other.post(f"/api/desk/staff/{person}/take", seat).status_code == 404
    assert admin.post(f"/api/desk/staff/{person}/take", seat).status_code == 403
    assert coordinator.post(f"/api/desk/staff/{person}/take", seat).status_code == 204
    assert admin.get("/api/me").status_code == 401 and phone.get("/api/me").status_code == 200
    assert coordinator.post(f"/api/desk/staff/{person}/take", seat).status_code == 404
    assert system.post(f"/api/desk/staff/{person_id('system_admin')}/take", {"role": "system_admin", "org": COLLEGE}).json["word"] == "same_person"
    assert coordinator.post(f"/api/desk/staff/{person_id('coordinator')}/take", {"role": "coordinator", "org": COLLEGE}).json["word"] == "same_person"


def test_sessions_are_seen_and_ended_within_reach(chained):
    coordinator, system, other = desks(chained)
    admin, phone = chained.caller("enterprise_admin", "desk"), chained.caller("enterprise_admin")
    person = person_id("enterprise_admin")
    seen = coordinator.get(f"/api/desk/staff/{person}").json
    assert {one["kind"] for one in seen["sessions"]} == {"desk", "phone"} and seen["may_shut"]
    assert other.get(f"/api/desk/staff/{person}").status_code == 404
    assert coordinator.get(f"/api/desk/staff/{person_id('apprentice')}").status_code == 404, "an apprentice sits at no desk"
    assert other.post(f"/api/desk/staff/{person}/sessions/end", {"session": None}).status_code == 404
    assert coordinator.post(f"/api/desk/staff/{person}/sessions/end", {"session": admin.session_id}).status_code == 204
    assert (admin.get("/api/me").status_code, phone.get("/api/me").status_code) == (401, 200)
    assert system.post(f"/api/desk/staff/{person}/sessions/end", {"session": None}).status_code == 204
    assert phone.get("/api/me").status_code == 401


def test_who_belongs_to_others_too_is_not_shut_by_one_college(chained):
    coordinator, system, _ = desks(chained)
    person, admin = person_id("enterprise_admin"), chained.caller("enterprise_admin", "desk")
    with chained.app.app_context(), writing() as conn:
        conn.execute(sa.text("INSERT INTO roles (person_id, role, org_id) VALUES (:p, 'enterprise_admin', :o)"), {"p": person, "o": OTHER_FIRM})
    assert coordinator.post(f"/api/desk/staff/{person}/shut", {"disabled": True}).json["word"] == "of_others_too"
    assert system.post(f"/api/desk/staff/{person}/shut", {"disabled": True}).status_code == 204
    assert admin.get("/api/me").status_code == 401
    assert [row["disabled"] for row in seats(system, text="enterprise_admin") if row["org_id"] == FIRM] == [True]
    assert system.post(f"/api/desk/staff/{person}/shut", {"disabled": False}).status_code == 204
    assert chained.caller("enterprise_admin", "desk").get("/api/me").status_code == 200


def test_what_moves_a_seat_asks_for_a_proof(chained):
    coordinator, *_ = desks(chained)
    chained.pass_time(6 * 60_000)
    person = person_id("enterprise_admin")
    for path, body in (
        ("", SECOND), ("/asked/x/give", {}), (f"/{person}/take", {"role": "enterprise_admin", "org": FIRM}), (f"/{person}/shut", {"disabled": True}),
    ):  # fmt: skip
        assert coordinator.post(f"/api/desk/staff{path}", body).json["word"] == "prove_again", path


def test_the_page_holds_its_place_with_a_thousand_seats(chained):
    _, system, _ = desks(chained)
    with chained.app.app_context(), writing() as conn:
        for n in range(300):
            conn.execute(sa.text("INSERT INTO people (id, name, login, created_at) VALUES (:id, :id, :id, 0)"), {"id": f"p{n:03d}"})
            row = {"id": f"p{n:03d}", "org": FIRM}
            conn.execute(sa.text("INSERT INTO roles (person_id, role, org_id) VALUES (:id, 'enterprise_admin', :org)"), row)
    pages = [seats(system, sort="name", page=str(page), size="100", role="enterprise_admin") for page in (1, 2, 3, 4)]
    ids = [row["id"] for page in pages for row in page]
    assert len(ids) == len(set(ids)) == 301 and [row["name"] for row in seats(system, text="p29", sort="-name")][:2] == ["p299", "p298"]
