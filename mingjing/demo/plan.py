"""What a demo is made of, decided before anything starts."""

import hashlib
import secrets
import socket
import tempfile
import time
from datetime import date, datetime, timedelta
from datetime import time as day_time
from pathlib import Path

from msgspec import Struct

from mingjing.brokers.process import free_port, listening
from mingjing.demo import slow
from mingjing.demo.cameras import left_to_cameras
from mingjing.errors import UsageError
from mingjing.instants import micros
from mingjing.settings import Settings, SimulatedClock, clock_now
from mingjing.simulate import Rates, Stream, city
from mingjing.simulate.almanac import CHINA, LAST_YEAR, Almanac
from mingjing.simulate.draft import World
from mingjing.simulate.load import A_YEAR
from mingjing.simulate.tricks import gaming

USUAL_PORT = 8501
OPENING = day_time(8, 50)  # shortly before the halls open
TRICKS_GO_ON = 10  # days after the one on which the demo begins
RATES = Rates(quality_spread=1.2, complained=0.01, deals=0.4)
"""Windows differ more than most would, and people complain, so that a ranking of two weeks has something to tell."""
STARTING_S = 60.0  # what starting usually takes; the clock shows OPENING about when everything is ready


class Options(Struct, frozen=True, kw_only=True):
    """What the person asked for."""

    start: date  # the simulated day on which the demo begins
    history_days: int  # days before it whose events are there from the beginning
    speed: float  # simulated seconds in one second
    seed: int
    port: int | None  # of the dashboard; None: the usual one, or another if that is taken


class Plan(Struct, frozen=True, kw_only=True):
    """Where everything of one demo is. `token`: what the API asks for, of this demo only."""

    directory: Path
    options: Options
    dashboard_port: int
    worker_metrics_port: int
    dashboard_metrics_port: int
    sampler_metrics_port: int
    scorer_metrics_port: int
    clerk_metrics_port: int
    public_port: int
    api_port: int
    token: str
    clock: SimulatedClock
    filmed: bool
    model_dir: str | None

    @property
    def address(self) -> str:
        """What a browser opens."""
        return f"http://127.0.0.1:{self.dashboard_port}"

    @property
    def public_address(self) -> str:
        """The page for the public."""
        return f"http://127.0.0.1:{self.public_port}"

    @property
    def api_address(self) -> str:
        """Where other platforms would pull."""
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def usual_port(self) -> int:
        """The dashboard's port where nothing else listens on it."""
        return USUAL_PORT

    def now(self) -> int:
        """The instant that the demo's clock shows, in microseconds."""
        return clock_now(Settings(clock=str(self.clock)))

    @property
    def settings_file(self) -> Path:
        """The demo's settings; every command of ours given it as MINGJING_SETTINGS works on this demo."""
        return self.directory / "mingjing.toml"

    @property
    def tokens_file(self) -> Path:
        """Who may ask the API."""
        return self.directory / "tokens"

    @property
    def items_dir(self) -> Path:
        """The simulated city's item catalogue."""
        return self.directory / "items"

    @property
    def truth_file(self) -> Path:
        """How good each window of the simulated city really is."""
        return self.directory / "quality.csv"

    @property
    def registers_dir(self) -> Path:
        """The simulated city's registers of units and people."""
        return self.directory / "registers"

    @property
    def cameras_dir(self) -> Path:
        """The cameras' files, and the clips that they play."""
        return self.directory / "cameras"

    @property
    def first_day(self) -> date:
        """The first day of the history."""
        return self.options.start - timedelta(days=self.options.history_days)

    def stream(self) -> Stream:
        """The city at work from the first day of the history on, with a few tricks then and in the days after.

        What takes weeks has begun before.
        """
        days = self.options.history_days + TRICKS_GO_ON
        tricks = gaming.makers(gaming.FEW, A_YEAR * days // 365, days)
        seed = self.options.seed
        world = World(city(seed), Almanac(), RATES, seed)
        stream = slow.beginning(self.first_day, tricks, world, date(LAST_YEAR + 1, 1, 1))
        return left_to_cameras(stream) if self.filmed else stream

    def log(self, name: str) -> Path:
        """The log of one of the processes."""
        return self.directory / f"{name}.log"

    def write_settings(self, *, store_dsn: str, desk_dsn: str, brokers: str) -> None:
        """Write the settings file that all services are started with."""
        values = {
            "store_dsn": store_dsn,
            "desk_dsn": desk_dsn,
            "seal_dir": str(self.directory / "seal"),
            "files_dir": str(self.directory / "files"),
            "brokers": brokers,
            "items_dir": str(self.items_dir),
            "registers_dir": str(self.registers_dir),
            "clock": str(self.clock),
            "pictures_dir": str(self.directory / "pictures"),
            "brief_dir": str(self.directory / "briefs"),
            "api_tokens_file": str(self.tokens_file),
        }
        if self.filmed:
            values["cameras_dir"] = str(self.cameras_dir)
        if self.model_dir is not None:
            values["model_dir"] = self.model_dir
        lines = [f"{key} = '{value}'" for key, value in values.items()]
        digest = hashlib.sha256(self.token.encode()).hexdigest()
        self.tokens_file.write_text(f"demo {digest} scores,findings\n")
        self.settings_file.touch(mode=0o600)
        self.settings_file.write_text("\n".join(["# Written by mingjing demo.", "partitions = 4", *lines, ""]))


def plan(options: Options, *, filmed: bool = False, model_dir: str | None = None) -> Plan:
    """Make a directory, choose ports, set the clock. `filmed`: two cameras look at a hall; `model_dir`: as set.

    Raises UsageError for a taken port or a day that the calendar lacks.
    """
    Almanac.check(options.start - timedelta(days=options.history_days + slow.BEFORE), options.start)
    if options.port is not None and not _claim(options.port):
        raise UsageError(f"port {options.port} is taken; leave --port away and a free one is chosen")
    opening = datetime.combine(options.start, OPENING, CHINA)
    return Plan(
        directory=Path(tempfile.mkdtemp(prefix="mingjing-demo-")),
        options=options,
        dashboard_port=options.port or (USUAL_PORT if _claim(USUAL_PORT) else free_port()),
        worker_metrics_port=free_port(),
        dashboard_metrics_port=free_port(),
        sampler_metrics_port=free_port(),
        scorer_metrics_port=free_port(),
        clerk_metrics_port=free_port(),
        public_port=free_port(),
        api_port=free_port(),
        token=secrets.token_urlsafe(16),
        clock=SimulatedClock(micros(opening), round(time.time() + STARTING_S, 3), options.speed),
        filmed=filmed,
        model_dir=model_dir,
    )


def _claim(port: int) -> bool:
    """Whether nothing listens on the port, nor a demo that is just starting means to.

    A demo marks its port long before its dashboard listens there, by the UDP port of the same number.
    """
    mark = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        mark.bind(("127.0.0.1", port))
    except OSError:
        mark.close()
        return False
    _claims.append(mark)  # held until this process ends
    return not listening(port)


_claims: list[socket.socket] = []
