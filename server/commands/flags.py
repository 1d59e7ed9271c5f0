"""Looking for what is odd in the books, now instead of within a minute."""

import click

from server import clock
from server.commands.opened import configured, opened
from server.services.books import flagging
from sync.flags.table import FLAGS


@click.command()
@click.option("--anew", is_flag=True, help="look at every book, not only at those that have changed")
def flags(anew: bool) -> None:
    """Look for what is odd in the books, and say how much of it waits for a person."""
    with opened(configured()):
        if anew:
            flagging.forget_looks()
        looked = flagging.look_at_all(clock())
        waiting = flagging.count_waiting()
    click.echo(f"Looked at {looked} books." if looked else "No book has changed.")
    for word, (cases, entries) in sorted(waiting.items(), key=lambda row: (list(FLAGS).index(row[0]), row[0])):
        click.echo(f"  {word:<18} {cases:>5} open, {entries} entries")
    click.echo("Each waits for a person's word; none has refused anything." if waiting else "Nothing odd waits for anybody.")
