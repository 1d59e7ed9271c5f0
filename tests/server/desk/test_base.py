"""A base's administrator at his desk: workstations, who serves there, check-in screens and what was held."""

from __future__ import annotations

import json

import pytest

from hands import SYNC, Hand
from server.services.keeping import upkeep
from server.services.people import roster
from server.store.db import db
from serving import FIRM, PASSWORD, WORKS, Phone, Site, person_id

BASE = "/api/desk/base"
NEAR = {"name": "装备制造实训基地", "workstations": ["车 1", "车 2"]}
SERVE = {"login": "base_trainer", "role": "base_trainer", "from": "2026-01-01", "to": None}
SESSION = "71000000-0000-4000-8000-000000000001"
HELD = {"workstation": "车 1", "module": None, "topic": "车削", "day": "2026-09-21", "start": 480, "end": 700}


@pytest.fixture
def admin(both: Site):
    caller = both.caller("base_admin", "desk")
    assert caller.post(BASE, NEAR).status_code == 204
    return caller


def word(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["word"]


def places(caller, **asked) -> list[dict]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return caller.get(f"{BASE}/places?{query}").json["items"]


def clean(site: Site) -> bool:
    with site.app.app_context():
        return upkeep.verify(lambda done, total: None).differences == ()


def test_workstations_are_as_he_says_from_now_on(both, admin):
    assert admin.get(BASE).json == NEAR | {"open": True}
    assert admin.post(BASE, NEAR | {"workstations": ["车 1"]}).status_code == 204
    assert admin.get(BASE).json["workstations"] == ["车 1"]
    assert word(admin.post(BASE, NEAR | {"name": ""})) == (400, "bad_request")
    assert word(admin.post(BASE, NEAR | {"workstations": ["x", "x"]})) == (400, "bad_request")
    assert admin.get(BASE).json["workstations"] == ["车 1"], "and nothing was lost"
    assert clean(both)


def test_before_the_book_is_open_nobody_serves_and_it_says_so(both):
    caller = both.caller("base_admin", "desk")
    assert caller.get(BASE).json == {"name": "org-05", "open": False, "workstations": []}
    assert word(caller.post(f"{BASE}/staff", SERVE)) == (409, "base_not_open")
    assert word(caller.post(f"{BASE}/kiosks", {"login": "screen-1", "title": "东门"})) == (409, "base_not_open")
    assert both.rows("SELECT id FROM people WHERE login = 'screen-1'") == [], "nothing of a tablet that has no place"


def test_somebody_serves_and_leaves(both, admin):
    assert admin.post(f"{BASE}/staff", SERVE).status_code == 204
    assert word(admin.post(f"{BASE}/staff", SERVE)) == (409, "serves_already")
    assert word(admin.post(f"{BASE}/staff", SERVE | {"login": "nobody"})) == (404, "no_such_person")
    assert word(admin.post(f"{BASE}/staff", SERVE | {"login": "mentor", "role": "mentor", "to": "2025-12-31"})) == (400, "days_crossed")
    [row] = places(admin, kind="staff")
    assert (row["login"], row["role"], row["first"], row["last"], row["state"]) == ("base_trainer", "base_trainer", "2026-01-01", None, "newcomer")
    leave = {"login": "base_trainer", "to": "2026-09-30", "reason": "调离"}
    assert admin.post(f"{BASE}/staff/leave", leave).status_code == 204
    assert [row["last"] for row in places(admin)] == ["2026-09-30"]
    assert word(admin.post(f"{BASE}/staff/leave", leave | {"login": "mentor"})) == (409, "does_not_serve")
    assert clean(both)


def test_a_tablet_gets_its_slip_shows_codes_and_goes_at_once(both, admin):
    given = {"login": "screen-1", "title": "东门签到屏"}
    first = admin.post(f"{BASE}/kiosks", given).json
    both.pass_time(1000)
    second = admin.post(f"{BASE}/kiosks", given).json
    assert first["code"] != second["code"] and [row["role"] for row in places(admin)] == ["kiosk"]
    tablet, phone = both.caller(), Phone()
    asked = {"login": "screen-1", "password": PASSWORD, "label": "tablet", "shared": False, "proof": phone.proof("screen-1")}
    assert tablet.post("/api/activation", asked | {"code": first["code"]}).status_code == 403
    assert tablet.post("/api/activation", asked | {"code": second["code"]}).status_code == 200
    assert tablet.post("/api/sync", SYNC | {"clock": {"device": phone.id, "at": both.at + 42_000}}).status_code == 200
    [row] = places(admin, kind="kiosk")
    assert (row["name"], row["seconds"], row["heard_at"], row["state"]) == ("东门签到屏", 42, both.at, "serves")
    assert word(admin.post(f"{BASE}/kiosks", given)) == (409, "login_taken")
    assert admin.post(f"{BASE}/kiosks/end", {"login": "screen-1", "lost": True}).status_code == 204
    assert tablet.get("/api/me").status_code == 401
    assert [row["state"] for row in places(admin)] == ["over"], "today, and not only from tomorrow on"
    assert both.rows("SELECT status FROM devices WHERE id = :id", id=phone.id)[0][0] == "lost"
    assert clean(both)


def test_a_tablet_is_not_taken_over_by_another_base_nor_a_person_made_one(both, admin):
    other = "00000000-0000-4000-8000-000000000055"
    with both.app.app_context():
        roster.make_org(other, "base", "另一个基地")
        roster.give_role(person_id("base_trainer"), "base_admin", other)
    theirs = both.caller("base_trainer", "desk")
    assert theirs.post(BASE, NEAR | {"name": "另一个基地"}).status_code == 204
    assert admin.post(f"{BASE}/kiosks", {"login": "screen-1", "title": "东门"}).status_code == 200
    assert word(theirs.post(f"{BASE}/kiosks", {"login": "screen-1", "title": "东门"})) == (409, "login_taken")
    assert word(theirs.post(f"{BASE}/kiosks/end", {"login": "screen-1", "lost": True})) == (404, "not_found")
    assert word(admin.post(f"{BASE}/kiosks", {"login": "mentor", "title": "name of mentor"})) == (409, "login_taken")
    assert word(admin.post(f"{BASE}/kiosks", {"login": "a b", "title": "东门"})) == (400, "bad_login")
    assert [row["login"] for row in places(theirs)] == [] and [row["login"] for row in places(admin)] == ["screen-1"]
    assert theirs.get(BASE).json["name"] == "另一个基地"


def test_nobody_of_another_chain_serves_there(both, admin):
    with both.app.app_context(), db.engine.begin() as conn:
        conn.exec_driver_sql("INSERT INTO skill_chains (id, name) VALUES ('near', 'near'), ('far', 'far')")
        conn.exec_driver_sql(f"UPDATE orgs SET skill_chain_id = 'near' WHERE id IN ('{WORKS}', '{FIRM}')")
        conn.exec_driver_sql(f"UPDATE orgs SET skill_chain_id = 'far' WHERE id NOT IN ('{WORKS}', '{FIRM}')")
    assert word(admin.post(f"{BASE}/staff", SERVE)) == (404, "no_such_person"), "he is of a college of another chain"
    assert admin.post(f"{BASE}/staff", SERVE | {"login": "mentor", "role": "mentor"}).status_code == 204


def joined(who: str, role: str = "base_trainer") -> dict:
    body = {"member": "31000000-0000-4000-8000-000000000077", "person": person_id(who), "role": role, "from": "2026-01-01"}
    return {"book": WORKS, "kind": "staff.joined", "doc": WORKS, "of": None, "body": body}


def test_the_door_of_acts_asks_the_same(both, admin):
    """Whom the page does not let in, no other door lets in: his role would be this base's own word for anybody."""
    with both.app.app_context(), db.engine.begin() as conn:
        conn.exec_driver_sql("INSERT INTO skill_chains (id, name) VALUES ('near', 'near'), ('far', 'far')")
        conn.exec_driver_sql(f"UPDATE orgs SET skill_chain_id = 'near' WHERE id IN ('{WORKS}', '{FIRM}')")
        conn.exec_driver_sql(f"UPDATE orgs SET skill_chain_id = 'far' WHERE id NOT IN ('{WORKS}', '{FIRM}')")
    before = both.rows("SELECT person_id, role, org_id FROM roles ORDER BY person_id, role, org_id")
    for who in ("college_tutor", "other_apprentice"):
        assert admin.post("/api/desk/acts", joined(who)).status_code == 404, who
    assert both.rows("SELECT person_id, role, org_id FROM roles ORDER BY person_id, role, org_id") == before
    assert admin.post("/api/desk/acts", joined("apprentice")).json["verdict"]["as"] == "accepted", "he is of the chain"


def test_nobody_lets_himself_in(both, admin):
    assert word(admin.post(f"{BASE}/staff", SERVE | {"login": "base_admin"})) == (409, "not_yourself")
    for role in ("base_trainer", "mentor"):
        assert admin.post("/api/desk/acts", joined("base_admin", role)).status_code == 404, role
    assert both.rows("SELECT role FROM roles WHERE person_id = :id", id=person_id("base_admin")) == [("base_admin",)]
    assert places(admin) == []


def test_what_was_held_is_listed_by_month(both, admin):
    assert admin.post(f"{BASE}/staff", SERVE).status_code == 204
    trainer = Hand(both, "base_trainer")
    assert trainer.send(trainer.write("session.opened", SESSION, HELD, book=WORKS)) == ["accepted"]
    [row] = admin.get(f"{BASE}/sessions?month=2026-09").json["items"]
    assert row == {
        "id": SESSION, "day": "2026-09-21", "start": 480, "end": 700, "topic": "车削", "workstation": "车 1",
        "by_name": "name of base_trainer", "state": "open", "seen": 0,
    }  # fmt: skip
    assert admin.get(f"{BASE}/sessions?month=2026-08").json == {"items": [], "total": 0, "page": 1}


def test_a_new_tablet_needs_a_proof_and_only_his_base(both, admin):
    both.pass_time(6 * 60_000)
    assert word(admin.post(f"{BASE}/kiosks", {"login": "screen-1", "title": "东门"})) == (403, "prove_again")
    for name in ("coordinator", "enterprise_admin", "authority", "system_admin"):
        assert both.caller(name, "desk").send("POST", BASE, data=json.dumps(NEAR), content_type="application/json").status_code == 403
