"""What doors that change a register bring along: who sits where, when, and where fresh ids come from."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from server.api.answers import deny
from server.api.guard import seat
from server.api.schemas import check_day, check_plain
from server.errors import Denial
from server.house import house
from server.services.setup.agreements import Hand


def hand() -> Hand:
    return Hand(seat(), house().chance, g.now)


def kept(done: Denial | str) -> Any:
    return deny(done) if isinstance(done, Denial) else {"id": done}


def day(**more: Any) -> fields.String:
    return fields.String(validate=check_day, **more)


def words(most: int, **more: Any) -> fields.String:
    """A line that may be missing."""
    return fields.String(validate=[validate.Length(max=most), check_plain], **more)


class KeptRow(Schema):
    id = fields.String(required=True)
