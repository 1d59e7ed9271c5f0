"""Two phones without a network: each has a browser process and a camera of its own that sees nothing but the other's screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e.camera import Camera, Conditions
from e2e.phone import Phone
from e2e.site import APPRENTICE, MENTOR, Site

TEXT = "拆装六轴机器人腕部减速器，更换密封圈并校准零位，师傅在旁指导，做完试运行二十分钟，无异响。"
CODE = "[data-test=qr] .code-show"


@dataclass
class Pair:
    """Both phones and their cameras. `taps` counts what two people have pressed; `filming_s` is what only the test needs."""

    apprentice: Phone
    mentor: Phone
    cameras: dict[str, Camera]
    taps: int = 0
    filming_s: float = 0

    def tap(self, phone: Phone, selector: str) -> None:
        self.taps += 1
        phone.page.click(selector)

    def film(self, whose: str, other: Phone) -> None:
        """This one's camera sees the code on the other's screen."""
        began = time.monotonic()
        many = int(other.page.get_attribute("[data-test=qr]", "data-count") or 1)
        self.cameras[whose].point_at(other.page, CODE, many)
        self.filming_s += time.monotonic() - began

    def go_dark(self, site: Site) -> None:
        self.apprentice.go_dark()
        for phone in (self.apprentice, self.mentor):
            assert phone.context is not None
            phone.context.set_offline(True)
        assert site.process is None


@pytest.fixture
def pair(site: Site, make_phone: Callable[..., Phone], tmp_path: Path) -> Pair:
    cameras = {who: Camera(tmp_path / f"{who}.y4m", Conditions()) for who in ("apprentice", "mentor")}
    phones = [make_phone(site, cameras[who].flags, device_scale_factor=3) for who in cameras]
    for phone, (_, login) in zip(phones, (APPRENTICE, MENTOR), strict=True):
        phone.settle_in(login)
    return Pair(*phones, cameras)


def sign_face_to_face(pair: Pair) -> None:
    """From the list of today to the seal on both screens."""
    apprentice, mentor = pair.apprentice, pair.mentor
    pair.tap(apprentice, "[data-test=show]")
    apprentice.page.wait_for_selector(CODE)
    pair.film("mentor", apprentice)
    pair.tap(mentor, "[data-test=tab-scan]")
    mentor.page.wait_for_selector("[data-test=who]")
    mentor.page.wait_for_selector("[data-test=confirm], [data-test=look-on]")
    # he reads it to its end before he may sign it
    mentor.page.mouse.move(180, 400)
    mentor.page.mouse.wheel(0, 2000)
    pair.tap(mentor, "[data-test=confirm]")
    mentor.page.wait_for_selector(CODE)
    mentor.page.wait_for_selector("[data-test=told] .seal-mark")
    pair.film("apprentice", mentor)
    pair.tap(apprentice, "[data-test=scan-answer]")
    apprentice.page.wait_for_selector("[data-test=answered] .seal-mark")


def test_two_phones_sign_without_a_network(site, pair):
    apprentice, mentor = pair.apprentice, pair.mentor
    pair.go_dark(site)
    apprentice.log(TEXT)
    began = time.monotonic()
    sign_face_to_face(pair)
    took = time.monotonic() - began
    print(f"entries chosen to seals on both: {took:.1f} s, {took - pair.filming_s:.1f} s without the filming; {pair.taps} taps together")
    assert pair.taps <= 6
    assert "已签 1/1" in apprentice.page.inner_text("[data-test=count]")
    mentor.page.click("[data-test=done]")
    assert "120 分钟" in mentor.page.inner_text("[data-test=handled]")
    # each phone carries the words of both
    kinds = {who: len(phone.outbox(site.people[who])) for who, phone in (("apprentice", apprentice), ("mentor", mentor))}
    assert kinds == {"apprentice": 2, "mentor": 2}

    # only the master goes online
    site.start()
    site.wire.mend()
    mentor.context.set_offline(False)
    mentor.wait_for_status("在线·已同步", seconds=60)
    assert (len(site.arrived("entry.logged")), len(site.arrived("entry.signed"))) == (1, 1)
    assert [op["state"] for op in apprentice.outbox(site.people["apprentice"])] == ["waiting", "waiting"]

    # then the apprentice, who hears what has been decided of both already
    decided = site.rows("SELECT id, verdict, received_at FROM ops ORDER BY id")
    answers = []
    apprentice.page.on("response", lambda got: answers.append(got) if got.url.endswith("/api/sync") and got.ok else None)
    apprentice.context.set_offline(False)
    apprentice.wait_for_status("在线·已同步", seconds=60)
    verdicts = [verdict for got in answers for verdict in got.json()["verdicts"].values()]
    assert [verdict["as"] for verdict in verdicts] == ["accepted", "accepted"], verdicts
    assert site.rows("SELECT id, verdict, received_at FROM ops ORDER BY id") == decided
    assert apprentice.outbox(site.people["apprentice"]) == []
    assert [len(site.arrived(kind)) for kind in ("entry.logged", "entry.signed")] == [1, 1]
    apprentice.page.click("[data-test=done]")
    apprentice.page.locator("[data-test=entry][data-state=signed]", has_text=TEXT).wait_for()
    assert apprentice.broke == [] and mentor.broke == []
