"""Seats at a desk that were asked for: one person asks, another one gives."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text, one_of

# Whom it is for may not be known here yet: he is made when it is given.
seat_requests = Table(
    "seat_requests",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("org_id", Text, sa.ForeignKey("orgs.id"), nullable=False),
    Column("asked_by", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("second_person", Text, sa.ForeignKey("people.id")),
    Column("outcome", Text),
    Column("ended_at", BigInteger),
    one_of("role", "role", "coordinator", "enterprise_admin", "base_admin", "authority", "system_admin"),
    one_of("outcome", "outcome", "given", "withdrawn", "lapsed"),
    sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
    sa.CheckConstraint("second_person <> asked_by", name="other_people"),
    sa.CheckConstraint("outcome IS NULL OR outcome <> 'given' OR second_person IS NOT NULL", name="two_people"),
    Index("ix_seat_requests_org", "org_id", "asked_at"),
    Index(
        "uq_seat_requests_open", "login", "role", "org_id", unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    ),
)  # fmt: skip
