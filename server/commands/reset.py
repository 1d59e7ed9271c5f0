"""Making somebody's access anew from the command line: the same two people as at the desk, each by his own password."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import click

from server.commands.opened import configured, opened
from server.errors import Denial
from server.house import House
from server.services.people import accounts
from server.services.people import reset as resets
from server.store.days import moment_of

SENTENCES = {
    "wrong_login": "{by} and this password do not belong together.",
    "too_many_requests": "Too many wrong passwords for {by}. Try again in {wait} s.",
    "not_found": "{about} is not there, or {by} has no say in it.",
    "same_person": "Nobody makes his own access anew, and whoever asks does not confirm: that takes somebody else.",
    "reset_open": "Somebody has asked for {about} already: jiangji reset list.",
    "reset_over": "{about} is over. Ask anew.",
    "too_soon": "The devices of this person must be able to hear of it first. Try again in {wait} s.",
}


@click.group()
def reset() -> None:
    """Let somebody in again: one asks, another one confirms, and prints the slip."""


def by_somebody(command: Callable[..., Any]) -> Callable[..., Any]:
    by = click.option("--by", required=True, help="log-in of the coordinator or administrator who does this")
    return by(click.option("--password", prompt=True, hide_input=True, help="that person's own; asked for where it is not given")(command))


@reset.command()
@click.argument("login")
@click.option("--reason", required=True, help="what this person says has happened; he reads it")
@click.option("--lost", is_flag=True, help="his phone is gone: his keys end now, not only when this is confirmed")
@by_somebody
def ask(login: str, reason: str, lost: bool, by: str, password: str) -> None:
    """Ask for the access of LOGIN. Whoever signs for nobody gets a slip at once."""
    with opened(configured()) as house:
        me = _prove(house, by, password)
        reset_id = str(UUID(bytes=house.chance(16), version=4))
        done = resets.ask(_means(house), me, resets.Wanted(login, reason, lost), reset_id, house.clock())
        row, slip = _or_say(done, by, login)
        house.bell()
        if slip is None:
            click.echo(f"{row['person']} hears of it on every device of his. In five minutes somebody else may confirm:")
            click.echo(f"  jiangji reset confirm {reset_id} --by LOGIN")
        else:
            _print_slip(house, slip)


@reset.command()
@click.argument("reset_id")
@by_somebody
def confirm(reset_id: str, by: str, password: str) -> None:
    """Confirm RESET_ID: ends the person's sessions, password and keys, and prints a slip."""
    with opened(configured()) as house:
        me = _prove(house, by, password)
        _, slip = _or_say(resets.confirm(_means(house), reset_id, me, "command", house.clock()), by, reset_id)
        house.bell()
        _print_slip(house, slip)


@reset.command()
@click.argument("reset_id")
@by_somebody
def withdraw(reset_id: str, by: str, password: str) -> None:
    """Stop RESET_ID before it is confirmed."""
    with opened(configured()) as house:
        _or_say(resets.withdraw(reset_id, _prove(house, by, password), house.clock()), by, reset_id)
        house.bell()
        click.echo("Withdrawn. Nothing has ended.")


@reset.command("list")
@click.option("--after", default="", help="go on after this one")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@by_somebody
def list_resets(after: str, limit: int, by: str, password: str) -> None:
    """The day, whose access, who asked, who confirmed, what became of it, and the id."""
    with opened(configured()) as house:
        rows = resets.list_resets(_prove(house, by, password), after, limit, house.clock())
    for row in (rows or [])[:limit]:
        click.echo("  ".join((moment_of(row["asked_at"]), row["login"], row["asked_by"], row["second"] or "-", row["outcome"] or "open", row["id"])))
    if not rows:
        click.echo("Nobody has asked for anything.")
    elif len(rows) > limit:
        click.echo(f"There are more: jiangji reset list --after {rows[limit - 1]['place']}")


def _means(house: House) -> resets.Means:
    return resets.Means(house.key, house.hasher, house.chance)


def _prove(house: House, by: str, password: str) -> str:
    found = accounts.prove_by_login(house.hasher, house.limits, by, password, house.clock())
    return str(_or_say(found, by, by))


def _or_say(done: Any, by: str, about: str) -> Any:
    if isinstance(done, Denial):
        raise click.ClickException(SENTENCES[done.word].format(by=by, about=about, wait=done.retry_after))
    return done


def _print_slip(house: House, slip: resets.Slip) -> None:
    click.echo(f"{slip.name} opens within 72 hours, once:")
    click.echo(f"  https://{house.config.hosts[0]}/activate#{slip.login}.{slip.code}")
    click.echo(f"or types the log-in {slip.login} and the code {slip.code[:5]}-{slip.code[5:]}.")
