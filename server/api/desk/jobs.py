"""Doors of jobs: how far what one has asked for is, and what came of it."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, seat
from server.api.schemas import Nothing
from server.errors import Denial
from server.house import house
from server.services.desk import jobs

blueprint = Doors("jobs", __name__, url_prefix="/api/desk", description="Jobs asked for at a desk")
ANYBODY = "desk:coordinator|enterprise_admin|base_admin|authority|system_admin"


class JobRow(Schema):
    """`done` of `total` are counted in `unit`; a failed one has a word, a done one a result."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    asked_at = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("waiting", "running", "done", "failed")))
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    unit = fields.String(required=True)
    word = fields.String(required=True, allow_none=True)
    result = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    ended_at = fields.Integer(required=True, allow_none=True)


class JobsQuery(Schema):
    kind = fields.String(load_default=None, validate=validate.Length(1, 40))


class JobsAnswer(Schema):
    items = fields.List(fields.Nested(JobRow), required=True)


@blueprint.route("/jobs", methods=["GET"])
@blueprint.arguments(JobsQuery, location="query")
@blueprint.response(200, JobsAnswer)
@policy(ANYBODY)
def list_jobs(asked: dict[str, Any]) -> Any:
    """The last ones, newest first."""
    return {"items": [job._asdict() for job in jobs.list_jobs(seat(), asked["kind"])]}


@blueprint.route("/jobs/<job_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, JobRow)
@policy(ANYBODY)
def show_job(_: dict[str, Any], job_id: str) -> Any:
    job = jobs.find_job(seat(), job_id)
    return deny(Denial("not_found")) if job is None else job._asdict()


@blueprint.route("/jobs/<job_id>/stop", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(200, JobRow)
@policy(ANYBODY)
def stop_job(_: dict[str, Any], job_id: str) -> Any:
    job = jobs.stop_job(seat(), house().config.home, job_id, g.now)
    return deny(Denial("not_found")) if job is None else job._asdict()
