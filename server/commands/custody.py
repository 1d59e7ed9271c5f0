"""Deciding about operations in custody. What is written in them is not shown: that is for the book's people."""

from collections.abc import Callable
from typing import Any

import click

from server.commands.opened import configured, opened
from server.services.books import custody as waiting
from server.store.days import day_of

SENTENCES = {
    "no_such_person": "Nobody has the log-in {about}.",
    "may_not_decide": "{about} is neither a coordinator nor an administrator and may not decide.",
    "same_person": "Two different people decide; {about} is one.",
    "not_in_custody": "There is no operation {about} in custody.",
}
# An operation's id may begin with a dash.
ANY_ID = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@click.group()
def custody() -> None:
    """Operations that wait for a person: list them, let them in, refuse them."""


@custody.command("list")
@click.option("--after", default="", help="go on after this operation")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
def list_custody(after: str, limit: int) -> None:
    """Why each waits, its kind, person, device, book, the day it came, and its id."""
    with opened(configured()):
        rows = waiting.list_custody(after, limit + 1)
    if not rows:
        click.echo("Nothing waits for a person.")
    for row in rows[:limit]:
        shown = (row.word, row.kind or "-", row.person or "-", row.device, row.book or "-", day_of(row.received_at), row.id)
        click.echo("  ".join(shown))
    if len(rows) > limit:
        click.echo(f"There are more: jiangji custody list --after {rows[limit - 1].id}")


def two_people(command: Callable[..., Any]) -> Callable[..., Any]:
    by = click.option("--by", required=True, help="log-in of the coordinator or administrator who decides")
    second = click.option("--second", required=True, help="log-in of another one who agrees")
    return by(second(click.argument("op")(command)))


@custody.command("let-in", context_settings=ANY_ID)
@two_people
def let_in(op: str, by: str, second: str) -> None:
    """Judge OP again now; one from a lost device counts as its owner's."""
    _decide(op, "let_in", by, second)


@custody.command("refuse", context_settings=ANY_ID)
@two_people
def refuse(op: str, by: str, second: str) -> None:
    """Refuse OP for good; its author reads that people decided so."""
    _decide(op, "refused", by, second)


def _decide(op: str, decided: str, by: str, second: str) -> None:
    with opened(configured()) as house:
        said = waiting.decide(op, decided, by, second, house.clock(), house.writer)
    if isinstance(said, waiting.Objection):
        raise click.ClickException(SENTENCES[said.word].format(about=said.about))
    why = said.get("word") or " ".join(said.get("needs", ()))
    click.echo(f"Operation {op} is {said['as']}{f': {why}' if why else ''}.")
