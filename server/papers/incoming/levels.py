"""The eight levels of a skilled worker, the lowest first, as they are written and as people write them. `levels.json` is the one place
where they stand; the digit of a certificate's grade runs the other way, and three levels have none."""

import json
from importlib.resources import files
from typing import NamedTuple

from server.papers.incoming.checks import packed


class Level(NamedTuple):
    """A row of the table."""

    code: str
    name: str
    grade: int | None

    @property
    def written(self) -> str:
        return f"{'一二三四五'[self.grade - 1]}级/{self.name}" if self.grade else self.name


LEVELS = tuple(Level(**row) for row in json.loads(files(__package__).joinpath("levels.json").read_text("utf-8")))
WRITTEN = {level.code: level.written for level in LEVELS}
GRADES = {str(level.grade): level.written for level in LEVELS if level.grade}


def _ways(written: str) -> tuple[str, ...]:
    """How people write it."""
    digit, _, name = written.partition("/")
    return (written, digit, name, f"{name}({digit})", f"{digit}({name})", f"{name}/{digit}") if name else (written,)


BY_NAME = {way: written for written in WRITTEN.values() for way in _ways(written)}
BY_NAME |= {"初级": GRADES["5"], "中级": GRADES["4"], "高级": GRADES["3"], **GRADES}


def read_level(text: str) -> str | None:
    return BY_NAME.get(packed(text))


def put_in_order(codes: list[str]) -> list[str] | None:
    """Each once, the lowest first; None where one of them is no level."""
    return [code for code in WRITTEN if code in codes] if set(codes) <= set(WRITTEN) else None


def write_levels(codes: list[str]) -> list[str]:
    return [WRITTEN[code] for code in codes]
