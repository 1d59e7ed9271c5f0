"""A phone: a browser process with a profile of its own that can be closed, killed and opened again, and what its screen says."""

from __future__ import annotations

import os
import re
import signal
import time
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as BrowserError

from e2e.site import Arrived, Site

PASSWORD = "vier Birnen im Korb"
FLAGS = ["--headless=new", "--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update",
         "--no-first-run", "--disable-default-apps", "--disable-sync"]  # fmt: skip
# every change of the status line with the moment it was shown, and every violation of the page's policy
LISTEN = """(() => {
  let last = ''
  const look = () => {
    const text = document.querySelector('[data-test=status] [role=status]')?.textContent ?? ''
    if (text && text !== last) window.__said(text, Date.now())
    last = text
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
  document.addEventListener('securitypolicyviolation', (event) => window.__broke(event.effectiveDirective + ' ' + event.blockedURI))
})()"""
OUTBOX = """(name) => new Promise((resolve, reject) => {
  const asked = indexedDB.open(name)
  asked.onerror = () => reject(asked.error)
  asked.onsuccess = () => {
    const all = asked.result.transaction('outbox').objectStore('outbox').getAll()
    all.onsuccess = () => { asked.result.close(); resolve(all.result.map(({ jws, state, word }) => ({ jws, state, word }))) }
  }
})"""
DRAFTS = """(name) => new Promise((resolve, reject) => {
  const asked = indexedDB.open(name)
  asked.onerror = () => reject(asked.error)
  asked.onsuccess = () => {
    const all = asked.result.transaction('meta').objectStore('meta').getAll()
    all.onsuccess = () => { asked.result.close(); resolve(all.result.map(({ body }) => body?.draft?.form ?? body?.draft).filter(Boolean)) }
  }
})"""
CACHED = """async () => {
  const urls = []
  for (const name of await caches.keys()) for (const asked of await (await caches.open(name)).keys()) urls.push(asked.url)
  return urls
}"""
SHELL = "() => navigator.serviceWorker.ready.then(() => true)"


