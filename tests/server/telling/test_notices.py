"""People hear what others did that concerns them, in a book of their own that nobody else sees."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from hands import SYNC, Hand, entry_id, inbox_of, kinds, pull, said, tell, version_of, write_reset
from server.nudge import inbox
from server.services.keeping import copies, upkeep
from server.store.db import db, writing
from server.store.telling import news, nudges
from server_desk import PLAN
from serving import BOOK, COLLEGE, FIRM, Caller, Phone, person_id
from sync.op import op_id

# --- who is told what ----------------------------------------------------------------------------------------------


def test_a_mentor_who_signs_three_in_one_go_is_one_notice(told):
    assert Hand(told, "mentor").sign(1, 2, 3) == ["accepted"] * 3
    assert kinds(told) == ["entry_signed"] * 3
    tell(told)
    [notice] = inbox_of(told, "apprentice")
    assert {name: notice[name] for name in ("word", "book", "about", "count", "at")} == {
        "word": "entry_signed", "book": BOOK, "about": None, "count": 3, "at": told.at,
    }  # fmt: skip
    assert kinds(told) == [] and inbox_of(told, "mentor") == []


def test_what_is_alone_says_where_to_look(told):
    Hand(told, "mentor").sign(2)
    tell(told)
    assert [(doc["word"], doc["about"]) for doc in inbox_of(told, "apprentice")] == [("entry_signed", entry_id(2))]


def test_each_hand_each_word_and_each_go_is_a_notice_of_its_own(told):
    mentor, tutor = Hand(told, "mentor"), Hand(told, "college_tutor")
    mentor.sign(1, 2)
    tutor.sign(1)
    returned = mentor.write("entry.returned", entry_id(3), {"reason": "时间不对"}, version_of(told, entry_id(3)))
    assert mentor.send(returned) == ["accepted"]
    tell(told)
    assert sorted(said(told, "apprentice")) == [("entry_returned", 1), ("entry_signed", 1), ("entry_signed", 2)]
    mentor.sign(3)
    tell(told)
    assert said(told, "apprentice")[-1] == ("entry_signed", 1)


def test_what_goes_on_is_waited_for_and_what_goes_on_for_long_is_not(told):
    mentor = Hand(told, "mentor")
    mentor.sign(1)
    assert tell(told, inbox.SETTLE - 1) is True and said(told, "apprentice") == []
    mentor.sign(2)
    assert tell(told, inbox.SETTLE - 1) is True and said(told, "apprentice") == []
    assert tell(told, 1) is False and said(told, "apprentice") == [("entry_signed", 2)]
    row = ("cause", person_id("apprentice"), "month_locked", BOOK, None, person_id("mentor"))
    with told.app.app_context(), writing() as conn:
        news.upsert_news(conn, [(*row, told.at), ("x", *row[1:], told.at + inbox.LONGEST - 1)])
    assert tell(told, inbox.LONGEST) is False and said(told, "apprentice")[-1] == ("month_locked", 2)


def test_everything_a_desk_decides_is_told(told):
    assert told.decide("plan.set", PLAN)["as"] == "accepted"
    Hand(told, "mentor").sign(1, 2, 3)
    desk = told.caller("coordinator", "desk")
    credit = {"minutes": 100, "note": None}
    for day in (1, 2):
        assert desk.act("entry.credited", credit, entry_id(day), version_of(told, entry_id(day)))["as"] == "accepted"
    assert desk.act("entry.queried", {"reason": "照片"}, entry_id(3), version_of(told, entry_id(3)))["as"] == "accepted"
    assert desk.act("entry.credited", credit, entry_id(3), version_of(told, entry_id(3)))["as"] == "accepted"
    assert told.decide("month.locked", {"month": "2026-09"})["as"] == "accepted"
    reversal = {"book_id": BOOK, "id": entry_id(1), "version": version_of(told, entry_id(1)), "minutes": -10, "reason": "重复计入"}
    assert desk.post("/api/desk/reversals", reversal).json["state"] == "done"
    tell(told)
    assert sorted(said(told, "apprentice")) == [
        ("entry_credited", 3), ("entry_queried", 1), ("entry_reversed", 1), ("entry_signed", 3), ("month_locked", 1),
    ]  # fmt: skip
    assert inbox_of(told, "coordinator") == []


def test_results_and_a_reset_access_are_told(told):
    apprentice, result = Hand(told, "apprentice"), "50000000-0000-4000-8000-000000000001"
    claimed = {
        "competition": "选拔赛", "year": 2026, "level": "province_2", "event": "钳工", "division": "student", "rank": 2,
        "award": None, "score": None, "day": "2026-06-06", "photos": [],
    }  # fmt: skip
    assert apprentice.send(apprentice.write("result.claimed", result, claimed)) == ["accepted"]
    desk = told.caller("coordinator", "desk")
    assert desk.act("result.rejected", {"reason": "无证书"}, result, version_of(told, result))["as"] == "accepted"
    assert desk.act("result.verified", {"note": None}, result, version_of(told, result))["as"] == "accepted"
    write_reset(told, person_id("mentor"))
    tell(told)
    assert sorted(said(told, "apprentice")) == [("device_enrolled", 1), ("result_rejected", 1), ("result_verified", 1)]
    assert said(told, "mentor") == [("access_reset", 1)]


def test_a_second_device_in_ones_name_is_told_and_the_first_is_not(told):
    phone = Phone()
    mentor = Hand(told, "mentor")
    asked = {"proof": phone.proof("mentor"), "label": "", "shared": False}
    for _ in range(2):
        assert mentor.caller.post("/api/devices", asked).status_code == 200
    tell(told)
    assert said(told, "mentor") == [("device_enrolled", 1)]


def test_nobody_is_told_of_what_had_no_effect_or_was_his_own(told):
    apprentice, mentor = Hand(told, "apprentice"), Hand(told, "mentor")
    tell(told)
    before = len(inbox_of(told, "apprentice"))
    assert apprentice.sign(1) == ["own_entry"]
    body = {"minutes": 999, "how": "list", "note": None, "scores": []}
    refused = mentor.write("entry.signed", entry_id(1), body, version_of(told, entry_id(1)))
    assert mentor.send(refused) == ["minutes_raised"]
    assert apprentice.send(apprentice.write("entry.withdrawn", entry_id(1), {"reason": "x"}, version_of(told, entry_id(1)))) == ["accepted"]
    assert tell(told) is False and len(inbox_of(told, "apprentice")) == before


def test_a_sign_off_that_waited_is_told_when_it_takes_effect(told):
    mentor, apprentice = Hand(told, "mentor"), Hand(told, "apprentice")
    tell(told)
    before = len(inbox_of(told, "apprentice"))
    content = {
        "day": "2026-09-09", "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice", "place_kind": "post",
        "place": None, "text": "", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
    }  # fmt: skip
    entry = apprentice.write("entry.logged", entry_id(9), content)
    body = {"minutes": 100, "how": "scan", "note": None, "scores": []}
    seal = mentor.write("entry.signed", entry_id(9), body, op_id(entry.rpartition(".")[0].encode()))
    asked = mentor.caller.post("/api/sync", SYNC | {"ops": [seal]}).json["verdicts"]
    assert [verdict["as"] for verdict in asked.values()] == ["held"] and kinds(told) == []
    assert apprentice.send(entry) == ["accepted"] and kinds(told) == ["entry_signed"]
    tell(told)
    assert len(inbox_of(told, "apprentice")) == before + 1


def test_news_of_somebody_nobody_knows_harms_nobody(told):
    """A book may name people by ids that are nobody's here."""
    write_reset(told, "70000000-0000-4000-8000-000000000001", "mentor")
    Hand(told, "mentor").sign(1)
    assert tell(told) is False
    assert kinds(told) == [] and said(told, "apprentice") == [("entry_signed", 1)]


