"""Whose access is made anew: asked for, confirmed, withdrawn; and who of the desk has a say in it."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

# what nobody confirms in this time is over
OPEN_FOR = 72 * 60 * 60 * 1000
SIGNER_ROLES = "('mentor', 'college_tutor', 'base_trainer')"
# people of a coordinator's college, of the enterprises its books name, and of those books; and of an administrator's base whoever is
# nowhere else: she says herself who serves there, and he whom she names must not be hers for that
HER_PEOPLE = """
SELECT r.person_id FROM roles me JOIN roles r ON r.org_id = me.org_id WHERE me.person_id = :by AND me.role = 'coordinator'
UNION SELECT r.person_id FROM roles me JOIN roles r ON r.org_id = me.org_id WHERE me.person_id = :by AND me.role = 'base_admin'
  AND NOT EXISTS (SELECT 1 FROM roles t WHERE t.person_id = r.person_id AND t.org_id <> me.org_id)
  AND NOT EXISTS (SELECT 1 FROM members t WHERE t.person_id = r.person_id AND t.role = 'apprentice')
UNION SELECT r.person_id FROM roles me JOIN books b ON b.college_id = me.org_id JOIN roles r ON r.org_id = b.enterprise_id
  JOIN orgs firm ON firm.id = b.enterprise_id AND firm.kind IN ('enterprise', 'chain_leader')
  WHERE me.person_id = :by AND me.role = 'coordinator'
UNION SELECT m.person_id FROM roles me JOIN books b ON b.college_id = me.org_id JOIN members m ON m.book_id = b.id
  WHERE me.person_id = :by AND me.role = 'coordinator'
UNION SELECT p.id FROM people p JOIN roles me ON me.person_id = :by AND me.role = 'system_admin'
"""
SHOWN = """
SELECT r.id, r.person_id, p.name AS person, p.login, a.name AS asked_by, s.name AS second, r.asked_at, r.reason, r.alone,
  r.outcome, r.ended_at
FROM resets r JOIN people p ON p.id = r.person_id JOIN people a ON a.id = r.asked_by LEFT JOIN people s ON s.id = r.second_person
"""


class Reset(NamedTuple):
    """One row: who asked for whose access, and what became of it."""

    id: str
    person_id: str
    asked_by: str
    asked_at: int
    reason: str
    alone: bool
    outcome: str | None


COLUMNS = ", ".join(Reset._fields)


def may_reset(conn: Connection, by: str, person_id: str) -> bool:
    """Whether `by` is a coordinator of this person's, or administers his base or everything, and nobody has shut him out."""
    statement = f"SELECT 1 FROM people b WHERE b.id = :by AND NOT b.disabled AND :person IN ({HER_PEOPLE})"
    return conn.execute(sa.text(statement), {"by": by, "person": person_id}).first() is not None


def signs_or_decides(conn: Connection, person_id: str) -> bool:
    """Whether this person's word counts for others: whoever is more than an apprentice, or signs in a book."""
    statement = (
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM roles WHERE person_id = :person AND role NOT IN ('apprentice', 'kiosk'))"
        f" OR EXISTS (SELECT 1 FROM members WHERE person_id = :person AND role IN {SIGNER_ROLES})"
    )
    return conn.execute(sa.text(statement), {"person": person_id}).first() is not None


def is_of_others_too(conn: Connection, by: str, person_id: str) -> bool:
    """Whether a book of a college that is none of hers has this person as well. Of all colleges is who administers everything."""
    statement = (
        "SELECT 1 FROM members m JOIN books b ON b.id = m.book_id WHERE m.person_id = :person AND b.college_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM roles me WHERE me.person_id = :by AND (me.role = 'system_admin'"
        " OR (me.role = 'coordinator' AND me.org_id = b.college_id))) LIMIT 1"
    )
    return conn.execute(sa.text(statement), {"by": by, "person": person_id}).first() is not None


def is_needed_elsewhere(conn: Connection, by: str, person_id: str) -> bool:
    """Whether others rely on this person's keys: a college that is none of hers has him in a book, or works with whom he stands for.
    Then one coordinator's word does not end them."""
    statement = (
        "SELECT 1 FROM roles r JOIN books b ON b.enterprise_id = r.org_id OR b.college_id = r.org_id WHERE r.person_id = :person"
        " AND r.role <> 'apprentice' AND NOT EXISTS (SELECT 1 FROM roles me WHERE me.person_id = :by AND (me.role = 'system_admin'"
        " OR (me.role = 'coordinator' AND me.org_id = b.college_id))) LIMIT 1"
    )
    rests = conn.execute(sa.text(statement), {"by": by, "person": person_id}).first() is not None
    return rests or is_of_others_too(conn, by, person_id)


