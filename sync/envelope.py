"""What fits into a QR code: frames with limits and check sums. Content is deflated before it is cut and inflated, bounded, after it is joined."""

import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

MAGIC = b"JJ1"
CHUNK = 560
MOST_FRAMES = 40
MOST_INFLATED = 32 * 1024
DIGEST = 32
DIGITS = re.compile(r"[0-9]{37,2000}")
KINDS = {"entries": 1, "answer": 2, "presence": 3, "session": 4}
WIDTH = {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 15, 7: 17}
LENGTH = {width: length for length, width in WIDTH.items()}


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a transfer."""

    kind: int
    transfer: int
    number: int
    count: int
    chunk: bytes


def to_digits(raw: bytes) -> str:
    """Seven bytes become seventeen digits: a numeric segment is as dense as Base45 and legal in a fragment."""
    out = []
    for at in range(0, len(raw), 7):
        part = raw[at : at + 7]
        out.append(str(int.from_bytes(part, "big")).zfill(WIDTH[len(part)]))
    return "".join(out)


def from_digits(text: str) -> bytes | None:
    """None unless these digits are what to_digits writes."""
    out = bytearray()
    for at in range(0, len(text), 17):
        part = text[at : at + 17]
        length = LENGTH.get(len(part))
        if length is None or int(part) >= 256**length:
            return None
        out += int(part).to_bytes(length, "big")
    return bytes(out)


def cut(deflated: bytes, kind: int, transfer: int) -> list[str] | None:
    """The texts (digits) of a transfer's frames, or None when it is more than they may hold."""
    whole = hashlib.sha256(deflated).digest() + deflated
    count = -(-len(whole) // CHUNK)
    if count > MOST_FRAMES:
        return None
    texts = []
    for number in range(count):
        head = MAGIC + bytes((kind,)) + transfer.to_bytes(4, "big") + bytes((number, count))
        body = head + whole[number * CHUNK : (number + 1) * CHUNK]
        texts.append(to_digits(body + zlib.crc32(body).to_bytes(4, "big")))
    return texts


def read_frame(text: str) -> Frame | str:
    """One frame out of its digits, or the word for what is wrong with it: not_ours, newer, damaged."""
    if not DIGITS.fullmatch(text):
        return "not_ours"
    raw = from_digits(text)
    if raw is None or len(raw) < 15 or raw[:2] != MAGIC[:2]:
        return "not_ours"
    if raw[:3] != MAGIC:
        return "newer"
    body = raw[:-4]
    number, count = body[8], body[9]
    if zlib.crc32(body).to_bytes(4, "big") != raw[-4:] or not 0 < count <= MOST_FRAMES or number >= count:
        return "damaged"
    return Frame(body[3], int.from_bytes(body[4:8], "big"), number, count, body[10:])


def join(frames: Iterable[Frame]) -> bytes | str | None:
    """The deflated bytes of one transfer once every frame is there; None while some are missing; a word when they do not agree."""
    frames = list(frames)
    kinds = {(frame.kind, frame.transfer, frame.count) for frame in frames}
    if len(kinds) > 1:
        return "mixed"
    by_number: dict[int, bytes] = {}
    for frame in frames:
        if by_number.setdefault(frame.number, frame.chunk) != frame.chunk:
            return "damaged"
    if not kinds or len(by_number) < next(iter(kinds))[2]:
        return None
    whole = b"".join(by_number[number] for number in sorted(by_number))
    digest, deflated = whole[:DIGEST], whole[DIGEST:]
    return deflated if hashlib.sha256(deflated).digest() == digest else "damaged"


def inflate(deflated: bytes) -> bytes | None:
    """At most MOST_INFLATED bytes; None for a bomb, a truncated or a foreign stream."""
    machine = zlib.decompressobj(-15)
    try:
        raw = machine.decompress(deflated, MOST_INFLATED + 1)
    except zlib.error:
        return None
    return raw if machine.eof and len(raw) <= MOST_INFLATED and not machine.unused_data else None


def deflate(raw: bytes) -> bytes:
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return machine.compress(raw) + machine.flush()
