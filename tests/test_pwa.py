"""The PWA's own checks, run from here so that one command tells whether everything holds."""

from __future__ import annotations

import os
import subprocess

import pytest


def run_in_pwa(node: tuple, script: str, *words: str) -> subprocess.CompletedProcess[str]:
    binary, pwa = node
    environment = dict(os.environ, CI="true", NO_COLOR="1")
    command = [binary, f"node_modules/{script}", *words]
    return subprocess.run(command, cwd=pwa, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("world", ["tsconfig.sync.json", "tsconfig.sw.json", "tsconfig.node.json", "tsconfig.json"])
def test_the_types_of_each_world_hold(node, world):
    done = run_in_pwa(node, "vue-tsc/bin/vue-tsc.js", "--noEmit", "-p", world)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_pwas_own_tests_pass(node):
    done = run_in_pwa(node, "vitest/vitest.mjs", "run")
    assert done.returncode == 0, done.stdout + done.stderr
