"""The handbook: quick with 1,500 entries, honest about who did what with which device, and a way on from everything that waits."""

from __future__ import annotations

import time

import pytest

from e2e.handbooks import WATCH, Writer, fill, hours_of, longest_task_ms, throttle
from e2e.site import APPRENTICE, CODE, day, new_id, now

MANY = 1500
MOST_MS = 100


@pytest.fixture
def many(site):
    began = time.monotonic()
    fill(site, MANY)
    print(f"{MANY} entries written in {time.monotonic() - began:.1f} s")
    return site


def test_fifteen_hundred_entries_scroll_and_filter_without_a_long_task(many, make_phone):
    phone = make_phone(many)
    page = phone.activate(APPRENTICE[1], CODE)
    phone.wait_for_status("在线·已同步", seconds=60)
    context = phone.context
    context.add_init_script(f"({WATCH})()")
    page.goto(f"{many.wire.origin}/me")
    page.wait_for_selector("[data-test=leave]")
    throttle(page, 4)

    def visit(_: int) -> None:
        page.goto(f"{many.wire.origin}/me")
        page.wait_for_selector("[data-test=leave]")
        page.evaluate("() => { window.__long = [] }")
        page.locator("nav").get_by_role("link", name="手册").click()
        page.wait_for_selector("[data-test=entry]")

    told = {"first paint": longest_task_ms(page, visit)}
    assert page.locator("[data-test=state-all]").inner_text().endswith(str(MANY))
    chips = ["logged", "signed", "returned", "withdrawn", "all"]
    told["filter tap"] = longest_task_ms(page, lambda n: page.check(f"[data-test=state-{chips[n]}] input"))
    page.check("[data-test=state-all] input")
    told["scroll"] = longest_task_ms(page, lambda _: page.evaluate(SCROLL))
    told["jump"] = longest_task_ms(page, lambda n: page.evaluate("(y) => window.scrollTo(0, y)", 20_000 * (n + 1)))
    writer = Writer(many, "apprentice")
    page.evaluate("() => window.scrollTo(0, 0)")

    def arrive(number: int) -> None:
        writer.write([("entry.logged", new_id(), None, hours_of(f"新来的 {number}", day(now()), 60, 90))])
        page.evaluate("() => window.dispatchEvent(new Event('online'))")
        page.get_by_text(f"新来的 {number}").wait_for(timeout=60_000)

    told["one entry arriving"] = longest_task_ms(page, arrive)
    for what, (best, all_of_them) in told.items():
        print(f"{what}: longest task {best} ms of {all_of_them} at 4× CPU throttle")
    drawn = page.locator("[data-test=entry]").count()
    assert drawn < 120, f"{drawn} lines are drawn of {MANY}"
    assert {what: best for what, (best, _) in told.items() if best > MOST_MS} == {}


SCROLL = """() => new Promise((done) => {
  let steps = 0
  const step = () => { window.scrollBy(0, 400); steps += 1; steps < 30 ? setTimeout(step, 50) : done() }
  step()
})"""
