"""A base's own book: who serves there, its kiosks, and what is known of their clocks. Whatever a base administrator or an operator
decides about it becomes an operation like any other, signed by the server. Whoever joins gets his role in the same transaction; when he
leaves, the role stays in the roster, and what counts is his place in the book."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection

from server.papers.incoming.checks import LOGIN
from server.services.books import intake
from server.store.books import books
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.host.writer import Writer
from server.store.people import devices, orgs, people, sessions
from server.store.people.passwords import Hasher, code_of
from sync.book import Doc, members_of
from sync.kinds import KINDS
from sync.op import op_id

# roles that a place in the base's book brings with it; a mentor is one by the firm he comes from
OF_THE_BASE = frozenset(("base_trainer", "kiosk"))
# what is decided about a base; of its kiosks' clocks only the server knows
DECISIONS = frozenset(name for name, kind in KINDS.items() if kind.head == "base" and "desk" in kind.by) - {"kiosk.heard"}

NOTHING_ELSE = {"skill_chain_id": None, "credit_code": None, "division_code": None}


class Objection(NamedTuple):
    """Why nothing was done: a word, and what it is about."""

    word: str
    about: str


class Order(NamedTuple):
    """Whoever decides, at which base, when, and from which desk session; an operator has none."""

    writer: Writer
    base: str
    by: str
    now: int
    session: str = "command"


Done = tuple[str, intake.Verdict]


def act(order: Order, kind: str, doc: str, of: str | None, body: dict[str, Any]) -> Done | None:
    """What a base administrator decides at the desk; None when this base is none of his."""
    with writing() as conn:
        if order.base not in people.select_orgs_of_role(conn, order.by, "base_admin") or not orgs.is_base(conn, order.base):
            return None
        if kind == "staff.joined" and _stands_against(conn, order, str(body.get("person")), body.get("role")) is not None:
            return None
        return _write(conn, order, kind, doc, body, of)


def _stands_against(conn: Connection, order: Order, person: str, role: object) -> str | None:
    """Why somebody is not let in to serve: he is of no chain with this base, decides about it himself, or is nobody for this role."""
    if not orgs.is_near(conn, order.base, person):
        return "no_such_person"
    if person == order.by:
        return "not_yourself"
    return None if _may_serve(conn, person, role) else "is_a_person"


def _may_serve(conn: Connection, person: str, role: object) -> bool:
    """A kiosk is nobody: a person who is something else is not made a tablet on a wall."""
    others = {held for held, _, _ in people.select_roles(conn, person)} - {"kiosk"}
    return person in people.select_known(conn, {person}) and not (role == "kiosk" and others)


def find_order(writer: Writer, base_name: str, login: str, now: int, make: bool = False) -> Order | Objection:
    """An order of this administrator to the base of this name. One that is not there yet is made for the system's administrator."""
    with writing() as conn:
        person, base = people.select_person_by_login(conn, login), orgs.select_org_id(conn, base_name)
        if person is None:
            return Objection("no_such_person", login)
        held = {(row[0], row[1]) for row in people.select_roles(conn, person.id)}
        of_all = "system_admin" in {role for role, _ in held}
        if base is None and make and of_all:
            base = _uuid(writer)
            orgs.insert_org(conn, {"id": base, "kind": "base", "name": base_name, **NOTHING_ELSE})
        if base is None or not orgs.is_base(conn, base):
            return Objection("no_such_base", base_name)
    return Order(writer, base, person.id, now) if of_all or ("base_admin", base) in held else Objection("may_not_decide", login)


def open_base(order: Order, name: str, workstations: list[str]) -> intake.Verdict:
    """Its book, or once that is open its name and workstations as they are from now on."""
    with writing() as conn:
        kind = "base.changed" if books.select_head(conn, order.base) else "base.opened"
        return _write(conn, order, kind, order.base, {"name": name, "workstations": workstations})[1]


def take_in(order: Order, login: str, role: str, first: str, last: str | None) -> intake.Verdict | Objection:
    """Let somebody of the chain serve at the base."""
    with writing() as conn:
        person = people.select_person_by_login(conn, login)
        if person is None:
            return Objection("no_such_person", login)
        if (word := _stands_against(conn, order, person.id, role)) is not None:
            return Objection(word, login)
        if any(member["role"] == role for member in _serving(conn, order, person.id, first)):
            return Objection("serves_already", login)
        body = {"member": _uuid(order.writer), "person": person.id, "role": role, "from": first}
        return _write(conn, order, "staff.joined", order.base, body | ({"to": last} if last else {}))[1]


def let_go(order: Order, login: str, last: str, reason: str) -> int | Objection:
    """How many of somebody's places at the base end with this day."""
    with writing() as conn:
        person = people.select_person_by_login(conn, login)
        if person is None:
            return Objection("no_such_person", login)
        return _leave(conn, order, person.id, last, reason) or Objection("does_not_serve", login)


def _leave(conn: Connection, order: Order, person: str, last: str, reason: str) -> int:
    ended = 0
    for member in _serving(conn, order, person, last):
        body = {"member": member["id"], "to": max(last, member["from"]), "reason": reason}
        ended += _write(conn, order, "staff.left", order.base, body)[1]["as"] == "accepted"
    return ended


def end_kiosk(order: Order, login: str, how: str) -> int | Objection:
    """Its place, its keys and its sessions at once. How many keys there were."""
    with writing() as conn:
        person = people.select_person_by_login(conn, login)
        if person is None or order.base not in people.select_orgs_of_role(conn, person.id, "kiosk"):
            return Objection("no_such_kiosk", login)
        _leave(conn, order, person.id, day_of(order.now), "签到屏停用")
        keys = [row.id for row in devices.select_devices(conn, person.id, "", 500)]
        ended = [devices.update_device_status(conn, key, person.id, how) for key in keys]
        sessions.end_other_sessions(conn, person.id, "", order.now)
        people.update_disabled(conn, person.id, True)
    return sum(ended)


