"""What a tenant may set: from `mingjing.toml`, each key overridden by its environment variable.

`load` reads the file (given, else named by $MINGJING_SETTINGS, else `mingjing.toml` in the working directory
if it exists) and then `MINGJING_<KEY>`, for example MINGJING_STORE_DSN. An empty variable counts as not set.
docs/settings.md is made from the descriptions here.
"""

import difflib
import os
import re
import time
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from mingjing.errors import Mistake, UsageError
from mingjing.instants import SECOND, at, micros, parse
from mingjing.tomlfile import TomlFile, read_toml
from mingjing.zones import zone

FILE = "mingjing.toml"
PREFIX = "MINGJING_"
_NOT_SETTINGS = {"MINGJING_SETTINGS"}
_TESTS = "MINGJING_TEST_"  # variables of the test suite

Colour = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")]


class SeverityStyle(Struct, frozen=True, forbid_unknown_fields=True):
    """How one severity is called and shown."""

    zh: str
    en: str
    colour: Colour


class Severities(Struct, frozen=True, forbid_unknown_fields=True):
    """The tenant's words and colours for severities 1, 2 and 3."""

    notice: SeverityStyle = SeverityStyle("预警", "Notice", "#2f6fde")
    yellow: SeverityStyle = SeverityStyle("黄牌", "Yellow card", "#e6a700")
    red: SeverityStyle = SeverityStyle("红牌", "Red card", "#d7263d")

    def of(self, severity: int) -> SeverityStyle:
        """The style of severity 1, 2 or 3."""
        return (self.notice, self.yellow, self.red)[severity - 1]


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """What is agreed with one source system."""

    lag_hours: Annotated[float, Meta(ge=0)]


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of one installation."""

    store_dsn: Annotated[
        str | None,
        Meta(
            description="ClickHouse, as clickhouse://user:password@host:9000/mingjing. Absent: a server of our own on "
            "this machine, good for trying out and for tests, not for a city."
        ),
    ] = None
    store_dir: Annotated[str, Meta(description="Where our own ClickHouse server keeps its data.")] = "var/clickhouse"
    brokers: Annotated[str, Meta(description="Kafka brokers, host:port, separated by commas.")] = "127.0.0.1:9092"
    topic_events: Annotated[str, Meta(description="The topic that case events are read from.")] = "case-events"
    topic_dead_letters: Annotated[str, Meta(description="The topic that refused records go to.")] = "dead-letters"
    topic_presence: Annotated[str, Meta(description="The topic that presence samples are published to.")] = "presence"
    partitions: Annotated[
        int,
        Meta(
            ge=1,
            le=1024,
            description="Partitions of the events topic when we create it: the most workers that can share the work. "
            "It cannot be changed later without moving cases between partitions.",
        ),
    ] = 8
    group: Annotated[str, Meta(description="The consumer group; workers of one group share the partitions.")] = (
        "mingjing"
    )
    timezone: Annotated[
        str, Meta(description="The zone whose days are counted and whose time is shown, where a rule names none.")
    ] = "Asia/Shanghai"
    calendar: Annotated[
        str,
        Meta(description="The working-day calendar where a rule names none: cn, weekdays, or a file of calendars_dir."),
    ] = "cn"
    calendars_dir: Annotated[
        str | None, Meta(description="Directory of calendars and overrides of your own; read when a service starts.")
    ] = None
    rules_dir: Annotated[str | None, Meta(description="The rule book. Absent: the one that is shipped.")] = None
    items_dir: Annotated[
        str | None,
        Meta(description="The item catalogue. Absent: limits that rules take from items are not judged."),
    ] = None
    registers_dir: Annotated[
        str | None,
        Meta(
            description="The registers of units, regions, officers, windows and sources. Absent: rules that need one "
            "are idle."
        ),
    ] = None
    preset: Annotated[
        str | None,
        Meta(
            description="Published ladders laid over the rule book: a name of `mingjing presets list`, or a TOML file "
            "of your own. Absent: the book as it is."
        ),
    ] = None
    allowed_skew_s: Annotated[
        float,
        Meta(
            ge=0,
            description="Seconds that an event may lie in the future. Lower refuses sources with slightly wrong "
            "clocks; higher lets one wrong clock move that source's time ahead by as much.",
        ),
    ] = 300
    source_lag_hours: Annotated[
        float,
        Meta(
            ge=0,
            description="How long a source may be silent before its cases are no longer judged by the clock alone. "
            "Higher accuses more people when a connector is down; lower reports overdue cases of quiet sources later.",
        ),
    ] = 24
    sources: Annotated[
        dict[str, Source],
        Meta(
            description="Agreed lags of single sources: [sources.city-hall] lag_hours = 48. What sources.toml of the "
            "registers says of a source comes before this."
        ),
    ] = {}
    clock: Annotated[
        str | None,
        Meta(
            description="A simulated clock for demonstrations, INSTANT@WALLxSPEED: the instant shown at that Unix "
            "second of the wall clock, and how many times as fast time runs. Absent: the wall clock."
        ),
    ] = None
    cameras_dir: Annotated[
        str | None,
        Meta(
            description="Directory with one TOML file per camera; the sampler looks through them, the calibration page "
            "writes them. Absent: no cameras, and the worker reads no samples."
        ),
    ] = None
    pictures_dir: Annotated[
        str,
        Meta(
            description="Where the sampler keeps each camera's latest frame and the snapshots that are evidence, faces "
            "blurred; the dashboard reads it."
        ),
    ] = "var/pictures"
    snapshot_days: Annotated[
        float,
        Meta(gt=0, description="Days that snapshots are kept. Longer keeps evidence, and pictures of people, longer."),
    ] = 30
    detector: Annotated[
        str | None,
        Meta(description="A TOML file that describes an ONNX model of your own. Absent: NanoDet, fetched at set-up."),
    ] = None
    detector_threads: Annotated[
        int,
        Meta(
            ge=1,
            le=64,
            description="Threads of one look at a picture. More than 1 shortens a look and lowers how many cameras a "
            "machine can watch.",
        ),
    ] = 1
    model_dir: Annotated[
        str | None,
        Meta(
            description="Where `mingjing model fetch` puts the default detector's model and services look for it. "
            "Absent: mingjing in $XDG_CACHE_HOME or ~/.cache."
        ),
    ] = None
    population_minutes: Annotated[
        float,
        Meta(
            gt=0,
            description="Minutes between two runs of `mingjing population --watch`. Only what is due is judged again: "
            "shorter shows late news and new periods sooner and costs queries on the store.",
        ),
    ] = 60
    scheme: Annotated[
        str,
        Meta(
            description="The scheme that efficiency scores follow: a name of `mingjing scores schemes list`, or a TOML "
            "file of your own."
        ),
    ] = "recommended"
    public_minimum: Annotated[
        int,
        Meta(
            ge=1,
            description="The smallest number of cases that the public page and open data tell a figure about; less is "
            "withheld. Lower shows small units, and may let somebody recognise a single case.",
        ),
    ] = 10
    public_licence: Annotated[
        str, Meta(description="Under which licence the public may use the open data; it stands in every file.")
    ] = "CC-BY-4.0"
    brief_dir: Annotated[str, Meta(description="Where monthly briefs are kept, as PDF and Excel.")] = "var/briefs"
    api_tokens_file: Annotated[
        str | None,
        Meta(
            description="A file with the API's tokens, one `NAME SHA-256` a line. Absent: the API tells open data only."
        ),
    ] = None
    api_proxies: Annotated[
        str,
        Meta(
            description="Addresses and networks, separated by commas, of the web servers before the API, whose word on "
            "who asks (X-Forwarded-For) is believed. Too few: all clients share one allowance; too many: whoever can "
            "reach the port from there has as many allowances as they make up."
        ),
    ] = "127.0.0.1"
    desk_dsn: Annotated[
        str | None,
        Meta(
            description="ClickHouse as the user who may append to the sealed record, accounts and sessions, and change "
            "nothing: what the pages write with. Absent: nobody can sign in or act."
        ),
    ] = None
    sign_in: Annotated[
        Literal["local", "oidc", "off"],
        Meta(
            description="How people sign in: with accounts kept here, through an OpenID Connect provider "
            "(.streamlit/secrets.toml, [auth]), or not at all; `off` serves this machine only."
        ),
    ] = "local"
    session_hours: Annotated[float, Meta(gt=0, le=72, description="Hours after which people must sign in again.")] = 10
    seal_dir: Annotated[
        str,
        Meta(
            description="Where the keys that sign the record and its daily anchors are kept; copy the anchors to "
            "another machine. Who can write here can forge the record."
        ),
    ] = "var/seal"
    files_dir: Annotated[str, Meta(description="Where attachments are kept, by content, never executed.")] = "var/files"
    file_limit_mb: Annotated[int, Meta(ge=1, le=200, description="The largest attachment, in MiB.")] = 10
    handling_file: Annotated[
        str | None,
        Meta(description="A TOML file with deadlines and words of handling of your own. Absent: the ones of domain."),
    ] = None
    two_persons: Annotated[
        bool,
        Meta(
            description="Whether services start only with rules, items, registers, calendars and a scheme that two "
            "persons approved (`mingjing changes`); what a service first starts with is adopted. Needs store_dsn and "
            "desk_dsn. Off: whoever can write the files changes what is judged, and no record says so."
        ),
    ] = False
    messages_file: Annotated[
        str | None,
        Meta(description="A TOML file that says who gets mails and web calls about what. Absent: nobody does."),
    ] = None
    privacy_file: Annotated[
        str | None,
        Meta(description="A TOML file with personal fields and retention of your own. Absent: the shipped ones."),
    ] = None
    metrics_port: Annotated[
        int, Meta(ge=0, le=65535, description="Port of /metrics and /health, one per service; 0: none.")
    ] = 0
    metrics_host: Annotated[
        str,
        Meta(
            description="Address that /metrics and /health answer on. 0.0.0.0 lets other machines (Prometheus in a "
            "container) ask, and everybody else on that network too."
        ),
    ] = "127.0.0.1"
    language: Annotated[Literal["zh", "en"], Meta(description="Language of pages and messages at first sight.")] = "zh"
    severity: Annotated[
        Severities, Meta(description='Words and colours: [severity.red] zh = …, en = …, colour = "#d7263d".')
    ] = Severities()
    tick_s: Annotated[
        float,
        Meta(
            gt=0,
            le=60,
            description="Seconds between clock ticks. Lower shows silent deadlines sooner and costs CPU when nothing "
            "happens.",
        ),
    ] = 0.25
    line_limit_mb: Annotated[
        int,
        Meta(
            ge=1,
            le=1024,
            description="The longest line of an event file, in MiB; longer ones are refused. Memory may reach a few "
            "times this.",
        ),
    ] = 16
    log_format: Annotated[Literal["text", "json"], Meta(description="Logs as key=value or as JSON lines.")] = "text"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="The least grave message that is logged.")
    ] = "info"

    def lag(self, source: str | None) -> int:
        """The agreed lag of a source, in microseconds."""
        agreed = self.sources.get(source or "")
        return round((agreed.lag_hours if agreed else self.source_lag_hours) * 3600 * SECOND)


FIELDS: dict[str, Any] = get_type_hints(Settings, include_extras=True)
"""Every key with its annotated type."""


def load(path: Path | None = None, env: Mapping[str, str] = os.environ) -> Settings:
    """The settings; raises UsageError with every mistake, each with its file and line or its variable."""
    mistakes: list[str] = []
    values = _from_file(path, env, mistakes) | _from_env(env, mistakes)
    if mistakes:
        raise UsageError("\n".join(mistakes))
    return Settings(**values)


class SimulatedClock(Struct, frozen=True):
    """Shows the instant `shown` (microseconds) at the wall's Unix second `wall`, and runs `speed` times as fast."""

    shown: int
    wall: float
    speed: float

    def __str__(self) -> str:
        return f"{at(self.shown).isoformat()}@{self.wall}x{self.speed}"


