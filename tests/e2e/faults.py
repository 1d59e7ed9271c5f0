"""Everything that is wrong with a screen as it stands, in light and dark, with letters of usual and of double size."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

from playwright.sync_api import Page

from e2e.phone import Phone
from e2e.screens import FAULTS

SCALE = "(percent) => { document.documentElement.style.fontSize = percent === 100 ? '' : percent + '%' }"
AXE = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .flatMap(({ id, nodes }) => nodes.map((node) => id + ': ' + node.html.slice(0, 200) + ' ' + node.failureSummary.slice(0, 300)))"""


# what follows the size of a window or of its letters has followed it two pictures later
DRAWN = """() => new Promise((go) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(go, 150)))
  setTimeout(go, 5000)
})"""


def settle(page: Page) -> None:
    """Until it is drawn as it stands."""
    page.evaluate(DRAWN)


def find_faults(phone: Phone, axe: str, name: str) -> list[str]:
    """With JIANGJI_SHOTS the pictures are kept there too."""
    page, folder, wrong = phone.page, os.environ.get("JIANGJI_SHOTS"), []
    page.evaluate(axe)
    for scheme, percent in product(("light", "dark"), (200, 100)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(SCALE, percent)
        settle(page)
        wrong += [f"{name} {scheme} {percent}: {fault}" for fault in [*page.evaluate(FAULTS), *page.evaluate(AXE)]]
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{scheme}-{percent}.png", full_page=True)
    return wrong
