"""Where work waits that nobody should have to wait for: SQLite beside the database, or a Redis. Messages are JSON, never pickle."""

import json
from pathlib import Path
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey
from huey.exceptions import ConfigurationError
from huey.registry import Message
from huey.serializer import Serializer

from server.config import ConfigError


class JsonSerializer(Serializer):
    """A message is the list of its fields; anything that JSON cannot say does not belong in a queue."""

    def _serialize(self, given: Any) -> bytes:
        if isinstance(given, Message):
            given = {"message": list(given)}
        return json.dumps(given, ensure_ascii=False).encode()

    def _deserialize(self, raw: bytes) -> Any:
        given = json.loads(raw)
        return Message(*given["message"]) if isinstance(given, dict) and "message" in given else given


def make_queue(url: str) -> Huey:
    """sqlite:///path or redis://host; a ConfigError says what is wrong with it."""
    scheme, _, path = url.partition("://")
    common = {"serializer": JsonSerializer(), "results": False, "utc": True}
    if scheme == "sqlite" and path.startswith("/"):
        Path(path[1:]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SqliteHuey("jiangji", filename=path[1:], fsync=True, **common)
    if scheme in ("redis", "rediss", "unix"):
        try:
            return RedisHuey("jiangji", url=url, **common)
        except ConfigurationError as why:
            raise ConfigError("JIANGJI_QUEUE names a Redis, but the Python package redis is not installed.") from why
    raise ConfigError("JIANGJI_QUEUE must begin with sqlite:/// or redis://.")
