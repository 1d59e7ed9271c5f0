"""The ground the other tests stand on."""

from __future__ import annotations

import subprocess

import pytest
import sqlalchemy as sa
from redis import Redis

import provide


def test_a_database_is_empty_and_takes_a_table(database_url):
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("CREATE TABLE t (n INTEGER)"))
    engine.dispose()


def test_each_call_gives_another_database(fresh_postgres_database):
    assert fresh_postgres_database() != fresh_postgres_database()


def test_the_found_node_runs(node):
    binary, pwa = node
    done = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True, cwd=pwa)
    assert done.stdout.startswith("v")


def test_the_found_chromium_runs(chromium_path):
    done = subprocess.run([chromium_path, "--version"], capture_output=True, text=True, check=True)
    assert "Chrom" in done.stdout


def test_the_found_redis_answers(redis_url):
    redis = Redis.from_url(redis_url)
    assert redis.ping() is True
    redis.close()


def test_postgresql_keeps_fsync_unless_asked_otherwise():
    cluster = provide.Cluster()
    try:
        engine = sa.create_engine(cluster.fresh_database())
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SHOW fsync")) == "on"
        engine.dispose()
    finally:
        cluster.stop()


def test_a_missing_thing_is_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr(provide.shutil, "which", lambda name: None)
    monkeypatch.setattr(provide, "CACHE", provide.ROOT / "nowhere")
    with pytest.raises(provide.Missing, match="install test"):
        provide.find_chromium()
