"""What an operator types and reads: every mistake of his is answered in a sentence, every command does what it says."""

from __future__ import annotations

import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import provide
from demoland import NOW, backup_of_world, built, moved_in
from provide import ROOT, find_free_port
from server import clock
from server.cli import main
from server.commands.demo import MARK
from server.commands.serving import listen
from server.commands.working import join_tasks
from server.services.people import enrolment
from server.store.host.keys import make_instance_files
from server.store.telling.queue import make_queue

Run = Callable[..., Result]
JIANGJI = [sys.executable, "-c", "from server.cli import main; main()"]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """The command with a home of its own; names in capitals are environment. What it makes of the umask ends with the test."""

    def run(*words: str, **env: str) -> Result:
        clean = dict.fromkeys(name for name in os.environ if name.startswith("JIANGJI_"))
        given = {"JIANGJI_HOME": str(tmp_path / "home"), "JIANGJI_HASH_MEMORY_KIB": "256", "HOME": str(tmp_path), **env}
        return CliRunner().invoke(main, words, env={**clean, "XDG_DATA_HOME": None, **given})

    before = os.umask(0o022)
    yield run
    os.umask(before)


@pytest.fixture
def busy_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield str(taken.getsockname()[1])


def moved(tmp_path: Path) -> Path:
    return Path(shutil.copytree(built(), tmp_path / "home"))


# --- sentences -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "env", "sentence"),
    [
        ("verify", {"JIANGJI_HOME": "/nonexistent"}, "The secret file /nonexistent/secret is missing. `jiangji migrate` makes one"),
        ("verify", {"JIANGJI_DATABASE": "mysql://x"}, "JIANGJI_DATABASE must begin with sqlite:/// or postgresql://."),
        ("migrate", {"JIANGJI_DATABASE": "postgresql://::::"}, "JIANGJI_DATABASE is not the address of a database."),
        ("migrate", {"JIANGJI_DATABASE": "sqlite:////nonexistent/x.db"}, "The database cannot be used: unable to open database file"),
        ("rebuild", {"JIANGJI_DATABASE": "postgresql://me:" + "geheim" + "@127.0.0.1:1/x"}, "The database cannot be used: connection"),
        ("migrate", {"JIANGJI_POOL": "many"}, "JIANGJI_POOL must be a whole number, not 'many'."),
        ("worker", {"JIANGJI_QUEUE": "amqp://x"}, "JIANGJI_QUEUE must begin with sqlite:/// or redis://."),
        ("worker", {"JIANGJI_QUEUE": "redis://me:" + "geheim" + "@127.0.0.1:1/0"}, "JIANGJI_QUEUE names a Redis that cannot be used"),
        ("backup /nonexistent/copy.zip", {}, "The folder /nonexistent is not there."),
        ("backup /etc/hostname", {}, "/etc/hostname is there already."),
        ("restore /nonexistent.zip", {}, "There is no file /nonexistent.zip."),
        ("restore /etc/hostname", {}, "/etc/hostname is not a backup of Jiangji"),
        ("serve --workers 0", {}, "Invalid value for '--workers'"),
        ("serve --host 203.0.113.7", {}, "Nobody can listen on 203.0.113.7 port 8000"),
        ("serve --port 70000", {}, "Invalid value for '--port'"),
        ("frobnicate", {}, "No such command 'frobnicate'"),
    ],
)
def test_a_mistake_is_answered_in_a_sentence(run, tmp_path, words, env, sentence):
    assert run("migrate").exit_code == 0
    done = run(*words.split(), **env)
    assert done.exit_code != 0 and isinstance(done.exception, SystemExit)
    assert sentence in done.stderr and "Traceback" not in done.output and "geheim" not in done.output


def test_a_database_without_tables_is_told_what_to_do(run, tmp_path, database_url):
    assert run("migrate").exit_code == 0
    done = run("verify", JIANGJI_DATABASE=database_url)
    assert done.exit_code == 1 and "has no tables yet. Run `jiangji migrate`." in done.stderr


