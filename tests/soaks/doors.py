"""What can be wrong with a request before anybody reads an operation in it, and with the requests to all the other doors."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

from soaks.enemy import Enemy, Shot

HASH, UUID = "A" * 43, "00000000-0000-4000-8000-000000000000"
BODIES: dict[str, dict[str, Any]] = {
    "/api/activation/check": {"login": "nobody", "code": "0123456789"},
    "/api/activation": {
        "login": "nobody", "code": "0123456789", "password": "vier Birnen im Korb", "proof": None, "label": "", "shared": False,
    },
    "/api/login": {"login": "nobody", "password": "vier Birnen im Korb", "kind": "phone"},
    "/api/password": {"old": "vier Birnen im Korb", "new": "drei Birnen im Korb"},
    "/api/devices": {"proof": "x.y.z", "label": "", "shared": False},
    "/api/devices/{}/revoke": {"how": "retired"},
    "/api/csp": {"csp-report": {"effective-directive": "img-src", "blocked-uri": "x"}},
}  # fmt: skip
PARTS = (
    HASH, UUID, "..", "%2e%2e", "%00", "%0d%0aX:1", "'%20OR%201=1", "%ff%fe", "%F0%9F%94%A7", "a" * 500, "a" * 3000, "*", "-1", "%", "%2",
    "\\..\\", "%5c",
    "{}", "~", "%ed%a0%80",
)  # fmt: skip
PATHS = (
    "/api/../etc/passwd", "/api/%2e%2e/%2e%2e/etc/passwd", "/../../../etc/passwd", "/..%2f..%2fetc/passwd", "/assets/../index.html",
    "/%00", "/api/%00",
    "/api/sync/", "/api/sync//", "//api/sync", "/API/SYNC", "/api/sync%00", "/api/sync;x=1", "/api/./sync", "/api/sync?v=1&v=2",
    "/api/sync#x", "/api",
    "/api/", "/.env", "/.git/config", "/server-key.pem", "/jiangji.db", "/" + "a" * 1500, "/" + "a" * 9000, "/?" + "a=1&" * 300,
    "/%F0%9F%94%A7", "/%ff",
    "*", "http://evil.example/api/sync", "/api/blobs/" + HASH + "/../x", "/a b", "", "api/sync", "/\x7f", "/\xff",
)  # fmt: skip
METHODS = ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "HEAD", "PROPFIND", "post", "POST ", "\x00", "G" * 200, "POST\tX")
TYPES = (
    "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
    "application/json; charset=utf-16", "",
    "application/jsonp", "application/json\x00", "application/json, text/plain", "x" * 3000, "image/svg+xml",
)  # fmt: skip
ODD_HEADERS = (
    ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", "evil.example"), ("X-HTTP-Method-Override", "DELETE"), ("Host", "evil.example"),
    ("Host", ""), ("Host", "127.0.0.1:x"), ("Host", "[::1"), ("Host", "a\x00b"), ("X-Long", "x" * 5000), ("Range", "bytes=0-9999999999,-1,5-1"),
    ("If-None-Match", "*"), ("If-Modified-Since", "yesterday"), ("Expect", "100-continue"), ("Expect", "x"), ("Upgrade", "h2c"), ("TE",
    "trailers"),
    ("Accept-Encoding", "gzip;q=x, br;;"), ("Accept", "\xff"), ("User-Agent", "\r"), ("Content-Length", "5"), ("Content-Length", "-1"),
    ("Content-Length", "1e3"), ("Content-Length", "99999999999999999999"), ("Connection", "close, keep-alive, x"), ("X-Bad", "a\rb"),
    ("X-Bad", "a\nInjected: 1"), ("X-Bad", "a\r\nInjected: 1"), ("X-Bad", "\x00"), ("", "x"), ("X Bad", "x"), (":path", "/"),
    ("Service-Worker", "script"),
    ("Sec-Fetch-Site", "cross-site"), ("Authorization", "Basic " + "A" * 3000), ("Transfer-Encoding", "identity, chunked"), ("Date", "\x01"),
)  # fmt: skip
COOKIES = (
    "", "x", "__Host-sid", "__Host-sid=", "__Host-sid=;", "__Host-sid={0}; __Host-sid=x", "__Host-sid=x; __Host-sid={0}",
    "__host-sid={0}", "sid={0}",
    '__Host-sid="{0}"', "__Host-sid={0}x", "__Host-sid=' OR 1=1 --" + "x" * 25, "__Host-sid=" + "\xff" * 43, "__Host-sid=" + "A" * 43,
    "__Host-sid=" + "A" * 4000, "session=eyJfdXNlcl9pZCI6IjEifQ.x.y", "remember_token=1|" + "0" * 128, "; " * 500,
    "__Host-sid=%00" + "A" * 40, "=", "a=b=c",
)  # fmt: skip


def _forged(enemy: Enemy, headers: list[tuple[str, str]], **more: Any) -> Shot:
    """An exchange with an operation that would be good, in a wrapping that is not."""
    body = enemy.envelope([enemy.sign(enemy.payload())])
    return Shot(enemy.request(body, headers=headers, **more), keeps=False, cut=True, may_close=True, verdicts=True)


def _without(enemy: Enemy, *names: str) -> list[tuple[str, str]]:
    return [header for header in enemy.headers() if header[0] not in names]


# --- the wrapping --------------------------------------------------------------------------------------------------------


def chunked(enemy: Enemy) -> Shot:
    """Bodies that say their length only by ending, rightly or wrongly."""
    body = enemy.envelope([enemy.sign(enemy.payload())])
    size = f"{len(body):x}".encode()
    spoilt = (
        size + b"\r\n" + body + b"\r\n0\r\n\r\n", size + b";x=y\r\n" + body + b"\r\n0\r\nX: 1\r\n\r\n", b"ffffffff\r\n" + body,
            b"-1\r\n" + body, b"x\r\n",
        b"", b"0\r\n\r\n", size + b"\n" + body + b"\n0\n\n", b"0x" + size + b"\r\n" + body + b"\r\n0\r\n\r\n", b"1\r\n{\r\n" * 50,
        b"F" * 50 + b"\r\n",
        b"200000\r\n" + b" " * 2_097_152 + b"\r\n0\r\n\r\n",
    )  # fmt: skip
    headers = [*enemy.headers(), ("Transfer-Encoding", enemy.pick.choice(("chunked", "chunked", "Chunked", "xchunked", "chunked, chunked",
        "gzip, chunked")))]
    headers += [("Content-Length", "3")] if enemy.pick.random() < 0.2 else []
    raw = enemy.request(b"", headers=headers, length=-1) + enemy.pick.choice(spoilt)
    return Shot(raw, keeps=False, cut=True, may_close=True, verdicts=True)


def packed_body(enemy: Enemy) -> Shot:
    """Compressed, truly or not; a bomb among them. None of it is unpacked."""
    good = enemy.envelope([enemy.phone.sign(enemy.payload())])
    body = enemy.pick.choice((gzip.compress(good), gzip.compress(bytes(20_000_000)), zlib.compress(good), good, b"\x1f\x8b" + bytes(40)))
    headers = [*enemy.headers(), ("Content-Encoding", enemy.pick.choice(("gzip", "deflate", "br", "zstd", "gzip, gzip", "x", "GZIP")))]
    return Shot(enemy.request(body, headers=headers), forged=True)


def other_type(enemy: Enemy) -> Shot:
    return _forged(enemy, [*_without(enemy, "Content-Type"), ("Content-Type", enemy.pick.choice(TYPES))])


def other_method(enemy: Enemy) -> Shot:
    method = enemy.pick.choice(METHODS)
    shot = _forged(enemy, enemy.headers(), method=method)
    shot.method, shot.verdicts = method, False
    return shot


def other_origin(enemy: Enemy) -> Shot:
    origin = enemy.pick.choice((
        None, "null", "", "https://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", "file://", "http://127.0.0.1.evil.example",
        "http://localhost",
        f"http://127.0.0.1:{enemy.land.port}/", f"https://127.0.0.1:{enemy.land.port}",
    ))  # fmt: skip
    body = enemy.envelope([enemy.phone.sign(enemy.payload())])
    headers = _without(enemy, "Origin", *(["X-App"] if enemy.pick.random() < 0.3 else []))
    headers += [] if origin is None else [("Origin", origin)]
    return Shot(enemy.request(body, headers=headers), verdicts=True, forged=True)


def other_cookie(enemy: Enemy) -> Shot:
    given = enemy.pick.choice(COOKIES).format(enemy.book.token)
    return _forged(enemy, [*_without(enemy, "Cookie"), ("Cookie", given)])


def odd_header(enemy: Enemy) -> Shot:
    name, text = enemy.pick.choice(ODD_HEADERS)
    several = [(name, text)] if enemy.pick.random() < 0.9 else [(f"X-{number}", "x") for number in range(60)]
    return _forged(enemy, [*_without(enemy, name), *several], length=-1 if name == "Content-Length" else None)


def odd_path(enemy: Enemy) -> Shot:
    path, method = enemy.pick.choice(PATHS), enemy.pick.choice(("GET", "POST", "HEAD"))
    raw = enemy.request(b"{}" if method == "POST" else b"", path, method)
    return Shot(raw, method=method, keeps=False, cut=True, may_close=True)


def flipped_request(enemy: Enemy) -> Shot:
    """A bit of the head is wrong."""
    raw = enemy.request(enemy.envelope([enemy.sign(enemy.payload())]))
    end = raw.index(b"\r\n\r\n") + 4
    return Shot(enemy.flip(raw[:end]) + raw[end:], keeps=False, cut=True, may_close=True)


def noise(enemy: Enemy) -> Shot:
    spoilt = (b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\n\r\n", b"GET /\r\n\r\n", b"\r\n" * 50, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST", b"\x00" * 300)
    return Shot(enemy.pick.choice(spoilt) + enemy.pick.randbytes(enemy.pick.randrange(50)), keeps=False, cut=True, may_close=True)


# --- the other doors -----------------------------------------------------------------------------------------------------


def any_door(enemy: Enemy) -> Shot:
    """A door of the server's own list, a method it knows, and something wrong in every place that can be filled."""
    rules = [rule for rule in enemy.land.app.url_map.iter_rules() if rule.rule not in ("/api/sync", "/api/desk/acts")]
    rule = enemy.pick.choice(rules)
    method = enemy.pick.choice(sorted(rule.methods or ("GET",)))
    path, plain = rule.rule, rule.rule
    for name in rule.arguments:
        spelled = f"<{name}>" if f"<{name}>" in path else next(part for part in path.split("/") if part.endswith(f":{name}>"))
        path, plain = path.replace(spelled, enemy.pick.choice(PARTS)), plain.replace(spelled, "{}")
    token = enemy.pick.choice((enemy.guest, enemy.guest, enemy.desk, "A" * 43)) if plain != "/api/logout" else "A" * 43
    return _at_door(enemy, method, path, BODIES.get(plain, {}), token)


