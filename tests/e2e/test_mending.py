"""An entry that came back: its reason beside the form, no word about lateness that is not there, and one way back; one withdrawn."""

from __future__ import annotations

import pytest

from e2e.handbooks import Writer, hours_of
from e2e.site import APPRENTICE, CODE, DAY_MS, day, new_id, now

OLD = day(now() - 20 * DAY_MS)
REASON = "请写明更换了哪几块滤网。"


@pytest.fixture
def phone(site, make_phone):
    """It holds an entry logged in time twenty days ago and returned, opened from the handbook."""
    doc = new_id()
    apprentice, mentor = Writer(site, "apprentice"), Writer(site, "mentor")
    apprentice.ago = 20 * DAY_MS
    [version] = apprentice.write([("entry.logged", doc, None, hours_of("更换滤网", OLD, place="workshop-1"))])
    mentor.write([("entry.returned", doc, version, {"reason": REASON})])
    made = make_phone(site)
    made.activate(APPRENTICE[1], CODE)
    made.wait_for_status("在线·已同步")
    made.page.goto(f"{site.wire.origin}/book")
    made.page.locator("[data-test=entry]", has_text="更换滤网").click()
    made.page.wait_for_url("**/entry/**")
    made.go_dark()
    return made


def test_a_returned_entry_is_mended_beside_its_reason_and_the_way_back_leads_back(phone):
    page = phone.page
    at = page.url
    page.click("[data-test=revise]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    assert page.inner_text("[data-test=sent-back]") == f"师傅退回：{REASON}"
    assert page.locator("[name=late-reason]").count() == 0
    page.fill("[name=text]", "更换进风口滤网两块，出风口一块")
    page.click("[data-test=save]")
    page.wait_for_url(at)
    said = page.locator("[data-test=say]")
    said.get_by_text("改好了，联网后师傅会看到").wait_for()
    assert page.locator("[data-test=saved] p").count() == 1
    said.locator("[data-test=show]").click()
    page.locator("[data-test=choice] input:checked").wait_for()
    assert page.locator("[data-test=saved] p").count() == 0
    page.go_back()
    said.wait_for()
    page.wait_for_url(at)
    page.click(".page-head-back")
    page.wait_for_url("**/book")


def test_an_entry_withdrawn_without_a_network_says_that_it_is_withdrawn(phone):
    page = phone.page
    page.click("[data-test=withdraw-open]")
    page.fill("[name=reason]", "记错了")
    page.click("[data-test=withdraw] [type=submit]")
    page.get_by_text("已撤回，联网后上传。").wait_for()
    assert "本机" not in page.inner_text(".entry-main")
