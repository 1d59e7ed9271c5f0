"""The mentor's phone: what waits, signing what was seen, offline as well, and what becomes of it on the apprentice's phone."""

from __future__ import annotations

import time

import pytest

from e2e.handbooks import wait_until
from e2e.mentors import WORDS, look_at, row, waiting
from e2e.phone import Phone
from e2e.site import APPRENTICE, CODE, day, now


def seals(site, text: str) -> list[tuple[int, str | None]]:
    """(minutes, note) of each sign-off of the entry the server has."""
    docs = {op.payload["doc"] for op in site.arrived() if op.payload["body"].get("text") == text}
    return [(op.payload["body"]["minutes"], op.payload["body"]["note"]) for op in site.arrived("entry.signed") if op.payload["doc"] in docs]


def test_he_signs_lowers_and_returns_in_the_cellar_and_the_apprentice_sees_it_and_mends(both, make_phone, mentor):
    apprentice = make_phone(both)
    apprentice.settle_in(APPRENTICE[1])
    for number, text in enumerate(WORDS):
        apprentice.log(text, start=8 + 3 * number)
    apprentice.wait_for_status("在线·已同步")
    apprentice.close()

    phone = mentor()
    assert waiting(phone.page) == list(WORDS)
    assert phone.page.inner_text("[data-test=tab-sign] .tab-bar-count") == "3"
    phone.close()
    phone.open("/sign")
    phone.page.wait_for_selector("[data-test=waiting]")
    phone.go_dark()
    phone.wait_for_status("离线")
    page = phone.page

    look_at(page, WORDS[0])
    assert page.inner_text("[data-test=position]") == "第 1 条，共 3 条待签"
    page.click("[data-test=sign]")
    page.locator("[data-test=facts]", has_text=WORDS[1]).wait_for()
    page.click("[data-test=less]")
    page.click("[data-test=less]")
    assert page.inner_text("[data-test=sign]") == "改为 110 分钟并签认"
    page.fill("[name=minutes]", "130")
    assert page.locator("[data-test=sign]").is_disabled()
    page.fill("[name=minutes]", "100")
    page.get_by_text("留言或评分").click()
    page.fill("[name=note]", "换刀时间不算。")
    page.click("[data-test=add-score]")
    page.fill("[name=skill]", "零点校准")
    page.fill("[name=score]", "88")
    page.click("[data-test=sign]")
    page.locator("[data-test=facts]", has_text=WORDS[2]).wait_for()
    page.click("[data-test=return]")
    page.fill("[name=reason]", "请写明换了哪几块滤网。")
    page.click("[data-test=yes-return]")
    page.wait_for_selector("[data-test=none]")
    assert page.locator("[data-test=handled][data-local=true]").count() == 3
    assert phone.wait_for_status("离线·3 条") == "离线·3 条存在本机"
    assert not both.arrived("entry.signed") and not both.arrived("entry.returned")

    phone.kill()
    phone.open("/sign")
    phone.page.wait_for_selector("[data-test=handled][data-local=true]")
    assert phone.wait_for_status("离线·3 条") == "离线·3 条存在本机"
    phone.go_bright()
    phone.wait_for_status("在线·已同步")
    phone.page.wait_for_selector("[data-test=handled][data-local=false]")
    phone.page.locator("[data-test=handled][data-local=true]").first.wait_for(state="detached")
    assert seals(both, WORDS[0]) == [(120, None)] and seals(both, WORDS[1]) == [(100, "换刀时间不算。")]
    assert both.arrived("entry.signed")[1].payload["body"]["scores"] == [{"skill": "零点校准", "score": 88}]
    assert phone.lies([*both.arrived("entry.signed"), *both.arrived("entry.returned")]) == [] and phone.broke == []

    apprentice.open("/book")
    apprentice.wait_for_status("在线·已同步")
    apprentice.row(WORDS[0]).locator(".seal-mark").wait_for()
    assert sorted(filter(None, apprentice.states())) == ["returned", "signed", "signed"]
    assert "请写明换了哪几块滤网。" in apprentice.row(WORDS[2]).inner_text()


def test_what_was_returned_comes_back_revised_and_is_signed_again(both, tablet, mentor):
    [(doc, version)] = tablet.write([{"text": WORDS[0]}])
    phone = mentor()
    page = phone.page
    look_at(page, WORDS[0])
    page.click("[data-test=return]")
    page.click("[data-test=yes-return]")
    page.get_by_text("请写明退回的理由。").wait_for()
    page.fill("[name=reason]", "写清楚型号")
    page.click("[data-test=yes-return]")
    page.wait_for_selector("[data-test=none]")
    phone.wait_for_status("在线·已同步")

    second = tablet.revise(doc, version, text="更换伺服电机编码器电池 ER6V")
    page.reload()
    row(page, "ER6V").wait_for()
    assert "你退回后已经修改。" in row(page, "ER6V").inner_text()
    look_at(page, "ER6V")
    page.click("[data-test=sign]")
    page.wait_for_selector("[data-test=none]")
    phone.wait_for_status("在线·已同步")
    [signed] = both.arrived("entry.signed")
    assert signed.payload["of"] == second and signed.verdict == "accepted"

    # his own reason is at hand the next time
    tablet.write([{"text": WORDS[1]}])
    page.reload()
    look_at(page, WORDS[1])
    page.click("[data-test=return]")
    page.click("[data-test=reason-chip]")
    assert page.input_value("[name=reason]") == "写清楚型号"


