"""Our server as the side-by-side bench sees it: a scope is a book, a record is a signed `entry.logged`, made before the clock starts.

bench.py --adapter tests/bench/adapter.py:JiangjiSqlite (or JiangjiPostgres, or Jiangji = the first), run with this project's Python."""

import itertools
import shutil
import sys
from pathlib import Path

from adapters.base import Adapter, Refused
from procs import ROOT, Postgres, end, spawn, wait_port
from records import records
from wire import request

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from tests.bench.town import Town, entry_payload  # noqa: E402

PUSHED_AT_ONCE = 50
PHONES = 16


class Jiangji(Adapter):
    """`jiangji serve` with two workers."""

    name, port, database = "jiangji-sqlite", 18950, "sqlite"
    gzip = True
    many_scopes = True
    workers, threads = 2, 4
    page = 500
    load_batch = 1000
    durable = "SQLite WAL, synchronous=FULL: one commit a batch"

    def __init__(self):
        self.home = ROOT / "data" / self.name
        self.pg = Postgres(self.name, self.port + 1) if self.database == "postgresql" else None
        self.proc, self.town, self.books, self.phones = None, None, {}, itertools.count()

    # -- life ---------------------------------------------------------------
    def start(self, fresh=False):
        if fresh and self.home.exists():
            shutil.rmtree(self.home)
        self.home.mkdir(parents=True, exist_ok=True)
        (ROOT / "run").mkdir(exist_ok=True)
        if self.pg:
            self.pg.start(fresh)
        if fresh or self.town is None:
            self.books = {}
            self.town = Town(self.home, self.pg.url() if self.pg else f"sqlite:///{self.home / 'jiangji.db'}")
        command = [Path(sys.executable).parent / "jiangji", "serve", "--port", self.port, "--workers", self.workers, "--threads", self.threads]
        self.proc = spawn(command, ROOT / "run" / f"{self.name}.log", self.town.environment())
        wait_port(self.port, self.proc)

    def stop(self):
        end(self.proc)
        self.proc = None
        if self.town:
            self.town.rest()
        if self.pg:
            self.pg.stop()

    def pids(self):
        return [self.proc.pid] + ([self.pg.pid()] if self.pg else [])

    def app_pids(self):
        return [self.proc.pid]

    def disk_paths(self):
        return [self.pg.data if self.pg else self.home]

    def settle(self):
        if self.pg:
            self.pg.sql("VACUUM ANALYZE")
            self.pg.sql("CHECKPOINT")

    # -- protocol -----------------------------------------------------------
    def open_scope(self, scope):
        if scope not in self.books:
            self.books[scope] = self.town.open_book(PHONES if scope in ("push", "all", "own") else 1)

    def _book(self, scope):
        self.open_scope(scope)
        return self.books[scope]

    def _post(self, book, body, gzipped=False):
        headers = {"X-App": "1", "Origin": f"http://127.0.0.1:{self.port}", "Cookie": f"__Host-sid={book.token}"}
        return request("POST", "/api/sync", self.port, body, headers, gzipped)

    def encode_push(self, scope, rows):
        book = self._book(scope)
        phone = book.phones[next(self.phones) % len(book.phones)]
        ops = [phone.sign(entry_payload(book.id, book.person, row)) for row in rows]
        return [
            self._post(book, {"v": 1, "build": "bench", "epoch": "", "have": {}, "ops": ops[at : at + PUSHED_AT_ONCE], "limit": 0})
            for at in range(0, len(ops), PUSHED_AT_ONCE)
        ]

    def check_push(self, answers, rows):
        taken = 0
        for answer in answers:
            if answer.status != 200:
                raise Refused(f"{answer.status} {answer.body[:300]!r}")
            verdicts = answer.json()["verdicts"].values()
            if any(verdict["as"] != "accepted" for verdict in verdicts):
                raise Refused(str(list(verdicts)[:2]))
            taken += len(verdicts)
        if taken != len(rows):
            raise Refused(f"{taken} verdicts for {len(rows)} records")

    def again(self, answer):
        return answer.status == 503

    def encode_pull(self, scope, cursor, gzipped=False):
        book = self._book(scope)
        seq, _, chain = (cursor or "").partition(":")
        have = {book.id: [int(seq), chain]} if cursor else {}
        body = {"v": 1, "build": "bench", "epoch": "", "have": have, "ops": [], "limit": self.page}
        return [self._post(book, body, gzipped)]

    def read_pull(self, answers):
        if answers[0].status != 200:
            raise Refused(f"{answers[0].status} {answers[0].body[:300]!r}")
        pages = answers[0].json()["books"]
        if not pages:
            return [], None, False
        page = pages[0]
        ids = [doc["id"] for doc in page["docs"] if doc["kind"] == "entry"]
        return ids, f"{page['seq']}:{page['chain']}", page["more"]

    def head(self, scope):
        return self.town.head(self._book(scope).id)

    def load(self, scope, have, want):
        """Through the same door as a push, without the wire: one process leaves the machine its other core."""
        book = self._book(scope)
        for start in range(have, want, self.load_batch):
            self.town.log_entries(book, records(scope, start, min(self.load_batch, want - start)))


class JiangjiPostgres(Jiangji):
    """The same on PostgreSQL."""

    name, port, database = "jiangji-pg", 18960, "postgresql"
    durable = "PostgreSQL, fsync on: one commit a batch"

