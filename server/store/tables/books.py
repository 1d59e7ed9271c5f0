"""Books: the truth, what it amounts to, and facts for the desk, all derived from documents."""

from typing import Any

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text, one_of

books = Table(
    "books",
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("chain", Text, nullable=False),
    Column("held", sa.Integer, nullable=False, server_default="0"),
    Column("college_id", Text, index=True),
    Column("enterprise_id", Text, index=True),
    Column("class_id", Text, index=True),
    sa.CheckConstraint("seq >= 0 AND held >= 0", name="counts"),
)

ops = Table(
    "ops",
    Column("id", Text, primary_key=True),
    Column("book_id", Text),
    Column("seq", BigInteger),
    Column("chain", Text),
    Column("verdict", Text, nullable=False),
    Column("word", Text),
    Column("device_id", Text, nullable=False),
    Column("jws", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    one_of("verdict", "verdict", "accepted", "refused", "held", "quarantined"),
    sa.CheckConstraint("(verdict = 'accepted') = (seq IS NOT NULL)", name="accepted_has_seq"),
    sa.CheckConstraint("(verdict = 'accepted') = (word IS NULL)", name="others_have_word"),
    Index("uq_ops_book_seq", "book_id", "seq", unique=True),
    Index("ix_ops_device", "device_id", "received_at"),
    Index(
        "ix_ops_waiting", "book_id", "verdict", "received_at",
        sqlite_where=sa.text("verdict IN ('held', 'quarantined')"),
        postgresql_where=sa.text("verdict IN ('held', 'quarantined')"),
    ),
)  # fmt: skip

decisions = Table(
    "decisions",
    Column("op_id", Text, sa.ForeignKey("ops.id"), primary_key=True),
    Column("decided", Text, nullable=False),
    Column("by_person", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("second_person", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    one_of("decided", "decided", "let_in", "refused"),
    sa.CheckConstraint("by_person <> second_person", name="two_people"),
)

documents = Table(
    "documents",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("uq_documents_book_seq", "book_id", "seq", unique=True),
)

# --- facts for the desk, all derived from documents ---------------------------------------------------------------

members = Table(
    "members",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text),
    Index("ix_members_person", "person_id", "book_id"),
)

# What a desk sorts and filters by stands in columns; `sorted by` is each index's last part, so that a page is read, not sorted.
# Modules follow each other through a year: a walk by state or by when it moved would pass over months, so they have both orders. On
# PostgreSQL each index also carries what is narrowed by and what the second wall asks for: the rows it passes over are not looked at.
# `unflagged` and `called` are no facts of the documents and no `rebuild` makes them: triggers keep them, `unflagged` those on `flags`
# (migration 0011), `called` those on `entries` and on `people` (0024). `triage` the database itself makes of others: what is flagged comes
# first, then what is less clean, then what is older, in one number, which is sorted much faster than three columns.
DEGREE = 100_000_000
TRIAGE = f"(unflagged * 4 + clean) * {DEGREE} + CAST(replace(day, '-', '') AS INTEGER)"
# of triage: what is flagged is below the one, what is clean in every respect and not flagged is not below the other
NOT_FLAGGED, ALL_CLEAN = 4 * DEGREE, 7 * DEGREE
NARROWED_BY = ("college_id", "enterprise_id", "class_id", "module", "place", "state", "triage", "book_id")
SORTED_BY = ("claimed_minutes", "moved_at", "called")


def _carrying(name: str, *columns: str, more: tuple[str, ...] = (), **where: Any) -> sa.Index:
    carried = [column for column in (*NARROWED_BY, *more) if column not in columns]
    return Index(f"ix_entries_{name}", *columns, postgresql_include=carried, **where)


entries = Table(
    "entries",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("college_id", Text),
    Column("enterprise_id", Text),
    Column("class_id", Text),
    Column("day", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("place_kind", Text, nullable=False),
    Column("place", Text),
    Column("claimed_minutes", sa.Integer, nullable=False),
    Column("confirmed_minutes", sa.Integer, nullable=False),
    Column("counted_minutes", sa.Integer, nullable=False, server_default="0"),
    Column("reasons", Text, nullable=False, server_default=""),
    Column("credited_minutes", sa.Integer, nullable=False),
    Column("rivals", sa.Integer, nullable=False),
    Column("clean", sa.Integer, nullable=False, server_default="0"),
    Column("grade", Text, nullable=False, server_default="D"),
    Column("moved_at", BigInteger, nullable=False, server_default="0"),
    Column("unflagged", sa.Integer, nullable=False, server_default="1"),
    Column("triage", sa.Integer, sa.Computed(TRIAGE)),
    Column("called", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    _carrying("book_day", "book_id", "day", "id", more=SORTED_BY),
    _carrying("first", "college_id", "triage", "id", "book_id", more=("day",)),
    _carrying("day", "college_id", "day", "id", "book_id", more=SORTED_BY),
    _carrying("minutes", "college_id", "claimed_minutes", "day", "id", "book_id"),
    _carrying("moved", "college_id", "moved_at", "day", "id", "book_id"),
    _carrying("called", "college_id", "called", "day", "id", "book_id"),
    _carrying("state", "college_id", "state", "day", "id", "book_id", more=SORTED_BY),
    _carrying("module", "college_id", "module", "day", "id", "book_id", more=SORTED_BY),
    _carrying("module_first", "college_id", "module", "triage", "id", "book_id", more=("day",)),
    _carrying("module_moved", "college_id", "module", "moved_at", "day", "id", "book_id"),
    _carrying("place", "college_id", "place", "day", "id", "book_id", more=SORTED_BY),
    _carrying("class", "class_id", "day", "id", "book_id", more=SORTED_BY),
    _carrying("enterprise", "enterprise_id", "day", "id", "book_id", more=SORTED_BY),
    _carrying(
        "inbox", "college_id", "triage", "id", "book_id", more=("day",),
        sqlite_where=sa.text("state = 'signed'"), postgresql_where=sa.text("state = 'signed'"),
    ),
)  # fmt: skip

presences = Table(
    "presences",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("base_id", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("start_minute", sa.Integer, nullable=False),
    Column("end_minute", sa.Integer),
    Column("session_id", Text),
    Index("ix_presences_book_day", "book_id", "day"),
    Index("ix_presences_base_day", "base_id", "day"),
)

results = Table(
    "results",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("competition", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("rank", sa.Integer),
    Column("claimed_at", BigInteger, nullable=False),
    Column("rivals", sa.Integer, nullable=False),
    Index("ix_results_state", "state", "claimed_at"),
)

photo_names = Table(
    "photo_names",
    Column("sha256", Text, primary_key=True),
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
)

photos = Table(
    "photos",
    Column("sha256", Text, primary_key=True),
    Column("file", Text, nullable=False, unique=True),
    Column("bytes", sa.Integer, nullable=False),
    Column("by_person", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Index("ix_photos_person", "by_person", "stored_at"),
)

# In which books a photo may be looked at: those that name it and one of whose people has brought the photo itself. To write
# down the digest of another's photo is not enough.
photo_keepers = Table(
    "photo_keepers",
    Column("sha256", Text, sa.ForeignKey("photos.sha256"), primary_key=True),
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
)

codes_waiting = Table(
    "codes_waiting",
    Column("op_id", Text, sa.ForeignKey("ops.id"), primary_key=True),
    Column("base_id", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("since", BigInteger, nullable=False, index=True),
)

short_codes = Table(
    "short_codes",
    Column("code_hash", Text, primary_key=True),
    Column("person_id", Text, sa.ForeignKey("people.id"), nullable=False, unique=True),
    Column("book_id", Text, sa.ForeignKey("books.id"), nullable=False),
    Column("entries", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
