"""Identities of earlier releases were found by kind and number, so that one number under two kinds was two people. They are brought to
the number alone, some at a time, also under a server at work; what fails halfway is simply done again."""

from server.store.db import reading, writing
from server.store.people import identities
from server.store.people.vault import Vault

AT_ONCE = 500


def blind_anew(vault: Vault) -> tuple[int, int]:
    """How many were, and how many could not be because somebody else is registered under the same number: those are for a person."""
    done, shared, after = 0, 0, ""
    while True:
        with reading() as conn:
            rows = identities.select_old(conn, after, AT_ONCE)
        if not rows:
            return done, shared
        after = rows[-1].person_id
        wanted = [(row, identities.blind_number(vault, identities.open_identity(vault, row)["number"])) for row in rows]
        with writing() as conn:
            changed = sum(identities.update_blind(conn, row, blind) for row, blind in wanted)
        done, shared = done + changed, shared + len(rows) - changed
