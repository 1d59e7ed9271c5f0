"""Doors of people's progress: modules against the plan, weeks, and who may not make it."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, seat
from server.api.schemas import UUID, Nothing, check_plain
from server.errors import Denial
from server.services.desk import progress

blueprint = Doors("desk progress", __name__, url_prefix="/api/desk/progress", description="How far people have come")
READERS = "desk:coordinator|enterprise_admin|authority"


class ProgressQuery(Schema):
    class_id = fields.String(validate=validate.Regexp(UUID))
    enterprise_id = fields.String(validate=validate.Regexp(UUID))
    name = fields.String(validate=[validate.Length(1, 40), check_plain])
    sort = fields.String(load_default="name", validate=validate.OneOf([way + name for name in progress.ORDERS for way in ("", "-")]))
    risk = fields.Integer(load_default=0, validate=validate.OneOf((0, 1)))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100))
    size = fields.Integer(load_default=progress.PAGE, validate=validate.OneOf((progress.PAGE,)))


class ModuleRow(Schema):
    """Minutes: planned, credited, signed but not credited, written but not signed."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    planned = fields.Integer(required=True)
    credited = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    logged = fields.Integer(required=True)


class ProgressRow(Schema):
    """One book. `expected` is what the calendar asks for by today; `weeks` are minutes from the Monday `weeks_from` on, `missing`
    says which of them are empty though there was work."""

    id = fields.String(required=True)
    book_id = fields.String(required=True)
    person_id = fields.String(required=True)
    person = fields.String(required=True)
    class_name = fields.String(required=True, allow_none=True)
    enterprise = fields.String(required=True, allow_none=True)
    occupation = fields.String(required=True)
    level = fields.String(required=True)
    from_day = fields.String(required=True, attribute="from")
    to_day = fields.String(required=True, attribute="to")
    modules = fields.List(fields.Nested(ModuleRow), required=True)
    planned = fields.Integer(required=True)
    credited = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    logged = fields.Integer(required=True)
    weeks_from = fields.String(required=True)
    weeks = fields.List(fields.Integer(), required=True)
    weeks_credited = fields.List(fields.Integer(), required=True)
    missing = fields.List(fields.Integer(), required=True)
    elapsed_permille = fields.Integer(required=True)
    expected = fields.Integer(required=True)
    last_day = fields.String(required=True, allow_none=True)
    sent_back = fields.Integer(required=True)
    risks = fields.List(fields.String(), required=True)


class ProgressPage(Schema):
    items = fields.List(fields.Nested(ProgressRow), required=True)
    total = fields.Integer(required=True)
    at_risk = fields.Integer(required=True)
    page = fields.Integer(required=True)
    since = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(ProgressQuery, location="query")
@blueprint.response(200, ProgressPage)
@policy(READERS)
def list_progress(asked: dict[str, Any]) -> Any:
    sort, page, risk = asked.pop("sort"), asked.pop("page"), bool(asked.pop("risk"))
    del asked["size"]
    return progress.list_progress(seat(), asked, sort, risk, page, g.now)


@blueprint.route("/<book_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, ProgressRow)
@policy(READERS)
def find_person(_: dict[str, Any], book_id: str) -> Any:
    found = progress.find_person(seat(), book_id, g.now)
    return deny(Denial("not_found")) if found is None else found
