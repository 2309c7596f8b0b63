"""`mingjing scores rule`: what was decided about a finding 认定."""

from datetime import UTC
from typing import Annotated

import typer

from mingjing.cli.scores.parts import opened
from mingjing.rulings import checked
from mingjing.store.rulings import write_rulings


def rule(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Its finding_id, as the case page shows it.")],
    outcome: Annotated[str, typer.Option(help="upheld, revoked, changed, confirmed or cleared.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept for good.")] = "",
    by: Annotated[str, typer.Option(help="Who decided: a code or an office.")] = "",
    severity: Annotated[int | None, typer.Option(help="1, 2 or 3; only with `changed`.")] = None,
) -> None:
    """Rule on a finding: it stands, never counts, or counts otherwise; a lead or a doubt is confirmed or cleared.

    The scores follow within seconds; a frozen period that it touches gets its next revision.
    """
    with opened() as at:
        ruling = checked(at.store, finding, outcome, severity, reason, by, at.now.astimezone(UTC))
        write_rulings(at.store, [ruling])
    case = f" of case {ruling.case_id}" if ruling.case_id else ""
    typer.echo(f"{ruling.finding_id}{case}: {ruling.outcome}" + (f" to {severity}" if severity else ""))
