"""Doors of exports: what may be exported, asking for it, the second person's word, the file."""

from typing import Any
from uuid import UUID as Uuid

from flask import Response, g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.desk.imports import file
from server.api.guard import policy, seat
from server.api.schemas import MONTH, Nothing, check_plain, uuid
from server.errors import Denial
from server.house import house
from server.services.ledgers import exports, making
from server.services.ledgers import preview as previews

blueprint = Doors("exports", __name__, url_prefix="/api/desk", description="Exports of a desk")
DESK = "desk:coordinator|enterprise_admin"


def maybe(most: int) -> fields.String:
    return fields.String(load_default=None, allow_none=True, validate=[validate.Length(1, most), check_plain])


class AskExport(Schema):
    form = fields.String(required=True, validate=validate.OneOf(sorted(making.FORMS)))
    format = fields.String(required=True, validate=validate.OneOf(("xlsx", "pdf", "csv")))
    aim = fields.String(required=True, validate=validate.OneOf(("look", "claim", "freeze")))
    class_id = uuid()
    month = fields.String(load_default=None, allow_none=True, validate=MONTH)
    full_ids = fields.Boolean(load_default=False)
    reason = maybe(200)


class Totals(Schema):
    people = fields.Integer(required=True)
    rows = fields.Integer(required=True)
    claimed = fields.Integer(required=True)
    confirmed = fields.Integer(required=True)
    credited = fields.Integer(required=True)
    open = fields.Integer(required=True)


class NamedClaim(Schema):
    """A confirmed claim, so that whoever reads of it can find it."""

    id = fields.String(required=True)
    form = fields.String(required=True)
    month = fields.String(required=True, allow_none=True)
    class_name = fields.String(required=True)
    asker = fields.String(required=True)
    second = fields.String(required=True)
    decided_at = fields.Integer(required=True)


