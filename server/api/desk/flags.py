"""Doors of the desk: what looks odd, why, how often that is wrong, and a person's word about it."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, seat
from server.api.schemas import UUID, either_way, plain
from server.errors import Denial
from server.house import house
from server.services.facts import flags
from sync.flags.table import FLAGS

blueprint = Doors("desk_flags", __name__, url_prefix="/api/desk/flags", description="What looks odd, and a person's word about it")
CASE = r"\A[0-9a-f]{40}\Z"
STATES, OUTCOMES = ("open", "settled", "gone"), ("explained", "confirmed")
SORTS = ("since", "entries", "minutes", "day_to", "flag", "person")


class CasesQuery(Schema):
    state = fields.String(validate=validate.OneOf(STATES))
    flag = fields.String(validate=validate.OneOf(list(FLAGS)))
    person = fields.String(validate=validate.Regexp(UUID))
    enterprise = fields.String(validate=validate.Regexp(UUID))
    text = fields.String(validate=validate.Length(1, 40))
    sort = fields.String(load_default="-since", validate=validate.OneOf(either_way(*SORTS)))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class CaseRow(Schema):
    id = fields.String(required=True)
    flag = fields.String(required=True)
    person_id = fields.String(required=True)
    person_name = fields.String(required=True)
    about_name = fields.String(required=True)
    enterprise_name = fields.String(required=True)
    day_from = fields.String(required=True)
    day_to = fields.String(required=True)
    entries = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    detail = fields.Dict(keys=fields.String(), required=True)
    since = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    outcome = fields.String(required=True)
    reason = fields.String(required=True)
    settled_by = fields.String(required=True)
    settled_at = fields.Integer(required=True, allow_none=True)


class CasesAnswer(Schema):
    items = fields.List(fields.Nested(CaseRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class CaseLine(Schema):
    book = fields.String(required=True)
    entry = fields.String(required=True)
    person_name = fields.String(required=True)
    day = fields.String(required=True)
    start = fields.Integer(required=True)
    end = fields.Integer(required=True)
    text = fields.String(required=True)
    state = fields.String(required=True)
    written_at = fields.Integer(required=True)
    signed_at = fields.Integer(required=True)


class CaseWord(Schema):
    outcome = fields.String(required=True)
    reason = fields.String(required=True)
    by_name = fields.String(required=True, allow_none=True)
    at = fields.Integer(required=True)
    entries = fields.Integer(required=True)


class CaseAnswer(CaseRow):
    lines = fields.List(fields.Nested(CaseLine), required=True)
    words = fields.List(fields.Nested(CaseWord), required=True)


class FlagRow(Schema):
    flag = fields.String(required=True)
    looks_at = fields.String(required=True)
    rule = fields.Boolean(required=True)
    params = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    sample = fields.Boolean(required=True)
    open = fields.Integer(required=True)
    settled = fields.Integer(required=True)
    honest_permille = fields.Integer(required=True)
    found_permille = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class FlagsAnswer(Schema):
    items = fields.List(fields.Nested(FlagRow), required=True)
    measured = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class SettleSchema(Schema):
    cases = fields.List(fields.String(validate=validate.Regexp(CASE)), required=True, validate=validate.Length(1, 200))
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason = plain(4, 200)


class SettleAnswer(Schema):
    settled = fields.Integer(required=True)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(CasesQuery, location="query")
@blueprint.response(200, CasesAnswer)
@policy("desk:coordinator|enterprise_admin|authority")
def list_cases(asked: dict[str, Any]) -> Any:
    sort, page, size = asked.pop("sort"), asked.pop("page"), asked.pop("size")
    return flags.list_cases(seat(), asked, sort.lstrip("-"), sort.startswith("-"), page, size)


@blueprint.route("/kinds", methods=["GET"])
@blueprint.response(200, FlagsAnswer)
@policy("desk:coordinator|enterprise_admin|authority")
def explain() -> Any:
    return flags.explain(seat())


@blueprint.route("/cases/<case_id>", methods=["GET"])
@blueprint.response(200, CaseAnswer)
@policy("desk:coordinator|enterprise_admin|authority")
def show_case(case_id: str) -> Any:
    return flags.show_case(seat(), case_id) or deny(Denial("not_found"))


@blueprint.route("/settle", methods=["POST"])
@blueprint.arguments(SettleSchema)
@blueprint.response(200, SettleAnswer)
@policy("desk:coordinator")
def settle(asked: dict[str, Any]) -> Any:
    done = flags.settle(seat(), asked["cases"], asked["outcome"], asked["reason"], house().chance, g.now)
    return done or deny(Denial("not_found"))
