"""The door of the log of registers."""

from typing import Any

from marshmallow import Schema, fields, validate

from server.api.answers import Doors
from server.api.desk.registers import ListQuery
from server.api.guard import policy, seat
from server.api.schemas import either_way
from server.api.setup.hand import day, words
from server.services.setup import changelog

blueprint = Doors("changelog", __name__, url_prefix="/api/desk/changes", description="Who changed what in the registers")
SUBJECTS = (
    "person", "book", "mentor", "class", "plan", "agreement", "org", "base", "rule_set", "occupation", "chain", "seat", "form", "export",
)  # fmt: skip
ACTS = ("made", "changed", "ended", "unmasked", "printed")


class ChangesQuery(ListQuery):
    """`about` is the thing of one line: everything that was done to it."""

    sort = fields.String(load_default="-at", validate=validate.OneOf(either_way("at")))
    what = fields.String(validate=validate.OneOf(SUBJECTS))
    act = fields.String(validate=validate.OneOf(ACTS))
    who = words(60)
    about = words(64)
    from_ = day(data_key="from", attribute="from")
    to = day()


class ChangeLine(Schema):
    """`was` is null where there was nothing before; what is hidden is said to be another, and no more."""

    field = fields.String(required=True)
    was = fields.String(required=True, allow_none=True)
    now = fields.String(required=True, allow_none=True)
    hidden = fields.Boolean(required=True)


class ChangeRow(Schema):
    id = fields.String(required=True)
    at = fields.Integer(required=True)
    who = fields.String(required=True)
    org = fields.String(required=True)
    subject = fields.String(required=True)
    about = fields.String(required=True, allow_none=True)
    thing = fields.String(required=True)
    act = fields.String(required=True)
    changes = fields.List(fields.Nested(ChangeLine), required=True)


class ChangesAnswer(Schema):
    items = fields.List(fields.Nested(ChangeRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(ChangesQuery, location="query")
@blueprint.response(200, ChangesAnswer)
@policy("desk:coordinator|system_admin")
def list_changes(asked: dict[str, Any]) -> Any:
    wanted = {name: asked[name] for name in ("what", "act", "who", "about", "from", "to") if asked.get(name)}
    return changelog.list_changes(seat(), wanted, asked["sort"], asked["page"], asked["size"])
