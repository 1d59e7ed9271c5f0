"""Flags of the roster: who was written into a book after the days for which it makes him count, or just before a month was closed."""

from collections.abc import Iterable
from typing import NamedTuple

from sync.evidence import day_number
from sync.flags.table import Params
from sync.flags.values import DAY, SHANGHAI, Found, Given, Line


class Edit(NamedTuple):
    """Somebody joined or left, said at a moment, from a day on."""

    op: str
    what: str
    person: str
    role: str
    day: str
    at: int


def find_roster_edits(
    book: str, edits: Iterable[Edit], locked_at: Iterable[int], lines: list[Line], seals: list[Given], params: Params
) -> list[Found]:
    """A case an edit."""
    locks = sorted(locked_at)
    found = []
    for edit in edits:
        back = (edit.at + SHANGHAI) // DAY - day_number(edit.day)
        before_lock = next((lock - edit.at for lock in locks if edit.at <= lock), None)
        just_before = before_lock is not None and before_lock < params["lock_days"] * DAY
        if back < params["back_days"] and not (just_before and back > 0):
            continue
        touched = _touched(edit, lines, seals)
        if touched:
            detail: dict[str, int | str] = {"what": edit.what, "role": edit.role, "back": back, "at": edit.at}
            days = min(day for _, day in touched), max(day for _, day in touched)
            entries = tuple(sorted({(book, entry) for entry, _ in touched}))
            found.append(Found("roster_edit", edit.op, edit.person, entries, days, 0, None, detail))
    return found


def _touched(edit: Edit, lines: list[Line], seals: list[Given]) -> list[tuple[str, str]]:
    """The entries that count only because the edit reaches back: those of the days between the two."""
    said = (edit.at + SHANGHAI) // DAY

    def is_between(day: str) -> bool:
        return edit.day <= day and day_number(day) < said

    if edit.role == "apprentice":
        return [(line.entry, line.day) for line in lines if is_between(line.day)]
    return [(seal.entry, seal.day) for seal in seals if seal.by == edit.person and seal.standing and is_between(seal.day)]
