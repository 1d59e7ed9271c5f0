"""The shapes several doors share. What a schema does not name cannot be sent."""

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

UUID = r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"
HASH = r"\A[A-Za-z0-9_-]{43}\Z"
MOST_LISTED = 200
MONTH = validate.Regexp(r"\A20[0-9]{2}-(0[1-9]|1[0-2])\Z")
DAY_WORD = validate.Regexp(r"\A20[0-9]{2}-[0-9]{2}-[0-9]{2}\Z")


def check_plain(text: str) -> None:
    """No control characters: they break lines in lists, and PostgreSQL takes no NUL."""
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        raise ValidationError("control characters")


def check_day(text: str) -> None:
    """A day the calendar has."""
    DAY_WORD(text)
    try:
        date.fromisoformat(text)
    except ValueError as why:
        raise ValidationError("no such day") from why


def plain(least: int, most: int, **more: Any) -> fields.String:
    return fields.String(validate=[validate.Length(least, most), check_plain], required=True, **more)


def uuid() -> fields.String:
    return fields.String(validate=validate.Regexp(UUID), required=True)


def password() -> fields.String:
    """Any characters, exactly as typed; how good it is, the service says."""
    return fields.String(validate=validate.Length(1, 1024), required=True)


def either_way(*names: str) -> list[str]:
    """What a list may be sorted by; "-" in front for the largest first."""
    return [sign + name for name in names for sign in ("", "-")]


class Nothing(Schema):
    """An empty object."""


class Page(Schema):
    """Where a list goes on, and how long a page is."""

    after = fields.String(load_default="", validate=[validate.Length(max=200), check_plain])
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_LISTED))


class Role(Schema):
    """A role at an organisation."""

    role = fields.String(required=True)
    org = fields.String(required=True)
    org_name = fields.String(required=True)


class Person(Schema):
    """The person behind a session."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    login = fields.String(required=True)
    roles = fields.List(fields.Nested(Role), required=True)


class SessionHead(Schema):
    """The session itself."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    asks = fields.String(required=True)


class Me(Schema):
    """What an app needs to know first."""

    person = fields.Nested(Person, required=True)
    session = fields.Nested(SessionHead, required=True)
    epoch = fields.String(required=True)
    now = fields.Integer(required=True)
    server_key = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


def paged(rows: list[dict[str, Any]], limit: int, key: str = "id") -> dict[str, Any]:
    """`rows` may hold one more than a page: then there is a next one, after the last row shown."""
    shown = rows[:limit]
    return {"items": shown, "next": shown[-1][key] if len(rows) > limit else None}
