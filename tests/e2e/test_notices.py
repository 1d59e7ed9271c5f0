"""From what somebody else did to the line on the phone, and back to the server that it was seen; and the alert that says nothing."""

from __future__ import annotations

import secrets
import time

from e2e.phone import Phone
from e2e.site import APPRENTICE, Site, day, new_id, now
from server.nudge.inbox import SETTLE
from server.services.telling import notices


def tell(site: Site) -> None:
    """What `jiangji worker` does some seconds later."""
    with site.app.app_context():
        assert notices.tell(site.key, secrets.token_bytes, now() + SETTLE) is False


def entry(site: Site, start: int) -> tuple[str, str]:
    """(document, version) of hours the apprentice wrote elsewhere."""
    doc, today = new_id(), day(now())
    site.pen("apprentice")("entry.logged", doc, None, {
        "day": today, "start": start, "end": start + 60, "break": 0, "module": "M3", "nature": "practice", "place_kind": "post",
        "place": "workshop-1", "text": "主轴", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
    })  # fmt: skip
    found = site.rows("SELECT o.id FROM ops o JOIN documents d ON d.book_id = o.book_id AND d.seq = o.seq WHERE d.id = :doc", doc=doc)
    return doc, found[0][0]


def head_of(site: Site) -> str:
    person = site.people["apprentice"]
    return site.rows("SELECT body FROM documents WHERE book_id = :me AND id = :me", me=person)[0][0]


def wait_for(what, page, seconds=30):
    give_up = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up
        page.wait_for_timeout(100)


def test_what_others_did_is_counted_shown_once_and_told_the_server_as_seen(both, make_phone):
    phone: Phone = make_phone(both)
    page = phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    bell = page.locator("[data-test=bell]")
    assert bell.inner_text().strip() == ""
    sign = both.pen("mentor")
    for start in (480, 600):
        doc, version = entry(both, start)
        sign("entry.signed", doc, version, {"minutes": 50, "how": "list", "note": None, "scores": []})
    both.act("entry.queried", {"reason": "请补照片"}, doc, version)
    tell(both)
    assert '"read_until":0' in head_of(both)

    page.reload()
    page.locator("[data-test=bell]", has_text="2").wait_for()
    bell.click()
    rows = page.locator("[data-test=notice]")
    page.locator("[data-test=notice]", has_text="2 条学时已由师傅签认").wait_for()
    page.locator("[data-test=notice]", has_text="院校对 1 条学时有疑问").wait_for()
    assert rows.count() == 2 and all("新" in words for words in rows.all_inner_texts())
    assert "请补照片" not in page.locator("main").inner_text()
    wait_for(lambda: '"read_until":0' not in head_of(both), page)
    wait_for(lambda: bell.inner_text().strip() == "", page)

    page.click("[data-test=tab-me]")
    bell.click()
    rows.first.wait_for()
    assert not any("新" in words.split() for words in rows.all_inner_texts())
    page.locator("[data-test=notice]", has_text="院校对").click()
    page.get_by_text("主轴").first.wait_for()
    assert phone.broke == []


SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration('/')
  return (await worker.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }))
}"""

SAYS_NOTHING = [{"title": "匠迹：有新消息", "body": "", "tag": "jiangji-news", "data": None}]
# The browser forgets a note that is asked for between being written down and being shown, so it is asked once it is shown.
COUNT_SHOWN = """() => {
  const show = self.registration.showNotification.bind(self.registration)
  self.shown = 0
  self.registration.showNotification = (...said) => show(...said).then(() => { self.shown += 1 })
}"""
COUNT_NEWS = """() => {
  window.news = 0
  navigator.serviceWorker.addEventListener('message', (event) => { window.news += event.data?.type === 'NEWS' })
}"""


def test_a_push_shows_that_there_is_news_and_nothing_of_it(site, make_phone):
    phone: Phone = make_phone(site, permissions=["notifications"])
    page = phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步")
    doc, version = entry(site, 480)
    site.pen("mentor")("entry.signed", doc, version, {"minutes": 50, "how": "list", "note": None, "scores": []})
    tell(site)
    line = phone.context.new_cdp_session(page)
    page.evaluate(COUNT_NEWS)
    (worker,) = phone.context.service_workers
    worker.evaluate(COUNT_SHOWN)
    found: list[str] = []
    line.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(
        one["registrationId"] for one in told["registrations"] if not one["isDeleted"]))  # fmt: skip
    line.send("ServiceWorker.enable")
    wait_for(lambda: found, page)
    said = '{"title": "周国强签了 50 分钟", "body": "主轴"}'
    line.send("ServiceWorker.deliverPushMessage", {"origin": site.wire.origin, "registrationId": found[-1], "data": said})
    wait_for(lambda: worker.evaluate("self.shown") == 1, page)
    page.wait_for_timeout(500)
    assert page.evaluate(SHOWN) == SAYS_NOTHING
    # the page that is open fetches what is new at once
    page.locator("[data-test=bell]", has_text="1").wait_for()
    line.send("ServiceWorker.deliverPushMessage", {"origin": site.wire.origin, "registrationId": found[-1], "data": ""})
    wait_for(lambda: worker.evaluate("self.shown") == 2, page)
    page.wait_for_timeout(500)
    # the second takes the place of the first
    assert page.evaluate(SHOWN) == SAYS_NOTHING
    assert page.evaluate("window.news") == 2
