"""What whoever looks after the system does in a real browser: numbers, no people."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from e2e.desk import WIDE, Desk, give_password
from e2e.site import DAY_MS, day, now
from e2e.test_desk_registers import look_at
from server.services.keeping import standing
from server.store.db import writing


@pytest.fixture
def keeper(both, make_phone) -> Desk:
    """The coordinator sits at the system's desk instead of his own."""
    give_password(both, both.coordinator, "yanghuimin")
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE roles SET role = 'system_admin' WHERE person_id = :id"), {"id": both.coordinator})
    return Desk(make_phone(both, **WIDE))


def test_he_sees_how_the_house_stands_and_what_to_do_about_it(both, keeper, axe) -> None:
    page = keeper.come_in("yanghuimin", "/desk")
    page.locator("[data-test=system-todo]", has_text="备份").wait_for()
    assert page.url.endswith("/desk/system"), "his desk begins here"
    look_at(keeper, axe, "system-to-do")
    chance = both.app.extensions["jiangji"].chance
    with both.app.app_context():
        standing.beat(now())
        with standing.written_down("backup", chance, now) as counts:
            counts.update(rows=1200, files=3, missing_files=0, bytes=4_500_000)
        with standing.written_down("verify", chance, now) as counts:
            counts.update(books=2, ops=40, documents=30, files=1, differences=2)
    page.click("[data-test=system-again]")
    page.locator("[data-test=system-kept]", has_text="4.5 MB").wait_for()
    page.locator("[data-test=system-worker] .mark-good", has_text="在运行").wait_for()
    assert page.locator("[data-test=system-todo]").all_inner_texts()[0].endswith("发现 2 处不符，请运行 jiangji verify 逐条查看。")
    [(books,)] = both.rows("SELECT count(*) FROM books")
    page.locator("[data-test=system-books]", has_text=f"{books} 本").wait_for()
    look_at(keeper, axe, "system")
    names = {row[0] for row in both.rows("SELECT name FROM people WHERE id <> :own", own=both.coordinator)}
    shown = page.locator("main").inner_text()
    assert not [name for name in names if name in shown]
    assert keeper.phone.broke == []


def test_he_makes_a_chain_and_puts_organisations_in_and_out(both, keeper, axe) -> None:
    page = keeper.come_in("yanghuimin", "/desk/chains")
    page.click("[data-test=make-chain]")
    page.fill("[data-test=chain-form] [name=name]", "海滨数控技能生态链")
    page.click("[data-test=chain-form] [type=submit]")
    page.locator("[data-test=row]", has_text="海滨数控").click()
    look_at(keeper, axe, "chains")
    page.click("[data-test=to-members]")
    page.click("[data-test=put-in]")
    page.locator(f"[data-test=put-in-form] option[value='{both.college}']").wait_for(state="attached")
    page.select_option("[data-test=put-in-form] [name=org]", both.college)
    page.fill("[data-test=put-in-form] [name=from]", day(now() - 10 * DAY_MS))
    page.fill("[data-test=put-in-form] [name=reason]", "建链时加入")
    look_at(keeper, axe, "chain-put-in")
    page.click("[data-test=put-in-form] [type=submit]")
    page.locator("[data-test=row]", has_text="在链内").click()
    look_at(keeper, axe, "chain")
    [(made,)] = both.rows("SELECT id FROM skill_chains WHERE name LIKE '海滨数控%'")
    assert both.rows("SELECT skill_chain_id FROM orgs WHERE id = :id", id=both.college) == [(made,)]
    page.click("[data-test=put-in]")
    page.select_option("[data-test=put-in-form] [name=org]", both.college)
    page.fill("[data-test=put-in-form] [name=reason]", "再加一次试试")
    page.click("[data-test=put-in-form] [type=submit]")
    page.locator("[data-test=put-in-form]", has_text="已经在一条生态链里").wait_for()
    page.locator("[data-test=put-in-form] button[type=button]").click()
    page.click("[data-test=take-out]")
    page.fill("[data-test=last-day-form] [name=last]", day(now() - DAY_MS))
    page.fill("[data-test=last-day-form] [name=reason]", "学院退出本链")
    look_at(keeper, axe, "chain-take-out")
    page.click("[data-test=last-day-form] [type=submit]")
    page.locator("[data-test=row]", has_text="已退出").wait_for()
    assert both.rows("SELECT skill_chain_id FROM orgs WHERE id = :id", id=both.college) == [(None,)]
    page.goto(both.wire.origin + "/desk/changes")
    page.locator("[data-test=row]", has_text="海滨数控").nth(2).wait_for()
    assert keeper.phone.broke == []
