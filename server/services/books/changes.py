"""What a phone has missed: one snapshot, memberships first, then documents by seq. It writes nothing."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy.engine import Connection

from server.store.books import books, ops
from server.store.days import day_of as day_of
from server.store.db import glancing, reading
from server.store.people import people
from sync.chain import START

MOST_DOCUMENTS = 500
Have = Mapping[str, tuple[int, str]]


class Page(NamedTuple):
    """Documents of one book up to a point of its history, each as (seq, its JSON without the seq)."""

    id: str
    reset: bool
    seq: int
    chain: str
    docs: list[tuple[int, str]]
    more: bool


def changes(person_id: str, epoch: str, have: Have, limit: int, now: int) -> tuple[str, list[Page], list[str]]:
    """The epoch, the books' pages, and the books that are gone. Who only carries asks for no documents (`limit` 0) and hears
    the epoch alone: his answer costs the same however many books he has."""
    today = day_of(now)
    with glancing() as conn:
        if limit == 0:
            return people.select_epoch(conn), [], []
        mine = books.select_mine(conn, person_id, today)
    if is_all_there(mine, epoch, have):
        return mine.epoch, [], []
    with reading() as conn:
        mine = books.select_mine(conn, person_id, today)
        other_epoch = epoch not in ("", mine.epoch)
        left = min(limit, MOST_DOCUMENTS)
        pages: list[Page] = []
        for book_id, head in sorted(mine.heads.items()):
            seq, chain = have.get(book_id, (0, START))
            if (seq, chain) == (head.seq, head.chain) and not other_epoch:
                continue
            page = _page(conn, head, seq, chain, other_epoch, left)
            left -= len(page.docs)
            pages.append(page)
    gone = sorted(book_id for book_id in have if book_id not in mine.heads)
    return mine.epoch, pages, gone


def is_all_there(mine: books.Mine, epoch: str, have: Have) -> bool:
    """Whether the phone stands where all its books stand: most exchanges, answered by one indexed read."""
    at_home = epoch in ("", mine.epoch) and len(have) == len(mine.heads)
    return at_home and all(have.get(head.id) == (head.seq, head.chain) for head in mine.heads.values())


def _page(conn: Connection, head: books.Head, seq: int, chain: str, other_epoch: bool, left: int) -> Page:
    """One book's part of the answer. Without room left it only says that there is more."""
    reset = seq > 0 and (other_epoch or not _agrees(conn, head, seq, chain))
    if reset:
        seq, chain = 0, START
    rows = books.select_page(conn, head.id, seq, left + 1) if left > 0 else []
    more = len(rows) > left or left == 0
    docs = rows[:left]
    if more:
        seq = docs[-1][0] if docs else seq
        chain = (ops.select_chain(conn, head.id, seq) or START) if docs else chain
    else:
        seq, chain = head.seq, head.chain
    return Page(head.id, reset, seq, chain, [(row[0], row[1]) for row in docs], more)


def _agrees(conn: Connection, head: books.Head, seq: int, chain: str) -> bool:
    """Whether the phone's (seq, chain) is a point of this book's history."""
    if seq >= head.seq:
        return seq == head.seq and chain == head.chain
    return chain == ops.select_chain(conn, head.id, seq)
