"""What a desk sees of flags: pages of cases, the entries of one, and what is said about it. No statement without a Scope."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.desk.scope import Scope, escape, seen

SORTS = {
    "since": "c.since", "entries": "c.entries", "minutes": "c.minutes", "day_to": "c.day_to", "flag": "c.flag", "person": "person_name",
}  # fmt: skip
NARROW = {
    "state": " AND c.state = :state", "flag": " AND c.flag = :flag", "person": " AND (c.person_id = :person OR c.about_person = :person)",
    "enterprise": " AND c.enterprise_id = :enterprise", "text": " AND p.name LIKE :text ESCAPE '!'",
}  # fmt: skip
SHOWN = (
    "c.id, c.flag, c.person_id, p.name AS person_name, a.name AS about_name, o.name AS enterprise_name, c.day_from, c.day_to,"
    " c.entries, c.minutes, c.detail, c.since, c.state, c.outcome, c.reason, s.name AS settled_by, c.settled_at"
)
FROM = (
    "FROM flag_cases c LEFT JOIN people p ON p.id = c.person_id LEFT JOIN people a ON a.id = c.about_person"
    " LEFT JOIN orgs o ON o.id = c.enterprise_id LEFT JOIN people s ON s.id = c.settled_by"
)


def select_cases(
    conn: Connection, scope: Scope, wanted: dict[str, str], sort: str, falling: bool, place: tuple[int, int]
) -> tuple[int, list[dict[str, Any]]]:
    """How many there are, and a page of them. `place` is how many to pass over and how many to show."""
    where = f"WHERE {seen(scope, 'c')}" + "".join(NARROW[name] for name in wanted)
    values = {**scope.values, **wanted} | ({"text": f"%{escape(wanted['text'])}%"} if "text" in wanted else {})
    total = conn.execute(sa.text(f"SELECT count(*) {FROM} {where}"), values).scalar_one()
    order = f"{SORTS[sort]} {'DESC' if falling else 'ASC'}, c.id"
    rows = conn.execute(
        sa.text(f"SELECT {SHOWN} {FROM} {where} ORDER BY {order} LIMIT :most OFFSET :skipped"),
        {**values, "skipped": place[0], "most": place[1]},
    )
    return int(total), [dict(row._mapping) for row in rows]


def select_case(conn: Connection, scope: Scope, case_id: str) -> dict[str, Any] | None:
    statement = sa.text(f"SELECT {SHOWN} {FROM} WHERE c.id = :id AND {seen(scope, 'c')}")
    found = conn.execute(statement, {"id": case_id, **scope.values}).first()
    return dict(found._mapping) if found else None


def select_entries(conn: Connection, scope: Scope, case_id: str, most: int) -> list[dict[str, Any]]:
    """The entries of a case, by day, with the document each speaks of; a case of a whole book names no entry."""
    rows = conn.execute(
        sa.text(
            "SELECT f.book_id, f.entry_id, p.name AS person_name, d.body, t.start_minute, t.end_minute, t.written_at, t.day"
            " FROM flags f JOIN books b ON b.id = f.book_id LEFT JOIN documents d ON d.book_id = f.book_id AND d.id = f.entry_id"
            " LEFT JOIN flag_entries t ON t.book_id = f.book_id AND t.entry_id = f.entry_id"
            " LEFT JOIN members m ON m.book_id = f.book_id AND m.role = 'apprentice' LEFT JOIN people p ON p.id = m.person_id"
            f" WHERE f.case_id = :id AND {seen(scope, 'b')} ORDER BY t.day, t.start_minute, f.book_id, f.entry_id LIMIT :most"
        ),
        {"id": case_id, "most": most, **scope.values},
    )
    return [dict(row._mapping) for row in rows]


def select_words(conn: Connection, case_id: str) -> list[dict[str, Any]]:
    """Everything that was ever said about a case, the newest first; whoever asks has seen the case."""
    rows = conn.execute(
        sa.text(
            "SELECT w.outcome, w.reason, p.name AS by_name, w.at, w.entries FROM flag_settlements w"
            " LEFT JOIN people p ON p.id = w.by_person WHERE w.case_id = :id ORDER BY w.at DESC, w.id"
        ),
        {"id": case_id},
    )
    return [dict(row._mapping) for row in rows]


def lock_open_cases(conn: Connection, scope: Scope, case_ids: Collection[str]) -> list[Any]:
    """Those that still wait and may be settled from here; nobody settles what speaks about himself."""
    lock = " FOR UPDATE" if conn.dialect.name == "postgresql" else ""
    rows = []
    for case_id in sorted(set(case_ids)):
        found = conn.execute(
            sa.text(
                f"SELECT id, entries, detail FROM flag_cases c WHERE id = :id AND state = 'open' AND {seen(scope, 'c')}"
                f" AND c.person_id <> :me AND (c.about_person IS NULL OR c.about_person <> :me){lock}"
            ),
            {"id": case_id, "me": scope.person_id, **scope.values},
        ).first()
        rows += [found] if found else []
    return rows


def update_settled(conn: Connection, case_id: str, outcome: str, reason: str, by_person: str, at: int) -> None:
    conn.execute(
        sa.text(
            "UPDATE flag_cases SET state = 'settled', outcome = :outcome, reason = :reason, settled_by = :person, settled_at = :at"
            " WHERE id = :id"
        ),
        {"id": case_id, "outcome": outcome, "reason": reason, "person": by_person, "at": at},
    )
    # what is confirmed to be odd stays odd: its entries are looked at one by one
    conn.execute(sa.text("UPDATE flags SET settled = :explained WHERE case_id = :id"), {"id": case_id, "explained": outcome == "explained"})


def count_by_flag(conn: Connection, scope: Scope) -> dict[str, dict[str, int]]:
    rows = conn.execute(
        sa.text(f"SELECT c.flag, c.state, count(*) FROM flag_cases c WHERE {seen(scope, 'c')} GROUP BY c.flag, c.state"), scope.values
    )
    counts: dict[str, dict[str, int]] = {}
    for flag, state, count in rows:
        counts.setdefault(flag, {})[state] = int(count)
    return counts


def select_colleges(conn: Connection, scope: Scope) -> list[str]:
    """Whose thresholds apply to what this desk sees."""
    rows = conn.execute(sa.text(f"SELECT DISTINCT c.college_id FROM books c WHERE {seen(scope, 'c')}"), scope.values)
    return sorted(row[0] for row in rows if row[0])
