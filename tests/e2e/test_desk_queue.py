"""A coordinator works her queue by the keyboard alone; another one's act at the same time is told; the clean ones go in one go."""

from __future__ import annotations

import pytest

from e2e.desk import LOOK_AWAY, WIDE, Desk, add_person, give_password
from e2e.faults import find_faults
from e2e.handbooks import Writer, hours_of
from e2e.site import DAY_MS, Site, day, new_id, now
from server_desk import look

CLEAN = 9
SIZES = {"desk": (1280, 800), "wide": (1920, 1080), "narrow": (360, 740)}
MOVED_ON = """(before) => document.querySelector('[data-test=panel] h2')?.textContent !== before
  || document.querySelectorAll('[data-test=over]').length > 11"""
STATES = "SELECT state, count(*) FROM entries GROUP BY state ORDER BY state"


def wrote(site: Site, clean: int = CLEAN) -> None:
    """Signed entries: `clean` of them, one overlapping, one lowered by the mentor, one of a module nobody planned."""
    acts, minutes = [], []
    for number in range(clean):
        acts.append(hours_of(f"按图纸装配第 {number} 组夹具，检查间隙", day(now() - (number + 2) * DAY_MS)))
        minutes.append(120)
    acts += [
        hours_of("装配完后复检尺寸", day(now() - 2 * DAY_MS), 570, 690),
        hours_of("更换编码器电池并校零", day(now() - (clean + 3) * DAY_MS)),
        hours_of("整理工具柜", day(now() - (clean + 4) * DAY_MS), module="M9"),
    ]
    minutes += [120, 90, 120]
    rows = [("entry.logged", new_id(), None, body) for body in acts]
    ids = Writer(site, "apprentice").write(rows)
    mentor = Writer(site, "mentor")
    signed = {"how": "list", "scores": [], "note": None}
    mentor.write([("entry.signed", row[1], op, signed | {"minutes": given}) for row, op, given in zip(rows, ids, minutes, strict=True)])
    look(site)


@pytest.fixture
def desks(both, make_phone):
    """Two coordinators of one college, each in a browser of her own."""
    give_password(both, both.coordinator, "yanghuimin")
    add_person(both, "何志坚", "hezhijian", "coordinator", both.college)
    return [Desk(make_phone(both, **WIDE)) for _ in range(2)]


def test_a_queue_is_worked_by_the_keyboard_alone(both, desks) -> None:
    wrote(both)
    page = desks[0].come_in("yanghuimin", "/desk/queue")
    rows = page.locator("[data-test=row]")
    rows.nth(CLEAN + 2).wait_for()
    assert [rows.nth(n).locator(".mark").first.inner_text() for n in range(3)] == ["方案无此模块", "时间重叠", "师傅少签"]
    press = page.keyboard.press
    press("j")
    press("a")
    page.locator("[data-test=reason-form]", has_text="按 0 分钟办结").wait_for()
    press("Escape")
    page.locator("[data-test=reason-form]").wait_for(state="detached")
    press("r")
    page.locator("[data-test=reason-form]").wait_for()
    assert page.input_value("[name=reason]") == "", "the key that asks is no part of the reason"
    page.keyboard.type("方案里没有 M9，请改成正确的模块。")
    press("Control+Enter")
    page.locator("[data-test=outcomes]", has_text="已提出疑问").wait_for()
    press("Enter")
    panel = page.locator("[data-test=panel]")
    panel.locator("[data-test=why]", has_text="与当天更早开始的记录重叠").wait_for()
    panel.locator("[data-test=day-map] li").nth(1).wait_for()
    assert panel.locator("[data-test=counted]").inner_text() == "90 分钟"
    for _ in range(CLEAN + 2):
        before = panel.locator("h2").inner_text()
        press("a")
        page.wait_for_function(MOVED_ON, arg=before)
    page.wait_for_function("() => document.querySelectorAll('[data-test=over]').length === 12")
    assert rows.count() == CLEAN + 3, "what is decided keeps its place"
    assert [tuple(row) for row in both.rows(STATES)] == [("credited", CLEAN + 2), ("queried", 1)]
    assert both.rows("SELECT credited_minutes FROM entries WHERE reasons = 'OVERLAP'")[0][0] == 90
    press("u")
    page.locator("[data-test=reason-form]", has_text="不能抹去").wait_for()
    page.keyboard.type("请补一张照片。")
    press("Control+Enter")
    page.locator("[data-test=outcomes]", has_text="请补一张照片").wait_for()
    press("Escape")
    page.reload()
    page.locator("[data-test=empty]", has_text="没有等你认可的学时").wait_for()
    assert [tuple(row) for row in both.rows(STATES)] == [("credited", CLEAN + 1), ("queried", 2)]


