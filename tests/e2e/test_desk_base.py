"""A base's administrator in a real browser: opens the book, enters a trainer, hangs a tablet on the wall and takes it down again."""

from __future__ import annotations

from e2e.desk import WIDE, Desk, add_person
from e2e.faults import find_faults
from e2e.site import new_id
from server.services.people import roster

SIZES = ((1280, 800), (360, 740))


def check(desk: Desk, axe: str, name: str) -> None:
    """Nothing cut off and no violation, wide and narrow."""
    for width, height in SIZES:
        desk.page.set_viewport_size({"width": width, "height": height})
        assert find_faults(desk.phone, axe, f"base-{name}-{width}") == []
    desk.page.set_viewport_size(WIDE["viewport"])


def test_a_base_opens_gets_its_trainer_and_its_tablet(both, make_phone, axe) -> None:
    base = new_id()
    with both.app.app_context():
        roster.make_org(base, "base", "南沙实训基地")
    add_person(both, "卢敏仪", "luminyi", "base_admin", base)
    add_person(both, "梁国栋", "liangguodong", "base_trainer", both.college)
    desk = Desk(make_phone(both, **WIDE))
    page = desk.come_in("luminyi", "/desk/base")
    page.click("[data-test=open-base]")
    page.fill("[name=workstations]", "车 1\n车 2\n\n车 2")
    page.click("[data-test=base-form] button[type=submit]")
    page.locator("[data-test=stations]", has_text="车 1、车 2").wait_for()

    page.click("[data-test=take-in]")
    page.fill("[data-test=staff-form] [name=login]", "nobody")
    page.click("[data-test=staff-form] button[type=submit]")
    page.locator("[data-test=sheet-word]", has_text="没有这个账号").wait_for()
    page.fill("[data-test=staff-form] [name=login]", "liangguodong")
    page.click("[data-test=staff-form] button[type=submit]")
    page.locator("[data-test=row]", has_text="梁国栋").wait_for()

    page.click("[data-test=new-kiosk]")
    page.fill("[name=title]", "东门签到屏")
    page.fill("[data-test=kiosk-form] [name=login]", "screen-1")
    check(desk, axe, "kiosk-form")
    page.click("[data-test=kiosk-form] button[type=submit]")
    code = page.locator("[data-test=slip-code]").inner_text()
    assert len(code.replace("-", "")) == 10
    page.click("[data-test=slip-done]")
    row = page.locator("[data-test=row]", has_text="东门签到屏")
    row.locator("text=还没激活").wait_for()
    check(desk, axe, "list")

    row.click()
    page.click("[data-test=end]")
    page.check("[name=lost]")
    page.click("[data-test=leave-form] button[type=submit]")
    page.locator("[data-test=row]", has_text="东门签到屏").locator("text=已结束").wait_for()
    page.keyboard.press("Escape")

    page.click("[data-test=to-sessions]")
    page.locator("[data-test=empty]", has_text="还没有开过课").wait_for()
    check(desk, axe, "sessions")
    assert desk.phone.broke == []
