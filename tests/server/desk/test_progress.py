"""How far people have come, which weeks are empty, who may not make it; and everything that can be traced of one of them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.pool.base import _ConnectionFairy

from hands import Hand, entry_id, version_of
from server.services.desk.progress import monday_of, week_of
from server.store.db import writing
from server_desk import CONTENT, PLAN, seal, write
from serving import BOOK, FIRM, Site, person_id

DAY = 86_400_000


@pytest.fixture
def class_room(both: Site) -> Site:
    """Nine months into a plan of 18,000 minutes: two days credited, one signed, one only written, one sent back."""
    both.open_book()
    desk = both.caller("coordinator", "desk")
    assert both.decide("plan.set", PLAN)["as"] == "accepted"
    hand = Hand(both, "apprentice")
    for number, day in enumerate((1, 2, 3, 4, 15), start=1):
        write(hand, number, day, module="m1")
    for number in (1, 2, 3):
        seal(both, number)
    for number in (1, 2):
        asked = {"minutes": 240, "note": None}
        assert desk.act("entry.credited", asked, entry_id(number), version_of(both, entry_id(number)))["as"] == "accepted"
    mentor = Hand(both, "mentor")
    jws = mentor.write("entry.returned", entry_id(4), {"reason": "photo missing"}, version_of(both, entry_id(4)))
    assert mentor.send(jws) == ["accepted"]
    return both


def test_a_row_says_plan_calendar_weeks_and_why_it_stands_on_the_list(class_room):
    class_room.pass_time(10 * DAY)
    page = class_room.caller("coordinator", "desk").get("/api/desk/progress?sort=risk").json
    [row] = page["items"]
    assert (page["total"], page["at_risk"], page["page"]) == (1, 1, 1)
    assert (row["planned"], row["credited"], row["waiting"], row["logged"]) == (18_000, 480, 240, 480)
    modules = [(module["code"], module["credited"], module["waiting"], module["logged"]) for module in row["modules"]]
    assert modules == [("m1", 480, 240, 480), ("m2", 0, 0, 0)]
    assert row["weeks_from"] == "2025-12-29" and len(row["weeks"]) == 40
    worked = {monday_of(week_of("2025-12-29") + number): minutes for number, minutes in enumerate(row["weeks"]) if minutes}
    assert worked == {"2026-08-31": 960, "2026-09-14": 240}
    assert 35 not in row["missing"] and 36 in row["missing"] and 37 not in row["missing"] and 39 not in row["missing"], "this week is not over"
    assert row["sent_back"] == 1 and row["last_day"] == "2026-09-15" and row["expected"] == 18_000 * row["elapsed_permille"] // 1000
    assert row["risks"] == ["behind", "missing_weeks", "silent", "sent_back"]


def test_who_has_written_lately_is_not_called_silent(class_room):
    class_room.pass_time(7 * DAY + 1)
    risks = class_room.caller("coordinator", "desk").get(f"/api/desk/progress/{BOOK}").json["risks"]
    assert risks == ["behind", "missing_weeks", "sent_back"]


def test_who_has_never_been_in_has_not_fallen_behind(both):
    both.open_book()
    assert both.decide("plan.set", PLAN)["as"] == "accepted"
    desk = both.caller("coordinator", "desk")

    def risks(password_hash: str | None) -> list[str]:
        with both.app.app_context(), writing() as conn:
            conn.execute(sa.text("UPDATE people SET password_hash = :hash WHERE id = :id"), {"hash": password_hash, "id": person_id("apprentice")})
        found: list[str] = desk.get(f"/api/desk/progress/{BOOK}").json["risks"]
        return found

    assert {"behind", "silent"} <= set(risks("x")) and risks(None) == ["never_in"]
    write(Hand(both, "apprentice"), 1, 1, module="m1")
    assert "behind" in risks(None), "who has written was in once"


def test_it_is_narrowed_and_seen_by_its_own_desks_only(class_room):
    for who, found in (("coordinator", 1), ("enterprise_admin", 1), ("other_coordinator", 0)):
        caller = class_room.caller(who, "desk")
        for words in ("", f"?enterprise_id={FIRM}", "?name=appr", "?risk=1"):
            assert len(caller.get(f"/api/desk/progress{words}").json["items"]) == found, (who, words)
        assert caller.get("/api/desk/progress?name=zzz").json["items"] == []
        status = 200 if found else 404
        for path in (f"progress/{BOOK}", f"books/{BOOK}/story", f"books/{BOOK}/entries/{entry_id(1)}"):
            assert caller.get(f"/api/desk/{path}").status_code == status, (who, path)
    for who in ("base_admin", "system_admin"):
        assert class_room.caller(who, "desk").get("/api/desk/progress").status_code == 403


def test_people_cost_four_queries_however_many(class_room, monkeypatch):
    """Two more know who asks and where he sits; on PostgreSQL one sits down. Whether the wall stands is asked once."""
    caller, cursors = class_room.caller("coordinator", "desk"), []
    assert caller.get("/api/desk/progress").status_code == 200
    given = _ConnectionFairy.cursor
    monkeypatch.setattr(_ConnectionFairy, "cursor", lambda self, *more: cursors.append(self) or given(self, *more))
    assert caller.get("/api/desk/progress").json["total"] == 1
    assert len(cursors) == 6 + (2 if class_room.config.database_url.startswith("sqlite") else 1)


def test_everything_that_happened_can_be_traced(class_room):
    caller, found, before = class_room.caller("coordinator", "desk"), [], 0
    while before is not None:
        page = caller.get(f"/api/desk/books/{BOOK}/story?limit=4&before={before}").json
        found += page["items"]
        before = page["next"]
    seqs = [line["seq"] for line in found]
    assert seqs == list(range(class_room.rows("SELECT seq FROM books WHERE id = :id", id=BOOK)[0][0], 0, -1))
    kinds = [line["kind"] for line in reversed(found)]
    assert kinds[0] == "book.opened" and kinds[5:8] == ["plan.set", "entry.logged", "entry.logged"]
    returned = next(line for line in found if line["kind"] == "entry.returned")
    assert (returned["by"], returned["said"], returned["about_day"], returned["desk"]) == (
        "name of mentor", {"reason": "photo missing"}, "2026-09-04", False,
    )  # fmt: skip
    credited = next(line for line in found if line["kind"] == "entry.credited")
    assert credited["desk"] and credited["by"] == "name of coordinator" and credited["said"] == {"minutes": 240}


def test_one_entry_stands_with_its_day_its_evidence_and_its_history(class_room):
    write(Hand(class_room, "apprentice"), 31, 1, start=700, end=800)
    shown = class_room.caller("coordinator", "desk").get(f"/api/desk/books/{BOOK}/entries/{entry_id(1)}").json
    assert [(one["start"], one["end"], one["counted"], one["confirmed"], one["reasons"]) for one in shown["day"]] == [
        (480, 720, 240, 240, []), (700, 800, 0, None, ["NOT_SIGNED"]),
    ]  # fmt: skip
    assert [line["kind"] for line in shown["history"]] == ["entry.credited", "entry.signed", "entry.logged"]
    assert shown["evidence"]["grade"] in "ABC" and "sealed" in shown["evidence"]["has"]
    assert shown["day"][0]["text"] == CONTENT["text"] and shown["rivals"] == [] and shown["photos"] == []
    assert class_room.caller("coordinator", "desk").get(f"/api/desk/books/{BOOK}/entries/{BOOK}").status_code == 404
