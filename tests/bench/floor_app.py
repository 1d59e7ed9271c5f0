"""The signed floor: the least a WSGI server can do to check a signature on every record, store it durably and hand it out again.

It is the bench's own PostgreSQL floor plus one ES256 verification a record: no accounts, rules, reduction, verdicts or conflicts."""

import json
import os
import sys
from urllib.parse import parse_qsl

sys.path.insert(0, os.environ["FLOOR_SERVERS"])
sys.path.insert(0, os.environ["JIANGJI_REPOSITORY"])

import floor_app as floor  # noqa: E402

from sync import signing  # noqa: E402
from sync.op import take_apart  # noqa: E402

KEY = signing.public_key(*os.environ["FLOOR_KEY"].split(":"))


def application(environ, start_response):
    if environ["PATH_INFO"] != "/push":
        return floor.application(environ, start_response)
    scope = dict(parse_qsl(environ["QUERY_STRING"]))["scope"]
    rows = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    if not all(signing.holds(KEY, take_apart(row["jws"])) for row in rows):
        start_response("400 Bad Request", [("Content-Length", "0")])
        return [b""]
    floor.store().push(scope, rows)
    body = b'{"accepted":%d}' % len(rows)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
