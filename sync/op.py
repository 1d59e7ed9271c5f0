"""What a signed operation is: read what came in, write what goes out. Whether its signature holds is signing's work, whether it may be is rules'."""

import binascii
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sync.errors import Refusal
from sync.kinds import LIMITS, Fields, fields_of, is_id

SHAPE = re.compile(r"([A-Za-z0-9_-]{16,200})\.([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]{86})")
KIND = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")
SALT = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
MOST = 2**53 - 1
TO_STANDARD = bytes.maketrans(b"-_", b"+/")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LAST = {0: ALPHABET, 1: "!", 2: "AQgw", 3: ALPHABET[::4]}  # the last character carries no bits that no byte has
TO_URL = bytes.maketrans(b"+/", b"-_")
FIELDS = ("v", "book", "kind", "body", "doc", "of", "deps", "by", "count", "at", "seen", "salt")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A JWS taken apart but not yet believed."""

    id: str
    kid: str
    jws: str
    signed: bytes
    payload: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Op:
    """A fact of the trade. `fields` are the body's known fields, None where they are wrong or the kind is unknown."""

    id: str
    kid: str
    jws: str
    book: str
    kind: str
    fields: Fields | None
    doc: str
    of: str | None
    deps: tuple[str, ...]
    by: str
    count: int
    at: int
    seen: int

    @property
    def named(self) -> tuple[str, ...]:
        """The ops that must be there before this one: its dependencies and the version it speaks of."""
        return self.deps if self.of is None or self.of in self.deps else (*self.deps, self.of)


class Malformed(ValueError):
    """Raised while reading JSON that no author of ours writes."""


def to_base64url(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).translate(TO_URL).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """The bytes of unpadded base64url; Malformed unless the text is the only one for these bytes."""
    if text[-1:] not in LAST[len(text) % 4] or "+" in text or "/" in text:
        raise Malformed("base64url")
    try:
        standard = text.encode("ascii").translate(TO_STANDARD)
        return binascii.a2b_base64(standard + b"=" * (-len(text) % 4), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError) as why:
        raise Malformed("base64url") from why


def header(kid: str, typ: str) -> str:
    return f'{{"alg":"ES256","kid":"{kid}","typ":"{typ}"}}'


def take_apart(jws: Any, typ: str = "jj-op") -> Sealed | Refusal:
    """Split a JWS and read its header, which must be exactly ours."""
    if not isinstance(jws, str):
        return Refusal("malformed")
    if len(jws) > LIMITS["op_bytes"] * 4 // 3 + 300:
        return Refusal("too_large")
    parts = SHAPE.fullmatch(jws)
    if parts is None:
        return Refusal("malformed")
    try:
        kid = _kid(parts[1], typ)
        signature = from_base64url(parts[3])
    except Malformed:
        return Refusal("malformed")
    signed = jws[: parts.end(2)].encode("ascii")
    return Sealed(to_base64url(hashlib.sha256(signed).digest()), kid, jws, signed, parts[2], signature)


@lru_cache(maxsize=4096)
def _kid(part: str, typ: str) -> str:
    """The key id of a header that is exactly ours; a device writes the same one on every op."""
    text = from_base64url(part).decode("ascii", "replace")
    kid = text[22:65]
    if text != header(kid, typ) or not is_id("hash", kid):
        raise Malformed("header")
    return kid


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("duplicate key")
    return found


def _no(text: str) -> Any:
    raise Malformed(text)


DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_no, parse_constant=_no)


def _walk(given: dict[str, Any] | list[Any], depth: int) -> None:
    if depth == 0:
        raise Malformed("depth")
    for inner in given.values() if isinstance(given, dict) else given:
        kind = type(inner)
        if kind is dict or kind is list:
            _walk(inner, depth - 1)
        elif kind is int and not -MOST <= inner <= MOST:
            raise Malformed("number")


def read_json(raw: bytes, depth: int) -> dict[str, Any]:
    """Strict JSON: one object, whole numbers, no key twice, NFC text without lone surrogates, bounded depth."""
    try:
        text = raw.decode("utf-8")
        found = DECODER.decode(text)
        if "\\u" in text:
            text = json.dumps(found, ensure_ascii=False)
            text.encode("utf-8")
    except (UnicodeError, RecursionError, ValueError) as why:
        raise Malformed("json") from why
    if not isinstance(found, dict) or not unicodedata.is_normalized("NFC", text):
        raise Malformed("json")
    _walk(found, depth)
    return found


def read(sealed: Sealed) -> Op | Refusal:
    """The operation in a sealed JWS whose signature has been verified."""
    try:
        raw = from_base64url(sealed.payload)
        if len(raw) > LIMITS["op_bytes"]:
            return Refusal("too_large")
        given = read_json(raw, LIMITS["depth"])
    except Malformed:
        return Refusal("malformed")
    if type(given.get("v")) is int and given["v"] > 1:
        return Refusal("newer_version")
    if not _frame_holds(given):
        return Refusal("malformed")
    return Op(
        sealed.id, sealed.kid, sealed.jws, given["book"], given["kind"], fields_of(given["kind"], given["body"]),
        given["doc"], given["of"], tuple(given["deps"]), given["by"], given["count"], given["at"], given["seen"],
    )  # fmt: skip


def _frame_holds(given: dict[str, Any]) -> bool:
    if any(name not in given for name in FIELDS) or type(given["v"]) is not int or given["v"] != 1:
        return False
    deps, kind, salt = given["deps"], given["kind"], given["salt"]
    return (
        all(is_id("uuid", given[name]) for name in ("book", "doc", "by"))
        and all(type(given[name]) is int and given[name] >= 0 for name in ("count", "at", "seen"))
        and isinstance(kind, str) and KIND.fullmatch(kind) is not None
        and isinstance(salt, str) and SALT.fullmatch(salt) is not None
        and isinstance(given["body"], dict)
        and (given["of"] is None or is_id("hash", given["of"]))
        and isinstance(deps, list) and len(deps) <= LIMITS["deps"]
        and all(is_id("hash", dep) for dep in deps) and len(set(deps)) == len(deps)
    )  # fmt: skip


def signing_input(kid: str, payload: dict[str, Any], typ: str = "jj-op") -> bytes:
    """The bytes to sign: header and payload as they will travel."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return f"{to_base64url(header(kid, typ).encode())}.{to_base64url(text.encode())}".encode("ascii")


def with_signature(signed: bytes, signature: bytes) -> str:
    return f"{signed.decode('ascii')}.{to_base64url(signature)}"


def loose_id(jws: str) -> str:
    """What a verdict calls something that is no JWS of ours: the id it would have."""
    return op_id(jws.rpartition(".")[0].encode("utf-8", "surrogatepass"))


def op_id(signed: bytes) -> str:
    """Identity, version and digest in one; the signature is no part of it."""
    return to_base64url(hashlib.sha256(signed).digest())
