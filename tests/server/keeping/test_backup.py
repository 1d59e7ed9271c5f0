"""A copy holds everything but what would open doors again, fits both databases, and is not believed when it has changed."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demoland import NOW, Land, backup_of_world, log_entry, moved_in, opened, place_of, silent
from server.commands.jobs import do_waiting
from server.errors import Denial
from server.papers import archive as archives
from server.papers.archive import NotAnArchive, Reader
from server.services.books import intake
from server.services.keeping import copies, upkeep
from server.services.ledgers import exports
from server.store import copies as tables
from server.store.db import reading, writing
from server.store.desk.scope import Scope
from server.store.ledgers import classbooks
from server.store.people.sessions import Session, insert_session

NAME = "0123456789abcdef0123456789abcdef"


def everything() -> dict[str, list[tuple[Any, ...]]]:
    with reading() as conn:
        return {name: [tuple(row) for row in tables.each_row(conn, name)] for name in tables.copied_tables()}


def restore(source: Path, url: str, home: Path, replace: bool = False, take: bool = False) -> copies.Copied:
    home.mkdir(exist_ok=True)
    return copies.restore(Reader(source), url, place_of(home), (replace, take), "epoch-2", NOW + 5, silent)


def sqlite_in(home: Path) -> str:
    return f"sqlite:///{home / 'jiangji.db'}"


def test_sqlite_to_postgresql_and_back_is_the_same_world(tmp_path, fresh_postgres_database: Callable[[], str]):
    with moved_in(tmp_path) as land:
        before = everything()
    assert len(before["ops"]) > 1000
    url = fresh_postgres_database()
    restore(backup_of_world(), url, tmp_path / "second")
    with opened(tmp_path / "second", database_url=url) as land:
        assert without_server(everything()) == without_server(before)
        assert upkeep.verify(silent).differences == ()
        assert land.rows("SELECT epoch, restored_at FROM instance") == [("epoch-2", NOW + 5)]
        copies.back_up(tmp_path / "again.zip", place_of(tmp_path / "second"), False, NOW, silent)
    restore(tmp_path / "again.zip", sqlite_in(tmp_path / "third"), tmp_path / "third")
    with opened(tmp_path / "third") as land:
        assert without_server(everything()) == without_server(before)
        assert upkeep.verify(silent).differences == ()
        land_goes_on(land)


def test_files_that_were_exported_come_back_and_one_that_is_gone_is_counted(tmp_path):
    with moved_in(tmp_path) as land:
        scope = scope_of(land)
        with reading() as conn:
            group = classbooks.select_groups(conn, scope)[0]
        wanted = exports.Wanted("roster", "csv", "look", group.id, None, False, None)
        ids = [f"60000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]
        for export_id in ids:
            assert isinstance(exports.ask_export(scope, export_id, wanted, NOW), dict)
        assert do_waiting(land.app, lambda: NOW) == 2
        place = place_of(land.home)
        before = (place.exports / f"{ids[0]}.csv").read_bytes()
        (place.exports / f"{ids[1]}.csv").unlink()
        done = copies.back_up(tmp_path / "copy.zip", place, False, NOW, silent)
        assert done.missing_files >= 1
    back = restore(tmp_path / "copy.zip", sqlite_in(tmp_path / "second"), tmp_path / "second")
    assert back.missing_files == done.missing_files and back.files == done.files
    with opened(tmp_path / "second") as land:
        found = exports.fetch_file(land.config, land.house.vault, scope, ids[0], ids[0], NOW)
        assert isinstance(found, exports.File) and found.content == before and len(before) > 200
        assert isinstance(exports.fetch_file(land.config, land.house.vault, scope, ids[1], ids[1], NOW), Denial)


def scope_of(land: Land) -> Scope:
    [row] = land.rows("SELECT person_id, org_id FROM roles WHERE role = 'coordinator' ORDER BY person_id LIMIT 1")
    return Scope(row[0], "coordinator", row[1])


def without_server(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Each server that took a copy in added its own key; the rest must be equal, row by row."""
    return {**rows, "devices": [row for row in rows["devices"] if row[6] != "server"]}


def land_goes_on(land: Land) -> None:
    pen, book = land.phone_of("chenjiahao")
    [verdict] = intake.accept([log_entry(pen, book)], NOW).values()
    assert verdict["as"] == "accepted"
    with writing() as conn, pytest.raises(Exception, match="never"):
        conn.exec_driver_sql("DELETE FROM ops")


def test_a_copy_made_while_phones_send_is_one_snapshot(tmp_path, database_url):
    enough = threading.Event()
    with moved_in(tmp_path, database_url) as land:
        pen, book = land.phone_of("chenjiahao")
        before = land.rows("SELECT seq FROM books WHERE id = :book", book=book)[0][0]

        def push() -> None:
            with land.app.app_context():
                while not enough.is_set():
                    intake.accept([log_entry(pen, book)], NOW)

        phone = threading.Thread(target=push)
        phone.start()
        try:
            copies.back_up(tmp_path / "live.zip", place_of(land.home), False, NOW, silent)
        finally:
            enough.set()
            phone.join()
        assert land.rows("SELECT seq FROM books WHERE id = :book", book=book)[0][0] > before
    restore(tmp_path / "live.zip", sqlite_in(tmp_path / "other"), tmp_path / "other")
    with opened(tmp_path / "other"):
        assert upkeep.verify(silent).differences == ()


