"""Doors of the desk: the entries of one's college, and what a coordinator decides about them."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, visitor
from server.api.schemas import HASH, UUID, Page, uuid
from server.errors import Denial
from server.house import house
from server.services.books import bases, desk, deskview
from sync.book import WAITING
from sync.kinds import KINDS

blueprint = Doors("desk", __name__, url_prefix="/api/desk", description="The coordinator's desk")
STATES = (*sorted(WAITING), "credited", "withdrawn")
DAY = r"\A20[0-9]{2}-[0-9]{2}-[0-9]{2}\Z"


class ActSchema(Schema):
    book = uuid()
    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    doc = uuid()
    of = fields.String(required=True, allow_none=True, validate=validate.Regexp(HASH))
    body = fields.Dict(keys=fields.String(validate=validate.Length(max=40)), required=True)


class ActAnswer(Schema):
    id = fields.String(required=True)
    verdict = fields.Dict(keys=fields.String(), required=True)


class EntriesQuery(Page):
    book = fields.String(validate=validate.Regexp(UUID))
    state = fields.String(validate=validate.OneOf(STATES))
    day_from = fields.String(validate=validate.Regexp(DAY))
    day_to = fields.String(validate=validate.Regexp(DAY))


class EntryRow(Schema):
    book_id = fields.String(required=True)
    id = fields.String(required=True)
    person_id = fields.String(required=True)
    day = fields.String(required=True)
    state = fields.String(required=True)
    module = fields.String(required=True)
    place_kind = fields.String(required=True)
    claimed_minutes = fields.Integer(required=True)
    confirmed_minutes = fields.Integer(required=True)
    credited_minutes = fields.Integer(required=True)
    rivals = fields.Integer(required=True)


class EntriesAnswer(Schema):
    items = fields.List(fields.Nested(EntryRow), required=True)
    next = fields.String(required=True, allow_none=True)


@blueprint.route("/entries", methods=["GET"])
@blueprint.arguments(EntriesQuery, location="query")
@blueprint.response(200, EntriesAnswer)
@policy("desk:coordinator")
def list_entries(asked: dict[str, Any]) -> Any:
    after, limit = asked.pop("after"), asked.pop("limit")
    found = deskview.list_entries(visitor().person_id, after, limit, asked)
    if found is None:
        return deny(Denial("bad_request"))
    return {"items": found[0], "next": found[1]}


@blueprint.route("/acts", methods=["POST"])
@blueprint.arguments(ActSchema)
@blueprint.response(200, ActAnswer)
@policy("desk:coordinator|base_admin")
def act(asked: dict[str, Any]) -> Any:
    """A book of another college or base is as good as none."""
    here, session = house(), visitor()
    if asked["kind"] in bases.DECISIONS:
        order = bases.Order(here.writer, asked["book"], session.person_id, g.now, session.id)
        done = bases.act(order, asked["kind"], asked["doc"], asked["of"], asked["body"])
    else:
        done = desk.act(here.key.private, session.person_id, session.id, asked, g.now, here.chance)
    if done is None:
        return deny(Denial("not_found"))
    here.bell()
    return {"id": done[0], "verdict": done[1]}
