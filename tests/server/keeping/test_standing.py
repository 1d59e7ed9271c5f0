"""How the house stands: numbers for whoever looks after the system, nobody's name in them; copies and checks are written down."""

from __future__ import annotations

import json
import tomllib

import pytest

from provide import ROOT
from server.config import VERSION
from server.services.keeping import standing
from server.services.people import roster
from serving import CAST, NOW, Site, person_id

PATH = "/api/desk/system"
MINUTE = 60_000


def stands(site: Site) -> dict:
    got = site.caller("system_admin", "desk").get(PATH)
    assert got.status_code == 200
    return got.json


def test_the_release_is_called_as_the_package_is():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == VERSION


def test_it_counts_what_is_there(both: Site):
    both.open_book()
    both.log_hours(3)
    found = stands(both)
    [(books, ops)] = both.rows("SELECT count(*), sum(seq) FROM books")
    [(documents,)] = both.rows("SELECT count(*) FROM documents")
    assert found["books"] == {"books": books, "ops": ops, "documents": documents, "held": 0, "custody": 0} and books == 1 and documents > 3
    kinds = {row["kind"]: row["n"] for row in found["registry"]["orgs"]}
    assert kinds == {row[0]: row[1] for row in both.rows("SELECT kind, count(*) FROM orgs GROUP BY kind")}
    assert found["registry"]["accounts"] == len(CAST) and found["registry"]["devices"] == 1
    assert found["database"]["kind"] == both.config.database_url.partition(":")[0].partition("+")[0]
    assert found["database"]["revision"] == found["database"]["newest"] and found["database"]["bytes"] > 100_000
    assert found["settings"]["second_factor"] == both.config.second_factor and not found["settings"]["push_contact"]
    assert found["disk"]["total_bytes"] > found["disk"]["free_bytes"] > 0


def test_files_are_measured(site: Site):
    site.config.blobs.mkdir(parents=True, exist_ok=True)
    (site.config.blobs / "ab").mkdir()
    (site.config.blobs / "ab" / "one").write_bytes(b"x" * 1234)
    (site.config.home / "exports").mkdir(exist_ok=True)
    (site.config.home / "exports" / "a.xlsx").write_bytes(b"x" * 77)
    disk = stands(site)["disk"]
    assert (disk["photo_bytes"], disk["export_bytes"], disk["exports"]) == (1234, 77, 1)


def test_a_worker_that_falls_silent_is_seen(both: Site):
    assert (stands(both)["worker"]["alive"], stands(both)["worker"]["heard_at"]) == (False, None)
    with both.app.app_context():
        standing.beat(both.at)
    assert (stands(both)["worker"]["alive"], stands(both)["worker"]["heard_at"]) == (True, both.at)
    both.pass_time(2 * MINUTE)
    assert stands(both)["worker"]["alive"]
    both.pass_time(MINUTE)
    assert not stands(both)["worker"]["alive"]


def test_what_waits_for_the_worker_is_counted(both: Site):
    with both.app.app_context(), standing.writing() as conn:
        person = person_id("apprentice")
        conn.exec_driver_sql(f"INSERT INTO news (cause, person_id, word, by_person, told_at) VALUES ('c', '{person}', 'w', 'x', {NOW - 5})")
        conn.exec_driver_sql(f"INSERT INTO nudges (person_id, since) VALUES ('{person}', {NOW - 7})")
        for number, (state, ended, word) in enumerate((
            ("waiting", "NULL", "NULL"), ("running", "NULL", "NULL"), ("failed", NOW - MINUTE, "'stopped'"),
            ("failed", NOW - 8 * 86_400_000, "'stopped'"),
        )):  # fmt: skip
            conn.exec_driver_sql(
                "INSERT INTO jobs (id, kind, asked_by, role, org_id, asked_at, asked, state, unit, word, ended_at) SELECT"
                f" 'j{number}', 'export', '{person}', 'coordinator', org_id, 1, '{{}}', '{state}', 'x', {word}, {ended}"
                f" FROM roles WHERE person_id = '{person}'"
            )
    found = stands(both)["worker"]
    assert (found["news"], found["news_since"], found["nudges"], found["nudges_since"]) == (1, NOW - 5, 1, NOW - 7)
    assert (found["jobs_waiting"], found["jobs_running"], found["jobs_failed"]) == (1, 1, 1), "what failed longer ago is not counted"


def test_copies_and_checks_are_written_down_also_when_they_break_off(both: Site):
    assert stands(both)["backup"] == {"last": None, "good": None}
    with both.app.app_context():
        with standing.written_down("backup", both.chance, both.clock) as counts:
            both.pass_time(1500)
            counts.update(rows=7)
        with standing.written_down("verify", both.chance, both.clock) as counts:
            counts.update(books=1, differences=2)
        done = both.at
        both.pass_time(MINUTE)
        with pytest.raises(OSError), standing.written_down("backup", both.chance, both.clock):
            raise OSError("the disk is full")
    found = stands(both)
    assert found["backup"]["last"] == {"at": both.at, "took_ms": 0, "outcome": "failed", "counts": {}}
    assert found["backup"]["good"] == {"at": done, "took_ms": 1500, "outcome": "good", "counts": {"rows": 7}}
    assert found["verify"] == {"last": {"at": done, "took_ms": 0, "outcome": "differs", "counts": {"books": 1, "differences": 2}}, "good": None}


def test_nobody_is_named_and_nobody_else_is_told(both: Site):
    both.open_book()
    text = json.dumps(stands(both), ensure_ascii=False)
    names = {value for row in both.rows("SELECT id, name, login FROM people") for value in row}
    names |= {value for row in both.rows("SELECT id, name FROM orgs") for value in row}
    assert not [name for name in names if name in text]
    for name in CAST:
        if name != "system_admin":
            assert both.caller(name, "desk").get(PATH).status_code == 403, name
    with both.app.app_context():
        roster.take_role(person_id("system_admin"), "system_admin", CAST["system_admin"][1])
    assert both.caller("system_admin", "desk").get(PATH).status_code == 403
