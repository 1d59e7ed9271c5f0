"""A master lets two teachers make his access anew: what his phone shows before it ends, what it keeps, and what stands in the book."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from e2e.mentors import Tablet, look_at, row
from e2e.phone import PASSWORD, Phone
from e2e.site import APPRENTICE, MENTOR, Site, new_id, now
from server.services.people import reset, roster
from server.store.db import writing

SECOND = "何志坚"
REASON = "手机进水，本人带身份证到院办理"
NEW_PASSWORD = "zwei Birnen, drei Quitten"


def writer(site: Site) -> reset.Means:
    return reset.Means(site.key, site.hasher, secrets.token_bytes)


def wait_for_seals(site: Site, page: Page, many: int) -> None:
    for _ in range(240):
        if len(site.arrived("entry.signed")) == many:
            return
        page.wait_for_timeout(250)


def ask(site: Site) -> str:
    reset_id = new_id()
    with site.app.app_context():
        done = reset.ask(writer(site), site.coordinator, reset.Wanted(MENTOR[1], REASON, lost=False), reset_id, now())
    assert isinstance(done, tuple) and done[1] is None, done
    return reset_id


def confirm(site: Site, reset_id: str) -> reset.Slip:
    """The other teacher, after the time in which open devices hear of it."""
    second = new_id()
    with site.app.app_context():
        roster.make_person(second, SECOND, "hezhijian", now())
        roster.give_role(second, "coordinator", site.college)
        with writing() as conn:
            conn.execute(sa.text("UPDATE resets SET asked_at = asked_at - :ms"), {"ms": reset.HEARD_AFTER})
        done = reset.confirm(writer(site), reset_id, second, "desk", now())
    assert isinstance(done, tuple) and done[1] is not None, done
    return done[1]


def keep(phone: Phone, name: str) -> None:
    """For whoever wants to look."""
    if folder := os.environ.get("JIANGJI_RESET_SHOTS"):
        phone.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def see_it_coming(mentor: Phone) -> None:
    page = mentor.page
    page.goto(f"{mentor.site.wire.origin}/me")
    page.locator("[data-test=bell]", has_text="1").wait_for()
    page.click("[data-test=bell]")
    page.locator("[data-test=notice]", has_text="有人申请重置你的登录").click()
    page.locator("[data-test=reset-open]", has_text="杨慧敏").wait_for()
    assert REASON in page.locator("[data-test=reset-open]").inner_text()


def sign(mentor: Phone, text: str) -> None:
    mentor.page.goto(f"{mentor.site.wire.origin}/sign")
    row(mentor.page, text).wait_for()
    look_at(mentor.page, text)
    mentor.page.click("[data-test=sign]")
    # it is kept before the next one is shown
    mentor.page.locator("[data-test=facts]", has_text=text).wait_for(state="detached")


def come_in_again(mentor: Phone, slip: reset.Slip) -> None:
    page = mentor.page
    page.goto(f"{mentor.site.wire.origin}/activate#{slip.login}.{slip.code}")
    page.click("[data-test=slip] button[type=submit]")
    page.get_by_text(MENTOR[0]).first.wait_for()
    page.fill("[name=password]", NEW_PASSWORD)
    page.fill("[name=again]", NEW_PASSWORD)
    page.click("[data-test=password] button[type=submit]")
    page.wait_for_selector("[data-test=status]")


def see_it_in_the_book(apprentice: Phone, first: str) -> None:
    """His book says so, and so does the page of what the old phone had signed."""
    page, site = apprentice.page, apprentice.site
    page.goto(f"{site.wire.origin}/book")
    page.reload()
    note = page.locator("[data-test=reset-notes]", has_text=f"{MENTOR[0]}的登录由两位老师重置过")
    note.wait_for()
    assert REASON in note.inner_text() and "杨慧敏" in note.inner_text()
    page.locator("[data-test=reset-notes]", has_text=f"杨慧敏和{SECOND}办理").wait_for()
    keep(apprentice, "4-book")
    page.goto(f"{site.wire.origin}/entry/{site.book}/{first}")
    step = page.locator("[data-test=step]", has_text=f"重置了{MENTOR[0]}的登录")
    step.wait_for()
    assert f"确认人：{SECOND}" in step.inner_text()
    keep(apprentice, "5-entry")


def test_a_master_sees_it_coming_comes_in_again_and_every_page_says_so(both: Site, make_phone) -> None:
    apprentice, mentor = make_phone(both), make_phone(both)
    apprentice.settle_in(APPRENTICE[1])
    page = mentor.settle_in(MENTOR[1])
    before, offline, after = "换主轴轴承前的检查", "地下室里换滤网", "新手机签的一条"
    [(first, _), *_] = Tablet(both).write([{"text": before}, {"text": offline, "start": 11}, {"text": after, "start": 14}])
    page.reload()
    sign(mentor, before)
    page.wait_for_function("() => !document.body.innerText.includes('换主轴轴承前的检查')")
    mentor.wait_for_status("在线·已同步")

    reset_id = ask(both)
    page.reload()
    see_it_coming(mentor)
    keep(mentor, "1-asked")
    page.locator("[data-test=device]", has_text="最近一次签的记录").wait_for()

    # he signs once more where there is no network; meanwhile it is confirmed
    mentor.go_dark()
    sign(mentor, offline)
    slip = confirm(both, reset_id)
    mentor.go_bright()
    page.goto(f"{both.wire.origin}/me")
    page.get_by_text("登录").first.wait_for()
    come_in_again(mentor, slip)
    mentor.wait_for_status("在线", seconds=60)

    # what the old key signed in the cellar is with people, said in words, and not lost
    page.goto(f"{both.wire.origin}/needs")
    page.get_by_text("已交由老师核对").first.wait_for()
    keep(mentor, "2-needs")
    assert [(op.verdict, op.word) for op in both.arrived("entry.signed")] == [("accepted", None), ("quarantined", "device_lost")]
    sign(mentor, after)
    wait_for_seals(both, page, 3)
    mentor.page.goto(f"{both.wire.origin}/me/devices")
    page.locator("[data-test=resets]", has_text=f"杨慧敏和{SECOND}").wait_for()
    page.locator("[data-test=ended] article").first.wait_for(state="attached")
    assert page.locator("[data-test=ended] article").count() == 1 and page.locator("[data-test=reset-open]").count() == 0
    page.click("[data-test=ended] summary")
    keep(mentor, "3-done")
    assert [op.verdict for op in both.arrived("entry.signed")] == ["accepted", "quarantined", "accepted"]
    [(old, _), (new, _)] = both.rows(
        "SELECT status, id FROM devices WHERE person_id = :me ORDER BY enrolled_at", me=both.people["mentor"]
    )
    assert (old, new) == ("lost", "active")

    see_it_in_the_book(apprentice, first)
    assert apprentice.broke == [] and mentor.broke == []


def test_whoever_did_not_ask_for_it_stops_it_with_his_password(site: Site, make_phone) -> None:
    mentor = make_phone(site)
    page = mentor.settle_in(MENTOR[1])
    reset_id = ask(site)
    page.reload()
    see_it_coming(mentor)
    page.click("[data-test=not-me]")
    page.fill("[data-test=reset-open] [name=password]", "not his password")
    page.click("[data-test=stop-reset]")
    page.locator("[data-test=reset-open]", has_text="申请还没有停止").wait_for()
    keep(mentor, "6-stop")
    page.fill("[data-test=reset-open] [name=password]", PASSWORD)
    page.click("[data-test=stop-reset]")
    page.locator("[data-test=said]", has_text="已停止").wait_for()
    page.locator("[data-test=resets]", has_text="你说明不是你要求的").wait_for()
    keep(mentor, "7-stopped")
    assert site.rows("SELECT outcome FROM resets WHERE id = :id", id=reset_id)[0][0] == "objected"
    assert page.locator("[data-test=reset-open]").count() == 0 and mentor.broke == []


@pytest.mark.parametrize("mode", [{"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 1}])
def test_the_screen_stands_in_the_dark_and_with_large_letters(site: Site, make_phone, mode) -> None:
    mentor = make_phone(site, **mode)
    page = mentor.settle_in(MENTOR[1])
    ask(site)
    page.reload()
    see_it_coming(mentor)
    if "color_scheme" not in mode:
        page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    page.click("[data-test=not-me]")
    keep(mentor, f"8-{'dark' if 'color_scheme' in mode else 'large'}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