@dataclass
class Phone:
    """One profile. `said` is all its status line has ever said, with the moment."""

    playwright: Playwright
    chromium: str
    profile: Path
    site: Site
    options: dict[str, Any] = field(default_factory=dict)
    # more words for the browser's command line
    flags: list[str] = field(default_factory=list)
    said: list[tuple[str, int]] = field(default_factory=list)
    broke: list[str] = field(default_factory=list)
    context: BrowserContext | None = None

    # --- the browser -----------------------------------------------------------------------------------------------

    def open(self, path: str | None = "/") -> Page:
        options = {"viewport": {"width": 360, "height": 740}, "locale": "zh-CN"} | self.options
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=self.chromium, args=[*FLAGS, *self.flags], **options
        )
        self.context.set_default_timeout(30_000)
        self.context.expose_function("__said", lambda text, at: self.said.append((text, at)))
        self.context.expose_function("__broke", lambda what: self.broke.append(what))
        self.context.add_init_script(LISTEN)
        page = self.context.pages[0]
        if path is not None:
            page.goto(self.site.wire.origin + path)
        return page

    @property
    def page(self) -> Page:
        assert self.context is not None
        return self.context.pages[0]

    def close(self) -> None:
        if self.context is not None:
            with suppress(BrowserError):
                self.context.close()
            self.context = None

    def kill(self) -> None:
        """As when the battery falls out. Only the browser of this very profile."""
        mine = f"--user-data-dir={self.profile}".encode()
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0") if folder.name.isdigit() else []
                if mine in words and not any(word.startswith(b"--type=") for word in words):
                    os.kill(int(folder.name), signal.SIGKILL)
        self.close()

    def go_dark(self) -> None:
        """Browsers' own offline switch does not always stop a worker's fetches, so the server goes as well."""
        self.site.wire.cut()
        self.site.stop()
        if self.context is not None:
            self.context.set_offline(True)

    def go_bright(self) -> None:
        self.site.start()
        self.site.wire.mend()
        if self.context is not None:
            self.context.set_offline(False)

    # --- what a person does ----------------------------------------------------------------------------------------

    def activate(self, login: str, code: str, pin: str = "", shared: bool = False) -> Page:
        page = self.open(f"/activate#{login}.{code}")
        page.click("[data-test=slip] button[type=submit]")
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=again]", PASSWORD)
        page.set_checked("[name=shared]", shared)
        page.fill("[name=pin]", pin)
        page.click("[data-test=password] button[type=submit]")
        page.wait_for_selector("[data-test=status]")
        page.evaluate(SHELL)
        return page

    def settle_in(self, login: str) -> Page:
        """As after `activate`, without doing it again: this person activated this phone before, and takes it in hand now."""
        self.site.take_in(login, self.profile)
        page = self.open()
        self.wait_for_status("在线·已同步", seconds=120)
        page.evaluate(SHELL)
        return page

    def log_in(self, login: str) -> None:
        self.page.fill("[data-test=login] [name=login]", login)
        self.page.fill("[data-test=login] [name=password]", PASSWORD)
        self.page.click("[data-test=login] button[type=submit]")

    def fill_in(self, text: str, start: int = 8, page: Page | None = None, day: str = "") -> None:
        """The hours form: `start` o'clock, two hours."""
        page = page or self.page
        page.click("[data-test=log]")
        page.wait_for_selector("[data-test=hours][data-begun=true]")
        self.unfold("times", page)
        if day and day != page.locator("[name=day-choice]").first.get_attribute("value"):
            page.locator("[name=day-choice][value=other]").check()
            self.type_in("day", day, page)
        self.type_in("start", f"{start:02}:00", page)
        self.type_in("end", f"{start + 2:02}:00", page)
        self.unfold("module", page)
        page.get_by_label("岗位操作技能").check()
        self.unfold("place", page)
        page.get_by_label("装配一车间").check()
        page.fill("[name=text]", text)
        late = page.locator("[name=late-reason]")
        if late.count():
            late.fill("设备检修，当时没有带手机。")

    def unfold(self, part: str, page: Page | None = None) -> None:
        """Opens a part of the hours form that shows its choice in one line."""
        head = (page or self.page).locator(f"[data-test=fold-{part}]")
        if head.get_attribute("aria-expanded") == "false":
            head.click()

    def type_in(self, name: str, text: str, page: Page | None = None) -> None:
        """A box that takes what was typed when it is left."""
        box = (page or self.page).locator(f"[name={name}]")
        box.fill(text)
        box.dispatch_event("change")

    def save(self, page: Page | None = None) -> None:
        """保存, until the form is gone: the word that it is saved comes while the form is still being left."""
        page = page or self.page
        page.click("[data-test=save]")
        page.locator("[data-test=saved]", has_text="已保存在本机").wait_for()
        page.wait_for_selector("[data-test=hours]", state="detached")

    def log(self, text: str, start: int = 8, page: Page | None = None, day: str = "") -> float:
        """Seconds from the tap on 保存 until the entry stands under today's lines, or on its day in the handbook."""
        page = page or self.page
        self.fill_in(text, start, page, day)
        began = time.monotonic()
        page.click("[data-test=save]")
        self.row(text, page).wait_for()
        return time.monotonic() - began

    # --- what its screen shows -------------------------------------------------------------------------------------

    def row(self, text: str, page: Page | None = None) -> Any:
        return (page or self.page).locator("[data-test=entry]", has_text=unicodedata.normalize("NFC", text))

    def states(self, page: Page | None = None) -> list[str | None]:
        return [row.get_attribute("data-state") for row in (page or self.page).locator("[data-test=entry]").all()]

    def status(self, page: Page | None = None) -> str:
        return (page or self.page).locator("[data-test=status] [role=status]").inner_text()

    def wait_for_status(self, begins: str, page: Page | None = None, seconds: float = 60, see: Callable[[], None] | None = None) -> str:
        give_up = time.monotonic() + seconds
        while True:
            said = self.status(page)
            if see:
                see()
            if said.startswith(begins):
                return said
            assert time.monotonic() < give_up, f"waited for {begins!r}, the line says {said!r}"
            (page or self.page).wait_for_timeout(40)

    def outbox(self, person: str) -> list[dict[str, Any]]:
        return self.page.evaluate(OUTBOX, f"jiangji-{person}")

    def drafts(self, person: str) -> list[dict[str, Any]]:
        """The forms this phone keeps that are not saved yet."""
        return self.page.evaluate(DRAFTS, f"jiangji-{person}")

    # --- whether it was honest -------------------------------------------------------------------------------------

    def lies(self, arrived: list[Arrived], saving_ms: int = 0) -> list[tuple[str, int]]:
        """Every claim of the status line that was more than true when it was shown, by the server's own book. An operation
        tells when it was begun; how long until it is signed and saved only matters to a line that is painted in between: `saving_ms`."""
        return [(text, at) for text, at in self.said if claims_too_much(text, at, arrived, saving_ms)]


def claims_too_much(text: str, at: int, arrived: list[Arrived], saving_ms: int) -> bool:
    waiting = sum(op.made_at + saving_ms <= at < op.received_at for op in arrived)
    there = sum(op.received_at <= at for op in arrived)
    if text.startswith("在线·已同步"):
        return waiting > 0
    here = re.search(r"(\d+) 条(存在本机|待同步)", text)
    if here:
        return int(here[1]) < waiting
    sending = re.search(r"正在同步 (\d+)/", text)
    return int(sending[1]) > there if sending else text.startswith("离线·上次同步") and waiting > 0
