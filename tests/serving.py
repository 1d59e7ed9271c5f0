"""A server for one test: its standing cast, a clock the test moves, browsers that are signed in, phones with keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from flask import Flask
from werkzeug.test import TestResponse

from decided import decide
from server import create_app
from server.config import Config
from server.services.people import accounts, enrolment, roster
from server.store.db import db, writing
from server.store.people import sessions
from sync.op import to_base64url
from sync.signing import jwk_of, make_jws, thumbprint

BASE = "http://127.0.0.1:5000"
NOW = 1_790_000_000_000
COLLEGE, OTHER_COLLEGE, FIRM, OTHER_FIRM, WORKS = (f"00000000-0000-4000-8000-0000000000{n:02d}" for n in (1, 2, 3, 4, 5))
PASSWORD = "vier Birnen im Korb"
# name -> (role, org); the second of each kind belongs to another college and firm
CAST = {
    "apprentice": ("apprentice", FIRM),
    "mentor": ("mentor", FIRM),
    "college_tutor": ("college_tutor", COLLEGE),
    "base_trainer": ("base_trainer", COLLEGE),
    "coordinator": ("coordinator", COLLEGE),
    "enterprise_admin": ("enterprise_admin", FIRM),
    "base_admin": ("base_admin", WORKS),
    "authority": ("authority", COLLEGE),
    "system_admin": ("system_admin", COLLEGE),
    "other_apprentice": ("apprentice", OTHER_FIRM),
    "other_coordinator": ("coordinator", OTHER_COLLEGE),
    "kiosk": ("kiosk", WORKS),
}
# one for all sites, so that two on one database never draw the same chance
NUMBERS = count()
BOOK = "10000000-0000-4000-8000-000000000001"


def person_id(name: str) -> str:
    return f"20000000-0000-4000-8000-{list(CAST).index(name):012d}"


@dataclass
class Site:
    """A running server and what a test may turn on it."""

    app: Flask
    config: Config
    at: int = NOW
    numbers: Iterator[int] = field(default=NUMBERS)

    def clock(self) -> int:
        return self.at

    def chance(self, size: int) -> bytes:
        """Never the same twice, and the same in every run."""
        return hashlib.shake_256(str(next(self.numbers)).encode()).digest(size)

    def pass_time(self, ms: int) -> None:
        self.at += ms

    def caller(self, name: str | None = None, kind: str = "phone") -> Caller:
        """A browser; with a name, one in which this person is signed in."""
        caller = Caller(self)
        if name:
            token, session_id = to_base64url(self.chance(32)), f"s-{next(self.numbers)}"
            session = sessions.Session(session_id, person_id(name), kind, self.at, self.at, self.at, self.at)
            with self.app.app_context(), writing() as conn:
                sessions.insert_session(conn, session, token, name)
            caller.cookie, caller.session_id = token, session_id
        return caller

    def set_password(self, name: str, password: str = PASSWORD) -> None:
        """Through the front door: a code, used."""
        with self.app.app_context():
            here = self.app.extensions["jiangji"]
            roster.issue_code(here.hasher, person_id(name), "0123456789", f"a-{next(self.numbers)}", self.at)
            words, device = (name, "0123456789", password), enrolment.Enrolment(None, "", False)
            token, session_id = to_base64url(self.chance(32)), f"s-{next(self.numbers)}"
            done = enrolment.activate(here.hasher, here.limits, here.key, words, device, token, session_id, self.at)
            assert isinstance(done, tuple), done
            accounts.log_out(done[0], self.at)

    def rows(self, statement: str, **values: Any) -> list[sa.Row[Any]]:
        with self.app.app_context(), db.engine.connect() as conn:
            return list(conn.execute(sa.text(statement), values))

    def decide(
        self, kind: str, body: dict[str, Any], doc: str = BOOK, of: str | None = None, book: str = BOOK, by: str = "coordinator"
    ) -> dict[str, Any]:
        """What stands in a book once it was decided, by whatever door."""
        here, asked = self.app.extensions["jiangji"], {"book": book, "kind": kind, "doc": doc, "of": of, "body": body}
        with self.app.app_context():
            done = decide(here.key.private, person_id(by), "desk", asked, self.at, self.chance)
        assert done is not None, asked
        return done[1]

    def open_book(self) -> None:
        """A book of the college's: apprentice, mentor, tutor and trainer are in it."""
        person = person_id("apprentice")
        opened = {
            "apprentice": person, "learner": "student_apprentice", "occupation": "钳工", "level": "中级", "enterprise": FIRM,
            "college": COLLEGE, "from": "2026-01-01", "to": "2027-12-31",
        }  # fmt: skip
        assert self.decide("book.opened", opened)["as"] == "accepted"
        for number, name in enumerate(("apprentice", "mentor", "college_tutor", "base_trainer")):
            joined = {
                "member": f"30000000-0000-4000-8000-{number:012d}", "person": person_id(name), "role": CAST[name][0],
                "org": None, "from": "2026-01-01", "to": None,
            }  # fmt: skip
            assert self.decide("member.joined", joined)["as"] == "accepted"

    def open_base(self) -> None:
        """The base called WORKS: the trainer and the mentor hold sessions there, and it has a kiosk."""
        desk = self.caller("base_admin", "desk")
        opened = {"name": "Training works", "workstations": ["W-01", "W-02"]}
        assert desk.act("base.opened", opened, WORKS, book=WORKS)["as"] == "accepted"
        for number, name in enumerate(("base_trainer", "mentor", "kiosk")):
            joined = {
                "member": f"31000000-0000-4000-8000-{number:012d}", "person": person_id(name), "role": name, "from": "2026-01-01",
            }  # fmt: skip
            assert desk.act("staff.joined", joined, WORKS, book=WORKS)["as"] == "accepted"

    def log_hours(self, days: int, photos: tuple[str, ...] = ()) -> None:
        """The apprentice's phone is enrolled and brings an entry for each day."""
        phone, caller = Phone(), self.caller("apprentice")
        caller.post("/api/devices", {"proof": phone.proof("apprentice"), "label": "", "shared": False})
        body = {
            "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice", "place_kind": "post", "place": None,
            "text": "turning", "photos": sorted(photos), "safety": True, "shared": False, "late_reason": None, "presence": None,
        }  # fmt: skip
        ops = []
        for day in range(1, days + 1):
            doc, fields = f"40000000-0000-4000-8000-{day:012d}", {"day": f"2026-09-{day:02d}", **body}
            ops.append(phone.op(person_id("apprentice"), "entry.logged", doc, fields, self.chance(16)))
        asked = {"v": 1, "build": "t", "epoch": "", "have": {}, "ops": ops, "limit": 10}
        answer = caller.post("/api/sync", asked)
        assert [verdict["as"] for verdict in answer.json["verdicts"].values()] == ["accepted"] * days, answer.text


