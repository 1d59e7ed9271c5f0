"""How often each flag finds what it is for, and how often it speaks of honest people: `python -m tests.bench.flags`.

Honest apprentices with all their noise and kinds of fraud and neglect live some months in one college; every operation is signed and comes
through the one door; then the product looks for flags as its worker does. A row a flag: of the people of each cohort, how many have at
least one case of it. `--write` keeps the rates for the page that explains the flags."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cohorts import FIRST, FRAUDS, Land  # noqa: E402
from server import create_app  # noqa: E402
from server.config import read_config  # noqa: E402
from server.services.books import flagging  # noqa: E402
from server.services.demo.days import Date, moment  # noqa: E402
from server.services.demo.pens import uuid  # noqa: E402
from server.store.books.bulk import insert_many  # noqa: E402
from server.store.db import reading, writing  # noqa: E402
from server.store.flags import traces  # noqa: E402
from server.store.host.keys import make_instance_files, read_key  # noqa: E402
from server.store.migrations import found  # noqa: E402
from sync.flags.table import FLAGS, MEASURED_FILE, VERSION  # noqa: E402

# which flags are meant to find which fraud
MEANT = {
    "burst": ("burst", "fast"),
    "ghost": ("same_minutes", "no_absence", "one_sitting", "copy_own", "copy_other", "young_key"),
    "proxy": ("unlisted", "one_sitting"),
    "backdating": ("late_written", "late_sent", "clock_back"),
    "copied": ("copy_other", "same_photo"),
    "holiday": ("closed_day",),
    "double": ("overlap",),
    "uncovered": ("outside_agreement",),
    "listed_late": ("roster_edit",),
    "reset": ("after_reset",),
    "crowded": ("mentor_load",),
}
PATTERNS = [flag.word for flag in FLAGS.values() if not flag.rule]
COHORTS = ("honest", *FRAUDS)
Found = dict[str, dict[str, set[str]]]


def build(home: Path, seed: int, honest: int, of_each: int, last: Date, url: str | None = None) -> Land:
    """A college on its last evening, nobody looked at yet."""
    make_instance_files(home)
    environment = {"JIANGJI_HOME": str(home)} | ({"JIANGJI_DATABASE": url} if url else {})
    config = read_config(environment)
    key = read_key(config.server_key)
    found(config.database_url, key, "epoch", 1, lambda _: None)
    land = Land(create_app(config), key, seed, FIRST, last)
    land.populate(honest, of_each)
    land.found()
    land.tell()
    land.send()
    agree(land)
    return land


def agree(land: Land) -> None:
    """Everybody's agreement is registered; of some it ended while they went on."""
    rows = [
        (uuid(story.rng), "placement", f"no-{place}", land.ids["college"], land.ids["firm"], story.book, land.first.isoformat(),
         "2026-05-15" if story.cohort == "uncovered" else "2027-01-31", 1)
        for place, story in enumerate(land.stories)
    ]  # fmt: skip
    names = ("id", "kind", "number", "college_id", "enterprise_id", "book_id", "from_day", "to_day", "created_at")
    with land.app.app_context(), writing() as conn:
        insert_many(conn, "agreements", names, rows)


def look(land: Land) -> Found:
    """Flag -> cohort -> the books it speaks of."""
    with land.app.app_context():
        flagging.look_at_all(moment(land.last, 1439) + 86_400_000)
        with reading() as conn:
            rows = traces.fetch(conn, "SELECT DISTINCT flag, book_id FROM flags WHERE settled = :no", no=False)
    cohort = {story.book: story.cohort for story in land.stories}
    told: Found = {word: {name: set() for name in COHORTS} for word in FLAGS}
    for word, book in rows:
        told[word][cohort[book]].add(book)
    return told


def rates(land: Land, told: Found) -> dict[str, dict[str, float]]:
    """Of the people of a cohort, the share with at least one case, flag by flag; `any`: with one of those meant for it,
    and of the honest with any that tells of a pattern."""
    size = {name: sum(story.cohort == name for story in land.stories) for name in COHORTS}
    table = {word: {name: len(books) / max(1, size[name]) for name, books in row.items()} for word, row in told.items()}
    meant = {name: set().union(*(told[word][name] for word in MEANT.get(name, PATTERNS))) for name in COHORTS}
    return table | {"any": {name: len(books) / max(1, size[name]) for name, books in meant.items()}}


def table_of(shares: Mapping[str, Mapping[str, float]]) -> str:
    head = f"{'flag':<18}" + "".join(f"{name:>12}" for name in COHORTS)
    lines = [head, "-" * len(head)]
    for word, row in shares.items():
        cells = (f"{row[name] * 100:.0f} %" + ("*" if word in MEANT.get(name, ()) else " ") for name in COHORTS)
        lines.append(f"{word:<18}" + "".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--honest", type=int, default=120)
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        land = build(Path(folder), asked.seed, asked.honest, asked.each, Date(2026, 7, 31))
        told_at = time.perf_counter()
        shares = rates(land, look(land))
        done = time.perf_counter()
        entries = sum(len(story.entries) for story in land.stories)
    people = f"{asked.honest} honest people, {asked.each} of each fraud, {entries} entries from {land.first} to {land.last}"
    print(f"{people}; told in {told_at - began:.0f} s, looked at in {done - told_at:.1f} s. * = meant to find it.\n")
    print(table_of(shares))
    if asked.write:
        rows = {word: {name: round(share * 1000) for name, share in row.items()} for word, row in shares.items()}
        kept = {"version": VERSION, "seed": asked.seed, "honest": asked.honest, "each": asked.each, "entries": entries, "permille": rows}
        MEASURED_FILE_PATH = Path(__file__).resolve().parents[2] / "sync" / "flags" / MEASURED_FILE
        MEASURED_FILE_PATH.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
