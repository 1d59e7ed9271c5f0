"""The one door: duplicates, poison, custody, revocation, waiting, races."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1

from server.services.books import intake, openbook
from server.services.keeping import upkeep
from server.services.people import enrolment
from server.store.db import writing
from server_desk import PLAN
from serving import BOOK, NOW, Phone, Site, person_id
from sync.op import signing_input, take_apart, to_base64url, with_signature
from sync.signing import make_jws, sign

DAY = 86_400_000
ENTRY = {
    "day": "2026-09-01", "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice", "place_kind": "post",
    "place": None, "text": "turning", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
}  # fmt: skip
SIGNED = {"minutes": 240, "how": "list", "note": None, "scores": []}


def doc_id(number: int) -> str:
    return f"60000000-0000-4000-8000-{number:012d}"


class Author:
    """Somebody of the cast with an enrolled phone."""

    def __init__(self, site: Site, name: str) -> None:
        self.site, self.name, self.phone = site, name, Phone()
        device = {"proof": self.phone.proof(name), "label": "", "shared": False}
        assert site.caller(name).post("/api/devices", device).status_code == 200

    def op(self, kind: str, doc: str, body: dict[str, Any], **more: Any) -> str:
        return make_jws(self.phone.key, "jj-op", self.payload(kind, doc, body, **more))

    def payload(self, kind: str, doc: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "v": 1, "book": BOOK, "kind": kind, "body": body, "doc": doc, "of": None, "deps": [],
            "by": person_id(self.name), "count": 1, "at": NOW, "seen": 0,
            "salt": to_base64url(self.site.chance(16)), **more,
        }  # fmt: skip

    def hours(self, number: int, **more: Any) -> str:
        return self.op("entry.logged", doc_id(number), ENTRY, **more)


@pytest.fixture
def town(both: Site) -> Site:
    both.open_book()
    return both


@pytest.fixture
def apprentice(town: Site) -> Author:
    return Author(town, "apprentice")


@pytest.fixture
def mentor(town: Site) -> Author:
    return Author(town, "mentor")


def id_of(jws: str) -> str:
    sealed = take_apart(jws)
    assert not hasattr(sealed, "word"), jws
    return sealed.id


def take(site: Site, *carried: str, at: int = NOW) -> list[str]:
    """What was said of each, in the order they were carried."""
    with site.app.app_context():
        said = intake.accept(carried, at)
    return [f"{verdict['as']} {verdict.get('word', '')}".strip() for verdict in (said[intake.loose_id(jws)] for jws in carried)]


def documents(site: Site) -> dict[str, tuple[int, str]]:
    return {row[0]: (row[1], row[2]) for row in site.rows("SELECT id, seq, body FROM documents WHERE book_id = :b", b=BOOK)}


def poisons(author: Author) -> dict[str, str]:
    """One of every way an op can be bad."""
    good, other = author.hours(900), Phone()
    head, payload, signature = good.split(".")
    big = author.payload("entry.logged", doc_id(901), {**ENTRY, "text": "x" * 9000})
    fraction = author.payload("entry.logged", doc_id(902), {**ENTRY, "start": 480.5})
    return {
        "no JWS": "nonsense",
        "empty": "",
        "a lone surrogate": "\ud800.a.b",
        "a broken signature": f"{head}.{payload}.{to_base64url(bytes(64))}",
        "a payload cut short": f"{head}.{payload[:-8]}.{signature}",
        "a stranger's key": make_jws(other.key, "jj-op", author.payload("entry.logged", doc_id(903), ENTRY)),
        "a body of 9,000 characters": make_jws(author.phone.key, "jj-op", big),
        "a fraction": make_jws(author.phone.key, "jj-op", fraction),
        "an unknown kind": author.op("entry.dreamt", doc_id(904), {}),
        "a newer version": author.op("entry.logged", doc_id(905), ENTRY, v=2),
        "a missing field": author.op("entry.logged", doc_id(906), {"day": "2026-09-01"}),
        "another's name": author.op("entry.logged", doc_id(907), ENTRY, by=person_id("mentor")),
        "another book": author.op("entry.logged", doc_id(908), ENTRY, book=doc_id(1)),
        "something that has not come": author.op("entry.withdrawn", doc_id(909), {"reason": "x"}, of=id_of(good)),
    }


def test_one_bad_op_changes_no_neighbours_verdict(town: Site, apprentice: Author) -> None:
    for at, (name, poison) in enumerate(poisons(apprentice).items()):
        batch = [apprentice.hours(at * 10 + n) for n in range(9)]
        batch.insert(at % 10, poison)
        said = take(town, *batch)
        assert said.count("accepted") == 9 and said[at % 10] != "accepted", name


def test_a_fault_of_ours_goes_to_custody_alone(town: Site, apprentice: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    real, poisoned = openbook.reduce, doc_id(5)

    def breaking(docs: Any, op: Any) -> Any:
        if op.doc == poisoned:
            raise ZeroDivisionError
        return real(docs, op)

    monkeypatch.setattr(openbook, "reduce", breaking)
    batch = [apprentice.hours(n) for n in range(10)]
    assert take(town, *batch) == ["accepted"] * 5 + ["quarantined server_fault"] + ["accepted"] * 4
    monkeypatch.undo()
    assert take(town, *batch) == ["accepted"] * 10, "what was our fault is judged again when it comes again"


def test_an_op_the_database_will_not_take_harms_no_other(town: Site, apprentice: Author) -> None:
    with town.app.app_context(), writing() as conn:
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql(
                f"CREATE TRIGGER planted BEFORE INSERT ON entries WHEN NEW.id = '{doc_id(3)}'"
                " BEGIN SELECT RAISE(ABORT, 'planted'); END"
            )
        else:
            conn.exec_driver_sql(f"ALTER TABLE entries ADD CONSTRAINT planted CHECK (id <> '{doc_id(3)}')")
    batch = [apprentice.hours(n) for n in range(8)]
    assert take(town, *batch) == ["accepted"] * 3 + ["quarantined server_fault"] + ["accepted"] * 4
    with town.app.app_context():
        assert not upkeep.verify(lambda *_: None).differences


def test_the_same_op_again_hears_the_same_and_counts_once(town: Site, apprentice: Author) -> None:
    op, refused = apprentice.hours(1), apprentice.op("entry.logged", doc_id(2), {**ENTRY, "break": 300})
    first = take(town, op, op, refused)
    before = documents(town)
    assert first == ["accepted", "accepted", "refused times_crossed"]
    assert take(town, refused, op, at=NOW + DAY) == ["refused times_crossed", "accepted"]
    assert documents(town) == before
    assert town.rows("SELECT count(*) FROM ops WHERE id = :id", id=id_of(op))[0][0] == 1


def test_a_rewritten_signature_is_the_same_op_and_the_first_one_stays(town: Site, apprentice: Author) -> None:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    assert SECP256R1().key_size == 256
    op = apprentice.hours(1)
    sealed = take_apart(op)
    rest = (order - int.from_bytes(sealed.signature[32:], "big")).to_bytes(32, "big")
    twin = with_signature(sealed.signed, sealed.signature[:32] + rest)
    assert twin != op and take(town, op) == ["accepted"] and take(town, twin) == ["accepted"]
    assert [row[0] for row in town.rows("SELECT jws FROM ops WHERE id = :id", id=sealed.id)] == [op]


@pytest.mark.parametrize("how, said", [("retired", "refused device_retired"), ("lost", "quarantined device_lost")])
def test_an_ended_device_writes_nothing_more(town: Site, apprentice: Author, how: str, said: str) -> None:
    early, late = apprentice.hours(1), apprentice.hours(2)
    assert take(town, early) == ["accepted"]
    with town.app.app_context():
        assert enrolment.revoke(person_id("apprentice"), apprentice.phone.id, how, "", NOW) is None
    assert take(town, late, early) == [said, "accepted"]
    assert take(town, late, at=NOW + DAY) == [said], "a person decides, not a repetition"
    assert doc_id(2) not in documents(town)


def chain_of_four(apprentice: Author, mentor: Author, number: int) -> list[str]:
    """Logged, revised, signed as revised, and a note; each needs the one before."""
    entry = doc_id(number)
    logged = apprentice.hours(number)
    revised = apprentice.op("entry.revised", entry, {**ENTRY, "end": 700}, of=id_of(logged))
    signed = mentor.op("entry.signed", entry, {**SIGNED, "minutes": 200}, of=id_of(revised))
    note = {"text": "well done", "about": entry}
    return [logged, revised, signed, mentor.op("note.added", doc_id(1000 + number), note, deps=[id_of(signed)])]


def test_whatever_order_they_arrive_in_all_end_accepted(town: Site, apprentice: Author, mentor: Author) -> None:
    for number, order in enumerate(itertools.permutations(range(4))):
        ops = chain_of_four(apprentice, mentor, number)
        said = [take(town, ops[at])[0] for at in order]
        assert said[order.index(0)] == "accepted"
        assert take(town, *ops) == ["accepted"] * 4, order
        assert '"state":"signed"' in documents(town)[doc_id(number)][1], order
    assert town.rows("SELECT held FROM books WHERE id = :b", b=BOOK)[0][0] == 0


def test_what_waits_for_something_refused_is_refused(town: Site, apprentice: Author) -> None:
    bad = apprentice.op("entry.logged", doc_id(1), {**ENTRY, "break": 300})
    after = apprentice.op("note.added", doc_id(2), {"text": "x", "about": None}, deps=[id_of(bad)])
    assert take(town, after) == ["held"]
    assert take(town, bad) == ["refused times_crossed"]
    assert take(town, after) == ["refused depends_on_refused"]


def test_what_has_waited_two_weeks_goes_to_a_person(town: Site, apprentice: Author) -> None:
    logged = apprentice.hours(1)
    waiting = apprentice.op("entry.withdrawn", doc_id(1), {"reason": "x"}, of=id_of(logged))
    assert take(town, waiting) == ["held"]
    with town.app.app_context():
        upkeep.expire_held(NOW + 13 * DAY)
        assert take(town, waiting) == ["held"]
        upkeep.expire_held(NOW + 15 * DAY)
    assert take(town, waiting, logged) == ["quarantined held_too_long", "accepted"]
    assert town.rows("SELECT held FROM books WHERE id = :b", b=BOOK)[0][0] == 0


def test_after_a_restore_lost_rights_are_no_reason_to_refuse(town: Site, apprentice: Author) -> None:
    stranger = make_jws(Phone().key, "jj-op", apprentice.payload("entry.logged", doc_id(1), ENTRY))
    elsewhere = apprentice.op("entry.logged", doc_id(2), ENTRY, book=doc_id(99))
    assert take(town, stranger, elsewhere) == ["refused unknown_device", "refused no_such_book"]
    with town.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE instance SET restored_at = :at"), {"at": NOW})
    elsewhere = apprentice.op("entry.logged", doc_id(3), ENTRY, book=doc_id(99))
    with town.app.app_context():
        assert intake.accept([stranger], NOW)[id_of(stranger)] == {"as": "retry"}, "nothing unproved is kept"
    assert take(town, elsewhere) == ["quarantined restored"]
    assert take(town, elsewhere, at=NOW + 31 * DAY) == ["quarantined restored"], "only a person refuses it"
    assert take(town, stranger, at=NOW + 31 * DAY) == ["refused unknown_device"]
    assert town.rows("SELECT count(*) FROM ops WHERE id = :id", id=id_of(stranger))[0][0] == 0


def test_what_a_stranger_sends_is_answered_and_not_kept(town: Site) -> None:
    stranger = Author(town, "other_apprentice")
    waits = stranger.op("note.added", doc_id(1), {"text": "x", "about": None}, deps=[id_of(stranger.hours(2))])
    nowhere = stranger.op("entry.logged", doc_id(3), ENTRY, book=doc_id(99))
    dreamt = stranger.op("entry.dreamt", doc_id(4), {})
    said = ["refused not_a_member", "refused no_such_book", "refused not_a_member"]
    assert take(town, waits, nowhere, dreamt) == said and take(town, waits, nowhere, dreamt) == said
    assert town.rows("SELECT count(*) FROM ops WHERE device_id = :d", d=stranger.phone.id)[0][0] == 0


def test_of_twenty_who_credit_one_entry_at_once_one_does(town: Site, apprentice: Author, mentor: Author) -> None:
    logged = apprentice.hours(1)
    signed = mentor.op("entry.signed", doc_id(1), SIGNED, of=id_of(logged))
    assert take(town, logged, signed) == ["accepted"] * 2
    said: list[str] = []
    assert town.decide("plan.set", PLAN)["as"] == "accepted"
    callers = [town.caller("coordinator", "desk") for _ in range(20)]

    def credit(caller: Any) -> None:
        said.append(caller.act("entry.credited", {"minutes": 240, "note": None}, doc_id(1), id_of(logged))["as"])

    threads = [threading.Thread(target=credit, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["accepted"] + ["refused"] * 19


def test_a_photo_that_only_the_first_version_named_is_still_awaited(town: Site, apprentice: Author) -> None:
    photo = "A" * 43
    logged = apprentice.op("entry.logged", doc_id(1), {**ENTRY, "photos": [photo]})
    revised = apprentice.op("entry.revised", doc_id(1), ENTRY, of=id_of(logged))
    assert take(town, logged, revised) == ["accepted"] * 2
    assert [tuple(row) for row in town.rows("SELECT sha256, book_id FROM photo_names")] == [(photo, BOOK)]
    with town.app.app_context():
        assert not upkeep.verify(lambda *_: None).differences


def test_signing_input_is_what_travels(apprentice: Author) -> None:
    payload = apprentice.payload("entry.logged", doc_id(1), {**ENTRY, "text": "铣削 ✓"})
    signed = signing_input(apprentice.phone.id, payload)
    assert take(apprentice.site, with_signature(signed, sign(apprentice.phone.key, signed))) == ["accepted"]


def test_a_note_of_who_has_left_is_taken_for_two_weeks(town: Site, mentor: Author) -> None:
    """What he wrote before he left may come late; after that he has no say in this book."""
    notes = [mentor.op("note.added", doc_id(900 + n), {"text": "see the lathe", "about": None}) for n in range(3)]
    left = {"member": "30000000-0000-4000-8000-000000000001", "to": "2026-09-15", "reason": "moved"}
    assert take(town, notes[0]) == ["accepted"]
    assert town.caller("coordinator", "desk").act("member.left", left)["as"] == "accepted"
    assert take(town, notes[1], at=NOW + 8 * DAY) == ["accepted"]
    assert take(town, notes[2], at=NOW + 9 * DAY) == ["refused not_a_member"]
    assert take(town, notes[1], at=NOW + 99 * DAY) == ["accepted"], "what was said stays said"


def test_custody_takes_two_hundred_a_day_of_a_device(town: Site, apprentice: Author, mentor: Author) -> None:
    """What is too much waits on its phone; others, what can be judged, and the next day are not touched."""
    odd = [apprentice.op("entry.dreamed", doc_id(n), {}) for n in range(210)]
    for start in range(0, 200, 50):
        assert set(take(town, *odd[start : start + 50])) == {"quarantined unknown_kind"}
    said = take(town, *odd[195:], apprentice.hours(1))
    assert said == ["quarantined unknown_kind"] * 5 + ["retry"] * 10 + ["accepted"]
    assert town.rows("SELECT count(*) FROM ops WHERE verdict = 'quarantined'") == [(200,)]
    assert take(town, mentor.op("entry.dreamed", doc_id(999), {})) == ["quarantined unknown_kind"]
    assert set(take(town, *odd[200:], at=NOW + DAY)) == {"quarantined unknown_kind"}
