"""flags: what looks odd in the books, and what people made of it"""

import sqlalchemy as sa
from alembic import op

revision = "0008_flags"
down_revision = "0007_classes"


def upgrade() -> None:
    op.create_table(
        "flag_months",
        sa.Column("college_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("apprentices", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("college_id", "month", "person_id", name=op.f("pk_flag_months")),
    )
    op.create_table(
        "flag_cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("college_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("about_person", sa.Text(), nullable=True),
        sa.Column("day_from", sa.Text(), nullable=False),
        sa.Column("day_to", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("outcome IN ('explained', 'confirmed')", name=op.f("ck_flag_cases_outcome")),
        sa.CheckConstraint("state <> 'settled' OR settled_at IS NOT NULL", name=op.f("ck_flag_cases_settled")),
        sa.CheckConstraint("state IN ('open', 'settled', 'gone')", name=op.f("ck_flag_cases_state")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL) AND (reason IS NULL) = (settled_at IS NULL) AND (settled_by IS NULL) = (settled_at IS NULL)",
            name=op.f("ck_flag_cases_reasons"),
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["people.id"], name=op.f("fk_flag_cases_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_cases")),
    )
    op.create_index("ix_flag_cases_desk", "flag_cases", ["college_id", "state", "since", "id"], unique=False)
    op.create_index("ix_flag_cases_person", "flag_cases", ["person_id", "flag"], unique=False)
    op.create_index(op.f("ix_flag_cases_source"), "flag_cases", ["source"], unique=False)
    op.create_table(
        "flag_entries",
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_flag_entries_book_id")),
        sa.PrimaryKeyConstraint("book_id", "entry_id", name=op.f("pk_flag_entries")),
    )
    op.create_index("ix_flag_entries_person", "flag_entries", ["person_id", "day"], unique=False)
    op.create_index("ix_flag_entries_written", "flag_entries", ["written_at"], unique=False)
    op.create_table(
        "flag_looks",
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_flag_looks_book_id")),
        sa.PrimaryKeyConstraint("book_id", name=op.f("pk_flag_looks")),
    )
    op.create_table(
        "flag_photos",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_flag_photos_book_id")),
        sa.PrimaryKeyConstraint("sha256", "book_id", "entry_id", name=op.f("pk_flag_photos")),
    )
    op.create_index("ix_flag_photos_book", "flag_photos", ["book_id"], unique=False)
    op.create_table(
        "flag_prints",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("college_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_flag_prints_book_id")),
        sa.PrimaryKeyConstraint("band", "book_id", "entry_id", name=op.f("pk_flag_prints")),
    )
    op.create_index("ix_flag_prints_book", "flag_prints", ["book_id"], unique=False)
    op.create_table(
        "flag_seals",
        sa.Column("op_id", sa.Text(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_flag_seals_book_id")),
        sa.PrimaryKeyConstraint("op_id", name=op.f("pk_flag_seals")),
    )
    op.create_index("ix_flag_seals_at", "flag_seals", ["by_person", "at"], unique=False)
    op.create_index("ix_flag_seals_book", "flag_seals", ["book_id"], unique=False)
    op.create_index("ix_flag_seals_day", "flag_seals", ["by_person", "day"], unique=False)
    op.create_table(
        "flag_settlements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome IN ('explained', 'confirmed')", name=op.f("ck_flag_settlements_outcome")),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_flag_settlements_by_person")),
        sa.ForeignKeyConstraint(["case_id"], ["flag_cases.id"], name=op.f("fk_flag_settlements_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_settlements")),
    )
    op.create_index("ix_flag_settlements_case", "flag_settlements", ["case_id", "at"], unique=False)
    op.create_table(
        "flags",
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_flags_book_id")),
        sa.ForeignKeyConstraint(["case_id"], ["flag_cases.id"], name=op.f("fk_flags_case_id")),
        sa.PrimaryKeyConstraint("book_id", "entry_id", "case_id", name=op.f("pk_flags")),
    )
    op.create_index("ix_flags_case", "flags", ["case_id"], unique=False)
    op.create_index("ix_flags_flag", "flags", ["flag", "book_id", "entry_id"], unique=False)
