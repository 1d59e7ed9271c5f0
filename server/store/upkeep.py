"""SQL for looking after the books: what is stored beside the operations, row by row, and what may be thrown away."""

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.books import Belongs
from server.store.books.bulk import upsert_many
from server.store.books.facts import FACTS
from server.store.books.ops import COLUMNS, StoredOp

Rows = Collection[tuple[Any, ...]]


def select_book_ids(conn: Connection) -> list[str]:
    """Every book that has a head or an accepted operation."""
    rows = conn.execute(sa.text("SELECT id FROM books UNION SELECT book_id FROM ops WHERE verdict = 'accepted' ORDER BY 1"))
    return [row[0] for row in rows]


def select_shape(conn: Connection) -> int:
    """Which shape the documents have."""
    return int(conn.execute(sa.text("SELECT shape FROM instance")).scalar_one())


def update_shape(conn: Connection, shape: int) -> None:
    conn.execute(sa.text("UPDATE instance SET shape = :shape"), {"shape": shape})


def select_belongs(conn: Connection, book_id: str) -> Belongs | None:
    """As the books table has it."""
    found = conn.execute(
        sa.text("SELECT college_id, enterprise_id, class_id FROM books WHERE id = :book"), {"book": book_id}
    ).first()
    return Belongs(*found) if found else None


def update_belongs(conn: Connection, book_id: str, whose: Belongs) -> None:
    statement = "UPDATE books SET college_id = :college_id, enterprise_id = :enterprise_id, class_id = :class_id WHERE id = :book"
    conn.execute(sa.text(statement), {"book": book_id, **whose._asdict()})


def count_held(conn: Connection, book_id: str) -> int:
    found = conn.execute(
        sa.text("SELECT count(*) FROM ops WHERE book_id = :book AND verdict = 'held'"), {"book": book_id}
    )
    return int(found.scalar_one())


def count_others(conn: Connection) -> int:
    return int(conn.execute(sa.text("SELECT count(*) FROM ops WHERE verdict <> 'accepted'")).scalar_one())


def each_other_op(conn: Connection, page: int = 500) -> Iterator[list[StoredOp]]:
    """Pages of the operations that are in no book: refused, held, in custody."""
    statement = sa.text(
        f"SELECT {', '.join(COLUMNS)} FROM ops WHERE verdict <> 'accepted' AND id > :after ORDER BY id LIMIT :page"
    )
    after = ""
    while rows := [StoredOp(*row) for row in conn.execute(statement, {"after": after, "page": page})]:
        yield rows
        after = rows[-1].id


def select_facts(conn: Connection, book_id: str, table: str) -> set[tuple[Any, ...]]:
    columns = FACTS[table][1]
    rows = conn.execute(sa.text(f"SELECT {', '.join(columns)} FROM {table} WHERE book_id = :book"), {"book": book_id})
    return {tuple(row) for row in rows}


def mend_facts(conn: Connection, table: str, wrong: Rows, right: Rows) -> None:
    """Take out the rows that should not be there and put the right ones in; what else a row keeps stays."""
    key, columns = FACTS[table]
    statement = sa.text(f"DELETE FROM {table} WHERE " + " AND ".join(f"{name} = :{name}" for name in key))
    kept = {row[: len(key)] for row in right}
    for row in wrong:
        if row[: len(key)] not in kept:
            conn.execute(statement, dict(zip(columns, row, strict=True)))
    upsert_many(conn, table, key, columns, list(right))


# --- what may be thrown away --------------------------------------------------------------------------------------


def delete_old_sessions(conn: Connection, before: int) -> int:
    """Sessions that ended before a moment, or that nobody has used since."""
    done = conn.execute(
        sa.text("DELETE FROM sessions WHERE coalesce(ended_at, last_seen_at) < :before"), {"before": before}
    )
    return done.rowcount


def delete_old_activations(conn: Connection, before: int) -> int:
    """Codes that were used or ran out before a moment."""
    done = conn.execute(
        sa.text("DELETE FROM activations WHERE coalesce(used_at, expires_at) < :before"), {"before": before}
    )
    return done.rowcount
