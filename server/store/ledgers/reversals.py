"""What was asked to be taken back or given back after a lock, and what rests on the hours it changes."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.desk.scope import Scope, seen


class Asked(NamedTuple):
    """A reversal as it was asked for. `needs`: why a second person must say yes, None when nobody must."""

    id: str
    book_id: str
    entry_id: str
    version: str
    day: str
    minutes: int
    reason: str
    needs: str | None
    asked_by: str
    asked_session: str
    asked_at: int


SHOWN = (
    f"SELECT {', '.join(f'r.{name}' for name in Asked._fields if name != 'asked_session')}, r.state, r.answer, r.decided_at, r.second_person,"
    " b.college_id, a.name AS asker, s.name AS second, p.name AS person, c.name AS class_name, o.name AS enterprise, e.module,"
    " e.claimed_minutes, e.confirmed_minutes, e.credited_minutes"
    " FROM reversals r JOIN books b ON b.id = r.book_id JOIN entries e ON e.book_id = r.book_id AND e.id = r.entry_id"
    " JOIN people p ON p.id = e.person_id JOIN people a ON a.id = r.asked_by LEFT JOIN people s ON s.id = r.second_person"
    " LEFT JOIN classes c ON c.id = b.class_id LEFT JOIN orgs o ON o.id = b.enterprise_id"
)
NARROW = {"state": " AND r.state = :state", "book_id": " AND r.book_id = :book_id"}


def insert_asked(conn: Connection, asked: Asked, state: str, op_id: str | None) -> None:
    decided = asked.asked_at if state == "done" else None
    names = ", ".join(Asked._fields)
    conn.execute(
        sa.text(
            f"INSERT INTO reversals ({names}, state, op_id, decided_at)"
            f" VALUES ({', '.join(f':{name}' for name in Asked._fields)}, :state, :op_id, :decided)"
        ),
        {**asked._asdict(), "state": state, "op_id": op_id, "decided": decided},
    )


def is_waiting(conn: Connection, book_id: str, entry_id: str) -> bool:
    statement = "SELECT 1 FROM reversals WHERE book_id = :book AND entry_id = :entry AND state = 'waiting'"
    return conn.execute(sa.text(statement), {"book": book_id, "entry": entry_id}).first() is not None


def select_reversals(
    conn: Connection, scope: Scope, wanted: dict[str, str], limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """A page, what waits first and then the newest, and how many there are."""
    condition = f"WHERE {seen(scope, 'b')}" + "".join(NARROW[name] for name in wanted)
    values = {**scope.values, **wanted, "limit": limit, "offset": offset}
    count = f"SELECT count(*) FROM reversals r JOIN books b ON b.id = r.book_id {condition}"
    order = "CASE WHEN r.state = 'waiting' THEN 0 ELSE 1 END, r.asked_at DESC, r.id"
    rows = conn.execute(sa.text(f"{SHOWN} {condition} ORDER BY {order} LIMIT :limit OFFSET :offset"), values)
    return [dict(row._mapping) for row in rows], int(conn.execute(sa.text(count), values).scalar_one())


def select_reversal(conn: Connection, scope: Scope, reversal_id: str) -> dict[str, Any] | None:
    found = conn.execute(sa.text(f"{SHOWN} WHERE r.id = :id AND {seen(scope, 'b')}"), {"id": reversal_id, **scope.values}).first()
    return dict(found._mapping) if found else None


def select_asked_session(conn: Connection, reversal_id: str) -> str:
    return str(conn.execute(sa.text("SELECT asked_session FROM reversals WHERE id = :id"), {"id": reversal_id}).scalar_one())


def update_decided(
    conn: Connection, reversal_id: str, state: str, second: str | None, answer: str | None, op_id: str | None, now: int
) -> bool:
    """False when somebody else was quicker."""
    done = conn.execute(
        sa.text(
            "UPDATE reversals SET state = :state, second_person = :second, answer = :answer, op_id = :op_id, decided_at = :now"
            " WHERE id = :id AND state = 'waiting'"
        ),
        {"id": reversal_id, "state": state, "second": second, "answer": answer, "op_id": op_id, "now": now},
    )
    return done.rowcount == 1


def select_book(conn: Connection, scope: Scope, book_id: str) -> dict[str, Any] | None:
    """Whose handbook it is."""
    statement = (
        "SELECT b.id, b.college_id, b.class_id, p.name AS person, c.name AS class_name FROM books b"
        " JOIN members m ON m.book_id = b.id AND m.role = 'apprentice' JOIN people p ON p.id = m.person_id"
        f" LEFT JOIN classes c ON c.id = b.class_id WHERE b.id = :book AND {seen(scope, 'b')}"
    )
    found = conn.execute(sa.text(statement), {"book": book_id, **scope.values}).first()
    return dict(found._mapping) if found else None


def select_claims(conn: Connection, book_id: str, month: str) -> list[dict[str, Any]]:
    """Claims that hold the hours of this month: those two people have answered for, and those that were made and nobody has decided yet."""
    rows = conn.execute(
        sa.text(
            "SELECT x.id, x.form, x.month, x.decided_at, a.name AS asker, s.name AS second FROM exports x"
            " JOIN export_books k ON k.export_id = x.id JOIN people a ON a.id = x.asked_by LEFT JOIN people s ON s.id = x.second_person"
            " WHERE k.book_id = :book AND x.aim = 'claim' AND (x.outcome IS NULL OR x.outcome = 'confirmed')"
            " AND (x.month = :month OR x.month IS NULL)"
            " ORDER BY x.decided_at IS NULL DESC, x.decided_at DESC, x.id"
        ),
        {"book": book_id, "month": month},
    )
    return [dict(row._mapping) for row in rows]
