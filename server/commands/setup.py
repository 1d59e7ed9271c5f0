"""Before the first request: tables, the first people who may let others in, and the description of the doors."""

import json
import os
import secrets
import tempfile
from uuid import UUID

import click

from server import clock, create_app, openapi
from server.commands.opened import bar, configured, opened
from server.config import home_of, read_config
from server.errors import Denial
from server.house import House
from server.services.keeping import numbers, upkeep
from server.services.people import roster
from server.store.host.keys import make_instance_files, read_key
from server.store.migrations import found, let_serve
from server.store.people.passwords import code_of

NOT_MADE = {
    "bad_login": "A log-in is made of letters, digits and . _ - only: it stands in a link.",
    "login_taken": "The log-in {login} is somebody's already.",
}
NO_SLIP = {
    "not_found": "{login} has been disabled and gets no code.",
    "needs_two_people": "{login} has been in before and signs or decides: two people let him in again, with `jiangji reset`.",
}
DESK_ROLES = ("coordinator", "base_admin", "system_admin")
ORG_KINDS = ("college", "enterprise", "chain_leader", "base", "authority")


@click.command()
@click.option("--app-role", help="a PostgreSQL role that may then serve, but neither change tables nor rewrite operations")
def migrate(app_role: str | None) -> None:
    """Make the secret, the key and the tables, or bring them to this release. Where documents have another shape now, they are made
    anew from their operations."""
    make_instance_files(home_of(os.environ))
    config = configured()
    found(config.database_url, read_key(config.server_key), secrets.token_hex(8), clock(), lambda step: click.echo(f"  {step}"))
    if app_role is not None:
        if not config.database_url.startswith("postgresql"):
            raise click.ClickException("--app-role is for PostgreSQL; SQLite knows no roles.")
        let_serve(config.database_url, app_role)
    with opened(config) as here, bar("Making the documents anew") as progress:
        upkeep.reshape(progress)
        _, shared = numbers.blind_anew(here.vault)
    if shared:
        click.echo(f"{shared} people are registered under a number that somebody else has too: one person twice. See the roster.")
    click.echo("The database is ready for this release.")


@click.group()
def admin() -> None:
    """People who let others in."""


@admin.command()
@click.option("--name", prompt="Name", help="as it is shown to others")
@click.option("--login", prompt="Log-in", help="what the person types to log in")
@click.option("--org", prompt="College", help="the organisation; it is made if nobody has that name yet")
@click.option("--org-kind", type=click.Choice(ORG_KINDS), default="college", show_default=True)
@click.option("--role", type=click.Choice(DESK_ROLES), default="coordinator", show_default=True)
def create(name: str, login: str, org: str, org_kind: str, role: str) -> None:
    """Make a coordinator or an administrator of a base or of all, and print the code that opens the door once.

    For somebody who has never been in, the same command prints another code; the one before is dead then."""
    with opened(configured()) as house:
        person_id = roster.find_newcomer(login, name) or make_person(house, name, login)
        org_id = roster.find_org(org)
        if org_id is None:
            org_id = fresh_uuid(house)
            roster.make_org(org_id, org_kind, org)
        roster.give_role(person_id, role, org_id)
        print_slip(house, person_id, login, f"{name} ({role}, {org})")


def print_slip(house: House, person_id: str, login: str, who: str) -> None:
    """A code, said here and nowhere else."""
    code = code_of(house.chance(7))
    issued = roster.issue_code(house.hasher, person_id, code, fresh_uuid(house), house.clock())
    if isinstance(issued, Denial):
        raise click.ClickException(NO_SLIP[issued.word].format(login=login))
    say_slip(house, login, code, who)


def say_slip(house: House, login: str, code: str, who: str) -> None:
    click.echo(f"{who} opens within 72 hours, once:")
    click.echo(f"  https://{house.config.hosts[0]}/activate#{login}.{code}")
    click.echo(f"or types the log-in {login} and the code {code[:5]}-{code[5:]}.")


def make_person(house: House, name: str, login: str) -> str:
    person_id = fresh_uuid(house)
    denial = roster.make_person(person_id, name, login, house.clock())
    if denial:
        raise click.ClickException(NOT_MADE[denial.word].format(login=login))
    return person_id


def fresh_uuid(house: House) -> str:
    return str(UUID(bytes=house.chance(16), version=4))


@click.command("openapi")
def print_openapi() -> None:
    """Print the OpenAPI document of the doors. Needs no database."""
    with tempfile.TemporaryDirectory(prefix="jiangji-") as folder:
        env = {"JIANGJI_HOME": folder, "JIANGJI_HASH_MEMORY_KIB": "64"}
        make_instance_files(home_of(env))
        click.echo(json.dumps(openapi(create_app(read_config(env))), ensure_ascii=False, indent=2, sort_keys=True))
