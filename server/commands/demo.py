"""The demo: a college with made-up people on this machine, and how to get in."""

import logging
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from flask import Flask

from server import clock, create_app
from server.commands.jobs import do_jobs_in_here
from server.commands.opened import bar, opened
from server.commands.serving import PORT, answer_here, listen
from server.commands.working import nudging_in, tell_in_here
from server.config import Config, ConfigError, read_config
from server.house import House
from server.log import LOG
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
        with of_this_release(config) as house:
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


@contextmanager
def of_this_release(config: Config) -> Iterator[House]:
    """A demo is not migrated: it is made anew."""
    try:
        with opened(config) as house:
            yield house
    except ConfigError as why:
        raise click.ClickException(
            f"这份演示数据不是这个版本建的，请加 --fresh 重建。 This demo was made by another release; --fresh makes it anew. {config.home}"
        ) from why


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
    with opened(config) as house, bar("正在建一所编出来的学院 Building a college with made-up people") as progress:
        tell = partial(notices.tell, house.key, house.chance)
        world.build_world(house.key, house.hasher, house.vault, house.clock(), secrets.SystemRandom(), progress, tell)
    (draft / MARK).write_text("Made by `jiangji demo`, which may throw this folder away.\n", "utf-8")
    draft.rename(home)


def say_where(house: House, address: str, slips: Sequence[world.Slip], seconds: float) -> None:
    """No picture of the address: it is this computer's own, and no phone comes to it."""
    click.echo(f"\n匠迹 Jiangji · 这里的人和事都是编的 · everybody and everything here is made up · {cast.SAMPLE}")
    if "index.html" not in house.files:
        click.echo("手机应用还没有生成，现在只有 /api 能用，请先运行 `bash .ci/install`。")
        click.echo("The app for the phone is not built, so only /api answers. Run `bash .ci/install` first.")
    click.echo(f"\n  手机版 phone    {address}\n  管理台 desk     {address}/desk\n")
    click.echo("只在这台电脑上打得开。 Opens on this computer only.")
    click.echo("演示不要求两步登录；正式部署默认要求。 No two-step log-in here; a real server asks for it unless told otherwise.")
    click.echo(f"\n用密码 {cast.PASSWORD} 登录，账号 / log in with this password as")
    shown = (
        ("学生学徒 apprentice", cast.CLASSES[0].apprentices[0]), ("技培生 apprentice", cast.CLASSES[2].apprentices[0]),
        ("企业导师 mentor", cast.MENTORS[0]), ("院校导师 tutor", cast.TUTORS[0]), ("基地教师 trainer", cast.TRAINERS[0]),
        ("基地签到屏，用一台单独的平板 kiosk, on a tablet of its own", cast.KIOSK),
        ("院校管理员，/desk coordinator", cast.COORDINATOR), ("另一位院校管理员，/desk second coordinator", cast.SECOND_COORDINATOR),
        ("企业管理员，/desk enterprise", cast.ADMINS[0]),
        ("主管部门，/desk 查阅 authority, reads", cast.AUTHORITY), ("基地管理员，/desk base", cast.BASE_ADMIN),
        ("系统管理员，/desk system", cast.SYSTEM_ADMIN),
    )  # fmt: skip
    for role, person in shown:
        click.echo(f"  {person.login:<14} {person.name}  {role}")
    if slips:
        click.echo("\n还没登录过的人，每个链接 72 小时内有效、只能用一次 / never been in; each slip opens once, within 72 hours:")
    else:
        click.echo("\n两张激活单都用过了，--fresh 会重建一个带新激活单的演示。 Both slips have been used; --fresh makes new ones.")
    for slip in slips:
        role = "学生学徒 apprentice" if slip.login == cast.FRESH_APPRENTICE.login else "企业导师 mentor"
        click.echo(f"  {slip.name}  {role}  {address}/activate#{slip.login}.{slip.code}")
    click.echo(f"\n{seconds:.1f} 秒准备好。 Ready after {seconds:.1f} s.")
    click.echo(f"数据在 {house.config.home}；Ctrl-C 结束，--fresh 重建。 Kept there; Ctrl-C ends it, --fresh makes it anew.")
