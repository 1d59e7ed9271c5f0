"""Flags, mentors, bases, results to verify and the age of rules in a real browser at a desk."""

from __future__ import annotations

import json

import pytest

from e2e.desk import WIDE, Desk, add_person, give_password
from e2e.faults import find_faults
from e2e.site import DAY_MS, Site, day, new_id, now
from server.services.books import flagging
from server.store.db import writing
from server.store.flags import cases
from server.store.people import orgs

SIZES = {"desk": (1280, 800), "wide": (1920, 1080), "narrow": (360, 740)}
TEXT = "在码垛线末端更换真空吸盘并重新标定抓取点，首检一次通过，下周争取独立开机。"
ENTRY = {
    "start": 540, "end": 720, "break": 0, "module": "M3", "nature": "practice", "place_kind": "post", "place": "workshop-1",
    "text": TEXT, "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
}  # fmt: skip
CLAIM = {
    "competition": "海滨市职业技能竞赛（示例）", "year": 2026, "level": "city_1", "event": "工业机器人系统操作", "division": "student",
    "rank": 4, "award": "二等奖", "score": "86.40", "day": "2026-06-06", "photos": [],
}  # fmt: skip


def odd(site: Site) -> None:
    """An apprentice who writes the same every day, two of the days at night; his mentor signs what he has looked at."""
    write, sign = site.pen("apprentice"), site.pen("mentor")
    for n in range(8):
        doc, hours = new_id(), {"start": 1330, "end": 1390} if n < 2 else {}
        write("entry.logged", doc, None, {**ENTRY, **hours, "day": day(now() - (n + 32) * DAY_MS)})
        [version] = [json.loads(row[0])["version"] for row in site.rows("SELECT body FROM documents WHERE id = :id", id=doc)]
        sign("entry.signed", doc, version, {"minutes": 60, "how": "list", "note": None, "scores": []})
    with site.app.app_context():
        flagging.look_at_all(now())


def rest_on(site: Site, valid_to: str) -> None:
    """The college's plan rests on a notice that ends on a day."""
    with site.app.app_context(), writing() as conn:
        orgs.insert_rule_set(conn, {"id": "s0", "region": "广东", "name": "产业技能根基工程", "valid_from": "2022-10-31", "valid_to": valid_to,
                                    "source": "粤人社规〔2022〕26号", "status": "示例", "rules": {}})  # fmt: skip
        orgs.insert_plan(conn, {"id": "p0", "org_id": site.college, "rule_set_id": "s0", "name": "x", "occupation": "x", "level": "x",
                                "version": 1, "modules": [], "places": [], "closed_days": []})  # fmt: skip


@pytest.fixture
def desk(both, make_phone) -> Desk:
    give_password(both, both.coordinator, "yanghuimin")
    return Desk(make_phone(both, **WIDE))


def test_a_flag_is_read_and_settled_with_a_reason_and_no_entry_changes(both, desk) -> None:
    odd(both)
    before = both.rows("SELECT id, state FROM entries ORDER BY id")
    page = desk.come_in("yanghuimin", "/desk/flags")
    page.locator("[data-test=row]", has_text="夜间").click()
    panel = page.locator("[data-test=panel]")
    panel.locator("[data-test=case-told]", has_text="2 条落在夜间").wait_for()
    panel.locator("[data-test=case-lines] li", has_text="22:10").first.wait_for()
    panel.get_by_text("培养方案规定的夜间时段").first.wait_for()
    save = panel.locator("button[type=submit]")
    assert save.is_disabled(), "no word without a reason"
    panel.locator("[name=reason]").fill("问过本人和师傅：岗位夜班，已征得同意")
    save.click()
    page.locator("[data-test=settled]", has_text="1 起").wait_for()
    page.wait_for_selector("[data-test=row]:has-text('夜间')", state="detached")
    page.select_option("[name=state]", "settled")
    page.locator("[data-test=row]", has_text="夜间").click()
    page.locator("[data-test=panel]", has_text="岗位夜班，已征得同意").wait_for()
    assert both.rows("SELECT id, state FROM entries ORDER BY id") == before
    page.click("[data-test=kinds]")
    page.locator("[data-test=row]", has_text="同一人 10 分钟内签认超过 20 条").wait_for()
    assert page.locator("[data-test=row]").count() == 21
    assert not desk.phone.broke


def test_a_thousand_cases_are_turned_and_settled_many_at_once(site, make_phone) -> None:
    give_password(site, site.coordinator, "yanghuimin")
    some = {
        f"{n:040x}": (cases.Case(f"{n:040x}", "book:x", "night" if n % 10 else "burst", site.college, site.firm, site.people["apprentice"], None,
                                 "2026-09-01", "2026-09-30", n, n * 60, '{"count": 3, "seconds": 9, "books": 1}', now() - n), [])
        for n in range(1, 1001)
    }  # fmt: skip
    with site.app.app_context(), writing() as conn:
        cases.replace_cases(conn, ["book:x"], some)
    desk = Desk(make_phone(site, **WIDE))
    page = desk.come_in("yanghuimin", "/desk/flags?flag=burst&sort=-entries")
    page.locator("text=共 100 起").wait_for()
    assert page.locator("[data-test=row]").count() == 50 and "1000" in page.locator("[data-test=row]").first.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("[data-test=chosen] [name=reason]").fill("师傅每月集中签一次，已电话核实")
    page.click("[data-test=chosen] button[type=submit]")
    page.locator("[data-test=settled]", has_text="2 起").wait_for()
    page.locator("text=共 98 起").wait_for()
    page.click("[data-test=clear-filters]")
    page.locator("text=共 998 起").wait_for()
    assert site.rows("SELECT count(*) FROM flag_settlements")[0][0] == 2