def test_what_opened_doors_is_not_in_it(tmp_path):
    with moved_in(tmp_path) as land:
        person = land.rows("SELECT id FROM people ORDER BY id LIMIT 1")[0][0]
        with writing() as conn:
            insert_session(conn, Session("s", person, "phone", NOW, NOW), "token", "x")
        copies.back_up(tmp_path / "plain.zip", place_of(land.home), False, NOW, silent)
        secret = land.config.secret_file.read_bytes()
    with zipfile.ZipFile(tmp_path / "plain.zip") as archive:
        names = set(archive.namelist())
        assert not any(secret in archive.read(name) for name in names)
    assert not {name for name in names if "sessions" in name or "activations" in name or name.startswith("keys/")}
    assert (tmp_path / "plain.zip").stat().st_mode & 0o777 == 0o600


def test_photos_and_keys_come_along(tmp_path):
    with moved_in(tmp_path) as land:
        person = land.rows("SELECT id FROM people ORDER BY id LIMIT 1")[0][0]
        (land.home / "blobs").mkdir()
        (land.home / "blobs" / NAME).write_bytes(b"shown")
        (land.home / "blobs" / f"{NAME}.orig").write_bytes(b"original")
        with writing() as conn:
            for sha256, file in (("a", NAME), ("b", "f" * 32)):
                conn.exec_driver_sql(f"INSERT INTO photos VALUES ('{sha256}', '{file}', 5, '{person}', 1)")
        copied = copies.back_up(tmp_path / "full.zip", place_of(land.home), True, NOW, silent)
        assert (copied.files, copied.missing_files) == (2, 2)
    new = tmp_path / "new"
    restored = restore(tmp_path / "full.zip", sqlite_in(new), new)
    assert (restored.files, restored.missing_files) == (2, 1)
    for name in ("secret", "server-key.pem", "push-key.pem", "vault-key"):
        assert (new / name).read_bytes() == (tmp_path / "home" / name).read_bytes()
    assert (new / "blobs" / NAME).read_bytes() == b"shown"
    assert {path.stat().st_mode & 0o777 for path in (new / "secret", new / "blobs" / NAME)} == {0o600}
    with opened(new):
        assert upkeep.verify(silent).differences == ()


def test_keys_that_are_there_stay_unless_told_otherwise(tmp_path):
    old = tmp_path / "old"
    old.mkdir()
    (old / "secret").write_bytes(b"s" * 40)
    (old / "secret").chmod(0o600)
    restore(backup_of_world(), sqlite_in(old), old)
    assert (old / "secret").read_bytes() == b"s" * 40
    restore(backup_of_world(), sqlite_in(old), old, replace=True, take=True)
    assert (old / "secret").read_bytes() != b"s" * 40
    assert (old / "secret.before-restore").read_bytes() == b"s" * 40


def test_a_database_in_use_is_only_thrown_away_when_told_so(tmp_path, database_url):
    with moved_in(tmp_path, database_url) as land:
        pen, book = land.phone_of("chenjiahao")
        intake.accept([log_entry(pen, book)], NOW)
        before = everything()
        url = land.config.database_url
    with pytest.raises(copies.InTheWay, match="--replace"):
        restore(backup_of_world(), url, tmp_path / "home")
    with opened(tmp_path / "home", database_url=url):
        assert everything() == before
    restore(backup_of_world(), url, tmp_path / "home", replace=True)
    with opened(tmp_path / "home", database_url=url) as land:
        assert len(everything()["ops"]) == len(before["ops"]) - 1
        land_goes_on(land)


