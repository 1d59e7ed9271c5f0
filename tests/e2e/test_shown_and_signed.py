"""What is shown on one phone and signed on the other, with nobody online: the screens of it, the taps, and what becomes of it. The
pictures go through the album here; the cameras have a test of their own."""

from __future__ import annotations

from itertools import count

import pytest

from e2e.faults import find_faults
from e2e.mentors import look_at_all
from e2e.phone import Phone
from e2e.screen_photos import give, photograph, read_codes
from e2e.screens import LONG
from e2e.site import APPRENTICE, CODE, DAY_MS, MENTOR, day, now

WORDS = ("更换伺服电机编码器电池", "校准六轴机器人零点", "清理控制柜滤网和风扇")
MOST_TAPS = 6


class Thumbs:
    """Counts what two people press."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, phone: Phone, what: str) -> None:
        self.taps += 1
        phone.page.click(what)


@pytest.fixture
def carry(tmp_path):
    """From one screen to the other's scanner."""
    turn = count()

    def bring(here: Phone, there: Phone) -> None:
        give(there.page, photograph(here.page, tmp_path / f"photos-{next(turn)}"))

    return bring


@pytest.fixture
def two(site, make_phone):
    """An apprentice and his master who know each other, in the cellar."""
    apprentice, mentor = make_phone(site), make_phone(site)
    for phone, (_, login) in ((apprentice, APPRENTICE), (mentor, MENTOR)):
        phone.settle_in(login)
    apprentice.go_dark()
    mentor.context.set_offline(True)
    return apprentice, mentor


def test_three_entries_are_signed_with_six_taps_and_arrive_once_whoever_is_online_first(two, site, carry):
    apprentice, mentor = two
    for number, text in enumerate(WORDS):
        apprentice.log(text, start=8 + 3 * number)
    thumbs = Thumbs()
    thumbs.tap(apprentice, "[data-test=show]")
    apprentice.page.locator("[data-test=qr][data-entries='3']").wait_for()
    thumbs.tap(mentor, "[data-test=tab-scan]")
    carry(apprentice, mentor)
    look_at_all(mentor)
    said = mentor.page.inner_text("main")
    assert APPRENTICE[0] in said and all(text in said for text in WORDS)
    assert mentor.page.inner_text("[data-test=confirm]") == "签认 3 条"
    assert mentor.page.url.endswith("/scanned")
    thumbs.tap(mentor, "[data-test=confirm]")
    mentor.page.locator("[data-test=qr]").wait_for()
    assert mentor.page.inner_text("[data-test=told]").splitlines()[-1] == "已签认 3 条"
    how, foot = mentor.page.get_by_text("请学徒按“扫师傅的回码”").bounding_box(), mentor.page.locator(".page-foot").bounding_box()
    assert how and foot and how["y"] + how["height"] <= foot["y"], "what the code is for is seen without scrolling"
    thumbs.tap(apprentice, "[data-test=scan-answer]")
    carry(mentor, apprentice)
    apprentice.page.wait_for_selector("[data-test=answered]")
    assert "已签 3/3" in apprentice.page.inner_text("[data-test=count]")
    thumbs.tap(apprentice, "[data-test=done]")
    thumbs.tap(mentor, "[data-test=done]")
    assert thumbs.taps <= MOST_TAPS
    print(f"{thumbs.taps} taps from 请师傅签 to the seals on both phones and both put away")
    # what was read last is shown until it is read anew
    apprentice.page.locator("[data-test=entry] .seal-mark").nth(2).wait_for()
    mentor.page.locator("[data-test=handled]").nth(2).wait_for()
    assert apprentice.states() == ["local"] * 3 and apprentice.page.locator("[data-test=entry] .seal-mark").count() == 3
    assert mentor.page.locator("[data-test=handled]").count() == 3

    # the master alone comes up from the cellar
    apprentice.close()
    mentor.go_bright()
    mentor.wait_for_status("在线·已同步")
    assert len(site.arrived()) == 3 and len(site.arrived("entry.signed")) == 3
    apprentice.open("/")
    apprentice.wait_for_status("在线·已同步")
    everything = [*site.arrived(), *site.arrived("entry.signed")]
    assert len(everything) == 6 and {op.verdict for op in everything} == {"accepted"}
    assert apprentice.broke == [] and mentor.broke == []


