"""The desk's queue at a million entries: any filter, any order, any page, against the unfiltered first page of the same run.

    python -m tests.bench.queue [--rows 1000000] [--small 10000]

Rows are made by SQL (their documents too), in a PostgreSQL of its own; what is timed is the door, through the whole server, behind the
second wall as in production. The college has every entry. As in life, states go with days, modules with phases of a year, and a class
with few enterprises.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import provide
from server.config import read_config
from server.services.desk import queue
from server.store import wall
from server.store.db import db, writing
from server.store.host.keys import make_instance_files, read_key
from server.store.migrations import found
from serving import COLLEGE, NOW, Caller, Site, fill, found_site, person_id

DAYS = 250
CLASSES, ENTERPRISES, MODULES, PLACES = 12, 9, 5, 6
TOO_SLOW, GROWN = 5.0, 1.5
TURNS = 25
# a server's own memory for its pages, as everybody gives it who keeps a million entries; what it is out of the box is for a laptop
SHARED = "2GB"
GROUPS = """
INSERT INTO classes (id, college_id, name, from_day, to_day, created_at)
SELECT 'c0000000-0000-4000-8000-' || lpad(n::text, 12, '0'), :college, 'class ' || n, '2025-09-01', '2026-08-31', 1
FROM generate_series(0, :classes - 1) n
"""
FIRMS = """
INSERT INTO orgs (id, kind, name)
SELECT 'e0000000-0000-4000-8000-' || lpad(n::text, 12, '0'), 'enterprise', 'firm ' || n FROM generate_series(0, :enterprises - 1) n
"""
BOOKS = """
INSERT INTO books (id, seq, chain, held, college_id, enterprise_id, class_id)
SELECT 'b0000000-0000-4000-8000-' || lpad(n::text, 12, '0'), 0, 'x', 0, :college,
  'e0000000-0000-4000-8000-' || lpad(((n % :classes * 3 + n / :classes % 3) % :enterprises)::text, 12, '0'),
  'c0000000-0000-4000-8000-' || lpad((n % :classes)::text, 12, '0') FROM generate_series(1, :books) n
"""
PEOPLE = """
INSERT INTO people (id, name, sorted_as, login, created_at)
SELECT id, name, encode(convert_to(name, 'GB18030'), 'hex'), login, 1 FROM (SELECT 'a0000000-0000-4000-8000-' || lpad(n::text, 12, '0') AS id,
  substr('陈林黄梁李吴何罗邓许郑冯曾蔡彭谢潘杜苏卢', n % 20 + 1, 1) || '示' || n AS name, 'p' || n AS login FROM generate_series(1, :books) n) p
"""
MEMBERS = """
INSERT INTO members (book_id, id, person_id, role, from_day, to_day)
SELECT 'b0000000-0000-4000-8000-' || lpad(n::text, 12, '0'), 'd0000000-0000-4000-8000-' || lpad(n::text, 12, '0'),
  'a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'), 'apprentice', '2025-09-01', NULL FROM generate_series(1, :books) n
"""
HEADS = """
INSERT INTO documents (book_id, id, seq, body)
SELECT id, id, 1, json_build_object('id', id, 'kind', 'book', 'plan', json_build_object('modules',
  (SELECT json_agg(json_build_object('code', 'M' || m, 'name', '模块' || m, 'category', 'operation', 'minutes', 9000)) FROM generate_series(0, 4) m),
  'places', (SELECT json_agg(json_build_object('id', 'place-' || p, 'name', '地点' || p, 'kind', 'post')) FROM generate_series(0, 5) p)))::text
FROM books WHERE college_id = :college
"""
ENTRIES = """
INSERT INTO entries (book_id, id, person_id, college_id, enterprise_id, class_id, day, state, module, place_kind, place,
  claimed_minutes, confirmed_minutes, counted_minutes, credited_minutes, rivals, clean, grade, moved_at, text)
