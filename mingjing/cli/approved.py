"""The engine of what two persons approved, for the services that judge."""

import tempfile
from pathlib import Path

from msgspec.structs import replace

from mingjing.changes.fold import Era, Standing
from mingjing.changes.office import Office, require
from mingjing.changes.parts import PRESET, Files, Part
from mingjing.errors import UsageError
from mingjing.instants import at, micros
from mingjing.record.keys import signer
from mingjing.record.recorder import Recorder
from mingjing.settings import Settings, clock_now
from mingjing.store import Store
from rules import Engine, load_engine
from rules.eras import Eras

JUDGING: tuple[Part, ...] = ("rules", "items")
"""Parts whose changes hold for cases that began later; calendars may not change in the past, the others are dated."""


def approved_engine(chosen: Settings, service: str) -> Engine:
    """The engine of the settings; where `two_persons` is on, of what was approved, each change from its approval on.

    What a first service starts with is adopted. NotApproved where the files are not those in force.
    """
    if not chosen.two_persons:
        return load_engine(chosen)
    with Store(_desk(chosen)) as store:
        office = made(chosen, store, service)
        office.adopt(f"system:{service}")
        standings = {one.part: one for one in office.all()}
    require(chosen, standings.values())
    return _eras(chosen, standings)


def made(chosen: Settings, store: Store, service: str) -> Office:
    """The office of the settings' installation."""
    sealing = Recorder(store, signer(chosen.seal_dir), service)
    return Office(store, sealing, chosen, lambda: at(clock_now(chosen)), lambda *of: loads(chosen, *of))


def loads(chosen: Settings, part: Part, files: Files) -> None:
    """BookError or UsageError where the files of a part cannot be loaded with the others as the settings name them."""
    with tempfile.TemporaryDirectory(prefix="mingjing-") as aside:
        if part == "scheme":
            from mingjing.scoring import schemes

            name = next(iter(files), None)
            if name is None or len(files) > 1:
                raise UsageError("scheme: one TOML file is a scheme")
            written(files, Path(aside))
            schemes.load(str(Path(aside) / name))
        else:
            load_engine(_with(chosen, part, files, Path(aside)))


def written(files: Files, folder: Path) -> None:
    """Writes the files of a part into a folder, whatever their names say of other folders."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / Path(name).name).write_bytes(content)


def _desk(chosen: Settings) -> str:
    if chosen.store_dsn is None or chosen.desk_dsn is None:
        raise UsageError("two_persons: needs store_dsn and desk_dsn, since what was approved is in the sealed record")
    return chosen.desk_dsn


def _with(chosen: Settings, part: Part, files: Files, aside: Path) -> Settings:
    """The settings with a part's files in place of theirs."""
    plain = {name: content for name, content in files.items() if not name.startswith(PRESET)}
    over = {name: content for name, content in files.items() if name.startswith(PRESET)}
    written(plain, aside / part)
    if part == "rules":
        written(over, aside / "preset")
        preset = next((str(aside / "preset" / Path(name).name) for name in over), None)
        return replace(chosen, rules_dir=str(aside / part), preset=preset)
    folder = str(aside / part) if plain else None
    match part:
        case "items":
            return replace(chosen, items_dir=folder)
        case "registers":
            return replace(chosen, registers_dir=folder)
        case _:
            return replace(chosen, calendars_dir=folder)


def _eras(chosen: Settings, standings: dict[Part, Standing]) -> Engine:
    """One engine for each stretch of time in which neither rules nor items changed."""
    begins = sorted({era.since for part in JUDGING for era in standings[part].eras if era.since is not None})
    if not begins:
        return load_engine(chosen)
    engines = []
    for begin in (None, *begins):
        with tempfile.TemporaryDirectory(prefix="mingjing-") as aside:
            then = chosen
            for part in JUDGING:
                held = [one for one in standings[part].eras if _by(one, begin)]
                then = _with(then, part, held[-1].files, Path(aside))
            engines.append(load_engine(then))
    later = [(micros(begin), engine) for begin, engine in zip(begins, engines[1:], strict=True)]
    return Eras(engines[0], later, chosen.timezone)


def _by(era: Era, begin: object) -> bool:
    """Whether an era had begun by an instant; None: at the beginning."""
    return era.since is None or (begin is not None and era.since <= begin)  # type: ignore[operator]
