"""How somebody is reached belongs to the college that entered it: while it has him in a handbook nobody else reads or changes it."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

import rosters
from colleges import set_up
from server.commands.jobs import do_waiting
from server.store.db import writing
from server.store.people import orgs
from serving import COLLEGE, OTHER_COLLEGE, Caller, Site

NUMBER = rosters.person(0)["id_number"]
OURS = {"phone": "13800138000", "guardian": "钱大海", "guardian_phone": "13800138001"}
THEIRS = {"phone": "13900139000", "guardian": "孙小河", "guardian_phone": "13900139001"}
NOTHING = dict.fromkeys(OURS, "")


@pytest.fixture
def town(both: Site) -> Site:
    """Two colleges that may take in the same people; the first has done so."""
    set_up(both.app, COLLEGE)
    with both.app.app_context(), writing() as conn:
        modules = json.loads(conn.execute(sa.text("SELECT modules FROM plans LIMIT 1")).scalar_one())
        orgs.insert_plan(conn, {
            "id": "plan-x", "org_id": OTHER_COLLEGE, "rule_set_id": "rules-1", "name": "x", "occupation": rosters.person(0)["occupation"],
            "level": rosters.person(0)["level"], "version": 1, "modules": modules, "places": [], "closed_days": [],
        })  # fmt: skip
        conn.execute(sa.text("UPDATE sessions SET proved_at = 9999999999999"))
    desk = both.caller("coordinator", "desk")
    write(both, desk, send(desk, OURS, "2026-01-01至2026-12-31"))
    return both


def send(desk: Caller, contact: dict[str, str], days: str) -> dict[str, Any]:
    row = rosters.person(0)
    values = {
        "姓名": row["name"], "身份证号码": NUMBER, "所在班级": "一班", "企业名称": row["enterprise"], "职业（工种）": row["occupation"],
        "培训等级": row["level"], "培训起止日期": days, "联系电话": contact["phone"], "监护人": contact["guardian"],
        "监护人电话": contact["guardian_phone"],
    }  # fmt: skip
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(values))
    book.active.append(list(values.values()))
    book.save(out)
    report = desk.post("/api/desk/imports?kind=roster", data=out.getvalue(), content_type="application/octet-stream").json["report"]
    assert report["counts"]["bad"] == 0, report["words"]
    return dict(report)


def write(site: Site, desk: Caller, report: dict[str, Any]) -> None:
    desk.post(f"/api/desk/imports/{report['id']}/write")
    assert do_waiting(site.app, site.clock) == 1


def read(site: Site, desk: Caller) -> tuple[dict[str, str], bool]:
    """What this desk is shown of the one person, and whether it is told that the rest is another's."""
    with site.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE sessions SET proved_at = 9999999999999"))
    [row] = desk.get("/api/desk/roster").json["items"]
    shown = desk.post(f"/api/desk/roster/{row['id']}/unmask", {"reason": "核对参保信息"}).json
    assert shown["number"] == NUMBER
    return {name: shown[name] for name in OURS}, shown["elsewhere"]


def words(report: dict[str, Any]) -> set[str]:
    return {one["word"] for one in report["words"]}


def changes(desk: Caller) -> list[set[str]]:
    rows = desk.get("/api/desk/changes?what=person").json["items"]
    return [{change["field"] for change in row["changes"]} for row in rows if row["act"] == "changed"]


def test_another_college_neither_reads_nor_changes_them(town):
    desk, stranger = town.caller("coordinator", "desk"), town.caller("other_coordinator", "desk")
    days = "2040-01-01至2040-12-31"
    report = send(stranger, THEIRS, days)
    assert report["counts"]["good"] == 1 and "contacts_of_others" in words(report)
    write(town, stranger, report)
    assert read(town, stranger) == (NOTHING, True)
    again = send(stranger, THEIRS, days)
    assert again["counts"]["same"] == 1 and "contacts_of_others" in words(again) and "will_change" not in words(again)
    guessed = send(stranger, OURS, days)
    assert (guessed["counts"], words(guessed)) == (again["counts"], words(again)), "a right guess is answered like a wrong one"
    write(town, stranger, again)
    assert read(town, desk) == (OURS, False) and changes(desk) == []


def test_whoever_entered_them_changes_them_and_finds_it_in_the_log(town):
    desk = town.caller("coordinator", "desk")
    write(town, desk, send(desk, OURS | {"phone": "13800138009"}, "2026-01-01至2026-12-31"))
    assert read(town, desk) == (OURS | {"phone": "13800138009"}, False)
    assert changes(desk) == [{"phone"}]


def test_a_file_judged_while_nobody_had_him_changes_nothing_of_who_has_him_since(town):
    """The handbook of the college that entered them is over when the file is judged, and is open again when it is written."""
    desk, stranger = town.caller("coordinator", "desk"), town.caller("other_coordinator", "desk")
    days = "2040-01-01至2040-12-31"
    write(town, stranger, send(stranger, NOTHING, days))
    first = town.at
    town.pass_time(400 * 86_400_000)
    desk, stranger = town.caller("coordinator", "desk"), town.caller("other_coordinator", "desk")
    report = send(stranger, THEIRS, days)
    assert "will_change" in words(report)
    town.pass_time(first - town.at)
    desk, stranger = town.caller("coordinator", "desk"), town.caller("other_coordinator", "desk")
    write(town, stranger, report)
    assert read(town, desk) == (OURS, False) and changes(stranger) == []


def test_once_nobody_has_him_the_next_begins_afresh_and_both_logs_say_so(town):
    days = "2040-01-01至2040-12-31"
    stranger = town.caller("other_coordinator", "desk")
    write(town, stranger, send(stranger, NOTHING, days))
    town.pass_time(400 * 86_400_000)
    desk, stranger = town.caller("coordinator", "desk"), town.caller("other_coordinator", "desk")
    assert read(town, stranger) == (NOTHING, True), "what another college entered stays unread"
    given = {"phone": THEIRS["phone"], "guardian": "", "guardian_phone": ""}
    report = send(stranger, given, days)
    assert "contacts_of_others" not in words(report) and "will_change" in words(report)
    write(town, stranger, report)
    assert read(town, stranger) == (given, False) and read(town, desk) == (NOTHING, True)
    assert changes(stranger) == [{"phone"}] and changes(desk) == [set(OURS)]
