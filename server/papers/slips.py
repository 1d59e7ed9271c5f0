"""Activation slips on A4, eight to a page, to be cut apart and handed over."""

import io
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import qrcode
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT, MONO = "STSong-Light", "Courier-Bold"
ACROSS, DOWN = 2, 4
EDGE, CODE = 10 * mm, 34 * mm
INK, QUIET, LINE = (0.12, 0.16, 0.22), (0.40, 0.44, 0.50), (0.75, 0.76, 0.78)


class Slip(NamedTuple):
    """Who gets in, and with what."""

    name: str
    login: str
    code: str
    address: str


class Sheet(NamedTuple):
    """What stands on every slip: whose it is, of which class, until when."""

    college: str
    group: str
    until: str
    origin: str


def draw_slips(sheet: Sheet, slips: Sequence[Slip]) -> bytes:
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    canvas.setTitle(f"激活单 {sheet.group}")
    width, height = (A4[0] - 2 * EDGE) / ACROSS, (A4[1] - 2 * EDGE) / DOWN
    for number, slip in enumerate(slips):
        place = number % (ACROSS * DOWN)
        if number and place == 0:
            canvas.showPage()
        left = EDGE + place % ACROSS * width
        bottom = A4[1] - EDGE - (place // ACROSS + 1) * height
        _draw(canvas, sheet, slip, (left, bottom, width, height))
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, sheet: Sheet, slip: Slip, box: tuple[float, float, float, float]) -> None:
    left, bottom, width, height = box
    canvas.setStrokeColorRGB(*LINE)
    canvas.setDash(2, 3)
    canvas.rect(left, bottom, width, height)
    canvas.setDash()
    x, top = left + 5 * mm, bottom + height - 8 * mm
    _text(canvas, x, top, f"匠迹 · {_fit(sheet.college, 9, width - 10 * mm)}", 9, QUIET)
    _text(canvas, x, top - 9 * mm, _fit(slip.name, 16, width - CODE - 12 * mm), 16, INK)
    _text(canvas, x, top - 15 * mm, _fit(sheet.group, 9, width - CODE - 12 * mm), 9, QUIET)
    _text(canvas, x, top - 24 * mm, "登录名", 8, QUIET)
    _text(canvas, x + 12 * mm, top - 24 * mm, slip.login, 11 if len(slip.login) <= 16 else 7, INK, MONO)
    _text(canvas, x, top - 31 * mm, "激活码", 8, QUIET)
    _text(canvas, x + 12 * mm, top - 31 * mm, f"{slip.code[:5]}-{slip.code[5:]}", 12, INK, MONO)
    for row, words in enumerate((
        "1 用手机浏览器扫码（微信请选“在浏览器打开”）", "2 看到自己的名字，设一个密码", f"3 {sheet.until} 前有效，只能用一次",
    )):  # fmt: skip
        _text(canvas, x, top - (39 + 5 * row) * mm, words, 8, INK)
    _text(canvas, x, bottom + 4 * mm, f"扫不了：打开 {sheet.origin}/activate", 7, QUIET)
    _code(canvas, slip.address, left + width - CODE - 4 * mm, top - 33 * mm)


def _code(canvas: Canvas, words: str, left: float, bottom: float) -> None:
    """Dark squares beside each other are one bar: a printer leaves no hair between them."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=2)
    code.add_data(words)
    rows = code.get_matrix()
    size = CODE / len(rows)
    bars = canvas.beginPath()
    for number, row in enumerate(rows):
        at = 0
        for is_dark, squares in groupby(row):
            many = len(list(squares))
            if is_dark:
                bars.rect(left + at * size, bottom + CODE - (number + 1) * size, many * size, size)
            at += many
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(bars, stroke=0, fill=1)


def _text(canvas: Canvas, x: float, y: float, words: str, size: float, ink: tuple[float, float, float], font: str = FONT) -> None:
    canvas.setFont(font, size)
    canvas.setFillColorRGB(*ink)
    canvas.drawString(x, y, words)


def _fit(words: str, size: float, room: float) -> str:
    """Cut with an ellipsis where it would run over the edge."""
    if pdfmetrics.stringWidth(words, FONT, size) <= room:
        return words
    while words and pdfmetrics.stringWidth(words + "…", FONT, size) > room:
        words = words[:-1]
    return words + "…"
