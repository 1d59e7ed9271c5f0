"""The access matrix: every door, every role, one's own and others' things. What may pass stands here; the rest must not."""

from __future__ import annotations

import json
import re

import pytest

from server.api.guard import policy_of
from server.services.demo.cast import RULES
from server.services.people import roster
from serving import BOOK, CAST, COLLEGE, WORKS, Caller, Phone, Site, person_id

DESK = {"coordinator", "other_coordinator"}
READING = DESK | {"enterprise_admin"}
ACTING = DESK | {"base_admin"}
OPEN = {"/api/health", "/api/csp", "/api/login", "/api/activation", "/api/activation/check", "/", "/<page_path:path>"}
EVERYBODY = [None, *CAST]
# registers of a college's and of the system's keeper
SHARED = ("/api/desk/rules", "/api/desk/orgs", "/api/desk/changes", "/api/desk/chains", "/api/desk/occupations")
NOTE = {
    "book": BOOK,
    "kind": "note.added",
    "doc": BOOK.replace("1", "7"),
    "of": None,
    "body": {"text": "x", "about": None},
}
AGREED = {"number", "from", "to", "insurance", "insured_from", "insured_to"}
QUALIFIED = ("post", "level", "certificate_no", "valid_to")
PAIR = {"books": [BOOK], "person": BOOK, "role": "mentor", "org": BOOK, "from": "2026-09-01", "to": None}
ORG = {"name": "xy", "credit_code": None, "division_code": None}
RECOGNISED = {"document_no": "x", "issuer": "xy", "from": "2026-09-01", "to": None}
PLAN = {
    "name": "x", "occupation": "x", "level": "x", "rule_set": BOOK, "places": [], "closed_days": [], "filed_on": None, "classes": [],
    "modules": [{"code": "M1", "name": "x", "category": "general", "nature": "theory", "place": "post", "minutes": 45}],
}  # fmt: skip
RULE_SET = {
    "region": "x", "name": "x", "valid_from": "2026-01-01", "valid_to": None, "source": "x", "status": "有效", "rules": RULES, "limits": {},
}  # fmt: skip
OCCUPATION = {"code": "x", "name": "xy", "edition": 2022, "source": "x", "levels": []}
BODIES = {
    "/api/desk/exports": {"form": "summary", "format": "pdf", "aim": "look", "class_id": BOOK},
    "/api/desk/exports/x/decide": {"outcome": "confirmed"}, "/api/desk/months/lock": {"class_id": BOOK, "month": "2026-08"},
    "/api/desk/forms/x": {"columns": [{"key": "number"}]}, "/api/desk/forms/x/preview": {"columns": [{"key": "number"}], "class_id": BOOK},
    "/api/desk/pairings": PAIR, "/api/desk/pairings/look": PAIR,
    "/api/desk/pairings/end": {"pairs": [{"book": BOOK, "member": BOOK}], "to": "2026-09-01", "reason": "x"},
    "/api/desk/masters": {"name": "xy", "login": "x", "role": "mentor", "org": BOOK}, "/api/desk/masters/x": {"name": "xy"},
    "/api/desk/masters/slips": {"people": [BOOK]},
    "/api/desk/agreements": {"number": "1", "from": "2026-01-01", "to": "2026-01-02", "kind": "training", "books": [BOOK]},
    "/api/desk/agreements/x": {"number": "1", "from": "2026-01-01", "to": "2026-01-02"},
    "/api/desk/agreements/x/end": {"on": "2026-01-02", "reason": "xxxx"},
    "/api/desk/agreements/cooperations": {"number": "1", "from": "2026-01-01", "to": "2026-01-02", "enterprise": BOOK},
    "/api/desk/reversals": {"book_id": BOOK, "id": BOOK, "minutes": -1, "version": "A" * 43, "reason": "xxxx"},
    "/api/desk/reversals/look": {"book_id": BOOK, "id": BOOK, "minutes": -1},
    "/api/desk/reversals/x/decide": {"outcome": "refused", "answer": "xxxx"},
    "/api/desk/base/staff": {"login": "nobody", "role": "mentor", "from": "2026-01-01", "to": "2026-01-02"},
    "/api/desk/staff": {"role": "coordinator", "org": BOOK, "name": "x", "login": "x"},
    "/api/desk/staff/x/take": {"role": "coordinator", "org": BOOK},
    "/api/desk/samplings": {"what": "people", "wanted": 1, "day_from": "2026-01-01", "day_to": "2026-01-02"},
    "/api/desk/samplings/x/findings": {"place": 1, "outcome": "wrong", "note": "x"},
    "/api/desk/chains": {"name": "xy"}, "/api/desk/chains/x": {"name": "xy"}, "/api/desk/chains/x/end": {"on": "2026-01-01", "reason": "xxxx"},
    "/api/desk/chains/x/members": {"org": BOOK, "from": "2026-01-01", "to": None, "reason": "xxxx"},
    "/api/desk/chains/x/members/x": {"to": "2026-01-01", "reason": "xxxx"},
    "/api/desk/orgs": {**ORG, "kind": "base"}, "/api/desk/orgs/x": ORG, "/api/desk/orgs/bases/x": RECOGNISED,
    "/api/desk/orgs/bases/x/x": RECOGNISED, "/api/desk/plans": PLAN,
    "/api/desk/plans/check": {name: PLAN[name] for name in ("rule_set", "level", "modules")},
    "/api/desk/rules": RULE_SET, "/api/desk/rules/x": RULE_SET, "/api/desk/occupations": OCCUPATION, "/api/desk/occupations/x": OCCUPATION,
    "/api/desk/occupations/x/end": {"on": "2026-01-01", "reason": "xxxx"},
    "/api/desk/acts": NOTE, "/api/desk/queue/look": {"entries": [{"book_id": BOOK, "id": BOOK}]}, "/api/desk/queue/credit": {"wanted": {}},
}  # fmt: skip
FILES = {"/api/desk/imports": "text/csv", "/api/desk/claims": "application/octet-stream"}
SYNC = {"v": 1, "build": "t", "epoch": "", "have": {}, "ops": [], "limit": 10}


