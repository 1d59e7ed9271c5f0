"""How much heavy work may run at one time on this host, over all processes: a lock file per slot, freed by the kernel when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Slots:
    """`count` places; who finds none is told so and does not wait."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        self.paths = [folder / f"{name}-{number}.lock" for number in range(max(1, count))]

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """True while a place is ours, False when there was none."""
        held = self._take()
        try:
            yield held is not None
        finally:
            if held is not None:
                os.close(held)

    def _take(self) -> int | None:
        for path in self.paths:
            held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(held)
            else:
                return held
        return None
