"""The client that sends pushes can be made to call nobody else, and nobody can hold it up."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from pushservice import PushService, push_service
from server.nudge.places import Place, read_place
from server.nudge.post import NOBODY, Answer, Post, is_public

HEADERS = {"ttl": "1"}


@pytest.fixture
def service(tmp_path, monkeypatch) -> Iterator[PushService]:
    with push_service(tmp_path) as service:
        monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
        yield service


def own(service: PushService) -> Place:
    found = read_place(f"{service.origin}/push/a?b=c", (service.origin,))
    assert found is not None
    return found


def resolving(*addresses: str) -> Any:
    """A resolver that says so."""
    return lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.2.1", "198.18.0.1",
        "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:169.254.169.254",
        "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2002:7f00:1::", "2001:0:1::1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "2001:db8::1", "::7f00:1", "100::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_not_called(address: str) -> None:
    """Nor if it stands beside a public one: the next look could give the other."""
    assert not is_public(address)
    place = Place("fcm.googleapis.com", 443, "/", False)
    assert Post(resolving(address)).look_up(place) is None
    assert Post(resolving("8.8.8.8", address)).look_up(place) is None
    assert Post(resolving(address)).send(place, HEADERS, b"") == NOBODY


@pytest.mark.parametrize("address", ["8.8.8.8", "142.250.1.1", "2607:f8b0:4005:805::200a"])
def test_a_public_address_is_called(address: str) -> None:
    assert Post(resolving(address)).look_up(Place("fcm.googleapis.com", 443, "/", False)) == address


def test_a_name_is_looked_up_once_and_that_address_is_called(service: PushService) -> None:
    """A name that stands for something else a moment later changes nothing."""
    asked: list[str] = []

    def rebinding(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return resolving("127.0.0.1" if len(asked) == 1 else "127.0.0.2")(host, port)

    place = own(service)._replace(host="127.0.0.1")
    assert Post(rebinding).send(place, HEADERS, b"x") == Answer(201, 0)
    assert (asked, len(service.came)) == (["127.0.0.1"], 1)


def test_an_origin_of_the_operators_own_may_be_anywhere_and_only_that(service: PushService) -> None:
    assert Post().send(own(service), HEADERS, b"body") == Answer(201, 0)
    [request] = service.came
    assert (request.target, request.body) == ("/push/a?b=c", b"body")
    assert request.headers["host"] == service.origin.removeprefix("https://")
    assert Post().send(own(service)._replace(own=False), HEADERS, b"") == NOBODY
    port = int(service.origin.rpartition(":")[2])
    assert read_place(f"https://127.0.0.1:{port ^ 1}/", (service.origin,)) is None
    assert read_place(f"https://127.0.0.2:{port}/", (service.origin,)) is None


def test_a_certificate_that_is_not_believed_ends_it(service: PushService, monkeypatch: pytest.MonkeyPatch) -> None:
    place = own(service)
    assert Post(resolving("127.0.0.1")).send(place._replace(host="push.example"), HEADERS, b"") == NOBODY
    monkeypatch.delenv("SSL_CERT_FILE")
    assert Post().send(place, HEADERS, b"") == NOBODY
    assert service.came == []


def test_no_redirect_is_followed(service: PushService) -> None:
    service.answer = f"HTTP/1.1 307 Elsewhere\r\nlocation: {service.origin}/other\r\ncontent-length: 0\r\n\r\n".encode()
    assert Post().send(own(service), HEADERS, b"").status == 307
    assert [request.target for request in service.came] == ["/push/a?b=c"]


@pytest.mark.parametrize(
    "answer",
    [b"", b"\r\n\r\n", b"hello\r\n\r\n", b"HTTP/1.1 200", b"HTTP/1.1 999 x\r\n\r\n", b"HTTP/2 200 x\r\n\r\n", b"x" * 10**6, b"\0" * 100],
)
def test_what_is_no_answer_counts_as_none(service: PushService, answer: bytes) -> None:
    service.answer = answer
    assert Post().send(own(service), HEADERS, b"") == NOBODY


def test_of_a_long_answer_only_the_head_is_read(service: PushService) -> None:
    service.answer = b"HTTP/1.1 201 x\r\nretry-after: 7\r\n\r\n" + b"x" * 10**7
    assert Post().send(own(service), HEADERS, b"") == Answer(201, 7)


@pytest.mark.parametrize(("pause", "drip"), [(3, 0), (0, 0.2)], ids=["silent", "dripping"])
def test_a_slow_service_is_given_up(service: PushService, monkeypatch: pytest.MonkeyPatch, pause: float, drip: float) -> None:
    """However it is slow: the time is for the whole answer."""
    monkeypatch.setattr("server.nudge.post.ANSWER_SECONDS", 1)
    service.pause, service.drip = pause, drip
    began = time.monotonic()
    assert Post().send(own(service), HEADERS, b"") == NOBODY
    assert time.monotonic() - began < 2.5
