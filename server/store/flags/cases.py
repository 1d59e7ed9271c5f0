"""Cases: what looks odd, each with the entries it concerns. Looking at a source again replaces what was found in it before; what a
person has said about a case stays said."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch, fetch_listed, insert_many, upsert_many

CASE = (
    "id", "source", "flag", "college_id", "enterprise_id", "person_id", "about_person", "day_from", "day_to", "entries", "minutes",
    "detail", "since", "state", "outcome", "reason", "settled_by", "settled_at",
)  # fmt: skip
FLAG = ("book_id", "entry_id", "case_id", "flag", "settled", "since")


class Case(NamedTuple):
    """A row of flag_cases."""

    id: str
    source: str
    flag: str
    college_id: str
    enterprise_id: str | None
    person_id: str
    about_person: str | None
    day_from: str
    day_to: str
    entries: int
    minutes: int
    detail: str
    since: int
    state: str = "open"
    outcome: str | None = None
    reason: str | None = None
    settled_by: str | None = None
    settled_at: int | None = None


Entries = Collection[tuple[str, str]]


def select_cases(conn: Connection, sources: Collection[str]) -> dict[str, Case]:
    rows = fetch_listed(conn, f"SELECT {', '.join(CASE)} FROM flag_cases WHERE source AMONG", sources)
    return {row[0]: Case(*row) for row in rows}


def select_sources(conn: Connection, book_id: str, words: Collection[str]) -> set[str]:
    """In what the cases of these flags were found that concern a book."""
    rows = fetch_listed(
        conn,
        "SELECT DISTINCT c.source FROM flags f JOIN flag_cases c ON c.id = f.case_id WHERE f.book_id = :book AND f.flag AMONG",
        words, book=book_id,
    )  # fmt: skip
    return {row[0] for row in rows}


def replace_cases(conn: Connection, sources: Collection[str], wanted: Mapping[str, tuple[Case, Entries]]) -> None:
    """`wanted` by id. A case that is no more goes, and comes back as it was; a settled one that has grown is open again."""
    before = select_cases(conn, sources)
    known = select_settled_entries(conn, [case.id for case in before.values() if case.settled_at is not None])
    there: dict[str, set[tuple[str, str, bool]]] = {}
    for row in fetch_listed(conn, "SELECT case_id, book_id, entry_id, settled FROM flags WHERE case_id AMONG", before):
        there.setdefault(row[0], set()).add((row[1], row[2], bool(row[3])))
    changed = [
        _merged(before.get(case.id), case, known.get(case.id, 0), _is_told(before.get(case.id), entries, there.get(case.id, set())))
        for case, entries in wanted.values()
    ]
    gone = [case._replace(state="gone") for case in before.values() if case.id not in wanted and case.state != "gone"]
    rows = [case for case in (*changed, *gone) if before.get(case.id) != case]
    upsert_many(conn, "flag_cases", ("id",), CASE, rows)
    fresh: list[tuple[Any, ...]] = []
    old: list[dict[str, str]] = []
    for case in changed:
        right = {(book, entry, case.state == "settled" and case.outcome == "explained") for book, entry in wanted[case.id][1]}
        fresh += [(book, entry, case.id, case.flag, done, case.since) for book, entry, done in right - there.get(case.id, set())]
        kept = {row[:2] for row in right}
        old += [_key(case.id, row) for row in there.get(case.id, ()) if row[:2] not in kept]
    old += [_key(case.id, row) for case in gone for row in there.get(case.id, ())]
    if old:
        statement = "DELETE FROM flags WHERE book_id = :book_id AND entry_id = :entry_id AND case_id = :case_id"
        conn.execute(sa.text(statement), old)
    upsert_many(conn, "flags", FLAG[:3], FLAG, sorted(fresh))


def _key(case_id: str, row: Sequence[Any]) -> dict[str, str]:
    return {"book_id": row[0], "entry_id": row[1], "case_id": case_id}


def _is_told(before: Case | None, entries: Entries, there: Collection[tuple[str, str, bool]]) -> bool:
    """Whether the newest word knew every one of these: an entry in the place of another one was never spoken of."""
    if before is None or before.state == "gone":
        return True
    known = {(book, entry) for book, entry, settled in there if settled or before.outcome == "confirmed"}
    return set(entries) <= known


def _merged(before: Case | None, now: Case, settled_entries: int, told: bool) -> Case:
    if before is None:
        return now
    said = {name: getattr(before, name) for name in ("outcome", "reason", "settled_by", "settled_at")}
    state = "settled" if before.settled_at is not None and told and now.entries <= settled_entries else "open"
    return now._replace(since=before.since, state=state, **said)


def select_settled_entries(conn: Connection, case_ids: Collection[str]) -> dict[str, int]:
    """Of each case, how many entries the newest word about it knew of."""
    rows = fetch_listed(conn, "SELECT case_id, entries, at FROM flag_settlements WHERE case_id AMONG ORDER BY at", case_ids)
    return {row[0]: int(row[1]) for row in rows}


def insert_settlement(conn: Connection, row: tuple[Any, ...]) -> None:
    insert_many(conn, "flag_settlements", ("id", "case_id", "outcome", "reason", "by_person", "at", "entries", "detail"), [row])


def count_open(conn: Connection) -> dict[str, tuple[int, int]]:
    rows = fetch(conn, "SELECT flag, count(*), sum(entries) FROM flag_cases WHERE state = 'open' GROUP BY flag")
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}
