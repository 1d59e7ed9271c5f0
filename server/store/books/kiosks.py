"""What the books of bases say of their kiosks."""

import json
from typing import NamedTuple

from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch


class Heard(NamedTuple):
    """How far a kiosk's clock was ahead of ours, and when that was."""

    clock_seconds: int | None
    clock_at: int | None


UNHEARD = Heard(None, None)


def select_heard(conn: Connection, person_id: str) -> dict[str, Heard]:
    """By device, of a person who is a kiosk; nothing of anybody else."""
    statement = (
        "SELECT d.body FROM roles r JOIN documents d ON d.book_id = r.org_id AND d.id = r.person_id"
        " WHERE r.person_id = :person AND r.role = 'kiosk'"
    )
    docs = [json.loads(row[0]) for row in fetch(conn, statement, person=person_id)]
    return {doc["device"]: Heard(doc["seconds"], doc["at"]) for doc in docs if doc["kind"] == "kiosk"}
