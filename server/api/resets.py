"""Doors to making somebody's access anew: the desk's, where one asks and another confirms, and his own, where he sees it coming."""

from typing import Any
from uuid import UUID

from flask import Response, g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, visitor
from server.api.schemas import Nothing, Page, check_plain, password, plain
from server.errors import Denial
from server.house import house
from server.services.people import accounts, reset

blueprint = Doors("resets", __name__, url_prefix="/api", description="Access made anew")
DESK = "desk:coordinator|base_admin|system_admin"


class AskSchema(Schema):
    """Whose access, and why."""

    login = plain(1, 60)
    reason = plain(1, 200)
    lost = fields.Boolean(required=True, truthy={True}, falsy={False})


class PasswordAgain(Schema):
    """One's own, as it is asked for before what cannot be undone."""

    password = password()


class ResetsQuery(Page):
    """Which of them: by what became of them, by part of a name or a log-in."""

    state = fields.String(load_default="", validate=validate.OneOf(("", *reset.STATES)))
    text = fields.String(load_default="", validate=[validate.Length(max=60), check_plain])


class ResetRow(Schema):
    """What was asked, by whom, and what became of it."""

    id = fields.String(required=True)
    person = fields.String(required=True)
    login = fields.String(required=True)
    asked_by = fields.String(required=True)
    second = fields.String(required=True, allow_none=True)
    asked_at = fields.Integer(required=True)
    reason = fields.String(required=True)
    alone = fields.Boolean(required=True)
    outcome = fields.String(required=True, allow_none=True)
    ended_at = fields.Integer(required=True, allow_none=True)


class ResetsAnswer(Schema):
    items = fields.List(fields.Nested(ResetRow), required=True)
    next = fields.String(required=True, allow_none=True)


class OwnResets(Schema):
    items = fields.List(fields.Nested(ResetRow), required=True)


class SlipRow(Schema):
    """What is printed: good once, for 72 hours."""

    name = fields.String(required=True)
    login = fields.String(required=True)
    code = fields.String(required=True)


class ResetDone(Schema):
    reset = fields.Nested(ResetRow, required=True)
    slip = fields.Nested(SlipRow, required=True, allow_none=True)


def means() -> reset.Means:
    here = house()
    return reset.Means(here.key, here.hasher, here.chance)


def not_me(typed: str) -> Denial | None:
    here = house()
    return accounts.prove(here.hasher, here.limits, visitor(), typed, g.now)


def answer(done: Any) -> Any:
    if isinstance(done, Denial):
        return deny(done)
    house().bell()
    row, slip = done
    return {"reset": row, "slip": slip._asdict() if slip else None}


def stopped(denial: Denial | None) -> Response:
    if denial:
        return deny(denial)
    house().bell()
    return Response(status=204)


@blueprint.route("/desk/resets", methods=["GET"])
@blueprint.arguments(ResetsQuery, location="query")
@blueprint.response(200, ResetsAnswer)
@policy(DESK)
def list_resets(page: dict[str, Any]) -> Any:
    rows = reset.list_resets(visitor().person_id, page["after"], page["limit"], g.now, page["state"], page["text"])
    if rows is None:
        return deny(Denial("bad_request"))
    shown = rows[: page["limit"]]
    return {"items": shown, "next": shown[-1]["place"] if len(rows) > page["limit"] else None}


@blueprint.route("/desk/resets", methods=["POST"])
@blueprint.arguments(AskSchema)
@blueprint.response(200, ResetDone)
@policy(DESK, proof=True)
def ask(asked: dict[str, Any]) -> Any:
    """Of whom nobody of hers is, she hears that there is none."""
    wanted = reset.Wanted(asked["login"], asked["reason"], asked["lost"])
    reset_id = str(UUID(bytes=house().chance(16), version=4))
    return answer(reset.ask(means(), visitor().person_id, wanted, reset_id, g.now))


@blueprint.route("/desk/resets/<reset_id>/confirm", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(200, ResetDone)
@policy(DESK, proof=True)
def confirm(_: dict[str, Any], reset_id: str) -> Any:
    return answer(reset.confirm(means(), reset_id, visitor().person_id, visitor().id, g.now))


@blueprint.route("/desk/resets/<reset_id>/withdraw", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(204)
@policy(DESK)
def withdraw(_: dict[str, Any], reset_id: str) -> Response:
    return stopped(reset.withdraw(reset_id, visitor().person_id, g.now))


@blueprint.route("/resets", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, OwnResets)
@policy("signed_in")
def list_own(_: dict[str, Any]) -> Any:
    return {"items": reset.list_own(visitor().person_id)}


@blueprint.route("/resets/<reset_id>/object", methods=["POST"])
@blueprint.arguments(PasswordAgain)
@blueprint.response(204)
@policy("signed_in")
def object_to(asked: dict[str, str], reset_id: str) -> Response:
    """Only with the password: whoever found his phone must not keep him out."""
    if denial := not_me(asked["password"]):
        return deny(denial)
    return stopped(reset.object_to(reset_id, visitor().person_id, g.now))
