"""A coordinator who never touches the mouse: the queue with its keys, and with Tab what has none."""

from __future__ import annotations

from playwright.sync_api import Page

from e2e.site import Site
from server.commands.jobs import do_waiting

IS_AT = "(what) => document.activeElement?.matches(what) ?? false"
OVER = "document.querySelectorAll('[data-test=over]').length"
HEAD = "document.querySelector('[data-test=panel] h2')?.textContent"
FORM = "document.querySelector('[data-test=reason-form]')"
MOVED = f"([before, over]) => {FORM} || {HEAD} !== before || {OVER} > over"
SETTLED = f"([before, over]) => !{FORM} && ({HEAD} !== before || {OVER} > over)"
REASON = "按车间考勤表和当天的作业单核对过"


def tab_to(page: Page, what: str, key: str = "Tab") -> None:
    for _ in range(80):
        if page.evaluate(IS_AT, what):
            return
        page.keyboard.press(key)
    raise AssertionError(f"no Tab leads to {what}")


def press_at(page: Page, what: str, key: str = "Tab") -> None:
    page.locator(what).first.wait_for()
    tab_to(page, what, key)
    page.keyboard.press("Enter")


def credit_the_clean(site: Site, page: Page, clean: int, total: int) -> None:
    """All that the filters find, the clean among them, by a job; no key is pressed before its end was told."""
    page.locator("[data-test=row]").first.wait_for()
    tab_to(page, "[data-test=choose-page]")
    page.keyboard.press("Space")
    press_at(page, "[data-test=choose-all]", "Shift+Tab")
    press_at(page, "[data-test=bulk]")
    page.locator("[data-test=bulk-what]", has_text=f"筛选出的 {total} 条里，{clean} 条无异常").wait_for()
    press_at(page, "[data-test=bulk-now]")
    page.locator("[data-test=bulk-told]", has_text="正在成批认可").wait_for()
    do_waiting(site.app, site.app.extensions["jiangji"].clock)
    page.locator("[data-test=bulk-told]", has_text=f"已认可 {clean} 条").wait_for(timeout=60_000)
    press_at(page, "[data-test=bulk-close]")
    page.reload()


def set_aside(page: Page, reason: str) -> None:
    """The first row, for which nobody has signed: it counts nothing, and somebody says why."""
    page.locator("[data-test=row]").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.locator("[data-test=reason-form]").wait_for()
    page.keyboard.type(reason)
    page.keyboard.press("Control+Enter")
    page.locator("[data-test=outcomes]", has_text="已按 0 分钟办结").wait_for()


def decide_each(page: Page, left: int, asked: str = "") -> list[str]:
    """One after the other with `a`, and a reason where one is wanted; the row whose head begins with `asked` is asked about with `r`.
    Which rows wanted a reason."""
    press, wanted = page.keyboard.press, []
    page.wait_for_function("(left) => document.querySelectorAll('[data-test=row]').length === left", arg=left)
    press("j")
    press("Enter")
    page.locator("[data-test=panel] h2").wait_for()
    for _ in range(left):
        before = page.evaluate(f"() => [{HEAD}, {OVER}]")
        press("r" if asked and before[0].startswith(asked) else "a")
        page.wait_for_function(MOVED, arg=before)
        if page.locator("[data-test=reason-form]").count():
            wanted.append(before[0])
            page.keyboard.type(REASON)
            press("Control+Enter")
            page.wait_for_function(SETTLED, arg=before)
        page.wait_for_function(f"(over) => {OVER} > over", arg=before[1])
    press("Escape")
    return wanted
