"""Everything, from the repository's root: the browser tests in parts, one after the other, and beside them all others, which give way to
them; and then alone those that measure how long a page keeps its browser busy. Each is a pytest of its own.

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
# heard as they end; each begins with a site and a database of its own
PARTS = 5
BROWSERS = [[*FILES[first::PARTS], "-m", "not quiet"] for first in range(PARTS)]
REST = ["tests", "--ignore=tests/e2e"]
# a person waits for a page, and so does a browser test; nobody waits for the others
GIVES_WAY = ["nice", "-n", "5"]
QUIET = ["tests/e2e", "-m", "quiet"]
speaking = threading.Lock()


def run(words: list[str], gives_way: bool = False) -> int:
    """Heard when it has ended, and not while another is."""
    began = time.monotonic()
    print(f"\n=== begun: pytest {' '.join(words)}", flush=True)
    with tempfile.TemporaryFile() as heard:
        code = subprocess.run([*(GIVES_WAY if gives_way else []), *PYTEST, *words], cwd=ROOT, check=False, stdout=heard, stderr=heard).returncode
        heard.seek(0)
        with speaking:
            print(f"\n=== after {time.monotonic() - began:.0f} s: pytest {' '.join(words)}", flush=True)
            for line in heard:
                sys.stdout.buffer.write(line)
            sys.stdout.flush()
    return code


def run_both() -> list[int]:
    """The others beside the browsers; after them where there is one core."""
    codes = list[int]()
    others = threading.Thread(target=lambda: codes.append(run(REST, gives_way=True)))
    if (os.cpu_count() or 1) > 1:
        others.start()
    browsers = [run(part) for part in BROWSERS]
    if not others.ident:
        others.start()
    others.join()
    return [*codes, *browsers]


def main() -> int:
    # once, before two would do it at the same time
    codes = [subprocess.run([sys.executable, "pwa/build.py"], cwd=ROOT, check=False).returncode]
    codes += run_both()
    codes.append(run(QUIET))
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
