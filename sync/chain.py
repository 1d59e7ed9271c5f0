"""The hash chain of a book: every phone that keeps (seq, chain) is a witness of its order."""

import hashlib

from sync.op import from_base64url, to_base64url

START = to_base64url(bytes(32))


def link(chain: str, op_id: str) -> str:
    """chain_n = SHA-256(chain_{n-1} followed by op id n)."""
    return to_base64url(hashlib.sha256(from_base64url(chain) + from_base64url(op_id)).digest())
