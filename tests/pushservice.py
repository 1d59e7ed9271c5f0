"""A push service of our own and a browser that subscribes to it: TLS on this machine, and it reads what was sealed for the browser."""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.op import from_base64url, to_base64url


def make_certificate(folder: Path, host: str = "127.0.0.1") -> tuple[Path, Path]:
    """(certificate, key) for this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "push")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, private = folder / "push.pem", folder / "push-private.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, private


@dataclass
class Request:
    """What came in, as it was sent."""

    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """Answers every push with `answer`; `pause` seconds before each, `drip` seconds between its bytes."""

    origin: str
    certificate: Path
    answer: bytes = b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"
    pause: float = 0
    drip: float = 0
    came: list[Request] = field(default_factory=list)

    def serve(self, line: ssl.SSLSocket) -> None:
        with suppress(OSError, ValueError), line:
            raw = b""
            while b"\r\n\r\n" not in raw:
                raw += line.recv(4096) or b"\r\n\r\n"
            head, _, body = raw.partition(b"\r\n\r\n")
            first, *rest = head.decode("ascii").split("\r\n")
            headers = {name.lower(): text for name, _, text in (each.partition(": ") for each in rest)}
            while len(body) < int(headers["content-length"]):
                body += line.recv(4096)
            self.came.append(Request(first.split(" ")[1], headers, body))
            time.sleep(self.pause)
            for at in range(len(self.answer) if self.drip else 0):
                line.sendall(self.answer[at : at + 1])
                time.sleep(self.drip)
            line.sendall(self.answer if not self.drip else b"")


@contextmanager
def push_service(folder: Path) -> Iterator[PushService]:
    pem, private = make_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    with socket.create_server(("127.0.0.1", 0)) as door:
        service = PushService(f"https://127.0.0.1:{door.getsockname()[1]}", pem)

        def accept() -> None:
            while True:
                try:
                    raw = door.accept()[0]
                except OSError:
                    return
                threading.Thread(target=greet, args=(raw,), daemon=True).start()

        def greet(raw: socket.socket) -> None:
            with suppress(OSError):
                service.serve(context.wrap_socket(raw, server_side=True))

        threading.Thread(target=accept, daemon=True).start()
        yield service
        door.shutdown(socket.SHUT_RDWR)


class Browser:
    """Has a subscription's keys, and opens what was sealed for it (RFC 8291)."""

    def __init__(self, origin: str, name: str = "a") -> None:
        self.endpoint = f"{origin}/push/{name}"
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def asked(self) -> dict[str, str]:
        return {"endpoint": self.endpoint, "p256dh": to_base64url(self.point), "auth": to_base64url(self.secret)}

    def open(self, body: bytes) -> bytes:
        salt, size, theirs = body[:16], body[20], body[21 : 21 + body[20]]
        assert size == 65
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))

        def derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
            return HKDF(hashes.SHA256(), length, salt, info).derive(secret)

        secret = derive(shared, self.secret, b"WebPush: info\0" + self.point + theirs, 32)
        key = derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derive(secret, salt, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, body[21 + size :], None)
        assert plain.rstrip(b"\0").endswith(b"\x02")
        return plain.rstrip(b"\0")[:-1]


def read_vapid(headers: dict[str, str]) -> tuple[str, dict[str, object]]:
    """(the key it names, what it claims), its signature checked with that key."""
    scheme, _, rest = headers["authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    signed, _, signature = given["t"].rpartition(".")
    raw = from_base64url(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(given["k"]))
    key.verify(
        utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")),
        signed.encode(), ec.ECDSA(hashes.SHA256()),
    )  # fmt: skip
    assert scheme == "vapid"
    return given["k"], json.loads(from_base64url(signed.partition(".")[2]))
