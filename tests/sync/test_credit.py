"""Which minutes count: the worked examples, whatever order their entries came in."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.credit import Piece, Share, covers, credit_day, credit_plan, lessons_tenths, nights, pieces_of
from sync.errors import Refusal
from sync.reduce import reduce
from sync.rules import Facts, check
from vectors.cast import DAY, MENTOR, PLAN, op_of, payload
from vectors.credited import FIXTURE, at_the_base, entry_body, entry_id
from vectors.make import kept

CREDIT = kept("credit")
FIXTURE_DAY = CREDIT["day"]
FIRST, LAST = "2025-09-01", "2026-08-31"
EXPECTED = {name: Share(share["minutes"], tuple(share["flags"])) for name, share in FIXTURE_DAY["shares"].items()}


def of_json(shares: dict) -> dict:
    return {name: Share(share["minutes"], tuple(share["flags"])) for name, share in shares.items()}


def shares_of(docs: dict) -> dict:
    return credit_day(pieces_of(docs, DAY), DAY, PLAN, FIRST, LAST)


def test_the_day_of_the_example_counts_480_minutes():
    shares = shares_of(FIXTURE_DAY["docs"])
    assert shares == EXPECTED
    total = sum(share.minutes for share in shares.values())
    assert (total, lessons_tenths(total, 45)) == (480, 106)
    by_module: Counter[str] = Counter()
    for name, share in shares.items():
        by_module[FIXTURE_DAY["docs"][name]["content"]["module"]] += share.minutes
    assert {code: [minutes, lessons_tenths(minutes, 45)] for code, minutes in by_module.items()} == FIXTURE_DAY[
        "modules"
    ]


@pytest.mark.parametrize("case", CREDIT["seen"], ids=lambda case: case["name"])
def test_whom_his_trainer_saw_was_there(case):
    [share] = shares_of(case["docs"]).values()
    assert share == Share(case["minutes"], tuple(case["flags"]))


def test_the_order_in_which_the_entries_arrive_changes_nothing():
    story = at_the_base()
    pairs = []
    for name, start, end, code, place_kind, *_ in FIXTURE:
        body = entry_body(start, end, code, place_kind)
        logged = op_of(payload("entry.logged", name, doc=entry_id(name), change=body))
        sealed = payload(
            "entry.signed", name, doc=entry_id(name), by=MENTOR, of=logged.id, change={"minutes": end - start}
        )
        pairs.append((logged, op_of(sealed)))
    orders = 0
    for order in itertools.permutations(pairs):
        docs, accepted = dict(story.docs), frozenset(story.known)
        for op in itertools.chain.from_iterable(order):
            assert check(docs, op, Facts(accepted=accepted)) is None
            docs.update(reduce(docs, op))
            accepted |= {op.id}
        assert shares_of(docs) == EXPECTED
        orders += 1
    assert orders == 720


def test_an_entry_sent_twice_counts_once():
    story = at_the_base()
    logged = op_of(payload("entry.logged", "E2", doc=entry_id("E2"), change={"start": 600, "end": 720}))
    story.docs.update(reduce(story.docs, logged))
    assert check(story.docs, logged, Facts()) == Refusal("document_exists")
    assert reduce(story.docs, logged) == {}
    assert len(pieces_of(story.docs, DAY)) == 1


@pytest.mark.parametrize("case", CREDIT["days"], ids=lambda case: case["name"])
def test_a_small_day(case):
    pieces = [Piece(**piece) for piece in case["pieces"]]
    for order in itertools.permutations(pieces):
        assert credit_day(order, case["day"], case["plan"], FIRST, LAST) == of_json(case["shares"])


def test_every_flag_is_among_the_small_days():
    flags = {flag for case in CREDIT["days"] for share in case["shares"].values() for flag in share["flags"]}
    assert flags == {
        "NOT_SIGNED", "OUTSIDE", "CLOSED_DAY", "NO_MODULE", "NO_CHECK_IN", "OVERLAP", "NIGHT", "LOWERED", "DAY_CAP"
    }  # fmt: skip


def test_the_year_of_the_example_credits_600_of_615_lessons():
    year = CREDIT["year"]
    lost: Counter[str] = Counter()
    rows = []
    for day in {piece["day"] for piece in year["pieces"]}:
        pieces = [Piece(**{n: v for n, v in p.items() if n != "day"}) for p in year["pieces"] if p["day"] == day]
        shares = credit_day(pieces, day, year["plan"], year["first"], year["last"])
        for piece in pieces:
            rows.append((day, piece.id, piece.module, piece.place_kind, shares[piece.id].minutes))
            lost.update(dict.fromkeys(shares[piece.id].flags, piece.end - piece.start - shares[piece.id].minutes))
    assert sum(piece["end"] - piece["start"] for piece in year["pieces"]) == year["claimed"] == 615 * 45
    assert lost == year["lost"]
    table = credit_plan(rows, year["plan"])
    assert table == credit_plan(reversed(rows), year["plan"]) == year["table"]
    assert table["modules"]["M2"]["over_online"] + lost.total() == 15 * 45
    assert lessons_tenths(table["credited"], 45) == 6000


@pytest.mark.parametrize("case", CREDIT["plans"], ids=lambda case: case["name"])
def test_what_a_plan_is_short_of(case):
    assert credit_plan(map(tuple, case["days"]), case["plan"]) == case["table"]


@pytest.mark.parametrize(("minutes", "lesson", "tenths"), CREDIT["tenths"])
def test_lessons_are_rounded_down(minutes, lesson, tenths):
    assert lessons_tenths(minutes, lesson) == tenths


@pytest.mark.parametrize(("start", "end", "entry_start", "entry_end", "covered"), CREDIT["covers"])
def test_a_check_in_covers_an_entry_from_its_first_to_its_last_minute(start, end, entry_start, entry_end, covered):
    presence = {"kind": "presence", "day": DAY, "start": start, "end": end}
    entry = {"day": DAY, "start": entry_start, "end": entry_end}
    assert covers(presence, entry) is covered
    assert not covers(presence, {**entry, "day": "2026-03-19"})
    assert not covers({**presence, "kind": "note"}, entry)


def test_a_night_may_cross_midnight_lie_in_one_day_or_not_be():
    assert nights(1320, 360) == [(0, 360), (1320, 1440)]
    assert nights(60, 120) == [(60, 120)]
    assert nights(5, 5) == []


def pieces() -> st.SearchStrategy[Piece]:
    def make(at: int, start: int, length: int, minutes: int | None, base: bool) -> Piece:
        confirmed = None if minutes is None else min(minutes, length)
        return Piece(f"p{at}", start, start + length, 0, "M3", "base" if base else "post", confirmed, base)

    whole = st.sampled_from((1, 30, 60, 90, 300))
    starts, confirmed = st.sampled_from((0, 330, 480, 500, 600, 1300)), st.sampled_from((None, 0, 30, 60, 300))
    return st.builds(make, st.integers(0, 10**6), starts, whole, confirmed, st.booleans())


@settings(deadline=None)
@given(st.lists(pieces(), max_size=6, unique_by=lambda piece: piece.id), st.randoms(use_true_random=False))
def test_no_order_changes_a_day_and_no_day_exceeds_its_cap(given, chance):
    shares = credit_day(given, DAY, PLAN, FIRST, LAST)
    turned = list(given)
    chance.shuffle(turned)
    assert credit_day(turned, DAY, PLAN, FIRST, LAST) == shares
    assert 0 <= sum(share.minutes for share in shares.values()) <= 480
    for piece in given:
        share = shares[piece.id]
        assert 0 <= share.minutes <= (piece.minutes or 0)
        assert bool(share.flags) == (share.minutes < piece.end - piece.start)
