"""The month's end at real desks: locked, exported for a claim by two people, opened again, altered, and found out."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from e2e.desk import WIDE, Desk, add_person, give_password
from e2e.faults import find_faults
from e2e.months import confirm_export, lock_all_but, old_proofs, prove, seed_year
from e2e.site import Site, now
from leaving import headings, table
from server.commands.jobs import do_waiting
from yearland import CLASS, Date, Year

SIZES = {"desk": (1280, 800), "wide": (1920, 1080), "narrow": (360, 740)}
MONTH = "2026-03"


def altered(raw: bytes, heading: str, row: int, value: Any) -> bytes:
    book, out = openpyxl.load_workbook(io.BytesIO(raw)), io.BytesIO()
    page = book.worksheets[0]
    top = next(line for line in range(1, 20) if page.cell(line, 3).value == "起")
    column = next(number for number in range(1, 40) if page.cell(top, number).value == heading)
    page.cell(top + row, column).value = value
    book.save(out)
    return out.getvalue()


@pytest.fixture
def desks(both, make_phone):
    give_password(both, both.coordinator, "yanghuimin")
    add_person(both, "汤伟明", "tangweiming", "enterprise_admin", both.firm)
    return [Desk(make_phone(both, **WIDE)) for _ in range(2)]


def lock_at_the_desk(site: Site, year: Year, page: Any) -> None:
    """Not while something waits; then for good."""
    late = year.entry(Date(2026, 3, 28), 480, 45, "M3", "post", None)
    version = year.written[-2].id
    year.send()
    page.goto(f"{site.wire.origin}/desk/months")
    page.locator("[data-test=row]", has_text="2026 年 3 月").locator(".mark-waits", has_text="还有待处理").wait_for()
    page.select_option("[data-test=class]", CLASS)
    page.wait_for_url("**/desk/months?class=*")
    # whoever comes back, or loads the page anew, finds the months of that class
    page.reload()
    page.click(f"a[href='/desk/months/{CLASS}/{MONTH}']")
    page.wait_for_url(f"**/desk/months/{CLASS}/{MONTH}")
    page.locator("[data-test=standing]").wait_for()
    page.go_back()
    page.click(f"a[href='/desk/months/{CLASS}/{MONTH}']")
    page.locator("[data-test=waits]", has_text="还有 1 条没有处理完").wait_for()
    assert page.locator("[data-test=lock]").is_disabled()
    year.desk("entry.credited", late, {"minutes": 0, "note": None}, now(), version)
    year.send()
    page.reload()
    page.click("[data-test=lock]")
    page.click("[data-test=lock-now]")
    page.locator("[data-test=done]", has_text="已封存，1 本手册").wait_for()
    page.locator("[data-test=standing]", has_text="只能冲正").wait_for()
    page.locator("[data-test=row]", has_text="学徒甲").click()
    page.locator("[data-test=panel] [data-test=verdict]").wait_for()


def ask_for_a_claim(site: Site, page: Any) -> None:
    """Who asks cannot fetch."""
    old_proofs(site)
    page.goto(f"{site.wire.origin}/desk/exports")
    page.click("[data-test=new-export]")
    page.select_option("[data-test=export-form] [name=aim]", "claim")
    page.click("[data-test=export-now]")
    prove(page)
    page.locator("[data-test=job]").wait_for()
    do_waiting(site.app, now)
    page.locator("[data-test=row]", has_text="待第二人确认").click()
    page.locator("[data-test=panel]", has_text="27000 分钟").wait_for()
    assert page.locator("[data-test=fetch]").count() == 0


def check(site: Site, page: Any, file: Path, verdict: str) -> None:
    page.goto(f"{site.wire.origin}/desk/claims")
    page.set_input_files("[data-test=file]", file)
    page.locator(".job-bar").wait_for()
    do_waiting(site.app, now)
    page.locator("[data-test=found] [data-test=verdict]", has_text=verdict).wait_for()


def test_a_month_is_locked_exported_by_two_altered_and_found_out(both, desks, tmp_path: Path) -> None:
    year = seed_year(both)
    lock_all_but(both, MONTH)
    page = desks[0].come_in("yanghuimin")
    lock_at_the_desk(both, year, page)
    ask_for_a_claim(both, page)
    confirm_export(both, desks[1].come_in("tangweiming", "/desk/exports"), "汤伟明")
    page.reload()
    page.locator("[data-test=row]", has_text="可下载").click()
    with page.expect_download() as fetched:
        page.click("[data-test=fetch]")
        prove(page)
    good, bad = tmp_path / "ledger.xlsx", tmp_path / "altered.xlsx"
    fetched.value.save_as(good)
    rows = table(good.read_bytes())
    assert headings(good.read_bytes())[0] == "序号" and sum(row["认可分钟"] for row in rows) == 27_000
    assert len(rows) == len(both.rows("SELECT id FROM entries WHERE state = 'credited' AND book_id = :book", book=year.book))
    bad.write_bytes(altered(good.read_bytes(), "认可分钟", 3, 481))
    check(both, page, good, "没有不同")
    check(both, page, bad, "有 1 处不同")
    line = page.locator("[data-test=found] [data-test=row]").inner_text()
    assert "认可分钟" in line and "481" in line and "480" in line and "学徒甲" in line
    words = [sys.executable, "-c", "import sys; from server.cli import main; sys.exit(main())", "check-claim", str(bad)]
    done = subprocess.run(words, env={**os.environ, **both.env}, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "认可分钟 is '481' in the file, '480' by the operations" in done.stdout, done.stdout + done.stderr
    assert not desks[0].phone.broke and not desks[1].phone.broke


def test_the_same_hours_are_claimed_again_only_in_place_of_the_first_claim(both, desks) -> None:
    """Who asks and who confirms read which claim holds them already; the first is shown as replaced."""
    seed_year(both)
    lock_all_but(both, "")
    page, other = desks[0].come_in("yanghuimin"), desks[1].come_in("tangweiming")
    ask_for_a_claim(both, page)
    other.goto(f"{both.wire.origin}/desk/exports")
    confirm_export(both, other, "汤伟明")
    ask_for_a_claim(both, page)
    page.locator("[data-test=held]", has_text="这些学时有一部分已在确认过的申报里").locator("li", has_text="汤伟明").wait_for()
    old_proofs(both, now())
    other.reload()
    other.locator("[data-test=row]", has_text="待第二人确认").click()
    other.locator("[data-test=earlier]", has_text="同一学时不能申报两次").locator("li", has_text="汤伟明").wait_for()
    with other.expect_download():
        other.click("[data-test=fetch]")
    assert other.locator("[data-test=confirm]").is_disabled(), "not without a reason"
    other.fill("[name=why-replaces]", "上次漏了附件，重新申报")
    other.click("[data-test=confirm]")
    other.locator("[data-test=second]", has_text="上次漏了附件，重新申报").wait_for()
    other.locator("[data-test=replaces] li", has_text="汤伟明").wait_for()
    page.reload()
    page.locator("[data-test=row]", has_text="已被替代").click()
    page.locator("[data-test=replaced-by] li", has_text="汤伟明").wait_for()
    assert not desks[0].phone.broke and not desks[1].phone.broke


@pytest.mark.parametrize("size", SIZES)
def test_the_months_screens_have_no_fault(site, make_phone, axe, size, tmp_path: Path) -> None:
    give_password(site, site.coordinator, "yanghuimin")
    width, height = SIZES[size]
    desk = Desk(make_phone(site, viewport={"width": width, "height": height}))
    page = desk.come_in("yanghuimin", "/desk/months")
    page.locator("[data-test=empty]").wait_for()
    wrong = find_faults(desk.phone, axe, f"months-none-{size}")
    page.goto(f"{site.wire.origin}/desk/exports")
    page.locator("[data-test=empty]").wait_for()
    wrong += find_faults(desk.phone, axe, f"exports-none-{size}")
    year = seed_year(site)
    year.entry(Date(2026, 3, 28), 480, 45, "M3", "post", None)
    year.send()
    page.goto(f"{site.wire.origin}/desk/months")
    page.locator("[data-test=row]").first.wait_for()
    wrong += find_faults(desk.phone, axe, f"months-{size}")
    page.goto(f"{site.wire.origin}/desk/months/{CLASS}/{MONTH}")
    page.locator("[data-test=waits]").click()
    wrong += find_faults(desk.phone, axe, f"month-waits-{size}")
    page.locator("[data-test=row]").click()
    page.locator("[data-test=panel]").wait_for()
    wrong += find_faults(desk.phone, axe, f"month-person-{size}")
    page.goto(f"{site.wire.origin}/desk/exports")
    page.click("[data-test=new-export]")
    wrong += find_faults(desk.phone, axe, f"exports-ask-{size}")
    page.click("[data-test=export-now]")
    page.locator("[data-test=job]").wait_for()
    do_waiting(site.app, now)
    page.locator("[data-test=row]", has_text="可下载").click()
    page.locator("[data-test=panel]").wait_for()
    wrong += find_faults(desk.phone, axe, f"exports-panel-{size}")
    with page.expect_download() as fetched:
        page.click("[data-test=fetch]")
    bad = tmp_path / "altered.xlsx"
    bad.write_bytes(altered(Path(fetched.value.path()).read_bytes(), "认可分钟", 3, 481))
    page.goto(f"{site.wire.origin}/desk/claims")
    wrong += find_faults(desk.phone, axe, f"claims-none-{size}")
    page.set_input_files("[data-test=file]", bad)
    page.locator("[data-test=claim-word], .job-bar").first.wait_for()
    do_waiting(site.app, now)
    page.locator("[data-test=found]").wait_for()
    wrong += find_faults(desk.phone, axe, f"claims-{size}")
    assert not wrong, "\n".join(wrong)
