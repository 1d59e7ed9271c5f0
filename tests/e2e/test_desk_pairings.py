"""A coordinator takes in a mentor and pairs a class with him; his phone shows the apprentices; who takes his place signs from then on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import rosters
from colleges import set_up
from e2e.desk import WIDE, Desk, add_person, give_password
from e2e.faults import find_faults
from e2e.imports import drop, write_all
from e2e.site import CODE, new_id, now
from server.services.people import roster

PICTURES = os.environ.get("JIANGJI_PICTURES")
SIZES = {"1280": (1280, 800), "360": (360, 740)}
HEAD = [*rosters.HEAD]
HEAD[rosters.FIELDS.index("from")], HEAD[rosters.FIELDS.index("to")] = "开始日期", "结束日期"


@pytest.fixture
def desk(both, make_phone) -> Desk:
    """Three apprentices of one class and one enterprise, on the roster since this morning."""
    give_password(both, both.coordinator, "yanghuimin")
    set_up(both.app, both.college)
    desk = Desk(make_phone(both, **WIDE))
    return desk


def look_at(phone, axe: str, name: str, wrong: list[str]) -> None:
    page = phone.page
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        for scheme in ("light", "dark") if PICTURES else ():
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{size}-{scheme}.png"))
        wrong += find_faults(phone, axe, f"{name}-{size}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})


def bring(site, page, path: Path, kind: str = "roster") -> None:
    drop(page, path, kind)
    write_all(site, page)


def three(tmp_path: Path) -> Path:
    firm = rosters.ENTERPRISES[0]
    same = {"enterprise": firm.name, "credit_code": firm.code, "from": "2026-09-01", "to": "2027-08-31", "agreement_no": "", "agreement_span": ""}
    people = [rosters.person(at) | same | {"graduates": ""} for at in range(3)]
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(rosters.write([HEAD, *([row[name] for name in rosters.FIELDS] for row in people)]))
    return path


def sees_three(site, phone, person: str, login: str) -> None:
    """From his slip to the list of his apprentices."""
    with site.app.app_context():
        roster.issue_code(site.hasher, person, CODE, new_id(), now())
    phone.activate(login, CODE)
    phone.wait_for_status("在线·已同步")
    phone.page.goto(f"{site.wire.origin}/apprentices")
    phone.page.wait_for_function("() => document.querySelectorAll('[data-test=apprentice]').length === 3")
    phone.close()


def make_master(page, name: str, login: str) -> None:
    page.click("[data-test=make-master]")
    form = page.locator("[data-test=master-form]")
    form.locator("[name=login]").wait_for()
    page.wait_for_function("() => document.querySelector('[data-test=master-form] [name=login]').value.startsWith('sf')")
    form.locator("[name=name]").fill(name)
    form.locator("[name=org]").select_option(label=rosters.ENTERPRISES[0].name)
    form.locator("[name=login]").fill(login)
    form.locator("[name=level]").fill("技师")


def test_a_mentor_is_taken_in_and_paired_and_his_phone_shows_the_apprentices(both, desk, make_phone, axe, tmp_path) -> None:
    wrong: list[str] = []
    page = desk.come_in("yanghuimin", "/desk/imports")
    bring(both, page, three(tmp_path))
    home = page.url.split("/desk")[0]
    page.goto(f"{home}/desk/masters")
    page.locator("[data-test=row]").first.wait_for()
    make_master(page, "李明德", "limingde")
    look_at(desk.phone, axe, "master-new", wrong)
    page.click("[data-test=keep-master]")
    page.locator("[data-test=master-told]", has_text="李明德").wait_for()
    page.locator("[data-test=row]", has_text="limingde").click()
    page.locator("[data-test=print-master]").wait_for()
    look_at(desk.phone, axe, "master-open", wrong)
    page.click("[data-test=print-master]")
    page.locator("[data-test=master-word]", has_text="请另一位老师打印").wait_for()
    add_person(both, "何志坚", "hezhijian", "coordinator", both.college)
    second = Desk(make_phone(both, **WIDE)).come_in("hezhijian", "/desk/masters")
    second.locator("[data-test=row]", has_text="limingde").click()
    with second.expect_download() as got:
        second.click("[data-test=print-master]")
    assert Path(got.value.path()).read_bytes().startswith(b"%PDF")

    group = both.rows("SELECT id FROM classes")[0][0]
    second.goto(f"{second.url.split('/desk')[0]}/desk/pairings?class={group}")
    second.wait_for_function("() => document.querySelectorAll('[data-test=row]').length === 3")
    second.click("[data-test=choose-page]")
    second.click("[data-test=pair-chosen]")
    second.locator("[data-test=sheet-word]", has_text="激活单是您打印的").wait_for()
    page.goto(f"{home}/desk/pairings?class={group}")
    page.wait_for_function("() => document.querySelectorAll('[data-test=row]').length === 3")
    page.click("[data-test=choose-page]")
    look_at(desk.phone, axe, "pairings", wrong)
    page.click("[data-test=pair-chosen]")
    page.locator("[data-test=looked]", has_text="将结对 3 名").wait_for()
    assert "上限 8 名（示例参数，非广东省规定）" in page.inner_text("[data-test=looked]")
    look_at(desk.phone, axe, "pair-sheet", wrong)
    page.click("[data-test=pair-now]")
    page.locator("[data-test=pair-told]", has_text="3 名学徒已与李明德结对").wait_for()
    page.wait_for_function("() => document.querySelectorAll('.data-table-waits').length === 0")
    page.locator("[data-test=row]").first.click()
    page.locator("[data-test=pairs]", has_text="李明德").wait_for()
    look_at(desk.phone, axe, "pairings-open", wrong)

    [[person]] = both.rows("SELECT id FROM people WHERE login = 'limingde'")
    sees_three(both, make_phone(both), person, "limingde")

    page.click("[data-test=end-pair]")
    page.locator("[data-test=end-form] [name=reason]").fill("调岗")
    look_at(desk.phone, axe, "pair-end", wrong)
    page.click("[data-test=end-now]")
    page.locator("[data-test=pair-told]", has_text="结束").wait_for()
    assert both.rows("SELECT count(*) FROM members WHERE person_id = :id AND to_day IS NOT NULL", id=person) == [(1,)]
    assert not wrong, "\n".join(wrong)
    assert not desk.phone.broke


def test_a_list_of_pairings_makes_the_mentor_and_pairs_him(both, desk, make_phone, axe, tmp_path) -> None:
    """Dropped, judged, written; the same file again has nothing to write; the mentor who came with it sees his apprentices."""
    wrong: list[str] = []
    page = desk.come_in("yanghuimin", "/desk/imports")
    bring(both, page, three(tmp_path))
    lines = [["学徒", "学号", "企业导师", "导师单位", "技能等级/职称", "结对起止"]]
    for row in map(rosters.person, range(3)):
        lines.append([row["name"], row["student_no"], "李明德", rosters.ENTERPRISES[0].name, "技师", "2026-09-01至2027-08-31"])
    path = tmp_path / "结对.xlsx"
    path.write_bytes(rosters.write(lines))
    bring(both, page, path, "pairings")
    look_at(desk.phone, axe, "pairings-written", wrong)
    page.goto(page.url.split("/desk")[0] + "/desk/imports")
    page.check("[name=kind][value=pairings]")
    page.set_input_files("[data-test=file]", str(path))
    page.wait_for_selector("[data-test=tile-same] b:text-is('3')")
    assert page.locator("[data-test=write]").is_disabled()
    [[person, login]] = both.rows("SELECT id, login FROM people WHERE name = '李明德'")
    sees_three(both, make_phone(both), person, login)
    assert not wrong, "\n".join(wrong)
    assert not desk.phone.broke
