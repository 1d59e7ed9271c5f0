"""Doors of the plan editor."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.desk.registers import COORDINATOR, FaultShown
from server.api.guard import policy, seat
from server.api.schemas import Nothing, plain
from server.api.setup.hand import KeptRow, day, hand, kept
from server.errors import Denial
from server.services.setup import plans

blueprint = Doors("plans", __name__, url_prefix="/api/desk/plans", description="Plans and their versions")
CODE = r"\A[A-Za-z0-9_-]{1,36}\Z"
PLACES = ("post", "base", "college", "online")
MOST_MODULES, MOST_PLACES, MOST_CLOSED = 20, 20, 120


class ModuleSchema(Schema):
    code = fields.String(required=True, validate=validate.Regexp(CODE))
    name = plain(1, 40)
    category = fields.String(required=True, validate=validate.OneOf(("general", "foundation", "operation")))
    nature = fields.String(required=True, validate=validate.OneOf(("theory", "practice")))
    place = fields.String(required=True, validate=validate.OneOf(PLACES))
    minutes = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))


class PlaceSchema(Schema):
    """Without an id it is a new one."""

    id = fields.String(load_default="", validate=validate.Regexp(r"\A[A-Za-z0-9_-]{0,36}\Z"))
    name = plain(1, 40)
    kind = fields.String(required=True, validate=validate.OneOf(PLACES))


class PlanCheckSchema(Schema):
    rule_set = plain(1, 64)
    level = plain(1, 40)
    modules = fields.List(fields.Nested(ModuleSchema), required=True, validate=validate.Length(0, MOST_MODULES))


class PlanSchema(Schema):
    """Occupation and rule set by their ids."""

    name = plain(1, 60)
    occupation = plain(1, 64)
    level = plain(1, 40)
    rule_set = plain(1, 64)
    modules = fields.List(fields.Nested(ModuleSchema), required=True, validate=validate.Length(1, MOST_MODULES))
    places = fields.List(fields.Nested(PlaceSchema), required=True, validate=validate.Length(max=MOST_PLACES))
    closed_days = fields.List(day(), required=True, validate=validate.Length(max=MOST_CLOSED))
    filed_on = day(required=True, allow_none=True)
    classes = fields.List(plain(1, 64), required=True, validate=validate.Length(max=500))


class PlanWhole(Schema):
    """A version with all it says."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    occupation = fields.String(required=True)
    occupation_id = fields.String(required=True, allow_none=True)
    level = fields.String(required=True)
    version = fields.Integer(required=True)
    rule_set_id = fields.String(required=True)
    modules = fields.List(fields.Nested(ModuleSchema), required=True)
    places = fields.List(fields.Nested(PlaceSchema), required=True)
    closed_days = fields.List(fields.String(), required=True)
    filed_on = fields.String(required=True, allow_none=True)


class PlanChecked(Schema):
    sums = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    faults = fields.List(fields.Nested(FaultShown), required=True)


class RuleChoice(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    source = fields.String(required=True)
    status = fields.String(required=True)
    valid_to = fields.String(required=True, allow_none=True)
    lesson_minutes = fields.Integer(required=True)
    limits = fields.Dict(required=True)


class ClassChoice(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    plan_name = fields.String(required=True, allow_none=True)
    plan_version = fields.Integer(required=True, allow_none=True)


class BaseChoice(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class OccupationChoice(Schema):
    id = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    edition = fields.Integer(required=True)
    levels = fields.List(fields.String(), required=True)


class PlanChoices(Schema):
    rule_sets = fields.List(fields.Nested(RuleChoice), required=True)
    classes = fields.List(fields.Nested(ClassChoice), required=True)
    bases = fields.List(fields.Nested(BaseChoice), required=True)
    occupations = fields.List(fields.Nested(OccupationChoice), required=True)


@blueprint.route("/choices", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, PlanChoices)
@policy(COORDINATOR)
def choices(_: dict[str, Any]) -> Any:
    return plans.choices(seat(), g.now)


@blueprint.route("/check", methods=["POST"])
@blueprint.arguments(PlanCheckSchema)
@blueprint.response(200, PlanChecked)
@policy(COORDINATOR)
def check(asked: dict[str, Any]) -> Any:
    done = plans.check(seat(), asked)
    return deny(done) if isinstance(done, Denial) else done


@blueprint.route("", methods=["POST"])
@blueprint.arguments(PlanSchema)
@blueprint.response(200, KeptRow)
@policy(COORDINATOR, proof=True)
def make(asked: dict[str, Any]) -> Any:
    return kept(plans.make(hand(), asked))


@blueprint.route("/<plan_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, PlanWhole)
@policy(COORDINATOR)
def show(_: dict[str, Any], plan_id: str) -> Any:
    found = plans.show(seat(), plan_id)
    return deny(found) if isinstance(found, Denial) else found
