"""`jiangji check-claim`: a ledger that was handed in, beside the one its operations make."""

import hashlib
from pathlib import Path

import click

from server.commands.opened import bar, configured, opened
from server.services.ledgers import claims, making
from server.store.desk.jobs import Tools, Unable

KINDS = {
    "cell": "{about}: {column} is {theirs!r} in the file, {ours!r} by the operations.",
    "formula": "{about}: {column} is a formula, {theirs!r}; by the operations it is {ours!r}.",
    "added": "{about}: this row is not in the operations: {theirs}",
    "twice": "{about}: this row stands here a second time: {theirs}",
    "deleted": "{about}: this row is missing: {ours}",
    "heading": "The heading {theirs!r}{ours!r} does not belong here or is missing.",
    "stray": "Something stands outside the table: {theirs!r}",
    "format": "{about}: {column} is shown by a format of its own, {theirs!r}; by the operations it is {ours!r}.",
    "look": "{about}: {column} can hardly be seen as it is (colour, size or font), {theirs!r}; by the operations it is {ours!r}.",
    "above": "Above the table stands {theirs!r}; by the operations {ours!r}.",
    "sheet": "This sheet is none of the export's.",
    "hidden": "This sheet is hidden.",
    "unseen": "Rows, columns or zeros are hidden: {theirs}",
    "merged": "Cells were merged: {theirs}",
    "printed": "Something else is printed at the head or foot of each page: {theirs!r}",
    "layer": "Something of no ledger of ours may lie over the sheets (a picture, a note, a prompt, a format with a condition): {theirs!r}",
}
UNABLE = {
    "no_ledger": "There is no 学时台账 in this file.",
    "only_whole": "This is no file as it was exported. Only the xlsx hour ledger is compared cell by cell; other exports only as a whole.",
    "export_unknown": "The file names no export that was made here; only a ledger made by this server can be checked.",
    "books_differ": "The operations here are not those the export was made of. `jiangji verify` says what is wrong.",
    "not_found": "The file is not there.",
}


@click.command("check-claim")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check_claim(file: Path) -> None:
    """Make the ledger FILE (xlsx) again from the operations and name every difference. Ends with 1 when there is one."""
    with opened(configured()) as house, bar("Telling the books") as progress:
        tools = Tools(house.config, house.writer, house.hasher, house.vault, house.clock())
        try:
            scope = claims.scope_of(file)
            found = claims.check_file(making.Telling, tools, scope, file, progress)
        except Unable as why:
            raise click.ClickException(UNABLE.get(str(why), f"The file cannot be read ({why}).")) from why
    month = found["month"] or "all months"
    outcome = found["outcome"] or "not confirmed"
    click.echo(f"{found['class_name']}, {month}: {found['rows']} rows, export {found['export']} ({found['aim']}, {outcome}).")
    original = "the very file that was exported" if found["exact"] else "not the file that was exported"
    click.echo(f"SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}, {original}.")
    for difference in found["differences"]:
        row = f" row {difference['row']}" if difference["row"] else ""
        click.echo(f"{difference['sheet']}{row}: {KINDS[difference['kind']].format(**difference)}")
    for sheet in found["reordered"]:
        click.echo(f"{sheet}: the rows stand in another order; that changes nothing.")
    for title in found["absent"]:
        click.echo(f"{title} is not in the file.")
    if found["since"]:
        click.echo(f"Since then {found['since']} books have gone on.")
    if found["total"]:
        raise click.ClickException(f"{found['total']} differences.")
    click.echo("Nothing differs.")
