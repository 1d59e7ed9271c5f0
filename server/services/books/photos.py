"""Photos that operations name: taken in when an operation of a book of the sender's names them, shown to who may see that book.

A book opens a photo when one of its people has brought the photo itself: to name the digest of another's shows nothing of it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.photos import clean_photo
from server.store.books import photos
from server.store.books.facts import is_photo_of_member_ever
from server.store.db import reading, writing
from server.store.host.slots import Slots
from sync.op import to_base64url

DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Quota:
    """What one person may store: bytes in all, photos in a day."""

    bytes: int = 300 * 1024 * 1024
    per_day: int = 60


QUOTA = Quota()


def _may_see(conn: Connection, person_id: str, sha256: str, today: str) -> bool:
    return photos.is_photo_of_member(conn, sha256, person_id, today) or photos.is_photo_on_desk_of(conn, sha256, person_id)


def has_photo(folder: Path, person_id: str, sha256: str, today: str) -> bool:
    """Whether the photo is here, as far as this person may know, and not awaited by any book of his: then he need not bring it."""
    with reading() as conn:
        shown = _may_see(conn, person_id, sha256, today) and not photos.is_still_to_bring(conn, sha256, person_id)
        file = photos.select_photo_file(conn, sha256) if shown else None
    return file is not None and photos.read_file(folder, file) is not None


def read_photo(folder: Path, person_id: str, sha256: str, today: str) -> bytes | Denial:
    with reading() as conn:
        file = photos.select_photo_file(conn, sha256) if _may_see(conn, person_id, sha256, today) else None
    found = photos.read_file(folder, file) if file else None
    return found if found is not None else Denial("not_found")


def keep_photo(
    slots: Slots, folder: Path, person_id: str, sha256: str, raw: bytes, file: str, now: int, quota: Quota = QUOTA
) -> Denial | None:
    """Hash, right, quota, and only then the decoder, which works in a child process. None: it is here."""
    if to_base64url(hashlib.sha256(raw).digest()) != sha256:
        return Denial("hash_differs")
    with reading() as conn:
        named = is_photo_of_member_ever(conn, sha256, person_id)
        stored = photos.select_photo_file(conn, sha256)
        usage = photos.select_usage(conn, person_id, now - DAY)
    if not named:
        return Denial("not_found")
    if stored is not None and photos.read_file(folder, stored) is not None:
        with writing() as conn:
            photos.insert_keepers(conn, sha256, person_id)
        return None
    if usage.bytes + len(raw) > quota.bytes or usage.lately >= quota.per_day:
        return Denial("quota_used_up", 3600)
    with slots.taken() as free:
        if not free:
            return Denial("busy", 2)
        clean = clean_photo(raw)
    if clean is None:
        return Denial("not_a_photo")
    photos.write_files(folder, file, raw, clean)
    with writing() as conn:
        inserted = photos.replace_photo(conn, sha256, file, len(raw), person_id, now, stored)
        photos.insert_keepers(conn, sha256, person_id)
    if not inserted:
        photos.delete_files(folder, file)
    return None
