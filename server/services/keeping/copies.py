"""Keeping a copy of everything in one file, and bringing it back, also from one kind of database to the other.

A copy is one snapshot, taken while the server works. Sessions and codes are not in it: one that ended or was used since would
open the door again. A restored server begins a new epoch, so that every phone hands in again what the copy lacks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from server.papers.archive import NotAnArchive, Progress, Reader, Writer, lines_of
from server.store import copies
from server.store.books import photos
from server.store.db import reading
from server.store.host.keys import insert_server_device, make_instance_files, read_key
from server.store.ledgers import exports
from server.store.migrations import changing, newest_revision, revisions, upgrade
from server.store.people import people

FORMAT = "jiangji-backup"
VERSION = 1
KEY_FILES = ("secret", "server-key.pem", "push-key.pem", "vault-key")
ORIGINAL = ".orig"


class InTheWay(Exception):
    """A sentence about what stands where the copy should go."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where the files beside the database are."""

    folder: Path
    blobs: Path
    secret: Path
    server_key: Path

    @property
    def exports(self) -> Path:
        return self.folder / exports.FOLDER

    def keys(self) -> dict[str, Path]:
        beside = (self.folder / name for name in KEY_FILES[2:])
        return dict(zip(KEY_FILES, (self.secret, self.server_key, *beside), strict=True))


@dataclass(frozen=True, slots=True)
class Copied:
    """What went in or came out."""

    rows: int
    files: int
    missing_files: int


def back_up(target: Path, home: Home, with_keys: bool, now: int, progress: Progress) -> Copied:
    if target.exists():
        raise InTheWay(f"{target} is there already. Name a new file.")
    if not target.parent.is_dir():
        raise InTheWay(f"The folder {target.parent} is not there.")
    writer = Writer(target)
    try:
        with reading() as conn:
            about, copied = _write(conn, writer, home, with_keys, progress)
        writer.finish({"format": FORMAT, "version": VERSION, "made_at": now, "revision": newest_revision(), **about})
    except BaseException:
        writer.give_up()
        raise
    return copied


def _write(conn: Connection, writer: Writer, home: Home, with_keys: bool, progress: Progress) -> tuple[dict[str, Any], Copied]:
    tables = {name: copies.count_rows(conn, name) for name in copies.copied_tables()}
    names = [part for file in copies.select_photo_files(conn) for part in (file, file + ORIGINAL)]
    left = exports.select_made_files(conn)
    total, done, written = sum(tables.values()) + len(names) + len(left), 0, 0
    for name, count in tables.items():
        rows = _counted(copies.each_row(conn, name), done, total, progress)
        writer.add(f"tables/{name}.jsonl", lines_of(copies.columns_of(name), rows))
        done += count
    for name in names:
        content = photos.read_file(home.blobs, name)
        done += 1
        if content is not None:
            writer.add(f"blobs/{name}", [content])
            written += 1
        progress(done, total)
    for name in left:
        path = home.exports / name
        done += 1
        if path.is_file():
            writer.add(f"exports/{name}", copies.pieces_of(path))
            written += 1
        progress(done, total)
    if with_keys:
        for name, path in home.keys().items():
            writer.add(f"keys/{name}", [path.read_bytes()])
    about = {"epoch": people.select_epoch(conn), "tables": tables, "keys": with_keys}
    return about, Copied(sum(tables.values()), written, len(names) + len(left) - written)


def _counted(rows: Iterable[Any], done: int, total: int, progress: Progress) -> Iterator[Any]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 500 == 0:
            progress(done + number, total)


# --- bringing it back ----------------------------------------------------------------------------------------------


def restore(
    reader: Reader, url: str, home: Home, choice: tuple[bool, bool], epoch: str, now: int, progress: Progress
) -> Copied:
    """`choice`: throw away what the database holds; take the keys of the copy although there are others here.

    One transaction: until all of it is there, the database is as it was."""
    replace, take_keys = choice
    with reader:
        _recognise(reader)
        reader.check(progress)
        home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _bring_back(reader, url, home, replace, take_keys, (epoch, now), progress)


def _bring_back(
    reader: Reader, url: str, home: Home, replace: bool, take_keys: bool, born: tuple[str, int], progress: Progress
) -> Copied:
    with changing(url) as conn:
        if copies.holds_anything(conn) and not replace:
            raise InTheWay("The database is not empty. Restore into an empty one, or say --replace to throw away what it holds.")
        copies.drop_everything(conn)
        # into the tables it was made from: what later releases fill in, their migrations do
        upgrade(conn, _quiet, str(reader.about["revision"]))
        rows = _load(conn, reader, progress)
        epoch, now = born
        copies.insert_instance(conn, epoch, now)
        upgrade(conn, _quiet)
        files = _load_files(reader, home)
        _settle_keys(reader, home, take_keys)
        insert_server_device(conn, read_key(home.server_key), now)
        missing = sum(f"blobs/{name}" not in reader.parts for name in copies.select_photo_files(conn))
        missing += sum(f"exports/{name}" not in reader.parts for name in exports.select_made_files(conn))
    return Copied(rows, files, missing)


def _quiet(sentence: str) -> None:
    """Nobody wants to hear of each release."""


def _recognise(reader: Reader) -> None:
    about = reader.about
    if about.get("format") != FORMAT:
        raise NotAnArchive("This is not a backup of Jiangji.")
    newer = about.get("version", 0) > VERSION or about.get("revision") not in revisions()
    if newer or not set(about["tables"]) <= set(copies.copied_tables()):
        raise NotAnArchive(f"The backup was made by a newer release ({about.get('revision')}). Install that one first.")


def _load(conn: Connection, reader: Reader, progress: Progress) -> int:
    wanted: dict[str, int] = reader.about["tables"]
    total, done = sum(wanted.values()), 0
    for name in copies.copied_tables():
        if name in wanted:
            with reader.rows(f"tables/{name}.jsonl") as (columns, rows):
                if not set(columns) <= set(copies.columns_of(name)):
                    raise NotAnArchive(f"The backup was made by another release: {name} has other columns.")
                for count in copies.insert_rows(conn, name, columns, rows):
                    done += count
                    progress(done, total)
    if done != total:
        raise NotAnArchive(f"The backup promises {total} rows and holds {done}.")
    return total


def _load_files(reader: Reader, home: Home) -> int:
    names = [part.removeprefix("blobs/") for part in reader.parts if part.startswith("blobs/")]
    for name in names:
        if not photos.FILE_NAME.fullmatch(name.removesuffix(ORIGINAL)):
            raise NotAnArchive("The backup holds a file with a name that is not ours.")
        copies.write_file(home.blobs / name, reader.read(f"blobs/{name}"))
    left = [part.removeprefix("exports/") for part in reader.parts if part.startswith("exports/")]
    for name in left:
        if not exports.FILE_NAME.fullmatch(name):
            raise NotAnArchive("The backup holds a file with a name that is not ours.")
        copies.write_file(home.exports / name, reader.read(f"exports/{name}"))
    return len(names) + len(left)


def _settle_keys(reader: Reader, home: Home, take: bool) -> None:
    """The files that are here stay unless told otherwise; what is missing comes from the copy, or is made."""
    for name, path in home.keys().items():
        if f"keys/{name}" in reader.parts and (take or not path.exists()):
            copies.write_file(path, reader.read(f"keys/{name}"))
    make_instance_files(home.folder)
