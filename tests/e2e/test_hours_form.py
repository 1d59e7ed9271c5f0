"""The hours form: three taps for a plain day, every warning in words before saving, and nothing lost on the way."""

from __future__ import annotations

import pytest

from e2e.handbooks import wait_until
from e2e.site import APPRENTICE, DAY_MS, day, now

TAPS = """() => {
  window.taps = Number(sessionStorage.getItem('taps') ?? 0)
  document.addEventListener('click', (event) => event.isTrusted && sessionStorage.setItem('taps', String((window.taps += 1))), true)
}"""
SAVED = """() => new Promise((resolve) => {
  const began = performance.now()
  const look = () => document.querySelector('[data-test=saved] p') ? resolve(performance.now() - began) : setTimeout(look, 1)
  document.querySelector('[data-test=save]').click()
  look()
})"""
IN_VIEW = """() => {
  const box = document.querySelector('.just-saved').getBoundingClientRect()
  return box.top >= 0 && box.bottom <= innerHeight
}"""
OPENED = """() => new Promise((resolve) => {
  const began = performance.now()
  const look = () => document.querySelector('[data-test=hours][data-begun=true]') ? resolve(performance.now() - began) : setTimeout(look, 1)
  document.querySelector('[data-test=log]').click()
  look()
})"""


@pytest.fixture
def phone(site, make_phone):
    made = make_phone(site)
    made.settle_in(APPRENTICE[1])
    made.wait_for_status("在线·已同步")
    return made


def warned(page) -> set[str]:
    return {mark.get_attribute("data-warning") for mark in page.locator("[data-warning]").all()}


