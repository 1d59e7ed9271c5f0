"""Facts for the desk: what documents say, in columns. All of it is written beside the documents and can be rebuilt from them."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import upsert_many
from sync.book import Doc, claimed_minutes, confirmed_minutes, credited_minutes

ENTRY = (
    "book_id", "id", "person_id", "day", "state", "module", "place_kind",
    "claimed_minutes", "confirmed_minutes", "credited_minutes", "rivals",
)  # fmt: skip
PHOTO_NAME = ("sha256", "book_id")
MEMBER = ("book_id", "id", "person_id", "role", "from_day", "to_day")
# table -> (its key, its columns beginning with the key)
FACTS = {
    "entries": (("book_id", "id"), ENTRY),
    "photo_names": (PHOTO_NAME, PHOTO_NAME),
    "members": (("book_id", "id"), MEMBER),
}


def facts_of(book_id: str, docs: Collection[Doc]) -> dict[str, set[tuple[Any, ...]]]:
    """What these documents say, as rows of each table of facts."""
    members = {member for doc in docs if doc["kind"] in ("book", "me", "base") for member in _members(doc)}
    entries = {_entry(book_id, doc) for doc in docs if doc["kind"] == "entry"}
    return {"entries": entries, "photo_names": _photo_names(book_id, docs), "members": members}


def write_facts(conn: Connection, book_id: str, docs: Collection[Doc], photos: Collection[str]) -> None:
    """The facts of the documents that have just changed, and all photos that were named on the way there."""
    facts = facts_of(book_id, docs)
    facts["photo_names"] |= {(sha256, book_id) for sha256 in photos}
    for table, rows in facts.items():
        key, columns = FACTS[table]
        upsert_many(conn, table, key, columns, sorted(rows, key=lambda row: row[:2]))


def _photo_names(book_id: str, docs: Collection[Doc]) -> set[tuple[Any, ...]]:
    """Photos of the current contents and of the rivals beside them; those of older contents have been named before."""
    contents = [
        content for doc in docs if doc["kind"] in ("entry", "result")
        for content in (doc["content"], *(rival["content"] for rival in doc["rivals"]))
    ]  # fmt: skip
    return {(sha256, book_id) for content in contents for sha256 in content["photos"]}


def _members(book: Doc) -> list[tuple[Any, ...]]:
    return [(book["id"], m["id"], m["person"], m["role"], m["from"], m["to"]) for m in book["members"]]


def _entry(book_id: str, doc: Doc) -> tuple[Any, ...]:
    content = doc["content"]
    return (
        book_id, doc["id"], doc["by"], content["day"], doc["state"], content["module"], content["place_kind"],
        claimed_minutes(content), confirmed_minutes(doc), credited_minutes(doc), len(doc["rivals"]),
    )  # fmt: skip


def select_entries(
    conn: Connection, college_id: str, after: tuple[str, str, str], limit: int, wanted: dict[str, str]
) -> Sequence[sa.Row[Any]]:
    """A page of a college's entries, by book, day and id, narrowed by exact state, book and days."""
    narrow = {
        "book": " AND e.book_id = :book", "state": " AND e.state = :state",
        "day_from": " AND e.day >= :day_from", "day_to": " AND e.day <= :day_to",
    }  # fmt: skip
    chosen = "".join(narrow[name] for name in wanted)
    statement = (
        f"SELECT e.{', e.'.join(ENTRY)} FROM books b JOIN entries e ON e.book_id = b.id WHERE b.college_id = :college"
        f" AND (e.book_id, e.day, e.id) > (:book_after, :day_after, :id_after){chosen}"
        " ORDER BY e.book_id, e.day, e.id LIMIT :limit"
    )
    values = {"college": college_id, "book_after": after[0], "day_after": after[1], "id_after": after[2], "limit": limit}
    return conn.execute(sa.text(statement), {**values, **wanted}).fetchall()


def is_photo_of_member_ever(conn: Connection, sha256: str, person_id: str) -> bool:
    """Whether a book this person belongs to, or ever did, names the photo: his phone may bring it after his time is over."""
    statement = (
        "SELECT 1 FROM photo_names n JOIN members m ON m.book_id = n.book_id"
        " WHERE n.sha256 = :sha256 AND m.person_id = :person LIMIT 1"
    )
    return conn.execute(sa.text(statement), {"sha256": sha256, "person": person_id}).first() is not None
