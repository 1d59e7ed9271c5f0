"""Doors of an authority's reader: drawing a sample by a seed, seeing what was drawn, noting what was found."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.desk.imports import XLSX, file
from server.api.guard import policy, seat
from server.api.schemas import Nothing, check_day, check_plain
from server.errors import Denial
from server.house import house
from server.services.desk import samplings

blueprint = Doors("samplings", __name__, url_prefix="/api/desk/samplings", description="Samples an authority draws")
READER = "desk:authority"
MOST = 500


class SamplingsQuery(Schema):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class DrawSchema(Schema):
    """Of which days how many of what; without a seed chance gives one."""

    what = fields.String(required=True, validate=validate.OneOf(tuple(samplings.WHAT)))
    wanted = fields.Integer(required=True, validate=validate.Range(1, MOST))
    day_from = fields.String(required=True, validate=check_day)
    day_to = fields.String(required=True, validate=check_day)
    seed = fields.String(load_default=None, allow_none=True, validate=[validate.Length(1, 60), check_plain])


class SamplingMade(Schema):
    id = fields.String(required=True)


class SamplingHead(Schema):
    id = fields.String(required=True)
    made_at = fields.Integer(required=True)
    what = fields.String(required=True)
    day_from = fields.String(required=True)
    day_to = fields.String(required=True)
    seed = fields.String(required=True)
    wanted = fields.Integer(required=True)
    pool = fields.Integer(required=True)
    pool_hash = fields.String(required=True)
    by_name = fields.String(required=True)


class SamplingRow(SamplingHead):
    drawn = fields.Integer(required=True)
    looked_at = fields.Integer(required=True)
    odd = fields.Integer(required=True)


class SamplingsAnswer(Schema):
    items = fields.List(fields.Nested(SamplingRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class SampledItem(Schema):
    place = fields.Integer(required=True)
    book_id = fields.String(required=True)
    entry_id = fields.String(required=True)
    person = fields.String(required=True, allow_none=True)
    college = fields.String(required=True, allow_none=True)
    class_name = fields.String(required=True, allow_none=True)
    enterprise = fields.String(required=True, allow_none=True)
    day = fields.String(required=True, allow_none=True)
    minutes = fields.Integer(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    found_by = fields.String(required=True, allow_none=True)
    found_at = fields.Integer(required=True, allow_none=True)


class SamplingAnswer(SamplingHead):
    items = fields.List(fields.Nested(SampledItem), required=True)


class FindingSchema(Schema):
    place = fields.Integer(required=True, validate=validate.Range(1, MOST))
    outcome = fields.String(required=True, validate=validate.OneOf(tuple(samplings.OUTCOMES)))
    note = fields.String(required=True, validate=[validate.Length(0, 400), check_plain])


@blueprint.route("", methods=["GET"])
@blueprint.arguments(SamplingsQuery, location="query")
@blueprint.response(200, SamplingsAnswer)
@policy(READER)
def list_samplings(asked: dict[str, int]) -> Any:
    return samplings.list_samplings(seat(), asked["page"], asked["size"])


@blueprint.route("", methods=["POST"])
@blueprint.arguments(DrawSchema)
@blueprint.response(200, SamplingMade)
@policy(READER)
def draw(asked: dict[str, Any]) -> Any:
    done = samplings.draw(seat(), samplings.Wanted(**asked), house().chance, g.now)
    return deny(done) if isinstance(done, Denial) else {"id": done}


@blueprint.route("/<sampling_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, SamplingAnswer)
@policy(READER)
def show_sampling(_: dict[str, Any], sampling_id: str) -> Any:
    return samplings.show(seat(), sampling_id) or deny(Denial("not_found"))


@blueprint.route("/<sampling_id>/findings", methods=["POST"])
@blueprint.arguments(FindingSchema)
@blueprint.response(204)
@policy(READER)
def note_finding(asked: dict[str, Any], sampling_id: str) -> Response:
    denial = samplings.note(seat(), sampling_id, asked["place"], asked["outcome"], asked["note"], g.now)
    return deny(denial) if denial else Response(status=204)


@blueprint.route("/<sampling_id>/protocol", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, content_type=XLSX)
@policy(READER)
def take_protocol(_: dict[str, Any], sampling_id: str) -> Response:
    found = samplings.write_protocol(seat(), sampling_id)
    return file(found[0], XLSX, found[1]) if found else deny(Denial("not_found"))