def test_he_signs_one_lowers_one_returns_one_and_leaves_one(two, site, carry):
    apprentice, mentor = two
    apprentice.log("前天的点检", start=8, day=day(now() - 2 * DAY_MS))
    apprentice.page.goto(f"{site.wire.origin}/")
    for number, text in enumerate(WORDS):
        apprentice.log(text, start=8 + 3 * number)
    page = apprentice.page
    page.click("[data-test=show]")
    page.locator("[data-test=qr][data-entries='3']").wait_for()
    page.locator("[data-test=choice]", has_text="前天的点检").locator("input").check()
    page.locator("[data-test=qr][data-entries='4']").wait_for()
    mentor.page.click("[data-test=tab-scan]")
    carry(apprentice, mentor)
    page = mentor.page
    page.wait_for_selector("[data-test=scanned-entry]")
    assert page.locator("[data-test=confirm]").count() == 0, "nothing is signed unseen"
    look_at_all(mentor)
    one = {text: page.locator("[data-test=scanned-entry]", has_text=text) for text in (*WORDS, "前天的点检")}
    one[WORDS[0]].get_by_text("留言或评分").click()
    one[WORDS[0]].locator("[data-test=add-score]").click()
    one[WORDS[0]].locator("[name=skill]").fill("零点校准")
    one[WORDS[0]].locator("[name=score]").fill("88")
    one[WORDS[1]].get_by_text("少签").click()
    one[WORDS[1]].locator("[name=minutes]").fill("130")
    assert "最多 120 分钟" in one[WORDS[1]].locator("[data-test=fault]").inner_text()
    one[WORDS[1]].locator("[name=minutes]").fill("90")
    one[WORDS[2]].get_by_text("退回", exact=True).click()
    one["前天的点检"].get_by_text("先不签").click()
    assert page.inner_text("[data-test=confirm]") == "签认 2 条，退回 1 条"
    page.click("[data-test=confirm]")
    one[WORDS[2]].locator("[data-test=fault]").wait_for()
    one[WORDS[2]].locator("[name=reason]").fill("请写明换了哪几块滤网。")
    page.click("[data-test=confirm]")
    page.locator("[data-test=qr]").wait_for()
    assert page.inner_text("[data-test=told]").splitlines()[-1] == "已签认 2 条，已退回 1 条"

    apprentice.page.click("[data-test=scan-answer]")
    carry(mentor, apprentice)
    apprentice.page.wait_for_selector("[data-test=answered]")
    told = apprentice.page.inner_text("[data-test=answered]")
    assert "已签 2/3" in told and "退回 1 条" in told and "请写明换了哪几块滤网。" in told
    apprentice.page.click("[data-test=more]")
    apprentice.page.locator("[data-test=qr][data-entries='1']").wait_for()

    # shown again, nothing is signed twice: his answer can be shown anew
    apprentice.page.locator("[data-test=choice]").first.wait_for()
    mentor.page.click("[data-test=next]")
    carry(apprentice, mentor)
    mentor.page.locator("[data-test=scanned-entry]", has_text="前天的点检").wait_for()
    assert mentor.page.locator("[data-test=scanned-entry]").count() == 1

    apprentice.go_bright()
    apprentice.wait_for_status("在线·已同步")
    minutes = {op.payload["body"]["minutes"]: op.payload["body"] for op in site.arrived("entry.signed")}
    assert sorted(minutes) == [90, 120] and minutes[120]["scores"] == [{"skill": "零点校准", "score": 88}]
    assert {body["how"] for body in minutes.values()} == {"scan"}
    assert [op.payload["body"]["reason"] for op in site.arrived("entry.returned")] == ["请写明换了哪几块滤网。"]


def test_a_lost_answer_is_shown_once_more(two, carry):
    apprentice, mentor = two
    apprentice.log(WORDS[0])
    apprentice.page.click("[data-test=show]")
    for confirm in ("[data-test=confirm]", "[data-test=again]"):
        mentor.page.goto(f"{mentor.site.wire.origin}/scan")
        carry(apprentice, mentor)
        if confirm == "[data-test=confirm]":
            look_at_all(mentor)
        else:
            assert "你已签认这条" in mentor.page.locator("[data-test=standing]").inner_text()
        mentor.page.click(confirm)
        mentor.page.locator("[data-test=qr]").wait_for()
    assert len(mentor.outbox(mentor.site.people["mentor"])) == 2
    apprentice.page.click("[data-test=scan-answer]")
    carry(mentor, apprentice)
    assert "已签 1/1" in apprentice.page.inner_text("[data-test=count]")


