"""The first day: a slip of paper becomes a phone that is known, and what it signs is what the server verifies."""

from __future__ import annotations

from e2e.site import APPRENTICE, CODE


def test_a_slip_opens_the_handbook_once_and_its_code_stays_off_the_wire(both, make_phone):
    phone = make_phone(both)
    page = phone.activate(APPRENTICE[1], CODE, pin="135790")

    phone.wait_for_status("在线·已同步")
    page.get_by_text("工业机器人系统操作员").wait_for()
    assert "#" not in page.url and CODE not in page.url
    assert page.evaluate("history.length") <= 3
    [device] = both.rows("SELECT person_id, status FROM devices WHERE status <> 'server'")
    assert tuple(device) == (both.people["apprentice"], "active")

    assert not [head for head in both.wire.heads if CODE in head or "#" in head.split("\r\n")[0]]
    assert CODE not in both.log.read_text()

    page.goto(f"{both.wire.origin}/activate#{APPRENTICE[1]}.{CODE}")
    page.click("[data-test=slip] button[type=submit]")
    page.get_by_text("这个激活码已经用过").wait_for()
    assert phone.lies(both.arrived()) == [] and phone.broke == []


def test_the_session_cookie_is_kept_over_plain_http_on_this_machine_and_no_script_sees_it(site, make_phone):
    phone = make_phone(site)
    page = phone.activate(APPRENTICE[1], CODE)
    [cookie] = phone.context.cookies()
    named = {name: cookie[name] for name in ("name", "secure", "httpOnly", "sameSite", "path", "domain")}
    assert named == {
        "name": f"__Host-sid-{site.people['apprentice']}", "secure": True, "httpOnly": True, "sameSite": "Lax", "path": "/", "domain": "127.0.0.1",
    }  # fmt: skip
    assert page.evaluate("document.cookie") == ""


def test_the_server_verifies_what_a_browser_signs_in_any_script_up_to_500_characters(site, make_phone):
    phone = make_phone(site)
    phone.activate(APPRENTICE[1], CODE)
    phone.wait_for_status("在线·已同步")
    hard = "龘𠮷🔧👩🏽‍🏭 e\u0301 «ß» \"\\ </script>"
    texts = [hard, "学" * 500, "🔧" * 250]
    for number, text in enumerate(texts):
        # one after the other: what is painted while the next is being signed and saved is no lie
        phone.log(text, start=6 + 3 * number)
        phone.wait_for_status("在线·已同步")

    assert site.texts() == sorted([hard.replace("e\u0301", "é"), *texts[1:]])
    assert phone.lies(site.arrived()) == []


def test_the_form_takes_no_501st_character(site, make_phone):
    phone = make_phone(site)
    phone.activate(APPRENTICE[1], CODE)
    phone.fill_in("学" * 499)
    phone.page.locator("[name=text]").press_sequentially("徒制")
    assert phone.page.input_value("[name=text]") == "学" * 499 + "徒"
