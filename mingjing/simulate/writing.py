"""Writes a simulated city and a time of its life to a directory: events, item catalogue, answers, description."""

import csv
import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from heapq import heappop, heappush
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import msgspec

from mingjing.errors import UsageError
from mingjing.simulate.almanac import HALL_HOURS, moment
from mingjing.simulate.answers import COLUMNS, AnswerBook
from mingjing.simulate.catalogue import write_items, write_registers
from mingjing.simulate.cityplan import City, dice
from mingjing.simulate.draft import Case
from mingjing.simulate.judge import RULES
from mingjing.simulate.quality import write_quality
from mingjing.simulate.rates import Rates
from mingjing.simulate.silence import COLUMNS as SILENT_COLUMNS
from mingjing.simulate.silence import Silence
from mingjing.simulate.stream import Stream, record
from mingjing.simulate.tricks import COLUMNS as LEAD_COLUMNS

OUTPUTS = (
    "events.jsonl",
    "events.jsonl.gz",
    "stream.jsonl",
    "stream.jsonl.gz",
    "answers.csv",
    "leads.csv",
    "silent.csv",
    "quality.csv",
    "README.md",
)
HOUR = 3600
Progress = Callable[[int, int], None]
"""Called after each day with the days done and the events written."""

_encode = msgspec.json.Encoder().encode


class Summary(NamedTuple):
    """What was written. `as_of` is the last occurrence: `mingjing audit` judges up to it by default."""

    cases: int
    events: int
    answers: int
    by_rule: dict[str, int]
    as_of: str


def write(
    out: Path, stream: Stream, *, disorder: bool = False, compress: bool = False, progress: Progress = lambda *_: None
) -> Summary:
    """Fills a directory; the same city, stream and options give the same bytes. Raises UsageError.

    `disorder` adds stream.jsonl: the same events in the order in which they would arrive, some late, some twice.
    """
    _clear(out)
    try:
        (out / "items").mkdir(parents=True, exist_ok=True)
        (out / "registers").mkdir(exist_ok=True)
        write_items(out / "items", stream.world.city, stream.terms)
        write_registers(out / "registers", stream.world.city, stream.terms)
        summary = _write_events(out, stream, disorder=disorder, compress=compress, progress=progress)
        write_leads(out / "leads.csv", stream)
        if stream.world.rates.quality_spread:
            write_quality(out / "quality.csv", stream.world.city, stream.world.rates.quality_spread)
        (out / "city.toml").write_text(describe(stream.world.city), encoding="utf-8")
        (out / "README.md").write_text(readme(stream, summary), encoding="utf-8")
    except OSError as wrong:
        raise UsageError(f"{wrong.filename or out}: cannot be written: {wrong.strerror}") from wrong
    return summary


