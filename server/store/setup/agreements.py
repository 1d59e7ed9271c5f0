"""Agreements: what covers each handbook and until when, and the ones a college has with enterprises."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed
from server.store.desk.scope import Scope, escape, seen
from server.store.flags.traces import delete_looks_of
from server.store.setup.registers import order_of

AGREEMENT = ("id", "kind", "number", "book_id", "enterprise_id", "from_day", "to_day", "insurance", "insured_from", "insured_to", "ended_on")
# An agreement that was ended covers until that day; insurance is not ended with it.
COVERED = """
FROM books b JOIN members m ON m.book_id = b.id AND m.role = 'apprentice' JOIN people p ON p.id = m.person_id
LEFT JOIN enrolled e ON e.book_id = b.id LEFT JOIN classes c ON c.id = b.class_id LEFT JOIN orgs o ON o.id = b.enterprise_id
LEFT JOIN (
  SELECT book_id, count(*) AS agreements, min(from_day) AS agreed_from,
    max(CASE WHEN ended_on < to_day THEN ended_on ELSE to_day END) AS agreed_to, max(insured_to) AS insured_to
  FROM agreements WHERE college_id = :scope_org AND book_id IS NOT NULL GROUP BY book_id
) x ON x.book_id = b.id WHERE
"""
# What ends with the training itself needs nobody's care.
STATE = """
CASE WHEN c.to_day < :today THEN 'over' WHEN x.agreed_to IS NULL THEN 'none' WHEN x.agreed_to < :today THEN 'ended'
  WHEN x.insured_to IS NULL OR x.insured_to < :today THEN 'uninsured'
  WHEN (x.agreed_to <= :soon AND (c.to_day IS NULL OR x.agreed_to < c.to_day))
    OR (x.insured_to <= :soon AND (c.to_day IS NULL OR x.insured_to < c.to_day)) THEN 'soon'
  ELSE 'fine' END