class ExportRow(Schema):
    """`state`, `done`, `total` and `unit` are of the job that makes it; `needs_second` while a second person's word is missing. `earlier`:
    confirmed claims that hold some of the hours of this one, which nobody has decided yet."""

    id = fields.String(required=True)
    form = fields.String(required=True)
    format = fields.String(required=True)
    aim = fields.String(required=True)
    class_id = fields.String(required=True)
    class_name = fields.String(required=True)
    enterprise = fields.String(required=True, allow_none=True)
    month = fields.String(required=True, allow_none=True)
    full_ids = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    asker = fields.String(required=True)
    mine = fields.Boolean(required=True)
    asked_at = fields.Integer(required=True)
    made_at = fields.Integer(required=True, allow_none=True)
    bytes = fields.Integer(required=True, allow_none=True)
    sha256 = fields.String(required=True, allow_none=True)
    totals = fields.Nested(Totals, required=True, allow_none=True)
    second = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    outcome_reason = fields.String(required=True, allow_none=True)
    decided_at = fields.Integer(required=True, allow_none=True)
    earlier = fields.List(fields.Nested(NamedClaim), required=True)
    replaces = fields.List(fields.Nested(NamedClaim), required=True)
    replaced_by = fields.List(fields.Nested(NamedClaim), required=True)
    needs_second = fields.Boolean(required=True)
    state = fields.String(required=True)
    word = fields.String(required=True, allow_none=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    unit = fields.String(required=True)


class ExportsQuery(Schema):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class ExportsAnswer(Schema):
    items = fields.List(fields.Nested(ExportRow), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class DecideSchema(Schema):
    """`replaces`: every confirmed claim that holds some of its hours, when this one is to stand in their place."""

    outcome = fields.String(required=True, validate=validate.OneOf(("confirmed", "refused")))
    reason = maybe(200)
    replaces = fields.List(uuid(), load_default=list, validate=validate.Length(max=100))


class ChosenColumn(Schema):
    key = fields.String(required=True)
    heading = fields.String(required=True)


class FormColumn(ChosenColumn):
    """`keeps`: no file can be checked without it."""

    keeps = fields.Boolean(required=True)


class FormRow(Schema):
    """`own`: the college has chosen for itself."""

    form = fields.String(required=True)
    title = fields.String(required=True)
    per = fields.String(required=True)
    own = fields.Boolean(required=True)
    columns = fields.List(fields.Nested(FormColumn), required=True)
    chosen = fields.List(fields.Nested(ChosenColumn), required=True)


class FormsAnswer(Schema):
    items = fields.List(fields.Nested(FormRow), required=True)


class WantedColumn(Schema):
    """Without a heading of its own it has ours."""

    key = fields.String(required=True, validate=validate.Length(1, 40))
    heading = maybe(30)


class ChooseSchema(Schema):
    columns = fields.List(fields.Nested(WantedColumn), required=True, validate=validate.Length(1, 60))


class PreviewSchema(ChooseSchema):
    class_id = uuid()
    month = fields.String(load_default=None, allow_none=True, validate=MONTH)


class PreviewAnswer(Schema):
    """The first rows, cell by cell in the order of the columns."""

    rows = fields.List(fields.List(fields.Raw()), required=True)


def shown(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"mine": found["asked_by"] == seat().person_id, "needs_second": exports.needs_second(found)}


@blueprint.route("/exports", methods=["GET"])
@blueprint.arguments(ExportsQuery, location="query")
@blueprint.response(200, ExportsAnswer)
@policy(DESK)
def list_exports(asked: dict[str, Any]) -> Any:
    items, total = exports.list_exports(seat(), asked["page"], asked["size"])
    return {"items": [shown(one) for one in items], "total": total, "page": asked["page"]}


@blueprint.route("/exports", methods=["POST"])
@blueprint.arguments(AskExport)
@blueprint.response(200, ExportRow)
@policy(DESK, proof=True)
def ask_export(asked: dict[str, Any]) -> Any:
    found = exports.ask_export(seat(), _new_id(), exports.Wanted(**asked), g.now)
    return deny(found) if isinstance(found, Denial) else shown(found)


@blueprint.route("/exports/<export_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, ExportRow)
@policy(DESK)
def show_export(_: dict[str, Any], export_id: str) -> Any:
    found = exports.find_export(seat(), export_id)
    return deny(Denial("not_found")) if found is None else shown(found)


@blueprint.route("/exports/<export_id>/decide", methods=["POST"])
@blueprint.arguments(DecideSchema)
@blueprint.response(200, ExportRow)
@policy(DESK, proof=True)
def decide_export(asked: dict[str, Any], export_id: str) -> Any:
    found = exports.decide_export(seat(), export_id, asked["outcome"], asked["reason"], asked["replaces"], g.now)
    return deny(found) if isinstance(found, Denial) else shown(found)


@blueprint.route("/exports/<export_id>/file", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200)
@policy(DESK, proof=True)
def fetch_file(_: dict[str, Any], export_id: str) -> Response:
    here = house()
    found = exports.fetch_file(here.config, here.vault, seat(), export_id, _new_id(), g.now)
    if isinstance(found, Denial):
        return deny(found)
    return file(f"{making.FORMS[found.form].title} {found.name}", found.type, found.content)


@blueprint.route("/forms", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, FormsAnswer)
@policy(DESK)
def list_forms(_: dict[str, Any]) -> Any:
    return {"items": exports.list_forms(seat(), list(making.FORMS.values()))}


@blueprint.route("/forms/<form>", methods=["POST"])
@blueprint.arguments(ChooseSchema)
@blueprint.response(204)
@policy("desk:coordinator", proof=True)
def choose_columns(asked: dict[str, Any], form: str) -> Response:
    if form not in making.FORMS:
        return deny(Denial("not_found"))
    if not exports.choose_columns(seat(), making.FORMS[form], _wanted(asked), _new_id(), g.now):
        return deny(Denial("bad_request"))
    return Response(status=204)


@blueprint.route("/forms/<form>/preview", methods=["POST"])
@blueprint.arguments(PreviewSchema)
@blueprint.response(200, PreviewAnswer)
@policy("desk:coordinator")
def preview(asked: dict[str, Any], form: str) -> Any:
    known, wanted = making.FORMS.get(form), _wanted(asked)
    if known is None:
        return deny(Denial("not_found"))
    if not known.may_choose(wanted) or (form in exports.MONTHLY and asked["month"] is None):
        return deny(Denial("bad_request"))
    here = house()
    tools = previews.Tools(here.config, here.writer, here.hasher, here.vault, g.now)
    maker = previews.Maker(making.Work, making.WRITERS[form])
    found = previews.look(maker, tools, seat(), known, wanted, asked["class_id"], asked["month"])
    return deny(found) if isinstance(found, Denial) else {"rows": found}


def _new_id() -> str:
    return str(Uuid(bytes=house().chance(16), version=4))


def _wanted(asked: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["key"], (one["heading"] or "").strip() or None) for one in asked["columns"]]
