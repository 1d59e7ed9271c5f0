"""Competition results: claimed in a cellar, verified or sent back by the college, mended, chosen between two phones; never hours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e.handbooks import wait_until
from e2e.phone import Phone
from e2e.site import APPRENTICE, Site, day, now


def claim(phone: Phone, competition: str, rank: str = "2") -> None:
    page = phone.page
    page.goto(f"{phone.site.wire.origin}/results")
    page.click("[data-test=claim]")
    page.fill("[name=competition]", competition)
    page.get_by_label("省级二类").check()
    page.fill("[name=event]", "工业机器人系统操作")
    page.locator("[name=day-choice]").first.check()
    page.get_by_label("一等奖", exact=True).check()
    page.fill("[name=rank]", rank)
    page.fill("[name=score]", "90.10")
    page.locator(".more summary").click()
    page.fill("[name=certificate_no]", "ZJ-2026-018")
    page.fill("[name=contestants]", "60")


def save(phone: Phone) -> None:
    phone.page.click("[data-test=save]")
    phone.page.wait_for_url("**/results")


def results(site: Site) -> list[dict[str, Any]]:
    bodies = [json.loads(row[0]) for row in site.rows("SELECT body FROM documents WHERE book_id = :book", book=site.book)]
    return [body for body in bodies if body["kind"] == "result"]


def wait_for_state(phone: Phone, state: str) -> None:
    phone.page.locator(f"[data-test=result][data-state={state}]").wait_for()


@pytest.fixture
def phone(both, make_phone):
    made = make_phone(both)
    made.settle_in(APPRENTICE[1])
    made.wait_for_status("在线·已同步")
    made.page.goto(f"{both.wire.origin}/results")
    made.page.get_by_text("还没有赛绩").wait_for()
    return made


def decide(site: Site, kind: str, said: dict[str, Any]) -> None:
    [result] = results(site)
    site.act(kind, said, result["id"], result["version"])


def test_a_claim_written_offline_is_rejected_mended_and_verified(phone, both):
    phone.close()
    phone.open()
    phone.go_dark()
    claim(phone, "选拔赛（示例）")
    wait_until(lambda: [one["contestants"] for one in phone.drafts(both.people["apprentice"])] == [60])
    phone.kill()

    page = phone.open("/results/claim")
    page.get_by_text("已恢复上次没写完的内容").wait_for()
    assert page.input_value("[name=competition]") == "选拔赛（示例）" and page.input_value("[name=rank]") == "2"
    page.fill("[name=rank]", "61")
    page.get_by_text("名次不能大于参赛人数").wait_for()
    assert page.locator("[data-test=save]").is_disabled()
    page.fill("[name=rank]", "2")
    save(phone)
    wait_for_state(phone, "local")
    assert results(both) == []

    phone.go_bright()
    wait_for_state(phone, "claimed")
    [told] = results(both)
    assert told["content"] | {"photos": []} == {
        "competition": "选拔赛（示例）", "year": int(day(now())[:4]), "level": "province_2", "event": "工业机器人系统操作",
        "division": "student", "rank": 2, "award": "一等奖", "score": "90.10", "day": day(now()), "photos": [],
        "contestants": 60, "certificate_no": "ZJ-2026-018",
    }  # fmt: skip

    decide(both, "result.rejected", {"reason": "照片看不清，请重拍。"})
    page.reload()
    wait_for_state(phone, "rejected")
    page.click("[data-test=result]")
    page.get_by_text("杨慧敏").first.wait_for()
    page.get_by_text("照片看不清，请重拍。").first.wait_for()
    page.click("[data-test=mend]")
    page.get_by_text("上次未通过：照片看不清，请重拍。").wait_for()
    assert page.input_value("[name=certificate_no]") == "ZJ-2026-018"
    page.fill("[name=score]", "90.14")
    save(phone)
    wait_for_state(phone, "claimed")
    decide(both, "result.verified", {"note": "已核对公告。"})
    page.reload()
    wait_for_state(phone, "verified")
    page.click("[data-test=result]")
    page.get_by_text("已核对公告。").first.wait_for()
    assert page.locator("[data-test=mend]").count() == 0
    page.goto(both.wire.origin)
    assert "90.1" not in page.locator("main").inner_text()


def test_two_phones_disagree_and_their_owner_chooses(phone, both, make_phone):
    claim(phone, "技能节（示例）")
    save(phone)
    wait_for_state(phone, "claimed")
    [told] = results(both)
    pen = both.pen("apprentice")
    body = told["content"]
    pen("result.claimed", told["id"], told["version"], {**body, "rank": 3, "coach": "朱丽华"})
    pen("result.claimed", told["id"], told["version"], {**body, "rank": 4})
    page = phone.page
    page.reload()
    wait_for_state(phone, "attention")
    page.click("[data-test=result]")
    page.locator("[data-test=rivals] article").nth(1).wait_for()
    sides = page.locator("[data-test=rivals] article").all_inner_texts()
    assert "第 3 名" in sides[0] and "朱丽华" in sides[0] and "第 4 名" in sides[1] and "未填" in sides[1]
    assert "一等奖" not in "".join(sides), "only what differs stands side by side"
    page.locator("[data-test=rivals] article").nth(1).get_by_role("button").click()
    page.locator("[data-test=rivals]").wait_for(state="detached")
    page.goto(f"{both.wire.origin}/results")
    wait_for_state(phone, "claimed")
    [kept] = results(both)
    assert kept["content"]["rank"] == 4 and kept["rivals"] == [] and len(kept["versions"]) == 4


def test_the_same_event_twice_is_said_before_saving(phone, both):
    claim(phone, "技能节（示例）")
    save(phone)
    wait_for_state(phone, "claimed")
    claim(phone, "技能节（示例）")
    phone.page.locator("[data-test=twin]").wait_for()


def test_many_results_are_shown_a_page_at_a_time(phone, both):
    pen = both.pen("apprentice")
    content = {
        "competition": "月赛（示例）", "year": 2026, "level": "college", "event": "数控车削", "division": "student", "rank": 1,
        "award": None, "score": None, "day": "2026-06-06", "photos": [],
    }  # fmt: skip
    for number in range(60):
        pen("result.claimed", f"50000000-0000-4000-8000-{number:012d}", None, {**content, "rank": number + 1})
    phone.page.reload()
    phone.page.locator("[data-test=result]").nth(19).wait_for()
    assert phone.page.locator("[data-test=result]").count() == 20
    phone.page.get_by_role("button", name="再看一些").click()
    phone.page.locator("[data-test=result]").nth(39).wait_for()
