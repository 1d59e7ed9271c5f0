"""codes typed from one phone into another, and where a push reaches whom"""

import sqlalchemy as sa
from alembic import op

revision = "0003_doors"
down_revision = "0002_news"


def upgrade() -> None:
    op.create_table(
        "short_codes",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_short_codes_book_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_short_codes_person_id"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_short_codes"),
        sa.UniqueConstraint("person_id", name="uq_short_codes_person_id"),
    )
    op.create_table(
        "push_subscriptions",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rest_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_push_subscriptions_person_id"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_push_subscriptions_session_id"),
        sa.PrimaryKeyConstraint("session_id", name="pk_push_subscriptions"),
    )
    op.create_index("ix_push_subscriptions_endpoint", "push_subscriptions", ["endpoint"])
    op.create_index("ix_push_subscriptions_person", "push_subscriptions", ["person_id", "created_at"])
    op.create_table(
        "pushed",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_pushed_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_pushed"),
    )
