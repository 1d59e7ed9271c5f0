"""ruff over all Python, mypy strictly over the ground floor, and no word left for later."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import floors

ROOT = Path(__file__).resolve().parent.parent
LATER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X{3})\b")


def run_module(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_ruff_finds_nothing():
    done = run_module("ruff", "check", "--no-cache", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_finds_nothing_in_sync():
    done = run_module("mypy", "--cache-dir=/dev/null", "sync")
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_is_strict(tmp_path):
    (tmp_path / "planted.py").write_text("def f(x):\n    return x\n")
    done = run_module("mypy", "--cache-dir=/dev/null", str(tmp_path / "planted.py"))
    assert "no-untyped-def" in done.stdout


def test_nothing_is_put_off():
    files = floors.list_files(ROOT, ".py", ".ts", ".vue", ".css", ".mjs", ".toml")
    assert [where for where, path in files if LATER.search(path.read_text(encoding="utf-8"))] == []
