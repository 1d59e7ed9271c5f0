"""What browsers are told about every answer."""

from flask import Flask, Response, request

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self';"
    " connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self' blob:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script';"
    " trusted-types jiangji jiangji-decode vue; report-uri /api/csp"
)
# the reader of codes beside the page: it alone may compile, and it fetches nothing but its own half
READER = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'; report-uri /api/csp"
)
API = "default-src 'none'; sandbox; frame-ancestors 'none'"
SHUT = ("accelerometer", "autoplay", "display-capture", "fullscreen", "gyroscope", "hid", "magnetometer", "microphone",
        "midi", "payment", "publickey-credentials-get", "serial", "usb", "xr-spatial-tracking")  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), screen-wake-lock=(self), " + ", ".join(f"{name}=()" for name in SHUT),
}


def add_headers(answer: Response) -> Response:
    answer.headers.extend(ALWAYS)
    # an asset answers with its own life; whatever else says nothing is asked for again
    if request.path.startswith("/api/") or request.path == "/api":
        answer.headers["Content-Security-Policy"] = API
        answer.headers["Cache-Control"] = "no-store"
    else:
        answer.headers["Content-Security-Policy"] = READER if request.path.startswith("/assets/decode.worker-") else PAGE
        if request.path.startswith("/assets/") and answer.status_code in (200, 206, 304):
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            answer.headers["Cache-Control"] = "no-cache"
    if request.is_secure:
        answer.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return answer


def register_headers(app: Flask) -> None:
    app.after_request(add_headers)
