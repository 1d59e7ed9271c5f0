"""A book with a plan, and people who write and sign in it: what tests of the desk begin with."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hands import Hand, entry_id, version_of
from server.store.db import writing
from server.store.flags import traces
from serving import Site
from sync.flags.table import VERSION

MODULES = [
    {"code": code, "name": f"name of {code}", "category": "operation", "nature": "practice", "place": "post", "minutes": 9000}
    for code in ("m1", "m2")
]
PLAN = {
    "plan": "p1", "name": "plan", "rule_set": "r1", "source": "sample", "status": "示例", "modules": MODULES,
    "places": [{"id": "shop", "name": "the shop", "kind": "post"}],
    "rules": {
        "lesson_minutes": 45, "day_cap_minutes": 480, "night_from": 1320, "night_to": 360, "online_permille": 500,
        "base_check_in": True, "late_days": 7,
    },
    "closed_days": [],
}  # fmt: skip
CONTENT = {
    "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice", "place_kind": "post", "place": "shop",
    "text": "turning", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
}  # fmt: skip


def write(hand: Hand, number: int, day: int, **changed: Any) -> None:
    body = {"day": f"2026-09-{day:02d}", **CONTENT, **changed}
    assert hand.send(hand.write("entry.logged", entry_id(number), body)) == ["accepted"]


def look(site: Any) -> None:
    """Flags have looked at every book as it stands, and found nothing."""
    with site.app.app_context(), writing() as conn:
        for book_id, seq in conn.execute(sa.text("SELECT id, seq FROM books")).all():
            traces.upsert_look(conn, book_id, seq, VERSION)


def seal(site: Site, number: int, minutes: int = 240, name: str = "mentor") -> None:
    hand = Hand(site, name)
    body = {"minutes": minutes, "how": "list", "note": None, "scores": []}
    jws = hand.write("entry.signed", entry_id(number), body, version_of(site, entry_id(number)))
    assert hand.send(jws) == ["accepted"]
