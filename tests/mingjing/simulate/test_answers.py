"""The answer file is right: by hand-made cases, and because an engine that shares no line with it agrees."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import pytest
from msgspec.structs import replace

from mingjing.calendars import Calendars
from mingjing.instants import micros
from mingjing.registers import load_registers
from mingjing.simulate import City, Rates, Stream, city, simulation
from mingjing.simulate.almanac import DAY, Almanac, moment
from mingjing.simulate.answers import Answer, AnswerBook
from mingjing.simulate.catalogue import write_items, write_registers
from mingjing.simulate.cityplan import Item, dice
from mingjing.simulate.draft import Case, Note, World
from mingjing.simulate.judge import ARRANGED, RULES, UNANSWERED, judge
from mingjing.simulate.rates import quiet
from mingjing.simulate.stream import event
from mingjing.timetable import DEFAULT
from mingjing.types import CaseEvent
from rules.book import load_book
from rules.catalogue import load_catalogue
from rules.engine import Engine
from rules.reader import Surroundings

OF_RARE_MATTERS = (
    "agency", "agent", "award", "bad", "barred", "complaint", "contact", "contract", "deal", "drawn", "duty",
    "extension", "fee", "hearing", "lane", "levy", "licence", "not", "opening", "pause", "penalty", "permit",
    "pool", "returned", "rerun", "reopened", "sale", "self", "special", "tender", "unit", "waiver",
)  # fmt: skip
IRREGULAR = Rates.__struct_fields__[: Rates.__struct_fields__.index("online")]
RARE = [name for name in IRREGULAR if name.split("_")[0] in OF_RARE_MATTERS]
WILD = Rates(
    **(dict.fromkeys(IRREGULAR, 0.1) | dict.fromkeys(RARE, 0.25)),
    terminated=0.03,
    waived=0.4,
    heard=0.5,
    green=0.2,
    deals=0.6,
    correction=0.25,
    special=0.4,
    suspended=0.3,
    extended=0.6,
    refused=0.1,
    not_accepted=0.05,
)


SELDOM = {
    "extension_backdated",
    "extension_long",
    "extension_role",
    "extension_twice",
    "extension_untold",
    "returned_again",
    "rerun_late",
    "bad_rating_left",
    "bad_rating_unverified",
    "hearing_late",
    "hearing_notice_short",
    "not_told",
}
"""Irregularities of what is itself rare."""


@pytest.fixture(scope="module")
def almanac() -> Almanac:
    return Almanac()


@pytest.fixture(scope="module")
def town() -> City:
    return city(1)


BUSIER = {"penalty": 60, "levy": 10, "agency": 200, "tender": 100, "complaint": 6, "joint": 50, "forwarded": 30}
"""How often rare matters come in `busy`, so that a small simulation shows every one of them."""

Told = tuple[dict[str, list[CaseEvent]], list[Answer], datetime]


def busy(town: City) -> City:
    loads = (i.load * BUSIER.get(i.matter, 1) * BUSIER.get(i.case_type, 1) * _licences(i) for i in town.items)
    return replace(town, cumulated=tuple(accumulate(loads)))


def _licences(item: Item) -> int:
    """Items with a licence first, and registrations that end with one, come often too."""
    return 12 if any(one.licence_first or one.permits_after for one in item.versions) else 1


def told(town: City, rates: Rates, cases: int) -> Told:
    """A simulation's events by case, its answers, and the last occurrence."""
    stream = Stream(World(town, Almanac(), rates, town.seed), date(2024, 3, 11), date(2024, 7, 21), cases=cases)
    book = AnswerBook(stream.world.almanac, stream.midnight)
    events: dict[str, list[CaseEvent]] = defaultdict(list)
    answers: list[Answer] = []
    last = 0
    for begun, happened in stream.days():
        for case in begun:
            book.begin(case)
        for second, number, case in happened:
            events[case.id].append(event(stream.world.city, case, number))
            last = second
        answers += book.upto(last)
    return events, [*answers, *book.finish(last)], moment(last)


