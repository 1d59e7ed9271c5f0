"""Doors of months: classes and their months, who stands where, and locking."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from server.api.answers import Doors, deny
from server.api.guard import policy, seat, visitor
from server.api.schemas import MONTH, Nothing, uuid
from server.errors import Denial
from server.house import house
from server.services.ledgers import months

blueprint = Doors("months", __name__, url_prefix="/api/desk", description="Months of classes")
READERS = "desk:coordinator|enterprise_admin|authority"


class ClassRow(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    college = fields.String(required=True)
    from_day = fields.String(required=True)
    to_day = fields.String(required=True)


class MonthClasses(Schema):
    items = fields.List(fields.Nested(ClassRow), required=True)


class MonthRow(Schema):
    """Minutes; `locked` of `books` have the month locked; `held` operations of the class wait for others."""

    month = fields.String(required=True)
    entries = fields.Integer(required=True)
    people = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    claimed = fields.Integer(required=True)
    credited = fields.Integer(required=True)
    books = fields.Integer(required=True)
    locked = fields.Integer(required=True)
    held = fields.Integer(required=True)


class MonthsAnswer(Schema):
    items = fields.List(fields.Nested(MonthRow), required=True)


class ModuleStanding(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    plan = fields.Integer(required=True)
    claimed = fields.Integer(required=True)
    credited = fields.Integer(required=True)
    missing = fields.Integer(required=True)


class Shares(Schema):
    general = fields.String(required=True)
    foundation = fields.String(required=True)
    operation = fields.String(required=True)
    base = fields.String(required=True)


class MonthPerson(Schema):
    """Of the month: claimed to online. Up to its end: plan to modules."""

    book_id = fields.String(required=True)
    name = fields.String(required=True)
    enterprise = fields.String(required=True)
    held = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    locked = fields.Boolean(required=True)
    left = fields.String(required=True, allow_none=True)
    claimed = fields.Integer(required=True)
    confirmed = fields.Integer(required=True)
    credited = fields.Integer(required=True)
    post = fields.Integer(required=True)
    base = fields.Integer(required=True)
    college = fields.Integer(required=True)
    online = fields.Integer(required=True)
    lesson_minutes = fields.Integer(required=True)
    plan = fields.Integer(required=True)
    whole = fields.Integer(required=True)
    whole_claimed = fields.Integer(required=True)
    share = fields.String(required=True)
    verdict = fields.String(required=True)
    reached = fields.Boolean(required=True)
    shares = fields.Nested(Shares, required=True)
    lost = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    modules = fields.List(fields.Nested(ModuleStanding), required=True)


class WaitingRow(Schema):
    book_id = fields.String(required=True)
    id = fields.String(required=True)
    day = fields.String(required=True)
    state = fields.String(required=True)
    claimed_minutes = fields.Integer(required=True)
    name = fields.String(required=True)


class MonthAnswer(Schema):
    class_id = fields.String(required=True)
    class_name = fields.String(required=True)
    month = fields.String(required=True)
    people = fields.List(fields.Nested(MonthPerson), required=True)
    waiting = fields.List(fields.Nested(WaitingRow), required=True)
    waiting_total = fields.Integer(required=True)
    waiting_by = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    held_total = fields.Integer(required=True)


class MonthQuery(Schema):
    month = fields.String(required=True, validate=MONTH)


class LockSchema(Schema):
    class_id = uuid()
    month = fields.String(required=True, validate=MONTH)


class LockAnswer(Schema):
    now = fields.Integer(required=True)
    before = fields.Integer(required=True)


@blueprint.route("/months", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, MonthClasses)
@policy(READERS)
def list_classes(_: dict[str, Any]) -> Any:
    return {"items": months.list_classes(seat())}


@blueprint.route("/months/<class_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, MonthsAnswer)
@policy(READERS)
def list_months(_: dict[str, Any], class_id: str) -> Any:
    found = months.list_months(seat(), class_id)
    return deny(Denial("not_found")) if found is None else {"items": found}


@blueprint.route("/months/<class_id>/people", methods=["GET"])
@blueprint.arguments(MonthQuery, location="query")
@blueprint.response(200, MonthAnswer)
@policy(READERS)
def show_month(asked: dict[str, str], class_id: str) -> Any:
    found = months.show_month(seat(), class_id, asked["month"])
    return deny(Denial("not_found")) if found is None else found


@blueprint.route("/months/lock", methods=["POST"])
@blueprint.arguments(LockSchema)
@blueprint.response(200, LockAnswer)
@policy("desk:coordinator", proof=True)
def lock_month(asked: dict[str, str]) -> Any:
    here = house()
    done = months.lock_month(seat(), here.writer, visitor().id, asked["class_id"], asked["month"], g.now)
    if isinstance(done, Denial):
        return deny(done)
    here.bell()
    return done._asdict()
