"""Without a network, and with one that lies: whatever is cut, killed or lost, each entry arrives once and the line claims no more than is true."""

from __future__ import annotations

import pytest

from e2e.site import APPRENTICE, now

CELLAR = ["地下室：更换伺服电机编码器", "地下室：校准六轴零点", "地下室：清理控制柜滤网"]


@pytest.fixture
def phone(both, make_phone):
    made = make_phone(both)
    made.settle_in(APPRENTICE[1])
    made.wait_for_status("在线·已同步")
    return made


def check_against_the_truth(phone, site, written: int) -> None:
    """Read the line first, the server's book afterwards: what the line claims must hold by then."""
    said = phone.status()
    there = len(site.arrived())
    assert not (said.startswith("在线·已同步") and there < written), said


def test_three_entries_of_a_cellar_outlive_two_browsers_and_arrive_once(phone, both):
    # a browser writes cookies down within half a minute, or when it is closed in peace
    phone.close()
    phone.open()
    phone.go_dark()
    phone.kill()

    began = now()
    page = phone.open()
    page.wait_for_selector("[data-test=log]")
    cold_start_ms = now() - began
    saved = [phone.log(text, start=8 + 3 * number) for number, text in enumerate(CELLAR)]
    saved_ms = [round(seconds * 1000) for seconds in saved]
    print(f"cold start {cold_start_ms} ms, from the tap to the saved entry {saved_ms} ms")
    assert cold_start_ms < 20_000 and max(saved_ms) < 5_000
    assert phone.states() == ["local"] * 3
    assert phone.wait_for_status("离线·3 条") == "离线·3 条存在本机"
    phone.close()

    phone.open()
    phone.row(CELLAR[2]).wait_for()
    assert phone.states() == ["local"] * 3
    assert phone.wait_for_status("离线·3 条") == "离线·3 条存在本机"
    assert both.texts() == []

    both.wire.answer_delay_s = 0.4
    phone.go_bright()
    phone.wait_for_status("在线·已同步", see=lambda: check_against_the_truth(phone, both, 3))
    assert both.texts() == sorted(CELLAR) and len(both.arrived()) == 3
    phone.page.wait_for_function("() => document.querySelectorAll('[data-state=logged]').length === 3")
    assert phone.lies(both.arrived()) == []


def test_a_session_that_ended_meanwhile_costs_a_log_in_and_no_entry(phone, both):
    phone.go_dark()
    phone.log(CELLAR[0])
    both.end_sessions()
    phone.go_bright()

    assert phone.wait_for_status("请重新登录") == "请重新登录·1 条存在本机"
    assert phone.states() == ["local"] and both.texts() == []
    phone.page.click("[data-test=status]")
    phone.page.get_by_role("link", name="登录").click()
    phone.log_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    assert both.texts() == [CELLAR[0]] and len(both.arrived()) == 1
    assert phone.lies(both.arrived()) == []


def test_an_answer_lost_after_the_server_has_kept_the_entry_makes_no_second_one(phone, both):
    both.wire.answers_to_lose = 2
    phone.log(CELLAR[0])
    give_up = now() + 90_000
    while both.wire.lost < 2:
        phone.page.wait_for_timeout(50)
        assert now() < give_up
        if both.wire.lost:
            check_against_the_truth(phone, both, 1)
    assert len(both.arrived()) == 1
    phone.wait_for_status("在线·已同步")
    phone.page.wait_for_selector("[data-test=entry][data-state=logged]")

    assert both.texts() == [CELLAR[0]] and len(both.arrived()) == 1
    assert phone.outbox(both.people["apprentice"]) == []
    assert phone.lies(both.arrived()) == []


def test_two_tabs_that_write_at_once_send_each_entry_once_and_show_the_same(phone, both):
    first = phone.page
    second = phone.context.new_page()
    second.goto(both.wire.origin)
    for number in range(3):
        phone.fill_in(f"甲页 {number}", 1 + 3 * number, first)
        phone.fill_in(f"乙页 {number}", 2 + 3 * number, second)
        # both taps within one turn of the browser's loop
        first.evaluate("setTimeout(() => document.querySelector('[data-test=save]').click(), 150)")
        second.evaluate("setTimeout(() => document.querySelector('[data-test=save]').click(), 150)")
        phone.row(f"甲页 {number}", first).wait_for()
        phone.row(f"乙页 {number}", second).wait_for()
    wanted = sorted(f"{page}页 {number}" for page in "甲乙" for number in range(3))
    for page in (first, second):
        phone.wait_for_status("在线·已同步", page)
        page.wait_for_function("() => document.querySelectorAll('[data-state=logged]').length === 6")
    assert both.texts() == wanted and len(both.arrived()) == 6
    shown = [page.locator("[data-test=entry]").all_inner_texts() for page in (first, second)]
    assert shown[0] == shown[1] and len(shown[0]) == 6
    counts = [op.payload["count"] for op in both.arrived()]
    assert len(set(counts)) == 6
    assert phone.lies(both.arrived(), saving_ms=500) == []


def test_a_wire_that_is_cut_in_mid_answer_again_and_again_loses_nothing(phone, both):
    both.wire.answers_to_lose = 3
    for number in range(4):
        phone.log(f"断线 {number}", start=2 + 3 * number)
        both.wire.cut()
        phone.page.wait_for_timeout(120)
        both.wire.mend()
    phone.page.reload()
    phone.wait_for_status("在线·已同步", seconds=60)
    assert both.texts() == [f"断线 {number}" for number in range(4)] and len(both.arrived()) == 4
    # the line may be painted for one entry while the next is being saved
    assert phone.lies(both.arrived(), saving_ms=500) == []
