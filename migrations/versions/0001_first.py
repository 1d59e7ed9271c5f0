"""the first tables, and the guard over what has been accepted

An accepted operation never changes and no operation ever goes away, whatever the application does: the database itself
refuses. A restore loads into an empty database and so has no need to delete.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_first"
down_revision = None

CHANGED = """
OLD.verdict = 'accepted' AND (NEW.id <> OLD.id OR NEW.jws <> OLD.jws OR NEW.verdict <> 'accepted'
  OR NEW.book_id IS DISTINCT FROM OLD.book_id OR NEW.seq IS DISTINCT FROM OLD.seq OR NEW.chain IS DISTINCT FROM OLD.chain
  OR NEW.device_id <> OLD.device_id OR NEW.received_at <> OLD.received_at)
"""
SQLITE = (
    "CREATE TRIGGER ops_stay BEFORE DELETE ON ops BEGIN SELECT RAISE(ABORT, 'operations are never deleted'); END",
    "CREATE TRIGGER ops_keep BEFORE UPDATE ON ops WHEN " + CHANGED.replace("IS DISTINCT FROM", "IS NOT")
    + "BEGIN SELECT RAISE(ABORT, 'accepted operations never change'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION refuse_ops() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'operations are never deleted, accepted ones never change' USING ERRCODE = '23514'; END $$",
    "CREATE TRIGGER ops_stay BEFORE DELETE ON ops FOR EACH ROW EXECUTE FUNCTION refuse_ops()",
    "CREATE TRIGGER ops_stay_all BEFORE TRUNCATE ON ops FOR EACH STATEMENT EXECUTE FUNCTION refuse_ops()",
    "CREATE TRIGGER ops_keep BEFORE UPDATE ON ops FOR EACH ROW WHEN (" + CHANGED + ") EXECUTE FUNCTION refuse_ops()",
)


def upgrade() -> None:
    make_tables()
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def make_tables() -> None:
    op.create_table(
        "books",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("held", sa.Integer(), server_default="0", nullable=False),
        sa.Column("college_id", sa.Text(), nullable=True),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.CheckConstraint("seq >= 0 AND held >= 0", name=op.f("ck_books_counts")),
        sa.PrimaryKeyConstraint("id", name="pk_books"),
    )
    op.create_index("ix_books_college_id", "books", ["college_id"])
    op.create_index("ix_books_enterprise_id", "books", ["enterprise_id"])
    op.create_table(
        "skill_chains",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_skill_chains"),
    )
    op.create_table(
        "instance",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("restored_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_instance_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_instance"),
    )
    op.create_table(
        "ops",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("chain", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=True),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(verdict = 'accepted') = (seq IS NOT NULL)", name=op.f("ck_ops_accepted_has_seq")),
        sa.CheckConstraint("(verdict = 'accepted') = (word IS NULL)", name=op.f("ck_ops_others_have_word")),
        sa.CheckConstraint("verdict IN ('accepted', 'refused', 'held', 'quarantined')", name=op.f("ck_ops_verdict")),
        sa.PrimaryKeyConstraint("id", name="pk_ops"),
    )
    op.create_index("ix_ops_waiting", "ops", ["book_id", "verdict", "received_at"], sqlite_where=sa.text("verdict IN ('held', 'quarantined')"), postgresql_where=sa.text("verdict IN ('held', 'quarantined')"))
    op.create_index("uq_ops_book_seq", "ops", ["book_id", "seq"], unique=True)
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("disabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("login", name="uq_people_login"),
    )
    op.create_table(
        "rule_sets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="示例", nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rule_sets"),
    )
    op.create_table(
        "activations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_activations_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_activations"),
    )
    op.create_index("ix_activations_person", "activations", ["person_id", "issued_at"])
    op.create_table(
        "decisions",
        sa.Column("op_id", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("second_person", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("decided IN ('let_in', 'refused')", name=op.f("ck_decisions_decided")),
        sa.CheckConstraint("by_person <> second_person", name=op.f("ck_decisions_two_people")),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name="fk_decisions_by_person"),
        sa.ForeignKeyConstraint(["op_id"], ["ops.id"], name="fk_decisions_op_id"),
        sa.ForeignKeyConstraint(["second_person"], ["people.id"], name="fk_decisions_second_person"),
        sa.PrimaryKeyConstraint("op_id", name="pk_decisions"),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("x", sa.Text(), nullable=False),
        sa.Column("y", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("certified_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) = (status = 'server')", name=op.f("ck_devices_person_or_server")),
        sa.CheckConstraint("status IN ('active', 'retired', 'lost', 'server')", name=op.f("ck_devices_status")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_devices_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
    )
    op.create_index("ix_devices_person", "devices", ["person_id", "id"])
    op.create_table(
        "documents",
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_documents_book_id"),
        sa.PrimaryKeyConstraint("book_id", "id", name="pk_documents"),
    )
    op.create_index("uq_documents_book_seq", "documents", ["book_id", "seq"], unique=True)
    op.create_table(
        "entries",
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("claimed_minutes", sa.Integer(), nullable=False),
        sa.Column("confirmed_minutes", sa.Integer(), nullable=False),
        sa.Column("credited_minutes", sa.Integer(), nullable=False),
        sa.Column("rivals", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_entries_book_id"),
        sa.PrimaryKeyConstraint("book_id", "id", name="pk_entries"),
    )
    op.create_index("ix_entries_book_day", "entries", ["book_id", "day", "id"])
    op.create_table(
        "members",
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Text(), nullable=False),
        sa.Column("to_day", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_members_book_id"),
        sa.PrimaryKeyConstraint("book_id", "id", name="pk_members"),
    )
    op.create_index("ix_members_person", "members", ["person_id", "book_id"])
    op.create_table(
        "orgs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("skill_chain_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("division_code", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('chain_leader', 'enterprise', 'college', 'base', 'authority')", name=op.f("ck_orgs_kind")),
        sa.ForeignKeyConstraint(["skill_chain_id"], ["skill_chains.id"], name="fk_orgs_skill_chain_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orgs"),
    )
    op.create_index("ix_orgs_skill_chain_id", "orgs", ["skill_chain_id"])
    op.create_table(
        "photo_names",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_photo_names_book_id"),
        sa.PrimaryKeyConstraint("sha256", "book_id", name="pk_photo_names"),
    )
    op.create_table(
        "photos",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name="fk_photos_by_person"),
        sa.PrimaryKeyConstraint("sha256", name="pk_photos"),
        sa.UniqueConstraint("file", name="uq_photos_file"),
    )
    op.create_index("ix_photos_person", "photos", ["by_person", "stored_at"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('phone', 'desk')", name=op.f("ck_sessions_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sessions_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_index("ix_sessions_person", "sessions", ["person_id", "id"])
    op.create_table(
        "plans",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text(), nullable=False),
        sa.Column("rule_set_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("occupation", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("modules", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("closed_days", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_plans_org_id"),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_sets.id"], name="fk_plans_rule_set_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_index("ix_plans_org_id", "plans", ["org_id"])
    op.create_table(
        "roles",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text(), nullable=False),
        sa.CheckConstraint("role IN ('apprentice', 'mentor', 'college_tutor', 'base_trainer', 'coordinator', 'enterprise_admin', 'base_admin', 'authority', 'system_admin')", name=op.f("ck_roles_role")),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_roles_org_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_roles_person_id"),
        sa.PrimaryKeyConstraint("person_id", "role", "org_id", name="pk_roles"),
    )
    op.create_index("ix_roles_org_role", "roles", ["org_id", "role"])
