"""A handbook of many entries, written by a device without a screen, and how long a page kept its browser busy."""

from __future__ import annotations

import secrets
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from playwright.sync_api import Page

from e2e.site import DAY_MS, Site, day, new_id, now
from server.services.books import intake
from server.store.db import writing
from server.store.people import devices
from sync.op import to_base64url
from sync.signing import jwk_of, make_jws, thumbprint

WATCH = """() => {
  window.__long = []
  new PerformanceObserver((list) => { for (const task of list.getEntries()) window.__long.push(Math.round(task.duration)) })
    .observe({ type: 'longtask', buffered: true })
}"""
# keeps the page's browser busy for so long
BUSY = """(ms) => new Promise((done) => setTimeout(() => {
  const end = performance.now() + ms
  while (performance.now() < end);
  done()
}))"""
WORDS = ("校准六轴机器人零点，记录各轴偏差", "更换伺服电机编码器电池", "按图纸装配末端夹具", "点检控制柜滤网和风扇", "整理工具柜")


class Writer:
    """A person's other device: writes many operations at once."""

    def __init__(self, site: Site, role: str, book: str = "") -> None:
        self.site, self.person, self.count, self.ago, self.book = site, site.people[role], 0, 0, book or site.book
        self.key = generate_private_key(SECP256R1())
        jwk = jwk_of(self.key.public_key())
        row = {"id": thumbprint(jwk), "x": jwk["x"], "y": jwk["y"], "label": "", "shared": False, "status": "active"}
        with site.app.app_context(), writing() as conn:
            devices.insert_device(conn, row | {"person_id": self.person, "now": now()})

    def write(self, acts: list[tuple[str, str, str | None, dict[str, Any]]]) -> list[str]:
        """The ids of the operations, in the order of the acts (kind, document, version, body)."""
        written = [self._jws(*act) for act in acts]
        found: list[str] = []
        with self.site.app.app_context():
            for start in range(0, len(written), 50):
                verdicts = intake.accept(written[start : start + 50], now())
                assert {verdict["as"] for verdict in verdicts.values()} == {"accepted"}, verdicts
                found += verdicts
        return found

    def _jws(self, kind: str, doc: str, of: str | None, body: dict[str, Any]) -> str:
        self.count += 1
        return make_jws(self.key, "jj-op", {
            "v": 1, "book": self.book, "kind": kind, "body": body, "doc": doc, "of": of, "deps": [], "by": self.person,
            "count": self.count, "at": now() - self.ago, "seen": 0, "salt": to_base64url(secrets.token_bytes(16)),
        })  # fmt: skip


def hours_of(text: str, on: str, start: int = 480, end: int = 600, **change: Any) -> dict[str, Any]:
    usual = {
        "day": on, "start": start, "end": end, "break": 0, "module": "M3", "nature": "practice", "place_kind": "post",
        "place": "post-1", "text": text, "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
    }  # fmt: skip
    return usual | change


def fill(site: Site, entries: int, days: int = 190) -> None:
    """So many entries, a third signed, some returned, some withdrawn."""
    apprentice, mentor = Writer(site, "apprentice"), Writer(site, "mentor")
    rows: list[tuple[str, str, str | None, dict[str, Any]]] = []
    for number in range(entries):
        hour = 6 + 2 * (number // days)
        body = hours_of(f"{WORDS[number % 5]} {number}", day(now() - (number % days) * DAY_MS), hour * 60, hour * 60 + 90)
        rows.append(("entry.logged", new_id(), None, body))
    ids = apprentice.write(rows)
    named = [(row[1], op) for row, op in zip(rows, ids, strict=True)]
    signed = {"minutes": 90, "how": "list", "scores": [], "note": None}
    mentor.write([("entry.signed", doc, op, signed) for doc, op in named[::3]])
    mentor.write([("entry.returned", doc, op, {"reason": "请写明数值。"}) for doc, op in named[1::15]])
    apprentice.write([("entry.withdrawn", doc, op, {"reason": "记错了日期"}) for doc, op in named[2::30]])


def throttle(page: Page, rate: int) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


def longest_task_ms(page: Page, act: Any, settle_ms: int = 900, tries: int = 3) -> tuple[int, list[int]]:
    """The longest task while `act` runs, in the quietest of several tries: another process's noise only ever adds."""
    worst: list[int] = []
    for number in range(tries):
        page.evaluate("() => { window.__long = [] }")
        act(number)
        page.wait_for_timeout(settle_ms)
        worst.append(max([0, *page.evaluate("() => window.__long")]))
        if worst[-1] == 0:
            break
    return min(worst), worst


def sees_long_tasks(page: Page, most_ms: int) -> bool:
    """Whether a task that is a little longer than allowed would be found."""
    return longest_task_ms(page, lambda _: page.evaluate(BUSY, most_ms + 20), tries=1)[0] > most_ms


def wait_until(true: Any, seconds: float = 20) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.05)
