"""Traces of entries, by which books are compared without being read, and what else flags are found in. Whoever computes flags has no
desk: nothing here takes a Scope, and nothing here is shown to anybody."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch, fetch_listed, upsert_many

# one at a time: two workers never look at the same book at once
LOCK = 7_413_005
# table -> its columns, the key first
TRACES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "flag_entries": (
        ("book_id", "entry_id"),
        ("book_id", "entry_id", "person_id", "day", "start_minute", "end_minute", "shared", "written_at"),
    ),
    "flag_seals": (
        ("op_id",), ("op_id", "book_id", "entry_id", "by_person", "at", "device_id", "day", "minutes", "standing"),
    ),
    "flag_photos": (("sha256", "book_id", "entry_id"), ("sha256", "book_id", "entry_id", "person_id", "day")),
    "flag_prints": (("band", "book_id", "entry_id"), ("band", "book_id", "entry_id", "college_id")),
}  # fmt: skip
SEAL = "s.op_id, s.book_id, s.entry_id, s.by_person, s.at, s.device_id, s.day, s.minutes, s.standing"
Rows = set[tuple[Any, ...]]


class Sent(NamedTuple):
    """When an operation reached us, and by which key."""

    id: str
    device_id: str
    received_at: int


class Whose(NamedTuple):
    """A book's organisations."""

    id: str
    college_id: str
    enterprise_id: str | None


def select_unlooked(conn: Connection, version: int, most: int) -> list[str]:
    """Books of colleges that have changed since they were looked at, or never were."""
    return [row[0] for row in fetch(
        conn,
        "SELECT b.id FROM books b LEFT JOIN flag_looks l ON l.book_id = b.id WHERE b.college_id IS NOT NULL"
        " AND (l.seq IS NULL OR l.seq <> b.seq OR l.version <> :version) ORDER BY b.id LIMIT :most",
        version=version, most=most,
    )]  # fmt: skip