@pytest.fixture(scope="module")
def wild() -> Told:
    """A city in which nearly everything goes wrong, its rare matters being frequent."""
    return told(busy(city(1)), WILD, 1_800)


def engine_of(town: City, directory: Path) -> Engine:
    write_items(directory, town)
    (directory / "registers").mkdir()
    write_registers(directory / "registers", town)
    around = Surroundings(Calendars(), DEFAULT, "Asia/Shanghai", "cn")
    registers = load_registers(directory / "registers")
    return Engine(load_book(None, around), load_catalogue(directory), "Asia/Shanghai", registers)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine_of(city(1), tmp_path_factory.mktemp("city"))


def assert_found(engine: Engine, told: Told) -> None:
    events, answers, last = told
    rng = dice("delivery")
    for history in events.values():
        rng.shuffle(history)
    expected = {(a.case_id, a.rule, a.event_id, a.severity, micros(datetime.fromisoformat(a.at))) for a in answers}
    found = {
        (case_id, f.rule, f.evidence.events[0], int(f.severity), micros(f.occurred_at))
        for case_id, history in events.items()
        for f in engine.judge(history, micros(last)).findings
    }
    assert found == expected
    assert len(answers) == len(expected)


def test_the_engine_finds_exactly_the_answers_where_everything_goes_wrong(engine: Engine, wild: Told) -> None:
    """Every rule, severity and instant, in whatever order it is told: two ways that share no code."""
    assert_found(engine, wild)


def test_the_engine_finds_exactly_the_answers_of_another_seed_at_the_default_rates(tmp_path: Path) -> None:
    """Innocents beside the irregular: no rule may fire on what only looks wrong."""
    town = busy(city(2))
    assert_found(engine_of(town, tmp_path), told(town, Rates(), 1_500))


def test_the_engine_finds_exactly_the_answers_where_windows_differ_and_people_complain(engine: Engine) -> None:
    """A complaint is no breach, and a bad window's cases are judged like any other's."""
    events, answers, last = told(busy(city(1)), Rates(quality_spread=1.5, complained=0.5), 600)
    assert sum(one.type == "complained" for history in events.values() for one in history) > 30
    assert_found(engine, (events, answers, last))


def test_every_rule_of_the_book_that_files_can_show_is_answered(engine: Engine) -> None:
    """Leads and populations have leads.csv; the time of arrival, and a source's silence, are in no file."""
    answered = {rule.id for rule in engine.book.rules if not rule.lead and rule.kind != "population"} - set(UNANSWERED)
    assert answered <= set(RULES) <= {rule.id for rule in engine.book.rules}


def test_a_city_without_irregularities_has_refusals_to_sample_and_nothing_else() -> None:
    _, answers, _ = told(busy(city(3)), quiet(), 2_000)
    assert {a.rule for a in answers} <= {"P6-S"}


def test_each_irregularity_sets_off_a_rule_that_it_is_meant_for(wild: Told) -> None:
    kinds = {a.kind for a in wild[1]}
    assert kinds - {"consequence"} <= set(ARRANGED)
    assert set(ARRANGED) - kinds <= SELDOM


def test_irregularities_come_at_the_stated_rates() -> None:
    """Within five standard deviations of what was asked for."""
    share = 0.1
    asked = ("pre_review_late", "immediate_late", "document_missing", "reply_late", "delivery_late")
    rates = Rates(**(dict.fromkeys(IRREGULAR, 0.0) | dict.fromkeys(asked, share)))
    stream = simulation(date(2024, 3, 11), date(2024, 6, 21), rates=rates, cases=4_000)
    cases = [case for begun, _ in stream.days() for case in begun]

    def happened(case: Case, kind: str) -> bool:
        return any(note.type == kind for note in case.notes)

    populations = {
        "pre_review_late": [c for c in cases if happened(c, "submitted")],
        "immediate_late": [c for c in cases if c.item.immediate and happened(c, "accepted")],
        "document_missing": [c for c in cases if happened(c, "decided")],
        "reply_late": [c for c in cases if happened(c, "wo_received")],
        "delivery_late": [c for c in cases if not c.item.immediate and happened(c, "delivered")],
    }
    for flaw, population in populations.items():
        count = sum(flaw in case.flaws for case in population)
        spread = 5 * (len(population) * share * (1 - share)) ** 0.5
        assert abs(count - share * len(population)) <= spread, flaw


