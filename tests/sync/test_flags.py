"""Flags as pure functions: each finds what it is for and lets the ordinary pass. What they find among many people is told by the cohorts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.flags import between, own, roster, signing
from sync.flags.between import Trace
from sync.flags.prints import bands_of, likeness, print_of, shingles
from sync.flags.table import DEFAULTS, FLAGS, MEASURED, VERSION, params_of
from sync.flags.values import DAY, MINUTE, Given, Line

NOON = 1_772_337_600_000  # 2026-03-01 12:00 in Shanghai
LINE = Line("b", "e", "p", "2026-03-02", 480, 720, 240, "", (), False, None, NOON, NOON, NOON, True)
SEAL = Given("o", "b", "e", "m", NOON, "d", "2026-03-02", 240, True)
TEXT = "在码垛线末端更换了真空吸盘并重新标定抓取点，共 12 件，首检一次通过，下周争取独立开机。"


def lines(count: int, **changed: object) -> list[Line]:
    """A line a day from the 2nd of March on, written that evening."""
    return [
        replace(LINE, entry=f"e{n:03}", day=f"2026-03-{n + 2:02}", written_at=NOON + (n + 1) * DAY + 8 * 60 * MINUTE, **changed)
        for n in range(count)
    ]  # fmt: skip


def seals(*moments: int) -> list[Given]:
    return [replace(SEAL, op=f"o{n:03}", entry=f"e{n:03}", at=NOON + at) for n, at in enumerate(moments)]


def words(found) -> list[str]:
    return [one.flag for one in found]


def test_every_flag_says_what_it_looks_at_and_was_measured():
    assert len(FLAGS) >= 20
    assert {flag.looks_at for flag in FLAGS.values()} == {"hours", "signing", "presence", "texts", "roster"}
    assert MEASURED["version"] == VERSION and set(MEASURED["permille"]) == {*FLAGS, "any"}
    assert MEASURED["honest"] >= 36 and MEASURED["each"] >= 6


def test_a_rule_sets_own_thresholds_go_before_the_samples():
    assert params_of({"burst_most": 30, "fast_seconds": "3", "no_such": 1, "own_least": -1, "other_least": True}) == {**DEFAULTS, "burst_most": 30}
    assert params_of(None) == DEFAULTS


def test_equal_minutes_all_month_are_found_and_a_changing_day_is_not():
    same = lines(20)
    assert words(own.find_same_minutes(same, DEFAULTS)) == ["same_minutes"]
    other = [replace(line, end=line.end + 5 * (n % 3)) for n, line in enumerate(same)]
    assert own.find_same_minutes(other, DEFAULTS) == [] and own.find_same_minutes(same[:14], DEFAULTS) == []


def test_nobody_is_there_every_working_day_for_months():
    params = {**DEFAULTS, "absence_days": 20}
    weekdays = [line for line in lines(29) if own._is_working(own.day_number(line.day))]
    assert len(weekdays) == 21
    [found] = own.find_no_absence(weekdays, (), params)
    assert found.detail == {"days": 21}
    assert own.find_no_absence([*weekdays[:10], *weekdays[11:]], (), params) == []
    [across] = own.find_no_absence([*weekdays[:10], *weekdays[11:]], (weekdays[10].day,), params)
    assert across.detail == {"days": 20}, "a closed day is no absence"


def test_nights_and_closed_days_are_told_by_the_plan():
    late = [replace(LINE, start=1300, end=1330)]
    assert words(own.find_nights(late, 1320, 360)) == ["night"] and own.find_nights([LINE], 1320, 360) == []
    assert words(own.find_closed_days([LINE], {"2026-03-02"})) == ["closed_day"] and own.find_closed_days([LINE], {"2026-03-03"}) == []


def test_a_day_no_agreement_or_insurance_covers_is_told_where_any_is_registered():
    covered = own.Term("2026-03-01", "2026-08-31", "2026-03-01", "2026-08-31")
    assert own.find_outside([LINE], []) == [] == own.find_outside([LINE], [covered])
    assert own.find_outside([LINE], [covered._replace(first="2026-03-03")])[0].detail == {"bare": 1, "risky": 0}
    assert own.find_outside([LINE], [covered._replace(insured_to="2026-03-01")])[0].detail == {"bare": 0, "risky": 1}
    assert own.find_outside([LINE], [covered._replace(insured_from=None, insured_to=None)]) == [], "an insurance nobody entered is none"


@pytest.mark.parametrize(("find", "word", "late"), [
    (own.find_late_written, "late_written", {"written_at": NOON + 40 * DAY}),
    (own.find_late_sent, "late_sent", {"sent_at": NOON + 40 * DAY}),
    (own.find_clock_back, "clock_back", {"seen": NOON + 40 * DAY}),
])  # fmt: skip
def test_what_was_written_sent_or_dated_otherwise_is_found(find, word, late):
    ordinary = [replace(line, seen=line.written_at - MINUTE, sent_at=line.written_at) for line in lines(12)]
    assert find(ordinary, DEFAULTS) == []
    assert words(find([replace(line, **late) for line in ordinary], DEFAULTS)) == [word]


def test_a_clock_a_little_slow_is_nobodys_fault():
    slow = [replace(line, seen=line.written_at + 20 * MINUTE) for line in lines(12)]
    assert own.find_clock_back(slow, DEFAULTS) == []


def test_more_than_twenty_in_ten_minutes_is_a_burst():
    late = 10 * DAY
    assert words(signing.find_bursts(seals(*range(late, late + 21 * 20_000, 20_000)), DEFAULTS)) == ["burst"]
    assert signing.find_bursts(seals(*range(late, late + 21 * 31_000, 31_000)), DEFAULTS) == []
    assert words(signing.find_bursts(seals(*range(0, 21 * 4_000, 4_000)), DEFAULTS)) == ["burst"], "hardly looked at, and of today"
    [run] = signing.find_bursts(seals(*range(late, late + 60 * 10_000, 10_000)), DEFAULTS)
    assert run.detail["count"] == 60 and len(run.entries) == 60


def test_who_signs_the_weeks_hours_on_its_last_day_one_by_one_is_no_burst():
    week = seals(*range(4 * DAY, 4 * DAY + 30 * 15_000, 15_000))
    assert signing.find_bursts(week, DEFAULTS) == []
    back = [replace(seal, day="2026-02-02") for seal in week]
    assert signing.find_bursts([*back[:15], *week[15:]], DEFAULTS) == [], "half of them of somebody whose phone was away"
    assert words(signing.find_bursts([*back[:16], *week[16:]], DEFAULTS)) == ["burst"]


def test_time_to_look_is_measured_from_the_tap_before():
    assert words(signing.find_fast(seals(0, 2000, 4000, 6000, 8000, 10_000), DEFAULTS)) == ["fast"]
    assert signing.find_fast(seals(0, 4000, 8000, 12_000, 16_000, 20_000), DEFAULTS) == []
    first_tap = seals(0, 0, 0, 0, 0, 0)
    assert signing.find_fast(first_tap, DEFAULTS) == [], "of the first batch nobody can tell how long it was looked at"
    assert words(signing.find_fast(seals(0, *[15_000] * 6), DEFAULTS)) == ["fast"]
    assert signing.find_fast(seals(0, *[20_000] * 6), DEFAULTS) == []


def test_a_young_key_counts_only_for_whoever_signed_before():
    young = seals(*range(0, 6 * DAY, DAY))
    assert words(signing.find_young_keys(young, NOON, NOON - 60 * DAY, DEFAULTS)) == ["young_key"]
    assert signing.find_young_keys(young, NOON, NOON, DEFAULTS) == []
    assert signing.find_young_keys(young, NOON - 14 * DAY, NOON - 60 * DAY, DEFAULTS) == []


def test_hours_a_head_are_compared_with_peers_and_small_differences_are_none():
    peers = {f"m{n}": (6000 + 60 * n, 6) for n in range(7)}
    assert signing.outlying(peers, DEFAULTS) == {}
    assert list(signing.outlying({**peers, "far": (9000, 6)}, DEFAULTS)) == ["far"]
    assert signing.outlying({"a": (1, 1), "far": (9000, 6)}, DEFAULTS) == {}, "two are no peers"


def test_a_mentor_may_have_eight():
    assert signing.find_load("m", [f"b{n}" for n in range(8)], "2026-03-02", DEFAULTS) == []
    assert signing.find_load("m", [f"b{n}" for n in range(9)], "2026-03-02", DEFAULTS)[0].detail == {"count": 9, "most": 8}


def test_texts_that_are_nearly_the_same_find_each_other():
    copy, other = TEXT.replace("12", "14").replace("下周", "下月"), "在数控车床练习对刀，刃磨外圆车刀三把，试切后表面粗糙度达到要求，记录了检验数据。"
    one, two, three = (shingles(text) for text in (TEXT, copy, other))
    assert likeness(one, two) > 700 > 200 > likeness(one, three)
    assert likeness(one, one) == 1000 and len(bands_of(one)) == 8 and bands_of(one) == bands_of(shingles(TEXT + "！"))
    assert set(bands_of(one)) & set(bands_of(two)) and not set(bands_of(one)) & set(bands_of(three))
    assert print_of("设备点检，打扫卫生。", 20) is None and bands_of(frozenset()) == []


def test_own_copies_count_by_the_month():
    texts = [replace(line, text=TEXT) for line in lines(10)]
    prints = {line.entry: print_of(line.text, 20) for line in texts}
    assert words(own.find_own_copies(texts, prints, DEFAULTS)) == ["copy_own"]
    assert own.find_own_copies(texts[:6], prints, DEFAULTS) == [], "five of six are fewer than six"


def test_copies_between_two_people_are_no_accident_from_four_on():
    pairs = [(Trace("a", f"x{n}", "p", "2026-03-02"), Trace("b", f"y{n}", "q", "2026-03-02"), 900) for n in range(4)]
    [found] = between.find_copies(pairs, DEFAULTS)
    assert (found.person, found.about, found.detail) == ("p", "q", {"count": 4, "permille": 900})
    assert between.find_copies(pairs[:3], DEFAULTS) == []
    assert between.find_copies([(one, other, 800) for one, other, _ in pairs], DEFAULTS) == []
    stock = [(pairs[0][0], other, 1000) for _, other, _ in pairs]
    assert between.find_copies(stock, DEFAULTS) == [], "one text of theirs is one, however many are like it"


def test_one_person_in_two_places_at_once():
    here, there = Trace("a", "x", "p", "2026-03-02", 480, 600), Trace("b", "y", "p", "2026-03-02", 540, 700)
    [found] = between.find_overlaps([here, there])
    assert found.minutes == 60 and found.entries == (("a", "x"), ("b", "y"))
    assert between.find_overlaps([here, replace(there, start=600)]) == []
    [found] = between.find_overlaps([here, replace(there, book="a")])
    assert (found.minutes, found.detail["books"]) == (60, 1), "in one book as well: the credit of the day lets one of the two count"


def test_one_photo_of_several_people_or_days():
    mine = Trace("a", "x", "p", "2026-03-02")
    assert between.find_same_photo("s", [mine, replace(mine, entry="z")]) == []
    assert words(between.find_same_photo("s", [mine, replace(mine, entry="z", day="2026-03-03")])) == ["same_photo"]
    assert between.find_same_photo("s", [mine, Trace("b", "y", "q", "2026-03-02")])[0].about == "q"


def test_one_sitting_is_many_days_of_nearly_all():
    pairs = [(Trace("a", f"x{n}", "p", f"2026-03-{n + 2:02}"), Trace("b", f"y{n}", "q", f"2026-03-{n + 2:02}")) for n in range(8)]
    assert words(between.find_one_sitting(pairs, {"a": 10, "b": 9}, DEFAULTS)) == ["one_sitting"]
    assert between.find_one_sitting(pairs, {"a": 40, "b": 38}, DEFAULTS) == []
    assert between.find_one_sitting(pairs[:5], {"a": 5, "b": 5}, DEFAULTS) == []


def test_whoever_is_written_in_afterwards_makes_old_entries_count():
    late = roster.Edit("op", "joined", "m", "mentor", "2026-03-01", NOON + 45 * DAY)
    signed = [replace(SEAL, by="m")]
    assert words(roster.find_roster_edits("b", [late], [], [], signed, DEFAULTS)) == ["roster_edit"]
    in_time = late._replace(at=NOON)
    assert roster.find_roster_edits("b", [in_time], [], [], signed, DEFAULTS) == []
    soon = late._replace(at=NOON + 3 * DAY)
    assert roster.find_roster_edits("b", [soon], [], [], signed, DEFAULTS) == []
    assert words(roster.find_roster_edits("b", [soon], [NOON + 5 * DAY], [], signed, DEFAULTS)) == ["roster_edit"]


def test_a_roll_that_was_called_without_him():
    docs = {f"p{n}": {"id": f"p{n}", "kind": "presence", "state": "out", "by": "p", "day": f"2026-03-{n + 2:02}", "start": 480,
                      "end": 720, "code": "c", "proofs": [{"side": "in", "word": "good", "session": f"s{n}"}]} for n in range(6)}  # fmt: skip
    named = [replace(line, presence=f"p{n}") for n, line in enumerate(lines(6))]
    away = {f"s{n}": {"kind": "session", "state": "closed", "seen": [{"book": "x", "person": "x"}]} for n in range(6)}
    assert words(own.find_unlisted(named, docs, away, DEFAULTS)) == ["unlisted"]
    there = {key: {**session, "seen": [{"book": "b", "person": "p"}]} for key, session in away.items()}
    assert own.find_unlisted(named, docs, there, DEFAULTS) == []
    nobody = {key: {**session, "seen": []} for key, session in away.items()}
    assert own.find_unlisted(named, docs, nobody, DEFAULTS) == [], "a roll nobody called says nothing"
