"""The hand of the server: what is decided at a desk, or found out, becomes an operation like any other, signed by the server."""

from collections.abc import Callable
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from sync.op import to_base64url
from sync.signing import make_jws


class Writer(NamedTuple):
    """What the server signs with, and where the salt comes from."""

    key: EllipticCurvePrivateKey
    chance: Callable[[int], bytes]

    def write(self, book: str, kind: str, doc: str, body: dict[str, Any], by: str, now: int, of: str | None = None) -> str:
        """`by` is whose decision it is, or whom what was found out is about."""
        return make_jws(self.key, "jj-op", {
            "v": 1, "book": book, "kind": kind, "body": body, "doc": doc, "of": of, "deps": [], "by": by, "count": 0,
            "at": now, "seen": now, "salt": to_base64url(self.chance(16)),
        })  # fmt: skip
