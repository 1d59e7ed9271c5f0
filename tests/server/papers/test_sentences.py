"""Screens and sheets say the same: the texts of the screens are those of faults.json and columns.json."""

from __future__ import annotations

import re

import pytest

from provide import ROOT
from server.papers.incoming.columns import FIELDS
from server.papers.incoming.faults import FAULTS

LINE = re.compile(r"^  '([^']+)': '((?:[^'\\]|\\.)*)',$", re.MULTILINE)


def written(language: str, name: str) -> dict[str, str]:
    text = (ROOT / "pwa" / "src" / "texts" / language / "desk" / f"{name}.ts").read_text(encoding="utf-8")
    return {key: sentence.replace("\\'", "'") for key, sentence in LINE.findall(text)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_screens_say_what_the_sheets_say(language):
    faults = {f"fault.{word}{end}": row[language][at] for word, row in FAULTS.items() for at, end in enumerate(("", ".do"))}
    assert written(language, "faults") == faults
    columns = {f"column.{kind}.{row['field']}": row[language] for kind, rows in FIELDS.items() for row in rows}
    assert written(language, "columns") == columns
