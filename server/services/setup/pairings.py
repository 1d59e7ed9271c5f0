"""师徒结对: who signs for whom, from when to when. What a pairing would mean is said before it is made: whom it leaves out and why, and how
many apprentices the mentor has then. Each becomes an operation of the book."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection

from server.errors import Denial
from server.papers.incoming.faults import Fault
from server.papers.incoming.pairs import (
    NEVER,
    SAMPLE_SOURCE,
    Learner,
    Pair,
    Signer,
    check_load,
    check_pair,
    is_longer,
    most_of,
    peak,
)
from server.services.books import intake
from server.store.days import day_of
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.host.writer import Writer
from server.store.people import people
from server.store.setup import mentors, pairings
from server.store.setup.changes import Hand, write_changes

AT_ONCE = 500
MOST_SAID = 100
REPLACED = "更换导师"
GAPS = ("mentor", "college_tutor", "base_trainer")


class Order(NamedTuple):
    """Who decides, at which desk and in which session, by whose hand."""

    scope: Scope
    session: str
    writer: Writer
    now: int

    def uuid(self) -> str:
        return str(UUID(bytes=self.writer.chance(16), version=4))

    def log(self, conn: Connection, mentor: str, body: dict[str, Any]) -> None:
        """Whoever pairs a mentor does not let him in."""
        write_changes(conn, Hand(self.scope, self.writer.chance, self.now), [("mentor", mentor, "changed", body)])

    def op(self, book: str, kind: str, body: dict[str, Any]) -> str:
        return self.writer.write(book, kind, book, {**body, "session": self.session}, self.scope.person_id, self.now)


class Wish(NamedTuple):
    """Whom to pair with whom. `instead`: who has the role in these days until now gives it up."""

    books: list[str] | None
    wanted: dict[str, str]
    person: str
    role: str
    org: str
    from_day: str
    to_day: str | None
    instead: bool


class Judged(NamedTuple):
    """Per book: what is made, or that it is there already, or why not; and which pairings end with it."""

    makes: list[tuple[str, Pair]]
    same: int
    ends: list[tuple[str, str, str]]
    faults: list[tuple[str, str, Fault]]
    load: dict[str, Any]


def list_learners(scope: Scope, wanted: dict[str, str], sort: str, page: int, size: int, now: int) -> dict[str, Any]:
    """Apprentices, each with all his pairings; with one class asked for, how many mentors it has and should have."""
    today = day_of(now)
    with reading() as conn:
        rows, total = pairings.select_learners(conn, scope, wanted, sort, today, ((page - 1) * size, size))
        ids = {row["id"] for row in rows}
        days = pairings.select_days(conn, ids)
        pairs: dict[str, list[dict[str, Any]]] = {}
        for pair in pairings.select_pairs(conn, ids):
            pairs.setdefault(pair.pop("book"), []).append({**pair, "state": _state(pair, today)})
        group = _class(conn, scope, wanted, today)
        enterprises = pairings.select_enterprises(conn, scope)
    items = [{**row, "from": days[row["id"]][0], "to": days[row["id"]][1], "pairs": pairs.get(row["id"], [])} for row in rows]
    return {"items": items, "total": total, "page": page, "group": group, "enterprises": [{"id": one, "name": name} for one, name in enterprises]}


def _state(pair: dict[str, Any], today: str) -> str:
    if pair["to_day"] and pair["to_day"] < today:
        return "over"
    return "later" if pair["from_day"] > today else "now"


def _class(conn: Connection, scope: Scope, wanted: dict[str, str], today: str) -> dict[str, Any] | None:
    if not wanted.get("class"):
        return None
    said = [one["min_mentors_per_class"] for one in pairings.select_limits(conn, {wanted["class"]}) if one.get("min_mentors_per_class")]
    return {"mentors": pairings.count_mentors(conn, scope, wanted["class"], today), "least": max(said) if said else None}


# --- pairing -------------------------------------------------------------------------------------------------------


def look(scope: Scope, wish: Wish, now: int) -> dict[str, Any] | Denial:
    """What it would mean; nothing is written."""
    with reading(beside_wall=True) as conn:  # a mentor's load does not end at a college's wall
        found = _judge(conn, scope, wish, now)
    if isinstance(found, Denial):
        return found
    return {
        "makes": len(found.makes), "same": found.same, "ends": len(found.ends), "load": found.load,
        "faults": [
            {"book": book, "name": name, "word": fault.word, "hint": fault.is_hint, "said": fault.said}
            for book, name, fault in found.faults[:MOST_SAID]
        ],
        "bad": len({book for book, _, fault in found.faults if book and not fault.is_hint}),
    }  # fmt: skip


def pair(order: Order, wish: Wish) -> dict[str, Any] | Denial:
    """All that may be paired, in one transaction; what may not is left as it is."""
    with writing() as conn:
        people.lock_people(conn, {wish.person})
        found = _judge(conn, order.scope, wish, order.now)
        if isinstance(found, Denial):
            return found
        written = [order.op(book, "member.left", {"member": member, "to": last, "reason": REPLACED}) for book, member, last in found.ends]
        written += [
            order.op(book, "member.joined", {
                "member": order.uuid(), "person": one.person, "role": one.role, "org": wish.org, "from": one.from_day, "to": one.to_day,
            }) for book, one in found.makes
        ]  # fmt: skip
        intake.accept_own(conn, written, order.now)
        if found.makes:
            order.log(conn, wish.person, {"paired": len(found.makes)})
    bad = len({book for book, _, fault in found.faults if book and not fault.is_hint})
    return {"made": len(found.makes), "same": found.same, "ended": len(found.ends), "bad": bad}


def _judge(conn: Connection, scope: Scope, wish: Wish, now: int) -> Judged | Denial:
    today = day_of(now)
    signs = mentors.select_of_person(conn, scope, wish.person, today)
    signer = next((one for one in signs if (one["role"], one["org"]) == (wish.role, wish.org)), None)
    if signer is None:
        return Denial("not_found")
    if people.select_let_in_by(conn, scope.person_id, {wish.person}):
        return Denial("another_pairs")
    if wish.to_day and wish.to_day < wish.from_day:
        return Denial("days_crossed")
    ids = wish.books if wish.books is not None else pairings.select_ids(conn, scope, wish.wanted, today, AT_ONCE + 1)
    if len(ids) > AT_ONCE:
        return Denial("too_many")
    learners = pairings.select_chosen(conn, scope, set(ids))
    if len(learners) != len(set(ids)):
        return Denial("not_found")
    there: dict[str, list[dict[str, Any]]] = {}
    for one in pairings.select_pairs(conn, {row["id"] for row in learners}):
        there.setdefault(one["book"], []).append(one)
    spans = pairings.select_spans(conn, {wish.person}, wish.role).get(wish.person, [])
    limits = pairings.select_limits(conn, {row["class_id"] for row in learners if row["class_id"]})
    return _weigh(wish, Signer(signer["name"], wish.org, signer["state"] == "disabled", signer["valid_to"]), learners, there, spans, limits, today)


def _weigh(
    wish: Wish, signer: Signer, learners: Sequence[dict[str, Any]], there: dict[str, list[dict[str, Any]]],
    spans: list[tuple[str, str, str]], limits: Sequence[dict[str, Any]], today: str,
) -> Judged:  # fmt: skip
    makes, ends, same, faults = [], [], 0, []
    for row in learners:
        # one day for a whole class: who begins later is signed for from his own first day
        last = min(wish.to_day, row["to"]) if wish.to_day and wish.from_day <= row["to"] else wish.to_day
        one = Pair(wish.person, wish.role, max(wish.from_day, row["from"]), last)
        found = check_pair(one, Learner(row["person_id"], row["enterprise_id"], row["from"], row["to"]), signer)
        crossing = [was for was in there.get(row["id"], []) if was["role"] == wish.role and _cross(was, one)]
        if any(was["person_id"] == wish.person for was in crossing):
            same += 1
            continue
        faults += [(row["id"], row["name"], fault) for fault in found]
        if any(not fault.is_hint for fault in found):
            continue
        makes.append((row["id"], one))
        if wish.instead:
            ends += [(row["id"], was["member"], _before(one.from_day, was["from_day"])) for was in crossing]
    wide = [*spans, *((book, one.from_day, one.last_day) for book, one in makes)]
    most, sample = most_of(limits)
    count = peak([one for one in wide if one[2] >= today])
    faults += [("", signer.name, fault) for fault in check_load(signer.name, count, most)]
    source = SAMPLE_SOURCE if sample else next((one["source"] for one in limits if one.get("max_apprentices_per_mentor") == most), "")
    load = {"now": len({book for book, first, last in spans if first <= today <= last}), "then": count, "most": most, "source": source}
    return Judged(makes, same, ends, faults, load)


def _cross(was: dict[str, Any], one: Pair) -> bool:
    return was["from_day"] <= one.last_day and one.from_day <= (was["to_day"] or NEVER)


def _before(day: str, first: str) -> str:
    """The day before, but never before the pairing began."""
    return max((date.fromisoformat(day) - timedelta(days=1)).isoformat(), first)


# --- ending --------------------------------------------------------------------------------------------------------


def end(order: Order, asked: Sequence[tuple[str, str]], last: str, reason: str) -> dict[str, Any] | Denial:
    """(book, member) of each: nobody signs for what happens after that day; what was signed before stays. A later day than there was is
    a pairing like any other."""
    with writing() as conn:
        books = {book for book, _ in asked}
        if len(pairings.select_chosen(conn, order.scope, books)) != len(books):
            return Denial("not_found")
        there = {(one["book"], one["member"]): one for one in pairings.select_pairs(conn, books)}
        found = [there.get(key) for key in asked]
        if any(one is None for one in found):
            return Denial("not_found")
        rows = [one for one in found if one is not None and one["to_day"] != last]
        if any(last < one["from_day"] for one in rows):
            return Denial("days_crossed")
        longer = Counter(one["person_id"] for one in rows if is_longer(last, one["to_day"]))
        people.lock_people(conn, longer)
        if people.select_let_in_by(conn, order.scope.person_id, longer):
            return Denial("another_pairs")
        written = [order.op(one["book"], "member.left", {"member": one["member"], "to": last, "reason": reason}) for one in rows]
        intake.accept_own(conn, written, order.now)
        for person, many in longer.items():
            order.log(conn, person, {"paired": many})
    return {"ended": len(rows)}
