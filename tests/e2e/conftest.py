"""A site and phones for each test. The pages are built once a run; browsers come one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, sync_playwright

import provide
from e2e.phone import Phone
from e2e.site import Site


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="session")
def pages(node: tuple[str, Path]) -> Path:
    """server/app, as these sources give it."""
    build = provide.load_pwa_build()
    if not build.is_fresh():
        build.build()
    return Path(build.OUT)


@pytest.fixture
def make_site(pages: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(url: str = "", folder: Path | None = None) -> Site:
        home = tmp_path / "home"
        home.mkdir()
        made.append(Site(home, url or f"sqlite:///{home / 'jiangji.db'}", folder))
        made[-1].start()
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """On SQLite."""
    return make_site()


@pytest.fixture
def both(make_site: Callable[..., Site], database_url: str) -> Site:
    """On SQLite, and on PostgreSQL."""
    return make_site(database_url)


@pytest.fixture
def make_phone(playwright: Playwright, chromium_path: str, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    made: list[Phone] = []

    def make(site: Site, **options: Any) -> Phone:
        made.append(Phone(playwright, chromium_path, tmp_path / f"profile-{len(made)}", site, options))
        return made[-1]

    yield make
    for phone in made:
        phone.close()