def test_an_enterprise_reads_flags_and_settles_none(site, make_phone) -> None:
    odd(site)
    add_person(site, "汤伟明", "tangweiming", "enterprise_admin", site.firm)
    desk = Desk(make_phone(site, **WIDE))
    page = desk.come_in("tangweiming", "/desk/flags")
    page.locator("[data-test=row]", has_text="夜间").click()
    page.locator("[data-test=panel]", has_text="只有院校教务能写核对结果").wait_for()
    assert page.locator("[data-test=settle]").count() == 0 and page.locator("[data-test=choose]").count() == 0


def test_a_claim_is_verified_and_another_turned_down_with_a_reason(both, desk) -> None:
    write = both.pen("apprentice")
    write("result.claimed", new_id(), None, CLAIM)
    write("result.claimed", new_id(), None, {**CLAIM, "competition": "学院技能节（示例）", "level": "college", "rank": 1})
    page = desk.come_in("yanghuimin", "/desk/results")
    page.locator("[data-test=row]", has_text="职业技能竞赛").click()
    page.locator("[data-test=no-photo]").wait_for()
    page.click("[data-test=reject]")
    assert page.locator("[data-test=reject]").is_disabled(), "not without a reason"
    page.fill("[data-test=decide] [name=text]", "请补交获奖证书照片")
    page.click("[data-test=reject]")
    page.locator("[data-test=decision]", has_text="请补交获奖证书照片").wait_for()
    page.locator("[data-test=row]", has_text="技能节").click()
    page.fill("[data-test=decide] [name=text]", "已核对成绩公告")
    page.click("[data-test=verify]")
    page.locator("[data-test=decision]", has_text="已核对成绩公告").wait_for()
    states = {row[0] for row in both.rows("SELECT state FROM results")}
    assert states == {"verified", "rejected"} and not desk.phone.broke
    page.select_option("[name=state]", "claimed")
    page.locator("[data-test=empty]").wait_for()


def test_mentors_are_told_in_numbers_and_their_flags_are_a_step_away(both, desk) -> None:
    odd(both)
    page = desk.come_in("yanghuimin", "/desk/mentors")
    page.locator("[data-test=row]", has_text="周国强").click()
    pattern = page.locator("[data-test=pattern]")
    pattern.wait_for()
    assert "8 条" in pattern.inner_text() and page.locator(".day-bars rect").count() == 60
    page.fill("[name=text]", "没有这个人")
    page.locator("[data-test=empty]").wait_for()


@pytest.mark.parametrize(("valid_to", "said"), [(-1, "已于"), (20, "将于"), (400, None)])
def test_screens_that_rest_on_rules_that_have_ended_say_so(site, make_phone, valid_to, said) -> None:
    give_password(site, site.coordinator, "yanghuimin")
    rest_on(site, day(now() + valid_to * DAY_MS))
    page = Desk(make_phone(site, **WIDE)).come_in("yanghuimin", "/desk/flags")
    if said:
        page.locator("[data-test=rule-banner]", has_text=f"粤人社规〔2022〕26号（产业技能根基工程）{said}").wait_for()
        page.click("[data-test=nav-bases]")
        page.locator("[data-test=rule-banner]", has_text="粤人社规〔2022〕26号").wait_for()
    page.locator("[data-test=empty]").first.wait_for()
    assert page.locator("[data-test=rule-banner]").count() == bool(said)


@pytest.mark.parametrize("size", SIZES)
def test_these_screens_have_no_fault(site, make_phone, axe, size) -> None:
    give_password(site, site.coordinator, "yanghuimin")
    width, height = SIZES[size]
    desk = Desk(make_phone(site, viewport={"width": width, "height": height}))
    page = desk.come_in("yanghuimin", "/desk/flags")
    page.locator("[data-test=empty]").wait_for()
    wrong = find_faults(desk.phone, axe, f"desk-flags-none-{size}")
    odd(site)
    site.pen("apprentice")("result.claimed", new_id(), None, CLAIM)
    rest_on(site, day(now() - DAY_MS))
    for path, name in (("flags", "夜间"), ("results", "职业技能竞赛"), ("mentors", "周国强")):
        page.goto(f"{site.wire.origin}/desk/{path}")
        page.locator("[data-test=row]", has_text=name).click()
        page.locator("[data-test=panel]").wait_for()
        wrong += find_faults(desk.phone, axe, f"desk-{path}-{size}")
    for path in ("flags/kinds", "bases"):
        page.goto(f"{site.wire.origin}/desk/{path}")
        page.locator("[data-test=rule-banner]").wait_for()
        page.wait_for_timeout(300)
        wrong += find_faults(desk.phone, axe, f"desk-{path.replace('/', '-')}-{size}")
    assert wrong == []
