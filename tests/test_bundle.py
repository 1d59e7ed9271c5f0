"""What a phone fetches before its first screen stays small: measured on the real build, gzip as the server sends it."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import provide

MOST_BYTES = 130 * 1024
PAGE_LINKS = re.compile(r'(?:src|href)="/(assets/[^"]+\.(?:js|css))"')
STATIC = re.compile(r'(?:\bimport|\bfrom)\s*["\']\./([\w.-]+\.js)["\']')
LAZY = re.compile(r'\bimport\(\s*[`"\']\./([\w.-]+\.js)[`"\']')


def weigh(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def with_imports(app: Path, names: set[str]) -> set[str]:
    """These files and every file they import before they run."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name.endswith(".js"):
            text = (app / name).read_text(encoding="utf-8")
            waiting |= {f"assets/{other}" for other in STATIC.findall(text)} - found
    return found


def first_screen(app: Path, *more: str) -> dict[str, int]:
    """File -> bytes: what the page names and its static imports, among them the log-in and what it says in the language that is
    spoken first. `more` begins the names of files somebody waits for who has an account here."""
    named = set(PAGE_LINKS.findall((app / "index.html").read_text(encoding="utf-8")))
    asked = {f"assets/{path.name}" for start in more for kind in ("js", "css") for path in (app / "assets").glob(f"{start}-*.{kind}")}
    files = with_imports(app, named | asked)
    return {name: weigh(app / name) for name in files}


def routes(app: Path) -> dict[str, int]:
    """Lazy chunk -> bytes of script it adds to the first screen, with what it imports."""
    here = set(first_screen(app))
    found: dict[str, int] = {}
    for script in sorted((app / "assets").glob("*.js")):
        text = script.read_text(encoding="utf-8")
        for name in LAZY.findall(text):
            files = with_imports(app, {f"assets/{name}"}) - here
            found[name] = sum(weigh(app / file) for file in files)
    return found


def verdict(app: Path, *more: str, most: int = MOST_BYTES) -> str:
    """Empty when the first screen is small enough, else a sentence that names the heaviest file."""
    files = first_screen(app, *more)
    total, heaviest = sum(files.values()), max(files, key=lambda name: files[name])
    if total <= most:
        return ""
    return f"The first screen fetches {total} bytes of JS and CSS (gzip), allowed are {most}; {heaviest} alone has {files[heaviest]}."


@pytest.fixture(scope="module")
def app(node: tuple[str, Path]) -> Path:
    build = provide.load_pwa_build()
    if not build.is_fresh():
        build.build()
    return Path(build.OUT)


@pytest.mark.parametrize("more", [(), ("home",)], ids=["log-in", "today"])
def test_the_first_screen_fits_its_budget(app, more):
    files = first_screen(app, *more)
    for name, size in sorted(files.items(), key=lambda one: -one[1]):
        print(f"{size:>7} bytes gzip  {name}")
    print(f"{sum(files.values()):>7} bytes gzip  before the first screen, of {MOST_BYTES}")
    for name, size in sorted(routes(app).items(), key=lambda one: -one[1]):
        print(f"{size:>7} bytes gzip  on demand: {name}")
    assert verdict(app, *more) == ""


def test_it_counts_what_the_entry_imports_and_nothing_that_is_lazy(app):
    files = set(first_screen(app))
    assert any("/index-" in name and name.endswith(".js") for name in files)
    assert {name.split("-")[0] for name in files if name.endswith(".js")} >= {"assets/vendor", "assets/shared", "assets/door"}
    assert any(name.endswith(".css") for name in files) and any("/zh-first-" in name for name in files)
    assert not any(part in name for name in files for part in ("/home-", "/en-", "/LogHours-", "/ResultClaim-"))
    assert {name.split("-")[0] for name in first_screen(app, "home")} - {name.split("-")[0] for name in files} == {"assets/home"}
    assert {name.split("-")[0] for name in routes(app)} >= {"home", "en", "LogHours", "ResultClaim"}


def test_a_file_that_is_too_heavy_is_named(tmp_path):
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text('<script type="module" src="/assets/index-a.js"></script>')
    (assets / "index-a.js").write_text('import{x}from"./joined-b.js";import("./Lazy-c.js")')
    (assets / "joined-b.js").write_text("export const x='" + "".join(f"{n * n:x}" for n in range(4000)) + "'")
    (assets / "Lazy-c.js").write_text("y" * 100_000)
    (assets / "home-d.js").write_text("export const home={}")
    assert set(first_screen(tmp_path)) == {"assets/index-a.js", "assets/joined-b.js"}
    assert set(first_screen(tmp_path, "home")) == {"assets/index-a.js", "assets/joined-b.js", "assets/home-d.js"}
    assert "assets/joined-b.js alone has" in verdict(tmp_path, most=1000)
    assert verdict(tmp_path) == ""


def test_a_phone_keeps_nothing_of_the_desk(app):
    kept = set(re.findall(r"assets/[\w.-]+\.(?:js|css)", (app / "sw.js").read_text(encoding="utf-8")))
    desk = {f"assets/{path.name}" for path in (app / "assets").glob("DeskFrame-*.js")}
    assert len(desk) == 1 and not desk & kept
    assert any(name.startswith("assets/LogHours-") for name in kept) and len(kept) > 100