def test_a_database_of_another_release_is_told_what_to_do(run, tmp_path):
    assert run("migrate").exit_code == 0
    with sqlite3.connect(tmp_path / "home" / "jiangji.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000_older'")
    database.close()
    assert "is at 0000_older, this release needs" in run("serve").stderr


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_said_before_anything_is_made(run, tmp_path, busy_port, command):
    assert run("migrate").exit_code == 0
    done = run(command, "--port", busy_port)
    assert done.exit_code == 1
    assert done.stderr == f"Error: Nobody can listen on 127.0.0.1 port {busy_port}: Address already in use. Choose another with --port.\n"
    assert not (tmp_path / ".local" / "share" / "jiangji-demo").exists()


def test_a_demo_throws_nothing_away_that_it_did_not_make(run, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("x")
    done = run("demo", "--port", str(find_free_port()), "--home", str(mine), "--fresh")
    assert done.exit_code == 1 and "was not made by a demo" in done.stderr
    assert (mine / "thesis.txt").read_text() == "x"


def test_a_demo_of_another_release_says_how_to_make_it_anew_and_is_left_alone(run, tmp_path):
    old = tmp_path / "old"
    make_instance_files(old)
    (old / MARK).write_text("x")
    before = sorted(old.iterdir())
    done = run("demo", "--port", str(find_free_port()), "--home", str(old))
    assert done.exit_code == 1 and "--fresh makes it anew" in done.stderr and str(old) in done.stderr
    assert set(before) <= set(old.iterdir())


# --- commands ------------------------------------------------------------------------------------------------------


def test_what_is_made_in_an_open_folder_is_for_the_owner_only(run, tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    assert run("migrate").exit_code == 0 and run("verify").exit_code == 0
    made = {path.name: path.stat().st_mode & 0o077 for path in home.iterdir()}
    assert made == dict.fromkeys(made, 0) and "jiangji.db" in made


def test_migrate_can_be_said_twice(run, database_url):
    first, second = (run("migrate", JIANGJI_DATABASE=database_url) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "0001_first" in first.stdout and "0001_first" not in second.stdout
    assert "Nothing differs." in run("verify", JIANGJI_DATABASE=database_url).stdout


def test_the_first_coordinator_gets_a_code_that_opens_the_door_once(run, tmp_path):
    with moved_in(tmp_path) as land:
        words = ("admin", "create", "--name", "李老师", "--login", "lilaoshi", "--org", "海滨技师学院（示例）")
        codes = [re.search(r"#lilaoshi\.([0-9A-Z]{10})\n", run(*words).stdout)[1] for _ in range(2)]
        house = land.house
        again = enrolment.check_code(house.hasher, house.limits, "lilaoshi", codes[1], clock())
        assert again == {"name": "李老师", "roles": ["coordinator"]}
        assert enrolment.check_code(house.hasher, house.limits, "lilaoshi", codes[0], clock()).word == "code_wrong"
        assert land.rows("SELECT count(*) FROM orgs WHERE kind = 'college'") == [(1,)]


def test_a_login_of_somebody_else_is_not_given_away(run, tmp_path):
    moved(tmp_path)
    for name, login in (("李老师", "chenjiahao"), ("李老师", "laiziqing")):
        done = run("admin", "create", "--name", name, "--login", login, "--org", "x")
        assert done.exit_code == 1 and f"The log-in {login} is somebody's already." in done.stderr


def test_openapi_is_printed_without_any_configuration(run):
    described = json.loads(run("openapi", JIANGJI_HOME="/nonexistent").stdout)
    assert described["openapi"].startswith("3.") and "/api/sync" in described["paths"]


def test_verify_says_what_differs_and_rebuild_mends_it(run, tmp_path):
    with moved_in(tmp_path) as land:
        [(entry,)] = land.rows("SELECT id FROM entries ORDER BY id LIMIT 1")
        land.harm(f"UPDATE documents SET body = '{{}}' WHERE id = '{entry}'")
    done = run("verify")
    assert done.exit_code == 1 and "Error: 1 differences." in done.stderr
    assert f"Document {entry} of book" in done.stdout and "is not what its operations say." in done.stdout
    assert "1 books had something to mend." in run("rebuild").stdout
    assert "There was nothing to mend." in run("rebuild").stdout
    done = run("verify")
    assert done.exit_code == 0 and "Nothing differs." in done.stdout and "Checked 19 books" in done.stdout


def test_a_copy_goes_out_and_comes_back_by_command(run, tmp_path, database_url):
    moved(tmp_path)
    done = run("backup", str(tmp_path / "copy.zip"))
    assert done.exit_code == 0 and "rows and 0 files" in done.stdout and "Not in it:" in done.stdout
    there = {"JIANGJI_HOME": str(tmp_path / "new"), "JIANGJI_DATABASE": database_url}
    done = run("restore", str(tmp_path / "copy.zip"), **there)
    assert done.exit_code == 0 and "phones hand in again" in done.stdout
    assert "Nothing differs." in run("verify", **there).stdout
    assert "say --replace" in run("restore", str(backup_of_world()), **there).stderr
    assert run("restore", str(backup_of_world()), "--replace", **there).exit_code == 0


# --- the worker ----------------------------------------------------------------------------------------------------


def test_the_worker_keeps_house_by_a_message_that_is_json(tmp_path):
    with moved_in(tmp_path) as land:
        queue = make_queue(land.config.queue_url)
        begin = join_tasks(queue, land.app, lambda: NOW + 30 * 86_400_000, None)
        begin()
        with sqlite3.connect(land.home / "queue.db") as database:
            raws = database.execute("SELECT data FROM task ORDER BY id").fetchall()
        database.close()
        assert [json.loads(raw)["message"][1].rpartition(".")[2] for (raw,) in raws] == ["keep_house", "nudge", "beat"]
        assert land.rows("SELECT count(*) FROM ops WHERE verdict = 'held'") == [(1,)]
        queue.execute(queue.dequeue())
        assert land.rows("SELECT count(*) FROM ops WHERE verdict = 'held'") == [(0,)]
        queue.execute(queue.dequeue())
        assert land.rows("SELECT worker_at FROM instance") == [(0,)]
        queue.execute(queue.dequeue())
        assert land.rows("SELECT worker_at FROM instance") == [(NOW + 30 * 86_400_000,)]
        assert len(queue) == 0
        queue.storage.close()


# --- processes -----------------------------------------------------------------------------------------------------


class Process:
    """A command that runs until it is told to stop."""

    def __init__(self, home: Path, *words: str) -> None:
        self.port = find_free_port()
        env = {"PATH": os.environ["PATH"], "HOME": str(home.parent), "JIANGJI_HOME": str(home), "PYTHONPATH": str(ROOT)}
        self.out = (home.parent / f"out-{self.port}").open("w+")
        self.began = time.monotonic()
        self.popen = subprocess.Popen(
            [*JIANGJI, *words, "--port", str(self.port)], env=env, stdout=self.out, stderr=self.out, start_new_session=True
        )

    def wait_until_it_answers(self) -> None:
        while True:
            try:
                assert self.ask("/api/health")[0] == 200
                return
            except OSError:
                assert self.popen.poll() is None and time.monotonic() < self.began + 60, self.said()
                time.sleep(0.05)

    def ask(self, path: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def children(self) -> list[str]:
        return Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children").read_text().split()

    def end(self, how: signal.Signals) -> int:
        self.popen.send_signal(how)
        return self.popen.wait(20)

    def said(self) -> str:
        self.out.seek(0)
        return self.out.read()


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def start(home: Path, *words: str) -> Process:
        started.append(Process(home, *words))
        started[-1].wait_until_it_answers()
        return started[-1]

    yield start
    for process in started:
        if process.popen.poll() is None:
            process.popen.kill()
            process.popen.wait()
        process.out.close()


def test_serve_answers_with_several_processes_and_stops_when_asked(start, tmp_path):
    server = start(moved(tmp_path), "serve", "--workers", "2")
    assert len(server.children()) == 2
    line = http.client.HTTPConnection("127.0.0.1", server.port)
    for _ in range(2):
        line.request("GET", "/api/health")
        answer = line.getresponse()
        assert json.loads(answer.read()) == {"ok": True}
        assert not answer.will_close
    line.close()
    assert server.ask("/api/health?" + "x" * 5000)[0] == 413
    assert server.end(signal.SIGTERM) == 0
    assert "xxxx" not in server.said() and "Traceback" not in server.said()


def test_ten_bodies_that_trickle_stop_nobody(start, tmp_path):
    """One process, two places; also a body of somebody else's is read and judged meanwhile."""
    server = start(moved(tmp_path), "serve", "--workers", "1", "--threads", "2")
    head = b"POST /api/login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"
    lines = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(10)]
    for line in lines:
        line.sendall(head)
    time.sleep(0.5)
    for line in lines:
        line.sendall(b" ")
    asked = time.monotonic()
    for _ in range(5):
        assert server.ask("/api/health")[0] == 200
    door = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {"Content-Type": "application/json", "X-App": "1", "Origin": f"http://127.0.0.1:{server.port}"}
    door.request("POST", "/api/activation/check", json.dumps({"login": "nobody", "code": "x" * 10}), headers)
    assert json.loads(door.getresponse().read())["word"] == "code_wrong"
    door.close()
    assert time.monotonic() - asked < 5
    for line in lines:
        line.close()


def test_the_demo_is_one_process_that_is_built_once(start, tmp_path):
    home = tmp_path / "demo"
    first = start(tmp_path / "unused", "demo", "--home", str(home))
    assert first.children() == []
    said = first.said()
    assert "jiangji-demo" in said and f"http://127.0.0.1:{first.port}" in said and "示例参数，非广东省规定" in said
    slips = re.findall(r"/activate#(\w+)\.([0-9A-Z]{10})", said)
    assert [login for login, _ in slips] == ["laiziqing", "cuiwenbin"]
    assert "只在这台电脑上打得开" in said and "演示不要求两步登录；正式部署默认要求" in said and "█" not in said
    made = (home / "server-key.pem").stat().st_mtime_ns
    assert first.end(signal.SIGINT) == 0
    second = start(tmp_path / "unused", "demo", "--home", str(home))
    assert (home / "server-key.pem").stat().st_mtime_ns == made
    assert re.findall(r"/activate#(\w+)\.([0-9A-Z]{10})", second.said()) not in ([], slips)
    assert second.end(signal.SIGTERM) == 0
    assert "Traceback" not in first.said() + second.said()


def test_a_login_that_would_break_its_link_is_refused(run, tmp_path):
    moved(tmp_path)
    done = run("admin", "create", "--name", "李老师", "--login", "李 老师", "--org", "学院")
    assert done.exit_code != 0 and "letters, digits" in done.output


def ask_lone(port: int, seconds: int) -> int:
    """As soon as it answers; the machine may be busy while it starts."""
    give_up = time.monotonic() + seconds
    while True:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/")
            return line.getresponse().status
        except ConnectionError:
            assert time.monotonic() < give_up
            time.sleep(0.1)
        finally:
            line.close()


def test_the_one_process_outlives_whoever_started_it():
    port = provide.find_free_port()
    lone = (
        "from flask import Flask; from server.commands.serving import answer_here, listen;"
        f"answer_here(lambda: Flask('lone'), listen('127.0.0.1', {port}), 2)"
    )
    starter = f"{shlex.quote(sys.executable)} -c {shlex.quote(lone)} >/dev/null 2>&1 & echo $!"
    pid = int(subprocess.run(["bash", "-c", starter], cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    try:
        assert ask_lone(port, 60) == 404
        # it looks for its parent every second
        time.sleep(3)
        assert ask_lone(port, 5) == 404
    finally:
        os.kill(pid, signal.SIGTERM)


def test_an_answer_of_the_demo_does_not_wait_for_the_acknowledgement_of_its_head():
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        answering, _ = listening.accept()
        with answering:
            assert answering.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
