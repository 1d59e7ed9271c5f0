"""Frames of QR codes, and everything a camera may see instead."""

from __future__ import annotations

import hashlib
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.envelope import (
    CHUNK,
    DIGITS,
    MOST_FRAMES,
    MOST_INFLATED,
    Frame,
    cut,
    deflate,
    from_digits,
    inflate,
    join,
    read_frame,
    to_digits,
)
from sync.op import from_base64url, to_base64url
from vectors.framed import LONGEST, pattern, texts_of
from vectors.make import kept

ENVELOPE = kept("envelope")


def joined(texts: list[str]) -> bytes | str | None:
    frames = [read_frame(text) for text in texts]
    assert all(isinstance(frame, Frame) for frame in frames)
    return join(frames)


@pytest.mark.parametrize("case", ENVELOPE["digits"], ids=lambda case: case["digits"])
def test_bytes_become_digits_and_come_back(case):
    raw = from_base64url(case["bytes"])
    assert to_digits(raw) == case["digits"]
    assert from_digits(case["digits"]) == raw


@pytest.mark.parametrize("case", ENVELOPE["cut"], ids=lambda case: str(case["length"]))
def test_bytes_are_cut_into_frames(case):
    texts = cut(pattern(case["length"]), 1, 0xDEADBEEF)
    if case["count"] == 0:
        assert texts is None
        return
    assert (len(texts), texts[-1]) == (case["count"], case["last"])
    assert to_base64url(hashlib.sha256("".join(texts).encode()).digest()) == case["digest"]
    assert joined(texts) == pattern(case["length"])


@pytest.mark.parametrize("case", ENVELOPE["read"], ids=lambda case: case["name"])
def test_a_frame_is_read_or_named(case):
    frame = read_frame(case["text"])
    assert (frame if isinstance(frame, str) else None) == case["word"]


@pytest.mark.parametrize("case", ENVELOPE["join"], ids=lambda case: case["name"])
def test_frames_become_whole_again_or_say_why_not(case):
    whole = joined(case["texts"])
    assert whole == (case["word"] if case["length"] is None else pattern(case["length"]))


def test_every_length_up_to_three_frames_comes_back():
    for length in range(2 * CHUNK + 10):
        texts = texts_of(length)
        assert all(DIGITS.fullmatch(text) for text in texts)
        assert joined(texts[::-1]) == pattern(length), length


def test_the_longest_fills_forty_frames_of_a_size_a_picture_holds():
    texts = texts_of(LONGEST)
    assert len(texts) == MOST_FRAMES
    assert max(map(len, texts)) <= 1394


@settings(deadline=None)
@given(st.binary(max_size=1300), st.randoms(use_true_random=False))
def test_any_bytes_come_back_from_frames_in_any_order_seen_more_than_once(data, chance):
    texts = cut(data, 2, 7)
    seen = [*texts, *chance.choices(texts, k=3)]
    chance.shuffle(seen)
    assert joined(seen) == data


@settings(deadline=None)
@given(st.integers(0, len(texts_of(60)[0]) - 1), st.integers(1, 9))
def test_a_digit_read_wrong_is_never_believed(at, more):
    text = texts_of(60)[0]
    wrong = text[:at] + str((int(text[at]) + more) % 10) + text[at + 1 :]
    assert read_frame(wrong) in ("damaged", "not_ours", "newer")


@given(st.text(max_size=60) | st.text("0123456789", max_size=120))
@settings(deadline=None)
def test_other_peoples_codes_are_not_ours(text):
    assert isinstance(read_frame(text), str)


@given(st.binary(max_size=3000))
@settings(deadline=None)
def test_what_was_deflated_inflates(data):
    assert inflate(deflate(data)) == data


def test_a_bomb_is_not_inflated():
    assert inflate(deflate(bytes(MOST_INFLATED))) == bytes(MOST_INFLATED)
    assert inflate(deflate(bytes(MOST_INFLATED + 1))) is None
    assert inflate(deflate(bytes(50_000_000))) is None


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        deflate(b"hours")[:-1],
        deflate(b"hours") + b"x",
        zlib.compress(b"hours"),
        b"\xff" * 20,
        deflate(b"a" * 999)[:5],
    ],
)
def test_a_broken_stream_is_none(stream):
    assert inflate(stream) is None
