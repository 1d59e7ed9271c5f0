"""Doors of the desk's facts: signers, bases, competition results, and the age of the rules it all rests on."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors
from server.api.guard import policy, seat
from server.api.schemas import MONTH, UUID, either_way
from server.services.facts import bases, results, signers
from server.services.setup import rulesets

blueprint = Doors("desk_facts", __name__, url_prefix="/api/desk", description="Signers, bases, results and rules, as facts")
STAFF = ("mentor", "college_tutor", "base_trainer")
LEVELS = ("world", "national_1", "national_2", "province_1", "province_2", "city_1", "city_2", "trade", "enterprise", "college")


class Paged(Schema):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class SignersQuery(Paged):
    text = fields.String(load_default=None, validate=validate.Length(1, 40))
    role = fields.String(load_default=None, validate=validate.OneOf(STAFF))


class SignerRow(Schema):
    id = fields.String(required=True)
    person_id = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    apprentices = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    oldest_day = fields.String(required=True)
    key_days = fields.Integer(required=True, allow_none=True)
    flags = fields.Integer(required=True)
    signed = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    books = fields.Integer(required=True)
    wait_hours = fields.Integer(required=True, allow_none=True)
    seconds = fields.Integer(required=True, allow_none=True)
    sittings = fields.Integer(required=True)
    largest = fields.Integer(required=True)
    month_end_permille = fields.Integer(required=True)
    daily = fields.List(fields.Integer(), required=True)


class SignersAnswer(Schema):
    items = fields.List(fields.Nested(SignerRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    days = fields.Integer(required=True)


class MonthQuery(Schema):
    month = fields.String(required=True, validate=MONTH)


class BaseRow(Schema):
    name = fields.String(required=True)
    workstations = fields.Integer(required=True)
    sessions = fields.Integer(required=True)
    open = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    people = fields.Integer(required=True)
    visits = fields.Integer(required=True)
    days = fields.Integer(required=True)
    taken_permille = fields.Integer(required=True, allow_none=True)
    document_no = fields.String(required=True)
    recognised_to = fields.String(required=True)


class EnterpriseHours(Schema):
    name = fields.String(required=True)
    people = fields.Integer(required=True)
    entries = fields.Integer(required=True)
    claimed = fields.Integer(required=True)
    confirmed = fields.Integer(required=True)
    credited = fields.Integer(required=True)


class BasesAnswer(Schema):
    month = fields.String(required=True)
    bases = fields.List(fields.Nested(BaseRow), required=True)
    enterprises = fields.List(fields.Nested(EnterpriseHours), required=True)


class ResultsQuery(Paged):
    state = fields.String(validate=validate.OneOf(("claimed", "verified", "rejected")))
    level = fields.String(validate=validate.OneOf(LEVELS))
    text = fields.String(validate=validate.Length(1, 40))
    sort = fields.String(
        load_default="-claimed_at", validate=validate.OneOf(either_way("claimed_at", "day", "person", "competition", "level", "rank"))
    )


class ResultContent(Schema):
    competition = fields.String(required=True)
    year = fields.Integer(required=True)
    level = fields.String(required=True)
    event = fields.String(required=True)
    division = fields.String(required=True)
    day = fields.String(required=True)
    photos = fields.List(fields.String(), required=True)
    rank = fields.Integer()
    award = fields.String()
    score = fields.String()
    team = fields.String()
    contestants = fields.Integer()
    organiser = fields.String()
    document_no = fields.String()
    represents = fields.String()
    coach = fields.String()
    certificate_no = fields.String()


class ResultDecision(Schema):
    decided = fields.String(required=True, attribute="as")
    text = fields.String(required=True)
    at = fields.Integer(required=True)
    by = fields.String(required=True)


class ResultRow(Schema):
    book = fields.String(required=True, validate=validate.Regexp(UUID))
    id = fields.String(required=True)
    state = fields.String(required=True)
    claimed_at = fields.Integer(required=True)
    version = fields.String(required=True)
    person_name = fields.String(required=True)
    class_name = fields.String(required=True)
    enterprise_name = fields.String(required=True)
    content = fields.Nested(ResultContent, required=True)
    rivals = fields.List(fields.Nested(ResultContent), required=True)
    decisions = fields.List(fields.Nested(ResultDecision), required=True)
    claimed_by = fields.String(required=True)
    own = fields.Boolean(required=True)
    twins = fields.Integer(required=True)


class ResultsAnswer(Schema):
    items = fields.List(fields.Nested(ResultRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class RuleAge(Schema):
    name = fields.String(required=True)
    source = fields.String(required=True)
    status = fields.String(required=True)
    region = fields.String(required=True)
    valid_to = fields.String(required=True)
    plans = fields.Integer(required=True)
    ended = fields.Boolean(required=True)


class RulesAnswer(Schema):
    items = fields.List(fields.Nested(RuleAge), required=True)


@blueprint.route("/signers", methods=["GET"])
@blueprint.arguments(SignersQuery, location="query")
@blueprint.response(200, SignersAnswer)
@policy("desk:coordinator|enterprise_admin|authority")
def list_signers(asked: dict[str, Any]) -> Any:
    return signers.list_signers(seat(), asked["text"], asked["role"], asked["page"], asked["size"], g.now)


@blueprint.route("/bases", methods=["GET"])
@blueprint.arguments(MonthQuery, location="query")
@blueprint.response(200, BasesAnswer)
@policy("desk:coordinator|enterprise_admin|authority")
def list_bases(asked: dict[str, Any]) -> Any:
    return bases.list_bases(seat(), asked["month"], g.now)


@blueprint.route("/results", methods=["GET"])
@blueprint.arguments(ResultsQuery, location="query")
@blueprint.response(200, ResultsAnswer)
@policy("desk:coordinator|enterprise_admin|authority")
def list_results(asked: dict[str, Any]) -> Any:
    sort, page, size = asked.pop("sort"), asked.pop("page"), asked.pop("size")
    return results.list_results(seat(), asked, sort.lstrip("-"), sort.startswith("-"), page, size)


@blueprint.route("/rules/ages", methods=["GET"])
@blueprint.response(200, RulesAnswer)
@policy("desk:coordinator|enterprise_admin|authority")
def list_ages() -> Any:
    return {"items": rulesets.list_ages(seat(), g.now)}
