"""The worked examples of the domain, to the minute, out of operations that real people's keys have signed."""

from __future__ import annotations

import json

import pytest

from server.papers.forms.credited import REASONS, Told, account_of, gap, percent, verdict
from server.papers.forms.ledger import CODES, Words, ledger_rows, module_rows, summary_row
from server.store.books.books import select_all_documents
from server.store.books.told import tell_book
from server.store.days import moment_of
from server.store.db import reading
from sync.credit import credit_plan
from yearland import MID_TERM, Date, Land, Year


def told(year: Year) -> Told:
    with year.land.site.app.app_context(), reading() as conn:
        return Told(*tell_book(conn, year.book))


def words(year: Year) -> Words:
    return Words({year.person: "学徒甲"}, {}, moment_of, year.land.name)


@pytest.fixture
def student(both) -> Year:
    year = Land(both).student(1, "学徒甲")
    year.send()
    return year


def test_a_year_of_615_claimed_is_600_credited(student):
    """§5.1, module by module, and what became of the fifteen 学时 between."""
    account = account_of(told(student))
    rows = {code: (one.plan, one.claimed, dict(one.lost), one.credited) for code, one in account.modules.items()}
    assert rows == {
        "M1": (3_240, 3_240, {}, 3_240),
        "M2": (6_210, 6_345, {"ONLINE_CAP": 135}, 6_210),
        "M3": (11_700, 12_105, {"returned": 270, "DAY_CAP": 135}, 11_700),
        "M4": (5_850, 5_985, {"NO_CHECK_IN": 135}, 5_850),
    }
    assert (account.total("claimed"), account.total("credited")) == (27_675, 27_000) == (615 * 45, 600 * 45)
    assert account.lost() == {"returned": 270, "DAY_CAP": 135, "NO_CHECK_IN": 135, "ONLINE_CAP": 135}
    assert verdict(account) == "达标"


def test_the_shares_of_the_year_are_those_of_the_example(student):
    account = account_of(told(student))
    whole = account.total("credited")
    shares = [percent(account.of(category)[1], whole) for category in ("general", "foundation", "operation")]
    assert [*shares, percent(account.at("base"), whole)] == ["12.0%", "23.0%", "65.0%", "21.7%"]
    row = summary_row(account, told(student), words(student), "440800********0026")
    assert (row["plan"], row["credited"], row["share"], row["verdict"]) == (600.0, 600.0, "100.0%", "达标")
    assert (row["general"], row["foundation"], row["online"], row["post"], row["base"]) == (72.0, 138.0, 69.0, 260.0, 130.0)


def test_at_mid_term_it_is_318_of_600(student):
    account = account_of(told(student), MID_TERM)
    assert account.total("credited") == 318 * 45
    assert percent(account.total("credited"), account.total("plan")) == "53.0%"


def test_one_lesson_short_in_one_module_is_not_there(both):
    year = Land(both).student(1, "学徒甲", last_m3=45)
    year.send()
    account = account_of(told(year))
    assert account.total("credited") == 599 * 45
    assert verdict(account) == "未达标：岗位操作 差 1 学时（45 分钟）"


def test_a_trainee_is_six_lessons_short_until_he_makes_up_for_them(both):
    """§5.2: a surplus elsewhere does not cover it."""
    year = Land(both).trainee(2, "技培生甲")
    year.entry(year.work_day(), 480, 45, "A", "post", 45)
    year.send()
    account = account_of(told(year))
    assert account.total("credited") == 594 * 45 + 45
    assert verdict(account) == "未达标：岗位 C 差 6 学时（270 分钟）"
    year.entry(Date(2026, 4, 10), 480, 270, "C", "post", 270)
    year.send()
    account = account_of(told(year))
    assert (account.modules["C"].credited, verdict(account)) == (80 * 45, "达标")


def test_what_operations_tell_is_what_the_documents_say(student):
    """The same account by either way, and the plan's own sum agrees."""
    found = told(student)
    with student.land.site.app.app_context(), reading() as conn:
        docs = {doc_id: json.loads(body) for doc_id, (_, body) in select_all_documents(conn, student.book).items()}
    account = account_of(found)
    assert docs == found.docs and account_of(found._replace(docs=docs)) == account
    days = [
        (line.entry["content"]["day"], line.entry["id"], line.entry["content"]["module"], line.entry["content"]["place_kind"],
         line.credited + (135 if "ONLINE_CAP" in line.codes else 0)) for line in account.lines
    ]  # fmt: skip
    summed = credit_plan(days, found.head["plan"])
    assert (summed["credited"], summed["missing"]) == (account.total("credited"), {})
    assert {code: row["credited"] for code, row in summed["modules"].items()} == {code: one.credited for code, one in account.modules.items()}


def test_rows_of_the_ledger_add_up_to_the_summary(student):
    account, found = account_of(told(student)), told(student)
    rows = list(ledger_rows(account, found, words(student), None))
    assert sum(row["credited"] for row in rows) == 27_000
    assert sum(row["claimed"] for row in rows) == 27_675 - 270, "what was returned and withdrawn is no row"
    assert len({row["voucher"] for row in rows}) == len(rows)
    assert {row["codes"] for row in rows} == {"", "DAY_CAP", "NO_CHECK_IN", "ONLINE_CAP"}
    assert [row["day"] for row in rows] == sorted(row["day"] for row in rows)
    by_month = [row for month in sorted({row["day"][:7] for row in rows}) for row in ledger_rows(account, found, words(student), month)]
    assert by_month == rows
    base = next(row for row in rows if row["module"] == "M4")
    assert (base["place_kind"], base["place"], base["way"], base["how"]) == ("公共实训基地", "示例公共实训基地 W-03", "线下", "扫码")
    modules = list(module_rows(account, found, words(student)))
    assert all(row["claimed"] == row["credited"] + sum(row[name] for name in CODES) for row in modules)


def test_every_reason_has_its_word():
    assert set(CODES) == set(REASONS)


def test_a_month_that_is_settled_is_not_changed_by_what_comes_after(student):
    """Online hours over the share are cut from the last ones."""
    found = told(student)
    rows = list(ledger_rows(account_of(found), found, words(student), None))
    for month in sorted({row["day"][:7] for row in rows}):
        early = list(ledger_rows(account_of(found, f"{month}-31"), found, words(student), month))
        assert early == [row for row in rows if row["day"][:7] == month], month


@pytest.mark.parametrize("minutes, said", [(0, 0), (1, 0.1), (44, 1.0), (45, 1.0), (46, 1.1), (270, 6.0)])
def test_what_is_missing_is_rounded_up(minutes, said):
    assert gap(minutes, 45) == said
