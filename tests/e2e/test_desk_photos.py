"""What a phone photographed is seen at the desk that decides on it: at work, and what proves a result."""

from __future__ import annotations

from e2e.desk import WIDE, Desk, give_password
from e2e.handbooks import wait_until
from e2e.screens import PHOTO
from e2e.site import APPRENTICE
from e2e.test_results import claim, save

SEEN = "(image) => image.complete && image.naturalWidth > 0"


def add_photo(page) -> None:
    page.set_input_files("[name=album]", PHOTO)
    page.locator("[data-test=photo] img").wait_for()


def test_photos_of_work_and_of_a_certificate_are_seen_at_the_desk(site, make_phone):
    phone = make_phone(site)
    page = phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    phone.fill_in("更换滤网，拍下旧件")
    add_photo(page)
    phone.save()
    claim(phone, "示例省职业技能竞赛")
    add_photo(page)
    save(phone)
    phone.wait_for_status("在线·已同步")
    wait_until(lambda: site.rows("SELECT count(*) FROM photo_keepers") == [(1,)], 60)

    give_password(site, site.coordinator, "yanghuimin")
    desk = Desk(make_phone(site, **WIDE))
    page = desk.come_in("yanghuimin", "/desk/results")
    for path, image in (("/desk/results", "[data-test=certificate]"), ("/desk/queue?state=logged", ".queue-entry-photos img")):
        page.goto(site.wire.origin + path)
        page.locator("[data-test=row]").first.click()
        page.locator(image).wait_for()
        page.wait_for_function(f"(words) => ({SEEN})(document.querySelector(words))", arg=image)
    assert phone.broke == [] and desk.phone.broke == []
