"""Every screen of the desk in a world that is full of things, as each who sits there sees it: nothing cut off, nothing left raw, no
violation of axe, at a desk's two widths and on a phone in need.

JIANGJI_SHOTS=FOLDER pytest tests/e2e/test_desk_pictures.py     keeps the pictures"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from e2e.desk import WIDE, Desk
from e2e.faults import AXE, find_faults, settle
from e2e.screens import FAULTS
from e2e.seed import Seed
from e2e.site import Shared, Site, now, sqlite_in
from server.services import demo
from server.services.demo import cast
from server.services.telling import notices
from server.store.host.keys import make_instance_files
from server.store.migrations import found

SIZES = ((1280, 800), (1920, 1080), (360, 740))
# what of a table is beyond its edge while a row of it stands open beside
BEYOND = "() => { const { scrollWidth, clientWidth } = document.querySelector('.data-table'); return scrollWidth - clientWidth }"
SPEAK = "(language) => localStorage.setItem('jiangji-language', language)"
SITTERS = {
    "coordinator": cast.COORDINATOR, "enterprise_admin": cast.ADMINS[0], "authority": cast.AUTHORITY, "base_admin": cast.BASE_ADMIN,
    "system_admin": cast.SYSTEM_ADMIN,
}


@pytest.fixture(scope="module")
def land(seed: Seed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo world, served as `jiangji demo` serves it."""
    home = tmp_path_factory.mktemp("land") / "home"
    make_instance_files(home)
    site = Site(home, sqlite_in(home), Shared(seed.shared.forge))
    site.env["JIANGJI_SECOND_FACTOR"] = "offered"
    found(site.config.database_url, site.key, secrets.token_hex(8), now(), lambda _: None)
    with site.app.app_context():
        here = site.app.extensions["jiangji"]
        tell = partial(notices.tell, here.key, here.chance)
        demo.build_world(here.key, here.hasher, here.vault, now(), Random(5), lambda done, total: None, tell)
    site.start()
    yield site
    site.close()


def places_of(page: Any) -> list[str]:
    """What the navigation offers whoever sits here."""
    return [str(href) for href in page.eval_on_selector_all("#desk-nav nav a", "(all) => all.map((one) => one.getAttribute('href'))")]


def look_beside_panel(page: Any) -> list[str]:
    """At a desk's lesser width a list shows a row it has opened and, beside it, all the columns that are left."""
    row, path = page.locator("tr.data-table-press[data-test=row]").first, page.evaluate("location.pathname")
    if not row.count():
        return []
    row.locator("td").last.click(position={"x": 2, "y": 2})
    settle(page)
    if page.evaluate("location.pathname") != path:
        page.go_back()
        page.wait_for_load_state("networkidle")
        return []
    page.locator("[data-test=panel]").wait_for()
    beyond = page.evaluate(BEYOND)
    page.click("[data-test=close-panel]")
    page.locator("[data-test=panel]").wait_for(state="detached")
    return [f"{path}: {beyond} px of the table are beyond its edge beside the panel"] if beyond > 1 else []


@pytest.mark.parametrize("role", list(SITTERS))
def test_every_screen_of_the_desk_is_whole(role: str, land: Site, make_phone: Any, axe: str) -> None:
    folder, wrong = os.environ.get("JIANGJI_SHOTS"), []
    desk = Desk(make_phone(land, **WIDE))
    page = desk.come_in(SITTERS[role].login, password=cast.PASSWORD)
    places = places_of(page)
    assert places
    for language, scheme in (("zh-CN", "light"), ("en", "dark")):
        page.evaluate(SPEAK, language)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for path in places:
            page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
            page.goto(land.wire.origin + path)
            page.wait_for_selector("main h1")
            page.wait_for_load_state("networkidle")
            page.evaluate(axe)
            assert page.get_attribute("html", "lang") == language
            wrong += [f"{path} says {said}" for said in page.locator("main [role=alert]").all_inner_texts()]
            wrong += [f"{language} {said}" for said in look_beside_panel(page)]
            name = f"desk-{role}-{path.removeprefix('/desk').strip('/').replace('/', '-') or 'home'}"
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                settle(page)
                view = f"{name}-{language}-{scheme}-{width}"
                wrong += [f"{view}: {fault}" for fault in [*page.evaluate(FAULTS), *page.evaluate(AXE)]]
                if folder:
                    Path(folder).mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=Path(folder) / f"{view}.png", full_page=True)
    assert not wrong, "\n".join(wrong)
    assert desk.phone.broke == []


def test_a_reader_draws_a_sample_looks_at_all_evidence_and_notes_what_he_found(land: Site, make_phone: Any, axe: str) -> None:
    desk = Desk(make_phone(land, **WIDE))
    page = desk.come_in(cast.AUTHORITY.login, "/desk/samplings", password=cast.PASSWORD)
    page.locator("[data-test=empty]").wait_for()
    page.click("[data-test=draw]")
    page.fill("[data-test=draw-form] [name=wanted]", "8")
    page.fill("[data-test=draw-form] [name=from]", "2020-01-01")
    page.fill("[data-test=draw-form] [name=seed]", "03 08 15 22 29 31")
    page.click("[data-test=draw-form] button[type=submit]")
    page.locator("[data-test=drawn]", has_text="03 08 15 22 29 31").wait_for()
    assert page.locator("tbody tr").count() == 8
    before = land.rows("SELECT sum(seq) FROM books")
    page.locator("tbody tr").first.click()
    page.locator("[data-test=panel] [data-test=counted]").wait_for()
    page.locator("[data-test=panel] [data-test=person-link]").wait_for()
    page.select_option("[data-test=finding] [name=outcome]", "doubtful")
    page.fill("[data-test=finding] [name=note]", "门禁没有当天记录，已请学院说明")
    page.click("[data-test=finding] button[type=submit]")
    page.locator("[data-test=found]").wait_for()
    with page.expect_download() as taken:
        page.click("[data-test=protocol]")
    assert taken.value.suggested_filename.endswith(".xlsx")
    wrong = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wrong += find_faults(desk.phone, axe, f"desk-sampling-{width}")
    assert not wrong, "\n".join(wrong)
    assert land.rows("SELECT sum(seq) FROM books") == before, "nothing is written into books"
    assert desk.phone.broke == []
