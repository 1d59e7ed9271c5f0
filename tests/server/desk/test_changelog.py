"""The log of registers as it is read: who changed what when, from what to what, of one's own college, without a whole number."""

from __future__ import annotations

import json

import sqlalchemy as sa

from server.services.demo.cast import RULES
from server.store.db import writing
from serving import BOOK, COLLEGE, Site, person_id

DAY = 86_400_000
ORG = {"kind": "enterprise", "name": "新海精机有限公司", "credit_code": None, "division_code": "440800"}
LIMITS = {"shares": {"general": [10, 20], "foundation": [20, None]}, "lessons": {"三级/高级工": 600}}
NUMBER = "44080120060102003X"


def said(limits: object = LIMITS) -> dict[str, object]:
    return {
        "region": "广东省", "name": "2027 年规则", "valid_from": "2027-01-01", "valid_to": None, "source": "粤人社规〔2026〕1号", "status": "有效",
        "rules": RULES, "limits": limits,
    }  # fmt: skip


def log(site: Site, number: int, subject: str, about: str, act: str, body: object, by: str = "coordinator", at: int | None = None) -> None:
    row = {
        "id": f"l-{number:04d}", "org": COLLEGE, "at": site.at if at is None else at, "by": person_id(by), "role": by.removeprefix("other_"),
        "subject": subject, "about": about, "act": act, "body": json.dumps(body, ensure_ascii=False),
    }  # fmt: skip
    with site.app.app_context(), writing() as conn:
        statement = (
            "INSERT INTO register_log (id, org_id, at, by_person, role, subject, subject_id, act, body)"
            " VALUES (:id, :org, :at, :by, :role, :subject, :about, :act, :body)"
        )
        conn.execute(sa.text(statement), row)


def test_a_line_says_who_changed_what_from_what_to_what(both: Site):
    desk = both.caller("coordinator", "desk")
    made = desk.post("/api/desk/orgs", ORG).json["id"]
    both.pass_time(60_000)
    change = {"name": "新海精密", "credit_code": None, "division_code": ORG["division_code"]}
    assert desk.post(f"/api/desk/orgs/{made}", change).status_code == 200
    rules = desk.post("/api/desk/rules", said()).json["id"]
    fewer = said({"shares": {"general": [10, 25]}})
    assert desk.post(f"/api/desk/rules/{rules}", fewer).status_code == 200
    items = desk.get("/api/desk/changes?what=org").json["items"]
    assert [(row["act"], row["who"], row["about"]) for row in items] == [
        ("changed", "name of coordinator", "新海精密"), ("made", "name of coordinator", "新海精密"),
    ]  # fmt: skip
    assert items[0]["changes"] == [{"field": "name", "was": ORG["name"], "now": "新海精密", "hidden": False}]
    assert {line["field"]: line["now"] for line in items[1]["changes"]} == {"kind": "enterprise", "name": ORG["name"], "division_code": "440800"}
    [changed] = desk.get("/api/desk/changes?what=rule_set&act=changed").json["items"]
    assert {"field": "limits.shares.general", "was": "10–20", "now": "10–25", "hidden": False} in changed["changes"]
    assert [line["field"] for line in changed["changes"] if "shares" in line["field"]] == ["limits.shares.general", "limits.shares.foundation"]
    assert "dict" not in str(changed["changes"]) and "{" not in " ".join(line["was"] or "" for line in changed["changes"])
    assert desk.get(f"/api/desk/changes?about={made}").json["total"] == 2


def test_no_whole_number_and_no_id_of_ours_is_said(both: Site):
    both.open_book()
    desk = both.caller("coordinator", "desk")
    person = person_id("apprentice")
    log(both, 1, "person", person, "unmasked", {"reason": f"核对证件 440801 20060102 003X 与 {NUMBER}，电话 138 0013 8000"})
    log(both, 2, "person", person, "changed", {"phone": "changed", "number": ["1", NUMBER]})
    log(both, 3, "class", "gone", "changed", {"plan": ["gone too", None], "from": ["2026-09-01", "2026-09-02"]})
    log(both, 4, "mentor", person_id("mentor"), "made", {"role": "mentor", "org": COLLEGE, "by": "import"})
    for number, which in enumerate(("lacking", "all", BOOK), 5):
        log(both, number, "class", "gone", "printed", {"slips": 1, "who": "apprentices", "which": which})
    answer = desk.get("/api/desk/changes")
    items = {row["id"]: row for row in answer.json["items"]}
    assert NUMBER not in answer.text and "20060102" not in answer.text and "13800138000" not in answer.text.replace(" ", "")
    assert items["l-0001"]["about"] == "name of apprentice" and "440***********003X" in items["l-0001"]["changes"][0]["now"]
    assert all(line["hidden"] and line["now"] is None for line in items["l-0002"]["changes"])
    assert items["l-0003"]["changes"] == [
        {"field": "plan", "was": None, "now": None, "hidden": False}, {"field": "from", "was": "2026-09-01", "now": "2026-09-02", "hidden": False},
    ]  # fmt: skip
    assert {line["field"]: line["now"] for line in items["l-0004"]["changes"]}["org"] == "org-01"
    assert [items[f"l-000{n}"]["changes"][2]["now"] for n in (5, 6, 7)] == ["lacking", "all", "name of apprentice"]


def test_a_college_reads_its_own_and_the_systems_keeper_nothing_of_people(both: Site):
    desk, other, keeper = (both.caller(name, "desk") for name in ("coordinator", "other_coordinator", "system_admin"))
    log(both, 1, "person", person_id("apprentice"), "made", {"class": "一班"})
    log(both, 2, "org", COLLEGE, "changed", {"name": ["a", "b"]})
    log(both, 3, "seat", person_id("other_coordinator"), "made", {"role": "coordinator", "login": "x"}, by="system_admin")
    for who, ids in ((desk, {"l-0001", "l-0002"}), (other, set()), (keeper, {"l-0002", "l-0003"})):
        answer = who.get("/api/desk/changes").json
        assert {row["id"] for row in answer["items"]} == ids and answer["total"] == len(ids)
    assert "name of apprentice" not in keeper.get("/api/desk/changes").text
    assert keeper.get("/api/desk/changes?what=person").json["items"] == []
    assert other.get(f"/api/desk/changes?about={COLLEGE}").json["items"] == []


def test_a_thousand_lines_are_paged_and_narrowed_by_what_who_and_day(both: Site):
    desk = both.caller("coordinator", "desk")
    start = both.at - both.at % DAY
    for number in range(120):
        log(both, number, "class" if number % 2 else "org", COLLEGE, "changed", {"name": ["a", str(number)]}, at=start - number * DAY)
    page = desk.get("/api/desk/changes?size=50&page=3").json
    assert (page["total"], len(page["items"])) == (120, 20)
    assert desk.get("/api/desk/changes?sort=at").json["items"][0]["at"] == start - 119 * DAY
    assert desk.get("/api/desk/changes?what=class").json["total"] == 60
    assert desk.get("/api/desk/changes?who=name of co").json["total"] == 120
    assert desk.get("/api/desk/changes?who=system").json["total"] == 0
    day = desk.get("/api/desk/changes?from=2026-09-10&to=2026-09-12").json
    assert day["total"] == 3
    assert desk.get("/api/desk/changes?from=yesterday").json["word"] == "bad_request"
