"""Files on their way in, and their rows. What stands in them is sealed by whoever calls."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import upsert_many
from server.store.desk.scope import Scope

COLUMNS = ("id", "org_id", "by_person", "kind", "state", "data_key", "sealed", "sha256", "row_count", "created_at")
ROW = ("import_id", "row", "state", "words", "sealed")


class Import(NamedTuple):
    """One file. Without its key its rows can be read no more."""

    id: str
    org_id: str
    by_person: str
    kind: str
    state: str
    data_key: str | None
    sealed: str
    sha256: str
    row_count: int
    created_at: int


class ImportRow(NamedTuple):
    """One row of it; `words` are those of faults.json, as JSON."""

    import_id: str
    row: int
    state: str
    words: str
    sealed: str


def insert_import(conn: Connection, row: Import) -> None:
    names = ", ".join(COLUMNS)
    conn.execute(sa.text(f"INSERT INTO imports ({names}) VALUES ({', '.join(f':{name}' for name in COLUMNS)})"), row._asdict())


def update_import(conn: Connection, import_id: str, state: str, sealed: str, rows: int) -> None:
    conn.execute(
        sa.text("UPDATE imports SET state = :state, sealed = :sealed, row_count = :rows WHERE id = :id"),
        {"id": import_id, "state": state, "sealed": sealed, "rows": rows},
    )


def drop_import(conn: Connection, import_id: str) -> None:
    """Its key goes, and its rows. Its own row first: whoever writes it has that locked."""
    conn.execute(sa.text("UPDATE imports SET state = 'dropped', data_key = NULL WHERE id = :id"), {"id": import_id})
    conn.execute(sa.text("DELETE FROM import_rows WHERE import_id = :id"), {"id": import_id})


def lock_import(conn: Connection, import_id: str) -> None:
    """Before its rows are read to be changed: they stay as they are until the transaction ends. SQLite's writer has them all already."""
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("SELECT 1 FROM imports WHERE id = :id FOR UPDATE"), {"id": import_id})


def select_import(conn: Connection, scope: Scope, import_id: str) -> Import | None:
    """One's own, at the desk where it was dropped."""
    statement = f"SELECT {', '.join(COLUMNS)} FROM imports WHERE id = :id AND org_id = :org AND by_person = :person AND state <> 'dropped'"
    found = conn.execute(sa.text(statement), {"id": import_id, "org": scope.org_id, "person": scope.person_id}).first()
    return Import(*found) if found else None


def select_living(conn: Connection, import_id: str) -> Import | None:
    """For who writes it: it may have been explained anew, or dropped, since the job began."""
    statement = f"SELECT {', '.join(COLUMNS)} FROM imports WHERE id = :id AND state <> 'dropped'"
    found = conn.execute(sa.text(statement), {"id": import_id}).first()
    return Import(*found) if found else None


# not written yet: something can still be, or nothing has been
OPEN = """state <> 'dropped' AND (state = 'mapping' OR EXISTS (SELECT 1 FROM import_rows r WHERE r.import_id = imports.id AND r.state = 'good')
  OR NOT EXISTS (SELECT 1 FROM import_rows r WHERE r.import_id = imports.id AND r.state = 'written'))"""


def count_open(conn: Connection, scope: Scope, since: int) -> int:
    """Files of one's own that came since and are neither written nor dropped."""
    statement = f"SELECT count(*) FROM imports WHERE org_id = :org AND created_at >= :since AND by_person = :person AND {OPEN}"
    return int(conn.execute(sa.text(statement), {"org": scope.org_id, "since": since, "person": scope.person_id}).scalar_one())


def select_imports(conn: Connection, scope: Scope, limit: int, most_open: int) -> list[Import]:
    """The newest, and whatever is open, so that it can be found and dropped."""
    mine = f"SELECT {', '.join(COLUMNS)} FROM imports WHERE org_id = :org AND by_person = :person AND"
    statement = (
        f"SELECT * FROM ({mine} state <> 'dropped' ORDER BY created_at DESC, id LIMIT :limit) newest"
        f" UNION SELECT * FROM ({mine} {OPEN} ORDER BY created_at DESC, id LIMIT :open) unwritten ORDER BY created_at DESC, id"
    )
    values = {"org": scope.org_id, "person": scope.person_id, "limit": limit, "open": most_open}
    return [Import(*row) for row in conn.execute(sa.text(statement), values)]


