"""What waits for me: nothing, one, and a thousand; said again in the form; and one entry written two ways on two phones."""

from __future__ import annotations

import datetime

import pytest

from e2e.handbooks import WATCH, Writer, hours_of, longest_task_ms, sees_long_tasks
from e2e.phone import SHELL
from e2e.site import APPRENTICE, DAY_MS, day, new_id, now

MANY = 1000
# some 50 when they are quickest; a list drawn whole takes seconds
MOST_MS = 150


def last_month() -> datetime.date:
    return (datetime.date.fromisoformat(day(now())).replace(day=1) - datetime.timedelta(days=1)).replace(day=1)


@pytest.fixture
def thousand(site):
    """A thousand entries in one month, every one of them returned."""
    apprentice, mentor = Writer(site, "apprentice"), Writer(site, "mentor")
    month = last_month()
    days = [(month + datetime.timedelta(days=number)).isoformat() for number in range(25)]
    docs = [new_id() for _ in range(MANY)]
    ids = apprentice.write([
        ("entry.logged", doc, None, hours_of(f"装配第 {number} 组夹具", days[number % 25], 30 * (number // 25), 30 * (number // 25) + 30))
        for number, doc in enumerate(docs)
    ])  # fmt: skip
    mentor.write([("entry.returned", doc, op, {"reason": "请写明数值。"}) for doc, op in zip(docs, ids, strict=True)])
    return site


@pytest.fixture
def phone(site, make_phone):
    made = make_phone(site)
    made.settle_in(APPRENTICE[1])
    made.wait_for_status("在线·已同步")
    return made


def go(phone, path: str) -> None:
    phone.page.goto(f"{phone.site.wire.origin}{path}")


def test_with_nothing_to_do_both_screens_say_so(phone):
    go(phone, "/needs")
    phone.page.locator("[data-test=none]", has_text="没有需要处理的记录").wait_for()
    assert phone.page.locator("[data-test=need]").count() == 0
    go(phone, f"/month/{phone.site.book}/{last_month().isoformat()[:7]}")
    phone.page.get_by_text("0.0 学时 (0 分钟)").first.wait_for()
    assert phone.page.locator("[data-test=more-flags]").count() == 0


@pytest.mark.quiet
def test_a_thousand_needs_and_a_thousand_lines_of_a_month_come_a_page_at_a_time(thousand, make_phone):
    phone = make_phone(thousand)
    page = phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步", seconds=90)
    page.locator("[data-test=needs]", has_text=f"{MANY} 条被退回").wait_for(timeout=30_000)
    page.evaluate(f"({WATCH})()")
    page.click("[data-test=needs]")
    needs = page.locator("[data-test=need]")
    needs.first.wait_for()
    assert needs.count() == 20
    more = page.get_by_role("button", name="再看一些")
    told = {"needs": longest_task_ms(page, lambda _: more.click())}
    assert needs.count() in (40, 60, 80)
    go(phone, f"/month/{thousand.book}/{last_month().isoformat()[:7]}")
    page.evaluate(f"({WATCH})()")
    lines = page.locator("[data-test=flags] a")
    lines.first.wait_for()
    assert lines.count() == 40
    assert f"({MANY * 30} 分钟)" in page.inner_text("[data-test=total-logged]")
    told["month"] = longest_task_ms(page, lambda _: page.click("[data-test=more-flags]"))
    assert lines.count() in (80, 120, 160)
    print(told)
    assert {what: best for what, (best, _) in told.items() if best > MOST_MS} == {}
    assert sees_long_tasks(page, MOST_MS)


def refuse_one(phone, text: str) -> str:
    """The server does not take what was written for a month that was locked meanwhile."""
    go(phone, "/")
    phone.page.wait_for_selector("[data-test=log]")
    phone.go_dark()
    on = last_month().replace(day=12).isoformat()
    phone.fill_in(text, 13, day=on)
    phone.page.click("[data-test=save]")
    phone.page.wait_for_selector("[data-test=hours]", state="detached")
    phone.site.act("month.locked", {"month": on[:7]})
    phone.go_bright()
    phone.wait_for_status("在线·已同步", seconds=60)
    return on


def test_what_was_refused_is_written_again_as_a_new_entry(phone):
    page = phone.page
    on = refuse_one(phone, "设备大修")
    page.click("[data-test=tab-today]")
    page.click("[data-test=log]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    page.fill("[name=text]", "还没写完的一条")
    # by the tab: a page that is left altogether may not have kept the last letter
    page.click("[data-test=tab-today]")
    page.click("[data-test=needs]")
    page.click("[data-test=redo]")
    page.wait_for_function("(text) => document.querySelector('[name=text]')?.value === text", arg=f"补记 {on}：设备大修")
    assert "今天 13:00–15:00" in page.locator("[data-test=fold-times]").inner_text()
    page.click("[data-test=save]")
    phone.row("设备大修").wait_for()
    phone.wait_for_status("在线·已同步")
    page.click("[data-test=needs]")
    page.click("[data-test=aside]")
    page.wait_for_selector("[data-test=none]")
    assert phone.site.texts() == [f"补记 {on}：设备大修"]
    go(phone, "/log")
    page.wait_for_selector("[data-test=restored]")
    assert page.input_value("[name=text]") == "还没写完的一条"


def test_a_running_timer_does_not_take_the_place_of_what_is_written_again(phone):
    page = phone.page
    on = refuse_one(phone, "更换润滑脂")
    page.evaluate("() => scrollTo(0, 0)")
    page.click("[data-test=tab-today]")
    page.click("[data-test=timer-start]")
    page.wait_for_selector("[data-test=timer]")
    go(phone, "/needs")
    page.click("[data-test=redo]")
    page.wait_for_function("(text) => document.querySelector('[name=text]')?.value === text", arg=f"补记 {on}：更换润滑脂")


def revise(phone, text: str, longer: str) -> None:
    page = phone.page
    page.click("[data-test=revise]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    page.fill("[name=text]", text)
    page.click(f"[data-test={longer}]")
    page.click("[data-test=save]")
    page.locator("[data-test=say]", has_text="改好了，联网后师傅会看到").wait_for()
    page.get_by_text(text).first.wait_for()


def test_one_entry_revised_on_two_phones_without_a_network_is_settled_by_one_choice(phone, site, make_phone):
    writer = Writer(site, "apprentice")
    doc = new_id()
    writer.write([("entry.logged", doc, None, hours_of("校准六轴零点", day(now() - DAY_MS), 480, 600, place="workshop-1"))])
    twin = make_phone(site)
    twin.open("/login")
    twin.log_in(APPRENTICE[1])
    twin.wait_for_status("在线·已同步")
    twin.page.evaluate(SHELL)
    for one in (phone, twin):
        one.page.evaluate("() => window.dispatchEvent(new Event('online'))")
        go(one, f"/entry/{site.book}/{doc}")
        one.page.wait_for_selector("[data-test=revise]")
    twin.context.set_offline(True)
    phone.go_dark()
    revise(phone, "甲：偏差 0.02 毫米", "quick15")
    revise(twin, "乙：偏差 0.03 毫米", "quick30")
    phone.go_bright()
    twin.context.set_offline(False)
    for one in (phone, twin):
        one.wait_for_status("在线·已同步", seconds=60)
    # whichever was first has not heard of the other
    for one in (phone, twin):
        one.page.evaluate("() => window.dispatchEvent(new Event('online'))")
        one.page.locator("[data-test=rival]").nth(1).wait_for(timeout=60_000)
    go(phone, "/")
    phone.page.click("[data-test=needs]")
    phone.page.click("[data-test=choose]")
    phone.page.locator("[data-test=rival]", has_text="乙：偏差 0.03 毫米").locator("[data-test=keep]").click()
    phone.page.locator("[data-test=rivals]").wait_for(state="detached")
    phone.wait_for_status("在线·已同步")
    twin.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    twin.page.locator("[data-test=rivals]").wait_for(state="detached", timeout=60_000)
    for one in (phone, twin):
        one.page.get_by_text("08:00–10:30").first.wait_for()
        assert "乙：偏差 0.03 毫米" in one.page.inner_text("main")
        one.page.locator(".entry-main .state-mark.state-mark-logged").wait_for()
        assert one.outbox(site.people["apprentice"]) == []
    assert site.texts() == ["乙：偏差 0.03 毫米"]

    phone.page.click("[data-test=copy]")
    phone.page.wait_for_selector("[data-test=hours][data-begun=true]")
    assert phone.page.input_value("[name=text]") == "乙：偏差 0.03 毫米"
    phone.page.click("[data-test=save]")
    phone.row("乙：偏差 0.03 毫米").wait_for()
    phone.wait_for_status("在线·已同步")
    assert site.texts() == ["乙：偏差 0.03 毫米"] * 2
