"""The tables a migration makes are the tables the code knows, and the database itself guards what was accepted."""

from __future__ import annotations

import concurrent.futures
import fcntl

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.store.db import db, prepare
from server.store.host.keys import make_instance_files, read_key
from server.store.migrations import FOLDER, changing, found, let_serve, migrate, newest_revision, revision_of
from server.store.setup import chains
from server.store.tables.books import TRIAGE
from serving import NOW, Site, fill

OPS = "INSERT INTO ops (id, book_id, seq, chain, verdict, word, device_id, jws, received_at) VALUES "
ACCEPTED = OPS + "('a', 'b', 1, 'c', 'accepted', NULL, 'd', 'j', 1)"
HELD = OPS + "('h', 'b', NULL, NULL, 'held', 'missing', 'd', 'j', 1)"
# what indexes carry beside their keys
CARRIED = sa.text(
    "SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attnum > i.indnkeyatts) FROM pg_index i"
    " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_attribute a ON a.attrelid = c.oid GROUP BY c.relname"
)
OF_BEFORE = (
    "INSERT INTO orgs (id, kind, name) VALUES ('a', 'college', 'a'), ('b', 'college', 'b')",
    "INSERT INTO people (id, name, login, created_at) VALUES ('o', 'o', 'o', 1), ('p', 'p', 'p', 1), ('q', 'q', 'q', 1)",
    "INSERT INTO register_log (id, org_id, at, by_person, subject, subject_id, act, body) VALUES ('1', 'a', 10, 'p', 'mentor', 'a', 'printed', '{}'),"
    " ('2', 'b', 11, 'q', 'person', 'p', 'made', '{}'), ('3', 'a', 12, 'q', 'person', 'p', 'changed', '{}')",
    "INSERT INTO resets (id, person_id, asked_by, asked_at, reason, alone, second_person, outcome, ended_at)"
    " VALUES ('r', 'o', 'p', 1, 'x', false, 'q', 'done', 2), ('s', 'q', 'p', 1, 'x', true, NULL, 'done', 2)",
    "INSERT INTO activations (id, person_id, code_hash, issued_at, expires_at)"
    " VALUES ('one', 'o', 'h', 10, 99), ('two', 'o', 'h', 11, 99), ('reset-r', 'o', 'h', 2, 99), ('reset-s', 'q', 'h', 2, 99)",
    "INSERT INTO identities (person_id, kind, data_key, blind, sealed, changed_at)"
    " VALUES ('o', 'other', 'k', '1', 's', 1), ('p', 'other', 'k', '2', 's', 1), ('q', 'other', 'k', '3', 's', 1)",
    "INSERT INTO books (id, seq, chain, college_id) VALUES ('x', 0, 'c', 'b'), ('y', 0, 'c', 'a')",
    "INSERT INTO members (book_id, id, person_id, role, from_day) VALUES ('x', '1', 'q', 'apprentice', '2026-01-01'),"
    " ('y', '1', 'q', 'apprentice', '2025-01-01'), ('y', '2', 'p', 'apprentice', '2025-01-01')",
)


def test_an_empty_database_becomes_what_the_code_knows(database_url):
    said: list[str] = []
    migrate(database_url, said.append)
    with changing(database_url) as conn:
        context = MigrationContext.configure(conn, opts={"compare_server_default": False})
        assert compare_metadata(context, db.metadata) == []
        assert revision_of(conn) == newest_revision()
        made = {
            check["name"] for table in db.metadata.tables for check in sa.inspect(conn).get_check_constraints(table)
        }
        known = {
            item.name for table in db.metadata.tables.values() for item in table.constraints
            if isinstance(item, sa.CheckConstraint)
        }  # fmt: skip
        assert made == known and len(known) >= 10
        if conn.dialect.name == "postgresql":
            carried = {name: columns for name, columns in conn.execute(CARRIED) if columns}
            entries = db.metadata.tables["entries"].indexes
            assert carried == {index.name: list(index.dialect_options["postgresql"]["include"]) for index in entries} and len(carried) == 14
    revisions = [script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()][::-1]
    assert [sentence.partition(": ")[0] for sentence in said] == revisions and revisions[0] == "0001_first"
    migrate(database_url, said.append)
    assert len(said) == len(revisions)