# --- by hand ---------------------------------------------------------------------------------------------------


def second(text: str) -> int:
    when = datetime.fromisoformat(text)
    return when.toordinal() * DAY + when.hour * 3600 + when.minute * 60


def case_of(item: Item, *notes: tuple[str, str, dict[str, object]]) -> Case:
    written = [Note(second=second(at), type=kind, data=dict(data), lag=5) for kind, at, data in notes]
    version = item.versions[0]
    return Case("1", item, version, "window", "s", written, [])


def promised(town: City, committed: int) -> Item:
    """Some item of that limit, without the steps that a decision needs."""
    fixed = (item for item in town.items if not item.order and len(item.versions) == 1)
    return next(item for item in fixed if item.versions[0].committed == committed)


def t2(case: Case, almanac: Almanac, as_of: str) -> list[tuple[str, int]]:
    found = [b for b in judge(case, almanac, second(as_of)) if b.rule == "T2"]
    return [(moment(at).strftime("%Y-%m-%d"), severity) for b in found for at, severity in b.rungs]


def test_national_day_and_its_make_up_days_are_counted_as_the_notice_says(town: City, almanac: Almanac) -> None:
    """Accepted 2014-09-26 with five working days: the last day is 2014-10-09."""
    case = case_of(promised(town, 5), ("accepted", "2014-09-26T10:00", {}))
    assert t2(case, almanac, "2014-10-10T00:00") == [("2014-10-09", 1), ("2014-10-10", 2)]
    assert t2(case, almanac, "2014-10-09T23:59") == [("2014-10-09", 1)]


def test_a_pause_beyond_its_declared_days_counts_again(town: City, almanac: Almanac) -> None:
    case = case_of(
        promised(town, 5),
        ("accepted", "2024-03-04T10:00", {}),
        ("special_started", "2024-03-05T10:00", {"procedure": "testing", "declared_days": 3}),
        ("special_ended", "2024-03-29T10:00", {"procedure": "testing"}),
    )
    # 5 March counts, 6 to 8 are taken out, 11 to 14 count.
    assert t2(case, almanac, "2024-03-19T00:00") == [("2024-03-14", 1), ("2024-03-15", 2)]


def test_an_extension_in_time_moves_the_due_day_and_a_late_one_does_not(town: City, almanac: Almanac) -> None:
    item = promised(town, 5)
    accepted: tuple[str, str, dict[str, object]] = ("accepted", "2024-03-04T10:00", {})
    in_time = case_of(item, accepted, ("extension_approved", "2024-03-06T10:00", {"days": 5}))
    late = case_of(item, accepted, ("extension_approved", "2024-03-12T10:00", {"days": 5}))
    assert t2(in_time, almanac, "2024-03-19T00:00") == [("2024-03-15", 1), ("2024-03-19", 2)]
    assert t2(late, almanac, "2024-03-13T00:00") == [("2024-03-09", 1), ("2024-03-12", 2)]


@pytest.mark.parametrize("seed", range(5))
def test_the_almanac_never_lands_on_a_closed_hall(almanac: Almanac, seed: int) -> None:
    rng = dice(seed)
    for _ in range(200):
        at = date(2024, 1, 1).toordinal() * DAY + rng.randrange(366 * DAY)
        opening = almanac.opening(at)
        assert opening >= at
        assert almanac.works(opening // DAY)
        assert moment(opening) - moment(at) < timedelta(days=10)
