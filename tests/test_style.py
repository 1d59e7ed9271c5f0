"""ruff over all Python, mypy strictly over the ground floor, no word left for later, no key left lying about."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import floors

ROOT = Path(__file__).resolve().parent.parent
LATER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X{3})\b")

NOT_SCANNED = r"\.lock$|package-lock\.json$|tests/vectors/"
NOT_BY_SHAPE = [
    word
    for plugin in ("Base64HighEntropyString", "HexHighEntropyString", "KeywordDetector")
    for word in ("--disable-plugin", plugin)
]


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


def scan_secrets(folder: Path) -> list[str]:
    """Keys and tokens by their shape; lock files are all hashes and hold none."""
    done = subprocess.run(
        [sys.executable, "-m", "detect_secrets", "scan", "--all-files", "--exclude-files", NOT_SCANNED, *NOT_BY_SHAPE],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return sorted(json.loads(done.stdout)["results"])


def test_no_key_or_token_lies_about(tmp_path):
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for where in listed.splitlines():
        if (ROOT / where).is_file():
            (tmp_path / where).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / where, tmp_path / where)
    assert scan_secrets(tmp_path) == []


def test_a_planted_key_is_found(tmp_path):
    (tmp_path / "planted.txt").write_text("-----BEGIN EC " + "PRIVATE KEY-----\n")
    assert scan_secrets(tmp_path) == ["planted.txt"]
