"""what people are to be told, and whom a push has not reached yet"""

import sqlalchemy as sa
from alembic import op

revision = "0002_news"
down_revision = "0001_first"


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cause", "person_id", name="pk_news"),
    )
    op.create_index("ix_news_told_at", "news", ["told_at"])
    op.create_table(
        "nudges",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_nudges_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_nudges"),
    )
