"""What commands have in common: a server opened without doors, a bar that moves, and sentences instead of traces."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import sqlalchemy as sa

from server import create_app
from server.config import Config, ConfigError, database_url_of, home_of, read_config, secret_file_of
from server.house import House
from server.papers.archive import NotAnArchive
from server.services.keeping.copies import Home, InTheWay
from server.store import wall
from server.store.db import db, reading
from server.store.migrations import newest_revision, revision_of

USABLE = ("sqlite:///", "postgresql+psycopg://")


class Sentences(click.Group):
    """What a user can cause is told in a sentence; only a fault of ours shows where it broke."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ConfigError, NotAnArchive, InTheWay) as why:
            raise click.ClickException(str(why)) from why
        except sa.exc.DatabaseError as why:
            if type(why) not in (sa.exc.OperationalError, sa.exc.DatabaseError):
                raise
            raise click.ClickException(f"The database cannot be used: {first_line(why.orig)}") from why
        except OSError as why:
            raise click.ClickException(f"{why.strerror or why}: {why.filename or 'while working'}") from why


def first_line(given: object) -> str:
    return str(given).strip().partition("\n")[0]


def usable(url: str) -> str:
    if not url.startswith(USABLE):
        raise ConfigError("JIANGJI_DATABASE must begin with sqlite:/// or postgresql://.")
    try:
        sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as why:
        raise ConfigError("JIANGJI_DATABASE is not the address of a database.") from why
    return url


def configured() -> Config:
    config = read_config()
    usable(config.database_url)
    return config


def where_it_lives() -> tuple[str, Home]:
    """The database and the files beside it, before there is a secret to read."""
    home = home_of(os.environ)
    place = Home(home, home / "blobs", secret_file_of(os.environ, home), home / "server-key.pem")
    return usable(database_url_of(os.environ, home)), place


@contextmanager
def opened(config: Config) -> Iterator[House]:
    """The rooms behind the doors, on a database that is of this release."""
    app = create_app(config)
    with app.app_context():
        try:
            need_migrated()
            yield app.extensions["jiangji"]
        finally:
            db.engine.dispose()


def need_migrated() -> None:
    with reading() as conn:
        there = revision_of(conn)
        walled = there != newest_revision() or conn.dialect.name != "postgresql" or wall.stands(conn)
    if there is None:
        raise ConfigError("The database has no tables yet. Run `jiangji migrate`.")
    if there != newest_revision():
        raise ConfigError(f"The database is at {there}, this release needs {newest_revision()}. Run `jiangji migrate`.")
    if not walled:
        click.echo(f"No second wall: the database user may not make the role {wall.ROLE}. Let an administrator run"
                   f" `{wall.MAKE_IT}`, then run `jiangji migrate`. Desks are kept apart by every statement's own condition.", err=True)


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that hears (done, of how many)."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as shown:

        def move(done: int, total: int) -> None:
            shown.length = max(total, 1)
            shown.update(done - shown.pos)

        yield move