SELECT b.id, md5(b.id || d)::uuid::text, 'a' || substr(b.id, 2), b.college_id, b.enterprise_id, b.class_id,
  (date '2025-09-01' + d)::text,
  CASE WHEN d < :days - 20 THEN CASE WHEN h % 500 = 0 THEN 'withdrawn' WHEN h % 500 < 4 THEN 'queried' ELSE 'credited' END
    WHEN h % 10 < 6 THEN 'signed' WHEN h % 10 < 8 THEN 'logged' WHEN h % 10 = 8 THEN 'returned' ELSE 'credited' END,
  'M' || least(4, d / 50 + h % 2), 'post', 'place-' || h % 6, 60 + h % 420, 60 + h % 420, 60 + h % 420, 0, 0,
  CASE WHEN h % 40 = 0 THEN 0 WHEN h % 40 < 3 THEN 1 WHEN h % 40 < 6 THEN 2 ELSE 3 END, 'B', 1756684800000 + d * 86400000::bigint + h % 86400000,
  '在装配线上完成第 ' || d || ' 日的工序，' ||
    CASE WHEN h % 3 = 0 THEN '更换轴承' WHEN h % 5000 = 1 THEN '调校机器人零点' ELSE '检查夹具' END || '并做了记录'
FROM (SELECT b.*, d, abs(hashtext(b.id || d)) AS h FROM books b, generate_series(0, :days - 1) d WHERE b.college_id = :college) b
"""
DOCUMENTS = """
INSERT INTO documents (book_id, id, seq, body)
SELECT book_id, id, 1 + row_number() OVER (PARTITION BY book_id), '{"id":"' || id || '","kind":"entry","state":"' || state || '","by":"' || person_id
  || '","version":"v","seals":[],"returns":[{"by":"' || person_id || '","reason":"看不清"}],"queries":[{"by":"' || person_id
  || '","reason":"看不清"}],"rivals":[],"recognised":{"by":"' || person_id || '"},"content":{"day":"' || day
  || '","start": 480,"end": 960,"break": 60,"module":"' || module || '","photos":[],"text":"' || text || '","late_reason": null}}' FROM entries
