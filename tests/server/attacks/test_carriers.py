"""A27: a phone that carries another's words drops, doubles, turns, cuts and rewrites them. And no. 30 to 33: a seal that does not
hold, another hand under the same words, bytes that are not those that were signed, words of a phone that was copied."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hands import SYNC, Hand, entry_id
from server.services.keeping import upkeep
from serving import BOOK, Phone, Site, person_id
from sync.op import from_base64url, header, loose_id, signing_input, to_base64url, with_signature
from sync.signing import ES256, sign

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HOURS = {
    "day": "2026-09-01", "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice", "place_kind": "post",
    "place": None, "text": "turning", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
}  # fmt: skip


@pytest.fixture
def town(site: Site) -> Site:
    site.open_book()
    return site


@pytest.fixture
def apprentice(town: Site) -> Hand:
    return Hand(town, "apprentice")


@pytest.fixture
def carrier(town: Site) -> Hand:
    """Somebody with a phone and no business in this book."""
    return Hand(town, "other_apprentice")


def hours(hand: Hand, number: int, **more: Any) -> str:
    return hand.write("entry.logged", entry_id(number), HOURS, **more)


def chain(hand: Hand) -> list[str]:
    """Three words that build on each other."""
    logged = hours(hand, 1)
    revised = hand.write("entry.revised", entry_id(1), {**HOURS, "end": 700}, loose_id(logged))
    return [logged, revised, hand.write("note.added", entry_id(2), {"text": "x", "about": entry_id(1)}, deps=[loose_id(revised)])]


def stored(town: Site) -> list[tuple[str, str]]:
    """Every word there is of a phone's, and that all of it holds."""
    with town.app.app_context():
        assert not upkeep.verify(lambda *_: None).differences
    return [tuple(row) for row in town.rows("SELECT o.verdict, o.jws FROM ops o JOIN devices d ON d.id = o.device_id WHERE d.status = 'active'")]


# --- what a carrier does ---------------------------------------------------------------------------------------------


def test_what_he_drops_its_author_brings_himself(town: Site, apprentice: Hand, carrier: Hand) -> None:
    words = chain(apprentice)
    verdicts = carrier.caller.post("/api/sync", SYNC | {"ops": [words[2], words[1]]}).json["verdicts"]
    assert {verdict["as"] for verdict in verdicts.values()} == {"held"}
    assert apprentice.send(*words) == ["accepted"] * 3
    assert sorted(stored(town)) == sorted(("accepted", word) for word in words)


def test_what_he_brings_twenty_times_in_every_order_is_there_once(town: Site, apprentice: Hand, carrier: Hand) -> None:
    words = chain(apprentice)
    for turn in range(20):
        carrier.send(*words[turn % 3 :], *words[: turn % 3], *reversed(words))
    assert apprentice.send(*words) == ["accepted"] * 3
    assert sorted(stored(town)) == sorted(("accepted", word) for word in words)
    [entry] = [json.loads(row[0]) for row in town.rows("SELECT body FROM documents WHERE id = :id", id=entry_id(1))]
    assert len(entry["versions"]) == 2


def test_what_he_cuts_anywhere_is_nothing_and_harms_no_neighbour(town: Site, apprentice: Hand, carrier: Hand) -> None:
    word, good = hours(apprentice, 1), hours(apprentice, 2)
    cuts = [word[:at] for at in range(0, len(word), 23)] + [word[at:] for at in range(1, len(word), 29)]
    for start in range(0, len(cuts), 40):
        said = carrier.send(*cuts[start : start + 40], good)
        assert set(said[:-1]) <= {"malformed", "bad_signature"} and said[-1] == "accepted"
    assert stored(town) == [("accepted", good)]


def test_every_letter_he_changes_is_seen(town: Site, apprentice: Hand, carrier: Hand) -> None:
    """One letter of the payload, everywhere, and of the header; the signature is told by the corpus below."""
    word = hours(apprentice, 1)
    end = word.rindex(".")
    changed = [word[:at] + ("A" if word[at] != "A" else "B") + word[at + 1 :] for at in range(0, end, 5) if word[at] != "."]
    for start in range(0, len(changed), 50):
        assert set(carrier.send(*changed[start : start + 50])) <= {"malformed", "bad_signature", "unknown_device"}
    assert stored(town) == []


