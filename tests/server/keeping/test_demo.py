"""The demo world holds everything the product can show, and nothing in it is made up behind the product's back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from demoland import NOW, Land, config_of, opened, silent, telling
from server.papers.incoming.checks import read_identity
from server.services import demo
from server.services.books import changes, flagging
from server.services.demo import cast
from server.services.keeping import upkeep
from server.services.people import enrolment
from server.store.db import reading
from server.store.host.keys import make_instance_files, read_key
from server.store.migrations import found
from server.store.people import identities
from sync.evidence import evidence_of


@contextmanager
def whole_world(home: Path, now: int, seed: int) -> Iterator[Land]:
    make_instance_files(home)
    config = config_of(home)
    found(config.database_url, read_key(config.server_key), "e", 0, lambda _: None)
    with opened(home) as land:
        assert demo.build_world(land.house.key, land.house.hasher, land.house.vault, now, Random(seed), silent, telling(land)) > 5000
        yield land


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Land]:
    with whole_world(tmp_path_factory.mktemp("demo"), NOW, 7) as land:
        yield land


@pytest.fixture(scope="module")
def docs(land: Land) -> list[dict]:
    return [json.loads(row[0]) for row in land.rows("SELECT body FROM documents")]


def entries(docs: list[dict]) -> list[dict]:
    return [doc for doc in docs if doc["kind"] == "entry"]


def test_it_verifies_clean(land):
    checked = upkeep.verify(silent)
    assert checked.differences == ()
    personal = land.rows("SELECT count(*) FROM members WHERE role = 'owner'")[0][0]
    assert checked.books == 41 + personal + 1 and 40 <= personal <= 44 and checked.ops > 5000


def test_an_entry_can_be_seen_in_every_state(docs):
    states = Counter(doc["state"] for doc in entries(docs))
    assert set(states) == {"logged", "signed", "returned", "queried", "credited", "withdrawn"}
    assert min(states.values()) >= 10


def test_there_are_rivals_struck_seals_lowered_and_resubmitted_hours(docs):
    all_entries = entries(docs)
    assert any(doc["rivals"] for doc in all_entries)
    assert any(doc["state"] == "logged" and doc["seals"] and doc["seals"][-1]["struck"] for doc in all_entries)
    assert any(doc["returns"] and doc["state"] == "credited" for doc in all_entries)
    assert any(seal["minutes"] < doc["versions"][0]["minutes"] for doc in all_entries for seal in doc["seals"])
    assert any(doc["content"]["late_reason"] for doc in all_entries)


def test_the_first_two_months_are_settled_and_some_of_it_was_reversed_later(docs):
    locked = Counter(tuple(doc["locked"]) for doc in docs if doc["kind"] == "book")
    assert locked == {("2026-06", "2026-07"): 40, (): 1}
    early = [doc for doc in entries(docs) if doc["content"]["day"] < "2026-08-01"]
    assert {doc["state"] for doc in early} == {"credited", "withdrawn"}
    assert sum(bool(doc["reversals"]) for doc in early) == 3


def test_a_mentor_finds_entries_of_many_ages_of_many_apprentices_waiting(land, docs):
    (master,) = [row[0] for row in land.rows("SELECT id FROM people WHERE login = 'zhouguoqiang'")]
    heads = [doc for doc in docs if doc["kind"] == "book" and any(one["person"] == master for one in doc["members"])]
    his = {head["apprentice"] for head in heads}
    waiting = [doc for doc in entries(docs) if doc["by"] in his and doc["state"] == "logged" and not doc["rivals"]]
    assert len(waiting) >= 20 and len({doc["by"] for doc in waiting}) >= 8
    days = {doc["content"]["day"] for doc in waiting}
    assert len(days) >= 8 and min(days) < "2026-09-01" and max(days) >= "2026-09-17"


def test_presence_results_notes_and_a_reset_are_there(docs):
    def states(kind: str) -> set[str]:
        return {doc["state"] for doc in docs if doc["kind"] == kind}

    assert states("presence") == {"in", "out"}
    assert states("result") == {"claimed", "verified", "rejected"}
    results = [doc for doc in docs if doc["kind"] == "result"]
    assert any(doc["rivals"] for doc in results) and any(len(doc["versions"]) == 2 and not doc["rivals"] for doc in results)
    assert {True, False} == {"certificate_no" in doc["content"] for doc in results}
    assert states("note") == {"added"}
    resets = [doc for doc in docs if doc["kind"] == "reset"]
    assert len({doc["person"] for doc in resets}) == 1 and len(resets) > 1
    at_base = [doc for doc in entries(docs) if doc["content"]["place_kind"] == "base"]
    assert {doc["content"]["presence"] is None for doc in at_base} == {True, False}


def test_the_base_held_sessions_its_kiosk_proved_who_came_and_trainers_saw_them(land, docs):
    [base] = [doc for doc in docs if doc["kind"] == "base"]
    assert [member["role"] for member in base["members"]] == ["base_trainer", "base_trainer", "kiosk"]
    sessions = {doc["id"]: doc for doc in docs if doc["kind"] == "session"}
    closed = [doc for doc in sessions.values() if doc["state"] == "closed"]
    assert len(closed) > 20 and sum(len(doc["seen"]) for doc in closed) > 200
    assert [(doc["state"], doc["day"]) for doc in sessions.values() if doc["day"] >= "2026-09-21"] == [("open", "2026-09-21")] * 2
    presences = [doc for doc in docs if doc["kind"] == "presence"]
    words = Counter((proof["side"], proof["word"]) for doc in presences for proof in doc.get("proofs", ()))
    assert words["in", "good"] > 200 and words["out", "good"] > 200 and 0 < words["in", "out_of_time"] < 30
    assert set(words) <= {("in", "good"), ("out", "good"), ("in", "out_of_time"), ("out", "out_of_time")}
    witnessed = [doc for doc in presences if "session" in doc]
    assert len(witnessed) == sum(len(doc["seen"]) for doc in closed)
    assert all(sessions[doc["session"]]["by"] == doc["by"] for doc in witnessed)
    assert land.rows("SELECT count(*) FROM codes_waiting") == [(0,)]
    [kiosk] = [doc for doc in docs if doc["kind"] == "kiosk"]
    assert abs(kiosk["seconds"]) < 60


def test_hours_at_the_base_reach_the_best_grade_by_its_kiosk_and_by_its_trainer(docs):
    heads = {doc["apprentice"]: doc for doc in docs if doc["kind"] == "book"}
    presences: dict[tuple[str, str], list[dict]] = {}
    own = {doc["id"]: doc["by"] for doc in docs if doc["kind"] == "presence"}
    seen = {(row["book"], row["person"]) for doc in docs if doc["kind"] == "session" for row in doc["seen"]}
    assert {heads[person]["id"] for _, person in seen} == {book for book, _ in seen}
    for doc in docs:
        if doc["kind"] == "presence" and "session" not in doc:
            presences.setdefault((own[doc["id"]], doc["day"]), []).append(doc)
    grades = Counter(
        evidence_of(doc, heads[doc["by"]], presences.get((doc["by"], doc["content"]["day"]), [])).grade
        for doc in entries(docs) if doc["content"]["place_kind"] == "base" and doc["seals"]
    )  # fmt: skip
    assert grades["A"] > 50 and len(grades) > 1, grades


def test_something_waits_something_is_in_custody_something_was_refused(land):
    found = land.rows("SELECT verdict, word FROM ops WHERE verdict <> 'accepted' ORDER BY verdict")
    assert found == [("held", "missing"), ("quarantined", "device_lost"), ("refused", "month_locked")]


def test_notices_of_several_kinds_have_been_read_and_the_newest_have_not(land):
    heads = {row[0]: json.loads(row[1]) for row in land.rows("SELECT book_id, body FROM documents WHERE book_id = id")}
    given = [(row[0], json.loads(row[1])) for row in land.rows("SELECT book_id, body FROM documents WHERE book_id <> id")]
    notices = [(heads[book]["read_until"], doc) for book, doc in given if doc["kind"] == "notice"]
    assert {doc["word"] for _, doc in notices} >= {
        "entry_signed", "entry_returned", "entry_credited", "entry_queried", "result_verified", "result_rejected", "month_locked",
        "access_reset",
    }  # fmt: skip
    read, unread = [doc for until, doc in notices if doc["at"] <= until], [doc for until, doc in notices if doc["at"] > until]
    assert len(read) > 200 and len(unread) > 50 and max(doc["count"] for doc in read) > 3
    assert max(doc["at"] for doc in unread) < NOW
    assert land.rows("SELECT count(*) FROM news") == [(0,)]


def test_both_kinds_of_apprentices_and_everybody_around_them(land, docs):
    learners = Counter(doc["learner"] for doc in docs if doc["kind"] == "book")
    assert learners == {"student_apprentice": 27, "skill_trainee": 14}
    roles = dict(land.rows("SELECT role, count(*) FROM roles GROUP BY role"))
    assert roles["apprentice"] == 41 and roles["coordinator"] == 2
    assert roles["mentor"] + roles["college_tutor"] + roles["base_trainer"] == 9
    kinds = dict(land.rows("SELECT kind, count(*) FROM orgs GROUP BY kind"))
    assert kinds == {"chain_leader": 1, "enterprise": 1, "college": 1, "base": 1, "authority": 1}
    assert {row[0] for row in land.rows("SELECT source FROM rule_sets")} == {"示例参数，非广东省规定"}
    assert {sum(module["minutes"] for module in modules) for modules in cast.MODULES.values()} == {600 * 45}


def test_nothing_happens_after_yesterday(docs):
    days = [doc["content"]["day"] for doc in entries(docs)]
    assert min(days) >= "2026-06-01" and "2026-09-14" <= max(days) <= "2026-09-20"


def test_the_devices_it_was_written_with_are_no_good_any_more(land):
    assert set(land.rows("SELECT DISTINCT status FROM devices")) == {("retired",), ("lost",), ("server",)}


def test_a_phone_of_the_demo_gets_its_book(land):
    [(person,)] = land.rows("SELECT id FROM people WHERE login = 'chenjiahao'")
    _, pages, _ = changes.changes(person, "", {}, 500, NOW)
    assert {page.id for page in pages} >= {person} and len(pages) == 2
    [page] = [page for page in pages if page.id != person]
    docs = [json.loads(body) for _, body in page.docs]
    assert docs[0]["kind"] in ("book", "entry", "presence", "note")
    assert {doc["kind"] for doc in docs} >= {"book", "entry", "presence"}


def test_slips_open_the_door_for_the_two_newcomers(land):
    house = land.house
    slips = demo.issue_slips(house.hasher, NOW, Random(1))
    assert {slip.login for slip in slips} == {"laiziqing", "cuiwenbin"}
    for slip in slips:
        assert enrolment.check_code(house.hasher, house.limits, slip.login, slip.code, NOW)["name"] == slip.name


def test_a_world_can_be_built_in_the_first_hour_of_a_year(tmp_path):
    with whole_world(tmp_path, 1_798_734_600_000, 3) as land:
        [(many,)] = land.rows("SELECT count(*) FROM books")
        assert many > 0
        assert max(land.rows("SELECT day FROM entries")) <= ("2026-12-31",)


def test_the_planted_frauds_are_found_and_nothing_of_them_is_refused(land):
    flagging.look_at_all(NOW)
    found = {(row[0], row[1]) for row in land.rows("SELECT c.flag, p.login FROM flag_cases c JOIN people p ON p.id = c.person_id")}
    flags = {flag for flag, _ in found}
    assert {"burst", "fast", "late_written", "copy_other"} <= flags, found
    assert {("burst", "longyonghong"), ("fast", "longyonghong")} <= found


def test_every_apprentice_has_a_number_that_is_right_and_nobodys(land):
    rows = land.rows("SELECT person_id FROM identities")
    assert len(rows) == len(cast.APPRENTICES) == 41
    with reading() as conn:
        known = identities.select_identities(conn, {row[0] for row in rows})
    numbers = {identities.open_identity(land.house.vault, one)["number"] for one in known.values()}
    assert len(numbers) == 41
    for number in numbers:
        assert number.startswith("440800") and not isinstance(read_identity(number, "2026-09-22"), str), number


def test_every_kind_of_desk_can_be_tried(land):
    seats = {row[0] for row in land.rows("SELECT DISTINCT role FROM roles")}
    assert {"coordinator", "enterprise_admin", "base_admin", "authority", "system_admin"} <= seats
    assert land.rows("SELECT count(*) FROM roles WHERE role = 'coordinator'") == [(2,)]
