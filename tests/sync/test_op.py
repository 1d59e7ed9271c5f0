"""Reading what came in and writing what goes out."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.errors import WORDS, Refusal
from sync.op import (
    Malformed,
    Op,
    from_base64url,
    op_id,
    read_json,
    signing_input,
    take_apart,
    to_base64url,
    with_signature,
)
from vectors.bytes_in import plain, raw
from vectors.cast import KID, NO_SIGNATURE, op_of, parse, payload
from vectors.chance import broken_jws
from vectors.make import kept

# whole fours, then nothing, or two or three letters whose last has no bit too many
CLEAN = re.compile(r"(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?", re.ASCII)
HOSTILE = kept("hostile")["cases"]


@pytest.mark.parametrize(
    "case", kept("op")["cases"], ids=lambda case: case["payload"]["kind"] + case["payload"]["salt"]
)
def test_a_payload_makes_these_bytes_and_this_id(case):
    signed = signing_input(case["kid"], case["payload"])
    assert signed.decode() == case["input"]
    assert op_id(signed) == case["id"]
    op = parse(with_signature(signed, NO_SIGNATURE))
    assert isinstance(op, Op) and op.id == case["id"] and op.kid == case["kid"]
    assert op.fields == case["payload"]["body"]
    assert list(op.deps) == case["payload"]["deps"]
    for name in ("book", "kind", "doc", "of", "by", "count", "at", "seen"):
        assert getattr(op, name) == case["payload"][name]


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["name"])
def test_it_gives_hostile_bytes_their_word(case):
    op = parse(case["jws"])
    assert (op.word if isinstance(op, Refusal) else None) == case["word"]


def test_every_word_about_bytes_is_among_the_hostile():
    assert {case["word"] for case in HOSTILE} == {None, "malformed", "too_large", "newer_version"}


@pytest.mark.parametrize("given", [None, 1, b"a.b.c", {}, []])
def test_what_is_no_text_is_malformed(given):
    assert take_apart(given) == Refusal("malformed")


def test_a_certificate_is_read_only_as_one():
    jws = with_signature(signing_input(KID, {}, "jj-cert"), NO_SIGNATURE)
    assert take_apart(jws) == Refusal("malformed")
    assert not isinstance(take_apart(jws, "jj-cert"), Refusal)


def test_the_signature_is_no_part_of_the_id():
    signed = signing_input(KID, payload("note.added"))
    ids = {parse(with_signature(signed, bytes((fill,)) * 64)).id for fill in range(3)}
    assert ids == {op_id(signed)}


def test_two_ops_differ_by_their_salt_alone():
    assert op_of(payload("note.added", "a")).id != op_of(payload("note.added", "b")).id


def test_an_op_names_what_must_come_first():
    first, second = to_base64url(bytes(32)), KID
    assert op_of(payload("note.added", of=first, deps=[second])).named == (second, first)
    assert op_of(payload("note.added", of=first, deps=[first])).named == (first,)
    assert op_of(payload("note.added", deps=[second])).named == (second,)


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_bytes_have_one_text(data):
    text = to_base64url(data)
    assert "=" not in text and from_base64url(text) == data


@settings(deadline=None)
@given(st.text("ABCQZgw-_+/= é", max_size=12))
def test_a_text_that_is_not_the_one_is_malformed(text):
    try:
        assert to_base64url(from_base64url(text)) == text
    except Malformed:
        assert not CLEAN.fullmatch(text)


@settings(deadline=None, max_examples=300)
@given(broken_jws())
def test_reading_never_throws(jws):
    op = parse(jws)
    assert op.word in WORDS if isinstance(op, Refusal) else op.jws == jws


TEXTS = ("", "a", '"\\/', "\b\f\n\r\t\0", "\x7f", "é", "e\u0301", "🔧", "\u2028", "\u0301", "\ufeff", "__proto__")
JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.sampled_from(TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.text("abcdef", max_size=3), JSONISH, max_size=4))
def test_strict_json_gives_what_json_gives_or_is_malformed(given):
    text = json.dumps(given, ensure_ascii=False)
    try:
        assert read_json(text.encode(), 6) == given
    except Malformed:
        too_deep = text.count("[") + text.count("{") > 6
        assert too_deep or not text.isascii()


def test_an_op_may_weigh_8_kib_and_not_a_byte_more():
    length = len(plain(text="").encode())
    assert parse(raw(plain(text="a" * (8192 - length)))).kind == "note.added"
    assert parse(raw(plain(text="a" * (8193 - length)))) == Refusal("too_large")
