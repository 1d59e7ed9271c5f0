"""Doors of agreements and insurance."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.desk.registers import COORDINATOR, AgreementRow, ListQuery
from server.api.guard import policy, seat
from server.api.schemas import Nothing, plain
from server.api.setup.hand import KeptRow, day, hand, kept, words
from server.errors import Denial
from server.services.setup import agreements

blueprint = Doors("agreements", __name__, url_prefix="/api/desk/agreements", description="Agreements and insurance")
STATES = ("none", "ended", "uninsured", "soon", "fine", "over")
KINDS = ("training", "placement", "employment")


class CoveredQuery(ListQuery):
    class_ = fields.String(validate=validate.Length(max=40), data_key="class", attribute="class")
    state = fields.String(validate=validate.OneOf(STATES))


class CoveredRow(Schema):
    """A handbook and what covers it; the days of its class say what should be."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    student_no = fields.String(required=True, allow_none=True)
    class_name = fields.String(required=True, allow_none=True)
    class_from = fields.String(required=True, allow_none=True)
    class_to = fields.String(required=True, allow_none=True)
    enterprise = fields.String(required=True, allow_none=True)
    agreements = fields.Integer(required=True)
    agreed_from = fields.String(required=True, allow_none=True)
    agreed_to = fields.String(required=True, allow_none=True)
    insured_to = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)


class CoveredAnswer(Schema):
    items = fields.List(fields.Nested(CoveredRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class AgreementsAnswer(Schema):
    items = fields.List(fields.Nested(AgreementRow), required=True)


class AgreedDays(Schema):
    number = plain(1, 60)
    from_day = day(required=True, data_key="from")
    to_day = day(required=True, data_key="to")


class InsuredDays(AgreedDays):
    insurance = words(60, load_default=None, allow_none=True)
    insured_from = day(load_default=None, allow_none=True)
    insured_to = day(load_default=None, allow_none=True)


class CoveredWanted(Schema):
    """As the list is narrowed."""

    text = words(60)
    class_ = fields.String(validate=validate.Length(max=40), data_key="class", attribute="class")
    state = fields.String(validate=validate.OneOf(STATES))


class AgreementSchema(InsuredDays):
    """For these handbooks, or for all that are wanted."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    first = fields.Integer(load_default=1, validate=validate.Range(0, 1_000_000))
    books = fields.List(fields.String(validate=validate.Length(1, 64)), load_default=list, validate=validate.Length(max=agreements.MOST_AT_ONCE))
    all = fields.Boolean(load_default=False)
    wanted = fields.Nested(CoveredWanted, load_default=dict)


class AgreementsMade(Schema):
    """How many were made, were there already, and do not cover the whole training."""

    made = fields.Integer(required=True)
    there = fields.Integer(required=True)
    short = fields.Integer(required=True)


class AgreementEnd(Schema):
    on = day(required=True)
    reason = plain(4, 200)


class CooperationRow(Schema):
    id = fields.String(required=True)
    number = fields.String(required=True)
    from_day = fields.String(required=True)
    to_day = fields.String(required=True)
    ended_on = fields.String(required=True, allow_none=True)
    enterprise = fields.String(required=True)
    people = fields.Integer(required=True)


class PartnerRow(Schema):
    """An enterprise of the chain, and until when there is an agreement with it."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    until = fields.String(required=True, allow_none=True)


class CooperationsAnswer(Schema):
    items = fields.List(fields.Nested(CooperationRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    partners = fields.List(fields.Nested(PartnerRow), required=True)


class CooperationSchema(AgreedDays):
    enterprise = fields.String(required=True, validate=validate.Length(1, 64))


@blueprint.route("", methods=["GET"])
@blueprint.arguments(CoveredQuery, location="query")
@blueprint.response(200, CoveredAnswer)
@policy(COORDINATOR)
def list_covered(asked: dict[str, Any]) -> Any:
    wanted = {name: asked[name] for name in ("class", "state", "text") if asked.get(name)}
    return agreements.list_covered(seat(), wanted, asked["sort"], asked["page"], asked["size"], g.now)


@blueprint.route("", methods=["POST"])
@blueprint.arguments(AgreementSchema)
@blueprint.response(200, AgreementsMade)
@policy(COORDINATOR)
def make(asked: dict[str, Any]) -> Any:
    done = agreements.make(hand(), asked)
    return deny(done) if isinstance(done, Denial) else done


@blueprint.route("/books/<book_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, AgreementsAnswer)
@policy(COORDINATOR)
def list_of_book(_: dict[str, Any], book_id: str) -> Any:
    found = agreements.list_of_book(seat(), book_id)
    return deny(found) if isinstance(found, Denial) else {"items": found}


@blueprint.route("/cooperations", methods=["GET"])
@blueprint.arguments(ListQuery, location="query")
@blueprint.response(200, CooperationsAnswer)
@policy(COORDINATOR)
def list_cooperations(asked: dict[str, Any]) -> Any:
    return agreements.list_cooperations(seat(), asked["text"], asked["sort"], asked["page"], asked["size"])


@blueprint.route("/cooperations", methods=["POST"])
@blueprint.arguments(CooperationSchema)
@blueprint.response(200, KeptRow)
@policy(COORDINATOR)
def make_cooperation(asked: dict[str, Any]) -> Any:
    return kept(agreements.make_cooperation(hand(), asked))


@blueprint.route("/<agreement_id>", methods=["POST"])
@blueprint.arguments(InsuredDays)
@blueprint.response(200, KeptRow)
@policy(COORDINATOR)
def change(asked: dict[str, Any], agreement_id: str) -> Any:
    return kept(agreements.change(hand(), agreement_id, asked))


@blueprint.route("/<agreement_id>/end", methods=["POST"])
@blueprint.arguments(AgreementEnd)
@blueprint.response(200, KeptRow)
@policy(COORDINATOR)
def end(asked: dict[str, Any], agreement_id: str) -> Any:
    return kept(agreements.end(hand(), agreement_id, asked["on"], asked["reason"]))
