"""Hasty thumbs: taps that come twice, too early or on the keyboard's own key make nothing twice, lose nothing, sign nothing unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.mentors import Tablet, look_at
from e2e.site import APPRENTICE, CODE, DAY_MS, MENTOR, day, now
from e2e.test_photos import photo

# it takes until the test says so
SLOW_CAMERA = """() => {
  const make = createImageBitmap
  const ready = new Promise((go) => { window.__develop = go })
  window.createImageBitmap = (...given) => ready.then(() => make(...given))
}"""
DEVELOP = "() => window.__develop()"
WAITS = "[data-test=save]:text-is('照片处理好就保存…')"
# a thumb taps where it is, whatever stands there by then
TWICE = """([selector, after]) => new Promise((resolve) => {
  const box = document.querySelector(selector).getBoundingClientRect()
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
  const tap = () => document.elementFromPoint(x, y)?.click()
  tap()
  setTimeout(() => { tap(); resolve() }, after)
})"""


@pytest.fixture
def phone(site, make_phone):
    made = make_phone(site)
    made.activate(APPRENTICE[1], CODE)
    made.wait_for_status("在线·已同步")
    return made


@pytest.fixture
def mentor(site, make_phone):
    tablet = Tablet(site)
    tablet.write({"text": f"校准第 {number} 轴零点", "start": 8 + 2 * number, "ago": 1} for number in range(5))
    made = make_phone(site)
    made.activate(MENTOR[1], CODE)
    made.wait_for_status("在线·已同步")
    made.page.goto(f"{site.wire.origin}/sign")
    return made


def test_a_save_waits_for_the_photo_that_is_being_made_small(phone, site, tmp_path: Path):
    page = phone.page
    phone.fill_in("更换滤网")
    page.evaluate(SLOW_CAMERA)
    page.set_input_files("[name=camera]", str(photo(tmp_path)))
    page.wait_for_selector("[data-test=photo-busy]")
    page.click("[data-test=save]")
    page.wait_for_selector(WAITS)
    page.evaluate(DEVELOP)
    phone.row("更换滤网").wait_for()
    phone.wait_for_status("在线·已同步")
    [op] = site.arrived()
    assert len(op.payload["body"]["photos"]) == 1


def test_a_save_that_waited_for_a_photo_that_failed_asks_its_writer(phone, site, tmp_path: Path):
    page = phone.page
    phone.fill_in("更换滤网")
    page.evaluate(SLOW_CAMERA)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photo(tmp_path).read_bytes()[:3000])
    page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (done) => done(null) }")
    page.set_input_files("[name=camera]", str(broken))
    page.wait_for_selector("[data-test=photo-busy]")
    page.click("[data-test=save]")
    page.wait_for_selector(WAITS)
    page.evaluate(DEVELOP)
    page.wait_for_selector("[data-test=photo-said]")
    page.wait_for_timeout(500)
    assert page.inner_text("[data-test=save]") == "保存" and not site.arrived()
    page.click("[data-test=save]")
    phone.row("更换滤网").wait_for()


@pytest.mark.parametrize(("after", "rate"), [(90, 1), (200, 4), (400, 4)])
def test_a_double_tap_on_save_makes_one_entry_and_opens_no_other_form(phone, site, after, rate):
    phone.fill_in("双击保存")
    page = phone.page
    page.wait_for_timeout(700)
    page.wait_for_selector("[data-test=save]:enabled")
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    page.evaluate(TWICE, ["[data-test=save]", after])
    phone.row("双击保存").first.wait_for()
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.wait_for_timeout(600)
    assert page.locator("[data-test=hours]").count() == 0
    phone.wait_for_status("在线·已同步")
    assert site.texts() == ["双击保存"]


def test_a_double_tap_on_a_claim_saves_it_once_and_opens_no_other(phone, site):
    page = phone.page
    page.goto(f"{site.wire.origin}/results")
    page.click("[data-test=claim]")
    page.fill("[name=competition]", "海滨市职业技能竞赛")
    page.get_by_label("省级二类").check()
    page.fill("[name=event]", "工业机器人系统操作")
    page.get_by_label("一等奖", exact=True).check()
    page.locator("[name=day-choice]").first.check()
    page.wait_for_timeout(700)
    page.wait_for_selector("[data-test=save]:enabled")
    page.evaluate(TWICE, ["[data-test=save]", 200])
    page.wait_for_url("**/results")
    page.wait_for_timeout(600)
    assert page.url.endswith("/results")
    phone.wait_for_status("在线·已同步")
    assert len(site.arrived("result.claimed")) == 1


@pytest.mark.parametrize("after", [120, 300, 500])
def test_a_double_tap_on_sign_signs_only_what_was_seen(mentor, site, after):
    page = mentor.page
    look_at(page, "校准第 0 轴零点")
    page.wait_for_timeout(900)
    page.wait_for_selector("[data-test=sign]:enabled")
    page.evaluate(TWICE, ["[data-test=sign]", after])
    page.locator("[data-test=facts]", has_text="校准第 1 轴零点").wait_for()
    page.wait_for_selector(f"h1:text-is('下一条：{APPRENTICE[0]}')")
    mentor.wait_for_status("在线·已同步")
    page.wait_for_timeout(300)
    assert len(site.arrived("entry.signed")) == 1
    page.click("[data-test=sign]")
    page.locator("[data-test=facts]", has_text="校准第 2 轴零点").wait_for()


def test_enter_in_a_line_of_the_form_closes_the_line_and_saves_nothing(phone, site):
    phone.fill_in("", day=day(now() - 20 * DAY_MS))
    page = phone.page
    for name in ("start", "end", "day", "late-reason"):
        page.focus(f"[name={name}]")
        assert page.get_attribute(f"[name={name}]", "enterkeyhint") == "done"
        page.keyboard.press("Enter")
        page.wait_for_timeout(150)
        assert page.evaluate("() => document.activeElement.tagName") == "BODY"
    page.wait_for_timeout(400)
    assert page.locator("[data-test=hours]").count() == 1 and not site.arrived()
    page.focus("[name=start]")
    page.keyboard.insert_text("0907")
    page.keyboard.press("Enter")
    assert page.input_value("[name=start]") == "09:07"
