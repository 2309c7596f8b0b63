"""`mingjing handling`: what was done about findings."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from msgspec import Struct
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mingjing import logs, settings
from mingjing.access import WHOLE, Person
from mingjing.accounts.office import Office
from mingjing.cli.parts import desk_settings, progress_of_cases
from mingjing.errors import UsageError
from mingjing.handling import desk
from mingjing.handling.allowed import audit
from mingjing.handling.desk import Desk, View, done_of
from mingjing.handling.fold import Broken, standing
from mingjing.handling.machine import STEPS
from mingjing.handling.ruling import ruling
from mingjing.instants import at
from mingjing.record.recorder import Recorder, recorder
from mingjing.rulings import RED
from mingjing.scoring.rulings import Ruling, last_of_each
from mingjing.settings import Settings, clock_now
from mingjing.store import Store
from mingjing.store.handling import findings_of, handled
from mingjing.store.rulings import rulings
from mingjing.texts import text
from mingjing.zones import Zone

app = typer.Typer(
    help="What was done about a finding: show, act, check, rebuild.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class Open(Struct, frozen=True):
    """What the commands work with."""

    settings: Settings
    desk: Desk
    store: Store
    recorder: Recorder
    zone: Zone


@app.command()
def show(finding: Annotated[str, typer.Argument(help="The finding's id.")]) -> None:
    """Show how the handling of a finding stands: its acts, and the deadlines that run."""
    with _open() as opened:
        view = opened.desk.views([finding]).get(finding)
        if view is None:
            raise UsageError(f"no finding {finding!r} was ever published, or its acts are broken (handling check)")
        _print(view, opened.zone)


@app.command()
def act(
    finding: Annotated[str, typer.Argument(help="The finding's id.")],
    step: Annotated[str, typer.Argument(help="What is done: " + ", ".join(STEPS))],
    account: Annotated[str, typer.Option("--as", help="The account that acts; its password is asked for.")],
    text: Annotated[str, typer.Option(help="The reason, explanation or comment.")] = "",
    severity: Annotated[int, typer.Option(min=0, max=3, help="Of `change`: the new, lower one.")] = 0,
    to: Annotated[str, typer.Option(help="Of `hand_over`: the account; of `transfer`: the body.")] = "",
    days: Annotated[int, typer.Option(min=0, help="Of `extend`: working days.")] = 0,
    seen: Annotated[
        int | None, typer.Option(min=0, help="The last act that was looked at; else the last there is.")
    ] = None,
) -> None:
    """Do something about a finding, as one signed in; what is allowed is what the pages allow.

    Exit status 2: it is refused, or somebody has acted since.
    """
    if step not in STEPS:
        raise UsageError(f"no step {step!r}; there are {', '.join(STEPS)}")
    password = typer.prompt("Password", hide_input=True, err=True)
    with _open() as opened, _signed_in(opened, account, password) as person:
        view = opened.desk.view(person, finding)
        made = opened.desk.act(
            person, finding, step, seen=view.handling.number if seen is None else seen, text=text, severity=severity,
            to=to, days=days,
        )  # fmt: skip
        _print(made, opened.zone)


@app.command()
def check(show: Annotated[int, typer.Option(min=1, help="List at most so many.")] = 1_000) -> None:
    """Fold every handling again from the sealed record, and compare states, lists and rulings with it.

    Exit status 1: some acts cannot have happened so, or a list says something else (`handling rebuild` mends lists).
    Whether the record itself is as it was written is `mingjing seal check`'s question.
    """
    console = Console(stderr=True)
    count = total = 0
    with _open() as opened, progress_of_cases(console) as progress:
        task = progress.add_task("checking", total=None)
        for part in handled(opened.store):
            for line in _wrong(opened, part):
                count += 1
                if count <= show:
                    typer.echo(line)
            total += len(part)
            progress.update(task, completed=total)
    console.print(f"{total:,} findings were handled: " + (f"{count:,} mistakes" if count else "all as recorded"))
    if count:
        raise typer.Exit(1)


@app.command()
def rebuild() -> None:
    """Make the lists of the desk, and the rulings that scores read, those of the sealed record again.

    The clerk does that for whatever is acted on; this is for a changed calendar or policy, and for a lost table.
    """
    console = Console(stderr=True)
    count = 0
    with _open() as opened, progress_of_cases(console) as progress:
        task = progress.add_task("rebuilding", total=None)
        for part in handled(opened.store):
            count += len(opened.desk.settle(part))
            progress.advance(task, len(part))
    console.print(f"{count:,} rows or rulings were put right" if count else "the lists are those of the record")


def _wrong(opened: Open, part: list[str]) -> Iterator[str]:
    findings = findings_of(opened.store, part)
    recorded = opened.desk.recorded(part)
    ruled = last_of_each(rulings(opened.store, findings=part))
    for one in part:
        finding = findings.get(one)
        if finding is None:
            yield f"{one}\tno such finding was ever published"
            continue
        try:
            acts = standing(map(done_of, recorded.get(one, ())))
            for line in audit(finding, acts):
                yield f"{one}\t{line}"
            if finding.severity == RED and (alone := _alone(ruling(finding, acts), ruled.get(one))):
                yield f"{one}\t{alone}"
        except Broken as why:
            yield f"{one}\t{why}"
    for one in opened.desk.unsettled(part):
        yield f"{one}\tlist or ruling differs from the record"


def _alone(decided: Ruling | None, stands: Ruling | None) -> str:
    """What is wrong with a ruling on a red card that is not what two persons' acts come to; "" if nothing is."""
    if stands is None or stands.outcome not in ("revoked", "changed"):
        return ""
    if decided is not None and decided.outcome == stands.outcome:
        return ""
    return f"a red card was {stands.outcome} by {stands.ruled_by}, without the acts of two persons"


