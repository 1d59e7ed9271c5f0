"""Two coordinators give a third one her seat, in real browsers: asked for by one, given by the other, the slip shown once, taken away."""

from __future__ import annotations

import pytest

from e2e.desk import WIDE, Desk, add_person, give_password
from e2e.faults import find_faults


@pytest.fixture
def desks(both, make_phone):
    give_password(both, both.coordinator, "yanghuimin")
    add_person(both, "何志坚", "hezhijian", "coordinator", both.college)
    return [Desk(make_phone(both, **WIDE)) for _ in range(2)]


def test_a_seat_is_given_by_two_and_taken_by_one(both, desks, axe) -> None:
    one, other = desks
    page = one.come_in("yanghuimin", "/desk/staff")
    page.locator("tbody tr", has_text="何志坚").wait_for()
    page.click("[data-test=ask]")
    page.select_option("[data-test=seat-form] [name=org]", index=1)
    page.fill("[data-test=seat-form] [name=name]", "温晓岚")
    page.fill("[data-test=seat-form] [name=login]", "wenxiaolan")
    page.click("[data-test=seat-form] button[type=submit]")
    page.locator("tbody tr", has_text="等另一位办理").click()
    page.locator("[data-test=panel]", has_text="申请人不能自己办理").wait_for()
    assert page.locator("[data-test=give]").count() == 0

    seen = other.come_in("hezhijian", "/desk/staff")
    seen.locator("tbody tr", has_text="温晓岚").click()
    seen.click("[data-test=give]")
    assert len(seen.locator("[data-test=slip-code]").inner_text()) == 10
    seen.click("[data-test=slip-done]")
    row = seen.locator("tbody tr", has_text="温晓岚")
    row.locator("text=还没激活").wait_for()
    for width, height in ((1280, 800), (360, 740)):
        seen.set_viewport_size({"width": width, "height": height})
        wrong = find_faults(other.phone, axe, f"desk-staff-{width}")
        assert not wrong, "\n".join(wrong)
    seen.set_viewport_size({"width": 1280, "height": 800})
    row.click()
    seen.click("[data-test=take]")
    seen.click("[data-test=sure]")
    row.wait_for(state="detached")
    assert both.rows("SELECT count(*) FROM roles r JOIN people p ON p.id = r.person_id WHERE p.login = 'wenxiaolan'")[0][0] == 0
    assert one.phone.broke == [] and other.phone.broke == []
