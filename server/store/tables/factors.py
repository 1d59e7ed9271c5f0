"""What somebody at a desk shows beside his password: a secret his phone counts with, and codes for the day it is gone."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Table, Text

# `pending` is a secret that was shown and has not yet been answered; both are sealed for this person
factors = Table(
    "factors",
    Column("person_id", Text, sa.ForeignKey("people.id"), primary_key=True),
    Column("sealed", Text),
    Column("pending", Text),
    Column("last_step", BigInteger, nullable=False, server_default="0"),
    Column("confirmed_at", BigInteger),
    sa.CheckConstraint("(sealed IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
)

# their keyed digests; a code that was used is gone
factor_codes = Table(
    "factor_codes",
    Column("person_id", Text, sa.ForeignKey("people.id"), primary_key=True),
    Column("digest", Text, primary_key=True),
)