def select_signed_books(conn: Connection, person_id: str) -> list[str]:
    """Every book in which this person signs or has signed: what he once looked after he may still sign for."""
    statement = f"SELECT DISTINCT book_id FROM members WHERE person_id = :person AND role IN {SIGNER_ROLES} ORDER BY book_id"
    return [row[0] for row in conn.execute(sa.text(statement), {"person": person_id})]


def insert_reset(conn: Connection, row: dict[str, Any]) -> bool:
    """False when another one is open for the same person."""
    done = conn.execute(
        sa.text(
            "INSERT INTO resets (id, person_id, asked_by, asked_at, reason, alone)"
            " VALUES (:id, :person_id, :asked_by, :asked_at, :reason, :alone) ON CONFLICT DO NOTHING"
        ),
        row,
    )
    return done.rowcount == 1


def lock_reset(conn: Connection, reset_id: str) -> Reset | None:
    """A second person who confirms at the same moment waits here, and then finds it done."""
    lock = " FOR UPDATE" if conn.dialect.name == "postgresql" else ""
    found = conn.execute(sa.text(f"SELECT {COLUMNS} FROM resets WHERE id = :id{lock}"), {"id": reset_id}).first()
    return Reset._make(found) if found else None


def update_ended(conn: Connection, reset_id: str, outcome: str, now: int, second: str | None = None) -> None:
    conn.execute(
        sa.text(
            "UPDATE resets SET outcome = :outcome, ended_at = :now, second_person = :second WHERE id = :id AND ended_at IS NULL"
        ),
        {"id": reset_id, "outcome": outcome, "now": now, "second": second},
    )


def is_open(conn: Connection, person_id: str, now: int) -> bool:
    statement = "SELECT 1 FROM resets WHERE person_id = :person AND ended_at IS NULL AND asked_at >= :since"
    return conn.execute(sa.text(statement), {"person": person_id, "since": now - OPEN_FOR}).first() is not None


def end_lapsed(conn: Connection, person_id: str, now: int) -> None:
    """What nobody confirmed in time."""
    conn.execute(
        sa.text(
            "UPDATE resets SET outcome = 'lapsed', ended_at = :now"
            " WHERE person_id = :person AND ended_at IS NULL AND asked_at < :before"
        ),
        {"person": person_id, "before": now - OPEN_FOR, "now": now},
    )


# the states a desk asks for; what nobody confirmed in time is over before anybody has written it down
STATES = {
    "open": "r.ended_at IS NULL AND r.asked_at >= :since",
    "done": "r.outcome = 'done'",
    "withdrawn": "r.outcome = 'withdrawn'",
    "objected": "r.outcome = 'objected'",
    "lapsed": "(r.outcome = 'lapsed' OR (r.ended_at IS NULL AND r.asked_at < :since))",
}


def select_resets(
    conn: Connection, by: str, after: tuple[int, str] | None, limit: int, state: str, text: str, now: int
) -> list[dict[str, Any]]:
    """Those of a coordinator's people, the newest first; `text` is part of a name or a log-in."""
    wanted = [f"r.person_id IN ({HER_PEOPLE})"]
    wanted += ["(r.asked_at, r.id) < (:at, :id)"] if after else []
    wanted += [STATES[state]] if state else []
    wanted += ["(instr_of(p.name, :text) > 0 OR instr_of(p.login, :text) > 0)"] if text else []
    at, reset_id = after or (0, "")
    statement = f"{SHOWN} WHERE {' AND '.join(wanted)} ORDER BY r.asked_at DESC, r.id DESC LIMIT :limit"
    statement = statement.replace("instr_of", "strpos" if conn.dialect.name == "postgresql" else "instr")
    values = {"by": by, "at": at, "id": reset_id, "limit": limit, "since": now - OPEN_FOR, "text": text}
    return _shown(conn.execute(sa.text(statement), values))


def select_own_resets(conn: Connection, person_id: str, limit: int) -> list[dict[str, Any]]:
    statement = f"{SHOWN} WHERE r.person_id = :person ORDER BY r.asked_at DESC, r.id DESC LIMIT :limit"
    return _shown(conn.execute(sa.text(statement), {"person": person_id, "limit": limit}))


def select_reset(conn: Connection, reset_id: str) -> dict[str, Any]:
    return _shown(conn.execute(sa.text(f"{SHOWN} WHERE r.id = :id"), {"id": reset_id}))[0]


def _shown(found: sa.CursorResult[Any]) -> list[dict[str, Any]]:
    """SQLite says 1 where it means yes."""
    return [{**row, "alone": bool(row["alone"])} for row in found.mappings()]