def doors(site: Site) -> list[tuple[str, str]]:
    return sorted(
        (rule.rule, method)
        for rule in site.app.url_map.iter_rules()
        for method in rule.methods or ()
        if method != "HEAD"
    )


def knock(caller: Caller, rule: str, method: str, owner: Caller, phone: Phone) -> int:
    """At this door with the owner's things in hand."""
    path = rule.replace("<session_id>", owner.session_id).replace("<device_id>", phone.id)
    path = re.sub("<[a-z_]+_id>", BOOK, path).replace("<form>", "summary")
    path = path.replace("<digest:sha256>", "A" * 43).replace("<page_path:path>", "books")
    bodies = {"/api/desk/acts": NOTE, "/api/sync": SYNC, "/api/devices/<device_id>/revoke": {"how": "lost"}}
    body = json.dumps(bodies.get(rule, {}))
    return caller.send(
        method, path, data=body, content_type="image/png" if "<digest" in rule and method == "PUT" else FILES.get(rule, "application/json")
    ).status_code


def expected(rule: str, method: str, name: str | None, own: bool) -> set[int]:
    """Which statuses may come. 400 and 404: let in, but with nothing to do there."""
    if rule in OPEN:
        return {200, 204, 400, 415}
    if name is None:
        return {401}
    if rule.startswith(("/api/desk/factor", "/api/desk/proof")):
        if name not in (*DESK, "enterprise_admin", "base_admin", "authority", "system_admin"):
            return {403}
        return {200} if method == "GET" or rule.endswith("start") else {400}
    if rule.startswith("/api/desk/resets"):
        if name not in (*DESK, "base_admin", "system_admin"):
            return {403}
        return {200} if method == "GET" else {404} if "<reset_id>" in rule else {400}
    if rule.startswith(("/api/desk/staff", "/api/desk/samplings", "/api/desk/base/")) or rule == "/api/desk/base":
        return expected_of_staff(rule, method, name)
    if rule.startswith(("/api/desk/agreements", "/api/desk/reversals", "/api/desk/masters", "/api/desk/pairings")):
        return expected_of_papers(rule, method, name)
    if rule == "/api/desk/claims":
        return {200} if name in READING else {403}
    if rule.startswith("/api/desk/flags"):
        if name not in (DESK if method == "POST" else {*DESK, "enterprise_admin", "authority"}):
            return {403}
        return {400} if method == "POST" else {404} if "<case_id>" in rule else {200}
    if rule in ("/api/desk/signers", "/api/desk/bases", "/api/desk/results", "/api/desk/rules/ages"):
        return {403} if name not in (*DESK, "enterprise_admin", "authority") else {400} if rule.endswith("bases") else {200}
    if rule == "/api/desk/system":
        return {200} if name == "system_admin" else {403}
    if rule.startswith("/api/desk/jobs"):
        if name not in (*DESK, "enterprise_admin", "base_admin", "authority", "system_admin"):
            return {403}
        return {404} if "<job_id>" in rule else {200}
    if rule.startswith(("/api/desk/progress", "/api/desk/books")):
        if name not in READING | {"authority"}:
            return {403}
        return {200} if "<" not in rule else {200} if name == "coordinator" and "<entry_id>" not in rule else {200, 404}
    if rule.startswith(("/api/desk/classes", "/api/desk/plans", "/api/desk/roster", *SHARED)):
        return expected_of_registers(rule, method, name)
    if rule.startswith(("/api/desk/imports", "/api/desk/slips")):
        if name not in DESK:
            return {403}
        if "<import_id>" in rule:
            return {400 if rule.endswith("/columns") else 404}
        return {400} if method == "POST" or rule.endswith("/template") else {200}
    if rule.startswith(("/api/desk/exports", "/api/desk/forms", "/api/desk/months")):
        return expected_of_months(rule, method, name)
    if rule.startswith("/api/desk/queue"):
        if name not in (DESK if rule.endswith("/credit") else READING | {"authority"} if rule.endswith(("/choices", "/look")) else READING):
            return {403}
        return {200} if method == "GET" else {400}
    if rule.startswith("/api/desk"):
        if name not in (DESK if method == "GET" else ACTING):
            return {403}
        return {200} if method == "GET" or name == "coordinator" else {404}
    if "<digest" in rule:
        return {404} if method == "GET" else {400}
    if "<session_id>" in rule or "<device_id>" in rule:
        return {200, 204} if own else {404}
    empty = ("/api/password", "/api/codes", "/api/codes/open", "/api/resets/<reset_id>/object")
    return {400} if rule in empty or (rule, method) in (("/api/devices", "POST"), ("/api/push", "PUT")) else {200, 204}


