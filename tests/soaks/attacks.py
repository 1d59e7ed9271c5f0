"""What can be wrong with operations and with the exchange around them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from soaks.enemy import NASTY, Enemy, Shot
from sync.op import from_base64url, loose_id, to_base64url, with_signature
from sync.signing import sign

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ALGS = ("none", "None", "NONE", "HS256", "ES384", "ES512", "RS256", "EdDSA", "", "es256")
KIDS = (
    "../../../etc/passwd", "/dev/null", "' OR '1'='1", "x' UNION SELECT id FROM devices --", "http://127.0.0.1/key", "", "\x00",
    "A" * 43, "-" * 43, "A" * 4000,
)  # fmt: skip


def honest(enemy: Enemy) -> Shot:
    shot = enemy.carry(enemy.valid()[1], forged=False)
    shot.honest = True
    return shot


# --- the signature -----------------------------------------------------------------------------------------------------


def flipped_op(enemy: Enemy) -> Shot:
    jws = enemy.phone.sign(enemy.payload())
    hurt = enemy.flip(jws.encode())
    while hurt == jws.encode():
        hurt = enemy.flip(jws.encode())
    return enemy.carry(hurt.decode("latin-1"))


def cut_op(enemy: Enemy) -> Shot:
    jws = enemy.phone.sign(enemy.payload())
    return enemy.carry(jws[: enemy.pick.randrange(len(jws))])


def zero_signature(enemy: Enemy) -> Shot:
    jws = enemy.phone.sign(enemy.payload())
    r, s = enemy.pick.choice(((0, 0), (0, 1), (1, 0), (1, 1), (ORDER, ORDER), (ORDER, 1), (2**256 - 1, 2**256 - 1)))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return enemy.carry(with_signature(jws.rpartition(".")[0].encode(), signature))


def malleated(enemy: Enemy) -> Shot:
    """n - s instead of s: the same operation under another good signature. The signature is no identity, so this may come in."""
    jws = enemy.sign(enemy.payload())
    signed, _, given = jws.rpartition(".")
    raw = from_base64url(given)
    other = raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    both = [jws, with_signature(signed.encode(), other)]
    enemy.pick.shuffle(both)
    shot = enemy.carry(*both, forged=False)
    enemy.honest.add(loose_id(jws))
    return shot


def short_signature(enemy: Enemy) -> Shot:
    signed = enemy.phone.sign(enemy.payload()).rpartition(".")[0]
    return enemy.carry(f"{signed}.{to_base64url(bytes(enemy.pick.choice((0, 1, 63, 65, 96, 132))))}")


def der_signature(enemy: Enemy) -> Shot:
    signed = enemy.phone.sign(enemy.payload()).rpartition(".")[0].encode()
    return enemy.carry(with_signature(signed, bytes([0x30, 0x44, 2, 32]) + sign(enemy.phone.key, signed)[:60]))


# --- the header ----------------------------------------------------------------------------------------------------------


def _under(enemy: Enemy, header: Any) -> Shot:
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    payload = json.dumps(enemy.payload(), ensure_ascii=False).encode()
    jws = enemy.seal(payload, text)
    if enemy.pick.random() < 0.3:
        jws = jws.rpartition(".")[0] + "."
    return enemy.carry(jws)


def other_alg(enemy: Enemy) -> Shot:
    return _under(enemy, {"alg": enemy.pick.choice(ALGS), "kid": enemy.phone.id, "typ": "jj-op"})


def own_key_inside(enemy: Enemy) -> Shot:
    name = enemy.pick.choice(("jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"))
    value = enemy.phone.jwk if name == "jwk" else enemy.some()
    return _under(enemy, {"alg": "ES256", "jwk": value, "kid": enemy.victim.id, name: value, "typ": "jj-op"})


def strange_kid(enemy: Enemy) -> Shot:
    return _under(enemy, {"alg": "ES256", "kid": enemy.pick.choice(KIDS), "typ": "jj-op"})


def other_type(enemy: Enemy) -> Shot:
    typ = enemy.pick.choice(("jj-cert", "jj-enrol", "JWT", "", "jj-op ", "JJ-OP"))
    return _under(enemy, {"alg": "ES256", "kid": enemy.phone.id, "typ": typ})


def spaced_header(enemy: Enemy) -> Shot:
    spoilt = (
        f'{{"alg": "ES256","kid":"{enemy.phone.id}","typ":"jj-op"}}', f'{{"kid":"{enemy.phone.id}","alg":"ES256","typ":"jj-op"}}',
        f'{{"alg":"none","alg":"ES256","kid":"{enemy.phone.id}","typ":"jj-op"}}', f'{{"alg":"ES256","kid":"{enemy.phone.id}","typ":"jj-op"}}\n',
        "", "{}", "[]", "null", "\x00",
    )  # fmt: skip
    return _under(enemy, enemy.pick.choice(spoilt).encode())


def foreign_kid(enemy: Enemy) -> Shot:
    """His signature under somebody else's key id."""
    return _under(enemy, {"alg": "ES256", "kid": enemy.victim.id, "typ": "jj-op"})


