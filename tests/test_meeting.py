"""Two phones have met without a network and hold each other's words. Whoever brings them, and in whatever order: the books end the
same (S9), every word is there once and byte for byte as it was signed (K12), and a phone that is lost takes nothing with it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from server.services.books import custody, intake, openbook
from sync.errors import Refusal
from sync.op import loose_id
from worlds.cast import key
from worlds.meeting import ARRIVALS, BOOK, FIRST, SECOND, Meeting
from worlds.phone import Phone
from worlds.server import Server

TMPFS = Path("/dev/shm")
# of the 5,040 orders of the single words every 35th is gone through, all of them in a long trial
STEP = 1 if os.environ.get("JIANGJI_SOAK") else 35
GROUPS = tuple(ARRIVALS)
WORDS = tuple(word for words in ARRIVALS.values() for word in words)
Order = Sequence[tuple[str, str]]
SIGNED = {"minutes": 60, "how": "scan", "note": None, "scores": []}


@pytest.fixture(scope="module")
def make_meeting() -> Iterator[Callable[..., Meeting]]:
    """The same meeting again and again, in memory where the machine has such a place."""
    with TemporaryDirectory(prefix="jiangji-meeting-", dir=TMPFS if TMPFS.is_dir() else None) as name:
        server = Server(Path(name), doors=True)
        first = Meeting(server)
        yield first.again


def in_groups() -> Iterator[Order]:
    """Every order of the four, each brought by either phone."""
    for order in permutations(GROUPS):
        for carriers in product(("lin", "zhou"), repeat=len(GROUPS)):
            pairs = zip(order, carriers, strict=True)
            yield [(word, carrier) for group, carrier in pairs for word in ARRIVALS[group]]


def one_by_one() -> Iterator[Order]:
    """Orders of the single words; who brings which changes from order to order, so that each comes by each in each place."""
    for number, order in enumerate(permutations(WORDS)):
        if number % STEP == 0:
            yield [(word, ("lin", "zhou")[(number >> place) & 1]) for place, word in enumerate(order)]


def test_the_orders_are_all_orders() -> None:
    assert len({tuple(order) for order in in_groups()}) == 24 * 16
    orders = {tuple(order) for order in one_by_one()}
    assert len(orders) == 5040 // STEP
    assert len({(place, *arrival) for order in orders for place, arrival in enumerate(order)}) == 7 * 7 * 2


Make = Callable[..., Meeting]


def go_through(make_meeting: Make, orders: Iterator[Order]) -> dict[str, Any]:
    """The documents all of them end in."""
    ends = {}
    for order in orders:
        meeting = make_meeting()
        for word, carrier in order:
            meeting.bring(carrier, word)
        ends[json.dumps(meeting.settle(), sort_keys=True, ensure_ascii=False)] = order
    assert len(ends) == 1, "S9: " + " / ".join(f"{order}" for order in ends.values())
    end: dict[str, Any] = json.loads(next(iter(ends)))
    return end


@pytest.mark.parametrize("orders", [in_groups, one_by_one])
def test_every_order_of_arrival_by_either_carrier_ends_in_the_same_documents(make_meeting: Make, orders) -> None:
    end = go_through(make_meeting, orders())
    states = {doc["id"]: doc["state"] for doc in end.values() if doc["kind"] in ("entry", "presence")}
    assert sorted(states.values()) == ["out", "out", "returned", "signed"] and states[FIRST] == "signed"
    assert [proof["word"] for doc in end.values() for proof in doc.get("proofs", ())] == ["good", "good"]


def test_what_a_code_is_worth_does_not_depend_on_when_its_session_and_the_worker_came(make_meeting: Make) -> None:
    """The base's session may be the last of all to arrive; who waited for it is looked at again by the worker."""
    ends = {}
    for order in permutations(("in", "out", "opened", "worker")):
        meeting = make_meeting(session=False)
        for what in order:
            meeting.work() if what == "worker" else meeting.bring("zhou" if what == "opened" else "lin", what)
        meeting.work()
        ends[json.dumps(meeting.settle(), sort_keys=True)] = order
    assert len(ends) == 1, "S9: " + " / ".join(f"{order}" for order in ends.values())