def expected_of_registers(rule: str, method: str, name: str) -> set[int]:
    shared = rule.startswith(SHARED)
    if name not in (DESK | {"system_admin"} if shared else DESK) or (name in DESK and method == "POST" and "/chains" in rule):
        return {403}
    if method == "POST":
        return {400} if shared else {400, 403}
    mine = "<" not in rule or ("<book_id>" in rule and name == "coordinator")
    return {200} if mine or "<class_id>" in rule else {404}


def expected_of_papers(rule: str, method: str, name: str) -> set[int]:
    if rule.startswith(("/api/desk/masters", "/api/desk/pairings")):
        return {403} if name not in DESK else {400, 404} if "<" in rule else {200} if method == "GET" else {400}
    allowed = READING if rule.endswith(("/decide", "/look")) else DESK
    if name not in (READING | {"authority"} if (rule, method) == ("/api/desk/reversals", "GET") else allowed):
        return {403}
    return {400} if method == "POST" else {404} if "_id>" in rule and name != "coordinator" else {200}


def expected_of_staff(rule: str, method: str, name: str) -> set[int]:
    if rule.startswith("/api/desk/base/") or rule == "/api/desk/base":
        if name != "base_admin":
            return {403}
        return {400} if method == "POST" or rule.endswith("/sessions") else {200}
    if name not in (("authority",) if "samplings" in rule else (*DESK, "system_admin")):
        return {403}
    if method == "GET" and "<" not in rule:
        return {200}
    return {404} if method == "GET" or "<request_id>" in rule else {400}


def expected_of_months(rule: str, method: str, name: str) -> set[int]:
    alone = rule in ("/api/desk/months/lock", "/api/desk/forms/<form>", "/api/desk/forms/<form>/preview")
    if name not in (DESK if alone else READING | ({"authority"} if "/months" in rule else set())):
        return {403}
    if method == "POST" or rule.endswith("/people"):
        return {400}
    return {404} if "_id>" in rule else {200}


