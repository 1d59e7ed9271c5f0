"""What one coordinator alone makes of a day, a plan or a month: nothing that the rules do not give."""

from __future__ import annotations

from typing import Any

import pytest

from hands import Hand, entry_id, version_of
from server.services.books.orders import ALONE
from server_desk import PLAN, look, seal, write
from serving import BOOK, COLLEGE, FIRM, OTHER_COLLEGE, Caller, Site, person_id
from sync.kinds import KINDS

FREE = "10000000-0000-4000-8000-00000000dead"
OPENED = {
    "apprentice": person_id("apprentice"), "learner": "skill_trainee", "occupation": "钳工", "level": "中级", "enterprise": FIRM,
    "college": COLLEGE, "from": "2026-01-01", "to": "2027-12-31",
}  # fmt: skip
JOINED = {"member": FREE, "person": person_id("other_apprentice"), "role": "mentor", "org": None, "from": "2026-01-01", "to": None}


@pytest.fixture
def desk(both: Site) -> Site:
    both.open_book()
    assert both.decide("plan.set", PLAN)["as"] == "accepted"
    return both


def log(site: Site, number: int, start: int, end: int, **changed: Any) -> None:
    write(Hand(site, "apprentice"), number, 1, start=start, end=end, **changed)
    seal(site, number, end - start)


def credit(site: Site, number: int, minutes: int) -> str:
    caller, doc = site.caller("coordinator", "desk"), entry_id(number)
    verdict = caller.act("entry.credited", {"minutes": minutes, "note": None}, doc, version_of(site, doc))
    return str(verdict.get("word", verdict["as"]))


def in_bulk(site: Site) -> dict[str, Any]:
    look(site)
    given: dict[str, Any] = site.caller("coordinator", "desk").post("/api/desk/queue/credit", {"wanted": {}}).json
    return given


def credited(site: Site) -> int:
    return int(site.rows("SELECT coalesce(sum(credited_minutes), 0) FROM entries")[0][0])


@pytest.mark.parametrize("late", [(600, 1080, 599, 1079), (840, 1320, 360, 840)], ids=["overlap", "day_cap"])
def test_a_later_interval_credited_first_leaves_the_earlier_one_no_more_than_the_day_has(desk: Site, late: tuple[int, int, int, int]) -> None:
    start, end, earlier, until = late
    log(desk, 1, start, end)
    assert in_bulk(desk)["credited"] == 1
    log(desk, 2, earlier, until)
    said = in_bulk(desk)
    assert (said["credited"], said["refused"]) == (0, {"day_full": 1})
    assert credit(desk, 2, until - earlier) == "day_full" and credit(desk, 2, 1) == "day_full"
    assert credited(desk) == 480
    assert credit(desk, 2, 0) == "accepted", "so that the month can be locked"


def test_what_is_left_of_a_day_is_given(desk: Site) -> None:
    log(desk, 1, 720, 900)
    assert in_bulk(desk)["credited"] == 1
    log(desk, 2, 600, 780)
    assert credit(desk, 2, 121) == "day_full" and credit(desk, 2, 120) == "accepted"
    assert credited(desk) == 300, "from ten to three, each minute once"


def test_what_no_flag_has_looked_at_yet_is_not_credited_unseen(desk: Site) -> None:
    """Whoever is quicker than the flags gains nothing by it."""
    log(desk, 1, 600, 840)
    look(desk)
    log(desk, 2, 840, 900)
    said = desk.caller("coordinator", "desk").post("/api/desk/queue/credit", {"wanted": {}}).json
    assert (said["credited"], said["passed"]) == (1, 1)
    assert in_bulk(desk)["credited"] == 1


def test_two_in_one_batch_share_the_day(desk: Site) -> None:
    """The first takes effect before the second is judged."""
    log(desk, 1, 840, 1320)
    log(desk, 2, 360, 840)
    assert credit(desk, 2, 480) == "accepted" and credit(desk, 1, 1) == "day_full"
    assert credited(desk) == 480


@pytest.mark.parametrize(
    ("start", "end", "changed"),
    [(0, 360, {}), (480, 720, {"module": "m9"}), (480, 720, {"place_kind": "base"})],
    ids=["night", "module", "check_in"],
)
def test_what_counts_nothing_is_credited_with_nothing(desk: Site, start: int, end: int, changed: dict[str, Any]) -> None:
    log(desk, 1, start, end, **changed)
    assert credit(desk, 1, 1) == "day_full" and credit(desk, 1, 0) == "accepted"


def test_no_second_person_gives_back_what_the_day_has_not(desk: Site) -> None:
    log(desk, 1, 840, 1320)
    log(desk, 2, 360, 840)
    assert credit(desk, 2, 480) == "accepted" and credit(desk, 1, 0) == "accepted"
    desk.decide("month.locked", {"month": "2026-09"})
    back = {"minutes": 60, "reason": "冲正"}
    assert desk.decide("entry.reversed", back, entry_id(1), version_of(desk, entry_id(1)))["word"] == "day_full"
    assert desk.decide("entry.reversed", {**back, "minutes": -60}, entry_id(2), version_of(desk, entry_id(2)))["as"] == "accepted"
    assert desk.decide("entry.reversed", back, entry_id(1), version_of(desk, entry_id(1)))["as"] == "accepted"


def ask(caller: Caller, kind: str, body: dict[str, Any], book: str) -> int:
    return caller.post("/api/desk/acts", {"book": book, "kind": kind, "doc": book, "of": None, "body": body}).status_code


@pytest.mark.parametrize(
    ("kind", "body", "book"),
    [
        ("plan.set", PLAN | {"rules": PLAN["rules"] | {"lesson_minutes": 10}}, BOOK),
        ("month.locked", {"month": "2026-09"}, BOOK), ("month.locked", {"month": "2099-12"}, BOOK),
        ("member.joined", JOINED, BOOK), ("member.joined", JOINED | {"person": person_id("coordinator")}, BOOK),
        ("book.opened", OPENED, FREE), ("book.opened", OPENED | {"college": OTHER_COLLEGE}, FREE),
        ("entry.reversed", {"minutes": 60, "reason": "冲正"}, BOOK),
    ],
)  # fmt: skip
def test_what_has_a_door_of_its_own_is_not_ordered_here(desk: Site, kind: str, body: dict[str, Any], book: str) -> None:
    before = desk.rows("SELECT id, seq FROM books ORDER BY id")
    assert ask(desk.caller("coordinator", "desk"), kind, body, book) == 404
    assert ask(desk.caller("other_coordinator", "desk"), kind, body, book) == 404
    assert desk.rows("SELECT id, seq FROM books ORDER BY id") == before


@pytest.mark.parametrize("college", [{"a": 1}, ["x"], 5, True, 2**70, "x", None])
def test_an_odd_college_is_no_fault_of_ours(site: Site, college: Any) -> None:
    assert ask(site.caller("coordinator", "desk"), "book.opened", OPENED | {"college": college}, FREE) == 404


def test_what_may_be_ordered_is_known_and_is_the_desks(site: Site) -> None:
    assert all("desk" in KINDS[kind].by for kind in ALONE)
    caller = site.caller("coordinator", "desk")
    site.open_book()
    left = {kind for kind in KINDS if "staff" not in kind and "base." not in kind and kind not in ALONE}
    assert {ask(caller, kind, {}, BOOK) for kind in left} == {404}
