"""`mingjing draw`: draws experts 专家抽取 in the published way, and repeats draws that were recorded."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mingjing.errors import UsageError

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Draws of experts: make one, repeat those that were recorded."
)

Shown = Annotated[bool, typer.Option("--steps", help="Also print every ticket.")]


@app.command()
def make(
    seed: Annotated[str, typer.Option(help="The seed, fixed before the pool was or drawn in public after it.")],
    pool: Annotated[Path, typer.Option(help="A file with a code on each line; - for standard input.")],
    count: Annotated[int, typer.Option(min=1, help="How many are to be drawn.")],
    exclude: Annotated[list[str] | None, typer.Option(help="Who must not sit; repeat it for several.")] = None,
    steps: Shown = False,
) -> None:
    """Print who is drawn, one code a line, in the order of their tickets."""
    from mingjing.draws import tickets

    try:
        drawn = tickets(seed, _codes(pool), frozenset(exclude or ()), count)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from wrong
    for one in drawn:
        if steps:
            note = "excluded" if one.excluded else "drawn" if one.drawn else ""
            print(f"{one.place:4} {one.ticket} {one.code} {note}".rstrip())
        elif one.drawn:
            print(one.code)


@app.command()
def replay(
    events: Annotated[list[Path], typer.Argument(help="Event files: .jsonl, .csv, .xes, each also .gz.")],
    mapping: Annotated[Path | None, typer.Option(help="What the columns of a CSV, or names of a log, mean.")] = None,
    steps: Shown = False,
) -> None:
    """Repeat every draw of event files, one line for each: repeats, differs, or untold where the record is too thin.

    Exit status 1 if any differs. What another record corrects is passed over; what cannot be read is counted, and
    stops nothing.
    """
    from mingjing import inputs
    from mingjing.draws import recorded

    counts, refused, drawn = {"repeats": 0, "differs": 0, "untold": 0}, 0, []
    for record in inputs.read(events, mapping):
        refused += record.event is None
        if record.event is not None and record.event.type == "expert_drawn":
            drawn.append(record.event)
    corrected = {event.corrects for event in drawn}
    for event in drawn:
        if event.event_id in corrected:
            continue
        draw = recorded(event.data)
        try:
            state, again = ("untold", []) if draw is None else ("", draw.tickets())
            state = state or ("repeats" if draw is not None and draw.right() else "differs")
        except ValueError as wrong:
            state, again = f"differs: {wrong}", []
        counts[state.partition(":")[0]] += 1
        named = " ".join(one.code for one in again if one.drawn) or "-"
        said = " ".join(draw.drawn) if draw is not None else "-"
        print(f"{event.case_id} {event.event_id} {state}; recorded {said}; replay {named}")
        for one in again if steps else ():
            print(f"    {one.place:4} {one.ticket} {one.code}{' excluded' * one.excluded}{' drawn' * one.drawn}")
    told = ", ".join(f"{many} {state}" for state, many in counts.items())
    print(f"{sum(counts.values())} draws: {told}; {refused} records refused", file=sys.stderr)
    if counts["differs"]:
        raise typer.Exit(1)


def _codes(pool: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(pool) == "-" else pool.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as wrong:
        said = wrong.strerror if isinstance(wrong, OSError) else "is not UTF-8"
        raise UsageError(f"{pool}: {said}; it must be a text file with a code on each line") from wrong
    codes = [line.strip() for line in text.splitlines()]
    return [code for code in codes if code]
