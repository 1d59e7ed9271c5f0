"""The door by which a desk writes: what a coordinator or a base's administrator decides becomes an operation."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, visitor
from server.api.schemas import HASH, uuid
from server.errors import Denial
from server.house import house
from server.services.books import bases, desk
from sync.kinds import KINDS

blueprint = Doors("desk", __name__, url_prefix="/api/desk", description="The coordinator's desk")


class ActSchema(Schema):
    book = uuid()
    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    doc = uuid()
    of = fields.String(required=True, allow_none=True, validate=validate.Regexp(HASH))
    body = fields.Dict(keys=fields.String(validate=validate.Length(max=40)), required=True)


class ActAnswer(Schema):
    id = fields.String(required=True)
    verdict = fields.Dict(keys=fields.String(), required=True)


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