def clock_now(settings: Settings) -> int:
    """The instant that this installation's clock shows, in microseconds UTC."""
    if settings.clock is None:
        return time.time_ns() // 1000
    clock = parse_clock(settings.clock)
    return clock.shown + round((time.time() - clock.wall) * clock.speed * SECOND)


@lru_cache(maxsize=4)
def parse_clock(text: str) -> SimulatedClock:
    """The clock that the text describes; raises ValueError with what would be right."""
    found = re.fullmatch(r"(?P<shown>[^@]+)@(?P<wall>\d+(\.\d+)?)x(?P<speed>\d+(\.\d+)?)", text)
    if not found:
        raise ValueError("write it like 2026-03-02T08:30:00+08:00@1790000000x120")
    return SimulatedClock(micros(parse(found["shown"])), float(found["wall"]), float(found["speed"]))


def _from_file(path: Path | None, env: Mapping[str, str], mistakes: list[str]) -> dict[str, Any]:
    if path is None and (named := env.get("MINGJING_SETTINGS")):
        path = Path(named)
    if path is None:
        path = Path(FILE)
        if not path.exists():
            return {}
    unreadable: list[Mistake] = []
    file = read_toml(path, unreadable)
    if file is None:
        mistakes.extend(map(str, unreadable))
        return {}
    return _checked(file, mistakes)


