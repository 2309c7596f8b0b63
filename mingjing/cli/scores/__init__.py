"""`mingjing scores`: efficiency scores at the command line. One module per group of commands."""

import typer

from mingjing.cli.scores import frozen, keeping, rule, schemes, show

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Efficiency scores: show, explain, freeze, rule on findings, check; schemes.",
)


@app.callback()
def scores() -> None:
    """Efficiency scores: what each window, officer, department, region and item is worth, and why."""


for command in (
    show.show,
    show.explain,
    frozen.freeze,
    frozen.revise,
    frozen.revisions,
    rule.rule,
    keeping.check,
    keeping.repair,
    keeping.rebuild,
):
    app.command()(command)
app.add_typer(schemes.app, name="schemes")
