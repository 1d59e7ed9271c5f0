"""Doors of skill chains: the border of what organisations see of each other."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.desk.registers import ListQuery
from server.api.guard import policy, seat
from server.api.schemas import plain
from server.api.setup.hand import KeptRow, day, hand, kept
from server.errors import Denial
from server.services.setup import chains

blueprint = Doors("chains", __name__, url_prefix="/api/desk/chains", description="Skill chains and who is in them")
READERS = "desk:coordinator|system_admin"
KEEPER = "desk:system_admin"
KINDS = ("chain_leader", "enterprise", "college", "base", "authority")


class ChainRow(Schema):
    """With how many organisations, and how many colleges among them, are in it today."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    ended_on = fields.String(required=True, allow_none=True)
    orgs = fields.Integer(required=True)
    colleges = fields.Integer(required=True)


class ChainsAnswer(Schema):
    items = fields.List(fields.Nested(ChainRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class MembersQuery(ListQuery):
    sort = fields.String(load_default="from", validate=validate.Length(max=20))
    now = fields.String(validate=validate.OneOf(("yes",)))


class MemberRow(Schema):
    id = fields.String(required=True)
    org_id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    from_day = fields.String(required=True)
    to_day = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    left_reason = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(("later", "inside", "left")))


class MembersAnswer(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    ended_on = fields.String(required=True, allow_none=True)
    items = fields.List(fields.Nested(MemberRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class ChainSchema(Schema):
    name = plain(2, 60)


class ChainEnd(Schema):
    on = day(required=True)
    reason = plain(4, 200)


class PutIn(Schema):
    org = plain(1, 64)
    from_day = day(required=True, data_key="from")
    to_day = day(required=True, allow_none=True, data_key="to")
    reason = plain(4, 200)


class TakeOut(Schema):
    to_day = day(required=True, data_key="to")
    reason = plain(4, 200)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(ListQuery, location="query")
@blueprint.response(200, ChainsAnswer)
@policy(READERS)
def list_chains(asked: dict[str, Any]) -> Any:
    return chains.list_chains(seat(), asked["text"], asked["sort"], asked["page"], asked["size"], g.now)


@blueprint.route("", methods=["POST"])
@blueprint.arguments(ChainSchema)
@blueprint.response(200, KeptRow)
@policy(KEEPER, proof=True)
def make(asked: dict[str, Any]) -> Any:
    return kept(chains.keep(hand(), None, asked["name"]))


@blueprint.route("/<chain_id>", methods=["POST"])
@blueprint.arguments(ChainSchema)
@blueprint.response(200, KeptRow)
@policy(KEEPER, proof=True)
def rename(asked: dict[str, Any], chain_id: str) -> Any:
    return kept(chains.keep(hand(), chain_id, asked["name"]))


@blueprint.route("/<chain_id>/end", methods=["POST"])
@blueprint.arguments(ChainEnd)
@blueprint.response(200, KeptRow)
@policy(KEEPER, proof=True)
def end(asked: dict[str, Any], chain_id: str) -> Any:
    return kept(chains.end(hand(), chain_id, asked["on"], asked["reason"]))


@blueprint.route("/<chain_id>/members", methods=["GET"])
@blueprint.arguments(MembersQuery, location="query")
@blueprint.response(200, MembersAnswer)
@policy(READERS)
def list_members(asked: dict[str, Any], chain_id: str) -> Any:
    found = chains.list_members(seat(), chain_id, "now" in asked, asked["sort"], asked["page"], asked["size"], g.now)
    return deny(found) if isinstance(found, Denial) else found


@blueprint.route("/<chain_id>/members", methods=["POST"])
@blueprint.arguments(PutIn)
@blueprint.response(200, KeptRow)
@policy(KEEPER, proof=True)
def put_in(asked: dict[str, Any], chain_id: str) -> Any:
    return kept(chains.put_in(hand(), chain_id, asked))


@blueprint.route("/<chain_id>/members/<member_id>", methods=["POST"])
@blueprint.arguments(TakeOut)
@blueprint.response(200, KeptRow)
@policy(KEEPER, proof=True)
def take_out(asked: dict[str, Any], chain_id: str, member_id: str) -> Any:
    return kept(chains.take_out(hand(), chain_id, member_id, asked["to_day"], asked["reason"]))
