"""Doors of a base's administrator: who serves there, its check-in screens, what was held. All of it is the base he sits at."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, seat, visitor
from server.api.schemas import MONTH, Nothing, check_day, check_plain, plain
from server.errors import Denial
from server.house import house
from server.services.books import bases
from server.services.books.bases import Objection, Order

blueprint = Doors("desk_base", __name__, url_prefix="/api/desk/base", description="A base, as its administrator runs it")
BASE_ADMIN = "desk:base_admin"
ROLES = ("base_trainer", "mentor", "kiosk")
# what the book says when it does not take something, as a desk's word
VERDICTS = {"no_such_book": "base_not_open", "times_crossed": "days_crossed", "same_person": "is_a_person"}


class BaseAnswer(Schema):
    name = fields.String(required=True)
    open = fields.Boolean(required=True)
    workstations = fields.List(fields.String(), required=True)


class BaseSchema(Schema):
    """As it is from now on."""

    name = plain(1, 60)
    workstations = fields.List(plain(1, 40), required=True, validate=validate.Length(max=60))


class PlacesQuery(Schema):
    kind = fields.String(validate=validate.OneOf(("staff", "kiosk")))
    text = fields.String(load_default="", validate=[validate.Length(max=60), check_plain])
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class PlaceRow(Schema):
    """Somebody's place; of a kiosk also by how many seconds its clock was ahead when it was last heard."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    login = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    first = fields.String(required=True)
    last = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(("serves", "later", "newcomer", "over")))
    seconds = fields.Integer(required=True, allow_none=True)
    heard_at = fields.Integer(required=True, allow_none=True)


class PlacesAnswer(Schema):
    items = fields.List(fields.Nested(PlaceRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class BaseSessionsQuery(Schema):
    month = fields.String(required=True, validate=MONTH)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class BaseSessionRow(Schema):
    id = fields.String(required=True)
    day = fields.String(required=True)
    start = fields.Integer(required=True)
    end = fields.Integer(required=True)
    topic = fields.String(required=True)
    workstation = fields.String(required=True)
    by_name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("open", "closed")))
    seen = fields.Integer(required=True)


class BaseSessionsAnswer(Schema):
    items = fields.List(fields.Nested(BaseSessionRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class StaffSchema(Schema):
    login = plain(1, 60)
    role = fields.String(required=True, validate=validate.OneOf(("base_trainer", "mentor")))
    from_ = fields.String(required=True, validate=check_day, data_key="from", attribute="from")
    to = fields.String(required=True, allow_none=True, validate=check_day)


class LeaveSchema(Schema):
    login = plain(1, 60)
    to = fields.String(required=True, validate=check_day)
    reason = plain(1, 200)


class KioskSchema(Schema):
    login = plain(1, 60)
    title = plain(1, 60)


class KioskEndSchema(Schema):
    login = plain(1, 60)
    lost = fields.Boolean(required=True, truthy={True}, falsy={False})


class KioskSlip(Schema):
    name = fields.String(required=True)
    login = fields.String(required=True)
    code = fields.String(required=True)


def order() -> Order:
    return Order(house().writer, seat().org_id, visitor().person_id, g.now, visitor().id)


def answered(said: Any) -> Response:
    """What an act at the base came to: nothing to say, or why it was not done."""
    if isinstance(said, Objection):
        return deny(Denial(said.word if said.word != "no_such_kiosk" else "not_found"))
    if isinstance(said, dict) and said["as"] != "accepted":
        return deny(Denial(VERDICTS.get(said.get("word", ""), "bad_request")))
    house().bell()
    return Response(status=204)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, BaseAnswer)
@policy(BASE_ADMIN)
def show(_: dict[str, Any]) -> Any:
    return bases.show(order())


@blueprint.route("", methods=["POST"])
@blueprint.arguments(BaseSchema)
@blueprint.response(204)
@policy(BASE_ADMIN)
def change(asked: dict[str, Any]) -> Response:
    return answered(bases.open_base(order(), asked["name"], asked["workstations"]))


@blueprint.route("/places", methods=["GET"])
@blueprint.arguments(PlacesQuery, location="query")
@blueprint.response(200, PlacesAnswer)
@policy(BASE_ADMIN)
def list_places(asked: dict[str, Any]) -> Any:
    rows = [
        row._asdict() for row in bases.list_places(order())
        if asked["text"] in f"{row.name} {row.login}" and asked.get("kind") in (None, "kiosk" if row.role == "kiosk" else "staff")
    ]  # fmt: skip
    return paged(rows[::-1], asked)


@blueprint.route("/sessions", methods=["GET"])
@blueprint.arguments(BaseSessionsQuery, location="query")
@blueprint.response(200, BaseSessionsAnswer)
@policy(BASE_ADMIN)
def list_sessions(asked: dict[str, Any]) -> Any:
    return paged(bases.list_sessions(order(), asked["month"]), asked)


def paged(rows: list[dict[str, Any]], asked: dict[str, Any]) -> dict[str, Any]:
    first = (asked["page"] - 1) * asked["size"]
    return {"items": rows[first : first + asked["size"]], "total": len(rows), "page": asked["page"]}


@blueprint.route("/staff", methods=["POST"])
@blueprint.arguments(StaffSchema)
@blueprint.response(204)
@policy(BASE_ADMIN)
def take_in(asked: dict[str, Any]) -> Response:
    return answered(bases.take_in(order(), asked["login"], asked["role"], asked["from"], asked["to"]))


@blueprint.route("/staff/leave", methods=["POST"])
@blueprint.arguments(LeaveSchema)
@blueprint.response(204)
@policy(BASE_ADMIN)
def let_go(asked: dict[str, Any]) -> Response:
    return answered(bases.let_go(order(), asked["login"], asked["to"], asked["reason"]))


@blueprint.route("/kiosks", methods=["POST"])
@blueprint.arguments(KioskSchema)
@blueprint.response(200, KioskSlip)
@policy(BASE_ADMIN, proof=True)
def set_up_kiosk(asked: dict[str, Any]) -> Any:
    try:
        slip = bases.set_up_kiosk(order(), house().hasher, asked["login"], asked["title"])
    except bases.Refused as why:
        return answered(why.verdict)
    if isinstance(slip, Objection):
        return answered(slip)
    house().bell()
    return slip._asdict()


@blueprint.route("/kiosks/end", methods=["POST"])
@blueprint.arguments(KioskEndSchema)
@blueprint.response(204)
@policy(BASE_ADMIN)
def end_kiosk(asked: dict[str, Any]) -> Response:
    """At once: a tablet that is in somebody else's hands cannot wait for a proof."""
    return answered(bases.end_kiosk(order(), asked["login"], "lost" if asked["lost"] else "retired"))
