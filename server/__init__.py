"""create_app: the only place where rooms are joined."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from server.api import accounts, codes, devices, pages, people, photos, push, resets, sync
from server.api.answers import deny, last_resort, register_answers
from server.api.desk import (
    acts,
    factors,
    facts,
    flags,
    imports,
    jobs,
    progress,
    proofs,
    queue,
    registers,
    staff,
    story,
    system,
)
from server.api.guard import register_guard
from server.api.headers import register_headers
from server.api.ledgers import claims, exports, months, reversals, samplings
from server.api.setup import agreements, base, chains, changelog, mentors, occupations, orgs, pairings, plans, rules
from server.config import Config, ConfigError
from server.errors import Denial
from server.house import House
from server.log import register_log, set_up_log
from server.nudge.inbox import SETTLE
from server.store import tables as tables  # read once, so that `db` knows them
from server.store.db import db, engine_options, prepare
from server.store.desk.jobs import TooMany
from server.store.host.keys import read_key
from server.store.host.limits import Limits
from server.store.host.slots import Slots
from server.store.people.passwords import Busy, Hasher
from server.store.people.vault import read_vault
from server.store.telling.queue import Bell

PAGES = Path(__file__).with_name("app")
BLUEPRINTS = (
    accounts, devices, people, photos, sync, codes, push, resets,
    acts, jobs, proofs, factors, queue, progress, story, flags, facts, imports, exports, months, claims, registers,
    agreements, reversals, staff, base, mentors, pairings, samplings, plans, rules, orgs,
    changelog, system, chains, occupations,
)  # fmt: skip
PICTURES_AT_ONCE = 2


def clock() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def create_app(
    config: Config, clock: Callable[[], int] = clock, chance: Callable[[int], bytes] = secrets.token_bytes,
    page_folder: Path = PAGES, bell: Callable[[], None] | None = None,
) -> Flask:  # fmt: skip
    """The whole server. Its database must have been migrated, its files made. The `bell` says to whoever writes notices that there
    may be news; without one it is the queue's."""
    hosts = [host for host in config.hosts if host]
    if not hosts:
        raise ConfigError("JIANGJI_HOSTS is empty: name the hosts this server answers for.")
    app = Flask("server", static_folder=None, template_folder=None)
    app.config |= {
        "SECRET_KEY": config.secret,
        "SECRET_KEY_FALLBACKS": list(config.fallback_secrets),
        "TRUSTED_HOSTS": hosts,
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
        "MAX_FORM_PARTS": 20,
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "PROPAGATE_EXCEPTIONS": False,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(config.database_url, config.pool_size) | {"hide_parameters": True},
    }
    if config.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxy_hops, x_proto=config.proxy_hops)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    app.extensions["jiangji"] = furnish(config, clock, chance, page_folder, bell or Bell(config.queue_url, clock, SETTLE // 1000 + 1))
    join_doors(app, config)
    return app


def furnish(
    config: Config, clock: Callable[[], int], chance: Callable[[int], bytes], page_folder: Path, bell: Callable[[], None]
) -> House:
    hashing = Slots(config.home, "hashing", config.hash_at_once)
    return House(
        config, clock, chance,
        key=read_key(config.server_key),
        push_key=read_key(config.push_key),
        vault=read_vault(config.vault_key, chance),
        hasher=Hasher(config.hash_memory_kib, hashing),
        limits=Limits(config.counters, config.secret),
        pictures=Slots(config.home, "pictures", PICTURES_AT_ONCE),
        sheets=Slots(config.home, "sheets", 1),
        pages=page_folder,
        files=frozenset(
            path.relative_to(page_folder).as_posix() for path in page_folder.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        ),
        bell=bell,
    )  # fmt: skip


def join_doors(app: Flask, config: Config) -> None:
    set_up_log()
    register_log(app, config.secret)
    register_headers(app)
    register_guard(app)
    registry = register_answers(app)
    app.register_error_handler(Busy, say_busy)
    app.register_error_handler(TooMany, lambda error: deny(Denial("too_many_jobs", 60)))
    app.register_error_handler(sa.exc.OperationalError, say_database_is_away)
    app.register_error_handler(sa.exc.TimeoutError, say_database_is_away)
    app.url_map.converters |= {"digest": photos.DigestConverter, "page_path": pages.PagePathConverter}
    registry.register_converter(
        photos.DigestConverter, lambda converter: {"type": "string", "pattern": converter.regex}
    )
    for room in BLUEPRINTS:
        registry.register_blueprint(room.blueprint)
    app.register_blueprint(pages.blueprint)


def say_busy(error: Exception) -> Response:
    return deny(Denial("busy", 1))


def say_database_is_away(error: Exception) -> Response:
    """Nothing was kept; the phone comes again."""
    last_resort(error)
    return deny(Denial("busy", 5))


def openapi(app: Flask) -> dict[str, object]:
    """The description of the doors; no running server hands it out."""
    described: dict[str, object] = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return described
