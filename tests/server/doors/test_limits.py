"""The counters that all processes of a host share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from server.store.host.limits import BUCKETS, FAILURES, Limits, rest_after, wait_after
from server.store.host.slots import Slots

ROOT = Path(__file__).resolve().parents[3]
MINUTE = 60_000


@pytest.fixture
def limits(tmp_path: Path) -> Limits:
    return Limits(tmp_path / "counters", b"s" * 32)


def test_a_bucket_gives_what_it_holds_and_refills_steadily(limits):
    assert [limits.take("sync", "a", 3, MINUTE, 1_000) for _ in range(5)] == [0, 0, 0, 20, 20]
    assert limits.take("sync", "a", 3, MINUTE, 20_999) == 1
    assert [limits.take("sync", "a", 3, MINUTE, 21_000) for _ in range(2)] == [0, 20]
    assert [limits.take("sync", "a", 3, MINUTE, 500_000) for _ in range(4)] == [0, 0, 0, 20]


def test_keys_and_kinds_do_not_share_a_bucket(limits):
    for kind, key in (("sync", "a"), ("sync", "b"), ("writes", "a")):
        assert limits.take(kind, key, 1, MINUTE, 1) == 0
        assert limits.take(kind, key, 1, MINUTE, 1) == 60


def test_the_file_neither_grows_nor_tells_its_keys(limits, tmp_path):
    for number in range(20_000):
        limits.take("login", f"canary-{number}", 5, MINUTE, number)
        limits.fail("login", f"canary-{number}", number)
    limits.memory.flush()
    raw = (tmp_path / "counters").read_bytes()
    assert len(raw) == (BUCKETS + FAILURES) * 16 and b"canary" not in raw


def test_the_busiest_key_keeps_its_count_while_others_come_and_go(limits):
    """A flood of other names must not wash away the one under attack."""
    allowed = 0
    for number in range(200_000):
        limits.take("login", f"n{number}", 5, MINUTE, number // 1000)
        if number % 100 == 0:
            allowed += limits.take("login", "busy", 5, MINUTE, number // 1000) == 0
    assert allowed == 5


def test_failures_count_up_and_stop_at_255(limits):
    for at in range(300):
        limits.fail("login", "nobody", at)
    assert limits.failures("login", "nobody") == (255, 299)
    assert limits.failures("code", "nobody") == (0, 0)


def test_a_clock_that_was_ahead_shuts_nobody_out(limits):
    """It jumped a year, and came back: at once the limit is what it was."""
    ahead = 365 * 24 * 60 * MINUTE
    assert [limits.take("sync", "a", 3, MINUTE, ahead) for _ in range(4)] == [0, 0, 0, 20]
    assert [limits.take("sync", "a", 3, MINUTE, 1) for _ in range(3)] == [0, 20, 20]
    assert limits.take("sync", "a", 3, MINUTE, 20_001) == 0
    assert limits.take("sync", "a", 3, MINUTE, 20_001) == 20


def test_a_failure_written_by_a_clock_that_was_ahead_rests_from_now(limits):
    assert rest_after(6, 10**12, 5000) == wait_after(6) == 2000
    assert rest_after(6, 4000, 5000) == 1000
    assert rest_after(4, 10**12, 5000) == 0


def test_another_process_sees_the_same_counters(limits, tmp_path):
    """The store is shared, not a worker's own memory."""
    script = (
        "import sys; from pathlib import Path; from server.store.host.limits import Limits\n"
        "limits = Limits(Path(sys.argv[1]), b's' * 32)\n"
        "print([limits.take('sync', 'a', 3, 60000, 1) for _ in range(2)])"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "counters")]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert said == "[0, 0]"
    assert [limits.take("sync", "a", 3, MINUTE, 1) for _ in range(2)] == [0, 20]


def test_a_place_is_free_again_when_its_holder_dies(tmp_path):
    script = (
        "import os, sys; from pathlib import Path; from server.store.host.slots import Slots\n"
        "with Slots(Path(sys.argv[1]), 'x', 1).taken() as free:\n    print(free, flush=True)\n    os._exit(1)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.stdout.strip() == "True" and said.returncode == 1
    with Slots(tmp_path, "x", 1).taken() as first, Slots(tmp_path, "x", 1).taken() as second:
        assert (first, second) == (True, False)
