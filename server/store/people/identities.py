"""Who somebody is on paper, under seal: the row, and how it is opened with the vault."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_listed, insert_many, upsert_many
from server.store.people.vault import Vault

CONTACT = ("number", "phone", "guardian", "guardian_phone")
# a number is found whatever kind of paper it is said to be of; digests without this sign are of earlier releases, which told kinds apart
SIGN = "n."
COLUMNS = ("person_id", "kind", "data_key", "blind", "sealed", "changed_at", "college_id")


class Identity(NamedTuple):
    """As it lies in the database. How he is reached belongs to the college that entered it."""

    person_id: str
    kind: str
    data_key: str
    blind: str
    sealed: str
    changed_at: int
    college_id: str | None


def blind_number(vault: Vault, number: str) -> str:
    return SIGN + vault.blind("number", number)


def seal_identity(vault: Vault, person_id: str, kind: str, contact: Mapping[str, str], now: int, college: str | None) -> Identity:
    """A first one, under a fresh key of the person's own."""
    data_key = vault.make_key(person_id)
    sealed = vault.box(person_id, data_key).seal("identity", _text(contact))
    return Identity(person_id, kind, data_key, blind_number(vault, contact["number"]), sealed, now, college)


def reseal_identity(vault: Vault, identity: Identity, contact: Mapping[str, str], now: int, college: str) -> Identity:
    """Another telephone, another guardian, and the college that entered them; the number stays whose it is."""
    sealed = vault.box(identity.person_id, identity.data_key).seal("identity", _text(contact))
    return identity._replace(sealed=sealed, blind=blind_number(vault, contact["number"]), changed_at=now, college_id=college)


def open_identity(vault: Vault, identity: Identity) -> dict[str, str]:
    found: dict[str, str] = json.loads(vault.box(identity.person_id, identity.data_key).unseal("identity", identity.sealed))
    return found


def open_for(vault: Vault, identity: Identity, college: str) -> dict[str, str]:
    """As this college may read it: the number, and what it entered itself."""
    found = open_identity(vault, identity)
    return found if identity.college_id == college else {**dict.fromkeys(CONTACT, ""), "number": found["number"]}


def _text(contact: Mapping[str, str]) -> str:
    return json.dumps({name: contact.get(name, "") for name in CONTACT}, ensure_ascii=False)


def insert_identities(conn: Connection, rows: Sequence[Identity]) -> None:
    insert_many(conn, "identities", COLUMNS, rows)


def upsert_identities(conn: Connection, rows: Sequence[Identity]) -> None:
    upsert_many(conn, "identities", ("person_id",), COLUMNS, rows)


def select_identities(conn: Connection, people: Collection[str]) -> dict[str, Identity]:
    statement = f"SELECT {', '.join(COLUMNS)} FROM identities WHERE person_id AMONG"
    return {row[0]: Identity(*row) for row in fetch_listed(conn, statement, people)}


def select_by_blind(conn: Connection, blinds: Collection[str]) -> dict[str, tuple[Identity, str, bool]]:
    """By the digest of a number: the identity, the person's name and whether he is disabled. Of all colleges: nobody is
    registered twice."""
    columns = ", ".join(f"i.{name}" for name in COLUMNS)
    statement = f"SELECT {columns}, p.name, p.disabled FROM identities i JOIN people p ON p.id = i.person_id WHERE i.blind AMONG"
    found: dict[str, tuple[Identity, str, bool]] = {}
    for row in fetch_listed(conn, statement, blinds):
        identity: Any = Identity(*row[:7])
        found[identity.blind] = (identity, row[7], bool(row[8]))
    return found


def select_old(conn: Connection, after: str, limit: int) -> list[Identity]:
    """Those found by kind and number still, in the order of their people."""
    statement = sa.text(
        f"SELECT {', '.join(COLUMNS)} FROM identities WHERE person_id > :after AND blind NOT LIKE :sign ORDER BY person_id LIMIT :limit"
    )
    return [Identity(*row) for row in conn.execute(statement, {"after": after, "sign": f"{SIGN}%", "limit": limit})]


def update_blind(conn: Connection, identity: Identity, blind: str) -> bool:
    """False when it has changed meanwhile, or somebody else has this number."""
    done = conn.execute(
        sa.text(
            "UPDATE identities SET blind = :blind WHERE person_id = :person AND blind = :old"
            " AND NOT EXISTS (SELECT 1 FROM identities o WHERE o.blind = :blind)"
        ),
        {"blind": blind, "person": identity.person_id, "old": identity.blind},
    )
    return done.rowcount == 1
