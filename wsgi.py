"""What gunicorn loads: `gunicorn wsgi:app`."""

from server import create_app
from server.config import read_config

app = create_app(read_config())
