"""Attack A3 and checklist no. 23: nobody gets a signer's access alone. One asks, all his devices hear of it, another one confirms;
then everything of his ends in one moment, and every book he signs in says so. A10: a phone that is gone signs nothing from then on."""

from __future__ import annotations

import concurrent.futures
import re
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from hands import SYNC, Hand, entry_id, pull, said, tell, version_of
from server.cli import main
from server.services.keeping import upkeep
from server.services.people import reset, roster
from server.store.db import db, writing
from server.store.people import resets, sessions
from serving import BOOK, COLLEGE, FIRM, PASSWORD, WORKS, Caller, Phone, Site, person_id

WORKERS = 4
OTHER_BOOK = "10000000-0000-4000-8000-000000000002"
SECOND = "system_admin"
REASON = "手机进水，本人到院"


@pytest.fixture
def two(both: Site) -> SimpleNamespace:
    """A book with an entry; a mentor with a phone and a password; two of the desk who know theirs."""
    both.open_book()
    both.log_hours(2)
    for name in ("mentor", "coordinator", SECOND):
        both.set_password(name)
    hand = Hand(both, "mentor")
    return SimpleNamespace(site=both, hand=hand, one=both.caller("coordinator", "desk"), other=both.caller(SECOND, "desk"))


def ask(caller: Caller, login: str = "mentor", **changed: Any) -> Any:
    asked = {"login": login, "reason": REASON, "lost": False, **changed}
    return caller.proven("/api/desk/resets", asked)


def confirm(caller: Caller, reset_id: str) -> Any:
    return caller.proven(f"/api/desk/resets/{reset_id}/confirm", {})


def asked_for(two: SimpleNamespace, **changed: Any) -> str:
    """Asked, and the time over in which he hears of it."""
    answer = ask(two.one, **changed)
    assert answer.status_code == 200 and answer.json["slip"] is None, answer.text
    two.site.pass_time(reset.HEARD_AFTER)
    return answer.json["reset"]["id"]


def word(answer: Any) -> str:
    return answer.json["word"] if answer.status_code >= 400 else "done"


def open_another_book(site: Site, to: str | None) -> None:
    """A second book of the college's, in which the mentor signs until a day."""
    def act(kind: str, body: dict[str, Any]) -> None:
        assert site.decide(kind, body, OTHER_BOOK, book=OTHER_BOOK)["as"] == "accepted"

    act("book.opened", {
        "apprentice": person_id("other_apprentice"), "learner": "student_apprentice", "occupation": "钳工", "level": "中级",
        "enterprise": FIRM, "college": COLLEGE, "from": "2026-01-01", "to": "2027-12-31",
    })  # fmt: skip
    for number, name in enumerate(("other_apprentice", "mentor")):
        act("member.joined", {
            "member": f"31000000-0000-4000-8000-{number:012d}", "person": person_id(name),
            "role": "mentor" if name == "mentor" else "apprentice", "org": None, "from": "2026-01-01",
            "to": to if name == "mentor" else None,
        })  # fmt: skip


# --- the whole way ---------------------------------------------------------------------------------------------------


def test_two_people_let_a_mentor_in_again_and_everything_he_had_ends(two):
    """No. 23, from the first word to his first sign-off with the new phone."""
    site, old = two.site, two.hand
    reset_id = asked_for(two)
    # his devices hear of it while they still live
    assert said(site, "mentor") == [("reset_asked", 1)]
    assert old.caller.get("/api/resets").json["items"][0]["asked_by"] == "name of coordinator"
    assert site.rows("SELECT count(*) FROM nudges WHERE person_id = :me", me=person_id("mentor"))[0][0] == 1
    answer = confirm(two.other, reset_id)
    assert answer.status_code == 200, answer.text
    slip = answer.json["slip"]
    assert (slip["name"], slip["login"], len(slip["code"])) == ("name of mentor", "mentor", 10)
    assert answer.json["reset"]["outcome"] == "done" and answer.json["reset"]["second"] == f"name of {SECOND}"

    assert old.caller.get("/api/me").status_code == 401
    assert word(site.caller().log_in("mentor")) == "wrong_login"
    assert site.rows("SELECT status FROM devices WHERE id = :id", id=old.phone.id)[0][0] == "lost"
    [body] = [doc for doc in pull(site, "apprentice").values() if doc["kind"] == "reset"]
    assert {name: body[name] for name in ("by", "person", "second", "reason", "at")} == {
        "by": person_id("coordinator"), "person": person_id("mentor"), "second": person_id(SECOND), "reason": REASON, "at": site.at,
    }  # fmt: skip
    known = {row["name"] for row in site.caller("apprentice").get("/api/people").json["items"]}
    assert {"name of mentor", "name of coordinator", f"name of {SECOND}"} <= known

    phone, caller = Phone(), site.caller()
    given = {"login": "mentor", "code": slip["code"], "password": "ein ganz neuer Satz", "proof": phone.proof("mentor"), "label": "", "shared": False}
    assert caller.post("/api/activation", given).status_code == 200
    assert word(site.caller().post("/api/activation", given)) == "code_used"
    old.phone, old.caller = phone, caller
    assert old.sign(1) == ["accepted"]
    tell(site)
    assert said(site, "mentor") == [("reset_asked", 1), ("access_reset", 1)]
    with site.app.app_context():
        assert not upkeep.verify(lambda *_: None).differences


