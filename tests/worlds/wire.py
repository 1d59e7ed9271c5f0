"""The wire between a phone and its server: it loses, repeats, delays, cuts, and lets strangers answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

FAULTS = (
    "lose_request", "lose_response", "twice", "late_request", "late_response", "cut_request", "cut_response",
    "500_before", "500_after", "413", "429", "503", "stranger", "newer_server",
)  # fmt: skip
HOTEL = b"<!doctype html><title>WLAN</title>"


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and body as they came."""

    status: int
    body: bytes

    def answer(self) -> dict[str, Any] | None:
        """Our own answer; None for whatever else stood between us and the server."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        ours = isinstance(found, dict) and {"v", "epoch", "now", "verdicts", "books", "gone"} <= found.keys()
        return found if ours and self.status == 200 else None


class Transport(Protocol):
    """Services in process, the real application, or a process at an address."""

    def exchange(self, person: str, raw: bytes) -> Reply: ...


@dataclass
class Wire:
    """One for all phones. Requests that are late arrive with `deliver`."""

    server: Transport
    late: list[tuple[str, bytes]] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)

    def send(self, person: str, raw: bytes, fault: str = "ok") -> Reply | None:
        if fault == "lose_request":
            return None
        if fault == "late_request":
            self.late.append((person, raw))
            return None
        if fault in ("413", "429", "503", "500_before"):
            return Reply(int(fault[:3]), b'{"word":"busy"}')
        if fault == "stranger":
            return Reply(200, HOTEL)
        if fault == "cut_request":
            raw = raw[: len(raw) * 2 // 3]
        if fault == "twice":
            self._ask(person, raw)
        reply = self._ask(person, raw)
        if fault == "lose_response":
            return None
        if fault == "500_after":
            return Reply(500, b'{"word":"server_fault"}')
        if fault == "cut_response":
            return Reply(200, reply.body[: len(reply.body) // 2])
        return newer(reply) if fault == "newer_server" else reply

    def _ask(self, person: str, raw: bytes) -> Reply:
        reply = self.server.exchange(person, raw)
        assert reply.status < 500, reply
        answer = reply.answer()
        if answer is not None:
            self.heard.append({"person": person, **answer})
        return reply

    def deliver(self) -> None:
        late, self.late = self.late, []
        for person, raw in late:
            self._ask(person, raw)


def newer(reply: Reply) -> Reply:
    """What a later server may say: members we do not know, and a verdict of a kind we do not know."""
    answer = reply.answer()
    if answer is None:
        return reply
    for number, op_id in enumerate(sorted(answer["verdicts"])):
        if number % 2:
            answer["verdicts"][op_id] = {"as": "pondered", "by": "a committee"}
        else:
            answer["verdicts"][op_id]["hint"] = {"more": [1]}
    answer["update"] = {"soon": True}
    return Reply(200, json.dumps(answer).encode())
