"""Reversing after the lock in real browsers: from the month to the entry, what it changes said before, a second person where hours are
given back; every screen of it at a desk's two widths and on a phone in need."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.desk import WIDE, Desk, add_person, give_password
from e2e.faults import find_faults
from e2e.months import lock_all_but, old_proofs, prove, seed_year
from yearland import CLASS

MONTH = "2025-09"
SIZES = {"desk": (1280, 800), "wide": (1920, 1080), "narrow": (360, 740)}


def fill(page: Any, minutes: int, reason: str) -> None:
    page.click("[data-test=reverse]")
    page.fill("[data-test=reverse-form] [name=to]", str(minutes))
    page.fill("[data-test=reverse-form] [name=reason]", reason)
    page.locator("[data-test=changes]").wait_for()


def test_an_hour_is_taken_back_and_given_back_by_two(both, make_phone) -> None:
    give_password(both, both.coordinator, "yanghuimin")
    add_person(both, "汤伟明", "tangweiming", "enterprise_admin", both.firm)
    seed_year(both)
    lock_all_but(both, "2026-08")
    desk, other = (Desk(make_phone(both, **WIDE)) for _ in range(2))
    page = desk.come_in("yanghuimin", f"/desk/months/{CLASS}/{MONTH}")
    page.locator("[data-test=row]", has_text="学徒甲").click()
    page.click("[data-test=to-reverse]")
    page.locator("[data-test=month]").wait_for()
    page.locator("[data-test=row]").first.click()
    fill(page, 450, "与次日重复计入三十分钟")
    assert "480 分钟" in page.locator("[data-test=changes]").inner_text() and "450 分钟" in page.locator("[data-test=changes]").inner_text()
    old_proofs(both)
    page.click("[data-test=reverse-now]")
    prove(page)
    page.locator("[data-test=done]", has_text="现在认可 450 分钟").wait_for()
    fill(page, 470, "核对后只重复十分钟")
    page.locator("[data-test=two]", has_text="加回学时").wait_for()
    page.click("[data-test=reverse-now]")
    page.locator("[data-test=done]", has_text="等第二个人确认").wait_for()
    second = other.come_in("tangweiming", "/desk/reversals")
    second.locator("[data-test=row]", has_text="待第二人确认").click()
    second.locator("[data-test=reason]", has_text="核对后只重复十分钟").wait_for()
    second.click("[data-test=confirm]")
    second.locator("[data-test=second]", has_text="汤伟明").wait_for()
    second.locator("[data-test=now]", has_text="470 分钟").wait_for()
    assert [row[0] for row in both.rows("SELECT minutes FROM reversals WHERE state = 'done' ORDER BY asked_at")] == [-30, 20]
    assert not desk.phone.broke and not other.phone.broke


def test_a_sheet_says_when_its_entry_is_changed_by_somebody_else(site, make_phone) -> None:
    give_password(site, site.coordinator, "yanghuimin")
    year = seed_year(site)
    lock_all_but(site, "2026-08")
    desks = [Desk(make_phone(site, **WIDE)) for _ in range(2)]
    pages = [desk.come_in("yanghuimin", f"/desk/reversals/of/{year.book}?month={MONTH}") for desk in desks]
    for page in pages:
        page.locator("[data-test=row]").first.click()
    fill(pages[0], 300, "重复计入三小时")
    fill(pages[1], 450, "重复计入三十分钟")
    pages[1].click("[data-test=reverse-now]")
    pages[1].locator("[data-test=done]").wait_for()
    pages[0].evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    pages[0].locator("[data-test=reverse-word]", has_text="刚被改过").wait_for()
    assert pages[0].input_value("[data-test=reverse-form] [name=to]") == "450" and pages[0].locator("[data-test=reverse-now]").is_disabled()
    assert pages[0].input_value("[data-test=reverse-form] [name=reason]") == "重复计入三小时"


@pytest.mark.parametrize("size", SIZES)
def test_the_screens_of_reversals_have_no_fault(site, make_phone, axe, size) -> None:
    give_password(site, site.coordinator, "yanghuimin")
    width, height = SIZES[size]
    desk = Desk(make_phone(site, viewport={"width": width, "height": height}))
    page = desk.come_in("yanghuimin", "/desk/reversals")
    page.locator("[data-test=empty]").wait_for()
    wrong = find_faults(desk.phone, axe, f"reversals-none-{size}")
    year = seed_year(site)
    page.goto(f"{site.wire.origin}/desk/reversals/of/{year.book}")
    page.locator("[data-test=none-locked]").wait_for()
    wrong += find_faults(desk.phone, axe, f"reversal-unlocked-{size}")
    lock_all_but(site, "2026-08")
    page.goto(f"{site.wire.origin}/desk/reversals/of/{year.book}?month={MONTH}")
    page.locator("[data-test=row]").first.click()
    page.locator("[data-test=panel]").wait_for()
    wrong += find_faults(desk.phone, axe, f"reversal-entry-{size}")
    fill(page, 450, "与次日重复计入三十分钟")
    wrong += find_faults(desk.phone, axe, f"reversal-sheet-{size}")
    page.click("[data-test=reverse-now]")
    page.locator("[data-test=done]").wait_for()
    page.goto(f"{site.wire.origin}/desk/reversals")
    page.locator("[data-test=row]").first.click()
    page.locator("[data-test=panel]").wait_for()
    wrong += find_faults(desk.phone, axe, f"reversals-{size}")
    assert not wrong, "\n".join(wrong)
