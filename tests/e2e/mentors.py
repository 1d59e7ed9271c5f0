"""A master's phone and what lies before it: many entries at once, and what his list says."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from playwright.sync_api import Page

from e2e.phone import Phone
from e2e.site import DAY_MS, Site, day, new_id, now
from server.services.books import intake
from server.store.db import writing
from server.store.people import devices
from sync.op import to_base64url
from sync.signing import jwk_of, make_jws, thumbprint

WORDS = ("更换伺服电机编码器电池", "校准六轴机器人零点", "清理控制柜滤网和风扇")
BATCH = 50
# held there until the browser has told whoever watches that it is in sight
LOOK = """(end) => new Promise((seen) => {
  end.scrollIntoView({ block: 'center' })
  new IntersectionObserver((all, eye) => {
    if (!all.some(({ isIntersecting }) => isIntersecting)) return
    eye.disconnect()
    setTimeout(seen)
  }).observe(end)
  setTimeout(seen, 10000)
})"""


class Tablet:
    """The apprentice's other device: writes as many entries as one likes, as a phone without a screen here would."""

    def __init__(self, site: Site, role: str = "apprentice") -> None:
        self.site, self.person, self.count = site, site.people[role], 0
        self.private = generate_private_key(SECP256R1())
        jwk = jwk_of(self.private.public_key())
        row = {"id": thumbprint(jwk), "x": jwk["x"], "y": jwk["y"], "label": "", "shared": False, "status": "active"}
        with site.app.app_context(), writing() as conn:
            devices.insert_device(conn, row | {"person_id": self.person, "now": now()})

    def _op(self, kind: str, doc: str, of: str | None, body: dict[str, Any], at: int) -> str:
        self.count += 1
        payload = {
            "v": 1, "book": self.site.book, "kind": kind, "body": body, "doc": doc, "of": of, "deps": [], "by": self.person,
            "count": self.count, "at": at, "seen": 0, "salt": to_base64url(secrets.token_bytes(16)),
        }  # fmt: skip
        return make_jws(self.private, "jj-op", payload)

    def _send(self, ops: list[str]) -> list[str]:
        told: list[str] = []
        for start in range(0, len(ops), BATCH):
            with self.site.app.app_context():
                verdicts = intake.accept(ops[start : start + BATCH], now())
            assert {verdict["as"] for verdict in verdicts.values()} == {"accepted"}, verdicts
            told += verdicts
        return told

    def write(self, entries: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
        """(document, version) of each: `text`, days `ago`, `start` hour, two hours long unless `minutes`."""
        docs, ops = [], []
        for entry in entries:
            docs.append(new_id())
            at = now() - entry.get("ago", 0) * DAY_MS
            ops.append(self._op("entry.logged", docs[-1], None, content(entry, at), at))
        return list(zip(docs, self._send(ops), strict=True))

    def revise(self, doc: str, version: str, **entry: Any) -> str:
        at = now()
        [told] = self._send([self._op("entry.revised", doc, version, content(entry, at - entry.get("ago", 0) * DAY_MS), at)])
        return told

    def withdraw(self, doc: str, version: str) -> None:
        self._send([self._op("entry.withdrawn", doc, version, {"reason": "记错了"}, now())])


def content(entry: dict[str, Any], at: int) -> dict[str, Any]:
    start = entry.get("start", 8) * 60
    return {
        "day": day(at), "start": start, "end": start + entry.get("minutes", 120), "break": 0, "module": "M3", "nature": "practice",
        "place_kind": "post", "place": "workshop-1", "text": entry["text"], "photos": [], "safety": True, "shared": False,
        "late_reason": None, "presence": None,
    }  # fmt: skip


def waiting(page: Page) -> list[str]:
    """The texts of his list, in its order."""
    return page.locator("[data-test=waiting] .sign-row-text").all_inner_texts()


def row(page: Page, text: str) -> Any:
    return page.locator("[data-test=waiting]", has_text=text)


def look_at(page: Page, text: str) -> None:
    row(page, text).locator("[data-test=open]").click()
    page.locator("[data-test=facts]", has_text=text).wait_for()


def look_at_all(phone: Phone) -> None:
    """Scrolls, as a thumb does, until nothing is left unseen."""
    page = phone.page
    page.wait_for_selector("[data-test=scanned-entry]")
    entries = page.locator("[data-test=scanned-entry]")
    for place in range(entries.count()):
        entries.nth(place).locator(".scanned-entry-end").evaluate(LOOK)
    page.wait_for_selector("[data-test=confirm]")
