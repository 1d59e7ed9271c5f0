"""Flags at a desk: what waits for a person's word, what is known about each kind of flag, and settling. Nothing here refuses an entry."""

import json
import uuid
from collections.abc import Callable, Collection
from typing import Any

from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.flags import cases, flagged, traces
from sync.flags.table import DEFAULTS, FLAGS, MEASURED, params_of

MOST_ENTRIES = 100
Chance = Callable[[int], bytes]


def list_cases(scope: Scope, wanted: dict[str, str], sort: str, falling: bool, page: int, size: int) -> dict[str, Any]:
    with reading() as conn:
        total, rows = flagged.select_cases(conn, scope, wanted, sort, falling, ((page - 1) * size, size))
    return {"items": [_shown(row) for row in rows], "total": total, "page": page}


def show_case(scope: Scope, case_id: str) -> dict[str, Any] | None:
    """A case with its entries, at most so many, and what was said about it before."""
    with reading() as conn:
        case = flagged.select_case(conn, scope, case_id)
        if case is None:
            return None
        entries = flagged.select_entries(conn, scope, case_id, MOST_ENTRIES)
        words = flagged.select_words(conn, case_id)
    return {**_shown(case), "lines": [_line(row) for row in entries], "words": words}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    names = ("person_name", "about_name", "enterprise_name", "outcome", "reason", "settled_by")
    return {**row, "detail": json.loads(row["detail"]), **{name: row[name] or "" for name in names}}


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """An entry as a line; a whole book is a line of its person alone."""
    doc = json.loads(row["body"]) if row["body"] else None
    content: dict[str, Any] = doc["content"] if doc else {}
    return {
        "book": row["book_id"], "entry": row["entry_id"], "person_name": row["person_name"] or "", "day": content.get("day", ""),
        "start": content.get("start", 0), "end": content.get("end", 0), "text": content.get("text", ""),
        "state": doc["state"] if doc else "", "written_at": row["written_at"] or 0,
        "signed_at": max((seal["at"] for seal in doc["seals"]), default=0) if doc else 0,
    }  # fmt: skip


def explain(scope: Scope) -> dict[str, Any]:
    """Every kind of flag: its thresholds here, how much waits, and how it did on people whose honesty is known."""
    with reading() as conn:
        counts = flagged.count_by_flag(conn, scope)
        colleges = flagged.select_colleges(conn, scope)
        own = traces.select_params(conn, colleges[0]) if len(colleges) == 1 else {}
    params = params_of(own)
    rows = []
    for flag in FLAGS.values():
        measured = MEASURED["permille"].get(flag.word, {})
        found = {name: rate for name, rate in measured.items() if name != "honest"}
        rows.append({
            "flag": flag.word, "looks_at": flag.looks_at, "rule": flag.rule,
            "params": {name: params[name] for name in flag.params}, "sample": all(params[name] == DEFAULTS[name] for name in flag.params),
            "open": counts.get(flag.word, {}).get("open", 0), "settled": counts.get(flag.word, {}).get("settled", 0),
            "honest_permille": measured.get("honest", 0), "found_permille": found,
        })  # fmt: skip
    known = {name: MEASURED[name] for name in ("honest", "each", "entries")}
    return {"items": rows, "measured": known}


def settle(
    scope: Scope, case_ids: Collection[str], outcome: str, reason: str, chance: Chance, now: int
) -> dict[str, Any] | None:
    """One reason for these cases; None when none of them waits here. What has been settled meanwhile stays as it is."""
    with writing() as conn:
        rows = flagged.lock_open_cases(conn, scope, case_ids)
        for row in rows:
            word = str(uuid.UUID(bytes=chance(16), version=4))
            cases.insert_settlement(conn, (word, row.id, outcome, reason, scope.person_id, now, row.entries, row.detail))
            flagged.update_settled(conn, row.id, outcome, reason, scope.person_id, now)
    return {"settled": len(rows)} if rows else None
