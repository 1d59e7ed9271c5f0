"""Doors of what can be traced: one entry with all that speaks for and against it, and everything that ever happened in a book."""

from typing import Any

from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.desk.progress import READERS
from server.api.guard import policy, seat
from server.api.schemas import Nothing
from server.errors import Denial
from server.services.desk import story

blueprint = Doors("desk story", __name__, url_prefix="/api/desk/books", description="What happened in a book")


class EvidenceShown(Schema):
    grade = fields.String(required=True)
    has = fields.List(fields.String(), required=True)
    next = fields.String(required=True, allow_none=True)
    lacks = fields.List(fields.List(fields.String()), required=True)


class Content(Schema):
    start = fields.Integer(required=True)
    end = fields.Integer(required=True)
    rest = fields.Integer(required=True, attribute="break")
    module = fields.String(required=True)
    place_kind = fields.String(required=True)
    text = fields.String(required=True)


class Interval(Content):
    """An entry of the day; `confirmed` by its signers, `counted` by the rules, `elsewhere` in another book of the same person."""

    id = fields.String(required=True)
    state = fields.String(required=True)
    confirmed = fields.Integer(required=True, allow_none=True)
    counted = fields.Integer(required=True)
    reasons = fields.List(fields.String(), required=True)
    elsewhere = fields.Boolean(required=True)


class RivalShown(Content):
    at = fields.Integer(required=True)


class PresenceShown(Schema):
    start = fields.Integer(required=True)
    end = fields.Integer(required=True, allow_none=True)
    witnessed = fields.Boolean(required=True)
    word = fields.String(required=True, allow_none=True)


class StoryLine(Schema):
    """An operation: `at` by its author's clock, `received_at` by ours; `desk`: written at a desk, by the server's hand."""

    id = fields.String(required=True)
    seq = fields.Integer(required=True)
    kind = fields.String(required=True)
    doc = fields.String(required=True)
    by = fields.String(required=True)
    at = fields.Integer(required=True)
    received_at = fields.Integer(required=True)
    desk = fields.Boolean(required=True)
    device = fields.String(required=True)
    shared = fields.Boolean(required=True)
    offline = fields.Boolean(required=True)
    person = fields.String(required=True, allow_none=True)
    said = fields.Dict(keys=fields.String(), required=True)
    about_day = fields.String(required=True, allow_none=True)
    photos = fields.Integer(required=True)


class EntryShown(Schema):
    book_id = fields.String(required=True)
    id = fields.String(required=True)
    photos = fields.List(fields.String(), required=True)
    nature = fields.String(required=True)
    safety = fields.Boolean(required=True)
    rivals = fields.List(fields.Nested(RivalShown), required=True)
    evidence = fields.Nested(EvidenceShown, required=True)
    day = fields.List(fields.Nested(Interval), required=True)
    presences = fields.List(fields.Nested(PresenceShown), required=True)
    history = fields.List(fields.Nested(StoryLine), required=True)


class StoryQuery(Schema):
    before = fields.Integer(load_default=0, validate=validate.Range(0, 2**53))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class StoryPage(Schema):
    items = fields.List(fields.Nested(StoryLine), required=True)
    next = fields.Integer(required=True, allow_none=True)


@blueprint.route("/<book_id>/entries/<entry_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, EntryShown)
@policy(READERS)
def find_entry(_: dict[str, Any], book_id: str, entry_id: str) -> Any:
    found = story.find_entry(seat(), book_id, entry_id)
    return deny(Denial("not_found")) if found is None else found


@blueprint.route("/<book_id>/story", methods=["GET"])
@blueprint.arguments(StoryQuery, location="query")
@blueprint.response(200, StoryPage)
@policy(READERS)
def tell_book(asked: dict[str, Any], book_id: str) -> Any:
    found = story.tell_book(seat(), book_id, asked["before"], asked["limit"])
    return deny(Denial("not_found")) if found is None else {"items": found[0], "next": found[1]}
