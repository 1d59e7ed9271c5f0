"""Doors by which a browser lets itself be woken when there is something new."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, visitor
from server.api.schemas import Nothing
from server.house import house
from server.services.telling import push

blueprint = Doors("push", __name__, url_prefix="/api/push", description="Being woken by a push")
BASE64URL = r"\A[A-Za-z0-9_-]+={0,2}\Z"


class PushSchema(Schema):
    """What the browser's subscription says: its address at its push service, and its two keys."""

    endpoint = fields.String(required=True, validate=validate.Length(1, 1000))
    p256dh = fields.String(required=True, validate=[validate.Length(80, 100), validate.Regexp(BASE64URL)])
    auth = fields.String(required=True, validate=[validate.Length(20, 30), validate.Regexp(BASE64URL)])


class PushAnswer(Schema):
    """The key to subscribe with, and whether this session's browser has subscribed."""

    key = fields.String(required=True)
    subscribed = fields.Boolean(required=True)


@blueprint.route("", methods=["GET"])
@blueprint.response(200, PushAnswer)
@policy("signed_in")
def describe() -> Any:
    return push.describe(house().push_key, visitor())


@blueprint.route("", methods=["PUT"])
@blueprint.arguments(PushSchema)
@blueprint.response(204)
@policy("signed_in")
def subscribe(asked: dict[str, str]) -> Response:
    place = asked["endpoint"], asked["p256dh"], asked["auth"]
    denial = push.subscribe(house().config, visitor(), place, g.now)
    return deny(denial) if denial else Response(status=204)


@blueprint.route("", methods=["DELETE"])
@blueprint.arguments(Nothing)
@blueprint.response(204)
@policy("signed_in")
def unsubscribe(_: dict[str, Any]) -> Response:
    push.unsubscribe(visitor())
    return Response(status=204)
