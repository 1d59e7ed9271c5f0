"""What nobody may read out of the database: ID numbers, telephone numbers, secrets of second factors. Sealed with AES-256-GCM under a
key that lies in a file beside the database, never in it.

What is known of a person is sealed under a key of his own, which the vault's key wraps: when that row is gone, every copy of what it
sealed is unreadable for good. To find somebody by his number without keeping it, there is its keyed digest (`blind`)."""

import hashlib
import hmac
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from server.config import ConfigError
from sync.op import Malformed, from_base64url, to_base64url

KEY_BYTES, NONCE_BYTES = 32, 12
VERSION = "v1."


class Unreadable(Exception):
    """It was sealed under another key, for something else, or it has been changed."""


class Vault:
    """`about` is bound to what is sealed: what was sealed for one row opens in no other."""

    def __init__(self, key: bytes, chance: Callable[[int], bytes]) -> None:
        self.chance = chance
        self.sealing = _derive(key, b"jiangji seal")
        self.blinding = _derive(key, b"jiangji blind index")

    def seal(self, about: str, plain: str) -> str:
        return _seal(self.sealing, about, plain.encode(), self.chance)

    def unseal(self, about: str, sealed: str) -> str:
        return _unseal(self.sealing, about, sealed).decode()

    def make_key(self, about: str) -> str:
        """A fresh key for one person or one file, wrapped."""
        return _seal(self.sealing, f"key {about}", self.chance(KEY_BYTES), self.chance)

    def box(self, about: str, wrapped: str) -> "Box":
        return Box(about, _unseal(self.sealing, f"key {about}", wrapped), self.chance)

    def blind(self, purpose: str, given: str) -> str:
        """The same for the same, and of no use to whoever has only the database."""
        return to_base64url(hmac.digest(self.blinding, f"{purpose}\0{given}".encode(), hashlib.sha256))


class Box:
    """What one person's or one file's key opens."""

    def __init__(self, about: str, key: bytes, chance: Callable[[int], bytes]) -> None:
        self.about, self.key, self.chance = about, key, chance

    def seal(self, name: str, plain: str) -> str:
        return _seal(self.key, f"{self.about} {name}", plain.encode(), self.chance)

    def unseal(self, name: str, sealed: str) -> str:
        return _unseal(self.key, f"{self.about} {name}", sealed).decode()


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), KEY_BYTES, purpose).derive(key)


def _seal(key: bytes, about: str, plain: bytes, chance: Callable[[int], bytes]) -> str:
    nonce = chance(NONCE_BYTES)
    return VERSION + to_base64url(nonce + AESGCM(key).encrypt(nonce, plain, about.encode()))


def _unseal(key: bytes, about: str, sealed: str) -> bytes:
    if not sealed.startswith(VERSION):
        raise Unreadable(about.partition(" ")[0])
    try:
        raw = from_base64url(sealed.removeprefix(VERSION))
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode())
    except (InvalidTag, Malformed, ValueError) as why:
        raise Unreadable(about.partition(" ")[0]) from why


def read_vault(path: Path, chance: Callable[[int], bytes]) -> Vault:
    """The vault of this server, or a ConfigError that says what to change."""
    if not path.is_file():
        raise ConfigError(f"The vault's key {path} is missing. `jiangji migrate` makes one; a restored server needs its old one.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigError(f"The vault's key {path} can be read by others. Set it to 0600.")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError as why:
        raise ConfigError(f"The vault's key {path} is damaged.") from why
    if len(key) != KEY_BYTES:
        raise ConfigError(f"The vault's key {path} holds {len(key)} bytes; {KEY_BYTES} are needed.")
    return Vault(key, chance)
