"""Envelopes: bytes to digits to frames and back, with the frames a bad camera, another app or an enemy shows."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

from sync.envelope import MAGIC, cut, to_digits
from sync.op import to_base64url

Case = dict[str, Any]
LONGEST = 40 * 560 - 32


def pattern(length: int) -> bytes:
    """Bytes both twins can make for themselves."""
    return bytes((at * at * 31 + at * 7 + 3) % 251 for at in range(length))


def texts_of(length: int, kind: int = 1, transfer: int = 0xDEADBEEF) -> list[str]:
    texts = cut(pattern(length), kind, transfer)
    assert texts is not None
    return texts


def frame_text(body: bytes, crc: int | None = None) -> str:
    return to_digits(body + (zlib.crc32(body) if crc is None else crc).to_bytes(4, "big"))


def digit_cases() -> list[Case]:
    given = [pattern(length) for length in range(16)] + [b"\0" * 7, b"\xff" * 7, b"\xff", b"\xff" * 8, b"\0" * 3]
    return [{"bytes": to_base64url(raw), "digits": to_digits(raw)} for raw in given]


def cut_cases() -> list[Case]:
    """A whole of 32 bytes digest and so many more; the interesting lengths are around a frame's 560."""
    cases: list[Case] = []
    for length in (0, 1, 2, 100, 527, 528, 529, 530, 531, 1088, 1089, LONGEST):
        texts = texts_of(length)
        told = to_base64url(hashlib.sha256("".join(texts).encode()).digest())
        cases.append({"length": length, "count": len(texts), "last": texts[-1], "digest": told})
    return [*cases, {"length": LONGEST + 1, "count": 0, "last": None, "digest": None}]


def read_cases() -> list[Case]:
    good = texts_of(10)[0]
    body = bytes.fromhex("4a4a3101000000070001") + pattern(40)
    flipped = good[:60] + str((int(good[60]) + 1) % 10) + good[61:]

    def with_body(at: int, byte: int) -> str:
        return frame_text(body[:at] + bytes((byte,)) + body[at + 1 :])

    named: tuple[tuple[str, str, str | None], ...] = (
        ("good", good, None), ("made by hand", frame_text(body), None), ("kind 255", with_body(3, 255), None),
        ("smallest, one byte", frame_text(body[:11]), None), ("two bytes", frame_text(body[:12]), None),
        ("no byte at all", frame_text(body[:10]), "not_ours"), ("one digit wrong", flipped, "damaged"),
        ("wrong check sum", frame_text(body, 0), "damaged"), ("number equal to count", with_body(8, 1), "damaged"),
        ("count zero", with_body(9, 0), "damaged"), ("count 41", with_body(9, 41), "damaged"),
        ("count 40", with_body(9, 40), None), ("next version", with_body(2, 0x32), "newer"),
        ("lower case", with_body(0, 0x6A), "not_ours"), ("nothing", "", "not_ours"), ("a link", "https://evil.example/", "not_ours"),
        ("a script", "javascript:alert(1)", "not_ours"), ("letters among digits", good[:50] + "a" + good[51:], "not_ours"),
        ("other digits", good[:50] + "٣" + good[51:], "not_ours"), ("newline at the end", good + "\n", "not_ours"),
        ("one digit lost", good[1:], "not_ours"), ("digits beyond seven bytes", "9" * 51, "not_ours"),
        ("too short", "1" * 36, "not_ours"), ("too long", "1" * 2001, "not_ours"), ("a telephone number", "1" * 40, "not_ours"),
    )  # fmt: skip
    return [{"name": name, "text": text, "word": word} for name, text, word in named]


def join_cases() -> list[Case]:
    """`length` of the pattern that comes out; `word` for trouble; both null while frames are missing."""
    three, other, single = texts_of(1200), texts_of(1200, transfer=5), texts_of(30)
    forged = frame_text(MAGIC + bytes((1,)) + bytes(4) + bytes((0, 1)) + bytes(32) + pattern(30))
    lied = frame_text(MAGIC + bytes((1,)) + bytes(4) + bytes((0, 1)) + pattern(9))
    second = frame_text(MAGIC + bytes((1,)) + (0xDEADBEEF).to_bytes(4, "big") + bytes((1, 3)) + pattern(560))
    cases: tuple[tuple[str, list[str], int | None, str | None], ...] = (
        ("in order", three, 1200, None), ("backwards", three[::-1], 1200, None),
        ("each twice", [*three, *three], 1200, None), ("the last is missing", three[:2], None, None),
        ("one three times", [three[1]] * 3, None, None), ("none", [], None, None), ("one is enough", single, 30, None),
        ("last frame of one byte", texts_of(529), 529, None), ("last frame of two bytes", texts_of(530), 530, None),
        ("empty content", texts_of(0), 0, None), ("two transfers", [three[0], other[1]], None, "mixed"),
        ("two transfers, same place", [three[0], other[0]], None, "mixed"),
        ("two kinds", [three[0], texts_of(1200, kind=2)[1]], None, "mixed"),
        ("two counts", [three[0], texts_of(600)[1]], None, "mixed"), ("wrong digest", [forged], None, "damaged"),
        ("shorter than a digest", [lied], None, "damaged"), ("two chunks for one place", [three[1], second], None, "damaged"),
    )  # fmt: skip
    return [{"name": name, "texts": texts, "length": length, "word": word} for name, texts, length, word in cases]
