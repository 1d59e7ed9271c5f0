"""What the bench needs of our world before its clock starts: a college with its coordinator, books, phones that sign, sessions."""

import contextlib
import os
import secrets
import time
import uuid
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from decided import decide
from server import create_app
from server.config import read_config
from server.services.books import intake
from server.store import migrations
from server.store.books import books
from server.store.db import db, reading, writing
from server.store.host.keys import make_instance_files, read_key
from server.store.people import devices, orgs, people, sessions
from sync import signing
from sync.op import signing_input, to_base64url, with_signature

NATURE = {"theory": "theory", "practice": "practice", "drill": "practice", "inspection": "practice", "simulator": "theory"}
LIMITS = ("JIANGJI_SYNC_PER_MINUTE", "JIANGJI_WRITES_PER_MINUTE")


def entry_payload(book_id, person_id, row):
    """A record of the workload as an hours entry of ours; its id becomes the document's."""
    start = 480 + row["minutes"] % 60
    body = {
        "day": row["date"], "start": start, "end": min(start + row["minutes"], 1440), "break": 0, "module": "M3",
        "nature": NATURE[row["kind"]], "place_kind": "base", "place": row["base"], "text": row["narrative"],
        "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
    }  # fmt: skip
    return {
        "v": 1, "book": book_id, "kind": "entry.logged", "body": body, "doc": row["id"], "of": None, "deps": [],
        "by": person_id, "count": 1, "at": 1_767_000_000_000, "seen": 0, "salt": to_base64url(os.urandom(16)),
    }  # fmt: skip


class Phone:
    """A key that signs."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.jwk = signing.jwk_of(self.key.public_key())
        self.id = signing.thumbprint(self.jwk)

    def sign(self, payload):
        signed = signing_input(self.id, payload)
        return with_signature(signed, signing.sign(self.key, signed))


@dataclass
class Book:
    """A book, its apprentice, his phones and his session."""

    id: str
    person: str
    phones: list
    token: str


class Town:
    """A freshly migrated database with one college in it."""

    def __init__(self, home, url):
        self.home, self.url = home, url
        make_instance_files(home)
        self.app = create_app(read_config(self.environment()))
        key = read_key(home / "server-key.pem")
        migrations.found(self.app.config["SQLALCHEMY_DATABASE_URI"], key, secrets.token_hex(8), now(), lambda line: None)
        self.key, self.college, self.coordinator = key, new_id(), new_id()
        with self.app.app_context(), writing() as conn:
            orgs.insert_org(conn, {
                "id": self.college, "skill_chain_id": None, "kind": "college", "name": "示例学院", "credit_code": None, "division_code": None,
            })  # fmt: skip
            people.insert_person(conn, self.coordinator, "协调员", new_id(), now())
            people.insert_role(conn, self.coordinator, "coordinator", self.college)

    def environment(self):
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "JIANGJI_HOME": str(self.home), "JIANGJI_DATABASE": self.url, **dict.fromkeys(LIMITS, "100000000"),
        }  # fmt: skip

    def open_book(self, phones):
        book = Book(new_id(), new_id(), [Phone() for _ in range(phones)], secrets.token_urlsafe(32))
        with self.app.app_context():
            with writing() as conn:
                people.insert_person(conn, book.person, "学徒", new_id(), now())
                session = sessions.Session(new_id(), book.person, "phone", now(), now())
                sessions.insert_session(conn, session, book.token, "bench")
                for phone in book.phones:
                    devices.insert_device(conn, {
                        "id": phone.id, "person_id": book.person, "x": phone.jwk["x"], "y": phone.jwk["y"],
                        "label": "bench", "shared": False, "status": "active", "now": now(),
                    })  # fmt: skip
            self._act(book.id, "book.opened", {
                "apprentice": book.person, "learner": "student_apprentice", "occupation": "6-31-07-03", "level": "L3_senior",
                "enterprise": new_id(), "college": self.college, "from": "2025-09-01", "to": "2027-08-31",
            })  # fmt: skip
            self._act(book.id, "member.joined", {
                "member": new_id(), "person": book.person, "role": "apprentice", "org": None, "from": "2025-09-01", "to": None,
            })  # fmt: skip
        return book

    def _act(self, book_id, kind, body):
        asked = {"book": book_id, "kind": kind, "doc": book_id, "of": None, "body": body}
        done = decide(self.key.private, self.coordinator, "bench", asked, now(), os.urandom)
        if done is None or done[1]["as"] != "accepted":
            raise RuntimeError(f"{kind}: {done}")

    def log_entries(self, book, rows):
        """Entries of this book, signed and judged like any other."""
        ops = [book.phones[0].sign(entry_payload(book.id, book.person, row)) for row in rows]
        with self.app.app_context():
            verdicts = intake.accept(ops, now())
        if any(verdict["as"] != "accepted" for verdict in verdicts.values()):
            raise RuntimeError(str(list(verdicts.values())[:2]))

    def head(self, book_id):
        with self.app.app_context(), reading() as conn:
            found = books.select_head(conn, book_id)
        return f"{found.seq}:{found.chain}"

    def rest(self):
        """Let go of the database, so that it can be stopped."""
        with self.app.app_context(), contextlib.suppress(Exception):
            db.engine.dispose()


def new_id():
    return str(uuid.uuid4())


def now():
    return time.time_ns() // 1_000_000
