"""The demo world as a place to test in: eight books of it are built once, copied for each test, brought to PostgreSQL on demand."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from flask import Flask

from server import create_app
from server.config import Config, read_config
from server.house import House
from server.papers.archive import Reader
from server.services import demo
from server.services.demo import cast
from server.services.demo.pens import Pen, uuid
from server.services.keeping import copies
from server.services.telling import notices
from server.store.db import db, reading, writing
from server.store.host.keys import make_instance_files, read_key
from server.store.migrations import found
from server.store.people import devices

NOW = 1_790_000_000_000  # 2026-09-21
ENTRY = {
    "day": "2026-09-20", "start": 600, "end": 660, "break": 0, "module": "M3", "nature": "practice", "place_kind": "post",
    "place": "workshop-1", "text": "补一条", "photos": [], "safety": True, "shared": False, "late_reason": None,
    "presence": None,
}  # fmt: skip


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


def config_of(home: Path, **changed: Any) -> Config:
    return replace(read_config({"JIANGJI_HOME": str(home), "JIANGJI_HASH_MEMORY_KIB": "256"}), **changed)


def place_of(home: Path) -> copies.Home:
    return copies.Home(home, home / "blobs", home / "secret", home / "server-key.pem")


@dataclass
class Land:
    """An opened copy of the world."""

    home: Path
    config: Config
    app: Flask

    @property
    def house(self) -> House:
        return self.app.extensions["jiangji"]

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with reading() as conn:
            return [tuple(row) for row in conn.execute(sa.text(statement), values)]

    def harm(self, *statements: str) -> None:
        """Change rows as somebody with the database's password could, after taking its guard away."""
        with writing() as conn:
            on = " ON ops" if conn.dialect.name == "postgresql" else ""
            conn.execute(sa.text(f"DROP TRIGGER IF EXISTS ops_keep{on}"))
            conn.execute(sa.text(f"DROP TRIGGER IF EXISTS ops_stay{on}"))
            for statement in statements:
                assert conn.execute(sa.text(statement)).rowcount == 1, statement

    def phone_of(self, login: str, seed: int = 99) -> tuple[Pen, str]:
        """A new device of an apprentice, and the id of the book."""
        [(person, book)] = self.rows(
            "SELECT p.id, m.book_id FROM people p JOIN members m ON m.person_id = p.id AND m.role = 'apprentice'"
            " WHERE p.login = :login", login=login,
        )
        pen = Pen(Random(seed), person)
        row = {"id": pen.device, "person_id": person, "label": "x", "shared": False, "status": "active", "now": NOW}
        with writing() as conn:
            devices.insert_device(conn, {**row, "x": pen.jwk["x"], "y": pen.jwk["y"]})
        return pen, book


def log_entry(pen: Pen, book: str, **changed: Any) -> str:
    return pen.write(book, "entry.logged", uuid(pen.rng), {**ENTRY, **changed}, NOW).jws


@contextmanager
def opened(home: Path, **changed: Any) -> Iterator[Land]:
    config = config_of(home, **changed)
    app = create_app(config)
    with app.app_context():
        try:
            yield Land(home, config, app)
        finally:
            db.engine.dispose()


def telling(land: Land) -> Callable[[int], object]:
    """What gives the people of a world their notices."""
    return partial(notices.tell, land.house.key, land.house.chance)


@cache
def built() -> Path:
    """The home of the world, and beside it a backup of it."""
    folder = Path(tempfile.mkdtemp(prefix="jiangji-demoland-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home = folder / "home"
    make_instance_files(home)
    config = config_of(home)
    found(config.database_url, read_key(config.server_key), "epoch-1", NOW, lambda _: None)
    with opened(home) as land:
        eight = replace(cast.CLASSES[0], apprentices=cast.CLASSES[0].apprentices[:8])
        demo.build_world(land.house.key, land.house.hasher, land.house.vault, NOW, Random(7), silent, telling(land), [eight])
        copies.back_up(folder / "world.zip", place_of(home), True, NOW, silent)
    return home


def backup_of_world() -> Path:
    return built().parent / "world.zip"


@contextmanager
def moved_in(tmp_path: Path, database_url: str | None = None) -> Iterator[Land]:
    """A copy of the world to spoil; with a URL it lives in that database."""
    home = Path(shutil.copytree(built(), tmp_path / "home"))
    url = f"sqlite:///{home / 'jiangji.db'}"
    if database_url and not database_url.startswith("sqlite"):
        url = database_url
        copies.restore(Reader(backup_of_world()), url, place_of(home), (False, False), "epoch-1", 0, silent)
    with opened(home, database_url=url) as land:
        yield land
