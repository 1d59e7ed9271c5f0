"""Who moves the border of a chain, and what stays open behind somebody who goes."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from server.services.setup import chains
from server.store.db import writing
from serving import BOOK, COLLEGE, FIRM, OTHER_COLLEGE, OTHER_FIRM, WORKS, Caller, Site, person_id

PATH = "/api/desk/chains"
TODAY = "2026-09-21"
SINCE = {"from": "2026-09-01", "to": None, "reason": "建链时加入"}
WRONG = "放错了单位"
DAY = 86_400_000


@pytest.fixture
def keeper(both: Site) -> Caller:
    both.open_book()
    with both.app.app_context(), writing() as conn:
        for kind, ids in (("college", (COLLEGE, OTHER_COLLEGE)), ("enterprise", (FIRM, OTHER_FIRM)), ("authority", (WORKS, WORKS))):
            conn.execute(sa.text("UPDATE orgs SET kind = :kind WHERE id IN (:one, :two)"), {"kind": kind, "one": ids[0], "two": ids[1]})
        conn.execute(sa.text("UPDATE roles SET org_id = :works WHERE role = 'authority'"), {"works": WORKS})
    return both.caller("system_admin", "desk")


def make(keeper: Caller, *names: str) -> list[str]:
    return [keeper.post(PATH, {"name": name}).json["id"] for name in names]


def put(keeper: Caller, chain: str, org: str, **changed: object) -> str:
    answer = keeper.post(f"{PATH}/{chain}/members", {**SINCE, "org": org, **changed})
    assert answer.status_code == 200, answer.json
    return str(answer.json["id"])


def out(keeper: Caller, chain: str, member: str, last: str) -> int:
    return keeper.post(f"{PATH}/{chain}/members/{member}", {"to": last, "reason": WRONG}).status_code


def chain_of(site: Site, org: str) -> str | None:
    found: str | None = site.rows("SELECT skill_chain_id FROM orgs WHERE id = :id", id=org)[0][0]
    return found


def read_by_authority(site: Site) -> set[str]:
    return {row["id"] for row in site.caller("authority", "desk").get("/api/desk/progress").json["items"]}


def pass_days(site: Site, days: int) -> None:
    site.pass_time(days * DAY)
    with site.app.app_context():
        chains.settle(site.at)


def test_what_was_put_in_by_mistake_is_taken_out_at_once_and_the_log_keeps_it(both, keeper):
    [chain] = make(keeper, "近链")
    put(keeper, chain, WORKS)
    member = put(keeper, chain, COLLEGE, **{"from": TODAY})
    assert read_by_authority(both) == {BOOK}
    assert out(keeper, chain, member, "2026-09-20") == 200
    assert read_by_authority(both) == set() and chain_of(both, COLLEGE) is None
    later = put(keeper, chain, OTHER_COLLEGE, **{"from": "2099-12-01"})
    assert keeper.post(f"{PATH}/{chain}/end", {"on": TODAY, "reason": WRONG}).status_code != 200, "somebody is still to come"
    assert out(keeper, chain, later, TODAY) == 200
    assert keeper.post(f"{PATH}/{chain}/end", {"on": TODAY, "reason": WRONG}).status_code == 200
    assert both.rows("SELECT count(*) FROM register_log WHERE subject = 'chain' AND body LIKE :said", said=f"%{WRONG}%")[0][0] == 3


def test_one_who_was_there_before_today_is_not_struck_out(both, keeper):
    [chain] = make(keeper, "近链")
    member = put(keeper, chain, COLLEGE)
    assert out(keeper, chain, member, "2026-08-31") != 200 and chain_of(both, COLLEGE) == chain


def test_nobody_opens_books_to_himself_and_the_college_reads_of_it(both, keeper):
    [chain] = make(keeper, "近链")
    put(keeper, chain, WORKS)
    with both.app.app_context(), writing() as conn:
        values = {"person": person_id("system_admin"), "org": WORKS}
        conn.execute(sa.text("INSERT INTO roles (person_id, role, org_id) VALUES (:person, 'authority', :org)"), values)
    refused = keeper.post(f"{PATH}/{chain}/members", {**SINCE, "org": COLLEGE})
    assert refused.json["word"] == "same_person" and chain_of(both, COLLEGE) is None
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text("DELETE FROM roles WHERE person_id = :person AND role = 'authority'"), {"person": person_id("system_admin")})
    put(keeper, chain, COLLEGE)
    lines = both.caller("coordinator", "desk").get("/api/desk/changes?what=org").json["items"]
    assert "近链" in json.dumps(lines, ensure_ascii=False)


def test_what_a_college_enters_leaves_an_ending_chain_with_it(both, keeper):
    old, new = make(keeper, "近链", "新链")
    put(keeper, old, COLLEGE)
    assert keeper.post(f"{PATH}/{old}/end", {"on": "2026-10-31", "reason": WRONG}).status_code == 200
    entered = {"kind": "enterprise", "name": "新海精机", "credit_code": None, "division_code": None}
    made = both.caller("coordinator", "desk").post("/api/desk/orgs", entered).json["id"]
    assert both.rows("SELECT to_day FROM chain_members WHERE org_id = :org", org=made) == [("2026-10-31",)]
    pass_days(both, 60)
    assert chain_of(both, COLLEGE) is None and chain_of(both, made) is None
    put(both.caller("system_admin", "desk"), new, made, **{"from": "2026-11-20"})


def test_one_of_which_no_days_are_written_leaves_a_chain_that_has_ended(both, keeper):
    [chain] = make(keeper, "近链")
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE orgs SET skill_chain_id = :chain WHERE id IN (:one, :two)"), {"chain": chain, "one": COLLEGE, "two": WORKS})
    assert read_by_authority(both) == {BOOK}
    assert keeper.post(f"{PATH}/{chain}/end", {"on": "2026-09-20", "reason": WRONG}).status_code == 200
    assert read_by_authority(both) == set()


def test_old_neighbours_appoint_nobody_where_a_college_that_left_has_its_books(both, keeper):
    near, far = make(keeper, "近链", "远链")
    put(keeper, near, OTHER_COLLEGE)
    member = put(keeper, near, COLLEGE)
    put(keeper, near, FIRM)
    asked = {"role": "enterprise_admin", "org": FIRM, "name": "同伙", "login": "accomplice"}
    assert out(keeper, near, member, "2026-09-20") == 200
    put(keeper, far, COLLEGE, **{"from": TODAY})
    assert (chain_of(both, COLLEGE), chain_of(both, FIRM)) == (far, near)
    assert both.caller("other_coordinator", "desk").post("/api/desk/staff", asked).status_code == 404
    assert both.caller("coordinator", "desk").post("/api/desk/staff", asked).status_code in (200, 201), "whose books are there"


def test_reasons_are_for_whoever_keeps_chains(both, keeper):
    [chain] = make(keeper, "近链")
    put(keeper, chain, OTHER_COLLEGE, to="2026-09-10", reason="张三举报后整改加入")
    put(keeper, chain, COLLEGE)
    path = f"{PATH}/{chain}/members"
    assert {row["reason"] for row in both.caller("coordinator", "desk").get(path).json["items"]} == {""}
    assert {row["reason"] for row in keeper.get(path).json["items"]} == {"张三举报后整改加入", SINCE["reason"]}
