"""Organisations of a chain, their credit codes checked; documents that recognise a base, and the hours none of them covers."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from server.services.people import roster
from server.store.db import writing
from serving import COLLEGE, FIRM, OTHER_COLLEGE, WORKS, Site, person_id

CODE = "91440800MA0TE5T166"
OWN = "12440800MA0TE5T16B"


@pytest.fixture
def chained(both: Site) -> Site:
    """The college, the firm and the base are one chain; the other college is in another."""
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text("INSERT INTO skill_chains (id, name) VALUES ('near', '近链'), ('far', '远链')"))
        conn.execute(sa.text("UPDATE orgs SET skill_chain_id = 'far'"))
        conn.execute(sa.text(f"UPDATE orgs SET skill_chain_id = 'near' WHERE id IN ('{COLLEGE}', '{FIRM}', '{WORKS}')"))
        conn.execute(sa.text(f"UPDATE orgs SET kind = 'base' WHERE id = '{WORKS}'"))
    return both


def org(**changed):
    return {"kind": "enterprise", "name": "新海精机有限公司", "credit_code": CODE, "division_code": "440800"} | changed


def test_a_college_enters_enterprises_of_its_own_chain(chained):
    desk, other = chained.caller("coordinator", "desk"), chained.caller("other_coordinator", "desk")
    assert desk.post("/api/desk/orgs", org(credit_code="91440800MA0TE5T167")).json["word"] == "credit_code_wrong"
    made = desk.post("/api/desk/orgs", org(credit_code=" 91440800ma0te5t166")).json["id"]
    assert desk.post("/api/desk/orgs", org()).json["word"] == "name_taken"
    assert desk.post("/api/desk/orgs", org(name="另一家")).json["word"] == "credit_code_taken"
    assert desk.post("/api/desk/orgs", org(kind="college", name="别的学院", credit_code=None)).json["word"] == "forbidden"
    [row] = desk.get("/api/desk/orgs?text=新海").json["items"]
    assert (row["credit_code"], row["chain"], row["changeable"], row["people"]) == (CODE, "近链", True, 0)
    change = {"name": "新海精密机械有限公司", "credit_code": CODE, "division_code": "440900"}
    assert other.get("/api/desk/orgs?text=新海").json["items"] == [] and other.post(f"/api/desk/orgs/{made}", change).status_code == 404
    assert desk.post(f"/api/desk/orgs/{made}", change).status_code == 200
    logged = [tuple(row) for row in chained.rows("SELECT act, body FROM register_log WHERE subject = 'org' ORDER BY act")]
    assert logged[0] == ("changed", '{"name":["新海精机有限公司","新海精密机械有限公司"],"division_code":["440800","440900"]}')
    assert desk.post(f"/api/desk/orgs/{COLLEGE}", change | {"name": "海滨技师学院", "credit_code": OWN}).status_code == 200


def test_who_keeps_the_system_sees_them_all_and_makes_any(chained):
    keeper = chained.caller("system_admin", "desk")
    assert {row["id"] for row in keeper.get("/api/desk/orgs?size=100").json["items"]} >= {COLLEGE, OTHER_COLLEGE, FIRM, WORKS}
    made = keeper.post("/api/desk/orgs", org(kind="authority", name="某市人社局", credit_code=None)).json["id"]
    assert chained.rows("SELECT kind, skill_chain_id FROM orgs WHERE id = :id", id=made) == [("authority", None)]
    for sort in ("name", "-kind", "people", "-people", "chain"):
        assert keeper.get(f"/api/desk/orgs?sort={sort}").status_code == 200


def test_hours_on_days_without_a_document_are_counted(chained):
    chained.open_book()
    chained.log_hours(3)
    with chained.app.app_context(), writing() as conn:
        conn.execute(sa.text(f"UPDATE entries SET place_kind = 'base', place = '{WORKS}'"))
    days = [row[0] for row in chained.rows("SELECT day FROM entries ORDER BY day")]
    desk, keeper = chained.caller("coordinator", "desk"), chained.caller("system_admin", "desk")
    path = f"/api/desk/orgs/bases/{WORKS}"
    assert desk.get(path).json["uncovered"]["entries"] == 3
    document = {"document_no": "粤人社函〔2025〕8号", "issuer": "某市人社局", "from": days[0], "to": days[0]}
    made = desk.post(path, document).json["id"]
    found = desk.get(path).json
    assert (found["uncovered"]["entries"], found["uncovered"]["first_day"], found["uncovered"]["last_day"]) == (2, days[1], days[2])
    assert keeper.get(path).json["uncovered"]["entries"] == 0, "the keeper of the system sees no books"
    assert desk.post(f"{path}/{made}", document | {"to": None}).status_code == 200
    assert desk.get(path).json["uncovered"]["entries"] == 0
    [base] = desk.get("/api/desk/orgs/bases?sort=until").json["items"]
    assert (base["recognised"], base["until"], base["recognitions"]) == (True, None, 1)
    assert desk.post(path, document | {"to": "2020-01-01"}).json["word"] == "days_crossed"
    other = chained.caller("other_coordinator", "desk")
    assert other.get(path).status_code == 404 and other.post(f"{path}/{made}", document).status_code == 404
    assert desk.get(f"/api/desk/orgs/bases/{FIRM}").status_code == 404


def test_without_a_chain_a_college_changes_only_what_it_entered(chained):
    with chained.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE orgs SET skill_chain_id = NULL"))
    desk, other, keeper = (chained.caller(name, "desk") for name in ("coordinator", "other_coordinator", "system_admin"))
    firm = desk.post("/api/desk/orgs", org()).json["id"]
    base = desk.post("/api/desk/orgs", org(kind="base", name="第二基地", credit_code=None)).json["id"]
    change = {"name": "改名", "credit_code": None, "division_code": None}
    document = {"document_no": "8号", "issuer": "某市人社局", "from": "2026-01-01", "to": None}
    for mine in (firm, base, COLLEGE):
        assert other.post(f"/api/desk/orgs/{mine}", change).json["word"] == "forbidden"
    for strange in (FIRM, WORKS, OTHER_COLLEGE):
        assert desk.post(f"/api/desk/orgs/{strange}", change).json["word"] == "forbidden"
    assert other.post(f"/api/desk/orgs/bases/{base}", document).json["word"] == "forbidden"
    with chained.app.app_context():
        roster.give_role(person_id("authority"), "coordinator", COLLEGE)
    assert desk.post(f"/api/desk/orgs/bases/{base}", document).json["word"] == "same_person", "who entered it does not recognise it as well"
    made = chained.caller("authority", "desk").post(f"/api/desk/orgs/bases/{base}", document).json["id"]
    assert other.post(f"/api/desk/orgs/bases/{base}/{made}", document).json["word"] == "forbidden"
    for caller, own in ((desk, {firm, base, COLLEGE}), (other, {OTHER_COLLEGE})):
        assert {row["id"] for row in caller.get("/api/desk/orgs?size=100").json["items"] if row["changeable"]} == own
        assert {row["id"] for row in caller.get("/api/desk/orgs/bases").json["items"] if row["changeable"]} == own & {base}
    assert desk.post(f"/api/desk/orgs/{firm}", change).status_code == 200
    assert keeper.post(f"/api/desk/orgs/{FIRM}", change | {"name": "甲公司"}).status_code == 200
    assert keeper.post(f"/api/desk/orgs/bases/{WORKS}", document).status_code == 200
