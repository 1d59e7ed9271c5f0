"""The whole month of a class at real desks, on both databases: from an ugly sheet of four hundred to a ledger that was tampered with."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page

import rosters
from colleges import set_up
from decided import decide
from e2e.clock import Clock
from e2e.desk import WIDE, Desk, add_person, give_password
from e2e.factors import Guarded
from e2e.imports import codes_of, download, drop, pages_of, tile, write_all
from e2e.keyboard import credit_the_clean, decide_each, press_at, set_aside
from e2e.monthlong import MONTH, Line, Month
from e2e.months import confirm_export, old_proofs
from e2e.opened import check_exports
from e2e.site import Site
from leaving import TOP, changed, column, table
from server.commands.jobs import do_waiting
from server.papers.incoming.faults import FAULTS
from server.services.books import flagging
from server.services.demo.days import moment

CLASS = "2024级机器人1班"
# of the first 34, who are this class, four have a fault
PEOPLE = [rosters.person(at) for at in range(34) if at not in (3, 10, 20, 30)]
MENTORS = "周国强 方志远 黎建军 龙永红 袁晓明 马少芬 卢敏仪 侯佩珊 简志华".split()
# which column each planted fault is in, by its letter in the sheet
BLAMED = {
    3: "B", 10: "B", 20: "D", 30: "D", 40: "D", 50: "D", 60: "D", 70: "D", 80: "D", 101: "C", 110: "E", 120: "F", 130: "G", 140: "G",
    150: "L", 160: "L", 170: "L", 171: "L", 180: "M", 190: "M", 200: "Q", 210: "R", 220: "R", 230: "R", 240: "D", 250: "P", 260: "P",
    270: "O", 280: "K", 290: "K", 300: "J", 310: "T", 320: "T", 330: "N", 340: "N", 350: "G", 360: "B",
}  # fmt: skip
FORMS = {
    "roster": "学徒花名册", "attendance": "培训考勤表", "ledger": "学时台账（含汇总）", "pairings": "师徒结对表", "guidance": "带徒记录",
    "base_use": "公共实训基地使用台账", "results": "竞赛成绩表",
}  # fmt: skip


@contextmanager
def step(name: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{name}: {time.monotonic() - began:.1f} s")


class Story:
    """The site, its clock, two coordinators at two desks, and a folder for files."""

    def __init__(self, site: Site, make_phone: Any, folder: Path) -> None:
        give_password(site, site.coordinator, "yanghuimin")
        add_person(site, "何志坚", "hezhijian", "coordinator", site.college)
        set_up(site.app, site.college)
        self.site, self.folder = site, folder
        self.clock: Clock = site.live_at(moment(date(2026, 5, 18), 540), JIANGJI_SECOND_FACTOR="required")
        self.line = Line(site)
        self.desks = [Desk(make_phone(site, **WIDE)) for _ in range(2)]
        self.one, self.other = (Guarded(desk, self.clock, login) for desk, login in zip(self.desks, ("yanghuimin", "hezhijian"), strict=True))

    @property
    def class_id(self) -> str:
        return str(self.site.rows("SELECT id FROM classes WHERE name = :name", name=CLASS)[0][0])

    def file(self, name: str, raw: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(raw)
        return path

    def just_proven(self) -> None:
        old_proofs(self.site, self.clock())

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.site.wire.origin}/desk/{path}")

    def flag(self) -> None:
        """As the worker does every minute."""
        with self.site.app.app_context():
            flagging.look_at_all(self.clock())


@pytest.fixture
def story(both, make_phone, tmp_path: Path) -> Iterator[Story]:
    told = Story(both, make_phone, tmp_path)
    yield told
    told.line.close()


# --- the sheet of four hundred -------------------------------------------------------------------------------------


def check_report(page: Page, planted: list[tuple[int, str]]) -> None:
    """Every fault by its row, its column and its reason, as it stands on the screen."""
    page.click("[data-test=tile-bad]")
    page.wait_for_function("() => document.querySelectorAll('.data-table tbody tr').length === 37")
    shown = page.locator(".data-table tbody tr").all_inner_texts()
    for text, (number, word), (at, _) in zip(shown, planted, rosters.FAULTS, strict=True):
        reason, advice = FAULTS[word]["zh"]
        said = re.sub(r"\\{\w+\\}", ".+", re.escape(reason))
        assert text.split()[0] == str(number), (number, word, text)
        assert re.search(rf"{BLAMED[at]} 列 [^：\n]+：\s*{said}", text) and advice in text, (at, number, word, text)


def bring_the_roster(story: Story, page: Page) -> None:
    drop(page, story.file("去年.xlsx", rosters.earlier()))
    write_all(story.site, page)
    raw, planted = rosters.ugly()
    sheet = story.file("花名册.xlsx", raw)
    drop(page, sheet)
    assert (tile(page, "bad"), tile(page, "good"), tile(page, "same")) == (37, 363, 0)
    check_report(page, planted)
    home = openpyxl.load_workbook(io.BytesIO(download(page, "[data-test=take-home]"))).active
    assert [row[0].value for row in home.iter_rows(min_row=2)] == [number for number, _ in planted]
    write_all(story.site, page)
    tables = ("people", "books", "ops", "classes", "enrolled")
    before = [story.site.rows(f"SELECT count(*) FROM {name}")[0][0] for name in tables]
    drop(page, sheet)
    assert (tile(page, "bad"), tile(page, "good"), tile(page, "same")) == (37, 0, 363)
    assert page.locator("[data-test=write]").is_disabled()
    assert [story.site.rows(f"SELECT count(*) FROM {name}")[0][0] for name in tables] == before


def bring_the_pairings(story: Story, page: Page) -> None:
    lines = [["学徒", "学号", "企业导师", "导师单位", "技能等级/职称", "结对起止"]]
    for row in PEOPLE:
        mentor = MENTORS[[one.name for one in rosters.ENTERPRISES].index(row["enterprise"])]
        lines.append([row["name"], row["student_no"], mentor, row["enterprise"], "技师", "2026-05-18至2026-08-31"])
    drop(page, story.file("结对.xlsx", rosters.write(lines)), "pairings")
    assert (tile(page, "bad"), tile(page, "good")) == (0, len(PEOPLE))
    write_all(story.site, page)


def print_slips(story: Story, page: Page, button: str) -> bytes:
    story.go(page, "classes")
    page.locator(".data-table tbody tr", has_text=CLASS).first.click()
    return download(page, f"[data-test={button}]")


def freeze_the_roster(story: Story, page: Page, second: Page) -> None:
    """Who asked does not fetch it before somebody else has confirmed it."""
    ask(story, page, "roster", "freeze")
    page.locator("[data-test=row]", has_text="待第二人确认").click()
    page.locator("[data-test=panel]", has_text=f"{len(PEOPLE)} 人").wait_for()
    assert page.locator("[data-test=fetch]").count() == 0
    confirm(story, second)
    page.reload()
    page.locator("[data-test=row]", has_text="可下载").click()
    assert sorted(row["姓名"] for row in table(download(page, "[data-test=fetch]"))) == sorted(row["name"] for row in PEOPLE)


# --- exports -------------------------------------------------------------------------------------------------------


def ask(story: Story, page: Page, form: str, aim: str = "look") -> None:
    story.just_proven()
    story.go(page, f"exports?class={story.class_id}&month={MONTH}&ask=1")
    page.locator(f"[data-test=export-form] [name=class] option[value='{story.class_id}']").wait_for(state="attached")
    page.select_option("[data-test=export-form] [name=form]", form)
    page.select_option("[data-test=export-form] [name=aim]", aim)
    page.click("[data-test=export-now]")
    page.locator("[data-test=job]").wait_for()
    do_waiting(story.site.app, story.clock)
    story.go(page, "exports")


def confirm(story: Story, second: Page) -> None:
    story.go(second, "exports")
    confirm_export(story.site, second, "何志坚")
    story.just_proven()


def export_all(story: Story, page: Page, second: Page) -> dict[str, bytes]:
    for form in FORMS:
        ask(story, page, form, "claim" if form == "ledger" else "look")
    confirm(story, second)
    page.reload()
    made = {}
    for form, name in FORMS.items():
        page.locator("[data-test=row]", has_text=name).first.click()
        page.locator("[data-test=panel] h2", has_text=name).wait_for()
        made[form] = download(page, "[data-test=fetch]")
    return made


# --- the queue -----------------------------------------------------------------------------------------------------


def work_the_queue(story: Story, page: Page, month: Month) -> None:
    """By the keyboard alone: the clean in one go, the others one by one, one of them asked about."""
    story.flag()
    story.go(page, "queue")
    [[total]] = story.site.rows("SELECT count(*) FROM entries WHERE state = 'signed'")
    odd = [one for one in month.standing() if one.fate in ("lowered", "overlap", "overlapping", "base", "unplanned", "questioned")]
    clean = total - len(odd)
    credit_the_clean(story.site, page, clean, total)
    questioned = next(one for one in odd if one.fate == "questioned")
    wanted = decide_each(page, len(odd), f"{questioned.apprentice} {questioned.content['day'][5:]}")
    assert len(wanted) == sum(one.fate in ("base", "unplanned", "questioned") for one in odd), wanted
    page.reload()
    page.locator("[data-test=empty]", has_text="没有等你认可的学时").wait_for()


def clear_the_month(story: Story, page: Page, month: Month) -> None:
    """What the page of the month still names, until nothing waits; then it is locked for good."""
    way = f"months/{story.class_id}/{MONTH}"
    story.go(page, way)
    waits = page.locator("[data-test=waits]")
    waits.locator("summary", has_text="还有").click()
    assert waits.locator("[data-test=held]").inner_text().count("1 条")
    assert page.locator("[data-test=lock]").is_disabled()
    for owner in month.apprentices:
        month.exchange(owner)
        month.mend(owner)
    month.bring_all()
    month.sign()
    month.bring_what_was_left_behind()
    story.flag()
    for state in ("signed", "logged"):
        story.go(page, way)
        press_at(page, "[data-test=waits] summary")
        press_at(page, f"[data-test=way-{state}]")
        # the month has rows as well
        page.wait_for_url("**/desk/queue?**")
        if state == "signed":
            assert decide_each(page, 2) == [], "what was mended and what was held are clean"
        else:
            set_aside(page, "导师已离职，无人能签认，经学徒同意按 0 分钟办结")
    story.go(page, "queue")
    page.locator("[data-test=empty]", has_text="没有等你认可的学时").wait_for()
    story.just_proven()
    story.go(page, way)
    page.click("[data-test=lock]")
    page.click("[data-test=lock-now]")
    page.locator("[data-test=done]", has_text=f"已封存，{len(PEOPLE)} 本手册").wait_for()


def win_a_prize(story: Story, month: Month) -> None:
    """One result, claimed on a phone and verified by the college."""
    owner, doc = month.apprentices[15], "80000000-0000-4000-8000-000000000001"
    claim = {
        "competition": "技能选拔赛", "year": 2026, "level": "province_2", "event": "系统操作员", "division": "student", "rank": 2, "award": "二等奖",
        "score": "90.10", "day": "2026-06-06", "photos": [],
    }  # fmt: skip
    version = owner.write(owner.book, "result.claimed", doc, claim, story.clock())
    month.exchange(owner)
    asked = {"book": owner.book, "kind": "result.verified", "doc": doc, "of": version, "body": {"note": None}}
    here = story.site.app.extensions["jiangji"]
    with story.site.app.app_context():
        done = decide(here.key.private, story.site.coordinator, "desk", asked, story.clock(), here.chance)
    assert done and done[1]["as"] == "accepted", done


# --- what was tampered with ----------------------------------------------------------------------------------------


def find_out(story: Story, page: Page, ledger: bytes) -> None:
    """One cell altered: the page names row, column and both values, and so does the command."""
    row = table(ledger)[6]
    theirs, ours = str(row["认可分钟"] + 45), str(row["认可分钟"])
    at = TOP + 7
    bad = story.file("改过.xlsx", changed(ledger, lambda page: page.cell(at, column(page, "认可分钟")).__setattr__("value", int(theirs))))
    for file, verdict in ((story.file("原件.xlsx", ledger), "没有不同"), (bad, "有 1 处不同")):
        story.go(page, "claims")
        page.set_input_files("[data-test=file]", file)
        page.locator(".job-bar").wait_for()
        do_waiting(story.site.app, story.clock)
        page.locator("[data-test=found] [data-test=verdict]", has_text=verdict).wait_for()
    line = page.locator("[data-test=found] [data-test=row]").inner_text()
    assert {str(at), theirs, ours} <= set(re.findall(r"[0-9]+", line)) and "认可分钟" in line and row["学徒"] in line, line
    words = [sys.executable, "-c", "import sys; from server.cli import main; sys.exit(main())", "check-claim"]
    env = {**os.environ, **story.site.env}
    done = subprocess.run([*words, str(bad)], env=env, capture_output=True, text=True, check=False)
    told = f"row {at}: {row['日期']} {row['起']} {row['学徒']}: 认可分钟 is '{theirs}' in the file, '{ours}' by the operations"
    assert done.returncode == 1 and told in done.stdout, done.stdout + done.stderr
    done = subprocess.run([*words, str(story.folder / "原件.xlsx")], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_whole_month_from_an_ugly_sheet_to_a_ledger_that_was_tampered_with(story) -> None:
    page = story.one.come_in("/desk/imports")
    with step("roster imported"):
        bring_the_roster(story, page)
        bring_the_pairings(story, page)
    with step("slips and frozen roster"):
        slips = print_slips(story, page, "print")
        second = story.other.come_in("/desk/classes")
        codes = codes_of(slips) | codes_of(print_slips(story, second, "print-mentors"))
        assert slips.startswith(b"%PDF") and pages_of(slips) == -(-len(PEOPLE) // 8)
        assert codes.keys() >= {row["student_no"] for row in PEOPLE} and len(codes) == len(PEOPLE) + len(MENTORS)
        freeze_the_roster(story, page, second)
    with step("a month of phones"):
        mentors = [tuple(row) for row in story.site.rows("SELECT name, login FROM people WHERE login LIKE 'sf%' ORDER BY name")]
        month = Month(story.site, story.clock, story.line, codes, [(row["name"], row["student_no"]) for row in PEOPLE], mentors)
        month.live()
        win_a_prize(story, month)
    story.clock.set(moment(date(2026, 7, 2), 540))
    with step("queue and lock"):
        page = story.one.come_in("/desk/queue")
        work_the_queue(story, page, month)
        clear_the_month(story, page, month)
    with step("exports"):
        second = story.other.come_in("/desk/exports")
        made = export_all(story, page, second)
        check_exports(story.site, month, made, dict(zip((row["name"] for row in PEOPLE), PEOPLE, strict=True)))
    with step("tampered with and found out"):
        find_out(story, page, made["ledger"])
    assert not [desk.phone.broke for desk in story.desks if desk.phone.broke]
    print(f"{len(month.written)} entries in {month.exchanges} exchanges")
