"""One hour stands in one confirmed claim, and what is confirmed is what the books still say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from leaving import make
from reversing import asked, credited, second_coordinator
from serving import Site
from yearland import CLASS, STUDENT, Date, Land, Year

REASON = "九月补录后重新申报"


@pytest.fixture
def year(both: Site) -> Year:
    """Two locked months of 120 minutes each."""
    year = Year(Land(both), 1, "学徒甲", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    year.locked = year.entry(Date(2025, 9, 1), 480, 120, "M3", "post", 120)
    year.entry(Date(2025, 10, 9), 480, 120, "M3", "post", 120)
    year.send()
    for month in ("2025-09", "2025-10"):
        assert both.caller("coordinator", "desk").post("/api/desk/months/lock", {"class_id": CLASS, "month": month}).status_code == 200
    return year


def claim(site: Site, month: str | None = "2025-09", form: str = "ledger", **more: Any) -> dict[str, Any]:
    made = make(site, form, aim="claim", month=month, **more)
    assert made["state"] == "done", made
    return made


def decide(site: Site, made: dict[str, Any], **more: Any) -> Any:
    return site.caller("enterprise_admin", "desk").post(f"/api/desk/exports/{made['id']}/decide", {"outcome": "confirmed", **more})


def shown(site: Site, made: dict[str, Any], who: str = "coordinator") -> dict[str, Any]:
    """As in the list, and the same when it is asked for by itself."""
    caller = site.caller(who, "desk")
    [row] = [one for one in caller.get("/api/desk/exports").json["items"] if one["id"] == made["id"]]
    assert row == caller.get(f"/api/desk/exports/{made['id']}").json
    return row


def numbers(found: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in found]


def test_hours_taken_back_from_a_claim_that_waits_take_two(both, year):
    made, desk = claim(both), both.caller("coordinator", "desk")
    said = desk.post("/api/desk/reversals/look", {"book_id": year.book, "id": year.locked, "minutes": -120}).json
    assert (said["needs"], [(one["id"], one["second"], one["decided_at"]) for one in said["claims"]]) == ("claimed", [(made["id"], None, None)])
    row = desk.post("/api/desk/reversals", asked(both, year, -120)).json
    assert (row["state"], row["needs"], credited(both, year.locked)) == ("waiting", "claimed", 120)
    assert decide(both, made, outcome="refused", reason="要先冲正").status_code == 200
    assert desk.post("/api/desk/reversals/look", {"book_id": year.book, "id": year.locked, "minutes": -120}).json["claims"] == []


def test_what_was_reversed_after_it_was_made_is_not_confirmed(both, year):
    """By two who may, and still the file says what is no longer so; other months stand."""
    september, october, everything = claim(both), claim(both, "2025-10"), claim(both, None)
    row = both.caller("coordinator", "desk").post("/api/desk/reversals", asked(both, year, -120)).json
    door = f"/api/desk/reversals/{row['id']}/decide"
    assert second_coordinator(both).post(door, {"outcome": "done"}).json["state"] == "done"
    for made in (september, october, everything):
        said = decide(both, made)
        assert (said.status_code, said.json["word"]) == (409, "hours_changed"), "the summary of October tells of September too"
    assert decide(both, september, outcome="refused", reason="已冲正").json["outcome"] == "refused"
    assert decide(both, claim(both)).json["totals"]["credited"] == 0


def test_what_comes_later_does_not_disturb_a_claim(both, year):
    september, everything = claim(both), claim(both, None, "summary")
    year.entry(Date(2025, 11, 3), 480, 60, "M3", "post", 60)
    year.send()
    desk = both.caller("coordinator", "desk")
    assert desk.post("/api/desk/months/lock", {"class_id": CLASS, "month": "2025-11"}).status_code == 200
    assert decide(both, september).json["outcome"] == "confirmed"
    assert decide(both, everything).json["outcome"] == "confirmed", "it tells of what there was until then"


def test_after_another_plan_it_is_made_anew(both, year):
    made = claim(both)
    [[head]] = both.rows("SELECT body FROM documents WHERE id = :id", id=year.book)
    year.desk("plan.set", year.book, json.loads(head)["plan"] | {"name": "另一份方案"}, both.at)
    year.send()
    assert decide(both, made).json["word"] == "hours_changed"


def test_the_same_in_another_format_is_the_same_claim(both, year):
    """The xlsx is read by a machine, the PDF signed and stamped; of another month, or when the books say something else, it is another."""
    first, stamped = claim(both), claim(both, format="pdf")
    assert decide(both, first).status_code == 200
    assert shown(both, stamped)["earlier"] == [] and decide(both, stamped).json["outcome"] == "confirmed"
    everything = claim(both, None, format="pdf")
    assert sorted(numbers(shown(both, everything)["earlier"])) == sorted([first["id"], stamped["id"]])
    assert decide(both, everything).json["word"] == "claimed_already"


def test_the_same_hours_are_confirmed_again_only_in_place_of_the_first(both, year):
    first = claim(both)
    assert (first["earlier"], decide(both, first).status_code) == ([], 200)
    asked_again = both.caller("coordinator", "desk").post(
        "/api/desk/exports", {"form": "ledger", "format": "pdf", "aim": "claim", "class_id": CLASS, "month": "2025-09"}
    ).json
    [named] = asked_again["earlier"]
    assert (named["id"], named["second"], named["asker"]) == (first["id"], "name of enterprise_admin", "name of coordinator")
    assert named["decided_at"] == both.at
    second = claim(both)
    assert numbers(shown(both, second, "enterprise_admin")["earlier"]) == [first["id"]]
    assert decide(both, second).json["word"] == "claimed_already"
    assert decide(both, second, replaces=[first["id"]]).status_code == 400, "not without a reason"
    assert decide(both, second, replaces=[second["id"]], reason=REASON).json["word"] == "claimed_already"
    assert decide(both, second, outcome="refused", replaces=[first["id"]], reason=REASON).status_code == 400
    assert shown(both, first)["replaced_by"] == [] and both.rows("SELECT export_id FROM export_replaced") == []
    done = decide(both, second, replaces=[first["id"]], reason=REASON).json
    assert (done["outcome"], done["outcome_reason"], numbers(done["replaces"]), done["earlier"]) == ("confirmed", REASON, [first["id"]], [])
    assert numbers(shown(both, first)["replaced_by"]) == [second["id"]]
    third = shown(both, claim(both))
    assert numbers(third["earlier"]) == [second["id"]], "whom the second replaced no longer counts"


def test_another_month_another_form_and_what_was_refused_are_in_nobodys_way(both, year):
    assert decide(both, claim(both), outcome="refused", reason="人数不对").status_code == 200
    for made in (claim(both), claim(both, "2025-10"), claim(both, form="summary")):
        assert (made["earlier"], decide(both, made).json.get("outcome")) == ([], "confirmed")


def test_a_claim_of_everything_holds_every_month_that_was_over(both, year):
    """Each of the earlier ones is named; of what the later one does not tell, the earlier one still holds the hours."""
    september, october = claim(both), claim(both, "2025-10")
    assert [decide(both, made).status_code for made in (september, october)] == [200, 200]
    everything = claim(both, None)
    both_of_them = sorted((september["id"], october["id"]))
    assert sorted(numbers(everything["earlier"])) == both_of_them
    assert decide(both, everything, replaces=[september["id"]], reason=REASON).json["word"] == "claimed_already"
    assert decide(both, everything, replaces=both_of_them, reason=REASON).status_code == 200
    again = claim(both)
    assert numbers(again["earlier"]) == [everything["id"]]
    assert decide(both, again, replaces=[everything["id"]], reason=REASON).status_code == 200
    assert numbers(claim(both, "2025-10")["earlier"]) == [everything["id"]], "October stands there as before"
    both.pass_time(60 * 86_400_000)
    assert both.caller("coordinator", "desk").post("/api/desk/months/lock", {"class_id": CLASS, "month": "2026-10"}).status_code == 200
    assert claim(both, "2026-10")["earlier"] == [], "which was not over yet"


def test_a_roster_replaces_nothing(both, year):
    first, made = claim(both), make(both, "roster", aim="freeze")
    said = second_coordinator(both).post(
        f"/api/desk/exports/{made['id']}/decide", {"outcome": "confirmed", "replaces": [first["id"]], "reason": REASON}
    )
    assert said.status_code == 400 and both.rows("SELECT export_id FROM export_replaced") == []
