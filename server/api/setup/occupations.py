"""Doors of occupations and levels."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors
from server.api.desk.registers import ListQuery
from server.api.guard import policy, seat
from server.api.schemas import Nothing, plain
from server.api.setup.hand import KeptRow, day, hand, kept, words
from server.services.setup import occupations

blueprint = Doors("occupations", __name__, url_prefix="/api/desk/occupations", description="Occupations, trades and levels")
KEEPERS = "desk:coordinator|system_admin"


class OccupationSchema(Schema):
    code = plain(1, 20)
    name = plain(1, occupations.MOST_NAME)
    edition = fields.Integer(required=True, strict=True, validate=validate.Range(1990, 2100))
    source = words(100, required=True)
    levels = fields.List(plain(1, 40), required=True, validate=validate.Length(max=20))


class OccupationEnd(Schema):
    on = day(required=True)
    reason = plain(4, 200)


class OccupationRow(Schema):
    """With how many plans rest on it; without an owner it is everybody's."""

    id = fields.String(required=True)
    owner = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    edition = fields.Integer(required=True)
    source = fields.String(required=True)
    levels = fields.List(fields.String(), required=True)
    level_names = fields.List(fields.String(), required=True)
    ended_on = fields.String(required=True, allow_none=True)
    ended = fields.Boolean(required=True)
    plans = fields.Integer(required=True)
    changeable = fields.Boolean(required=True)


class OccupationsAnswer(Schema):
    items = fields.List(fields.Nested(OccupationRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class OccupationsQuery(ListQuery):
    sort = fields.String(load_default="code", validate=validate.Length(max=20))
    state = fields.String(validate=validate.OneOf(("running", "ended")))


class LevelRow(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    grade = fields.Integer(required=True, allow_none=True)


class LevelsAnswer(Schema):
    items = fields.List(fields.Nested(LevelRow), required=True)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(OccupationsQuery, location="query")
@blueprint.response(200, OccupationsAnswer)
@policy(KEEPERS)
def list_occupations(asked: dict[str, Any]) -> Any:
    wanted = {name: asked[name] for name in ("text", "state") if asked.get(name)}
    return occupations.list_occupations(seat(), wanted, asked["sort"], asked["page"], asked["size"], g.now)


@blueprint.route("/levels", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, LevelsAnswer)
@policy(KEEPERS)
def list_levels(_: dict[str, Any]) -> Any:
    return {"items": occupations.list_levels()}


@blueprint.route("", methods=["POST"])
@blueprint.arguments(OccupationSchema)
@blueprint.response(200, KeptRow)
@policy(KEEPERS, proof=True)
def make(asked: dict[str, Any]) -> Any:
    return kept(occupations.keep(hand(), None, asked))


@blueprint.route("/<occupation_id>", methods=["POST"])
@blueprint.arguments(OccupationSchema)
@blueprint.response(200, KeptRow)
@policy(KEEPERS, proof=True)
def change(asked: dict[str, Any], occupation_id: str) -> Any:
    return kept(occupations.keep(hand(), occupation_id, asked))


@blueprint.route("/<occupation_id>/end", methods=["POST"])
@blueprint.arguments(OccupationEnd)
@blueprint.response(200, KeptRow)
@policy(KEEPERS, proof=True)
def end(asked: dict[str, Any], occupation_id: str) -> Any:
    return kept(occupations.end(hand(), occupation_id, asked["on"], asked["reason"]))
