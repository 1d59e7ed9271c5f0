"""Signatures that hold, those that do not, and the statements a server and a new device make."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sync.errors import Refusal
from sync.op import op_id, signing_input, take_apart, to_base64url, with_signature
from sync.signing import (
    holds,
    jwk_of,
    make_jws,
    public_key,
    read_enrolment,
    read_jwk,
    read_statement,
    sign,
    thumbprint,
)
from vectors.cast import KEY, NO_SIGNATURE, key, payload
from vectors.make import kept

SIGNED = kept("sign_python")["cases"] + kept("sign_chromium")["cases"]
JWK = jwk_of(KEY.public_key())


@pytest.mark.parametrize("case", SIGNED, ids=lambda case: case["by"] + case["payload"]["salt"])
def test_it_believes_what_python_and_a_browser_signed(case):
    jwk, found = read_jwk(case["jwk"])
    sealed = take_apart(case["jws"])
    assert sealed.kid == thumbprint(jwk)
    assert sealed.id == case["id"] == op_id(sealed.signed)
    assert sealed.signed == signing_input(sealed.kid, case["payload"])
    assert holds(found, sealed)


def test_both_makers_are_among_the_vectors():
    assert {case["by"].split()[0] for case in SIGNED} == {"Python", "Chromium"}


@pytest.mark.parametrize("case", kept("hostile")["seals"], ids=lambda case: case["name"])
def test_it_tells_a_right_signature_from_a_wrong_one(case):
    assert holds(KEY.public_key(), take_apart(case["jws"])) == (case["word"] is None)


def test_what_it_signs_holds():
    signed = signing_input(thumbprint(JWK), payload("note.added"))
    assert holds(KEY.public_key(), take_apart(with_signature(signed, sign(KEY, signed))))


def test_the_thumbprint_is_the_one_of_rfc_7638_for_any_order_of_members():
    assert thumbprint(dict(reversed(JWK.items()))) == thumbprint(JWK)
    assert thumbprint({**JWK, "kid": "more"}) == thumbprint(JWK)


@pytest.mark.parametrize(
    "change",
    [{"d": "AA"}, {"kty": "RSA"}, {"crv": "P-384"}, {"crv": "secp256k1"}, {"x": JWK["y"]}, {"x": JWK["x"][:-1]}, {"x": 5},
     {"x": "!" * 43}, {"y": "A" * 43}, {"use": "sig"}],
    ids=str,
)  # fmt: skip
def test_it_takes_no_other_key(change):
    assert read_jwk({**JWK, **change}) is None


@pytest.mark.parametrize("given", [None, [], "key", {}, {"kty": "EC"}])
def test_what_is_no_key_is_none(given):
    assert read_jwk(given) is None


def test_a_point_off_the_curve_is_no_key():
    with pytest.raises(ValueError):
        public_key(to_base64url(bytes(31) + b"\1"), to_base64url(bytes(31) + b"\1"))


def test_a_certificate_is_believed_only_from_its_maker():
    jws = make_jws(KEY, "jj-cert", {"person": "p"})
    assert read_statement(jws, "jj-cert", KEY.public_key()) == {"person": "p"}
    assert read_statement(jws, "jj-cert", key(5).public_key()) == Refusal("bad_signature")
    assert read_statement(jws, "jj-op", KEY.public_key()) == Refusal("malformed")
    assert read_statement(jws.replace(".", ",", 1), "jj-cert", KEY.public_key()) == Refusal("malformed")


def test_a_certificate_of_broken_json_is_malformed():
    signed = signing_input(thumbprint(JWK), {"a": 1.5}, "jj-cert")
    assert read_statement(with_signature(signed, sign(KEY, signed)), "jj-cert", KEY.public_key()) == Refusal(
        "malformed"
    )


def test_an_enrolment_proves_the_key_it_brings():
    assert read_enrolment(make_jws(KEY, "jj-enrol", {"jwk": JWK})) == ({"jwk": JWK}, thumbprint(JWK))


def make_enrolment(signer: ec.EllipticCurvePrivateKey, given: dict, kid: str) -> str:
    signed = signing_input(kid, given, "jj-enrol")
    return with_signature(signed, sign(signer, signed))


@pytest.mark.parametrize(
    ("jws", "word"),
    [
        (make_enrolment(key(5), {"jwk": JWK}, thumbprint(JWK)), "bad_signature"),
        (make_enrolment(KEY, {"jwk": JWK}, thumbprint(jwk_of(key(5).public_key()))), "bad_signature"),
        (make_enrolment(KEY, {}, thumbprint(JWK)), "bad_signature"),
        (make_enrolment(KEY, {"jwk": {**JWK, "d": "AA"}}, thumbprint(JWK)), "bad_signature"),
        (make_enrolment(KEY, {"jwk": 1.5}, thumbprint(JWK)), "malformed"),
        (with_signature(signing_input(thumbprint(JWK), {"jwk": JWK}, "jj-enrol"), NO_SIGNATURE), "bad_signature"),
        (make_jws(KEY, "jj-op", {"jwk": JWK}), "malformed"),
    ],
)
def test_an_enrolment_that_proves_nothing_is_refused(jws, word):
    assert read_enrolment(jws) == Refusal(word)
