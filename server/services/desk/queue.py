"""A coordinator's queue: what waits for her, what speaks against it, and what became of what she looked at."""

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy.engine import Connection

from server.store.db import reading
from server.store.desk import queue
from server.store.desk.scope import Scope
from server.store.people import people
from sync.book import Doc, standing_seals
from sync.flags.table import FLAGS

ORDERS, STATES = queue.ORDERS, queue.STATES
PAGE = 50
MOST_PAGES = queue.FURTHEST // PAGE
Key = tuple[str, str]


def list_entries(scope: Scope, wanted: dict[str, str], sort: str, page: int) -> dict[str, Any]:
    """One page; `sort` begins with a minus for the other way round."""
    with reading() as conn:
        narrowed, before = queue.narrow(conn, scope, wanted), (page - 1) * PAGE
        # to look for a page that lies behind the end would be to walk through everything
        total = queue.count_entries(conn, narrowed) if before else None
        rows = []
        if total is None or total > before:
            rows = queue.select_entries(conn, narrowed, sort.removeprefix("-"), sort.startswith("-"), before, PAGE)
        if total is None:
            total = len(rows) if len(rows) < PAGE else queue.count_entries(conn, narrowed)
        known = {"total": min(total, queue.FURTHEST), "over": total > queue.FURTHEST}
        return {"items": _shown(conn, scope, rows), "page": page, **known, "all_looked_at": queue.is_all_looked_at(conn, narrowed)}


def count_entries(scope: Scope, wanted: dict[str, str]) -> dict[str, int]:
    """How many match, and how many of them may be credited without a look."""
    with reading() as conn:
        total = queue.count_entries(conn, queue.narrow(conn, scope, wanted))
        clean = queue.count_entries(conn, queue.narrow(conn, scope, wanted, queue.CLEAN))
    return {"total": total, "clean": clean}


def look_again(scope: Scope, keys: list[Key]) -> list[dict[str, Any]]:
    """These entries as they stand now; what is no longer the desk's is not among them."""
    with reading() as conn:
        return _shown(conn, scope, queue.select_listed(conn, scope, keys)) if keys else []


def choices(scope: Scope) -> dict[str, Any]:
    """What the queue can be narrowed by."""
    with reading() as conn:
        found = queue.select_choices(conn, scope)
    plans = [(json.loads(modules), json.loads(places)) for modules, places in found["plans"]]
    modules: dict[str, set[str]] = {}
    for given, _ in plans:
        for module in given:
            modules.setdefault(module["code"], set()).add(module["name"])
    places = {place["id"]: place["name"] for _, listed in plans for place in listed}
    return {
        "classes": _named(found["classes"]), "enterprises": _named(found["enterprises"]),
        "modules": _named((code, " / ".join(sorted(names))) for code, names in sorted(modules.items())),
        "places": _named(sorted(places.items(), key=lambda place: place[1])), "flags": list(FLAGS),
    }  # fmt: skip


def _named(rows: Iterable[tuple[Any, ...]]) -> list[dict[str, str]]:
    return [{"id": one, "name": name} for one, name in rows]


def _shown(conn: Connection, scope: Scope, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With what only the documents say: times, words, who signed, and what became of it by whom."""
    keys = {(row["book_id"], row["id"]) for row in rows} | {(row["book_id"], row["book_id"]) for row in rows}
    docs = {key: json.loads(body) for key, body in queue.select_bodies(conn, keys).items()}
    flagged = [row for row in rows if row["triage"] < queue.NOT_FLAGGED]
    flags: dict[Key, list[str]] = {}
    for book_id, entry_id, flag in queue.select_flags(conn, {(row["book_id"], row["id"]) for row in flagged}):
        flags.setdefault((book_id, entry_id), []).append(flag)
    entries = {(row["book_id"], row["id"]): docs[row["book_id"], row["id"]] for row in rows}
    names = people.select_names(conn, {who for entry in entries.values() for who in _people(entry)})
    return [_row(row, entries[row["book_id"], row["id"]], docs[row["book_id"], row["book_id"]], flags, names, scope) for row in rows]


def _people(entry: Doc) -> Collection[str]:
    moved = _moved_by(entry)
    return {seal["by"] for seal in entry["seals"]} | ({moved} if moved else set())


def _moved_by(entry: Doc) -> str | None:
    """Who brought it to where it is, when that was no sign-off."""
    if entry["state"] == "credited":
        return str(entry["recognised"]["by"])
    last = {"queried": entry["queries"], "returned": entry["returns"]}.get(entry["state"])
    return str(last[-1]["by"]) if last else None


def _row(
    row: dict[str, Any], entry: Doc, head: Doc, flags: dict[Key, list[str]], names: dict[str, str], scope: Scope
) -> dict[str, Any]:
    content, plan = entry["content"], head["plan"] or {"modules": [], "places": []}
    moved = _moved_by(entry)
    said = {"queried": entry["queries"], "returned": entry["returns"]}.get(entry["state"])
    mine = entry["by"] == scope.person_id or any(seal["by"] == scope.person_id for seal in entry["seals"])
    shown = {name: given for name, given in row.items() if name not in ("reasons", "triage", "place")}
    return shown | {
        "module_name": next((module["name"] for module in plan["modules"] if module["code"] == row["module"]), row["module"]),
        "place_name": next((place["name"] for place in plan["places"] if place["id"] == row["place"]), None),
        "reasons": row["reasons"].split(), "flags": flags.get((row["book_id"], row["id"]), []),
        "version": entry["version"], "start": content["start"], "end": content["end"], "break": content["break"],
        "text": content["text"], "photos": len(content["photos"]), "late_reason": content["late_reason"],
        "signers": [names.get(seal["by"], "") for seal in standing_seals(entry)],
        "moved_by": names.get(moved) if moved else None, "said": said[-1]["reason"] if said else None, "mine": mine,
    }  # fmt: skip
