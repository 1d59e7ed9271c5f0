"""Every screen, in both languages, light and dark: axe finds nothing, the policy stops nothing, and somebody can look at them.

JIANGJI_SHOTS names a folder for the pictures; without it none are taken."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page

from e2e.faults import AXE
from e2e.phone import CACHED, Phone
from e2e.site import APPRENTICE, CODE, DAY_MS, MENTOR, Site, day, now
from e2e.test_keeping import wait_for

SIZES = ((360, 740), (390, 844), (1280, 800))
SPEAK = "(language) => localStorage.setItem('jiangji-language', language)"
# what the worker was told to keep
LISTED = re.compile(r"url:`(/[^`]+)`")
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PLANTINGS = {
    "(text) => { document.body.innerHTML = text }": "TrustedHTML",
    "(text) => document.write(text)": "TrustedHTML",
    "(text) => document.body.setAttribute('onclick', text)": "TrustedScript",
    "(text) => { document.createElement('script').textContent = text }": "TrustedScript",
    "() => { document.createElement('script').src = 'https://example.org/x.js' }": "TrustedScriptURL",
}
WORDS = {
    "a": "用示教器校准六轴机器人零点，记录各轴偏差并复核两次。", "b": "更换伺服电机编码器电池，清零后跑合 30 分钟。",
    "c": "按图纸装配末端夹具，螺栓按对角顺序拧紧到 25 N·m。", "d": "点检控制柜滤网和风扇。", "e": "整理工具柜，学习车间 6S 要求。",
}  # fmt: skip


def tell(site: Site, phone: Phone) -> None:
    """A book in which every state of an entry is on show."""
    for number, text in enumerate(WORDS.values()):
        phone.log(text, start=8 + 3 * (number % 2), day=day(now() - (number // 2) * DAY_MS))
    phone.wait_for_status("在线·已同步")
    ops = {op.payload["body"]["text"]: op for op in site.arrived()}
    mentor = site.pen("mentor")
    signed = {"minutes": 120, "how": "list", "scores": [], "note": None}
    for key in ("b", "c"):
        mentor("entry.signed", ops[WORDS[key]].payload["doc"], ops[WORDS[key]].id, signed)
    mentor("entry.returned", ops[WORDS["d"]].payload["doc"], ops[WORDS["d"]].id, {"reason": "请写明更换了哪几块滤网。"})
    site.act("entry.credited", {"minutes": 120, "note": None}, ops[WORDS["c"]].payload["doc"], ops[WORDS["c"]].id)


def refuse(site: Site, phone: Phone) -> None:
    """One entry the server did not take, and one that waits on the phone."""
    month = day(now() - 40 * DAY_MS)
    site.act("month.locked", {"month": month[:7]})
    phone.go_bright()
    phone.page.click("[data-test=tab-today]")
    phone.page.wait_for_selector("[data-test=needs]")
    phone.go_dark()
    phone.log("线边仓盘点，核对物料卡。", start=15)


@pytest.fixture
def shots() -> Path | None:
    folder = os.environ.get("JIANGJI_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) if folder else None


@pytest.fixture
def look(node, shots) -> Callable[[Page, str], None]:
    """Judge a screen as it stands: axe light and dark, no sideways scrolling at any size, pictures."""
    axe = (node[1] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

    def judge(page: Page, name: str) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate(FITS), f"{name} is wider than {width}"
                if shots:
                    page.screenshot(path=shots / f"{name}-{width}x{height}-{scheme}.png", full_page=False)
            page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
            assert page.evaluate(AXE) == [], f"{name} {scheme}"

    return judge


def outside(page: Page, base: str) -> Iterator[str]:
    page.goto(f"{base}/login")
    page.wait_for_selector("[data-test=login]")
    yield "login"
    page.goto(f"{base}/activate")
    page.wait_for_selector("[data-test=slip]")
    yield "activate"
    page.fill("[name=login]", MENTOR[1])
    page.fill("[name=code]", "00000-00000")
    page.click("[type=submit]")
    page.wait_for_selector("[data-test=said]")
    yield "activate-wrong"
    page.goto("about:blank")
    page.goto(f"{base}/activate#{MENTOR[1]}.{CODE}")
    page.click("[type=submit]")
    page.wait_for_selector("[data-test=password]")
    yield "activate-password"


def inside(page: Page, base: str) -> Iterator[str]:
    page.goto(base)
    page.wait_for_selector("[data-test=entry]")
    yield "home"
    page.click("[data-test=status]")
    page.wait_for_selector("[data-test=sync-line]")
    yield "sync"
    page.goto(f"{base}/needs")
    page.wait_for_selector("[data-test=need], .soft")
    yield "needs"
    page.goto(f"{base}/me")
    page.wait_for_selector("[data-test=leave]")
    page.click("[data-test=leave]")
    page.wait_for_selector("[data-test=leave-yes]")
    yield "me"
    page.goto(base)
    page.click("[data-test=log]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    page.fill("[name=text]", WORDS["a"])
    page.wait_for_selector("[data-test=save]:enabled")
    yield "log"


def screens_of(phone: Phone, screens: Callable[[Page, str], Iterator[str]], look: Callable[[Page, str], None], mark: str = "") -> None:
    for language in ("zh-CN", "en"):
        phone.page.evaluate(SPEAK, language)
        for name in screens(phone.page, phone.site.wire.origin):
            assert phone.page.get_attribute("html", "lang") == language
            look(phone.page, f"{name}{mark}-{language}")
    phone.page.evaluate(SPEAK, "zh-CN")


def test_axe_would_see_a_fault(site, make_phone, look):
    phone = make_phone(site)
    page = phone.open("/login")
    page.wait_for_selector("[data-test=login]")
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    with pytest.raises(AssertionError, match="button-name"):
        look(page, "planted")


def test_the_screens_before_the_log_in(site, make_phone, look):
    phone = make_phone(site)
    phone.open("/login")
    screens_of(phone, outside, look)
    assert phone.broke == []


def test_a_fresh_handbook_and_its_form(site, make_phone, look):
    phone = make_phone(site)
    page = phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    look(page, "home-empty-zh-CN")
    page.click("[data-test=log]")
    page.get_by_label("岗位操作技能").wait_for()
    look(page, "log-empty-zh-CN")
    phone.close()
    phone.open("/login").wait_for_selector("[data-test=login]")
    look(phone.page, "login-known-zh-CN")
    assert phone.broke == []


def test_the_screens_behind_the_log_in_and_what_the_browser_keeps_of_them(site, make_phone, look):
    phone = make_phone(site)
    phone.activate(APPRENTICE[1], CODE)
    tell(site, phone)
    screens_of(phone, inside, look)
    cached = phone.page.evaluate(CACHED)
    phone.page.goto(site.wire.origin)
    phone.go_dark()
    phone.log("补记上个月：设备大修。", start=13, day=day(now() - 40 * DAY_MS))
    refuse(site, phone)
    screens_of(phone, inside, look, "-offline")

    names = {urlsplit(url).path for url in cached}
    here = site.app.extensions["jiangji"]
    assert names == set(LISTED.findall((here.pages / "sw.js").read_text("utf-8"))), "the browser's caches hold the shell and nothing else"
    assert names < {f"/{path}" for path in here.files}
    assert phone.broke == [] and '"event": "csp"' not in site.log.read_text()


def test_a_script_that_somebody_planted_is_not_run(site, make_phone):
    phone = make_phone(site)
    page = phone.settle_in(APPRENTICE[1])
    text = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"
    phone.log(text)
    phone.wait_for_status("在线·已同步")
    assert page.locator("[data-test=entry] img").count() == 0
    for planting, what in PLANTINGS.items():
        with pytest.raises(BrowserError, match=what):
            page.evaluate(planting, text)
    assert page.evaluate("window.hacked") is None
    wait_for(lambda: len(phone.broke) >= len(PLANTINGS), page)
    assert len(phone.broke) == len(PLANTINGS)


def test_a_script_in_the_page_itself_is_stopped_by_the_policy(site, make_phone):
    phone = make_phone(site)
    page = phone.open(None)

    def plant(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</head>", "<script>window.hacked=1</script></head>"))

    page.route(f"{site.wire.origin}/login", plant)
    page.goto(f"{site.wire.origin}/login")
    page.wait_for_selector("[data-test=login]")
    assert "window.hacked=1" in page.content()
    assert page.evaluate("window.hacked") is None
    assert [what for what in phone.broke if what.startswith("script-src-elem inline")]
