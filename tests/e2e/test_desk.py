"""The desk's shell in a real browser: coming in, the list with keys and address, a proof, a session that runs out, nothing of a phone's."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from e2e.desk import LOOK_AWAY, WIDE, Desk, add_person, give_password
from e2e.faults import find_faults
from e2e.phone import PASSWORD
from e2e.site import MENTOR, now
from server.services.people import reset
from server.store.db import writing

# told to the address when the writing has stopped; a hand that is slow on the keys is told half a word as well
FILTERED = "(text) => new URLSearchParams(location.search).get('text') === text"
REASON = "手机进水，本人带身份证到院办理"
SIZES = {"desk": (1280, 800), "wide": (1920, 1080), "narrow": (360, 740)}


@pytest.fixture
def desks(both, make_phone):
    """Two coordinators of one college, each in a browser of his own."""
    give_password(both, both.coordinator, "yanghuimin")
    add_person(both, "何志坚", "hezhijian", "coordinator", both.college)
    return [Desk(make_phone(both, **WIDE)) for _ in range(2)]


def ask(page) -> None:
    page.click("[data-test=ask]")
    page.fill("[name=whose]", MENTOR[1])
    page.fill("[name=reason]", REASON)
    page.click("[data-test=ask-form] button[type=submit]")
    page.locator("[data-test=ask-sure]", has_text=MENTOR[0]).wait_for()
    page.click("[data-test=ask-sure] button[type=submit]")


def let_time_pass(site, statement: str) -> None:
    with site.app.app_context(), writing() as conn:
        conn.execute(sa.text(statement), {"now": now(), "ms": reset.HEARD_AFTER})


def prove(page) -> None:
    page.fill("[data-test=prove] [name=proof]", PASSWORD)
    page.click("[data-test=prove] button[type=submit]")


def test_two_teachers_reset_a_mentor_at_two_desks(both, desks) -> None:
    one, other = desks
    page = one.come_in("yanghuimin", "/desk/resets")
    page.wait_for_url("**/desk/resets")
    page.locator("[data-test=empty]", has_text="还没有人申请过").wait_for()
    page.click("[data-test=ask]")
    page.fill("[name=whose]", MENTOR[0])
    page.fill("[name=reason]", REASON)
    page.click("[data-test=ask-form] button[type=submit]")
    page.locator("[data-test=ask-word]", has_text="这里要填账号，不是姓名").wait_for()
    page.keyboard.press("Escape")
    ask(page)
    page.locator("[data-test=panel]", has_text="周国强").wait_for()
    assert page.locator("[data-test=confirm]").count() == 0, "whoever asked does not confirm"

    seen = other.come_in("hezhijian", "/desk/resets")
    seen.locator("[data-test=row]").wait_for()
    seen.keyboard.press("j")
    seen.keyboard.press("Enter")
    seen.locator("[data-test=panel]", has_text=REASON).wait_for()
    assert seen.locator("[data-test=confirm]").is_disabled(), "his phones hear of it first"
    let_time_pass(both, "UPDATE resets SET asked_at = asked_at - :ms")
    let_time_pass(both, "UPDATE sessions SET proved_at = 0 WHERE :now > 0")
    seen.reload()
    seen.locator("[data-test=panel]", has_text=REASON).wait_for()
    seen.click("[data-test=confirm]")
    prove(seen)
    code = seen.locator("[data-test=slip-code]").inner_text()
    assert len(code) == 10
    seen.click("[data-test=slip-done]")
    seen.locator("[data-test=state]", has_text="已重置").wait_for()
    assert both.rows("SELECT outcome FROM resets")[0][0] == "done"
    assert [desk.databases() for desk in desks] == [[], []], "a desk keeps nothing of a phone's"
    assert not one.phone.broke and not other.phone.broke


def test_a_session_that_ran_out_is_renewed_where_one_stands(both, desks) -> None:
    page = desks[0].come_in("yanghuimin", "/desk/resets")
    page.click("[data-test=ask]")
    page.fill("[name=whose]", MENTOR[1])
    page.fill("[name=reason]", REASON)
    page.evaluate(LOOK_AWAY)
    both.end_sessions()
    page.click("[data-test=ask-form] button[type=submit]")
    page.locator("[data-test=modal]", has_text="请重新登录").wait_for()
    page.fill("[data-test=login] [name=password]", PASSWORD)
    page.click("[data-test=login] button[type=submit]")
    page.click("[data-test=ask-sure] button[type=submit]")
    page.locator("[data-test=panel]", has_text=REASON).wait_for()
    assert [row[0] for row in both.rows("SELECT reason FROM resets")] == [REASON], "asked once"


def test_filters_live_in_the_address_and_every_key_does_its_work(both, desks) -> None:
    page = desks[0].come_in("yanghuimin", "/desk/resets")
    ask(page)
    page.locator("[data-test=panel]").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-test=panel]", state="detached")
    page.keyboard.press("/")
    page.keyboard.type("没有这个人")
    page.wait_for_function(FILTERED, arg="没有这个人")
    page.locator("[data-test=empty]", has_text="没有符合筛选条件").wait_for()
    assert "open=" not in page.url
    page.reload()
    page.locator("[data-test=empty]", has_text="没有符合筛选条件").wait_for()
    assert page.input_value("input[name=text]") == "没有这个人"
    page.click("[data-test=clear-filters]")
    page.locator("[data-test=row]", has_text="周国强").wait_for()
    page.select_option("[name=state]", "done")
    page.locator("[data-test=empty]").wait_for()
    page.select_option("[name=state]", "open")
    page.locator("[data-test=row]", has_text="周国强").wait_for()
    # single keys can be switched off
    page.click("[data-test=keys]")
    page.uncheck("[data-test=keys-on]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.locator("[data-test=panel]").count() == 0


def test_who_has_no_desk_is_told_so(both, make_phone) -> None:
    give_password(both, both.people["mentor"], MENTOR[1])
    desk = Desk(make_phone(both, **WIDE))
    page = desk.phone.open("/desk")
    page.fill("[data-test=login] [name=login]", MENTOR[1])
    page.fill("[data-test=login] [name=password]", PASSWORD)
    page.click("[data-test=login] button[type=submit]")
    page.locator("[data-test=refused]", has_text="没有管理台的身份").wait_for()


@pytest.mark.parametrize("size", SIZES)
def test_the_shells_screens_have_no_fault(site, make_phone, axe, size) -> None:
    give_password(site, site.coordinator, "yanghuimin")
    width, height = SIZES[size]
    desk = Desk(make_phone(site, viewport={"width": width, "height": height}))
    desk.phone.open("/desk")
    desk.page.wait_for_selector("[data-test=login]")
    wrong = find_faults(desk.phone, axe, f"desk-login-{size}")
    page = desk.come_in("yanghuimin", "/desk/resets")
    page.locator("[data-test=empty]").wait_for()
    wrong += find_faults(desk.phone, axe, f"desk-resets-none-{size}")
    ask(page)
    page.locator("[data-test=panel]").wait_for()
    wrong += find_faults(desk.phone, axe, f"desk-resets-panel-{size}")
    page.click("[data-test=close-panel]")
    page.locator("[data-test=row]").wait_for()
    wrong += find_faults(desk.phone, axe, f"desk-resets-{size}")
    assert wrong == []