def test_a_plain_day_is_three_taps_and_is_said_to_be_on_this_phone(phone, site):
    phone.log("更换前制动片", start=8, day=day(now() - 7 * DAY_MS))
    phone.wait_for_status("在线·已同步")
    phone.go_dark()
    page = phone.page
    page.click("[data-test=tab-today]")
    page.evaluate(TAPS)
    page.click("[data-test=log]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    assert "08:00–10:00" in page.locator("[data-test=fold-times]").inner_text()
    page.click("[data-test=quick15]")
    phone.save()
    assert page.evaluate("window.taps") == 3
    line = page.locator("[data-test=entry].just-saved")
    line.wait_for()
    assert "08:00–10:15" in line.inner_text() and line.get_attribute("data-state") == "local"
    phone.go_bright()
    phone.wait_for_status("在线·已同步")
    assert sorted(op.payload["body"]["end"] for op in site.arrived()) == [600, 615]


def test_an_entry_of_an_old_day_is_brought_into_view_in_its_month(phone, site):
    old = day(now() - 60 * DAY_MS)
    phone.fill_in("补记：设备点检", start=9, day=old)
    page = phone.page
    page.locator("[data-warning=late]").wait_for()
    phone.save()
    line = page.locator(".book-line.just-saved")
    line.wait_for()
    assert "补记：设备点检" in line.inner_text()
    page.wait_for_function(IN_VIEW)
    phone.wait_for_status("在线·已同步")
    [op] = site.arrived()
    assert op.payload["body"]["day"] == old and op.payload["body"]["late_reason"]


def test_the_next_entry_of_a_day_begins_where_the_day_is_free(phone):
    phone.log("上午：拆检减速机", start=8)
    page = phone.page
    page.click("[data-test=log]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    assert "10:00–12:00" in page.locator("[data-test=fold-times]").inner_text()
    page.wait_for_timeout(300)
    assert "overlap" not in warned(page)
    phone.unfold("times")
    phone.type_in("start", "0907")
    page.locator("[data-warning=overlap]").wait_for()
    assert page.is_enabled("[data-test=save]")


def test_what_is_offered_is_not_scolded_and_every_warning_is_said_once(phone):
    phone.log("拆检减速机，更换油封", start=8, day=day(now() - DAY_MS))
    page = phone.page
    page.goto(f"{phone.site.wire.origin}/")
    page.click("[data-test=log]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    page.click("[data-test=text-pick]")
    page.locator("[data-warning=usual_text]", has_text="这次有不同就补一句").wait_for()
    page.fill("[name=text]", "拆检减速机，更换油封件")
    page.locator("[data-warning=same_text]").wait_for()
    said = [line.split("（另有")[0] for line in page.locator("[data-warning]").all_inner_texts()]
    assert len(said) == len(set(said)) == page.locator("[data-warning]").count()
    phone.unfold("module")
    page.get_by_label("岗位操作技能").check()
    phone.unfold("place")
    page.get_by_label("装配二车间").or_(page.get_by_label("企业岗位")).or_(page.locator("[name=place]")).last.check()
    assert page.get_attribute("[data-test=fold-place]", "aria-expanded") == "false"


def test_yesterday_has_its_own_time_and_its_name(phone):
    phone.log("上午：拆检减速机", start=8)
    page = phone.page
    page.click("[data-test=log]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    assert "今天 10:00–12:00" in page.inner_text("[data-test=fold-times]")
    phone.unfold("times")
    page.locator("[name=day-choice]").nth(1).check()
    page.locator("[data-test=fold-times]", has_text="昨天 08:00–10:00").wait_for()


def test_a_timer_is_thrown_away_only_when_that_is_meant_and_a_short_one_says_so(phone):
    page = phone.page
    # of one and the same minute, however long all this takes
    page.clock.set_fixed_time(f"{day(now())}T08:00:05+08:00")
    page.click("[data-test=timer-start]")
    page.click("[data-test=timer-drop]")
    page.get_by_text("放弃这段计时？").wait_for()
    page.click("[data-test=timer-keep]")
    page.clock.set_fixed_time(f"{day(now())}T08:00:35+08:00")
    page.click("[data-test=timer-stop]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    assert "计时不到 1 分钟" in page.inner_text("[data-test=brief]")
    page.click("[data-test=tab-today]")
    page.click("[data-test=timer-drop]")
    page.click("[data-test=timer-gone]")
    page.wait_for_selector("[data-test=timer-start]")


def test_a_forgotten_timer_is_thrown_away_in_the_form_only_when_that_is_meant(phone):
    page = phone.page
    page.clock.set_fixed_time(f"{day(now() - DAY_MS)}T08:00:00+08:00")
    page.reload()
    page.click("[data-test=timer-start]")
    page.wait_for_selector("[data-test=timer]")
    page.clock.set_fixed_time(f"{day(now())}T08:00:00+08:00")
    page.reload()
    page.click("[data-test=timer-stop]")
    note = page.locator("[data-test=forgotten]")
    note.locator("[data-test=timer-drop]").click()
    assert "放弃这段计时？" in note.inner_text()
    note.locator("[data-test=timer-keep]").click()
    note.locator("[data-test=timer-drop]").click()
    note.locator("[data-test=timer-gone]").click()
    note.wait_for(state="detached")
    page.click("[data-test=tab-today]")
    page.wait_for_selector("[data-test=timer-start]")


WITHOUT_WORKER = """async () => {
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister()
  for (const name of await caches.keys()) await caches.delete(name)
}"""


def test_when_the_page_that_shows_the_entry_does_not_come_today_does(site, make_phone):
    phone = make_phone(site, service_workers="block")
    site.take_in(APPRENTICE[1], phone.profile)
    page = phone.open()
    phone.wait_for_status("在线·已同步")
    page.evaluate(WITHOUT_WORKER)
    page.reload()
    phone.wait_for_status("在线·已同步")
    missed = []
    page.route("**/assets/Book-*.js", lambda asked: (missed.append(asked.request.url), asked.abort()))
    phone.fill_in("清洗主轴油箱", day=day(now() - 3 * DAY_MS))
    page.click("[data-test=save]")
    page.wait_for_selector("[data-test=log]")
    assert missed and page.url == f"{site.wire.origin}/"
    assert "已保存在本机" in page.inner_text("[data-test=saved]")
    phone.wait_for_status("在线·已同步")
    assert site.texts() == ["清洗主轴油箱"]


def test_a_wheel_turns_by_keys_and_by_taps_and_is_a_spin_button(phone):
    page = phone.page
    page.click("[data-test=log]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    phone.unfold("times")
    hour = page.locator("[data-test=wheel-start-hour]")
    before = int(hour.get_attribute("aria-valuenow"))
    hour.focus()
    page.keyboard.press("ArrowDown")
    assert int(hour.get_attribute("aria-valuenow")) == before + 1
    hour.locator("li", has_text=f"{before:02}").click()
    assert page.input_value("[name=start]") == f"{before:02}:00"
    page.wait_for_timeout(600)
    assert page.input_value("[name=start]") == f"{before:02}:00"
    phone.type_in("start", "8：13")
    assert page.input_value("[name=start]") == "08:13"


def test_a_timer_outlives_a_killed_browser_and_fills_the_form(phone, site):
    page = phone.page
    page.click("[data-test=timer-start]")
    page.wait_for_selector("[data-test=timer]")
    page.wait_for_timeout(500)
    phone.kill()
    page = phone.open()
    page.wait_for_selector("[data-test=timer]")
    assert "正在计时" in page.locator("[data-test=timer]").inner_text()


def test_a_timer_past_midnight_becomes_an_entry_for_each_of_the_two_days(phone, site):
    page = phone.page
    first, second = (day(now() - before * DAY_MS) for before in (2, 1))
    page.clock.set_fixed_time(f"{first}T22:00:00+08:00")
    page.reload()
    page.click("[data-test=timer-start]")
    page.wait_for_selector("[data-test=timer]")
    page.clock.set_fixed_time(f"{second}T01:30:00+08:00")
    page.reload()
    page.click("[data-test=timer-stop]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    page.locator("[data-test=midnight]", has_text=f"{second} 00:00–01:30").wait_for()
    assert "昨天 22:00–24:00" in page.locator("[data-test=fold-times]").inner_text()
    choose(phone, "前半夜抢修")
    phone.save()
    page.click("[data-test=tab-today]")
    assert "还没记下" in page.locator("[data-test=timer]").inner_text()
    page.click("[data-test=timer-stop]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    assert "00:00–01:30" in page.locator("[data-test=fold-times]").inner_text()
    choose(phone, "后半夜收尾")
    page.click("[data-test=save]")
    phone.row("后半夜收尾").wait_for()
    page.wait_for_selector("[data-test=timer-start]")
    phone.wait_for_status("在线·已同步")
    told = sorted((op.payload["body"]["day"], op.payload["body"]["start"], op.payload["body"]["end"]) for op in site.arrived())
    assert told == [(first, 1320, 1440), (second, 0, 90)]


def choose(phone, text: str) -> None:
    """Module, place and text, the times as they stand."""
    phone.unfold("module")
    phone.page.get_by_label("岗位操作技能").check()
    phone.unfold("place")
    phone.page.get_by_label("装配一车间").check()
    phone.page.fill("[name=text]", text)


def test_a_day_after_the_phones_is_a_warning_that_names_its_clock(phone, site):
    page = phone.page
    phone.fill_in("手机时间不对", day=day(now() + 2 * DAY_MS))
    said = page.locator("[data-warning=future_day]")
    said.wait_for()
    assert day(now()) in said.inner_text() and "核对手机时间" in said.inner_text()
    assert page.is_enabled("[data-test=save]")


def test_two_pages_on_one_form_tell_of_each_other(phone, site):
    phone.log("先有一条", start=6)
    first = phone.page
    second = phone.context.new_page()
    second.goto(site.wire.origin)
    for text, start, page in (("甲页写的", 11, first), ("乙页写的", 14, second)):
        phone.fill_in(text, start, page)
        wait_until(lambda text=text: [form["text"] for form in phone.drafts(site.people["apprentice"])] == [text])
    first.fill("[name=text]", "甲页又写的")
    first.wait_for_selector("[data-test=elsewhere]")
    first.click("[data-test=take-other]")
    first.wait_for_function("() => document.querySelector('[name=text]').value === '乙页写的'")


@pytest.mark.quiet
def test_opening_and_saving_are_quick_on_a_slow_phone(phone):
    phone.log("先有一条", start=6)
    page = phone.page
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    opened = page.evaluate(OPENED)
    page.wait_for_timeout(400)
    page.wait_for_selector("[data-test=save]:enabled")
    saved = page.evaluate(SAVED)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    print(f"at 4 x: the form stood after {opened:.0f} ms, saved was said after {saved:.0f} ms")
    # the targets are 100 and 80 on a quiet machine
    assert opened < 2500 and saved < 2500
