"""Second factors: the sealed secret of a person, the last step of his clock that was used, and his codes for the day it is gone."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection


class Factor(NamedTuple):
    """`sealed` counts; `pending` waits for its first right answer."""

    sealed: str | None
    pending: str | None
    last_step: int


def select_factor(conn: Connection, person_id: str) -> Factor | None:
    found = conn.execute(
        sa.text("SELECT sealed, pending, last_step FROM factors WHERE person_id = :person"), {"person": person_id}
    ).first()
    return Factor._make(found) if found else None


def upsert_pending(conn: Connection, person_id: str, sealed: str) -> None:
    conn.execute(
        sa.text(
            "INSERT INTO factors (person_id, pending) VALUES (:person, :sealed)"
            " ON CONFLICT (person_id) DO UPDATE SET pending = excluded.pending"
        ),
        {"person": person_id, "sealed": sealed},
    )


def update_confirmed(conn: Connection, person_id: str, pending: str, step: int, now: int) -> bool:
    """False when another secret was shown meanwhile."""
    done = conn.execute(
        sa.text(
            "UPDATE factors SET sealed = pending, pending = NULL, last_step = :step, confirmed_at = :now"
            " WHERE person_id = :person AND pending = :pending"
        ),
        {"person": person_id, "pending": pending, "step": step, "now": now},
    )
    return done.rowcount == 1


def update_step(conn: Connection, person_id: str, step: int) -> bool:
    """Of two who bring the same code one has it; what came before it is over as well."""
    done = conn.execute(
        sa.text("UPDATE factors SET last_step = :step WHERE person_id = :person AND last_step < :step"),
        {"person": person_id, "step": step},
    )
    return done.rowcount == 1


def replace_codes(conn: Connection, person_id: str, digests: Collection[str]) -> None:
    conn.execute(sa.text("DELETE FROM factor_codes WHERE person_id = :person"), {"person": person_id})
    rows = [{"person": person_id, "digest": digest} for digest in digests]
    conn.execute(sa.text("INSERT INTO factor_codes (person_id, digest) VALUES (:person, :digest)"), rows)


def use_code(conn: Connection, person_id: str, digest: str) -> bool:
    done = conn.execute(
        sa.text("DELETE FROM factor_codes WHERE person_id = :person AND digest = :digest"), {"person": person_id, "digest": digest}
    )
    return done.rowcount == 1


def count_codes(conn: Connection, person_id: str) -> int:
    statement = "SELECT count(*) FROM factor_codes WHERE person_id = :person"
    return int(conn.execute(sa.text(statement), {"person": person_id}).scalar_one())


def delete_factor(conn: Connection, person_id: str) -> None:
    """Who is let in anew begins anew."""
    for table in ("factor_codes", "factors"):
        conn.execute(sa.text(f"DELETE FROM {table} WHERE person_id = :person"), {"person": person_id})
