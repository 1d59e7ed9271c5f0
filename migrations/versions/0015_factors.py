"""second factors, and whether a session has passed one"""

import sqlalchemy as sa
from alembic import op

revision = "0015_factors"
down_revision = "0014_exports"


def upgrade() -> None:
    op.create_table(
        "factors",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("pending", sa.Text(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(sealed IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_factors_confirmed")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_factors_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_factors"),
    )
    op.create_table(
        "factor_codes",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_factor_codes_person_id"),
        sa.PrimaryKeyConstraint("person_id", "digest", name="pk_factor_codes"),
    )
    op.add_column("sessions", sa.Column("factor_at", sa.BigInteger(), nullable=False, server_default="0"))
