"""The long runs of tests/soak.py in short, on both databases; and the checkers themselves, which must see what is planted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from soaks import hostile, kill, restore
from soaks.history import History, Present, Told, judge
from soaks.land import cluster_for
from sync.chain import START, link
from sync.op import to_base64url

DATABASES = ("sqlite", "postgresql")


@contextmanager
def cluster_of(database: str, request: pytest.FixtureRequest) -> Iterator[object]:
    """The run's own PostgreSQL, where nobody pulls its plug."""
    yield request.getfixturevalue("postgres_cluster") if database == "postgresql" else None


@pytest.mark.parametrize("database", DATABASES)
def test_killing_the_server_loses_and_doubles_nothing(database, tmp_path, capsys):
    with cluster_for(database) as cluster:
        found = kill.run(tmp_path, database, 4, "short", cluster, database_too=database == "postgresql")
    assert kill.passed(found), (found, capsys.readouterr().out)
    assert found["kills"] == 4
    assert found["acked"] + found["refused"] == found["attempted"] > 50
    assert found["unknown"] > 0


@pytest.mark.parametrize("database", DATABASES)
def test_hostile_requests_leave_nothing_behind(database, tmp_path, request):
    told: list[str] = []
    with cluster_of(database, request) as cluster:
        found = hostile.run(tmp_path, database, 400, "short", cluster, told.append)
    assert hostile.passed(found), (found, told)
    assert found["requests"] == 400
    assert found["accepted"] >= found["honest"] > 20
    assert found["kinds"] == len(hostile.ATTACKS) + len(hostile.DOORS)


@pytest.mark.parametrize("database, way", [("sqlite", "untold"), ("postgresql", "told")])
def test_phones_refill_a_server_that_was_put_back(database, way, tmp_path, request):
    with cluster_of(database, request) as cluster:
        found = restore.run(tmp_path, database, 60, "short", cluster, (way,))
    assert restore.passed(found), found
    assert found[f"{way}_saw"] == found[f"{way}_could_see"]
    assert found[f"{way}_refilled"] == found[f"{way}_ops"] - found[f"{way}_in_copy"] > 0


# --- the checkers ----------------------------------------------------------------------------------------------------


def op(name: str, **more: object) -> Told:
    return replace(Told(name, "jws", 0, "book", f"doc {name}", "entry.logged", 60, sent=True), **more)


def shown(*names: str) -> list[dict[str, object]]:
    content = {"start": 0, "end": 60, "break": 0}
    return [{"id": f"doc {name}", "kind": "entry", "versions": [{"op": name}], "content": content} for name in names]


def judged(there: Present, *told: Told) -> dict[str, int]:
    found = judge(History({one.id: one for one in told}), there)
    return {word: found[word] for word in ("lost", "duplicated", "unexpected", "minutes_apart")}


CLEAN = {"lost": 0, "duplicated": 0, "unexpected": 0, "minutes_apart": 0}
TWO = op("a", seq=1), op("b", seq=2)
ROWS = [("a", "book", 1), ("b", "book", 2)]


def test_the_checker_is_content_when_all_is_there():
    assert judged(Present(ROWS, set(), shown("a", "b")), *TWO) == CLEAN


def test_the_checker_sees_what_is_lost():
    assert judged(Present(ROWS[:1], set(), shown("a")), *TWO) == CLEAN | {"lost": 1, "minutes_apart": 60}
    assert judged(Present(ROWS, set(), shown("a")), *TWO)["lost"] == 1
    assert judged(Present([ROWS[0], ("b", "book", 3)], set(), shown("a", "b")), *TWO)["lost"] == 1


def test_the_checker_sees_what_is_there_twice():
    assert judged(Present([*ROWS, ("b", "book", 3)], set(), shown("a", "b")), *TWO)["duplicated"] == 1
    assert judged(Present(ROWS, set(), shown("a", "b", "b")), *TWO)["duplicated"] == 2
    assert judged(Present([ROWS[0], ("b", "book", 1)], set(), shown("a", "b")), *TWO)["duplicated"] == 1