def test_who_was_in_a_chain_before_days_were_kept_is_in_it_still(database_url):
    with changing(database_url) as conn:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes |= {"connection": conn, "progress": lambda _: None}
        command.upgrade(config, "0022_keeping")
        conn.execute(sa.text("INSERT INTO skill_chains (id, name) VALUES ('near', 'x')"))
        conn.execute(sa.text("INSERT INTO orgs (id, skill_chain_id, kind, name) VALUES ('a', 'near', 'college', 'a'), ('b', NULL, 'base', 'b')"))
    migrate(database_url, lambda _: None)
    with changing(database_url) as conn:
        rows = conn.execute(sa.text("SELECT chain_id, org_id, from_day, to_day FROM chain_members")).all()
        assert [tuple(row) for row in rows] == [("near", "a", "2000-01-01", None)]
        assert chains.settle(conn, "2026-09-21") == 0
        if conn.dialect.name == "postgresql":
            looked_through = sa.text("SELECT reltuples FROM pg_class WHERE oid = 'entries'::regclass")
            assert conn.execute(looked_through).scalar_one() >= 0, "a table that was written anew is looked through once"


def test_slips_and_contacts_of_before_belong_to_those_whose_they_were(database_url):
    """Who printed stands in the log at the moment the slip was issued; whose contacts they are, with whoever took him in."""
    with changing(database_url) as conn:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes |= {"connection": conn, "progress": lambda _: None}
        command.upgrade(config, "0026_carried")
        for statement in OF_BEFORE:
            conn.execute(sa.text(statement))
    migrate(database_url, lambda _: None)
    with changing(database_url) as conn:
        slips = dict(tuple(row) for row in conn.execute(sa.text("SELECT id, printed_by FROM activations")))
        assert slips == {"one": "p", "two": None, "reset-r": "q", "reset-s": "p"}
        whose = dict(tuple(row) for row in conn.execute(sa.text("SELECT person_id, college_id FROM identities")))
        assert whose == {"p": "b", "q": "a", "o": None}


def test_what_comes_first_at_a_desk_is_reckoned_as_the_code_says():
    """The comparing of tables does not look into a column that the database makes."""
    assert ScriptDirectory(str(FOLDER)).get_revision("0026_carried").module.TRIAGE == TRIAGE


def test_the_head_file_names_the_newest_revision():
    assert ScriptDirectory(str(FOLDER)).get_heads() == [newest_revision()]


def test_a_database_is_founded_once(database_url, tmp_path):
    make_instance_files(tmp_path)
    key = read_key(tmp_path / "server-key.pem")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda epoch: found(database_url, key, epoch, 5, lambda _: None), ["one", "two"]))
    with changing(database_url) as conn:
        [row] = conn.execute(sa.text("SELECT id, epoch, restored_at FROM instance")).all()
        assert row[0] == 1 and row[1] in ("one", "two") and row[2] == 0
        devices = conn.execute(sa.text("SELECT id, person_id, status FROM devices")).all()
        assert [tuple(device) for device in devices] == [(key.id, None, "server")]


def test_a_new_file_learns_to_write_ahead_while_nobody_else_does(tmp_path):
    path = tmp_path / "new.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    prepare(engine)
    with open(f"{path}-queue", "w") as queue, concurrent.futures.ThreadPoolExecutor(1) as pool:
        fcntl.flock(queue, fcntl.LOCK_EX)
        connected = pool.submit(lambda: engine.connect().close())
        assert concurrent.futures.wait([connected], timeout=0.3).not_done
        fcntl.flock(queue, fcntl.LOCK_UN)
        connected.result(timeout=20)
    with engine.connect() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    engine.dispose()


