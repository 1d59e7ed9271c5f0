"""Good rows of a roster become people, classes and handbooks, so many in one transaction: all of it or none."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection

from server.nudge.inbox import opening_of
from server.papers.incoming.checks import LOGIN
from server.papers.incoming.faults import Fault, fault
from server.services.books import intake
from server.services.setup.imports.known import is_elsewhere
from server.store.days import day_of
from server.store.desk.scope import Scope
from server.store.host.writer import Writer
from server.store.people import identities
from server.store.people.people import lock_people, select_let_in_by
from server.store.people.vault import Vault
from server.store.setup import rosters
from server.store.setup.rosters import Logged
from sync.op import to_base64url
from sync.signing import make_jws

SHORTEST_LOGIN = 4


class Hand(NamedTuple):
    """Who writes, for whom, when, and with what."""

    scope: Scope
    session: str
    writer: Writer
    vault: Vault
    now: int

    def uuid(self) -> str:
        return str(UUID(bytes=self.writer.chance(16), version=4))

    def log(self, subject: str, subject_id: str, act: str, body: Mapping[str, Any]) -> Logged:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return Logged(self.uuid(), self.scope.org_id, self.now, self.scope.person_id, self.scope.role, subject, subject_id, act, text)

    def log_paired(self, people: Iterable[str]) -> list[Logged]:
        """Whoever pairs a mentor does not let him in."""
        return [self.log("mentor", person, "changed", {"paired": many}) for person, many in Counter(people).items()]

    def has_let_in(self, conn: Connection, people: Iterable[str]) -> bool:
        """Nor does whoever let one in pair him."""
        signers = set(people)
        lock_people(conn, signers)
        return bool(select_let_in_by(conn, self.scope.person_id, signers))

    def op(self, book: str, kind: str, doc: str, body: dict[str, Any], of: str | None = None) -> str:
        return self.writer.write(book, kind, doc, {**body, "session": self.session}, self.scope.person_id, self.now, of)


def roster_has_moved(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether somebody among them has been registered since the file was judged, or a number or a class of theirs is another's now."""
    if hand.has_let_in(conn, (one["person"] for row in rows if row["book"] is None for one in row["mentors"])):
        return True
    fresh = [row for row in rows if row["person"] is None]
    if identities.select_by_blind(conn, {row["blind"] for row in fresh}):
        return True
    there = rosters.select_class_plans(conn, hand.scope.org_id)
    if any(there.get(row["class"], row["plan"]) not in (None, row["plan"]) for row in rows):
        return True
    numbers = {row["enrolled"]["student_no"] for row in fresh if row["enrolled"].get("student_no")}
    return bool(rosters.select_student_nos(conn, hand.scope.org_id, numbers))


