"""Looking for flags in a small college of honest people and five kinds of fraud: what is found, that it stays found, and what it costs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bench.flags import COHORTS, MEANT, PATTERNS, build, look, rates, table_of
from cohorts import Land
from server import create_app
from server.services.books import flagging, intake
from server.services.demo.days import Date, moment
from server.store.db import db, writing
from server.store.people import orgs
from sync.flags.table import DEFAULTS

LAST = Date(2026, 6, 26)
# of the honest so many in a hundred may have a case of one flag that tells of a pattern
MOST_HONEST, LEAST_FOUND = 34, 66


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Land:
    land = build(tmp_path_factory.mktemp("cohorts"), 11, 12, 3, LAST)
    with land.app.app_context():
        db.engine.dispose()
    return land


@dataclass
class Copy:
    """The same college in a folder of its own, so that a test may go on with it."""

    land: Land
    now: int

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.land.app.app_context(), db.engine.connect() as conn:
            return [tuple(row) for row in conn.execute(sa.text(statement), values)]

    def everything(self) -> list[list[tuple[Any, ...]]]:
        cases = "SELECT id, flag, person_id, about_person, entries, minutes, detail, state FROM flag_cases WHERE state <> 'gone' ORDER BY id"
        return [self.rows(cases), self.rows("SELECT book_id, entry_id, case_id, flag, settled FROM flags ORDER BY 1, 2, 3")]


@pytest.fixture
def copy(told: Land, tmp_path: Path) -> Iterator[Copy]:
    config = told.app.extensions["jiangji"].config
    home = Path(shutil.copytree(config.home, tmp_path / "home"))
    app = create_app(replace(config, home=home, database_url=f"sqlite:///{home / 'jiangji.db'}"))
    land = Land(app, told.key, told.seed, told.first, told.last)
    land.stories, land.mentors = told.stories, told.mentors
    yield Copy(land, moment(LAST, 1439) + 86_400_000)
    with app.app_context():
        db.engine.dispose()


def faults_of(shares: dict[str, dict[str, float]]) -> list[str]:
    """Which bounds the rates break."""
    missed = [f"{name}: found {shares['any'][name]:.0%}" for name in MEANT if shares["any"][name] * 100 < LEAST_FOUND]
    wrong = [
        f"{word}: honest {shares[word]['honest']:.0%}" for word in PATTERNS
        if shares[word]["honest"] * 100 > MOST_HONEST
    ]  # fmt: skip
    return missed + wrong


def with_thresholds(copy: Copy, **changed: int) -> None:
    """The college's own rule set says otherwise."""
    rules = {"flags": {**DEFAULTS, **changed}}
    with copy.land.app.app_context(), writing() as conn:
        orgs.insert_rule_set(conn, {"id": "own", "region": "示例", "name": "x", "valid_from": "2026-01-01", "valid_to": None,
                                    "source": "x", "status": "示例", "rules": rules})  # fmt: skip
        orgs.insert_plan(conn, {"id": "plan-own", "org_id": copy.land.ids["college"], "rule_set_id": "own", "name": "x", "occupation": "x",
                                "level": "x", "version": 1, "modules": [], "places": [], "closed_days": []})  # fmt: skip


def test_frauds_are_found_and_the_honest_are_mostly_left_alone(copy):
    shares = rates(copy.land, look(copy.land))
    print(table_of(shares))
    assert faults_of(shares) == []


def test_the_bounds_see_flags_that_are_blind(copy):
    with_thresholds(copy, other_least=10**6, fast_least=10**6, burst_most=10**6, late_least=10**6, unlisted_least=10**6, sitting_days=10**6,
                    same_least=10**6, absence_days=10**6, own_least=10**6, clock_least=10**6, sent_least=10**6, young_least=10**6)  # fmt: skip
    faults = faults_of(rates(copy.land, look(copy.land)))
    assert {fault.partition(":")[0] for fault in faults} >= {"burst", "ghost", "proxy", "backdating"}


def test_the_bounds_see_flags_that_cry_wolf(copy):
    with_thresholds(copy, burst_most=1, burst_seconds=600, sitting_days=1, sitting_permille=0, same_permille=100, absence_days=3, copy_permille=100)
    faults = faults_of(rates(copy.land, look(copy.land)))
    assert {fault.partition(":")[0] for fault in faults} >= {"burst", "same_minutes", "no_absence"}


def test_looking_twice_finds_nothing_new_and_looking_anew_finds_the_same(copy):
    look(copy.land)
    before = copy.everything()
    with copy.land.app.app_context():
        assert flagging.look_at_all(copy.now) == 0
        flagging.forget_looks()
        assert flagging.look_at_all(copy.now + 1) == len(copy.land.stories)
    assert copy.everything() == before and len(before[0]) > 20


def test_one_changed_book_is_looked_at_alone_and_comes_to_the_same_as_all(copy):
    look(copy.land)
    story = next(story for story in copy.land.stories if story.cohort == "copied" and story is story.group[1])
    entry = story.entries[-1]
    body = {**entry.content, "text": story.group[0].texts[entry.day], "day": "2026-06-27", "presence": None, "place_kind": "post"}
    story.written.clear()
    story.hand.write_at(story, "entry.logged", "00000000-0000-4000-8000-000000009999", body, copy.now - 10, copy.now - 20, copy.now)
    read: list[str] = []
    with copy.land.app.app_context():
        said = intake.accept([op.jws for _, op in story.written], copy.now)
        assert [verdict["as"] for verdict in said.values()] == ["accepted"]
        real = flagging.books.select_all_documents
        flagging.books.select_all_documents = lambda conn, book: (read.append(book), real(conn, book))[1]
        try:
            assert flagging.look_at_changed(copy.now) == 1
        finally:
            flagging.books.select_all_documents = real
        assert read == [story.book]
        after = copy.everything()
        flagging.forget_looks()
        flagging.look_at_all(copy.now)
    assert copy.everything() == after
    assert [row for row in after[1] if row[1] == "00000000-0000-4000-8000-000000009999" and row[3] == "copy_other"]


def test_what_is_withdrawn_is_odd_no_more_and_its_case_is_kept(copy):
    look(copy.land)
    story = next(story for story in copy.land.stories if story.cohort == "copied" and story is story.group[1])
    [(case, count)] = copy.rows(
        "SELECT c.id, count(*) FROM flag_cases c JOIN flags f ON f.case_id = c.id WHERE c.flag = 'copy_other' AND f.book_id = :book"
        " GROUP BY c.id ORDER BY 2 DESC LIMIT 1", book=story.book,
    )  # fmt: skip
    story.written.clear()
    docs = {row[0]: json.loads(row[1]) for row in copy.rows("SELECT id, body FROM documents WHERE book_id = :book", book=story.book)}
    for entry in story.entries:
        story.hand.write_at(story, "entry.withdrawn", entry.doc, {"reason": "x"}, copy.now, copy.now, copy.now, docs[entry.doc]["version"])
    with copy.land.app.app_context():
        intake.accept([op.jws for _, op in story.written], copy.now)
        flagging.look_at_all(copy.now)
    assert count > 4 and copy.rows("SELECT state FROM flag_cases WHERE id = :id", id=case) == [("gone",)]
    assert copy.rows("SELECT count(*) FROM flags WHERE book_id = :book", book=story.book) == [(0,)]


def test_the_cohorts_are_what_they_are_called(told):
    assert {story.cohort for story in told.stories} == set(COHORTS)
    assert sum(len(story.entries) for story in told.stories) > 2000
