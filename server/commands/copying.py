"""Keeping a copy and bringing it back."""

import secrets
from pathlib import Path

import click

from server import clock
from server.commands.opened import bar, configured, opened, where_it_lives
from server.papers.archive import Reader
from server.services.keeping import copies, standing


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--with-keys", is_flag=True, help="with the secret and the server's key: keep such a copy as you keep them")
def backup(file: Path, with_keys: bool) -> None:
    """Write one snapshot of everything into FILE, while the server works."""
    config = configured()
    _, home = where_it_lives()
    with opened(config) as house, bar("Copying") as progress, standing.written_down("backup", house.chance, house.clock) as counts:
        copied = copies.back_up(file, home, with_keys, house.clock(), progress)
        counts.update(rows=copied.rows, files=copied.files, missing_files=copied.missing_files, bytes=file.stat().st_size)
    click.echo(f"{file} holds {copied.rows} rows and {copied.files} files.")
    if copied.missing_files:
        click.echo(f"{copied.missing_files} photo files were not here to be copied; phones that still have them send them again.")
    if not with_keys:
        click.echo(f"Not in it: {', '.join(map(str, home.keys().values()))}. Keep them elsewhere, or copy --with-keys.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="throw away what the database holds")
@click.option("--take-keys", is_flag=True, help="take the keys of the copy although there are others here")
def restore(file: Path, replace: bool, take_keys: bool) -> None:
    """Bring FILE back into an empty database, of either kind. Stop the server before."""
    url, home = where_it_lives()
    with bar("Restoring") as progress:
        choice = (replace, take_keys)
        copied = copies.restore(Reader(file), url, home, choice, secrets.token_hex(8), clock(), progress)
    click.echo(f"{copied.rows} rows and {copied.files} files are back. Everybody logs in again, and unused codes are dead.")
    if copied.missing_files:
        click.echo(f"{copied.missing_files} photo files were not in the copy.")
    click.echo("Now run `jiangji migrate` and `jiangji verify`, then start the server: phones hand in again what the copy lacks.")
