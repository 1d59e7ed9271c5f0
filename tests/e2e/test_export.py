"""A copy of a big handbook is written in short pieces: the screen keeps answering."""

from __future__ import annotations

import pytest

from e2e.handbooks import WATCH, WORDS, fill, longest_task_ms, sees_long_tasks, throttle
from e2e.site import APPRENTICE

# some 60 at its quickest; a copy written in one piece takes seconds
MOST_MS = 200


@pytest.mark.quiet
@pytest.mark.parametrize("which", ["export-page", "export-json"])
def test_a_copy_of_1500_entries_has_no_long_task(site, make_phone, which):
    fill(site, 1500)
    phone = make_phone(site)
    page = phone.settle_in(APPRENTICE[1])
    phone.wait_for_status("在线·已同步", seconds=120)
    phone.context.add_init_script(f"({WATCH})()")
    page.goto(f"{site.wire.origin}/export")
    phone.wait_for_status("在线·已同步", seconds=60)
    page.wait_for_timeout(1500)
    throttle(page, 4)
    texts: list[str] = []

    def export(_: int) -> None:
        with page.expect_download(timeout=60_000) as taken:
            page.click(f"[data-test={which}]")
        texts.append(taken.value.path().read_text())

    best, each = longest_task_ms(page, export)
    print(f"{which}: longest task {best} ms of {each} at 4× CPU throttle, {len(texts[0]) // 1024} Ki characters")
    assert all(f"{WORDS[number % 5]} {number}" in text for text in texts for number in range(1500))
    assert best <= MOST_MS
    assert sees_long_tasks(page, MOST_MS)
