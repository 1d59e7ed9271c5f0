"""Printed slips: a camera reads from the paper the address that opens the door, on every page."""

from __future__ import annotations

import base64
import re
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

import provide
from e2e.screen_photos import read_codes
from server.papers.slips import Sheet, Slip, draw_slips

SHEET = Sheet("示例职业技术学院", "2024级工业机器人1班", "2026-12-01 10:00", "https://jiangji.example")
# points of a page, and how fine they are looked at
WIDE, HIGH, FINE = 596, 842, 4


def codes_on(packed: bytes) -> list[Image.Image]:
    """One page as dark squares on white, cut into its eight slips."""
    drawn = zlib.decompress(base64.a85decode(b"<~" + packed.strip(), adobe=True))
    page = Image.new("L", (WIDE * FINE, HIGH * FINE), 255)
    pen = ImageDraw.Draw(page)
    for bar in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re\b", drawn):
        x, y, width, height = map(float, bar)
        if width < 100:  # the others are the frames of the slips
            pen.rectangle([x * FINE, (HIGH - y - height) * FINE, (x + width) * FINE - 1, (HIGH - y) * FINE - 1], fill=0)
    across, down = page.width // 2, page.height // 4
    return [page.crop((x * across, y * down, (x + 1) * across, (y + 1) * down)) for y in range(4) for x in range(2)]


@pytest.mark.parametrize("login", ["chen", "2024010208", "a.rather-long_log.in-of-somebody"])
def test_the_code_of_every_slip_is_read_from_the_paper(tmp_path: Path, login: str) -> None:
    slips = [Slip("张三", login, f"ABCDE1234{n}", f"https://jiangji.example/activate#{login}.ABCDE1234{n}") for n in range(9)]
    pdf = draw_slips(SHEET, slips)
    pages = re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    assert len(pages) == 2
    pictures = []
    for number, picture in enumerate(codes_on(pages[0]) + codes_on(pages[1])[:1]):
        pictures.append(tmp_path / f"{number}.png")
        picture.save(pictures[-1])
    node = (str(provide.find_node()), provide.ROOT / "pwa")
    assert read_codes(node, pictures) == [slip.address for slip in slips]