def test_he_puts_no_ones_seal_under_other_words(town: Site, apprentice: Hand, carrier: Hand) -> None:
    one, two = hours(apprentice, 1), hours(apprentice, 2)
    mixed = f"{one.rpartition('.')[0]}.{two.rpartition('.')[2]}"
    own = with_signature(one.rpartition(".")[0].encode(), sign(carrier.phone.key, one.rpartition(".")[0].encode()))
    assert carrier.send(mixed, own) == ["bad_signature", "bad_signature"] and stored(town) == []


def test_he_hears_verdicts_and_sees_nothing_of_the_book(town: Site, apprentice: Hand, carrier: Hand) -> None:
    answer = carrier.caller.post("/api/sync", SYNC | {"ops": chain(apprentice)}).json
    assert len(answer["verdicts"]) == 3 and all(book["id"] != BOOK for book in answer["books"])


def test_he_moves_no_word_into_another_book(town: Site, apprentice: Hand, carrier: Hand) -> None:
    """Which book is part of what is signed: brought to whatever end, it stands in the one its author meant."""
    word = hours(apprentice, 1)
    carrier.caller.post("/api/sync", SYNC | {"ops": [word], "have": {person_id("other_apprentice"): [0, ""]}})
    assert [row[0] for row in town.rows("SELECT book_id FROM ops WHERE id = :id", id=loose_id(word))] == [BOOK]


# --- no. 31 and 33: the same again, and the same number again ----------------------------------------------------------


