"""Stories in which the world of phones once failed, told by hand, and those that chance tells too seldom."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sync.op import loose_id
from sync.signing import make_jws
from world import World
from worlds.authors import Author
from worlds.cast import BOOKS, DAY_MS, ENTRY, LIN, PHONES, RESULT, ZHOU
from worlds.phone import Phone, Row, Tab, parse
from worlds.server import Server
from worlds.storage import Crash

LINS_BOOK = min(BOOKS)
OTHER_NOTE = "00000000-0000-4000-8000-000000000777"


@pytest.fixture(scope="module")
def server():
    with TemporaryDirectory(prefix="jiangji-world-") as name:
        yield Server(Path(name))


@pytest.fixture
def world(server: Server) -> World:
    return World(server)


def say(
    world: World, name: str, kind: str, body: dict, doc: str | None = None, of: str | None = None
) -> tuple[str, str]:
    """This very op, kept on this phone: its id and its document."""
    world.written += 1
    author = Author(world.phones[name], 0, world.server.now, world.written)
    jws = make_jws(
        world.phones[name].key, "jj-op", author.payload(LINS_BOOK, kind, doc or author.fresh_doc(), body, of)
    )
    op_id = loose_id(jws)
    world.made[op_id] = jws
    world.phones[name].keep([jws])
    world.promised[name].add(op_id)
    return op_id, author.fresh_doc()


def signed(minutes: int) -> dict:
    return {"minutes": minutes, "how": "list", "note": None, "scores": []}


def words(world: World, name: str) -> dict[str, str]:
    return world.phones[name].attention()


def test_what_was_accepted_before_a_restore_is_not_refused_because_its_month_was_locked_meanwhile(world):
    world.back_up()
    op_id, _ = say(world, "lin", "entry.logged", ENTRY)
    world.sync("lin")
    world.restore(0)
    assert world.server.act("month.locked", LINS_BOOK, {"month": "2026-09"})[1]["as"] == "accepted"
    world.settle()
    assert words(world, "lin") == {op_id: "restored"}


def test_what_was_accepted_before_a_restore_is_not_refused_because_it_comes_in_another_order(world):
    world.back_up()
    entry, doc = say(world, "lin", "entry.logged", ENTRY)
    world.sync("lin")
    world.sync("zhou")
    seal, _ = say(world, "zhou", "entry.signed", signed(60), doc, entry)
    world.sync("zhou")
    world.sync("lin")
    say(world, "lin", "entry.withdrawn", {"reason": "重复"}, doc, entry)
    world.sync("lin")
    world.restore(0)
    world.settle()
    assert words(world, "zhou") == {seal: "restored"}


def test_what_was_accepted_before_a_restore_is_not_refused_because_its_phone_was_retired_since(world):
    world.back_up()
    op_id, _ = say(world, "lin", "entry.logged", ENTRY)
    world.sync("lin")
    world.restore(0)
    world.end_device("lin", "retired")
    world.settle()
    assert words(world, "lin") == {op_id: "restored"}


def test_a_month_after_a_restore_the_rules_are_the_rules_again(world):
    world.back_up()
    world.restore(0)
    world.server.act("month.locked", LINS_BOOK, {"month": "2026-09"})
    world.pass_time(31)
    world.sync("lin")
    op_id, _ = say(world, "lin", "entry.logged", ENTRY)
    world.sync("lin")
    assert words(world, "lin") == {op_id: "month_locked"}


def test_the_desk_hears_why_at_once_also_after_a_restore(world):
    world.back_up()
    world.restore(0)
    world.server.act("month.locked", LINS_BOOK, {"month": "2026-09"})
    again = world.server.act("month.locked", LINS_BOOK, {"month": "2026-09"})
    assert again[1] == {"as": "refused", "word": "already_locked"}


def test_an_op_accepted_after_its_author_has_left_the_book_does_not_stay_in_the_outbox(world):
    """The book is gone from the phone: its documents will never come."""
    op_id, _ = say(world, "zhou", "note.added", {"text": "离开前", "about": None})
    world.sync("zhou")
    world.back_up()
    world.leave(LINS_BOOK, ZHOU)
    world.sync("zhou")
    assert world.phones["zhou"].books() == [max(BOOKS)]
    world.restore(0)
    world.leave(LINS_BOOK, ZHOU)
    world.settle()
    assert op_id in world.phones["zhou"].storage.rows["kept"]


def test_a_server_put_back_in_secret_is_found_out_by_the_chain_and_refilled(world):
    """Nobody told the server: same epoch, shorter history, then another one of the same length."""
    world.back_up()
    op_id, _ = say(world, "lin", "entry.logged", ENTRY)
    world.sync("lin")
    world.restore(0, told=False)
    assert (
        world.server.act("note.added", LINS_BOOK, {"text": "另一条", "about": None}, doc=OTHER_NOTE)[1]["as"]
        == "accepted"
    )
    world.exchange("lin")
    assert world.phones["lin"].storage.rows["outbox"][op_id].state == "waiting"
    world.settle()
    assert world.server.rows("SELECT verdict FROM ops WHERE id = :id", id=op_id) == [("accepted",)]


def test_wherever_the_phone_dies_what_was_saved_is_there_and_counts_once(world):
    """Every point between two writes of saving and of storing an answer."""
    for fuse in range(60):
        phone = world.phones["lin"]
        phone.storage.fuse = fuse
        try:
            say(world, "lin", "entry.logged", ENTRY)
            Tab(phone).exchange(world.wire, world.server.now)
            died = phone.storage.fuse is None
        except Crash:
            died = True
        phone.storage.fuse = None
        world.note_answers()
        world.check()
        if not died:
            break
    assert fuse > 5
    world.settle()
    assert all(
        len(entry["versions"]) == 1 for entry in world.server.documents(LINS_BOOK).values() if entry["kind"] == "entry"
    )


def test_two_tabs_end_as_one(world):
    """K8: the slower tab's answer comes after the faster one has stored a newer one."""
    world.second_tab("lin")
    slow, fast = world.tabs["lin"]
    first, _ = say(world, "lin", "entry.logged", ENTRY)
    slow.exchange(world.wire, world.server.now, 1, "late_response")
    second, _ = say(world, "lin", "result.claimed", RESULT)
    while fast.exchange(world.wire, world.server.now, 1):
        pass
    slow.deliver_late(world.server.now)
    world.note_answers()
    world.check()
    assert not world.phones["lin"].storage.rows["outbox"]
    assert world.phones["lin"].storage.rows["kept"].keys() == {first, second}
    world.settle()


