"""A day at a base without a network: a trainer opens a session and shows it to the screen at the door, an apprentice reads that screen
when he comes and when he goes, the trainer calls the roll. Then all of them find a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e.bases import KIOSK, NAME, Base
from e2e.camera import Camera, Conditions
from e2e.phone import Phone
from e2e.site import APPRENTICE, CODE, MENTOR, Site, now
from server.services.books import kiosks

TOPIC = "六轴机器人示教与零点校准"
SCREEN = "[data-test=qr] .code-show"
KINDS_HERE = """(name) => new Promise((resolve, reject) => {
  const asked = indexedDB.open(name)
  asked.onerror = () => reject(asked.error)
  asked.onsuccess = () => {
    const all = asked.result.transaction('docs').objectStore('docs').getAll()
    all.onsuccess = () => { asked.result.close(); resolve(all.result.map(({ body }) => body.kind)) }
  }
})"""


@dataclass
class Hall:
    """The screen at the door, whose camera sees the trainer's phone, and an apprentice's, whose camera sees that screen."""

    base: Base
    kiosk: Phone
    trainer: Phone
    apprentice: Phone
    cameras: dict[str, Camera]

    @property
    def phones(self) -> tuple[Phone, ...]:
        return self.kiosk, self.trainer, self.apprentice

    def go_dark(self, site: Site) -> None:
        site.wire.cut()
        site.stop()
        for phone in self.phones:
            assert phone.context is not None
            phone.context.set_offline(True)

    def open_session(self) -> None:
        page = self.trainer.page
        page.click("[data-test=to-base]")
        page.click("[data-test=open-session]")
        page.wait_for_selector("[data-test=session-form][data-begun=true]")
        page.fill("[name=topic]", TOPIC)
        self.trainer.unfold("workstation")
        page.get_by_label("六轴机器人 2 号工位").check()
        self.trainer.unfold("module")
        page.get_by_label("岗位操作技能").check()
        page.click("[data-test=save]")
        page.wait_for_selector("[data-test=roll]")
        page.click("[data-test=hand-over]")
        page.wait_for_selector("[data-test=hand] canvas")

    def tell_screen(self) -> None:
        """The trainer holds his phone before the screen's own camera."""
        seen = self.trainer.page
        code = seen.locator("[data-test=hand] .code-show").bounding_box()
        foot = seen.locator(".page-foot").bounding_box()
        assert code and foot and code["y"] >= 40 and code["y"] + code["height"] <= foot["y"], "all of the code stands between the bars"
        self.cameras["kiosk"].point_at(seen, "[data-test=hand] .code-show", int(seen.get_attribute("[data-test=hand]", "data-count") or 1))
        self.kiosk.page.click("[data-test=scan]")
        self.kiosk.page.wait_for_selector(f"{SCREEN} canvas")
        self.cameras["kiosk"].look_away()
        seen.click("[data-test=to-roll]")
        seen.wait_for_selector("[data-test=roll]")

    def read_screen(self, way: str, told: str) -> None:
        """The apprentice holds his phone before the screen as it is now."""
        self.cameras["apprentice"].point_at(self.kiosk.page, SCREEN, int(self.kiosk.page.get_attribute("[data-test=qr]", "data-count") or 1))
        self.apprentice.page.click(way)
        self.apprentice.page.wait_for_selector(told)
        self.cameras["apprentice"].look_away()


@pytest.fixture
def hall(site: Site, make_phone: Callable[..., Phone], tmp_path: Path) -> Hall:
    base = Base(site)
    cameras = {who: Camera(tmp_path / f"{who}.y4m", Conditions()) for who in ("apprentice", "kiosk")}
    trainer, apprentice = make_phone(site, device_scale_factor=3), make_phone(site, cameras["apprentice"].flags)
    trainer.settle_in(MENTOR[1])
    apprentice.settle_in(APPRENTICE[1])
    kiosk = make_phone(site, cameras["kiosk"].flags, viewport={"width": 1280, "height": 800}, device_scale_factor=2)
    kiosk.activate(KIOSK[1], CODE)
    return Hall(base, kiosk, trainer, apprentice, cameras)


