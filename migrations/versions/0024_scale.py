"""entries in the order of people's names, and with the words they say, so that a desk can look for one"""

import sqlalchemy as sa
from alembic import op

revision = "0024_scale"
down_revision = "0023_chains"

NAMED = "coalesce((SELECT p.sorted_as FROM people p WHERE p.id = {0}.person_id), '')"
CALL = "UPDATE entries SET called = {0}"
ONE, ALL = CALL.format(NAMED.format("NEW")), CALL.format("NEW.sorted_as")
THEIRS = "WHERE person_id = NEW.id AND book_id IN (SELECT m.book_id FROM members m WHERE m.person_id = NEW.id)"
SQLITE = (
    f"CREATE TRIGGER entries_called AFTER INSERT ON entries BEGIN {ONE} WHERE book_id = NEW.book_id AND id = NEW.id; END",
    f"CREATE TRIGGER people_called AFTER UPDATE OF sorted_as ON people BEGIN {ALL} {THEIRS}; END",
)
POSTGRESQL = (
    f"CREATE FUNCTION call_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.called = {NAMED.format('NEW')}; RETURN NEW; END $$",
    "CREATE TRIGGER entries_called BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION call_entry()",
    f"CREATE FUNCTION call_entries() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {ALL} {THEIRS}; RETURN NULL; END $$",
    "CREATE TRIGGER people_called AFTER UPDATE OF sorted_as ON people FOR EACH ROW EXECUTE FUNCTION call_entries()",
)


def upgrade() -> None:
    for table, name in (("people", "sorted_as"), ("entries", "called"), ("entries", "text")):
        op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))
    conn = op.get_bind()
    named = [{"id": row[0], "sorted_as": row[1].encode("gb18030").hex()} for row in conn.execute(sa.text("SELECT id, name FROM people"))]
    if named:
        conn.execute(sa.text("UPDATE people SET sorted_as = :sorted_as WHERE id = :id"), named)
    op.execute(CALL.format(NAMED.format("entries")))
    op.create_index("ix_entries_called", "entries", ["college_id", "called", "day", "id", "book_id"])
    for statement in POSTGRESQL if conn.dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
    # what entries say is made anew from the operations before anybody is served
    op.execute("UPDATE instance SET shape = 0")