def _at_door(enemy: Enemy, method: str, path: str, given: dict[str, Any], token: str) -> Shot:
    headers, pick = enemy.headers(token), enemy.pick
    if method in ("GET", "HEAD"):
        names = pick.sample(("after", "limit", "book", "state", "day_from", "day_to", "x"), pick.randrange(3))
        odd = ("0", "-1", "201", "9" * 30, "%00", "%ff", "%ed%a0%80", "x%0d%0a", "'%20OR%201", UUID, "a" * 1500, "", "2026-02-30",
            "%7C%7C", "1.5", "null")
        query = "&".join(f"{name}={pick.choice(odd)}" for name in names)
        return Shot(enemy.request(b"", f"{path}?{query}", method, headers), method=method, keeps=False, cut=True, may_close=True)
    if method == "PUT":
        image = pick.choice((b"", b"\xff\xd8\xff\xe0" + bytes(50), b"\x89PNG\r\n\x1a\n" + bytes(50), b"RIFF" + bytes(9), pick.randbytes(2000)))
        headers = [*[h for h in headers if h[0] != "Content-Type"], ("Content-Type", pick.choice(("image/jpeg", "image/png", "image/webp",
            "text/html")))]
        return Shot(enemy.request(image, path, method, headers), keeps=False, may_close=True)
    body = json.dumps(enemy.change(given)).encode()
    body = enemy.flip(body) if pick.random() < 0.2 else body
    return Shot(enemy.request(body, path, method, headers), method=method, keeps=False, may_close=True)


