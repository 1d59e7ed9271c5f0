"""Doors to who sits at which desk: asking for a seat, giving it, taking it away, and where somebody is signed in."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.desk.registers import ListQuery
from server.api.guard import policy, seat
from server.api.schemas import Nothing, plain
from server.errors import Denial
from server.house import house
from server.services.people import accounts, staff

blueprint = Doors("staff", __name__, url_prefix="/api/desk/staff", description="Who sits at which desk")
WHO = "desk:coordinator|system_admin"
ROLES = ("coordinator", "enterprise_admin", "base_admin", "authority", "system_admin")


class StaffQuery(ListQuery):
    role = fields.String(validate=validate.OneOf(ROLES))
    state = fields.String(validate=validate.OneOf(("held", "asked")))


class StaffSeat(Schema):
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    org = plain(1, 64)


class StaffRow(Schema):
    """A seat that is held, or one that was asked for and that somebody else has to give."""

    id = fields.String(required=True)
    state = fields.String(required=True)
    person_id = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    login = fields.String(required=True)
    role = fields.String(required=True)
    org_id = fields.String(required=True)
    org_name = fields.String(required=True)
    asked_by = fields.String(required=True, allow_none=True)
    asked_at = fields.Integer(required=True, allow_none=True)
    disabled = fields.Boolean(required=True)
    newcomer = fields.Boolean(required=True)
    factor = fields.Boolean(required=True)
    seen_at = fields.Integer(required=True, allow_none=True)


class StaffAnswer(Schema):
    items = fields.List(fields.Nested(StaffRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class StaffChoice(Schema):
    role = fields.String(required=True)
    org_id = fields.String(required=True)
    org_name = fields.String(required=True)


class StaffChoices(Schema):
    items = fields.List(fields.Nested(StaffChoice), required=True)


class SeatAsk(StaffSeat):
    """Whom the seat is for: the log-in and the name together, so that a slip of the hand gives it to nobody."""

    name = plain(1, 60)
    login = plain(1, 60)


class SeatAsked(Schema):
    id = fields.String(required=True)


class SeatSlip(Schema):
    name = fields.String(required=True)
    login = fields.String(required=True)
    code = fields.String(required=True)


class SeatGiven(Schema):
    slip = fields.Nested(SeatSlip, required=True, allow_none=True)


class StaffSession(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    created_at = fields.Integer(required=True)
    last_seen_at = fields.Integer(required=True)


class StaffPerson(Schema):
    """Where somebody is signed in, and whether this desk may shut his account."""

    name = fields.String(required=True)
    login = fields.String(required=True)
    seats = fields.List(fields.Nested(StaffChoice), required=True)
    sessions = fields.List(fields.Nested(StaffSession), required=True)
    may_shut = fields.Boolean(required=True)


class SessionEnd(Schema):
    """Which one; null ends all of them."""

    session = fields.String(required=True, allow_none=True, validate=validate.Length(1, 64))


class ShutSchema(Schema):
    disabled = fields.Boolean(required=True, truthy={True}, falsy={False})


def means() -> staff.Means:
    here = house()
    return staff.Means(here.hasher, here.chance)


def done(denial: Denial | None) -> Response:
    return deny(denial) if denial else Response(status=204)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(StaffQuery, location="query")
@blueprint.response(200, StaffAnswer)
@policy(WHO)
def list_seats(asked: dict[str, Any]) -> Any:
    wanted = {name: asked[name] for name in ("role", "state", "text") if asked.get(name)}
    return staff.list_seats(seat(), wanted, asked["sort"], asked["page"], asked["size"], g.now)


@blueprint.route("/choices", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, StaffChoices)
@policy(WHO)
def list_choices(_: dict[str, Any]) -> Any:
    return {"items": staff.list_choices(seat())}


@blueprint.route("", methods=["POST"])
@blueprint.arguments(SeatAsk)
@blueprint.response(200, SeatAsked)
@policy(WHO, proof=True)
def ask_seat(asked: dict[str, str]) -> Any:
    found = staff.ask(means(), seat(), staff.Seat(asked["role"], asked["org"]), asked["name"], asked["login"], g.now)
    return deny(found) if isinstance(found, Denial) else {"id": found}


@blueprint.route("/asked/<request_id>/give", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(200, SeatGiven)
@policy(WHO, proof=True)
def give_seat(_: dict[str, Any], request_id: str) -> Any:
    found = staff.give(means(), seat(), request_id, g.now)
    return deny(found) if isinstance(found, Denial) else found


@blueprint.route("/asked/<request_id>/withdraw", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(204)
@policy(WHO)
def withdraw_seat(_: dict[str, Any], request_id: str) -> Response:
    return done(staff.withdraw(means(), seat(), request_id, g.now))


@blueprint.route("/<person_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, StaffPerson)
@policy(WHO)
def show_staff(_: dict[str, Any], person_id: str) -> Any:
    return staff.look(seat(), person_id, accounts.oldest(house().config, g.now)) or deny(Denial("not_found"))


@blueprint.route("/<person_id>/take", methods=["POST"])
@blueprint.arguments(StaffSeat)
@blueprint.response(204)
@policy(WHO, proof=True)
def take_seat(asked: dict[str, str], person_id: str) -> Response:
    return done(staff.take(means(), seat(), person_id, staff.Seat(asked["role"], asked["org"]), g.now))


@blueprint.route("/<person_id>/sessions/end", methods=["POST"])
@blueprint.arguments(SessionEnd)
@blueprint.response(204)
@policy(WHO)
def end_sessions(asked: dict[str, Any], person_id: str) -> Response:
    return done(staff.end_sessions(means(), seat(), person_id, asked["session"], g.now))


@blueprint.route("/<person_id>/shut", methods=["POST"])
@blueprint.arguments(ShutSchema)
@blueprint.response(204)
@policy(WHO, proof=True)
def shut_staff(asked: dict[str, bool], person_id: str) -> Response:
    return done(staff.shut(means(), seat(), person_id, asked["disabled"], g.now))
