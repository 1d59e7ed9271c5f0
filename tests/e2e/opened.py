"""The exports of a month, opened again as whoever gets them would: their headings are the forms', their sums those of what was sent."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import openpyxl

from e2e.monthlong import MONTH, Month
from e2e.site import Site
from leaving import HEADINGS, headings, table, tables
from server.services.ledgers.making import FORMS
from sync.op import from_base64url

People = Mapping[str, Mapping[str, Any]]


def lessons(minutes: int) -> float:
    """45 minutes are one 学时; what falls short of a tenth is left out."""
    return minutes * 10 // 45 / 10


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def credited_by_ops(site: Site) -> dict[str, int]:
    """By entry, what the last accepted operation says that it counts."""
    found = {}
    for (jws,) in site.rows("SELECT jws FROM ops WHERE verdict = 'accepted' ORDER BY book_id, seq"):
        payload = json.loads(from_base64url(jws.split(".")[1]))
        if payload["kind"] == "entry.credited":
            found[payload["doc"]] = payload["body"]["minutes"]
    return found


def check_exports(site: Site, month: Month, made: Mapping[str, bytes], people: People) -> None:
    for form, raw in made.items():
        assert headings(raw) == HEADINGS[form] == [one.heading for one in FORMS[form].columns], form
    assert credited_by_ops(site) == {one.doc: one.counts for one in month.standing()}
    _check_ledger(month, tables(made["ledger"]))
    _check_attendance(month, made["attendance"])
    _check_guidance(month, made["guidance"])
    assert sorted(row["姓名"] for row in table(made["roster"])) == sorted(people)
    pairs = {row["学徒"]: row["结对起止"] for row in table(made["pairings"])}
    assert pairs == dict.fromkeys(people, "2026-05-18 至 2026-08-31")
    used = [one for one in month.standing() if one.content["place_kind"] == "base"]
    uses = table(made["base_use"])
    assert sum(row["学徒人数"] for row in uses) == len(used) == 8 and {row["起止"] for row in uses} == {"09:00–12:00"}
    assert {row["日期"] for row in uses} == {one.content["day"] for one in used} and {row["学时"] for row in uses} == {4.0}
    [prize] = table(made["results"])
    assert (prize["名次"], prize["姓名"], prize["总成绩"], prize["奖项"]) == ("2", month.apprentices[15].name, "90.10", "二等奖")


def _check_ledger(month: Month, sheets: list[list[dict[str, Any]]]) -> None:
    rows, sums, modules = sheets[:3]
    told = [
        (one.apprentice, one.content["day"], clock(one.content["start"]), clock(one.content["end"]), one.claimed, one.confirmed, one.counts)
        for one in month.standing()
    ]
    names = ("学徒", "日期", "起", "止", "申报分钟", "签认分钟", "认可分钟")
    assert sorted(tuple(row[name] for name in names) for row in rows) == sorted(told)
    minutes: dict[str, int] = defaultdict(int)
    for one in month.standing():
        minutes[one.apprentice] += one.counts
    assert {row["姓名"]: row["合计 认可"] for row in sums} == {name: lessons(counted) for name, counted in minutes.items()}
    assert sum(row["认可分钟"] for row in modules) == sum(minutes.values())


def _check_attendance(month: Month, raw: bytes) -> None:
    days: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in month.standing():
        days[one.apprentice][str(int(one.content["day"][8:]))] += one.counts
    for row in table(raw):
        cells = {name: row[name] for name in map(str, range(1, 32)) if row.get(name) is not None}
        assert cells == {day: lessons(counted) for day, counted in days[row["姓名"]].items()}, row["姓名"]
        assert row["实出勤学时"] == lessons(sum(days[row["姓名"]].values()))


def _check_guidance(month: Month, raw: bytes) -> None:
    """A sheet for each pair, a row a week of what the master has signed."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    signed: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in month.standing():
        if one.confirmed:
            signed[one.apprentice][one.content["day"]] += one.confirmed
    sheets = dict(zip(book.sheetnames, tables(raw), strict=True))
    for name, days in signed.items():
        [rows] = [rows for title, rows in sheets.items() if title.startswith(f"带徒记录 {name} ")]
        assert {row["月份"] for row in rows} == {MONTH}
        for row in rows:
            first, last = row["周次"].split(" 至 ")
            assert row["学时"] == lessons(sum(minutes for day, minutes in days.items() if first <= day[5:] <= last)), (name, row)
