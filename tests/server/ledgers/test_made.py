"""What was made stays what it is: after a crash, with two workers, with two who decide, and when somebody swaps the file."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from leaving import ask, fetch, lock_everything, make, table
from server.commands.jobs import do_waiting
from server.services.ledgers import making
from server.store.db import db
from server.store.desk import jobs
from server.store.ledgers import exports as exports_store
from serving import Site, person_id
from yearland import STUDENT, Date, Land, Year


@pytest.fixture
def student(both: Site) -> Year:
    year = Year(Land(both), 1, "学徒甲", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    year.entry(Date(2025, 9, 1), 480, 120, "M3", "post", 100)
    year.send()
    return year


def test_what_was_confirmed_is_not_made_again_after_a_crash(student, both, monkeypatch):
    """The worker dies between the file and the end of its job; the second confirms, a reversal follows, the job is begun again."""
    year, [(doc,)] = student, both.rows("SELECT id FROM entries")
    lock_everything(both)
    with monkeypatch.context() as broken:

        def die(*_: Any) -> None:
            raise KeyboardInterrupt

        broken.setattr(jobs, "update_done", die)
        exported = ask(both, "ledger", aim="claim", month="2025-09")
        with pytest.raises(KeyboardInterrupt):
            do_waiting(both.app, both.clock)
    second = both.caller("enterprise_admin", "desk")
    confirmed = second.post(f"/api/desk/exports/{exported['id']}/decide", {"outcome": "confirmed"}).json
    based_on = both.rows("SELECT book_id, seq FROM export_books")
    version = json.loads(both.rows("SELECT body FROM documents WHERE id = :id", id=doc)[0][0])["version"]
    year.desk("entry.reversed", doc, {"minutes": -20, "reason": "冲正"}, both.at, version)
    year.send()
    assert both.rows("SELECT credited_minutes FROM entries") == [(80,)]
    both.pass_time(61_000)
    assert do_waiting(both.app, both.clock) == 1
    raw = fetch(both, exported)
    assert hashlib.sha256(raw).hexdigest() == confirmed["sha256"] and [row["认可分钟"] for row in table(raw)] == [100]
    assert both.rows("SELECT book_id, seq FROM export_books") == based_on
    [job] = both.rows("SELECT state, result FROM jobs WHERE id = :id", id=exported["id"])
    assert (job.state, json.loads(job.result)["sha256"]) == ("done", confirmed["sha256"])


def test_the_slower_of_two_workers_changes_nothing(student, both, monkeypatch):
    """Both have begun before either was done: the first file stays, with its record."""
    exported = ask(both, "ledger")
    raw: list[bytes] = []
    keep = making._keep

    def overtaken(tools: Any, work: Any, draft: Any) -> Any:
        monkeypatch.setattr(making, "_keep", keep)
        slower = draft.with_name("slower")
        slower.write_bytes(b"another file")
        keep(tools, work, draft)
        raw.append(exports_store.file_of(tools.config, exported["id"], "xlsx").read_bytes())
        return keep(tools, work, slower)

    monkeypatch.setattr(making, "_keep", overtaken)
    do_waiting(both.app, both.clock)
    assert fetch(both, exported) == raw[0]


def test_the_later_of_two_who_decide_hears_that_it_is_decided(student, both, monkeypatch):
    """He has read it while it was open; the other was quicker."""
    lock_everything(both)
    made = make(both, "ledger", aim="claim")
    path = f"/api/desk/exports/{made['id']}/decide"
    first, later = (both.caller("enterprise_admin", "desk") for _ in range(2))
    read = exports_store.select_export

    def read_then_overtaken(*asked: Any) -> Any:
        found = read(*asked)
        monkeypatch.setattr(exports_store, "select_export", read)
        with db.engine.begin() as conn:
            exports_store.update_outcome(conn, made["id"], person_id("enterprise_admin"), "refused", "人数不对", both.at)
        return found

    if both.config.database_url.startswith("sqlite"):
        assert first.post(path, {"outcome": "refused", "reason": "人数不对"}).json["outcome"] == "refused"
    else:
        monkeypatch.setattr(exports_store, "select_export", read_then_overtaken)
    assert later.post(path, {"outcome": "confirmed"}).json["word"] == "not_open"
    assert both.rows("SELECT outcome FROM exports")[0][0] == "refused"


@pytest.mark.parametrize("whole", [False, True])
def test_a_file_that_was_swapped_on_the_disk_is_not_handed_out(student, both, whole):
    made = make(both, "roster", full_ids=whole, reason="报送花名册" if whole else None)
    lying = both.config.home / "exports" / f"{made['id']}.xlsx"
    for forged in (b"PK forged", lying.read_bytes()[:-4] + b"AAAA", "伪造".encode()):
        lying.write_bytes(forged)
        answer = both.caller("coordinator", "desk").get(f"/api/desk/exports/{made['id']}/file")
        assert (answer.status_code, answer.json["word"]) == (409, "file_differs")


def test_hours_of_a_base_module_at_a_post_are_none_of_the_bases(both):
    year = Year(Land(both), 1, "学徒甲", STUDENT, "student_apprentice", Date(2025, 9, 1), Date(2026, 8, 31))
    year.entry(Date(2025, 9, 1), 480, 240, "M4", "post", 240)
    year.entry(Date(2025, 9, 2), 480, 90, "M4", "base", 90)
    year.send()
    [row] = table(fetch(both, make(both, "summary")))
    assert (row["操作技能—公共实训基地 认可"], row["操作技能—企业 认可"], row["合计 认可"]) == (2, 5.3, 7.3)
