"""Asking for a reversal at a desk, and whoever may be its second person."""

from __future__ import annotations

import json
from typing import Any

from server.services.people import roster
from serving import COLLEGE, Site, person_id
from yearland import Year

REASON = "与七月二日重复计入"


def asked(site: Site, year: Year, minutes: int, doc: str = "", **more: Any) -> dict[str, Any]:
    doc = doc or year.locked
    version = json.loads(site.rows("SELECT body FROM documents WHERE id = :id", id=doc)[0][0])["version"]
    return {"book_id": year.book, "id": doc, "version": version, "minutes": minutes, "reason": REASON, **more}


def credited(site: Site, doc: str) -> int:
    return int(site.rows("SELECT credited_minutes FROM entries WHERE id = :id", id=doc)[0][0])


def second_coordinator(site: Site) -> Any:
    with site.app.app_context():
        roster.give_role(person_id("other_apprentice"), "coordinator", COLLEGE)
    return site.caller("other_apprentice", "desk")
