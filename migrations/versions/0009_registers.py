"""registers: identities under seal, agreements, recognitions, occupations, files on their way in, and who changed what"""

import sqlalchemy as sa
from alembic import op

revision = "0009_registers"
down_revision = "0008_flags"


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data_key", sa.Text(), nullable=False),
        sa.Column("blind", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('resident', 'passport', 'permanent', 'other')", name=op.f("ck_identities_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_identities_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_identities"),
    )
    op.create_index("uq_identities_blind", "identities", ["blind"], unique=True)
    op.create_table(
        "enrolled",
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("student_no", sa.Text(), nullable=True),
        sa.Column("schooling", sa.Text(), nullable=True),
        sa.Column("school", sa.Text(), nullable=True),
        sa.Column("major", sa.Text(), nullable=True),
        sa.Column("graduates", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("insured_at", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_enrolled_person_id"),
        sa.PrimaryKeyConstraint("book_id", name="pk_enrolled"),
    )
    op.create_index("ix_enrolled_person_id", "enrolled", ["person_id"])
    op.create_table(
        "agreements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("college_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("book_id", sa.Text(), nullable=True),
        sa.Column("from_day", sa.Text(), nullable=False),
        sa.Column("to_day", sa.Text(), nullable=False),
        sa.Column("insurance", sa.Text(), nullable=True),
        sa.Column("insured_from", sa.Text(), nullable=True),
        sa.Column("insured_to", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(kind = 'cooperation') = (book_id IS NULL)", name=op.f("ck_agreements_of_a_book")),
        sa.CheckConstraint("from_day <= to_day", name=op.f("ck_agreements_days")),
        sa.CheckConstraint("(insured_from IS NULL) = (insured_to IS NULL) AND (insured_from IS NULL OR insured_from <= insured_to)", name=op.f("ck_agreements_insured")),
        sa.CheckConstraint("kind IN ('training', 'placement', 'cooperation', 'employment')", name=op.f("ck_agreements_kind")),
        sa.ForeignKeyConstraint(["college_id"], ["orgs.id"], name="fk_agreements_college_id"),
        sa.ForeignKeyConstraint(["enterprise_id"], ["orgs.id"], name="fk_agreements_enterprise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
    )
    op.create_index("ix_agreements_book_id", "agreements", ["book_id"])
    op.create_index("ix_agreements_college", "agreements", ["college_id", "kind", "to_day"])
    op.create_index("uq_agreements_book_number", "agreements", ["book_id", "kind", "number"], unique=True)
    op.create_table(
        "recognitions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("base_id", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Text(), nullable=False),
        sa.Column("to_day", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("to_day IS NULL OR from_day <= to_day", name=op.f("ck_recognitions_days")),
        sa.ForeignKeyConstraint(["base_id"], ["orgs.id"], name="fk_recognitions_base_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recognitions"),
    )
    op.create_index("ix_recognitions_base_id", "recognitions", ["base_id"])
    op.create_table(
        "occupations",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "name", name="pk_occupations"),
    )
    op.create_table(
        "qualifications",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("certificate_no", sa.Text(), nullable=True),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_qualifications_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_qualifications"),
    )
    op.create_table(
        "register_log",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("act IN ('made', 'changed', 'ended', 'unmasked', 'printed')", name=op.f("ck_register_log_act")),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name="fk_register_log_by_person"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_register_log_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_register_log"),
    )
    op.create_index("ix_register_log_org", "register_log", ["org_id", "at", "id"])
    op.create_index("ix_register_log_subject", "register_log", ["subject_id", "at"])
    op.create_table(
        "imports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("data_key", sa.Text(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('mapping', 'judged', 'done', 'dropped')", name=op.f("ck_imports_state")),
        sa.CheckConstraint("kind IN ('roster', 'pairings', 'plans', 'results')", name=op.f("ck_imports_kind")),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name="fk_imports_by_person"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_imports_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index("ix_imports_org", "imports", ["org_id", "created_at", "id"])
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'good', 'bad', 'same', 'written')", name=op.f("ck_import_rows_state")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_rows_import_id"),
        sa.PrimaryKeyConstraint("import_id", "row", name="pk_import_rows"),
    )
    op.create_index("ix_import_rows_state", "import_rows", ["import_id", "state", "row"])
    op.create_table(
        "headings",
        sa.Column("org_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_headings_org_id"),
        sa.PrimaryKeyConstraint("org_id", "kind", "heading", name="pk_headings"),
    )
    op.add_column("rule_sets", sa.Column("limits", sa.Text(), nullable=True))
    op.add_column("plans", sa.Column("filed_on", sa.Text(), nullable=True))
