"""Doors of a college's registers: classes, apprentices, plans."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, seat
from server.api.schemas import Nothing, Page, check_day, check_plain, plain
from server.errors import Denial
from server.house import house
from server.services.setup import registers

blueprint = Doors("registers", __name__, url_prefix="/api/desk", description="Registers of a college")
COORDINATOR = "desk:coordinator"


class ListQuery(Schema):
    """Which page, by what."""

    text = fields.String(load_default="", validate=[validate.Length(max=60), check_plain])
    sort = fields.String(load_default="name", validate=validate.Length(max=20))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class KeptClass(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    from_day = fields.String(required=True)
    to_day = fields.String(required=True)
    plan_id = fields.String(required=True, allow_none=True)
    plan_name = fields.String(required=True, allow_none=True)
    people = fields.Integer(required=True)
    newcomers = fields.Integer(required=True)
    holding = fields.Integer(required=True)


class ClassesAnswer(Schema):
    items = fields.List(fields.Nested(KeptClass), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class ClassSchema(Schema):
    name = plain(1, 60)
    plan = fields.String(required=True, allow_none=True, validate=validate.Length(max=64))
    from_ = fields.String(required=True, validate=check_day, data_key="from", attribute="from")
    to = fields.String(required=True, validate=check_day)


class ClassAnswer(Schema):
    id = fields.String(required=True)


class FaultShown(Schema):
    """A word of faults.json."""

    word = fields.String(required=True)
    field = fields.String(required=True, allow_none=True)
    said = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class PlanModule(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    category = fields.String(required=True)
    nature = fields.String(required=True)
    place = fields.String(required=True)
    minutes = fields.Integer(required=True)


class PlanRow(Schema):
    """A plan with its sums; faults are where it is outside of what its rule set asks for."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    occupation = fields.String(required=True)
    level = fields.String(required=True)
    registered = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    filed_on = fields.String(required=True, allow_none=True)
    rule_set = fields.String(required=True)
    source = fields.String(required=True)
    status = fields.String(required=True)
    valid_to = fields.String(required=True, allow_none=True)
    classes = fields.Integer(required=True)
    lesson_minutes = fields.Integer(required=True)
    sums = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    modules = fields.List(fields.Nested(PlanModule), required=True)
    faults = fields.List(fields.Nested(FaultShown), required=True)


class PlansAnswer(Schema):
    items = fields.List(fields.Nested(PlanRow), required=True)
    total = fields.Integer(required=True)


class RosterQuery(ListQuery):
    class_ = fields.String(validate=validate.Length(max=40), data_key="class", attribute="class")
    state = fields.String(validate=validate.OneOf(("new", "in", "disabled")))


class RosterRow(Schema):
    """The number is masked."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    login = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    student_no = fields.String(required=True, allow_none=True)
    class_id = fields.String(required=True, allow_none=True)
    class_name = fields.String(required=True, allow_none=True)
    enterprise = fields.String(required=True, allow_none=True)
    post = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)


class RosterAnswer(Schema):
    items = fields.List(fields.Nested(RosterRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class AgreementRow(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    number = fields.String(required=True)
    from_day = fields.String(required=True)
    to_day = fields.String(required=True)
    insurance = fields.String(required=True, allow_none=True)
    insured_from = fields.String(required=True, allow_none=True)
    insured_to = fields.String(required=True, allow_none=True)
    ended_on = fields.String(required=True, allow_none=True)


class PersonAnswer(RosterRow):
    """What the roster says of somebody, beside his handbook."""

    id_kind = fields.String(required=True, allow_none=True)
    from_ = fields.String(required=True, allow_none=True, data_key="from", attribute="from")
    to = fields.String(required=True, allow_none=True)
    learner = fields.String(required=True, allow_none=True)
    occupation = fields.String(required=True, allow_none=True)
    level = fields.String(required=True, allow_none=True)
    schooling = fields.String(required=True, allow_none=True)
    school = fields.String(required=True, allow_none=True)
    major = fields.String(required=True, allow_none=True)
    graduates = fields.String(required=True, allow_none=True)
    occupation_code = fields.String(required=True, allow_none=True)
    insured_at = fields.String(required=True, allow_none=True)
    remark = fields.String(required=True, allow_none=True)
    agreements = fields.List(fields.Nested(AgreementRow), required=True)


class ReasonSchema(Schema):
    reason = plain(4, 200)


class ContactAnswer(Schema):
    number = fields.String(required=True)
    phone = fields.String(required=True)
    guardian = fields.String(required=True)
    guardian_phone = fields.String(required=True)
    elsewhere = fields.Boolean(required=True)


def means() -> registers.Means:
    here = house()
    return registers.Means(here.vault, here.chance)


def kept(done: Denial | str) -> Any:
    return deny(done) if isinstance(done, Denial) else {"id": done}


@blueprint.route("/classes", methods=["GET"])
@blueprint.arguments(ListQuery, location="query")
@blueprint.response(200, ClassesAnswer)
@policy(COORDINATOR)
def list_classes(asked: dict[str, Any]) -> Any:
    return registers.list_classes(seat(), asked["text"], asked["sort"], asked["page"], asked["size"], g.now)


@blueprint.route("/classes", methods=["POST"])
@blueprint.arguments(ClassSchema)
@blueprint.response(200, ClassAnswer)
@policy(COORDINATOR)
def make_class(asked: dict[str, Any]) -> Any:
    return kept(registers.keep_class(means(), seat(), None, asked, g.now))


@blueprint.route("/classes/<class_id>", methods=["POST"])
@blueprint.arguments(ClassSchema)
@blueprint.response(200, ClassAnswer)
@policy(COORDINATOR)
def change_class(asked: dict[str, Any], class_id: str) -> Any:
    return kept(registers.keep_class(means(), seat(), class_id, asked, g.now))


@blueprint.route("/plans", methods=["GET"])
@blueprint.arguments(Page, location="query")
@blueprint.response(200, PlansAnswer)
@policy(COORDINATOR)
def list_plans(_: dict[str, Any]) -> Any:
    plans = registers.list_plans(seat())
    return {"items": plans, "total": len(plans)}


@blueprint.route("/roster", methods=["GET"])
@blueprint.arguments(RosterQuery, location="query")
@blueprint.response(200, RosterAnswer)
@policy(COORDINATOR)
def list_roster(asked: dict[str, Any]) -> Any:
    wanted = {name: asked[name] for name in ("class", "state", "text") if asked.get(name)}
    return registers.list_roster(house().vault, seat(), wanted, asked["sort"], asked["page"], asked["size"])


@blueprint.route("/roster/<book_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, PersonAnswer)
@policy(COORDINATOR)
def show_person(_: dict[str, Any], book_id: str) -> Any:
    return registers.show_person(house().vault, seat(), book_id) or deny(Denial("not_found"))


@blueprint.route("/roster/<book_id>/unmask", methods=["POST"])
@blueprint.arguments(ReasonSchema)
@blueprint.response(200, ContactAnswer)
@policy(COORDINATOR, proof=True)
def unmask(asked: dict[str, str], book_id: str) -> Response:
    """Shown once, to who has just proved that it is he, and written down with the reason."""
    done = registers.unmask(means(), seat(), book_id, asked["reason"], g.now)
    return deny(done) if isinstance(done, Denial) else done
