"""Those who sign, in numbers: how many apprentices, how soon, how much at once. Facts, not verdicts; what is odd stands among the flags."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from server.store.days import DAY, day_of, midnight_of
from server.store.db import reading
from server.store.desk import signers
from server.store.desk.scope import Scope

DAYS = 60
SITTING = 600_000
LAST_DAYS = 3
Signed = Sequence[tuple[int, int, int | None, str]]


def list_signers(scope: Scope, text: str | None, role: str | None, page: int, size: int, now: int) -> dict[str, Any]:
    """A page of signers with what they did in the last sixty days."""
    today, since = day_of(now), midnight_of(now) - (DAYS - 1) * DAY
    with reading() as conn:
        total, rows = signers.select_signers(conn, scope, text, role, today, ((page - 1) * size, size))
        people = sorted({row["person_id"] for row in rows})
        signed = signers.select_signed(conn, scope, people, since)
        waiting = signers.count_waiting(conn, scope, people, today)
        keys = signers.select_newest_keys(conn, people)
        odd = signers.select_open_flags(conn, scope, people)
    by_person: dict[str, list[tuple[int, int, int | None, str]]] = {}
    for person, at, minutes, written_at, book in signed:
        by_person.setdefault(person, []).append((at, minutes, written_at, book))
    items = []
    for row in rows:
        person, (count, oldest) = row["person_id"], waiting.get((row["person_id"], row["role"]), (0, ""))
        enrolled = keys.get(person)
        items.append({
            "id": f"{person}.{row['role']}", "person_id": person, "name": row["name"], "role": row["role"], "apprentices": int(row["apprentices"]),
            "waiting": count, "oldest_day": oldest, "key_days": None if enrolled is None else (now - enrolled) // DAY,
            "flags": odd.get(person, 0), **pattern_of(by_person.get(person, []), since, now),
        })  # fmt: skip
    return {"items": items, "total": total, "page": page, "days": DAYS}


def pattern_of(signed: Signed, since: int, now: int) -> dict[str, Any]:
    """Entries and minutes signed; hours until a sign-off, in the middle; sittings, ten minutes' pause apart; what one entry took within
    one; what was signed in a month's last three days; and so many on each day."""
    waits = [at - written for at, _, written, _ in signed if written is not None and at >= written]
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(signed)]
    within = [gap for gap in gaps if gap < SITTING]
    sittings, size, largest = 0, 0, 0
    for gap in [SITTING, *gaps] if signed else []:
        size = 1 if gap >= SITTING else size + 1
        sittings += size == 1
        largest = max(largest, size)
    last_days = sum(day_of(at)[:7] != day_of(at + LAST_DAYS * DAY)[:7] for at, *_ in signed)
    daily = [0] * ((now - since) // DAY + 1)
    for at, *_ in signed:
        daily[min(len(daily) - 1, max(0, (at - since) // DAY))] += 1
    return {
        "signed": len(signed), "minutes": sum(minutes for _, minutes, _, _ in signed), "books": len({book for *_, book in signed}),
        "wait_hours": _median(waits) // 3_600_000 if waits else None,
        "seconds": _median(within) // 1000 if within else None,
        "sittings": sittings, "largest": largest,
        "month_end_permille": last_days * 1000 // len(signed) if signed else 0, "daily": daily,
    }  # fmt: skip


def _median(numbers: Sequence[int]) -> int:
    rows = sorted(numbers)
    return (rows[(len(rows) - 1) // 2] + rows[len(rows) // 2]) // 2
