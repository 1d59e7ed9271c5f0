"""Files dropped on the desk's page of imports, judged and written; and what its papers say when they are opened again."""

from __future__ import annotations

import base64
import re
import zlib
from pathlib import Path

from playwright.sync_api import Page

from e2e.site import Site
from server.commands.jobs import do_waiting

CODE = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")


def drop(page: Page, path: Path, kind: str = "roster") -> None:
    page.goto(page.url.split("/desk")[0] + "/desk/imports")
    page.check(f"[name=kind][value={kind}]")
    page.set_input_files("[data-test=file]", str(path))
    page.wait_for_url(re.compile("/desk/imports/[0-9a-f-]{36}"))
    page.wait_for_selector("[data-test=tile-bad]")


def tile(page: Page, state: str) -> int:
    return int(page.locator(f"[data-test=tile-{state}] b").inner_text())


def write_all(site: Site, page: Page) -> None:
    page.click("[data-test=write]")
    page.locator("[data-test=progress]").wait_for()
    assert do_waiting(site.app, site.app.extensions["jiangji"].clock) in (0, 1)
    page.locator("[data-test=written]").wait_for(timeout=60_000)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def codes_of(pdf: bytes) -> dict[str, str]:
    """The code on each printed slip by the log-in beside it."""
    found, login = {}, ""
    for packed in re.findall(rb"stream\r?\n(.*?)~>\s*endstream", pdf, re.DOTALL):
        drawn = zlib.decompress(base64.a85decode(packed.strip())).decode("latin-1")
        for text in re.findall(r"\(([\w.-]{4,64})\) Tj", drawn):
            if CODE.fullmatch(text):
                found[login] = text.replace("-", "")
            else:
                login = text
    return found


def download(page: Page, click: str) -> bytes:
    with page.expect_download(timeout=120_000) as got:
        page.click(click)
    return Path(got.value.path()).read_bytes()
