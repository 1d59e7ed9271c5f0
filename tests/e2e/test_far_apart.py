"""A phone that is not of today: its clock is two days off, or its build three months old."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import provide
from e2e.handbooks import Writer
from e2e.screens import CLAIM
from e2e.site import APPRENTICE, CODE, DAY_MS, day, new_id, now

# the first build that stood on its own, before anything of the phone's own screens was there
OLD_BUILD = "a87cdf1"
SHIFT = """(() => {
  const Real = Date, ms = %d
  window.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + ms) }
    static now() { return Real.now() + ms }
  }
})()"""


@pytest.mark.parametrize("days", [-2, 2])
def test_a_clock_two_days_off_costs_nothing(both, make_phone, days):
    phone = make_phone(both)
    phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    phone.context.add_init_script(SHIFT % (days * DAY_MS))
    phone.page.goto(both.wire.origin)
    phone.page.wait_for_selector("[data-test=log]")
    phone.go_dark()
    began = now()
    phone.log("钟走错的一天")
    phone.wait_for_status("离线·1 条存在本机")
    phone.go_bright()
    phone.wait_for_status("在线·已同步")

    [told] = both.arrived()
    assert told.verdict == "accepted" and told.payload["body"]["day"] == day(began + days * DAY_MS)
    assert began <= told.payload["at"] - days * DAY_MS <= now(), "what the phone's clock said is kept as it said it"
    assert began <= told.received_at <= now() and told.payload["seen"] <= now(), "and so is what the server's said"
    mentor = both.pen("mentor")
    mentor("entry.signed", told.payload["doc"], told.id, {"minutes": 120, "how": "list", "scores": [], "note": None})
    phone.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    phone.page.locator("[data-state=signed]").wait_for(timeout=60_000)
    assert phone.outbox(both.people["apprentice"]) == []


@pytest.fixture(scope="session")
def old_pages(node: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as they were built from this repository's own past."""
    work = tmp_path_factory.mktemp("old")
    past = subprocess.run(["git", "archive", OLD_BUILD, "pwa", "sync"], cwd=provide.ROOT, capture_output=True, check=False)
    assert past.returncode == 0, f"an old client is built from this repository's history, which is not here: {past.stderr.decode()}"
    subprocess.run(["tar", "-x"], cwd=work, input=past.stdout, check=True)
    os.symlink(node[1] / "node_modules", work / "pwa" / "node_modules")
    command = [node[0], "node_modules/vite/bin/vite.js", "build", "--outDir", str(work / "pages"), "--emptyOutDir"]
    done = subprocess.run(command, cwd=work / "pwa", env=dict(os.environ, BUILD_ID="old"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return work / "pages"


def log_in_the_old_form(phone, text: str, start: int) -> None:
    page = phone.page
    page.click("[data-test=log]")
    page.get_by_label("岗位操作技能").check()
    page.select_option("[name=start-hour]", str(start))
    page.select_option("[name=end-hour]", str(start + 2))
    page.get_by_label("装配一车间").check()
    page.fill("[name=text]", text)
    page.click("[data-test=save]")
    phone.row(text).wait_for()


def test_a_build_of_three_months_ago_works_with_the_server_of_today_and_is_renewed(old_pages, pages, make_site, make_phone, tmp_path):
    served = tmp_path / "pages"
    shutil.copytree(old_pages, served)
    site = make_site(folder=served)
    phone = make_phone(site)
    page = phone.activate(APPRENTICE[1], CODE)
    phone.wait_for_status("在线·已同步")
    log_in_the_old_form(phone, "旧版本记的学时", 8)
    phone.wait_for_status("在线·已同步")
    [told] = site.arrived()
    signed = {"minutes": 100, "how": "list", "scores": [], "note": None}
    site.pen("mentor")("entry.signed", told.payload["doc"], told.id, signed)
    # a newer phone of the same person writes what the old one has never heard of
    Writer(site, "apprentice").write([("result.claimed", new_id(), None, CLAIM)])
    page.reload()
    page.locator("[data-state=signed]").wait_for()
    phone.wait_for_status("在线·已同步")

    site.stop()
    page.goto(site.wire.origin)
    log_in_the_old_form(phone, "旧版本离线写的", 11)
    shutil.rmtree(served)
    shutil.copytree(pages, served)
    site.start()
    phone.wait_for_status("在线·已同步", seconds=60)
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => true)")
    page.locator(".app-update button").click()
    page.wait_for_selector("[data-test=tab-results]")
    phone.wait_for_status("在线·已同步")
    assert site.texts() == ["旧版本离线写的", "旧版本记的学时"]
    page.click("[data-test=tab-results]")
    page.locator("[data-test=result][data-state=claimed]").wait_for()
    page.click("[data-test=tab-book]")
    phone.row("旧版本记的学时").wait_for()
    assert {op.verdict for op in site.arrived()} == {"accepted"} and phone.broke == []
