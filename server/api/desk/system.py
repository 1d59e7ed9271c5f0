"""The door of how the house stands: numbers, for whoever looks after the system and sees nobody's data."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors
from server.api.guard import policy
from server.api.schemas import Nothing
from server.house import house
from server.services.keeping import standing

blueprint = Doors("system", __name__, url_prefix="/api/desk/system", description="How the house stands, in numbers")


class DatabaseStands(Schema):
    """Without a second wall where there can be none; `newest` is what this release needs."""

    kind = fields.String(required=True, validate=validate.OneOf(("sqlite", "postgresql")))
    version = fields.String(required=True)
    bytes = fields.Integer(required=True)
    wall = fields.Boolean(required=True, allow_none=True)
    revision = fields.String(required=True)
    newest = fields.String(required=True)


class BooksStand(Schema):
    """Operations held wait for another one, those in custody for two people."""

    books = fields.Integer(required=True)
    ops = fields.Integer(required=True)
    documents = fields.Integer(required=True)
    held = fields.Integer(required=True)
    custody = fields.Integer(required=True)


class DiskStands(Schema):
    photos = fields.Integer(required=True)
    photo_bytes = fields.Integer(required=True)
    exports = fields.Integer(required=True)
    export_bytes = fields.Integer(required=True)
    free_bytes = fields.Integer(required=True)
    total_bytes = fields.Integer(required=True)


class WorkerStands(Schema):
    """What waits for it, since when; jobs that failed in the last `failed_days`."""

    alive = fields.Boolean(required=True)
    heard_at = fields.Integer(required=True, allow_none=True)
    news = fields.Integer(required=True)
    news_since = fields.Integer(required=True, allow_none=True)
    nudges = fields.Integer(required=True)
    nudges_since = fields.Integer(required=True, allow_none=True)
    jobs_waiting = fields.Integer(required=True)
    jobs_running = fields.Integer(required=True)
    jobs_failed = fields.Integer(required=True)
    failed_days = fields.Integer(required=True)


class KeepingShown(Schema):
    at = fields.Integer(required=True)
    took_ms = fields.Integer(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(("good", "differs", "failed")))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class Keepings(Schema):
    """The newest, and the newest that went well."""

    last = fields.Nested(KeepingShown, required=True, allow_none=True)
    good = fields.Nested(KeepingShown, required=True, allow_none=True)


class SettingsStand(Schema):
    second_factor = fields.String(required=True, validate=validate.OneOf(("required", "offered")))
    push_contact = fields.Boolean(required=True)
    push_services = fields.Integer(required=True)


class PushStands(Schema):
    browsers = fields.Integer(required=True)
    sent_at = fields.Integer(required=True, allow_none=True)


class OrgsOfKind(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(("chain_leader", "enterprise", "college", "base", "authority")))
    n = fields.Integer(required=True)


class Registry(Schema):
    accounts = fields.Integer(required=True)
    devices = fields.Integer(required=True)
    chains = fields.Integer(required=True)
    orgs = fields.List(fields.Nested(OrgsOfKind), required=True)


class Standing(Schema):
    version = fields.String(required=True)
    database = fields.Nested(DatabaseStands, required=True)
    books = fields.Nested(BooksStand, required=True)
    disk = fields.Nested(DiskStands, required=True)
    worker = fields.Nested(WorkerStands, required=True)
    backup = fields.Nested(Keepings, required=True)
    verify = fields.Nested(Keepings, required=True)
    restored_at = fields.Integer(required=True, allow_none=True)
    settings = fields.Nested(SettingsStand, required=True)
    push = fields.Nested(PushStands, required=True)
    registry = fields.Nested(Registry, required=True)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, Standing)
@policy("desk:system_admin")
def show(_: dict[str, Any]) -> Any:
    return standing.show(house().config, g.now)