def is_under_way(conn: Connection, scope: Scope, import_id: str) -> bool:
    """Whether a job that writes it waits or runs."""
    rows = conn.execute(
        sa.text("SELECT asked FROM jobs WHERE asked_by = :person AND org_id = :org AND kind = 'import' AND ended_at IS NULL"),
        {"person": scope.person_id, "org": scope.org_id},
    )
    return any(json.loads(row[0])["import"] == import_id for row in rows)


def select_stale(conn: Connection, before: int) -> list[str]:
    rows = conn.execute(sa.text("SELECT id FROM imports WHERE created_at < :before AND state <> 'dropped'"), {"before": before})
    return [row[0] for row in rows]


def delete_rows(conn: Connection, import_id: str, keep: Collection[int]) -> None:
    """All but those that are written."""
    kept = " AND state <> 'written'" if keep else ""
    conn.execute(sa.text(f"DELETE FROM import_rows WHERE import_id = :id{kept}"), {"id": import_id})


def select_every_row(conn: Connection, import_id: str) -> list[ImportRow]:
    rows = conn.execute(sa.text(f"SELECT {', '.join(ROW)} FROM import_rows WHERE import_id = :id ORDER BY row"), {"id": import_id})
    return [ImportRow(*row) for row in rows]


def update_rows(conn: Connection, rows: Sequence[ImportRow]) -> None:
    upsert_many(conn, "import_rows", ("import_id", "row"), ROW, rows)


def count_rows(conn: Connection, import_id: str) -> dict[str, int]:
    rows = conn.execute(sa.text("SELECT state, count(*) FROM import_rows WHERE import_id = :id GROUP BY state"), {"id": import_id})
    return {row[0]: row[1] for row in rows}


def count_words(conn: Connection, import_id: str) -> dict[str, int]:
    """How many rows have each word."""
    rows = conn.execute(sa.text("SELECT words, count(*) FROM import_rows WHERE import_id = :id AND words <> '[]' GROUP BY words"), {"id": import_id})
    found: dict[str, int] = {}
    for words, count in rows:
        for word in json.loads(words):
            found[word] = found.get(word, 0) + count
    return found


def select_rows(conn: Connection, import_id: str, state: str | None, word: str | None, place: tuple[int, int]) -> tuple[list[ImportRow], int]:
    """A page (`place` is offset and limit) and how many there are. With no state: those somebody should look at, faults before hints;
    that a class will be made is said of all its rows at once, and so of none unless it is asked for."""
    where, values = ["import_id = :id"], {"id": import_id, "state": state, "word": f'%"{word}"%'}
    where.append("state = :state" if state else "words NOT IN ('[]', '[\"class_new\"]')" if not word else "words <> '[]'")
    first = "" if state else "CASE state WHEN 'bad' THEN 0 ELSE 1 END, "
    if word:
        where.append("words LIKE :word")
    condition = " AND ".join(where)
    total = conn.execute(sa.text(f"SELECT count(*) FROM import_rows WHERE {condition}"), values).scalar_one()
    rows = conn.execute(
        sa.text(f"SELECT {', '.join(ROW)} FROM import_rows WHERE {condition} ORDER BY {first}row LIMIT :limit OFFSET :offset"),
        values | {"offset": place[0], "limit": place[1]},
    )
    return [ImportRow(*row) for row in rows], int(total)


def select_next_rows(conn: Connection, import_id: str, state: str, after: int, limit: int) -> list[ImportRow]:
    statement = f"SELECT {', '.join(ROW)} FROM import_rows WHERE import_id = :id AND state = :state AND row > :after ORDER BY row LIMIT :limit"
    rows = conn.execute(sa.text(statement), {"id": import_id, "state": state, "after": after, "limit": limit})
    return [ImportRow(*row) for row in rows]


# --- headings somebody has explained -------------------------------------------------------------------------------


def select_headings(conn: Connection, org_id: str, kind: str) -> dict[str, str]:
    rows = conn.execute(sa.text("SELECT heading, field FROM headings WHERE org_id = :org AND kind = :kind"), {"org": org_id, "kind": kind})
    return {row[0]: row[1] for row in rows}


def upsert_headings(conn: Connection, org_id: str, kind: str, said: Mapping[str, str]) -> None:
    rows = [(org_id, kind, heading, field) for heading, field in sorted(said.items())]
    upsert_many(conn, "headings", ("org_id", "kind", "heading"), ("org_id", "kind", "heading", "field"), rows)
