"""How passwords and codes are kept: Argon2id, few at a time, and never one that everybody guesses first."""

import re
from collections.abc import Iterable
from importlib.resources import files

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from server.store.host.slots import Slots

COMMON = frozenset(files(__package__).joinpath("common_passwords.txt").read_text("utf-8").split())
LEAST, MOST = 8, 128
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FORGIVEN = str.maketrans("ILO", "110", "- ")
CODE_LENGTH = 10


class Busy(Exception):
    """No place is free to hash; the caller says when to come again."""


class Hasher:
    """Argon2id with t=3, p=1, at most `slots` at once on this host: each takes 64 MiB."""

    def __init__(self, memory_kib: int, slots: Slots) -> None:
        self.argon = PasswordHasher(time_cost=3, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self.slots = slots
        # verified in place of a missing hash, so that an unknown name takes as long as a known one
        self.dummy = self.argon.hash("nobody")

    def make(self, secret: str) -> str:
        with self.slots.taken() as free:
            if not free:
                raise Busy
            return self.argon.hash(secret)

    def holds(self, kept: str | None, secret: str) -> bool:
        """Whether this is the secret; False, after the same work, when there is none to compare with."""
        with self.slots.taken() as free:
            if not free:
                raise Busy
            try:
                return self.argon.verify(kept or self.dummy, secret) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, kept: str) -> bool:
        return self.argon.check_needs_rehash(kept)


def is_weak(password: str, words: Iterable[str]) -> bool:
    """Too short, too long, among the common ones, or little more than a word that stands in the person's own papers."""
    if not LEAST <= len(password) <= MOST or len(set(password)) < 4:
        return True
    plain = password.casefold()
    if plain in COMMON or plain.rstrip("0123456789!@#.*") in COMMON:
        return True
    rest = plain
    for word in sorted((word.casefold() for word in words if len(word) > 1), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != plain and len(re.sub(r"[\W\d_]", "", rest)) < 4 and len(rest) < LEAST


def code_of(chance: bytes, length: int = CODE_LENGTH) -> str:
    """Ten Crockford characters out of seven random bytes: 50 bits; or so many out of as many bytes as they need."""
    number = int.from_bytes(chance, "big")
    return "".join(CROCKFORD[number >> 5 * place & 31] for place in range(length))


def read_code(typed: str) -> str:
    """What was meant: case, dashes and the look-alikes I, L, O are forgiven."""
    return typed.upper().translate(FORGIVEN)
