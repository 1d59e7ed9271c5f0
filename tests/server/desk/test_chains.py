"""Chains as the border of what organisations see of each other: who is in which from when to when, and what lies within."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from server.services.setup import chains
from server.store.db import writing
from server.store.people import orgs
from server.store.setup import rosters
from serving import BOOK, COLLEGE, FIRM, OTHER_COLLEGE, OTHER_FIRM, WORKS, Caller, Site, person_id

PATH = "/api/desk/chains"
SINCE = {"from": "2026-09-01", "to": None, "reason": "建链时加入"}
DAY = 86_400_000


@pytest.fixture
def keeper(both: Site) -> Caller:
    """The college is one, and the authority sits at an office of its own."""
    both.open_book()
    both.log_hours(2)
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text(f"UPDATE orgs SET kind = 'college' WHERE id IN ('{COLLEGE}', '{OTHER_COLLEGE}')"))
        conn.execute(sa.text(f"UPDATE orgs SET kind = 'enterprise' WHERE id IN ('{FIRM}', '{OTHER_FIRM}')"))
        conn.execute(sa.text(f"UPDATE orgs SET kind = 'authority' WHERE id = '{WORKS}'"))
        conn.execute(sa.text(f"UPDATE roles SET org_id = '{WORKS}' WHERE role = 'authority'"))
    return both.caller("system_admin", "desk")


def put(keeper: Caller, chain: str, org: str, **changed: object) -> str:
    answer = keeper.post(f"{PATH}/{chain}/members", {**SINCE, "org": org, **changed})
    assert answer.status_code == 200, answer.json
    return answer.json["id"]


def chain_of(site: Site, org: str) -> str | None:
    return site.rows("SELECT skill_chain_id FROM orgs WHERE id = :id", id=org)[0][0]


def read_by_authority(site: Site) -> set[str]:
    return {row["id"] for row in site.caller("authority", "desk").get("/api/desk/progress").json["items"]}


def settle(site: Site) -> int:
    with site.app.app_context():
        return chains.settle(site.at)


def test_a_chain_opens_books_to_its_authority_and_closes_them_again(both, keeper):
    chain = keeper.post(PATH, {"name": "海滨链"}).json["id"]
    assert read_by_authority(both) == set(), "of no chain, it sees no book"
    put(keeper, chain, WORKS)
    assert read_by_authority(both) == set(), "alone in a chain neither"
    member = put(keeper, chain, COLLEGE)
    assert read_by_authority(both) == {BOOK}
    today = "2026-09-21"
    assert keeper.post(f"{PATH}/{chain}/members/{member}", {"to": today, "reason": "退出生态链"}).status_code == 200
    assert read_by_authority(both) == {BOOK}, "its last day is one"
    both.pass_time(DAY)
    keeper = both.caller("system_admin", "desk")
    assert settle(both) == 1 and settle(both) == 0
    assert read_by_authority(both) == set()
    again = keeper.post(f"{PATH}/{chain}/members/{member}", {"to": "2026-09-22", "reason": "退出生态链"})
    assert again.json["word"] == "ended_already"
    put(keeper, chain, COLLEGE, **{"from": "2026-09-24"})
    assert read_by_authority(both) == set(), "not before the day"
    both.pass_time(2 * DAY)
    assert settle(both) == 1 and read_by_authority(both) == {BOOK}


def test_an_organisation_is_in_one_chain_at_a_time(both, keeper):
    near, far = (keeper.post(PATH, {"name": name}).json["id"] for name in ("近链", "远链"))
    assert keeper.post(PATH, {"name": "近链"}).json["word"] == "name_taken"
    put(keeper, near, FIRM, to="2026-09-30")
    for first, last in (("2026-09-01", None), ("2026-08-01", "2026-09-01"), ("2026-09-30", "2026-10-30")):
        answer = keeper.post(f"{PATH}/{far}/members", {**SINCE, "org": FIRM, "from": first, "to": last})
        assert answer.json["word"] == "in_a_chain", (first, last)
    put(keeper, far, FIRM, **{"from": "2026-10-01"})
    assert chain_of(both, FIRM) == near
    both.pass_time(12 * DAY)
    settle(both)
    assert chain_of(both, FIRM) == far
    keeper = both.caller("system_admin", "desk")
    states = [(row["state"], row["from_day"]) for row in keeper.get(f"{PATH}/{near}/members").json["items"]]
    assert states == [("left", "2026-09-01")]
    assert keeper.get(f"{PATH}/{near}/members?now=yes").json["total"] == 0
    bad = keeper.post(f"{PATH}/{far}/members", {**SINCE, "org": COLLEGE, "to": "2026-08-31"})
    assert bad.json["word"] == "days_crossed"
    assert keeper.post(f"{PATH}/{far}/members", {**SINCE, "org": "nobody"}).status_code == 404


def test_with_a_chain_everybodys_place_in_it_ends(both, keeper):
    chain = keeper.post(PATH, {"name": "海滨链"}).json["id"]
    for org in (COLLEGE, WORKS):
        put(keeper, chain, org)
    left = put(keeper, chain, FIRM, to="2026-09-10")
    put(keeper, chain, OTHER_FIRM, **{"from": "2026-12-01"})
    ending = {"on": "2026-09-20", "reason": "主管部门撤销"}
    assert keeper.post(f"{PATH}/{chain}/end", ending).json["word"] == "days_crossed", "somebody is still to come"
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text(f"DELETE FROM chain_members WHERE org_id = '{OTHER_FIRM}'"))
    assert keeper.post(f"{PATH}/{chain}/end", ending).status_code == 200
    assert {chain_of(both, org) for org in (COLLEGE, WORKS, FIRM)} == {None} and read_by_authority(both) == set()
    members = {row["org_id"]: row for row in keeper.get(f"{PATH}/{chain}/members").json["items"]}
    assert (members[COLLEGE]["to_day"], members[COLLEGE]["left_reason"]) == ("2026-09-20", "主管部门撤销")
    assert (members[FIRM]["id"], members[FIRM]["to_day"], members[FIRM]["left_reason"]) == (left, "2026-09-10", None), "who had left stays as he was"
    for answer in (
        keeper.post(f"{PATH}/{chain}/end", ending), keeper.post(f"{PATH}/{chain}", {"name": "新名"}),
        keeper.post(f"{PATH}/{chain}/members", {**SINCE, "org": COLLEGE}),
    ):  # fmt: skip
        assert answer.json["word"] == "ended_already"
    assert keeper.post(PATH, {"name": "海滨链"}).status_code == 200, "the name is free again"


def test_a_college_reads_its_own_chain_and_no_other(both, keeper):
    near, far = (keeper.post(PATH, {"name": name}).json["id"] for name in ("近链", "远链"))
    put(keeper, near, COLLEGE)
    put(keeper, near, FIRM)
    put(keeper, far, OTHER_COLLEGE)
    desk, other = (both.caller(name, "desk") for name in ("coordinator", "other_coordinator"))
    assert [(row["id"], row["orgs"], row["colleges"]) for row in desk.get(PATH).json["items"]] == [(near, 2, 1)]
    assert [row["id"] for row in other.get(PATH).json["items"]] == [far]
    assert {row["org_id"] for row in desk.get(f"{PATH}/{near}/members?sort=name").json["items"]} == {COLLEGE, FIRM}
    assert other.get(f"{PATH}/{near}/members").status_code == 404
    assert desk.post(PATH, {"name": "第三链"}).status_code == 403
    assert keeper.get(f"{PATH}?sort=-orgs").json["total"] == 2 and keeper.get(f"{PATH}?text=远").json["total"] == 1


def test_every_change_is_in_the_log_with_its_reason(both, keeper):
    chain = keeper.post(PATH, {"name": "近链"}).json["id"]
    keeper.post(f"{PATH}/{chain}", {"name": "近海链"})
    member = put(keeper, chain, FIRM)
    keeper.post(f"{PATH}/{chain}/members/{member}", {"to": "2026-09-30", "reason": "不再合作"})
    keeper.post(f"{PATH}/{chain}/end", {"on": "2026-10-01", "reason": "主管部门撤销"})
    lines = keeper.get(f"/api/desk/changes?what=chain&about={chain}&sort=at").json["items"]
    said = [{one["field"]: (one["was"], one["now"]) for one in line["changes"]} for line in lines]
    firm = both.rows("SELECT name FROM orgs WHERE id = :id", id=FIRM)[0][0]
    assert {line["about"] for line in lines} == {"近海链"} and len(said) == 5
    assert {"name": ("近链", "近海链")} in said
    assert {"org": (None, firm), "from": (None, "2026-09-01"), "reason": (None, "建链时加入")} in said
    assert {"org": (firm, firm), "to": (None, "2026-09-30"), "reason": (None, "不再合作")} in said
    assert {"ended_on": (None, "2026-10-01"), "reason": (None, "主管部门撤销")} in said


def test_what_a_college_enters_comes_into_its_chain_and_stays_there(both, keeper):
    chain = keeper.post(PATH, {"name": "近链"}).json["id"]
    put(keeper, chain, COLLEGE)
    body = {"kind": "enterprise", "name": "新海精机", "credit_code": None, "division_code": None}
    made = both.caller("coordinator", "desk").post("/api/desk/orgs", body).json["id"]
    assert chain_of(both, made) == chain and settle(both) == 0
    assert made in {row["org_id"] for row in keeper.get(f"{PATH}/{chain}/members").json["items"]}


def test_no_chain_is_a_neighbourhood_of_names_and_never_of_books(both, keeper):
    """The one rule of `border`, at each statement that asks it."""
    chain = keeper.post(PATH, {"name": "近链"}).json["id"]
    with both.app.app_context(), writing() as conn:
        named = {row[0] for row in rosters.select_chain_orgs(conn, COLLEGE)}
        assert {COLLEGE, FIRM, OTHER_COLLEGE, OTHER_FIRM, WORKS} <= named, "registers of those without a chain name each other"
        assert orgs.is_near(conn, WORKS, person_id("mentor"))
    desk = both.caller("coordinator", "desk")
    assert read_by_authority(both) == set()
    assert all(row["org_id"] == COLLEGE for row in desk.get("/api/desk/staff").json["items"] if row["role"] == "base_admin")
    put(keeper, chain, COLLEGE)
    with both.app.app_context(), writing() as conn:
        assert {row[0] for row in rosters.select_chain_orgs(conn, COLLEGE)} == {COLLEGE}, "who has joined one is no longer among them"
        assert COLLEGE not in {row[0] for row in rosters.select_chain_orgs(conn, OTHER_COLLEGE)}
        assert orgs.is_near(conn, WORKS, person_id("coordinator")), "one of no chain takes in anybody"
    put(keeper, chain, WORKS)
    with both.app.app_context(), writing() as conn:
        assert orgs.is_near(conn, WORKS, person_id("coordinator")) and not orgs.is_near(conn, WORKS, person_id("mentor"))
