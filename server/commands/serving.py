"""Answering requests: granian with a process for each core in production, gunicorn's worker inside this process for the demo.

Measured with one small POST on two cores: granian 80 µs of CPU a request, gunicorn's threads 350 µs. But granian answers only
from processes of its own, and the demo is to be one process."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from server import create_app
from server.commands.bodies import WAITING_ROOM, WholeBodies
from server.commands.opened import configured, opened

PORT = click.IntRange(1, 65535)
SETTINGS: dict[str, Any] = {
    "worker_class": "gthread",
    "keepalive": 75,
    "timeout": 60,
    "graceful_timeout": 20,
    "limit_request_line": 2048,
    "limit_request_fields": 40,
    "limit_request_field_size": 4096,
    "preload_app": False,
    "accesslog": None,
    "loglevel": "warning",
    "control_socket_disable": True,
}


class Gunicorn(BaseApplication):
    """gunicorn without its command line and its configuration files. `make` is called in each worker, after the fork."""

    def __init__(self, make: Callable[[], Flask], settings: dict[str, Any]) -> None:
        self.make, self.settings = make, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in (SETTINGS | self.settings).items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.make()


def listen(host: str, port: int) -> socket.socket:
    """Taken before anything else is done, so that a port in use is said in a sentence. An answer leaves at once: its head and its
    body are two packets, and without this the second would wait 40 ms for a word that the first has arrived."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as why:
        reason = os.strerror(why.errno) if why.errno and why.errno > 0 else str(why)
        raise click.ClickException(f"Nobody can listen on {host} port {port}: {reason}. Choose another with --port.") from why


class LoneWorker(ThreadWorker):
    """gunicorn's worker without a supervisor: it does not end when whoever started it ends."""

    def is_parent_alive(self) -> bool:
        return True


def answer_here(make: Callable[[], Flask], listening: socket.socket, threads: int) -> None:
    """gunicorn's worker in this process, without a supervisor above it: one process, ended by Ctrl-C."""
    application = Gunicorn(make, {"threads": threads, "workers": 1, "graceful_timeout": 3, "post_worker_init": end_on_interrupt})
    worker = LoneWorker(1, os.getppid(), [listening], application, 60, application.cfg, Logger(application.cfg))
    worker.init_process()


def end_on_interrupt(worker: ThreadWorker) -> None:
    """Ctrl-C ends as calmly as a supervisor would: requests under way are answered."""
    signal.signal(signal.SIGINT, worker.handle_exit)


def work_for_supervisor() -> WholeBodies:
    """The application of one of granian's workers, which ends with its supervisor: an orphan would keep the port and serve on."""
    supervisor = os.getppid()

    def end_with_supervisor() -> None:
        while os.getppid() == supervisor:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=end_with_supervisor, daemon=True).start()
    config = configured()
    return WholeBodies(create_app(config), config.threads)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="processes  [default: one for each core]")
@click.option("--threads", type=click.IntRange(1, 256), default=4, show_default=True, envvar="JIANGJI_THREADS",
              help="requests at one time in each process")  # fmt: skip
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Answer requests. In front belongs a proxy that speaks TLS."""
    os.environ["JIANGJI_THREADS"] = str(threads)  # the workers are processes of their own and read their configuration anew
    config = configured()
    with listen(host, port):
        """Only to hear now whether the port is free; the workers listen themselves."""
    with opened(config):
        click.echo(f"Answering on http://{host}:{port} with {workers} processes of {threads} threads.", err=True)
    Granian(
        f"{__name__}:{work_for_supervisor.__name__}", host, port, factory=True, interface=Interfaces.WSGI,
        http=HTTPModes.http1, websockets=False, workers=workers, blocking_threads=threads + WAITING_ROOM, backpressure=256,
        http1_settings=HTTP1Settings(header_read_timeout=20_000, max_buffer_size=64 * 1024),
        respawn_failed_workers=True, workers_kill_timeout=10, log_level=LogLevels.warning,
    ).serve()  # fmt: skip
