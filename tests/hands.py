"""People at work on a running server, and what they are told of each other's work."""

from __future__ import annotations

import json
from typing import Any

from server.nudge import inbox
from server.services.books import intake
from server.services.telling import notices
from server.store.db import writing
from serving import BOOK, Phone, Site, person_id
from sync.op import op_id, to_base64url
from sync.signing import make_jws

LATER = inbox.SETTLE
SYNC = {"v": 1, "build": "t", "epoch": "", "have": {}, "ops": [], "limit": 500}


def tell(site: Site, later: int = LATER) -> bool:
    site.pass_time(later)
    with site.app.app_context():
        here = site.app.extensions["jiangji"]
        return notices.tell(here.key, here.chance, site.at)


def pull(site: Site, name: str, kind: str = "phone") -> dict[str, dict[str, Any]]:
    answer = site.caller(name, kind).post("/api/sync", SYNC).json
    return {doc["id"]: doc for book in answer["books"] for doc in book["docs"]}


def inbox_of(site: Site, name: str) -> list[dict[str, Any]]:
    """The notices a person's phone gets, in their order."""
    docs = [doc for doc in pull(site, name).values() if doc["kind"] == "notice"]
    return sorted(docs, key=lambda doc: doc["seq"])


def said(site: Site, name: str) -> list[tuple[str, int]]:
    return [(doc["word"], doc["count"]) for doc in inbox_of(site, name)]


def kinds(site: Site) -> list[str]:
    return [row[0] for row in site.rows("SELECT word FROM news ORDER BY word")]


def write_reset(site: Site, person: str, second: str = "college_tutor", doc: str = "50000000-0000-4000-8000-000000000002") -> None:
    """What stands in the book once two people have made somebody's access anew; `person` is an id."""
    payload = {
        "v": 1, "book": BOOK, "kind": "access.reset", "doc": doc, "of": None, "deps": [], "by": person_id("coordinator"), "count": 0,
        "body": {"person": person, "second": person_id(second), "reason": "手机遗失"}, "at": site.at, "seen": site.at,
        "salt": to_base64url(site.chance(16)),
    }  # fmt: skip
    with site.app.app_context(), writing() as conn:
        intake.accept_own(conn, [make_jws(site.app.extensions["jiangji"].key.private, "jj-op", payload)], site.at)


def entry_id(day: int) -> str:
    return f"40000000-0000-4000-8000-{day:012d}"


def version_of(site: Site, doc: str) -> str:
    return json.loads(site.rows("SELECT body FROM documents WHERE id = :id", id=doc)[0][0])["version"]


class Hand:
    """A person with a phone that is enrolled."""

    def __init__(self, site: Site, name: str) -> None:
        self.site, self.name, self.phone, self.caller = site, name, Phone(), site.caller(name)
        asked = {"proof": self.phone.proof(name), "label": "", "shared": False}
        assert self.caller.post("/api/devices", asked).status_code == 200

    def write(
        self, kind: str, doc: str, body: dict[str, Any], of: str | None = None, book: str = BOOK, **more: Any
    ) -> str:
        return make_jws(self.phone.key, "jj-op", {
            "v": 1, "book": book, "kind": kind, "body": body, "doc": doc, "of": of, "deps": [], "by": person_id(self.name),
            "count": 1, "at": self.site.at, "seen": 0, "salt": to_base64url(self.site.chance(16)), **more,
        })  # fmt: skip

    def send(self, *ops: str) -> list[str]:
        verdicts = self.caller.post("/api/sync", SYNC | {"ops": list(ops)}).json["verdicts"]
        return [verdicts[op_id(jws.rpartition(".")[0].encode())].get("word", "accepted") for jws in ops]

    def sign(self, *days: int) -> list[str]:
        body = {"minutes": 100, "how": "list", "note": None, "scores": []}
        return self.send(*(
            self.write("entry.signed", entry_id(day), body, version_of(self.site, entry_id(day))) for day in days
        ))  # fmt: skip

    def read(self, until: int, book: str | None = None) -> list[str]:
        book = book or person_id(self.name)
        return self.send(self.write("notices.read", book, {"until": until}, book=book))
