"""What can be wrong with a file and with a row of it: a word, and how it is said in Chinese where no screen does (screens read the same
faults.json). A hint does not keep a row out."""

import json
from importlib.resources import files
from typing import Any, NamedTuple

FAULTS: dict[str, dict[str, Any]] = json.loads(files(__package__).joinpath("faults.json").read_text("utf-8"))


class Fault(NamedTuple):
    """The word, the field of the cell it is about, and what the sentence names. Never a document or telephone number: a report is
    looked at by others than those who typed it."""

    word: str
    field: str | None
    said: dict[str, str]

    @property
    def is_hint(self) -> bool:
        return bool(FAULTS[self.word]["hint"])


def fault(word: str, field: str | None = None, **said: object) -> Fault:
    return Fault(word, field, {name: str(given) for name, given in said.items()})


def sentences(found: Fault, label: str) -> tuple[str, str]:
    """The reason and the suggestion."""
    reason, suggestion = FAULTS[found.word]["zh"]
    said = {"field": label, **found.said}
    return reason.format_map(said), suggestion.format_map(said)
