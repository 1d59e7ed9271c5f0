"""A body that trickles in holds up nobody but itself."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from server.commands.bodies import LONGEST_SECONDS, MOST_BYTES, MOST_READING, WholeBodies


class Trickle:
    """A body of which a piece comes each second, told by its own clock."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces, self.at = iter(pieces), 0.0

    def read(self, size: int) -> bytes:
        self.at += 1
        return next(self.pieces, b"")[:size]

    def clock(self) -> float:
        return self.at


def call(app: Any, source: Any, **more: Any) -> tuple[str, bytes]:
    said: list[str] = []
    answer = b"".join(app({"wsgi.input": source, **more}, lambda status, headers: said.append(status)))
    return said[0], answer


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [])
    return [environ["wsgi.input"].read()]


@pytest.mark.parametrize("more", [{"CONTENT_LENGTH": "3000"}, {"HTTP_TRANSFER_ENCODING": "chunked"}], ids=["length", "chunked"])
def test_a_body_arrives_as_it_was_sent(more: dict[str, str]) -> None:
    body = bytes(range(250)) * 12
    assert call(WholeBodies(echo, 1), io.BytesIO(body), **more) == ("200 OK", body)


def test_a_slow_body_is_waited_for_a_minute_and_no_longer() -> None:
    quick, slow = Trickle([b"x"] * (LONGEST_SECONDS - 1)), Trickle([b"x"] * 10_000)
    assert call(WholeBodies(echo, 1, quick.clock), quick, CONTENT_LENGTH="9999")[0] == "200 OK"
    status, answer = call(WholeBodies(echo, 1, slow.clock), slow, CONTENT_LENGTH="9999")
    assert (status.split()[0], b"busy" in answer, slow.at) == ("503", True, LONGEST_SECONDS + 1)


def test_of_a_body_that_is_too_large_no_more_is_read_than_shows_it() -> None:
    source = io.BytesIO(b"x" * (MOST_BYTES + 5000))
    assert len(call(WholeBodies(echo, 1), source, HTTP_TRANSFER_ENCODING="chunked")[1]) < MOST_BYTES + 512
    untouched = io.BytesIO(b"x" * 10)
    call(WholeBodies(lambda environ, start: start("413 x", []) or [], 1), untouched, CONTENT_LENGTH=str(MOST_BYTES))
    assert untouched.tell() == 0


@contextmanager
def bodies_that_never_come(app: WholeBodies, many: int) -> Iterator[None]:
    hold, read = threading.Event(), threading.Semaphore(0)

    class Never:
        def read(self, size: int) -> bytes:
            read.release()
            hold.wait(20)
            return b""

    waiting = [threading.Thread(target=call, args=(app, Never()), kwargs={"CONTENT_LENGTH": "5"}) for _ in range(many)]
    for thread in waiting:
        thread.start()
    for _ in waiting:
        read.acquire()
    try:
        yield
    finally:
        hold.set()
        for thread in waiting:
            thread.join()


def test_a_place_is_taken_only_once_the_body_is_here() -> None:
    """Ten wait for theirs; the one with a body is served, at the only place there is."""
    app = WholeBodies(echo, 1)
    with bodies_that_never_come(app, 10):
        assert call(app, io.BytesIO(b"hello"), CONTENT_LENGTH="5") == ("200 OK", b"hello")
        assert call(app, io.BytesIO(b"")) == ("200 OK", b"")


def test_some_threads_are_kept_from_those_who_say_nothing() -> None:
    app = WholeBodies(echo, 1)
    with bodies_that_never_come(app, MOST_READING):
        status, answer = call(app, io.BytesIO(b"hello"), CONTENT_LENGTH="5")
        assert status.split()[0] == "503" and b"busy" in answer
        assert call(app, io.BytesIO(b"")) == ("200 OK", b"")
    assert call(app, io.BytesIO(b"hello"), CONTENT_LENGTH="5") == ("200 OK", b"hello")
