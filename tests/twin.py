"""The TypeScript twin of sync/ as one long-lived process, and the bundling that lets Node and a browser run it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BUNDLE = """
import { build } from 'vite'
const [entry, outDir, format] = process.argv.slice(1)
const lib = { entry, formats: [format], fileName: () => 'bundle.js', name: 'sync' }
const rollupOptions = { external: /^node:/ }
await build({ configFile: false, logLevel: 'error', publicDir: false, build: { lib, outDir, rollupOptions, target: 'es2022' } })
"""


def bundle(node: tuple[str, Path], entry: str, into: Path, form: str = "es") -> Path:
    """One script out of this entry of the PWA and what it imports."""
    binary, pwa = node
    into.mkdir(parents=True, exist_ok=True)
    into.joinpath("package.json").write_text('{"type":"module"}')
    command = [binary, "--input-type=module", "--eval", BUNDLE, str(pwa / entry), str(into / "out"), form]
    subprocess.run(command, cwd=pwa, check=True, capture_output=True, text=True)
    return into / "out" / "bundle.js"


class Twin:
    """Asked with several questions at once, it answers them in order."""

    def __init__(self, node: tuple[str, Path], folder: Path) -> None:
        script = bundle(node, "tests/twin.mjs", folder)
        self.process = subprocess.Popen(
            [node[0], str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, questions: Sequence[dict[str, Any]]) -> list[Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(questions) + "\n")
        self.process.stdin.flush()
        answers: list[Any] = json.loads(self.process.stdout.readline())
        return answers

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
