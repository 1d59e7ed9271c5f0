"""People, their roles, and the one-time codes that let them in for the first time."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.books import MEMBER_TODAY
from server.store.books.bulk import fetch, fetch_listed
from server.store.db import Glance


class Person(NamedTuple):
    """Who somebody is and how he last got in."""

    id: str
    name: str
    login: str
    password_hash: str | None
    failures: int
    failed_at: int


class Activation(NamedTuple):
    """The newest code of a person."""

    id: str
    code_hash: str
    expires_at: int
    tries: int
    used_at: int | None


# A slip with a code is handed over in person, over a long week-end if need be.
CODE_LIFE = 72 * 60 * 60 * 1000
PERSON = "SELECT id, name, login, password_hash, failures, failed_at FROM people WHERE NOT disabled AND"


def select_person(conn: Connection, person_id: str) -> Person | None:
    found = conn.execute(sa.text(f"{PERSON} id = :id"), {"id": person_id}).first()
    return Person._make(found) if found else None


def select_everybody(conn: Connection, ids: Collection[str]) -> dict[str, Person]:
    """By id, also those who have been disabled."""
    rows = fetch_listed(conn, "SELECT id, name, login, password_hash, failures, failed_at FROM people WHERE id AMONG", ids) if ids else []
    return {row[0]: Person(*row) for row in rows}


def select_enabled(conn: Connection, ids: Collection[str]) -> set[str]:
    """Which of these have not been disabled."""
    return {row[0] for row in fetch_listed(conn, "SELECT id FROM people WHERE NOT disabled AND id AMONG", ids)} if ids else set()


def select_known(conn: Connection, ids: Collection[str]) -> set[str]:
    """Which of these are ids of people."""
    return {row[0] for row in fetch_listed(conn, "SELECT id FROM people WHERE id AMONG", ids)}


def select_names(conn: Connection, ids: Collection[str]) -> dict[str, str]:
    """By id, of everybody there ever was."""
    return dict(fetch_listed(conn, "SELECT id, name FROM people WHERE id AMONG", ids)) if ids else {}


def select_person_by_login(conn: Connection, login: str) -> Person | None:
    found = conn.execute(sa.text(f"{PERSON} login = :login"), {"login": login}).first()
    return Person._make(found) if found else None


def sorted_as(name: str) -> str:
    """What puts names in the order of a Chinese dictionary, on every database: GB 18030 has its common letters by their sound."""
    return name.encode("gb18030").hex()


def mend_sorting(conn: Connection) -> int:
    """Where a name and what it is sorted by have come apart; the trigger on people brings it to their entries. How many had to be."""
    people = conn.execute(sa.text("SELECT id, name, sorted_as FROM people")).all()
    apart = [{"id": row[0], "sorted_as": sorted_as(row[1])} for row in people if row[2] != sorted_as(row[1])]
    if apart:
        conn.execute(sa.text("UPDATE people SET sorted_as = :sorted_as WHERE id = :id"), apart)
    return len(apart)


def insert_person(conn: Connection, person_id: str, name: str, login: str, now: int) -> bool:
    """False when the login is somebody's already."""
    done = conn.execute(
        sa.text(
            "INSERT INTO people (id, name, sorted_as, login, created_at) VALUES (:id, :name, :sorted_as, :login, :now)"
            " ON CONFLICT (login) DO NOTHING"
        ),
        {"id": person_id, "name": name, "sorted_as": sorted_as(name), "login": login, "now": now},
    )
    return done.rowcount == 1


def update_disabled(conn: Connection, person_id: str, disabled: bool) -> bool:
    done = conn.execute(
        sa.text("UPDATE people SET disabled = :disabled WHERE id = :id"), {"id": person_id, "disabled": disabled}
    )
    return done.rowcount == 1


def update_password(conn: Connection, person_id: str, password_hash: str) -> None:
    conn.execute(
        sa.text("UPDATE people SET password_hash = :hash, failures = 0 WHERE id = :id"),
        {"id": person_id, "hash": password_hash},
    )


