"""A9 on the real screen: codes an enemy has stuck over ours, read by the scanner in the app. Nothing is opened, nothing is fetched,
nothing becomes part of the page; and a phone that is lost after the exchange, from screen to custody."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from e2e.mentors import look_at_all
from e2e.phone import Phone
from e2e.screen_photos import give, photograph
from e2e.site import APPRENTICE, MENTOR, Site

# what a phone asks by itself, whatever it is shown
OWN = ("/api/sync", "/api/health")
DRAW = """
import { createRequire } from 'node:module'
const [pwa, ...given] = process.argv.slice(2)
const QRCode = createRequire(`${pwa}/package.json`)('qrcode')
for (let at = 0; at < given.length; at += 2) await QRCode.toFile(given[at], given[at + 1], { width: 500, margin: 4 })
"""


@pytest.fixture
def stickers(node: tuple[str, Path], tmp_path: Path):
    """Pictures of codes that say this."""

    def draw(*texts: str) -> list[Path]:
        script = tmp_path / "draw.mjs"
        script.write_text(DRAW)
        paths = [tmp_path / f"sticker-{number}.png" for number in range(len(texts))]
        pairs = [word for path, text in zip(paths, texts, strict=True) for word in (str(path), text)]
        subprocess.run([node[0], script, node[1], *pairs], check=True, timeout=60)
        return paths

    return draw


def test_a_sticker_over_our_code_opens_fetches_and_writes_nothing(site: Site, make_phone, stickers) -> None:
    phone: Phone = make_phone(site)
    page = phone.settle_in(MENTOR[1])
    origin = site.wire.origin
    texts = (
        "https://evil.example/q#0172", f"{origin}.evil.example/q#0172", "javascript:document.title='x'", "weixin://dl/business/?t=x",
        f"{origin}/me", f"{origin}/api/logout", f"{origin}/q#<img src=x onerror=alert(1)>", "<script>document.title='x'</script>",
        f"{origin}/q#{'9' * 300}", "WIFI:T:WPA;S:college;P:x;;",
    )  # fmt: skip
    seen: list[Any] = []
    page.click("[data-test=tab-scan]")
    page.wait_for_selector("[data-test=camera]")
    page.context.on("request", lambda asked: seen.append(asked.url))
    page.context.on("page", lambda other: seen.append(other))
    page.on("dialog", lambda asked: seen.append(asked))
    title, where = page.title(), page.url
    for text, path in zip(texts, stickers(*texts), strict=True):
        said = page.locator("[data-test=trouble]")
        before = said.inner_text()
        give(page, [path])
        page.wait_for_function("(before) => document.querySelector('[data-test=trouble]').innerText !== before", arg=before)
        assert said.inner_text().strip(), text
        assert (page.url, page.title()) == (where, title), text
        assert page.locator("main img, main script, main iframe, main a[href*=evil]").count() == 0, text
        page.click("[data-test=tab-me]")
        page.click("[data-test=tab-scan]")
        page.wait_for_selector("[data-test=camera]")
    assert [one for one in seen if not isinstance(one, str) or not one.startswith((origin, "blob:" + origin, "data:"))] == []
    assert [one for one in seen if isinstance(one, str) and one.startswith(f"{origin}/api/") and not one.endswith(OWN)] == []
    assert phone.broke == [] and phone.outbox(site.people["mentor"]) == []


def test_an_activation_slip_on_the_wall_is_named_and_asks_first(site: Site, make_phone, stickers) -> None:
    """A code that logs somebody in as somebody else: it says what it would do, and does nothing until that is wanted."""
    phone: Phone = make_phone(site)
    page = phone.settle_in(MENTOR[1])
    page.click("[data-test=tab-scan]")
    give(page, stickers(f"{site.wire.origin}/activate#enemy.0123456789"))
    page.locator("[data-test=slip]").wait_for()
    assert "激活单" in page.inner_text("[data-test=slip]") and page.url.endswith("/scan")


def test_the_masters_phone_is_lost_after_the_exchange(site: Site, make_phone, tmp_path: Path) -> None:
    """The apprentice's phone brings the words of both; from the report on, whatever the old phone still signs waits for two people."""
    apprentice, mentor, new = (make_phone(site) for _ in range(3))
    for phone, (_, login) in ((apprentice, APPRENTICE), (mentor, MENTOR)):
        phone.settle_in(login)
    apprentice.go_dark()
    mentor.context.set_offline(True)
    for number, text in enumerate(("换油", "校准零位")):
        apprentice.log(text, start=8 + 3 * number)
    apprentice.page.click("[data-test=show]")
    mentor.page.click("[data-test=tab-scan]")
    give(mentor.page, photograph(apprentice.page, tmp_path / "shown"))
    look_at_all(mentor)
    mentor.page.locator("[data-test=scanned-entry]", has_text="校准零位").get_by_text("先不签").click()
    mentor.page.click("[data-test=confirm]")
    mentor.page.locator("[data-test=qr]").wait_for()
    apprentice.page.click("[data-test=scan-answer]")
    give(apprentice.page, photograph(mentor.page, tmp_path / "answered"))
    apprentice.page.wait_for_selector("[data-test=answered] .seal-mark")
    shown = {op["jws"] for op in mentor.outbox(site.people["mentor"])}
    assert len(shown) == 3
    mentor.kill()

    apprentice.go_bright()
    apprentice.wait_for_status("在线·已同步", seconds=60)
    assert {row[0] for row in site.rows("SELECT jws FROM ops WHERE verdict = 'accepted'")} >= shown, "K12: not the bytes that were shown"
    assert apprentice.outbox(site.people["apprentice"]) == []

    new.open("/login")
    new.log_in(MENTOR[1])
    new.wait_for_status("在线·已同步", seconds=60)
    new.page.goto(f"{site.wire.origin}/me/devices")
    old = new.page.locator("[data-test=device]", has_not_text="这台手机").first
    old.locator("[data-test=lost]").click()
    new.page.click("[data-test=sure]")
    new.page.wait_for_selector("[data-test=said]")
    assert site.rows("SELECT count(*) FROM sessions WHERE ended_at IS NULL AND person_id = :p", p=site.people["mentor"]) == [(1,)]

    # a finder opens it where there is no network, and signs what waits on it; later its owner has it back and logs in
    site.wire.cut()
    mentor.open("/sign")
    mentor.page.locator("[data-test=waiting]", has_text="校准零位").click()
    mentor.page.click("[data-test=sign]")
    mentor.page.wait_for_selector("[data-test=none]")
    site.wire.mend()
    mentor.page.goto(f"{site.wire.origin}/login")
    mentor.log_in(MENTOR[1])
    give_up = time.monotonic() + 60
    while not site.rows("SELECT 1 FROM ops WHERE verdict = 'quarantined' AND word = 'device_lost'"):
        assert time.monotonic() < give_up, "what the lost phone signed waits for nobody"
        mentor.page.wait_for_timeout(200)
    assert [op.verdict for op in site.arrived("entry.signed")] == ["accepted", "quarantined"]
    assert {row[0]: row[1] for row in site.rows("SELECT state, count(*) FROM entries GROUP BY state")} == {"signed": 1, "logged": 1}
    mentor.page.goto(f"{site.wire.origin}/needs")
    mentor.page.get_by_text("已报失").first.wait_for()
