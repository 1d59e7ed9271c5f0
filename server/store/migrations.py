"""Brings a database to the tables of this release, and gives a new one its identity."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from server.store import wall
from server.store.db import engine_options, prepare
from server.store.host.keys import ServerKey, insert_server_device
from sync.reduce import SHAPE

FOLDER = Path(__file__).parents[2] / "migrations"
# any number, the same for every `jiangji migrate`: two of them at once wait for each other
LOCK = 7_413_001


@contextmanager
def changing(url: str) -> Iterator[Connection]:
    """One transaction on a connection of its own, with no other migration beside it."""
    engine = sa.create_engine(url, **engine_options(url, 1))
    prepare(engine)
    try:
        with engine.connect().execution_options(writes=True) as conn, conn.begin():
            if conn.dialect.name == "postgresql":
                conn.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield conn
    finally:
        engine.dispose()


def migrate(url: str, progress: Callable[[str], None]) -> None:
    """`progress` hears a sentence per revision."""
    with changing(url) as conn:
        before = revision_of(conn)
        upgrade(conn, progress)
    _settle(url, before)


def found(url: str, key: ServerKey, epoch: str, now: int, progress: Callable[[str], None]) -> None:
    """Migrate, and where the database is new give it its epoch and the server's key. Doing it twice changes nothing."""
    with changing(url) as conn:
        before = revision_of(conn)
        upgrade(conn, progress)
        conn.execute(
            sa.text("INSERT INTO instance (id, epoch, shape) VALUES (1, :epoch, :shape) ON CONFLICT (id) DO NOTHING"),
            {"epoch": epoch, "shape": SHAPE},
        )
        insert_server_device(conn, key, now)
    _settle(url, before)


def _settle(url: str, before: str | None) -> None:
    """A table of PostgreSQL that was written anew is read slowly until it has been looked through once, and with time it would be: a desk
    does not wait for that. Cannot be done within a transaction."""
    if before in (None, newest_revision()) or not url.startswith("postgresql"):
        return
    engine = sa.create_engine(url, **engine_options(url, 1), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as conn:
            conn.exec_driver_sql("VACUUM (ANALYZE) entries")
    finally:
        engine.dispose()


def let_serve(url: str, role: str) -> None:
    """Let a PostgreSQL role answer requests and no more: it makes no tables, and operations it adds, never deletes or rewrites."""
    with changing(url) as conn:
        name = conn.dialect.identifier_preparer.quote(role)
        conn.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        conn.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
        conn.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {name}")
        conn.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        conn.exec_driver_sql(f"REVOKE DELETE ON ops, decisions, books, people FROM {name}")
        conn.exec_driver_sql(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {name}")
        wall.let_sit(conn, name)


def upgrade(conn: Connection, progress: Callable[[str], None], to: str = "head") -> None:
    """To the tables of this release, or to those of an earlier one, which have no wall yet."""
    config = _config()
    config.attributes |= {"connection": conn, "progress": progress}
    command.upgrade(config, to)
    if to == "head":
        wall.raise_wall(conn)


def revisions() -> set[str]:
    """Of this release and of those before it."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER))
    return config


def revision_of(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def newest_revision() -> str:
    return (FOLDER / "HEAD").read_text("utf-8").strip()
