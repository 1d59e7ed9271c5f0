"""The pictures of a code on another phone's screen, as they are drawn there: one of each that takes its turn. (What a camera sees of
them on the whole screen is tried by tests of their own.)"""

from __future__ import annotations

import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

READER = Path(__file__).parent / "read_code.mjs"
# a picture and its turn are read in one breath: a photo that takes longer than a turn shows another picture than the one that was asked for
TAKE = """async (seconds) => {
  let shown = null, taken = new Map()
  const giveUp = performance.now() + 1000 * seconds
  for (;;) {
    const code = document.querySelector('.code-show')
    const many = Number(code?.closest('[data-test=qr]')?.dataset.count ?? 0)
    if (code !== shown) [shown, taken] = [code, new Map()]
    if (code) taken.set(Number(code.dataset.turn), code.querySelector('canvas').toDataURL('image/png').split(',')[1])
    if (many && taken.size === many) return [...taken].sort(([one], [other]) => one - other).map(([, picture]) => picture)
    if (performance.now() > giveUp) throw new Error(`${taken.size} of ${many} pictures had their turn`)
    await new Promise((go) => setTimeout(go, 30))
  }
}"""


def photograph(page: Page, folder: Path, seconds: float = 40) -> list[Path]:
    """All pictures of the code on the page, as they are drawn, and all of one code: it is made anew when what it holds changes."""
    folder.mkdir(parents=True, exist_ok=True)
    page.locator("[data-test=qr]").wait_for()
    pictures = {folder / f"{turn}.png": picture for turn, picture in enumerate(page.evaluate(TAKE, seconds), 1)}
    for path, picture in pictures.items():
        path.write_bytes(b64decode(picture))
    return list(pictures)


def read_codes(node: tuple[str, Path], pictures: list[Path]) -> list[str]:
    told = subprocess.run([node[0], READER, node[1], *pictures], check=True, capture_output=True, text=True, timeout=60)
    return told.stdout.splitlines()


def give(page: Page, pictures: list[Path]) -> Any:
    """From the album to the scanner."""
    page.locator("[name=code-photo]").set_input_files([str(path) for path in pictures])
