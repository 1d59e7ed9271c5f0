"""Somebody at a desk that asks for a second factor: it is set up at the first log-in, and shown at every one after."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
from playwright.sync_api import Page

from e2e.clock import Clock
from e2e.desk import Desk
from e2e.phone import PASSWORD

SUBMIT = "[data-test=factor] button[type=submit]"


@dataclass
class Guarded:
    """A desk and the telephone that counts for it."""

    desk: Desk
    clock: Clock
    login: str
    counter: pyotp.TOTP | None = None

    def come_in(self, path: str) -> Page:
        page = self.desk.phone.page if self.desk.phone.context else self.desk.phone.open(None)
        page.goto(self.desk.phone.site.wire.origin + path)
        page.fill("[data-test=login] [name=login]", self.login)
        page.fill("[data-test=login] [name=password]", PASSWORD)
        page.click("[data-test=login] button[type=submit]")
        page.locator(SUBMIT).wait_for()
        if self.counter is None:
            self.counter = pyotp.TOTP(page.locator("[data-test=secret]").inner_text().replace(" ", ""))
            page.fill("[data-test=factor] [name=code]", self.counter.at(self.clock() // 1000))
            page.click(SUBMIT)
            page.check("[data-test=codes-kept]")
            page.click("[data-test=codes-go]")
        else:
            page.fill("[data-test=factor] [name=code]", self.counter.at(self.clock() // 1000))
            page.click(SUBMIT)
        page.wait_for_selector("[data-test=who]", state="attached")
        return page
