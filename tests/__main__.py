"""Everything, from the repository's root: the browser tests and all others beside each other, each in a pytest of its own, and then
alone those that measure how long a page keeps its browser busy.

    python -m tests

On a machine with one core they run one after the other. The first to run is heard as it goes, the one beside it at its end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest"]
BROWSERS = ["tests/e2e", "-m", "not quiet"]
REST = ["tests", "--ignore=tests/e2e"]
QUIET = ["tests/e2e", "-m", "quiet"]


def run(words: list[str]) -> int:
    print(f"\n=== pytest {' '.join(words)}", flush=True)
    return subprocess.run([*PYTEST, *words], cwd=ROOT, check=False).returncode


def run_beside(words: list[str], others: list[str]) -> list[int]:
    """Both; what the others say is shown whole when they have said it."""
    with tempfile.TemporaryFile() as heard:
        beside = subprocess.Popen([*PYTEST, *others], cwd=ROOT, stdout=heard, stderr=heard)
        codes = [run(words), beside.wait()]
        print(f"\n=== pytest {' '.join(others)}", flush=True)
        heard.seek(0)
        for line in heard:
            sys.stdout.buffer.write(line)
        sys.stdout.flush()
    return codes


def main() -> int:
    # once, before two would do it at the same time
    codes = [subprocess.run([sys.executable, "pwa/build.py"], cwd=ROOT, check=False).returncode]
    codes += run_beside(BROWSERS, REST) if (os.cpu_count() or 1) > 1 else [run(BROWSERS), run(REST)]
    codes.append(run(QUIET))
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
