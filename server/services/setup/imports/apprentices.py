"""Whom a row means: an apprentice of this college by number or by name, and the handbook of his that runs then."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from server.papers.incoming import checks
from server.services.setup.imports.lines import Line


class Apprentice(NamedTuple):
    """One handbook of this college: whose it is, how he is told apart, and its days."""

    book: str
    person: str
    name: str
    student_no: str | None
    class_name: str | None
    class_id: str | None
    enterprise: str | None
    login: str
    from_day: str
    to_day: str


class Register:
    """All of a college's. `numbers`: whose each document number in the file is."""

    def __init__(self, apprentices: Sequence[Apprentice], numbers: Mapping[str, str]) -> None:
        self.apprentices, self.numbers = apprentices, numbers
        self.by_name: dict[str, list[Apprentice]] = {}
        self.by_key: dict[str, list[Apprentice]] = {}
        self.by_person: dict[str, list[Apprentice]] = {}
        for one in apprentices:
            self.by_name.setdefault(checks.packed(one.name), []).append(one)
            self.by_person.setdefault(one.person, []).append(one)
            for key in {one.student_no or one.login, one.login}:
                self.by_key.setdefault(key, []).append(one)

    def find(self, line: Line, day: str | None) -> Apprentice | None:
        """By number when the row has one, else by name; of several handbooks the one that runs on this day, or the newest."""
        name, key, group = (checks.packed(line.text(field)) for field in ("name", "key", "class"))
        if not name:
            return None
        named = self.by_name.get(name, [])
        if key:
            keyed = [*self.by_key.get(key, ()), *self.by_person.get(self.numbers.get(key.upper(), ""), ())]
            if keyed and not any(checks.packed(one.name) == name for one in keyed):
                line.blame("key_differs", "key")
                return None
            named = [one for one in keyed if checks.packed(one.name) == name]
        if group and len({one.person for one in named}) > 1:
            named = [one for one in named if checks.packed(one.class_name or "") == group]
        if not named:
            line.blame("apprentice_unknown", "name", value=line.text("name"))
            return None
        if len({one.person for one in named}) > 1:
            line.blame("apprentice_twice", "name", value=line.text("name"))
            return None
        running = [one for one in named if day and one.from_day <= day <= one.to_day]
        return max(running or named, key=lambda one: one.to_day)
