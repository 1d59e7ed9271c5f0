"""Training bases: their books, who serves there, and the tablets that show the check-in code."""

from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import click

from server.commands.opened import configured, opened
from server.commands.setup import say_slip
from server.house import House
from server.services.books import bases
from server.services.books.bases import Objection, Order
from server.services.books.intake import Verdict
from server.store.days import day_of
from sync.kinds import is_day

SENTENCES = {
    "no_such_person": "Nobody has the log-in {about}.",
    "no_such_base": "There is no base called {about}; the administrator of the system makes one with `jiangji base open`.",
    "may_not_decide": "{about} is neither an administrator of this base nor of the system and may not decide.",
    "serves_already": "{about} serves there already.",
    "does_not_serve": "{about} has no place there that could end.",
    "is_a_person": "{about} is a person with a role of his own, and no kiosk.",
    "not_yourself": "{about} decides about this base and lets in others, not himself.",
    "no_such_kiosk": "{about} is no kiosk of this base.",
    "bad_login": "A log-in is made of letters, digits and . _ - only: it stands in a link.",
    "login_taken": "The log-in {about} is somebody's already.",
}
VERDICTS = {
    "no_such_book": "This base has no book yet: `jiangji base open` makes it.",
    "same_person": "Whoever serves at a base is no kiosk, and a kiosk is nobody else.",
    "times_crossed": "The last day lies before the first.",
    "bad_field": "A base's name has 1 to 60 characters, a workstation 1 to 40; at most 60 different ones.",
}


@click.group()
def base() -> None:
    """Training bases: open their books, say who serves there, set up and end check-in screens."""


def ordered(command: Callable[..., Any]) -> Callable[..., Any]:
    by = click.option("--by", required=True, help="log-in of an administrator of this base, or of the system")
    return click.argument("name")(by(command))


def a_day(_: Any, option: click.Parameter, given: str | None) -> str | None:
    if given is not None and not is_day(given):
        raise click.BadParameter("a day is written like 2026-09-01", param=option)
    return given


first_day = partial(click.option, callback=a_day, metavar="DAY")


@base.command("open")
@ordered
@click.option("--workstation", "workstations", multiple=True, help="what it is called; once for each")
def open_base(name: str, by: str, workstations: tuple[str, ...]) -> None:
    """Open the book of the base NAME; later: its workstations as they are from now on. An administrator of the system makes the base
    itself that way, if there is none yet."""
    with opened(configured()) as house:
        _expect(bases.open_base(_order(house, name, by, make=True), name, list(workstations)))
    click.echo(f"{name} is open, with {len(workstations)} workstations.")


@base.command("staff")
@ordered
@click.option("--login", required=True, help="log-in of who is to serve there")
@click.option("--role", type=click.Choice(("base_trainer", "mentor")), default="base_trainer", show_default=True)
@first_day("--from", "first", help="from this day on  [today]")
@first_day("--to", "last", help="until this day, included  [open]")
def take_in(name: str, by: str, login: str, role: str, first: str | None, last: str | None) -> None:
    """Let somebody hold sessions at the base NAME."""
    with opened(configured()) as house:
        said = bases.take_in(_order(house, name, by), login, role, first or day_of(house.clock()), last)
        _expect(said)
    click.echo(f"{login} may hold sessions at {name} as {role}.")


@base.command("leave")
@ordered
@click.option("--login", required=True, help="log-in of who leaves")
@first_day("--to", "last", help="the last day, included  [today]")
@click.option("--reason", required=True, help="said to everybody who serves there")
def let_go(name: str, by: str, login: str, last: str | None, reason: str) -> None:
    """End somebody's service at the base NAME."""
    with opened(configured()) as house:
        ended = bases.let_go(_order(house, name, by), login, last or day_of(house.clock()), reason)
    if isinstance(ended, Objection):
        _object(ended)
    click.echo(f"{login} no longer serves at {name}.")


@base.command("kiosk")
@ordered
@click.option("--login", required=True, help="what the tablet is called when it logs in, like kiosk-3")
@click.option("--title", required=True, help="what people call it, like 3 号楼签到屏")
def set_up_kiosk(name: str, by: str, login: str, title: str) -> None:
    """Let a tablet show the check-in code of the base NAME, and print the slip that enrols it.

    While it has never been in, the same command prints another slip; the one before is dead then. A tablet that is replaced gets
    a log-in of its own."""
    with opened(configured()) as house:
        try:
            slip = bases.set_up_kiosk(_order(house, name, by), house.hasher, login, title)
        except bases.Refused as why:
            _expect(why.verdict)
            raise
        if isinstance(slip, Objection):
            _object(slip)
        say_slip(house, login, slip.code, f"{title} (kiosk, {name})")


@base.command("end-kiosk")
@ordered
@click.option("--login", required=True, help="log-in of the tablet")
@click.option("--lost", is_flag=True, help="it may be in somebody else's hands")
def end_kiosk(name: str, by: str, login: str, lost: bool) -> None:
    """End a tablet at once: its place, its keys and its sessions. What its codes have proven stays."""
    with opened(configured()) as house:
        order = _order(house, name, by)
        ended = bases.end_kiosk(order, login, "lost" if lost else "retired")
    if isinstance(ended, Objection):
        _object(ended)
    click.echo(f"{login} has ended at {name}, with {ended} {'key' if ended == 1 else 'keys'}.")


@base.command("show")
@ordered
def show(name: str, by: str) -> None:
    """Who serves at the base NAME, from when to when, and how far its kiosks' clocks were off when they were last heard."""
    with opened(configured()) as house:
        places = bases.list_places(_order(house, name, by))
    if not places:
        click.echo("Nobody serves there.")
    for place in places:
        clock = "" if place.heard_at is None else f"  clock {place.seconds:+} s, heard {day_of(place.heard_at)}"
        click.echo(f"{place.role:<12}  {place.login:<16}  {place.first} - {place.last or '':<10}  {place.name}{clock}".rstrip())


def _order(house: House, name: str, by: str, make: bool = False) -> Order:
    order = bases.find_order(house.writer, name, by, house.clock(), make)
    if isinstance(order, Objection):
        _object(order)
    return order


def _expect(said: Verdict | Objection) -> None:
    if isinstance(said, Objection):
        _object(said)
    if said["as"] != "accepted":
        raise click.ClickException(VERDICTS.get(said.get("word", ""), f"The book did not take it: {said}"))


def _object(why: Objection) -> NoReturn:
    raise click.ClickException(SENTENCES[why.word].format(about=why.about))
