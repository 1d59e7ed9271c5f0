"""Doors of the queue: a page of entries, how many there are, what they can be narrowed by, and some of them again."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.api.answers import Doors
from server.api.guard import policy, seat, visitor
from server.api.schemas import HASH, check_day, check_plain, uuid
from server.api.schemas import UUID as UUID_WORD
from server.house import house
from server.services.desk import crediting, queue

blueprint = Doors("desk queue", __name__, url_prefix="/api/desk/queue", description="What waits for a desk")
ID = r"\A[A-Za-z0-9_-]{1,64}\Z"
FLAG = r"\A[a-z_]{1,40}\Z"


def _one(pattern: str) -> fields.String:
    return fields.String(validate=validate.Regexp(pattern))


class Wanted(Schema):
    """By what the queue is narrowed; a name is a part of one, a text a part of what an entry says."""

    state = fields.String(validate=validate.OneOf((*queue.STATES, "all")))
    class_id = _one(UUID_WORD)
    enterprise_id = _one(UUID_WORD)
    book_id = _one(UUID_WORD)
    module = _one(ID)
    place = _one(ID)
    flag = _one(FLAG)
    day_from = fields.String(validate=check_day)
    day_to = fields.String(validate=check_day)
    name = fields.String(validate=[validate.Length(1, 40), check_plain])
    text = fields.String(validate=[validate.Length(1, 40), check_plain])


class QueueQuery(Wanted):
    sort = fields.String(load_default="first", validate=validate.OneOf([way + name for name in queue.ORDERS for way in ("", "-")]))
    page = fields.Integer(load_default=1, validate=validate.Range(1, queue.MOST_PAGES))
    size = fields.Integer(load_default=queue.PAGE, validate=validate.OneOf((queue.PAGE,)))


class QueueRow(Schema):
    """An entry as a desk sees it. `clean`: 3 nothing to look at, 2 lowered by the signer, 1 not all of it counts, 0 nothing does or
    its contents disagree. `mine`: who looks has written or signed it."""

    book_id = fields.String(required=True)
    id = fields.String(required=True)
    version = fields.String(required=True)
    person_id = fields.String(required=True)
    person = fields.String(required=True, allow_none=True)
    class_name = fields.String(required=True, allow_none=True)
    enterprise = fields.String(required=True, allow_none=True)
    day = fields.String(required=True)
    start = fields.Integer(required=True)
    end = fields.Integer(required=True)
    rest = fields.Integer(required=True, attribute="break")
    state = fields.String(required=True)
    module = fields.String(required=True)
    module_name = fields.String(required=True)
    place_kind = fields.String(required=True)
    place_name = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    photos = fields.Integer(required=True)
    late_reason = fields.String(required=True, allow_none=True)
    signers = fields.List(fields.String(), required=True)
    claimed_minutes = fields.Integer(required=True)
    confirmed_minutes = fields.Integer(required=True)
    counted_minutes = fields.Integer(required=True)
    credited_minutes = fields.Integer(required=True)
    reasons = fields.List(fields.String(), required=True)
    rivals = fields.Integer(required=True)
    clean = fields.Integer(required=True)
    grade = fields.String(required=True)
    flags = fields.List(fields.String(), required=True)
    moved_at = fields.Integer(required=True)
    moved_by = fields.String(required=True, allow_none=True)
    said = fields.String(required=True, allow_none=True)
    mine = fields.Boolean(required=True)


class QueuePage(Schema):
    """`over`: there are more than `total`, as far as pages go. Not `all_looked_at`: a text was looked for in the newest entries only."""

    items = fields.List(fields.Nested(QueueRow), required=True)
    page = fields.Integer(required=True)
    total = fields.Integer(required=True)
    over = fields.Boolean(required=True)
    all_looked_at = fields.Boolean(required=True)


class QueueCount(Schema):
    """Counted a little further than pages go."""

    total = fields.Integer(required=True)
    clean = fields.Integer(required=True)


class Choice(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class QueueChoices(Schema):
    classes = fields.List(fields.Nested(Choice), required=True)
    enterprises = fields.List(fields.Nested(Choice), required=True)
    modules = fields.List(fields.Nested(Choice), required=True)
    places = fields.List(fields.Nested(Choice), required=True)
    flags = fields.List(fields.String(), required=True)


class QueueKey(Schema):
    book_id = uuid()
    id = uuid()


class LookSchema(Schema):
    entries = fields.List(fields.Nested(QueueKey), required=True, validate=validate.Length(1, 100))


class LookAnswer(Schema):
    items = fields.List(fields.Nested(QueueRow), required=True)


class SeenKey(QueueKey):
    """An entry as it was looked at."""

    version = fields.String(required=True, validate=validate.Regexp(HASH))
    minutes = fields.Integer(required=True, validate=validate.Range(0, 1440))


class CreditSchema(Schema):
    """Either some entries, or all clean ones of what is wanted."""

    entries = fields.List(fields.Nested(SeenKey), validate=validate.Length(1, crediting.AT_ONCE))
    wanted = fields.Nested(Wanted)

    @validates_schema
    def check_one(self, given: dict[str, Any], **_: Any) -> None:
        if len(given) != 1:
            raise ValidationError("either entries or wanted")


class CreditAnswer(Schema):
    """`passed`: not clean, or changed since it was looked at; `refused`: how many by which word. With a job the rest comes later."""

    credited = fields.Integer(required=True)
    passed = fields.Integer(required=True)
    refused = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    job = fields.String(required=True, allow_none=True)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(QueueQuery, location="query")
@blueprint.response(200, QueuePage)
@policy("desk:coordinator|enterprise_admin")
def list_entries(asked: dict[str, Any]) -> Any:
    sort, page = asked.pop("sort"), asked.pop("page")
    del asked["size"]
    return queue.list_entries(seat(), asked, sort, page)


@blueprint.route("/count", methods=["GET"])
@blueprint.arguments(Wanted, location="query")
@blueprint.response(200, QueueCount)
@policy("desk:coordinator|enterprise_admin")
def count_entries(asked: dict[str, Any]) -> Any:
    return queue.count_entries(seat(), asked)


@blueprint.route("/choices", methods=["GET"])
@blueprint.response(200, QueueChoices)
@policy("desk:coordinator|enterprise_admin|authority")
def choices() -> Any:
    return queue.choices(seat())


@blueprint.route("/look", methods=["POST"])
@blueprint.arguments(LookSchema)
@blueprint.response(200, LookAnswer)
@policy("desk:coordinator|enterprise_admin|authority")
def look_again(asked: dict[str, Any]) -> Any:
    """What became of entries on a page, which may have moved to another since."""
    return {"items": queue.look_again(seat(), [(one["book_id"], one["id"]) for one in asked["entries"]])}


@blueprint.route("/credit", methods=["POST"])
@blueprint.arguments(CreditSchema)
@blueprint.response(200, CreditAnswer)
@policy("desk:coordinator")
def credit(asked: dict[str, Any]) -> Any:
    here = house()
    order = crediting.Order(seat(), visitor().id, here.writer, g.now)
    if "entries" in asked:
        seen = [(one["book_id"], one["id"], one["version"], one["minutes"]) for one in asked["entries"]]
        done = crediting.credit_listed(order, seen)
    else:
        done = crediting.credit_wanted(order, asked["wanted"], str(UUID(bytes=here.chance(16), version=4)))
    here.bell()
    return done._asdict()
