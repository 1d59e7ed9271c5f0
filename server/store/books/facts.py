"""Facts for the desk: what documents say, in columns. All of it is written beside the documents and can be rebuilt from them."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.books import Belongs, belongs
from server.store.books.bulk import fetch, fetch_listed, upsert_many
from server.store.books.worth import Worth, worth_of
from sync.book import Doc, claimed_minutes, confirmed_minutes, credited_minutes

ENTRY = (
    "book_id", "id", "person_id", *Belongs._fields, "day", "state", "module", "place_kind", "place",
    "claimed_minutes", "confirmed_minutes", "counted_minutes", "reasons", "credited_minutes", "rivals", "clean", "grade", "moved_at", "text",
)  # fmt: skip
PRESENCE = ("book_id", "id", "person_id", "base_id", "day", "start_minute", "end_minute", "session_id")
RESULT = (
    "book_id", "id", "person_id", "state", "day", "level", "competition", "event", "rank", "claimed_at", "rivals",
)  # fmt: skip
PHOTO_NAME = ("sha256", "book_id")
MEMBER = ("book_id", "id", "person_id", "role", "from_day", "to_day")
# table -> (its key, its columns beginning with the key)
FACTS = {
    "entries": (("book_id", "id"), ENTRY),
    "presences": (("book_id", "id"), PRESENCE),
    "results": (("book_id", "id"), RESULT),
    "photo_names": (PHOTO_NAME, PHOTO_NAME),
    "members": (("book_id", "id"), MEMBER),
}
DATED = ("entry", "presence")
# every document of the days on which something of :ids, days and ids of documents, stands now or stood before
NEIGHBOURS = f"""
WITH days AS (
    SELECT day FROM entries WHERE book_id = :book AND id AMONG UNION SELECT day FROM presences WHERE book_id = :book AND id AMONG
    UNION SELECT day FROM entries WHERE book_id = :book AND day AMONG UNION SELECT day FROM presences WHERE book_id = :book AND day AMONG
), near AS (
    SELECT e.id, {", ".join(f"e.{column}" for column in ENTRY[2:])} FROM days JOIN entries e ON e.book_id = :book AND e.day = days.day
    UNION ALL
    SELECT p.id, NULL, NULL, NULL, NULL, p.day, {", ".join(["NULL"] * (len(ENTRY) - 7))}
    FROM days JOIN presences p ON p.book_id = :book AND p.day = days.day
)
SELECT d.body, near.* FROM near JOIN documents d ON d.book_id = :book AND d.id = near.id
"""
Rows = set[tuple[Any, ...]]


def facts_of(book_id: str, docs: Collection[Doc]) -> dict[str, Rows]:
    """What the documents of a whole book say, as rows of each table of facts."""
    head = next((doc for doc in docs if doc["id"] == book_id), None)
    members = {member for doc in docs if doc["kind"] in ("book", "me", "base") for member in _members(doc)}
    is_book = head is not None and head["kind"] == "book"
    return {
        "entries": _entries(head, docs) if is_book and head else set(), "presences": _presences(head, docs) if is_book and head else set(),
        "results": _results(head, docs) if is_book and head else set(), "photo_names": photo_names(book_id, docs), "members": members,
    }  # fmt: skip


def write_facts(conn: Connection, head: Doc, changed: Mapping[str, Doc], photos: Collection[str]) -> None:
    """The facts of the documents of a book that have just changed, and of what shares a day with them; and all photos that were
    named on the way there. The documents themselves have been written."""
    book_id, docs = head["id"], changed.values()
    before: Rows = set()
    dated = {doc["id"]: doc for doc in docs if doc["kind"] in DATED}
    if head["kind"] == "book" and (dated or book_id in changed):
        near, before = _near(conn, book_id, None if book_id in changed else dated)
        dated = near | dated
    rows = {
        "entries": _entries(head, dated.values()) - before if head["kind"] == "book" else set(),
        "presences": _presences(head, docs),
        "results": _results(head, docs),
        "photo_names": photo_names(book_id, docs) | {(sha256, book_id) for sha256 in photos},
        "members": set(_members(head)) if book_id in changed else set(),
    }
    for table, those in rows.items():
        key, columns = FACTS[table]
        upsert_many(conn, table, key, columns, sorted(those, key=lambda row: row[:2]))


def _near(conn: Connection, book_id: str, dated: Mapping[str, Doc] | None) -> tuple[dict[str, Doc], Rows]:
    """Everything on the days of these documents, or of the whole book when its head changed; and the rows entries had."""
    if dated is None:
        bodies = fetch(
            conn, "SELECT d.body FROM documents d JOIN (SELECT id FROM entries WHERE book_id = :book UNION ALL"
            " SELECT id FROM presences WHERE book_id = :book) n ON n.id = d.id WHERE d.book_id = :book", book=book_id,
        )  # fmt: skip
        found = fetch(conn, f"SELECT {', '.join(ENTRY)} FROM entries WHERE book_id = :book", book=book_id)
        return {doc["id"]: doc for doc in (json.loads(body) for (body,) in bodies)}, {tuple(row) for row in found}
    days = {doc["content"]["day"] if doc["kind"] == "entry" else doc["day"] for doc in dated.values()}
    rows = fetch_listed(conn, NEIGHBOURS, {*dated, *days}, book=book_id)
    return {row[1]: json.loads(row[0]) for row in rows}, {(book_id, *row[1:]) for row in rows if row[2] is not None}


def photo_names(book_id: str, docs: Collection[Doc]) -> Rows:
    """Photos of the current contents and of the rivals beside them; those of older contents have been named before."""
    contents = [
        content for doc in docs if doc["kind"] in ("entry", "result")
        for content in (doc["content"], *(rival["content"] for rival in doc["rivals"]))
    ]  # fmt: skip
    return {(sha256, book_id) for content in contents for sha256 in content["photos"]}


def _members(book: Doc) -> list[tuple[Any, ...]]:
    return [(book["id"], m["id"], m["person"], m["role"], m["from"], m["to"]) for m in book["members"]]


def _presences(head: Doc, docs: Collection[Doc]) -> Rows:
    return {
        (head["id"], doc["id"], head["apprentice"], doc["base"], doc["day"], doc["start"], doc["end"], doc.get("session"))
        for doc in docs if doc["kind"] == "presence"
    }  # fmt: skip


def _entries(head: Doc, docs: Collection[Doc]) -> Rows:
    return {_entry(head, doc, worth) for doc, worth in worth_of(head, docs)}


def _entry(head: Doc, doc: Doc, worth: Worth) -> tuple[Any, ...]:
    content = doc["content"]
    return (
        head["id"], doc["id"], doc["by"], *belongs(head), content["day"], doc["state"], content["module"], content["place_kind"],
        content["place"], claimed_minutes(content), confirmed_minutes(doc), worth.counted, worth.reasons, credited_minutes(doc), len(doc["rivals"]),
        worth.clean, worth.grade, worth.moved_at, content["text"],
    )  # fmt: skip


def _results(head: Doc, docs: Iterable[Doc]) -> Rows:
    return {_result(head, doc) for doc in docs if doc["kind"] == "result"}


def _result(head: Doc, doc: Doc) -> tuple[Any, ...]:
    """Whose it is says the book: a desk may have claimed it for him."""
    content = doc["content"]
    return (
        head["id"], doc["id"], head["apprentice"], doc["state"], content["day"], content["level"], content["competition"], content["event"],
        content["rank"], doc["at"], len(doc["rivals"]),
    )  # fmt: skip


def is_photo_of_member_ever(conn: Connection, sha256: str, person_id: str) -> bool:
    """Whether a book this person belongs to, or ever did, names the photo: his phone may bring it after his time is over."""
    statement = (
        "SELECT 1 FROM photo_names n JOIN members m ON m.book_id = n.book_id"
        " WHERE n.sha256 = :sha256 AND m.person_id = :person LIMIT 1"
    )
    return conn.execute(sa.text(statement), {"sha256": sha256, "person": person_id}).first() is not None