def test_what_an_ended_key_still_brings_goes_to_people(two):
    """A sign-off written in the cellar before it ended is not lost, and one written by whoever has the phone does not count."""
    site, old = two.site, two.hand
    body = {"minutes": 100, "how": "list", "note": None, "scores": []}
    late = old.write("entry.signed", entry_id(1), body, version_of(site, entry_id(1)))
    assert confirm(two.other, asked_for(two)).status_code == 200
    verdicts = site.caller("apprentice").post("/api/sync", SYNC | {"ops": [late]}).json["verdicts"]
    assert list(verdicts.values()) == [{"as": "quarantined", "word": "device_lost"}]
    assert site.rows("SELECT count(*) FROM entries WHERE state = 'signed'")[0][0] == 0


def test_a_lost_phone_signs_nothing_from_the_moment_it_is_asked_for(two):
    """A10: one person is enough to end keys, not to make new ones; and his other devices still hear of it."""
    reset_id = ask(two.one, lost=True).json["reset"]["id"]
    assert two.hand.sign(1) == ["device_lost"]
    assert two.hand.caller.get("/api/me").status_code == 200 and said(two.site, "mentor") == [("reset_asked", 1)]
    # whoever has it has its session as well: it brings no other key
    given = {"proof": Phone().proof("mentor"), "label": "", "shared": False}
    assert word(two.hand.caller.post("/api/devices", given)) == "reset_open"
    assert word(confirm(two.other, reset_id)) == "too_soon"


def test_it_stands_in_every_book_he_signs_or_has_signed_in_and_is_told_once(two):
    open_another_book(two.site, to="2026-06-30")
    two.site.open_base()
    assert confirm(two.other, asked_for(two)).status_code == 200
    found = two.site.rows("SELECT book_id, body FROM documents WHERE body LIKE '%\"kind\":\"reset\"%' ORDER BY book_id")
    assert [row[0] for row in found] == [WORKS, BOOK, OTHER_BOOK] and len({row[1] for row in found}) == 1
    tell(two.site)
    # his sessions have ended: what he reads with his new phone
    assert said(two.site, "mentor") == [("reset_asked", 1), ("access_reset", 1)]


# --- A3: nobody alone ------------------------------------------------------------------------------------------------


def test_nobody_confirms_what_he_asked_for_himself(two):
    reset_id = asked_for(two)
    assert word(confirm(two.one, reset_id)) == "same_person"
    # not on another session of hers either
    assert word(confirm(two.site.caller("coordinator", "desk"), reset_id)) == "same_person"
    assert two.hand.caller.get("/api/me").status_code == 200


def test_nobody_confirms_before_his_devices_could_hear_of_it(two):
    reset_id = ask(two.one).json["reset"]["id"]
    two.site.pass_time(reset.HEARD_AFTER - 1000)
    answer = confirm(two.other, reset_id)
    assert (word(answer), answer.headers["Retry-After"]) == ("too_soon", "1")
    two.site.pass_time(1000)
    assert word(confirm(two.other, reset_id)) == "done"


def test_a_coordinator_has_no_other_way_to_a_signers_access(two):
    """Neither an act of the desk's that names a second one who knows nothing, nor a new slip, nor somebody else's people."""
    acted = {"book": BOOK, "kind": "access.reset", "doc": OTHER_BOOK, "of": None,
             "body": {"person": person_id("mentor"), "second": person_id(SECOND), "reason": "x"}}  # fmt: skip
    assert word(two.one.post("/api/desk/acts", acted)) == "not_found"
    with two.site.app.app_context():
        hasher = two.site.app.extensions["jiangji"].hasher
        denied = roster.issue_code(hasher, person_id("mentor"), "0123456789", "a-again", two.site.at)
        assert denied.word == "needs_two_people"
        assert roster.issue_code(hasher, person_id("apprentice"), "0123456789", "a-other", two.site.at) == "0123456789"
    two.site.set_password("other_coordinator")
    stranger = two.site.caller("other_coordinator", "desk")
    assert word(ask(stranger)) == "not_found" and word(ask(two.one, "other_coordinator")) == "not_found"
    reset_id = asked_for(two)
    two.site.set_password("base_admin")
    assert word(ask(two.site.caller("base_admin", "desk"))) == "not_found"
    assert word(confirm(stranger, reset_id)) == "not_found" and stranger.get("/api/desk/resets").json["items"] == []
    assert word(stranger.post(f"/api/desk/resets/{reset_id}/withdraw")) == "not_found"


