"""Exports: every file that has left this house, what it says, what it rests on, and which two people answer for it."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text, one_of

# The id is that of the job that makes it. Without an enterprise it is the whole class; without a month all there is.
exports = Table(
    "exports",
    Column("id", Text, sa.ForeignKey("jobs.id"), primary_key=True),
    Column("form", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("aim", Text, nullable=False),
    Column("college_id", Text, sa.ForeignKey("orgs.id"), nullable=False),
    Column("class_id", Text, sa.ForeignKey("classes.id"), nullable=False),
    Column("enterprise_id", Text, sa.ForeignKey("orgs.id")),
    Column("month", Text),
    Column("full_ids", sa.Boolean, nullable=False),
    Column("reason", Text),
    Column("asked_by", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("made_at", BigInteger),
    Column("bytes", BigInteger),
    Column("sha256", Text),
    Column("content_hash", Text),
    Column("totals", Text),
    Column("data_key", Text),
    Column("second_person", Text, sa.ForeignKey("people.id")),
    Column("outcome", Text),
    Column("outcome_reason", Text),
    Column("decided_at", BigInteger),
    # what ids were called when the file was made, as JSON: whoever is renamed later changes no file
    Column("words", Text),
    one_of("format", "format", "xlsx", "pdf", "csv"),
    one_of("aim", "aim", "look", "claim", "freeze"),
    one_of("outcome", "outcome", "confirmed", "refused"),
    sa.CheckConstraint("(made_at IS NULL) = (sha256 IS NULL)", name="made"),
    sa.CheckConstraint("(outcome IS NULL) = (second_person IS NULL)", name="decided"),
    sa.CheckConstraint("second_person <> asked_by", name="two_people"),
    sa.CheckConstraint("NOT full_ids OR reason IS NOT NULL", name="full_has_reason"),
    Index("ix_exports_college", "college_id", "asked_at"),
    Index("ix_exports_sha256", "sha256"),
)

# How many operations each book had when the file was made, and the chain there: with these anybody can make it again.
export_books = Table(
    "export_books",
    Column("export_id", Text, sa.ForeignKey("exports.id"), primary_key=True),
    Column("book_id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("chain", Text, nullable=False),
    Index("ix_export_books_book", "book_id"),
)

# A claim that was confirmed although an earlier one held some of its hours, and the earlier one, whose place it takes.
export_replaced = Table(
    "export_replaced",
    Column("export_id", Text, sa.ForeignKey("exports.id"), primary_key=True),
    Column("earlier_id", Text, sa.ForeignKey("exports.id"), primary_key=True),
    sa.CheckConstraint("export_id <> earlier_id", name="another"),
    Index("ix_export_replaced_earlier", "earlier_id"),
)

# Which columns a college's forms have, and in what order; without a row all of them, in ours.
form_columns = Table(
    "form_columns",
    Column("org_id", Text, sa.ForeignKey("orgs.id"), primary_key=True),
    Column("form", Text, primary_key=True),
    Column("columns", Text, nullable=False),
    Column("changed_by", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
