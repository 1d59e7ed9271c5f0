"""The queue shows what waits, the odd first; it is narrowed and turned as one likes; what is clean is credited in one go."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool.base import _ConnectionFairy

from hands import Hand, entry_id, version_of
from server.commands.jobs import do_waiting
from server.services.desk import crediting, queue
from server.services.keeping import upkeep
from server.store.books.bulk import insert_many
from server.store.db import writing
from server.store.desk import queue as asked_for
from server.store.setup.mentors import update_name
from server.store.tables.books import NARROWED_BY, SORTED_BY
from server_desk import CONTENT, PLAN, look, seal, write
from serving import BOOK, COLLEGE, FIRM, Site, person_id
from yearland import CLASS, STUDENT, Date, Land, Year

DAYS, FULL = 6, 1


@pytest.fixture
def desk(both: Site) -> Site:
    """Six days, signed but the last; on the third two overlap, on the fourth the mentor gave less, on the fifth nothing counts."""
    both.open_book()
    assert both.decide("plan.set", PLAN)["as"] == "accepted"
    hand = Hand(both, "apprentice")
    for day in range(1, DAYS + 1):
        write(hand, day, day, module="m9" if day == 5 else "m2" if day == 2 else "m1")
    write(hand, 30, 3, start=660, end=900)
    for number, minutes in ((1, 240), (2, 240), (3, 240), (30, 240), (4, 200), (5, 240)):
        seal(both, number, minutes)
    look(both)
    return both


def ask(site: Site, words: str = "", who: str = "coordinator") -> list[dict[str, Any]]:
    answer = site.caller(who, "desk").get(f"/api/desk/queue?{words}")
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def numbers(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["id"][-12:]) for row in rows]


def is_right(site: Site) -> bool:
    with site.app.app_context():
        return upkeep.verify(lambda done, total: None).differences == ()


def flag(site: Site, number: int, settled: bool = False) -> None:
    with site.app.app_context(), writing() as conn:
        conn.execute(
            sa.text(
                "INSERT INTO flag_cases (id, source, flag, college_id, person_id, day_from, day_to, entries, minutes, detail, since)"
                " VALUES (:id, 'test', 'burst', :college, :person, '2026-09-01', '2026-09-30', 1, 1, '{}', 1)"
            ),
            {"id": f"case-{number}", "college": COLLEGE, "person": person_id("mentor")},
        )
        conn.execute(
            sa.text("INSERT INTO flags (book_id, entry_id, case_id, flag, settled, since) VALUES (:book, :entry, :case, 'burst', :settled, 1)"),
            {"book": BOOK, "entry": entry_id(number), "case": f"case-{number}", "settled": settled},
        )


def test_the_odd_stand_first_each_with_its_reason(desk):
    rows = ask(desk, "state=signed")
    assert numbers(rows) == [5, 30, 4, 1, 2, 3]
    shown = {number: (row["clean"], row["counted_minutes"], row["reasons"]) for number, row in zip(numbers(rows), rows, strict=True)}
    assert shown[5] == (0, 0, ["NO_MODULE"])
    assert shown[30] == (1, 180, ["OVERLAP"])
    assert shown[4] == (2, 200, ["LOWERED"])
    assert shown[1] == (3, 240, [])
    assert rows[0]["signers"] == ["name of mentor"] and rows[0]["person"] == "name of apprentice" and rows[0]["enterprise"] == "org-03"
    assert (rows[3]["module_name"], rows[3]["place_name"], rows[3]["start"], rows[3]["text"]) == ("name of m1", "the shop", 480, "turning")
    assert is_right(desk)


def test_what_counts_follows_the_whole_day_and_the_plan(desk):
    """One entry withdrawn lets its neighbour count; another plan makes everything anew; verify finds it all right."""
    hand = Hand(desk, "apprentice")
    assert hand.send(hand.write("entry.withdrawn", entry_id(3), {"reason": "twice"}, version_of(desk, entry_id(3)))) == ["accepted"]
    assert {number: row["counted_minutes"] for row in ask(desk, "state=signed") for number in numbers([row])}[30] == 240
    body = {"day": "2026-09-04", **CONTENT, "start": 700, "end": 800}
    assert hand.send(hand.write("entry.revised", entry_id(2), body, version_of(desk, entry_id(2)))) == ["accepted"]
    seal(desk, 2, 100)
    assert [row["counted_minutes"] for row in ask(desk, "state=signed&day_from=2026-09-04&day_to=2026-09-04&sort=day")] != []
    strict = PLAN | {"rules": PLAN["rules"] | {"day_cap_minutes": 100}}
    assert desk.decide("plan.set", strict)["as"] == "accepted"
    assert {row["counted_minutes"] for row in ask(desk, "state=signed")} == {0, 100}
    assert is_right(desk)


def test_rebuilding_gives_the_same_and_keeps_what_was_flagged(desk):
    flag(desk, 1)
    before = desk.rows("SELECT * FROM entries ORDER BY id")
    with desk.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE entries SET clean = 0, counted_minutes = 7, college_id = NULL"))
        conn.execute(sa.text("DELETE FROM entries WHERE id = :id"), {"id": entry_id(2)})
    with desk.app.app_context():
        upkeep.rebuild(lambda done, total: None)
    assert desk.rows("SELECT * FROM entries ORDER BY id") == before


def test_it_is_narrowed_by_everything_it_shows(desk):
    flag(desk, 2)
    flag(desk, 1, settled=True)
    for words, found in {
        "": [2, 5, 30, 4, 1, 3, 6], "state=logged": [6], "module=m2": [2], "place=shop&day_to=2026-09-02": [2, 1], "day_from=2026-09-05": [5, 6],
        "flag=burst": [2], "flag=any": [2], "flag=ghost": [], "name=of+appr": [2, 5, 30, 4, 1, 3, 6], "name=%25": [], "name=mentor": [],
        f"enterprise_id={FIRM}": [2, 5, 30, 4, 1, 3, 6], f"enterprise_id={COLLEGE}": [], f"class_id={COLLEGE}": [],
        f"class_id={COLLEGE}&enterprise_id={FIRM}": [], f"book_id={BOOK}&state=credited": [],
        "sort=day": [1, 2, 3, 30, 4, 5, 6], "sort=-day": [6, 5, 4, 30, 3, 2, 1],
        "sort=name": [1, 2, 3, 30, 4, 5, 6], "text=%25": [], "text=turn": [2, 5, 30, 4, 1, 3, 6], "text=turn&module=m2": [2],
        "sort=moved&state=signed&module=m2": [2],
    }.items():
        assert numbers(ask(desk, words)) == found, words
    assert [row["flags"] for row in ask(desk, "module=m2")] == [["burst"]]
    for wrong in ("state=sung", "sort=names", "page=0", "page=201", "day_from=monday", "flag=a'b", "module=a+b", "who=me"):
        assert desk.caller("coordinator", "desk").get(f"/api/desk/queue?{wrong}").status_code == 400, wrong


def test_a_settled_flag_no_longer_stands_in_the_way(desk):
    flag(desk, 1)
    count = desk.caller("coordinator", "desk").get("/api/desk/queue/count").json
    assert (count["total"], count["clean"]) == (7, 2)
    with desk.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE flags SET settled = :yes"), {"yes": True})
    assert desk.caller("coordinator", "desk").get("/api/desk/queue/count").json["clean"] == 3
    flag(desk, 2)
    with desk.app.app_context(), writing() as conn:
        conn.execute(sa.text("DELETE FROM flags"))
    assert desk.rows("SELECT DISTINCT unflagged FROM entries") == [(1,)]


def test_another_desk_finds_nothing_of_it(desk):
    key = {"book_id": BOOK, "id": entry_id(1)}
    for who, found in (("coordinator", 7), ("enterprise_admin", 7), ("other_coordinator", 0)):
        caller = desk.caller(who, "desk")
        assert len(caller.get("/api/desk/queue").json["items"]) == found
        assert len(caller.get(f"/api/desk/queue?book_id={BOOK}").json["items"]) == found
        assert len(caller.get("/api/desk/queue?name=name").json["items"]) == found
        assert caller.get("/api/desk/queue/count").json["total"] == found
        assert len(caller.post("/api/desk/queue/look", {"entries": [key]}).json["items"]) == min(found, 1)
        assert bool(caller.get("/api/desk/queue/choices").json["enterprises"]) == bool(found)
    other = desk.caller("other_coordinator", "desk")
    assert other.post("/api/desk/queue/credit", {"wanted": {}}).json["credited"] == 0
    seen = key | {"version": version_of(desk, entry_id(1)), "minutes": 240}
    assert other.post("/api/desk/queue/credit", {"entries": [seen]}).json == {"credited": 0, "passed": 1, "refused": {}, "job": None}
    assert desk.caller("enterprise_admin", "desk").post("/api/desk/queue/credit", {"wanted": {}}).status_code == 403


def test_clean_ones_are_credited_in_one_go_and_nothing_else(desk):
    caller = desk.caller("coordinator", "desk")
    assert caller.post("/api/desk/queue/credit", {"wanted": {"module": "m2"}}).json == {"credited": 1, "passed": 0, "refused": {}, "job": None}
    rows = {number: row for row in ask(desk) for number in numbers([row])}
    assert (rows[2]["state"], rows[2]["credited_minutes"], rows[2]["moved_by"]) == ("credited", 240, "name of coordinator")
    seen = [{"book_id": BOOK, "id": rows[n]["id"], "version": rows[n]["version"], "minutes": rows[n]["counted_minutes"]} for n in (1, 3, 4, 2)]
    seen[1] |= {"minutes": 200}
    assert caller.post("/api/desk/queue/credit", {"entries": seen}).json == {"credited": 1, "passed": 3, "refused": {}, "job": None}
    assert numbers(ask(desk, "state=credited&sort=day")) == [1, 2]
    assert caller.post("/api/desk/queue/credit", {"wanted": {}}).json["credited"] == 1
    assert numbers(ask(desk, "state=signed")) == [5, 30, 4], "what is odd waits for a person"
    assert is_right(desk)


def test_too_many_for_one_request_become_a_job(desk, monkeypatch):
    monkeypatch.setattr(crediting, "AT_ONCE", 2)
    caller = desk.caller("coordinator", "desk")
    put = caller.post("/api/desk/queue/credit", {"wanted": {}}).json
    assert put["credited"] == 0 and put["job"]
    assert do_waiting(desk.app, desk.clock) == 1
    job = caller.get(f"/api/desk/jobs/{put['job']}").json
    assert (job["state"], job["result"]) == ("done", {"credited": 3, "passed": 0, "refused": {}})
    assert numbers(ask(desk, "state=credited&sort=day")) == [1, 2, 3]


def test_who_signed_an_entry_does_not_check_it(desk):
    """Also when he sits at the desk: neither one by one nor in one go, and the row says so."""
    with desk.app.app_context(), writing() as conn:
        conn.execute(
            sa.text("INSERT INTO roles (person_id, role, org_id) VALUES (:person, 'coordinator', :org)"),
            {"person": person_id("mentor"), "org": COLLEGE},
        )
    caller = desk.caller("mentor", "desk")
    assert {row["mine"] for row in caller.get("/api/desk/queue?state=signed").json["items"]} == {True}
    assert caller.post("/api/desk/queue/credit", {"wanted": {}}).json["refused"] == {"signer_credits": 3}
    version = version_of(desk, entry_id(1))
    said = caller.act("entry.queried", {"reason": "x"}, entry_id(1), version)
    assert said == {"as": "refused", "word": "signer_credits"}
    assert desk.caller("coordinator", "desk").act("entry.queried", {"reason": "why so long"}, entry_id(1), version)["as"] == "accepted"
    [row] = ask(desk, "state=queried")
    assert (row["moved_by"], row["said"], row["mine"]) == ("name of coordinator", "why so long", False)


def test_what_nobody_signs_is_closed_at_no_minute_with_a_reason_and_the_month_can_be_locked(desk):
    """Number 6 was never signed, 30 overlaps; only a question takes it back, and the months end."""
    caller = desk.caller("coordinator", "desk")
    [waiting] = ask(desk, "state=logged")
    key = (entry_id(6), waiting["version"])
    assert caller.act("entry.credited", {"minutes": 0, "note": None}, *key) == {"as": "refused", "word": "note_needed"}
    assert caller.act("entry.credited", {"minutes": 1, "note": "x"}, *key) == {"as": "refused", "word": "wrong_state"}
    assert caller.act("entry.credited", {"minutes": 0, "note": "nobody signed it"}, *key)["as"] == "accepted"
    assert ask(desk, "state=logged") == []
    [row] = [row for row in ask(desk, "state=credited") if row["id"] == entry_id(6)]
    assert (row["credited_minutes"], row["moved_by"]) == (0, "name of coordinator")
    hand = Hand(desk, "apprentice")
    assert hand.send(hand.write("entry.withdrawn", entry_id(6), {"reason": "x"}, row["version"])) == ["wrong_state"]
    assert caller.act("entry.queried", {"reason": "signed after all"}, entry_id(6), row["version"])["as"] == "accepted"
    assert is_right(desk)


def test_what_another_has_decided_meanwhile_is_told(desk):
    first, second = (desk.caller("coordinator", "desk") for _ in range(2))
    version = version_of(desk, entry_id(1))
    assert first.act("entry.credited", {"minutes": 240, "note": None}, entry_id(1), version)["as"] == "accepted"
    assert second.act("entry.credited", {"minutes": 240, "note": None}, entry_id(1), version) == {"as": "refused", "word": "wrong_state"}
    [row] = second.post("/api/desk/queue/look", {"entries": [{"book_id": BOOK, "id": entry_id(1)}]}).json["items"]
    assert (row["state"], row["moved_by"]) == ("credited", "name of coordinator")


def test_a_page_costs_as_many_queries_with_fifty_rows_as_with_two(both, monkeypatch):
    """Two to know who asks and where he sits, on PostgreSQL one to sit down; then the rows, their documents, flags and names; a full page
    is counted, and books are found by a name."""
    both.open_book()
    assert both.decide("plan.set", PLAN)["as"] == "accepted"
    hand, caller, cursors = Hand(both, "apprentice"), both.caller("coordinator", "desk"), []
    for number in range(1, 61):
        write(hand, number, 1 + number % 28)
    flag(both, 28)
    seal(both, 28)
    assert caller.get("/api/desk/queue").status_code == 200, "whether the wall stands is asked once"
    given = _ConnectionFairy.cursor
    monkeypatch.setattr(_ConnectionFairy, "cursor", lambda self, *more: cursors.append(self) or given(self, *more))
    costs = {}
    for words, rows in {"day_to=2026-09-01": 2, "": queue.PAGE, "name=apprentice": queue.PAGE}.items():
        cursors.clear()
        assert len(caller.get(f"/api/desk/queue?{words}").json["items"]) == rows
        costs[words] = len(cursors)
    begins = 2 if both.config.database_url.startswith("sqlite") else 1
    assert costs == {"day_to=2026-09-01": 6 + begins, "": 6 + begins + FULL, "name=apprentice": 7 + begins + FULL}


def fill_with(site: Site, count: int, text: Callable[[int], str]) -> None:
    """Rows and documents, straight into the tables."""
    site.open_book()
    values = [
        {
            "book_id": BOOK, "id": f"41000000-0000-4000-8000-{number:012d}", "person_id": person_id("apprentice"), "college_id": COLLEGE,
            "day": f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}", "state": "signed", "module": "m1", "place_kind": "post",
            "claimed_minutes": number % 480, "confirmed_minutes": 0, "credited_minutes": 0, "rivals": 0, "clean": number % 4, "moved_at": number % 7,
            "text": text(number),
        }
        for number in range(count)
    ]  # fmt: skip
    body = json.dumps({
        "state": "signed", "by": "x", "version": "v", "seals": [], "returns": [], "queries": [], "recognised": None,
        "content": {"start": 1, "end": 2, "break": 0, "text": "", "photos": [], "late_reason": None},
    })  # fmt: skip
    docs = [{"book_id": BOOK, "id": row["id"], "seq": 100 + n, "body": body} for n, row in enumerate(values)]
    with site.app.app_context(), writing() as conn:
        for name, rows in (("entries", values), ("documents", docs)):
            insert_many(conn, name, tuple(rows[0]), [tuple(row.values()) for row in rows])


def test_a_thousand_entries_are_paged_to_the_end(both):
    """Every entry on one page and no other, in every order."""
    fill_with(both, 1000, lambda number: "")
    caller = both.caller("coordinator", "desk")
    for order in ("first", "-first", "minutes", "-moved", "name"):
        found = [row["id"] for page in range(1, 22) for row in caller.get(f"/api/desk/queue?sort={order}&page={page}").json["items"]]
        assert len(found) == len(set(found)) == 1000, order
    assert caller.get("/api/desk/queue/count").json["total"] == 1000


@pytest.mark.parametrize("sort", ["first", "-first"])
def test_some_days_stand_in_the_order_of_all_whatever_speaks_against_them(both, sort):
    """Flagged or not, of every degree of cleanness, on both edges of the days that are asked for."""
    fill_with(both, 400, lambda number: "")
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE entries SET unflagged = CAST(substr(id, 36, 1) AS INTEGER) % 2, clean = CAST(substr(id, 35, 1) AS INTEGER) % 4"))
    caller = both.caller("coordinator", "desk")

    def found(words: str) -> list[dict[str, Any]]:
        pages = [caller.get(f"/api/desk/queue?sort={sort}&page={page}&{words}").json for page in range(1, 10)]
        rows = [row for page in pages for row in page["items"]]
        assert {page["total"] for page in pages} == {len(rows)}
        return rows

    everything = found("")
    days = sorted({row["day"] for row in everything})
    assert len(everything) == 400 and len({row["clean"] for row in everything}) == 4
    early, late = days[len(days) // 3], days[2 * len(days) // 3]
    both_ends = f"day_from={early}&day_to={late}"
    for words, first, last in ((f"day_from={early}", early, days[-1]), (f"day_to={late}", days[0], late), (both_ends, early, late)):
        assert [row["id"] for row in found(words)] == [row["id"] for row in everything if first <= row["day"] <= last], words
    assert found(f"day_from={early}&state=signed") == found(f"day_from={early}")
    assert found("day_from=2031-01-01") == [] and found(f"day_from={late}&day_to={early}") == []


def test_a_word_is_looked_for_in_the_newest_entries_and_that_is_told(both):
    """The last of them lies in December, the first of all on New Year's Day and behind ten thousand others."""
    fill_with(both, 10_003, lambda number: "调零点 100%" if number in (0, 335) else "更换轴承")
    caller = both.caller("coordinator", "desk")

    def look_for(words: str) -> tuple[list[int], int, bool]:
        answer = caller.get(f"/api/desk/queue?sort=day&{words}").json
        assert caller.get(f"/api/desk/queue/count?{words}").json["total"] == answer["total"]
        return numbers(answer["items"]), answer["total"], answer["all_looked_at"]

    assert look_for("text=零点") == ([335], 1, False)
    assert look_for("text=零点&day_to=2026-06-30") == ([0], 1, True)
    assert look_for("text=100%25") == ([335], 1, False) and look_for("text=0%25点") == ([], 0, False)
    assert look_for("text=轴承&day_to=2026-01-01")[1:] == (caller.get("/api/desk/queue/count?day_to=2026-01-01").json["total"] - 1, True)
    assert caller.get("/api/desk/queue").json["all_looked_at"]


