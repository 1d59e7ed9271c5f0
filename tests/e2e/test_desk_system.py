"""What whoever looks after the system does in a real browser: numbers, no people."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from e2e.desk import WIDE, Desk, give_password
from e2e.site import now
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