# --- the payload ---------------------------------------------------------------------------------------------------------


def in_anothers_name(enemy: Enemy) -> Shot:
    changed = enemy.pick.choice(({"by": enemy.other.person}, {"book": enemy.other.id}, {"by": enemy.land.town.coordinator}))
    return enemy.carry(enemy.phone.sign(enemy.payload() | changed))


def desk_only(enemy: Enemy) -> Shot:
    joined = {"member": enemy.new_id(), "person": enemy.book.person, "role": "mentor", "org": None, "from": "2025-09-01", "to": None}
    body = enemy.pick.choice((joined, {"month": "2026-09"}, {"minutes": 60, "reason": "x"}))
    kind = enemy.pick.choice(("member.joined", "month.locked", "entry.credited", "book.opened", "plan.set", "access.reset"))
    return enemy.carry(enemy.phone.sign(enemy.payload() | {"kind": kind, "doc": enemy.book.id, "body": body}))


def own_sign_off(enemy: Enemy) -> Shot:
    doc, version = enemy.pick.choice(enemy.logged or [(enemy.new_id(), "A" * 43)])
    body = {"minutes": 1, "how": "list", "note": None, "scores": []}
    return enemy.carry(enemy.phone.sign(enemy.payload() | {"kind": "entry.signed", "doc": doc, "of": version, "body": body}))


def fuzzed_payload(enemy: Enemy) -> Shot:
    """Rightly signed nonsense: whatever it is, the server may only say so."""
    given = enemy.payload()
    for _ in range(enemy.pick.choice((1, 1, 2, 3))):
        given = enemy.change(given)
    return enemy.carry(enemy.sign(given), forged=False)


def fuzzed_later(enemy: Enemy) -> Shot:
    """Revisions, withdrawals, presences, results and notes with a place or two exchanged."""
    doc, version = enemy.pick.choice(enemy.logged or [(enemy.new_id(), "A" * 43)])
    kind = enemy.pick.choice(("entry.revised", "entry.withdrawn", "presence.checked_in", "presence.checked_out", "result.claimed", "note.added"))
    given = enemy.payload() | {"kind": kind, "of": version, "deps": [enemy.pick.choice(("B" * 43, version))]}
    if enemy.pick.random() < 0.7:
        given |= {"doc": doc}
    if enemy.pick.random() < 0.3:
        given |= {"body": {"text": "x", "reason": "x", "about": None}, "deps": []}
    return enemy.carry(enemy.sign(enemy.change(given) if enemy.pick.random() < 0.7 else given), forged=False)


def raw_payload(enemy: Enemy) -> Shot:
    """Signed bytes that are no JSON of ours."""
    good = json.dumps(enemy.payload(), separators=(",", ":")).encode()
    spoilt = (
        good[:-1], good + b"x", b"", b"\xff\xfe", b"null", b"[]", b"1", b'"x"', b"[" * 4000, b'{"a":' * 1000, good.replace(b'"v":1',
        b'"v":1,"v":1'),
        good.replace(b'"v":1', b'"v":1.0'), good.replace(b'"v":1', b'"v":NaN'), good.replace(b'"v":1', b'"v":1e400'), b"\xef\xbb\xbf" + good,
        good.replace(b'"count":1', b'"count":' + b"9" * 5000), good.replace(b'"B1"', b'"\\ud800"'), good.replace(b'"B1"', b'"\xc0\x80"'),
        good + b" " * 9000,
        good.replace(b'"v":1', b'"v":true'), good.replace(b'"deps":[]', b'"deps":' + b"[" * 500 + b"]" * 500),
    )  # fmt: skip
    return enemy.carry(enemy.seal(enemy.pick.choice(spoilt)))


def newer(enemy: Enemy) -> Shot:
    """From an app of tomorrow: taken into custody, never accepted."""
    changed = enemy.pick.choice(({"v": 2}, {"kind": "entry.teleported"}, {"v": 2**53 - 1}))
    return enemy.carry(enemy.phone.sign(enemy.payload() | changed))


# --- the envelope ----------------------------------------------------------------------------------------------------------


def flipped_envelope(enemy: Enemy) -> Shot:
    return Shot(enemy.request(enemy.flip(enemy.envelope([enemy.sign(enemy.payload())]))), verdicts=True)


def cut_envelope(enemy: Enemy) -> Shot:
    body = enemy.envelope([enemy.phone.sign(enemy.payload())])
    return Shot(enemy.request(body[: enemy.pick.randrange(len(body))]), forged=True)