def test_what_changed_behind_his_back_while_offline_is_told_and_waits_again(both, tablet, mentor):
    written = tablet.write({"text": text, "start": 8 + 3 * number} for number, text in enumerate(WORDS))
    phone = mentor()
    phone.close()
    phone.open("/sign")
    phone.page.wait_for_selector("[data-test=waiting]")
    phone.go_dark()
    page = phone.page
    look_at(page, WORDS[0])
    for text in WORDS:
        page.locator("[data-test=facts]", has_text=text).wait_for()
        page.click("[data-test=sign]")
    page.wait_for_selector("[data-test=none]")
    tablet.revise(*written[0], text="改过的内容", minutes=60)
    tablet.withdraw(*written[1])
    phone.go_bright()
    # the second was withdrawn: the server refuses the sign-off, in words; the first waits again, signed as it was
    page.goto(f"{both.wire.origin}/sign")
    row(page, "改过的内容").wait_for()
    assert "你签认后内容改过，请再看一次。" in row(page, "改过的内容").inner_text()
    page.goto(f"{both.wire.origin}/needs")
    page.get_by_text("那条记录的状态已经变了").wait_for()
    assert [op.word for op in both.arrived("entry.signed") if op.verdict == "refused"] == ["wrong_state"]


def test_a_shared_phone_asks_for_the_pin_once_and_says_how_long_to_wait(both, tablet, mentor):
    tablet.write({"text": text, "start": 8 + 3 * number} for number, text in enumerate(WORDS))
    phone = mentor(shared_pin="2468")
    page = phone.page
    look_at(page, WORDS[0])
    page.click("[data-test=sign]")
    page.wait_for_selector("[data-test=pin-sheet]")
    page.fill("[data-test=pin-sheet] [name=pin]", "1111")
    page.click("[data-test=pin-sheet] [type=submit]")
    page.get_by_text("PIN 码不对").wait_for()
    assert not both.arrived("entry.signed")
    page.fill("[data-test=pin-sheet] [name=pin]", "2468")
    page.click("[data-test=pin-sheet] [type=submit]")
    page.locator("[data-test=facts]", has_text=WORDS[1]).wait_for()
    page.click("[data-test=sign]")
    page.locator("[data-test=facts]", has_text=WORDS[2]).wait_for()
    assert page.locator("[data-test=pin-sheet]").count() == 0
    # a reload forgets it; wrong ones in a row make him wait, in words
    page.reload()
    page.click("[data-test=sign]")
    for _ in range(5):
        page.fill("[data-test=pin-sheet] [name=pin]", "1111")
        page.click("[data-test=pin-sheet] [type=submit]")
        page.wait_for_timeout(600)
    page.fill("[data-test=pin-sheet] [name=pin]", "2468")
    page.click("[data-test=pin-sheet] [type=submit]")
    page.get_by_text("请等").wait_for()
    phone.wait_for_status("在线·已同步")
    assert len(both.arrived("entry.signed")) == 2


