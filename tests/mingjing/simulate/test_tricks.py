"""Every trick of the simulated city, and what makes its look-alike innocent."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from mingjing.calendars import Calendars
from mingjing.errors import UsageError
from mingjing.instants import micros
from mingjing.registers import load_registers
from mingjing.simulate import simulation
from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge import RULES
from mingjing.simulate.stream import Stream
from mingjing.simulate.tricks import Planted, gaming
from mingjing.simulate.tricks.gaming import FEW, TRICKS
from mingjing.simulate.writing import write
from mingjing.timetable import DEFAULT
from mingjing.types import CaseEvent
from rules.book import load_book
from rules.catalogue import load_catalogue
from rules.engine import Engine
from rules.reader import Surroundings

START, DAYS, CASES = date(2025, 3, 3), 60, 6_000


class Played:
    """A city with all tricks, its cases by name and its leads by trick."""

    def __init__(self) -> None:
        makers = gaming.makers(tuple(TRICKS), CASES)
        self.stream = simulation(START, START + timedelta(days=DAYS), seed=7, cases=CASES, tricks=makers)
        self.cases: dict[str, Case] = {}
        for begun, _ in self.stream.days():
            for case in begun:
                assert case.id not in self.cases
                self.cases[case.id] = case
        self.leads = list(self.stream.planted())

    def of(self, name: str) -> Iterator[Case]:
        """The cases of a trick's leads."""
        for lead in self.leads:
            if lead.name == name:
                yield from (self.cases[case] for case in lead.case_ids.split("|"))

    def named(self, name: str) -> list[Planted]:
        """The leads of a trick."""
        return [lead for lead in self.leads if lead.name == name]


@pytest.fixture(scope="module")
def played() -> Played:
    """One city for all tests."""
    return Played()


def notes(case: Case, *types: str) -> list[Note]:
    """A case's notes of some types."""
    return [note for note in case.notes if note.type in types]


def test_a_small_city_has_tricks_of_all_places_and_their_look_alikes(played: Played) -> None:
    """leads.csv is what precision and recall are measured on: a kind that is missing there is never measured.

    What needs many slow cases, tenders or intermediaries may be missing in a small city.
    """
    planted = {lead.name for lead in played.leads}
    for name in ("bulk_entry", "off_system", "splitting", "easy_inflation", "brushing", "suppression", "project_split"):
        assert {kind.name for kind in TRICKS[name]} <= planted
    assert len({name.partition(":")[0] for name in planted}) > len(TRICKS) * 0.6


def test_every_trick_has_look_alikes_named_after_it() -> None:
    """A detector that finds all tricks and flags their look-alikes as well has found nothing out."""
    for name, (trick, *others) in TRICKS.items():
        assert trick.name == name
        assert not trick.innocent
        assert others
        assert all(other.innocent and other.name.startswith(f"{name}:") for other in others)


def test_leads_name_cases_of_the_city_and_days_within_it(played: Played) -> None:
    """A lead is matched by subject and period: both must be those of what happened."""
    for lead in played.leads:
        assert START.isoformat() <= lead.first_day <= lead.last_day < (START + timedelta(days=DAYS)).isoformat()
        assert ":" in lead.subject
        assert not lead.subject.endswith(":")
        assert all(case in played.cases for case in lead.case_ids.split("|"))


