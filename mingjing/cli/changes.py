"""`mingjing changes`: what two persons change, proposed by one and approved by the other."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mingjing import settings
from mingjing.access import Person
from mingjing.changes.fold import Proposal, Standing
from mingjing.changes.office import Office
from mingjing.changes.parts import PARTS, SHOWN, Part, difference, digest, read, summary
from mingjing.errors import UsageError
from mingjing.settings import Settings
from mingjing.store import Store

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Changes of rules, items, registers, calendars and the scheme: propose, approve, list.",
)

Which = Annotated[str, typer.Argument(metavar="PART", help=f"One of {', '.join(PARTS)}.", show_default=False)]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The proposal's number.", show_default=False)]
By = Annotated[
    str,
    typer.Option(
        "--by", help="Your account; its password is asked for, or read from standard input.", metavar="ACCOUNT"
    ),
]
Text = Annotated[str, typer.Option("--text", help="Why; it stands in the record.")]


@app.command("list")
def list_() -> None:
    """How every part stands: what is in force, what waits, and whether the files here are those in force."""
    with _office() as (chosen, office):
        for stands in office.all():
            here = read(chosen, stands.part)
            if not stands.eras:
                typer.echo(f"{stands.part}\tnothing adopted yet")
                continue
            last = stands.eras[-1]
            same = "the files here are these" if digest(here) == digest(last.files) else "THE FILES HERE ARE OTHERS"
            since = last.since.isoformat() if last.since else "the beginning"
            typer.echo(f"{stands.part}\t{digest(last.files)[:12]}\tsince {since}, by {' and '.join(last.by)}\t{same}")
            for one in stands.pending:
                typer.echo(f"{stands.part}\tproposal {one.number} waits\tby {one.by}: {one.text or '—'}")


@app.command()
def show(part: Which, number: Annotated[int, typer.Argument(help="A proposal; else the files here.")] = 0) -> None:
    """How a proposal, or what the files here say, differs from what is in force."""
    with _office() as (chosen, office):
        stands = office.standing(_part(part))
        after = _proposal(stands, number).files if number else read(chosen, stands.part)
    lines = list(difference(stands.files, after))
    for line in lines[:SHOWN]:
        typer.echo(line)
    if len(lines) > SHOWN:
        typer.echo(f"… and {len(lines) - SHOWN} lines more")
    typer.echo(f"{stands.part}: {summary(stands.files, after)}")


@app.command()
def adopt() -> None:
    """Take what the settings name as what is in force, where nothing is yet; a service does so when it first starts."""
    with _office() as (_, office):
        done = office.adopt(f"system:{getpass.getuser()}")
    typer.echo(f"adopted: {', '.join(done)}" if done else "everything was adopted before; propose a change instead")


@app.command()
def propose(
    part: Which,
    by: By,
    text: Text,
    folder: Annotated[
        Path | None, typer.Option("--from", help="A directory with the new files; else the one that the settings name.")
    ] = None,
) -> None:
    """Propose other files for a part; another account approves them."""
    with _office() as (chosen, office):
        made = office.propose(_person(chosen, by), _part(part), text, folder)
    typer.echo(f"{part}: proposal {made.number}, digest {made.after[:12]}; another account approves it")


@app.command()
def approve(part: Which, number: Number, by: By, text: Text = "") -> None:
    """Approve another person's proposal: in force for what begins from now on; `restore` puts its files in place."""
    with _office() as (chosen, office):
        stands = office.approve(_person(chosen, by), _part(part), number, text)
    typer.echo(f"{part}: in force is {digest(stands.files)[:12]} from now on; services load it when they start again")


@app.command()
def reject(part: Which, number: Number, by: By, text: Text = "") -> None:
    """Reject a proposal, or take back your own."""
    with _office() as (chosen, office):
        office.reject(_person(chosen, by), _part(part), number, text)
    typer.echo(f"{part}: proposal {number} is rejected")


@app.command()
def restore(part: Which, folder: Annotated[Path, typer.Argument(metavar="DIRECTORY", show_default=False)]) -> None:
    """Write the files in force into a new or empty directory."""
    from mingjing.cli.approved import written

    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: is not empty")
    with _office() as (_, office):
        stands = office.standing(_part(part))
    written({name: content for name, content in stands.files.items() if "/" not in name}, folder)
    typer.echo(f"{folder}: {len(stands.files)} files of {part}")


@contextmanager
def _office() -> Iterator[tuple[Settings, Office]]:
    from mingjing.cli.approved import made
    from mingjing.cli.parts import desk_settings

    with desk_settings(settings.load()) as chosen:
        if chosen.desk_dsn is None:
            raise UsageError("changes are in the sealed record: set desk_dsn")
        with Store(chosen.desk_dsn) as store:
            yield chosen, made(chosen, store, "changes")


def _part(name: str) -> Part:
    found = next((part for part in PARTS if part == name), None)
    if found is None:
        raise UsageError(f"no part {name!r}; there are {', '.join(PARTS)}")
    return found


def _proposal(stands: Standing, number: int) -> Proposal:
    found = next((one for one in stands.pending if one.number == number), None)
    if found is None:
        raise UsageError(f"{stands.part}: no proposal {number} waits")
    return found


def _person(chosen: Settings, account: str) -> Person:
    """Who acts: the account whose password is given. It signs in and out again, which the record shows."""
    from mingjing.accounts import office as accounts
    from mingjing.instants import at
    from mingjing.record.keys import signer
    from mingjing.record.recorder import Recorder

    @contextmanager
    def store() -> Iterator[Store]:
        with Store(chosen.desk_dsn or "", profile="dashboard") as one:
            yield one

    asked = sys.stdin.isatty()
    password = getpass.getpass(f"password of {account}: ") if asked else sys.stdin.readline().rstrip("\n")
    with store() as desk:
        entrance = accounts.Office(
            store,
            Recorder(desk, signer(chosen.seal_dir), "changes"),
            hours=chosen.session_hours,
            now=lambda: at(settings.clock_now(chosen)),
            wall=lambda: datetime.now(UTC),
        )
        opened = entrance.sign_in(account, password, address="command line")
        standing = entrance.standing(opened.token)
        entrance.sign_out(opened.token)
    if standing is None or standing.renew:
        raise UsageError(f"{account}: change the first password on the pages before anything else")
    return standing.person
