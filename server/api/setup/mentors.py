"""Doors of the mentors' register: who may sign for this college's apprentices, and the slips that let them in."""

from typing import Any

from flask import Response, g, request
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.desk.imports import file
from server.api.guard import policy, seat
from server.api.schemas import UUID, Nothing, check_day, check_plain, either_way, plain, uuid
from server.errors import Denial
from server.house import house
from server.services.setup import mentors, slips

blueprint = Doors("mentors", __name__, url_prefix="/api/desk/masters", description="Those who sign, as a college registers them")
COORDINATOR = "desk:coordinator"
ROLES = ("mentor", "college_tutor", "base_trainer")


class MentorsQuery(Schema):
    """Which page, by what."""

    text = fields.String(load_default="", validate=[validate.Length(max=60), check_plain])
    role = fields.String(validate=validate.OneOf(ROLES))
    org = fields.String(validate=validate.Regexp(UUID))
    state = fields.String(validate=validate.OneOf(("new", "in", "disabled")))
    sort = fields.String(load_default="name", validate=validate.OneOf(either_way("name", "org", "apprentices")))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class MentorRow(Schema):
    """One role at one organisation; `apprentices` are all he looks after in it today."""

    id = fields.String(required=True)
    person_id = fields.String(required=True)
    name = fields.String(required=True)
    login = fields.String(required=True)
    role = fields.String(required=True)
    org = fields.String(required=True)
    org_name = fields.String(required=True)
    post = fields.String(required=True, allow_none=True)
    level = fields.String(required=True, allow_none=True)
    certificate_no = fields.String(required=True, allow_none=True)
    valid_to = fields.String(required=True, allow_none=True)
    apprentices = fields.Integer(required=True)
    state = fields.String(required=True)


class MentorsAnswer(Schema):
    items = fields.List(fields.Nested(MentorRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class MentorOrg(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)


class MentorChoicesAnswer(Schema):
    orgs = fields.List(fields.Nested(MentorOrg), required=True)
    login = fields.String(required=True)


class Qualified(Schema):
    """What the pairing list prints of a mentor."""

    name = plain(2, 40)
    post = fields.String(load_default=None, allow_none=True, validate=[validate.Length(max=40), check_plain])
    level = fields.String(load_default=None, allow_none=True, validate=[validate.Length(max=40), check_plain])
    certificate_no = fields.String(load_default=None, allow_none=True, validate=[validate.Length(max=40), check_plain])
    valid_to = fields.String(load_default=None, allow_none=True, validate=check_day)


class NewMentor(Qualified):
    login = plain(1, 60)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    org = uuid()
    again = fields.Boolean(load_default=False)


class MentorIdAnswer(Schema):
    id = fields.String(required=True)


class SlipsFor(Schema):
    people = fields.List(fields.String(validate=validate.Regexp(UUID)), required=True, validate=validate.Length(1, slips.MOST))


def order() -> mentors.Order:
    return mentors.Order(seat(), house().chance, g.now)


def kept(done: Denial | str) -> Any:
    return deny(done) if isinstance(done, Denial) else {"id": done}


@blueprint.route("", methods=["GET"])
@blueprint.arguments(MentorsQuery, location="query")
@blueprint.response(200, MentorsAnswer)
@policy(COORDINATOR)
def list_mentors(asked: dict[str, Any]) -> Any:
    wanted = {name: asked[name] for name in ("text", "role", "org", "state") if asked.get(name)}
    return mentors.list_mentors(seat(), wanted, asked["sort"], asked["page"], asked["size"], g.now)


@blueprint.route("/choices", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, MentorChoicesAnswer)
@policy(COORDINATOR)
def list_choices(_: dict[str, Any]) -> Any:
    return mentors.list_choices(seat(), house().chance)


@blueprint.route("", methods=["POST"])
@blueprint.arguments(NewMentor)
@blueprint.response(200, MentorIdAnswer)
@policy(COORDINATOR)
def make_mentor(asked: dict[str, Any]) -> Any:
    return kept(mentors.make_mentor(order(), asked))


@blueprint.route("/<person_id>", methods=["POST"])
@blueprint.arguments(Qualified)
@blueprint.response(200, MentorIdAnswer)
@policy(COORDINATOR)
def change_mentor(asked: dict[str, Any], person_id: str) -> Any:
    return kept(mentors.change_mentor(order(), person_id, asked))


@blueprint.route("/<person_id>/disable", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(200, MentorIdAnswer)
@policy(COORDINATOR)
def disable(_: dict[str, Any], person_id: str) -> Any:
    return kept(mentors.shut_out(order(), person_id, True))


@blueprint.route("/<person_id>/enable", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(200, MentorIdAnswer)
@policy(COORDINATOR)
def enable(_: dict[str, Any], person_id: str) -> Any:
    return kept(mentors.shut_out(order(), person_id, False))


@blueprint.route("/slips", methods=["POST"])
@blueprint.arguments(SlipsFor)
@blueprint.response(200, content_type="application/pdf")
@policy(COORDINATOR, proof=True)
def print_slips(asked: dict[str, Any]) -> Response:
    here = house()
    done = slips.print_mentor_slips(slips.Means(here.chance, here.hasher, request.url_root.rstrip("/")), seat(), asked["people"], g.now)
    return deny(done) if isinstance(done, Denial) else file(f"激活单 {done.name}.pdf", "application/pdf", done.content)