def broken_off(enemy: Enemy) -> Shot:
    """Promises more than it sends, and then hangs up."""
    body = enemy.envelope([enemy.phone.sign(enemy.payload())])
    raw = enemy.request(body[: enemy.pick.randrange(len(body))], length=len(body))
    return Shot(raw, keeps=False, cut=True, may_close=True, forged=True)


def odd_envelope(enemy: Enemy) -> Shot:
    """Everything a phone says, but one place."""
    asked = {"v": 1, "build": "x", "epoch": "", "have": {enemy.book.id: [3, "A" * 43]}, "ops": [enemy.sign(enemy.payload())], "limit": 50}
    return Shot(enemy.request(json.dumps(enemy.change(asked)).encode()), verdicts=True)


def odd_have(enemy: Enemy) -> Shot:
    pick = enemy.pick
    books = [enemy.book.id, enemy.other.id, enemy.new_id(), enemy.some()]
    points = [[pick.choice((0, 1, -1, 2**53, 2**63, 10**400, 1.5, "1", None, True)), enemy.some()], [1], [], [1, "A" * 43, 1], None, "x", {}]
    have = {str(pick.choice(books)): pick.choice(points) for _ in range(pick.choice((1, 2, 3)))}
    if pick.random() < 0.1:
        have = {enemy.new_id(): [0, ""] for _ in range(1001)}
    return Shot(enemy.request(enemy.envelope([], have=have, limit=pick.choice((0, 1, 500, 501, -1, 2**64)))), verdicts=True)


def strange_ops(enemy: Enemy) -> Shot:
    good = enemy.phone.sign(enemy.payload())
    several = enemy.pick.choice((
        [enemy.some() for _ in range(5)], [good[:40]] * 51, ["x" * 300_000], [good + "\ud800"], ["\ud800." + good], [good.replace(".", "..")],
        [""], ["."], [".."], ["..."], ["\x00"], [good + "="], [good + "\n"], [" " + good], [{"jws": good[:9]}], ["é" * 200], ["A" * 11_500],
    ))  # fmt: skip
    return enemy.carry(*several)


def raw_envelope(enemy: Enemy) -> Shot:
    """Bodies that a lenient reader would take for something."""
    good = enemy.envelope([])
    spoilt = (
        b"", b"{", b"null", b"[]", b"0", b'"x"', b"[" * 100_000, b'{"a":' * 50_000, b'{"v":1,"v":1,"ops":[]}', b'{"v":1,"ops":[],"ops":["x"]}',
        b'{"v":1.0}', b'{"v":1e0}', b'{"v":NaN}', b'{"v":1,"limit":1e400}', b'{"v":1,"limit":' + b"9" * 10_000 + b"}", b"\xef\xbb\xbf" + good,
        good.decode().encode("utf-16"), good + b"\x00", b"\xff" + good, b'{"v":1,"epoch":"\\ud800"}', b'{"v":1,"build":"\\u0000"}', good + good,
        b'{"v":1,"have":{"\\ud800":[0,""]}}', b'{"v":1,"have":{"' + enemy.book.id.encode() + b'":[0,"\\u0000\\ud800"]}}', b"v=1&ops=",
        b"<v>1</v>",
    )  # fmt: skip
    return Shot(enemy.request(enemy.pick.choice(spoilt)), forged=True)


def too_much(enemy: Enemy) -> Shot:
    """Two megabytes; the server may hang up before it has read them."""
    body = enemy.pick.choice((b"[" * 2_000_000, enemy.envelope(["x" * 2_000_000]), bytes(2_000_000)))
    return Shot(enemy.request(body), keeps=False, may_close=True, forged=True)


def poisoned_neighbours(enemy: Enemy) -> Shot:
    """One honest operation among nine of the worst: it must come in all the same."""
    jws = enemy.valid()[1]
    ops = [enemy.pick.choice([value for value in NASTY if isinstance(value, str)]) for _ in range(4)]
    ops += [enemy.phone.sign(enemy.payload())[:-2] + "!!", enemy.seal(b"{"), enemy.seal(b"\xff"), jws[:-4] + "AAAA"]
    ops.insert(enemy.pick.randrange(len(ops)), jws)
    return enemy.carry(*ops, forged=False)


ATTACKS: dict[str, Callable[[Enemy], Shot]] = {
    made.__name__: made
    for made in (
        honest, flipped_op, cut_op, zero_signature, malleated, short_signature, der_signature, other_alg, own_key_inside, strange_kid, other_type,
        spaced_header, foreign_kid, in_anothers_name, desk_only, own_sign_off, fuzzed_payload, fuzzed_later, raw_payload, newer,
        flipped_envelope, cut_envelope, broken_off, odd_envelope, odd_have, strange_ops, raw_envelope, too_much, poisoned_neighbours,
    )
}  # fmt: skip
