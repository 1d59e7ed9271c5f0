"""Several people on one phone, and everybody's own things: switching, draining, leaving, copies, notices, alerts, WeChat."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import time

import sqlalchemy as sa

from e2e.phone import PASSWORD
from e2e.site import APPRENTICE, CODE, MENTOR, now
from server.store.db import db

PINS = {APPRENTICE[1]: "135790", MENTOR[1]: "246801"}


def add(phone, login, pin=""):
    """Somebody else activates on the phone that has an account already."""
    page = phone.page
    page.goto(f"{phone.site.wire.origin}/activate#{login}.{CODE}")
    page.click("[data-test=slip] button[type=submit]")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.fill("[name=pin]", pin)
    page.click("[data-test=password] button[type=submit]")
    page.wait_for_selector("[data-test=status]")


def to_accounts(phone):
    """By the tab and the line a person taps; a page load would not show what stays in memory."""
    phone.page.click("[data-test=tab-me]")
    phone.page.click("[data-test=to-accounts]")


def switch(phone, login, pin):
    to_accounts(phone)
    phone.page.locator("[data-test=account]", has_text=login).click()
    phone.page.fill("[data-test=pin-sheet] [name=pin]", pin)
    phone.page.click("[data-test=pin-sheet] button[type=submit]")
    phone.page.wait_for_selector("[data-test=pin-sheet]", state="detached")
    phone.page.wait_for_selector("[data-test=status]")


def two_on_one(site, make_phone):
    phone = make_phone(site)
    phone.activate(APPRENTICE[1], CODE, pin=PINS[APPRENTICE[1]])
    phone.wait_for_status("在线·已同步")
    add(phone, MENTOR[1], PINS[MENTOR[1]])
    phone.wait_for_status("在线·已同步")
    return phone


def wait_for(what, seconds=60):
    give_up = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def end_session_of(site, role):
    with site.app.app_context(), db.engine.begin() as conn:
        conn.execute(
            sa.text("UPDATE sessions SET ended_at = :now WHERE person_id = :person AND ended_at IS NULL"),
            {"now": now(), "person": site.people[role]},
        )


def test_two_people_switch_offline_see_nothing_of_each_other_and_both_outboxes_drain(site, make_phone):
    phone = two_on_one(site, make_phone)
    page = phone.page
    phone.go_dark()
    switch(phone, APPRENTICE[1], PINS[APPRENTICE[1]])
    page.click("[data-test=tab-today]")
    phone.log("更换前制动片")
    switch(phone, MENTOR[1], PINS[MENTOR[1]])
    assert "更换前制动片" not in page.content() and APPRENTICE[1] not in page.title()
    for _ in range(4):
        page.go_back()
        page.wait_for_timeout(200)
        assert "更换前制动片" not in page.content()
    to_accounts(phone)
    row = page.locator("[data-test=account]", has_text=APPRENTICE[1])
    row.locator("[data-test=account-waits]", has_text="还有 1 条待同步").wait_for()
    assert "更换前制动片" not in page.content()
    row.click()
    page.fill("[data-test=pin-sheet] [name=pin]", PINS[MENTOR[1]])
    page.click("[data-test=pin-sheet] button[type=submit]")
    page.locator("[data-test=pin-sheet] [role=alert]", has_text="PIN 码不对").wait_for()

    phone.go_bright()
    wait_for(lambda: [op.verdict for op in site.arrived()] == ["accepted"])
    wait_for(lambda: phone.outbox(site.people["apprentice"]) == [])


def test_an_account_whose_session_ended_is_carried_by_the_one_in_hand(site, make_phone):
    phone = two_on_one(site, make_phone)
    page = phone.page
    phone.go_dark()
    switch(phone, APPRENTICE[1], PINS[APPRENTICE[1]])
    page.click("[data-test=tab-today]")
    phone.log("调整机器人零点")
    switch(phone, MENTOR[1], PINS[MENTOR[1]])
    phone.site.start()
    end_session_of(site, "apprentice")
    phone.site.stop()
    phone.go_bright()
    wait_for(lambda: [op.verdict for op in site.arrived()] == ["accepted"])
    # its documents have not come: it stays, and the handbook goes on showing it
    wait_for(lambda: [op["state"] for op in phone.outbox(site.people["apprentice"])] == ["accepted"])
    switch(phone, APPRENTICE[1], PINS[APPRENTICE[1]])
    phone.wait_for_status("请重新登录")
    phone.row("调整机器人零点").wait_for()
    page.goto(f"{site.wire.origin}/login")
    phone.log_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    wait_for(lambda: phone.outbox(site.people["apprentice"]) == [])


def test_logging_out_and_leaving_lose_no_work(site, make_phone):
    phone = make_phone(site)
    page = phone.activate(APPRENTICE[1], CODE, pin=PINS[APPRENTICE[1]])
    phone.wait_for_status("在线·已同步")
    phone.go_dark()
    phone.log("检修液压站")
    page.click("[data-test=tab-me]")
    page.click("[data-test=leave]")
    page.click("[data-test=leave-yes]")
    page.locator("[data-test=told]", has_text="还有没同步的记录").wait_for()
    page.click("[data-test=logout]")
    page.wait_for_selector("[data-test=login]")
    assert "检修液压站" not in page.content() and page.title() == "匠迹"
    page.click("[data-test=to-accounts]")
    page.locator("[data-test=account]", has_text="还有 1 条待同步").click()
    page.fill("[data-test=pin-sheet] [name=pin]", PINS[APPRENTICE[1]])
    page.click("[data-test=pin-sheet] button[type=submit]")
    phone.row("检修液压站").wait_for()
    phone.go_bright()
    wait_for(lambda: len(site.arrived()) == 1)


TRY = """async ([login, password]) => (await fetch('/api/login', {
  method: 'POST', headers: { 'X-App': '1', 'Content-Type': 'application/json' }, body: JSON.stringify({ login, password, kind: 'phone' }),
})).status"""


def test_a_new_password_is_taken_in_place_of_the_old_one_and_what_is_wrong_stands_beside_its_field(site, make_phone):
    phone = make_phone(site)
    phone.activate(APPRENTICE[1], CODE)
    phone.wait_for_status("在线·已同步")
    page = phone.page
    page.click("[data-test=tab-me]")
    page.click("[data-test=to-password]")
    said = page.locator("[data-test=change-password] [data-test=said]")

    def ask(old, new, again):
        page.fill("[name=old-password]", old)
        page.fill("[name=new-password]", new)
        page.fill("[name=new-again]", again)
        page.click("[data-test=change-password] button[type=submit]")

    fresh = "seven-quiet-rivers"
    refused = {
        "两次输入的密码不一样": (PASSWORD, fresh, "other"),
        "太容易猜到": (PASSWORD, "12345678", "12345678"),
        "原密码不对": ("no-such-word-9", fresh, fresh),
    }
    for words, wrong in refused.items():
        ask(*wrong)
        said.get_by_text(words).wait_for()
    ask(PASSWORD, fresh, fresh)
    page.wait_for_selector("[data-test=password-done]")
    assert [page.evaluate(TRY, [APPRENTICE[1], word]) for word in (PASSWORD, fresh)] == [401, 200]


def test_logged_out_without_a_network_the_way_in_by_pin_comes_first(site, make_phone):
    phone = make_phone(site)
    phone.activate(APPRENTICE[1], CODE, pin=PINS[APPRENTICE[1]])
    phone.wait_for_status("在线·已同步")
    page = phone.page
    page.click("[data-test=tab-me]")
    page.click("[data-test=logout]")
    page.locator("[data-test=to-accounts]", has_text="没有网络？选账号，输 PIN 码（1 个账号）").wait_for()
    page.context.set_offline(True)
    page.click("[data-test=by-pin]")
    page.locator("[data-test=account]", has_text=APPRENTICE[1]).wait_for()


def test_a_copy_of_my_own_data_holds_every_byte_and_lets_no_script_in(site, make_phone):
    phone = make_phone(site)
    page = phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    hard = "<img src=x onerror=alert(1)> & \"引号\""
    phone.log(hard)
    phone.wait_for_status("在线·已同步")
    phone.go_dark()
    phone.log("还没上传的一条", start=14)
    page.click("[data-test=tab-me]")
    page.click("[data-test=to-export]")
    with page.expect_download() as taken:
        page.click("[data-test=export-json]")
    copy = json.loads(taken.value.path().read_text())
    assert copy["format"] == "jiangji-copy" and copy["person"]["login"] == APPRENTICE[1]
    server = {row[0]: row[1] for row in site.rows("SELECT id, jws FROM ops")}
    kept = {op["id"]: op["jws"] for op in copy["ops"]}
    assert len(kept) == 2 and [server[op] for op in kept if op in server] == [kept[op] for op in kept if op in server]
    [book] = [book for book in copy["books"] if book["id"] == site.book]
    assert [doc["content"]["text"] for doc in book["documents"] if doc["kind"] == "entry"] == [hard]

    with page.expect_download() as taken:
        page.click("[data-test=export-page]")
    text = taken.value.path().read_text()
    assert "<img" not in text and "<script" not in text and "&lt;img src=x onerror=alert(1)&gt;" in text
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    wanted = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{wanted}'; base-uri 'none'; form-action 'none'" in html.unescape(text)
    assert "还没上传的一条" in text and "本机" in text and "各模块学时合计" in text
    shown = phone.context.new_page()
    shown.set_content(text)
    assert shown.locator("article").count() == 2
    assert shown.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"


WECHAT = {"user_agent": "Mozilla/5.0 (Linux; Android 14; V2203A) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.50"}


def test_inside_wechat_saved_means_the_server_has_it_and_going_leaves_nothing(site, make_phone):
    phone = make_phone(site, **WECHAT)
    page = phone.activate(APPRENTICE[1], CODE)
    page.locator("[data-test=once]", has_text="在浏览器打开").wait_for()
    phone.wait_for_status("在线·已同步")
    [label] = site.rows("SELECT label FROM devices WHERE status = 'active'")
    assert label[0] == "微信"
    phone.log("微信里记的一条")
    assert "已保存，服务器已收下" in page.inner_text("[data-test=saved]")
    assert [op.verdict for op in site.arrived()] == ["accepted"]

    site.wire.cut()
    phone.fill_in("没有网络的一条", start=14)
    page.click("[data-test=save]")
    page.locator("[data-test=refused]", has_text="服务器还没有收下").wait_for(timeout=40_000)
    assert page.input_value("[name=text]") == "没有网络的一条"
    assert all(op["state"] == "accepted" for op in phone.outbox(site.people["apprentice"]))
    site.wire.mend()
    page.click("[data-test=save]")
    phone.row("没有网络的一条").wait_for(timeout=40_000)
    assert sorted(site.texts()) == sorted(["微信里记的一条", "没有网络的一条"])

    page.click("[data-test=tab-me]")
    page.click("[data-test=logout]")
    page.wait_for_selector("[data-test=login]")
    wait_for(lambda: [row[0] for row in site.rows("SELECT status FROM devices WHERE label = '微信'")] == ["retired"])
    wait_for(lambda: f"jiangji-{site.people['apprentice']}" not in page.evaluate("indexedDB.databases().then(all => all.map(one => one.name))"))


def test_a_shared_phone_keeps_the_form_until_the_pin_was_given(site, make_phone):
    phone = make_phone(site)
    page = phone.activate(APPRENTICE[1], CODE, "2468", shared=True)
    phone.wait_for_status("在线·已同步")
    phone.fill_in("共用手机上记的")
    page.click("[data-test=save]")
    page.wait_for_selector("[data-test=pin-sheet]")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-test=pin-sheet]", state="detached")
    assert page.input_value("[name=text]") == "共用手机上记的"
    assert page.locator("[data-test=refused]").count() == 0
    page.click("[data-test=save]")
    page.fill("[data-test=pin-sheet] [name=pin]", "1111")
    page.keyboard.press("Enter")
    page.locator("[data-test=pin-sheet] [role=alert]", has_text="PIN 码不对").wait_for()
    page.fill("[data-test=pin-sheet] [name=pin]", "2468")
    page.keyboard.press("Enter")
    phone.row("共用手机上记的").wait_for()
    assert page.locator("[data-test=pin-sheet]").count() == 0
    wait_for(lambda: len(site.arrived("entry.logged")) == 1)
