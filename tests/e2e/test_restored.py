"""What the server lost and what it refuses: the phone gives back the one and keeps the other under 需处理."""

from __future__ import annotations

import json

from e2e.site import APPRENTICE, day, now

EARLY, LATE = "备份之前：装配夹具", ["备份之后：调试抓手", "备份之后：点检机器人本体"]


def test_a_server_restored_from_an_older_copy_is_refilled_by_the_phone(both, make_phone):
    phone = make_phone(both)
    phone.settle_in(APPRENTICE[1])
    phone.log(EARLY, start=6)
    phone.wait_for_status("在线·已同步")
    copy = both.back_up()
    for number, text in enumerate(LATE):
        phone.log(text, start=9 + 3 * number)
    phone.wait_for_status("在线·已同步")
    before = {op.id for op in both.arrived()}
    assert len(before) == 3 and phone.outbox(both.people["apprentice"]) == []

    phone.go_dark()
    both.restore(copy)
    assert both.texts() == [EARLY]
    phone.go_bright()
    phone.wait_for_status("请重新登录")
    phone.page.click("[data-test=status]")
    phone.page.get_by_role("link", name="登录").click()
    phone.log_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")

    assert both.texts() == sorted([EARLY, *LATE])
    assert {op.id for op in both.arrived()} == before
    assert {op.verdict for op in both.arrived()} == {"accepted"}
    phone.page.get_by_text("服务器上的记录曾被恢复或改动").wait_for()
    phone.page.wait_for_function("() => document.querySelectorAll('[data-state=logged]').length === 3")
    phone.page.reload()
    phone.wait_for_status("在线·已同步")
    assert len(both.arrived()) == 3


def test_an_entry_for_a_month_locked_meanwhile_stands_under_its_sentence_and_can_be_taken_along(both, make_phone, tmp_path):
    phone = make_phone(both)
    page = phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    phone.go_dark()
    phone.log("封存之后才到的一条")
    both.act("month.locked", {"month": day(now())[:7]})
    phone.go_bright()

    page.locator("[data-test=needs]", has_text="1 条需处理").click()
    need = page.locator("[data-test=need]")
    need.get_by_text("封存之后才到的一条").wait_for()
    year, month = day(now())[:7].split("-")
    need.get_by_text(f"{year} 年 {month} 月已经封存，没有被接受。原文还在本机，请联系老师办理冲正。").wait_for()
    [refused] = both.arrived()
    assert (refused.verdict, refused.word, both.texts()) == ("refused", "month_locked", [])
    with page.expect_download() as download:
        page.click("[data-test=export]")
    download.value.save_as(tmp_path / "unsent.json")
    taken = json.loads((tmp_path / "unsent.json").read_text())
    assert taken["ops"] == phone.outbox(both.people["apprentice"]) and len(taken["ops"]) == 1

    phone.close()
    phone.open("/needs")
    phone.page.locator("[data-test=need]").get_by_text("封存之后才到的一条").wait_for()
    phone.page.get_by_role("button", name="知道了，收起").click()
    phone.page.get_by_text("没有需要处理的记录").wait_for()
    assert phone.lies(both.arrived()) == []
