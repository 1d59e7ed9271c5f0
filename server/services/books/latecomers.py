"""Check-ins whose session came after them: what their codes are worth is said once it is there, or once nobody expects it any more."""

import logging

from server.services.books import intake
from server.services.books.proofs import WAIT, prove
from server.store.books import books, presences
from server.store.db import reading, writing
from server.store.host.writer import Writer
from sync.errors import Refusal
from sync.op import read, take_apart

log = logging.getLogger("jiangji.latecomers")

AT_ONCE = 200


def prove_latecomers(writer: Writer, now: int) -> int:
    """How many have their word now. What fails for one fails for nobody else."""
    with reading() as conn:
        ready = presences.select_ready(conn, now - WAIT, AT_ONCE)
    done = 0
    for book_id, jws in ready:
        try:
            done += _prove(book_id, jws, writer, now)
        except Exception:
            log.exception("a check-in's code could not be looked at and will be tried again: book %s", book_id)
    return done


def _prove(book_id: str, jws: str, writer: Writer, now: int) -> int:
    sealed = take_apart(jws)
    op = sealed if isinstance(sealed, Refusal) else read(sealed)
    if isinstance(op, Refusal):
        raise ValueError(f"a stored operation cannot be read: {op.word}")
    with writing() as conn:
        books.lock_books(conn, {book_id})
        said = prove(conn, [op], books.select_documents(conn, book_id, {op.doc}), writer, now)
        intake.accept_own(conn, said, now)
    return len(said)
