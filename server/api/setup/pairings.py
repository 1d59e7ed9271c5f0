"""Doors of the pairings: who signs for whom, what a pairing would mean, making and ending them."""

from typing import Any

from flask import g
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.api.answers import Doors, deny
from server.api.guard import policy, seat, visitor
from server.api.schemas import UUID, check_day, check_plain, either_way, plain, uuid
from server.api.setup.mentors import ROLES
from server.errors import Denial
from server.house import house
from server.services.setup import pairings

blueprint = Doors("pairings", __name__, url_prefix="/api/desk/pairings", description="Who signs for whom")
COORDINATOR = "desk:coordinator"


class LearnersWanted(Schema):
    """By what apprentices are narrowed; `gap`: those who have nobody in this role."""

    text = fields.String(validate=[validate.Length(max=60), check_plain])
    class_ = fields.String(validate=validate.Regexp(UUID), data_key="class", attribute="class")
    enterprise = fields.String(validate=validate.Regexp(UUID))
    gap = fields.String(validate=validate.OneOf(pairings.GAPS))
    mentor = fields.String(validate=validate.Regexp(UUID))


class PairingsQuery(LearnersWanted):
    sort = fields.String(load_default="name", validate=validate.OneOf(either_way("name", "student_no", "class", "enterprise")))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class PairShown(Schema):
    member = fields.String(required=True)
    person_id = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    from_day = fields.String(required=True)
    to_day = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)


class LearnerRow(Schema):
    """A handbook and all who sign or signed in it."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    student_no = fields.String(required=True, allow_none=True)
    class_name = fields.String(required=True, allow_none=True)
    enterprise_id = fields.String(required=True, allow_none=True)
    enterprise = fields.String(required=True, allow_none=True)
    from_ = fields.String(required=True, data_key="from", attribute="from")
    to = fields.String(required=True)
    pairs = fields.List(fields.Nested(PairShown), required=True)


class GroupShown(Schema):
    mentors = fields.Integer(required=True)
    least = fields.Integer(required=True, allow_none=True)


class EnterpriseNamed(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class PairingsAnswer(Schema):
    items = fields.List(fields.Nested(LearnerRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    group = fields.Nested(GroupShown, required=True, allow_none=True)
    enterprises = fields.List(fields.Nested(EnterpriseNamed), required=True)


class PairSchema(Schema):
    """Either some handbooks, or all of what is wanted."""

    books = fields.List(fields.String(validate=validate.Regexp(UUID)), validate=validate.Length(1, pairings.AT_ONCE))
    wanted = fields.Nested(LearnersWanted)
    person = uuid()
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    org = uuid()
    from_ = fields.String(required=True, validate=check_day, data_key="from", attribute="from")
    to = fields.String(required=True, allow_none=True, validate=check_day)
    instead = fields.Boolean(load_default=False)

    @validates_schema
    def check_one(self, given: dict[str, Any], **_: Any) -> None:
        if ("books" in given) == ("wanted" in given):
            raise ValidationError("either books or wanted")


class LoadShown(Schema):
    """How many apprentices he has today, at most has at once then, and should have; the limit's source."""

    now = fields.Integer(required=True)
    then = fields.Integer(required=True)
    most = fields.Integer(required=True)
    source = fields.String(required=True)


class PairFault(Schema):
    book = fields.String(required=True)
    name = fields.String(required=True)
    word = fields.String(required=True)
    hint = fields.Boolean(required=True)
    said = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class PairLookAnswer(Schema):
    makes = fields.Integer(required=True)
    same = fields.Integer(required=True)
    ends = fields.Integer(required=True)
    bad = fields.Integer(required=True)
    load = fields.Nested(LoadShown, required=True)
    faults = fields.List(fields.Nested(PairFault), required=True)


class PairedAnswer(Schema):
    made = fields.Integer(required=True)
    same = fields.Integer(required=True)
    ended = fields.Integer(required=True)
    bad = fields.Integer(required=True)


class PairKey(Schema):
    book = uuid()
    member = uuid()


class EndSchema(Schema):
    pairs = fields.List(fields.Nested(PairKey), required=True, validate=validate.Length(1, pairings.AT_ONCE))
    to = fields.String(required=True, validate=check_day)
    reason = plain(1, 200)


class EndAnswer(Schema):
    ended = fields.Integer(required=True)


def wish(asked: dict[str, Any]) -> pairings.Wish:
    return pairings.Wish(
        asked.get("books"), asked.get("wanted", {}), asked["person"], asked["role"], asked["org"], asked["from"], asked["to"], asked["instead"]
    )


def order() -> pairings.Order:
    return pairings.Order(seat(), visitor().id, house().writer, g.now)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(PairingsQuery, location="query")
@blueprint.response(200, PairingsAnswer)
@policy(COORDINATOR)
def list_pairings(asked: dict[str, Any]) -> Any:
    wanted = {name: asked[name] for name in ("text", "class", "enterprise", "gap", "mentor") if asked.get(name)}
    return pairings.list_learners(seat(), wanted, asked["sort"], asked["page"], asked["size"], g.now)


@blueprint.route("/look", methods=["POST"])
@blueprint.arguments(PairSchema)
@blueprint.response(200, PairLookAnswer)
@policy(COORDINATOR)
def look(asked: dict[str, Any]) -> Any:
    """What it would mean, before it is done."""
    done = pairings.look(seat(), wish(asked), g.now)
    return deny(done) if isinstance(done, Denial) else done


@blueprint.route("", methods=["POST"])
@blueprint.arguments(PairSchema)
@blueprint.response(200, PairedAnswer)
@policy(COORDINATOR)
def pair(asked: dict[str, Any]) -> Any:
    done = pairings.pair(order(), wish(asked))
    house().bell()
    return deny(done) if isinstance(done, Denial) else done


@blueprint.route("/end", methods=["POST"])
@blueprint.arguments(EndSchema)
@blueprint.response(200, EndAnswer)
@policy(COORDINATOR)
def end(asked: dict[str, Any]) -> Any:
    done = pairings.end(order(), [(one["book"], one["member"]) for one in asked["pairs"]], asked["to"], asked["reason"])
    house().bell()
    return deny(done) if isinstance(done, Denial) else done
