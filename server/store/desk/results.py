"""Competition results as a desk lists them."""

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed
from server.store.desk.scope import Scope, escape, seen

SORTS = {
    "claimed_at": "r.claimed_at", "day": "r.day", "person": "p.name", "competition": "r.competition", "level": "r.level", "rank": "r.rank",
}  # fmt: skip
NARROW = {
    "state": " AND r.state = :state", "level": " AND r.level = :level",
    "text": " AND (p.name LIKE :text ESCAPE '!' OR r.competition LIKE :text ESCAPE '!' OR r.event LIKE :text ESCAPE '!')",
}  # fmt: skip
FROM = (
    "FROM results r JOIN books b ON b.id = r.book_id LEFT JOIN people p ON p.id = r.person_id LEFT JOIN classes k ON k.id = b.class_id"
    " LEFT JOIN orgs o ON o.id = b.enterprise_id"
)
# the same person's, of the same event of a competition: one of the two is one too many
TWINS = (
    "SELECT count(*) FROM results x WHERE x.book_id = r.book_id AND x.id <> r.id AND x.state NOT IN ('rejected', 'withdrawn')"
    " AND x.competition = r.competition AND x.event = r.event"
)


def select_results(
    conn: Connection, scope: Scope, wanted: dict[str, str], sort: str, falling: bool, place: tuple[int, int]
) -> tuple[int, list[dict[str, Any]]]:
    """How many there are, and a page of them with their documents. `place` is how many to pass over and how many to show."""
    where = f"WHERE {seen(scope, 'b')}" + "".join(NARROW[name] for name in wanted)
    values = {**scope.values, **wanted} | ({"text": f"%{escape(wanted['text'])}%"} if "text" in wanted else {})
    total = conn.execute(sa.text(f"SELECT count(*) {FROM} {where}"), values).scalar_one()
    rows = conn.execute(
        sa.text(
            "SELECT r.book_id, r.id, r.person_id, r.state, r.claimed_at, r.rivals, p.name AS person_name, k.name AS class_name,"
            f" o.name AS enterprise_name, d.body, ({TWINS}) AS twins {FROM} LEFT JOIN documents d ON d.book_id = r.book_id AND d.id = r.id"
            f" {where} ORDER BY {SORTS[sort]} {'DESC' if falling else 'ASC'}, r.book_id, r.id LIMIT :most OFFSET :skipped"
        ),
        {**values, "skipped": place[0], "most": place[1]},
    )
    return int(total), [dict(row._mapping) for row in rows]


def select_claims(conn: Connection, books: Collection[str]) -> list[tuple[str, dict[str, Any]]]:
    """(book, document) of every result in these; whoever asks has seen that they are this desk's."""
    rows = fetch_listed(
        conn, "SELECT r.book_id, d.body FROM results r JOIN documents d ON d.book_id = r.book_id AND d.id = r.id WHERE r.book_id AMONG", books
    )
    return [(row[0], json.loads(row[1])) for row in rows]
