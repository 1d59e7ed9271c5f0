"""What a form is: its title, its columns in order, who signs beneath. Layouts are samples until somebody says what his town asks for."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

SAMPLE = "样表，可按当地模板调整"
# at the foot of every printed page
FOOTER = "&L" + SAMPLE.replace("&", "&&") + "&R第 &P 页 共 &N 页"
Value = str | int | float
Row = Mapping[str, Value]


# A column by its key, and its heading where somebody wants another than ours.
Chosen = tuple[str, str | None]


class Column(NamedTuple):
    """`kind`: text, number, or sign (left empty for a hand); `width` in characters, a Chinese one counting two."""

    key: str
    heading: str
    width: int = 10
    kind: str = "text"


class Form(NamedTuple):
    """`per`: month when it tells of one month, else period. `foot` are the lines for names, dates and stamps; `keeps` the columns
    without which a file cannot be checked."""

    word: str
    title: str
    per: str
    columns: tuple[Column, ...]
    foot: tuple[str, ...]
    note: str = ""
    keeps: frozenset[str] = frozenset()

    def chosen(self, wanted: Sequence[Chosen] | None) -> tuple[Column, ...]:
        """The columns somebody's college wants, in its order and under its headings; all of them when it has not said."""
        known = {column.key: column for column in self.columns}
        if not wanted:
            return self.columns
        return tuple(known[key]._replace(heading=heading or known[key].heading) for key, heading in wanted if key in known)

    def may_choose(self, wanted: Sequence[Chosen]) -> bool:
        """No column twice, none left out that a check goes by, and no heading that could be taken for another column's."""
        known = {column.key: column.heading for column in self.columns}
        keys = [key for key, _ in wanted]
        if not keys or len(set(keys)) != len(keys) or not self.keeps <= set(keys) <= known.keys():
            return False
        own = [(key, heading) for key, heading in wanted if heading and heading != known[key]]
        if len({bare(heading) for _, heading in own}) != len(own):
            return False
        return all(is_legible(said) and not any(reads_like(said, ours) for other, ours in known.items() if other != key) for key, said in own)

    def for_claim(self, wanted: Sequence[Chosen]) -> list[Chosen]:
        """What is handed in has every number under our heading, whatever the college calls it; order and choice stay its own."""
        numbers = {column.key for column in self.columns if column.kind == "number"}
        return [(key, None if key in numbers else heading) for key, heading in wanted]

    def renamed(self, wanted: Sequence[Chosen] | None) -> list[tuple[str, str]]:
        """(ours, theirs) of every column that stands under a heading of the college's own."""
        known = {column.key: column.heading for column in self.columns}
        return [(known[key], heading) for key, heading in wanted or () if heading and heading != known.get(key, heading)]


def bare(text: str) -> str:
    """As an eye reads it: without width, spaces and what has no shape."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char)[0] not in "ZC").casefold()


def is_legible(text: str) -> bool:
    """Nothing in it that has no shape of its own or turns what is read around."""
    return bool(bare(text)) and not any(unicodedata.category(char)[0] == "C" for char in text)


def reads_like(text: str, ours: str) -> bool:
    """Whether one stands within the other; a single letter of ours stands in many honest words."""
    said, meant = bare(text), bare(ours)
    return said in meant or (len(meant) > 1 and meant in said)


class Sheet(NamedTuple):
    """A table of a file before its rows: `facts` stand above it, pair by pair."""

    title: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    foot: Sequence[str]
    note: str


def heads_of(sheet: Sheet) -> list[str]:
    """The lines above a table's headings, from its title on."""
    facts = ["　　".join(f"{name}：{said}" for name, said in sheet.facts[start : start + 4]) for start in range(0, len(sheet.facts), 4)]
    return [sheet.title, *facts, sheet.note + ("　" if sheet.note else "") + SAMPLE]


def columns(*given: Any) -> tuple[Column, ...]:
    return tuple(Column(*one) for one in given)
