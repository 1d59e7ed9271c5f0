"""The books of a class, and what the registers say about the people in them."""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed
from server.store.desk.scope import Scope, seen

Chosen = tuple[str, str | None]


class Group(NamedTuple):
    """A class as a desk sees it."""

    id: str
    name: str
    college_id: str
    college: str
    from_day: str
    to_day: str


class ClassBook(NamedTuple):
    """An apprentice's book."""

    id: str
    seq: int
    chain: str
    held: int
    person_id: str
    name: str
    enterprise_id: str
    enterprise: str
    credit_code: str | None


GROUP = """
SELECT c.id, c.name, c.college_id, o.name AS college, c.from_day, c.to_day FROM classes c JOIN orgs o ON o.id = c.college_id
WHERE c.id IN (SELECT b.class_id FROM books b WHERE {0} AND b.class_id IS NOT NULL)
"""


def _groups(scope: Scope) -> str:
    """A coordinator also sees a class in which there is nobody yet."""
    own = " OR c.college_id = :scope_org" if scope.role == "coordinator" else ""
    return GROUP.format(seen(scope, "b")).rstrip() + own


def select_groups(conn: Connection, scope: Scope) -> list[Group]:
    """The newest first."""
    statement = f"{_groups(scope)} ORDER BY 5 DESC, 2, 1"
    return [Group(*row) for row in conn.execute(sa.text(statement), scope.values)]


def select_group(conn: Connection, scope: Scope, class_id: str) -> Group | None:
    statement = f"SELECT * FROM ({_groups(scope)}) AS found WHERE found.id = :class"
    found = conn.execute(sa.text(statement), {"class": class_id, **scope.values}).first()
    return Group(*found) if found else None


BOOK = (
    "SELECT b.id, b.seq, b.chain, b.held, p.id, p.name, o.id, o.name, o.credit_code FROM books b"
    " JOIN members m ON m.book_id = b.id AND m.role = 'apprentice' JOIN people p ON p.id = m.person_id"
    " JOIN orgs o ON o.id = b.enterprise_id"
)


def select_class_books(conn: Connection, scope: Scope, class_id: str, enterprise_id: str | None = None) -> list[ClassBook]:
    """By name."""
    narrow = " AND b.enterprise_id = :enterprise" if enterprise_id else ""
    statement = f"{BOOK} WHERE b.class_id = :class AND {seen(scope, 'b')}{narrow} ORDER BY p.name, b.id"
    values = {"class": class_id, "enterprise": enterprise_id, **scope.values}
    return [ClassBook(*row) for row in conn.execute(sa.text(statement), values)]


def select_exported_books(conn: Connection, scope: Scope, export_id: str) -> list[ClassBook]:
    """Those a file was made of, whatever class they are in by now."""
    statement = f"{BOOK} JOIN export_books x ON x.book_id = b.id WHERE x.export_id = :export AND {seen(scope, 'b')} ORDER BY p.name, b.id"
    return [ClassBook(*row) for row in conn.execute(sa.text(statement), {"export": export_id, **scope.values})]


def select_names(conn: Connection, person_ids: Collection[str]) -> dict[str, str]:
    return {row[0]: row[1] for row in fetch_listed(conn, "SELECT id, name FROM people WHERE id AMONG", person_ids)}


def select_member_names(conn: Connection, book_ids: Collection[str]) -> dict[str, str]:
    members = "SELECT m.person_id FROM members m WHERE m.book_id AMONG"
    return dict(fetch_listed(conn, f"SELECT id, name FROM people WHERE id IN ({members})", book_ids))


def select_base_names(conn: Connection) -> dict[str, str]:
    """A base is called the same whoever asks."""
    rows = conn.execute(sa.text("SELECT id, name FROM orgs WHERE kind = 'base'"))
    return {row[0]: row[1] for row in rows}


def select_rules_said(conn: Connection, book_ids: Collection[str]) -> list[tuple[str, str, int]]:
    """The rule sets the plans of these books rest on: name, source, minutes of a lesson."""
    bodies = fetch_listed(conn, "SELECT body FROM documents WHERE id = book_id AND book_id AMONG", book_ids)
    plans = [plan for row in bodies if (plan := json.loads(row[0])["plan"])]
    names = dict(tuple(row) for row in fetch_listed(conn, "SELECT id, name FROM rule_sets WHERE id AMONG", {plan["rule_set"] for plan in plans}))
    return sorted({(names.get(plan["rule_set"], plan["rule_set"]), plan["source"], plan["rules"]["lesson_minutes"]) for plan in plans})


def select_enrolled(conn: Connection, book_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """What the roster says beside the book, by book."""
    columns = ("book_id", "schooling", "school", "major", "graduates", "post", "occupation_code", "insured_at", "remark")
    rows = fetch_listed(conn, f"SELECT {', '.join(columns)} FROM enrolled WHERE book_id AMONG", book_ids)
    return {row[0]: dict(zip(columns, row, strict=True)) for row in rows}


def select_agreements(conn: Connection, book_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    columns = ("book_id", "kind", "number", "from_day", "to_day")
    rows = fetch_listed(conn, f"SELECT {', '.join(columns)} FROM agreements WHERE ended_on IS NULL AND book_id AMONG ORDER BY from_day, id", book_ids)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(dict(zip(columns, row, strict=True)))
    return found


def select_qualifications(conn: Connection, book_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Of everybody who is or was a mentor in these books."""
    columns = ("person_id", "post", "level", "certificate_no")
    mentors = "SELECT m.person_id FROM members m WHERE m.role = 'mentor' AND m.book_id AMONG"
    rows = fetch_listed(conn, f"SELECT {', '.join(columns)} FROM qualifications WHERE person_id IN ({mentors})", book_ids)
    return {row[0]: dict(zip(columns, row, strict=True)) for row in rows}


def select_chosen_columns(conn: Connection, org_id: str) -> dict[str, list[Chosen]]:
    """By form: the columns in order, each with its own heading if it has one."""
    rows = conn.execute(sa.text("SELECT form, columns FROM form_columns WHERE org_id = :org"), {"org": org_id})
    return {row[0]: read_columns(json.loads(row[1])) for row in rows}


def read_columns(kept: list[Any]) -> list[Chosen]:
    """As a college chose them before columns could have headings of its own, they are kept as keys alone."""
    return [(one, None) if isinstance(one, str) else (one[0], one[1]) for one in kept]


def delete_chosen_columns(conn: Connection, org_id: str, form: str) -> None:
    conn.execute(sa.text("DELETE FROM form_columns WHERE org_id = :org AND form = :form"), {"org": org_id, "form": form})


def upsert_chosen_columns(conn: Connection, org_id: str, form: str, columns: list[Chosen], by: str, now: int) -> None:
    conn.execute(
        sa.text(
            "INSERT INTO form_columns (org_id, form, columns, changed_by, changed_at) VALUES (:org, :form, :columns, :by, :now)"
            " ON CONFLICT (org_id, form) DO UPDATE SET columns = excluded.columns, changed_by = excluded.changed_by,"
            " changed_at = excluded.changed_at"
        ),
        {"org": org_id, "form": form, "columns": json.dumps(columns, ensure_ascii=False), "by": by, "now": now},
    )