@pytest.mark.parametrize("own", [True, False], ids=["own", "other"])
def test_every_role_passes_where_it_may_and_nowhere_else(make_site, own, record_property):
    """Roles x doors x {own, another's}; foreign is 404, as if it were not there."""
    site = make_site(logins_per_ten_minutes=10_000, writes_per_minute=10_000)
    site.open_book()
    every, cells, wrong = doors(site), 0, []
    for number, name in enumerate(EVERYBODY):
        for rule, method in every:
            caller = site.caller(name, "desk" if rule.startswith("/api/desk") else "phone")
            keeper = name if own and name else list(CAST)[number % len(CAST)]
            owner = caller if own and name else site.caller(keeper)
            phone = Phone()
            site.caller(keeper).post("/api/devices", {"proof": phone.proof(keeper), "label": "", "shared": False})
            said = knock(caller, rule, method, owner, phone)
            site.caller(keeper).post(f"/api/devices/{phone.id}/revoke", {"how": "retired"})
            cells += 1
            if said not in expected(rule, method, name, own):
                wrong.append((name, method, rule, said))
    record_property("cells", cells)
    assert wrong == [], "\n".join(map(str, wrong))
    assert cells == len(EVERYBODY) * len(every) >= 250


def test_a_phones_session_opens_no_desk(site):
    site.open_book()
    assert site.caller("coordinator", "desk").get("/api/desk/queue").status_code == 200
    assert site.caller("coordinator", "phone").get("/api/desk/queue").status_code == 403


def test_a_disabled_person_passes_nowhere(site):
    callers = {name: site.caller(name) for name in CAST}
    with site.app.app_context():
        for name in CAST:
            roster.disable_person(person_id(name), site.at)
    for name, caller in callers.items():
        for rule, method in doors(site):
            if rule not in OPEN:
                assert knock(caller, rule, method, caller, Phone()) == 401, (name, rule)


def test_taking_a_role_takes_effect_at_once(site):
    """Roles are read at each request, not kept in the session."""
    caller = site.caller("coordinator", "desk")
    assert caller.get("/api/desk/queue").status_code == 200
    with site.app.app_context():
        roster.take_role(person_id("coordinator"), "coordinator", COLLEGE)
    assert caller.get("/api/desk/queue").status_code == 403
    assert caller.post("/api/desk/acts", NOTE).status_code == 403


def test_another_colleges_coordinator_changes_nothing(both):
    """Neither in a book of others nor by opening one in their name."""
    both.open_book()
    other = both.caller("other_coordinator", "desk")
    before = [tuple(row) for row in both.rows("SELECT id, seq FROM books")]
    assert other.post("/api/desk/acts", NOTE).status_code == 404
    assert other.post("/api/desk/acts", NOTE | {"book": NOTE["doc"]}).status_code == 404
    assert [tuple(row) for row in both.rows("SELECT id, seq FROM books")] == before


def test_a_stranger_sees_no_book(both):
    """The exchange gives nobody else's book, asked for or not."""
    both.open_book()
    assert [book["id"] for book in both.caller("mentor").post("/api/sync", SYNC).json["books"]] == [BOOK]
    chain = "A" * 43
    for name in ("other_apprentice", "other_coordinator", "authority", "system_admin"):
        answer = both.caller(name).post("/api/sync", SYNC | {"have": {BOOK: [1, chain]}}).json
        assert (answer["books"], answer["gone"]) == ([], [BOOK]), name


def test_a_bases_book_is_for_those_who_serve_there_and_its_kiosk(both):
    """No apprentice, no college's desk, no mentor of elsewhere; whoever has left loses it the day after."""
    both.open_book()
    both.open_base()
    seen = {name: {book["id"] for book in both.caller(name).post("/api/sync", SYNC).json["books"]} for name in CAST}
    assert {name for name, books in seen.items() if WORKS in books} == {"base_trainer", "mentor", "kiosk"}
    assert seen["kiosk"] == {WORKS}, "and of apprentices' books it sees none"
    left = {"member": "31000000-0000-4000-8000-000000000001", "to": "2026-09-21", "reason": "moved"}
    assert both.caller("base_admin", "desk").act("staff.left", left, WORKS, book=WORKS)["as"] == "accepted"
    assert WORKS in {book["id"] for book in both.caller("mentor").post("/api/sync", SYNC).json["books"]}
    both.pass_time(86_400_000)
    answer = both.caller("mentor").post("/api/sync", SYNC | {"have": {WORKS: [1, "A" * 43]}}).json
    assert answer["gone"] == [WORKS] and WORKS not in {book["id"] for book in answer["books"]}


