"""What a college's registers hold beside the books: whom it could take in, what the roster says, what was agreed, who changed it."""

import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch, fetch_listed, insert_many, upsert_many
from server.store.border import SAME_CHAIN
from server.store.desk.scope import Scope, seen
from server.store.flags.traces import delete_looks_of
from server.store.people.people import sorted_as
from server.store.setup.mentors import OF_NO_OTHERS

ENROLLED = (
    "book_id", "person_id", "student_no", "schooling", "school", "major", "graduates", "post", "occupation_code", "insured_at",
    "remark", "changed_at",
)  # fmt: skip
AGREEMENT = (
    "id", "kind", "number", "college_id", "enterprise_id", "book_id", "from_day", "to_day", "insurance", "insured_from",
    "insured_to", "created_at",
)  # fmt: skip
LOG = ("id", "org_id", "at", "by_person", "role", "subject", "subject_id", "act", "body")
LISTS = ("modules", "places", "rules", "closed_days")


class Logged(NamedTuple):
    """Who changed what in a register."""

    id: str
    org_id: str
    at: int
    by_person: str
    role: str
    subject: str
    subject_id: str
    act: str
    body: str


def select_chain_orgs(conn: Connection, college: str) -> list[tuple[Any, ...]]:
    """(id, kind, name, credit code) of the chain this college is in: further it does not see."""
    statement = f"SELECT o.id, o.kind, o.name, o.credit_code FROM orgs o JOIN orgs me ON me.id = :college WHERE {SAME_CHAIN} ORDER BY o.name"
    return fetch(conn, statement, college=college)


def select_classes_with_learner(conn: Connection, college: str) -> list[tuple[Any, ...]]:
    """(id, name, plan, first and last day, kind of learner of its first book)."""
    rows = fetch(
        conn,
        "SELECT c.id, c.name, c.plan_id, c.from_day, c.to_day, (SELECT d.body FROM documents d WHERE d.id = d.book_id AND d.book_id ="
        " (SELECT min(b.id) FROM books b WHERE b.class_id = c.id)) FROM classes c WHERE c.college_id = :college ORDER BY c.name",
        college=college,
    )
    return [(*row[:5], json.loads(row[5])["learner"] if row[5] else None) for row in rows]


def select_college_plans(conn: Connection, college: str) -> list[tuple[Any, ...]]:
    """(id, name, occupation, level, version)."""
    return fetch(conn, "SELECT id, name, occupation, level, version FROM plans WHERE org_id = :college ORDER BY name, version", college=college)


def select_plan_bodies(conn: Connection, plans: Collection[str]) -> dict[str, dict[str, Any]]:
    """What plan.set says of each of these plans."""
    rows = fetch_listed(
        conn,
        "SELECT p.id, p.name, p.rule_set_id, r.source, r.status, p.modules, p.places, r.rules, p.closed_days"
        " FROM plans p JOIN rule_sets r ON r.id = p.rule_set_id WHERE p.id AMONG",
        plans,
    )
    found = {}
    for row in rows:
        whole = dict(zip(("plan", "name", "rule_set", "source", "status"), row[:5], strict=True))
        found[row[0]] = whole | {name: json.loads(text) for name, text in zip(LISTS, row[5:], strict=True)}
    return found


def select_signers(conn: Connection, college: str) -> list[tuple[Any, ...]]:
    """(person, name, login, role, organisation) of everybody in the chain who may sign."""
    return fetch(
        conn,
        "SELECT r.person_id, p.name, p.login, r.role, r.org_id FROM roles r JOIN people p ON p.id = r.person_id JOIN orgs o ON o.id = r.org_id"
        f" JOIN orgs me ON me.id = :college WHERE r.role IN ('mentor', 'college_tutor', 'base_trainer') AND NOT p.disabled AND {SAME_CHAIN}",
        college=college,
    )


def select_books_of(conn: Connection, people: Collection[str]) -> list[tuple[Any, ...]]:
    """(person, book, college, head) of everybody's handbooks, wherever: nobody may be an apprentice twice in the same days."""
    rows = fetch_listed(
        conn,
        "SELECT m.person_id, b.id, b.college_id, d.body FROM members m JOIN books b ON b.id = m.book_id"
        " JOIN documents d ON d.book_id = b.id AND d.id = b.id WHERE m.role = 'apprentice' AND m.person_id AMONG",
        people,
    )
    return [(*row[:3], json.loads(row[3])) for row in rows]


def select_enrolled(conn: Connection, books: Collection[str]) -> dict[str, dict[str, Any]]:
    statement = f"SELECT {', '.join(ENROLLED)} FROM enrolled WHERE book_id AMONG"
    return {row[0]: dict(zip(ENROLLED, row, strict=True)) for row in fetch_listed(conn, statement, books)}


def select_agreement_keys(conn: Connection, books: Collection[str]) -> list[tuple[Any, ...]]:
    """(book, kind, number)."""
    return fetch_listed(conn, "SELECT book_id, kind, number FROM agreements WHERE book_id AMONG", books)


