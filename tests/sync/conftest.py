from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from twin import Twin


@pytest.fixture(scope="session")
def twin(node: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    process = Twin(node, tmp_path_factory.mktemp("twin"))
    yield process
    process.close()
