"""which confirmed claims a later one has taken the place of; whose jobs were served when; claims found by their books"""

import sqlalchemy as sa
from alembic import op

revision = "0027_replaced"
down_revision = "0026_carried"


def upgrade() -> None:
    op.create_table(
        "export_replaced",
        sa.Column("export_id", sa.Text(), nullable=False),
        sa.Column("earlier_id", sa.Text(), nullable=False),
        sa.CheckConstraint("export_id <> earlier_id", name=op.f("ck_export_replaced_another")),
        sa.ForeignKeyConstraint(["export_id"], ["exports.id"], name="fk_export_replaced_export_id"),
        sa.ForeignKeyConstraint(["earlier_id"], ["exports.id"], name="fk_export_replaced_earlier_id"),
        sa.PrimaryKeyConstraint("export_id", "earlier_id", name="pk_export_replaced"),
    )
    op.create_index("ix_export_replaced_earlier", "export_replaced", ["earlier_id"])
    op.create_index("ix_export_books_book", "export_books", ["book_id"])
    op.create_index("ix_jobs_served", "jobs", ["asked_by", "beat_at"])
