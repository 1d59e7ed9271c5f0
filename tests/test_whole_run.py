"""The run of everything: whoever fails fails it, and all that was said is shown."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

import provide

PARTS = ("BROWSERS", "REST", "QUIET")


@pytest.fixture
def whole(monkeypatch) -> ModuleType:
    """With a word of Python where each pytest would be."""
    spec = importlib.util.spec_from_file_location("whole_run", provide.ROOT / "tests" / "__main__.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "PYTEST", [sys.executable, "-c"])
    for part in PARTS:
        monkeypatch.setattr(module, part, [f"print('{part} passed')"])
    return module


@pytest.mark.parametrize("cores", [1, 2])
def test_all_three_run_and_are_heard(whole, monkeypatch, capfd, cores):
    monkeypatch.setattr(whole.os, "cpu_count", lambda: cores)
    assert whole.main() == 0
    said = capfd.readouterr().out.splitlines()
    assert [line for line in said if line.endswith("passed")] == [f"{part} passed" for part in PARTS]


@pytest.mark.parametrize("part", PARTS)
def test_whoever_fails_fails_the_run_and_the_others_still_run(whole, monkeypatch, capfd, part):
    monkeypatch.setattr(whole, part, ["raise SystemExit('planted')"])
    assert whole.main() == 1
    heard = capfd.readouterr()
    assert "planted" in heard.out + heard.err
    assert heard.out.count(" passed\n") == 2
