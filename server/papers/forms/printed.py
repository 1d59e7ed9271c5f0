"""Forms as PDF, for a signature and a stamp: drawn line by line, page after page, with the headings on each."""

import re
import zlib
from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from server.papers.forms.form import SAMPLE, Row, Sheet, Value

FONT = "STSong-Light"
MARGIN, MANY_COLUMNS = 28.0, 20
LARGEST, SMALLEST, PADDING = 9.0, 5.0, 2.2
MOST_LINES = 12
WORDS = re.compile(r"[!-~]+|.")
GREY, INK = 0.45, 0.1


class Printed:
    """A PDF being drawn."""

    def __init__(self, path: Path) -> None:
        if FONT not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.canvas = Canvas(str(path), pagesize=landscape(A4), invariant=1, pageCompression=1)
        self.canvas.setTitle(SAMPLE)
        self.pages = 0

    def begin(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.width, self.height = landscape(A3 if len(sheet.columns) > MANY_COLUMNS else A4)
        room = self.width - 2 * MARGIN
        units = sum(column.width for column in sheet.columns)
        self.size = max(SMALLEST, min(LARGEST, room / units / 0.58))
        self.widths = [room * column.width / units for column in sheet.columns]
        self.headings = [self._wrap(column.heading, width) for column, width in zip(sheet.columns, self.widths, strict=True)]
        self._turn(first=True)

    def add(self, row: Row) -> None:
        cells = [self._wrap(_said(row.get(column.key, "")), width) for column, width in zip(self.sheet.columns, self.widths, strict=True)]
        if self.y - self._height(cells) < MARGIN + 18:
            self._turn()
        self._draw(cells)

    def end(self, foot: Sequence[str]) -> None:
        """Names, dates and stamps never stand alone on a page."""
        room = len(foot) * 26 + 10
        if self.y - room < MARGIN + 18:
            self._turn()
        self.y -= 14
        for line in foot:
            self.y -= 22
            self._text(MARGIN, self.y, line, 10)
        self._finish()

    def close(self) -> None:
        self.canvas.beginForm("pages", 0, 0, 400, 20)
        self.canvas.setFont(FONT, 8)
        self.canvas.setFillGray(GREY)
        self.canvas.drawString(0, 4, f"共 {self.pages} 页")
        self.canvas.endForm()
        self.canvas.save()

    # --- pages -----------------------------------------------------------------------------------------------------

    def _turn(self, first: bool = False) -> None:
        if not first:
            self._finish()
        self.pages += 1
        self.canvas.setPageSize((self.width, self.height))
        self.y = self.height - MARGIN
        if first:
            self.y -= 18
            self._text(MARGIN, self.y, self.sheet.title, 16)
            for line in self._facts():
                self.y -= 15
                self._text(MARGIN, self.y, line, 9)
            self.y -= 8
        self._draw(self.headings, shaded=True)

    def _facts(self) -> list[str]:
        """As many on a line as there is room for."""
        lines: list[str] = []
        for name, said in self.sheet.facts:
            fact = f"{name}：{said}"
            wider = f"{lines[-1]}　　{fact}" if lines else fact
            if lines and pdfmetrics.stringWidth(wider, FONT, 9) <= self.width - 2 * MARGIN:
                lines[-1] = wider
            else:
                lines.append(fact)
        return lines

    def _finish(self) -> None:
        said = f"{self.sheet.note}　{SAMPLE}" if self.sheet.note else SAMPLE
        self._text(MARGIN, MARGIN - 8, said, 8, GREY)
        self.canvas.saveState()
        self.canvas.translate(self.width - MARGIN - 40, MARGIN - 12)
        self.canvas.doForm("pages")
        self.canvas.restoreState()
        self._text(self.width - MARGIN - 84, MARGIN - 8, f"第 {self.pages} 页", 8, GREY)
        self.canvas.showPage()
        self._pack()

    def _pack(self) -> None:
        """All pages wait in memory for the end of the file: each as small as it will stand there."""
        page = self.canvas._doc.Pages.pages[-1]
        packed = zlib.compress(page.stream.encode())
        page.Contents, page.stream = PDFStream(PDFDictionary({"Filter": PDFArray([PDFName("FlateDecode")])}), packed), None

    # --- cells -----------------------------------------------------------------------------------------------------

    def _height(self, cells: Sequence[Sequence[str]]) -> float:
        return max(len(lines) for lines in cells) * self.size * 1.3 + 2 * PADDING + 1

    def _draw(self, cells: Sequence[Sequence[str]], shaded: bool = False) -> None:
        height, x = self._height(cells), MARGIN
        if shaded:
            self.canvas.setFillGray(0.94)
            self.canvas.rect(MARGIN, self.y - height, sum(self.widths), height, stroke=0, fill=1)
        self.canvas.setStrokeGray(0.55)
        self.canvas.setLineWidth(0.4)
        self.canvas.grid([MARGIN, *_sums(MARGIN, self.widths)], [self.y, self.y - height])
        for column, lines, width in zip(self.sheet.columns, cells, self.widths, strict=True):
            top = self.y - PADDING - self.size
            for number, line in enumerate(lines):
                right = column.kind == "number" and not shaded
                gap = width - 2 * PADDING - pdfmetrics.stringWidth(line, FONT, self.size) if right else 0.0
                self._text(x + PADDING + gap, top - number * self.size * 1.3, line, self.size)
            x += width
        self.y -= height

    def _text(self, x: float, y: float, line: str, size: float, grey: float = INK) -> None:
        self.canvas.setFillGray(grey)
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, y, line)

    def _wrap(self, text: str, width: float) -> list[str]:
        """Between any two Chinese letters, and between words of others unless one is too long for the cell. What would fill a page is cut
        with a sign that says so."""
        lines, line, used, room = [], "", 0.0, width - 2 * PADDING
        for word in WORDS.findall(text):
            wide = pdfmetrics.stringWidth(word, FONT, self.size)
            for part in word if wide > room else (word,):
                wide = pdfmetrics.stringWidth(part, FONT, self.size)
                if line and used + wide > room:
                    lines.append(line)
                    line, used, part = "", 0.0, part.lstrip()
                line, used = line + part, used + wide
        lines.append(line)
        return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "…"]


def _sums(start: float, widths: Sequence[float]) -> list[float]:
    found = []
    for width in widths:
        start += width
        found.append(start)
    return found


def _said(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:.1f}" if isinstance(value, float) else str(value)
