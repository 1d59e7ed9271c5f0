"""The PWA's files, a pulse, and where browsers report what our policy stopped. Any address that is no file is the app's own affair."""

import mimetypes
from typing import Any

from flask import Blueprint, Response, request, send_from_directory
from werkzeug.routing import PathConverter

from server.api.answers import deny, read_strictly
from server.api.guard import policy
from server.errors import Denial
from server.house import house
from server.log import note

blueprint = Blueprint("pages", __name__)
# how the build packs files, the tightest first: the name of the coding, and what stands behind the file's own name
PACKINGS = {"br": ".br", "gzip": ".gz"}
DIRECTIVES = frozenset(
    "default-src script-src script-src-elem script-src-attr style-src style-src-elem style-src-attr img-src font-src"
    " connect-src worker-src manifest-src media-src form-action base-uri frame-ancestors object-src"
    " require-trusted-types-for trusted-types".split()
)


class PagePathConverter(PathConverter):
    """Everything but /api: an unknown door is no page, and a known one keeps its own methods."""

    regex = r"(?!api(?:/|$)).*?"


@blueprint.route("/api/health", methods=["GET"])
@policy("public")
def pulse() -> dict[str, bool]:
    return {"ok": True}


@blueprint.route("/api/csp", methods=["POST"])
@policy("report", most=16 * 1024)
def take_report() -> Response:
    """Only the name of the directive is kept: addresses and samples may hold anything."""
    report: Any = read_strictly(request.get_data(cache=False))
    report = report.get("csp-report") if isinstance(report, dict) else None
    word = report.get("effective-directive") or report.get("violated-directive") if isinstance(report, dict) else None
    name = word.split(" ")[0] if isinstance(word, str) else ""
    note("csp", directive=name if name in DIRECTIVES else "other")
    return Response(status=204)


@blueprint.route("/", methods=["GET"])
@blueprint.route("/<page_path:path>", methods=["GET"])
@policy("public")
def show(path: str = "index.html") -> Response:
    """Only what was listed at the start is ever opened."""
    here = house()
    if path in here.files and not path.endswith(tuple(PACKINGS.values())):
        return hand_out(path)
    if "index.html" not in here.files or path.startswith("assets/") or "." in path.rpartition("/")[2]:
        return deny(Denial("not_found"))
    return hand_out("index.html")


def hand_out(path: str) -> Response:
    """As the build has packed it, where the browser understands that packing."""
    here = house()
    packed = [(coding, end) for coding, end in PACKINGS.items() if path + end in here.files]
    if not packed:
        return send_from_directory(here.pages, path, max_age=0)
    understood = [(coding, end) for coding, end in packed if request.accept_encodings.quality(coding) > 0]
    coding, end = understood[0] if understood else ("", "")
    answer = send_from_directory(here.pages, path + end, mimetype=mimetypes.guess_type(path)[0], max_age=0)
    answer.vary.add("Accept-Encoding")
    if coding:
        answer.content_encoding = coding
    return answer
