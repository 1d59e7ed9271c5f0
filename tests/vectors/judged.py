"""What rules say and reduce does: every kind on every state as the table has it, and the refusals one by one with their word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sync.kinds import KINDS
from sync.reduce import reduce
from sync.rules import Facts, check
from vectors.cast import (
    APPRENTICE,
    BASE,
    BOOK,
    COORDINATOR,
    ENTRY,
    ENTRY2,
    KIOSK,
    ME,
    MENTOR,
    MENTOR2,
    NOTE,
    NOTICE,
    PLAN,
    PRESENCE,
    SESSION,
    STRANGER,
    TUTOR,
    Story,
    digest,
    is_desk,
    op_of,
    payload,
    uuid,
)

Case = dict[str, Any]
NOTHING_OF_IT = {"minutes": 0, "note": "left unsigned"}
DESK = {"desk": True}

# state, kind, what is unusual about the op, what is unusual about the facts, the word; None = it may take effect
REFUSALS: tuple[tuple[str, str, dict[str, Any], dict[str, Any], str | None], ...] = (
    ("staffed", "entry.sung", {"body": {}}, {}, "unknown_kind"),
    ("staffed", "entry.logged", {"change": {"day": "2026-02-29"}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"day": "2028-02-29"}}, {}, None),
    ("staffed", "entry.logged", {"change": {"text": "好" * 501}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"text": "🔧" * 500}}, {}, None),
    ("staffed", "entry.logged", {"change": {"text": "🔧" * 501}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"text": "bell \u0007"}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"text": "two\nlines\tand a tab"}}, {}, None),
    ("staffed", "entry.logged", {"change": {"start": 1440}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"start": True}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"safety": 1}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"nature": "magic"}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"module": "../M3"}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"photos": [digest("a"), digest("a")]}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"photos": [digest("a")] * 7}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"presence": "P1"}}, {}, "bad_field"),
    ("staffed", "entry.logged", {"change": {"from_a_newer_app": [1, 2]}}, {}, None),
    (
        "staffed",
        "result.claimed",
        {"change": {"team": "pair", "contestants": 60, "certificate_no": "ZJ-2026-018"}},
        {},
        None,
    ),
    (
        "staffed",
        "result.claimed",
        {"change": {"organiser": "示例协会", "document_no": "示例〔2026〕1号", "coach": None}},
        {},
        None,
    ),
    ("staffed", "result.claimed", {"change": {"team": "choir"}}, {}, "bad_field"),
    ("staffed", "result.claimed", {"change": {"contestants": 0}}, {}, "bad_field"),
    ("staffed", "result.claimed", {"change": {"coach": "名" * 41}}, {}, "bad_field"),
    ("opened", "plan.set", {"change": {"closed_days": ["2026-05-01", "2026-01-01"]}}, DESK, "bad_field"),
    ("opened", "plan.set", {"change": {"rules": {"lesson_minutes": 45}}}, DESK, "bad_field"),
    ("opened", "plan.set", {"change": {"modules": []}}, DESK, "bad_field"),
    ("opened", "plan.set", {"change": {"modules": [PLAN["modules"][0], PLAN["modules"][0]]}}, DESK, "bad_field"),
    ("signed", "entry.credited", {}, {"desk": False}, "desk_only"),
    ("staffed", "entry.logged", {}, DESK, "wrong_role"),
    ("staffed", "entry.logged", {"deps": [digest("gone")]}, {}, "missing"),
    (
        "staffed",
        "entry.logged",
        {"deps": [digest("bad"), digest("gone")]},
        {"refused": [digest("bad")]},
        "depends_on_refused",
    ),
    ("logged", "entry.signed", {"of": digest("never seen")}, {}, "missing"),
    ("nothing", "entry.logged", {}, {}, "no_such_book"),
    ("staffed", "plan.set", {"doc": uuid(9)}, DESK, "wrong_document"),
    ("logged", "presence.checked_out", {"doc": ENTRY}, {}, "wrong_document"),
    ("logged", "entry.logged", {}, {}, "document_exists"),
    ("logged", "note.added", {"doc": ENTRY}, {}, "document_taken"),
    ("logged", "note.added", {"doc": ENTRY, "by": APPRENTICE}, {}, "document_exists"),
    ("staffed", "entry.logged", {"change": {"day": "2020-01-05"}}, {}, "not_a_member"),
    ("staffed", "entry.logged", {"by": STRANGER, "deps": [digest("gone")]}, {}, "not_a_member"),
    ("locked", "entry.reversed", {"by": MENTOR, "change": {"minutes": 5}}, DESK, "signer_credits"),
    ("staffed", "member.joined", {"change": {"member": uuid(22)}}, DESK, "document_exists"),
    ("staffed", "entry.revised", {"of": None}, {}, "no_such_document"),
    ("staffed", "member.left", {"change": {"member": uuid(28)}}, DESK, "no_such_document"),
    ("logged", "entry.signed", {"by": STRANGER}, {}, "not_a_member"),
    ("staffed", "note.added", {"by": STRANGER}, {}, "not_a_member"),
    ("staffed", "note.added", {"by": TUTOR}, {}, None),
    ("staffed", "entry.logged", {"by": MENTOR}, {}, "wrong_role"),
    ("logged", "entry.signed", {"by": COORDINATOR}, {}, "wrong_role"),
    ("logged", "entry.revised", {"by": MENTOR}, {}, "not_author"),
    ("claimed", "result.claimed", {"by": MENTOR}, {}, "not_author"),
    ("logged", "entry.signed", {"by": APPRENTICE}, {}, "own_entry"),
    ("signed", "entry.credited", {"by": APPRENTICE}, DESK, "own_entry"),
    ("locked", "entry.reversed", {"by": APPRENTICE}, DESK, "own_entry"),
    ("claimed", "result.verified", {"by": APPRENTICE}, DESK, "own_entry"),
    ("logged", "entry.signed", {"of": None}, {}, "unknown_version"),
    ("staffed", "entry.logged", {"of": digest("x"), "deps": []}, {"accepted": [digest("x")]}, "unknown_version"),
    ("logged", "entry.signed", {"of": digest("x")}, {"accepted": [digest("x")]}, "unknown_version"),
    ("struck", "entry.credited", {"of": "first"}, DESK, "stale_version"),
    ("struck", "entry.signed", {"of": "first"}, {}, None),
    ("struck", "entry.credited", {}, DESK, "wrong_state"),
    ("signed_returned", "entry.credited", {}, DESK, "wrong_state"),
    ("withdrawn", "entry.revised", {}, {}, "wrong_state"),
    ("credited", "entry.revised", {}, {}, "wrong_state"),
    ("checked_out", "presence.checked_out", {}, {}, "wrong_state"),
    ("locked", "entry.logged", {"doc": ENTRY2}, {}, "month_locked"),
    ("locked", "entry.logged", {"doc": ENTRY2, "change": {"day": "2026-04-01"}}, {}, None),
    ("locked", "presence.checked_in", {}, {}, "month_locked"),
    ("credited", "entry.reversed", {}, DESK, "month_open"),
    ("staffed", "entry.logged", {"change": {"start": 600, "end": 600}}, {}, "times_crossed"),
    ("staffed", "entry.logged", {"change": {"break": 90}}, {}, "times_crossed"),
    ("staffed", "entry.logged", {"change": {"break": 89}}, {}, None),
    ("nothing", "book.opened", {"change": {"to": "2025-08-31"}}, DESK, "times_crossed"),
    ("staffed", "member.joined", {"change": {"to": "2025-08-31"}}, DESK, "times_crossed"),
    ("staffed", "member.left", {"change": {"to": "2025-08-31"}}, DESK, "times_crossed"),
    ("checked_in", "presence.checked_out", {"change": {"end": 480}}, {}, "times_crossed"),
    ("staffed", "member.joined", {"change": {"person": APPRENTICE}}, DESK, "same_person"),
    ("staffed", "member.joined", {"change": {"role": "apprentice"}}, DESK, "same_person"),
    ("staffed", "access.reset", {"change": {"second": COORDINATOR}}, DESK, "same_person"),
    ("full", "entry.revised", {}, {}, "too_many_versions"),
    ("full", "result.claimed", {}, {}, "too_many_versions"),
    ("logged", "entry.signed", {"change": {"minutes": 91}}, {}, "minutes_raised"),
    ("logged", "entry.signed", {"change": {"minutes": 0}}, {}, None),
    ("two_seals", "entry.credited", {"change": {"minutes": 71}}, DESK, "minutes_raised"),
    ("two_seals", "entry.credited", {"change": {"minutes": 70}}, DESK, None),
    ("locked", "entry.reversed", {"change": {"minutes": -81}}, DESK, "minutes_raised"),
    ("locked", "entry.reversed", {"change": {"minutes": 1}}, DESK, "minutes_raised"),
    ("reversed", "entry.reversed", {"change": {"minutes": 45}}, DESK, None),
    ("reversed", "entry.reversed", {"change": {"minutes": 46}}, DESK, "minutes_raised"),
    ("signed", "entry.signed", {}, {}, "already_signed"),
    ("signed", "entry.signed", {"by": MENTOR2}, {}, None),
    ("signed_returned", "entry.signed", {}, {}, None),
    ("left", "entry.signed", {}, {}, None),
    ("left_early", "entry.signed", {}, {}, "not_paired"),
    ("left_early", "entry.returned", {}, {}, "not_paired"),
    ("rival_signed", "entry.credited", {"change": {"minutes": 1}}, DESK, "rivals_open"),
    ("result_rival", "result.verified", {}, DESK, "rivals_open"),
    ("result_rival", "result.rejected", {}, DESK, None),
    ("staffed", "result.claimed", {"by": COORDINATOR}, {}, "wrong_role"),
    ("staffed", "result.claimed", {"by": COORDINATOR}, DESK, None),
    ("claimed", "result.claimed", {"by": COORDINATOR}, DESK, "not_author"),
    ("entered", "result.claimed", {}, {}, "not_author"),
    ("entered", "result.claimed", {"by": TUTOR}, DESK, "not_author"),
    ("entered", "result.claimed", {"by": COORDINATOR}, DESK, None),
    ("entered", "result.verified", {}, DESK, "claimant_decides"),
    ("entered", "result.rejected", {}, DESK, "claimant_decides"),
    ("entered", "result.verified", {"by": TUTOR}, DESK, None),
    ("entered", "result.rejected", {"by": TUTOR}, DESK, None),
    ("entered", "result.verified", {"by": APPRENTICE}, DESK, "own_entry"),
    ("signed", "entry.credited", {"by": MENTOR}, DESK, "signer_credits"),
    ("signed_anew", "entry.credited", {"by": MENTOR}, DESK, "signer_credits"),
    ("signed_anew", "entry.credited", {}, DESK, None),
    ("signed", "entry.queried", {"by": APPRENTICE}, DESK, "own_entry"),
    ("logged", "entry.credited", {"change": NOTHING_OF_IT}, DESK, None),
    ("returned", "entry.credited", {"change": NOTHING_OF_IT}, DESK, None),
    ("rival", "entry.credited", {"change": NOTHING_OF_IT}, DESK, None),
    ("logged", "entry.credited", {"change": NOTHING_OF_IT, "by": APPRENTICE}, DESK, "own_entry"),
    ("withdrawn", "entry.credited", {"change": NOTHING_OF_IT}, DESK, "wrong_state"),
    ("logged", "entry.credited", {"change": {"minutes": 0, "note": None}}, DESK, "note_needed"),
    ("queried", "entry.credited", {"change": {"minutes": 0, "note": None}}, DESK, "note_needed"),
    ("signed", "entry.credited", {"change": {"minutes": 0, "note": None}}, DESK, None),
    ("logged", "entry.credited", {"change": {"minutes": 1}}, DESK, "wrong_state"),
    ("set_aside", "entry.queried", {}, DESK, None),
    ("set_aside", "entry.revised", {}, {}, "wrong_state"),
    ("signed", "entry.queried", {"by": MENTOR}, DESK, "signer_credits"),
    ("signed_anew", "entry.queried", {"by": MENTOR}, DESK, "signer_credits"),
    ("credited", "entry.queried", {"by": MENTOR}, DESK, "signer_credits"),
    ("two_seals", "entry.queried", {}, DESK, None),
    ("locked", "month.locked", {}, DESK, "already_locked"),
    ("logged", "month.locked", {}, DESK, "entries_waiting"),
    ("logged", "month.locked", {"change": {"month": "2026-04"}}, DESK, None),
    ("withdrawn", "month.locked", {}, DESK, None),
    ("credited", "month.locked", {}, {"desk": True, "held": True}, "entries_waiting"),
    ("checked_in", "entry.logged", {"change": {"presence": PRESENCE}}, {}, None),
    ("noted", "note.added", {"doc": NOTE}, {}, "document_exists"),
    ("personal", "entry.logged", {"book": ME}, {}, "wrong_book"),
    ("personal", "note.added", {"book": ME, "by": APPRENTICE, "deps": [digest("gone")]}, {}, "wrong_book"),
    ("personal", "month.locked", {"book": ME, "doc": ME}, DESK, "wrong_book"),
    ("personal", "access.reset", {"book": ME}, DESK, "wrong_book"),
    ("personal", "book.opened", {"book": ME, "doc": ME}, DESK, "wrong_book"),
    ("staffed", "notices.read", {"book": BOOK, "doc": BOOK}, {}, "wrong_book"),
    ("staffed", "notice.given", {"book": BOOK}, DESK, "wrong_book"),
    ("staffed", "me.opened", {"book": BOOK, "doc": BOOK}, DESK, "wrong_book"),
    ("nothing", "me.opened", {"book": ENTRY, "doc": ENTRY}, DESK, "wrong_book"),
    ("nothing", "me.opened", {"doc": ENTRY}, DESK, "wrong_document"),
    ("nothing", "me.opened", {"by": APPRENTICE}, {}, "desk_only"),
    ("personal", "me.opened", {}, DESK, "document_exists"),
    ("noticed", "notice.given", {}, DESK, "document_exists"),
    ("personal", "notice.given", {"by": APPRENTICE}, {}, "desk_only"),
    ("personal", "notice.given", {"change": {"word": "entry_sung"}}, DESK, "bad_field"),
    ("personal", "notice.given", {"change": {"count": 0}}, DESK, "bad_field"),
    ("personal", "notice.given", {"change": {"word": "reset_asked", "book": None, "about": None}}, DESK, None),
    ("personal", "notice.given", {"change": {"book": None, "about": None}}, DESK, None),
    ("nothing", "notices.read", {}, {}, "no_such_book"),
    ("personal", "notices.read", {"by": MENTOR}, {}, "not_a_member"),
    ("personal", "notices.read", {}, DESK, "wrong_role"),
    ("personal", "notices.read", {"doc": NOTICE}, {}, "wrong_document"),
    ("personal", "notices.read", {"change": {"until": -1}}, {}, "bad_field"),
    ("noticed", "notices.read", {"change": {"until": 0}}, {}, None),
    ("staffed", "presence.seen", {"by": APPRENTICE}, {}, "wrong_role"),
    ("staffed", "presence.seen", {"by": TUTOR}, {}, None),
    ("staffed", "presence.seen", {"by": STRANGER}, {}, "not_a_member"),
    ("staffed", "presence.seen", {"by": COORDINATOR}, {}, "wrong_role"),
    ("left_early", "presence.seen", {}, {}, "not_a_member"),
    ("staffed", "presence.seen", {"change": {"end": 480}}, {}, "times_crossed"),
    ("staffed", "presence.seen", {"change": {"base": "base-1"}}, {}, "bad_field"),
    ("locked", "presence.seen", {}, {}, "month_locked"),
    ("seen", "presence.checked_out", {}, {}, "not_author"),
    ("seen", "presence.seen", {"by": TUTOR}, {}, "document_taken"),
    ("nothing", "base.opened", {}, {"desk": False}, "desk_only"),
    ("nothing", "base.opened", {"change": {"workstations": ["W-07", "W-07"]}}, DESK, "bad_field"),
    ("nothing", "base.opened", {"change": {"workstations": [""]}}, DESK, "bad_field"),
    ("nothing", "base.opened", {"change": {"workstations": [f"W{number}" for number in range(61)]}}, DESK, "bad_field"),
    ("nothing", "base.opened", {"change": {"workstations": ["🔧" * 40]}}, DESK, None),
    ("nothing", "session.opened", {}, {}, "no_such_book"),
    ("base", "base.opened", {}, DESK, "document_exists"),
    ("base", "base.changed", {"by": MENTOR}, {}, "desk_only"),
    ("base", "staff.joined", {"change": {"member": uuid(42)}}, DESK, "document_exists"),
    ("base", "staff.joined", {"change": {"to": "2025-08-31"}}, DESK, "times_crossed"),
    ("base", "staff.joined", {"change": {"person": KIOSK}}, DESK, "same_person"),
    ("base", "staff.joined", {"change": {"person": MENTOR, "role": "kiosk"}}, DESK, "same_person"),
    ("base", "staff.joined", {"change": {"person": MENTOR}}, DESK, None),
    ("base", "staff.joined", {"change": {"role": "apprentice"}}, DESK, "bad_field"),
    ("base", "staff.left", {"change": {"member": uuid(49)}}, DESK, "no_such_document"),
    ("base", "staff.left", {"change": {"to": "2025-08-31"}}, DESK, "times_crossed"),
    ("base", "session.opened", {"by": KIOSK}, {}, "wrong_role"),
    ("base", "session.opened", {"by": APPRENTICE}, {}, "not_a_member"),
    ("base", "session.opened", {"change": {"day": "2025-08-31"}}, {}, "not_a_member"),
    ("base", "session.opened", {"change": {"end": 480}}, {}, "times_crossed"),
    ("base", "session.opened", {"change": {"topic": "题" * 61}}, {}, "bad_field"),
    ("base", "session.opened", {"change": {"workstation": None, "module": None, "topic": ""}}, {}, None),
    ("base_left", "session.opened", {"doc": uuid(401), "change": {"day": "2026-04-01"}}, {}, "not_a_member"),
    ("base_left", "session.closed", {}, {}, None),
    ("session", "session.closed", {"by": KIOSK}, {}, "not_author"),
    ("session", "session.closed", {"change": {"end": 480}}, {}, "times_crossed"),
    ("session", "session.closed", {"change": {"seen": [{"book": BOOK, "person": APPRENTICE}] * 2}}, {}, "bad_field"),
    ("session", "session.closed", {"change": {"seen": []}}, {}, None),
    ("session_closed", "session.closed", {}, {}, "wrong_state"),
    ("session_closed", "session.opened", {}, {}, "document_exists"),
    ("base", "kiosk.heard", {"by": KIOSK}, {}, "desk_only"),
    ("base", "access.reset", {"book": BASE}, DESK, None),
    ("base", "access.reset", {"book": BASE, "change": {"second": COORDINATOR}}, DESK, "same_person"),
    ("base", "access.reset", {"book": BASE, "by": MENTOR}, {}, "desk_only"),
    ("base", "entry.logged", {"book": BASE, "by": MENTOR}, {}, "wrong_book"),
    ("base", "me.opened", {"book": BASE, "doc": BASE}, DESK, "wrong_book"),
    ("staffed", "session.opened", {"book": BOOK, "doc": SESSION}, {}, "wrong_book"),
    ("staffed", "base.opened", {"book": BOOK, "doc": BOOK}, DESK, "wrong_book"),
)


def facts_of(given: dict[str, Any], known: Iterable[str]) -> Facts:
    """`accepted` names what is accepted besides the ops the state was told with."""
    return Facts(given["desk"], frozenset((*known, *given["accepted"])), frozenset(given["refused"]), given["held"])


def case_of(name: str, story: Story, kind: str, given: dict[str, Any], facts: dict[str, Any]) -> Case:
    filled = story.version(kind, given) if kind in KINDS else given
    if filled.get("of") == "first":
        filled = {**filled, "of": story.docs[filled.get("doc", ENTRY)]["versions"][0]["op"]}
    known = {"desk": False, "accepted": [], "refused": [], "held": False, **facts}
    return {"state": name, "payload": payload(kind, "case", **filled), "facts": known}


def told(name: str, story: Story, kind: str) -> Case:
    """This kind on this state, written by whom it usually is; its answer is kept as it is now."""
    case = case_of(name, story, kind, {}, {"desk": is_desk(kind)})
    refusal = check(story.docs, op_of(case["payload"]), facts_of(case["facts"], story.known))
    return {**case, "word": refusal.word if refusal else None}


def rules_cases(stories: dict[str, Story]) -> list[Case]:
    by_hand = [
        {**case_of(state, stories[state], kind, given, facts), "word": word}
        for state, kind, given, facts, word in REFUSALS
    ]
    return by_hand + [told(name, story, kind) for name, story in stories.items() if name != "full" for kind in KINDS]


def reduce_cases(stories: dict[str, Story], rules: list[Case]) -> list[Case]:
    """Reduce is asked about refused ops as well: it has an answer to everything. A book's own kinds need no entry beside it."""
    cases = []
    for case in rules:
        heavy = case["payload"]["doc"] == BOOK and len(stories[case["state"]].docs) > 1
        if case["state"] == "full" or (heavy and case["state"] not in ("left", "locked")):
            continue
        changed = reduce(stories[case["state"]].docs, op_of(case["payload"]))
        cases.append({"state": case["state"], "payload": case["payload"], "changed": changed})
    return cases
