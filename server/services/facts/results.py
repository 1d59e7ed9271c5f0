"""Competition results at a desk: claims that wait to be verified with what proves them, and everything that was decided."""

import json
from typing import Any

from server.store.db import reading
from server.store.desk import results
from server.store.desk.scope import Scope
from server.store.people import people

CONTENT = (
    "competition", "year", "level", "event", "division", "rank", "award", "score", "day", "photos", "team", "contestants", "organiser",
    "document_no", "represents", "coach", "certificate_no",
)  # fmt: skip


def list_results(scope: Scope, wanted: dict[str, str], sort: str, falling: bool, page: int, size: int) -> dict[str, Any]:
    with reading() as conn:
        total, rows = results.select_results(conn, scope, wanted, sort, falling, ((page - 1) * size, size))
        docs = [json.loads(row["body"]) for row in rows]
        names = people.select_names(conn, {made["by"] for doc in docs for made in (doc, *doc["decisions"])})
    items = [_shown(row, doc, names, scope.person_id) for row, doc in zip(rows, docs, strict=True)]
    return {"items": items, "total": total, "page": page}


def _shown(row: dict[str, Any], doc: dict[str, Any], names: dict[str, str], person: str) -> dict[str, Any]:
    """`claimed_by` names whoever claimed it for him; `own`: it was who looks at it, so somebody else decides."""
    decisions = [{"as": made["as"], "text": made["text"] or "", "at": made["at"], "by": names.get(made["by"], "")} for made in doc["decisions"]]
    return {
        "book": row["book_id"], "id": row["id"], "state": row["state"], "claimed_at": row["claimed_at"], "version": doc["version"],
        "person_name": row["person_name"] or "", "class_name": row["class_name"] or "", "enterprise_name": row["enterprise_name"] or "",
        "content": _content(doc["content"]), "rivals": [_content(rival["content"]) for rival in doc["rivals"]], "decisions": decisions,
        "claimed_by": "" if doc["by"] == row["person_id"] else names.get(doc["by"], ""), "own": doc["by"] == person,
        "twins": row["twins"],
    }  # fmt: skip


def _content(content: dict[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in CONTENT if content.get(name) is not None}
