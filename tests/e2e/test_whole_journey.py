"""The whole way of a day: written in the cellar with photos, a dead battery, brought to the server, looked at by the mentor, signed,
lowered, returned, mended and signed again."""

from __future__ import annotations

from e2e.mentors import look_at, row, waiting
from e2e.site import APPRENTICE, CODE, MENTOR
from e2e.test_photos import add, photo, stored, wait_until_stored

TEXTS = ("拆检减速机并更换油封", "校准六轴机器人零点", "更换伺服电机编码器电池", "清理控制柜滤网和风扇", "填写设备点检表")
MENDED = "清理控制柜滤网和风扇，换了两块滤网"


def written_in_the_cellar(both, apprentice, folder) -> None:
    """Five entries with a photo each, and then the battery falls out."""
    apprentice.activate(APPRENTICE[1], CODE)
    apprentice.wait_for_status("在线·已同步")
    # a browser writes cookies down when it is closed in peace
    apprentice.close()
    apprentice.open()
    apprentice.go_dark()
    for number, text in enumerate(TEXTS):
        apprentice.fill_in(text, start=8 + 2 * number)
        add(apprentice, photo(folder, f"{number}.jpg"))
        apprentice.page.click("[data-test=save]")
        apprentice.row(text).wait_for()
    apprentice.kill()
    page = apprentice.open()
    page.locator("[data-test=entry]").nth(4).wait_for()
    assert apprentice.states() == ["local"] * 5
    assert apprentice.wait_for_status("离线").startswith("离线·5 条存在本机")


def looked_at_by_the_mentor(both, mentor) -> None:
    """Three are signed, one is lowered, one goes back."""
    page = mentor.activate(MENTOR[1], CODE)
    mentor.wait_for_status("在线·已同步")
    page.goto(f"{both.wire.origin}/sign")
    row(page, TEXTS[0]).wait_for()
    assert waiting(page) == list(TEXTS)
    look_at(page, TEXTS[0])
    # his phone has the photo from the server, when he asks to see it
    page.click("[data-test=photo]")
    page.wait_for_selector("[data-test=photo-sheet] img")
    page.click("[data-test=photo-close]")
    page.click("[data-test=sign]")
    page.locator("[data-test=facts]", has_text=TEXTS[1]).wait_for()
    page.click("[data-test=less]")
    page.click("[data-test=sign]")
    page.locator("[data-test=facts]", has_text=TEXTS[2]).wait_for()
    page.click("[data-test=sign]")
    page.locator("[data-test=facts]", has_text=TEXTS[3]).wait_for()
    page.click("[data-test=return]")
    page.fill("[name=reason]", "请写明换了几块滤网。")
    page.click("[data-test=yes-return]")
    page.locator("[data-test=facts]", has_text=TEXTS[4]).wait_for()
    page.click("[data-test=sign]")
    page.wait_for_selector("[data-test=none]")
    mentor.wait_for_status("在线·已同步")


def mended(both, apprentice) -> None:
    page = apprentice.page
    page.goto(f"{both.wire.origin}/book")
    page.reload()
    apprentice.row(TEXTS[0]).locator(".seal-mark").first.wait_for()
    apprentice.row(TEXTS[3]).get_by_text("请写明换了几块滤网。").wait_for()
    apprentice.row(TEXTS[3]).click()
    page.click("[data-test=revise]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    page.fill("[name=text]", MENDED)
    apprentice.save()
    page.goto(f"{both.wire.origin}/book")
    apprentice.row(MENDED).wait_for()
    apprentice.wait_for_status("在线·已同步")


def test_a_day_from_the_cellar_to_the_last_seal(both, make_phone, tmp_path):
    apprentice, mentor = make_phone(both), make_phone(both)
    written_in_the_cellar(both, apprentice, tmp_path)
    apprentice.go_bright()
    apprentice.wait_for_status("在线·已同步")
    assert len(wait_until_stored(apprentice, both, 5)) == 5
    written = both.arrived()
    assert [op.verdict for op in written] == ["accepted"] * 5
    assert {op.payload["body"]["text"] for op in written} == set(TEXTS)

    looked_at_by_the_mentor(both, mentor)
    mended(both, apprentice)
    mentor.page.goto(f"{both.wire.origin}/sign")
    mentor.page.reload()
    row(mentor.page, MENDED).wait_for()
    look_at(mentor.page, MENDED)
    mentor.page.click("[data-test=sign]")
    mentor.page.wait_for_selector("[data-test=none]")
    mentor.wait_for_status("在线·已同步")

    apprentice.page.goto(f"{both.wire.origin}/book")
    apprentice.page.reload()
    apprentice.row(MENDED).locator(".seal-mark").first.wait_for()
    assert sorted(filter(None, apprentice.states())) == ["signed"] * 5
    minutes = sorted(op.payload["body"]["minutes"] for op in both.arrived("entry.signed"))
    assert minutes == [115, 120, 120, 120, 120]
    assert len(both.arrived()) == 5 and len(both.arrived("entry.revised")) == 1 and len(stored(both)) == 5
    assert apprentice.lies([*written, *both.arrived("entry.revised")]) == []
    assert mentor.lies([*both.arrived("entry.signed"), *both.arrived("entry.returned")], saving_ms=500) == []
    assert apprentice.broke == [] and mentor.broke == []
