"""The push itself: content-free, encrypted for one browser and signed with the server's VAPID key, all by the webpush package."""

from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from webpush import WebPush, WebPushSubscription

# all a push ever says; what is new stands in the book of notices
PAYLOAD = b'{"v":1}'
# a phone that was off for three days sees its notices when it is opened
TTL_SECONDS = 3 * 86_400


class Sealed(NamedTuple):
    """Headers and body of the request to a push service."""

    headers: dict[str, str]
    body: bytes


class Seal:
    """Made once; `contact` is whom a push service may write to about us."""

    def __init__(self, key: EllipticCurvePrivateKey, contact: str) -> None:
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.maker = WebPush(private, public, subscriber=contact, ttl=TTL_SECONDS)

    def seal(self, endpoint: str, p256dh: str, auth: str) -> Sealed:
        """The topic lets a push that has not been fetched give way to the next one."""
        keys = {"p256dh": p256dh, "auth": auth}
        made = self.maker.get(PAYLOAD, WebPushSubscription.model_validate({"endpoint": endpoint, "keys": keys}))
        more = {"content-type": "application/octet-stream", "topic": "notices", "urgency": "normal"}
        return Sealed({**made.headers, **more}, made.encrypted)
