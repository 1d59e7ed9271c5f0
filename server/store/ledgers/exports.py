"""The record of exports, and the files themselves beside the database."""

import base64
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.config import Config
from server.store.books.bulk import upsert_many
from server.store.desk.scope import Scope
from server.store.people.vault import Vault


class Order(NamedTuple):
    """What was asked for."""

    id: str
    form: str
    format: str
    aim: str
    college_id: str
    class_id: str
    enterprise_id: str | None
    month: str | None
    full_ids: bool
    reason: str | None
    asked_by: str
    asked_at: int


class Made(NamedTuple):
    """What the file turned out to be."""

    size: int
    sha256: str
    content_hash: str
    totals: dict[str, Any]
    data_key: str | None


MADE = ("made_at", "bytes", "sha256", "content_hash", "totals", "data_key", "second_person", "outcome", "outcome_reason", "decided_at")
SHOWN = (
    f"SELECT {', '.join(f'e.{name}' for name in (*Order._fields, *MADE))}, c.name AS class_name, o.name AS enterprise, p.name AS asker,"
    " s.name AS second, j.state, j.word, j.done, j.total, j.unit FROM exports e JOIN jobs j ON j.id = e.id"
    " JOIN classes c ON c.id = e.class_id LEFT JOIN orgs o ON o.id = e.enterprise_id JOIN people p ON p.id = e.asked_by"
    " LEFT JOIN people s ON s.id = e.second_person"
)
# An enterprise sees what is only about its own people.
SEEN = {
    "coordinator": "e.college_id = :scope_org",
    "enterprise_admin": "EXISTS (SELECT 1 FROM export_books x WHERE x.export_id = e.id) AND NOT EXISTS (SELECT 1 FROM export_books x"
    " JOIN books b ON b.id = x.book_id WHERE x.export_id = e.id AND b.enterprise_id <> :scope_org)"
    " OR e.enterprise_id = :scope_org",
}
NOTHING = ":scope_org IS NULL"


def _seen(scope: Scope) -> str:
    return f"({SEEN.get(scope.role, NOTHING)})"


def insert_order(conn: Connection, order: Order) -> None:
    names = ", ".join(Order._fields)
    conn.execute(sa.text(f"INSERT INTO exports ({names}) VALUES ({', '.join(f':{name}' for name in Order._fields)})"), order._asdict())


def select_order(conn: Connection, export_id: str) -> Order | None:
    """For who makes it."""
    found = conn.execute(sa.text(f"SELECT {', '.join(Order._fields)} FROM exports WHERE id = :id"), {"id": export_id}).first()
    return Order(*found) if found else None


def select_exports(conn: Connection, scope: Scope, limit: int, offset: int) -> list[dict[str, Any]]:
    statement = f"{SHOWN} WHERE {_seen(scope)} ORDER BY e.asked_at DESC, e.id LIMIT :limit OFFSET :offset"
    return [_shown(row) for row in conn.execute(sa.text(statement), {"limit": limit, "offset": offset, **scope.values})]


def count_exports(conn: Connection, scope: Scope) -> int:
    return int(conn.execute(sa.text(f"SELECT count(*) FROM exports e WHERE {_seen(scope)}"), scope.values).scalar_one())


def select_export(conn: Connection, scope: Scope, export_id: str) -> dict[str, Any] | None:
    found = conn.execute(sa.text(f"{SHOWN} WHERE e.id = :id AND {_seen(scope)}"), {"id": export_id, **scope.values}).first()
    return _shown(found) if found else None


def _shown(row: sa.Row[Any]) -> dict[str, Any]:
    found = dict(row._mapping)
    return found | {"totals": json.loads(found["totals"]) if found["totals"] else None, "full_ids": bool(found["full_ids"])}


def write_made(conn: Connection, export_id: str, made: Made, books: Iterable[tuple[str, int, str]], now: int) -> None:
    """Done again after a crash it is the same; `books` are (id, seq, chain)."""
    conn.execute(
        sa.text(
            "UPDATE exports SET made_at = :now, bytes = :size, sha256 = :sha256, content_hash = :content_hash, totals = :totals,"
            " data_key = :data_key WHERE id = :id AND outcome IS NULL"
        ),
        {**made._asdict(), "totals": json.dumps(made.totals, ensure_ascii=False), "now": now, "id": export_id},
    )
    conn.execute(sa.text("DELETE FROM export_books WHERE export_id = :id"), {"id": export_id})
    upsert_many(
        conn, "export_books", ("export_id", "book_id"), ("export_id", "book_id", "seq", "chain"), [(export_id, *row) for row in books]
    )


def update_outcome(conn: Connection, export_id: str, second: str, outcome: str, reason: str | None, now: int) -> bool:
    done = conn.execute(
        sa.text(
            "UPDATE exports SET second_person = :second, outcome = :outcome, outcome_reason = :reason, decided_at = :now"
            " WHERE id = :id AND outcome IS NULL AND made_at IS NOT NULL AND asked_by <> :second"
        ),
        {"id": export_id, "second": second, "outcome": outcome, "reason": reason, "now": now},
    )
    return done.rowcount == 1


def select_export_books(conn: Connection, export_id: str) -> dict[str, tuple[int, str]]:
    rows = conn.execute(sa.text("SELECT book_id, seq, chain FROM export_books WHERE export_id = :id"), {"id": export_id})
    return {row[0]: (row[1], row[2]) for row in rows}


def select_by_sha256(conn: Connection, scope: Scope, sha256: str) -> str | None:
    """An export that is this file to the byte."""
    statement = f"SELECT e.id FROM exports e WHERE e.sha256 = :sha256 AND {_seen(scope)} ORDER BY e.id LIMIT 1"
    return conn.execute(sa.text(statement), {"sha256": sha256, **scope.values}).scalar()


# --- the files -----------------------------------------------------------------------------------------------------


def folder_of(config: Config) -> Path:
    folder = config.home / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def file_of(config: Config, export_id: str, format_: str) -> Path:
    return folder_of(config) / f"{export_id}.{format_}"


@contextmanager
def bench(config: Config, export_id: str) -> Iterator[Path]:
    """A folder for what is being made; a crash leaves it, and who begins again clears it away."""
    folder = folder_of(config) / f"{export_id}.making"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def seal_file(vault: Vault, export_id: str, draft: Path) -> str:
    """A file with whole ID numbers lies on the disk under a key of its own; the key, wrapped."""
    wrapped = vault.make_key(f"export {export_id}")
    sealed = vault.box(f"export {export_id}", wrapped).seal("file", base64.b64encode(draft.read_bytes()).decode("ascii"))
    draft.write_text(sealed, "ascii")
    return wrapped


def read_file(vault: Vault, export_id: str, wrapped: str | None, path: Path) -> bytes:
    if wrapped is None:
        return path.read_bytes()
    return base64.b64decode(vault.box(f"export {export_id}", wrapped).unseal("file", path.read_text("ascii")))
