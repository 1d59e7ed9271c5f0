"""The demo: a college with made-up people on this machine, and how to get in."""

import logging
import os
import secrets
import shutil
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from flask import Flask

from server import clock, create_app
from server.commands.jobs import do_jobs_in_here
from server.commands.opened import bar, opened
from server.commands.serving import PORT, answer_here, listen
from server.commands.working import nudging_in, tell_in_here
from server.config import Config, read_config
from server.house import House
from server.log import LOG
from server.papers.qr import draw
from server.services import demo as world
from server.services.demo import cast
from server.services.telling import notices
from server.store.host.keys import make_instance_files, read_key
from server.store.migrations import found

MARK = "this-is-a-demo"
HOST = "127.0.0.1"
THREADS = 8
PUSH_SECONDS = 20


@click.command()
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="where it is kept  [default: jiangji-demo in your data folder]")
@click.option("--fresh", is_flag=True, help="throw the old demo away and make a new one")
def demo(port: int, home: Path | None, fresh: bool) -> None:
    """Show Jiangji with made-up people: builds their world once, then serves it on this machine only."""
    began = time.perf_counter()
    home = (home or default_home()).absolute()
    with listen(HOST, port) as listening:
        clear(home, fresh)
        if not home.exists():
            build(home)
        config = config_of(home)
        with opened(config) as house:
            slips = world.issue_slips(house.hasher, house.clock(), secrets.SystemRandom())
            say_where(house, f"http://{HOST}:{port}", slips, time.perf_counter() - began)
        logging.getLogger("jiangji").setLevel(logging.WARNING)
        answer_here(lambda: working_app(config), listening, THREADS)


def working_app(config: Config) -> Flask:
    """A server that has its worker within itself."""
    bell = threading.Event()
    app = create_app(config, bell=bell.set)
    tell_in_here(app, clock, bell)
    do_jobs_in_here(app, clock)
    return with_pushes(app)


def with_pushes(app: Flask) -> Flask:
    """A demo is one process: what `jiangji worker` does for a server's phones is done beside its requests."""
    nudge_people = nudging_in(app, clock)

    def keep_nudging() -> None:
        while True:
            time.sleep(PUSH_SECONDS)
            try:
                nudge_people()
            except Exception as why:
                LOG.error("nudging_failed", exc_info=why)

    threading.Thread(target=keep_nudging, daemon=True).start()
    return app


def default_home() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "jiangji-demo"


def config_of(home: Path) -> Config:
    """Always the embedded database: a demo never touches what the environment names."""
    return read_config({"JIANGJI_HOME": str(home), "JIANGJI_SECOND_FACTOR": "offered"})


def clear(home: Path, fresh: bool) -> None:
    """Only a folder that a demo made is ever thrown away."""
    if not home.exists():
        return
    if not (home / MARK).is_file():
        raise click.ClickException(f"{home} is there already and was not made by a demo. Name another folder with --home.")
    if fresh:
        shutil.rmtree(home)


def build(home: Path) -> None:
    """Built beside and moved when it is whole, so that a demo is there or not there."""
    draft = home.with_name(f"{home.name}.being-made")
    shutil.rmtree(draft, ignore_errors=True)
    make_instance_files(draft)
    config = config_of(draft)
    found(config.database_url, read_key(config.server_key), secrets.token_hex(8), clock(), lambda step: None)
    with opened(config) as house, bar("Building a college with made-up people") as progress:
        tell = partial(notices.tell, house.key, house.chance)
        world.build_world(house.key, house.hasher, house.vault, house.clock(), secrets.SystemRandom(), progress, tell)
    (draft / MARK).write_text("Made by `jiangji demo`, which may throw this folder away.\n", "utf-8")
    draft.rename(home)


def say_where(house: House, address: str, slips: Sequence[world.Slip], seconds: float) -> None:
    click.echo(f"\n匠迹 Jiangji · everybody and everything here is made up · {cast.SAMPLE}")
    if "index.html" not in house.files:
        click.echo("The app for the phone is not built, so only /api answers. Run `bash .ci/install` first.")
    click.echo(f"\n  {address}\n\n{draw(address)}")
    click.echo(f"Log in with the password {cast.PASSWORD} as")
    shown = (
        ("apprentice 学生学徒", cast.CLASSES[0].apprentices[0]), ("apprentice 技培生", cast.CLASSES[2].apprentices[0]),
        ("mentor 企业导师", cast.MENTORS[0]), ("tutor 院校导师", cast.TUTORS[0]), ("trainer 基地教师", cast.TRAINERS[0]),
        ("kiosk 基地签到屏, on a tablet of its own", cast.KIOSK),
        ("coordinator 院校管理员, at /desk", cast.COORDINATOR), ("second coordinator 院校管理员, at /desk", cast.SECOND_COORDINATOR),
        ("enterprise 企业管理员, at /desk", cast.ADMINS[0]),
        ("authority 主管部门, reads at /desk", cast.AUTHORITY), ("base 基地管理员, at /desk", cast.BASE_ADMIN),
        ("system 系统管理员, at /desk", cast.SYSTEM_ADMIN),
    )  # fmt: skip
    for role, person in shown:
        click.echo(f"  {person.login:<14} {person.name}  {role}")
    if slips:
        click.echo("\nWho has never been in; each slip opens the door once, within 72 hours:")
    else:
        click.echo("\nBoth slips have been used; --fresh makes a new world with new ones.")
    for slip in slips:
        role = "apprentice 学生学徒" if slip.login == cast.FRESH_APPRENTICE.login else "mentor 企业导师"
        click.echo(f"  {slip.name}  {role}  {address}/activate#{slip.login}.{slip.code}")
    click.echo(f"\nReady after {seconds:.1f} s. Kept in {house.config.home}; Ctrl-C ends it, --fresh makes it anew.")
