"""Doors to one's own devices."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from server.api.answers import Doors, deny
from server.api.guard import policy, visitor
from server.api.schemas import Nothing, Page, paged, plain
from server.errors import Denial
from server.house import house
from server.services.people import enrolment

blueprint = Doors("devices", __name__, url_prefix="/api/devices", description="One's own devices")


class EnrolSchema(Schema):
    proof = fields.String(required=True, validate=validate.Length(max=4000))
    label = plain(0, 60)
    shared = fields.Boolean(required=True, truthy={True}, falsy={False})


class RevokeSchema(Schema):
    how = fields.String(required=True, validate=validate.OneOf(("retired", "lost")))


class DeviceRow(Schema):
    """Of a kiosk also how far its clock was ahead of the server's when that was last heard."""

    id = fields.String(required=True)
    label = fields.String(required=True)
    shared = fields.Boolean(required=True)
    status = fields.String(required=True)
    enrolled_at = fields.Integer(required=True)
    certified_at = fields.Integer(required=True)
    signed_at = fields.Integer(required=True, allow_none=True)
    clock_seconds = fields.Integer(allow_none=True)
    clock_at = fields.Integer(allow_none=True)


class DevicesAnswer(Schema):
    items = fields.List(fields.Nested(DeviceRow), required=True)
    next = fields.String(required=True, allow_none=True)


class CertificateAnswer(Schema):
    certificate = fields.String(required=True)


class EnrolAnswer(CertificateAnswer):
    device = fields.Nested(DeviceRow, required=True)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(Page, location="query")
@blueprint.response(200, DevicesAnswer)
@policy("signed_in")
def list_devices(page: dict[str, Any]) -> Any:
    return paged(enrolment.list_devices(visitor().person_id, page["after"], page["limit"]), page["limit"])


@blueprint.route("", methods=["POST"])
@blueprint.arguments(EnrolSchema)
@blueprint.response(200, EnrolAnswer)
@policy("signed_in")
def enrol(asked: dict[str, Any]) -> Any:
    device = enrolment.Enrolment(asked["proof"], asked["label"], asked["shared"])
    found = enrolment.enrol(house().key, visitor().person_id, device, g.now)
    return deny(found) if isinstance(found, Denial) else found


@blueprint.route("/<device_id>/certificate", methods=["POST"])
@blueprint.arguments(Nothing)
@blueprint.response(200, CertificateAnswer)
@policy("signed_in")
def renew_certificate(_: dict[str, Any], device_id: str) -> Any:
    found = enrolment.renew_certificate(house().key, visitor().person_id, device_id, g.now)
    return deny(found) if isinstance(found, Denial) else {"certificate": found}


@blueprint.route("/<device_id>/revoke", methods=["POST"])
@blueprint.arguments(RevokeSchema)
@blueprint.response(204)
@policy("signed_in")
def revoke(asked: dict[str, str], device_id: str) -> Response:
    denial = enrolment.revoke(visitor().person_id, device_id, asked["how"], visitor().id, g.now)
    return deny(denial) if denial else Response(status=204)
