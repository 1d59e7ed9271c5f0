"""The frame around every screen: status line, tabs, headline, today's screen; at any size of text."""

from __future__ import annotations

from e2e.site import APPRENTICE, CODE


def test_every_screen_has_its_line_its_headline_and_its_tab(site, make_phone):
    phone = make_phone(site)
    page = phone.activate(APPRENTICE[1], CODE)
    phone.wait_for_status("在线·已同步")
    assert page.title() == "今日 · 匠迹"
    for name, path, headline in (("book", "/book", "工业机器人系统操作员"), ("me", "/me", "我"), ("today", "/", "今日")):
        page.click(f"[data-test=tab-{name}]")
        page.wait_for_url(site.wire.origin + path)
        page.get_by_role("heading", level=1, name=headline).wait_for()
        assert page.locator("h1").count() == 1
        assert page.title() == f"{headline} · 匠迹"
        assert page.evaluate("document.activeElement.tagName") == "H1"
        assert page.locator("nav [aria-current=page]").get_attribute("data-test") == f"tab-{name}"
        assert phone.status().startswith("在线·已同步")
    assert phone.broke == []