@pytest.mark.quiet
def test_a_thousand_waiting_entries_stay_quick(both, tablet, mentor):
    tablet.write({"text": f"记录 {number}", "start": 6 + 2 * (number % 8), "ago": number // 8} for number in range(1000))
    phone = mentor()
    page = phone.page
    page.get_by_text("1000 条等你签认").wait_for()
    assert page.locator("[data-test=waiting]").count() == 30
    assert page.inner_text("[data-test=tab-sign] .tab-bar-count") == "99+"
    page.reload()
    began = time.monotonic()
    page.wait_for_selector("[data-test=waiting]")
    shown_s = time.monotonic() - began
    page.locator("[data-test=open]").first.click()
    page.wait_for_selector("[data-test=facts]")
    took = []
    for _ in range(5):
        was = page.inner_text("[data-test=position]")
        began = time.monotonic()
        text = page.inner_text(".entry-facts-text")
        page.click("[data-test=sign]")
        page.wait_for_function("(text) => document.querySelector('.entry-facts-text')?.textContent !== text", arg=text)
        took.append(time.monotonic() - began)
        assert was != page.inner_text("[data-test=position]")
    print(f"1,000 waiting: list {shown_s * 1000:.0f} ms after a reload, from the tap on 签认 to the next entry {[round(s * 1000) for s in took]} ms")
    assert shown_s < 10 and max(took) < 4
    wait_until(lambda: len(both.arrived("entry.signed")) >= 5)
    phone.wait_for_status("在线·已同步")
    assert len(both.arrived("entry.signed")) == 5


def sees_them_go(apprentice: Phone, mentor: Phone) -> None:
    """He still shows his code and touches nothing; then the last one is signed too."""
    choices = apprentice.page.locator("[data-test=choice]")
    choices.filter(has_text=WORDS[0]).wait_for(state="detached", timeout=60_000)
    choices.filter(has_text=WORDS[1]).wait_for()
    look_at(mentor.page, WORDS[1])
    mentor.page.click("[data-test=sign]")
    apprentice.page.locator("[data-test=none]", has_text="师傅都处理过了").wait_for(timeout=60_000)
    assert apprentice.broke == []


def test_a_short_code_leads_from_one_phone_to_the_very_entries_on_the_other(both, make_phone, mentor):
    apprentice = make_phone(both)
    page = apprentice.settle_in(APPRENTICE[1])
    for number, text in enumerate(WORDS):
        apprentice.log(text, start=8 + 3 * number)
    apprentice.wait_for_status("在线·已同步")
    page.click("[data-test=show]")
    page.click("[data-test=short-code] summary")
    page.locator("[data-test=choice]", has_text=WORDS[1]).locator("input").uncheck()
    page.click("[data-test=make]")
    code = page.inner_text(".short-code-code")
    assert len(code) == 7 and "有效" in page.inner_text("[data-test=code]")
    # another choice is another code
    page.locator("[data-test=choice]", has_text=WORDS[2]).locator("input").uncheck()
    page.wait_for_selector("[data-test=code]", state="detached")
    page.locator("[data-test=choice]", has_text=WORDS[2]).locator("input").check()
    page.click("[data-test=make]")
    code = page.inner_text(".short-code-code")
    assert "签章会自动出现" in page.inner_text("[data-test=then]")

    phone = mentor()
    page = phone.page
    page.click("[data-test=tab-scan]")
    for typed, said in (
        ("0000-00", "没有这个短码"), ("https://evil.example/sign", "evil.example"), ("javascript:alert(1)", "javascript:"),
        (f"{both.wire.origin}/nowhere", "没有这个页面"),
    ):  # fmt: skip
        page.fill("[name=typed]", typed)
        page.click("[data-test=scan] [type=submit]")
        page.locator("[data-test=refused]", has_text=said).wait_for()
        assert page.url == f"{both.wire.origin}/scan" and page.locator("main a").count() == 0
    page.fill("[name=typed]", f"{both.wire.origin}/q#0172")
    page.click("[data-test=scan] [type=submit]")
    page.locator("[data-test=trouble]", has_text="这不是匠迹的码").wait_for()
    page.fill("[name=typed]", f"{both.wire.origin}/activate#laiziqing.{CODE}")
    page.click("[data-test=scan] [type=submit]")
    assert page.locator("[data-test=activation] a").get_attribute("href") == f"/activate#laiziqing.{CODE}"
    page.fill("[name=typed]", code.lower().replace("-", " "))
    page.click("[data-test=scan] [type=submit]")
    page.wait_for_selector("[data-test=look]")
    assert page.locator("[data-test=named]").count() == 2
    look, tabs = page.locator("[data-test=look]").bounding_box(), page.locator("[data-test=tab-scan]").bounding_box()
    assert look and tabs and look["y"] + look["height"] <= tabs["y"], "what was found is seen without scrolling"
    page.click("[data-test=look]")
    page.locator("[data-test=facts]", has_text=WORDS[0]).wait_for()
    assert page.inner_text("[data-test=position]") == "第 1 条，共 2 条待签"
    page.click("[data-test=sign]")
    page.locator("[data-test=facts]", has_text=WORDS[2]).wait_for()
    page.click("[data-test=sign]")
    page.wait_for_selector("[data-test=handled]")
    page.locator("[data-test=waiting]").nth(1).wait_for(state="detached")
    assert waiting(page) == [WORDS[1]]
    phone.wait_for_status("在线·已同步")
    assert len(seals(both, WORDS[0])) == len(seals(both, WORDS[2])) == 1 and phone.broke == []
    sees_them_go(apprentice, phone)


def test_his_apprentices_stand_with_their_modules_against_the_plan(both, tablet, mentor):
    tablet.write([{"text": WORDS[0], "ago": 20}, {"text": WORDS[1], "ago": 3}])
    phone = mentor()
    page = phone.page
    page.click("[data-test=tab-apprentices]")
    one = page.locator("[data-test=apprentice]")
    one.get_by_text("2 条待签").wait_for()
    said = one.inner_text()
    assert APPRENTICE[0] in said and f"最近一条：{day(now() - 3 * 86_400_000)}（3 天前）" in said
    assert "5.3 学时 (240 分钟)" in said
    one.get_by_role("link", name=APPRENTICE[0]).click()
    page.wait_for_selector("[data-test=modules]")
    modules = page.inner_text("[data-test=modules]")
    assert "岗位操作技能" in modules and "260.0 学时 (11700 分钟)" in modules
    page.click("[data-test=to-sign]")
    page.wait_for_selector("[data-test=waiting]")
