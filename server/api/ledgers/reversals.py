"""Doors of reversals: what one would change, asking for it, the second person's word."""

from typing import Any
from uuid import UUID as Uuid

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, seat, visitor
from server.api.schemas import HASH, Nothing, check_plain, plain, uuid
from server.api.schemas import UUID as UUID_WORD
from server.errors import Denial
from server.house import house
from server.services.ledgers import reversals

blueprint = Doors("reversals", __name__, url_prefix="/api/desk/reversals", description="What is changed after a month's lock")
DESK = "desk:coordinator|enterprise_admin"


def minutes() -> fields.Integer:
    return fields.Integer(required=True, validate=[validate.Range(-1440, 1440), validate.NoneOf((0,))])


class ReversalBook(Schema):
    id = fields.String(required=True)
    person = fields.String(required=True)
    class_id = fields.String(required=True, allow_none=True)
    class_name = fields.String(required=True, allow_none=True)
    locked = fields.List(fields.String(), required=True)


class LookReversal(Schema):
    book_id = uuid()
    id = uuid()
    minutes = minutes()


class ReversedModule(Schema):
    name = fields.String(required=True)
    plan = fields.Integer(required=True)
    credited = fields.Integer(required=True)
    missing = fields.Integer(required=True)


class ReversedStanding(Schema):
    """Minutes: of the entry, of the whole handbook, of the entry's module."""

    entry = fields.Integer(required=True)
    whole = fields.Integer(required=True)
    plan = fields.Integer(required=True)
    lesson_minutes = fields.Integer(required=True)
    reached = fields.Boolean(required=True)
    module = fields.Nested(ReversedModule, required=True, allow_none=True)


class RestingClaim(Schema):
    """While nobody has decided it, it has no second person."""

    id = fields.String(required=True)
    form = fields.String(required=True)
    month = fields.String(required=True, allow_none=True)
    decided_at = fields.Integer(required=True, allow_none=True)
    asker = fields.String(required=True)
    second = fields.String(required=True, allow_none=True)


class ReversalLook(Schema):
    """`needs`: claimed when a claim holds the hours, confirmed or not decided yet, raised when hours are given back: then a second person decides."""

    book_id = fields.String(required=True)
    id = fields.String(required=True)
    version = fields.String(required=True)
    month = fields.String(required=True)
    locked = fields.Boolean(required=True)
    waits = fields.Boolean(required=True)
    confirmed = fields.Integer(required=True)
    earlier = fields.Integer(required=True)
    needs = fields.String(required=True, allow_none=True)
    claims = fields.List(fields.Nested(RestingClaim), required=True)
    before = fields.Nested(ReversedStanding, required=True)
    after = fields.Nested(ReversedStanding, required=True)


class AskReversal(LookReversal):
    version = fields.String(required=True, validate=validate.Regexp(HASH))
    reason = plain(4, 200)


class ReversalRow(Schema):
    id = fields.String(required=True)
    book_id = fields.String(required=True)
    entry_id = fields.String(required=True)
    person = fields.String(required=True)
    class_name = fields.String(required=True, allow_none=True)
    enterprise = fields.String(required=True, allow_none=True)
    day = fields.String(required=True)
    module = fields.String(required=True)
    claimed_minutes = fields.Integer(required=True)
    confirmed_minutes = fields.Integer(required=True)
    credited_minutes = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    reason = fields.String(required=True)
    needs = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    asker = fields.String(required=True)
    mine = fields.Boolean(required=True)
    asked_at = fields.Integer(required=True)
    second = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    decided_at = fields.Integer(required=True, allow_none=True)


class ReversalsQuery(Schema):
    state = fields.String(validate=validate.OneOf(("waiting", "done", "refused", "dropped")))
    book_id = fields.String(validate=validate.Regexp(UUID_WORD))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class ReversalsAnswer(Schema):
    items = fields.List(fields.Nested(ReversalRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class DecideReversal(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(("done", "refused", "dropped")))
    answer = fields.String(load_default=None, allow_none=True, validate=[validate.Length(1, 200), check_plain])


def shown(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"mine": found["asked_by"] == seat().person_id}


@blueprint.route("", methods=["GET"])
@blueprint.arguments(ReversalsQuery, location="query")
@blueprint.response(200, ReversalsAnswer)
@policy("desk:coordinator|enterprise_admin|authority")
def list_reversals(asked: dict[str, Any]) -> Any:
    page, size = asked.pop("page"), asked.pop("size")
    items, total = reversals.list_reversals(seat(), asked, page, size)
    return {"items": [shown(one) for one in items], "total": total, "page": page}


@blueprint.route("/of/<book_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, ReversalBook)
@policy("desk:coordinator")
def find_book(_: dict[str, Any], book_id: str) -> Any:
    found = reversals.find_book(seat(), book_id)
    return deny(Denial("not_found")) if found is None else found


@blueprint.route("/look", methods=["POST"])
@blueprint.arguments(LookReversal)
@blueprint.response(200, ReversalLook)
@policy(DESK)
def look(asked: dict[str, Any]) -> Any:
    found = reversals.look(seat(), asked["book_id"], asked["id"], asked["minutes"])
    return deny(found) if isinstance(found, Denial) else found


@blueprint.route("", methods=["POST"])
@blueprint.arguments(AskReversal)
@blueprint.response(200, ReversalRow)
@policy("desk:coordinator", proof=True)
def ask(asked: dict[str, Any]) -> Any:
    here = house()
    reversal_id = str(Uuid(bytes=here.chance(16), version=4))
    wanted = reversals.Wanted(asked["book_id"], asked["id"], asked["version"], asked["minutes"], asked["reason"])
    found = reversals.ask(seat(), here.writer, visitor().id, reversal_id, wanted, g.now)
    if isinstance(found, Denial):
        return deny(found)
    here.bell()
    return shown(found)


@blueprint.route("/<reversal_id>/decide", methods=["POST"])
@blueprint.arguments(DecideReversal)
@blueprint.response(200, ReversalRow)
@policy(DESK, proof=True)
def decide(asked: dict[str, Any], reversal_id: str) -> Any:
    here = house()
    found = reversals.decide(seat(), here.writer, reversal_id, asked["outcome"], asked["answer"], g.now)
    if isinstance(found, Denial):
        return deny(found)
    here.bell()
    return shown(found)
