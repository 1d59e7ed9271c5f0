"""The door to names: operations carry ids only."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from server.api.answers import Doors
from server.api.guard import policy, visitor
from server.api.schemas import Page, paged
from server.services.books.changes import day_of
from server.services.people import accounts

blueprint = Doors("people", __name__, url_prefix="/api", description="People of the books one may see")


class PersonRow(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class PeopleAnswer(Schema):
    items = fields.List(fields.Nested(PersonRow), required=True)
    next = fields.String(required=True, allow_none=True)


@blueprint.route("/people", methods=["GET"])
@blueprint.arguments(Page, location="query")
@blueprint.response(200, PeopleAnswer)
@policy("signed_in")
def list_people(page: dict[str, Any]) -> Any:
    rows = accounts.list_seen_people(visitor().person_id, day_of(g.now), page["after"], page["limit"])
    return paged(rows, page["limit"])
