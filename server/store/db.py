"""Where `db` is born: the engine on SQLite or PostgreSQL, and the two ways to use it, reading and writing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from server.store import wall

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# who sits at the desk this request came from: (role, organisation)
sitting: ContextVar[tuple[str, str] | None] = ContextVar("sitting", default=None)
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
    path = cursor.execute("PRAGMA database_list").fetchone()[2]
    queue = os.open(f"{path}-queue", os.O_RDWR | os.O_CREAT, 0o600) if path else None
    entry.info["queue"] = queue
    if queue is not None and cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        _write_ahead(cursor, queue)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: Any, queue: int) -> None:
    """Two who change a new file's mode at once do not wait for each other: one would hear that the database is locked."""
    fcntl.flock(queue, fcntl.LOCK_EX)
    try:
        cursor.execute("PRAGMA journal_mode=WAL")
    finally:
        fcntl.flock(queue, fcntl.LOCK_UN)


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


class Glance(NamedTuple):
    """As much of a connection as `fetch` looks at."""

    connection: PoolProxiedConnection
    dialect: Dialect


def of_sqlalchemy(why: Exception, dialect: Dialect, statement: str | None) -> Exception:
    """A driver's error as SQLAlchemy would have raised it, so that one table of handlers knows them all."""
    return sa.exc.DBAPIError.instance(statement, None, why, dialect.loaded_dbapi.Error)


@contextmanager
def glancing() -> Iterator[Glance]:
    """One `fetch`, which is a snapshot of its own: no begin, no commit, one round trip, and the pool's connection as it is
    (SQLAlchemy's own around it costs as much as the read)."""
    dialect = db.engine.dialect
    try:
        pooled = db.engine.raw_connection()
    except dialect.loaded_dbapi.Error as why:
        raise of_sqlalchemy(why, dialect, None) from why
    driver: Any = pooled.driver_connection
    alone = dialect.name == "postgresql"
    try:
        if alone:
            driver.autocommit = True
        yield Glance(pooled, dialect)
    finally:
        if alone and not driver.closed:
            driver.autocommit = False
        pooled.close()


@contextmanager
def reading(beside_wall: bool = False) -> Iterator[Connection]:
    """One snapshot for all statements inside; at a desk, of what this desk may see. `beside_wall` is for statements that must know
    that something is there without showing it, and bring conditions of their own."""
    seat = None if beside_wall else sitting.get()
    with db.engine.connect() as conn:
        if conn.dialect.name == "postgresql":
            conn = conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with conn.begin():
            if seat and wall.stands(conn):
                wall.sit(conn, *seat)
            yield conn


@contextmanager
def writing(engine: Engine | None = None) -> Iterator[Connection]:
    """One transaction: an exception undoes it, returning keeps it. A thread no app stands behind brings the engine."""
    with (engine or db.engine).connect() as conn:
        conn = conn.execution_options(writes=True)
        try:
            with conn.begin():
                yield conn
        finally:
            queue = conn.connection.info.get("queue")
            if queue is not None:
                fcntl.flock(queue, fcntl.LOCK_UN)
