"""A year at the desk that is ready for its months' ends, and proving who one is when asked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from e2e.desk import add_person
from e2e.phone import PASSWORD
from e2e.site import Site, now
from server.services.ledgers import months as lock
from server.store.desk.scope import Scope
from yearland import CLASS, Land, Staff, Year, months


def seed_year(site: Site) -> Year:
    """The year of the worked example; one entry of March has not been looked at."""
    tutor = add_person(site, "朱丽华", "zhulihua", "college_tutor", site.college)
    trainer = add_person(site, "邱振东", "qiuzhendong", "base_trainer", site.college)
    signers = {"mentor": site.people["mentor"], "college_tutor": tutor, "base_trainer": trainer}
    year = Land(site, Staff(site.college, site.firm, site.coordinator, signers)).student(1, "学徒甲")
    year.send()
    return year


def lock_all_but(site: Site, but: str) -> None:
    with site.app.app_context():
        here = site.app.extensions["jiangji"]
        for month in months():
            if month != but and month < "2026-09":
                scope = Scope(site.coordinator, "coordinator", site.college)
                done = lock.lock_month(scope, here.writer, "desk", CLASS, month, now())
                assert isinstance(done, lock.Locked), done


def prove(page: Any) -> None:
    page.locator("[data-test=prove]").wait_for()
    page.fill("[data-test=prove] [name=proof]", PASSWORD)
    page.click("[data-test=prove] button[type=submit]")


def old_proofs(site: Site, at: int = 0) -> None:
    """As after five minutes, or as proven just then."""
    with site.app.app_context(), lock.writing() as conn:
        conn.execute(sa.text("UPDATE sessions SET proved_at = :at"), {"at": at})


def confirm_export(site: Site, page: Any, name: str) -> None:
    """Whoever did not ask for it opens what was made and says that it is right."""
    page.locator("[data-test=row]", has_text="待第二人确认").click()
    assert page.locator("[data-test=confirm]").is_disabled(), "not unread"
    old_proofs(site)
    with page.expect_download():
        page.click("[data-test=fetch]")
        prove(page)
    old_proofs(site)
    page.click("[data-test=confirm]")
    prove(page)
    page.locator("[data-test=second]", has_text=name).wait_for()
