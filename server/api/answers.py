"""How a door says no: the word, the status from the one table, the request's id. Whatever was not foreseen is a server_fault."""

import json

from flask import Flask, Response, g, request
from flask_smorest import Api, Blueprint
from marshmallow import ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, SecurityError

from server.errors import Denial, word_of_status
from server.log import LOG, note
from sync.op import DECODER

MOST_OF_HOST = 100


def deny(denial: Denial) -> Response:
    body = json.dumps({"word": denial.word, "request": g.get("request_id", "")})
    answer = Response(body, denial.status, mimetype="application/json")
    if denial.retry_after:
        answer.headers["Retry-After"] = str(denial.retry_after)
    return answer


def read_strictly(raw: bytes) -> object:
    """JSON without a key twice, fractions, NaN, lone surrogates or endless depth."""
    try:
        found = DECODER.decode(raw.decode("utf-8"))
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as why:
        raise BadRequest from why
    return found


class Parser(FlaskParser):
    """Unknown fields and anything that is not strict JSON are a bad request."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {"json": "raise", "query": "raise"}

    def load_json(self, req, schema):  # type: ignore[no-untyped-def]
        return read_strictly(req.get_data(cache=False))


class Doors(Blueprint):
    """A blueprint whose arguments are read by our parser."""

    ARGUMENTS_PARSER = Parser()


class Registry(Api):
    """Describes the doors for `jiangji openapi`, and answers for Flask's own refusals."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        if error.code is not None and error.code >= 500:
            return last_resort(error)
        if isinstance(error, SecurityError):
            note("host_refused", request=g.get("request_id", ""), host=request.headers.get("Host", "")[:MOST_OF_HOST], why="not in JIANGJI_HOSTS")
        answer = deny(Denial(word_of_status(error.code or 500)))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return answer


def last_resort(error: Exception) -> Response:
    LOG.error("server_fault", exc_info=error, extra={"fields": {"request": g.get("request_id", "")}})
    return deny(Denial("server_fault"))


def register_answers(app: Flask) -> Registry:
    app.config |= {"API_TITLE": "Jiangji", "API_VERSION": "1", "OPENAPI_VERSION": "3.1.0"}
    registry = Registry(app)
    app.register_error_handler(ValidationError, lambda error: deny(Denial("bad_request")))
    app.register_error_handler(Exception, last_resort)
    return registry
