"""A results list in a real browser: told to be one, judged, written, verified by another teacher, and the college's on the phone."""

from __future__ import annotations

from pathlib import Path

import pytest

import rosters
from e2e.desk import WIDE, Desk, add_person, give_password
from e2e.faults import find_faults
from e2e.site import APPRENTICE, DAY_MS, day, now
from server.commands.jobs import do_waiting

SIZES = ((1280, 800), (360, 740))
HEAD = ["选手姓名", "学号/证件号码", "竞赛名称", "级别", "赛项", "组别", "日期", "名次", "总成绩"]


@pytest.fixture
def desk(both, make_phone) -> Desk:
    give_password(both, both.coordinator, "yanghuimin")
    return Desk(make_phone(both, **WIDE))


def look_at(phone, axe: str, name: str, wrong: list[str]) -> None:
    for width, height in SIZES:
        phone.page.set_viewport_size({"width": width, "height": height})
        phone.page.wait_for_timeout(200)
        wrong += find_faults(phone, axe, f"{name}-{width}")
    phone.page.emulate_media(color_scheme="light")
    phone.page.set_viewport_size(WIDE["viewport"])


def listed(folder: Path, head: list[str] = HEAD) -> Path:
    """One good row, and three that are not: a level and a rank nobody knows, and somebody who is not here."""
    held = day(now() - 30 * DAY_MS)
    rows = [
        [APPRENTICE[0], APPRENTICE[1], "湛江市选拔赛（示例）", "市一类", "机器人系统操作", "学生组", held, 3, "88.40"],
        [APPRENTICE[0], APPRENTICE[1], "学院技能节（示例）", "校内第一", "机器人装调", "学生组", held, 1, ""],
        [APPRENTICE[0], APPRENTICE[1], "学院技能节（示例）", "院校", "电气装调", "学生组", held, "领先", ""],
        ["查无此人", "", "学院技能节（示例）", "院校", "电气装调", "学生组", held, 2, ""],
    ]
    path = folder / "竞赛成绩.xlsx"
    path.write_bytes(rosters.write([head, *rows]))
    return path


def tiles(page) -> list[int]:
    page.locator("[data-test=tile-bad]").wait_for()
    return [int(page.locator(f"[data-test=tile-{state}] b").inner_text()) for state in ("bad", "good", "same")]


def sees_it_as_the_colleges(phone, axe: str, wrong: list[str]) -> None:
    phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    phone.page.goto(f"{phone.site.wire.origin}/results")
    phone.page.locator("[data-test=result]", has_text="院校登记").click()
    phone.page.locator("[data-test=entered]").wait_for()
    phone.page.get_by_text("院校已登记，等另一位老师核实。").wait_for()
    assert phone.page.locator("[data-test=mend]").count() == 0
    wrong += find_faults(phone, axe, "results-phone")
    assert not phone.broke


def verify(second: Desk, axe: str, wrong: list[str]) -> None:
    """Another teacher of the same college."""
    site = second.phone.site
    add_person(site, "何志坚", "hezhijian", "coordinator", site.college)
    page = second.come_in("hezhijian", "/desk/results")
    page.locator("[data-test=row]", has_text=APPRENTICE[0]).click()
    page.fill("[data-test=decide] [name=text]", "已核对公告")
    look_at(second.phone, axe, "results-second", wrong)
    page.click("[data-test=verify]")
    page.locator("[data-test=decision]", has_text="已核对公告").wait_for()
    assert not second.phone.broke