def test_only_its_own_administrator_decides_about_a_base(both):
    both.open_book()
    both.open_base()
    joined = {
        "member": "31000000-0000-4000-8000-000000000009", "person": person_id("other_apprentice"), "role": "base_trainer",
        "from": "2026-01-01",
    }  # fmt: skip
    asked = {"book": WORKS, "kind": "staff.joined", "doc": WORKS, "of": None, "body": joined}
    statuses = {name: both.caller(name, "desk").post("/api/desk/acts", asked).status_code for name in CAST if name != "base_admin"}
    assert {name for name, status in statuses.items() if status != 403} == DESK
    assert {statuses[name] for name in DESK} == {404}
    admin = both.caller("base_admin", "desk")
    for wrong in (
        {"book": COLLEGE, "doc": COLLEGE},
        {"book": BOOK, "doc": BOOK},
        {"body": joined | {"person": BOOK}},
        {"kind": "kiosk.heard"},
        {"kind": "note.added", "book": BOOK},
    ):
        assert admin.post("/api/desk/acts", asked | wrong).status_code == 404, wrong
    assert admin.post("/api/desk/acts", asked).json["verdict"]["as"] == "accepted"


def test_nobody_opens_another_book_under_a_bases_id(both):
    """Neither the college's desk, for whom ids are made up by whoever asks, nor a phone."""
    both.open_book()
    opened = {
        "apprentice": person_id("apprentice"), "learner": "student_apprentice", "occupation": "钳工", "level": "中级",
        "enterprise": WORKS, "college": COLLEGE, "from": "2026-01-01", "to": "2027-12-31",
    }  # fmt: skip
    asked = {"book": WORKS, "kind": "book.opened", "doc": WORKS, "of": None, "body": opened}
    assert both.caller("coordinator", "desk").post("/api/desk/acts", asked).status_code == 404
    assert both.rows("SELECT id FROM books WHERE id = :id", id=WORKS) == []


def columns(site: Site) -> set[str]:
    tables = site.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {row[1] for (table,) in tables for row in site.rows(f"PRAGMA table_xinfo({table})")}


ASKED = {
    "/api/login": {"login", "password", "kind"},
    "/api/activation": {"login", "code", "password", "proof", "label", "shared"},
    "/api/activation/check": {"login", "code"},
    "/api/logout": set(), "/api/password": {"old", "new"}, "/api/sessions/x/end": set(),
    "/api/devices": {"proof", "label", "shared"}, "/api/devices/x/certificate": set(), "/api/devices/x/revoke": {"how"},
    "/api/desk/resets": {"login", "reason", "lost"}, "/api/desk/resets/x/confirm": set(), "/api/desk/proof": {"password"},
    "/api/desk/factor/start": set(), "/api/desk/factor/confirm": {"code"}, "/api/desk/factor/show": {"code"},
    "/api/desk/resets/x/withdraw": set(), "/api/desk/jobs/x/stop": set(),
    "/api/desk/flags/settle": {"cases", "outcome", "reason"}, "/api/resets/x/object": {"password"},
    "/api/desk/acts": {"book", "kind", "doc", "of", "body"}, "/api/desk/queue/look": {"entries"},
    "/api/desk/queue/credit": {"wanted"}, "/api/desk/months/lock": {"class_id", "month"}, "/api/desk/forms/x": {"columns"},
    "/api/desk/exports": {"form", "format", "aim", "class_id", "month", "full_ids", "reason"},
    "/api/desk/exports/x/decide": {"outcome", "reason", "replaces"}, "/api/desk/forms/x/preview": {"columns", "class_id", "month"},
    "/api/desk/imports/x/columns": {"columns", "plan"}, "/api/desk/imports/x/write": set(),
    "/api/desk/imports/x/drop": set(), "/api/desk/slips": {"class"},
    "/api/desk/classes": {"name", "plan", "from", "to"}, "/api/desk/classes/x": {"name", "plan", "from", "to"},
    "/api/desk/roster/x/unmask": {"reason"},
    "/api/desk/staff": {"role", "org", "name", "login"}, "/api/desk/staff/asked/x/give": set(),
    "/api/desk/staff/asked/x/withdraw": set(), "/api/desk/staff/x/take": {"role", "org"},
    "/api/desk/samplings": {"what", "wanted", "day_from", "day_to", "seed"}, "/api/desk/samplings/x/findings": {"place", "outcome", "note"},
    "/api/desk/staff/x/sessions/end": {"session"}, "/api/desk/staff/x/shut": {"disabled"},
    "/api/desk/base": {"name", "workstations"}, "/api/desk/base/staff": {"login", "role", "from", "to"},
    "/api/desk/base/staff/leave": {"login", "to", "reason"}, "/api/desk/base/kiosks": {"login", "title"},
    "/api/desk/base/kiosks/end": {"login", "lost"},
    "/api/desk/masters": {"name", "login", "role", "org", "again", *QUALIFIED}, "/api/desk/masters/x": {"name", *QUALIFIED},
    "/api/desk/masters/x/disable": set(), "/api/desk/masters/x/enable": set(), "/api/desk/masters/slips": {"people"},
    "/api/desk/pairings": {"books", "wanted", "person", "role", "org", "from", "to", "instead"},
    "/api/desk/pairings/look": {"books", "wanted", "person", "role", "org", "from", "to", "instead"},
    "/api/desk/pairings/end": {"pairs", "to", "reason"},
    "/api/desk/agreements": {*AGREED, "kind", "first", "books", "all", "wanted"}, "/api/desk/agreements/x": AGREED,
    "/api/desk/agreements/x/end": {"on", "reason"}, "/api/desk/agreements/cooperations": {"number", "from", "to", "enterprise"},
    "/api/desk/reversals": {"book_id", "id", "minutes", "version", "reason"}, "/api/desk/reversals/look": {"book_id", "id", "minutes"},
    "/api/desk/reversals/x/decide": {"outcome", "answer"},
    "/api/desk/chains": {"name"}, "/api/desk/chains/x": {"name"}, "/api/desk/chains/x/end": {"on", "reason"},
    "/api/desk/chains/x/members": {"org", "from", "to", "reason"}, "/api/desk/chains/x/members/x": {"to", "reason"},
    "/api/desk/orgs": {"kind", *ORG}, "/api/desk/orgs/x": set(ORG), "/api/desk/orgs/bases/x": set(RECOGNISED),
    "/api/desk/orgs/bases/x/x": set(RECOGNISED), "/api/desk/plans": set(PLAN), "/api/desk/plans/check": {"rule_set", "level", "modules"},
    "/api/desk/rules": set(RULE_SET), "/api/desk/rules/x": set(RULE_SET), "/api/desk/occupations": set(OCCUPATION),
    "/api/desk/occupations/x": set(OCCUPATION), "/api/desk/occupations/x/end": {"on", "reason"},
    "/api/codes": {"book", "entries"}, "/api/codes/open": {"code"},
}  # fmt: skip


