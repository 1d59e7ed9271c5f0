"""occupations as a register: whose they are, which levels they have, until when they are used; and plans that name one"""

import sqlalchemy as sa
from alembic import op

revision = "0025_occupations"
down_revision = "0024_scale"


def upgrade() -> None:
    # Nothing ever wrote into the table of this name that there was.
    op.drop_table("occupations")
    op.create_table(
        "occupations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("levels", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_occupations_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_occupations"),
    )
    named = ["code", "name", "edition"]
    for name, columns, where in (
        ("uq_occupations_own", ["org_id", *named], "ended_on IS NULL"), ("uq_occupations_all", named, "ended_on IS NULL AND org_id IS NULL"),
    ):  # fmt: skip
        op.create_index(name, "occupations", columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.execute("ALTER TABLE plans ADD COLUMN occupation_id TEXT CONSTRAINT fk_plans_occupation_id REFERENCES occupations (id)")
    op.create_index("ix_plans_occupation_id", "plans", ["occupation_id"])