def test_the_checker_sees_what_nobody_sent_and_what_was_refused():
    assert judged(Present([*ROWS, ("c", "book", 3)], set(), shown("a", "b")), *TWO)["unexpected"] == 1
    assert judged(Present(ROWS, {"d"}, shown("a", "b")), *TWO)["unexpected"] == 1
    refused = op("c", word="times_crossed")
    assert judged(Present([*ROWS, ("c", "book", 3)], {"c"}, shown("a", "b")), *TWO, refused)["unexpected"] == 1


def test_the_history_sees_two_answers_that_differ_and_who_came_back():
    history, one = History(), op("a")
    history.add(one)
    history.send([one])
    history.lose_sight([one])
    assert history.look({"a"}) == 0
    assert one.recovered
    history.hear([one], {"a": {"as": "accepted", "seq": 1}})
    assert history.look(set()) == 1
    assert history.contradicted == []
    history.hear([one], {"a": {"as": "accepted", "seq": 2}})
    history.hear([one], {"a": {"as": "refused", "word": "month_locked"}})
    history.hear([one], {"a": {"as": "quarantined", "word": "server_fault"}})
    assert len(history.contradicted) == 3


def test_a_gap_and_a_broken_link_are_seen():
    ids = [to_base64url(bytes([number]) * 32) for number in range(3)]
    chains = [link(START, ids[0])]
    chains += [link(chains[0], ids[1])]
    rows = [(ids[0], "book", 1, chains[0]), (ids[1], "book", 2, chains[1])]
    assert kill.gaps(rows) == 0
    assert kill.gaps(rows[1:]) == 1
    assert kill.gaps([rows[0], (ids[1], "book", 3, chains[1])]) == 1
    assert kill.gaps([rows[0], (ids[2], "book", 2, chains[1])]) == 1


def test_no_figure_may_differ_from_nothing():
    good = dict.fromkeys(kill.ZERO, 0) | {"acked": 1}
    assert kill.passed(good)
    assert not any(kill.passed(good | {word: 1}) for word in kill.ZERO)
    calm = dict.fromkeys(hostile.ZERO, 0) | {"honest": 1}
    assert hostile.passed(calm)
    assert not any(hostile.passed(calm | {word: 1}) for word in hostile.ZERO)
    back = {f"told_{word}": 0 for word in restore.ZERO} | {"told_ops": 9, "told_saw": 1, "told_refilled": 1}
    assert restore.passed(back)
    assert not any(restore.passed(back | {f"told_{word}": 1}) for word in restore.ZERO)


def test_the_enemy_has_no_answer_for_free():
    """A fault, silence, a wrong verdict and an honest one refused are each counted."""
    tally = hostile.Tally()
    told = b'{"verdicts":{"x":{"as":"%s","seq":1,"word":"%s"}}}'
    tally.take(hostile.Shot(b""), 500, b"")
    tally.take(hostile.Shot(b""), 0, b"")
    tally.take(hostile.Shot(b"", verdicts=True, forged=True), 200, told % (b"accepted", b""))
    tally.take(hostile.Shot(b"", verdicts=True, honest=True), 200, told % (b"refused", b"malformed"))
    tally.take(hostile.Shot(b"", verdicts=True), 200, told % (b"quarantined", b"server_fault"))
    tally.take(hostile.Shot(b"", honest=True), 400, b"")
    tally.take(hostile.Shot(b"", may_close=True), 0, b"")
    tally.take(hostile.Shot(b""), 503, b"")
    assert {word: tally.words[word] for word in ("faults", "silent", "mistold", "honest_refused")} == {
        "faults": 2, "silent": 1, "mistold": 1, "honest_refused": 2,
    }  # fmt: skip

