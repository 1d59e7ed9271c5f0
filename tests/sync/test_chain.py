"""The chain that makes every phone a witness of a book's order."""

from __future__ import annotations

import hashlib
import itertools

from sync.chain import START, link
from sync.op import from_base64url, to_base64url
from vectors.cast import digest

IDS = [digest(name) for name in "abcd"]


def fold(ids: tuple[str, ...]) -> str:
    chain = START
    for op_id in ids:
        chain = link(chain, op_id)
    return chain


def test_a_link_is_the_digest_of_what_was_and_what_came():
    both = bytes(32) + from_base64url(IDS[0])
    assert link(START, IDS[0]) == to_base64url(hashlib.sha256(both).digest())


def test_another_order_another_set_or_another_length_is_another_chain():
    ways = [way for length in range(5) for way in itertools.permutations(IDS, length)]
    assert len({fold(way) for way in ways}) == len(ways) == 65
