"""Operations in custody: two people let them in through the one door or refuse them, and what they decided stays."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from server.cli import main
from server.services.books import custody, intake
from server.services.keeping import upkeep
from server.services.people import enrolment
from serving import BOOK, NOW, Phone, Site, person_id
from sync.op import loose_id

DOC = "60000000-0000-4000-8000-000000000001"
ENTRY = {
    "day": "2026-09-01", "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice", "place_kind": "post",
    "place": None, "text": "turning", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
}  # fmt: skip


@pytest.fixture
def lost(both: Site) -> SimpleNamespace:
    """An entry that came from a phone after it had been declared lost."""
    both.open_book()
    phone, caller = Phone(), both.caller("apprentice")
    caller.post("/api/devices", {"proof": phone.proof("apprentice"), "label": "", "shared": False})
    jws = phone.op(person_id("apprentice"), "entry.logged", DOC, ENTRY, both.chance(16))
    with both.app.app_context():
        enrolment.revoke(person_id("apprentice"), phone.id, "lost", "", NOW)
        assert intake.accept([jws], NOW)[loose_id(jws)] == {"as": "quarantined", "word": "device_lost"}
    return SimpleNamespace(site=both, phone=phone, jws=jws, id=loose_id(jws))


def decide(lost: SimpleNamespace, decided: str, by: str = "coordinator", second: str = "system_admin") -> object:
    with lost.site.app.app_context():
        return custody.decide(lost.id, decided, by, second, NOW + 5)


def again(lost: SimpleNamespace) -> dict[str, object]:
    with lost.site.app.app_context():
        assert not upkeep.verify(lambda *_: None).differences
        return intake.accept([lost.jws], NOW + 9)[lost.id]


def decisions(lost: SimpleNamespace) -> list[tuple[object, ...]]:
    return [tuple(row) for row in lost.site.rows("SELECT op_id, decided, by_person, second_person, decided_at FROM decisions")]


def test_what_waits_is_listed_without_what_is_written_in_it(lost):
    with lost.site.app.app_context():
        [row] = custody.list_custody("", 10)
        assert custody.list_custody(lost.id, 10) == []
    assert row == custody.Waiting(
        lost.id, "device_lost", "entry.logged", person_id("apprentice"), lost.phone.id, BOOK, NOW
    )


def test_what_two_people_let_in_takes_effect_and_stays(lost):
    said = decide(lost, "let_in")
    assert said["as"] == "accepted" and again(lost) == said
    assert lost.site.rows("SELECT count(*) FROM entries WHERE id = :id", id=DOC)[0][0] == 1
    assert decisions(lost) == [(lost.id, "let_in", person_id("coordinator"), person_id("system_admin"), NOW + 5)]
    assert decide(lost, "refused") == custody.Objection("not_in_custody", lost.id)


def test_what_two_people_refuse_is_refused_for_good(lost):
    refused = {"as": "refused", "word": "refused_by_person"}
    assert decide(lost, "refused") == refused and again(lost) == refused
    assert lost.site.rows("SELECT count(*) FROM entries")[0][0] == 0
    assert decisions(lost)[0][1] == "refused"
    assert decide(lost, "let_in") == custody.Objection("not_in_custody", lost.id)


@pytest.mark.parametrize(
    ("by", "second", "word"),
    [
        ("coordinator", "coordinator", "same_person"), ("coordinator", "mentor", "may_not_decide"),
        ("nobody", "coordinator", "no_such_person"),
    ],
)  # fmt: skip
def test_one_person_alone_decides_nothing(lost, by, second, word):
    assert decide(lost, "let_in", by, second).word == word
    assert decisions(lost) == [] and again(lost)["word"] == "device_lost"


def test_the_command_lists_and_decides(lost):
    env = {"JIANGJI_HOME": str(lost.site.config.home), "JIANGJI_DATABASE": lost.site.config.database_url}

    def run(*words: str) -> str:
        return CliRunner().invoke(main, ["custody", *words], env={**env, "JIANGJI_HASH_MEMORY_KIB": "256"}).output

    assert f"device_lost  entry.logged  {person_id('apprentice')}" in run("list")
    assert "Two different people decide" in run("let-in", lost.id, "--by", "coordinator", "--second", "coordinator")
    assert "is accepted." in run("let-in", lost.id, "--by", "coordinator", "--second", "other_coordinator")
    assert run("list") == "Nothing waits for a person.\n"
