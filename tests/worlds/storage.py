"""A phone's storage: stores of rows, atomic transactions, and a crash between any two writes.

As in IndexedDB a transaction is all or nothing. What a crash leaves is what had been completed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

STORES = ("outbox", "kept", "docs", "staging", "books", "meta")


class Crash(Exception):
    """The phone died here."""


class Storage:
    """`fuse` counts down at every point where a phone can die; at zero it does."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Any, Any]] = {name: {} for name in STORES}
        self.fuse: int | None = None
        self.commits = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = {name: dict(rows) for name, rows in self.rows.items()}
        try:
            yield
            self._point()
        except BaseException:
            self.rows = before
            raise
        self.commits += 1
        self._point()

    def put(self, store: str, key: Any, row: Any) -> None:
        self._point()
        self.rows[store][key] = row

    def delete(self, store: str, key: Any) -> None:
        self._point()
        self.rows[store].pop(key, None)

    def of_book(self, store: str, book: str) -> dict[Any, Any]:
        """Rows of docs or staging, whose keys begin with their book."""
        return {key: row for key, row in self.rows[store].items() if key[0] == book}

    def _point(self) -> None:
        if self.fuse is None:
            return
        self.fuse -= 1
        if self.fuse < 0:
            self.fuse = None
            raise Crash
