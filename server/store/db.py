"""Where `db` is born: the engine on SQLite or PostgreSQL, and the two ways to use it, reading and writing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

db = SQLAlchemy(metadata=sa.MetaData(naming_convention=NAMES), session_options={"autoflush": False})


def engine_options(url: str, pool_size: int) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"pool_size": pool_size, "connect_args": {"check_same_thread": False, "timeout": 30}}
    return {"pool_size": pool_size, "max_overflow": 2, "pool_pre_ping": False, "connect_args": {"prepare_threshold": 2}}


def prepare(engine: Engine) -> None:
    """Give SQLite the settings without which it neither keeps what it acknowledged nor has snapshots."""
    if engine.dialect.name != "sqlite":
        return
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    sa.event.listen(engine, "close", _on_close)


def _on_connect(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    path = cursor.execute("PRAGMA database_list").fetchone()[2]
    cursor.close()
    entry.info["queue"] = os.open(f"{path}-queue", os.O_RDWR | os.O_CREAT, 0o600) if path else None


def _on_begin(conn: Connection) -> None:
    """Writers queue on a file lock (it wakes the next one at once; SQLite's own wait sleeps and starves) before they begin."""
    queue = conn.connection.info["queue"]
    if conn.get_execution_options().get("writes"):
        if queue is not None:
            fcntl.flock(queue, fcntl.LOCK_EX)
        conn.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        conn.exec_driver_sql("BEGIN")


def _on_close(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    if entry.info.get("queue") is not None:
        os.close(entry.info.pop("queue"))


@contextmanager
def glancing() -> Iterator[Connection]:
    """One `fetch`, which is a snapshot of its own: no begin, no commit, one round trip."""
    with db.engine.connect() as conn:
        if conn.dialect.name != "postgresql":
            yield conn
            return
        driver: Any = conn.connection.driver_connection
        driver.autocommit = True
        try:
            yield conn
        finally:
            if not driver.closed:
                driver.autocommit = False


@contextmanager
def reading() -> Iterator[Connection]:
    """One snapshot for all statements inside."""
    with db.engine.connect() as conn:
        if conn.dialect.name == "postgresql":
            conn = conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with conn.begin():
            yield conn


@contextmanager
def writing() -> Iterator[Connection]:
    """One transaction: an exception undoes it, returning keeps it."""
    with db.engine.connect() as conn:
        conn = conn.execution_options(writes=True)
        try:
            with conn.begin():
                yield conn
        finally:
            queue = conn.connection.info.get("queue")
            if queue is not None:
                fcntl.flock(queue, fcntl.LOCK_UN)
