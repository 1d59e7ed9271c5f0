"""What a kiosk tells of its clock, at every exchange, against the server's own. It goes into the base's book, where those who serve
there see it: a code that was shown by a wrong clock proves nothing."""

from typing import Any

from sqlalchemy.engine import Connection

from server.services.books import intake
from server.store.books import books
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.host.writer import Writer
from server.store.people import devices, people

# a book is no log: it is told at most so often that a clock has moved, and once a day that there is a kiosk at all
STEP_SECONDS, REST = 20, 600_000
MOST_SECONDS = 100_000_000


def hear(writer: Writer, person_id: str, device_id: str, at: int, now: int) -> bool:
    """Whether it is news. Only a kiosk's own living key is listened to."""
    with reading() as conn:
        told = [base for base in people.select_orgs_of_role(conn, person_id, "kiosk") if _is_news(conn, base, person_id, device_id, at, now)]
        device = devices.select_keys(conn, {device_id}).get(device_id) if told else None
    if device is None or device.person_id != person_id or device.status != "active":
        return False
    with writing() as conn:
        books.lock_books(conn, set(told))
        news = [base for base in told if _is_news(conn, base, person_id, device_id, at, now)]
        body = {"person": person_id, "device": device_id, "seconds": ahead(at, now)}
        intake.accept_own(conn, [_write(writer, base, body, now) for base in news], now)
    return bool(news)


def ahead(at: int, now: int) -> int:
    """By how many whole seconds a clock that says `at` runs before ours; of one that has lost its battery, very many."""
    seconds = (abs(at - now) + 500) // 1000
    return min(seconds, MOST_SECONDS) if at >= now else -min(seconds, MOST_SECONDS)


def _is_news(conn: Connection, base: str, person_id: str, device_id: str, at: int, now: int) -> bool:
    docs = books.select_documents(conn, base, {base, person_id})
    if base not in docs or not any(member["person"] == person_id for member in docs[base]["members"]):
        return False
    known = docs.get(person_id)
    if known is not None and known["kind"] != "kiosk":
        # somebody who writes in this book has taken the name: nothing is told there, and the tablet goes on
        return False
    if known is None or known["device"] != device_id or day_of(known["at"]) != day_of(now):
        return True
    return now - known["at"] >= REST and abs(ahead(at, now) - known["seconds"]) >= STEP_SECONDS


def _write(writer: Writer, base: str, body: dict[str, Any], now: int) -> str:
    return writer.write(base, "kiosk.heard", body["person"], body, body["person"], now)
