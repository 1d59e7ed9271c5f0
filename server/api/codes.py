"""Doors for codes that are typed from one phone into another, where both have a network."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, visitor
from server.api.schemas import plain, uuid
from server.errors import Denial
from server.house import house
from server.services.books import codes
from server.services.books.changes import day_of

blueprint = Doors("codes", __name__, url_prefix="/api/codes", description="Codes typed from one phone into another")
MOST_ENTRIES = 20
DRAWN = 3


class EntriesSchema(Schema):
    """Which entries of which book."""

    book = uuid()
    entries = fields.List(uuid(), required=True, validate=validate.Length(1, MOST_ENTRIES))


class CodeMade(Schema):
    """Six characters with a dash, and the moment they are good until."""

    code = fields.String(required=True)
    until = fields.Integer(required=True)


class TypedSchema(Schema):
    """What somebody typed; case, dashes and look-alikes are forgiven."""

    code = plain(1, 20)


class CodeOpened(Schema):
    """What the code stands for."""

    book = fields.String(required=True)
    entries = fields.List(fields.String(), required=True)


@blueprint.route("", methods=["POST"])
@blueprint.arguments(EntriesSchema)
@blueprint.response(200, CodeMade)
@policy("signed_in")
def make_code(asked: dict[str, Any]) -> Any:
    here = house()
    chances = [here.chance(codes.CHANCE) for _ in range(DRAWN)]
    found = codes.make_code(here.config.secret, visitor().person_id, asked["book"], asked["entries"], chances, day_of(g.now), g.now)
    return deny(found) if isinstance(found, Denial) else found


@blueprint.route("/open", methods=["POST"])
@blueprint.arguments(TypedSchema)
@blueprint.response(200, CodeOpened)
@policy("signed_in")
def open_code(asked: dict[str, str]) -> Any:
    here = house()
    found = codes.open_code(here.config.secret, here.limits, visitor().person_id, asked["code"], day_of(g.now), g.now)
    return deny(found) if isinstance(found, Denial) else found
