"""An archive: a zip of named parts with a manifest that says how long each is and what its SHA-256 must be."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
PIECE = 1 << 20
Progress = Callable[[int, int], None]


CUT_SHORT = "is not a backup of Jiangji, or it is cut short."


class NotAnArchive(Exception):
    """A sentence for the person who named the file."""


class Writer:
    """Writes beside the wanted name and takes that name only once everything is on the disk."""

    def __init__(self, path: Path) -> None:
        self.path, self.draft = path, path.with_name(path.name + ".part")
        self.parts: dict[str, dict[str, Any]] = {}
        self.draft.unlink(missing_ok=True)  # another's file would keep its mode and its open handles
        handle = os.open(self.draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        self.file = os.fdopen(handle, "wb")
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED, compresslevel=5)

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
                digest.update(piece)
                size += len(piece)
        self.parts[name] = {"sha256": digest.hexdigest(), "bytes": size}

    def finish(self, about: dict[str, Any]) -> None:
        self.zip.writestr(MANIFEST, json.dumps({**about, "parts": self.parts}, ensure_ascii=False, indent=1))
        self.zip.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        os.replace(self.draft, self.path)

    def give_up(self) -> None:
        try:
            self.zip.close()
        finally:
            self.file.close()
            self.draft.unlink(missing_ok=True)


def lines_of(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """The names of the columns, then a line of JSON for each row."""
    yield _line(columns)
    for row in rows:
        yield _line(row)


def _line(given: Iterable[Any]) -> bytes:
    return json.dumps(list(given), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Reader:
    """An archive that was made here. Its parts are only read once `check` has found all of them whole."""

    def __init__(self, path: Path) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
        except FileNotFoundError as why:
            raise NotAnArchive(f"There is no file {path}.") from why
        except (OSError, zipfile.BadZipFile) as why:
            raise NotAnArchive(f"{path} {CUT_SHORT}") from why
        try:
            self.about: dict[str, Any] = json.loads(self.zip.read(MANIFEST))
            self.parts: dict[str, dict[str, Any]] = self.about["parts"]
        except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as why:
            self.zip.close()
            raise NotAnArchive(f"{path} {CUT_SHORT}") from why

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()

    def check(self, progress: Progress) -> None:
        """NotAnArchive unless every part is there, is whole, and nothing else is."""
        if set(self.zip.namelist()) != {*self.parts, MANIFEST}:
            raise NotAnArchive("The backup does not hold what its manifest lists.")
        total, done = sum(part["bytes"] for part in self.parts.values()), 0
        for name, part in self.parts.items():
            digest = hashlib.sha256()
            with closing(self._pieces(name)) as pieces:
                for piece in pieces:
                    digest.update(piece)
                    done += len(piece)
                    progress(done, total)
            if digest.hexdigest() != part["sha256"]:
                raise NotAnArchive(f"The backup is damaged: {name} has changed since it was written.")

    def _pieces(self, name: str) -> Generator[bytes, None, None]:
        try:
            with self.zip.open(name) as part:
                while piece := part.read(PIECE):
                    yield piece
        except zipfile.BadZipFile as why:
            raise NotAnArchive(f"The backup is damaged: {name} cannot be read.") from why

    def read(self, name: str) -> bytes:
        return self.zip.read(name)

    @contextmanager
    def rows(self, name: str) -> Iterator[tuple[list[str], Iterator[list[Any]]]]:
        """The columns of a table, and its rows one after the other."""
        with self.zip.open(name) as part:
            lines = map(json.loads, part)
            yield next(lines), lines
