"""What the person at the terminal reads, in Chinese and English side by side."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

from mingjing.demo.cameras import watched
from mingjing.demo.plan import Plan
from mingjing.demo.staff import Enrolled
from mingjing.instants import at
from mingjing.simulate import city
from mingjing.simulate.almanac import CHINA
from mingjing.texts import LANGUAGES, both, text

console = Console(stderr=True, highlight=False)


@contextmanager
def step(key: str, **places: object) -> Iterator[Status]:
    """One thing that is being started: named while it runs, ticked off with its seconds when it is done."""
    words = line(key, **places)
    began = time.monotonic()
    with console.status(words) as status:
        yield status
    console.print(f"  [green]✓[/] {words} [dim]{time.monotonic() - began:.1f} s[/]", soft_wrap=True)


def line(key: str, **places: object) -> str:
    """A text of the demo in both languages."""
    text = both(f"demo.{key}", **places)
    return f"{text.zh} · {text.en}"


def begin(plan: Plan) -> None:
    """Say what is about to happen."""
    console.print(f"[bold]{line('title')}[/]")
    if plan.dashboard_port != (plan.options.port or plan.usual_port):
        console.print(f"  {line('port_taken', taken=plan.usual_port, port=plan.dashboard_port)}")


def without(key: str) -> None:
    """Say what this demo goes without, and how to come by it."""
    console.print(f"  [yellow]![/] {line(key)} .venv/bin/mingjing demo --prepare", soft_wrap=True)


def ready(plan: Plan, events: int, staff: Sequence[Enrolled]) -> None:
    """Say where to look, and what can be done beside."""
    shown = at(plan.now()).astimezone(CHINA)
    minutes = f"{8 * 60 / plan.options.speed:.0f}"
    places = {"now": f"{shown:%Y-%m-%d %H:%M}", "speed": f"{plan.options.speed:g}", "minutes": minutes}
    console.print(f"\n[bold green]{line('ready')}[/]\n\n    [bold]{plan.address}[/]\n", soft_wrap=True)
    console.print(f"  {line('accounts')}", soft_wrap=True)
    for one in staff:
        console.print(f"    {one.account.account:<13} {one.password}   [dim]{one.account.name}[/]", soft_wrap=True)
    console.print(f"\n  {line('public')}\n    {plan.public_address}", soft_wrap=True)
    console.print(f"  {line('api', token=plan.token)}\n    {plan.api_address}/openapi.json\n", soft_wrap=True)
    desk = watched(city(plan.options.seed))[0]
    for language in LANGUAGES:
        places["first"] = getattr(desk, language)
        for key in ("events", "time", "scores", *(["hall"] if plan.filmed else []), "beside"):
            console.print("  " + text(f"demo.{key}", language, events=f"{events:,}", **places), soft_wrap=True)
    console.print(f"    MINGJING_SETTINGS={plan.settings_file} .venv/bin/mingjing verify", soft_wrap=True)
    console.print(f"\n{line('stop')}", soft_wrap=True)


def stopping() -> None:
    """Say that the end was asked for."""
    console.print(line("stopping"))


def stopped() -> None:
    """Say that nothing is left running."""
    console.print(line("stopped"))
