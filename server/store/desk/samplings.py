"""What an authority has drawn, out of what it may see, and what was found."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.desk.scope import Scope, seen


class Sampling(NamedTuple):
    """A draw: out of what, by which seed, how many."""

    id: str
    org_id: str
    by_person: str
    made_at: int
    what: str
    day_from: str
    day_to: str
    seed: str
    wanted: int
    pool: int
    pool_hash: str


COLUMNS = ", ".join(Sampling._fields)
# who was somebody's apprentice on one of these days; entries of these days that nobody has taken back
POOLS = {
    "people": "SELECT b.id AS book_id, '' AS entry_id FROM books b JOIN members m ON m.book_id = b.id AND m.role = 'apprentice'"
    " WHERE {seen} AND m.from_day <= :day_to AND (m.to_day IS NULL OR m.to_day >= :day_from)",
    "entries": "SELECT b.book_id, b.id AS entry_id FROM entries b WHERE {seen} AND b.day BETWEEN :day_from AND :day_to"
    " AND b.state <> 'withdrawn'",
}
ITEMS = """
SELECT s.place, s.book_id, s.entry_id, s.outcome, s.note, f.name AS found_by, s.found_at, p.name AS person, c.name AS class_name,
  o.name AS enterprise, k.name AS college, e.day, e.claimed_minutes AS minutes, e.state
FROM sampled s JOIN books b ON b.id = s.book_id LEFT JOIN members m ON m.book_id = b.id AND m.role = 'apprentice'
LEFT JOIN people p ON p.id = m.person_id LEFT JOIN classes c ON c.id = b.class_id LEFT JOIN orgs o ON o.id = b.enterprise_id
LEFT JOIN orgs k ON k.id = b.college_id LEFT JOIN entries e ON e.book_id = s.book_id AND e.id = s.entry_id
LEFT JOIN people f ON f.id = s.found_by WHERE s.sampling_id = :sampling AND
"""


def each_key(conn: Connection, scope: Scope, what: str, day_from: str, day_to: str) -> Iterator[tuple[str, str]]:
    """(book, entry) of everything there is to draw from, in the order of their ids, a thousand in memory at a time."""
    statement = f"{POOLS[what].format(seen=seen(scope, 'b'))} ORDER BY 1, 2"
    values = {**scope.values, "day_from": day_from, "day_to": day_to}
    last = ("", "")
    for row in conn.execute(sa.text(statement), values, execution_options={"yield_per": 1000}):
        if (row[0], row[1]) != last:
            last = (row[0], row[1])
            yield last


def insert_sampling(conn: Connection, row: Sampling, drawn: Sequence[tuple[str, str]]) -> None:
    names = ", ".join(f":{name}" for name in Sampling._fields)
    conn.execute(sa.text(f"INSERT INTO samplings ({COLUMNS}) VALUES ({names})"), row._asdict())
    if drawn:
        conn.execute(
            sa.text("INSERT INTO sampled (sampling_id, place, book_id, entry_id) VALUES (:id, :place, :book, :entry)"),
            [{"id": row.id, "place": place, "book": book, "entry": entry} for place, (book, entry) in enumerate(drawn, 1)],
        )


def select_samplings(conn: Connection, scope: Scope, place: tuple[int, int]) -> tuple[list[dict[str, Any]], int]:
    """The newest first, each with how far it is."""
    values = {"org": scope.org_id, "offset": place[0], "limit": place[1]}
    total = conn.execute(sa.text("SELECT count(*) FROM samplings WHERE org_id = :org"), values).scalar_one()
    rows = conn.execute(
        sa.text(
            "SELECT s.id, s.made_at, s.what, s.day_from, s.day_to, s.seed, s.wanted, s.pool, s.pool_hash, p.name AS by_name,"
            " (SELECT count(*) FROM sampled d WHERE d.sampling_id = s.id) AS drawn,"
            " (SELECT count(*) FROM sampled d WHERE d.sampling_id = s.id AND d.outcome IS NOT NULL) AS looked_at,"
            " (SELECT count(*) FROM sampled d WHERE d.sampling_id = s.id AND d.outcome IN ('doubtful', 'wrong')) AS odd"
            " FROM samplings s JOIN people p ON p.id = s.by_person WHERE s.org_id = :org"
            " ORDER BY s.made_at DESC, s.id LIMIT :limit OFFSET :offset"
        ),
        values,
    )
    return [dict(row._mapping) for row in rows], int(total)


def select_sampling(conn: Connection, scope: Scope, sampling_id: str) -> dict[str, Any] | None:
    names = ", ".join(f"s.{name}" for name in Sampling._fields)
    statement = (
        f"SELECT {names}, p.name AS by_name, o.name AS org_name FROM samplings s JOIN people p ON p.id = s.by_person"
        " JOIN orgs o ON o.id = s.org_id WHERE s.id = :id AND s.org_id = :org"
    )
    found = conn.execute(sa.text(statement), {"id": sampling_id, "org": scope.org_id}).first()
    return dict(found._mapping) if found else None


def select_items(conn: Connection, scope: Scope, sampling_id: str) -> list[dict[str, Any]]:
    """What was drawn and may still be seen from here."""
    rows = conn.execute(sa.text(f"{ITEMS} {seen(scope, 'b')} ORDER BY s.place"), {**scope.values, "sampling": sampling_id})
    return [dict(row._mapping) for row in rows]


def update_finding(conn: Connection, sampling_id: str, place: int, finding: dict[str, Any]) -> bool:
    done = conn.execute(
        sa.text(
            "UPDATE sampled SET outcome = :outcome, note = :note, found_by = :by, found_at = :at"
            " WHERE sampling_id = :sampling AND place = :place"
        ),
        {**finding, "sampling": sampling_id, "place": place},
    )
    return done.rowcount == 1
