"""How well an entry is evidenced: the worked examples, and what must be so whatever comes."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest

from sync.evidence import ASK, FACTS, GRADES, PARAMS, TABLE, Evidence, day_number, evidence_of
from vectors.evidenced import DAYS
from vectors.make import kept

CASES = kept("evidence")["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_an_entry_has_the_grade_and_the_reasons_the_vector_says(case):
    told = case["evidence"]
    lacks = tuple(tuple(words) for words in told["lacks"])
    expected = Evidence(told["grade"], tuple(told["has"]), told["next"], lacks)
    assert evidence_of(case["entry"], case["book"], case["presences"]) == expected


def test_every_grade_and_every_word_has_an_example():
    found = {word for case in CASES for word in case["evidence"]["has"]}
    found |= {word for case in CASES for words in case["evidence"]["lacks"] for word in words}
    never = {"not_signed_yet"}  # said of what no seal is on; that the grade below already asks for
    assert found == {word for words in FACTS.values() for word in words.values()} - never
    assert {case["evidence"]["grade"] for case in CASES} == set("ABCD")


def test_the_table_asks_for_facts_that_are_looked_at_and_calls_each_by_its_own_word():
    asked = {name for row in GRADES for names in row["needs"] for name in names}
    assert asked <= set(ASK) == set(FACTS)
    words = [word for said in FACTS.values() for word in said.values()]
    assert len(set(words)) == len(words)
    assert all("yes" in said for said in FACTS.values())
    assert [row["grade"] for row in GRADES] == ["D", "C", "B", "A"] and GRADES[0]["needs"] == []
    assert TABLE["status"] == "示例", "until a college has set them, thresholds are an example"
    assert all(type(given) is int and given > 0 for given in PARAMS.values())


def test_what_a_grade_needs_the_next_one_needs_as_well():
    """Each need of the lower grade is met by whatever meets some need of the higher one: no evidence lifts an entry past a grade."""
    for lower, higher in pairwise(GRADES):
        for names in lower["needs"]:
            assert any(set(others) <= set(names) for others in higher["needs"]), (lower["grade"], names)


@pytest.mark.parametrize(("day", "number"), DAYS)
def test_a_day_has_its_number(day, number):
    assert day_number(day) == number == (datetime.date.fromisoformat(day) - datetime.date(1970, 1, 1)).days


def test_every_day_of_the_century_has_its_number():
    first = datetime.date(2000, 1, 1)
    for number in range(36525):
        day = first + datetime.timedelta(days=number)
        assert day_number(day.isoformat()) == 10957 + number