class Slip(NamedTuple):
    """What is printed and handed over: good once, for 72 hours."""

    name: str
    login: str
    code: str


class Refused(Exception):
    """The book did not take it: nothing of what was to be done with it is done."""

    def __init__(self, verdict: intake.Verdict) -> None:
        super().__init__(str(verdict))
        self.verdict = verdict


def set_up_kiosk(order: Order, hasher: Hasher, login: str, title: str) -> Slip | Objection:
    """Somebody who is a tablet, his place at the base and the slip that enrols it, or nothing of it. While it has never been in,
    asking again makes another slip; the one before is dead then."""
    if not LOGIN.fullmatch(login):
        return Objection("bad_login", login)
    code = code_of(order.writer.chance(7))
    code_hash = hasher.make(code)
    with writing() as conn:
        person_id = _tablet(conn, order, login, title)
        if person_id is None:
            return Objection("login_taken", login)
        today = day_of(order.now)
        if not any(member["role"] == "kiosk" for member in _serving(conn, order, person_id, today)):
            body = {"member": _uuid(order.writer), "person": person_id, "role": "kiosk", "from": today}
            verdict = _write(conn, order, "staff.joined", order.base, body)[1]
            if verdict["as"] != "accepted":
                raise Refused(verdict)
        people.insert_activation(conn, {
            "id": _uuid(order.writer), "person_id": person_id, "code_hash": code_hash, "issued_at": order.now,
            "expires_at": order.now + people.CODE_LIFE, "printed_by": order.by,
        })  # fmt: skip
    return Slip(title, login, code)


def _tablet(conn: Connection, order: Order, login: str, title: str) -> str | None:
    """A new one, or one of this base's own that has never been in; None when the log-in is somebody's."""
    person = people.select_person_by_login(conn, login)
    if person is None:
        fresh = _uuid(order.writer)
        return fresh if people.insert_person(conn, fresh, title, login, order.now) else None
    ours = [(row[0], row[1]) for row in people.select_roles(conn, person.id)] == [("kiosk", order.base)]
    return person.id if ours and person.name == title and person.password_hash is None else None


class Place(NamedTuple):
    """Somebody's place at a base, how it stands with it today, and what was last heard of a kiosk's clock."""

    id: str
    name: str
    login: str
    role: str
    first: str
    last: str | None
    state: str
    seconds: int | None
    heard_at: int | None


def list_places(order: Order) -> list[Place]:
    with reading() as conn:
        members = books.select_documents(conn, order.base, {order.base}).get(order.base, {"members": []})["members"]
        ids = {member["person"] for member in members}
        heard, known = books.select_documents(conn, order.base, ids), people.select_everybody(conn, ids)
        there = people.select_enabled(conn, ids)
    today = day_of(order.now)
    return [
        Place(member["id"], person.name, person.login, member["role"], member["from"], member["to"],
              _state(member, today, person.id in there, person.password_hash is None),
              heard.get(person.id, {}).get("seconds"), heard.get(person.id, {}).get("at"))
        for member in members if (person := known.get(member["person"]))
    ]  # fmt: skip


def _state(member: Doc, today: str, is_there: bool, is_new: bool) -> str:
    """A kiosk that was ended is over at once, though its last day is today."""
    if not is_there or (member["to"] is not None and member["to"] < today):
        return "over"
    if is_new:
        return "newcomer"
    return "serves" if member["from"] <= today else "later"


def show(order: Order) -> dict[str, Any]:
    """What the base is called, whether its book is open, and its workstations."""
    with reading() as conn:
        head = books.select_documents(conn, order.base, {order.base}).get(order.base)
        name = head["name"] if head else orgs.select_org_name(conn, order.base)
    return {"name": name, "open": head is not None, "workstations": head["workstations"] if head else []}


def list_sessions(order: Order, month: str) -> list[dict[str, Any]]:
    """What was held there in a month, the latest first."""
    with reading() as conn:
        docs = [json.loads(body) for body in books.select_bodies(conn, order.base)]
        held = [doc for doc in docs if doc["kind"] == "session" and doc["day"][:7] == month]
        names = people.select_names(conn, {doc["by"] for doc in held})
    held.sort(key=lambda doc: (doc["day"], doc["start"], doc["id"]), reverse=True)
    return [
        {"id": doc["id"], "day": doc["day"], "start": doc["start"], "end": doc["end"], "topic": doc["topic"],
         "workstation": doc.get("workstation") or "", "by_name": names.get(doc["by"], ""), "state": doc["state"], "seen": len(doc["seen"])}
        for doc in held
    ]  # fmt: skip


def _serving(conn: Connection, order: Order, person: str, day: str) -> Iterator[Doc]:
    """Somebody's places that have not ended by this day."""
    base = books.select_documents(conn, order.base, {order.base}).get(order.base, {"members": []})
    return (member for member in members_of(base, person) if member["to"] is None or member["to"] > day)


def _uuid(writer: Writer) -> str:
    return str(UUID(bytes=writer.chance(16), version=4))


def _write(conn: Connection, order: Order, kind: str, doc: str, body: dict[str, Any], of: str | None = None) -> Done:
    jws = order.writer.write(order.base, kind, doc, {**body, "session": order.session}, order.by, order.now, of)
    found = op_id(jws.rpartition(".")[0].encode("ascii"))
    verdict = intake.accept_within(conn, [jws], order.now)[found]
    if kind == "staff.joined" and verdict["as"] == "accepted" and body["role"] in OF_THE_BASE:
        people.insert_role(conn, body["person"], body["role"], order.base)
    return found, verdict
