"""Structured logs: JSON, UTC, a request id and a pseudonym. Never a name, a body, a query string or the text of an exception."""

import hashlib
import hmac
import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from time import perf_counter
from types import TracebackType
from typing import Any

from flask import Flask, g, request
from flask.wrappers import Response

LOG = logging.getLogger("jiangji")
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class JsonLines(logging.Formatter):
    """One record, one line: json escapes every CR and LF a client may have sent."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "at": at,
            "level": record.levelname,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line |= where_it_broke(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


def where_it_broke(exc_info: ExcInfo) -> dict[str, Any]:
    """The kind of an exception and its places. Its message may hold what a person wrote."""
    frames = traceback.extract_tb(exc_info[2])
    return {
        "exception": exc_info[0].__name__ if exc_info[0] else "",
        "places": [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
    }


def set_up_log() -> None:
    if not LOG.handlers:
        # our lines name no source line, thread or process, and to look for them costs more than to write the line
        logging._srcfile = None  # type: ignore[attr-defined]
        logging.logThreads = logging.logProcesses = logging.logMultiprocessing = logging.logAsyncioTasks = False
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        LOG.addHandler(handler)
        LOG.setLevel(logging.INFO)
        LOG.propagate = False


def note(event: str, **fields: Any) -> None:
    LOG.info(event, extra={"fields": fields})


def pseudonym(secret: bytes, person_id: str) -> str:
    return hmac.new(secret, f"log {person_id}".encode(), hashlib.sha256).hexdigest()[:12]


def register_log(app: Flask, secret: bytes) -> None:
    """A line per request. The rule is logged, not the path: paths hold ids."""

    def begin() -> None:
        g.began = perf_counter()

    def finish(response: Response) -> Response:
        visitor = g.get("visitor")
        LOG.info("request", extra={"fields": {
            "request": g.get("request_id", ""),
            "method": request.method if request.url_rule else "",
            "rule": request.url_rule.rule if request.url_rule else "",
            "status": response.status_code,
            "ms": round((perf_counter() - g.get("began", perf_counter())) * 1000, 1),
            "person": pseudonym(secret, visitor.person_id) if visitor else "",
        }})  # fmt: skip
        return response

    app.before_request(begin)
    app.after_request(finish)
