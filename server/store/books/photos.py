"""Photos: what is known of each, and the files beside the database. A file's name is random and ours; nothing a client sent becomes a path."""

import os
import re
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.books import MEMBER_TODAY

FILE_NAME = re.compile(r"[0-9a-f]{32}")


class Usage(NamedTuple):
    """What a person has stored: bytes in all, and photos since some moment."""

    bytes: int
    lately: int


def select_photo_file(conn: Connection, sha256: str) -> str | None:
    return conn.execute(sa.text("SELECT file FROM photos WHERE sha256 = :sha256"), {"sha256": sha256}).scalar()


def is_photo_of_member(conn: Connection, sha256: str, person_id: str, today: str) -> bool:
    """Whether a book this person belongs to today keeps the photo."""
    statement = f"SELECT 1 FROM photo_keepers n JOIN members m ON m.book_id = n.book_id WHERE n.sha256 = :sha256 AND {MEMBER_TODAY} LIMIT 1"
    return conn.execute(sa.text(statement), {"sha256": sha256, "person": person_id, "today": today}).first() is not None


def is_still_to_bring(conn: Connection, sha256: str, person_id: str) -> bool:
    """Whether a book of this person's names the photo and none of its people has brought it: there it cannot be seen yet."""
    found = conn.execute(
        sa.text(
            "SELECT 1 FROM photo_names n JOIN members m ON m.book_id = n.book_id WHERE n.sha256 = :sha256 AND m.person_id = :person"
            " AND NOT EXISTS (SELECT 1 FROM photo_keepers k WHERE k.sha256 = n.sha256 AND k.book_id = n.book_id) LIMIT 1"
        ),
        {"sha256": sha256, "person": person_id},
    )
    return found.first() is not None


def insert_keepers(conn: Connection, sha256: str, person_id: str) -> None:
    """Who has brought the photo opens it in all his books that name it."""
    conn.execute(
        sa.text(
            "INSERT INTO photo_keepers (sha256, book_id) SELECT DISTINCT n.sha256, n.book_id FROM photo_names n"
            " JOIN members m ON m.book_id = n.book_id WHERE n.sha256 = :sha256 AND m.person_id = :person ON CONFLICT DO NOTHING"
        ),
        {"sha256": sha256, "person": person_id},
    )


def is_photo_on_desk_of(conn: Connection, sha256: str, person_id: str) -> bool:
    """Whether a book of this person's college or enterprise keeps the photo."""
    found = conn.execute(
        sa.text(
            "SELECT 1 FROM photo_keepers n JOIN books b ON b.id = n.book_id JOIN roles r ON r.person_id = :person"
            " AND ((r.role = 'coordinator' AND r.org_id = b.college_id)"
            " OR (r.role = 'enterprise_admin' AND r.org_id = b.enterprise_id)) WHERE n.sha256 = :sha256 LIMIT 1"
        ),
        {"sha256": sha256, "person": person_id},
    ).first()
    return found is not None


def select_usage(conn: Connection, person_id: str, since: int) -> Usage:
    found = conn.execute(
        sa.text(
            "SELECT coalesce(sum(bytes), 0), coalesce(sum(CASE WHEN stored_at > :since THEN 1 ELSE 0 END), 0)"
            " FROM photos WHERE by_person = :person"
        ),
        {"person": person_id, "since": since},
    ).one()
    return Usage(int(found[0]), int(found[1]))


def replace_photo(
    conn: Connection, sha256: str, file: str, size: int, person_id: str, now: int, gone: str | None
) -> bool:
    """`gone` names the file a restore has lost. False when the same photo arrived another way meanwhile."""
    done = conn.execute(
        sa.text(
            "INSERT INTO photos (sha256, file, bytes, by_person, stored_at) VALUES (:sha256, :file, :bytes, :person, :now)"
            " ON CONFLICT (sha256) DO UPDATE SET file = excluded.file WHERE photos.file = :gone"
        ),
        {"sha256": sha256, "file": file, "bytes": size, "person": person_id, "now": now, "gone": gone},
    )
    return done.rowcount == 1


def write_files(folder: Path, name: str, original: bytes, shown: bytes) -> None:
    """`<name>.orig` keeps what was hashed and is never served; `<name>` is what we made of it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for path, content in ((_path(folder, f"{name}.orig"), original), (_path(folder, name), shown)):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def delete_files(folder: Path, name: str) -> None:
    for path in (_path(folder, name), _path(folder, f"{name}.orig")):
        path.unlink(missing_ok=True)


def read_file(folder: Path, name: str) -> bytes | None:
    """None when the file is gone, as after a restore without the blobs: the phone sends it again."""
    path = _path(folder, name)
    return path.read_bytes() if path.is_file() else None


def _path(folder: Path, name: str) -> Path:
    if not FILE_NAME.fullmatch(name.removesuffix(".orig")):
        raise ValueError("not a file name of ours")
    return folder / name
