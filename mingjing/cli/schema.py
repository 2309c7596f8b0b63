"""`mingjing schema`: the JSON Schemas of the contracts."""

import json
from typing import Annotated, Literal

import typer

from mingjing import schema as contracts
from mingjing.opendata import files


def schema(
    contract: Annotated[
        Literal["event", "finding", "presence", "dead-letter", "open-data"] | None,
        typer.Argument(help="Which contract; none: all of them, by name.", show_default=False),
    ] = None,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="Language of titles; open data have both.")] = "en",
) -> None:
    """Print the JSON Schema of case events, findings, presence samples, dead letters, or of open data."""
    found: object
    if contract is None:
        found = {name: contracts.schema(name, lang) for name in contracts.CONTRACTS} | {"open-data": files.schema()}
    else:
        found = files.schema() if contract == "open-data" else contracts.schema(contract, lang)
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