class ReplaysByTheClock(Phone):
    """Believes its clock was never set back."""

    def place(self, row: Row) -> int:
        op = parse(row.jws)
        return op.at if op else 0


@pytest.mark.parametrize(("phone_class", "shown"), [(Phone, True), (ReplaysByTheClock, False)])
def test_a_clock_set_back_hides_nothing_that_was_written_after_it(server, phone_class, shown):
    """K4. The control orders its own ops by their hour and must be caught."""
    world = World(server, phone_class)
    entry, doc = say(world, "lin", "entry.logged", ENTRY)
    world.phones["lin"].skew = -2 * DAY_MS
    say(world, "lin", "entry.revised", {**ENTRY, "end": 590}, doc, entry)
    if shown:
        world.check()
        world.settle()
        return
    with pytest.raises(AssertionError, match="K4"):
        world.check()


def test_an_op_that_makes_the_server_fail_is_set_aside_and_the_others_pass(world):
    bad, _ = say(world, "lin", "note.added", {"text": "坏", "about": None})
    good = [say(world, "lin", "note.added", {"text": "好", "about": None})[0] for _ in range(6)]
    tab = world.tabs["lin"][0]
    for _ in range(40):
        ids = tab.question(world.server.now, 500).ids
        world.exchange("lin", "500_before" if bad in ids else "ok")
    assert words(world, "lin") == {bad: "stuck"}
    assert set(good) <= world.phones["lin"].storage.rows["kept"].keys()
    world.server.now += DAY_MS
    world.settle()
    assert bad in world.phones["lin"].storage.rows["kept"]


def test_a_phone_carries_for_one_who_never_comes_online(world):
    """S9, K9, K12: the mentor's phone brings the entry and his sign-off, sign-off first; the author hears of it later."""
    world.sync("zhou")
    entry, doc = say(world, "lin", "entry.logged", ENTRY)
    assert world.carry("lin", "zhou") == 1
    seal, _ = say(world, "zhou", "entry.signed", signed(45), doc, entry)
    assert world.carry("zhou", "lin") == 2
    jws = world.made[seal]
    asked = {"v": 1, "epoch": "epoch-0", "have": {}, "ops": [jws], "limit": 1}
    first = json.loads(world.server.exchange(LIN, json.dumps(asked).encode()).body)
    assert first["verdicts"][seal] == {"as": "held", "needs": [entry]}
    world.sync("zhou")
    assert world.server.documents(LINS_BOOK)[doc]["state"] == "signed"
    world.settle()
    assert words(world, "lin") == words(world, "zhou") == {}


def test_every_phone_of_the_cast_is_in_the_story(world):
    assert world.phones.keys() == PHONES.keys()
    for name in PHONES:
        world.write(name, "right", 3)
    world.settle()
