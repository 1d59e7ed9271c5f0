"""Photos: taken, made small, kept through a kill, brought after the ops; a full phone refuses photos and keeps hours."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
from pathlib import Path

import pytest
from PIL import Image

from e2e.handbooks import wait_until
from e2e.site import APPRENTICE, CODE
from sync.op import to_base64url

FULL = """() => { navigator.storage.estimate = async () => ({ usage: 81, quota: 100 }) }"""
NO_ROOM = """() => {
  const put = IDBObjectStore.prototype.put
  IDBObjectStore.prototype.put = function (...given) {
    if (this.name === 'pictures') throw new DOMException('no room', 'QuotaExceededError')
    return put.apply(this, given)
  }
}"""
TASKS = """() => {
  window.longest = 0
  new PerformanceObserver((list) => { for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration) })
    .observe({ type: 'longtask' })
}"""
BLOBS = "**/api/blobs/*"
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
# what the line says once the server has answered
ANSWERED = "[data-test=status]:has-text('在线'), [data-test=status]:has-text('请重新登录')"
UNIQUE = random.Random(7)


def photo(folder: Path, name: str = "a.jpg", size: tuple[int, int] = (1200, 900), turned: int = 1) -> Path:
    """A picture with detail, a place in its EXIF, and a red corner at what the camera calls its upper left."""
    small = Image.frombytes("RGB", (size[0] // 8, size[1] // 8), UNIQUE.randbytes(size[0] // 8 * (size[1] // 8) * 3))
    image = small.resize(size, Image.Resampling.BILINEAR)
    image.paste((255, 0, 0), (0, 0, size[0] // 4, size[1] // 4))
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "canary description", turned
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 0.0)
    image.save(folder / name, "JPEG", quality=92, exif=exif)
    return folder / name


@pytest.fixture
def phone(site, make_phone):
    made = make_phone(site)
    made.settle_in(APPRENTICE[1])
    made.wait_for_status("在线·已同步")
    return made


def add(phone, *paths: Path, way: str = "camera", many: int = 0) -> None:
    page = phone.page
    before = page.locator("[data-test=photo]").count()
    page.set_input_files(f"[name={way}]", [str(path) for path in paths])
    page.wait_for_function("(n) => document.querySelectorAll('[data-test=photo] img').length === n", arg=before + (many or len(paths)))


def stored(site) -> list[bytes]:
    """What was sent, as the server keeps it; what it makes of a photo is only written when that is there whole."""
    return [path.read_bytes() for path in sorted(site.config.blobs.glob("*.orig")) if path.with_suffix("").exists()]


def wait_until_stored(phone, site, many: int, seconds: int = 60) -> list[bytes]:
    for _ in range(seconds * 10):
        if len(stored(site)) >= many:
            return stored(site)
        phone.page.wait_for_timeout(100)
    raise AssertionError(f"{len(stored(site))} of {many} photos arrived")


def test_photos_of_a_dark_day_outlive_a_kill_and_arrive_small_upright_and_bare(phone, site, tmp_path):
    remember(phone)
    phone.go_dark()
    phone.fill_in("更换前制动片，前后对比")
    add(phone, photo(tmp_path, "wide.jpg", (4000, 3000), turned=6))
    add(phone, photo(tmp_path, "b.jpg"), photo(tmp_path, "c.jpg"), way="album")
    phone.page.click("[data-test=save]")
    phone.row("更换前制动片，前后对比").wait_for()
    phone.kill()
    phone.open()
    phone.row("更换前制动片，前后对比").wait_for()
    phone.go_bright()
    phone.page.wait_for_selector(ANSWERED)
    if phone.status().startswith("请重新登录"):
        phone.page.goto(f"{site.wire.origin}/login")
        phone.log_in(APPRENTICE[1])
    arrived = wait_until_stored(phone, site, 3)
    [op] = site.arrived()
    assert len(op.payload["body"]["photos"]) == 3
    images = [Image.open(io.BytesIO(raw)) for raw in arrived]
    assert all(len(raw) <= 300_000 and b"canary" not in raw for raw in arrived)
    assert all(max(image.size) <= 1600 and not image.getexif() for image in images)
    # so much noise does not fit into the bytes at full size, and is drawn smaller
    [tall] = [image for image in images if image.height > image.width]
    assert tall.height in (1600, 1200) and tall.width * 4 == tall.height * 3
    red, green, _ = tall.convert("RGB").getpixel((tall.width - 50, 50))
    assert red > 180 and green < 90, "turned upright"


def named(raw: bytes) -> str:
    return to_base64url(hashlib.sha256(raw).digest())


def remember(phone) -> None:
    """A browser writes cookies down within half a minute, or when it is closed in peace."""
    phone.close()
    phone.open()
    phone.wait_for_status("在线·已同步")


def test_a_phone_killed_in_the_middle_of_an_upload_brings_the_photo_whole(phone, site, tmp_path):
    remember(phone)
    site.wire.stall = b"PUT /api/blobs/"
    phone.fill_in("上传到一半没电了")
    add(phone, photo(tmp_path, "wide.jpg", (4000, 3000)))
    phone.page.click("[data-test=save]")
    phone.row("上传到一半没电了").wait_for()
    phone.wait_for_status("在线·1 张照片待上传")
    wait_until(lambda: site.wire.stalled)
    assert site.wire.stalled == 1 and len(site.arrived()) == 1, "the hours are through, the photo is on its way"
    phone.kill()
    site.wire.stall = b""
    assert stored(site) == []
    phone.open()
    [raw] = wait_until_stored(phone, site, 1)
    [op] = site.arrived()
    assert op.payload["body"]["photos"] == [named(raw)]
    phone.wait_for_status("在线·已同步")


def test_an_account_with_photos_to_upload_leaves_only_with_a_file_of_them(phone, site, tmp_path):
    site.wire.stall = b"HEAD /api/blobs/"
    phone.fill_in("照片还没上传")
    add(phone, photo(tmp_path))
    page = phone.page
    page.click("[data-test=save]")
    phone.row("照片还没上传").wait_for()
    phone.wait_for_status("在线·1 张照片待上传")
    page.click("[data-test=tab-me]")
    page.locator("[data-test=me-photos]", has_text="1 张照片").wait_for()
    page.click("[data-test=leave]")
    page.click("[data-test=leave-yes]")
    page.locator("[data-test=told]", has_text="没上传的照片").wait_for()
    page.click("[data-test=status]")
    page.locator("[data-test=sync-photos] [data-test=photo] img").wait_for()
    with page.expect_download() as given:
        page.click("[data-test=sync-photos] [data-test=export]")
    [told] = json.loads(Path(given.value.path()).read_text())["photos"]
    raw = base64.b64decode(told["data"].removeprefix("data:image/jpeg;base64,"))
    [op] = site.arrived()
    assert op.payload["body"]["photos"] == [told["hash"]] == [named(raw)]
    assert Image.open(io.BytesIO(raw)).size == (1200, 900)
    page.click("[data-test=tab-me]")
    page.click("[data-test=leave]")
    page.click("[data-test=leave-yes]")
    page.wait_for_selector("[data-test=login]")


def turn_away(route) -> None:
    if route.request.method == "PUT":
        route.fulfill(status=413, json={"word": "too_large"})
    else:
        route.continue_()


def test_a_photo_the_server_refuses_stands_under_needs_you_and_goes_when_sent_again(phone, site, tmp_path):
    page = phone.page
    page.route(BLOBS, turn_away)
    phone.fill_in("照片太大")
    add(phone, photo(tmp_path))
    page.click("[data-test=save]")
    phone.row("照片太大").wait_for()
    page.click("[data-test=needs]")
    need = page.locator("[data-test=photo-need]")
    need.get_by_text("这张照片太大").wait_for()
    need.locator("img").wait_for()
    with page.expect_download() as given:
        page.click("[data-test=photo-save]")
    [op] = site.arrived()
    assert op.payload["body"]["photos"] == [named(Path(given.value.path()).read_bytes())]
    page.click("[data-test=photo-forget]")
    page.get_by_text("确定删除吗").wait_for()
    need.get_by_text("取消").click()
    page.unroute(BLOBS)
    page.click("[data-test=photo-again]")
    wait_until_stored(phone, site, 1)
    page.wait_for_selector("[data-test=none]")


def test_inside_wechat_a_form_says_where_photos_can_be_taken(site, make_phone):
    phone = make_phone(site, user_agent=WECHAT)
    page = phone.activate(APPRENTICE[1], CODE)
    phone.wait_for_status("在线·已同步")
    phone.fill_in("微信里")
    page.locator("[data-test=photo-once]", has_text="浏览器").wait_for()
    assert page.locator("[data-test=photo-take]").count() == 0


@pytest.mark.quiet
def test_a_picture_of_12_megapixels_does_not_freeze_the_form(phone, tmp_path):
    phone.fill_in("大图")
    phone.page.evaluate(TASKS)
    add(phone, photo(tmp_path, "large.jpg", (4000, 3000)))
    longest = phone.page.evaluate("window.longest")
    print(f"the longest task while 12 megapixels were shrunk: {longest:.0f} ms")
    assert longest < 1000


def test_a_file_that_is_no_picture_is_refused_in_words(phone, tmp_path):
    phone.fill_in("坏图")
    (tmp_path / "x.heic").write_bytes(b"ftypheic" * 100)
    phone.page.set_input_files("[name=album]", str(tmp_path / "x.heic"))
    phone.page.get_by_text("这个浏览器打不开这张图片").wait_for()


@pytest.mark.parametrize(("plant", "said"), [(FULL, "已用到八成"), (NO_ROOM, "这张照片没有存下")])
def test_a_phone_without_room_refuses_the_photo_and_keeps_the_hours(phone, site, tmp_path, plant, said):
    phone.fill_in("空间不足也要记")
    phone.page.evaluate(plant)
    phone.page.set_input_files("[name=camera]", str(photo(tmp_path)))
    phone.page.get_by_text(said).wait_for()
    phone.page.click("[data-test=save]")
    phone.row("空间不足也要记").wait_for()
    phone.wait_for_status("在线·已同步")
    [op] = site.arrived()
    assert op.payload["body"]["photos"] == [] and stored(site) == []


def test_a_photo_is_shown_whole_and_taken_out_again(phone, tmp_path):
    phone.fill_in("看一眼")
    add(phone, photo(tmp_path, "a.jpg"), photo(tmp_path, "b.jpg"), way="album")
    page = phone.page
    page.locator("[data-test=photo]").first.click()
    page.wait_for_selector("[data-test=photo-sheet] img")
    page.click("[data-test=photo-close]")
    page.locator("[data-test=photo-remove]").first.click()
    page.wait_for_function("() => document.querySelectorAll('[data-test=photo]').length === 1")
