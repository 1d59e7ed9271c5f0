"""ES256 over the exact bytes that travel. The only file of the core that imports cryptography; where keys are kept is the caller's work."""

import hashlib
import json
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from sync.errors import Refusal
from sync.op import (
    Malformed,
    Sealed,
    from_base64url,
    read_json,
    signing_input,
    take_apart,
    to_base64url,
    with_signature,
)

ES256 = ECDSA(hashes.SHA256())


@lru_cache(maxsize=4096)
def public_key(x: str, y: str) -> EllipticCurvePublicKey:
    """The key at this point of P-256; ValueError when the point is not on the curve."""
    numbers = EllipticCurvePublicNumbers(
        int.from_bytes(from_base64url(x), "big"), int.from_bytes(from_base64url(y), "big"), SECP256R1()
    )
    return numbers.public_key()


def jwk_of(key: EllipticCurvePublicKey) -> dict[str, str]:
    at = key.public_numbers()
    x, y = (to_base64url(n.to_bytes(32, "big")) for n in (at.x, at.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def thumbprint(jwk: dict[str, str]) -> str:
    """RFC 7638: the id of a device is the digest of its key."""
    required = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return to_base64url(hashlib.sha256(json.dumps(required, separators=(",", ":")).encode()).digest())


def read_jwk(given: Any) -> tuple[dict[str, str], EllipticCurvePublicKey] | None:
    """A public P-256 key as JWK, or None for whatever else this is (private parts included)."""
    if not isinstance(given, dict) or set(given) != {"crv", "kty", "x", "y"} or given["kty"] != "EC":
        return None
    if given["crv"] != "P-256" or not all(isinstance(given[n], str) and len(given[n]) == 43 for n in "xy"):
        return None
    try:
        return given, public_key(given["x"], given["y"])
    except ValueError:
        return None


def sign(key: EllipticCurvePrivateKey, signed: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(signed, ES256))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def holds(key: EllipticCurvePublicKey, sealed: Sealed) -> bool:
    r, s = int.from_bytes(sealed.signature[:32], "big"), int.from_bytes(sealed.signature[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), sealed.signed, ES256)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=16)
def _kid(key: EllipticCurvePrivateKey) -> str:
    return thumbprint(jwk_of(key.public_key()))


def make_jws(key: EllipticCurvePrivateKey, typ: str, payload: dict[str, Any]) -> str:
    """A signed statement of ours: an operation, a certificate, an enrolment."""
    signed = signing_input(_kid(key), payload, typ)
    return with_signature(signed, sign(key, signed))


def read_statement(jws: Any, typ: str, key: EllipticCurvePublicKey) -> dict[str, Any] | Refusal:
    """The payload of a certificate signed by this key."""
    sealed = take_apart(jws, typ)
    if isinstance(sealed, Refusal):
        return sealed
    if sealed.kid != thumbprint(jwk_of(key)) or not holds(key, sealed):
        return Refusal("bad_signature")
    return _payload(sealed)


def read_enrolment(jws: Any) -> tuple[dict[str, Any], str] | Refusal:
    """A new device's own statement, signed by the key it brings: its payload and the device id."""
    sealed = take_apart(jws, "jj-enrol")
    if isinstance(sealed, Refusal):
        return sealed
    given = _payload(sealed)
    if isinstance(given, Refusal):
        return given
    found = read_jwk(given.get("jwk"))
    if found is None or thumbprint(found[0]) != sealed.kid or not holds(found[1], sealed):
        return Refusal("bad_signature")
    return given, sealed.kid


def _payload(sealed: Sealed) -> dict[str, Any] | Refusal:
    try:
        return read_json(from_base64url(sealed.payload), 4)
    except Malformed:
        return Refusal("malformed")
