"""Who changed what in the registers, and when: each line with what it was and what it is, in names, never a whole number of a person."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.engine import Connection

from server.papers.incoming.checks import hide_numbers
from server.store.days import DAY, begin_of
from server.store.db import reading
from server.store.desk.scope import Scope
from server.store.setup import changelog

# by what register a line's subject, or a value in it, is called
CALLED = {
    "person": ("people",), "mentor": ("people", "orgs"), "book": ("books", "people"), "class": ("classes",), "org": ("orgs",), "base": ("orgs",),
    "plan": ("plans",), "agreement": ("agreements",), "rule_set": ("rule_sets",), "seat": ("people", "requests"), "chain": ("chains",),
    "occupation": ("occupations",),
}  # fmt: skip
VALUES = {
    "org": "orgs", "enterprise": "orgs", "asked_by": "people", "person": "people", "plan": "plans", "skill_chain_id": "chains",
    "recognition": "recognitions", "which": "books",
}
# of a class: whose slips were printed
WHICH = frozenset(("lacking", "all"))  # fmt: skip
# called so in the line itself
TOLD = {"export": "class"}
ITSELF = frozenset(("form",))
# what of a person's own line is no secret; the rest is said to have changed
OPEN = frozenset(("class", "by", "reason"))
PLAIN = frozenset(("credit_code",))


def list_changes(scope: Scope, wanted: dict[str, str], sort: str, page: int, size: int) -> dict[str, Any]:
    narrowed: dict[str, Any] = {name: given for name, given in wanted.items() if name not in ("from", "to")}
    if wanted.get("from"):
        narrowed["since"] = begin_of(wanted["from"])
    if wanted.get("to"):
        narrowed["until"] = begin_of(wanted["to"]) + DAY
    with reading() as conn:
        rows, total = changelog.select_changes(conn, scope, narrowed, sort, ((page - 1) * size, size))
        names = _names(conn, rows)
    return {"items": [_shown(row, names) for row in rows], "total": total, "page": page}


Names = Mapping[str, Mapping[str, str]]


def _names(conn: Connection, rows: Iterable[Mapping[str, Any]]) -> Names:
    """Everything that is called somehow on this page, asked once for each register."""
    asked: dict[str, set[str]] = {}
    for row in rows:
        for register in CALLED.get(row["subject"], ()):
            asked.setdefault(register, set()).add(row["subject_id"])
        if row["subject"] == "agreement":
            asked.setdefault("book_of_agreement", set()).add(row["subject_id"])
        for field, given in row["body"].items():
            if field in VALUES:
                asked.setdefault(VALUES[field], set()).update(one for one in _both(row["act"], given) if isinstance(one, str))
    return {register: changelog.select_names(conn, register, ids) for register, ids in asked.items()}


def _shown(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    called = [names[register].get(row["subject_id"]) for register in CALLED.get(row["subject"], ())]
    about = next((name for name in called if name), None)
    told = row["body"].get(TOLD.get(row["subject"], ""))
    if about is None:
        about = row["subject_id"] if row["subject"] in ITSELF else told if isinstance(told, str) else None
    of = names.get("book_of_agreement", {}).get(row["subject_id"])
    return {
        **{name: row[name] for name in ("id", "at", "subject", "act", "who", "org")},
        "about": hide_numbers(f"{about} · {of}" if about and of else about) if about else None,
        "thing": row["subject_id"], "changes": list(_lines(row, names)),
    }  # fmt: skip


def _both(act: str, given: Any) -> tuple[Any, Any]:
    """What it was and what it is; a line without a before has only what was said."""
    if isinstance(given, list) and len(given) == 2 and not (act == "printed" or act == "unmasked"):
        return given[0], given[1]
    return None, given


def _lines(row: Mapping[str, Any], names: Names) -> Iterable[dict[str, Any]]:
    for field, given in row["body"].items():
        if row["subject"] == "person" and field not in OPEN:
            yield {"field": field, "was": None, "now": None, "hidden": True}
            continue
        was, now = _both(row["act"], given)
        if isinstance(was, dict) or isinstance(now, dict):
            was, now = was or {}, now or {}
            for part in dict.fromkeys((*was, *now)):
                if was.get(part) != now.get(part):
                    yield _line(f"{field}.{part}", was.get(part), now.get(part), names)
        else:
            yield _line(field, was, now, names)


def _line(field: str, was: Any, now: Any, names: Names) -> dict[str, Any]:
    return {"field": field, "was": _said(field, was, names), "now": _said(field, now, names), "hidden": False}


def _said(field: str, given: Any, names: Names) -> str | None:
    """As a word or a number; an id as what it is called, or not at all."""
    if given is None:
        return None
    if field in VALUES and not (field == "which" and given in WHICH):
        return names.get(VALUES[field], {}).get(str(given))
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, list):
        return "–".join("" if one is None else str(one) for one in given)
    return str(given) if field in PLAIN else hide_numbers(str(given))
