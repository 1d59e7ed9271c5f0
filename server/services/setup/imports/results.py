"""The results list 竞赛成绩表: every row is one apprentice's result in one competition, or says why not. Judging only; nothing is written
here. What is there already stays as it is."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from server.papers.incoming import checks
from server.papers.incoming.contests import read_division, read_level
from server.services.setup.imports.apprentices import Apprentice, Register
from server.services.setup.imports.lines import Line, find_copies, limit

MOST = {
    "name": 40, "class": 60, "competition": 80, "event": 60, "award": 30, "score": 20, "organiser": 60, "document_no": 60, "certificate_no": 40,
    "represents": 60, "coach": 40, "remark": 200,
}  # fmt: skip
LATER = ("organiser", "document_no", "certificate_no", "represents", "coach")
OUTCOME = ("rank", "award", "score")
RANK = re.compile(r"第?([0-9]{1,6})(?:\.0+)?名?")
NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", start=1)}
YEAR = re.compile(r"(20[0-9]{2})(?:\.0+)?(?:年度?)?")
LAST_RANK = 100_000
# what a file that does not say takes: whoever is in a handbook learns
ASSUMED = "student"
Key = tuple[str, str, int]


class Claim(NamedTuple):
    """A result there is: whose document, which version, how it stands, who claimed it."""

    id: str
    book: str
    version: str
    state: str
    by: str
    content: Mapping[str, Any]


class Read(NamedTuple):
    """Whom a row means, and what it says of him."""

    whose: Apprentice
    content: dict[str, Any]


def key_of(content: Mapping[str, Any]) -> Key:
    """One person has one result in one event of one year's competition."""
    return checks.packed(content["competition"]).casefold(), checks.packed(content["event"]).casefold(), content["year"]


def read(lines: Sequence[Line], register: Register, today: str) -> list[Read | None]:
    """What each row says by itself, and whom it means; None when it has to be mended first."""
    find_copies(lines)
    return [_read(line, register, today) for line in lines]


def _read(line: Line, register: Register, today: str) -> Read | None:
    limit(line, MOST)
    line.need("name", "competition", "level", "event", "day")
    day = _day(line, today)
    whose = register.find(line, day)
    year = _year(line, day)
    level, division = _level(line), _division(line)
    rank = _rank(line)
    if not any(line.text(name) for name in OUTCOME):
        line.blame("outcome_missing", "rank")
    if line.is_stopped or whose is None or day is None:
        return None
    if not whose.from_day <= day <= whose.to_day:
        line.blame("day_outside_book", "day", **{"from": whose.from_day, "to": whose.to_day})
    content: dict[str, Any] = {
        "competition": line.text("competition"), "year": year, "level": level, "event": line.text("event"), "division": division, "rank": rank,
        "award": line.text("award") or None, "score": line.text("score") or None, "day": day, "photos": [],
    }  # fmt: skip
    return Read(whose, content | {name: line.text(name) for name in LATER if line.text(name)})


def _day(line: Line, today: str) -> str | None:
    day = line.day("day")
    if day and day > today:
        line.blame("day_ahead", "day", value=day)
    return day


def _year(line: Line, day: str | None) -> int | None:
    """The competition's own year, which is the day's where none is said."""
    text = checks.packed(line.text("year"))
    found = YEAR.fullmatch(text)
    if not text:
        return int(day[:4]) if day else None
    if found is None:
        line.blame("year_odd", "year", value=text)
        return None
    if day and found[1] != day[:4]:
        line.blame("year_differs", "year", value=found[1], day=day)
    return int(found[1])


def _level(line: Line) -> str | None:
    level = read_level(line.text("level"))
    if line.text("level") and level is None:
        line.blame("contest_level_unknown", "level", value=line.text("level"))
    return level


def _division(line: Line) -> str | None:
    if not line.text("division"):
        line.blame("division_assumed", "division")
        return ASSUMED
    division = read_division(line.text("division"))
    if division is None:
        line.blame("division_unknown", "division", value=line.text("division"))
    return division


def _rank(line: Line) -> int | None:
    text = checks.packed(line.text("rank"))
    if not text:
        return None
    found = RANK.fullmatch(text)
    rank = int(found[1]) if found else NUMERALS.get(text.removeprefix("第").removesuffix("名"), 0)
    if not 1 <= rank <= LAST_RANK:
        line.blame("rank_odd", "rank", value=text)
        return None
    return rank


def judge(lines: Sequence[Line], reads: Sequence[Read | None], claims: Mapping[str, Sequence[Claim]], register: Register, person: str) -> None:
    """`claims`: what there is of each person; `person`: who brings the file."""
    rows: dict[tuple[str, Key], int] = {}
    for line, found in zip(lines, reads, strict=True):
        if found is None:
            continue
        key = key_of(found.content)
        earlier = rows.setdefault((found.whose.person, key), line.row)
        if earlier != line.row:
            line.blame("result_twice", None, row=earlier)
            continue
        there = next((one for one in claims.get(found.whose.person, ()) if key_of(one.content) == key), None)
        differs = there is not None and _differs(line, found.content, there.content)
        again = there is not None and differs and (there.state, there.by) == ("rejected", person)
        if differs:
            line.blame("result_again" if again else "result_differs", "competition", value=found.content["competition"])
        line.same = there is not None and not again
        line.write = {
            "book": there.book if there and again else found.whose.book, "doc": there.id if there and again else None,
            "of": there.version if there and again else None, "books": [one.book for one in register.by_person[found.whose.person]],
            "content": found.content,
        }  # fmt: skip


def _differs(line: Line, content: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    """Whether the row says anything else; what it leaves empty says nothing."""
    said = [name for name in content if name in line.cells]
    return any(_spelled(content[name]) != _spelled(there.get(name)) for name in said)


def _spelled(given: Any) -> Any:
    return checks.packed(given) if isinstance(given, str) else given
