"""What may come over the wire: operations as they should be, and everything an enemy or a broken app could make of them."""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from sync.op import op_id, signing_input, to_base64url, with_signature
from sync.signing import jwk_of, thumbprint
from vectors.cast import BODIES, ENTRY_BODY, KEY, KID, NO_SIGNATURE, id_of, jws_of, key, payload

Case = dict[str, Any]
TEXTS = {
    "emoji": "更换轴承 🔧👩🏽‍🏭",
    "line separators": "a\u2028b\u2029c\u0085d",
    "right to left": "\u202eגבא אבג\u202c",
    "escapes": 'quote " backslash \\ slash / tab \t newline \n',
    "last plane": "\U0010ffff\U00010000\uffff\ufffd",
    "composed": "Å é ệ 각",
    "markup": "</script><img src=x onerror=alert(1)>{{7*7}}' OR 1=1--",
}


def signature(signer: EllipticCurvePrivateKey, signed: bytes) -> bytes:
    """RFC 6979, so that making the vectors twice makes them equal."""
    r, s = decode_dss_signature(signer.sign(signed, ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def op_cases() -> list[Case]:
    """Payload -> the text to sign -> the id."""
    given = [payload(kind, "op", of=None) for kind in BODIES]
    given += [payload("note.added", name, body={"text": text, "about": None}) for name, text in TEXTS.items()]
    given.append(payload("note.added", "most", count=2**53 - 1, at=2**53 - 1, seen=2**53 - 1))
    return [{"kid": KID, "payload": g, "input": signing_input(KID, g).decode(), "id": id_of(g)} for g in given]


def sign_cases() -> list[Case]:
    cases = []
    for number, (name, text) in enumerate(TEXTS.items(), start=1):
        signer = key(number * 7919)
        given = payload("note.added", name, body={"text": text, "about": None})
        jwk = jwk_of(signer.public_key())
        signed = signing_input(thumbprint(jwk), given)
        jws = with_signature(signed, signature(signer, signed))
        cases.append({"by": "Python", "jwk": jwk, "payload": given, "jws": jws, "id": op_id(signed)})
    return cases


def sealed(head: Any, body: bytes, seal: bytes = NO_SIGNATURE) -> str:
    text = head if isinstance(head, str) else json.dumps(head, separators=(",", ":"), ensure_ascii=False)
    return f"{to_base64url(text.encode())}.{to_base64url(body)}.{to_base64url(seal)}"


def raw(text: str | bytes) -> str:
    """These bytes as the payload under our own header."""
    head = {"alg": "ES256", "kid": KID, "typ": "jj-op"}
    return sealed(head, text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))


def plain(**given: Any) -> str:
    return json.dumps(payload("note.added", "plain") | given, separators=(",", ":"), ensure_ascii=False)


def header_cases() -> list[tuple[str, str, str | None]]:
    body = plain().encode()
    ours = {"alg": "ES256", "kid": KID, "typ": "jj-op"}
    swaps = [
        {"alg": alg} for alg in ("none", "None", "nOnE", "HS256", "ES384", "ES256K", "RS256", "EdDSA", "es256", "")
    ]
    swaps += [{"typ": typ} for typ in ("JWT", "jj-cert", "jj-enrol", "JJ-OP", "")]
    kids = (
        "../../etc/passwd",
        "' OR 1=1--",
        "https://evil.example/key",
        KID[:-1],
        KID + "A",
        KID[:-1] + "!",
        "",
        "é" * 43,
    )
    swaps += [{"kid": kid} for kid in kids]
    extra = {"jwk": jwk_of(KEY.public_key()), "crit": ["b64"], "b64": False, "zip": "DEF", "jku": "https://evil.example",
             "x5u": "https://evil.example", "x5c": ["AA"], "cty": "JWT", "nonce": "1"}  # fmt: skip
    swaps += [{name: given} for name, given in extra.items()]
    cases = [(f"header {json.dumps(swap)[:60]}", sealed(ours | swap, body), "malformed") for swap in swaps]
    cases += [(f"header without {name}", sealed({n: g for n, g in ours.items() if n != name}, body), "malformed")
              for name in ours]  # fmt: skip
    spaced = json.dumps(ours)
    turned = json.dumps(dict(reversed(ours.items())), separators=(",", ":"))
    twice = spaced.replace(" ", "")[:-1] + ',"alg":"none"}'
    for name, text in {"spaces": spaced, "other order": turned, "alg twice": twice, "a list": "[]" * 9}.items():
        cases.append((f"header with {name}", sealed(text, body), "malformed"))
    return cases


def shape_cases() -> list[tuple[str, str, str | None]]:
    good = jws_of(payload("note.added", "plain"))
    head, body, seal = good.split(".")
    signed = signing_input(KID, payload("note.added", "plain"))
    pair = signature(KEY, signed)
    der = encode_dss_signature(int.from_bytes(pair[:32], "big"), int.from_bytes(pair[32:], "big"))
    return [
        ("nothing", "", "malformed"), ("dots", "..", "malformed"), ("two parts", f"{head}.{body}", "malformed"),
        ("four parts", f"{good}.AA", "malformed"), ("five parts", f"{good}.AA.AA", "malformed"),
        ("no signature", f"{head}.{body}.", "malformed"), ("signature in DER", f"{head}.{body}.{to_base64url(der)}", "malformed"),
        ("short signature", f"{head}.{body}.{seal[:-1]}", "malformed"), ("long signature", f"{head}.{body}.{seal}A", "malformed"),
        ("padded signature", f"{good}==", "malformed"), ("padded payload", f"{head}.{body}=.{seal}", "malformed"),
        ("trailing bits in the signature", f"{good[:-1]}B", "malformed"),
        ("trailing bits in the payload", f"{head}.{trailing()}.{seal}", "malformed"),
        ("payload of an impossible length", f"{head}.{body + 'A' * ((1 - len(body)) % 4)}.{seal}", "malformed"),
        ("newline at the end", f"{good}\n", "malformed"), ("space before", f" {good}", "malformed"),
        ("standard alphabet", f"{head}.{body[:-2]}+/.{seal}", "malformed"), ("JSON form", '{"payload":""}', "malformed"),
        ("wide letters", "😀" * 6000, "malformed"), ("wide letters, too many", "😀" * 11300, "too_large"),
        ("too long", good + "A" * 11300, "too_large"),
        ("payload over 8 KiB", raw(plain(salt="A" * 8000)), "too_large"),
        ("payload of 8 KiB and not JSON", raw("x" * 8192), "malformed"), ("payload of 8 KiB and one", raw("x" * 8193), "too_large"),
    ]  # fmt: skip


def trailing() -> str:
    """Our payload, with one of the bits that decode to nothing set."""
    text = plain()
    text += " " * ((1 - len(text.encode())) % 3)
    body = to_base64url(text.encode())
    return body[:-1] + chr(ord(body[-1]) + 1)


def json_cases() -> list[tuple[str, str, str | None]]:
    note = plain()
    body = '"body":{"text":"第一周","about":null}'
    assert body in note

    def with_body(inner: str) -> str:
        return raw(note.replace(body, f'"body":{inner}'))

    def with_text(inner: str) -> str:
        return with_body('{"text":"' + inner + '","about":null}')

    def with_count(number: str) -> str:
        return raw(note.replace('"count":1,', f'"count":{number},'))

    nested = [(f"nested {depth} deep", with_body("[" * depth + "]" * depth), "malformed") for depth in (1, 6, 7, 2000)]
    unknown = [(f"unknown field nested {depth} deep", with_body('{"text":"a","new":' + "[" * depth + "]" * depth + "}"), word)
               for depth, word in ((4, None), (5, "malformed"), (3500, "malformed"))]  # fmt: skip
    numbers = {
        "1.0": "malformed", "1.5": "malformed", "1e2": "malformed", "1E2": "malformed", "1e-7": "malformed", "-0": None,
        "-0.0": "malformed", "-1": "malformed", "01": "malformed", "+1": "malformed", "-": "malformed", ".5": "malformed",
        "1.": "malformed", "0x10": "malformed", "NaN": "malformed", "Infinity": "malformed", "-Infinity": "malformed",
        "9007199254740991": None, "9007199254740992": "malformed", "9007199254740993": "malformed", "1" * 400: "malformed",
        "1" * 5000: "malformed", "true": "malformed", "null": "malformed", '"1"': "malformed", "١": "malformed",
    }  # fmt: skip
    texts = {
        "lone high surrogate": ("\\ud83d", "malformed"), "lone low surrogate": ("\\udd27", "malformed"),
        "surrogates the wrong way": ("\\udd27\\ud83d", "malformed"), "escaped pair": ("\\ud83d\\udd27", None),
        "pair in capitals": ("\\uD83D\\uDD27", None), "escaped zero": ("\\u0000", None),
        "decomposed": ("e\u0301", "malformed"), "decomposed by escape": ("e\\u0301", "malformed"),
        "composed by escape": ("\\u00e9", None), "angstrom sign": ("\u212b", "malformed"), "hangul parts": ("\u1100\u1161", "malformed"),
        "combining mark first": ("\u0301a", None), "combining mark after a tab escape": ("\\t\u0308", "malformed"),
        "combining mark after a written tab escape": ("\\u0009\u0308", "malformed"),
        "raw newline": ("\n", "malformed"), "raw tab": ("\t", "malformed"), "raw zero": ("\0", "malformed"),
        "delete": ("\x7f", None), "bad escape": ("\\x41", "malformed"), "short escape": ("\\u12", "malformed"),
        "escape with a sign": ("\\u+123", "malformed"), "escape with blanks": ("\\u 123", "malformed"),
        "escaped solidus": ("\\/", None), "all escapes": ('\\"\\\\\\b\\f\\n\\r\\t', None), "byte order mark inside": ("\ufeff", None),
        "U+2028": ("\u2028", None), "noncharacter": ("\uffff", None),
    }  # fmt: skip
    cases = nested + unknown
    cases += [(f"count {number[:40]}", with_count(number), word) for number, word in numbers.items()]
    cases += [(f"text with {name}", with_text(inner), word) for name, (inner, word) in texts.items()]
    return cases + frame_cases(note) + byte_cases(note)


def frame_cases(note: str) -> list[tuple[str, str, str | None]]:
    twice = note[:-1] + ',"count":2}'
    hidden = note[:-1] + ',"\\u0063ount":2}'
    inner = note.replace('"about":null', '"about":null,"about":null')
    swaps: list[tuple[str, dict[str, Any], str | None]] = [
        ("version 2", {"v": 2}, "newer_version"), ("version 2 and nothing else right", {"v": 2, "book": 5}, "newer_version"),
        ("version 0", {"v": 0}, "malformed"), ("version true", {"v": True}, "malformed"), ("version as text", {"v": "1"}, "malformed"),
        ("book as number", {"book": 1}, "malformed"), ("capital uuid", {"book": "A" * 8 + "-0000-4000-8000-" + "0" * 12}, "malformed"),
        ("kind without dot", {"kind": "note"}, "malformed"), ("kind with two dots", {"kind": "note.a.b"}, "malformed"),
        ("kind unknown", {"kind": "note.sung"}, None), ("kind constructor", {"kind": "constructor.prototype"}, None),
        ("kind as list", {"kind": ["note.added"]}, "malformed"), ("body as list", {"body": []}, "malformed"),
        ("body null", {"body": None}, "malformed"), ("body with wrong fields", {"body": {"text": 5}}, None),
        ("of as empty text", {"of": ""}, "malformed"), ("deps null", {"deps": None}, "malformed"),
        ("nine deps", {"deps": [KID[:-1] + c for c in "ABCDEFGHI"]}, "malformed"), ("deps twice", {"deps": [KID, KID]}, "malformed"),
        ("deps as object", {"deps": {}}, "malformed"), ("negative at", {"at": -1}, "malformed"), ("salt short", {"salt": "AA"}, "malformed"),
        ("salt with trailing bits", {"salt": "A" * 21 + "B"}, "malformed"), ("a field more", {"future": {"x": 1}}, None),
        ("a field called __proto__", {"__proto__": {"kind": "x"}}, None), ("unicode spaces in id", {"by": "\u00a0" * 36}, "malformed"),
        ("NFD kind", {"kind": "note.e\u0301"}, "malformed"),
    ]  # fmt: skip
    given = payload("note.added", "plain")
    cases = [(name, raw(plain(**swap)), word) for name, swap, word in swaps]
    for name in given:
        without = {n: g for n, g in given.items() if n != name}
        cases.append((f"without {name}", raw(json.dumps(without, ensure_ascii=False)), "malformed"))
    for name, text in {"a key twice": twice, "a key twice by escape": hidden, "a key twice in the body": inner}.items():
        cases.append((name, raw(text), "malformed"))
    return cases


def byte_cases(note: str) -> list[tuple[str, str, str | None]]:
    whole = note.encode()
    return [
        ("byte order mark", raw(b"\xef\xbb\xbf" + whole), "malformed"), ("UTF-16", raw(note.encode("utf-16")), "malformed"),
        ("bytes that are not UTF-8", raw(whole.replace(b"\xe7", b"\xff")), "malformed"),
        ("overlong slash", raw(whole.replace("第".encode(), b"\xc0\xaf")), "malformed"),
        ("surrogate in UTF-8", raw(whole.replace("第".encode(), b"\xed\xa0\x80")), "malformed"),
        ("beyond the last plane", raw(whole.replace("第".encode(), b"\xf4\x90\x80\x80")), "malformed"),
        ("cut in a letter", raw(whole[:-1] + "第".encode()[:2]), "malformed"), ("trailing data", raw(note + "{}"), "malformed"),
        ("trailing comma", raw(note[:-1] + ",}"), "malformed"), ("trailing zero byte", raw(note + "\0"), "malformed"),
        ("white space around", raw(f" \t\r\n{note} \n"), None), ("no-break space around", raw(f"\u00a0{note}"), "malformed"),
        ("form feed around", raw(f"\f{note}"), "malformed"), ("a comment", raw(note + "/**/"), "malformed"),
        ("single quotes", raw(note.replace('"', "'")), "malformed"), ("a list", raw(f"[{note}]"), "malformed"),
        ("a text", raw('"note"'), "malformed"), ("null", raw("null"), "malformed"), ("empty payload", raw("{}"), "malformed"),
        ("missing brace", raw(note[:-1]), "malformed"), ("missing colon", raw(note.replace('"v":1', '"v"1')), "malformed"),
        ("capital TRUE", raw(note.replace("null", "NULL")), "malformed"),
    ]  # fmt: skip


def seal_cases() -> list[tuple[str, str, str | None]]:
    """Well made, but the signature is not this key's."""
    given = payload("entry.logged", "seal", body=ENTRY_BODY)
    signed = signing_input(KID, given)
    good = signature(KEY, signed)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    seals = {
        "r and s zero": bytes(64), "r zero": bytes(32) + good[32:], "s zero": good[:32] + bytes(32),
        "r the order": order.to_bytes(32, "big") + good[32:], "s the order": good[:32] + order.to_bytes(32, "big"),
        "all ones": b"\xff" * 64, "r and s exchanged": good[32:] + good[:32], "another key's": signature(key(5), signed),
        "of another text": signature(KEY, signed + b"A"), "one bit wrong": good[:63] + bytes((good[63] ^ 1,)),
    }  # fmt: skip
    cases: list[tuple[str, str, str | None]] = [
        (f"signature {name}", with_signature(signed, seal), "bad_signature") for name, seal in seals.items()
    ]
    mirrored = good[:32] + (order - int.from_bytes(good[32:], "big")).to_bytes(32, "big")
    return [
        *cases,
        ("signature right", with_signature(signed, good), None),
        ("signature mirrored", with_signature(signed, mirrored), None),
    ]


def hostile_cases() -> list[Case]:
    """`word` null: it is read. The cases of `seals` are read as well; their word is the signature's."""
    listed = header_cases() + shape_cases() + json_cases()
    return [{"name": name, "jws": jws, "word": word} for name, jws, word in listed]
