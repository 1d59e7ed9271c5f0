"""Registers: who somebody is on paper, what was agreed and insured, which base is recognised, and who changed any of it. What names a
person by number lies here sealed."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text, one_of

# `sealed` holds number, phone, guardian and guardian_phone under the person's own key; `blind` finds him by his number. `college_id` is
# whose all but the number is: the college that entered it.
identities = Table(
    "identities",
    Column("person_id", Text, sa.ForeignKey("people.id"), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("data_key", Text, nullable=False),
    Column("blind", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("college_id", Text, sa.ForeignKey("orgs.id")),
    one_of("kind", "kind", "resident", "passport", "permanent", "other"),
    Index("uq_identities_blind", "blind", unique=True),
)

# What the roster says beside the book. A book's row may be rebuilt, so it is not pointed at.
enrolled = Table(
    "enrolled",
    Column("book_id", Text, primary_key=True),
    Column("person_id", Text, sa.ForeignKey("people.id"), nullable=False, index=True),
    Column("student_no", Text),
    Column("schooling", Text),
    Column("school", Text),
    Column("major", Text),
    Column("graduates", Text),
    Column("post", Text),
    Column("occupation_code", Text),
    Column("insured_at", Text),
    Column("remark", Text),
    Column("changed_at", BigInteger, nullable=False),
)

# training 学徒培养协议 · placement 岗位实习三方协议 · cooperation 校企合作协议 (of no book) · employment 劳动合同
agreements = Table(
    "agreements",
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("college_id", Text, sa.ForeignKey("orgs.id"), nullable=False),
    Column("enterprise_id", Text, sa.ForeignKey("orgs.id")),
    Column("book_id", Text, index=True),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text, nullable=False),
    Column("insurance", Text),
    Column("insured_from", Text),
    Column("insured_to", Text),
    Column("ended_on", Text),
    Column("created_at", BigInteger, nullable=False),
    one_of("kind", "kind", "training", "placement", "cooperation", "employment"),
    sa.CheckConstraint("(kind = 'cooperation') = (book_id IS NULL)", name="of_a_book"),
    sa.CheckConstraint("from_day <= to_day", name="days"),
    sa.CheckConstraint("(insured_from IS NULL) = (insured_to IS NULL) AND (insured_from IS NULL OR insured_from <= insured_to)", name="insured"),
    Index("ix_agreements_college", "college_id", "kind", "to_day"),
    Index("uq_agreements_book_number", "book_id", "kind", "number", unique=True),
)

recognitions = Table(
    "recognitions",
    Column("id", Text, primary_key=True),
    Column("base_id", Text, sa.ForeignKey("orgs.id"), nullable=False, index=True),
    Column("document_no", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text),
    Column("created_at", BigInteger, nullable=False),
    sa.CheckConstraint("to_day IS NULL OR from_day <= to_day", name="days"),
)

# what a mentor brings with him, as the pairing list prints it
qualifications = Table(
    "qualifications",
    Column("person_id", Text, sa.ForeignKey("people.id"), primary_key=True),
    Column("post", Text),
    Column("level", Text),
    Column("certificate_no", Text),
    Column("valid_to", Text),
    Column("changed_at", BigInteger, nullable=False),
)

# Append-only: who changed what, in which role, from what to what. ID and telephone numbers stand in it as the word "changed" only.
register_log = Table(
    "register_log",
    Column("id", Text, primary_key=True),
    Column("org_id", Text, sa.ForeignKey("orgs.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by_person", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("role", Text),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("body", Text, nullable=False),
    one_of("act", "act", "made", "changed", "ended", "unmasked", "printed"),
    Index("ix_register_log_org", "org_id", "at", "id"),
    Index("ix_register_log_subject", "subject_id", "at"),
    Index("ix_register_log_kind", "subject", "at", "id"),
    Index("ix_register_log_org_kind", "org_id", "subject", "at", "id"),
    Index("ix_register_log_who", "org_id", "by_person", "at", "id"),
)

# A file on its way in. Its cells are sealed under a key of the file's own, which goes when the file is done with.
imports = Table(
    "imports",
    Column("id", Text, primary_key=True),
    Column("org_id", Text, sa.ForeignKey("orgs.id"), nullable=False),
    Column("by_person", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("data_key", Text),
    Column("sealed", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("row_count", sa.Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    one_of("kind", "kind", "roster", "pairings", "plans", "results"),
    one_of("state", "state", "mapping", "judged", "done", "dropped"),
    Index("ix_imports_org", "org_id", "created_at", "id"),
)

import_rows = Table(
    "import_rows",
    Column("import_id", Text, sa.ForeignKey("imports.id"), primary_key=True),
    Column("row", sa.Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    one_of("state", "state", "waiting", "good", "bad", "same", "written"),
    Index("ix_import_rows_state", "import_id", "state", "row"),
)

# How this organisation's files call a column, once somebody has said it.
headings = Table(
    "headings",
    Column("org_id", Text, sa.ForeignKey("orgs.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("heading", Text, primary_key=True),
    Column("field", Text, nullable=False),
)
