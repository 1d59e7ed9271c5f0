"""A site and phones for each test, copied from what was made once a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, sync_playwright

import provide
from e2e.forge import Forge
from e2e.mentors import Tablet
from e2e.phone import Phone
from e2e.seed import Seed
from e2e.site import CODE, MENTOR, Site


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


@pytest.fixture(scope="session")
def seed(pages: Path, playwright: Playwright, chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seed]:
    forge = Forge()
    seed = Seed(tmp_path_factory.mktemp("seed"), forge)
    seed.grow(partial(Phone, playwright, chromium_path))
    yield seed
    forge.close()


@pytest.fixture(scope="session")
def seeded_postgres(seed: Seed, postgres_cluster: provide.Cluster) -> str:
    """The seed on PostgreSQL, to be copied."""
    url = postgres_cluster.fresh_database()
    seed.bring_to(url)
    return url


@pytest.fixture
def make_site(seed: Seed, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(url: str = "", folder: Path | None = None) -> Site:
        made.append(seed.site(tmp_path / "home", url, folder))
        made[-1].start()
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """On SQLite."""
    return make_site()


@pytest.fixture(params=["sqlite", "postgresql"])
def seeded_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the seed's rows are, once in each kind of database; SQLite's come with the files."""
    if request.param == "sqlite":
        yield ""
        return
    seeded: str = request.getfixturevalue("seeded_postgres")
    cluster: provide.Cluster = request.getfixturevalue("postgres_cluster")
    url = cluster.fresh_database(like=seeded)
    yield url
    cluster.drop_database(url)


@pytest.fixture
def both(seeded_url: str, make_site: Callable[..., Site]) -> Site:
    """On SQLite, and on PostgreSQL."""
    return make_site(seeded_url)


@pytest.fixture
def make_phone(playwright: Playwright, chromium_path: str, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    made: list[Phone] = []

    def make(site: Site, flags: Iterable[str] = (), **options: Any) -> Phone:
        made.append(Phone(playwright, chromium_path, tmp_path / f"profile-{len(made)}", site, options, flags=list(flags)))
        return made[-1]

    yield make
    for phone in made:
        phone.close()


@pytest.fixture
def tablet(both: Site) -> Tablet:
    return Tablet(both)


@pytest.fixture
def mentor(both: Site, make_phone: Callable[..., Phone]) -> Callable[..., Phone]:
    """His phone, before it has been opened: what is written first is there when it first syncs."""

    def enter(shared_pin: str = "") -> Phone:
        phone = make_phone(both)
        page = phone.activate(MENTOR[1], CODE, shared_pin, shared=True) if shared_pin else phone.settle_in(MENTOR[1])
        phone.wait_for_status("在线·已同步")
        page.goto(f"{both.wire.origin}/sign")
        page.wait_for_selector("[data-test=waiting], [data-test=none]")
        return phone

    return enter


@pytest.fixture
def axe(node: tuple[str, Path]) -> str:
    return (node[1] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
