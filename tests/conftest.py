"""Fixtures every room's tests may use. What they are made of is in provide.py; a test's own world is in world.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import provide


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[provide.Cluster]:
    """One PostgreSQL for the whole run, without fsync: no test here pulls its plug."""
    cluster = provide.Cluster(durable=False)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def fresh_postgres_database(postgres_cluster: provide.Cluster) -> Callable[[], str]:
    """Each call gives the URL of another empty database."""
    return postgres_cluster.fresh_database


@pytest.fixture(scope="session")
def postgres_url(fresh_postgres_database: Callable[[], str]) -> str:
    return fresh_postgres_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, once of each kind; what is in it is the test's affair."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    cluster = request.getfixturevalue("postgres_cluster")
    url = cluster.fresh_database()
    yield url
    cluster.drop_database(url)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    redis = provide.Redis()
    yield redis.url
    redis.stop()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return str(provide.find_chromium())


@pytest.fixture(scope="session")
def node() -> tuple[str, Path]:
    """Node's binary and the PWA's folder with its packages installed."""
    pwa = provide.ROOT / "pwa"
    if not (pwa / "node_modules" / ".package-lock.json").is_file():
        raise provide.Missing("The PWA's packages are not installed: run `bash .ci/install`.")
    return str(provide.find_node()), pwa
