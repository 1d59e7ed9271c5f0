"""What is not as the operations say is found; what can be mended is mended, also under a server at work."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from demoland import NOW, Land, log_entry, moved_in, silent
from server.services.books import intake
from server.services.keeping import upkeep
from server.store.db import writing
from server.store.people.sessions import Session, insert_session

DAY = 86_400_000


@pytest.fixture
def land(tmp_path, database_url) -> Iterator[Land]:
    with moved_in(tmp_path, database_url) as land:
        yield land


@pytest.fixture
def here(tmp_path) -> Iterator[Land]:
    with moved_in(tmp_path) as land:
        yield land


def pick(land: Land, number: int) -> tuple[str, str, str]:
    """(op, book, jws) of an entry's first op, book after book."""
    return land.rows(
        "SELECT o.id, o.book_id, o.jws FROM ops o JOIN documents d ON d.book_id = o.book_id AND d.seq = o.seq"
        " JOIN entries e ON e.book_id = d.book_id AND e.id = d.id WHERE e.state = 'logged' ORDER BY o.book_id, o.seq"
    )[number]


def flipped(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def differences(land: Land) -> set[tuple[str, str]]:
    return {(found.word, found.about) for found in upkeep.verify(silent).differences}


def test_verify_finds_every_planted_flip_and_nothing_else(land):
    signature, book, jws = pick(land, 0)
    content, _, other_jws = pick(land, 5)
    chained, _, _ = pick(land, 10)
    [(written, in_book)] = land.rows("SELECT id, book_id FROM documents WHERE body LIKE '%\"withdrawn\",\"by\"%' ORDER BY id LIMIT 1")
    [(entry, _)] = land.rows("SELECT id, book_id FROM entries WHERE state = 'credited' ORDER BY id LIMIT 1")
    [(member,)] = land.rows("SELECT id FROM members ORDER BY id LIMIT 1")
    [(head,)] = land.rows("SELECT id FROM books ORDER BY id DESC LIMIT 1")
    dot = other_jws.index(".") + 40
    land.harm(
        f"UPDATE ops SET jws = '{flipped(jws, len(jws) - 40)}' WHERE id = '{signature}'",
        f"UPDATE ops SET jws = '{flipped(other_jws, dot)}' WHERE id = '{content}'",
        f"UPDATE ops SET chain = '{'A' * 43}' WHERE id = '{chained}'",
        f"UPDATE documents SET body = replace(body, '\"withdrawn\",\"by\"', '\"credited\",\"by\"') WHERE id = '{written}'",
        f"UPDATE entries SET credited_minutes = credited_minutes + 60 WHERE id = '{entry}'",
        f"DELETE FROM members WHERE id = '{member}'",
        f"UPDATE books SET seq = seq + 1 WHERE id = '{head}'",
    )
    found = differences(land)
    assert ("signature_broken", signature) in found
    assert {word for word, about in found if about == content} & {"op_id_differs", "op_unreadable"}
    assert ("chain_broken", chained) in found
    assert ("document_differs", written) in found
    assert any(word == "fact_differs" and about.startswith("entries ") and about.endswith(entry) for word, about in found)
    assert any(word == "fact_differs" and about.startswith("members ") and about.endswith(member) for word, about in found)
    assert ("head_differs", "") in found
    assert {found.book for found in upkeep.verify(silent).differences} < {row[0] for row in land.rows("SELECT id FROM books")}


def test_verify_misses_no_removed_swapped_or_borrowed_operation(here):
    gone, gone_book, _ = pick(here, 0)
    moved = next(op for op, book, _ in (pick(here, number) for number in range(1, 12)) if book != gone_book)
    forged, forged_book, _ = pick(here, 12)
    [(stranger,)] = here.rows("SELECT id FROM devices WHERE status = 'retired' AND person_id NOT IN (SELECT person_id FROM members WHERE"
                              " book_id = :book) ORDER BY id LIMIT 1", book=forged_book)  # fmt: skip
    here.harm(
        f"DELETE FROM ops WHERE id = '{gone}'",
        f"UPDATE ops SET book_id = '{gone_book}', seq = 100000 WHERE id = '{moved}'",
        f"UPDATE ops SET device_id = '{stranger}' WHERE id = '{forged}'",
    )
    found = differences(here)
    words = {word for word, _ in found}
    assert ("op_in_other_book", moved) in found and ("device_differs", forged) in found
    assert {"op_missing", "chain_broken", "document_differs"} <= words


def test_rebuild_mends_what_is_derived_and_touches_nothing_else(land):
    entry, book, state = land.rows("SELECT id, book_id, state FROM entries WHERE state = 'credited' ORDER BY id")[0]
    before = sorted(land.rows("SELECT book_id, id, seq, body FROM documents"))
    facts = sorted(land.rows("SELECT * FROM entries"))
    two = land.rows("SELECT id, seq FROM documents WHERE book_id = :book ORDER BY id LIMIT 2", book=book)
    land.harm(
        f"UPDATE documents SET seq = 900001 WHERE id = '{two[0][0]}'",
        f"UPDATE documents SET seq = {two[0][1]} WHERE id = '{two[1][0]}'",
        f"UPDATE documents SET seq = {two[1][1]} WHERE id = '{two[0][0]}'",
        f"UPDATE documents SET body = 'not json' WHERE id = '{entry}'",
        f"UPDATE entries SET state = 'signed' WHERE id = '{entry}'",
        f"INSERT INTO documents (book_id, id, seq, body) VALUES ('{book}', 'planted', 900000, '{{}}')",
        f"UPDATE books SET held = 7, college_id = 'x', chain = 'y' WHERE id = '{book}'",
    )
    assert differences(land)
    assert upkeep.rebuild(silent) == 1
    assert sorted(land.rows("SELECT book_id, id, seq, body FROM documents")) == before
    assert sorted(land.rows("SELECT * FROM entries")) == facts and state == "credited"
    assert upkeep.verify(silent).differences == ()
    assert upkeep.rebuild(silent) == 0


def test_rebuild_brings_back_a_book_of_which_only_the_operations_are_left(here):
    [(book,)] = here.rows("SELECT id FROM books ORDER BY id LIMIT 1")
    before = sorted(here.rows("SELECT * FROM documents")), sorted(here.rows("SELECT * FROM books"))
    with writing() as conn:
        for table in ("entries", "presences", "members", "photo_names", "documents"):
            conn.exec_driver_sql(f"DELETE FROM {table} WHERE book_id = '{book}'")
        conn.exec_driver_sql(f"DELETE FROM books WHERE id = '{book}'")
    assert upkeep.rebuild(silent) == 1
    assert (sorted(here.rows("SELECT * FROM documents")), sorted(here.rows("SELECT * FROM books"))) == before
    assert upkeep.verify(silent).differences == ()


def test_rebuild_mends_while_phones_go_on_sending(land):
    pen, book = land.phone_of("chenjiahao")
    [(entry,)] = land.rows("SELECT id FROM entries WHERE book_id = :book ORDER BY id LIMIT 1", book=book)
    land.harm(f"UPDATE documents SET body = '{{\"id\":\"{entry}\",\"kind\":\"entry\"}}' WHERE id = '{entry}'")
    said: list[str] = []
    enough = threading.Event()

    def push() -> None:
        with land.app.app_context():
            while not enough.is_set() or len(said) < 20:
                verdicts = intake.accept([log_entry(pen, book)], NOW)
                said.extend(verdict["as"] for verdict in verdicts.values())

    phone = threading.Thread(target=push)
    phone.start()
    try:
        assert upkeep.rebuild(silent) == 1
        assert not {"document_differs", "fact_differs", "head_differs"} & {word for word, _ in differences(land)}
    finally:
        enough.set()
        phone.join()
    assert len(said) >= 20 and set(said) == {"accepted"}
    assert upkeep.verify(silent).differences == ()


def test_what_has_waited_two_weeks_goes_to_a_person(land):
    [(op, book, since)] = land.rows("SELECT id, book_id, received_at FROM ops WHERE verdict = 'held'")
    assert upkeep.expire_held(since + 14 * DAY) == 0
    assert upkeep.expire_held(since + 14 * DAY + 1) == 1
    assert land.rows("SELECT verdict, word FROM ops WHERE id = :op", op=op) == [("quarantined", "held_too_long")]
    assert land.rows("SELECT held FROM books WHERE id = :book", book=book) == [(0,)]
    assert upkeep.expire_held(since + 15 * DAY) == 0
    assert upkeep.verify(silent).differences == ()


def test_sessions_and_codes_are_kept_half_a_year_after_they_are_over(land):
    person = land.rows("SELECT id FROM people ORDER BY id LIMIT 1")[0][0]
    old, young = NOW - 181 * DAY, NOW - 179 * DAY
    with writing() as conn:
        for name, at in (("old", old), ("young", young)):
            insert_session(conn, Session(name, person, "phone", at, at), name, name)
            conn.exec_driver_sql(
                "INSERT INTO activations (id, person_id, code_hash, issued_at, expires_at, tries)"
                f" VALUES ('{name}', '{person}', 'x', {at}, {at}, 0)"
            )
    assert upkeep.clear_away(NOW) == (1, 1)
    assert land.rows("SELECT id FROM sessions") == land.rows("SELECT id FROM activations") == [("young",)]


def test_documents_of_an_earlier_shape_are_made_anew_once(both):
    both.open_book()
    both.log_hours(2)
    with both.app.app_context():
        with writing() as conn:
            entries = "SELECT d.id, d.body FROM documents d JOIN entries e ON e.book_id = d.book_id AND e.id = d.id ORDER BY d.id"
            doc_id, body = conn.execute(sa.text(entries)).all()[0]
            old = json.loads(body)
            old["versions"] = [{"op": version["op"], "minutes": version["minutes"]} for version in old["versions"]]
            conn.execute(sa.text("UPDATE documents SET body = :body WHERE id = :id"), {"body": json.dumps(old), "id": doc_id})
            conn.exec_driver_sql("UPDATE instance SET shape = 1")
        assert [d.word for d in upkeep.verify(lambda done, total: None).differences] == ["document_differs"]
        assert [upkeep.reshape(lambda done, total: None) for _ in range(2)] == [True, False]
        assert upkeep.verify(lambda done, total: None).differences == ()
    assert json.loads(both.rows("SELECT body FROM documents WHERE id = :id", id=doc_id)[0][0])["versions"][0]["seen"] == 0
