"""A ledger of few and of many rows as xlsx, CSV and PDF: its time, and the peak of the process that makes it.

    python -m tests.bench.ledger [rows ...]      as it comes 10000 and 100000

Each file is made by a worker of its own, as in production: what stands in memory before is told beside the peak. Above `MOST_PRINTED`
rows there is no PDF: the door says so.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1])]

from server.commands.jobs import do_waiting  # noqa: E402
from server.config import read_config  # noqa: E402
from server.services.demo.days import moment  # noqa: E402
from server.store.books import books  # noqa: E402
from server.store.books.bulk import insert_many  # noqa: E402
from server.store.books.ops import StoredOp, upsert_ops  # noqa: E402
from server.store.db import db, writing  # noqa: E402
from server.store.host.keys import make_instance_files, read_key  # noqa: E402
from server.store.migrations import found  # noqa: E402
from server.store.people import people  # noqa: E402
from serving import COLLEGE, FIRM, NOW, Site, fill, found_site, person_id  # noqa: E402
from sync.chain import START, link  # noqa: E402
from sync.op import op_id, signing_input, to_base64url, with_signature  # noqa: E402
from yearland import CLASS, FIRST, LAST, PLACES, RULES, STUDENT, Date, Land  # noqa: E402

A_BOOK = 1_000


def write_book(site: Site, land: Land, number: int, entries: int) -> None:
    """Straight into the tables: what a signature says is not asked for when a book is told again."""
    rng, device = Random(number), to_base64url(bytes(32))
    ids = [f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4000-8000-{rng.getrandbits(48):012x}" for _ in range(entries + 2)]
    book, person = ids.pop(), ids.pop()
    seq, chain, rows = 0, START, []

    def tell(kind: str, doc: str, body: dict[str, object], by: str, at: int, of: str | None = None) -> str:
        nonlocal seq, chain
        signed = signing_input(device, {
            "v": 1, "book": book, "kind": kind, "body": body, "doc": doc, "of": of, "deps": [], "by": by, "count": 1, "at": at, "seen": 0,
            "salt": to_base64url(rng.randbytes(16)),
        })  # fmt: skip
        jws = with_signature(signed, bytes(64))
        seq, found_id = seq + 1, op_id(signed)
        chain = link(chain, found_id)
        rows.append(StoredOp(found_id, book, seq, chain, "accepted", None, device, jws, at))
        return found_id

    coordinator, mentor, at = person_id("coordinator"), person_id("mentor"), moment(FIRST, 0)
    tell("book.opened", book, {
        "apprentice": person, "learner": "student_apprentice", "occupation": "操作员", "level": "三级", "enterprise": FIRM, "college": COLLEGE,
        "from": FIRST.isoformat(), "to": LAST.isoformat(), "class": CLASS,
    }, coordinator, at)  # fmt: skip
    about = {"plan": "P", "name": "P", "rule_set": "s", "source": "示例", "status": "示例"}
    tell("plan.set", book, {**about, "modules": STUDENT, "places": PLACES, "rules": RULES, "closed_days": []}, coordinator, at)
    joined = {"member": ids[0], "person": person, "role": "apprentice", "org": FIRM, "from": FIRST.isoformat(), "to": None}
    tell("member.joined", book, joined, coordinator, at)
    for place, doc in enumerate(ids):
        day, start = Date.fromordinal(FIRST.toordinal() + place // 3), 480 + place % 3 * 120
        content = {
            "day": day.isoformat(), "start": start, "end": start + 110, "break": 0, "module": "M3", "nature": "practice", "place_kind": "post",
            "place": "shop", "text": "更换主轴轴承并记录点检结果", "photos": [], "safety": True, "shared": False, "late_reason": None,
            "presence": None,
        }  # fmt: skip
        version = tell("entry.logged", doc, content, person, moment(day, 1200))
        tell("entry.signed", doc, {"minutes": 110, "how": "scan", "note": None, "scores": []}, mentor, moment(day, 1201), version)
        tell("entry.credited", doc, {"minutes": 110, "note": None}, coordinator, moment(day, 1202), version)
    with site.app.app_context(), writing() as conn:
        people.insert_person(conn, person, f"学徒{number:03}", f"b{number}", NOW)
        books.insert_book(conn, book, START, books.Belongs(COLLEGE, FIRM, CLASS))
        upsert_ops(conn, rows)
        books.update_head(conn, books.Head(book, seq, chain, 0))
        columns = ("book_id", "id", "person_id", "role", "from_day", "to_day")
        insert_many(conn, "members", columns, [(book, ids[0], person, "apprentice", FIRST.isoformat(), None)])


def export(site: Site, form: str, format_: str) -> dict[str, Any]:
    """Asked for here, made by a worker that has done nothing else."""
    caller = site.caller("coordinator", "desk")
    made = caller.post("/api/desk/exports", {"form": form, "format": format_, "aim": "look", "class_id": CLASS}).json
    worker = [sys.executable, "-m", "tests.bench.ledger", "--work", str(site.config.home)]
    told = json.loads(subprocess.run(worker, capture_output=True, check=True, text=True).stdout)
    job = caller.get(f"/api/desk/jobs/{made['id']}").json
    path = site.config.home / "exports" / f"{made['id']}.{format_}"
    size = path.stat().st_size / 1e6 if path.exists() else 0.0
    return {"state": job["word"] or job["state"], "rows": (job["result"] or {}).get("totals", {}).get("rows", 0), "megabytes": size, **told}


def work(home: Path) -> None:
    """What waits is made; said is how that went."""
    site = found_site(read_config({"JIANGJI_HOME": str(home), "JIANGJI_HASH_MEMORY_KIB": "256"}), home)
    began, before = time.perf_counter(), peak()
    do_waiting(site.app, site.clock)
    print(json.dumps({"seconds": time.perf_counter() - began, "before": before, "peak": peak()}))


def peak() -> float:
    """In MB. What getrusage says begins with the peak of whoever started this process."""
    said = Path("/proc/self/status").read_text("ascii")
    return int(said.partition("VmHWM:")[2].split()[0]) / 1024


def make_books(home: Path, rows: int) -> Site:
    make_instance_files(home)
    config = read_config({"JIANGJI_HOME": str(home), "JIANGJI_HASH_MEMORY_KIB": "256"})
    found(config.database_url, read_key(config.server_key), "epoch-1", NOW, lambda _: None)
    site = found_site(config, home)
    fill(site)
    land = Land(site)
    for number in range(-(-rows // A_BOOK)):
        write_book(site, land, number, min(A_BOOK, rows - number * A_BOOK))
    return site


def main(sizes: list[int]) -> None:
    logging.disable(logging.INFO)
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            site = make_books(Path(folder), rows)
            print(f"{rows:,} entries in {-(-rows // A_BOOK)} books", flush=True)
            for format_ in ("csv", "xlsx", "pdf"):
                done = export(site, "ledger", format_)
                print(f"  {format_:4} {done['state']}, {done['rows']:,} rows, {done['seconds']:.1f} s, {done['megabytes']:.1f} MB; "
                      f"memory {done['peak']:.0f} MB at the peak, {done['before']:.0f} MB before", flush=True)  # fmt: skip
            with site.app.app_context():
                db.engine.dispose()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(Path(sys.argv[2]))
    else:
        main([int(word) for word in sys.argv[1:]] or [10_000, 100_000])
