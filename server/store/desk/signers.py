"""How people sign, as rows of sign-offs: facts for a desk; and the bases and rule sets that what it sees rests on."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed
from server.store.border import SAME_CHAIN
from server.store.desk.scope import Scope, escape, seen

ROLES = "('mentor', 'college_tutor', 'base_trainer')"


def select_signers(
    conn: Connection, scope: Scope, text: str | None, role: str | None, today: str, place: tuple[int, int]
) -> tuple[int, list[dict[str, Any]]]:
    """Whoever signs in books of this desk: his role, how many apprentices he has today; how many there are, and a page."""
    narrow = (" AND p.name LIKE :text ESCAPE '!'" if text else "") + (" AND m.role = :role" if role else "")
    grouped = (
        "SELECT m.person_id, m.role, p.name, count(DISTINCT CASE WHEN m.from_day <= :today AND (m.to_day IS NULL OR m.to_day >= :today)"
        " THEN m.book_id END) AS apprentices FROM members m JOIN books b ON b.id = m.book_id JOIN people p ON p.id = m.person_id"
        f" WHERE m.role IN {ROLES} AND {seen(scope, 'b')}{narrow} GROUP BY m.person_id, m.role, p.name"
    )
    values = {**scope.values, "today": today} | ({"text": f"%{escape(text)}%"} if text else {}) | ({"role": role} if role else {})
    total = conn.execute(sa.text(f"SELECT count(*) FROM ({grouped}) AS g"), values).scalar_one()
    rows = conn.execute(
        sa.text(f"SELECT * FROM ({grouped}) AS g ORDER BY g.apprentices DESC, g.name, g.person_id, g.role LIMIT :most OFFSET :skipped"),
        {**values, "skipped": place[0], "most": place[1]},
    )
    return int(total), [dict(row._mapping) for row in rows]


def select_signed(conn: Connection, scope: Scope, people: list[str], since: int) -> list[tuple[Any, ...]]:
    """(signer, when, minutes, when the entry was written, book), in the order of signing."""
    return fetch_listed(
        conn,
        "SELECT s.by_person, s.at, s.minutes, t.written_at, s.book_id FROM flag_seals s JOIN books b ON b.id = s.book_id"
        " LEFT JOIN flag_entries t ON t.book_id = s.book_id AND t.entry_id = s.entry_id"
        f" WHERE s.at >= :since AND {seen(scope, 'b')} AND s.by_person AMONG ORDER BY s.by_person, s.at, s.op_id",
        people, since=since, **scope.values,
    )  # fmt: skip


def count_waiting(conn: Connection, scope: Scope, people: list[str], today: str) -> dict[tuple[str, str], tuple[int, str]]:
    """Per signer and role, the entries he might sign that nobody has, and the oldest day among them."""
    rows = fetch_listed(
        conn,
        "SELECT m.person_id, m.role, count(*), min(e.day) FROM members m JOIN books b ON b.id = m.book_id"
        " JOIN entries e ON e.book_id = m.book_id AND e.state = 'logged' AND e.day >= m.from_day AND (m.to_day IS NULL OR e.day <= m.to_day)"
        " WHERE m.from_day <= :today AND (m.to_day IS NULL OR m.to_day >= :today)"
        f" AND {seen(scope, 'b')} AND m.person_id AMONG GROUP BY m.person_id, m.role",
        people, today=today, **scope.values,
    )  # fmt: skip
    return {(row[0], row[1]): (int(row[2]), row[3]) for row in rows}


def select_newest_keys(conn: Connection, people: list[str]) -> dict[str, int]:
    """Since when each has his newest key; whoever asks has seen that he signs here."""
    rows = fetch_listed(
        conn, "SELECT person_id, max(enrolled_at) FROM devices WHERE status = 'active' AND person_id AMONG GROUP BY person_id", people
    )
    return {row[0]: int(row[1]) for row in rows}


def select_open_flags(conn: Connection, scope: Scope, people: list[str]) -> dict[str, int]:
    rows = fetch_listed(
        conn,
        f"SELECT c.person_id, count(*) FROM flag_cases c WHERE c.state = 'open' AND {seen(scope, 'c')} AND c.person_id AMONG GROUP BY c.person_id",
        people, **scope.values,
    )  # fmt: skip
    return {row[0]: int(row[1]) for row in rows}


# --- bases -----------------------------------------------------------------------------------------------------------


def select_bases(conn: Connection, scope: Scope) -> list[dict[str, Any]]:
    """The bases of the chains that what this desk sees belongs to."""
    mine = f"SELECT DISTINCT b.college_id FROM books b WHERE {seen(scope, 'b')}"
    rows = conn.execute(
        sa.text(
            f"SELECT o.id, o.name FROM orgs o WHERE o.kind = 'base' AND EXISTS (SELECT 1 FROM orgs me WHERE me.id IN ({mine})"
            f" AND {SAME_CHAIN}) ORDER BY o.name, o.id"
        ),
        scope.values,
    )
    return [dict(row._mapping) for row in rows]


def select_recognised(conn: Connection, base_ids: Collection[str], today: str) -> dict[str, tuple[str, str | None]]:
    """By base the newest document by which it is recognised on a day, and until when."""
    rows = fetch_listed(
        conn,
        "SELECT base_id, document_no, to_day FROM recognitions WHERE from_day <= :today AND (to_day IS NULL OR to_day >= :today)"
        " AND base_id AMONG ORDER BY from_day, id",
        base_ids, today=today,
    )  # fmt: skip
    return {row[0]: (row[1], row[2]) for row in rows}


def sum_base_hours(conn: Connection, scope: Scope, first: str, last: str) -> list[dict[str, Any]]:
    """Minutes at bases by enterprise: claimed, confirmed and credited, and of how many people."""
    rows = conn.execute(
        sa.text(
            "SELECT b.enterprise_id, o.name, count(DISTINCT e.person_id) AS people, count(*) AS entries, sum(e.claimed_minutes) AS claimed,"
            " sum(e.confirmed_minutes) AS confirmed, sum(e.credited_minutes) AS credited FROM entries e JOIN books b ON b.id = e.book_id"
            " LEFT JOIN orgs o ON o.id = b.enterprise_id WHERE e.place_kind = 'base' AND e.state <> 'withdrawn' AND e.day >= :first"
            f" AND e.day <= :last AND {seen(scope, 'b')} GROUP BY b.enterprise_id, o.name ORDER BY claimed DESC, o.name"
        ),
        {**scope.values, "first": first, "last": last},
    )
    return [dict(row._mapping) for row in rows]


def select_rule_sets(conn: Connection, scope: Scope) -> list[dict[str, Any]]:
    """The rule sets that plans of what this desk sees rest on, and how many plans do."""
    colleges = f"SELECT DISTINCT b.college_id FROM books b WHERE {seen(scope, 'b')}"
    rows = conn.execute(
        sa.text(
            "SELECT r.id, r.name, r.source, r.status, r.region, r.valid_from, r.valid_to, count(p.id) AS plans FROM rule_sets r"
            f" JOIN plans p ON p.rule_set_id = r.id WHERE p.org_id IN ({colleges}) OR p.org_id = :scope_org"
            " GROUP BY r.id, r.name, r.source, r.status, r.region, r.valid_from, r.valid_to ORDER BY r.valid_to, r.id"
        ),
        scope.values,
    )
    return [dict(row._mapping) for row in rows]
