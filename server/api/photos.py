"""The door for photos, named by the digest an operation gave them."""

import re

from flask import Response, g, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

from server.api.answers import Doors, deny
from server.api.guard import MIB, policy, visitor
from server.errors import Denial
from server.house import house
from server.services.books import photos
from server.services.books.changes import day_of

blueprint = Doors("photos", __name__, url_prefix="/api/blobs", description="Photos")
PHOTO_BYTES = 8 * MIB
TYPES = ("image/jpeg", "image/png", "image/webp")
DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")


class DigestConverter(BaseConverter):
    """43 characters of base64url and nothing else: no path can be spelled with them."""

    regex = DIGEST.pattern

    def to_python(self, value: str) -> str:
        if not DIGEST.fullmatch(value):
            raise NotFound
        return value


@blueprint.route("/<digest:sha256>", methods=["GET"])
@blueprint.response(200, content_type="image/jpeg")
@policy("signed_in")
def read_photo(sha256: str) -> Response:
    """Also answers HEAD: then only whether the photo is here."""
    here, person_id, today = house(), visitor().person_id, day_of(g.now)
    if request.method == "HEAD":
        there = photos.has_photo(here.config.blobs, person_id, sha256, today)
        return Response(status=204) if there else deny(Denial("not_found"))
    found = photos.read_photo(here.config.blobs, person_id, sha256, today)
    if isinstance(found, Denial):
        return deny(found)
    answer = Response(found, 200, mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = "attachment"
    return answer


@blueprint.route("/<digest:sha256>", methods=["PUT"])
@blueprint.response(204)
@policy("signed_in", body=TYPES, most=PHOTO_BYTES)
def keep_photo(sha256: str) -> Response:
    here = house()
    raw, file = request.get_data(cache=False), here.chance(16).hex()
    denial = photos.keep_photo(here.pictures, here.config.blobs, visitor().person_id, sha256, raw, file, g.now)
    return deny(denial) if denial else Response(status=204)
