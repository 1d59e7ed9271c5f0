"""Claims: which confirmed one holds hours of another, which took whose place, and what its books have been told since it was made."""

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed
from server.store.days import begin_of

NAMED = ("id", "form", "month", "class_name", "asker", "second", "decided_at")
CHOSEN = "x.id, x.form, x.month, c.name, a.name, s.name, x.decided_at"
PEOPLE = "JOIN classes c ON c.id = x.class_id JOIN people a ON a.id = x.asked_by LEFT JOIN people s ON s.id = x.second_person"
# the books a claim rests on: once it is made those it was made of, before that those it will be made of
MADE = ("export_books k ON k.export_id = m.id", "k.book_id")
ASKED = ("books k ON k.class_id = m.class_id AND (m.enterprise_id IS NULL OR k.enterprise_id = m.enterprise_id)", "k.id")
# The same in another format, to be signed and stamped, is the same claim. One that was replaced no longer holds what the one in its place
# holds; of another book or month it still does.
EARLIER = (
    f"SELECT DISTINCT m.id, m.month, x.made_at, {CHOSEN} FROM exports m JOIN {{0}} JOIN export_books o ON o.book_id = {{1}}"
    f" JOIN exports x ON x.id = o.export_id {PEOPLE} WHERE m.id AMONG AND m.aim = 'claim' AND x.id <> m.id AND x.aim = 'claim'"
    " AND x.outcome = 'confirmed' AND x.form = m.form AND (x.format = m.format OR x.content_hash <> m.content_hash OR m.content_hash IS NULL)"
    " AND (m.month IS NULL OR x.month IS NULL OR x.month = m.month)"
    " AND NOT EXISTS (SELECT 1 FROM export_replaced p JOIN exports r ON r.id = p.export_id"
    " JOIN export_books h ON h.export_id = r.id AND h.book_id = o.book_id"
    " WHERE p.earlier_id = x.id AND (r.month IS NULL OR r.month = x.month OR r.month = m.month)) ORDER BY x.decided_at, x.id"
)
REPLACED = (
    f"SELECT p.{{0}}, {CHOSEN} FROM export_replaced p JOIN exports x ON x.id = p.{{1}} {PEOPLE} WHERE p.{{0}} AMONG"
    " ORDER BY x.decided_at, x.id"
)
Named = dict[str, list[dict[str, Any]]]


def select_earlier(conn: Connection, ids: Collection[str], made: bool) -> Named:
    """For each of these claims the confirmed ones of the same form that hold hours of one of its books and months."""
    found: Named = {}
    for mine, month, made_at, *named in fetch_listed(conn, EARLIER.format(*(MADE if made else ASKED)), ids) if ids else ():
        is_over = month is None or named[NAMED.index("month")] is not None or made_at >= _end_of(month)
        if is_over:
            found.setdefault(mine, []).append(dict(zip(NAMED, named, strict=True)))
    return found


def _end_of(month: str) -> int:
    """A claim of everything holds the months that were over when it was made: no other could be locked."""
    year, number = int(month[:4]), int(month[5:])
    return begin_of(f"{year + number // 12}-{number % 12 + 1:02}-01")


def select_replaced(conn: Connection, ids: Collection[str]) -> tuple[Named, Named]:
    """Whose place each of these has taken, and which have taken its own."""
    found: tuple[Named, Named] = ({}, {})
    for side, columns in zip(found, (("export_id", "earlier_id"), ("earlier_id", "export_id")), strict=True):
        for mine, *named in fetch_listed(conn, REPLACED.format(*columns), ids) if ids else ():
            side.setdefault(mine, []).append(dict(zip(NAMED, named, strict=True)))
    return found


def insert_replaced(conn: Connection, export_id: str, earlier: Collection[str]) -> None:
    for earlier_id in sorted(earlier):
        conn.execute(sa.text("INSERT INTO export_replaced (export_id, earlier_id) VALUES (:id, :earlier)"), {"id": export_id, "earlier": earlier_id})


def select_moved(conn: Connection, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Entries of its time that are not as they were when it was made, or were not there. It tells of its month, and in its summary of all
    the months before."""
    last = f"{found['month']}-31" if found["month"] else "9999-12-31"
    statement = (
        "SELECT d.body FROM export_books k JOIN documents d ON d.book_id = k.book_id AND d.seq > k.seq"
        " JOIN entries e ON e.book_id = d.book_id AND e.id = d.id WHERE k.export_id = :id AND e.day <= :last"
    )
    return [json.loads(row[0]) for row in conn.execute(sa.text(statement), {"id": found["id"], "last": last})]


def select_ops_since(conn: Connection, export_id: str) -> list[str]:
    """What its books have been told since it was made."""
    statement = "SELECT o.jws FROM export_books k JOIN ops o ON o.book_id = k.book_id AND o.seq > k.seq WHERE k.export_id = :id"
    return [row[0] for row in conn.execute(sa.text(statement), {"id": export_id})]
