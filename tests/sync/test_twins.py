"""Python and TypeScript are the same core: whatever comes in, both say the same of it and make the same of it."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import asdict, fields
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.credit import Share, credit_day, credit_plan, pieces_of
from sync.envelope import Frame, join, read_frame
from sync.errors import WORDS, Refusal
from sync.evidence import evidence_of
from sync.kinds import KINDS
from sync.op import Op
from sync.reduce import reduce
from sync.rules import Facts, check
from twin import Twin
from vectors.cast import PLAN, parse
from vectors.chance import DAYS, Step, broken_jws, evidence_cases, steps
from vectors.framed import join_cases, read_cases

LEAST = 2000
COMPARISONS = int(os.environ.get("JIANGJI_COMPARISONS", LEAST))
STEPS = 20
# the usual run is the same every time; a longer one looks further
USUAL = settings(
    deadline=None, derandomize=COMPARISONS == LEAST, suppress_health_check=list(HealthCheck), print_blob=True, database=None
)  # fmt: skip


def canonical(given: Any) -> str:
    return json.dumps(given, sort_keys=True)


def say(jws: str, docs: dict[str, Any], facts: Facts) -> dict[str, Any]:
    op = parse(jws)
    if isinstance(op, Refusal):
        return {"word": op.word}
    refusal = check(docs, op, facts)
    return {
        "op": {field.name: getattr(op, field.name) for field in fields(Op)},
        "refusal": refusal and [refusal.word, refusal.needs, refusal.verdict],
        "changed": reduce(docs, op),
    }


def ask_op(jws: str, docs: dict[str, Any], facts: Facts) -> dict[str, Any]:
    known = {
        "desk": facts.desk,
        "held": facts.held,
        "accepted": sorted(facts.accepted),
        "refused": sorted(facts.refused),
    }
    return {"ask": "op", "jws": jws, "docs": docs, "facts": known}


def compare(twin: Twin, walk: list[Step]) -> list[dict[str, Any]]:
    ours = [say(step.jws, step.docs, step.facts) for step in walk]
    theirs = twin.ask([ask_op(step.jws, step.docs, step.facts) for step in walk])
    for step, mine, other in zip(walk, ours, theirs, strict=True):
        assert canonical(mine) == canonical(other), step.jws
    return ours


def test_both_judge_and_reduce_alike(twin):
    seen: Counter[str] = Counter()

    @settings(USUAL, max_examples=-(-COMPARISONS // STEPS))
    @given(steps(STEPS))
    def walk(way: list[Step]) -> None:
        for answer in compare(twin, way):
            told = answer.get("word") or (answer["refusal"] or ["accepted"])[0]
            seen[told] += 1
            if told == "accepted":
                seen[answer["op"]["kind"]] += 1

    walk()
    total = sum(count for name, count in seen.items() if name in WORDS or name == "accepted")
    print(
        f"compared {total} ops on their way into a book: {seen['accepted']} accepted, {len(seen.keys() & WORDS)} words"
    )
    assert total >= COMPARISONS
    assert seen["accepted"] > total * 0.4
    assert len(seen.keys() & WORDS) >= 15, seen
    assert len(seen.keys() & KINDS) >= 15, seen


def test_both_read_broken_bytes_alike(twin):
    seen: Counter[str] = Counter()

    @settings(USUAL, max_examples=-(-COMPARISONS // STEPS))
    @given(st.lists(broken_jws(), min_size=STEPS, max_size=STEPS))
    def read(given: list[str]) -> None:
        for answer in compare(twin, [Step({}, jws, Facts()) for jws in given]):
            seen[answer.get("word", "read")] += 1

    read()
    print(f"compared {seen.total()} broken ops: {dict(seen)}")
    assert seen.total() >= COMPARISONS
    assert seen["read"] > 0 and seen["malformed"] > 0


def test_both_credit_alike(twin):
    counted = 0

    @settings(USUAL, max_examples=-(-COMPARISONS // STEPS))
    @given(steps(STEPS), st.permutations(sorted(set(DAYS))))
    def credit(way: list[Step], days: list[str]) -> None:
        nonlocal counted
        docs, total, table = way[-1].docs, [], []
        for day in days:
            shares = credit_day(pieces_of(docs, day), day, PLAN, "2025-09-01", "2026-12-31")
            total.append({name: shown(share) for name, share in shares.items()})
            table += [(day, name, docs[name]["content"]["module"], "online", share.minutes) for name, share in shares.items()]
        asked = [
            {"ask": "credit", "docs": docs, "day": day, "plan": PLAN, "first": "2025-09-01", "last": "2026-12-31"}
            for day in days
        ]
        answers = twin.ask([*asked, {"ask": "plan", "days": table, "plan": PLAN}])
        assert canonical(answers) == canonical([*total, credit_plan(table, PLAN)])
        counted += len(answers)

    credit()
    print(f"compared {counted} credited days and plans")
    assert counted >= COMPARISONS // STEPS


def test_both_grade_alike(twin):
    grades: Counter[str] = Counter()

    @settings(USUAL, max_examples=-(-COMPARISONS // STEPS))
    @given(st.lists(evidence_cases(), min_size=STEPS, max_size=STEPS))
    def grade(cases: list[dict[str, Any]]) -> None:
        ours = [asdict(evidence_of(**case)) for case in cases]
        assert canonical(twin.ask([{"ask": "evidence", **case} for case in cases])) == canonical(ours)
        grades.update(evidence["grade"] for evidence in ours)

    grade()
    print(f"compared {grades.total()} grades: {dict(grades)}")
    assert grades.total() >= COMPARISONS
    assert all(grades[grade] > 20 for grade in "ABCD"), grades


def shown(share: Share) -> dict[str, Any]:
    return {"minutes": share.minutes, "flags": list(share.flags)}


def test_both_read_frames_alike(twin):
    pool = [case["text"] for case in read_cases()] + [text for case in join_cases() for text in case["texts"]]

    @settings(USUAL, max_examples=60)
    @given(st.lists(st.sampled_from(pool), max_size=4), st.lists(st.text("0123456789", max_size=120), max_size=2))
    def frames(good: list[str], chance: list[str]) -> None:
        texts = good + chance
        read = [read_frame(text) for text in texts]
        whole = join(frame for frame in read if isinstance(frame, Frame))
        [answer] = twin.ask([{"ask": "frames", "texts": texts}])
        listed = [asdict(f) | {"chunk": list(f.chunk)} if isinstance(f, Frame) else f for f in read]
        assert canonical(answer) == canonical(
            {"read": listed, "whole": list(whole) if isinstance(whole, bytes) else whole}
        )

    frames()
