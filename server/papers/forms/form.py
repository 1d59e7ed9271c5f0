"""What a form is: its title, its columns in order, who signs beneath. Layouts are samples until somebody says what his town asks for."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

SAMPLE = "样表，可按当地模板调整"
Value = str | int | float
Row = Mapping[str, Value]


class Column(NamedTuple):
    """`kind`: text, number, or sign (left empty for a hand); `width` in characters, a Chinese one counting two."""

    key: str
    heading: str
    width: int = 10
    kind: str = "text"


class Form(NamedTuple):
    """`per`: month when it tells of one month, else period. `foot` are the lines for names, dates and stamps."""

    word: str
    title: str
    per: str
    columns: tuple[Column, ...]
    foot: tuple[str, ...]
    note: str = ""

    def chosen(self, keys: Sequence[str] | None) -> tuple[Column, ...]:
        """The columns somebody's college wants, in its order; all of them when it has not said."""
        known = {column.key: column for column in self.columns}
        return tuple(known[key] for key in keys if key in known) if keys else self.columns


class Sheet(NamedTuple):
    """A table of a file before its rows: `facts` stand above it, pair by pair."""

    title: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    foot: Sequence[str]
    note: str


def columns(*given: Any) -> tuple[Column, ...]:
    return tuple(Column(*one) for one in given)
