"""A coordinator's ugly spreadsheet in a real browser: judged, written with progress, the same again, the bad ones mended, slips printed."""

from __future__ import annotations

import io
import os
from pathlib import Path

import openpyxl
import pytest

import rosters
from colleges import set_up
from e2e.desk import WIDE, Desk, give_password
from e2e.faults import find_faults
from e2e.imports import download, drop, pages_of, tile, write_all
from e2e.site import Site
from server.papers.incoming.faults import FAULTS

PICTURES = os.environ.get("JIANGJI_PICTURES")
SIZES = {"1280": (1280, 800), "1920": (1920, 1080), "360": (360, 740)}


@pytest.fixture
def desk(both, make_phone) -> Desk:
    give_password(both, both.coordinator, "yanghuimin")
    set_up(both.app, both.college)
    return Desk(make_phone(both, **WIDE))


def look_at(phone, axe: str, name: str, wrong: list[str]) -> None:
    """What is wrong with the screen, wide and narrow; and a picture of it at every size when somebody asked for pictures."""
    page = phone.page
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        for scheme in ("light", "dark") if PICTURES else ():
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{size}-{scheme}.png"))
        if size != "1920":
            wrong += find_faults(phone, axe, f"{name}-{size}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})


def slips(site: Site, desk: Desk, axe, wrong: list[str]) -> None:
    """For all who lack one, the warning before all are printed anew, and one person's."""
    page = desk.page
    pdf = download(page, "[data-test=print]")
    assert pdf.startswith(b"%PDF") and pages_of(pdf) == 5, "34 slips, eight to a page"
    assert site.rows("SELECT count(*) FROM activations WHERE used_at IS NULL")[0][0] >= 34
    if PICTURES:
        (Path(PICTURES) / "slips.pdf").write_bytes(pdf)
    page.locator("text=34 人手里的激活单还有效").wait_for()
    assert page.locator("[data-test=print]").is_disabled(), "everybody holds one"
    page.click("[data-test=print-again]")
    page.locator("[data-test=sure]").wait_for()
    look_at(desk.phone, axe, "slips-again", wrong)
    page.keyboard.press("Escape")
    page.click("[data-test=to-people]")
    page.locator(".data-table tbody tr").nth(5).wait_for()
    assert page.locator("text=440800200").count() == 0, "numbers are masked"
    look_at(desk.phone, axe, "people", wrong)
    page.locator(".data-table tbody tr").first.click()
    page.locator("[data-test=facts]").wait_for()
    assert pages_of(download(page, "[data-test=print-one]")) == 1
    page.locator("[data-test=printed]").wait_for()
    look_at(desk.phone, axe, "people-open", wrong)


def test_from_an_ugly_file_to_printed_slips(both, desk, axe, tmp_path) -> None:
    wrong: list[str] = []
    page = desk.come_in("yanghuimin", "/desk/imports")
    look_at(desk.phone, axe, "imports-empty", wrong)
    (tmp_path / "去年.xlsx").write_bytes(rosters.earlier())
    drop(page, tmp_path / "去年.xlsx")
    write_all(both, page)
    raw, planted = rosters.ugly()
    (tmp_path / "花名册.xlsx").write_bytes(raw)
    drop(page, tmp_path / "花名册.xlsx")
    assert (tile(page, "bad"), tile(page, "good"), tile(page, "same")) == (37, 363, 0)
    page.click("[data-test=tile-bad]")
    page.wait_for_function("() => document.querySelectorAll('.data-table tbody tr').length === 37")
    said = page.locator(".data-table tbody").inner_text()
    look_at(desk.phone, axe, "imports-bad", wrong)
    for number, word in planted:
        reason = FAULTS[word]["zh"][1]
        assert str(number) in said and reason in said, (number, word, reason)
    home = openpyxl.load_workbook(io.BytesIO(download(page, "[data-test=take-home]")))
    lines = [list(row) for row in home.active.iter_rows(values_only=True)]
    assert [line[0] for line in lines[1:]] == [number for number, _ in planted]
    write_all(both, page)
    look_at(desk.phone, axe, "imports-written", wrong)
    count = both.rows("SELECT count(*) FROM people")[0][0]
    drop(page, tmp_path / "花名册.xlsx")
    assert (tile(page, "bad"), tile(page, "good"), tile(page, "same")) == (37, 0, 363)
    assert page.locator("[data-test=write]").is_disabled()
    (tmp_path / "改好.xlsx").write_bytes(rosters.write(rosters.mend(lines)))
    drop(page, tmp_path / "改好.xlsx")
    assert (tile(page, "bad"), tile(page, "good")) == (0, 37)
    write_all(both, page)
    assert both.rows("SELECT count(*) FROM people")[0][0] == count + 37
    page.goto(page.url.split("/desk")[0] + "/desk/classes")
    page.locator(".data-table tbody tr", has_text="2024级机器人1班").first.wait_for()
    look_at(desk.phone, axe, "classes", wrong)
    page.locator(".data-table tbody tr", has_text="2024级机器人1班").first.click()
    page.locator("[data-test=print]").wait_for()
    look_at(desk.phone, axe, "classes-open", wrong)
    slips(both, desk, axe, wrong)
    page.goto(page.url.split("/desk")[0] + "/desk/plans")
    page.locator(".data-table tbody tr").first.wait_for()
    look_at(desk.phone, axe, "plans", wrong)
    assert not wrong, "\n".join(wrong)
    assert not desk.phone.broke
