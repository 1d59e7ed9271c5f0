"""The run of everything: whoever fails fails it, and all that was said is shown."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from types import ModuleType

import pytest

import provide

PARTS = ("first browsers", "second browsers", "REST", "QUIET")


@pytest.fixture
def whole(monkeypatch) -> ModuleType:
    """With a word of Python where each pytest would be."""
    spec = importlib.util.spec_from_file_location("whole_run", provide.ROOT / "tests" / "__main__.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "PYTEST", [sys.executable, "-c"])
    return module


def plant(whole: ModuleType, monkeypatch, words: dict[str, list[str]]) -> None:
    monkeypatch.setattr(whole, "BROWSERS", [words["first browsers"], words["second browsers"]])
    for part in ("REST", "QUIET"):
        monkeypatch.setattr(whole, part, words[part])


def test_every_browser_test_is_in_one_part(whole):
    files = Counter(word for part in whole.BROWSERS for word in part if word.endswith(".py"))
    there = {str(path.relative_to(provide.ROOT)) for path in (provide.ROOT / "tests" / "e2e").rglob("test_*.py")}
    assert set(files) == there and set(files.values()) == {1}
    assert all(part[-2:] == ["-m", "not quiet"] for part in whole.BROWSERS)


@pytest.mark.parametrize("cores", [1, 2])
def test_all_run_and_are_heard_and_the_quiet_ones_last(whole, monkeypatch, capfd, cores):
    monkeypatch.setattr(whole.os, "cpu_count", lambda: cores)
    plant(whole, monkeypatch, {part: [f"print('{part} passed')"] for part in PARTS})
    assert whole.main() == 0
    said = [line for line in capfd.readouterr().out.splitlines() if line.endswith("passed") and not line.startswith("===")]
    assert sorted(said) == sorted(f"{part} passed" for part in PARTS) and said[-1] == "QUIET passed"


@pytest.mark.parametrize("part", PARTS)
def test_whoever_fails_fails_the_run_and_the_others_still_run(whole, monkeypatch, capfd, part):
    plant(whole, monkeypatch, {one: ["raise SystemExit('planted')" if one == part else f"print('{one} passed')"] for one in PARTS})
    assert whole.main() == 1
    heard = capfd.readouterr()
    assert "planted" in heard.out + heard.err
    assert heard.out.count(" passed\n") == 3
