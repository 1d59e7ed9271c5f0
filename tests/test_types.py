"""What the phone believes about the server's doors is what the server says about them."""

from __future__ import annotations

import json
import subprocess

from server import create_app, openapi
from server.config import read_config
from server.store.host.keys import make_instance_files


def test_the_committed_types_are_those_of_the_servers_openapi(node, tmp_path):
    binary, pwa = node
    make_instance_files(tmp_path)
    described = json.dumps(openapi(create_app(read_config({"JIANGJI_HOME": str(tmp_path)}))), ensure_ascii=False, sort_keys=True)
    command = [binary, "node_modules/openapi-typescript/bin/cli.js"]
    made = subprocess.run(command, cwd=pwa, input=described, capture_output=True, text=True, check=True).stdout
    assert "SyncAnswer" in made
    assert (pwa / "src" / "net" / "schema.ts").read_text(encoding="utf-8") == made, "run `npm run types` in pwa/"
