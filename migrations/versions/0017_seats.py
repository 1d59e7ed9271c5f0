"""seats at a desk are asked for by one and given by another"""

import sqlalchemy as sa
from alembic import op

revision = "0017_seats"
down_revision = "0016_reversals"


def upgrade() -> None:
    op.create_table(
        "seat_requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("second_person", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "role IN ('coordinator', 'enterprise_admin', 'base_admin', 'authority', 'system_admin')", name=op.f("ck_seat_requests_role")
        ),
        sa.CheckConstraint("outcome IN ('given', 'withdrawn', 'lapsed')", name=op.f("ck_seat_requests_outcome")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_seat_requests_ended")),
        sa.CheckConstraint("second_person <> asked_by", name=op.f("ck_seat_requests_other_people")),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'given' OR second_person IS NOT NULL", name=op.f("ck_seat_requests_two_people")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_seat_requests_org_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name="fk_seat_requests_asked_by"),
        sa.ForeignKeyConstraint(["second_person"], ["people.id"], name="fk_seat_requests_second_person"),
        sa.PrimaryKeyConstraint("id", name="pk_seat_requests"),
    )
    op.create_index("ix_seat_requests_org", "seat_requests", ["org_id", "asked_at"])
    op.create_index(
        "uq_seat_requests_open", "seat_requests", ["login", "role", "org_id"], unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
