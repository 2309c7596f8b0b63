"""`mingjing accounts`: who may sign in."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from mingjing import logs, settings
from mingjing.accounts.account import Account
from mingjing.accounts.office import Office
from mingjing.cli.parts import desk_settings
from mingjing.errors import UsageError

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help="The account: 2 to 40 of a-z, 0-9, dot, - and _.")]
Roles = Annotated[list[str], typer.Option("--role", help="A role; may be given again.")]
Place = Annotated[
    str, typer.Option(help="What is seen: region:CODE with all below it, department:CODE, window:CODE, or * for all.")
]
Officer = Annotated[str, typer.Option(help="The code that events know him or her by; officers need it.")]


@app.callback()
def accounts() -> None:
    """Who may sign in, in which role, and what is seen from there. Each change is in the sealed record."""


@app.command()
def add(
    name: Name,
    role: Roles,
    place: Place = "",
    officer: Officer = "",
    person: Annotated[str, typer.Option("--name", help="What the person is called.")] = "",
    email: Annotated[str, typer.Option(help="What a provider of OpenID Connect knows the person by.")] = "",
    subject: Annotated[
        str, typer.Option(help="Issuer and subject at the provider, with a space between; surer than the e-mail.")
    ] = "",
    no_password: Annotated[bool, typer.Option("--no-password", help="Only the provider lets this person in.")] = False,
) -> None:
    """Make an account; prints its one-time password, this once. It must be changed at the first sign-in."""
    made = Account(
        account=name,
        name=person,
        roles=tuple(role),  # type: ignore[arg-type]  # checked when it is made
        place=place,
        officer=officer,
        email=email,
        subject=subject,
    )
    with _office() as office:
        _print_once(office.add(made, _by(), password=not no_password))


@app.command("list")
def list_() -> None:
    """Every account, one a line: name, state, roles, place, officer's code."""
    with _office() as office:
        for one in office.everyone():
            state = "closed" if one.closed else "first password" if one.renew else "open"
            typer.echo("\t".join((one.account, state, ",".join(one.roles), one.place, one.officer, one.name)))


@app.command()
def close(name: Name) -> None:
    """Close an account and end its sessions."""
    with _office() as office:
        office.close(name, _by())


@app.command()
def reset(name: Name) -> None:
    """Give another one-time password and print it, this once; the account's sessions end."""
    with _office() as office:
        _print_once(office.reset(name, _by()))


@app.command()
def roles(
    name: Name, role: Roles, officer: Annotated[str | None, typer.Option(help="The officer's code.")] = None
) -> None:
    """Give an account these roles in place of those that it has."""
    with _office() as office:
        office.change(name, _by(), roles=role, officer=officer)


@app.command()
def place(
    name: Name, where: Annotated[str, typer.Argument(help="region:CODE, department:CODE, window:CODE, or *.")]
) -> None:
    """Give an account another place, and with it what is seen."""
    with _office() as office:
        office.change(name, _by(), place=where)


@contextmanager
def _office() -> Iterator[Office]:
    from mingjing.instants import at
    from mingjing.record.keys import signer
    from mingjing.record.recorder import Recorder
    from mingjing.settings import clock_now
    from mingjing.store import Store

    chosen = settings.load()
    logs.setup(chosen.log_format, chosen.log_level)
    with desk_settings(chosen) as own:
        if own.desk_dsn is None:
            raise UsageError("accounts need desk_dsn, the ClickHouse user who may write them")

        @contextmanager
        def store() -> Iterator[Store]:
            with Store(own.desk_dsn or "", profile="dashboard") as one:
                yield one

        with Store(own.desk_dsn, profile="dashboard") as recording:
            recorder = Recorder(recording, signer(own.seal_dir), "accounts")
            yield Office(store, recorder, hours=own.session_hours, now=lambda: at(clock_now(own)), wall=_wall)


def _wall() -> datetime:
    return datetime.now(UTC)


def _by() -> str:
    return f"cli:{getpass.getuser()}"


def _print_once(password: str) -> None:
    if password:
        typer.echo(password)
