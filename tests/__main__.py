"""Everything, from the repository's root: the browser tests in parts and all others, as many at a time as there are cores (two at most),
each in a pytest of its own; and then alone those that measure how long a page keeps its browser busy.

    python -m tests

Whatever is done is heard whole, one after the other."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest"]
FILES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "e2e").glob("test_*.py"))
# as many as make the end of both sides come close together, and not more: each begins with a site and a database of its own
PARTS = 5
BROWSERS = [[*FILES[first::PARTS], "-m", "not quiet"] for first in range(PARTS)]
REST = ["tests", "--ignore=tests/e2e"]
QUIET = ["tests/e2e", "-m", "quiet"]
speaking = threading.Lock()


def run(words: list[str]) -> int:
    """Heard when it has ended, and not while another is."""
    began = time.monotonic()
    print(f"\n=== begun: pytest {' '.join(words)}", flush=True)
    with tempfile.TemporaryFile() as heard:
        code = subprocess.run([*PYTEST, *words], cwd=ROOT, check=False, stdout=heard, stderr=heard).returncode
        heard.seek(0)
        with speaking:
            print(f"\n=== after {time.monotonic() - began:.0f} s: pytest {' '.join(words)}", flush=True)
            for line in heard:
                sys.stdout.buffer.write(line)
            sys.stdout.flush()
    return code


def run_all(jobs: list[list[str]], at_once: int) -> list[int]:
    """Whoever is free takes the next."""
    waiting, codes = iter(jobs), list[int]()

    def work() -> None:
        for job in waiting:
            codes.append(run(job))

    others = [threading.Thread(target=work) for _ in range(at_once - 1)]
    for other in others:
        other.start()
    work()
    for other in others:
        other.join()
    return codes


def main() -> int:
    # once, before two would do it at the same time
    codes = [subprocess.run([sys.executable, "pwa/build.py"], cwd=ROOT, check=False).returncode]
    codes += run_all([REST, *BROWSERS], min(os.cpu_count() or 1, 2))
    codes.append(run(QUIET))
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