def test_another_good_seal_under_the_same_words_is_the_same_word(town: Site, apprentice: Hand, carrier: Hand) -> None:
    """Whoever has a word can make a second seal that holds; it makes no second word, and the first bytes stay."""
    word = hours(apprentice, 1)
    signed, _, given = word.rpartition(".")
    raw = from_base64url(given)
    twin = with_signature(signed.encode(), raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big"))
    assert twin != word and carrier.send(twin) == ["accepted"] and apprentice.send(word) == ["accepted"]
    assert stored(town) == [("accepted", twin)]


def test_a_phone_that_was_copied_overwrites_nothing(town: Site, apprentice: Hand) -> None:
    """Two with one key count alike: both words are there, each with a number of the book's own."""
    one, two = hours(apprentice, 1, count=7), hours(apprentice, 2, count=7)
    assert apprentice.send(one, two) == ["accepted", "accepted"]
    assert town.rows("SELECT count(DISTINCT seq) FROM ops WHERE device_id = :d", d=apprentice.phone.id) == [(2,)]


def test_two_contents_under_one_name_stand_side_by_side_or_wait_for_a_person(town: Site, apprentice: Hand) -> None:
    """The copy writes the same entry otherwise: never the later over the earlier."""
    one = hours(apprentice, 1)
    again = apprentice.write("entry.logged", entry_id(1), {**HOURS, "end": 1000})
    assert apprentice.send(one, again) == ["accepted", "document_exists"]
    left = apprentice.write("entry.revised", entry_id(1), {**HOURS, "end": 700}, loose_id(one))
    right = apprentice.write("entry.revised", entry_id(1), {**HOURS, "end": 690}, loose_id(one))
    assert apprentice.send(left, right) == ["accepted", "accepted"]
    [entry] = [json.loads(row[0]) for row in town.rows("SELECT body FROM documents WHERE id = :id", id=entry_id(1))]
    assert entry["content"]["end"] == 700 and [rival["content"]["end"] for rival in entry["rivals"]] == [690]


# --- no. 30 and 32: what holds no seal, and whose bytes they are --------------------------------------------------------


def signed_otherwise(hand: Hand, alg: str, secret: bytes | None) -> str:
    """The header of a library that trusts what is written in it."""
    head = to_base64url(json.dumps({"alg": alg, "kid": hand.phone.id, "typ": "jj-op"}, separators=(",", ":")).encode())
    signed = f"{head}.{hours(hand, 1).split('.')[1]}".encode()
    seal = hmac.new(secret, signed, hashlib.sha256).digest() if secret else b""
    return f"{signed.decode()}.{to_base64url(seal)}"


def forgeries(hand: Hand, other: Hand) -> dict[str, str]:
    good = hours(hand, 1)
    head, payload, seal = good.split(".")
    raw, public = from_base64url(seal), hand.phone.key.public_key()
    pem, der = (public.public_bytes(form, PublicFormat.SubjectPublicKeyInfo) for form in (Encoding.PEM, Encoding.DER))
    jwk = json.dumps(hand.phone.jwk, separators=(",", ":")).encode()
    signed = f"{head}.{payload}".encode()
    short = signing_input(hand.phone.id, json.loads(from_base64url(payload)), "jj-cert")
    return {
        **{f"alg {alg}": signed_otherwise(hand, alg, None) for alg in ("none", "None", "nOnE", "", "ES256")},
        **{f"HS256 under {name}": signed_otherwise(hand, "HS256", key) for name, key in (("PEM", pem), ("DER", der), ("JWK", jwk))},
        "HS256 in our header": f"{head}.{payload}.{to_base64url(hmac.new(pem, signed, hashlib.sha256).digest() * 2)}",
        "r = s = 0": with_signature(signed, bytes(64)),
        "r the order": with_signature(signed, ORDER.to_bytes(32, "big") + raw[32:]),
        "r + the order": with_signature(signed, ((int.from_bytes(raw[:32], "big") + ORDER) % 2**256).to_bytes(32, "big") + raw[32:]),
        "DER for raw": f"{head}.{payload}.{to_base64url(hand.phone.key.sign(signed, ES256))}",
        "padded": f"{good}==",
        "of the other": with_signature(signed, sign(other.phone.key, signed)),
        "kid of the other": f"{to_base64url(header(other.phone.id, 'jj-op').encode())}.{payload}.{seal}",
        "kid a path": f"{to_base64url(header('../../etc/passwd', 'jj-op').encode())}.{payload}.{seal}",
        "a certificate's type": with_signature(short, sign(hand.phone.key, short)),
        "white space": f" {good}",
        "written anew": _again(hand, payload, head, seal),
    }


def _again(hand: Hand, payload: str, head: str, seal: str) -> str:
    """The same JSON, its keys sorted: what a carrier makes who reads and writes instead of handing on."""
    again = json.dumps(json.loads(from_base64url(payload)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{head}.{to_base64url(again.encode())}.{seal}"


def test_no_seal_that_does_not_hold_gets_in(town: Site, apprentice: Hand, carrier: Hand) -> None:
    corpus = forgeries(apprentice, carrier)
    assert len(corpus) == len(set(corpus.values())) == 20
    for name, word in corpus.items():
        assert carrier.send(word) in (["malformed"], ["bad_signature"]), name
    assert stored(town) == [] and apprentice.send(hours(apprentice, 1)) == ["accepted"]


def test_a_key_of_nobody_is_a_strangers(town: Site, apprentice: Hand) -> None:
    known, apprentice.phone = apprentice.phone, Phone()
    assert apprentice.send(hours(apprentice, 1)) == ["unknown_device"]
    apprentice.phone = known
    assert apprentice.send(hours(apprentice, 1)) == ["accepted"]


@pytest.mark.parametrize("text", ["1.0", "1e0", "-0.0", "10000000000000001", '1,"count":2'])
def test_numbers_that_two_languages_read_differently_are_read_by_neither(town: Site, apprentice: Hand, text: str) -> None:
    """Signed and all: the seal holds, the words are none of ours."""
    payload = from_base64url(hours(apprentice, 1).split(".")[1]).decode().replace('"count":1', f'"count":{text}')
    signed = f"{to_base64url(header(apprentice.phone.id, 'jj-op').encode())}.{to_base64url(payload.encode())}".encode()
    assert apprentice.send(with_signature(signed, sign(apprentice.phone.key, signed))) == ["malformed"]
