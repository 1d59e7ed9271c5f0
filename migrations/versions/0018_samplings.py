"""samples an authority draws, and what it found"""

import sqlalchemy as sa
from alembic import op

revision = "0018_samplings"
down_revision = "0017_seats"


def upgrade() -> None:
    op.create_table(
        "samplings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("day_from", sa.Text(), nullable=False),
        sa.Column("day_to", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("pool_hash", sa.Text(), nullable=False),
        sa.CheckConstraint("what IN ('people', 'entries')", name=op.f("ck_samplings_what")),
        sa.CheckConstraint("day_from <= day_to", name=op.f("ck_samplings_days")),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_samplings_org_id"),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name="fk_samplings_by_person"),
        sa.PrimaryKeyConstraint("id", name="pk_samplings"),
    )
    op.create_index("ix_samplings_org", "samplings", ["org_id", "made_at"])
    op.create_table(
        "sampled",
        sa.Column("sampling_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("found_by", sa.Text(), nullable=True),
        sa.Column("found_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("outcome IN ('in_order', 'doubtful', 'wrong', 'unreached')", name=op.f("ck_sampled_outcome")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (found_at IS NULL) AND (outcome IS NULL) = (found_by IS NULL)", name=op.f("ck_sampled_found")
        ),
        sa.ForeignKeyConstraint(["sampling_id"], ["samplings.id"], name="fk_sampled_sampling_id"),
        sa.ForeignKeyConstraint(["found_by"], ["people.id"], name="fk_sampled_found_by"),
        sa.PrimaryKeyConstraint("sampling_id", "place", name="pk_sampled"),
    )
