"""`mingjing schema`: the JSON Schemas of the contracts."""

import json
from typing import Annotated, Literal

import typer

from mingjing import schema as contracts


def schema(
    contract: Annotated[
        Literal["event", "finding", "presence", "dead-letter"] | None,
        typer.Argument(help="Which contract; none: all of them, by name.", show_default=False),
    ] = None,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="Language of titles and descriptions.")] = "en",
) -> None:
    """Print the JSON Schema of case events, findings, presence samples or dead letters."""
    found: object
    if contract is None:
        found = {name: contracts.schema(name, lang) for name in contracts.CONTRACTS}
    else:
        found = contracts.schema(contract, lang)
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
