"""Samples an authority draws, and what its reader found: notes of its own, never a word in anybody's book."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text, one_of

# `pool_hash` is of the ids there were to draw from: with it and the seed anybody can draw the same again.
samplings = Table(
    "samplings",
    Column("id", Text, primary_key=True),
    Column("org_id", Text, sa.ForeignKey("orgs.id"), nullable=False),
    Column("by_person", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("what", Text, nullable=False),
    Column("day_from", Text, nullable=False),
    Column("day_to", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("wanted", sa.Integer, nullable=False),
    Column("pool", sa.Integer, nullable=False),
    Column("pool_hash", Text, nullable=False),
    one_of("what", "what", "people", "entries"),
    sa.CheckConstraint("day_from <= day_to", name="days"),
    Index("ix_samplings_org", "org_id", "made_at"),
)

# A book's rows may be rebuilt, so they are not pointed at. `entry_id` is '' where the person was drawn.
sampled = Table(
    "sampled",
    Column("sampling_id", Text, sa.ForeignKey("samplings.id"), primary_key=True),
    Column("place", sa.Integer, primary_key=True),
    Column("book_id", Text, nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("outcome", Text),
    Column("note", Text),
    Column("found_by", Text, sa.ForeignKey("people.id")),
    Column("found_at", BigInteger),
    one_of("outcome", "outcome", "in_order", "doubtful", "wrong", "unreached"),
    sa.CheckConstraint("(outcome IS NULL) = (found_at IS NULL) AND (outcome IS NULL) = (found_by IS NULL)", name="found"),
)