def changed(source: Path, target: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The same archive with one part changed and all its own check sums right."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
    return target


def manifest(**said: Any) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps({**json.loads(content), **said}).encode()


# what came after the release that this copy says it is of
LATER_COLUMNS = {
    "people": {"sorted_as"}, "entries": {"called", "text"}, "skill_chains": {"ended_on"}, "plans": {"occupation_id"},
    "occupations": {"id", "org_id", "levels", "ended_on"}, "identities": {"college_id"}, "activations": {"printed_by"},
}  # fmt: skip
# it was there, and nothing wrote into it
EMPTY_TABLE = "occupations"
LATER_TABLES = ("chain_members", "export_replaced")


def of_an_earlier_release(source: Path, target: Path) -> Path:
    """As 0022 would have made it: nothing in it of what came after."""
    writer = archives.Writer(target)
    with Reader(source) as old:
        tables_there = {name: 0 if name == EMPTY_TABLE else count for name, count in old.about["tables"].items() if name not in LATER_TABLES}
        for part in old.parts:
            name = part.removeprefix("tables/").removesuffix(".jsonl")
            if not part.startswith("tables/"):
                writer.add(part, [old.read(part)])
            elif name not in LATER_TABLES:
                with old.rows(part) as (columns, rows):
                    kept = [at for at, column in enumerate(columns) if column not in LATER_COLUMNS.get(name, ())]
                    there = [] if name == EMPTY_TABLE else ([row[at] for at in kept] for row in rows)
                    writer.add(part, archives.lines_of([columns[at] for at in kept], there))
        writer.finish({**old.about, "tables": tables_there, "revision": "0022_keeping"})
    return target


def test_a_copy_of_an_earlier_release_gets_what_has_come_since(tmp_path, database_url):
    with moved_in(tmp_path) as land:
        before, chains = everything(), land.rows("SELECT org_id, chain_id FROM chain_members ORDER BY org_id")
    assert len(chains) > 2
    old = of_an_earlier_release(backup_of_world(), tmp_path / "old.zip")
    home = tmp_path / "second"
    restore(old, database_url, home)
    with opened(home, database_url=database_url) as land:
        assert land.rows("SELECT org_id, chain_id FROM chain_members ORDER BY org_id") == chains
        after = everything()
        assert without_server(after)["people"] == before["people"], "also what names are sorted by"
        upkeep.reshape(silent)
        assert everything()["entries"] == before["entries"] and upkeep.verify(silent).differences == ()
        land_goes_on(land)


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("tables/ops.jsonl", lambda content: content.replace(b"accepted", b"Accepted", 1), "damaged"),
        ("tables/people.jsonl", lambda content: content[:-2], "damaged"),
        ("manifest.json", manifest(version=2), "newer release"),
        ("manifest.json", manifest(revision="9999_later"), "newer release"),
        ("manifest.json", manifest(parts={}), "manifest lists"),
        ("manifest.json", manifest(format="other"), "not a backup"),
        ("manifest.json", lambda content: b"{", "not a backup"),
    ],
)
def test_a_copy_that_has_changed_is_not_taken_and_nothing_is_lost(tmp_path, name, change, sentence):
    bad = changed(backup_of_world(), tmp_path / "bad.zip", name, change)
    with moved_in(tmp_path):
        before = everything()
    with pytest.raises(NotAnArchive, match=sentence):
        restore(bad, sqlite_in(tmp_path / "home"), tmp_path / "home", replace=True)
    with opened(tmp_path / "home"):
        assert everything() == before


def test_a_copy_that_does_not_fit_leaves_the_database_as_it_was(tmp_path, database_url):
    """Its check sums are right, but a row of it breaks a rule of the tables: found in the middle of loading."""
    with moved_in(tmp_path, database_url) as land:
        with writing() as conn:
            conn.exec_driver_sql("INSERT INTO skill_chains (id, name) VALUES ('only-here', 'x')")
        before, url = everything(), land.config.database_url
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(backup_of_world()) as old:
        lines = old.read("tables/roles.jsonl").replace(b'"mentor"', b'"wizard"')
    changed(backup_of_world(), tmp_path / "half.zip", "tables/roles.jsonl", lambda _: lines)
    digest = {"sha256": hashlib.sha256(lines).hexdigest(), "bytes": len(lines)}
    with zipfile.ZipFile(backup_of_world()) as old:
        parts = json.loads(old.read("manifest.json"))["parts"] | {"tables/roles.jsonl": digest}
    changed(tmp_path / "half.zip", broken, "manifest.json", manifest(parts=parts))
    with pytest.raises(Exception, match="ck_roles_role"):
        restore(broken, url, tmp_path / "home", replace=True)
    with opened(tmp_path / "home", database_url=url):
        assert everything() == before


@pytest.mark.parametrize("planted", ["file", "link"])
def test_a_draft_that_another_planted_is_not_written_to(tmp_path, planted):
    """His file would leave the keys readable to him; a link would send them where he likes."""
    his = tmp_path / "his"
    his.touch(mode=0o666)
    his.chmod(0o666)
    with moved_in(tmp_path) as land:
        for draft in (tmp_path / "copy.zip.part", tmp_path / "secret.part"):
            draft.symlink_to(his) if planted == "link" else draft.hardlink_to(his)
        copies.back_up(tmp_path / "copy.zip", place_of(land.home), True, NOW, silent)
        tables.write_file(tmp_path / "secret", b"s" * 40)
    for made in (tmp_path / "copy.zip", tmp_path / "secret"):
        assert made.stat().st_mode & 0o777 == 0o600 and not made.is_symlink()
    assert his.read_bytes() == b""


def test_nothing_is_left_of_a_copy_that_could_not_be_finished(tmp_path):
    with moved_in(tmp_path) as land:
        (land.home / "secret").unlink()
        with pytest.raises(FileNotFoundError):
            copies.back_up(tmp_path / "half.zip", place_of(land.home), True, NOW, silent)
    assert not list(tmp_path.glob("half*"))