"""
FLAGGED = (
    "INSERT INTO flag_cases (id, source, flag, college_id, person_id, day_from, day_to, entries, minutes, detail, since)"
    " VALUES ('case', 'bench', 'burst', :college, :person, '2025-09-01', '2026-08-31', 1, 1, '{}', 1)",
    "ALTER TABLE flags DISABLE TRIGGER USER",
    "INSERT INTO flags (book_id, entry_id, case_id, flag, settled, since) SELECT book_id, id, 'case', 'burst', false, 1 FROM entries"
    " WHERE abs(hashtext(id)) % 100 = 0",
    "UPDATE entries SET unflagged = 0 WHERE abs(hashtext(id)) % 100 = 0",
    "ALTER TABLE flags ENABLE TRIGGER USER",
)
CLASS, FIRM_OF, OTHER_FIRM = (f"{c}0000000-0000-4000-8000-{n:012d}" for c, n in (("c", 3), ("e", 0), ("e", 5)))
YEAR_END, MARCH, A_DAY = "day_from=2025-12-01&day_to=2026-03-31", "day_from=2026-03-01&day_to=2026-03-31", "day_from=2026-03-02&day_to=2026-03-02"
FILTERS = {
    "none": "", "class": f"class_id={CLASS}", "enterprise": f"enterprise_id={FIRM_OF}",
    "class+firm": f"class_id={CLASS}&enterprise_id={FIRM_OF}", "class+no such": f"class_id={CLASS}&enterprise_id={OTHER_FIRM}",
    "module": "module=M4", "first module": "module=M0", "place": "place=place-2", "signed": "state=signed", "credited": "state=credited",
    "queried": "state=queried", "withdrawn": "state=withdrawn", "returned": "state=returned",
    "day": A_DAY, "month": MARCH, "since": "day_from=2026-04-01", "before": "day_to=2025-10-31",
    "flag": "flag=burst", "flag any": "flag=any", "no such flag": "flag=ghost", "name of all": "name=示",
    "name": "name=陈", "one name": "name=示77", "one person": "name=示777", "nobody": "name=zzz",
    # two at once
    "class+signed": f"class_id={CLASS}&state=signed", "module+signed": "module=M4&state=signed", "M0+signed": "module=M0&state=signed",
    "firm+credited": f"enterprise_id={FIRM_OF}&state=credited", "place+withdrawn": "place=place-2&state=withdrawn",
    "M1+place": "module=M1&place=place-3", "place+month": f"place=place-2&{MARCH}", "class+month": f"class_id={CLASS}&{MARCH}",
    "month+credited": f"state=credited&{MARCH}", "month+signed": f"state=signed&{MARCH}", "flag+class": f"flag=burst&class_id={CLASS}",
    "flag+signed": "flag=burst&state=signed", "flag+module": "flag=any&module=M2", "name+signed": "name=陈&state=signed",
    "name+module": "name=陈&module=M3", "name+class": f"name=陈&class_id={CLASS}",
    # many, and all
    "class+M2+credited": f"class_id={CLASS}&module=M2&state=credited",
    "all but name": f"class_id={CLASS}&module=M2&place=place-1&state=credited&{YEAR_END}",
    "firm+M4+place+logged": f"enterprise_id={FIRM_OF}&module=M4&place=place-1&state=logged&day_from=2026-04-20",
    "all at once": f"class_id={CLASS}&enterprise_id={FIRM_OF}&module=M2&place=place-1&state=credited&flag=burst&name=示&{YEAR_END}",
    "all, common": f"class_id={CLASS}&enterprise_id={FIRM_OF}&module=M2&place=place-3&state=credited&flag=any&name=示&day_from=2025-09-01",
    "all, none": f"class_id={CLASS}&enterprise_id={OTHER_FIRM}&module=M0&place=place-1&state=signed&flag=any&name=陈&{MARCH}",
    # words in what entries say
    "word": "text=轴承", "word of all": "text=记录", "rare word": "text=零点", "no such word": "text=焊枪",
    "word+class": f"text=轴承&class_id={CLASS}", "rare word+class": f"text=零点&class_id={CLASS}", "rare word+month": f"text=零点&{MARCH}",
    "word+signed": "text=轴承&state=signed", "rare word+name": "text=零点&name=陈", "no such word+withdrawn": "text=焊枪&state=withdrawn",
    "word, all at once": f"text=记录&class_id={CLASS}&enterprise_id={FIRM_OF}&module=M2&state=credited&name=示&{YEAR_END}",
}  # fmt: skip


def fill_up(site: Site, rows: int) -> None:
    values = {
        "college": COLLEGE, "days": DAYS, "classes": CLASSES, "enterprises": ENTERPRISES, "books": rows // DAYS, "person": person_id("apprentice"),
    }  # fmt: skip
    with site.app.app_context():
        heavy = [index for name in ("entries", "documents") for index in db.metadata.tables[name].indexes]
        with writing() as conn:
            conn.execute(sa.text("SET maintenance_work_mem = '256MB'"))
            for index in heavy:
                index.drop(conn)
            for table in ("entries", "documents"):
                conn.execute(sa.text(f"ALTER TABLE {table} SET UNLOGGED"))
            for statement in (GROUPS, FIRMS, BOOKS, PEOPLE, MEMBERS, HEADS, ENTRIES, DOCUMENTS, *FLAGGED):
                conn.execute(sa.text(statement.replace("::", "\\:\\:")), values)
            for index in heavy:
                index.create(conn)
        with db.engine.connect() as conn:
            conn.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
            size = sa.text("SELECT relkind, pg_size_pretty(sum(pg_relation_size(oid))) FROM pg_class WHERE relname LIKE '%entries' AND relkind = 'r'"
                " OR relname LIKE 'ix_entries_%' GROUP BY relkind ORDER BY relkind DESC")
            print("entries and what finds them:", ", ".join(row[1] for row in conn.execute(size)))


def timed(caller, path: str, times: int) -> tuple[float, int]:
    """The middle of some calls in ms, and how many rows there were."""
    took, rows = [], 0
    for _ in range(times):
        start = time.perf_counter()
        answer = caller.get(path)
        took.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.text
        rows = len(answer.json.get("items", ()))
    return statistics.median(took), rows


def make(cluster, home: Path, rows: int) -> Site:
    make_instance_files(home)
    config = read_config({"JIANGJI_HOME": str(home), "JIANGJI_HASH_MEMORY_KIB": "256"})
    config = replace(config, database_url=cluster.fresh_database())
    found(config.database_url, read_key(config.server_key), "bench", NOW, lambda _: None)
    site = found_site(config, home)
    fill(site)
    logging.disable(logging.INFO)
    with site.app.app_context(), db.engine.connect() as conn:
        assert wall.stands(conn), "no second wall"
    start = time.perf_counter()
    fill_up(site, rows)
    print(f"{rows:,} entries made in {time.perf_counter() - start:.0f} s", flush=True)
    return site


def time_cells(caller, times: int) -> tuple[float, list[tuple[float, str, int]]]:
    """Every filter in every order both ways: the first page, the second and the last there is. And the unfiltered first page, again and
    again between them, for the machine is not equally fast all the time."""
    found, first = [], []
    for (name, given), order in itertools.product(FILTERS.items(), queue.ORDERS):
        first.append(timed(caller, "/api/desk/queue", times)[0])
        for way, page in itertools.product(("", "-"), (1, 2, queue.MOST_PAGES)):
            took, shown = timed(caller, f"/api/desk/queue?{given}&sort={way}{order}&page={page}", times)
            found.append((took, f"{name}, {way}{order}, page {page}", shown))
    return statistics.median(first), sorted(found, reverse=True)


def print_cells(first: float, cells: list[tuple[float, str, int]]) -> None:
    slow = sum(took > TOO_SLOW * first for took, *_ in cells)
    print(f"{len(cells)} of filter x order x page, against {first:.1f} ms: middle {statistics.median(c[0] for c in cells) / first:.2f},"
          f" 95 % {cells[len(cells) // 20][0] / first:.2f}; above {TOO_SLOW:.0f}: {slow}; slowest:")  # fmt: skip
    for took, name, shown in cells:
        if took > TOO_SLOW * first or (took, name, shown) in cells[:12]:
            print(f"  {took / first:5.2f} x  {took:6.1f} ms  {shown:2} rows  {name}")


def time_both(few: Caller, many: Caller) -> tuple[float, float]:
    """The unfiltered first page of either, in turns."""
    for caller in (few, many):
        assert timed(caller, "/api/desk/queue", 3)[1] == queue.PAGE
    took = [(timed(few, "/api/desk/queue", 1)[0], timed(many, "/api/desk/queue", 1)[0]) for _ in range(TURNS)]
    small, first = (statistics.median(one) for one in zip(*took, strict=True))
    return small, first


def measure(many: Caller, times: int) -> tuple[float, list[tuple[float, str, int]]]:
    start = time.perf_counter()
    first, cells = time_cells(many, times)
    print(f"{len(cells)} cells in {time.perf_counter() - start:.0f} s; unfiltered first page among them: {first:.1f} ms")
    counts = {name: timed(many, f"/api/desk/queue/count?{given}", 1)[0] for name, given in FILTERS.items()}
    print("how many, with each filter:", ", ".join(f"{name} {took:.0f}" for name, took in counts.items()), "ms")
    return first, cells


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--small", type=int, default=10_000)
    asked.add_argument("--times", type=int, default=3)
    given = asked.parse_args()
    cluster = provide.Cluster(durable=False, shared_buffers=SHARED)
    try:
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            sites = [make(cluster, Path(one), given.small), make(cluster, Path(two), given.rows)]
            few, many = (site.caller("coordinator", "desk") for site in sites)
            small, grown = time_both(few, many)
            print(f"unfiltered first page of {given.small:,}: {small:.1f} ms, of {given.rows:,}: {grown:.1f} ms", flush=True)
            first, cells = measure(many, given.times)
            for site in sites:
                with site.app.app_context():
                    db.engine.dispose()
    finally:
        cluster.stop()
    print(f"first page {given.rows:,} / {given.small:,}: {grown / small:.2f} (at most {GROWN})")
    print_cells(first, cells)
    return 0 if cells[0][0] <= TOO_SLOW * first and grown <= GROWN * small else 1


if __name__ == "__main__":
    sys.exit(main())
