"""扫一扫 where the camera cannot, may not or need not see: each time a sentence and a way on. The light and the nearness of a camera that
has them; photos from the album; and what the screen looks like then."""

from __future__ import annotations

from PIL import Image

from e2e.faults import find_faults
from e2e.phone import Phone
from e2e.screen_photos import give
from e2e.site import APPRENTICE, MENTOR, Site

FAKE = "--use-fake-device-for-media-stream"
GRANTED = "--use-fake-ui-for-media-stream"
# a camera with a light and a lens, as phones have them; what it is told is written down
ABLE = """(() => {
  window.__told = []
  const can = MediaStreamTrack.prototype.getCapabilities
  MediaStreamTrack.prototype.getCapabilities = function () {
    return { ...can.call(this), torch: true, zoom: { min: 1, max: 8, step: 0.5 }, focusMode: ['continuous'] }
  }
  MediaStreamTrack.prototype.applyConstraints = async function (wish) { window.__told.push(JSON.stringify(wish.advanced[0])) }
})()"""


def scanning(site: Site, make_phone, login: str, *flags: str, script: str = "") -> Phone:
    phone: Phone = make_phone(site, flags)
    phone.settle_in(login)
    if script:
        phone.context.add_init_script(script)
    phone.page.goto(f"{site.wire.origin}/scan")
    phone.page.wait_for_selector("[data-test=camera]")
    return phone


def sight(phone: Phone, what: str) -> None:
    phone.page.locator(f"[data-test=camera][data-sight={what}]").wait_for()


def test_a_camera_that_is_denied_says_what_to_do_and_opens_once_it_is_allowed(site, make_phone, axe):
    phone = scanning(site, make_phone, MENTOR[1], FAKE)
    sight(phone, "trouble")
    said = phone.page.inner_text("[data-test=trouble]")
    assert "没有相机权限" in said and "什么都没有丢失" in said and "打开相机" in said
    again = phone.page.locator("[data-test=again]").bounding_box()
    assert again and again["y"] + again["height"] < 740 - 80, "the way on stands above the tabs, without scrolling"
    assert find_faults(phone, axe, "scan-denied") == []
    assert phone.page.locator("[data-test=photo]").is_visible(), "the album is the other way"
    phone.context.grant_permissions(["camera"], origin=site.wire.origin)
    phone.page.click("[data-test=again]")
    sight(phone, "looking")
    assert phone.page.locator("[data-test=trouble]").count() == 0 and phone.broke == []


def test_a_phone_without_a_camera_says_so(site, make_phone):
    phone = scanning(site, make_phone, MENTOR[1])
    sight(phone, "trouble")
    assert "没有找到相机" in phone.page.inner_text("[data-test=trouble]")


def test_the_light_goes_on_and_off_the_lens_comes_nearer_and_both_end_with_the_screen(site, make_phone, axe):
    phone = scanning(site, make_phone, MENTOR[1], FAKE, GRANTED, script=ABLE)
    sight(phone, "looking")
    page = phone.page
    torch = page.locator("[data-test=torch]")
    assert (torch.inner_text().strip(), torch.get_attribute("aria-pressed")) == ("开灯", "false")
    torch.click()
    page.locator("[data-test=torch][aria-pressed=true]").wait_for()
    assert torch.inner_text().strip() == "关灯"
    page.locator("[name=zoom]").fill("2.5")
    page.wait_for_function("() => window.__told.some((one) => one.includes('zoom'))")
    assert find_faults(phone, axe, "scan-light") == []
    torch.click()
    page.locator("[data-test=torch][aria-pressed=false]").wait_for()
    told = page.evaluate("() => window.__told")
    assert [one for one in told if "torch" in one] == ['{"torch":true}', '{"torch":false}'] and '{"zoom":2.5}' in told
    assert page.locator("[name=zoom]").get_attribute("max") == "5", "nearer than that shows nothing but blur"
    live = "() => document.querySelector('video').srcObject.getTracks()[0]"
    page.evaluate(f"() => {{ window.__track = ({live})() }}")
    page.click("[data-test=tab-sign]")
    page.wait_for_function("() => window.__track.readyState === 'ended'")


def test_a_camera_without_a_light_offers_none(site, make_phone):
    phone = scanning(site, make_phone, MENTOR[1], FAKE, GRANTED)
    sight(phone, "looking")
    assert phone.page.locator("[data-test=torch], [name=zoom]").count() == 0


def test_a_photo_without_a_code_and_a_file_that_is_none_are_told_apart(site, make_phone, tmp_path):
    phone = scanning(site, make_phone, APPRENTICE[1], FAKE, GRANTED)
    sight(phone, "looking")
    Image.new("RGB", (900, 700), "#c8d0d8").save(tmp_path / "wall.png")
    (tmp_path / "notes.png").write_bytes(b"no picture")
    said = phone.page.locator("[data-test=trouble]")
    give(phone.page, [tmp_path / "wall.png"])
    said.filter(has_text="照片里没有读到码").wait_for()
    give(phone.page, [tmp_path / "notes.png"])
    said.filter(has_text="照片里没有读到码").wait_for(state="hidden")
    assert said.inner_text().strip() and phone.broke == []


def test_a_short_code_without_a_network_leads_back_to_the_camera(site, make_phone):
    apprentice = make_phone(site)
    apprentice.settle_in(APPRENTICE[1])
    apprentice.log("换油")
    mentor = scanning(site, make_phone, MENTOR[1], FAKE, GRANTED)
    apprentice.go_dark()
    mentor.context.set_offline(True)
    apprentice.page.click("[data-test=show]")
    apprentice.page.locator("[data-test=qr]").wait_for()
    apprentice.page.click("[data-test=short-code] summary")
    apprentice.page.click("[data-test=make]")
    apprentice.page.locator("[data-test=short-code] [data-test=refused]", has_text="没有网络就请师傅直接扫上面的码").wait_for()
    mentor.page.fill("[name=typed]", "ABC234")
    mentor.page.click("[data-test=scan] [type=submit]")
    mentor.page.locator("[data-test=refused]", has_text="没有网络请直接扫学徒出示的码").wait_for()
