"""A college arranges the columns of a form: seen before it is kept, and the next file has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.desk import Desk, give_password
from e2e.faults import find_faults
from e2e.months import seed_year
from e2e.site import now
from leaving import headings
from server.commands.jobs import do_waiting

SIZES = {"desk": (1280, 800), "narrow": (360, 740)}


@pytest.mark.parametrize("size", SIZES)
def test_columns_are_arranged_seen_kept_and_exported(site, make_phone, axe, size) -> None:
    give_password(site, site.coordinator, "yanghuimin")
    width, height = SIZES[size]
    desk = Desk(make_phone(site, viewport={"width": width, "height": height}))
    page = desk.come_in("yanghuimin", "/desk/exports/forms")
    page.locator("[data-test=column-voucher]").wait_for()
    wrong = find_faults(desk.phone, axe, f"columns-none-{size}")
    seed_year(site)
    page.goto(f"{site.wire.origin}/desk/exports")
    page.click("[data-test=to-forms]")
    page.locator("[data-test=column-voucher]").wait_for()
    page.select_option("[data-test=form]", "summary")
    for key in ("share", "remark", "plan"):
        page.locator(f"[data-test=column-{key}] input[type=checkbox]").click()
    page.fill("[data-test=column-verdict] input[type=text]", "培训结论")
    page.locator("[data-test=column-apprentice] [data-test=up]").click()
    page.locator("[data-test=preview] th", has_text="培训结论").wait_for()
    page.locator("[data-test=preview] td", has_text="学徒甲").wait_for()
    assert page.locator("[data-test=preview] th").first.inner_text() == "姓名"
    assert page.locator("[data-test=column-apprentice] input[type=checkbox]").is_disabled()
    wrong += find_faults(desk.phone, axe, f"columns-{size}")
    page.click("[data-test=keep]")
    page.locator("[data-test=kept]").wait_for()
    page.reload()
    page.select_option("[data-test=form]", "summary")
    page.locator("[data-test=own]", has_text="本校自定").wait_for()
    page.goto(f"{site.wire.origin}/desk/exports")
    page.click("[data-test=new-export]")
    page.select_option("[data-test=export-form] [name=form]", "summary")
    page.click("[data-test=export-now]")
    page.locator("[data-test=job]").wait_for()
    do_waiting(site.app, now)
    page.locator("[data-test=row]", has_text="可下载").click()
    with page.expect_download() as fetched:
        page.click("[data-test=fetch]")
    made = headings(Path(fetched.value.path()).read_bytes())
    assert made[:2] == ["姓名", "序号"] and made[-1] == "培训结论" and "完成率" not in made and "合计 计划" not in made
    assert not wrong, "\n".join(wrong)
    assert desk.phone.broke == []
