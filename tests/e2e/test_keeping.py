"""Browsers that keep less than a phone should: no database at all, or one that takes no key. Nothing is promised there."""

from __future__ import annotations

import time

from e2e.phone import PASSWORD
from e2e.site import APPRENTICE, CODE

NO_DATABASE = "IDBFactory.prototype.open = () => { throw new DOMException('not here', 'SecurityError') }"
# as private windows of some browsers: everything but keys
NO_KEYS = """(() => {
  const put = IDBObjectStore.prototype.put
  const hasKey = (body) => body instanceof CryptoKey || (typeof body === 'object' && body !== null && Object.values(body).some(hasKey))
  IDBObjectStore.prototype.put = function (body, ...more) {
    if (hasKey(body)) throw new DOMException('no keys here', 'DataCloneError')
    return put.call(this, body, ...more)
  }
})()"""


def begin(site, make_phone, script, path):
    phone = make_phone(site)
    phone.open(None)
    phone.context.add_init_script(script)
    phone.page.goto(site.wire.origin + path)
    return phone, phone.page


def statuses(site):
    return [row[0] for row in site.rows("SELECT status FROM devices WHERE status <> 'server' ORDER BY enrolled_at")]


def wait_for(what, page, seconds=30):
    give_up = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up
        page.wait_for_timeout(100)


def test_without_a_database_the_way_out_is_said_and_the_code_is_not_used_up(site, make_phone):
    phone, page = begin(site, make_phone, NO_DATABASE, f"/activate#{APPRENTICE[1]}.{CODE}")
    page.locator("[data-test=keeps-nothing]", has_text="用浏览器的普通窗口打开").wait_for()
    assert page.locator("[data-test=slip]").count() == 0
    page.goto(site.wire.origin + "/")
    page.locator("[data-test=keeps-nothing]").wait_for()
    assert page.locator("[data-test=login]").count() == 0 and phone.broke == []
    phone.close()
    make_phone(site).activate(APPRENTICE[1], CODE)


def test_a_browser_that_stores_no_key_works_online_and_its_key_ends_with_the_page(site, make_phone):
    phone, page = begin(site, make_phone, NO_KEYS, f"/activate#{APPRENTICE[1]}.{CODE}")
    page.locator("[data-test=keeps-no_key]", has_text="只能联网用").wait_for()
    page.click("[data-test=slip] button[type=submit]")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click("[data-test=password] button[type=submit]")
    page.locator("[data-test=once]", has_text="存不住签名密钥").wait_for()
    phone.wait_for_status("在线·已同步")
    phone.log("只联网记的一条")
    assert [op.verdict for op in site.arrived()] == ["accepted"]
    site.wire.cut()
    phone.fill_in("没有网络的一条", start=14)
    page.click("[data-test=save]")
    page.locator("[data-test=refused]", has_text="服务器还没有收下").wait_for(timeout=40_000)
    assert page.input_value("[name=text]") == "没有网络的一条"
    site.wire.mend()
    page.click("[data-test=save]")
    phone.row("没有网络的一条").wait_for(timeout=40_000)
    phone.wait_for_status("在线·已同步")
    assert len(site.arrived()) == 2 and statuses(site) == ["active"]

    page.reload()
    phone.wait_for_status("在线·已同步")
    wait_for(lambda: statuses(site) == ["retired"], page)
    phone.row("只联网记的一条").wait_for()
    phone.fill_in("刷新以后", start=10)
    page.click("[data-test=save]")
    page.locator("[data-test=refused]", has_text="请重新登录再记").wait_for()
    page.goto(f"{site.wire.origin}/login")
    phone.log_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    page.click("[data-test=log]")
    page.wait_for_selector("[data-test=hours][data-begun=true]")
    wait_for(lambda: page.input_value("[name=text]") == "刷新以后", page)
    page.click("[data-test=save]")
    phone.row("刷新以后").wait_for(timeout=40_000)
    assert [op.verdict for op in site.arrived()] == ["accepted"] * 3 and statuses(site) == ["retired", "active"]
    assert phone.broke == []
