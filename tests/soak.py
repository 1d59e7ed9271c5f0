"""Long runs against the real server, from the repository's root. Each prints its figures and ends with 1 when something is wrong.

    python -m tests.soak kill    --times 200 --database sqlite|postgresql [--database-too] [--seed 1]
    python -m tests.soak hostile --requests 10000 --database sqlite|postgresql [--seed 1]
    python -m tests.soak restore --ops 400 --database sqlite|postgresql [--seed 1]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from soaks import hostile, kill, restore  # noqa: E402
from soaks.land import cluster_for  # noqa: E402


def tell(line: str) -> None:
    print(f"  {line}", flush=True)


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Long runs against the real server.")
    rooms = parser.add_subparsers(dest="what", required=True)
    numbers = {"kill": ("--times", 200), "hostile": ("--requests", 10_000), "restore": ("--ops", 400)}
    for name, (flag, usual) in numbers.items():
        room = rooms.add_parser(name)
        room.add_argument(flag, dest="number", type=int, default=usual)
        room.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
        room.add_argument("--seed", default="1")
        if name == "kill":
            room.add_argument("--database-too", action="store_true", help="PostgreSQL is killed as well, every other time")
    return parser.parse_args()


def shown(found: dict[str, Any]) -> str:
    return " ".join(f"{name}={figure}" for name, figure in found.items())


def main() -> int:
    words, began = asked(), time.monotonic()
    if words.what == "kill" and words.database_too and words.database == "sqlite":
        raise SystemExit("SQLite has no process of its own to kill.")
    with tempfile.TemporaryDirectory(prefix="jiangji-soak-") as folder, cluster_for(words.database) as cluster:
        given = Path(folder), words.database, words.number, words.seed, cluster
        if words.what == "kill":
            found, room = kill.run(*given, database_too=words.database_too, tell=tell), kill
            found["bound_95"] = f"<{3 / words.number:.4f}"
        elif words.what == "hostile":
            found, room = hostile.run(*given, tell=tell), hostile
        else:
            found, room = restore.run(*given), restore
    good = room.passed(found)
    print(f"{words.what}: seed={words.seed} {shown(found)} seconds={time.monotonic() - began:.0f} {'passed' if good else 'FAILED'}")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
