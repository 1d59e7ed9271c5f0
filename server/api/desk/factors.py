"""Doors of the second factor: who has typed his password comes this far, and no further before he has shown it."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields

from server.api.answers import Doors, deny
from server.api.desk.proofs import ANYBODY
from server.api.guard import policy, visitor
from server.api.schemas import Nothing, plain
from server.errors import Denial
from server.house import house
from server.services.desk import factors

blueprint = Doors("factors", __name__, url_prefix="/api/desk/factor", description="The second factor")


class FactorAnswer(Schema):
    """Whether there is one, whether there must be, and how many codes are left."""

    set = fields.Boolean(required=True)
    required = fields.Boolean(required=True)
    passed = fields.Boolean(required=True)
    codes = fields.Integer(required=True)


class FactorSecret(Schema):
    """Shown once; `uri` is what the picture says."""

    secret = fields.String(required=True)
    uri = fields.String(required=True)


class FactorCode(Schema):
    """Six digits, or one of the codes."""

    code = plain(1, 20)


class FactorCodes(Schema):
    codes = fields.List(fields.String(), required=True)


def means() -> factors.Means:
    here = house()
    return factors.Means(here.vault, here.limits, here.chance)


@blueprint.route("", methods=["GET"])
@blueprint.response(200, FactorAnswer)
@policy(ANYBODY, half=True)
def look() -> Any:
    return factors.look(visitor(), house().config.second_factor == "required")


@blueprint.route("/start", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(200, FactorSecret)
@policy(ANYBODY, half=True, proof=True)
def start(_: dict[str, Any]) -> Any:
    done = factors.start(means(), visitor())
    return deny(done) if isinstance(done, Denial) else done


@blueprint.route("/confirm", methods=["POST"])
@blueprint.arguments(FactorCode)
@blueprint.response(200, FactorCodes)
@policy(ANYBODY, half=True)
def confirm(asked: dict[str, str]) -> Any:
    done = factors.confirm(means(), visitor(), asked["code"], g.now)
    return deny(done) if isinstance(done, Denial) else {"codes": done}


@blueprint.route("/show", methods=["POST"])
@blueprint.arguments(FactorCode)
@blueprint.response(204)
@policy(ANYBODY, half=True)
def show(asked: dict[str, str]) -> Response:
    denial = factors.show(means(), visitor(), asked["code"], g.now)
    return deny(denial) if denial else Response(status=204)
