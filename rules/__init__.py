"""Rules: the kinds of breach, the rule book, the item catalogue, and the engine that judges a case. All pure."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mingjing.calendars import Calendars
from mingjing.errors import BookError, Mistake
from mingjing.registers import Registers, load_registers
from mingjing.settings import Settings
from mingjing.timetable import DEFAULT, Timetable
from mingjing.timetable import load as load_timetable
from rules.book import Book, load_book
from rules.catalogue import Catalogue, load_catalogue
from rules.engine import Engine, Judgement
from rules.overlay import NOTHING
from rules.presets import load_overlay
from rules.reader import Surroundings

__all__ = ["Book", "Catalogue", "Engine", "Judgement", "Registers", "load_engine", "surroundings"]

_T = TypeVar("_T")


def surroundings(settings: Settings, mistakes: list[Mistake]) -> Surroundings:
    """The calendars, the hall's timetable and the defaults of the settings; adds what is wrong with them."""
    folder = Path(settings.calendars_dir) if settings.calendars_dir else None
    calendars, timetable = Calendars(), DEFAULT
    try:
        calendars = Calendars(folder)
    except BookError as wrong:
        mistakes += wrong.mistakes
    try:
        timetable = _timetable(folder)
    except BookError as wrong:
        mistakes += wrong.mistakes
    return Surroundings(calendars, timetable, settings.timezone, settings.calendar)


def _timetable(folder: Path | None) -> Timetable:
    return load_timetable(folder / "timetable.toml" if folder else None)


def load_engine(settings: Settings) -> Engine:
    """The engine of the settings' rule book, preset, catalogue, registers and calendars.

    Raises BookError with all mistakes of all, UsageError for a preset that nobody knows.
    """
    mistakes: list[Mistake] = []
    around = surroundings(settings, mistakes)
    overlay = _read(lambda: load_overlay(settings.preset), mistakes) or NOTHING
    book = _read(lambda: load_book(_path(settings.rules_dir), around, overlay=overlay), mistakes)
    catalogue = _read(lambda: load_catalogue(_path(settings.items_dir)), mistakes)
    registers = _read(lambda: load_registers(_path(settings.registers_dir)), mistakes)
    if mistakes or book is None or catalogue is None or registers is None:
        raise BookError(mistakes)
    return Engine(book, catalogue, settings.timezone, registers)


def _read(load: Callable[[], _T], mistakes: list[Mistake]) -> _T | None:
    """What `load` loads, or None after adding its mistakes."""
    try:
        return load()
    except BookError as wrong:
        mistakes += wrong.mistakes
        return None


def _path(directory: str | None) -> Path | None:
    return Path(directory) if directory else None
