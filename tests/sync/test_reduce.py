"""What ops make of documents, whatever order they come in."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.errors import Refusal
from sync.kinds import KINDS, fields_of
from sync.op import Op
from sync.reduce import reduce
from sync.rules import Facts, check
from vectors.cast import (
    APPRENTICE,
    AT,
    BODIES,
    ENTRY,
    ENTRY2,
    KID,
    MENTOR,
    MENTOR2,
    NOTE,
    PRESENCE,
    digest,
    op_of,
    payload,
    staffed,
    uuid,
)
from vectors.chance import DOCS, PEOPLE, steps
from vectors.make import kept
from vectors.states import states

REDUCED = kept("reduce")
STATES = states()


@pytest.mark.parametrize("case", REDUCED["cases"], ids=lambda case: f"{case['state']}-{case['payload']['kind']}")
def test_it_changes_what_the_vector_says(case):
    docs = REDUCED["states"][case["state"]]["docs"]
    assert reduce(docs, op_of(case["payload"])) == case["changed"]


ANY_DOC = st.sampled_from((uuid(1), uuid(9), ENTRY, ENTRY2, *(doc for several in DOCS.values() for doc in several)))


@st.composite
def nonsense(draw: Any) -> Op:
    """An op nobody would write: any kind on any document, about any version, by anybody."""
    kind = draw(st.sampled_from((*KINDS, "entry.sung", "__init__.x")))
    fields = fields_of(kind, BODIES.get(draw(st.sampled_from((kind, *KINDS))), {}))
    of = draw(st.sampled_from((None, digest("x"), digest("y"))))
    doc, by = draw(ANY_DOC), draw(st.sampled_from(PEOPLE))
    return Op(digest(kind), KID, "", draw(ANY_DOC), kind, fields, doc, of, (), by, 0, draw(st.integers(0, 5)), 0)


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(sorted(STATES)), nonsense())
def test_it_never_throws_and_changes_at_most_the_document_it_speaks_of(state, op):
    docs = STATES[state].docs
    before = copy.deepcopy(docs)
    changed = reduce(docs, op)
    assert set(changed) <= {op.doc}
    assert docs == before
    assert op.fields is not None or changed == {}


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=30)
@given(steps())
def test_no_document_ever_loses_a_version_a_seal_or_a_note_of_what_was(way):
    for before, after in itertools.pairwise(step.docs for step in way):
        for name, doc in before.items():
            for part in ("versions", "seals", "returns", "queries", "reversals", "decisions"):
                assert {one["op"] for one in doc.get(part, ())} <= {one["op"] for one in after[name].get(part, ())}


def in_every_order(docs: dict[str, Any], ops: list[Op], known: list[str]) -> list[dict[str, Any]]:
    found = []
    for order in itertools.permutations(ops):
        now, accepted = dict(docs), frozenset(known)
        for op in order:
            assert check(now, op, Facts(accepted=accepted)) is None, op.kind
            now.update(reduce(now, op))
            accepted |= {op.id}
        found.append(now)
    return found


MINUTES = st.integers(0, 90)
TIMES = st.integers(AT - 2, AT + 2)


@settings(deadline=None)
@given(MINUTES, MINUTES, TIMES, TIMES)
def test_the_order_of_two_sign_offs_and_what_does_not_touch_them_does_not_matter(one, two, early, late):
    story = staffed().then("entry.logged")
    of = story.docs[ENTRY]["version"]
    ops = [
        op_of(payload("entry.signed", "one", by=MENTOR, of=of, at=early, change={"minutes": one})),
        op_of(payload("entry.signed", "two", by=MENTOR2, of=of, at=late, change={"minutes": two})),
        op_of(payload("presence.checked_in", doc=PRESENCE)),
        op_of(payload("entry.logged", "other", doc=ENTRY2)),
        op_of(payload("note.added", doc=NOTE, by=MENTOR)),
    ]
    first, *others = in_every_order(story.docs, ops, story.known)
    assert len(others) == 119
    assert all(other == first for other in others)
    assert {seal["minutes"] for seal in first[ENTRY]["seals"]} == {one, two}


def test_a_sign_off_that_comes_before_its_entry_waits_and_then_counts():
    story = staffed()
    logged = op_of(payload("entry.logged"))
    signed = op_of(payload("entry.signed", of=logged.id))
    assert check(story.docs, signed, story.facts(False)) == Refusal("missing", (logged.id,))
    for op in (logged, signed):
        assert check(story.docs, op, story.facts(False)) is None
        story.docs.update(reduce(story.docs, op))
        story.known.append(op.id)
    assert story.docs[ENTRY]["state"] == "signed"


def test_two_phones_of_one_person_leave_two_contents_and_she_chooses():
    story = STATES["rival"].then()
    entry = story.docs[ENTRY]
    assert [rival["content"]["end"] for rival in entry["rivals"]] == [585]
    assert entry["content"]["end"] == 590
    story.tell("entry.revised", "choice", change={"end": 585})
    assert story.docs[ENTRY]["rivals"] == [] and story.docs[ENTRY]["content"]["end"] == 585
    assert len(story.docs[ENTRY]["versions"]) == 4


def test_a_changed_content_strikes_the_seal_and_the_entry_waits_again():
    entry = STATES["struck"].docs[ENTRY]
    assert [seal["struck"] for seal in entry["seals"]] == [True]
    assert entry["state"] == "logged"


def test_a_seal_on_an_older_content_is_struck_from_the_start():
    story = STATES["struck"].then()
    story.tell("entry.signed", "late", by=MENTOR2, of=story.docs[ENTRY]["versions"][0]["op"])
    assert [seal["struck"] for seal in story.docs[ENTRY]["seals"]] == [True, True]
    assert story.docs[ENTRY]["state"] == "logged"


def test_a_return_lifts_only_the_seal_of_who_returned():
    story = STATES["two_seals"].then("entry.returned")
    assert {seal["by"]: seal["struck"] for seal in story.docs[ENTRY]["seals"]} == {MENTOR: True, MENTOR2: False}
    assert story.docs[ENTRY]["by"] == APPRENTICE