def test_a_notice_holds_no_name_and_nothing_anybody_wrote(told):
    mentor = Hand(told, "mentor")
    mentor.send(mentor.write("entry.returned", entry_id(1), {"reason": "geheim-42"}, version_of(told, entry_id(1))))
    tell(told)
    book = pull(told, "apprentice")[person_id("apprentice")]
    text = json.dumps([book, inbox_of(told, "apprentice")], ensure_ascii=False)
    text += told.rows("SELECT jws FROM ops WHERE book_id = :book ORDER BY seq DESC", book=person_id("apprentice"))[0][0]
    assert "geheim" not in text and "name of" not in text and person_id("mentor") not in text


# --- one's own and nobody else's -----------------------------------------------------------------------------------


def test_nobody_gets_anothers_personal_book(told):
    Hand(told, "mentor").sign(1)
    tell(told)
    mine = person_id("apprentice")
    for name in ("mentor", "college_tutor", "coordinator", "enterprise_admin", "system_admin", "other_apprentice"):
        for kind in ("phone", "desk"):
            answer = told.caller(name, kind).post("/api/sync", SYNC | {"have": {mine: [1, "A" * 43]}}).json
            assert mine not in [book["id"] for book in answer["books"]] and mine in answer["gone"], name
    assert told.caller("coordinator", "desk").get(f"/api/desk/queue?book_id={mine}").json["items"] == []


