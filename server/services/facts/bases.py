"""Bases in numbers: what was held there in a month, how full it was, and the hours of each enterprise."""

import json
from typing import Any

from server.store.books import books
from server.store.days import day_of
from server.store.db import reading
from server.store.desk import signers
from server.store.desk.scope import Scope

MOST_LISTED = 500


def list_bases(scope: Scope, month: str, now: int) -> dict[str, Any]:
    first, last = f"{month}-01", f"{month}-31"
    with reading(beside_wall=True) as conn:  # a base's book belongs to no college
        there = signers.select_bases(conn, scope)[:MOST_LISTED]
        ids = {row["id"] for row in there}
        bodies, recognised = books.select_bodies_of(conn, ids), signers.select_recognised(conn, ids, day_of(now))
        found = [_month_of(row, bodies.get(row["id"], []), month, recognised.get(row["id"])) for row in there]
        hours = signers.sum_base_hours(conn, scope, first, last)
    return {"month": month, "bases": found, "enterprises": [_hours(row) for row in hours]}


def _hours(row: dict[str, Any]) -> dict[str, Any]:
    return {"name": row["name"] or "", **{name: int(row[name] or 0) for name in ("people", "entries", "claimed", "confirmed", "credited")}}


def _month_of(base: dict[str, Any], bodies: list[str], month: str, recognised: tuple[str, str | None] | None) -> dict[str, Any]:
    """Seats: what its workstations, or the one that was named, offered while a session was held; taken by whom the trainer saw."""
    docs = [json.loads(body) for body in bodies]
    stations = next((len(doc["workstations"]) for doc in docs if doc["kind"] == "base"), 0)
    held = [doc for doc in docs if doc["kind"] == "session" and doc["day"][:7] == month]
    minutes = [session["end"] - session["start"] for session in held]
    offered = sum(length * (1 if session["workstation"] else max(1, stations)) for session, length in zip(held, minutes, strict=True))
    taken = sum(length * len(session["seen"]) for session, length in zip(held, minutes, strict=True))
    seen = [person["person"] for session in held for person in session["seen"]]
    return {
        "name": base["name"], "workstations": stations, "sessions": len(held), "open": sum(doc["state"] == "open" for doc in held),
        "minutes": sum(minutes), "people": len(set(seen)), "visits": len(seen), "days": len({doc["day"] for doc in held}),
        "taken_permille": min(1000, taken * 1000 // offered) if offered else None,
        "document_no": recognised[0] if recognised else "", "recognised_to": (recognised[1] or "") if recognised else "",
    }  # fmt: skip
