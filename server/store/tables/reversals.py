"""Reversals: what was asked for after a month's lock, why, and the second person's word where one is needed."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text, one_of

WAITING = sa.text("state = 'waiting'")

# Open while it waits for a second person; `op_id` is the operation it became.
reversals = Table(
    "reversals",
    Column("id", Text, primary_key=True),
    Column("book_id", Text, sa.ForeignKey("books.id"), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("minutes", sa.Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("needs", Text),
    Column("asked_by", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("asked_session", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("second_person", Text, sa.ForeignKey("people.id")),
    Column("answer", Text),
    Column("decided_at", BigInteger),
    Column("op_id", Text),
    one_of("state", "state", "waiting", "done", "refused", "dropped"),
    one_of("needs", "needs", "raised", "claimed"),
    sa.CheckConstraint("minutes <> 0", name="minutes"),
    sa.CheckConstraint("second_person <> asked_by", name="two_people"),
    sa.CheckConstraint("(state = 'done') = (op_id IS NOT NULL)", name="done"),
    sa.CheckConstraint("state <> 'done' OR needs IS NULL OR second_person IS NOT NULL", name="needed"),
    Index("ix_reversals_book", "book_id", "asked_at"),
    Index("ix_reversals_open", "book_id", "entry_id", unique=True, sqlite_where=WAITING, postgresql_where=WAITING),
)
