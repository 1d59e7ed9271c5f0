"""The files a server is born with: its secret, its key pair, the one by which push services know it, and the key of its vault. Their
owner alone can read them."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from sqlalchemy.engine import Connection

from server.config import ConfigError
from sync.signing import jwk_of, make_jws, thumbprint

CERTIFICATE_DAYS = 90
DAY = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class ServerKey:
    """What certificates and desk acts are signed with."""

    id: str
    private: EllipticCurvePrivateKey
    jwk: dict[str, str]


def make_instance_files(home: Path) -> None:
    """Make what is missing; never touch what is there."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_once(home / "secret", os.urandom(48).hex().encode())
    _write_once(home / "vault-key", os.urandom(32).hex().encode())
    for name in ("server-key.pem", "push-key.pem"):
        pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write_once(home / name, pem)


def _write_once(path: Path, content: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path) -> ServerKey:
    """A key of the server's, or a ConfigError that says what to change."""
    if not path.is_file():
        raise ConfigError(
            f"The server key {path} is missing. `jiangji migrate` makes one; a restored server needs its old one."
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigError(f"The server key {path} can be read by others. Set it to 0600.")
    private = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(private, EllipticCurvePrivateKey) or not isinstance(private.curve, SECP256R1):
        raise ConfigError(f"The server key {path} is not a P-256 key.")
    jwk = jwk_of(private.public_key())
    return ServerKey(thumbprint(jwk), private, jwk)


def insert_server_device(conn: Connection, key: ServerKey, now: int) -> None:
    """The server signs desk acts: its public half is one of the devices."""
    conn.execute(
        sa.text(
            "INSERT INTO devices (id, person_id, x, y, label, shared, status, enrolled_at, certified_at)"
            " VALUES (:id, NULL, :x, :y, 'server', :shared, 'server', :now, :now) ON CONFLICT (id) DO NOTHING"
        ),
        {"id": key.id, "x": key.jwk["x"], "y": key.jwk["y"], "shared": False, "now": now},
    )


def make_certificate(
    key: ServerKey, person: tuple[str, str], device: dict[str, Any], roles: list[str], now: int
) -> str:
    """The server's word, good without a network, that this key is this person's (id and name: who never met him reads whose)."""
    jwk = {"crv": "P-256", "kty": "EC", "x": device["x"], "y": device["y"]}
    expires = now + CERTIFICATE_DAYS * DAY
    return make_jws(key.private, "jj-cert", {
        "v": 1, "person": person[0], "name": person[1], "device": device["id"], "jwk": jwk, "roles": roles, "issued": now, "expires": expires,
    })  # fmt: skip
