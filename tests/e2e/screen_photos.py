"""Photos of a code on another phone's screen: one of each picture that takes its turn there."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

READER = Path(__file__).parent / "read_code.mjs"
TURN = "() => document.querySelector('.code-show')?.dataset.turn"


def photograph(page: Page, folder: Path, seconds: float = 40) -> list[Path]:
    """All pictures of the code on the page, as they are drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    code = page.locator("[data-test=qr]")
    code.wait_for()
    many = int(code.get_attribute("data-count") or 0)
    taken: dict[int, Path] = {}
    give_up = time.monotonic() + seconds
    while len(taken) < many:
        assert time.monotonic() < give_up, f"{len(taken)} of {many} pictures had their turn"
        turn = int(page.evaluate(TURN) or 0)
        if turn in taken:
            page.wait_for_timeout(30)
            continue
        path = folder / f"{turn}.png"
        page.locator("[data-test=code-picture]").screenshot(path=path)
        # it may have turned while it was looked at
        if turn == int(page.evaluate(TURN) or 0):
            taken[turn] = path
    return [taken[turn] for turn in sorted(taken)]


def read_codes(node: tuple[str, Path], pictures: list[Path]) -> list[str]:
    told = subprocess.run([node[0], READER, node[1], *pictures], check=True, capture_output=True, text=True, timeout=60)
    return told.stdout.splitlines()


def give(page: Page, pictures: list[Path]) -> Any:
    """From the album to the scanner."""
    page.locator("[name=code-photo]").set_input_files([str(path) for path in pictures])
