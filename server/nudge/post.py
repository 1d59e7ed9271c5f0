"""One request to a push service, by a client that can do nothing else: it goes to an address that was looked up once, is public
and is the one then called; speaks TLS with a checked name; follows nothing; waits 3 s for a connection and 10 s for the rest; and
reads no more of an answer than its status and how long to rest."""

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from server.nudge.places import Place

CONNECT_SECONDS = 3
ANSWER_SECONDS = 10
MOST_ANSWER = 16 * 1024
STATUS = re.compile(rb"HTTP/1\.[01] ([2-5][0-9]{2})[ \r]")
RETRY_AFTER = re.compile(rb"\r\nretry-after: *([0-9]{1,9})[ \t]*\r\n", re.IGNORECASE)
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
Resolve = Callable[..., list[Any]]


class Answer(NamedTuple):
    """`status` 0: nobody there, or nobody we would talk to."""

    status: int
    retry_after: int


NOBODY = Answer(0, 0)


class Post:
    """`resolve` is socket.getaddrinfo, or what a test puts in its place."""

    def __init__(self, resolve: Resolve = socket.getaddrinfo) -> None:
        self.resolve = resolve
        self.context = ssl.create_default_context()
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2

    def send(self, place: Place, headers: Mapping[str, str], body: bytes) -> Answer:
        lines = [f"POST {place.target} HTTP/1.1", f"host: {_named(place)}", "connection: close", f"content-length: {len(body)}"]
        lines += [f"{name}: {text}" for name, text in headers.items()]
        request = "\r\n".join((*lines, "", "")).encode("ascii") + body
        try:
            address = self.look_up(place)
            if address is None:
                return NOBODY
            with socket.create_connection((address, place.port), CONNECT_SECONDS) as raw:
                raw.settimeout(ANSWER_SECONDS)
                until = time.monotonic() + ANSWER_SECONDS
                with self.context.wrap_socket(raw, server_hostname=place.host) as line:
                    line.sendall(request)
                    return read_answer(line, until)
        except (OSError, ValueError):
            return NOBODY

    def look_up(self, place: Place) -> str | None:
        """The address to call, if all that the name stands for are public; a service of the operator's own may be anywhere."""
        found = [each[4][0] for each in self.resolve(place.host, place.port, type=socket.SOCK_STREAM)]
        return found[0] if found and (place.own or all(is_public(address) for address in found)) else None


def _named(place: Place) -> str:
    return place.host if place.port == 443 else f"{place.host}:{place.port}"


def is_public(address: str) -> bool:
    """Neither private, shared, local, multicast nor reserved; of IPv6 nothing that carries an IPv4 address inside."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and (found not in GLOBAL_UNICAST or found.sixtofour or found.teredo):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def read_answer(line: socket.socket, until: float) -> Answer:
    """As much as its head, within the time and the size there are."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < MOST_ANSWER:
        line.settimeout(max(0.001, until - time.monotonic()))
        more = line.recv(4096)
        if not more:
            break
        head += more
    status = STATUS.match(head)
    rest = RETRY_AFTER.search(head.partition(b"\r\n\r\n")[0] + b"\r\n")
    return Answer(int(status[1]), int(rest[1]) if rest else 0) if status else NOBODY
