"""Asks the registers what judging needs to know."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy.engine import Connection

from server.papers.incoming.levels import write_levels
from server.papers.incoming.pairs import ORG_KINDS, most_of
from server.services.setup.imports.apprentices import Apprentice, Register
from server.services.setup.imports.known import Book, Class, Known, Org, Plan, Registered, Staff, is_elsewhere
from server.services.setup.imports.pairings import Ground, Master, Paired
from server.services.setup.imports.plans import Kept, Occupation, Rules, Shelf
from server.services.setup.imports.results import Claim
from server.store.desk import results
from server.store.people import identities
from server.store.people.people import select_let_in_by
from server.store.people.vault import Vault
from server.store.setup import mentors, occupations, pairings, rosters, versions
from server.store.setup.imports import Import

ANYWHERE = (("post", "企业岗位"), ("college", "院校"), ("online", "线上"))
MOST_PLACES = 20


def load_known(conn: Connection, college: str, by: str, today: str) -> Known:
    classes = [Class(*row) for row in rosters.select_classes_with_learner(conn, college)]
    plans = [Plan(*row) for row in rosters.select_college_plans(conn, college)]
    staff = [Staff(*row) for row in rosters.select_signers(conn, college)]
    return Known(
        college, today,
        orgs=[Org(*row) for row in rosters.select_chain_orgs(conn, college)],
        classes={one.name: one for one in classes},
        plans={one.id: one for one in plans},
        staff=staff, let_in=select_let_in_by(conn, by, {one.id for one in staff}),
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
        contact, his = identities.open_for(vault, identity, known.college), tuple(books.get(identity.person_id, ()))
        elsewhere = is_elsewhere(identity.college_id, known.college, ((book.college, book.head["to"]) for book in his), known.today)
        known.people[blind] = Registered(identity.person_id, name, disabled, contact, his, elsewhere)


def load_names(conn: Connection, known: Known, student_nos: Iterable[str], logins: Iterable[str]) -> None:
    known.student_nos = rosters.select_student_nos(conn, known.college, {number for number in student_nos if number})
    known.logins = rosters.select_logins(conn, {login for login in logins if login})


def load_ground(conn: Connection, vault: Vault, whose: Import, today: str, keys: Collection[str]) -> Ground:
    college = whose.org_id
    register = load_register(conn, vault, college, keys)
    apprentices = register.apprentices
    paired: dict[str, list[Paired]] = {}
    for one in pairings.select_pairs(conn, {one.book for one in apprentices}):
        pair = Paired(*(one[name] for name in ("member", "person_id", "name", "role", "from_day", "to_day")))
        paired.setdefault(one["book"], []).append(pair)
    staff = [Master(*row) for row in mentors.select_staff(conn, college)]
    people = {one.id for one in staff}
    spans = {(person, role): rows for role in ORG_KINDS for person, rows in pairings.select_spans(conn, people, role).items()}
    limits = pairings.select_limits(conn, {one.class_id for one in apprentices if one.class_id})
    return Ground(
        college, today, register, [Org(*row) for row in rosters.select_chain_orgs(conn, college)], staff, paired,
        mentors.select_qualified(conn, people), spans, most_of(limits)[0],
        mentors.select_others(conn, college, people), select_let_in_by(conn, whose.by_person, people),
    )  # fmt: skip


def load_register(conn: Connection, vault: Vault, college: str, keys: Collection[str]) -> Register:
    """`keys`: what the file calls apprentices by; some of them are document numbers."""
    return Register([Apprentice(*row) for row in pairings.select_apprentices(conn, college)], load_numbers(conn, vault, keys))


def load_claims(conn: Connection, books: Collection[str]) -> dict[str, list[Claim]]:
    """The results in each of these books."""
    found: dict[str, list[Claim]] = {}
    for book, doc in results.select_claims(conn, books):
        found.setdefault(book, []).append(Claim(doc["id"], book, doc["version"], doc["state"], doc["by"], doc["content"]))
    return found


def load_numbers(conn: Connection, vault: Vault, keys: Collection[str]) -> dict[str, str]:
    """Whose each of these is, as far as it is a document number."""
    blinds = {identities.blind_number(vault, key.upper()): key.upper() for key in keys if key}
    return {blinds[blind]: found[0].person_id for blind, found in identities.select_by_blind(conn, blinds).items()}


def load_first_places(conn: Connection, college: str, newest: Mapping[str, Any]) -> list[dict[str, str]]:
    """Where a first plan's hours may be: any post, the college, online, and each base of the chain."""
    if newest:
        return []
    bases = [{"id": org[0], "name": org[2][:40], "kind": "base"} for org in rosters.select_chain_orgs(conn, college) if org[1] == "base"]
    return [*({"id": kind, "name": name, "kind": kind} for kind, name in ANYWHERE), *bases][:MOST_PLACES]


def load_shelf(conn: Connection, college: str, today: str) -> Shelf:
    """Where a row names no rule set, the one most plans of the college stand under is taken, or the latest."""
    rule_sets = [Rules(*row) for row in versions.select_rules(conn, college, today)]
    newest = versions.select_newest(conn, college)
    used = [one["rule_set"] for one in newest.values()]
    usual = max(rule_sets, key=lambda one: used.count(one.id), default=None)
    kept = {name: Kept(*(one[part] for part in Kept._fields)) for name, one in newest.items()}
    trades = [
        Occupation(row["id"], row["code"], row["name"], row["edition"], tuple(write_levels(row["levels"])))
        for row in occupations.select_in_reach(conn, college, today)
    ]  # fmt: skip
    return Shelf(rule_sets, usual, kept, trades, newest, load_first_places(conn, college, newest))