def test_a_results_list_becomes_claims_that_another_teacher_verifies(both, desk, make_phone, axe, tmp_path) -> None:
    wrong: list[str] = []
    page = desk.come_in("yanghuimin", "/desk/imports")
    page.locator("[data-test=as-kind]", has_text="学徒花名册").wait_for()
    assert page.locator(".imports-chosen").all_inner_texts() == ["学徒花名册"]
    page.set_input_files("[data-test=file]", str(listed(tmp_path)))
    doubt = page.locator("[data-test=fits]", has_text="的表头更像“竞赛成绩表”，现在选的是“学徒花名册”")
    doubt.wait_for()
    look_at(desk.phone, axe, "results-doubt", wrong)
    page.click("[data-test=as-fits]")
    page.locator("[data-test=as-kind]", has_text="按“竞赛成绩表”检查").wait_for()
    assert tiles(page) == [3, 1, 0]
    for reason in ("级别“校内第一”不认识", "名次“领先”不是名次", "找不到学徒“查无此人”", "D 列", "H 列", "A 列"):
        page.locator(".data-table tbody", has_text=reason).wait_for()
    look_at(desk.phone, axe, "results-judged", wrong)
    with page.expect_download() as got:
        page.click("[data-test=take-home]")
    assert Path(got.value.path()).read_bytes().startswith(b"PK")
    page.click("[data-test=write]")
    page.locator("[data-test=progress]").wait_for()
    assert do_waiting(both.app, now) in (0, 1)
    page.locator("[data-test=written]", has_text="另一位老师").wait_for(timeout=60_000)
    look_at(desk.phone, axe, "results-written", wrong)
    assert both.rows("SELECT count(*) FROM imports WHERE state = 'judged'") == [(1,)], "what was taken for a roster is gone"

    page.locator("[data-test=written] a").click()
    page.wait_for_url("**/desk/results?state=claimed")
    page.locator("[data-test=row]", has_text=APPRENTICE[0]).click()
    page.locator("[data-test=claimed-by]", has_text="杨慧敏").wait_for()
    page.locator("[data-test=own]", has_text="要由另一位老师核实").wait_for()
    assert page.locator("[data-test=decide]").count() == 0
    look_at(desk.phone, axe, "results-own", wrong)

    sees_it_as_the_colleges(make_phone(both), axe, wrong)
    verify(Desk(make_phone(both, **WIDE)), axe, wrong)
    assert both.rows("SELECT state FROM results") == [("verified",)]

    page.goto(f"{both.wire.origin}/desk/imports?kind=results")
    page.locator("[data-test=as-kind]", has_text="竞赛成绩表").wait_for()
    assert page.locator(".imports-chosen").all_inner_texts() == ["竞赛成绩表"]
    look_at(desk.phone, axe, "results-again", wrong)
    page.set_input_files("[data-test=file]", str(listed(tmp_path)))
    page.wait_for_url("**/desk/imports/*-*")
    assert tiles(page) == [3, 0, 1] and page.locator("[data-test=write]").is_disabled()
    assert not wrong, "\n".join(wrong)
    assert not desk.phone.broke


def test_what_was_said_of_columns_is_told_to_be_remembered_where_one_looks(both, desk, axe, tmp_path) -> None:
    wrong: list[str] = []
    page = desk.come_in("yanghuimin", "/desk/imports?kind=results")
    head = [*HEAD]
    head[2] = "活动"
    page.set_input_files("[data-test=file]", str(listed(tmp_path, head)))
    page.locator("[data-test=missing]", has_text="竞赛名称").wait_for()
    page.locator("[data-test=remembers]").wait_for()
    page.select_option("[data-test=column-2]", "competition")
    look_at(desk.phone, axe, "results-columns", wrong)
    page.click("[data-test=say-columns]")
    page.locator("[data-test=remembered]", has_text="记住了 1 列").wait_for()
    box = page.locator("[data-test=remembered]").bounding_box()
    assert box and box["y"] + box["height"] < 400, "where one looks, not below the table"
    assert tiles(page) == [3, 1, 0]
    page.goto(f"{both.wire.origin}/desk/imports?kind=results")
    page.set_input_files("[data-test=file]", str(listed(tmp_path, head)))
    assert tiles(page) == [3, 1, 0]
    assert not wrong, "\n".join(wrong)
    assert not desk.phone.broke
