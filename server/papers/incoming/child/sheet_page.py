"""The XML of a sheet as it is parsed, whatever it is written in: every element and every setting of it that may show a reader something
else than its cells hold. What our own writer makes and what the usual programs add when they save it is passed over."""

from collections.abc import Iterator, Mapping
from typing import IO, Any
from xml.parsers import expat

from sheet_bounds import LAST_ROW, MAIN, Mark, Refused
from sheet_looks import Looks

PART = 256 * 1024
NONE: frozenset[str] = frozenset()
PAGE = frozenset((
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "autoFilter", "sortState", "mergeCells",
    "phoneticPr", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "ignoredErrors", "extLst",
))  # fmt: skip
TEXT = frozenset(("t", "r", "phoneticPr"))
# what may stand in an element; in others anything of a spreadsheet
CHILDREN = {
    "": frozenset(("worksheet", "sst")), "worksheet": PAGE, "sst": frozenset(("si", "extLst")), "sheetData": frozenset(("row",)),
    "row": frozenset(("c",)), "c": frozenset(("f", "v", "is")), "is": TEXT, "si": TEXT, "r": frozenset(("rPr", "t")), "t": NONE, "v": NONE, "f": NONE,
}  # fmt: skip
PRINTED = frozenset(("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"))
YES = frozenset(("1", "true", "on"))
# points and letters: what is lower or narrower is not seen. Ours are 15 and 7. More rows than that above a table stay in no window
LEAST_HIGH, LEAST_WIDE, MOST_FROZEN = 8.0, 2.0, 30
Attributes = Mapping[str, str]


def page_marks(member: IO[bytes], looks: Looks) -> Iterator[Mark]:
    """Refused: no XML, one with a document type, or one whose rows and cells do not stand in their order."""
    page = Page(looks)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = page.start, page.end, page.text
    parser.StartDoctypeDeclHandler = refuse
    with member:
        while part := member.read(PART):
            parser.Parse(part)
            yield from page.take()
        parser.Parse(b"", True)
    yield from page.take()


def refuse(*_: Any) -> None:
    raise Refused("file_damaged")


