"""Doors to one's own account: getting in, getting out, sessions and password."""

import uuid
from typing import Any

from flask import Response, g, request
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import clear_session_cookie, policy, set_session_cookie, tokens_sent, visitor
from server.api.schemas import Me, Nothing, Page, paged, password, plain
from server.errors import Denial
from server.house import house
from server.services.people import accounts, enrolment
from server.services.people.accounts import Session
from sync.op import to_base64url

blueprint = Doors("accounts", __name__, url_prefix="/api", description="One's own account")
SYSTEMS = ("HarmonyOS", "Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


class CodeSchema(Schema):
    login = plain(1, 64)
    code = plain(1, 20)


class ActivationSchema(CodeSchema):
    password = password()
    proof = fields.String(required=True, allow_none=True, validate=validate.Length(max=4000))
    label = plain(0, 60)
    shared = fields.Boolean(required=True, truthy={True}, falsy={False})


class LoginSchema(Schema):
    login = plain(1, 64)
    password = password()
    kind = fields.String(required=True, validate=validate.OneOf(("phone", "desk")))


class PasswordSchema(Schema):
    old = password()
    new = password()


class CodeAnswer(Schema):
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)


class ActivationAnswer(Me):
    certificate = fields.String(required=True, allow_none=True)


class SessionRow(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    created_at = fields.Integer(required=True)
    last_seen_at = fields.Integer(required=True)
    current = fields.Boolean(required=True)


class SessionsAnswer(Schema):
    items = fields.List(fields.Nested(SessionRow), required=True)
    next = fields.String(required=True, allow_none=True)


def make_token() -> tuple[str, str]:
    """A new session's secret of 256 bits, and its id."""
    chance = house().chance
    return to_base64url(chance(32)), str(uuid.UUID(bytes=chance(16), version=4))


def describe(session: Session, **more: Any) -> dict[str, Any] | Response:
    found = accounts.describe(session)
    if found is None:
        return deny(Denial("not_signed_in"))
    return {**found, "now": g.now, "server_key": house().key.jwk, **more}


def welcome(schema: Schema, session: Session, token: str, **more: Any) -> Response:
    """The answer that carries the cookie."""
    found = describe(session, **more)
    if isinstance(found, Response):
        return found
    answer = Response(schema.dumps(found, ensure_ascii=False), 200, mimetype="application/json")
    set_session_cookie(answer, session, token)
    return answer


@blueprint.route("/activation/check", methods=["POST"])
@blueprint.arguments(CodeSchema)
@blueprint.response(200, CodeAnswer)
@policy("public", limit="logins")
def check_code(asked: dict[str, str]) -> Any:
    here = house()
    found = enrolment.check_code(here.hasher, here.limits, asked["login"], asked["code"], g.now)
    return deny(found) if isinstance(found, Denial) else found


@blueprint.route("/activation", methods=["POST"])
@blueprint.arguments(ActivationSchema)
@blueprint.response(200, ActivationAnswer)
@policy("public", limit="logins")
def activate(asked: dict[str, Any]) -> Response:
    here = house()
    token, session_id = make_token()
    device = enrolment.Enrolment(asked["proof"], asked["label"], asked["shared"])
    words = asked["login"], asked["code"], asked["password"]
    found = enrolment.activate(here.hasher, here.limits, here.key, words, device, token, session_id, g.now)
    if isinstance(found, Denial):
        return deny(found)
    return welcome(ActivationAnswer(), found[0], token, certificate=found[1])


@blueprint.route("/login", methods=["POST"])
@blueprint.arguments(LoginSchema)
@blueprint.response(200, Me)
@policy("public", limit="logins")
def log_in(asked: dict[str, str]) -> Response:
    here = house()
    token, session_id = make_token()
    agent = request.user_agent.string
    label = next((system for system in SYSTEMS if system in agent), "")
    login = accounts.Login(asked["login"], asked["password"], asked["kind"], label, tokens_sent())
    must_show = here.config.second_factor == "required"
    found = accounts.log_in(here.hasher, here.limits, login, token, session_id, g.now, must_show)
    return deny(found) if isinstance(found, Denial) else welcome(Me(), found, token)


@blueprint.route("/logout", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(204)
@policy("signed_in")
def log_out(_: dict[str, Any]) -> Response:
    accounts.log_out(visitor(), g.now)
    answer = Response(status=204)
    clear_session_cookie(answer)
    return answer


@blueprint.route("/me", methods=["GET"])
@blueprint.response(200, Me)
@policy("signed_in")
def me() -> Any:
    return describe(visitor())


@blueprint.route("/password", methods=["POST"])
@blueprint.arguments(PasswordSchema)
@blueprint.response(204)
@policy("signed_in")
def change_password(asked: dict[str, str]) -> Response:
    here = house()
    denial = accounts.change_password(here.hasher, here.limits, visitor(), asked["old"], asked["new"], g.now)
    return deny(denial) if denial else Response(status=204)


@blueprint.route("/sessions", methods=["GET"])
@blueprint.arguments(Page, location="query")
@blueprint.response(200, SessionsAnswer)
@policy("signed_in")
def list_sessions(page: dict[str, Any]) -> Any:
    rows = accounts.list_sessions(house().config, visitor(), page["after"], page["limit"], g.now)
    return paged(rows, page["limit"])


@blueprint.route("/sessions/<session_id>/end", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(204)
@policy("signed_in")
def end_session(_: dict[str, Any], session_id: str) -> Response:
    denial = accounts.end_session(visitor().person_id, session_id, g.now)
    return deny(denial) if denial else Response(status=204)
