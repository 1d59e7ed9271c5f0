"""A code of six characters, read off one phone and typed into another, says which entries of which book are meant.

It is a pointer, not a key: it is told to members of the book only, who see the book anyway; to everybody else it does not exist.
So a lucky guess shows a stranger nothing, and a member nothing new. Guessing is hopeless besides: six Crockford characters are
2^30 = 1,073,741,824 codes, of which one a person is alive, for ten minutes. One person has 20 wrong tries in ten minutes and all
people of a host together have 300, which is 43,200 a day: against 1,000 living codes one guess in a million hits, all guessers
together once in 25 days, and then one who is in that very book (say 5 of 10,000 people) once in 130 years. A right code costs no try.

Kept is HMAC-SHA-256 under the server's secret: a plain digest of 30 bits could be undone in seconds from a stolen table."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from server.errors import Denial
from server.store.books import codes
from server.store.db import reading, writing
from server.store.host.limits import Limits
from server.store.people.passwords import code_of, read_code

LENGTH = 6
CHANCE = 4
MINUTE = 60_000
LIFE = 10 * MINUTE
OWN_TRIES = 20
ALL_TRIES = 300


def digest(secret: bytes, code: str) -> str:
    return hmac.new(secret, f"short code {code}".encode(), hashlib.sha256).hexdigest()


def make_code(
    secret: bytes, person_id: str, book_id: str, entries: Sequence[str], chances: Sequence[bytes], today: str, now: int
) -> dict[str, Any] | Denial:
    """The code as it is shown, and until when it is good. The person's last one is dead from here on."""
    until = now + LIFE
    with writing() as conn:
        if not codes.is_member(conn, person_id, book_id, today):
            return Denial("not_found")
        for chance in chances:
            code = code_of(chance, LENGTH)
            if codes.insert_code(conn, digest(secret, code), person_id, book_id, entries, until, now):
                return {"code": f"{code[:3]}-{code[3:]}", "until": until}
    return Denial("busy", 1)


def open_code(secret: bytes, limits: Limits, person_id: str, typed: str, today: str, now: int) -> dict[str, Any] | Denial:
    """The try is counted before it is looked at, so that guesses side by side are no way round."""
    tries = (("code_tries", person_id, OWN_TRIES, LIFE), ("code_tries", "", ALL_TRIES, LIFE))
    for one in tries:
        if wait := limits.take(*one, now):
            return Denial("too_many_requests", wait)
    with reading() as conn:
        found = codes.select_code(conn, digest(secret, read_code(typed)), person_id, today, now)
    if found is None:
        return Denial("no_such_code")
    for one in tries:
        limits.give_back(*one)
    return {"book": found[0], "entries": found[1]}
