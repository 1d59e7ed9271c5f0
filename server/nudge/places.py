"""Where a push may go. A browser names its push service by an address that we are to call: whoever could name any address could
make this server call into its own network. So: https on port 443 at one of the services browsers are known to use, and nothing in
the address but host and path; or exactly an origin the operator has named (JIANGJI_PUSH_ORIGINS: a push service of one's own, on
any port and in any network). Asked when an address is kept and again each time before it is called."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

LONGEST = 1000
SERVICES = ("fcm.googleapis.com", "*.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com")
PLAIN = re.compile(r"[!#-\[\]-_a-z~]+")
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


class Place(NamedTuple):
    """A push service that may be called; `own` when the operator named it, wherever it is."""

    host: str
    port: int
    target: str
    own: bool


def read_place(endpoint: str, own_origins: Collection[str]) -> Place | None:
    if len(endpoint) > LONGEST or not PLAIN.fullmatch(endpoint):
        return None
    try:
        found = urlsplit(endpoint)
        host, port = found.hostname or "", found.port or 443
    except ValueError:
        return None
    if found.scheme != "https" or "@" in found.netloc or "#" in endpoint or not HOST.fullmatch(host):
        return None
    own = (f"https://{host}" if port == 443 else f"https://{host}:{port}") in own_origins
    if not own and (port != 443 or not any(_is_at(host, service) for service in SERVICES)):
        return None
    return Place(host, port, (found.path or "/") + (f"?{found.query}" if found.query else ""), own)


def _is_at(host: str, service: str) -> bool:
    return host == service or (service.startswith("*.") and host.endswith(service[1:]))


def are_keys(p256dh: str, auth: str) -> bool:
    """A point on P-256 and sixteen bytes, as a browser's subscription has them."""
    try:
        point, secret = (urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (p256dh, auth))
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        return False
    return len(point) == 65 and len(secret) == 16
