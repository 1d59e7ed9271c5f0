"""Two tabs of one browser: one account at a time, and no tab writes over what is typed in the other."""

from __future__ import annotations

from e2e.handbooks import wait_until
from e2e.phone import PASSWORD
from e2e.site import APPRENTICE, CODE, MENTOR


def test_entering_another_account_locks_the_first_in_the_other_tab(site, make_phone):
    phone = make_phone(site)
    first = phone.activate(APPRENTICE[1], CODE, pin="135790")
    phone.wait_for_status("在线·已同步")
    phone.log("更换前制动片")
    second = phone.context.new_page()
    second.goto(f"{site.wire.origin}/activate#{MENTOR[1]}.{CODE}")
    second.click("[data-test=slip] button[type=submit]")
    second.fill("[name=password]", PASSWORD)
    second.fill("[name=again]", PASSWORD)
    second.click("[data-test=password] button[type=submit]")
    second.wait_for_selector("[data-test=status]")
    first.wait_for_selector("[data-test=login]")
    assert "更换前制动片" not in first.content() and first.title() == "匠迹"
    first.go_back()
    first.wait_for_timeout(300)
    assert "更换前制动片" not in first.content()
    first.goto(f"{site.wire.origin}/accounts")
    first.locator("[data-test=account]", has_text=APPRENTICE[1]).click()
    first.fill("[data-test=pin-sheet] [name=pin]", "135790")
    first.click("[data-test=pin-sheet] button[type=submit]")
    phone.row("更换前制动片", first).wait_for()
    second.wait_for_selector("[data-test=login]")


def test_a_claim_in_two_tabs_is_not_written_over(site, make_phone):
    phone = make_phone(site)
    first = phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    first.goto(f"{site.wire.origin}/results/claim")
    first.wait_for_selector("[data-test=claim-form]")
    second = phone.context.new_page()
    second.goto(f"{site.wire.origin}/results/claim")
    second.wait_for_selector("[data-test=claim-form]")
    first.fill("[name=competition]", "全省焊接技能竞赛")
    wait_until(lambda: [one["competition"] for one in phone.drafts(site.people["apprentice"])] == ["全省焊接技能竞赛"])
    second.fill("[name=event]", "工业机器人")
    second.locator("[data-test=elsewhere]", has_text="另一个页面").wait_for()
    assert first.locator("[data-test=elsewhere]").count() == 0
    second.click("[data-test=take-other]")
    second.wait_for_function("() => document.querySelector('[name=competition]').value === '全省焊接技能竞赛'")
    assert second.input_value("[name=event]") == ""
    second.fill("[name=event]", "工业机器人")
    wait_until(lambda: [one["event"] for one in phone.drafts(site.people["apprentice"])] == ["工业机器人"])
    assert second.locator("[data-test=elsewhere]").count() == 0
    first.fill("[name=competition]", "全省焊接技能竞赛（迟到的一个字）")
    first.locator("[data-test=elsewhere]").wait_for()
    second.reload()
    second.wait_for_function("() => document.querySelector('[name=event]')?.value === '工业机器人'")
    assert second.input_value("[name=competition]") == "全省焊接技能竞赛"