def test_bulk_entry_is_recorded_days_later_under_one_account(played: Played) -> None:
    """The outage has the same lag, and its declaration; the agreed batch comes the same night."""
    (lead,) = played.named("bulk_entry")
    for case in played.of("bulk_entry"):
        handled = [note for note in case.notes if note.type not in ("rated", "finding_revoked")]  # other tricks' too
        assert all(note.second + note.lag > handled[-1].second for note in handled)
        assert {f"officer:{note.officer}" for note in case.notes if note.officer} == {lead.subject}
    outages = [outage for spans in played.stream.terms.outages.values() for outage in spans]
    assert outages
    assert all(one.declared < one.until for one in outages)
    for case in played.of("bulk_entry:batch"):
        assert case.source in played.stream.terms.batches
        assert all(note.second // DAY == (note.second + note.lag) // DAY for note in case.notes if note.lag < DAY)


def test_stopped_clocks_differ_in_their_papers_only(played: Played) -> None:
    """Trick and look-alikes stop late and resume on the day of the decision; notice and evidence tell them apart."""
    for name, honest in (("stop_clock", False), ("stop_clock:hearings", True), ("stop_clock:seasonal_tests", True)):
        stops = [note for case in played.of(name) for note in notes(case, "suspended", "special_started")]
        papers = ["evidence_no" in stop.data and "notified_at" in stop.data for stop in stops]
        assert stops
        assert all(papers) if honest else sum(papers) < len(papers) / 2


def test_a_second_correction_is_a_trick_where_its_gap_was_there_from_the_start(played: Played) -> None:
    """Who replaced papers may be told again: only `replaced` and the first bundle differ."""
    for name in ("repeated_correction", "repeated_correction:replaced"):
        for case in played.of(name):
            bundle = notes(case, "material_received")[0].data["documents"]
            second = notes(case, "correction_notified")[1].data["gaps"][0]
            replaced = notes(case, "correction_supplied")[0].data["replaced"]
            assert (second in bundle) == replaced == (name != "repeated_correction")


def test_who_withdraws_by_own_phone_confirms_it(played: Played) -> None:
    """A withdrawal from the window's account without confirmation is the window's own."""
    for name, confirmed in (("refile", False), ("refile:applicant", True)):
        for case in played.of(name):
            for note in notes(case, "withdrawn"):
                assert ("confirmed" in note.data) == confirmed
                assert note.data["device"].startswith("t") != confirmed


def test_an_extension_is_laundered_when_it_is_recorded_after_the_due_day(played: Played) -> None:
    """Both are dated before the due day; when they were written down is the difference."""
    for name, late in (("extension_laundering", True), ("extension_laundering:recorded_late", False)):
        for case in played.of(name):
            (extension,), (accepted,) = notes(case, "extension_approved"), notes(case, "accepted")
            due = played.stream.world.almanac.next_workday(accepted.second // DAY, case.version.statutory)
            assert extension.second // DAY <= due
            assert ((extension.second + extension.lag) // DAY > due) == late


def test_pieces_lie_below_the_threshold_and_phases_apart(played: Played) -> None:
    """A split project is one site in pieces just below; many sites of one owner are not."""
    for name, one_site in (("project_split", True), ("project_split:many_sites", False)):
        data = [notes(case, "tender_registered")[0].data for case in played.of(name)]
        assert len({piece["owner"] for piece in data}) == len(played.named(name))
        assert (len({piece["site"] for piece in data}) == len(played.named(name))) == one_site


def test_a_padded_promise_changes_the_list_and_not_the_work(played: Played) -> None:
    """The law's change lengthens the statutory limit as well; padding leaves it."""
    for name, law in (("padding", False), ("padding:law", True)):
        for lead in played.named(name):
            before, after = played.stream.terms.items[lead.subject.removeprefix("item:")].versions
            assert after.committed > before.committed
            assert (after.statutory > before.statutory) == law


def test_brushed_ratings_are_praise_within_seconds(played: Played) -> None:
    """A popular window is praised as well, by many phones; the hall's terminal is shared, and hears blame too."""
    made = [note for case in played.of("brushing") for note in notes(case, "rated") if note.data["stars"] == 5]
    liked = [note for case in played.of("brushing:popular") for note in notes(case, "rated")]
    assert len({note.data["device"] for note in made}) < len(made) / 2
    assert len({note.data["device"] for note in liked}) > len(liked) * 0.9


def test_easy_cases_are_of_a_few_and_the_rush_of_many(played: Played) -> None:
    """The same surge; the number of applicants differs."""
    for name, few in (("easy_inflation", True), ("easy_inflation:season", False)):
        people = [note.data["applicant"] for case in played.of(name) for note in notes(case, "accepted")]
        assert (len(set(people)) <= 12) == few


def test_document_numbers_run_on_and_are_missing_where_licences_were_issued_elsewhere() -> None:
    """Without tricks no number is missing; whoever issues outside the system uses numbers up."""
    for names, gaps in (((), False), (("off_system",), True)):
        stream = simulation(START, START + timedelta(days=20), seed=7, cases=600, tricks=gaming.makers(names, 600))
        assert missing(stream) == gaps


def missing(stream: Stream) -> bool:
    """Whether numbers of granted documents are missing in a series."""
    numbers: dict[str, list[int]] = {}
    for _, happened in stream.days():
        for _, place, case in happened:
            number = str(case.notes[place].data.get("document_no", ""))
            if "准" in number:
                numbers.setdefault(number[:-7], []).append(int(number[-7:]))
    return any(len(given) != max(given) for given in numbers.values())


def test_the_option_takes_all_few_none_or_names() -> None:
    """A name that nobody knows is refused, and the known ones are told."""
    assert gaming.named("all") == tuple(TRICKS)
    assert gaming.named("none") == ()
    assert gaming.named("few") == FEW
    assert gaming.named("brushing, bulk_entry") == ("bulk_entry", "brushing")
    with pytest.raises(UsageError, match="brushing, suppression"):
        gaming.named("bribery")


def test_what_tricks_do_to_single_cases_is_answered(tmp_path: Path) -> None:
    """A trick breaks rules as a matter of course; answers.csv would else lack them, or have what is not there."""
    tricks = gaming.makers(tuple(TRICKS), 500)
    write(tmp_path, simulation(START, START + timedelta(days=30), seed=4, cases=500, tricks=tricks))
    registers = load_registers(tmp_path / "registers")
    around = Surroundings(Calendars(), DEFAULT, "Asia/Shanghai", "cn")
    engine = Engine(load_book(None, around), load_catalogue(tmp_path / "items"), "Asia/Shanghai", registers)
    histories: dict[str, list[CaseEvent]] = {}
    last = 0
    for line in (tmp_path / "events.jsonl").read_bytes().splitlines():
        event = msgspec.json.decode(line, type=CaseEvent)
        histories.setdefault(event.case_id, []).append(event)
        last = micros(event.occurred_at)
    found = [
        (case, finding.rule, str(int(finding.severity)))
        for case, history in histories.items()
        for finding in engine.judge(history, last).findings
        if finding.rule in RULES
    ]
    with (tmp_path / "answers.csv").open(encoding="utf-8", newline="") as text:
        told = [(row["case_id"], row["rule"], row["severity"]) for row in csv.DictReader(text)]
    assert sorted(found) == sorted(told)


def test_the_same_seed_plays_the_same_tricks(tmp_path: Path) -> None:
    """What is measured on a seed can be measured again."""
    for name in ("a", "b"):
        tricks = gaming.makers(FEW, 1000)
        stream = simulation(START, START + timedelta(days=20), seed=3, cases=1000, tricks=tricks)
        write(tmp_path / name, stream)
    for file in ("events.jsonl", "leads.csv", "answers.csv", "registers/sources.toml", "items/items.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    with (tmp_path / "a" / "leads.csv").open(encoding="utf-8", newline="") as text:
        assert {row["innocent"] for row in csv.DictReader(text)} == {"true", "false"}


def test_items_pass_from_unit_to_unit_only_where_the_trick_is_played(played: Played) -> None:
    """Offered or now and then misdirected, the same work of two units is innocent."""
    for name in ("no_parallel", "no_parallel:offered", "no_parallel:misdirected"):
        for case in played.of(name):
            assert len({note.department or case.item.department.code for note in notes(case, "step_ended")}) == 2
            assert bool(notes(case, "parallel_offered")) is name.endswith("offered")
    assert played.named("no_parallel")
