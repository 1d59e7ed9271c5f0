"""Doors of organisations and of the recognition of bases."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.desk.registers import ListQuery
from server.api.guard import policy, seat
from server.api.schemas import Nothing, plain
from server.api.setup.hand import KeptRow, day, hand, kept, words
from server.errors import Denial
from server.services.setup import orgs

blueprint = Doors("orgs", __name__, url_prefix="/api/desk/orgs", description="Organisations and recognised bases")
KEEPERS = "desk:coordinator|system_admin"
KINDS = ("chain_leader", "enterprise", "college", "base", "authority")


class OrgsQuery(ListQuery):
    kind = fields.String(validate=validate.OneOf(KINDS))


class OrgRow(Schema):
    """People are those with a role there, as a number."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    credit_code = fields.String(required=True, allow_none=True)
    division_code = fields.String(required=True, allow_none=True)
    chain = fields.String(required=True, allow_none=True)
    people = fields.Integer(required=True)
    changeable = fields.Boolean(required=True)


class OrgsAnswer(Schema):
    items = fields.List(fields.Nested(OrgRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class OrgChange(Schema):
    name = plain(2, 60)
    credit_code = words(30, required=True, allow_none=True)
    division_code = fields.String(required=True, allow_none=True, validate=validate.Regexp(r"\A[1-9][0-9]{5}\Z"))


class OrgSchema(OrgChange):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


class OrgBaseRow(Schema):
    """Recognised without an end when `until` is null."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    recognised = fields.Boolean(required=True)
    until = fields.String(required=True, allow_none=True)
    recognitions = fields.Integer(required=True)
    changeable = fields.Boolean(required=True)


class BasesRegister(Schema):
    items = fields.List(fields.Nested(OrgBaseRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class RecognitionRow(Schema):
    id = fields.String(required=True)
    document_no = fields.String(required=True)
    issuer = fields.String(required=True)
    from_day = fields.String(required=True)
    to_day = fields.String(required=True, allow_none=True)


class Uncovered(Schema):
    """What was written at the base on days no document covers, as far as this desk sees it."""

    entries = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    credited = fields.Integer(required=True)
    first_day = fields.String(required=True, allow_none=True)
    last_day = fields.String(required=True, allow_none=True)


class RecognitionsAnswer(Schema):
    items = fields.List(fields.Nested(RecognitionRow), required=True)
    uncovered = fields.Nested(Uncovered, required=True)


class RecognitionSchema(Schema):
    document_no = plain(1, 60)
    issuer = plain(2, 60)
    from_day = day(required=True, data_key="from")
    to_day = day(required=True, allow_none=True, data_key="to")


@blueprint.route("", methods=["GET"])
@blueprint.arguments(OrgsQuery, location="query")
@blueprint.response(200, OrgsAnswer)
@policy(KEEPERS)
def list_orgs(asked: dict[str, Any]) -> Any:
    wanted = {name: asked[name] for name in ("text", "kind") if asked.get(name)}
    return orgs.list_orgs(seat(), wanted, asked["sort"], asked["page"], asked["size"])


@blueprint.route("", methods=["POST"])
@blueprint.arguments(OrgSchema)
@blueprint.response(200, KeptRow)
@policy(KEEPERS, proof=True)
def make(asked: dict[str, Any]) -> Any:
    return kept(orgs.keep(hand(), None, asked))


@blueprint.route("/bases", methods=["GET"])
@blueprint.arguments(ListQuery, location="query")
@blueprint.response(200, BasesRegister)
@policy(KEEPERS)
def list_bases(asked: dict[str, Any]) -> Any:
    return orgs.list_bases(seat(), asked["sort"], asked["page"], asked["size"], g.now)


@blueprint.route("/bases/<base_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, RecognitionsAnswer)
@policy(KEEPERS)
def show_base(_: dict[str, Any], base_id: str) -> Any:
    found = orgs.show_base(seat(), base_id)
    return deny(found) if isinstance(found, Denial) else found


@blueprint.route("/bases/<base_id>", methods=["POST"])
@blueprint.arguments(RecognitionSchema)
@blueprint.response(200, KeptRow)
@policy(KEEPERS, proof=True)
def recognise(asked: dict[str, Any], base_id: str) -> Any:
    return kept(orgs.keep_recognition(hand(), base_id, None, asked))


@blueprint.route("/bases/<base_id>/<recognition_id>", methods=["POST"])
@blueprint.arguments(RecognitionSchema)
@blueprint.response(200, KeptRow)
@policy(KEEPERS, proof=True)
def change_recognition(asked: dict[str, Any], base_id: str, recognition_id: str) -> Any:
    return kept(orgs.keep_recognition(hand(), base_id, recognition_id, asked))


@blueprint.route("/<org_id>", methods=["POST"])
@blueprint.arguments(OrgChange)
@blueprint.response(200, KeptRow)
@policy(KEEPERS, proof=True)
def change(asked: dict[str, Any], org_id: str) -> Any:
    return kept(orgs.keep(hand(), org_id, asked))
