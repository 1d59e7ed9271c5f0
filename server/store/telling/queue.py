"""Where work waits that nobody should have to wait for: SQLite beside the database, or a Redis. Messages are JSON, never pickle."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from server.config import ConfigError

log = logging.getLogger("jiangji.queue")

# so many that nobody has come for: there is no worker, and one more would tell nobody anything
MOST_WAITING = 50
# a Redis that does not answer must not hold the request that rings; what the address itself says about it goes first
IN_TIME = {"socket_connect_timeout": 1, "socket_timeout": 2, "retry": Retry(NoBackoff(), 0)}
# the worker looks by itself every minute: a queue that is away need not be asked more often
REST_MS = 60_000


class JsonSerializer(Serializer):
    """A message is the list of its fields, its hour as text; anything else that JSON cannot say does not belong in a queue."""

    def _serialize(self, given: Any) -> bytes:
        if isinstance(given, Message):
            given = {"message": list(given._replace(eta=given.eta and given.eta.isoformat()))}
        return json.dumps(given, ensure_ascii=False).encode()

    def _deserialize(self, raw: bytes) -> Any:
        given = json.loads(raw)
        if not isinstance(given, dict) or "message" not in given:
            return given
        message = Message(*given["message"])
        return message._replace(eta=message.eta and datetime.fromisoformat(message.eta))


def make_queue(url: str) -> Huey:
    """sqlite:///path or redis://host; a ConfigError says what is wrong with it."""
    scheme, _, path = url.partition("://")
    common = {"serializer": JsonSerializer(), "results": False, "utc": True}
    if scheme == "sqlite" and path.startswith("/"):
        Path(path[1:]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SqliteHuey("jiangji", filename=path[1:], fsync=True, **common)
    if scheme in ("redis", "rediss", "unix"):
        try:
            pool = ConnectionPool.from_url(url, **IN_TIME)
        except ValueError as why:
            raise ConfigError("JIANGJI_QUEUE is not the address of a Redis, like redis://127.0.0.1:6379/0.") from why
        return RedisHuey("jiangji", connection_pool=pool, **common)
    raise ConfigError("JIANGJI_QUEUE must begin with sqlite:/// or redis://.")


def reach(queue: Huey) -> None:
    """A ConfigError unless the queue answers, within seconds."""
    try:
        len(queue)
    except (RedisError, TypeError) as why:
        raise ConfigError(f"JIANGJI_QUEUE names a Redis that cannot be used: {why}") from why


def join_telling(queue: Huey, work: Callable[[], object]) -> Callable[[int], None]:
    """The task that tells people what is new, under the one name by which server and worker know it. Returns how to ask for it,
    in so many seconds; what the worker finds then is in the database, so that a lost message is only a late one."""

    @queue.task(name="tell")
    def tell() -> None:
        work()

    return lambda seconds: tell.schedule(delay=seconds)


class Bell:
    """Says to the worker that there may be news: at once, and then at most every few seconds, because it looks at all there is."""

    def __init__(self, url: str, clock: Callable[[], int], seconds: int) -> None:
        self.url, self.clock, self.seconds = url, clock, seconds
        self.rung, self.rest, self.lock = 0, 0, threading.Lock()
        self.queue: Huey | None = None

    def __call__(self) -> None:
        """Whoever finds somebody ringing goes on: one ring is enough."""
        if not self.lock.acquire(blocking=False):
            return
        try:
            now = self.clock()
            if 0 <= now - self.rung < self.rest:
                return
            self.rung, self.rest = now, self.seconds * 1000
            try:
                self._ring()
            except Exception:
                self.rest = REST_MS
                log.exception("the queue could not be reached")
        finally:
            self.lock.release()

    def _ring(self) -> None:
        if self.queue is None:
            self.queue = make_queue(self.url)
            self.ask = join_telling(self.queue, lambda: None)
        if len(self.queue) < MOST_WAITING:
            self.ask(self.seconds)
