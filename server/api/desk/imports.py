"""Doors of the import: a file comes in, every row of it is judged, what is good is written, what is not goes home with its reasons."""

from typing import Any
from urllib.parse import quote

from flask import Response, g, request
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import MIB, policy, seat, visitor
from server.api.schemas import UUID, Nothing, check_plain
from server.errors import Denial
from server.house import house
from server.services.setup import imports, slips

blueprint = Doors("imports", __name__, url_prefix="/api/desk", description="Files on their way in")
KINDS = ("roster", "pairings", "plans", "results")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BODIES = (XLSX, "text/csv", "application/octet-stream")
MOST = 10 * MIB
MOST_PAGE = 100
COORDINATOR = "desk:coordinator"


class FileQuery(Schema):
    """What the file is meant to be, and how it is called."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = fields.String(load_default="", validate=[validate.Length(max=120), check_plain])


class ColumnRow(Schema):
    at = fields.Integer(required=True)
    letter = fields.String(required=True)
    heading = fields.String(required=True)
    field = fields.String(required=True, allow_none=True)
    samples = fields.List(fields.String(), required=True)


class WordRow(Schema):
    word = fields.String(required=True)
    rows = fields.Integer(required=True)


class Counts(Schema):
    """Rows that stay out, that can be written, that are there already, that have been written."""

    bad = fields.Integer(required=True)
    good = fields.Integer(required=True)
    same = fields.Integer(required=True)
    written = fields.Integer(required=True)


class ImportHead(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    name = fields.String(required=True)
    created_at = fields.Integer(required=True)
    rows = fields.Integer(required=True)
    counts = fields.Nested(Counts, required=True)


class ReportAnswer(ImportHead):
    """`fits` is the kind whose headings the file rather has."""

    sheet = fields.String(required=True)
    heading_row = fields.Integer(required=True)
    plan = fields.String(required=True, allow_none=True)
    fits = fields.String(required=True, allow_none=True)
    columns = fields.List(fields.Nested(ColumnRow), required=True)
    fields_ = fields.List(fields.String(), required=True, data_key="fields", attribute="fields")
    missing = fields.List(fields.String(), required=True)
    words = fields.List(fields.Nested(WordRow), required=True)


class ReceivedAnswer(Schema):
    """The report, or the word that says why the file cannot be read."""

    word = fields.String(required=True, allow_none=True)
    report = fields.Nested(ReportAnswer, required=True, allow_none=True)


class ImportsAnswer(Schema):
    items = fields.List(fields.Nested(ImportHead), required=True)


class Said(Schema):
    at = fields.Integer(required=True, validate=validate.Range(0, 60))
    field = fields.String(required=True, allow_none=True, validate=validate.Length(max=40))


class ColumnsSchema(Schema):
    """What the coordinator says a column is, and the plan for classes that have none."""

    columns = fields.List(fields.Nested(Said), required=True, validate=validate.Length(max=61))
    plan = fields.String(required=True, allow_none=True, validate=validate.Length(max=64))


class RowsQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(imports.STATES))
    word = fields.String(load_default=None, validate=validate.Regexp(r"\A[a-z0-9_]{1,40}\Z"))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, MOST_PAGE))


class FaultRow(Schema):
    """A word of faults.json; a hint does not keep the row out."""

    word = fields.String(required=True)
    hint = fields.Boolean(required=True)
    field = fields.String(required=True, allow_none=True)
    letter = fields.String(required=True, allow_none=True)
    said = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class RowShown(Schema):
    id = fields.String(required=True)
    row = fields.Integer(required=True)
    state = fields.String(required=True)
    who = fields.String(required=True)
    cells = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    faults = fields.List(fields.Nested(FaultRow), required=True)


class RowsAnswer(Schema):
    items = fields.List(fields.Nested(RowShown), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class OrderAnswer(Schema):
    job = fields.String(required=True)


def means() -> imports.Means:
    here = house()
    return imports.Means(here.vault, here.chance)


def file(name: str, kind: str, content: bytes) -> Response:
    """Always a download, never shown by the browser."""
    answer = Response(content, 200, mimetype=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


@blueprint.route("/imports", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, ImportsAnswer)
@policy(COORDINATOR)
def list_imports(_: dict[str, Any]) -> Any:
    return {"items": imports.list_imports(house().vault, seat())}


@blueprint.route("/imports", methods=["POST"])
@blueprint.arguments(FileQuery, location="query")
@blueprint.response(200, ReceivedAnswer)
@policy(COORDINATOR, body=BODIES, most=MOST)
def receive(asked: dict[str, str]) -> Any:
    try:
        found = imports.receive(means(), seat(), house().sheets, asked["kind"], asked["name"], request.get_data(cache=False), g.now)
    except imports.Busy:
        return deny(Denial("busy", 5))
    return {"word": found, "report": None} if isinstance(found, str) else {"word": None, "report": found}


@blueprint.route("/imports/<import_id>", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, ReportAnswer)
@policy(COORDINATOR)
def show_import(_: dict[str, Any], import_id: str) -> Any:
    """Where it stands, which column was taken for what, and how many rows have each word."""
    return imports.show(house().vault, seat(), import_id) or deny(Denial("not_found"))


@blueprint.route("/imports/<import_id>/columns", methods=["POST"])
@blueprint.arguments(ColumnsSchema)
@blueprint.response(200, ReportAnswer)
@policy(COORDINATOR)
def explain(asked: dict[str, Any], import_id: str) -> Any:
    said = {one["at"]: one["field"] for one in asked["columns"]}
    try:
        return imports.explain(house().vault, seat(), import_id, said, asked["plan"], g.now) or deny(Denial("not_found"))
    except imports.Busy:
        return deny(Denial("busy", 1))


@blueprint.route("/imports/<import_id>/rows", methods=["GET"])
@blueprint.arguments(RowsQuery, location="query")
@blueprint.response(200, RowsAnswer)
@policy(COORDINATOR)
def list_rows(asked: dict[str, Any], import_id: str) -> Any:
    found = imports.list_rows(house().vault, seat(), import_id, asked["state"], asked["word"], asked["page"], asked["size"])
    return found or deny(Denial("not_found"))


@blueprint.route("/imports/<import_id>/write", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(200, OrderAnswer)
@policy(COORDINATOR, proof=True)
def order(_: dict[str, Any], import_id: str) -> Any:
    """A job; how far it is, its own door says."""
    ordered = imports.order(means(), seat(), visitor().id, import_id, g.now)
    return deny(ordered) if isinstance(ordered, Denial) else {"job": ordered}


@blueprint.route("/imports/<import_id>/drop", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(204)
@policy(COORDINATOR)
def drop(_: dict[str, Any], import_id: str) -> Response:
    return Response(status=204) if imports.drop(seat(), import_id) else deny(Denial("not_found"))


@blueprint.route("/imports/<import_id>/bad", methods=["GET"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, content_type=XLSX)
@policy(COORDINATOR, proof=True)
def take_home(_: dict[str, Any], import_id: str) -> Response:
    found = imports.take_home(house().vault, seat(), import_id)
    return file("待改.xlsx", XLSX, found) if found else deny(Denial("not_found"))


class TemplateQuery(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


@blueprint.route("/imports/template", methods=["GET"])
@blueprint.arguments(TemplateQuery, location="query")
@blueprint.response(200, content_type=XLSX)
@policy(COORDINATOR)
def take_template(asked: dict[str, str]) -> Response:
    return file(f"{imports.NAMES[asked['kind']]}模板.xlsx", XLSX, imports.make_template(asked["kind"]))


class SlipsSchema(Schema):
    """Slips are printed for who has never been in: who lacks one that still opens, everybody (`again`), or one apprentice
    (`book`). The codes these people had before are dead then."""

    klass = fields.String(required=True, validate=validate.Regexp(UUID), data_key="class")
    who = fields.String(load_default="apprentices", validate=validate.OneOf(("apprentices", "mentors")))
    again = fields.Boolean(load_default=False)
    book = fields.String(load_default=None, validate=validate.Regexp(UUID))


@blueprint.route("/slips", methods=["POST"])
@blueprint.arguments(SlipsSchema)
@blueprint.response(200, content_type="application/pdf")
@policy(COORDINATOR, proof=True)
def print_slips(asked: dict[str, Any]) -> Response:
    here = house()
    tools = slips.Means(here.chance, here.hasher, request.url_root.rstrip("/"))
    done = slips.print_slips(tools, seat(), asked["klass"], asked["who"], asked["book"] or ("all" if asked["again"] else "lacking"), g.now)
    if isinstance(done, Denial):
        return deny(done)
    return file(f"激活单 {done.name}.pdf", "application/pdf", done.content)