def stands_against(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> dict[int, Fault]:
    """Which rows would be somebody's second handbook for the same days, wherever the first one is. Those people are locked from here on,
    so that nobody opens another between the look and the writing."""
    people = {row["person"] for row in rows if row["person"]}
    lock_people(conn, people)
    books: dict[str, list[tuple[Any, ...]]] = {}
    for person, *book in rosters.select_books_of(conn, people):
        books.setdefault(person, []).append(tuple(book))
    found, names = {}, {}
    for at, row in enumerate(rows):
        others = [one for one in books.get(row["person"], ()) if one[0] != row["book"]]
        running = [one for one in others if one[2]["from"] <= row["to"] and row["from"] <= one[2]["to"]]
        if any(college != hand.scope.org_id for _, college, _ in running):
            found[at] = fault("in_another_college", "id_number")
        elif running:
            names = names or {group: name for name, group in rosters.select_class_ids(conn, hand.scope.org_id).items()}
            head = running[0][2]
            found[at] = fault("in_another_class", "class", value=names.get(head.get("class"), head["occupation"]))
    return found


def write_roster(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> None:
    """New ones are taken in; of those who are here already, what may change is."""
    classes = _classes(conn, hand, rows)
    fresh = [row for row in rows if row["person"] is None]
    for row, login in zip(fresh, _logins(conn, hand, fresh), strict=True):
        row["login"], row["person"], row["is_new"] = login, hand.uuid(), True
    rosters.insert_people(conn, [(row["person"], row["name"], row["login"], hand.now) for row in fresh])
    identities.insert_identities(conn, [
        identities.seal_identity(hand.vault, row["person"], row["kind"], row["contact"], hand.now, hand.scope.org_id) for row in fresh
    ])  # fmt: skip
    _change(conn, hand, [row for row in rows if row["book"]])
    opening = [row for row in rows if row["book"] is None]
    college = hand.scope.org_id
    rosters.insert_roles(conn, [
        (row["person"], "apprentice", college if row["learner"] == "student_apprentice" else row["enterprise"]) for row in opening
    ])  # fmt: skip
    _open_books(conn, hand, opening, classes)
    rosters.upsert_enrolled(conn, [_enrolled(row, hand.now) for row in opening])
    _agree(conn, hand, rows)
    rosters.insert_log(conn, [
        hand.log("person" if row.get("is_new") else "book", row["person"], "made", {"class": row["class"], "by": "import"}) for row in opening
    ])  # fmt: skip


def _classes(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """The id of every class named; new ones run from the first to the last day of those who are in them."""
    there = rosters.select_class_ids(conn, hand.scope.org_id)
    for name in dict.fromkeys(row["class"] for row in rows):
        if name in there:
            continue
        one = next(row for row in rows if row["class"] == name)
        there[name] = hand.uuid()
        rosters.insert_class(
            conn, (there[name], hand.scope.org_id, name, one["plan"], one["class_from"], one["class_to"], hand.now)
        )
        rosters.insert_log(conn, [hand.log("class", there[name], "made", {"name": name, "by": "import"})])
    return there


def _logins(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> list[str]:
    """The one asked for, the student number, or one that nobody has."""
    wished = [row["login"] or _of_student_no(row["enrolled"].get("student_no")) for row in rows]
    taken = rosters.select_logins(conn, {login for login in wished if login})
    found = []
    for login in wished:
        while not login or login in taken:
            login = f"jj{int.from_bytes(hand.writer.chance(5), 'big') % 10**8:08d}"
            taken |= rosters.select_logins(conn, {login})
        taken.add(login)
        found.append(login)
    return found


def _of_student_no(number: str | None) -> str | None:
    return number if number and len(number) >= SHORTEST_LOGIN and LOGIN.fullmatch(number) else None


def _open_books(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]], classes: Mapping[str, str]) -> None:
    plans = rosters.select_plan_bodies(conn, {row["plan"] for row in rows})
    mine = rosters.select_opened_me(conn, {row["person"] for row in rows})
    written: list[str] = []
    for row in rows:
        row["book"] = book = hand.uuid()
        written.append(hand.op(book, "book.opened", book, {
            "apprentice": row["person"], "learner": row["learner"], "occupation": row["occupation"], "level": row["level"],
            "enterprise": row["enterprise"], "college": hand.scope.org_id, "from": row["from"], "to": row["to"], "class": classes[row["class"]],
        }))  # fmt: skip
        written.append(hand.op(book, "plan.set", book, plans[row["plan"]]))
        home = hand.scope.org_id if row["learner"] == "student_apprentice" else row["enterprise"]
        for member in ({"person": row["person"], "role": "apprentice", "org": home}, *row["mentors"]):
            written.append(hand.op(book, "member.joined", book, {"member": hand.uuid(), **member, "from": row["from"]}))
        if row["person"] not in mine:
            salt = to_base64url(hand.writer.chance(16))
            written.append(make_jws(hand.writer.key, "jj-op", opening_of(row["person"], hand.now, salt)))
            mine.add(row["person"])
    intake.accept_own(conn, written, hand.now)
    rosters.insert_log(conn, hand.log_paired(member["person"] for row in rows for member in row["mentors"]))


def _enrolled(row: Mapping[str, Any], now: int) -> tuple[Any, ...]:
    facts = {**row["enrolled"], "book_id": row["book"], "person_id": row["person"], "changed_at": now}
    return tuple(facts.get(name) for name in rosters.ENROLLED)


def _agree(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> None:
    agreed = []
    for row in rows:
        if row["agreement"]:
            given = {
                **row["agreement"], "id": hand.uuid(), "college_id": hand.scope.org_id, "enterprise_id": row["enterprise"],
                "book_id": row["book"], "created_at": hand.now,
            }  # fmt: skip
            agreed.append(tuple(given[name] for name in rosters.AGREEMENT))
    rosters.insert_agreements(conn, agreed)


def _change(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> None:
    """What the roster says beside the book."""
    enrolled = rosters.select_enrolled(conn, {row["book"] for row in rows if row["enrolled"]})
    facts, logged = [], []
    for row in rows:
        if row["enrolled"]:
            before = enrolled.get(row["book"], {"book_id": row["book"], "person_id": row["person"]})
            facts.append(tuple({**before, **row["enrolled"], "changed_at": hand.now}.get(name) for name in rosters.ENROLLED))
            changes = {name: [before.get(name), given] for name, given in row["enrolled"].items()}
            logged.append(hand.log("book", row["book"], "changed", changes))
    rosters.upsert_enrolled(conn, facts)
    rosters.insert_log(conn, logged)
    _reach(conn, hand, {row["person"]: row["contact"] for row in rows if row["contact"]})


def _reach(conn: Connection, hand: Hand, wanted: Mapping[str, dict[str, str]]) -> None:
    """How somebody is reached, unless another college has him and says so. What one entered that has him no more goes, unread, and its
    log says so too. Numbers stand in a log as changed only."""
    lock_people(conn, wanted)
    college, today = hand.scope.org_id, day_of(hand.now)
    books: dict[str, list[tuple[str, str]]] = {}
    for person, _, owner, head in rosters.select_books_of(conn, wanted):
        books.setdefault(person, []).append((owner, head["to"]))
    changed, logged = [], []
    for person, identity in identities.select_identities(conn, wanted).items():
        if is_elsewhere(identity.college_id, college, books.get(person, ()), today):
            continue
        contact = identities.open_for(hand.vault, identity, college) | wanted[person]
        changed.append(identities.reseal_identity(hand.vault, identity, contact, hand.now, college))
        line = hand.log("person", person, "changed", dict.fromkeys(wanted[person], "changed"))
        logged.append(line)
        if identity.college_id not in (None, college):
            gone = dict.fromkeys(("phone", "guardian", "guardian_phone"), "changed")
            logged.append(hand.log("person", person, "changed", gone)._replace(org_id=identity.college_id))
    identities.upsert_identities(conn, changed)
    rosters.insert_log(conn, logged)
