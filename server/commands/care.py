"""Looking after a server that works: check it, mend it."""

import click

from server.commands.opened import bar, configured, opened
from server.house import House
from server.services.keeping import standing, upkeep

SENTENCES = {
    "op_missing": "In book {book} there is no operation with number {about}.",
    "op_unreadable": "Operation {about} of book {book} cannot be read.",
    "op_id_differs": "Operation {about} of book {book} has been changed: its content has another id.",
    "op_in_other_book": "Operation {about} speaks of another book than {book}, where it is kept.",
    "signature_broken": "Operation {about} of book {book} does not carry the signature of its device.",
    "device_unknown": "Operation {about} of book {book} comes from a device that is not known.",
    "device_differs": "Operation {about} of book {book} names another device than the one it was stored under.",
    "author_differs": "Operation {about} of book {book} was signed on a device that is not its author's.",
    "chain_broken": "The chain of book {book} breaks at operation {about}.",
    "head_differs": "The head of book {book} is not where its operations end.",
    "held_differs": "Book {book} says that another number of operations wait than do.",
    "orgs_differ": "Book {book} stands under another college, enterprise or class than it was opened for.",
    "document_differs": "Document {about} of book {book} is not what its operations say.",
    "export_missing": "The exported file {about} is gone.",
    "export_differs": "The exported file {about} is not the one that was made: its SHA-256 is another.",
    "fact_differs": "The desk's row {about} of book {book} is not what its document says.",
}


def check_all(here: House, progress: upkeep.Progress) -> tuple[upkeep.Checked, int, list[upkeep.Difference]]:
    """Books and exported files: how much was looked at, and what differs. That it was done, and when, is kept."""
    with standing.written_down("verify", here.chance, here.clock) as counts:
        checked = upkeep.verify(progress)
        files, changed = upkeep.verify_exports(here.config, here.vault)
        differences = [*checked.differences, *changed]
        counts.update(books=checked.books, ops=checked.ops, documents=checked.documents, files=files, differences=len(differences))
    return checked, files, differences


@click.command()
def verify() -> None:
    """Check every operation, chain, document, fact and exported file. Ends with 1 when anything differs."""
    with opened(configured()) as here, bar("Checking the books") as progress:
        checked, files, differences = check_all(here, progress)
    click.echo(
        f"Checked {checked.books} books: {checked.ops} operations (id, signature, author, order, chain), "
        f"{checked.documents} documents against their operations, {checked.facts} facts against their documents; "
        f"{files} exported files against their records."
    )
    for difference in differences:
        book, about = difference.book or "(none)", difference.about
        click.echo(SENTENCES[difference.word].format(book=book, about=about))
    if differences:
        raise click.ClickException(f"{len(differences)} differences.")
    click.echo("Nothing differs.")


@click.command()
def rebuild() -> None:
    """Make documents, facts and heads anew from the operations, book by book; what is right already is left alone."""
    with opened(configured()), bar("Rebuilding the books") as progress:
        mended = upkeep.rebuild(progress)
    click.echo(f"{mended} books had something to mend." if mended else "There was nothing to mend.")