class Caller:
    """A browser with our app in it: it sends what our app sends, for `account` once a phone account is open."""

    def __init__(self, site: Site) -> None:
        self.site, self.cookie, self.account, self.session_id = site, "", "", ""
        self.client = site.app.test_client(use_cookies=False)

    def send(self, method: str, path: str, asked: Any = None, **more: Any) -> TestResponse:
        headers = {"X-App": "1", "Sec-Fetch-Site": "same-origin", **more.pop("headers", {})}
        if self.cookie:
            headers["Cookie"] = f"{self.named}={self.cookie}"
        if self.account:
            headers.setdefault("X-Account", self.account)
        if method == "POST" and "data" not in more:
            more |= {"data": json.dumps({} if asked is None else asked), "content_type": "application/json"}
        answer = self.client.open(
            path, method=method, base_url=more.pop("base_url", BASE), headers=headers, buffered=True, **more
        )
        for given in answer.headers.getlist("Set-Cookie"):
            name, _, rest = given.partition("=")
            if name.startswith("__Host-sid") and "Max-Age=0;" not in rest:
                self.cookie, self.account = rest.partition(";")[0], name.removeprefix("__Host-sid").removeprefix("-")
            elif name == self.named:
                self.cookie = ""
        return answer

    @property
    def named(self) -> str:
        """The cookie this browser sends."""
        return f"__Host-sid-{self.account}" if self.account else "__Host-sid"

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, asked: Any = None, **more: Any) -> TestResponse:
        return self.send("POST", path, asked, **more)

    def log_in(self, login: str, password: str = PASSWORD, kind: str = "phone") -> TestResponse:
        return self.post("/api/login", {"login": login, "password": password, "kind": kind})

    def proven(self, path: str, asked: Any = None) -> TestResponse:
        """As the desk's screens do it: asked, and where the door wants to know who sits there, shown and asked again."""
        answer = self.post(path, asked)
        if answer.status_code != 403 or answer.json["word"] != "prove_again":
            return answer
        shown = self.post("/api/desk/proof", {"password": PASSWORD})
        return self.post(path, asked) if shown.status_code == 204 else shown

    def act(self, kind: str, body: dict[str, Any], doc: str = BOOK, of: str | None = None, book: str = BOOK) -> dict[str, Any]:
        answer = self.post("/api/desk/acts", {"book": book, "kind": kind, "doc": doc, "of": of, "body": body})
        assert answer.status_code == 200, answer.text
        return answer.json["verdict"]


@dataclass
class Phone:
    """A key pair, and what it can state about itself."""

    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    @property
    def id(self) -> str:
        return thumbprint(self.jwk)

    @property
    def jwk(self) -> dict[str, str]:
        return jwk_of(self.key.public_key())

    def proof(self, login: str, **changed: Any) -> str:
        return make_jws(self.key, "jj-enrol", {"v": 1, "by": login, "jwk": self.jwk, "at": NOW, **changed})

    def op(self, by: str, kind: str, doc: str, body: dict[str, Any], salt: bytes) -> str:
        return make_jws(self.key, "jj-op", {
            "v": 1, "book": BOOK, "kind": kind, "body": body, "doc": doc, "of": None, "deps": [], "by": by, "count": 1,
            "at": NOW, "seen": 0, "salt": to_base64url(salt[:16]),
        })  # fmt: skip


def found_site(config: Config, page_folder: Path) -> Site:
    site = Site(Flask("none"), config)
    site.app = create_app(config, site.clock, site.chance, page_folder)
    return site


def fill(site: Site) -> None:
    """Everybody of the cast, without passwords."""
    with site.app.app_context():
        for org, kind in (
            (COLLEGE, "college"),
            (OTHER_COLLEGE, "college"),
            (FIRM, "enterprise"),
            (OTHER_FIRM, "enterprise"),
            (WORKS, "base"),
        ):
            roster.make_org(org, kind, f"org-{org[-2:]}")
        for name, (role, org) in CAST.items():
            assert roster.make_person(person_id(name), f"name of {name}", name, NOW) is None
            roster.give_role(person_id(name), role, org)
