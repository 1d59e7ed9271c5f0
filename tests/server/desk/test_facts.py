"""Facts at the desk: signers, bases, results and the age of rules; each desk sees its own."""

from __future__ import annotations

import pytest

from hands import Hand
from server.services.books import flagging
from server.services.facts.signers import pattern_of
from server.store.db import writing
from server.store.people import orgs
from serving import BOOK, COLLEGE, WORKS, Phone, Site, person_id

SESSION = "71000000-0000-4000-8000-000000000001"
DAY, HOUR = 86_400_000, 3_600_000
NOON = 1_772_337_600_000  # 2026-03-01 12:00 in Shanghai
CLAIM = {
    "competition": "选拔赛", "year": 2026, "level": "province_2", "event": "系统操作员", "division": "student", "rank": 2,
    "award": None, "score": "90.10", "day": "2026-06-06", "photos": [],
}  # fmt: skip


def test_a_signers_pattern_is_told_in_numbers():
    """Two sittings: three entries half a minute apart, and one a day later."""
    signed = [(NOON + at, 100, NOON - 2 * HOUR, f"b{at % 2}") for at in (0, 30_000, 60_000, DAY)]
    told = pattern_of(signed, NOON - NOON % DAY, NOON + DAY)
    assert (told["signed"], told["minutes"], told["sittings"], told["largest"], told["seconds"]) == (4, 400, 2, 3, 30)
    assert told["wait_hours"] == 2 and sum(told["daily"]) == 4 and told["month_end_permille"] == 0
    end = pattern_of([(NOON - DAY, 60, None, "b")], NOON - 2 * DAY, NOON)
    assert end["month_end_permille"] == 1000 and end["wait_hours"] is None and end["seconds"] is None
    assert pattern_of([], NOON - DAY, NOON)["sittings"] == 0


@pytest.fixture
def signed(both: Site) -> Site:
    both.open_book()
    both.log_hours(3)
    with both.app.app_context():
        flagging.look_at_all(both.at)
    return both


def test_signers_are_listed_with_what_waits_for_them(signed):
    answer = signed.caller("coordinator", "desk").get("/api/desk/signers").json
    mentor = next(row for row in answer["items"] if row["person_id"] == person_id("mentor"))
    assert (mentor["role"], mentor["apprentices"], mentor["waiting"]) == ("mentor", 1, 3) and answer["total"] == len(answer["items"])
    assert len(mentor["daily"]) == answer["days"] == 60
    assert signed.caller("other_coordinator", "desk").get("/api/desk/signers").json["items"] == []
    assert signed.caller("coordinator", "desk").get("/api/desk/signers?text=nobody").json["total"] == 0


def test_results_are_listed_and_decided_and_the_decision_shows_at_once(signed):
    caller = signed.caller("coordinator", "desk")
    doc = "00000000-0000-4000-8000-000000000555"
    phone, person = Phone(), signed.caller("apprentice")
    person.post("/api/devices", {"proof": phone.proof("apprentice"), "label": "", "shared": False})
    op = phone.op(person_id("apprentice"), "result.claimed", doc, CLAIM, signed.chance(16))
    person.post("/api/sync", {"v": 1, "build": "t", "epoch": "", "have": {}, "ops": [op], "limit": 10})
    [row] = caller.get("/api/desk/results?state=claimed").json["items"]
    assert row["content"]["competition"] == "选拔赛" and row["decisions"] == [] and "award" not in row["content"]
    act = {"book": BOOK, "kind": "result.rejected", "doc": doc, "of": row["version"], "body": {"reason": "缺少证书照片"}}
    assert caller.post("/api/desk/acts", act).json["verdict"]["as"] == "accepted"
    [row] = caller.get("/api/desk/results").json["items"]
    assert row["state"] == "rejected" and row["decisions"][0]["text"] == "缺少证书照片" and row["decisions"][0]["by"]
    assert caller.get("/api/desk/results?state=claimed").json["total"] == 0
    assert [caller.get(f"/api/desk/results?text={text}").json["total"] for text in ("选拔", "%25", "_")] == [1, 0, 0]
    assert signed.caller("other_coordinator", "desk").get("/api/desk/results").json["total"] == 0
    assert signed.rows("SELECT state, competition FROM results")[0] == ("rejected", "选拔赛")


def test_a_base_shows_its_sessions_and_the_hours_of_enterprises(signed):
    signed.open_base()
    trainer = Hand(signed, "base_trainer")
    held = {"workstation": "W-01", "module": None, "topic": "turning", "day": "2026-09-21", "start": 480, "end": 600}
    seen = {"end": 600, "seen": [{"book": BOOK, "person": person_id("apprentice")}]}
    written = [trainer.write(kind, SESSION, body, book=WORKS) for kind, body in (("session.opened", held), ("session.closed", seen))]
    assert trainer.send(*written) == ["accepted", "accepted"]
    caller = signed.caller("coordinator", "desk")
    answer = caller.get("/api/desk/bases?month=2026-09").json
    [base] = answer["bases"]
    assert (base["workstations"], base["sessions"], base["minutes"], base["people"], base["taken_permille"]) == (2, 1, 120, 1, 1000)
    assert answer["month"] == "2026-09" and base["document_no"] == ""
    assert caller.get("/api/desk/bases?month=2026-08").json["bases"][0]["sessions"] == 0
    assert caller.get("/api/desk/bases?month=2026-13").status_code == 400


@pytest.mark.parametrize(("valid_to", "said"), [("2026-08-31", [True]), ("2026-10-15", [False]), ("2027-12-31", []), (None, [])])
def test_a_rule_set_that_has_ended_or_soon_will_is_told_with_its_document(site, valid_to, said):
    """The clock of the tests stands on 2026-09-21."""
    site.open_book()
    with site.app.app_context(), writing() as conn:
        orgs.insert_rule_set(conn, {"id": "r", "region": "广东", "name": "规则", "valid_from": "2025-01-01", "valid_to": valid_to,
                                    "source": "粤人社规〔2022〕26号", "status": "in_force", "rules": {}})  # fmt: skip
        orgs.insert_plan(conn, {"id": "p", "org_id": COLLEGE, "rule_set_id": "r", "name": "x", "occupation": "x", "level": "x", "version": 1,
                                "modules": [], "places": [], "closed_days": []})  # fmt: skip
    answer = site.caller("coordinator", "desk").get("/api/desk/rules/ages").json["items"]
    assert [row["ended"] for row in answer] == said and {row["source"] for row in answer} <= {"粤人社规〔2022〕26号"}
    assert site.caller("other_coordinator", "desk").get("/api/desk/rules/ages").json["items"] == []
