"""The exchange: operations in, verdicts and changed documents out, in one round trip.

Carrying for another account of the same phone: whoever's session lives may bring anybody's ops; they prove themselves, and the
verdicts are the same whoever brings them. Send them under the carrier's own `X-Account` with `have: {}` and `limit: 0`; the
answer then holds the epoch, the clock and the verdicts, and no book of the carrier's. Each op gets the verdict its author would
hear: file it in the outbox of the account that wrote it. Final there means final (`accepted`, `refused`), but the document an
accepted op became is not in this answer, so keep the op until that account's own exchange brings its book; `held`,
`quarantined` and `retry` wait as if the author had sent it himself. The rate (`sync`, a minute) is the carrier's."""

import gzip
import json
from typing import Any

from flask import Response, g, request
from flask.views import MethodView
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, visitor
from server.api.schemas import HASH
from server.errors import Denial
from server.house import house
from server.services.books import changes, intake, kiosks
from sync.op import DECODER

blueprint = Doors("sync", __name__, url_prefix="/api", description="The exchange between a phone and the server")

MOST_OPS = 50
MOST_OP_BYTES = 256 * 1024
MOST_BOOKS = 1000
WORTH_PACKING = 1400
UUID = validate.Regexp(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
POINT = fields.Tuple((fields.Integer(strict=True, validate=validate.Range(0, 2**53 - 1)), fields.String()))


class Clock(Schema):
    """What a kiosk's own clock says, and which of its keys speaks."""

    class Meta:
        unknown = EXCLUDE

    device = fields.String(required=True, validate=validate.Regexp(HASH))
    at = fields.Integer(strict=True, required=True, validate=validate.Range(1 - 2**53, 2**53 - 1))


class SyncRequest(Schema):
    """What a phone sends. Fields of a newer phone are passed over: pushing is never refused because the other side is of another age."""

    class Meta:
        unknown = EXCLUDE

    v = fields.Integer(strict=True, required=True, validate=validate.Equal(1))
    build = fields.String(load_default="", validate=validate.Length(max=100))
    epoch = fields.String(load_default="", validate=validate.Length(max=100))
    have = fields.Dict(keys=fields.String(validate=UUID), values=POINT, load_default=dict, validate=validate.Length(max=MOST_BOOKS))
    ops = fields.List(fields.String(), load_default=list)
    clock = fields.Nested(Clock)
    limit = fields.Integer(strict=True, load_default=200, validate=validate.Range(0, changes.MOST_DOCUMENTS))


class Verdict(Schema):
    """accepted has seq, refused and quarantined have word, held has needs."""

    as_ = fields.String(data_key="as", required=True, validate=validate.OneOf(["accepted", "refused", "held", "quarantined", "retry"]))
    seq = fields.Integer()
    word = fields.String()
    needs = fields.List(fields.String())


class BookPage(Schema):
    """Documents of one book, up to a point of its history."""

    id = fields.String(required=True)
    reset = fields.Boolean(required=True)
    seq = fields.Integer(required=True)
    chain = fields.String(required=True)
    docs = fields.List(fields.Dict(keys=fields.String()), required=True)
    more = fields.Boolean(required=True)


class SyncAnswer(Schema):
    """What the server says back."""

    v = fields.Integer(required=True)
    epoch = fields.String(required=True)
    now = fields.Integer(required=True)
    verdicts = fields.Dict(keys=fields.String(), values=fields.Nested(Verdict), required=True)
    books = fields.List(fields.Nested(BookPage), required=True)
    gone = fields.List(fields.String(), required=True)


READER = SyncRequest()


@blueprint.route("/sync")
class Sync(MethodView):
    """One exchange."""

    @blueprint.doc(requestBody={"required": True, "content": {"application/json": {"schema": SyncRequest}}})
    @blueprint.response(200, SyncAnswer)
    @policy("signed_in", limit="sync")
    def post(self) -> Any:
        given = READER.load(read_envelope(request.get_data(cache=False)))
        if len(given["ops"]) > MOST_OPS or sum(map(len, given["ops"])) > MOST_OP_BYTES:
            return deny(Denial("too_large"))
        now = g.now
        writer = house().writer
        verdicts = intake.accept(given["ops"], now, writer=writer) if given["ops"] else {}
        if clock := given.get("clock"):
            kiosks.hear(writer, visitor().person_id, clock["device"], clock["at"], now)
        if verdicts:
            house().bell()
        epoch, pages, gone = changes.changes(visitor().person_id, given["epoch"], given["have"], given["limit"], now)
        return packed(spelled(epoch, now, verdicts, pages, gone).encode("utf-8"))


def spelled(epoch: str, now: int, verdicts: dict[str, intake.Verdict], pages: list[changes.Page], gone: list[str]) -> str:
    """The answer as JSON. Documents are stored as JSON text and travel as such, with their seq put in front: to read and write
    5,000 of them anew would cost more than all the rest (the first sync of so many runs at 7 times PouchDB's rate)."""
    books = ",".join(_spelled_page(page) for page in pages)
    head = json.dumps({"v": 1, "epoch": epoch, "now": now, "verdicts": verdicts, "gone": gone}, separators=(",", ":"))
    return f'{head[:-1]},"books":[{books}]}}'


def _spelled_page(page: changes.Page) -> str:
    docs = ",".join(f'{{"seq":{seq},{body[1:]}' for seq, body in page.docs)
    head = json.dumps({**page._asdict(), "docs": None}, separators=(",", ":"))
    return head.replace('"docs":null', f'"docs":[{docs}]', 1)


def read_envelope(raw: bytes) -> Any:
    """The JSON around the ops. Whatever an op's text is, even no text at all, is that op's own matter."""
    try:
        return DECODER.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError) as why:
        raise ValidationError("json") from why


def packed(body: bytes) -> Response:
    """The answer, compressed where that is worth it and the phone can read it."""
    response = Response(body, mimetype="application/json")
    response.headers["Vary"] = "Accept-Encoding"
    if len(body) > WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(gzip.compress(body, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
