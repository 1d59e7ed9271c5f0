"""Many rows in one statement, the same call on both databases: arrays for PostgreSQL, executemany for SQLite."""

import json
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.db import db

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
def listing(dialect: str, statement: str) -> sa.TextClause:
    """A statement whose `AMONG` stands for membership in the bound list `:ids`."""
    among = "= ANY(:ids)" if dialect == "postgresql" else "IN (SELECT value FROM json_each(:ids))"
    return sa.text(statement.replace("AMONG", among))


def select_listed(conn: Connection, statement: str, ids: Collection[str], **values: Any) -> Sequence[sa.Row[Any]]:
    given = sorted(ids)
    dialect = conn.dialect.name
    bound = given if dialect == "postgresql" else json.dumps(given)
    return conn.execute(listing(dialect, statement), {"ids": bound, **values}).fetchall()
