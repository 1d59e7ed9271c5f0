"""The closed list of words."""

from __future__ import annotations

import re

import pytest

from sync.errors import WORDS, Refusal


def test_every_word_is_called_one_of_three_verdicts():
    assert set(WORDS.values()) == {"refused", "held", "quarantined"}
    assert [word for word in WORDS if not re.fullmatch(r"[a-z_]+", word)] == []


def test_only_what_is_missing_is_held():
    assert [word for word, verdict in WORDS.items() if verdict == "held"] == ["missing"]


def test_a_refusal_knows_its_verdict():
    assert {word: Refusal(word).verdict for word in WORDS} == WORDS
    with pytest.raises(KeyError):
        _ = Refusal("nonsense").verdict