def test_nobody_has_a_say_in_his_own(two):
    assert word(ask(two.one, "coordinator")) == "same_person"
    reset_id = ask(two.other, "coordinator").json["reset"]["id"]
    two.site.pass_time(reset.HEARD_AFTER)
    assert word(confirm(two.one, reset_id)) == "same_person"


def test_both_prove_who_they_are_and_still_have_a_say(two):
    """A desk somebody walked away from asks and confirms nothing; and who lost his role in between has asked for nothing."""
    asked = {"login": "mentor", "reason": REASON, "lost": False}
    two.site.pass_time(5 * 60_000 + 1)
    assert word(two.one.post("/api/desk/resets", asked)) == "prove_again"
    assert word(two.one.post("/api/desk/proof", {"password": "not hers"})) == "wrong_password"
    assert word(two.one.post("/api/desk/resets", asked)) == "prove_again"
    assert two.site.rows("SELECT count(*) FROM resets")[0][0] == 0
    reset_id = asked_for(two)
    path = f"/api/desk/resets/{reset_id}/confirm"
    assert word(two.other.post(path)) == "prove_again"
    assert two.one.post("/api/desk/proof", {"password": PASSWORD}).status_code == 204, "her own session, not his"
    assert word(two.other.post(path)) == "prove_again"
    assert two.other.post("/api/desk/proof", {"password": PASSWORD}).status_code == 204
    two.site.pass_time(5 * 60_000 + 1)
    assert word(two.other.post(path)) == "prove_again", "five minutes are over"
    with two.site.app.app_context():
        roster.take_role(person_id("coordinator"), "coordinator", COLLEGE)
    assert word(confirm(two.other, reset_id)) == "reset_over"
    assert two.hand.caller.get("/api/me").status_code == 200


def test_of_two_who_confirm_at_the_same_moment_one_has(two):
    """Exactly one slip opens, and every book says it once."""
    site = two.site
    reset_id = asked_for(two)
    with site.app.app_context():
        assert roster.make_person("29000000-0000-4000-8000-000000000001", "third", "third", site.at) is None
        roster.give_role("29000000-0000-4000-8000-000000000001", "coordinator", COLLEGE)

    def go(number: int) -> Any:
        here = site.app.extensions["jiangji"]
        second = person_id(SECOND) if number % 2 else "29000000-0000-4000-8000-000000000001"
        with site.app.app_context():
            return reset.confirm(reset.Means(here.key, here.hasher, here.chance), reset_id, second, "s", site.at)

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(go, range(WORKERS)))
    assert sorted(isinstance(answer, tuple) for answer in answers) == [False] * (WORKERS - 1) + [True]
    assert {answer.word for answer in answers if not isinstance(answer, tuple)} == {"reset_over"}
    assert site.rows("SELECT count(*) FROM activations WHERE person_id = :me AND used_at IS NULL", me=person_id("mentor"))[0][0] == 1
    assert site.rows("SELECT count(*) FROM documents WHERE body LIKE '%\"kind\":\"reset\"%'")[0][0] == 1


@pytest.mark.parametrize("change", [
    "second_person = asked_by", "second_person = person_id", "asked_by = person_id", "outcome = 'done', ended_at = 1", "outcome = 'done'",
])  # fmt: skip
def test_the_database_itself_wants_two_others(two, change):
    asked_for(two)
    with two.site.app.app_context(), pytest.raises(sa.exc.IntegrityError), db.engine.begin() as conn:
        conn.exec_driver_sql(f"UPDATE resets SET {change}")


# --- how it ends otherwise -------------------------------------------------------------------------------------------


