"""Servers of a test's own, made from one that was born, migrated and filled once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hands import kinds, tell
from provide import Cluster
from pushservice import PushService, push_service
from server.config import read_config
from server.store.db import db
from server.store.host.keys import make_instance_files, read_key
from server.store.migrations import found
from serving import NOW, Site, fill, found_site


@pytest.fixture(scope="session")
def born(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new server with its cast, to be copied."""
    home = tmp_path_factory.mktemp("born")
    make_instance_files(home)
    config = read_config({"JIANGJI_HOME": str(home), "JIANGJI_HASH_MEMORY_KIB": "256"})
    found(config.database_url, read_key(config.server_key), "epoch-1", NOW, lambda _: None)
    site = found_site(config, home)
    fill(site)
    with site.app.app_context():
        db.engine.dispose()
    (home / "counters").unlink()
    return home


@pytest.fixture
def home(born: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(born, tmp_path / "home"))


@pytest.fixture
def make_site(home: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """A server on a copy of the born one; what is passed changes its Config."""
    pages = tmp_path / "pages"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text("<!doctype html>app")
    (pages / "sw.js").write_text("// worker")
    (pages / "assets" / "main-1a2b.js").write_text("// main")
    made: list[Site] = []

    def make(**changed: Any) -> Site:
        config = read_config({"JIANGJI_HOME": str(home), "JIANGJI_HASH_MEMORY_KIB": "256", "JIANGJI_HASH_AT_ONCE": "4"})
        made.append(found_site(replace(config, **changed), pages))
        return made[-1]

    yield make
    for site in made:
        with site.app.app_context():
            db.engine.dispose()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()


@pytest.fixture(scope="session")
def born_postgres(born: Path, postgres_cluster: Cluster) -> str:
    """The same in a PostgreSQL database, to be copied."""
    config = read_config({"JIANGJI_HOME": str(born), "JIANGJI_HASH_MEMORY_KIB": "256"})
    url = postgres_cluster.fresh_database()
    found(url, read_key(config.server_key), "epoch-1", NOW, lambda _: None)
    site = found_site(replace(config, database_url=url), born)
    fill(site)
    with site.app.app_context():
        db.engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def born_url(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """Where a copy of what was born is, once in each kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{home / 'jiangji.db'}"
        return
    born: str = request.getfixturevalue("born_postgres")
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    url = cluster.fresh_database(like=born)
    yield url
    cluster.drop_database(url)


@pytest.fixture
def both(born_url: str, make_site: Callable[..., Site]) -> Site:
    """The same server on SQLite and on PostgreSQL."""
    return make_site(database_url=born_url)


@pytest.fixture
def told(both: Site) -> Site:
    """A book with three entries in it, nobody told of anything."""
    both.open_book()
    both.log_hours(3)
    assert tell(both) is False and kinds(both) == []
    return both


@pytest.fixture
def service(tmp_path, monkeypatch) -> Iterator[PushService]:
    with push_service(tmp_path) as service:
        monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
        yield service


@pytest.fixture
def town(both: Site, service: PushService, make_site: Callable[..., Site]) -> Site:
    """A server whose operator has a push service of his own."""
    return make_site(database_url=both.config.database_url, push_origins=(service.origin,))