def select_student_nos(conn: Connection, college: str, numbers: Collection[str]) -> dict[str, str]:
    """Whose each of these student numbers is in this college."""
    rows = fetch_listed(
        conn,
        "SELECT e.student_no, e.person_id FROM enrolled e JOIN books b ON b.id = e.book_id WHERE b.college_id = :college AND e.student_no AMONG",
        numbers, college=college,
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def select_logins(conn: Connection, logins: Collection[str]) -> set[str]:
    return {row[0] for row in fetch_listed(conn, "SELECT login FROM people WHERE login AMONG", logins)}


# --- writing -------------------------------------------------------------------------------------------------------


def insert_people(conn: Connection, rows: Sequence[tuple[str, str, str, int]]) -> None:
    """(id, name, login, now)."""
    named = [(one, name, sorted_as(name), login, at) for one, name, login, at in rows]
    insert_many(conn, "people", ("id", "name", "sorted_as", "login", "created_at"), named)


def insert_roles(conn: Connection, rows: Sequence[tuple[str, str, str]]) -> None:
    """(person, role, organisation)."""
    upsert_many(conn, "roles", ("person_id", "role", "org_id"), ("person_id", "role", "org_id"), sorted(set(rows)))


def insert_class(conn: Connection, row: tuple[str, str, str, str | None, str, str, int]) -> None:
    """(id, college, name, plan, first day, last day, now)."""
    insert_many(conn, "classes", ("id", "college_id", "name", "plan_id", "from_day", "to_day", "created_at"), [row])


def upsert_enrolled(conn: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    upsert_many(conn, "enrolled", ("book_id",), ENROLLED, rows)


def insert_agreements(conn: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    insert_many(conn, "agreements", AGREEMENT, rows)
    delete_looks_of(conn, {row[AGREEMENT.index("book_id")] for row in rows} - {None})


def insert_log(conn: Connection, rows: Sequence[Logged]) -> None:
    insert_many(conn, "register_log", LOG, rows)


def select_class_ids(conn: Connection, college: str) -> dict[str, str]:
    rows = conn.execute(sa.text("SELECT name, id FROM classes WHERE college_id = :college"), {"college": college})
    return {row[0]: row[1] for row in rows}


def select_class_plans(conn: Connection, college: str) -> dict[str, str | None]:
    """The plan of each class, by its name."""
    rows = conn.execute(sa.text("SELECT name, plan_id FROM classes WHERE college_id = :college"), {"college": college})
    return {row[0]: row[1] for row in rows}


def select_opened_me(conn: Connection, people: Collection[str]) -> set[str]:
    """Who of them has a book of his own already."""
    return {row[0] for row in fetch_listed(conn, "SELECT id FROM books WHERE id AMONG", people)}


# --- classes and who is in them ------------------------------------------------------------------------------------


def select_class_head(conn: Connection, scope: Scope, class_id: str) -> tuple[str, str] | None:
    """The names of the college and of a class of it."""
    found = conn.execute(
        sa.text("SELECT o.name, c.name FROM classes c JOIN orgs o ON o.id = c.college_id WHERE c.id = :id AND c.college_id = :org"),
        {"id": class_id, "org": scope.org_id},
    ).first()
    return (found[0], found[1]) if found else None


def select_org_name(conn: Connection, org_id: str) -> str:
    return str(conn.execute(sa.text("SELECT name FROM orgs WHERE id = :id"), {"id": org_id}).scalar_one())


HOLDS = "EXISTS (SELECT 1 FROM activations a WHERE a.person_id = p.id AND a.used_at IS NULL AND a.expires_at > :now)"
NEWCOMERS = """
SELECT p.id, p.name, p.login FROM people p WHERE p.password_hash IS NULL AND NOT p.disabled AND p.id IN (
  SELECT m.person_id FROM members m JOIN books b ON b.id = m.book_id WHERE b.class_id = :class AND {seen} AND {who}
) AND {of_no_others} AND {which}
ORDER BY COALESCE((SELECT max(a.issued_at) FROM activations a WHERE a.person_id = p.id AND a.used_at IS NULL AND a.expires_at > :now), 0),
  (SELECT min(e.student_no) FROM enrolled e WHERE e.person_id = p.id), p.name, p.id LIMIT :limit
"""
WHICH = {"lacking": f"NOT {HOLDS}", "all": "1 = 1"}
WHO = {"apprentices": "m.role = 'apprentice'", "mentors": "m.role IN ('mentor', 'college_tutor', 'base_trainer')"}


def select_handled_by(conn: Connection, person_id: str, people: Collection[str]) -> set[str]:
    """Those of them whom this person took in as signers, gave another name, or gave apprentices."""
    statement = (
        "SELECT subject_id FROM register_log WHERE subject = 'mentor' AND by_person = :by AND (act = 'made' OR"
        " (act = 'changed' AND (body LIKE :named OR body LIKE :paired))) AND subject_id AMONG"
    )
    # a quote inside of a value is written with a stroke before it: these stand for the fields alone
    return {row[0] for row in fetch_listed(conn, statement, people, by=person_id, named='%"name":%', paired='%"paired":%')}


def select_newcomers(conn: Connection, scope: Scope, class_id: str, who: str, which: str, now: int, limit: int) -> list[tuple[str, str, str]]:
    """(person, name, login) of a class who have never been in and are its college's to let in: those without a living code, all of
    them, or the one whose handbook is named."""
    narrow = WHICH.get(which, "p.id IN (SELECT person_id FROM members WHERE book_id = :which AND role = 'apprentice')")
    statement = NEWCOMERS.format(seen=seen(scope, "b"), who=WHO[who], of_no_others=OF_NO_OTHERS, which=narrow)
    rows = conn.execute(sa.text(statement), {"class": class_id, "which": which, "now": now, "limit": limit, **scope.values})
    return [(row[0], row[1], row[2]) for row in rows]