def test_a_session_at_the_base_without_a_network(site, hall):
    kiosk, trainer, apprentice = hall.phones
    kiosk.page.wait_for_selector("[data-test=none]")
    kiosk.page.wait_for_selector(f"h1:text-is('{NAME}')")
    trainer.page.wait_for_selector("[data-test=to-base]")
    hall.go_dark(site)
    hall.open_session()
    hall.tell_screen()
    kiosk.page.locator("[data-test=qr]", has_text=TOPIC).wait_for()

    # he comes, and goes: one tap each
    hall.read_screen("[data-test=check-in]", "[data-test=present-in]")
    apprentice.page.locator("[data-test=place]", has_text=NAME).wait_for()
    apprentice.page.click("[data-test=finish]")
    apprentice.page.locator("[data-test=presence]", has_text="六轴机器人 2 号工位").wait_for()
    hall.read_screen("[data-test=check-out]", "[data-test=present-out]")
    apprentice.page.click("[data-test=log-presence]")
    apprentice.page.wait_for_selector("[data-test=hours][data-begun=true]")
    assert "岗位操作技能" in apprentice.page.inner_text("[data-test=fold-module]")
    assert "公共实训基地" in apprentice.page.inner_text("[data-test=fold-place]")
    apprentice.page.fill("[name=text]", "示教六轴机器人，校准零点")
    apprentice.page.click("[data-test=save]")
    apprentice.row("示教六轴机器人").wait_for()

    # the trainer has heard of no check-in and ticks whom he saw
    assert trainer.page.locator("[data-test=on-roll][data-in]").count() == 0
    trainer.page.locator("[data-test=on-roll]", has_text=APPRENTICE[0]).click()
    trainer.page.click("[data-test=close]")
    trainer.page.wait_for_selector("[data-test=closed]")
    assert trainer.page.locator("[data-test=seen]").all_inner_texts() == [APPRENTICE[0]]

    # nothing of an apprentice is on the tablet
    assert set(kiosk.page.evaluate(KINDS_HERE, f"jiangji-{hall.base.kiosk}")) <= {"base", "session", "kiosk", "me", "notice"}
    bring_all(site, hall)


def bring_all(site: Site, hall: Hall) -> None:
    """One after the other finds a network; each word is on the server once, and the code has proven itself."""
    kiosk, trainer, apprentice = hall.phones
    site.start()
    site.wire.mend()
    for phone in (apprentice, trainer, kiosk):
        phone.context.set_offline(False)
    for phone in (apprentice, trainer):
        phone.wait_for_status("在线·已同步", seconds=60)
    written = ("session.opened", "session.closed", "presence.checked_in", "presence.checked_out", "presence.seen", "entry.logged")
    assert [(kind, len(site.arrived(kind))) for kind in written] == [(kind, 1) for kind in written]
    hall.base.prove()
    own, seen = sorted(hall.base.documents(site.book, "presence"), key=lambda doc: "session" in doc)
    assert [(proof["side"], proof["word"]) for proof in own["proofs"]] == [("in", "good"), ("out", "good")]
    [session] = hall.base.documents(hall.base.id, "session")
    assert (seen["by"], seen["session"], seen["base"]) == (site.people["mentor"], session["id"], hall.base.id)
    assert session["seen"] == [{"book": site.book, "person": site.people["apprentice"]}]
    [entry] = hall.base.documents(site.book, "entry")
    assert entry["content"]["presence"] == own["id"]
    kiosk.page.wait_for_selector("[data-test=none]", timeout=90_000)
    assert [phone.broke for phone in hall.phones] == [[], [], []]


def test_those_who_teach_there_and_the_screen_itself_are_told_when_it_cannot_do_its_work(site, make_phone):
    base = Base(site)
    trainer, kiosk = make_phone(site), make_phone(site, viewport={"width": 1280, "height": 800})
    trainer.settle_in(MENTOR[1])
    kiosk.activate(KIOSK[1], CODE)
    kiosk.page.wait_for_selector("[data-test=none]")
    [(device,)] = site.rows("SELECT id FROM devices WHERE person_id = :kiosk", kiosk=base.kiosk)
    later = now() + kiosks.REST
    with site.app.app_context():
        assert kiosks.hear(base._writer, base.kiosk, device, later + 5 * 60_000, later)
    page = trainer.page
    page.reload()
    page.locator("[data-test=call-clock]", has_text="1 块签到屏的时间不准").click()
    page.locator("[data-test=clock-wrong]", has_text="快了约 5 分钟").wait_for()

    page = kiosk.page
    page.goto(f"{site.wire.origin}/me/devices")
    page.locator("[data-test=device] [data-test=clock]", has_text="时间快了约 5 分钟").wait_for()
    assert page.locator("[data-test=device]").count() == 1
    page.goto(f"{site.wire.origin}/kiosk")
    page.wait_for_selector("[data-test=none]")
    assert page.locator("[data-test=logged-out]").count() == 0
    site.end_sessions()
    page.locator("[data-test=logged-out]", has_text="这块屏的登录已结束").wait_for(timeout=90_000)
    page.click("[data-test=logged-out] a")
    page.wait_for_selector("[data-test=login]")
    assert trainer.broke == [] and kiosk.broke == []
