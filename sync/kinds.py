"""The one table of kinds, and the check of a body against its row. The table itself is `kinds.json`, which TypeScript reads as well, and
every phone loads before its first screen: what its words mean stands here.

One row per kind of operation, read by Python and by TypeScript. head: the kind of the document that heads its book (book = an
apprenticeship, me = a person's own, base = a training base), also: further ones it may stand in; concerns: the kind of
document; by: member roles that may write it, or desk for acts signed by the server; from: states it may meet (none = the
document must not exist yet); to: the state it leads to (null = unchanged); of: whether it must name a content version (none,
any known one, or the current one); month: whether a locked month forbids it (open), asks for it (locked) or does not matter
(any); in a body: an absent optional field is null in the document, an absent later one, added when documents existed already,
leaves no trace.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

TABLE: dict[str, Any] = json.loads(files(__package__).joinpath("kinds.json").read_text("utf-8"))
LIMITS: dict[str, int] = TABLE["limits"]
PATTERNS = {name: re.compile(row["pattern"]) for name, row in TABLE["types"].items()}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Check = Callable[[Any], bool]
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table, ready to be used."""

    name: str
    head: str
    heads: frozenset[str]
    concerns: str
    by: frozenset[str]
    states: frozenset[str]
    to: str | None
    of: str
    month: str
    fields: tuple[tuple[str, Check, str], ...]  # name, check, and what its absence means: needed, optional or later


@lru_cache(maxsize=4096)
def is_day(text: str) -> bool:
    if not DAY.fullmatch(text):
        return False
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    if not 1 <= month <= 12:
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= day <= MONTH_DAYS[month - 1] + leap


def is_id(name: str, given: Any) -> bool:
    return isinstance(given, str) and PATTERNS[name].fullmatch(given) is not None


def _text(row: dict[str, Any]) -> Check:
    least, most = row.get("min", 0), row["max"]
    return lambda given: isinstance(given, str) and least <= len(given) <= most and not CONTROL.search(given)


def _whole(row: dict[str, Any]) -> Check:
    least, most = row["min"], row["max"]
    return lambda given: type(given) is int and least <= given <= most


def _list(row: dict[str, Any], item: Check) -> Check:
    least, most = row.get("min", 0), row["max"]
    return lambda given: isinstance(given, list) and least <= len(given) <= most and all(map(item, given))


def _texts(row: dict[str, Any]) -> Check:
    """A list of different texts."""
    several = _list(row, _text({"min": 1, "max": row["each"]}))
    return lambda given: several(given) and len(set(given)) == len(given)


def _record(fields: dict[str, Any]) -> Check:
    checks = [(name, _check(row)) for name, row in fields.items()]
    return lambda given: (
        isinstance(given, dict) and len(given) == len(checks) and all(n in given and c(given[n]) for n, c in checks)
    )


def _ascending(given: Any) -> bool:
    return all(a < b for a, b in zip(given, given[1:], strict=False))


def _check(row: dict[str, Any]) -> Check:
    match row["type"]:
        case "text":
            return _text(row)
        case "int":
            return _whole(row)
        case "bool":
            return lambda given: given is True or given is False
        case "enum":
            values = frozenset(row["values"])
            return lambda given: isinstance(given, str) and given in values
        case "day":
            return lambda given: isinstance(given, str) and is_day(given)
        case "days":
            several = _list(row, lambda given: isinstance(given, str) and is_day(given))
            return lambda given: several(given) and _ascending(given)
        case "hashes":
            several = _list(row, lambda given: is_id("hash", given))
            return lambda given: several(given) and len(set(given)) == len(given)
        case "texts":
            return _texts(row)
        case "list":
            return _list(row, _record(row["item"]))
        case "record":
            return _record(row["fields"])
        case name:
            pattern = PATTERNS[name]
            return lambda given: isinstance(given, str) and pattern.fullmatch(given) is not None


def _presence(about: dict[str, Any]) -> str:
    return next((word for word in ("optional", "later") if about.get(word)), "needed")


def _kind(name: str, row: dict[str, Any]) -> Kind:
    body = TABLE["kinds"][row["body"]]["body"] if isinstance(row["body"], str) else row["body"]
    fields = tuple((field, _check(about), _presence(about)) for field, about in body.items())
    by, states = frozenset(row["by"]), frozenset(row["from"])
    heads = frozenset((row["head"], *row.get("also", ())))
    return Kind(name, row["head"], heads, row["concerns"], by, states, row["to"], row["of"], row["month"], fields)


KINDS: dict[str, Kind] = {name: _kind(name, row) for name, row in TABLE["kinds"].items()}


def fields_of(kind: str, body: dict[str, Any]) -> Fields | None:
    """The known fields of a body, absent optional ones as None, absent later ones not at all, so that what was made before they
    were known stays as it is; None when the kind is unknown or a field is wrong."""
    row = KINDS.get(kind)
    if row is None:
        return None
    found: Fields = {}
    for name, check, presence in row.fields:
        given = body.get(name)
        if given is None:
            if presence == "needed":
                return None
            if presence == "later":
                continue
        elif not check(given):
            return None
        found[name] = given
    return found
