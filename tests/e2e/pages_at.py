"""What gunicorn loads when a test serves another build of the pages than the one in server/app."""

from pathlib import Path

from flask import Flask

from server import create_app
from server.config import read_config


def make(pages: str) -> Flask:
    return create_app(read_config(), page_folder=Path(pages))
