"""All rows of a database as plain values, and what happened between two readings of it, done to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from server.store.copies import kept_columns
from server.store.db import db, engine_options, prepare

# table -> key -> row
Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


@contextmanager
def changing(url: str) -> Iterator[sa.Connection]:
    """One transaction on a connection of its own."""
    engine = sa.create_engine(url, **engine_options(url, 1))
    prepare(engine)
    try:
        with engine.connect().execution_options(writes=True) as conn, conn.begin():
            yield conn
    finally:
        engine.dispose()


def read_rows(conn: sa.Connection) -> Rows:
    found: Rows = {}
    for table in db.metadata.sorted_tables:
        rows = [dict(row._mapping) for row in conn.execute(sa.select(*kept_columns(table.name)))]
        found[table.name] = {tuple(row[column.name] for column in table.primary_key): row for row in rows}
    return found


def change_rows(conn: sa.Connection, before: Rows, after: Rows) -> None:
    for table in db.metadata.sorted_tables:
        old, new = before[table.name], after[table.name]
        assert old.keys() <= new.keys(), f"{table.name} lost rows: that is not repeated here"
        if added := [row for key, row in new.items() if key not in old]:
            conn.execute(sa.insert(table), added)
        for key, row in old.items():
            if changed := {name: content for name, content in new[key].items() if content != row[name]}:
                mine = [column == part for column, part in zip(table.primary_key, key, strict=True)]
                conn.execute(sa.update(table).where(*mine).values(changed))
