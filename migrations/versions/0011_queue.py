"""what a desk sorts and filters entries by, and the presences of each day"""

import sqlalchemy as sa
from alembic import op

revision = "0011_queue"
down_revision = "0010_jobs"

COLUMNS = (
    sa.Column("college_id", sa.Text(), nullable=True),
    sa.Column("enterprise_id", sa.Text(), nullable=True),
    sa.Column("class_id", sa.Text(), nullable=True),
    sa.Column("place", sa.Text(), nullable=True),
    sa.Column("counted_minutes", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("reasons", sa.Text(), nullable=False, server_default=""),
    sa.Column("clean", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("grade", sa.Text(), nullable=False, server_default="D"),
    sa.Column("moved_at", sa.BigInteger(), nullable=False, server_default="0"),
    sa.Column("unflagged", sa.Integer(), nullable=False, server_default="1"),
)
INDEXES = {
    "first": ("college_id", "unflagged", "clean", "day"), "day": ("college_id", "day"),
    "minutes": ("college_id", "claimed_minutes", "day"), "moved": ("college_id", "moved_at", "day"),
    "state": ("college_id", "state", "day"), "module": ("college_id", "module", "day"), "place": ("college_id", "place", "day"),
    "class": ("class_id", "day"), "enterprise": ("enterprise_id", "day"),
}  # fmt: skip
MARK = (
    "UPDATE entries SET unflagged = CASE WHEN EXISTS (SELECT 1 FROM flags f WHERE f.book_id = {0}.book_id AND f.entry_id = {0}.entry_id"
    " AND NOT f.settled) THEN 0 ELSE 1 END WHERE book_id = {0}.book_id AND id = {0}.entry_id"
)
SQLITE = tuple(
    f"CREATE TRIGGER flags_{name} AFTER {act} ON flags BEGIN {MARK.format(row)}; END"
    for name, act, row in (("come", "INSERT", "NEW"), ("turn", "UPDATE", "NEW"), ("go", "DELETE", "OLD"))
)
POSTGRESQL = (
    "CREATE FUNCTION mark_flagged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN "
    + MARK.format("OLD") + "; ELSE " + MARK.format("NEW") + "; END IF; RETURN NULL; END $$",
    "CREATE TRIGGER flags_mark AFTER INSERT OR UPDATE OR DELETE ON flags FOR EACH ROW EXECUTE FUNCTION mark_flagged()",
)  # fmt: skip


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("entries", column)
    for name, columns in INDEXES.items():
        op.create_index(f"ix_entries_{name}", "entries", [*columns, "id", "book_id"])
    waits = sa.text("state = 'signed'")
    op.create_index(
        "ix_entries_inbox", "entries", [*INDEXES["first"], "id", "book_id"], sqlite_where=waits, postgresql_where=waits
    )
    op.create_table(
        "presences",
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("base_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_presences_book_id")),
        sa.PrimaryKeyConstraint("book_id", "id", name="pk_presences"),
    )
    op.create_index("ix_presences_book_day", "presences", ["book_id", "day"])
    op.create_index("ix_presences_base_day", "presences", ["base_id", "day"])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
    # the facts are made anew from the operations before anybody is served
    op.execute("UPDATE instance SET shape = 0")
