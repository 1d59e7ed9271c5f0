"""The record of exports, and the files themselves beside the database."""

import base64
import json
import os
import re
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
from server.store.ledgers import classbooks
from server.store.ledgers.classbooks import Chosen
from server.store.people.vault import Vault

FOLDER = "exports"
FILE_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(xlsx|pdf|csv)")


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
    " s.name AS second, j.role AS asker_role, j.state, j.word, j.done, j.total, j.unit FROM exports e JOIN jobs j ON j.id = e.id"
    " JOIN classes c ON c.id = e.class_id LEFT JOIN orgs o ON o.id = e.enterprise_id JOIN people p ON p.id = e.asked_by"
    " LEFT JOIN people s ON s.id = e.second_person"
)
# An enterprise sees what is only about its own people.
SEEN = {
    "coordinator": "e.college_id = :scope_org",
    "enterprise_admin": "EXISTS (SELECT 1 FROM export_books x WHERE x.export_id = e.id) AND NOT EXISTS (SELECT 1 FROM export_books x"
    " LEFT JOIN books b ON b.id = x.book_id AND b.enterprise_id = :scope_org WHERE x.export_id = e.id AND b.id IS NULL)"
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


def select_columns(conn: Connection, export_id: str) -> dict[str, list[Chosen]]:
    """The columns its forms have: those that were the college's when it was asked for."""
    statement = "SELECT j.asked, e.college_id FROM exports e JOIN jobs j ON j.id = e.id WHERE e.id = :id"
    found = conn.execute(sa.text(statement), {"id": export_id}).first()
    if found is None:
        return {}
    kept: dict[str, list[Any]] | None = json.loads(found.asked).get("columns")
    if kept is None:
        return classbooks.select_chosen_columns(conn, found.college_id)
    return {form: classbooks.read_columns(columns) for form, columns in kept.items()}


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


def select_made(conn: Connection, export_id: str) -> Made | None:
    """For who makes it: what it is already, if a worker before him came so far."""
    statement = "SELECT bytes, sha256, content_hash, totals, data_key FROM exports WHERE id = :id AND made_at IS NOT NULL"
    found = conn.execute(sa.text(statement), {"id": export_id}).first()
    return Made(found.bytes, found.sha256, found.content_hash, json.loads(found.totals), found.data_key) if found else None


def write_made(conn: Connection, export_id: str, made: Made, books: Iterable[tuple[str, int, str]], now: int) -> bool:
    """False when it has been made before; `books` are (id, seq, chain)."""
    done = conn.execute(
        sa.text(
            "UPDATE exports SET made_at = :now, bytes = :size, sha256 = :sha256, content_hash = :content_hash, totals = :totals,"
            " data_key = :data_key WHERE id = :id AND made_at IS NULL"
        ),
        {**made._asdict(), "totals": json.dumps(made.totals, ensure_ascii=False), "now": now, "id": export_id},
    )
    if done.rowcount != 1:
        return False
    upsert_many(
        conn, "export_books", ("export_id", "book_id"), ("export_id", "book_id", "seq", "chain"), [(export_id, *row) for row in books]
    )
    return True


def update_words(conn: Connection, export_id: str, words: dict[str, Any]) -> None:
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    conn.execute(sa.text("UPDATE exports SET words = :words WHERE id = :id"), {"words": text, "id": export_id})


def select_words(conn: Connection, export_id: str) -> dict[str, Any] | None:
    """What was called how when it was made; None for a file made before that was kept."""
    found = conn.execute(sa.text("SELECT words FROM exports WHERE id = :id"), {"id": export_id}).scalar()
    return json.loads(found) if found else None


def select_export_of_file(conn: Connection, scope: Scope, sha256: str) -> dict[str, Any] | None:
    """The export that is this very file."""
    statement = f"{SHOWN} WHERE e.sha256 = :sha256 AND {_seen(scope)} ORDER BY e.asked_at DESC, e.id LIMIT 1"
    found = conn.execute(sa.text(statement), {"sha256": sha256, **scope.values}).first()
    return _shown(found) if found else None


def select_order_of_file(conn: Connection, sha256: str) -> Order | None:
    """For the operator, who is at no desk."""
    found = conn.execute(sa.text("SELECT id FROM exports WHERE sha256 = :sha256 ORDER BY asked_at DESC, id LIMIT 1"), {"sha256": sha256}).scalar()
    return select_order(conn, found) if found else None


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


class Kept(NamedTuple):
    """A file that was made: what it was then."""

    id: str
    format: str
    sha256: str
    data_key: str | None


def select_kept(conn: Connection) -> list[Kept]:
    rows = conn.execute(sa.text(f"SELECT {', '.join(Kept._fields)} FROM exports WHERE made_at IS NOT NULL ORDER BY id"))
    return [Kept(*row) for row in rows]


def select_made_files(conn: Connection) -> list[str]:
    """The names of all files there are to keep."""
    rows = conn.execute(sa.text("SELECT id, format FROM exports WHERE made_at IS NOT NULL ORDER BY id"))
    return [f"{row[0]}.{row[1]}" for row in rows]


# --- the files -----------------------------------------------------------------------------------------------------


def folder_of(config: Config) -> Path:
    folder = config.home / FOLDER
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


def keep_file(config: Config, export_id: str, format_: str, draft: Path) -> None:
    """The draft becomes the file; on the disk for certain before its record is."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(draft, file_of(config, export_id, format_))


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
