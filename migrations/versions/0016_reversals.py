"""reversals, and who said yes to them"""

import sqlalchemy as sa
from alembic import op

revision = "0016_reversals"
down_revision = "0015_factors"


def upgrade() -> None:
    op.create_table(
        "reversals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_session", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("second_person", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("op_id", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'refused', 'dropped')", name=op.f("ck_reversals_state")),
        sa.CheckConstraint("needs IN ('raised', 'claimed')", name=op.f("ck_reversals_needs")),
        sa.CheckConstraint("minutes <> 0", name=op.f("ck_reversals_minutes")),
        sa.CheckConstraint("second_person <> asked_by", name=op.f("ck_reversals_two_people")),
        sa.CheckConstraint("(state = 'done') = (op_id IS NOT NULL)", name=op.f("ck_reversals_done")),
        sa.CheckConstraint("state <> 'done' OR needs IS NULL OR second_person IS NOT NULL", name=op.f("ck_reversals_needed")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_reversals_book_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name="fk_reversals_asked_by"),
        sa.ForeignKeyConstraint(["second_person"], ["people.id"], name="fk_reversals_second_person"),
        sa.PrimaryKeyConstraint("id", name="pk_reversals"),
    )
    op.create_index("ix_reversals_book", "reversals", ["book_id", "asked_at"])
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_reversals_open", "reversals", ["book_id", "entry_id"], unique=True, sqlite_where=waiting, postgresql_where=waiting)
