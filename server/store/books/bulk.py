"""The statements of the exchange, the same call on both databases: many rows at once (arrays for PostgreSQL, executemany for
SQLite), and reads straight on the driver, which costs a fifth of SQLAlchemy's own way."""

import json
import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Connection

from server.store.db import Glance, db, of_sqlalchemy

ARRAYS = {"TEXT": "text[]", "BIGINT": "bigint[]", "INTEGER": "int[]", "BOOLEAN": "boolean[]"}


def insert_many(conn: Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    _run(conn, table, columns, rows, ())


def upsert_many(
    conn: Connection, table: str, key: tuple[str, ...], columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """`columns` begin with the key; the others are set anew where the key is there already."""
    _run(conn, table, columns, rows, key)


def _run(conn: Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], key: tuple[str, ...]) -> None:
    if not rows:
        return
    statement = _statement(conn.dialect.name, table, columns, key)
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(statement, tuple(list(column) for column in zip(*rows, strict=True)))
    else:
        conn.exec_driver_sql(statement, list(rows))


@lru_cache(maxsize=64)
def _statement(dialect: str, table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    """Built from names in this package only; every value travels as a parameter."""
    types = [str(db.metadata.tables[table].c[column].type) for column in columns]
    head = f"INSERT INTO {table} ({', '.join(columns)}) "
    if dialect == "postgresql":
        head += f"SELECT * FROM unnest({', '.join(f'%b::{ARRAYS[kind]}' for kind in types)})"
    else:
        head += f"VALUES ({', '.join('?' * len(columns))})"
    if not key:
        return head
    rest = [column for column in columns if column not in key]
    if not rest:
        return f"{head} ON CONFLICT ({', '.join(key)}) DO NOTHING"
    return f"{head} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in rest)}"


@lru_cache(maxsize=64)
def _spelled(dialect: str, statement: str) -> str:
    """`:name` as the driver wants it; `AMONG` stands for membership in the bound list `:ids`."""
    if dialect == "postgresql":
        return re.sub(r"(?<!:):(\w+)", r"%(\1)s", statement.replace("AMONG", "= ANY(:ids)"))
    return statement.replace("AMONG", "IN (SELECT value FROM json_each(:ids))")


def fetch(conn: Connection | Glance, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """All rows of a read, within the connection's transaction."""
    cursor = conn.connection.cursor()
    try:
        cursor.execute(_spelled(conn.dialect.name, statement), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    except conn.dialect.loaded_dbapi.Error as why:
        raise of_sqlalchemy(why, conn.dialect, statement) from why
    finally:
        cursor.close()
    return rows


def fetch_planned(conn: Connection, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """The same for a statement whose best plan depends on the values: PostgreSQL plans it anew each time."""
    cursor = conn.connection.cursor()
    more = {"prepare": False} if conn.dialect.name == "postgresql" else {}
    try:
        cursor.execute(_spelled(conn.dialect.name, statement), values, **more)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    except conn.dialect.loaded_dbapi.Error as why:
        raise of_sqlalchemy(why, conn.dialect, statement) from why
    finally:
        cursor.close()
    return rows


def fetch_listed(
    conn: Connection | Glance, statement: str, ids: Collection[str], **values: Any
) -> list[tuple[Any, ...]]:
    given = sorted(ids)
    return fetch(conn, statement, ids=given if conn.dialect.name == "postgresql" else json.dumps(given), **values)