def _checked(file: TomlFile, mistakes: list[str]) -> dict[str, Any]:
    values = {}
    for key, value in file.data.items():
        try:
            values[key] = _value(key, value, strict=True)
        except ValueError as wrong:
            mistakes.append(str(file.mistake(key, f"{key}: {wrong}")))
    return values


def _from_env(env: Mapping[str, str], mistakes: list[str]) -> dict[str, Any]:
    values = {}
    for variable, text in env.items():
        if not variable.startswith(PREFIX) or variable in _NOT_SETTINGS or variable.startswith(_TESTS) or not text:
            continue
        key = variable.removeprefix(PREFIX).lower()
        try:
            if key in FIELDS and _is_table(FIELDS[key]):
                raise ValueError("is a table; set it in the settings file")
            values[key] = _value(key, text, strict=False)
        except ValueError as wrong:
            mistakes.append(f"${variable}: {wrong}")
    return values


def _is_table(annotated: Any) -> bool:
    kind = get_args(annotated)[0]
    return get_origin(kind) is dict or kind is Severities


def _value(key: str, value: Any, *, strict: bool) -> Any:
    """The value of a key, checked; raises ValueError with what would be right."""
    if key not in FIELDS:
        near = difflib.get_close_matches(key, FIELDS, n=1)
        raise ValueError(f"unknown setting; did you mean {near[0]}?" if near else "unknown setting")
    try:
        checked = msgspec.convert(value, FIELDS[key], strict=strict)
    except msgspec.ValidationError as wrong:
        raise ValueError(_plain(str(wrong), key)) from None
    if key == "timezone":
        try:
            zone(checked)
        except UsageError as wrong:
            raise ValueError(str(wrong)) from None
    if key == "clock" and checked is not None:
        parse_clock(checked)
    if key == "api_proxies":
        for one in checked.split(","):
            try:
                ip_network(one.strip())
            except ValueError:
                raise ValueError(f"{one.strip()!r} is no address and no network like 172.18.0.0/16") from None
    return checked


def _plain(message: str, key: str) -> str:
    """msgspec's message in our words."""
    if "regex" in message:
        return "a colour is written like #d7263d"
    return message.replace("Expected", "expected").replace("`$", key).replace("`", "")
