"""Rules: the kinds of breach, the rule book, the item catalogue, and the engine that judges a case. All pure."""

from pathlib import Path

from mingjing.calendars import Calendars
from mingjing.errors import BookError, Mistake
from mingjing.settings import Settings
from mingjing.timetable import DEFAULT, Timetable
from mingjing.timetable import load as load_timetable
from rules.book import Book, load_book
from rules.catalogue import EMPTY, Catalogue, load_catalogue
from rules.engine import Engine, Judgement
from rules.reader import Surroundings

__all__ = ["Book", "Catalogue", "Engine", "Judgement", "load_engine", "surroundings"]


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
    """The engine of the settings' rule book, catalogue and calendars. Raises BookError with all mistakes of all."""
    mistakes: list[Mistake] = []
    around = surroundings(settings, mistakes)
    book: Book | None = None
    catalogue = EMPTY
    try:
        book = load_book(Path(settings.rules_dir) if settings.rules_dir else None, around)
    except BookError as wrong:
        mistakes += wrong.mistakes
    try:
        catalogue = load_catalogue(Path(settings.items_dir) if settings.items_dir else None)
    except BookError as wrong:
        mistakes += wrong.mistakes
    if mistakes or book is None:
        raise BookError(mistakes)
    return Engine(book, catalogue, settings.timezone)
