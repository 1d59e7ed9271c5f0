"""What a signer has looked at: only that is signed many at a time, and what he signs is what stood before him."""

from __future__ import annotations

from e2e.mentors import WORDS, look_at, row, waiting


def test_a_batch_covers_what_was_opened_in_this_version_and_outlives_a_reload(both, tablet, mentor):
    written = tablet.write({"text": f"第 {number} 条：{WORDS[0]}", "start": 6 + 2 * number, "ago": 3} for number in range(4))
    phone = mentor()
    page = phone.page
    assert page.locator("[data-test=batch]").count() == 0
    for number in range(3):
        look_at(page, f"第 {number} 条")
        page.click(".page-head-back")
        page.locator("[data-test=waiting][data-opened=true]").nth(number).wait_for()
    tablet.revise(*written[2], text="第 2 条：改过了", start=10, ago=3)
    page.reload()
    row(page, "第 2 条：改过了").wait_for()
    assert page.inner_text("[data-test=batch]") == "一次签认看过的 2 条（240 分钟）"
    assert page.locator("[data-test=waiting][data-opened=true]").count() == 2
    assert page.locator("[data-test=row-sign]").count() == 2
    page.click("[data-test=batch]")
    lines = page.locator("[data-test=list-sheet] li").all_inner_texts()
    assert len(lines) == 2 and all(f"{6 + 2 * number:02}:00" in line for number, line in enumerate(lines))
    assert "共 2 条，240 分钟" in page.inner_text("[data-test=list-sheet]")
    page.click("[data-test=list-yes]")
    page.get_by_text("已签认 2 条").wait_for()
    # it is said before the list is read anew
    page.locator("[data-test=waiting]").nth(2).wait_for(state="detached")
    assert sorted(waiting(page)) == ["第 2 条：改过了", f"第 3 条：{WORDS[0]}"]
    phone.wait_for_status("在线·已同步")
    assert {op.payload["doc"] for op in both.arrived("entry.signed")} == {written[0][0], written[1][0]}


def test_what_came_by_itself_is_not_looked_at_before_it_has_stood_there(both, tablet, mentor):
    tablet.write({"text": text, "start": 8 + 3 * number, "ago": 3} for number, text in enumerate(WORDS))
    page = mentor().page
    look_at(page, WORDS[0])
    page.click("[data-test=sign]")
    page.locator("[data-test=facts]", has_text=WORDS[1]).wait_for()
    page.click(".page-head-back")
    row(page, WORDS[1]).wait_for()
    page.wait_for_timeout(3500)
    assert page.locator("[data-test=waiting][data-opened=true]").count() == page.locator("[data-test=batch]").count() == 0
    look_at(page, WORDS[1])
    page.click("[data-test=sign]")
    page.locator("[data-test=facts]", has_text=WORDS[2]).wait_for()
    page.wait_for_timeout(3500)
    page.click(".page-head-back")
    page.locator("[data-test=waiting][data-opened=true]", has_text=WORDS[2]).wait_for()
    assert page.inner_text("[data-test=batch]") == "一次签认看过的 1 条（120 分钟）"


def test_a_swipe_is_a_short_cut_for_what_was_opened_and_does_nothing_else(both, tablet, mentor):
    tablet.write({"text": text, "start": 8 + 3 * number} for number, text in enumerate(WORDS))
    phone = mentor()
    page = phone.page
    for text in WORDS[:2]:
        look_at(page, text)
        page.click(".page-head-back")
    # then the rows are as high as they will be
    page.locator("[data-test=waiting][data-opened=true]").nth(1).wait_for()
    swipe(page, WORDS[2], 150)
    page.wait_for_timeout(300)
    assert len(waiting(page)) == 3
    swipe(page, WORDS[0], 50)
    page.wait_for_timeout(300)
    assert len(waiting(page)) == 3 and "/sign/" not in page.url
    swipe(page, WORDS[0], 150)
    page.locator("[data-test=list-sheet]", has_text="签认这 1 条").wait_for()
    page.locator("[data-test=list-sheet] .button").first.click()
    assert len(waiting(page)) == 3
    swipe(page, WORDS[0], 150)
    page.click("[data-test=list-yes]")
    page.wait_for_selector("[data-test=said]")
    page.locator("[data-test=waiting]").nth(2).wait_for(state="detached")
    assert waiting(page) == list(WORDS[1:])
    swipe(page, WORDS[1], -150)
    page.wait_for_selector("[name=reason]")
    assert not both.arrived("entry.returned")


def swipe(page, text: str, by: int) -> None:
    part_of = row(page, text).locator("[data-test=open]")
    # not where the foot lies over it
    part_of.evaluate("(part) => part.scrollIntoView({ block: 'center' })")
    box = part_of.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for part in range(1, 6):
        page.mouse.move(x + by * part / 5, y)
    page.mouse.up()


def test_a_version_that_arrives_while_he_looks_is_shown_before_he_signs_it(both, tablet, mentor):
    [(doc, version)] = tablet.write([{"text": WORDS[0]}])
    phone = mentor()
    page = phone.page
    look_at(page, WORDS[0])
    second = tablet.revise(doc, version, text="内容换了", minutes=90)
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-test=newer]")
    assert WORDS[0] in page.inner_text("[data-test=facts]")
    assert page.locator("[data-test=sign]").count() == 0
    page.click("[data-test=see-newer]")
    page.locator("[data-test=facts]", has_text="内容换了").wait_for()
    assert page.inner_text("[data-test=sign]") == "签认 90 分钟"
    page.click("[data-test=sign]")
    page.wait_for_selector("[data-test=none]")
    phone.wait_for_status("在线·已同步")
    assert [op.payload["of"] for op in both.arrived("entry.signed")] == [second]


def test_a_signer_is_told_while_the_time_is_not_over(both, tablet, mentor):
    """Written last thing on a phone whose clock is right: what is signed ends tomorrow at the earliest."""
    tablet.write([{"text": WORDS[0], "ago": 3}, {"text": WORDS[1], "ago": -1}])
    page = mentor().page
    row(page, WORDS[1]).wait_for()
    assert "才过完" not in row(page, WORDS[0]).inner_text() and "才过完，请核对。" in row(page, WORDS[1]).inner_text()
    look_at(page, WORDS[1])
    assert "才过完，请核对。" in page.inner_text("[data-test=warnings]")
