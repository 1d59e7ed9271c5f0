"""The picture in the README: today and the handbook of a made-up apprentice, side by side.

pytest tests/e2e/portrait.py     writes pwa/handbook.png anew"""

from __future__ import annotations

import datetime
import io

from PIL import Image, ImageDraw

from e2e.handbooks import Writer, hours_of
from e2e.site import APPRENTICE, DAY_MS, Site, day, new_id, now
from provide import ROOT

TARGET = ROOT / "pwa" / "handbook.png"
MOST_BYTES = 150_000
SIZE, SHARP, EDGE, ROUND = (390, 844), 1.5, 24, 28
DAYS = 95
WORK = (
    "用示教器校准六轴机器人零点，记录各轴偏差。", "更换 J4 轴编码器电池，清零后跑合，无报警。", "按图纸装配末端夹具，复检同轴度。",
    "点检控制柜滤网与风扇，清洁并登记。", "编写码垛程序，单步验证后低速试运行。", "拆检减速机，更换润滑脂并称量记录。",
)  # fmt: skip


def furnish(site: Site) -> None:
    """A term of working days, signed but for today's last hours, recognised until two weeks ago."""
    apprentice, mentor = Writer(site, "apprentice"), Writer(site, "mentor")
    rows = []
    for back in range(DAYS, -1, -1):
        on = day(now() - back * DAY_MS)
        if back == 0 or datetime.date.fromisoformat(on).weekday() < 5:
            for start, end in ((480, 690), (810, 990)):
                rows.append((back, hours_of(WORK[len(rows) % len(WORK)], on, start, end, place="workshop-1"), new_id()))
    ids = apprentice.write([("entry.logged", doc, None, body) for _, body, doc in rows])
    written = [(back, body["end"] - body["start"], doc, op) for (back, body, doc), op in zip(rows, ids, strict=True)]
    mentor.write([("entry.signed", doc, op, {"minutes": minutes, "how": "list", "scores": [], "note": None})
                  for _, minutes, doc, op in written[:-1]])  # fmt: skip
    for back, minutes, doc, op in written:
        if back > 4:
            site.act("entry.credited", {"minutes": minutes, "note": None}, doc, op)


def framed(shots: list[bytes]) -> Image.Image:
    """On a ground a little darker than paper, with round corners."""
    pictures = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    width, height = pictures[0].size
    whole = Image.new("RGB", (EDGE + len(pictures) * (width + EDGE), height + 2 * EDGE), "#e4dfd5")
    corners = Image.new("L", (width, height), 0)
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, width - 1, height - 1), ROUND, fill=255)
    for at, picture in enumerate(pictures):
        whole.paste(picture, (EDGE + at * (width + EDGE), EDGE), corners)
    return whole


def test_the_readme_shows_today_and_the_handbook(site, make_phone):
    furnish(site)
    phone = make_phone(site, viewport={"width": SIZE[0], "height": SIZE[1]}, device_scale_factor=SHARP, reduced_motion="reduce")
    page = phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    shots = []
    for path in ("/", "/book"):
        page.goto(site.wire.origin + path)
        page.locator("[data-test=entry]").first.wait_for()
        phone.wait_for_status("在线·已同步")
        page.wait_for_timeout(500)
        shots.append(page.screenshot())
    made = io.BytesIO()
    framed(shots).quantize(128, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    assert len(made.getvalue()) < MOST_BYTES
    TARGET.write_bytes(made.getvalue())
