"""The second wall: at a desk a statement without any condition finds nothing of another one's; phones and writing pass beside it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from server.services.desk.seats import stand_up, take_seat
from server.store import wall
from server.store.copies import columns_of
from server.store.db import db, reading, writing
from serving import BOOK, CAST, COLLEGE, FIRM, OTHER_COLLEGE, OTHER_FIRM, WORKS, Site, person_id

FOREIGN = BOOK.replace("1", "6")
# What stands in every walled table for a book of one's own and for a foreign one.
BARE = {
    "books": "SELECT id FROM books", "entries": "SELECT book_id FROM entries", "documents": "SELECT DISTINCT book_id FROM documents",
    "members": "SELECT DISTINCT book_id FROM members", "ops": "SELECT DISTINCT book_id FROM ops",
    "flags": "SELECT DISTINCT book_id FROM flags", "results": "SELECT book_id FROM results", "presences": "SELECT book_id FROM presences",
    "flag_cases": "SELECT id FROM flag_cases", "enrolled": "SELECT book_id FROM enrolled", "agreements": "SELECT book_id FROM agreements",
    "photo_names": "SELECT book_id FROM photo_names", "photo_keepers": "SELECT book_id FROM photo_keepers",
    "reversals": "SELECT book_id FROM reversals", "sampled": "SELECT book_id FROM sampled", "exports": "SELECT id FROM exports",
    "imports": "SELECT id FROM imports", "samplings": "SELECT id FROM samplings",
}  # fmt: skip


AT = {"from_day": "'2026-01-01'", "to_day": "'2026-12-31'"}
REST = {
    "enrolled": {"book_id": "'{book}'", "person_id": "'p'", "changed_at": "0"},
    "photo_names": {"sha256": "'x'", "book_id": "'{book}'"},
    "photo_keepers": {"sha256": "'x'", "book_id": "'{book}'"},
    "agreements": {"id": "'{book}'", "kind": "'training'", "number": "'1'", "college_id": "'{college}'", "enterprise_id": "'{firm}'",
                   "book_id": "'{book}'", "created_at": "0", **AT},
    "reversals": {"id": "'{book}'", "book_id": "'{book}'", "entry_id": "'e'", "version": "'v'", "day": "'2026-09-01'", "minutes": "-1",
                  "reason": "'x'", "asked_by": "'p'", "asked_session": "'s'", "asked_at": "0", "state": "'waiting'"},
    "sampled": {"sampling_id": "'{book}'", "place": "1", "book_id": "'{book}'", "entry_id": "'e'"},
    "exports": {"id": "'{book}'", "form": "'ledger'", "format": "'csv'", "aim": "'look'", "college_id": "'{college}'", "enterprise_id": "'{firm}'",
                "class_id": "'c'", "full_ids": "FALSE", "asked_by": "'p'", "asked_at": "0"},
    "imports": {"id": "'{book}'", "org_id": "'{college}'", "by_person": "'p'", "kind": "'roster'", "state": "'judged'", "sealed": "''",
                "sha256": "''", "row_count": "0", "created_at": "0"},
    "samplings": {"id": "'{book}'", "org_id": "'{college}'", "by_person": "'p'", "made_at": "0", "what": "'people'", "day_from": "'2026-09-01'",
                  "day_to": "'2026-09-30'", "seed": "'s'", "wanted": "1", "pool": "1", "pool_hash": "''"},
}  # fmt: skip


@pytest.fixture
def two(both: Site) -> Site:
    """A book of this college and, in every table, the same rows again under a book of another college's and enterprise's."""
    both.open_book()
    both.log_hours(2)
    with both.app.app_context(), writing() as conn:
        def run(statement: str) -> None:
            conn.execute(sa.text(statement))

        run(f"INSERT INTO books (id, seq, chain, college_id, enterprise_id) SELECT '{FOREIGN}', seq, chain, '{OTHER_COLLEGE}', '{OTHER_FIRM}'"
            f" FROM books WHERE id = '{BOOK}'")
        for table, id_too in (("entries", False), ("documents", False), ("members", False), ("ops", True)):
            columns = columns_of(table)
            named = ", ".join(columns)
            changed = {"book_id": f"'{FOREIGN}'", "college_id": f"'{OTHER_COLLEGE}'", "enterprise_id": f"'{OTHER_FIRM}'"}
            if id_too:
                changed["id"] = "'~' || substr(id, 2)"
            chosen = ", ".join(changed.get(column, column) for column in columns)
            run(f"INSERT INTO {table} ({named}) SELECT {chosen} FROM {table} WHERE book_id = '{BOOK}'")
        for table, columns, values in (
            (
                "results", "book_id, id, person_id, state, day, level, competition, event, claimed_at, rivals",
                "'r', 'p', 'claimed', '2026-09-01', 'x', 'x', 'x', 0, 0",
            ),
            ("presences", "book_id, id, person_id, base_id, day, start_minute", "'x', 'p', 'b', '2026-09-01', 0"),
        ):
            for book in (BOOK, FOREIGN):
                run(f"INSERT INTO {table} ({columns}) VALUES ('{book}', {values})")
        for book, college, firm in ((BOOK, COLLEGE, FIRM), (FOREIGN, OTHER_COLLEGE, OTHER_FIRM)):
            run("INSERT INTO flag_cases (id, source, flag, college_id, enterprise_id, person_id, day_from, day_to, entries, minutes, detail, since)"
                f" VALUES ('{book}', '', 'night', '{college}', '{firm}', 'p', '2026-09-01', '2026-09-01', 1, 1, '', 0)")
            run(f"INSERT INTO flags (book_id, entry_id, case_id, flag, settled, since) VALUES ('{book}', 'e', '{book}', 'night', FALSE, 0)")
        if both.config.database_url.startswith("postgresql"):
            run("SET LOCAL session_replication_role = replica")  # a row alone, without what it belongs to
            for book, college, firm in ((BOOK, COLLEGE, FIRM), (FOREIGN, OTHER_COLLEGE, OTHER_FIRM)):
                for table, given in REST.items():
                    row = {name: value.format(book=book, college=college, firm=firm) for name, value in given.items()}
                    run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})")
    return both


def found_at(site: Site, name: str) -> dict[str, set[str]]:
    """What statements without any condition find in a request of this person's."""
    role, org = CAST[name]
    with site.app.app_context():
        try:
            assert take_seat(person_id(name), [role], org)
            with reading() as conn:
                return {table: {row[0] for row in conn.execute(sa.text(statement))} & {BOOK, FOREIGN, WORKS} for table, statement in BARE.items()}
        finally:
            stand_up()


