"""Doors of rule sets."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.desk.registers import ListQuery
from server.api.guard import policy, seat
from server.api.schemas import Nothing, plain
from server.api.setup.hand import KeptRow, day, hand, kept
from server.errors import Denial
from server.services.setup import rules

blueprint = Doors("rules", __name__, url_prefix="/api/desk/rules", description="Rule sets")
KEEPERS = "desk:coordinator|system_admin"
CATEGORIES = ("general", "foundation", "operation")
STATUSES = ("示例", "征求意见稿", "试行", "有效")


def number(least: int, most: int, **more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(least, most), **more)


class RulesFields(Schema):
    """What every handbook's plan carries along."""

    lesson_minutes = number(30, 60, required=True)
    day_cap_minutes = number(0, 720, required=True)
    night_from = number(0, 1440, required=True)
    night_to = number(0, 1440, required=True)
    online_permille = number(0, 1000, required=True)
    base_check_in = fields.Boolean(required=True)
    late_days = number(0, 3660, required=True)


class LimitsFields(Schema):
    """What plans and pairings are held against; what is missing is not asked for."""

    shares = fields.Dict(
        keys=fields.String(validate=validate.OneOf(CATEGORIES)), values=fields.List(number(0, 100, allow_none=True), validate=validate.Length(2, 2))
    )
    lessons = fields.Dict(keys=fields.String(validate=validate.OneOf(rules.GRADES)), values=number(1, 100_000))
    max_apprentices_per_mentor = number(1, 1000)
    min_mentors_per_class = number(1, 1000)


class RuleSetSchema(Schema):
    region = plain(1, 40)
    name = plain(1, 60)
    valid_from = day(required=True)
    valid_to = day(required=True, allow_none=True)
    source = plain(1, 100)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    rules = fields.Nested(RulesFields, required=True)
    limits = fields.Nested(LimitsFields, required=True)


class RuleSetRow(Schema):
    id = fields.String(required=True)
    owner = fields.String(required=True, allow_none=True)
    region = fields.String(required=True)
    name = fields.String(required=True)
    valid_from = fields.String(required=True)
    valid_to = fields.String(required=True, allow_none=True)
    source = fields.String(required=True)
    status = fields.String(required=True)
    rules = fields.Dict(required=True)
    limits = fields.Dict(required=True)
    plans = fields.Integer(required=True)
    state = fields.String(required=True)
    sample = fields.Boolean(required=True)
    changeable = fields.Boolean(required=True)


class RuleSetsAnswer(Schema):
    items = fields.List(fields.Nested(RuleSetRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class RuleSetsQuery(ListQuery):
    state = fields.String(validate=validate.OneOf(("running", "later", "ended")))


@blueprint.route("", methods=["GET"])
@blueprint.arguments(RuleSetsQuery, location="query")
@blueprint.response(200, RuleSetsAnswer)
@policy(KEEPERS)
def list_rule_sets(asked: dict[str, Any]) -> Any:
    wanted = {name: asked[name] for name in ("text", "state") if asked.get(name)}
    return rules.list_rule_sets(seat(), wanted, asked["sort"], asked["page"], asked["size"], g.now)


@blueprint.route("", methods=["POST"])
@blueprint.arguments(RuleSetSchema)
@blueprint.response(200, KeptRow)
@policy(KEEPERS, proof=True)
def make(asked: dict[str, Any]) -> Any:
    return kept(rules.keep(hand(), None, asked))


@blueprint.route("/<rule_set_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, RuleSetRow)
@policy(KEEPERS)
def show(_: dict[str, Any], rule_set_id: str) -> Any:
    found = rules.show(seat(), rule_set_id, g.now)
    return deny(found) if isinstance(found, Denial) else found


@blueprint.route("/<rule_set_id>", methods=["POST"])
@blueprint.arguments(RuleSetSchema)
@blueprint.response(200, KeptRow)
@policy(KEEPERS, proof=True)
def change(asked: dict[str, Any], rule_set_id: str) -> Any:
    return kept(rules.keep(hand(), rule_set_id, asked))
