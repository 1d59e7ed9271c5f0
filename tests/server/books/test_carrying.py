"""A session brings what another person of the same phone wrote: verdicts, and nothing of the carrier's own."""

from __future__ import annotations

from typing import Any

import pytest

from serving import Phone, Site, person_id
from sync.op import op_id

HOURS = {
    "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice", "place_kind": "post", "place": None,
    "text": "turning", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
}  # fmt: skip


@pytest.fixture
def town(both: Site) -> Site:
    both.open_book()
    return both


def written(town: Site, days: int) -> list[str]:
    """What the apprentice's phone holds when his own session is over."""
    phone, caller = Phone(), town.caller("apprentice")
    caller.post("/api/devices", {"proof": phone.proof("apprentice"), "label": "", "shared": True})
    caller.post("/api/logout")
    return [
        phone.op(person_id("apprentice"), "entry.logged", f"50000000-0000-4000-8000-{day:012d}", HOURS | {"day": f"2026-09-{day:02d}"},
                 town.chance(16))
        for day in range(1, days + 1)
    ]  # fmt: skip


def carry(town: Site, name: str, ops: list[str], **more: Any) -> dict[str, Any]:
    asked = {"v": 1, "build": "t", "epoch": "", "have": {}, "ops": ops, "limit": 0, **more}
    answer = town.caller(name).post("/api/sync", asked)
    assert answer.status_code == 200
    return answer.json


@pytest.mark.parametrize("carrier", ["mentor", "other_apprentice"])
def test_who_carries_hears_verdicts_and_nothing_else(town: Site, carrier: str) -> None:
    """Also one who is in none of these books."""
    ops = written(town, 3)
    told = carry(town, carrier, ops)
    assert [verdict["as"] for verdict in told["verdicts"].values()] == ["accepted"] * 3
    assert told["verdicts"].keys() == {op_id(jws.rpartition(".")[0].encode()) for jws in ops}
    assert (told["books"], told["gone"], told["epoch"]) == ([], [], "epoch-1")


def test_the_author_hears_the_same_later_and_gets_his_documents(town: Site) -> None:
    ops = written(town, 2)
    carried = carry(town, "mentor", ops)["verdicts"]
    own = carry(town, "apprentice", ops, limit=500)
    assert own["verdicts"] == carried
    [book] = own["books"]
    assert len([doc for doc in book["docs"] if doc["kind"] == "entry"]) == 2


def test_an_empty_question_for_nothing_is_answered_with_nothing(town: Site) -> None:
    """Whatever the carrier may see; his own exchange asks for that."""
    assert carry(town, "mentor", []) == carry(town, "mentor", []) | {"verdicts": {}, "books": [], "gone": []}
    assert len(carry(town, "mentor", [], limit=1)["books"]) == 1