def test_he_says_with_his_password_that_he_has_not_asked_for_it(two):
    """Whoever found his phone does not know it, and cannot keep him out."""
    reset_id = asked_for(two)
    path = f"/api/resets/{reset_id}/object"
    assert word(two.hand.caller.post(path, {"password": "not his"})) == "wrong_password"
    assert word(two.one.post(path, {"password": PASSWORD})) == "not_found"
    assert two.hand.caller.post(path, {"password": PASSWORD}).status_code == 204
    assert word(confirm(two.other, reset_id)) == "reset_over"
    assert two.one.get("/api/desk/resets").json["items"][0]["outcome"] == "objected"
    tell(two.site)
    assert said(two.site, "mentor") == [("reset_asked", 1), ("reset_stopped", 1)]
    assert two.hand.sign(1) == ["accepted"]


def test_one_is_open_at_a_time_until_it_is_withdrawn_or_too_old(two):
    first = ask(two.one).json["reset"]["id"]
    assert word(ask(two.other)) == "reset_open"
    assert two.other.post(f"/api/desk/resets/{first}/withdraw").status_code == 204
    assert word(two.other.post(f"/api/desk/resets/{first}/withdraw")) == "reset_over"
    two.site.pass_time(1000)
    second = asked_for(two)
    two.site.pass_time(resets.OPEN_FOR)
    with two.site.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE sessions SET last_seen_at = :now, created_at = :now"), {"now": two.site.at})
    assert word(confirm(two.other, second)) == "reset_over"
    third = ask(two.other).json["reset"]["id"]
    rows = two.one.get("/api/desk/resets?limit=2").json
    assert [(row["id"], row["outcome"]) for row in rows["items"]] == [(third, None), (second, "lapsed")]
    rest = two.one.get(f"/api/desk/resets?limit=2&after={rows['next']}").json
    assert [(row["id"], row["outcome"]) for row in rest["items"]] == [(first, "withdrawn")] and rest["next"] is None
    assert two.one.get("/api/desk/resets?after=nonsense").status_code == 400


def test_an_apprentice_who_forgot_his_password_needs_one_person_and_no_book_speaks_of_it(two):
    caller, site = two.site.caller("apprentice"), two.site
    before = site.rows("SELECT seq FROM books WHERE id = :id", id=BOOK)
    answer = ask(two.one, "apprentice")
    assert answer.json["slip"]["login"] == "apprentice" and answer.json["reset"]["alone"] is True
    assert caller.get("/api/me").status_code == 401 and site.rows("SELECT seq FROM books WHERE id = :id", id=BOOK) == before
    done = site.caller().post("/api/activation", {
        "login": "apprentice", "code": answer.json["slip"]["code"], "password": "ein ganz neuer Satz", "proof": None, "label": "", "shared": False,
    })  # fmt: skip
    assert done.status_code == 200
    tell(site)
    assert ("access_reset", 1) in said(site, "apprentice")


def test_nothing_half_happens_where_a_book_cannot_be_written(two, monkeypatch):
    """The op, the keys and the slip are one transaction."""
    reset_id = asked_for(two)

    def fail(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(sessions, "end_other_sessions", fail)
    assert confirm(two.other, reset_id).status_code == 500
    monkeypatch.undo()
    assert two.hand.sign(1) == ["accepted"]
    assert two.site.rows("SELECT count(*) FROM documents WHERE body LIKE '%\"kind\":\"reset\"%'")[0][0] == 0
    assert word(confirm(two.other, reset_id)) == "done"


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_asks_waits_confirms_and_prints_a_slip(two, monkeypatch):
    env = {"JIANGJI_HOME": str(two.site.config.home), "JIANGJI_DATABASE": two.site.config.database_url, "JIANGJI_HASH_MEMORY_KIB": "256"}

    def run(*words: str, typed: str = PASSWORD) -> str:
        return CliRunner().invoke(main, ["reset", *words], env=env, input=f"{typed}\n").output

    assert "do not belong together" in run("ask", "mentor", "--reason", "x", "--by", "coordinator", typed="wrong")
    output = run("ask", "mentor", "--reason", "手机遗失", "--lost", "--by", "coordinator")
    reset_id = output.split("jiangji reset confirm ")[1].split()[0]
    early = run("confirm", reset_id, "--by", SECOND)
    assert PASSWORD not in output and int(re.findall(r"Try again in ([0-9]+) s", early)[0]) in range(240, 301), early
    assert "that takes somebody else" in run("confirm", reset_id, "--by", "coordinator")
    with two.site.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE resets SET asked_at = asked_at - :ms"), {"ms": reset.HEARD_AFTER})
    output = run("confirm", reset_id, "--by", SECOND)
    assert "name of mentor opens within 72 hours, once:" in output and "/activate#mentor." in output
    assert f"mentor  name of coordinator  name of {SECOND}  done  {reset_id}" in run("list", "--by", SECOND)
    assert "is over" in run("withdraw", reset_id, "--by", SECOND)
