"""Writing operations as a phone would: a key, a person, a counter. The keys live as long as the world is being built."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key

from sync.op import op_id, signing_input, to_base64url, with_signature
from sync.signing import jwk_of, sign, thumbprint

LEAST_SECRET, MOST_SECRET = 2**128, 2**256 - 2**224  # well inside the order of P-256


@dataclass(frozen=True, slots=True)
class Written:
    """An operation on its way: when it was written, its bytes, and what the server is expected to say."""

    at: int
    jws: str
    id: str
    said: str = "accepted"


def uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


class Pen:
    """One device of one person; or the server's, when a coordinator decides."""

    def __init__(self, rng: Random, person: str, key: EllipticCurvePrivateKey | None = None) -> None:
        self.rng, self.person, self.desk = rng, person, key is not None
        self.key = key or derive_private_key(rng.randrange(LEAST_SECRET, MOST_SECRET), SECP256R1())
        self.jwk = jwk_of(self.key.public_key())
        self.device = thumbprint(self.jwk)
        self.count = 0

    def write(
        self, book: str, kind: str, doc: str, body: dict[str, Any], at: int, of: str | None = None,
        deps: Sequence[str] = (), said: str = "accepted",
    ) -> Written:  # fmt: skip
        self.count += 1
        payload = {
            "v": 1, "book": book, "kind": kind, "body": {**body, "session": "demo"} if self.desk else body, "doc": doc,
            "of": of, "deps": list(deps), "by": self.person, "count": self.count, "at": at,
            "seen": at if self.desk else at - self.rng.randrange(60_000, 8 * 3_600_000),
            "salt": to_base64url(self.rng.randbytes(16)),
        }  # fmt: skip
        signed = signing_input(self.device, payload)
        return Written(at, with_signature(signed, sign(self.key, signed)), op_id(signed), said)
