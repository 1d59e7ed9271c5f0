"""The door at which somebody shows again that it is he who sits there."""

from flask import Response, g
from marshmallow import Schema

from server.api.answers import Doors, deny
from server.api.guard import policy, visitor
from server.api.schemas import password
from server.house import house
from server.services.people import accounts

blueprint = Doors("proofs", __name__, url_prefix="/api/desk", description="Showing again that it is he")
ANYBODY = "desk:coordinator|enterprise_admin|base_admin|authority|system_admin"


class ProofSchema(Schema):
    """His password once more."""

    password = password()


@blueprint.route("/proof", methods=["POST"])
@blueprint.arguments(ProofSchema)
@blueprint.response(204)
@policy(ANYBODY)
def prove(asked: dict[str, str]) -> Response:
    here = house()
    denial = accounts.prove(here.hasher, here.limits, visitor(), asked["password"], g.now)
    return deny(denial) if denial else Response(status=204)
