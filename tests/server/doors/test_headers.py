"""What browsers are told about every answer, cookies and files included."""

from __future__ import annotations

import pytest

from serving import BASE, Site, person_id

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def paths(site: Site) -> list[str]:
    """Every rule of the map as a path, and some that are in none."""
    fills = {"<digest:sha256>": "A" * 43, "<session_id>": "x", "<device_id>": "x", "<page_path:path>": "books/1"}
    found = {rule.rule for rule in site.app.url_map.iter_rules()}
    for name, text in fills.items():
        found = {rule.replace(name, text) for rule in found}
    return sorted(found | {"/api/none", "/sw.js", "/assets/main-1a2b.js", "/assets/none.js", "/none.txt"})


def test_every_answer_carries_the_headers(site):
    """Whatever the address, the method or the status."""
    assert len(paths(site)) >= 20
    for path in paths(site):
        for method in ("GET", "POST", "TRACE"):
            answer = site.caller("mentor").send(method, path)
            headers, where = answer.headers, (path, method, answer.status_code)
            assert {name: headers.get(name) for name in ALWAYS} == ALWAYS, where
            assert headers["Permissions-Policy"].startswith("camera=(self), geolocation=(self), screen-wake-lock=(self), "), where
            assert "Server" not in headers and "Strict-Transport-Security" not in headers, where
            if path.startswith("/api"):
                assert headers["Cache-Control"] == "no-store", where
                assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'", (
                    where
                )
            else:
                assert "unsafe-inline" not in headers["Content-Security-Policy"], where
                assert "unsafe-eval" not in headers["Content-Security-Policy"], where
                assert (
                    "require-trusted-types-for 'script'; trusted-types jiangji jiangji-decode vue;"
                    in headers["Content-Security-Policy"]
                )


def test_only_the_reader_of_codes_may_compile(site):
    policy = site.caller().get("/assets/decode.worker-1a2b.js").headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self';" in policy and "trusted-types 'none'" in policy
    for path in ("/", "/assets/main-1a2b.js", "/decode.worker-1a2b.js", "/assets/x/decode.worker-1a2b.js"):
        assert "wasm-unsafe-eval" not in site.caller().get(path).headers["Content-Security-Policy"]


def test_only_an_answer_over_tls_asks_for_tls(site):
    """HSTS is sent only where it counts."""
    plain, secure = (site.caller().get("/", base_url=base) for base in (BASE, BASE.replace("http", "https")))
    assert "Strict-Transport-Security" not in plain.headers
    assert secure.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/", "no-cache"), ("/index.html", "no-cache"), ("/books/1", "no-cache"), ("/sw.js", "no-cache"),
        ("/assets/main-1a2b.js", "public, max-age=31536000, immutable"),
    ],
)  # fmt: skip
def test_files_live_as_long_as_their_names(site, path, cache):
    answer = site.caller().get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, cache)


@pytest.mark.parametrize(
    ("understood", "coding", "data"),
    [
        ("gzip, deflate, br, zstd", "br", b"packed by brotli"), ("gzip, br;q=0", "gzip", b"packed by gzip"),
        ("gzip", "gzip", b"packed by gzip"), ("identity", None, b"// main"), (None, None, b"// main"),
    ],
)  # fmt: skip
def test_a_file_comes_packed_as_the_browser_understands(make_site, tmp_path, understood, coding, data):
    make_site()
    asset = tmp_path / "pages" / "assets" / "main-1a2b.js"
    asset.with_name("main-1a2b.js.br").write_bytes(b"packed by brotli")
    asset.with_name("main-1a2b.js.gz").write_bytes(b"packed by gzip")
    caller = make_site().caller()
    answer = caller.get("/assets/main-1a2b.js", headers={"Accept-Encoding": understood} if understood else {})
    assert (answer.status_code, answer.headers.get("Content-Encoding"), answer.data) == (200, coding, data)
    assert answer.headers["Vary"] == "Accept-Encoding" and answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert caller.get("/assets/main-1a2b.js.br").status_code == 404
    # each packing is a file of its own to whoever keeps it
    again = caller.get("/assets/main-1a2b.js", headers={"If-None-Match": answer.headers["ETag"], "Accept-Encoding": "gzip;q=0.5"})
    assert again.status_code == (304 if coding == "gzip" else 200)


def test_a_missing_asset_is_not_kept_for_a_year(site):
    answer = site.caller().get("/assets/gone-1a2b.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-cache")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/sw.js", 200), ("/assets/main-1a2b.js", 403), ("/", 403), ("/api/blobs/" + "A" * 43, 403), ("/none.js", 403)],
)
def test_only_one_file_may_become_a_service_worker(site, path, status):
    answer = site.caller("mentor").get(path, headers={"Service-Worker": "script"})
    assert answer.status_code == status
    assert "Service-Worker-Allowed" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/../secret", "/%2e%2e/secret", "/..%2fsecret", "/assets/../../secret", "/assets/..%2f..%2fhome/secret",
        "//etc/passwd", "/%00", "/.stamp", "/assets/%2e%2e/%2e%2e/home/server-key.pem",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_pages(site, path):
    """What is no listed file is the app itself or nothing."""
    answer = site.caller().get(path)
    assert answer.status_code in (308, 400, 404) or answer.data == b"<!doctype html>app"


def test_a_server_without_a_built_app_says_so(make_site, tmp_path):
    site = make_site()
    (tmp_path / "pages" / "index.html").unlink()
    assert make_site().caller().get("/").status_code == 404
    assert site.app is not None


@pytest.mark.parametrize(("kind", "age"), [("phone", 90 * 86400), ("desk", 12 * 3600)])
def test_the_cookie_is_exactly_this(site, kind, age):
    site.set_password("mentor")
    caller = site.caller()
    answer = caller.log_in("mentor", kind=kind)
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    token, *parts = rest.split("; ")
    kept = sorted(part for part in parts if not part.startswith("Expires="))
    assert len(token) == 43 and name == ("__Host-sid" if kind == "desk" else f"__Host-sid-{person_id('mentor')}")
    assert kept == sorted(["Secure", "HttpOnly", "Path=/", f"Max-Age={age}", "SameSite=Lax"])
    gone = caller.post("/api/logout").headers["Set-Cookie"]
    assert gone.startswith(f"{name}=;") and "Max-Age=0" in gone and "Secure" in gone and "HttpOnly" in gone


def test_no_other_cookie_is_ever_set(site):
    site.set_password("mentor")
    caller = site.caller()
    answers = [
        caller.get("/"),
        caller.get("/api/me"),
        caller.log_in("mentor"),
        caller.get("/api/me"),
        caller.log_in("no"),
    ]
    given = [text for answer in answers for text in answer.headers.getlist("Set-Cookie")]
    assert len(given) == 1


def test_production_shows_neither_documentation_nor_debugging(site):
    assert not site.app.debug and not site.app.testing
    rules = {rule.rule for rule in site.app.url_map.iter_rules()}
    assert not {rule for rule in rules if "doc" in rule or "openapi" in rule or "swagger" in rule}
    for path in ("/openapi.json", "/api/openapi.json", "/console"):
        assert b"openapi" not in site.caller().get(path).data
