"""Devices and their public keys; the server's own key is one of them."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed


class Device(NamedTuple):
    """A key and whose it is; person None for the server itself."""

    id: str
    person_id: str | None
    x: str
    y: str
    status: str


def select_keys(conn: Connection, ids: Collection[str]) -> dict[str, Device]:
    rows = fetch_listed(conn, "SELECT id, person_id, x, y, status FROM devices WHERE id AMONG", ids)
    return {row[0]: Device(*row) for row in rows}


def select_enrolled_at(conn: Connection, device_id: str) -> int | None:
    found = conn.execute(sa.text("SELECT enrolled_at FROM devices WHERE id = :id"), {"id": device_id}).scalar()
    return None if found is None else int(found)


def insert_device(conn: Connection, row: dict[str, Any]) -> None:
    conn.execute(
        sa.text(
            "INSERT INTO devices (id, person_id, x, y, label, shared, status, enrolled_at, certified_at)"
            " VALUES (:id, :person_id, :x, :y, :label, :shared, :status, :now, :now)"
        ),
        row,
    )


def update_certified(conn: Connection, device_id: str, now: int) -> None:
    conn.execute(sa.text("UPDATE devices SET certified_at = :now WHERE id = :id"), {"id": device_id, "now": now})


# a device, and when the last operation it signed came in
SHOWN = (
    "SELECT d.id, d.label, d.shared, d.status, d.enrolled_at, d.certified_at,"
    " (SELECT max(o.received_at) FROM ops o WHERE o.device_id = d.id) AS signed_at FROM devices d WHERE d.person_id = :person"
)


def select_devices(conn: Connection, person_id: str, after: str, limit: int) -> Sequence[sa.Row[Any]]:
    return conn.execute(
        sa.text(f"{SHOWN} AND d.id > :after ORDER BY d.id LIMIT :limit"), {"person": person_id, "after": after, "limit": limit}
    ).fetchall()


def update_device_status(conn: Connection, device_id: str, person_id: str, status: str) -> bool:
    """Active devices end as retired or lost; a retired one may still be declared lost."""
    done = conn.execute(
        sa.text(
            "UPDATE devices SET status = :status WHERE id = :id AND person_id = :person"
            " AND (status = 'active' OR (status = 'retired' AND :status = 'lost'))"
        ),
        {"id": device_id, "person": person_id, "status": status},
    )
    return done.rowcount == 1


def end_devices(conn: Connection, person_id: str) -> None:
    """All of a person's, as if they were lost: what they still bring goes to people."""
    conn.execute(
        sa.text("UPDATE devices SET status = 'lost' WHERE person_id = :person AND status = 'active'"), {"person": person_id}
    )


def count_active_devices(conn: Connection, person_id: str) -> int:
    found = conn.execute(
        sa.text("SELECT count(*) FROM devices WHERE person_id = :person AND status = 'active'"), {"person": person_id}
    )
    return int(found.scalar_one())


def select_device(conn: Connection, person_id: str, device_id: str) -> dict[str, Any]:
    found = conn.execute(sa.text(f"{SHOWN} AND d.id = :id"), {"person": person_id, "id": device_id})
    return dict(found.mappings().one())