def test_on_a_shared_phone_the_pin_comes_first(site, make_phone, carry):
    apprentice, mentor = make_phone(site), make_phone(site)
    apprentice.settle_in(APPRENTICE[1])
    mentor.activate(MENTOR[1], CODE, "2468", shared=True)
    mentor.wait_for_status("在线·已同步")
    apprentice.log(WORDS[0])
    apprentice.page.click("[data-test=show]")
    mentor.page.click("[data-test=tab-scan]")
    carry(apprentice, mentor)
    look_at_all(mentor)
    page = mentor.page
    page.click("[data-test=confirm]")
    page.fill("[data-test=pin-sheet] [name=pin]", "1111")
    page.click("[data-test=pin-sheet] [type=submit]")
    page.get_by_text("PIN 码不对").wait_for()
    page.fill("[data-test=pin-sheet] [name=pin]", "2468")
    page.click("[data-test=pin-sheet] [type=submit]")
    page.locator("[data-test=qr]").wait_for()
    mentor.wait_for_status("在线·已同步")
    assert len(site.arrived("entry.signed")) == 1


def test_a_code_opened_by_another_camera_leads_through_the_log_in_to_what_is_to_be_signed(site, make_phone, node, tmp_path):
    apprentice, mentor = make_phone(site), make_phone(site)
    apprentice.settle_in(APPRENTICE[1])
    mentor.activate(MENTOR[1], CODE)
    mentor.wait_for_status("在线·已同步")
    mentor.page.goto(f"{site.wire.origin}/me")
    mentor.page.click("[data-test=leave]")
    mentor.page.click("[data-test=leave-yes]")
    mentor.page.wait_for_selector("[data-test=login]")
    apprentice.log(WORDS[0])
    apprentice.page.click("[data-test=show]")
    pictures = photograph(apprentice.page, tmp_path / "photos")
    address = read_codes(node, pictures[:1])[0]
    assert address.startswith(f"{site.wire.origin}/q#") and address.split("#")[1].isdigit()

    page = mentor.page
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("[data-test=login]")
    assert "#" not in page.url
    mentor.log_in(MENTOR[1])
    page.locator("[data-test=camera], [data-test=scanned-entry]").first.wait_for()
    if len(pictures) > 1:
        give(page, pictures[1:])
    look_at_all(mentor)
    assert page.url.endswith("/scanned")
    page.click("[data-test=confirm]")
    page.locator("[data-test=qr]").wait_for()
    mentor.wait_for_status("在线·已同步")
    assert len(site.arrived("entry.signed")) == 1 and mentor.broke == []
    assert address.split("#")[1][:40] not in site.log.read_text(), "what stands behind the # never reaches the server"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_screens_of_it_are_whole_however_they_are_looked_at(two, carry, axe, language):
    apprentice, mentor = two
    for number, text in enumerate((WORDS[1], WORDS[2], LONG)):
        apprentice.log(text, start=7 + number)
    for phone in two:
        phone.page.evaluate("(language) => localStorage.setItem('jiangji-language', language)", language)
        phone.page.goto(f"{phone.site.wire.origin}/{'show' if phone is apprentice else 'scan'}")
    wrong = find_faults(apprentice, axe, f"show-{language}")
    carry(apprentice, mentor)
    look_at_all(mentor)
    mentor.page.locator("[data-test=scanned-entry] input[value=less]").nth(1).check()
    mentor.page.locator("[data-test=scanned-entry] input[value=return]").last.check()
    mentor.page.click("[data-test=confirm]")
    mentor.page.wait_for_selector("[data-test=fault]")
    wrong += find_faults(mentor, axe, f"scanned-{language}")
    mentor.page.fill("[name=reason]", LONG[:60])
    mentor.page.click("[data-test=confirm]")
    mentor.page.locator("[data-test=qr]").wait_for()
    wrong += find_faults(mentor, axe, f"answer-{language}")
    apprentice.page.click("[data-test=scan-answer]")
    wrong += find_faults(apprentice, axe, f"scan-answer-{language}")
    carry(mentor, apprentice)
    apprentice.page.wait_for_selector("[data-test=answered]")
    wrong += find_faults(apprentice, axe, f"seals-{language}")
    assert wrong == []
    assert apprentice.broke == [] and mentor.broke == []