def test_entries_stand_in_the_order_of_names_as_they_are_said(both):
    """陈 chén, 李 lǐ, 张 zhāng; a new name takes its entries along."""
    land = Land(both)
    for number, name in enumerate(("李示", "张示", "陈示")):
        year = Year(land, number, name, STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
        year.entry(Date(2025, 9, 2), 480, 120, "M3", "post", None)
        year.entry(Date(2025, 9, 1), 480, 120, "M3", "post", None)
        year.send()
    caller = both.caller("coordinator", "desk")

    def order(words: str) -> list[str]:
        return [f"{row['person'][0]}{row['day'][-1]}" for row in caller.get(f"/api/desk/queue?{words}").json["items"]]

    assert order("sort=name") == ["陈1", "陈2", "李1", "李2", "张1", "张2"]
    assert order("sort=-name&state=signed") == ["张2", "张1", "李2", "李1", "陈2", "陈1"]
    assert order("sort=name&name=示") == order("sort=name") and order("sort=-name&name=李") == ["李2", "李1"] and order("sort=name&name=zzz") == []
    with both.app.app_context(), writing() as conn:
        update_name(conn, year.person, "周示")
    assert order("sort=name") == ["李1", "李2", "张1", "张2", "周1", "周2"]
    for door in ("roster", "pairings", "agreements"):
        assert [row["name"][0] for row in caller.get(f"/api/desk/{door}?sort=name").json["items"]] == ["李", "张", "周"], door
    people = caller.get(f"/api/desk/months/{CLASS}/people?month=2025-09").json["people"]
    assert [row["name"][0] for row in people] == ["李", "张", "周"]
    assert both.rows("SELECT DISTINCT text FROM entries") == [("六轴机器人示教与点检",)] and is_right(both)


def test_all_that_is_credited_at_once_was_looked_at_by_the_page(both, monkeypatch):
    """A word is looked for in the newest only: the newest of what the page asks for, not of what may be credited."""
    both.open_book()
    assert both.decide("plan.set", PLAN)["as"] == "accepted"
    hand = Hand(both, "apprentice")
    for number in range(1, 7):
        write(hand, number, number)
    for number in (1, 2, 3):
        seal(both, number)
    look(both)
    monkeypatch.setattr(asked_for, "NEWEST", asked_for.NEWEST.replace(f"LIMIT {asked_for.LOOKED_IN}", "LIMIT 3"))
    desk = both.caller("coordinator", "desk")
    word = json.loads(both.rows("SELECT body FROM documents WHERE id = :id", id=entry_id(1))[0][0])["content"]["text"][:4]
    page = desk.get(f"/api/desk/queue?state=all&text={word}&sort=day").json
    assert [row["state"] for row in page["items"]] == ["logged"] * 3
    assert desk.get(f"/api/desk/queue/count?state=all&text={word}").json == {"total": 3, "clean": 0}
    assert desk.post("/api/desk/queue/credit", {"wanted": {"state": "all", "text": word}}).json["credited"] == 0
    assert both.rows("SELECT count(*) FROM entries WHERE state = 'credited'") == [(0,)]


def test_indexes_carry_whatever_can_be_narrowed_and_sorted_by():
    """A filter or an order they did not carry would go slow where there are many."""
    narrowed = {column for condition in asked_for.NARROW.values() for column in re.findall(r"e\.([a-z_]+)", condition)} - {"day", "id"}
    sorted_by = {column for columns in asked_for.ORDERS.values() for column in columns} - {"day"}
    assert narrowed <= set(NARROWED_BY) and sorted_by <= {*NARROWED_BY, *SORTED_BY} and len(narrowed) >= 6