def test_what_another_has_decided_meanwhile_is_told(both, desks) -> None:
    wrote(both, 3)
    one, other = (desk.come_in(login, "/desk/queue") for desk, login in zip(desks, ("yanghuimin", "hezhijian"), strict=True))
    for page in (one, other):
        page.locator("[data-test=row]").nth(5).wait_for()
        page.keyboard.press("j")
        page.keyboard.press("j")
    one.evaluate(LOOK_AWAY)
    other.keyboard.press("a")
    other.locator("[data-test=outcomes]", has_text="已认可 90 分钟").wait_for()
    one.keyboard.press("a")
    one.locator("[data-test=outcomes]", has_text="已由 何志坚 处理：已认可").wait_for()
    assert one.locator("[data-test=row]").nth(1).locator("[data-test=over]").inner_text() == "已认可 · 何志坚 处理"
    assert [tuple(row) for row in both.rows(STATES)] == [("credited", 1), ("signed", 5)]


def test_the_clean_ones_are_credited_in_one_go(both, desks) -> None:
    wrote(both)
    page = desks[0].come_in("yanghuimin", "/desk/queue")
    page.locator("[data-test=row]").nth(CLEAN + 2).wait_for()
    page.check("[data-test=choose-page]")
    page.click("[data-test=bulk]")
    page.locator("[data-test=bulk-what]", has_text=f"选中 {CLEAN + 3} 条，其中 {CLEAN} 条无异常").wait_for()
    page.click("[data-test=bulk-now]")
    page.locator("[data-test=bulk-told]", has_text=f"已认可 {CLEAN} 条").wait_for()
    page.click("[data-test=bulk-close]")
    assert [tuple(row) for row in both.rows(STATES)] == [("credited", CLEAN), ("signed", 3)]


def test_a_person_can_be_traced_from_the_matrix(both, desks) -> None:
    wrote(both)
    page = desks[0].come_in("yanghuimin", "/desk/progress")
    page.locator("[data-test=row]", has_text="陈嘉豪").wait_for()
    page.click("text=按周")
    page.locator("[data-test=weeks] li").first.wait_for()
    page.click("text=陈嘉豪")
    page.locator("[data-test=story-line]", has_text="签认 90 分钟").wait_for()
    page.locator("[data-test=story-end]").wait_for()
    assert page.locator("[data-test=story-line]").count() == both.rows("SELECT seq FROM books WHERE id = :book", book=both.book)[0][0]


@pytest.mark.parametrize("size", SIZES)
def test_the_screens_of_the_queue_have_no_fault(site, make_phone, axe, size) -> None:
    wrote(site)
    give_password(site, site.coordinator, "yanghuimin")
    width, height = SIZES[size]
    desk = Desk(make_phone(site, **WIDE))
    page = desk.come_in("yanghuimin", "/desk/queue")
    page.set_viewport_size({"width": width, "height": height})
    page.locator("[data-test=row]").first.wait_for()
    wrong = find_faults(desk.phone, axe, f"queue-{size}")
    page.locator("[data-test=row]").nth(1).click()
    page.locator("[data-test=day-map] li").first.wait_for()
    wrong += find_faults(desk.phone, axe, f"queue-panel-{size}")
    page.click("[data-test=ask]")
    page.locator("[data-test=reason-form]").wait_for()
    wrong += find_faults(desk.phone, axe, f"queue-reason-{size}")
    for name, path in {"progress": "", "weeks": "?view=weeks", "person": f"/{site.book}"}.items():
        page.goto(f"{site.wire.origin}/desk/progress{path}")
        page.locator("[data-test=row], [data-test=story-line]").first.wait_for()
        wrong += find_faults(desk.phone, axe, f"{name}-{size}")
    assert wrong == [], "\n".join(wrong)