def _clear(out: Path) -> None:
    """Removes an earlier simulation; a directory that holds anything else is left alone. Raises UsageError."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; name a directory for the simulated city")
    if out.is_dir() and any(out.iterdir()) and not (out / "city.toml").exists():
        raise UsageError(f"{out}: holds other files; name an empty or a new directory for the simulated city")
    for name in OUTPUTS:
        (out / name).unlink(missing_ok=True)


def _write_events(out: Path, stream: Stream, *, disorder: bool, compress: bool, progress: Progress) -> Summary:
    suffix = ".jsonl.gz" if compress else ".jsonl"
    book = AnswerBook(stream.world.almanac, stream.midnight, stream.terms)
    counts: dict[str, int] = {}
    cases = written = last = 0
    with ExitStack() as stack:
        events = stack.enter_context(_create(out / f"events{suffix}", compress=compress))
        arrivals = stack.enter_context(_create(out / f"stream{suffix}", compress=compress)) if disorder else None
        answers = csv.writer(stack.enter_context((out / "answers.csv").open("w", encoding="utf-8", newline="")))
        answers.writerow(COLUMNS)
        post, silence = Post(stream.world.seed), Silence(stream.world.city, stream.terms)
        for done, (begun, happened) in enumerate(stream.days(), 1):
            for case in begun:
                book.begin(case)
            cases += len(begun)
            for second, number, case in happened:
                line = _encode(record(stream.world.city, case, number)) + b"\n"
                events.write(line)
                last = second
                silence.hear(second, number, case)
                if arrivals is not None:
                    post.send(second, case, number, line)
            if arrivals is not None:
                arrivals.writelines(post.arrived(last))
            written += len(happened)
            for answer in book.upto(last):
                answers.writerow(msgspec.structs.astuple(answer))
                counts[answer.rule] = counts.get(answer.rule, 0) + 1
            progress(done, written)
        for answer in book.finish(last):
            answers.writerow(msgspec.structs.astuple(answer))
            counts[answer.rule] = counts.get(answer.rule, 0) + 1
        if arrivals is not None:
            arrivals.writelines(post.arrived(None))
    _write_silent(out / "silent.csv", silence)
    as_of = moment(last).isoformat() if written else ""
    return Summary(cases, written, sum(counts.values()), dict(sorted(counts.items())), as_of)


def _write_silent(path: Path, silence: Silence) -> None:
    """Who and what no event named, month by month and quarter by quarter."""
    with path.open("w", encoding="utf-8", newline="") as text:
        lines = csv.writer(text)
        lines.writerow(SILENT_COLUMNS)
        lines.writerows(msgspec.structs.astuple(one) for one in silence.told())


class Post:
    """The way from the source systems to us: an event arrives after it was recorded, now and then late or twice."""

    def __init__(self, seed: int) -> None:
        self.rng = dice(seed, "post")
        self._bag: list[tuple[int, int, bytes]] = []
        self._sent = 0

    def send(self, second: int, case: Case, number: int, line: bytes) -> None:
        """Takes an event on its way."""
        recorded = second + case.notes[number].lag
        draw = self.rng.random()
        late = self.rng.randint(HOUR, 20 * HOUR) if draw < 0.01 else self.rng.randint(0, 90)
        self._put(recorded + late, line)
        if draw > 0.995:
            self._put(recorded + self.rng.randint(60, 48 * HOUR), line)

    def _put(self, arrival: int, line: bytes) -> None:
        self._sent += 1
        heappush(self._bag, (arrival, self._sent, line))

    def arrived(self, second: int | None) -> Iterator[bytes]:
        """What has arrived up to a second (None: everything), in order of arrival."""
        while self._bag and (second is None or self._bag[0][0] <= second):
            yield heappop(self._bag)[2]


@contextmanager
def _create(path: Path, *, compress: bool) -> Iterator[BinaryIO]:
    with path.open("wb") as plain:
        if not compress:
            yield plain
            return
        # No time stamp and no name in the header: the same seed gives the same bytes.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=plain, mtime=0) as packed:
            yield cast("BinaryIO", packed)


def write_leads(path: Path, stream: Stream) -> None:
    """What the tricks planted, and their innocent look-alikes."""
    with path.open("w", encoding="utf-8", newline="") as text:
        lines = csv.writer(text)
        lines.writerow(LEAD_COLUMNS)
        for lead in stream.planted():
            name, innocent, *others = msgspec.structs.astuple(lead)
            lines.writerow((name, str(innocent).lower(), *others))


def describe(city: City) -> str:
    """city.toml: the city's names, the hall's hours, its departments, windows and officers."""
    words = city.words
    lines = [f"seed = {city.seed}", f'region = "{city.region}"', f'zh = "{words["zh"]}"', f'en = "{words["en"]}"']
    lines += ["", "[hall]", f'zh = "{words["hall_zh"]}"', f'en = "{words["hall_en"]}"', f"open = {_list(HALL_HOURS)}"]
    for department in city.departments:
        lines += ["", "[[department]]", f'code = "{department.code}"', f'credit_code = "{department.credit_code}"']
        lines += [f'zh = "{department.zh}"', f'en = "{department.en}"', f'source = "{department.system}"']
        lines += ["windows = ["]
        for window in department.windows:
            officer = window.officer.code
            lines.append(
                f'    {{ code = "{window.code}", zh = "{window.zh}", en = "{window.en}", officer = "{officer}" }},'
            )
        lines += ["]", "officers = ["]
        for person in department.officers:
            names = f'code = "{person.code}", zh = "{person.zh}", en = "{person.en}"'
            lines.append(f"    {{ {names}, front = {str(person.front).lower()} }},")
        lines += ["]"]
    return "\n".join(lines) + "\n"


def _list(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def readme(stream: Stream, summary: Summary) -> str:
    """README.md of the directory, from its template."""
    template = files("mingjing.simulate").joinpath("data", "README.template.md").read_text(encoding="utf-8")
    rates = stream.world.rates
    return template.format(
        city=f"{stream.world.city.words['zh']} {stream.world.city.words['en']}",
        seed=stream.world.seed,
        first=date.fromordinal(stream.first),
        last=date.fromordinal(stream.end - 1),
        as_of=summary.as_of,
        cases=summary.cases,
        events=summary.events,
        answers=summary.answers,
        by_rule="\n".join(f"| {rule} | {summary.by_rule.get(rule, 0)} |" for rule in RULES),
        rates="\n".join(f"| {name} | {getattr(rates, name):g} |" for name in Rates.__struct_fields__),
    )