class Page:
    """One sheet, or the table of texts the sheets share, while it is being parsed."""

    def __init__(self, looks: Looks) -> None:
        self.looks, self.found = looks, list[Mark]()
        self.path, self.depth, self.passed, self.corner = [""], 0, 0, "A1"
        self.row, self.column, self.texts = 0, 0, 0
        self.unseen: tuple[int, int] | None = None
        self.run: dict[str, Attributes] | None = None
        self.words: list[str] | None = None
        self.ways = {
            "row": self._row, "c": self._cell, "is": self._begin_text, "si": self._begin_text, "t": self._text, "r": self._text, "rPr": self._run,
            "col": self._col, "sheetFormatPr": self._format, "sheetView": self._view, "pane": self._pane, "mergeCell": self._merge,
        }  # fmt: skip

    def take(self) -> list[Mark]:
        found, self.found = self.found, []
        return found

    def start(self, name: str, said: Attributes) -> None:
        self.depth += 1
        if self.passed:
            return
        space, _, local = name.rpartition(" ")
        parent = self.path[-1]
        if space != MAIN or local not in CHILDREN.get(parent, (local,)):
            self.found.append(("layer", self.row or None, local[:60]))
            self.passed = self.depth
            return
        self.path.append(local)
        if parent == "rPr" and self.run is not None:
            self.run[local] = said
        elif local in self.ways:
            self.ways[local](said)
        elif local in PRINTED:
            self.words = []

    def end(self, name: str) -> None:
        if self.passed:
            self.passed = 0 if self.passed == self.depth else self.passed
            self.depth -= 1
            return
        self.depth -= 1
        local = self.path.pop()
        if local == "rPr" and self.run is not None:
            why = self.looks.why_run(self.run)
            self.run = None
            if why:
                self.found.append(("look", self.row or None, why))
        elif local in PRINTED and self.words is not None:
            said, self.words = "".join(self.words), None
            if said.strip():
                self.found.append(("printed", None, said))
        elif local == "sheetData":
            self._shown()

    def text(self, said: str) -> None:
        if self.words is not None:
            self.words.append(said)

    # --- rows and cells --------------------------------------------------------------------------------------------

    def _row(self, said: Attributes) -> None:
        number = whole(said["r"]) if "r" in said else self.row + 1
        if number > LAST_ROW:
            raise Refused("file_too_long")
        if number <= self.row:
            raise Refused("file_damaged")
        self.row, self.column = number, 0
        if said.get("hidden") in YES or float(said.get("ht", LEAST_HIGH)) < LEAST_HIGH:
            if self.unseen and self.unseen[1] == number - 1:
                self.unseen = (self.unseen[0], number)
            else:
                self._shown()
                self.unseen = (number, number)

    def _shown(self) -> None:
        """Rows that follow each other and are not seen are one mark."""
        if self.unseen:
            first, last = self.unseen
            self.found.append(("unseen", first, f"{first}:{last}"))
            self.unseen = None

    def _cell(self, said: Attributes) -> None:
        column = self.column + 1
        if "r" in said:
            letters = said["r"].rstrip("0123456789")
            column = place_of(letters)
            if said["r"][len(letters) :] != str(self.row):
                raise Refused("file_damaged")
        if column <= self.column:
            raise Refused("file_damaged")
        self.column = column

    def _begin_text(self, said: Attributes) -> None:
        self.texts = 0

    def _text(self, said: Attributes) -> None:
        """A text in a cell is one, or made of runs; not both."""
        parent, plain = self.path[-2], self.path[-1] == "t"
        if parent not in ("is", "si"):
            return
        if (plain and self.texts) or (not plain and self.texts < 0):
            self.found.append(("look", self.row or None, "t"))
        self.texts = -1 if plain else 1

    def _run(self, said: Attributes) -> None:
        self.run = {}

    # --- how the sheet is laid -------------------------------------------------------------------------------------

    def _col(self, said: Attributes) -> None:
        if said.get("hidden") in YES or float(said.get("width", LEAST_WIDE)) < LEAST_WIDE:
            self.found.append(("unseen", None, f"{letters_of(whole(said['min']))}:{letters_of(whole(said['max']))}"))

    def _format(self, said: Attributes) -> None:
        low = float(said.get("defaultRowHeight", LEAST_HIGH)) < LEAST_HIGH
        narrow = float(said.get("defaultColWidth", LEAST_WIDE)) < LEAST_WIDE or float(said.get("baseColWidth", LEAST_WIDE)) < LEAST_WIDE
        if said.get("zeroHeight") in YES or low or narrow:
            self.found.append(("unseen", None, "zeroHeight" if said.get("zeroHeight") in YES or low else "defaultColWidth"))

    def _view(self, said: Attributes) -> None:
        self.corner = said.get("topLeftCell", "A1")
        if said.get("showZeros", "1") not in YES:
            self.found.append(("unseen", None, "showZeros"))

    def _pane(self, said: Attributes) -> None:
        """What is frozen stays where the window was scrolled to: what lies before it, or does not fit the window, cannot be reached."""
        if not said.get("state", "split").startswith("frozen"):
            return
        if self.corner != "A1" or max(float(said.get("ySplit", "0")), float(said.get("xSplit", "0"))) > MOST_FROZEN:
            self.found.append(("unseen", None, f"pane {self.corner}"))

    def _merge(self, said: Attributes) -> None:
        first = said["ref"].partition(":")[0].lstrip("$ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        self.found.append(("merged", int(first) if first.isdecimal() else None, said["ref"]))


def whole(text: str) -> int:
    number = float(text)
    if not number.is_integer():
        raise Refused("file_damaged")
    return int(number)


def place_of(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place


def letters_of(place: int) -> str:
    letters = ""
    while place > 0:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