def test_ones_own_and_only_ones_own_is_read(told):
    mentor, apprentice = Hand(told, "mentor"), Hand(told, "apprentice")
    mentor.sign(1)
    tell(told)
    mine = person_id("apprentice")
    assert mentor.read(told.at, book=mine) == ["not_a_member"]
    assert apprentice.read(told.at) == ["accepted"] and apprentice.read(5) == ["accepted"]
    assert pull(told, "apprentice")[mine]["read_until"] == told.at
    assert mentor.read(told.at) == ["no_such_book"]


def desk_act(caller: Caller, book: str, kind: str, body: dict[str, Any]) -> int:
    return caller.post("/api/desk/acts", {"book": book, "kind": kind, "doc": book, "of": None, "body": body}).status_code


def test_no_desk_reaches_into_a_personal_book_or_takes_its_id(told):
    Hand(told, "mentor").sign(1)
    tell(told)
    desk, mine, free = told.caller("coordinator", "desk"), person_id("apprentice"), person_id("authority")
    opened = {
        "apprentice": free, "learner": "student_apprentice", "occupation": "钳工", "level": "中级", "enterprise": FIRM,
        "college": COLLEGE, "from": "2026-01-01", "to": "2027-12-31",
    }  # fmt: skip
    for book in (mine, free):
        assert desk_act(desk, book, "book.opened", opened) == 404
        assert desk_act(desk, book, "me.opened", {"owner": book, "from": "2026-01-01"}) == 404
        assert desk_act(desk, book, "notice.given", {"word": "entry_signed", "count": 1}) == 404
    assert desk_act(desk, BOOK, "notice.given", {"word": "entry_signed", "count": 1}) == 404
    assert told.decide("notice.given", {"word": "entry_signed", "count": 1})["word"] == "wrong_book"
    mentor = Hand(told, "mentor")
    tell(told)
    assert mentor.send(mentor.write("note.added", entry_id(7), {"text": "x", "about": None}, book=person_id("mentor"))) == ["wrong_book"]


# --- the rest of the house -----------------------------------------------------------------------------------------


def test_verify_and_rebuild_know_personal_books(told):
    Hand(told, "mentor").sign(1)
    tell(told)
    mine = person_id("apprentice")
    with told.app.app_context():
        assert upkeep.verify(lambda done, total: None).differences == ()
        assert upkeep.rebuild(lambda done, total: None) == 0
        with db.engine.begin() as conn:
            for table in ("members", "documents"):
                conn.execute(sa.text(f"DELETE FROM {table} WHERE book_id = :mine"), {"mine": mine})
            conn.execute(sa.text("UPDATE books SET college_id = 'x' WHERE id = :mine"), {"mine": mine})
        found = {difference.word for difference in upkeep.verify(lambda done, total: None).differences}
        assert found == {"document_differs", "fact_differs", "orgs_differ"}
        assert upkeep.rebuild(lambda done, total: None) == 1
        assert upkeep.verify(lambda done, total: None).differences == ()
    assert said(told, "apprentice") == [("entry_signed", 1)]


def test_a_restored_server_tells_what_was_still_to_be_told_and_nothing_twice(told, tmp_path):
    mentor = Hand(told, "mentor")
    mentor.sign(1)
    tell(told)
    mentor.sign(2)
    url, home = told.config.database_url, told.config.home
    place = copies.Home(home, home / "blobs", home / "secret", home / "server-key.pem")
    with told.app.app_context():
        copies.back_up(tmp_path / "copy.zip", place, False, told.at, lambda done, total: None)
        db.engine.dispose()
    reader = copies.Reader(tmp_path / "copy.zip")
    copies.restore(reader, url, place, (True, False), "epoch-2", told.at, lambda done, total: None)
    tell(told)
    assert said(told, "apprentice") == [("entry_signed", 1), ("entry_signed", 1)]
    with told.app.app_context():
        assert upkeep.verify(lambda done, total: None).differences == ()


def test_a_nudge_that_was_renewed_is_not_taken_out(told):
    person = person_id("mentor")

    def waiting(conn):
        return [nudges.Nudge(*row) for row in conn.execute(sa.text("SELECT person_id, since FROM nudges"))]

    with told.app.app_context():
        with writing() as conn:
            nudges.upsert_nudges(conn, [person], 5)
            [seen] = waiting(conn)
        with writing() as conn:
            nudges.upsert_nudges(conn, [person], 5)
        with writing() as conn:
            nudges.delete_nudge(conn, seen)
            assert [nudge.person_id for nudge in waiting(conn)] == [person]
            nudges.delete_nudge(conn, waiting(conn)[0])
            assert waiting(conn) == []
