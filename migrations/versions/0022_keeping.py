"""when a copy was made and everything checked, and when the worker was last heard of"""

import sqlalchemy as sa
from alembic import op

revision = "0022_keeping"
down_revision = "0021_words"


def upgrade() -> None:
    op.add_column("instance", sa.Column("worker_at", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "keepings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.CheckConstraint("what IN ('backup', 'verify')", name=op.f("ck_keepings_what")),
        sa.CheckConstraint("outcome IN ('good', 'differs', 'failed')", name=op.f("ck_keepings_outcome")),
        sa.PrimaryKeyConstraint("id", name="pk_keepings"),
    )
    op.create_index("ix_keepings_what", "keepings", ["what", "ended_at"])
    op.create_index(
        "ix_jobs_failed", "jobs", ["ended_at"],
        sqlite_where=sa.text("state = 'failed'"), postgresql_where=sa.text("state = 'failed'"),
    )