def test_the_files_of_an_instance_are_made_once_and_for_their_owner(tmp_path):
    make_instance_files(tmp_path / "home")
    before = {path.name: path.read_bytes() for path in (tmp_path / "home").iterdir()}
    make_instance_files(tmp_path / "home")
    assert {path.name: path.read_bytes() for path in (tmp_path / "home").iterdir()} == before
    assert set(before) == {"secret", "server-key.pem", "push-key.pem", "vault-key"}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "home").iterdir()} == {0o600}


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE ops SET jws = 'k' WHERE id = 'a'",
        "UPDATE ops SET seq = 2 WHERE id = 'a'",
        "UPDATE ops SET chain = 'x' WHERE id = 'a'",
        "UPDATE ops SET book_id = NULL WHERE id = 'a'",
        "UPDATE ops SET received_at = 9 WHERE id = 'a'",
        "UPDATE ops SET verdict = 'refused', word = 'malformed', seq = NULL, chain = NULL WHERE id = 'a'",
        "DELETE FROM ops WHERE id = 'a'",
        "DELETE FROM ops WHERE id = 'h'",
    ],
)
def test_the_database_refuses_to_change_what_was_accepted(database_url, harm):
    migrate(database_url, lambda _: None)
    with changing(database_url) as conn:
        conn.execute(sa.text(ACCEPTED))
        conn.execute(sa.text(HELD))
    with pytest.raises(sa.exc.IntegrityError), changing(database_url) as conn:
        conn.execute(sa.text(harm))
    with changing(database_url) as conn:
        rows = conn.execute(sa.text("SELECT id, seq, chain, jws, received_at FROM ops ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [("a", 1, "c", "j", 1), ("h", None, None, "j", 1)]


def test_what_is_not_accepted_yet_may_still_be_decided(database_url):
    migrate(database_url, lambda _: None)
    with changing(database_url) as conn:
        conn.execute(sa.text(HELD))
        conn.execute(sa.text("UPDATE ops SET verdict = 'accepted', word = NULL, seq = 1, chain = 'c' WHERE id = 'h'"))
        conn.execute(sa.text("UPDATE ops SET jws = jws WHERE id = 'h'"))
    with changing(database_url) as conn:
        assert conn.execute(sa.text("SELECT verdict FROM ops")).scalar_one() == "accepted"


def test_postgresql_is_not_emptied_either(postgres_url):
    migrate(postgres_url, lambda _: None)
    with pytest.raises(sa.exc.IntegrityError), changing(postgres_url) as conn:
        conn.execute(sa.text("TRUNCATE ops CASCADE"))


@pytest.mark.parametrize("attempt", [
    "DELETE FROM ops", "TRUNCATE ops", "UPDATE ops SET jws = 'x'", "DROP TRIGGER ops_keep ON ops", "DROP TABLE ops CASCADE",
    "ALTER TABLE ops DISABLE TRIGGER ALL", "CREATE TABLE mine (id int)", "DELETE FROM books", "UPDATE alembic_version SET version_num = 'x'",
])  # fmt: skip
def test_the_role_that_serves_can_serve_and_cannot_rewrite_history(attempt, fresh_postgres_database, home, make_site):
    url = fresh_postgres_database()
    found(url, read_key(home / "server-key.pem"), "epoch-1", NOW, lambda _: None)
    with changing(url) as conn:
        conn.exec_driver_sql("DROP ROLE IF EXISTS serving_only")
        conn.exec_driver_sql("CREATE ROLE serving_only LOGIN")
    let_serve(url, "serving_only")
    served = sa.make_url(url).set(username="serving_only").render_as_string(hide_password=False)
    site: Site = make_site(database_url=served)
    try:
        fill(site)
        site.open_book()
        site.log_hours(2)
        with site.app.app_context(), pytest.raises(sa.exc.DBAPIError), db.engine.begin() as conn:
            conn.exec_driver_sql(attempt)
        assert site.rows("SELECT count(*) FROM ops WHERE verdict = 'accepted'")[0][0] == 7
    finally:
        with site.app.app_context():
            db.engine.dispose()
        with changing(url) as conn:
            conn.exec_driver_sql("DROP OWNED BY serving_only")
            conn.exec_driver_sql("DROP ROLE serving_only")