def _print(view: View, zone: Zone) -> None:
    handling = view.handling
    table = Table("", "At", "By", "Role", "Step", "")
    for done in view.acts:
        more = " ".join(filter(None, (done.act.to, str(done.act.days or ""), done.act.text)))
        cells = (str(done.number), _local(done.at, zone), done.by, done.act.role, _word("step", done.act.step), more)
        table.add_row(*map(escape, cells))
    Console().print(table)
    typer.echo(f"{view.finding.finding_id}: {_word('state', handling.state)}, severity {handling.severity}")
    for one in view.deadlines:
        until = (
            text("handling.due.unknown", "en", year=one.missing_year)
            if one.due_at is None
            else _local(one.due_at, zone)
        )
        typer.echo(f"{_word('due', one.key)}: before {until}")


def _local(instant: datetime, zone: Zone) -> str:
    return f"{instant.astimezone(zone.info):%Y-%m-%d %H:%M}"


def _word(section: str, key: str) -> str:
    return text(f"handling.{section}.{key}", "en")


@contextmanager
def _open() -> Iterator[Open]:
    chosen = settings.load()
    logs.setup(chosen.log_format, chosen.log_level)
    with desk_settings(chosen) as own:
        if own.desk_dsn is None or own.store_dsn is None:
            raise UsageError("handling needs store_dsn, to read findings, and desk_dsn, to record what is done")
        with (
            closing(recorder(own, "handling")) as record,
            Store(own.store_dsn, profile="offline", scope=WHOLE) as reader,
            Store(own.desk_dsn, profile="offline") as store,
        ):
            yield Open(own, desk.made(own, store, record, reader), reader, record, Zone(own.timezone))


@contextmanager
def _signed_in(opened: Open, account: str, password: str) -> Iterator[Person]:
    chosen = opened.settings

    @contextmanager
    def store() -> Iterator[Store]:
        with Store(chosen.desk_dsn or "", profile="dashboard") as one:
            yield one

    office = Office(
        store, opened.recorder, hours=chosen.session_hours, now=lambda: at(clock_now(chosen)),
        wall=lambda: datetime.now(UTC),
    )  # fmt: skip
    session = office.sign_in(account, password)
    try:
        standing = office.standing(session.token)
        if standing is None or standing.renew:
            raise UsageError(f"{account} must change the first password before anything else; sign in on the pages")
        yield standing.person
    finally:
        office.sign_out(session.token)
