"""The whole database as rows, for copies that fit both databases: read in one snapshot, loaded into empty tables."""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store import wall
from server.store.books.bulk import insert_many
from server.store.db import db

# Not copied: a session ended or a code used after the copy was made would open the door again, and pushes go where a
# session lives. A file on its way in is dropped in again. By what traces books are compared is found anew.
LEFT_OUT = frozenset((
    "instance", "sessions", "activations", "short_codes", "push_subscriptions", "imports", "import_rows",
    "flag_looks", "flag_entries", "flag_seals", "flag_photos", "flag_prints", "flag_months",
))  # fmt: skip
LOADED = 500


def copied_tables() -> list[str]:
    """Tables in an order in which each comes after those it points to."""
    return [table.name for table in db.metadata.sorted_tables if table.name not in LEFT_OUT]


def columns_of(table: str) -> list[str]:
    return [column.name for column in kept_columns(table)]


def kept_columns(table: str) -> list[sa.Column[Any]]:
    """What a database makes of other columns it makes again."""
    return [column for column in db.metadata.tables[table].columns if column.computed is None]


def count_rows(conn: Connection, table: str) -> int:
    return int(conn.execute(sa.select(sa.func.count()).select_from(db.metadata.tables[table])).scalar_one())


def each_row(conn: Connection, table: str) -> Iterator[sa.Row[Any]]:
    """Every row in the order of its key, a thousand in memory at a time."""
    there = db.metadata.tables[table]
    chosen = sa.select(*kept_columns(table)).order_by(*there.primary_key.columns)
    yield from conn.execute(chosen, execution_options={"yield_per": 1000})


def insert_rows(conn: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[int]:
    """How many were loaded, some hundreds at a time."""
    waiting = iter(rows)
    while some := [tuple(row) for row in islice(waiting, LOADED)]:
        insert_many(conn, table, tuple(columns), some)
        yield len(some)


def insert_instance(conn: Connection, epoch: str, restored_at: int) -> None:
    conn.execute(
        sa.text("INSERT INTO instance (id, epoch, restored_at) VALUES (1, :epoch, :at)"), {"epoch": epoch, "at": restored_at}
    )


def holds_anything(conn: Connection) -> bool:
    """Whether somebody or something has been entered here."""
    there = set(sa.inspect(conn).get_table_names())
    return any(name in there and count_rows(conn, name) > 0 for name in ("people", "orgs", "ops"))


def drop_everything(conn: Connection) -> None:
    """Every table of ours and, on PostgreSQL, the functions their triggers call; migrations make them again."""
    wall.take_down(conn)
    db.metadata.drop_all(conn)
    conn.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))
    if conn.dialect.name == "postgresql":
        ours = (
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace"
            " AND p.prorettype = 'trigger'::regtype AND NOT EXISTS"
            " (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
        for name in conn.execute(sa.text(ours)).scalars().all():
            conn.exec_driver_sql(f"DROP FUNCTION {name}")


# --- files beside the database -------------------------------------------------------------------------------------


def select_photo_files(conn: Connection) -> list[str]:
    return list(conn.execute(sa.text("SELECT file FROM photos ORDER BY file")).scalars())


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file of any size, a megabyte in memory at a time."""
    with path.open("rb") as file:
        while piece := file.read(1024 * 1024):
            yield piece


def write_file(path: Path, content: bytes) -> None:
    """For the owner only; what stood there before stays beside it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_file() and path.read_bytes() != content:
        shutil.copy2(path, path.with_name(path.name + ".before-restore"))
    draft = path.with_name(path.name + ".part")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
