"""exports, what they rest on, and which columns their forms have"""

import sqlalchemy as sa
from alembic import op

revision = "0014_exports"
down_revision = "0013_results"


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("college_id", sa.Text(), nullable=False),
        sa.Column("class_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("month", sa.Text(), nullable=True),
        sa.Column("full_ids", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("totals", sa.Text(), nullable=True),
        sa.Column("data_key", sa.Text(), nullable=True),
        sa.Column("second_person", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("format IN ('xlsx', 'pdf', 'csv')", name=op.f("ck_exports_format")),
        sa.CheckConstraint("aim IN ('look', 'claim', 'freeze')", name=op.f("ck_exports_aim")),
        sa.CheckConstraint("outcome IN ('confirmed', 'refused')", name=op.f("ck_exports_outcome")),
        sa.CheckConstraint("(made_at IS NULL) = (sha256 IS NULL)", name=op.f("ck_exports_made")),
        sa.CheckConstraint("(outcome IS NULL) = (second_person IS NULL)", name=op.f("ck_exports_decided")),
        sa.CheckConstraint("second_person <> asked_by", name=op.f("ck_exports_two_people")),
        sa.CheckConstraint("NOT full_ids OR reason IS NOT NULL", name=op.f("ck_exports_full_has_reason")),
        sa.ForeignKeyConstraint(["id"], ["jobs.id"], name="fk_exports_id"),
        sa.ForeignKeyConstraint(["college_id"], ["orgs.id"], name="fk_exports_college_id"),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name="fk_exports_class_id"),
        sa.ForeignKeyConstraint(["enterprise_id"], ["orgs.id"], name="fk_exports_enterprise_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name="fk_exports_asked_by"),
        sa.ForeignKeyConstraint(["second_person"], ["people.id"], name="fk_exports_second_person"),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_index("ix_exports_college", "exports", ["college_id", "asked_at"])
    op.create_index("ix_exports_sha256", "exports", ["sha256"])
    op.create_table(
        "export_books",
        sa.Column("export_id", sa.Text(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["export_id"], ["exports.id"], name="fk_export_books_export_id"),
        sa.PrimaryKeyConstraint("export_id", "book_id", name="pk_export_books"),
    )
    op.create_table(
        "form_columns",
        sa.Column("org_id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_form_columns_org_id"),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name="fk_form_columns_changed_by"),
        sa.PrimaryKeyConstraint("org_id", "form", name="pk_form_columns"),
    )
