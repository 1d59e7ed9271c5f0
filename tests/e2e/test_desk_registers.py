"""Registers in a real browser, as a coordinator keeps them from month to month."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

import rosters
from colleges import set_up
from e2e.desk import WIDE, Desk, give_password
from e2e.faults import find_faults
from e2e.site import DAY_MS, day, now
from e2e.test_desk_import import drop, write_all
from server.commands.jobs import do_waiting
from server.store.db import writing

LIMITS = '{"shares":{"general":[10,20],"operation":[60,70]},"lessons":{"三级/高级工":600}}'
# in what scrolls around it
IN_SIGHT = """(what) => {
  const here = document.querySelector(what).getBoundingClientRect(), box = document.querySelector('.desk-frame-nav nav').getBoundingClientRect()
  return here.height > 0 && here.top >= box.top - 1 && here.bottom <= box.bottom + 1
}"""
SIZES = {"1280": (1280, 800), "360": (360, 740)}


@pytest.fixture
def desk(both, make_phone) -> Desk:
    give_password(both, both.coordinator, "yanghuimin")
    set_up(both.app, both.college)
    return Desk(make_phone(both, **WIDE))


def look_at(desk: Desk, axe: str, name: str) -> None:
    wrong = []
    for size, (width, height) in SIZES.items():
        desk.page.set_viewport_size({"width": width, "height": height})
        wrong += find_faults(desk.phone, axe, f"{name}-{size}")
    desk.page.emulate_media(color_scheme="light")
    desk.page.set_viewport_size({"width": 1280, "height": 800})
    assert not wrong, "\n".join(wrong)


def test_agreements_of_a_class_are_entered_in_one_go(both, desk, axe, tmp_path) -> None:
    page = desk.come_in("yanghuimin", "/desk/imports")
    (tmp_path / "去年.xlsx").write_bytes(rosters.earlier())
    drop(page, tmp_path / "去年.xlsx")
    write_all(both, page)
    page.click("[data-test=nav-agreements]")
    page.wait_for_url("**/desk/agreements")
    page.locator("[data-test=row]").nth(1).wait_for()
    look_at(desk, axe, "agreements")
    page.click("[data-test=choose-page]")
    page.click("[data-test=make-for-chosen]")
    page.fill("[name=number]", "XT-2026-###")
    page.locator("[data-test=agreement-form]", has_text="XT-2026-001").wait_for()
    page.fill("[name=from]", day(now() - 40 * DAY_MS))
    page.fill("[name=to]", day(now() + 20 * DAY_MS))
    look_at(desk, axe, "agreements-make")
    page.click("[data-test=agreement-form] [type=submit]")
    page.locator("[data-test=agreements-made]").wait_for()
    chosen = page.locator("[data-test=row]").count()
    assert both.rows("SELECT count(*) FROM agreements WHERE number LIKE 'XT-2026-00%'")[0][0] == chosen
    page.locator("[data-test=row]").first.click()
    made = page.locator("[data-test^='agreement-XT-2026']")
    made.wait_for()
    look_at(desk, axe, "agreements-open")
    made.locator("[data-test=end-agreement]").click()
    page.fill("[data-test=end-form] [name=reason]", "学徒换了企业")
    page.click("[data-test=end-form] [type=submit]")
    made.locator(".mark", has_text="终止").wait_for()
    page.click("[data-test=cooperations]")
    page.click("[data-test=make-cooperation]")
    page.fill("[name=number]", "XQ-2026-1")
    page.fill("[name=from]", day(now()))
    page.fill("[name=to]", day(now() + 300 * DAY_MS))
    page.click("[data-test=cooperation-form] [type=submit]")
    page.locator("[data-test=row]", has_text="XQ-2026-1").wait_for()
    look_at(desk, axe, "cooperations")
    assert do_waiting(both.app, now) == 0
    assert both.rows("SELECT count(*) FROM register_log WHERE subject = 'agreement' AND act IN ('made', 'ended')")[0][0] >= chosen + 2


def test_a_new_version_of_a_plan_says_its_shares_while_it_is_written(both, desk, axe) -> None:
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE rule_sets SET limits = :limits"), {"limits": LIMITS})
    page = desk.come_in("yanghuimin", "/desk/plans")
    page.locator("[data-test=row]", has_text="车工").first.click()
    page.click("[data-test=next-version]")
    page.locator("[data-test=sums]", has_text="600 学时").wait_for()
    page.locator("[data-test=module] [name=lessons]").first.fill("20")
    page.locator("[data-test=plan-fault]", has_text="低于").first.wait_for()
    look_at(desk, axe, "plan-editor")
    page.locator("[data-test=module] [name=lessons]").first.fill("72")
    page.locator("[data-test=sums] .mark-good").wait_for()
    page.click("[data-test=keep-plan]")
    panel = page.locator("[data-test=panel]")
    panel.wait_for()
    assert both.rows("SELECT max(version) FROM plans WHERE name LIKE '车工%'") == [(2,)]
    look_at(desk, axe, "plans-open")


def register_occupation(page, **given) -> None:
    for name, value in given.items():
        page.fill(f"[data-test=occupation-form] [name={name}]", value)
    page.click("[data-test=occupation-form] [type=submit]")


def begin_occupation(page) -> None:
    page.click("[data-test=make-occupation]")
    for level in ("L2_intermediate", "L3_senior"):
        page.check(f"[data-test=occupation-form] [value={level}]")


def test_an_occupation_is_registered_and_a_plan_is_made_of_it(both, desk, axe) -> None:
    page = desk.come_in("yanghuimin", "/desk/occupations")
    page.locator("[data-test=nav-occupations][aria-current=page]").wait_for()
    assert page.evaluate(IN_SIGHT, "[data-test=nav-occupations]"), "where she is stands far down among the places, and is seen"
    page.locator("[data-test=row]", has_text="电工").first.wait_for()
    begin_occupation(page)
    register_occupation(page, code="6-18-1-2", edition="2022", name="铣工")
    page.locator("[data-test=sheet-word]", has_text="编码的格式不对").wait_for()
    register_occupation(page, code="6-18-01-02")
    page.locator("[data-test=sheet-word]", has_text="抄自哪份文件").wait_for()
    register_occupation(page, source="职业分类大典 2022")
    page.locator("[data-test=row]", has_text="铣工").first.wait_for()
    begin_occupation(page)
    register_occupation(page, code="6-18-01-02", edition="2022", name="铣工", source="大典")
    page.locator("[data-test=sheet-word]", has_text="已经登记过了").wait_for()
    look_at(desk, axe, "occupations-twice")
    page.locator("[data-test=occupation-form] button[type=button]").click()
    page.click("[data-test=nav-plans]")
    page.wait_for_url("**/desk/plans")
    page.locator("[data-test=row]").first.wait_for()
    page.click("[data-test=make-plan]")
    [(made,)] = both.rows("SELECT id FROM occupations WHERE name = '铣工'")
    page.fill("[data-test=plan-form] [name=name]", "铣工 600 学时")
    page.select_option("[data-test=plan-form] [name=occupation]", made)
    assert page.locator("[data-test=plan-form] [name=level] option").all_inner_texts() == ["四级/中级工", "三级/高级工"]
    page.select_option("[data-test=plan-form] [name=level]", "三级/高级工")
    for lessons in page.locator("[data-test=module] [name=lessons]").all():
        lessons.fill("200")
    page.click("[data-test=keep-plan]")
    page.locator("[data-test=panel]").wait_for()
    assert both.rows("SELECT occupation, level, occupation_id FROM plans WHERE name = '铣工 600 学时'") == [("铣工", "三级/高级工", made)]
    page.click("[data-test=nav-occupations]")
    page.wait_for_url("**/desk/occupations")
    page.locator("[data-test=row]", has_text="铣工").first.click()
    look_at(desk, axe, "occupations-open")
    page.click("[data-test=end-occupation]")
    page.fill("[data-test=last-day-form] [name=last]", day(now() - DAY_MS))
    page.fill("[data-test=last-day-form] [name=reason]", "大典改版")
    page.click("[data-test=last-day-form] [type=submit]")
    page.locator("[data-test=row] .mark", has_text="停用").wait_for()
    page.goto(page.url.split("/desk")[0] + "/desk/changes")
    page.locator("[data-test=row]", has_text="6-18-01-02 铣工").first.wait_for()


def test_a_plan_of_what_nobody_registered_is_shown_as_it_is_and_says_so(both, desk, axe) -> None:
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE plans SET occupation = '老式锻工' WHERE id = 'plan-2'"))
    page = desk.come_in("yanghuimin", "/desk/plans")
    page.locator("[data-test=row]", has_text="老式锻工").locator("[data-test=unregistered]").wait_for()
    assert page.locator("[data-test=unregistered]").count() == 1
    look_at(desk, axe, "plans-unregistered")
    page.locator("[data-test=row]", has_text="老式锻工").click()
    page.click("[data-test=next-version]")
    page.locator("[data-test=was-unregistered]", has_text="老式锻工").wait_for()
    assert page.input_value("[data-test=plan-form] [name=occupation]") == ""


def test_rules_organisations_and_bases_are_kept(both, desk, axe) -> None:
    page = desk.come_in("yanghuimin", "/desk/rules")
    page.locator("[data-test=row]").first.click()
    page.locator("[data-test=rule-lines]", has_text="45 分钟").wait_for()
    look_at(desk, axe, "rules")
    page.click("[data-test=copy-rules]")
    page.fill("[name=max_apprentices_per_mentor]", "8")
    page.fill("[name=least-general]", "10")
    look_at(desk, axe, "rule-editor")
    page.click("[data-test=keep-rules]")
    page.locator("[data-test=rule-lines]", has_text="8 人").wait_for()
    assert both.rows("SELECT count(*) FROM rule_sets WHERE org_id = :org", org=both.college) == [(1,)]
    page.click("[data-test=nav-orgs]")
    page.wait_for_url("**/desk/orgs")
    page.locator("[data-test=row]").first.wait_for()
    page.click("[data-test=make-org]")
    page.select_option("[data-test=org-form] [name=kind]", "base")
    page.fill("[data-test=org-form] [name=name]", "海滨第二实训基地")
    page.fill("[data-test=org-form] [name=credit_code]", "91440800MA0TE5T167")
    page.click("[data-test=org-form] [type=submit]")
    page.locator("[data-test=sheet-word]", has_text="校验位").wait_for()
    look_at(desk, axe, "orgs-make")
    page.fill("[data-test=org-form] [name=credit_code]", "")
    page.click("[data-test=org-form] [type=submit]")
    page.locator("[data-test=row]", has_text="海滨第二实训基地").click()
    look_at(desk, axe, "orgs")
    page.click("[data-test=to-bases]")
    page.wait_for_url("**/desk/orgs/bases")
    page.locator("[data-test=row]", has_text="海滨第二实训基地").click()
    page.click("[data-test=recognise]")
    page.fill("[name=document_no]", "海人社函〔2026〕8号")
    page.fill("[name=issuer]", "海滨市人力资源和社会保障局")
    page.fill("[name=from]", day(now() - 400 * DAY_MS))
    page.fill("[name=to]", day(now() - DAY_MS))
    page.click("[data-test=recognition-form] [type=submit]")
    page.locator("[data-test=sheet-word]", has_text="请另一位").wait_for()
    with both.app.app_context(), writing() as conn:  # a colleague entered it
        conn.execute(sa.text("UPDATE register_log SET by_person = (SELECT id FROM people WHERE id <> :own LIMIT 1) WHERE subject = 'org'"),
                     {"own": both.coordinator})  # fmt: skip
    page.click("[data-test=recognition-form] [type=submit]")
    page.locator("[data-test=recognition]", has_text="8号").wait_for()
    look_at(desk, axe, "org-bases")