def desk_act(enemy: Enemy) -> Shot:
    """A coordinator's browser that has gone mad: what comes through is an act of hers, signed by the server."""
    planned = {
        "plan": "p", "name": "x", "rule_set": "r", "source": "x", "status": "x", "modules": [], "places": [], "rules": {}, "closed_days": [],
    }  # fmt: skip
    joined = {"member": enemy.new_id(), "person": enemy.new_id(), "role": "mentor", "org": None, "from": "2025-09-01", "to": None}
    opened = {
        "apprentice": UUID, "learner": "student_apprentice", "occupation": "x", "level": "x", "enterprise": UUID,
        "college": enemy.land.town.college,
        "from": "2025-09-01", "to": "2027-08-31",
    }  # fmt: skip
    doc, version = enemy.pick.choice(enemy.logged or [(enemy.book.id, None)])
    kind, body, doc = enemy.pick.choice((
        ("plan.set", planned, enemy.book.id), ("member.joined", joined, enemy.book.id), ("book.opened", opened, enemy.book.id),
        ("month.locked", {"month": "2031-01"}, enemy.book.id), ("entry.credited", {"minutes": 1, "note": None}, doc),
        ("entry.queried", {"reason": "x"}, doc), ("note.added", {"text": "x", "about": None}, enemy.new_id()),
    ))  # fmt: skip
    asked = {"book": enemy.pick.choice((enemy.book.id, enemy.book.id, UUID)), "kind": kind, "doc": doc, "of": version, "body": body}
    return Shot(enemy.request(json.dumps(enemy.change(asked)).encode(), "/api/desk/acts", headers=enemy.headers(enemy.desk)))


DOORS: dict[str, Callable[[Enemy], Shot]] = {
    f"{made.__name__}_{turn}": made
    for made, turns in (
        (chunked, 2), (packed_body, 1), (other_type, 1), (other_method, 1), (other_origin, 1), (other_cookie, 1), (odd_header, 2), (odd_path, 2),
        (flipped_request, 1), (noise, 1), (any_door, 10), (desk_act, 2),
    )
    for turn in range(turns)
}  # fmt: skip