def test_no_column_can_be_sent_that_a_door_does_not_ask_for(make_site):
    """Every column of every table, at every writing door."""
    site = make_site(writes_per_minute=10**6, logins_per_ten_minutes=10**6)
    caller, at_base, names = site.caller("coordinator", "desk"), site.caller("base_admin", "desk"), columns(site)
    assert len(names) > 40
    good = {
        "login": "nobody", "password": "x", "kind": "phone", "code": "x", "proof": "x", "label": "", "shared": False,
        "old": "x", "new": "x", "how": "lost", "book": BOOK, "entries": [BOOK], "reason": "xxxx", "lost": False,
        "session": None, "disabled": True, "cases": ["a" * 40], "outcome": "explained",
        "name": "x", "from": "2026-01-01", "to": "2026-01-02", "columns": [], "plan": None, "class": BOOK,
        "workstations": [], "title": "x",
    }  # fmt: skip
    writing = {
        re.sub("<(form|[a-z_]+_id)>", "x", rule.rule) for rule in site.app.url_map.iter_rules()
        for method in rule.methods or () if method == "POST"
        and policy_of(site.app.view_functions[rule.endpoint], method).word != "report"
    }  # fmt: skip
    assert writing == set(ASKED) | {"/api/sync", "/api/desk/imports", "/api/desk/claims"}
    reader, keeper = site.caller("authority", "desk"), site.caller("system_admin", "desk")
    for path, fields in ASKED.items():
        body = BODIES.get(path) or {field: good[field] for field in fields}
        sent_by = at_base if path.startswith("/api/desk/base") else reader if "samplings" in path else keeper if "chains" in path else caller
        for name in sorted(names - fields):
            assert sent_by.post(path, body | {name: "1"}).json["word"] == "bad_request", (path, name)
        if path != "/api/logout":
            answer = sent_by.post(path, body)
            assert not answer.data or answer.json.get("word") != "bad_request", path
    assert caller.get("/api/me").status_code == 200