def lock_looking(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def delete_looks_of(conn: Connection, book_ids: Collection[str]) -> None:
    """What stands beside these books has changed: they are looked at again."""
    if book_ids:
        statement = sa.text("DELETE FROM flag_looks WHERE book_id IN :ids").bindparams(sa.bindparam("ids", expanding=True))
        conn.execute(statement, {"ids": sorted(book_ids)})


def upsert_look(conn: Connection, book_id: str, seq: int, version: int) -> None:
    upsert_many(conn, "flag_looks", ("book_id",), ("book_id", "seq", "version"), [(book_id, seq, version)])


def delete_looks(conn: Connection) -> None:
    conn.execute(sa.text("DELETE FROM flag_looks"))


def select_sent(conn: Connection, book_id: str) -> list[Sent]:
    rows = fetch(conn, "SELECT id, device_id, received_at FROM ops WHERE book_id = :book AND seq > 0", book=book_id)
    return [Sent(*row) for row in rows]


def select_own_jws(conn: Connection, book_id: str) -> list[str]:
    """What the server itself wrote into a book: the decisions of its desk."""
    return [row[0] for row in fetch(
        conn,
        "SELECT o.jws FROM ops o JOIN devices d ON d.id = o.device_id"
        " WHERE o.book_id = :book AND o.seq > 0 AND d.status = 'server' ORDER BY o.seq",
        book=book_id,
    )]  # fmt: skip


def select_params(conn: Connection, college_id: str) -> dict[str, Any]:
    """The thresholds of the newest rule set of this college that has any."""
    rows = conn.execute(
        sa.text(
            "SELECT r.rules FROM rule_sets r WHERE r.id IN (SELECT rule_set_id FROM plans WHERE org_id = :college)"
            " ORDER BY r.valid_from DESC, r.id"
        ),
        {"college": college_id},
    )
    named = (json.loads(row[0]).get("flags") for row in rows)
    return next((flags for flags in named if isinstance(flags, dict)), {})


def select_whose(conn: Connection, book_ids: Collection[str]) -> dict[str, Whose]:
    statement = "SELECT id, college_id, enterprise_id FROM books WHERE college_id IS NOT NULL AND id AMONG"
    return {row[0]: Whose(*row) for row in fetch_listed(conn, statement, book_ids)}


def select_apprentices(conn: Connection, book_ids: Collection[str]) -> dict[str, str]:
    """Whose each of these books is."""
    return dict(fetch_listed(conn, "SELECT book_id, person_id FROM members WHERE role = 'apprentice' AND book_id AMONG", book_ids))


def select_terms(conn: Connection, book_id: str) -> list[tuple[Any, ...]]:
    """The registered agreements of a book: first and last day, insured from and to."""
    rows = fetch(
        conn,
        "SELECT from_day, to_day, ended_on, insured_from, insured_to FROM agreements WHERE book_id = :book ORDER BY from_day",
        book=book_id,
    )
    return [(row[0], min(row[1], row[2] or row[1]), row[3], row[4]) for row in rows]


# --- a book's traces -----------------------------------------------------------------------------------------------


def replace_traces(conn: Connection, table: str, book_id: str, wanted: Rows) -> Rows:
    """The rows that are new or gone, each as it is or was."""
    key, columns = TRACES[table]
    there = {tuple(row) for row in conn.execute(
        sa.text(f"SELECT {', '.join(columns)} FROM {table} WHERE book_id = :book"), {"book": book_id}
    )}  # fmt: skip
    new, gone = wanted - there, there - wanted
    where = {name: at for at, name in enumerate(columns)}
    kept = {tuple(row[where[name]] for name in key) for row in new}
    old = [row for row in gone if tuple(row[where[name]] for name in key) not in kept]
    if old:
        statement = sa.text(f"DELETE FROM {table} WHERE " + " AND ".join(f"{name} = :{name}" for name in key))
        conn.execute(statement, [{name: row[where[name]] for name in key} for row in old])
    ordered = (*key, *(name for name in columns if name not in key))
    upsert_many(conn, table, key, ordered, sorted(tuple(row[where[name]] for name in ordered) for row in new))
    return new | gone


# --- what crosses books ---------------------------------------------------------------------------------------------


def select_seals_between(conn: Connection, college_id: str, signer: str, first: int, last: int) -> list[tuple[Any, ...]]:
    """What somebody signed in this college's books from a moment until before another."""
    return fetch(
        conn,
        f"SELECT {SEAL} FROM flag_seals s JOIN books b ON b.id = s.book_id"
        " WHERE s.by_person = :signer AND s.at >= :first AND s.at < :last AND b.college_id = :college ORDER BY s.at, s.op_id",
        signer=signer, first=first, last=last, college=college_id,
    )  # fmt: skip


def select_first_seal(conn: Connection, college_id: str, signer: str, other_than: str) -> int | None:
    """When somebody first signed here with another key than this one."""
    found = fetch(
        conn,
        "SELECT s.at FROM flag_seals s JOIN books b ON b.id = s.book_id WHERE s.by_person = :signer AND s.device_id <> :device"
        " AND b.college_id = :college ORDER BY s.at LIMIT 1",
        signer=signer, device=other_than, college=college_id,
    )  # fmt: skip
    return found[0][0] if found else None


def select_mentored(conn: Connection, college_id: str, mentor: str, today: str) -> list[str]:
    """The books in which somebody is a mentor today."""
    return [row[0] for row in fetch(
        conn,
        "SELECT DISTINCT m.book_id FROM members m JOIN books b ON b.id = m.book_id WHERE m.person_id = :mentor"
        " AND m.role = 'mentor' AND m.from_day <= :today AND (m.to_day IS NULL OR m.to_day >= :today)"
        " AND b.college_id = :college ORDER BY m.book_id",
        mentor=mentor, today=today, college=college_id,
    )]  # fmt: skip


def sum_month(conn: Connection, college_id: str, signer: str, month: str) -> tuple[int, int]:
    """Minutes somebody confirmed for the days of a month, and of how many apprentices."""
    [row] = fetch(
        conn,
        "SELECT coalesce(sum(s.minutes), 0), count(DISTINCT s.book_id) FROM flag_seals s JOIN books b ON b.id = s.book_id"
        " WHERE s.by_person = :signer AND s.day >= :first AND s.day <= :last AND s.standing AND b.college_id = :college",
        signer=signer, first=f"{month}-01", last=f"{month}-31", college=college_id,
    )  # fmt: skip
    return int(row[0]), int(row[1])


def upsert_months(conn: Connection, rows: Sequence[tuple[str, str, str, int, int]]) -> None:
    key = ("college_id", "month", "person_id")
    upsert_many(conn, "flag_months", key, (*key, "minutes", "apprentices"), rows)


def select_month(conn: Connection, college_id: str, month: str) -> dict[str, tuple[int, int]]:
    rows = fetch(
        conn,
        "SELECT person_id, minutes, apprentices FROM flag_months WHERE college_id = :college AND month = :month AND apprentices > 0",
        college=college_id, month=month,
    )  # fmt: skip
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def select_books_signed(conn: Connection, college_id: str, signer: str, month: str) -> list[str]:
    rows = fetch(
        conn,
        "SELECT DISTINCT s.book_id FROM flag_seals s JOIN books b ON b.id = s.book_id WHERE s.by_person = :signer"
        " AND s.day >= :first AND s.day <= :last AND b.college_id = :college ORDER BY s.book_id",
        signer=signer, first=f"{month}-01", last=f"{month}-31", college=college_id,
    )  # fmt: skip
    return [row[0] for row in rows]


TRACE = "t.book_id, t.entry_id, t.person_id, t.day, t.start_minute, t.end_minute, t.written_at"


def select_days_of(conn: Connection, person_id: str) -> list[tuple[Any, ...]]:
    """Every entry of a person, in whatever book."""
    return fetch(conn, f"SELECT {TRACE} FROM flag_entries t WHERE t.person_id = :person ORDER BY t.day, t.book_id", person=person_id)


def select_photo_uses(conn: Connection, digests: Collection[str]) -> dict[str, list[tuple[Any, ...]]]:
    rows = fetch_listed(conn, "SELECT sha256, book_id, entry_id, person_id, day FROM flag_photos WHERE sha256 AMONG", digests)
    uses: dict[str, list[tuple[Any, ...]]] = {}
    for sha256, *use in rows:
        uses.setdefault(sha256, []).append(tuple(use))
    return uses


def select_alike(
    conn: Connection, book_id: str, college_id: str, entries: Collection[str], most: int
) -> list[tuple[str, str, str]]:
    """(entry, other book, its entry) that share at least two bands: perhaps nearly the same text."""
    rows = fetch_listed(
        conn,
        "SELECT p.entry_id, q.book_id, q.entry_id FROM flag_prints p JOIN flag_prints q ON q.band = p.band"
        " WHERE p.book_id = :book AND q.college_id = :college AND q.book_id <> :book AND p.entry_id AMONG"
        " GROUP BY p.entry_id, q.book_id, q.entry_id HAVING count(*) > 1 LIMIT :most",
        entries, book=book_id, college=college_id, most=most,
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in rows]


def select_alike_in(conn: Connection, book_id: str, other: str) -> list[tuple[str, str]]:
    """(entry, other book's entry): the same for two books."""
    rows = fetch(
        conn,
        "SELECT p.entry_id, q.entry_id FROM flag_prints p JOIN flag_prints q ON q.band = p.band AND q.book_id = :other"
        " WHERE p.book_id = :book GROUP BY p.entry_id, q.entry_id HAVING count(*) > 1",
        book=book_id, other=other,
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def select_sittings(conn: Connection, book_id: str, within: int) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Entries of this book and of others, both written on a shared phone within so many milliseconds of each other."""
    other = TRACE.replace("t.", "o.")
    rows = fetch(
        conn,
        f"SELECT {TRACE}, {other} FROM flag_entries t JOIN flag_entries o"
        " ON o.written_at BETWEEN t.written_at - :within AND t.written_at + :within"
        " WHERE t.book_id = :book AND t.shared AND o.shared AND o.book_id <> t.book_id AND o.person_id <> t.person_id",
        book=book_id, within=within,
    )  # fmt: skip
    return [(tuple(row[:7]), tuple(row[7:])) for row in rows]


def count_shared_days(conn: Connection, book_ids: Iterable[str]) -> dict[str, int]:
    rows = fetch_listed(
        conn, "SELECT book_id, count(DISTINCT day) FROM flag_entries WHERE shared AND book_id AMONG GROUP BY book_id", list(book_ids)
    )
    return {row[0]: int(row[1]) for row in rows}
