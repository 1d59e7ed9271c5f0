"""Who may do what, when: every refusal by its word, and an answer for everything that can be asked."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings

from sync.errors import WORDS
from sync.kinds import KINDS
from sync.op import Op
from sync.reduce import FIRST, NEXT, reduce
from sync.rules import OPENING, TRADE, Facts, check
from vectors.cast import BASE, BOOK, ENTRY, ME, digest, op_of, parse, payload, staffed
from vectors.chance import PEOPLE, steps
from vectors.judged import REFUSALS, facts_of
from vectors.make import kept
from vectors.states import states

RULES = kept("rules")
# words that are not for rules to say: bytes, devices, custody, what is left of a day
OTHERS = {
    "malformed", "too_large", "bad_signature", "unknown_device", "not_your_device", "newer_version", "device_retired",
    "device_lost", "restored", "refused_by_person", "held_too_long", "server_fault", "day_full",
}  # fmt: skip


def named(case: dict) -> str:
    return f"{case['state']}-{case['payload']['kind']}-{case['word']}"


@pytest.mark.parametrize("case", RULES["cases"], ids=named)
def test_it_answers_as_the_table_says(case):
    state = RULES["states"][case["state"]]
    refusal = check(state["docs"], op_of(case["payload"]), facts_of(case["facts"], state["known"]))
    assert (refusal.word if refusal else None) == case["word"]


def test_every_word_rules_can_say_is_said_once_by_hand():
    assert {word for *_, word in REFUSALS} - {None} == set(WORDS) - OTHERS


def test_a_held_op_says_what_it_waits_for():
    story = staffed().then("entry.logged")
    gone, unseen = digest("gone"), digest("unseen")
    refusal = check(
        story.docs, op_of(payload("entry.signed", of=unseen, deps=[gone, story.known[0]])), story.facts(False)
    )
    assert (refusal.word, refusal.verdict, refusal.needs) == ("missing", "held", (gone, unseen))


def test_every_state_answers_every_kind_and_reduce_follows():
    asked = 0
    for name, story in states().items():
        for kind, by, desk in itertools.product(KINDS, PEOPLE, (True, False)):
            for of in (None, story.version(kind, {}).get("of")):
                op = op_of(payload(kind, name, by=by, of=of))
                refusal = check(story.docs, op, story.facts(desk))
                if refusal is None:
                    assert list(reduce(story.docs, op)) == [op.doc], (name, kind)
                assert refusal is None or refusal.word in WORDS
                asked += 1
    assert asked == len(states()) * len(KINDS) * len(PEOPLE) * 2 * 2


def test_the_table_and_the_tables_name_the_same_kinds():
    assert set(FIRST) == {name for name, kind in KINDS.items() if "none" in kind.states}
    assert set(NEXT) == {name for name, kind in KINDS.items() if kind.states - {"none"}}
    assert set(TRADE) <= set(KINDS)


def test_every_state_of_the_table_is_reached():
    reached = {(doc["kind"], doc["state"]) for story in states().values() for doc in story.docs.values()}
    asked = {(kind.concerns, state) for kind in KINDS.values() for state in kind.states - {"none"}}
    led = {(kind.concerns, kind.to) for kind in KINDS.values() if kind.to}
    assert asked | led <= reached


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(steps())
def test_whatever_happens_rules_answer_and_what_they_allow_changes_something(way):
    for step in way:
        op = parse(step.jws)
        if not isinstance(op, Op):
            continue
        for desk in (True, False):
            facts = Facts(desk, step.facts.accepted, step.facts.refused, step.facts.held)
            refusal = check(step.docs, op, facts)
            assert refusal is None or refusal.word in WORDS
            assert refusal is not None or list(reduce(step.docs, op)) == [op.doc]


def test_another_document_under_the_books_id_is_no_book():
    entry = staffed().then("entry.logged").docs[ENTRY]
    for kind in KINDS:
        refusal = check(
            {BOOK: entry, ME: entry, BASE: entry, ENTRY: entry}, op_of(payload(kind)), Facts(desk="desk" in KINDS[kind].by)
        )
        assert refusal.word == ("document_taken" if kind in OPENING else "no_such_book"), kind
