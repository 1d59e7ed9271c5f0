"""The second wall: on PostgreSQL whoever reads at a desk reads as a role that sees nothing of another college's, enterprise's or chain's
books, whatever the statement says: WALLED below; OPEN says what is not behind it, and why. The first wall is the Scope in every
statement; SQLite has only that one.

`raise_wall` belongs to whoever migrates and may be done again at any time. It needs a role of its own, which not every database user
may make; without it the server serves as before and says so. Phones, the worker, which makes ordered files by the statements' own
conditions, and everything that writes pass beside the wall."""

import hashlib
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from server.store.border import colleges_bound_to

ROLE = "jiangji_desk"
MAKE_IT = f"CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO <the user in JIANGJI_DATABASE>"
# in a SELECT of their own: asked once for a statement, not for each row of it
SEAT = "(SELECT coalesce(current_setting('app.role', true), ''))"
ORG = "(SELECT current_setting('app.org', true))"
NOBODY = f"{SEAT} = ''"
CHAIN = colleges_bound_to(ORG)
SEEN = f"""CASE {SEAT} WHEN '' THEN true
  WHEN 'coordinator' THEN college_id = {ORG} WHEN 'enterprise_admin' THEN enterprise_id = {ORG}
  WHEN 'authority' THEN college_id IN ({CHAIN}) ELSE {{0}} END"""
AT_ONE_DESK = f"{NOBODY} OR org_id = {ORG} AND {SEAT} = '{{0}}'"
OF_A_BOOK = f"{NOBODY} OR EXISTS (SELECT 1 FROM books seen_book WHERE seen_book.id = {{0}}.book_id)"
# a base's own book has the id of its organisation
WALLED = {
    "books": SEEN.format(f"{SEAT} = 'base_admin' AND id = {ORG}"),
    **{table: SEEN.format("false") for table in ("entries", "flag_cases", "agreements")},
    "imports": AT_ONE_DESK.format("coordinator"),
    "samplings": AT_ONE_DESK.format("authority"),
    **{
        table: OF_A_BOOK.format(table)
        for table in (
            "documents", "members", "ops", "results", "presences", "photo_names", "photo_keepers", "enrolled", "reversals", "sampled",
        )
    },
    # asked of ten thousand at once: the desk's books are found once and not for each of them
    "flags": f"{NOBODY} OR book_id IN (SELECT seen_book.id FROM books seen_book)",
    "exports": f"({SEEN.format('false')}) OR EXISTS (SELECT 1 FROM export_books x JOIN books b ON b.id = x.book_id WHERE x.export_id = exports.id)",
}  # fmt: skip
# What has a book, a college or an organisation in it and no wall, and why.
OPEN = {
    "export_books": "whether a file is about one's own people alone is asked of all its rows",
    **dict.fromkeys(("flag_entries", "flag_photos", "flag_prints", "flag_seals"), "compared across colleges, shown nowhere"),
    **dict.fromkeys(("flag_looks", "flag_months"), "how far the comparing has come"),
    **dict.fromkeys(("news", "short_codes"), "of one person, or of whoever holds the code"),
    **dict.fromkeys(("classes", "form_columns", "headings", "occupations", "plans", "rule_sets"), "terms, nothing of an apprentice's"),
    "identities": "sealed; whoever opens one asks whose the contacts in it are",
    "chain_members": "which organisation was in which chain, nothing of an apprentice's",
    **dict.fromkeys(("roles", "seat_requests"), "offices, nothing of an apprentice's"),
    **dict.fromkeys(("jobs", "register_log"), "read by more offices than one, each by its own condition"),
}
# A page is no work for several processes, nor for a compiler: to start either takes longer than most pages.
SIT = sa.text(
    "SELECT set_config('app.role', :role, true), set_config('app.org', :org, true), set_config('jit', 'off', true),"
    f" set_config('max_parallel_workers_per_gather', '0', true), set_config('role', '{ROLE}', true)"
)
STANDS = sa.text(
    "SELECT coalesce(pg_has_role(current_user, to_regrole(:role)::oid, 'MEMBER'), false)"
    " AND (SELECT relrowsecurity FROM pg_class WHERE oid = 'books'::regclass)"
)
BUSY = (sa.exc.OperationalError, sa.exc.IntegrityError, sa.exc.InternalError)
known: WeakKeyDictionary[Engine, bool] = WeakKeyDictionary()


def raise_wall(conn: Connection) -> bool:
    """True where it stands afterwards."""
    if conn.dialect.name != "postgresql" or not _has_role(conn):
        return False
    conn.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    conn.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}")
    for table, condition in WALLED.items():
        mark = hashlib.sha256(condition.encode()).hexdigest()[:16]
        if _mark_of(conn, table) == mark:
            continue
        conn.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for policy in ("desk", "others"):
            conn.exec_driver_sql(f"DROP POLICY IF EXISTS {policy} ON {table}")
        conn.exec_driver_sql(f"CREATE POLICY others ON {table} USING (true) WITH CHECK (true)")
        conn.exec_driver_sql(f"CREATE POLICY desk ON {table} AS RESTRICTIVE FOR SELECT TO {ROLE} USING ({condition})")
        conn.exec_driver_sql(f"COMMENT ON POLICY desk ON {table} IS '{mark}'")
    return True


def take_down(conn: Connection) -> None:
    """Before tables go: a policy of one may speak of another."""
    if conn.dialect.name != "postgresql":
        return
    ours = "SELECT polname, polrelid::regclass::text FROM pg_policy WHERE polname IN ('desk', 'others')"
    for name, table in conn.execute(sa.text(ours)).all():
        conn.exec_driver_sql(f"DROP POLICY {name} ON {table}")


def let_sit(conn: Connection, name: str) -> None:
    """Let a role that serves take the desk's role as well; `name` is quoted already."""
    if conn.execute(sa.text("SELECT to_regrole(:role)"), {"role": ROLE}).scalar() is not None:
        conn.exec_driver_sql(f"GRANT {ROLE} TO {name}")


def stands(conn: Connection) -> bool:
    """Asked once for each engine: a wall raised later stands from the next start on."""
    if conn.engine not in known:
        known[conn.engine] = conn.dialect.name == "postgresql" and bool(conn.execute(STANDS, {"role": ROLE}).scalar())
    return known[conn.engine]


def sit(conn: Connection, role: str, org_id: str) -> None:
    """From here to its end this transaction reads as somebody at this desk."""
    conn.execute(SIT, {"role": role, "org": org_id})


def _has_role(conn: Connection) -> bool:
    """Made here where that is allowed. Roles belong to the whole cluster: another database may be making it at this moment."""
    for _ in range(3):
        if conn.execute(sa.text("SELECT coalesce(pg_has_role(current_user, to_regrole(:role)::oid, 'MEMBER'), false)"), {"role": ROLE}).scalar():
            return True
        try:
            with conn.begin_nested():
                if conn.execute(sa.text("SELECT to_regrole(:role)"), {"role": ROLE}).scalar() is None:
                    conn.exec_driver_sql(f"CREATE ROLE {ROLE} NOLOGIN")
                conn.exec_driver_sql(f"GRANT {ROLE} TO current_user")
        except sa.exc.ProgrammingError:
            return False
        except BUSY:
            continue
    return False


def _mark_of(conn: Connection, table: str) -> str | None:
    found: str | None = conn.execute(
        sa.text("SELECT obj_description(oid, 'pg_policy') FROM pg_policy WHERE polname = 'desk' AND polrelid = CAST(:table AS regclass)"),
        {"table": table},
    ).scalar()
    return found
