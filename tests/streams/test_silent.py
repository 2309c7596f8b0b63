"""Who nothing is heard of: the rules on coverage find in a simulated city what its own count says, and nothing else."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from mingjing.calendars import Calendars
from mingjing.codec import encode
from mingjing.instants import micros
from mingjing.registers import load_registers
from mingjing.settings import Settings
from mingjing.simulate import simulation
from mingjing.simulate.catalogue import write_items, write_registers
from mingjing.simulate.silence import Silence
from mingjing.simulate.stream import event
from mingjing.store import Store, StoredEvent
from rules import Engine, surroundings
from rules.book import load_book
from rules.catalogue import load_catalogue
from streams.population import NOWHERE, Census

pytestmark = pytest.mark.store

BOOK = Path(__file__).parents[2] / "rules" / "book"
RULES = ("N11-U", "N11-I", "N11-W", "N11-S")
ZONE = "Asia/Shanghai"


def test_the_silent_are_found_exactly(store: Store, store_dsn: str, tmp_path: Path) -> None:
    """Rare items, points and windows without data, and a step that a source leaves away."""
    stream = simulation(date(2025, 1, 1), date(2025, 4, 1), seed=7, cases=500)
    city = stream.world.city
    busiest = max((i for i in city.items if len(i.steps) > 1 and i.immediate), key=lambda item: item.load)
    silence = Silence(city, stream.terms)
    records: list[StoredEvent] = []
    for _, happened in stream.days():
        for second, number, case in happened:
            note = case.notes[number]
            if case.item is busiest and note.data.get("step") == busiest.steps[0]:
                continue
            silence.hear(second, number, case)
            one = event(city, case, number)
            records.append(StoredEvent(one, encode(one), "case-events", 0, len(records), 1, None))
    store.write_events(records, "silent")
    for name in RULES:
        for path in BOOK.glob(f"{name}.*"):
            (tmp_path / "book").mkdir(exist_ok=True)
            shutil.copy(path, tmp_path / "book")
    for folder, write in (("items", write_items), ("registers", write_registers)):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, city, stream.terms)
    book = load_book(tmp_path / "book", surroundings(Settings(), []))
    engine = Engine(book, load_catalogue(tmp_path / "items"), ZONE, load_registers(tmp_path / "registers"))
    as_of = micros(datetime.fromisoformat("2025-04-10T12:00+08:00"))
    Census(store, store_dsn, engine, Calendars().get("cn"), ZONE).run(as_of, settle=0)
    found = {
        (one.rule, one.subject, str(one.evidence.facts["since"]), str(one.evidence.facts["until"]))
        for one in store.published([NOWHERE]).get(NOWHERE, {}).values()
    }
    told = {(one.rule, one.subject, one.first_day, one.last_day) for one in silence.told()}
    assert {rule for rule, *_ in told} == set(RULES)
    assert found == told
