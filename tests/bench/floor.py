"""The signed floor as an adapter: bench.py --adapter tests/bench/floor.py:SignedFloor."""

import sys
import uuid
from pathlib import Path

import adapters.floor
from adapters.floor import Floor
from cryptography.hazmat.primitives.asymmetric import ec
from procs import ROOT, spawn, wait_port
from wire import request

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from sync import signing  # noqa: E402
from tests.bench.town import entry_payload  # noqa: E402

BOOK = PERSON = str(uuid.uuid4())


class SignedFloor(Floor):
    """The PostgreSQL floor with ES256 in front; its records are the very operations ours takes."""

    many_scopes = False

    def __init__(self):
        super().__init__("pg", "floor-pg-signed", 18970)
        self.key = ec.generate_private_key(ec.SECP256R1())

    def start(self, fresh=False):
        self.pg.start(fresh)
        (ROOT / "run").mkdir(exist_ok=True)
        jwk = signing.jwk_of(self.key.public_key())
        servers = Path(adapters.floor.__file__).resolve().parents[1] / "servers"
        env = {
            "FLOOR": "pg", "DB": self.pg.url(), "FLOOR_SERVERS": str(servers), "JIANGJI_REPOSITORY": str(REPOSITORY),
            "FLOOR_KEY": f"{jwk['x']}:{jwk['y']}",
        }  # fmt: skip
        command = [
            Path(sys.executable).parent / "gunicorn", "-k", "gthread", "-w", self.workers, "--threads", self.threads,
            "--keep-alive", 75, "-b", f"127.0.0.1:{self.port}", "--chdir", REPOSITORY, "tests.bench.floor_app:application",
        ]  # fmt: skip
        self.proc = spawn(command, ROOT / "run" / f"{self.name}.log", env)
        wait_port(self.port, self.proc)

    def encode_push(self, scope, rows):
        made = [{"id": r["id"], "jws": signing.make_jws(self.key, "jj-op", entry_payload(BOOK, PERSON, r))} for r in rows]
        return [request("POST", f"/push?scope={scope}", self.port, made)]
