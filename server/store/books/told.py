"""A book told again from its operations, which are the truth. Every link of its chain is looked at on the way."""

from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from server.store.books.ops import each_accepted_op
from sync.chain import START, link
from sync.errors import Refusal
from sync.op import Sealed, read, take_apart
from sync.reduce import reduce


class Torn(Exception):
    """The operations of this book are not what its chain says."""


class Book(NamedTuple):
    """Its documents as they were after the operation `seq`, and the chain there."""

    id: str
    seq: int
    chain: str
    docs: dict[str, Any]


def tell_book(conn: Connection, book_id: str, until: int | None = None) -> Book:
    """As it is, or as it was when it had so many operations."""
    docs: dict[str, Any] = {}
    seq, chain = 0, START
    for row in each_accepted_op(conn, book_id):
        if until is not None and seq == until:
            break
        seq += 1
        sealed = take_apart(row.jws)
        op = read(sealed) if isinstance(sealed, Sealed) else sealed
        if isinstance(op, Refusal) or row.seq != seq:
            raise Torn(book_id)
        chain = link(chain, op.id)
        if row.chain != chain:
            raise Torn(book_id)
        docs.update(reduce(docs, op))
    if until is not None and seq < until:
        raise Torn(book_id)
    return Book(book_id, seq, chain, docs)
