"""Asks the registers what judging needs to know."""

from collections.abc import Collection, Iterable

from sqlalchemy.engine import Connection

from server.services.setup.imports.known import Book, Class, Known, Org, Plan, Registered, Staff
from server.store.people import identities
from server.store.people.vault import Vault
from server.store.setup import rosters


def load_known(conn: Connection, college: str, today: str) -> Known:
    classes = [Class(*row) for row in rosters.select_classes_with_learner(conn, college)]
    plans = [Plan(*row) for row in rosters.select_college_plans(conn, college)]
    return Known(
        college, today,
        orgs=[Org(*row) for row in rosters.select_chain_orgs(conn, college)],
        classes={one.name: one for one in classes},
        plans={one.id: one for one in plans},
        staff=[Staff(*row) for row in rosters.select_signers(conn, college)],
    )  # fmt: skip


def load_people(conn: Connection, vault: Vault, known: Known, blinds: Collection[str]) -> None:
    """Those of these numbers who are registered, with their handbooks."""
    found = identities.select_by_blind(conn, blinds)
    owners = {identity.person_id for identity, _, _ in found.values()}
    books: dict[str, list[Book]] = {}
    rows = rosters.select_books_of(conn, owners)
    enrolled = rosters.select_enrolled(conn, {row[1] for row in rows})
    for person, book, college, head in rows:
        books.setdefault(person, []).append(Book(book, college, head, enrolled.get(book, {})))
    for book, kind, number in rosters.select_agreement_keys(conn, {row[1] for row in rows}):
        known.agreed.setdefault(book, set()).add(f"{kind} {number}")
    for blind, (identity, name, disabled) in found.items():
        contact = identities.open_identity(vault, identity)
        known.people[blind] = Registered(identity.person_id, name, disabled, contact, tuple(books.get(identity.person_id, ())))


def load_names(conn: Connection, known: Known, student_nos: Iterable[str], logins: Iterable[str]) -> None:
    known.student_nos = rosters.select_student_nos(conn, known.college, {number for number in student_nos if number})
    known.logins = rosters.select_logins(conn, {login for login in logins if login})