"""
SHOWN = (
    "b.id AS id, p.name AS name, e.student_no AS student_no, c.name AS class_name, c.from_day AS class_from, c.to_day AS class_to,"
    " o.name AS enterprise, COALESCE(x.agreements, 0) AS agreements, x.agreed_from AS agreed_from, x.agreed_to AS agreed_to,"
    f" x.insured_to AS insured_to, {STATE} AS state"
)
# Who lacks the agreement as well is counted and found among both.
UNINSURED = "((c.to_day IS NULL OR c.to_day >= :today) AND (x.insured_to IS NULL OR x.insured_to < :today))"
RANK = f"CASE {STATE} WHEN 'none' THEN 0 WHEN 'ended' THEN 1 WHEN 'uninsured' THEN 2 WHEN 'soon' THEN 3 WHEN 'fine' THEN 4 ELSE 5 END"
SORTS = {
    "care": f"{RANK}, COALESCE(x.agreed_to,''), p.sorted_as", "agreed_to": "COALESCE(x.agreed_to,''), p.sorted_as",
    "insured_to": "COALESCE(x.insured_to,''), p.sorted_as", "name": "p.sorted_as", "class": "c.name, e.student_no",
    "enterprise": "o.name, p.sorted_as",
}  # fmt: skip
COOPERATIONS = "FROM agreements a JOIN orgs o ON o.id = a.enterprise_id WHERE a.kind = 'cooperation' AND a.college_id = :org"
COOPERATION_SORTS = {"to_day": "a.to_day, o.name", "enterprise": "o.name, a.to_day", "number": "a.number"}


class Days(NamedTuple):
    """Today, and the last day that is called soon."""

    today: str
    soon: str


def _narrowed(scope: Scope, wanted: dict[str, str], days: Days) -> tuple[str, dict[str, Any]]:
    where, values = [seen(scope, "b")], {**scope.values, **days._asdict()}
    if wanted.get("class"):
        where.append("b.class_id = :class")
        values["class"] = wanted["class"]
    if wanted.get("state") == "uninsured":
        where.append(UNINSURED)
    elif wanted.get("state"):
        where.append(f"{STATE} = :state")
        values["state"] = wanted["state"]
    if wanted.get("text"):
        values["like"] = f"%{escape(wanted['text'])}%"
        where.append("(" + " OR ".join(f"{column} LIKE :like ESCAPE '!'" for column in ("p.name", "e.student_no", "o.name")) + ")")
    return " AND ".join(where), values


def select_covered(
    conn: Connection, scope: Scope, wanted: dict[str, str], days: Days, sort: str, place: tuple[int, int]
) -> list[dict[str, Any]]:
    """A page of handbooks with what covers them."""
    condition, values = _narrowed(scope, wanted, days)
    statement = f"SELECT {SHOWN} {COVERED} {condition} ORDER BY {order_of(SORTS, sort, 'b.id')} LIMIT :limit OFFSET :offset"
    rows = conn.execute(sa.text(statement), {**values, "offset": place[0], "limit": place[1]})
    return [dict(row._mapping) for row in rows]


def count_by_state(conn: Connection, scope: Scope, wanted: dict[str, str], days: Days) -> tuple[dict[str, int], int]:
    """How many there are of each state, whichever of them is asked for, and how many in all: uninsured are also some of those without
    an agreement."""
    condition, values = _narrowed(scope, {**wanted, "state": ""}, days)
    every = f"SELECT {STATE} AS state, CASE WHEN {UNINSURED} THEN 1 ELSE 0 END AS bare {COVERED} {condition}"
    rows = conn.execute(sa.text(f"SELECT state, count(*), sum(bare) FROM ({every}) s GROUP BY state"), values).all()
    counts = {row[0]: int(row[1]) for row in rows}
    return {**counts, "uninsured": sum(int(row[2]) for row in rows)}, sum(counts.values())


def select_chosen(conn: Connection, scope: Scope, wanted: dict[str, str], days: Days, books: Collection[str], most: int) -> list[dict[str, Any]]:
    """Handbooks by their ids, or without ids all that are wanted: class by class, in the order of student numbers. One more than
    `most` says that there are too many."""
    condition, values = _narrowed(scope, {} if books else wanted, days)
    statement = sa.text(
        f"SELECT b.id AS id, b.enterprise_id AS enterprise_id, c.from_day AS class_from, c.to_day AS class_to {COVERED} {condition}"
        f"{' AND b.id IN :books' if books else ''} ORDER BY c.name, e.student_no, p.name, b.id LIMIT :limit"
    )
    if books:
        statement = statement.bindparams(sa.bindparam("books", expanding=True))
        values["books"] = sorted(books)
    return [dict(row._mapping) for row in conn.execute(statement, {**values, "limit": most + 1})]


def select_keys(conn: Connection, books: Collection[str], kind: str) -> set[tuple[str, str]]:
    """(book, number) of the agreements of a kind."""
    rows = fetch_listed(conn, "SELECT book_id, number FROM agreements WHERE kind = :kind AND book_id AMONG", books, kind=kind)
    return {(row[0], row[1]) for row in rows}


def select_of_book(conn: Connection, scope: Scope, book_id: str) -> list[dict[str, Any]] | None:
    """None where there is no such handbook."""
    there = conn.execute(sa.text(f"SELECT 1 FROM books b WHERE b.id = :book AND {seen(scope, 'b')}"), {**scope.values, "book": book_id}).first()
    if there is None:
        return None
    statement = f"SELECT {', '.join(AGREEMENT)} FROM agreements WHERE book_id = :book AND college_id = :org ORDER BY from_day DESC, id"
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), {"book": book_id, "org": scope.org_id})]


def select_agreement(conn: Connection, scope: Scope, agreement_id: str) -> dict[str, Any] | None:
    statement = f"SELECT {', '.join(AGREEMENT)} FROM agreements WHERE id = :id AND college_id = :org"
    found = conn.execute(sa.text(statement), {"id": agreement_id, "org": scope.org_id}).first()
    return dict(found._mapping) if found else None


def is_number_taken(conn: Connection, agreement: dict[str, Any], number: str) -> bool:
    """By another one of the same handbook and kind."""
    statement = "SELECT 1 FROM agreements WHERE book_id = :book AND kind = :kind AND number = :number AND id <> :id"
    values = {"book": agreement["book_id"], "kind": agreement["kind"], "number": number, "id": agreement["id"]}
    return conn.execute(sa.text(statement), values).first() is not None


def update_agreement(conn: Connection, scope: Scope, agreement: dict[str, Any], given: dict[str, Any]) -> None:
    names = [name for name in AGREEMENT[5:] + ("number",) if name in given]
    conn.execute(
        sa.text(f"UPDATE agreements SET {', '.join(f'{name} = :{name}' for name in names)} WHERE id = :id AND college_id = :org"),
        {**{name: given[name] for name in names}, "id": agreement["id"], "org": scope.org_id},
    )
    if agreement["book_id"]:
        delete_looks_of(conn, {agreement["book_id"]})


# --- with enterprises ----------------------------------------------------------------------------------------------


def select_cooperations(conn: Connection, scope: Scope, text: str, sort: str, place: tuple[int, int]) -> tuple[list[dict[str, Any]], int]:
    values = {"org": scope.org_id, "like": f"%{escape(text)}%", "offset": place[0], "limit": place[1]}
    condition = COOPERATIONS + (" AND (o.name LIKE :like ESCAPE '!' OR a.number LIKE :like ESCAPE '!')" if text else "")
    total = conn.execute(sa.text(f"SELECT count(*) {condition}"), values).scalar_one()
    statement = (
        "SELECT a.id, a.number, a.from_day, a.to_day, a.ended_on, o.name AS enterprise,"
        " (SELECT count(*) FROM books b WHERE b.enterprise_id = a.enterprise_id AND b.college_id = :org) AS people"
        f" {condition} ORDER BY {order_of(COOPERATION_SORTS, sort, 'a.id')} LIMIT :limit OFFSET :offset"
    )
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), values)], int(total)


def select_partners(conn: Connection, enterprises: Sequence[tuple[Any, ...]], scope: Scope) -> list[dict[str, Any]]:
    """The enterprises among these, with the day until which there is an agreement with them."""
    rows = conn.execute(
        sa.text(
            "SELECT enterprise_id, max(CASE WHEN ended_on < to_day THEN ended_on ELSE to_day END) FROM agreements"
            " WHERE kind = 'cooperation' AND college_id = :org GROUP BY enterprise_id"
        ),
        {"org": scope.org_id},
    )
    until = {row[0]: row[1] for row in rows}
    return [{"id": row[0], "name": row[2], "until": until.get(row[0])} for row in enterprises if row[1] in ("enterprise", "chain_leader")]
