"""Small questions put to a book's documents."""

from __future__ import annotations

import pytest

from sync.book import (
    confirmed_minutes,
    credited_minutes,
    members_of,
    month_of,
    serves_on,
    standing_seals,
    version_minutes,
)
from vectors.cast import BOOK, ENTRY, MENTOR, STRANGER, digest
from vectors.states import states

STATES = states()


@pytest.mark.parametrize(
    ("state", "confirmed", "credited"),
    [("logged", 0, 0), ("signed", 80, 0), ("two_seals", 70, 0), ("struck", 0, 0), ("signed_returned", 0, 0),
     ("credited", 80, 80), ("queried", 80, 0), ("reversed", 80, 35)],
)  # fmt: skip
def test_what_is_confirmed_and_what_is_credited(state, confirmed, credited):
    entry = STATES[state].docs[ENTRY]
    assert (confirmed_minutes(entry), credited_minutes(entry)) == (confirmed, credited)


def test_a_struck_seal_does_not_stand():
    assert len(standing_seals(STATES["two_seals"].docs[ENTRY])) == 2
    assert standing_seals(STATES["struck"].docs[ENTRY]) == []


def test_each_version_keeps_the_minutes_it_claimed():
    entry = STATES["rival"].docs[ENTRY]
    assert [version_minutes(entry, version["op"]) for version in entry["versions"]] == [90, 80, 75]
    assert version_minutes(entry, digest("never")) is None


def test_somebody_serves_from_a_day_to_a_day():
    [mentor] = members_of(STATES["left"].docs[BOOK], MENTOR)
    assert [serves_on(mentor, day) for day in ("2025-08-31", "2025-09-01", "2026-03-31", "2026-04-01")] == [
        False, True, True, False
    ]  # fmt: skip
    assert list(members_of(STATES["left"].docs[BOOK], STRANGER)) == []


def test_a_month_is_the_first_seven_letters_of_its_days():
    assert month_of("2026-03-18") == "2026-03"
