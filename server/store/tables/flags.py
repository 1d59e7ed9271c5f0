"""Flags: what looks odd in the books, what people made of it, and the traces by which books are compared without being read.

Everything but `flag_settlements` and what a person has settled is derived from documents and can be computed anew."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text, one_of

# One thing that looks odd, however many entries it concerns: that is what somebody settles, with a reason. `source` names what it
# was found in (a book, a signer's day, two people), so that looking there again replaces what was found before.
flag_cases = Table(
    "flag_cases",
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False, index=True),
    Column("flag", Text, nullable=False),
    Column("college_id", Text, nullable=False),
    Column("enterprise_id", Text),
    Column("person_id", Text, nullable=False),
    Column("about_person", Text),
    Column("day_from", Text, nullable=False),
    Column("day_to", Text, nullable=False),
    Column("entries", sa.Integer, nullable=False),
    Column("minutes", sa.Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),
    Column("outcome", Text),
    Column("reason", Text),
    Column("settled_by", Text, sa.ForeignKey("people.id")),
    Column("settled_at", BigInteger),
    one_of("state", "state", "open", "settled", "gone"),
    one_of("outcome", "outcome", "explained", "confirmed"),
    sa.CheckConstraint("state <> 'settled' OR settled_at IS NOT NULL", name="settled"),
    sa.CheckConstraint(
        "(outcome IS NULL) = (settled_at IS NULL) AND (reason IS NULL) = (settled_at IS NULL)"
        " AND (settled_by IS NULL) = (settled_at IS NULL)",
        name="reasons",
    ),
    Index("ix_flag_cases_desk", "college_id", "state", "since", "id"),
    Index("ix_flag_cases_person", "person_id", "flag"),
)

# The entries a case concerns; the queue filters by it. A flag that concerns a whole book has no entry: ''.
flags = Table(
    "flags",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("entry_id", Text, primary_key=True),
    Column("case_id", Text, sa.ForeignKey("flag_cases.id"), primary_key=True),
    Column("flag", Text, nullable=False),
    Column("settled", sa.Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),
    Index("ix_flags_case", "case_id"),
    Index("ix_flags_flag", "flag", "book_id", "entry_id"),
)

# Every word that was ever said about a case, whatever became of it later.
flag_settlements = Table(
    "flag_settlements",
    Column("id", Text, primary_key=True),
    Column("case_id", Text, sa.ForeignKey("flag_cases.id"), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_person", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("entries", sa.Integer, nullable=False),
    Column("detail", Text, nullable=False),
    one_of("outcome", "outcome", "explained", "confirmed"),
    Index("ix_flag_settlements_case", "case_id", "at"),
)

# --- traces: how far a book was looked at, and what of it is compared with others ---------------------------------

flag_looks = Table(
    "flag_looks",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("version", sa.Integer, nullable=False),
)

flag_entries = Table(
    "flag_entries",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("entry_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("start_minute", sa.Integer, nullable=False),
    Column("end_minute", sa.Integer, nullable=False),
    Column("shared", sa.Boolean, nullable=False),
    Column("written_at", BigInteger, nullable=False),
    Index("ix_flag_entries_person", "person_id", "day"),
    Index("ix_flag_entries_written", "written_at"),
)

flag_seals = Table(
    "flag_seals",
    Column("op_id", Text, primary_key=True),
    Column("book_id", Text, sa.ForeignKey("books.id"), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("by_person", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("device_id", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("minutes", sa.Integer, nullable=False),
    Column("standing", sa.Boolean, nullable=False),
    Index("ix_flag_seals_book", "book_id"),
    Index("ix_flag_seals_at", "by_person", "at"),
    Index("ix_flag_seals_day", "by_person", "day"),
)

flag_photos = Table(
    "flag_photos",
    Column("sha256", Text, primary_key=True),
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("entry_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("day", Text, nullable=False),
    Index("ix_flag_photos_book", "book_id"),
)

flag_prints = Table(
    "flag_prints",
    Column("band", BigInteger, primary_key=True),
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("entry_id", Text, primary_key=True),
    Column("college_id", Text, nullable=False),
    Index("ix_flag_prints_book", "book_id"),
)

# What each signer confirmed in a month, so that peers are compared by a row each.
flag_months = Table(
    "flag_months",
    Column("college_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("minutes", BigInteger, nullable=False),
    Column("apprentices", sa.Integer, nullable=False),
)
