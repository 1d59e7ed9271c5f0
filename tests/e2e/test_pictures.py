"""Every screen at every size, light and dark, in both languages, with letters of usual and of double size: nothing cut off, nothing
over one another, nothing untranslated, nothing axe objects to, no error in the console.

    JIANGJI_SHOTS=folder pytest tests/e2e/test_pictures.py     all of it, with pictures and contact sheets in the folder
    JIANGJI_VIEWS="zh-CN-360x740-light-100 ..."                 only so

Without a folder each screen is looked at in a few ways only, always the same ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from e2e.faults import AXE, SCALE
from e2e.screens import FAULTS, SCREENS, Screen, address, furnish, move_in, routed, screens_for, shape

SIZES = ((360, 740), (390, 844), (1280, 800))
LANGUAGES = ("zh-CN", "en")
SCHEMES = ("light", "dark")
SCALES = (100, 200)
IN_A_USUAL_RUN = 3
SPEAK = "(language) => localStorage.setItem('jiangji-language', language)"


@dataclass(frozen=True)
class View:
    language: str
    scheme: str
    scale: int
    size: tuple[int, int]

    @property
    def name(self) -> str:
        return f"{self.language}-{self.size[0]}x{self.size[1]}-{self.scheme}-{self.scale}"


NAMED = os.environ.get("JIANGJI_VIEWS", "").split()
VIEWS = [view for view in (View(*made) for made in product(LANGUAGES, SCHEMES, SCALES, SIZES)) if not NAMED or view.name in NAMED]


def views_of(screen: Screen, everything: bool) -> list[View]:
    """In the order in which they cost least: a language is a new load of the page."""
    return VIEWS if everything else sorted(Random(screen.name).sample(VIEWS, min(IN_A_USUAL_RUN, len(VIEWS))), key=VIEWS.index)


class Looker:
    """Shows a screen in one way after the other and notes what is wrong with it."""

    def __init__(self, page: Page, axe: str, folder: Path | None) -> None:
        self.page, self.axe, self.folder = page, axe, folder
        self.wrong: list[str] = []
        self.errors: list[str] = []
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def look(self, screen: Screen, url: str, views: list[View]) -> None:
        language = ""
        for view in views:
            if view.language != language:
                language = view.language
                self._open(screen, url, language)
            self._show(screen, view)
        # the browser itself notes each answer that refuses; a screen that shows a refusal got one, and the photo that is made
        # to be refused is sent whenever its turn comes
        told = [text for text in self.errors if not (text.startswith("Failed to load resource") and (screen.acts or " 413 " in text))]
        self.wrong += [f"{screen.name}: the console says {text}" for text in told]
        self.errors.clear()

    def _open(self, screen: Screen, url: str, language: str) -> None:
        self.page.evaluate(SPEAK, language)
        # an address that differs after its # only would not be opened anew
        self.page.goto("about:blank")
        self.page.goto(url)
        self.page.wait_for_selector(screen.ready)
        self.page.evaluate(SCALE, 100)
        for act in screen.acts:
            self._act(act)
        self.page.wait_for_timeout(400)
        self.page.evaluate(self.axe)

    def _act(self, act: str | tuple[str, str | Path]) -> None:
        if isinstance(act, tuple):
            where, given = act
            self.page.set_input_files(where, given) if isinstance(given, Path) else self.page.fill(where, given)
        elif self.page.locator(act).evaluate("(node) => node.matches('button, input')"):
            self.page.click(act)

    def _show(self, screen: Screen, view: View) -> None:
        self.page.emulate_media(color_scheme=view.scheme, reduced_motion="reduce")
        self.page.set_viewport_size({"width": view.size[0], "height": view.size[1]})
        self.page.evaluate(SCALE, view.scale)
        self.page.wait_for_timeout(60)
        self.wrong += [f"{screen.name} {view.name}: {fault}" for fault in self.page.evaluate(FAULTS)]
        if view.size == SIZES[0] or self.folder is None:
            self.wrong += [f"{screen.name} {view.name}: axe {fault}" for fault in self.page.evaluate(AXE)]
        if self.folder:
            # as high as the whole page: what sticks to the edges of a screen stands at the edges of the picture
            height = max(view.size[1], self.page.evaluate("document.documentElement.scrollHeight"))
            self.page.set_viewport_size({"width": view.size[0], "height": min(height, 4_000)})
            self.page.screenshot(path=self.folder / f"{screen.name}-{view.name}.png")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path | None]:
    named = os.environ.get("JIANGJI_SHOTS")
    if not named:
        yield None
        return
    path = Path(named)
    path.mkdir(parents=True, exist_ok=True)
    yield path
    for view in VIEWS:
        lay_out(path, view)


def lay_out(folder: Path, view: View, width: int = 300, height: int = 660, columns: int = 6) -> None:
    """A contact sheet: every screen as one view shows it."""
    shots = sorted(folder.glob(f"[0-9]*-{view.name}.png"))
    if not shots:
        return
    rows = -(-len(shots) // columns)
    sheet = Image.new("RGB", (columns * (width + 8), rows * (height + 20)), "#888888")
    for at, shot in enumerate(shots):
        with Image.open(shot) as picture:
            small = picture.convert("RGB").resize((width, max(1, picture.height * width // picture.width)))
        x, y = at % columns * (width + 8), at // columns * (height + 20)
        sheet.paste(small.crop((0, 0, width, min(small.height, height))), (x, y + 16))
        ImageDraw.Draw(sheet).text((x, y + 2), shot.name.removesuffix(f"-{view.name}.png"), fill="white")
    sheet.save(folder / f"sheet-{view.name}.jpg", quality=80)


@pytest.mark.parametrize("who", ["nobody", "passing", "apprentice", "mentor", "kiosk"])
def test_every_screen_is_whole_however_it_is_looked_at(who, site, make_phone, axe, folder):
    facts = furnish(site) if who != "nobody" else {}
    phone = move_in(site, make_phone, who)
    looker = Looker(phone.page, axe, folder)
    for screen in screens_for(who):
        looker.look(screen, site.wire.origin + address(screen, facts), views_of(screen, folder is not None))
    assert phone.broke == []
    assert looker.wrong == [], "\n".join(looker.wrong)


def test_the_list_knows_every_address():
    assert routed() - {shape(screen.route) for screen in SCREENS} == set()


PLANTED = {
    "scrolls sideways": "main.insertAdjacentElement('beforeend', wide)",
    "cut off": "main.append(Object.assign(document.createElement('p'), { textContent: 'gone', style: 'position:absolute;left:-20px' }))",
    "overlap": "const head = main.querySelector('h1'), at = head.getBoundingClientRect(), over = head.cloneNode(true);"
    " over.textContent = 'over it'; over.style.cssText = `position:absolute;margin:0;left:${at.left}px;top:${at.top + scrollY}px`;"
    " document.body.append(over)",
    "covered": "const foot = Object.assign(document.createElement('div'), { className: 'page-foot' });"
    " foot.style.cssText = 'position:sticky;bottom:0;height:60vh'; main.append(foot)",
    "raw": "main.append(Object.assign(document.createElement('p'), { textContent: 'word.missing_one' }))",
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_seen(site, make_phone, fault):
    page = make_phone(site).open("/login")
    page.wait_for_selector("[data-test=login]")
    assert page.evaluate(FAULTS) == []
    wide = "const wide = document.createElement('p'); wide.style.width = '2000px'; wide.textContent = 'wide'"
    page.evaluate(f"() => {{ const main = document.querySelector('main'); {wide}; {PLANTED[fault]} }}")
    assert any(found.startswith(fault) for found in page.evaluate(FAULTS))
