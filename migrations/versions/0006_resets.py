"""whose access two people make anew, and when each device was last heard of"""

import sqlalchemy as sa
from alembic import op

revision = "0006_resets"
down_revision = "0005_presence"


def upgrade() -> None:
    op.create_table(
        "resets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("second_person", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("outcome IN ('done', 'withdrawn', 'objected', 'lapsed')", name=op.f("ck_resets_outcome")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_resets_ended")),
        sa.CheckConstraint("asked_by <> person_id AND second_person <> person_id AND second_person <> asked_by", name=op.f("ck_resets_other_people")),
        sa.CheckConstraint("alone OR outcome IS NULL OR outcome <> 'done' OR second_person IS NOT NULL", name=op.f("ck_resets_two_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_resets_person_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name="fk_resets_asked_by"),
        sa.ForeignKeyConstraint(["second_person"], ["people.id"], name="fk_resets_second_person"),
        sa.PrimaryKeyConstraint("id", name="pk_resets"),
    )
    op.create_index("ix_resets_person", "resets", ["person_id", "asked_at"])
    open_ones = sa.text("ended_at IS NULL")
    op.create_index("uq_resets_open", "resets", ["person_id"], unique=True, sqlite_where=open_ones, postgresql_where=open_ones)
    op.create_index("ix_ops_device", "ops", ["device_id", "received_at"])
