"""Hatch's door to build.py: a wheel, editable or not, carries the built PWA in server/app."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# hatch loads this file by its path, so its neighbour is found the same way
_spec = importlib.util.spec_from_file_location("jiangji_pwa_build", Path(__file__).with_name("build.py"))
assert _spec is not None and _spec.loader is not None
pwa_build = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = pwa_build
_spec.loader.exec_module(pwa_build)


class PwaBuildHook(BuildHookInterface):  # type: ignore[misc]
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Asked before the build environment is made; 61 MB of Node only where nothing else can build."""
        return [] if pwa_build.is_fresh() or pwa_build.find_node() else [pwa_build.NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not pwa_build.is_fresh():
            pwa_build.build()
