"""The door at which somebody shows again that it is he who sits there: by his password, or by his second factor."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.api.answers import Doors, deny
from server.api.guard import policy, visitor
from server.api.schemas import check_plain
from server.house import house
from server.services.desk import factors
from server.services.people import accounts

blueprint = Doors("proofs", __name__, url_prefix="/api/desk", description="Showing again that it is he")
ANYBODY = "desk:coordinator|enterprise_admin|base_admin|authority|system_admin"


class ProofSchema(Schema):
    """One of the two."""

    password = fields.String(validate=validate.Length(1, 1024))
    code = fields.String(validate=[validate.Length(6, 20), check_plain])

    @validates_schema
    def check_one(self, given: dict[str, str], **_: Any) -> None:
        if len(given) != 1:
            raise ValidationError("one of the two")


@blueprint.route("/proof", methods=["POST"])
@blueprint.arguments(ProofSchema)
@blueprint.response(204)
@policy(ANYBODY, half=True)
def prove(asked: dict[str, str]) -> Response:
    here = house()
    if "code" in asked:
        denial = factors.show(factors.Means(here.vault, here.limits, here.chance), visitor(), asked["code"], g.now)
    else:
        denial = accounts.prove(here.hasher, here.limits, visitor(), asked["password"], g.now)
    return deny(denial) if denial else Response(status=204)