def test_a_statement_that_forgot_its_condition_finds_nothing_of_anothers(two):
    if two.config.database_url.startswith("sqlite"):
        assert found_at(two, "coordinator")["entries"] == {BOOK, FOREIGN}, "SQLite has the first wall only"
        return
    for name, own in {"coordinator": BOOK, "enterprise_admin": BOOK, "other_coordinator": FOREIGN, "system_admin": None, "base_admin": None}.items():
        found = found_at(two, name)
        for table in BARE:
            elsewhere = table == "samplings" or (table == "imports" and name == "enterprise_admin")
            assert found[table] == (set() if own is None or elsewhere else {own}), (name, table)
    alone = found_at(two, "authority")
    assert alone == {table: {BOOK} if table == "samplings" else set() for table in BARE}, "of no chain, it sees nothing but its own draws"
    with two.app.app_context(), writing() as conn:
        conn.execute(sa.text("INSERT INTO skill_chains (id, name) VALUES ('near', 'near')"))
        conn.execute(sa.text(f"UPDATE orgs SET skill_chain_id = 'near', kind = 'college' WHERE id = '{COLLEGE}'"))
    assert found_at(two, "authority") == {table: set() if table == "imports" else {BOOK} for table in BARE}


def test_every_table_of_a_college_stands_behind_the_wall_or_says_why_not():
    named = {"book_id", "college_id", "enterprise_id", "org_id"}
    reached = {name for name, table in db.metadata.tables.items() if named & set(table.columns.keys())}
    assert reached | {"books"} == set(wall.WALLED) | set(wall.OPEN) and not set(wall.WALLED) & set(wall.OPEN)
    assert set(BARE) == set(wall.WALLED), "each of them is tried"


def test_a_base_reads_its_own_book(two):
    two.open_base()
    assert found_at(two, "base_admin")["books"] == ({WORKS} if two.config.database_url.startswith("postgresql") else {BOOK, FOREIGN, WORKS})


def test_beside_a_desk_everything_is_read_and_a_desk_leaves_nothing_behind(two):
    """A connection goes back to the pool as whoever it was."""
    found_at(two, "coordinator")
    with two.app.app_context():
        for _ in range(2):
            with reading() as conn:
                assert {row[0] for row in conn.execute(sa.text(BARE["entries"]))} == {BOOK, FOREIGN}
        assert take_seat(person_id("coordinator"), ["coordinator"], COLLEGE)
        with reading(beside_wall=True) as conn, writing() as other:
            for there in (conn, other):
                assert {row[0] for row in there.execute(sa.text(BARE["entries"]))} == {BOOK, FOREIGN}
        stand_up()
    desk = two.caller("coordinator", "desk")
    assert {row["id"] for row in desk.get("/api/desk/progress").json["items"]} == {BOOK}
    with two.app.app_context(), reading() as conn:
        assert {row[0] for row in conn.execute(sa.text(BARE["books"]))} >= {BOOK, FOREIGN}, "the request has stood up again"


def test_whoever_reads_at_a_desk_cannot_write_in_that_transaction(two):
    if two.config.database_url.startswith("sqlite"):
        return
    with two.app.app_context(), two.app.extensions["sqlalchemy"].engine.connect() as conn, conn.begin():
        wall.sit(conn, "coordinator", COLLEGE)
        with pytest.raises(sa.exc.ProgrammingError):
            conn.execute(sa.text("UPDATE entries SET state = 'signed'"))


def test_a_database_whose_user_may_make_no_role_serves_without_the_wall(two, make_site):
    """And says so; nothing else changes."""
    url = two.config.database_url
    if url.startswith("sqlite"):
        return
    with two.app.app_context(), two.app.extensions["sqlalchemy"].engine.begin() as conn:
        conn.exec_driver_sql("DROP ROLE IF EXISTS no_wall")
        conn.exec_driver_sql("CREATE ROLE no_wall LOGIN")
        conn.exec_driver_sql("GRANT USAGE ON SCHEMA public TO no_wall")
        conn.exec_driver_sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO no_wall")
    plain = make_site(database_url=sa.make_url(url).set(username="no_wall").render_as_string(hide_password=False))
    try:
        with plain.app.app_context(), reading() as conn:
            assert not wall.stands(conn)
        assert {row["id"] for row in plain.caller("coordinator", "desk").get("/api/desk/progress").json["items"]} == {BOOK}
    finally:
        with plain.app.app_context():
            plain.app.extensions["sqlalchemy"].engine.dispose()
        with two.app.app_context(), two.app.extensions["sqlalchemy"].engine.begin() as conn:
            conn.exec_driver_sql("DROP OWNED BY no_wall")
            conn.exec_driver_sql("DROP ROLE no_wall")