def count_try(conn: Connection, person: Person, now: int) -> bool:
    """Count a try before it is looked at; False when another one got in between, so that guesses cannot run side by side."""
    done = conn.execute(
        sa.text(
            "UPDATE people SET failures = failures + 1, failed_at = :now"
            " WHERE id = :id AND failures = :failures AND failed_at = :failed_at"
        ),
        {"id": person.id, "failures": person.failures, "failed_at": person.failed_at, "now": now},
    )
    return done.rowcount == 1


def count_failure(conn: Connection, person_id: str, now: int) -> None:
    """A try that came beside another one and is not looked at."""
    conn.execute(
        sa.text("UPDATE people SET failures = failures + 1, failed_at = :now WHERE id = :id"), {"id": person_id, "now": now}
    )


def give_back_try(conn: Connection, person_id: str) -> None:
    """The password was never looked at."""
    conn.execute(
        sa.text("UPDATE people SET failures = failures - 1 WHERE id = :id AND failures > 0"), {"id": person_id}
    )


def forget_tries(conn: Connection, person_id: str) -> None:
    conn.execute(sa.text("UPDATE people SET failures = 0 WHERE id = :id"), {"id": person_id})


def spend_a_write(conn: Connection) -> None:
    """As much work as count_try, for a name nobody has: the answer must not come sooner."""
    conn.execute(sa.text("UPDATE instance SET restored_at = restored_at"))


# --- roles -------------------------------------------------------------------------------------------------------


def select_roles(conn: Connection, person_id: str) -> Sequence[sa.Row[Any]]:
    """(role, org, name of the org)."""
    return conn.execute(
        sa.text(
            "SELECT r.role, r.org_id, o.name FROM roles r JOIN orgs o ON o.id = r.org_id"
            " WHERE r.person_id = :person ORDER BY r.role, r.org_id"
        ),
        {"person": person_id},
    ).fetchall()


def select_orgs_of_role(conn: Connection, person_id: str, role: str) -> list[str]:
    rows = conn.execute(
        sa.text("SELECT org_id FROM roles WHERE person_id = :person AND role = :role ORDER BY org_id"),
        {"person": person_id, "role": role},
    )
    return [row[0] for row in rows]


def insert_role(conn: Connection, person_id: str, role: str, org_id: str) -> None:
    conn.execute(
        sa.text(
            "INSERT INTO roles (person_id, role, org_id) VALUES (:person, :role, :org)"
            " ON CONFLICT (person_id, role, org_id) DO NOTHING"
        ),
        {"person": person_id, "role": role, "org": org_id},
    )


def delete_role(conn: Connection, person_id: str, role: str, org_id: str) -> bool:
    done = conn.execute(
        sa.text("DELETE FROM roles WHERE person_id = :person AND role = :role AND org_id = :org"),
        {"person": person_id, "role": role, "org": org_id},
    )
    return done.rowcount == 1


SEEN = f"""
SELECT p.id, p.name FROM people p WHERE p.id > :after AND p.id IN (
  SELECT o.person_id FROM members m JOIN members o ON o.book_id = m.book_id
    WHERE {MEMBER_TODAY}
  UNION SELECT r.person_id FROM members m JOIN books b ON b.id = m.book_id
    JOIN roles r ON r.org_id = b.college_id AND r.role = 'coordinator' WHERE {MEMBER_TODAY}
  UNION SELECT o.person_id FROM roles r JOIN books b ON b.college_id = r.org_id JOIN members o ON o.book_id = b.id
    WHERE r.person_id = :person AND r.role = 'coordinator'
  UNION SELECT o.person_id FROM roles r JOIN books b ON b.enterprise_id = r.org_id JOIN members o ON o.book_id = b.id
    WHERE r.person_id = :person AND r.role = 'enterprise_admin'
  UNION SELECT t.asked_by FROM members m JOIN members o ON o.book_id = m.book_id JOIN resets t ON t.person_id = o.person_id
    WHERE t.outcome = 'done' AND {MEMBER_TODAY}
  UNION SELECT t.second_person FROM members m JOIN members o ON o.book_id = m.book_id JOIN resets t ON t.person_id = o.person_id
    WHERE t.outcome = 'done' AND {MEMBER_TODAY}
) ORDER BY p.id LIMIT :limit
"""


