"""The table of kinds and the check of a body against its row."""

from __future__ import annotations

import datetime

import pytest

from sync.kinds import KINDS, PATTERNS, TABLE, fields_of, is_day, is_id
from vectors.cast import BODIES, ENTRY_BODY, RESULT_BODY, digest, uuid


@pytest.mark.parametrize("kind", KINDS)
def test_a_usual_body_of_each_kind_holds(kind):
    assert fields_of(kind, BODIES[kind]) == BODIES[kind]


def test_there_is_a_usual_body_for_every_kind():
    assert set(BODIES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_without_a_field_it_needs_does_not_hold(kind):
    for name, _, presence in KINDS[kind].fields:
        body = {n: given for n, given in BODIES[kind].items() if n != name}
        expected = {"needed": None, "optional": {**body, name: None}, "later": body}[presence]
        assert fields_of(kind, body) == expected, name


def test_a_field_added_later_leaves_no_trace_where_it_is_absent():
    kept = fields_of("result.claimed", RESULT_BODY)
    assert kept == RESULT_BODY == fields_of("result.claimed", {**RESULT_BODY, "coach": None})
    assert fields_of("result.claimed", {**RESULT_BODY, "coach": "周国强"}) == {**RESULT_BODY, "coach": "周国强"}
    assert fields_of("result.claimed", {**RESULT_BODY, "team": "choir"}) is None


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_takes_what_is_not_its_kind(kind):
    for name, _, _ in KINDS[kind].fields:
        for wrong in (1.5, object(), b"", {"a": 1}, "\0", -(10**9)):
            assert fields_of(kind, {**BODIES[kind], name: wrong}) is None, name


def test_an_unknown_kind_has_no_fields():
    assert fields_of("entry.sung", {}) is None


def test_fields_of_a_newer_app_are_passed_over():
    assert fields_of("entry.logged", {**ENTRY_BODY, "mood": "good"}) == ENTRY_BODY


@pytest.mark.parametrize(
    ("name", "given", "holds"),
    [
        ("start", 0, True), ("start", 1439, True), ("start", 1440, False), ("start", -1, False), ("start", True, False),
        ("end", 0, False), ("end", 1440, True), ("text", "", True), ("text", "🔧" * 500, True), ("text", "🔧" * 501, False),
        ("text", "a\r", False), ("text", "a\tb\n", True), ("text", "\x1f", False), ("photos", [digest(n) for n in "abcdef"], True),
        ("photos", [digest(n) for n in "abcdefg"], False), ("photos", [digest("a")] * 2, False), ("photos", (digest("a"),), False),
        ("module", "a" * 64, True), ("module", "a" * 65, False), ("module", "", False), ("module", "M3\n", False), ("module", "中", False),
        ("presence", uuid(1).upper(), True), ("presence", uuid(0xA).replace("0", "A"), False), ("presence", uuid(1) + "\n", False),
    ],
)  # fmt: skip
def test_the_edges_of_a_field(name, given, holds):
    assert (fields_of("entry.logged", {**ENTRY_BODY, name: given}) is not None) == holds


@pytest.mark.parametrize(
    ("field", "given", "holds"),
    [
        ("closed_days", [], True), ("closed_days", ["2026-01-01", "2026-01-01"], False), ("closed_days", ["2026-02-30"], False),
        ("modules", BODIES["plan.set"]["modules"] * 6, False), ("modules", [{**BODIES["plan.set"]["modules"][0], "more": 1}], False),
        ("rules", {**BODIES["plan.set"]["rules"], "base_check_in": 1}, False), ("places", [], True), ("places", None, False),
    ],
)  # fmt: skip
def test_the_edges_of_a_list_and_a_record(field, given, holds):
    assert (fields_of("plan.set", {**BODIES["plan.set"], field: given}) is not None) == holds


def test_a_day_is_one_the_calendar_of_this_century_has():
    for year in range(2000, 2100):
        for month in range(14):
            for day in range(33):
                text = f"{year}-{month:02d}-{day:02d}"
                try:
                    datetime.date(year, month, day)
                    known = True
                except ValueError:
                    known = False
                assert is_day(text) == known, text


@pytest.mark.parametrize(
    "text", ["", "2026-3-18", "1999-12-31", "2100-01-01", "2026-03-18 ", "２０26-03-18", "2026/03/18"]
)
def test_what_only_looks_like_a_day_is_none(text):
    assert not is_day(text)


@pytest.mark.parametrize("name", PATTERNS)
def test_an_id_ends_where_it_ends(name):
    good = {"id": "a", "uuid": uuid(1), "hash": digest("a"), "month": "2026-03"}[name]
    assert is_id(name, good)
    for wrong in (good + "\n", "\n" + good, good + " ", "", None, 5, [good]):
        assert not is_id(name, wrong)


def test_the_table_says_of_every_kind_who_where_and_whether():
    for name, row in TABLE["kinds"].items():
        assert set(row) - {"also"} == {"head", "concerns", "by", "from", "to", "of", "month", "body"}, name
        assert row["of"] in ("none", "any", "current") and row["month"] in ("any", "open", "locked"), name
