"""The parts of a workbook and how they hang together: those our writer makes and those the usual programs add when they save it, by
relationship and content type, whatever they are called. Every other part may lie over the sheets."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from defusedxml.ElementTree import fromstring
from sheet_bounds import MAIN, MEGABYTE, Mark, Refused
from sheet_looks import Looks
from sheet_page import page_marks

MOST_OF_A_LIST = 4 * MEGABYTE
TYPES, ROOT = "[Content_Types].xml", "_rels/.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml."
PAPERS = "application/vnd.openxmlformats-officedocument."
TYPE, TARGET = "Type", "Target"
BOOK, STRINGS = SHEETS + "sheet.main+xml", SHEETS + "sharedStrings+xml"
PICTURES = ("image/jpeg", "image/png", "image/x-emf", "image/x-wmf", "image/emf", "image/wmf")
# what a part may refer to, by its own content type, the root having none: relationship and content types
KNOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "": {
        OFFICE + "officeDocument": (BOOK,), PACKAGE + "core-properties": ("application/vnd.openxmlformats-package.core-properties+xml",),
        OFFICE + "extended-properties": (PAPERS + "extended-properties+xml",), OFFICE + "custom-properties": (PAPERS + "custom-properties+xml",),
        PACKAGE + "thumbnail": PICTURES,
        "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels": ("application/vnd.ms-office.classificationlabels+xml",),
    },
    BOOK: {
        OFFICE + "worksheet": (SHEETS + "worksheet+xml",), OFFICE + "styles": (SHEETS + "styles+xml",), OFFICE + "theme": (PAPERS + "theme+xml",),
        OFFICE + "sharedStrings": (STRINGS,), OFFICE + "calcChain": (SHEETS + "calcChain+xml",), OFFICE + "customXml": ("application/xml",),
        "http://schemas.microsoft.com/office/2017/10/relationships/person": ("application/vnd.ms-excel.person+xml",),
    },
    SHEETS + "worksheet+xml": {OFFICE + "printerSettings": (SHEETS + "printerSettings",)},
    "application/xml": {OFFICE + "customXmlProps": (PAPERS + "customXmlProperties+xml",)},
}  # fmt: skip
# of these there is one; a reader that goes by another way than ours finds it where we do
ONLY = {BOOK: "", STRINGS: "", SHEETS + "styles+xml": "xl/styles.xml", PAPERS + "theme+xml": "xl/theme/theme1.xml"}
IN_BOOK = frozenset((
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "definedNames", "calcPr", "webPublishing",
    "fileRecoveryPr", "extLst",
))  # fmt: skip
# where a program keeps the path of the file, and the number of a revision
BESIDE = frozenset(("AlternateContent", "Choice", "Fallback", "absPath", "revisionPtr", "documentId"))
NAMES = re.compile(r"_xlnm\.(?:_FilterDatabase|Print_Titles)(?:_0)*")


class Package:
    def __init__(self, packed: zipfile.ZipFile) -> None:
        self.packed, self.names = packed, [name for name in packed.namelist() if not name.endswith("/")]
        if len({name.casefold() for name in packed.namelist()}) != len(packed.namelist()):
            raise Refused("file_damaged")
        self.given: dict[str, str] = {}
        self.usual: dict[str, str] = {}
        for one in self.read(TYPES):
            if one.tag.endswith("}Override"):
                self.given[one.attrib["PartName"].lstrip("/")] = one.attrib["ContentType"]
            else:
                self.usual[one.attrib["Extension"].casefold()] = one.attrib["ContentType"]
        self.parts: dict[str, str] = {}

    def marks(self, sheets: int) -> Iterator[Mark]:
        """`sheets`: how many of them were found to be read."""
        reached = {TYPES, ROOT}
        yield from self._follow("", "", ROOT, reached)
        yield from (("layer", None, name) for name in self.names if name not in reached)
        for wanted, path in ONLY.items():
            some = [name for name, kind in (self.parts | self.given).items() if kind == wanted]
            if len(some) > 1 or (path and some not in ([], [path])):
                yield "layer", None, " ".join(some)
        yield from self._book_marks(next((name for name, kind in self.parts.items() if kind == BOOK), ""), sheets)

    def string_marks(self, looks: Looks) -> Iterator[Mark]:
        """Of the texts the sheets share."""
        for name, kind in self.parts.items():
            if kind == STRINGS:
                yield from page_marks(self.open(name), looks)

    def open(self, name: str) -> IO[bytes]:
        return self.packed.open(name)

    def read(self, name: str) -> Any:
        if self.packed.getinfo(name).file_size > MOST_OF_A_LIST:
            raise Refused("file_bomb")
        return fromstring(self.packed.read(name), forbid_dtd=True)

    def _follow(self, part: str, kind: str, listed: str, reached: set[str]) -> Iterator[Mark]:
        """From a part to all it refers to, and on."""
        for one in self.read(listed):
            said = one.attrib
            target = said[TARGET]
            name = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
            found = self.given.get(name) or self.usual.get(name.rpartition(".")[2].casefold(), "")
            if said.get("TargetMode", "Internal") != "Internal" or found not in KNOWN.get(kind, {}).get(said[TYPE], ()) or name not in self.names:
                yield "layer", None, f"{said[TYPE].rpartition('/')[2]} {target}"
                continue
            if name in reached:
                continue
            reached.add(name)
            self.parts[name] = found
            more = posixpath.join(posixpath.dirname(name), "_rels", posixpath.basename(name) + ".rels")
            if more in self.names:
                reached.add(more)
                yield from self._follow(name, found, more, reached)

    def _book_marks(self, name: str, sheets: int) -> Iterator[Mark]:
        if not name:
            raise Refused("file_damaged")
        count = 0
        for one in self.read(name):
            space, _, local = one.tag[1:].rpartition("}")
            within = {each.tag.rpartition("}")[2] for each in one.iter()} if space != MAIN else {local}
            if not within <= (IN_BOOK if space == MAIN else BESIDE):
                yield "layer", None, local
            elif local == "definedNames":
                yield from (("layer", None, each.get("name", "")) for each in one if not NAMES.fullmatch(each.get("name", "")))
            elif local == "bookViews":
                hidden = any(view.get("showSheetTabs", "1") in ("0", "false") or view.get("visibility", "visible") != "visible" for view in one)
                yield from [("unseen", None, "showSheetTabs")] if hidden else []
            elif local == "sheets":
                count += len(one)
        if count != sheets:
            yield "layer", None, f"{count} sheets"