def select_seen_people(conn: Connection, person_id: str, today: str, after: str, limit: int) -> Sequence[sa.Row[Any]]:
    """The people of the books this person may see, as a member today or from the desk of a college or an enterprise; who
    decides about a member's books in the name of the college, and who made a member's access anew."""
    given = {"person": person_id, "today": today, "after": after, "limit": limit}
    return conn.execute(sa.text(SEEN), given).fetchall()


# --- activation codes --------------------------------------------------------------------------------------------


def insert_activation(conn: Connection, row: dict[str, Any]) -> None:
    conn.execute(
        sa.text(
            "INSERT INTO activations (id, person_id, code_hash, issued_at, expires_at, printed_by)"
            " VALUES (:id, :person_id, :code_hash, :issued_at, :expires_at, :printed_by)"
        ),
        row,
    )


def select_holders(conn: Connection, ids: Collection[str], now: int) -> set[str]:
    """Those of them who have a code that still opens."""
    statement = "SELECT person_id FROM activations WHERE used_at IS NULL AND expires_at > :now AND person_id AMONG"
    return {row[0] for row in fetch_listed(conn, statement, ids, now=now)}


NEWER = "SELECT 1 FROM activations n WHERE n.person_id = {0}.person_id AND (n.issued_at, n.id) > ({0}.issued_at, {0}.id)"


def select_let_in_by(conn: Connection, by: str, ids: Collection[str]) -> set[str]:
    """Those of them whose newest slip this person printed: their keys may be in those hands."""
    statement = f"SELECT a.person_id FROM activations a WHERE a.printed_by = :by AND NOT EXISTS ({NEWER.format('a')}) AND a.person_id AMONG"
    return {row[0] for row in fetch_listed(conn, statement, ids, by=by)} if ids else set()


def lock_people(conn: Connection, ids: Collection[str]) -> None:
    """Who has any of them in hand is waited for; whoever only points to them goes on. In the order of their ids. SQLite has one writer."""
    if ids and conn.dialect.name == "postgresql":
        fetch_listed(conn, "SELECT id FROM people WHERE id AMONG ORDER BY id FOR NO KEY UPDATE", ids)


def select_activation(conn: Connection, person_id: str) -> Activation | None:
    """Only the newest code counts."""
    found = conn.execute(
        sa.text(
            "SELECT id, code_hash, expires_at, tries, used_at FROM activations WHERE person_id = :person"
            " ORDER BY issued_at DESC, id DESC LIMIT 1"
        ),
        {"person": person_id},
    ).first()
    return Activation._make(found) if found else None


def count_code_try(conn: Connection, activation_id: str, most: int) -> bool:
    """Count a try before it is looked at; False when there are none left."""
    done = conn.execute(
        sa.text("UPDATE activations SET tries = tries + 1 WHERE id = :id AND tries < :most"),
        {"id": activation_id, "most": most},
    )
    return done.rowcount == 1


def give_back_code_try(conn: Connection, activation_id: str) -> None:
    conn.execute(sa.text("UPDATE activations SET tries = tries - 1 WHERE id = :id"), {"id": activation_id})


def use_activation(conn: Connection, activation_id: str, now: int) -> bool:
    """False when another request used it first, or a newer one was printed meanwhile."""
    done = conn.execute(
        sa.text(f"UPDATE activations SET used_at = :now WHERE id = :id AND used_at IS NULL AND NOT EXISTS ({NEWER.format('activations')})"),
        {"id": activation_id, "now": now},
    )
    return done.rowcount == 1


def select_epoch(conn: Connection | Glance) -> str:
    epoch: str = fetch(conn, "SELECT epoch FROM instance")[0][0]
    return epoch