def refuse_by_the_carrier(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes whoever brings a word for its author."""
    whole = Server.exchange

    carriers: list[str] = []

    def exchange(self, person, raw):
        carriers.append(person)
        return whole(self, person, raw)

    def device(op, sender):
        return None if sender.status == "server" or op.by == carriers[-1] else Refusal("not_your_device")

    monkeypatch.setattr(Server, "exchange", exchange)
    monkeypatch.setattr(openbook, "_device", device)


def refuse_what_is_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does not hold what names something that has not come."""
    whole = openbook.check

    def check(*given):
        refusal = whole(*given)
        return Refusal("no_such_document") if refusal and refusal.verdict == "held" else refusal

    monkeypatch.setattr(openbook, "check", check)


def ask_for_the_presence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an entry says of its presence counts only if that was there before it."""
    whole = openbook.reduce

    def reduce(docs, op):
        known = docs.keys() | {None}
        return {
            name: {**doc, "content": {**doc["content"], "presence": None}}
            if doc["kind"] == "entry" and doc["content"]["presence"] not in known
            else doc
            for name, doc in whole(docs, op).items()
        }

    monkeypatch.setattr(openbook, "reduce", reduce)


def write_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps what a word says, not its bytes."""
    whole = intake._row
    monkeypatch.setattr(intake, "_row", lambda *given: whole(*given)._replace(jws="."))


@pytest.mark.parametrize(
    ("fault", "law"),
    [(refuse_by_the_carrier, "S9|K5|K12"), (refuse_what_is_early, "S9|K12"), (ask_for_the_presence, "S9|S11"), (write_anew, "K12")],
)
def test_it_catches_a_server_that(fault, law: str, make_meeting: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    with pytest.raises(AssertionError, match=law):
        go_through(make_meeting, in_groups())


# --- the lost phone --------------------------------------------------------------------------------------------------


def decide(meeting: Meeting, decided: str, *words: str) -> list[str]:
    with meeting.server.inside():
        return [custody.decide(loose_id(meeting.words[word]), decided, "login15", "second", meeting.server.now)["as"] for word in words]


def test_the_masters_phone_is_destroyed_and_the_apprentices_brings_everything(make_meeting: Make) -> None:
    usual, meeting = make_meeting().settle(), make_meeting()
    meeting.sync("lin")
    seen = meeting.phones["lin"].view(BOOK)
    assert (seen[FIRST]["state"], seen[SECOND]["state"]) == ("signed", "returned")
    meeting.server.end_device(meeting.phones["zhou"].device, meeting.phones["zhou"].person, "lost")
    # what a finder still makes of the old phone, dated before it was lost, waits for two people; what was there before stays
    late = meeting.write_late("zhou", "entry.signed", SECOND, SIGNED, "second")
    assert meeting.bring("zhou", late) == {late: {"as": "quarantined", "word": "device_lost"}}
    assert meeting.bring("zhou", "signed", "returned") == meeting.bring("lin", "signed", "returned")
    assert meeting.documents() == usual
    assert decide(meeting, "refused", late) == ["refused"] and meeting.documents() == usual
    # and he goes on with a phone of a new key
    meeting.phones["zhou"] = Phone("zhou", meeting.phones["zhou"].person, key(88))
    assert meeting.server.enrol(meeting.phones["zhou"].person, key(88), "new")
    meeting.sync("zhou")
    again = meeting.write_late("zhou", "entry.signed", SECOND, SIGNED, "second")
    assert meeting.bring("zhou", again)[again]["as"] == "accepted"


def test_the_apprentices_phone_is_destroyed_and_the_masters_brings_everything(make_meeting: Make) -> None:
    usual, meeting = make_meeting().settle(), make_meeting()
    meeting.sync("zhou")
    assert meeting.documents() == usual, "nothing of his was only on the phone he lost"


def test_a_phone_reported_lost_before_anybody_was_online_leaves_its_words_to_two_people(make_meeting: Make) -> None:
    """Late and forged look the same; what the apprentice carries for his master is not lost for that."""
    usual, meeting = make_meeting().settle(), make_meeting()
    meeting.server.end_device(meeting.phones["zhou"].device, meeting.phones["zhou"].person, "lost")
    assert {verdict["as"] for verdict in meeting.bring("lin", "in", "out", "first", "second").values()} == {"accepted"}
    told = meeting.bring("lin", "signed", "seen", "returned")
    assert told == dict.fromkeys(("signed", "seen", "returned"), {"as": "quarantined", "word": "device_lost"})
    assert {doc["state"] for doc in meeting.documents().values() if doc["kind"] == "entry"} == {"logged"}
    assert decide(meeting, "let_in", "signed", "seen", "returned") == ["accepted"] * 3
    assert meeting.documents() == usual


def test_a_phone_that_was_only_retired_is_told_no_and_takes_nothing_back(make_meeting: Make) -> None:
    usual, meeting = make_meeting().settle(), make_meeting()
    meeting.sync("lin")
    meeting.server.end_device(meeting.phones["zhou"].device, meeting.phones["zhou"].person, "retired")
    late = meeting.write_late("zhou", "entry.signed", SECOND, SIGNED, "second")
    assert meeting.bring("zhou", late) == {late: {"as": "refused", "word": "device_retired"}}
    assert meeting.documents() == usual
