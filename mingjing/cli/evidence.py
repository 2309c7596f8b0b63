"""`mingjing evidence`: packs a finding's evidence, and checks a pack anywhere."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mingjing import settings
from mingjing.errors import UsageError

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Evidence packs: make one of a finding, check one anywhere."
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="An evidence pack.", show_default=False)]


@app.command()
def pack(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="The number of the finding.")],
    out: Annotated[Path | None, typer.Option(help="Where the pack is written; else a name of its own here.")] = None,
    reason: Annotated[str, typer.Option(help="Why it is made; it stands in the pack and in the record.")] = "",
) -> None:
    """Pack the evidence of a finding into one signed ZIP file; that it was made is recorded.

    Personal fields are masked; who needs them packs on the investigator's page, having unsealed the case.
    """
    from getpass import getuser

    from mingjing.cli.parts import store_dsn
    from mingjing.evidence.gather import pack as made
    from mingjing.instants import at
    from mingjing.privacy.loading import masker
    from mingjing.record.keys import signer
    from mingjing.record.recorder import Recorder
    from mingjing.store import Store
    from mingjing.store.masking import Veil

    chosen = settings.load()
    if out is not None and not out.parent.is_dir():
        raise UsageError(f"{out.parent}: is no directory to write into")
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline") as store, Store(chosen.desk_dsn or dsn) as desk:
        store.veil = Veil(masker(chosen))
        recorder = Recorder(desk, signer(chosen.seal_dir), "evidence")
        now = at(settings.clock_now(chosen))
        done = made(store, recorder, chosen, f"system:{getuser()}", finding, now, reason=reason)
    path = out or Path(done.name)
    path.write_bytes(done.content)
    console = Console(stderr=True)
    for note in done.notes:
        console.print(f"not in it: {note.en if chosen.language == 'en' else note.zh}", highlight=False)
    facts = (
        f"{done.manifest.events} events, {done.manifest.masked} masked, {done.manifest.entries} entries of the record"
    )
    console.print(f"{path}: {len(done.content):,} bytes, {facts}", highlight=False)


@app.command()
def check(
    file: File,
    key: Annotated[
        str | None,
        typer.Option(
            help="The public key that must have signed it: 64 hex digits, or a PEM file (`mingjing seal keys`)."
        ),
    ] = None,
) -> None:
    """Check a pack, with nothing but the pack: signature, every file, the sealed entries, and the verdict again.

    Exit status 1 if anything is not as it was signed or the verdict does not follow; 2 if the file
    cannot be read as a pack.
    """
    from mingjing.evidence.checking import checked
    from mingjing.evidence.opening import opened
    from rules.recheck import recheck

    report = checked(opened(file), key=_key(key), recompute=recheck)
    for line in report.told:
        typer.echo(f"  {line}")
    for line in report.wrong:
        typer.echo(f"WRONG {line}")
    manifest = report.manifest
    about = (
        f"finding {manifest.finding} ({manifest.rule}), made by {manifest.made_by} at {manifest.made_at.isoformat()}"
    )
    if report.agrees is False:
        typer.echo(f"{file}: as it was signed, but the verdict DOES NOT FOLLOW from it: {about}")
        raise typer.Exit(1)
    if not report.whole:
        typer.echo(f"{file}: NOT as it was signed: {about}")
        raise typer.Exit(1)
    judged = "the verdict follows from it" if report.agrees else "the verdict was NOT judged again"
    typer.echo(f"{file}: whole, {judged}: {about}, {len(manifest.files)} files")
    if not report.trusted:
        typer.echo(f"anybody can sign: WHOSE key {report.key} is was not checked; name the authority's with --key")


def _key(given: str | None) -> str | None:
    from mingjing.record.keys import read_public

    if given is None:
        return None
    plain = given.strip().lower()
    if len(plain) == 64 and all(mark in "0123456789abcdef" for mark in plain):
        return plain
    if not Path(given).is_file():
        raise UsageError(f"--key {given[:80]!r}: neither 64 hex digits nor a file with a public key")
    return read_public(Path(given))
