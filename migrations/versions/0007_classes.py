"""classes, and which one a book belongs to"""

import sqlalchemy as sa
from alembic import op

revision = "0007_classes"
down_revision = "0006_resets"


def upgrade() -> None:
    op.create_table(
        "classes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("college_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=True),
        sa.Column("from_day", sa.Text(), nullable=False),
        sa.Column("to_day", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("from_day <= to_day", name=op.f("ck_classes_days")),
        sa.ForeignKeyConstraint(["college_id"], ["orgs.id"], name="fk_classes_college_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_classes_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_classes"),
    )
    op.create_index("uq_classes_college_name", "classes", ["college_id", "name"], unique=True)
    op.add_column("books", sa.Column("class_id", sa.Text(), nullable=True))
    op.create_index("ix_books_class_id", "books", ["class_id"])
