"""One phone for two: the apprentice writes, hands it over, his master signs under his own name and PIN, and hands it back."""

from __future__ import annotations

from e2e.site import APPRENTICE, MENTOR, Site
from e2e.test_accounts import PINS, switch, two_on_one

TEXT = "更换伺服电机编码器电池"


def test_hours_written_and_signed_on_one_phone_go_from_hand_to_hand(site: Site, make_phone) -> None:
    phone = two_on_one(site, make_phone)
    page = phone.page
    switch(phone, APPRENTICE[1], PINS[APPRENTICE[1]])
    page.click("[data-test=tab-today]")
    phone.log(TEXT)
    phone.wait_for_status("在线·已同步")
    assert phone.row(TEXT).locator(".seal-mark").count() == 0

    # handed over: a wrong PIN is no way in, the right one leads to what waits for him
    switch(phone, MENTOR[1], PINS[MENTOR[1]])
    page.click("[data-test=tab-sign]")
    page.locator("[data-test=waiting]", has_text=TEXT).click()
    page.click("[data-test=sign]")
    page.wait_for_selector("[data-test=pin-sheet], [data-test=none]")
    if page.locator("[data-test=pin-sheet]").count():
        page.fill("[data-test=pin-sheet] [name=pin]", PINS[MENTOR[1]])
        page.click("[data-test=pin-sheet] [type=submit]")
    page.wait_for_selector("[data-test=none]")
    phone.wait_for_status("在线·已同步")

    # and back: his seal stands there, and in between nobody signed under another's name
    switch(phone, APPRENTICE[1], PINS[APPRENTICE[1]])
    page.click("[data-test=tab-today]")
    phone.row(TEXT).locator(".seal-mark").wait_for(timeout=30_000)
    [logged], [signed] = site.arrived(), site.arrived("entry.signed")
    assert (logged.payload["by"], signed.payload["by"]) == (site.people["apprentice"], site.people["mentor"])
    [(one,), (other,)] = site.rows("SELECT DISTINCT device_id FROM ops WHERE id IN (:a, :b)", a=logged.id, b=signed.id)
    assert one != other, "each has a key of his own, on one phone"
    assert logged.payload["body"]["shared"] is True, "and the hours say that the phone is shared"
    assert phone.broke == []
