"""Answering requests with gunicorn: a supervisor with workers for production, the same worker in this process for the demo."""

import os
import signal
import socket
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from server import create_app
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
    """Taken before anything else is done, so that a port in use is said in a sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as why:
        reason = os.strerror(why.errno) if why.errno and why.errno > 0 else str(why)
        raise click.ClickException(f"Nobody can listen on {host} port {port}: {reason}. Choose another with --port.") from why


def answer_here(make: Callable[[], Flask], listening: socket.socket, threads: int) -> None:
    """gunicorn's worker in this process, without a supervisor above it: one process, ended by Ctrl-C."""
    application = Gunicorn(make, {"threads": threads, "workers": 1, "graceful_timeout": 3, "post_worker_init": end_on_interrupt})
    worker = ThreadWorker(1, os.getppid(), [listening], application, 60, application.cfg, Logger(application.cfg))
    worker.init_process()


def end_on_interrupt(worker: ThreadWorker) -> None:
    """Ctrl-C ends as calmly as a supervisor would: requests under way are answered."""
    signal.signal(signal.SIGINT, worker.handle_exit)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="processes  [default: one for each core]")
@click.option("--threads", type=click.IntRange(1, 256), default=4, show_default=True, help="requests at one time in each process")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Answer requests. In front belongs a proxy that speaks TLS."""
    config = configured()
    with listen(host, port) as listening:
        with opened(config):
            click.echo(f"Answering on http://{host}:{port} with {workers} processes of {threads} threads.", err=True)
        settings = {"bind": [f"fd://{listening.detach()}"], "workers": workers, "threads": threads}
    Gunicorn(lambda: create_app(config), settings).run()
