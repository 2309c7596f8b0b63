"""Claim: 50 officers at once on the desk with live updates, p95 of a page interaction at most 1 s on two cores, and of
two who act on one finding at the same moment the second is told and nothing is lost.

The officers are headless: each speaks the pages' own protocol over a web socket, signed in, as a browser would. Each
asks for the live list every two seconds, as the page does, and every few seconds does something: another queue, a
search, a finding opened; new findings come in all the while. A browser's own drawing is not in it. The peer is the same
desk with one officer. Then pairs press the same button on the same finding at the same moment.
"""

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import websockets
from argon2 import PasswordHasher
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from mingjing.accounts.account import Account
from mingjing.accounts.office import Office
from mingjing.accounts.passwords import Passwords
from mingjing.handling.desk import Desk, deadlines
from mingjing.instants import micros
from mingjing.record.keys import signer
from mingjing.record.recorder import Recorder
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.local import serve
from mingjing.store.record import entries
from mingjing.types import Evidence, Finding, Text
from tests.dashboards import seed

QUEUES = ("mine", "overdue", "red", "open", "done")
UNIT = "SCJGJ"
LIVE_S, THINK_S = 2.0, (4.0, 8.0)
CLOCK = f"{seed.NOW.isoformat()}@0x0"


class Officer:
    """One signed-in browser without a screen."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token
        self.live: set[str] = set()
        self.widgets: dict[str, str] = {}
        self.texts: list[str] = []
        self.query = "queue=open&lang=zh"

    async def __aenter__(self) -> "Officer":
        self.socket = await websockets.connect(
            f"ws://{self.address}/_stcore/stream",
            additional_headers={"Cookie": f"mingjing_session={self.token}"},
            origin=f"http://{self.address}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def ask(self, query: str = "", page: str = "desk", fragment: str = "", pressed: str = "") -> float:
        """Seconds until the pages have drawn what was asked for; `fragment`: only the live part."""
        message = BackMsg()
        state = message.rerun_script
        self.query = query or self.query
        state.query_string, state.page_name = self.query, page
        state.fragment_id, state.is_auto_rerun = fragment, bool(fragment) and not pressed
        if pressed:
            widget = state.widget_states.widgets.add()
            widget.id, widget.trigger_value = pressed, True
        if not fragment:
            self.live, self.widgets = set(), {}  # another page has others
        begin = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        self.texts = []
        while True:
            told = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), 60))  # type: ignore[arg-type]
            match told.WhichOneof("type"):
                case "auto_rerun":
                    self.live.add(told.auto_rerun.fragment_id)
                case "delta" if told.delta.WhichOneof("type") == "new_element":
                    self._seen(told.delta.new_element)
                case "script_finished":
                    return time.perf_counter() - begin

    def _seen(self, element: object) -> None:
        kind = element.WhichOneof("type")  # type: ignore[attr-defined]
        if kind == "button":
            self.widgets[element.button.id] = element.button.label  # type: ignore[attr-defined]
        elif kind == "html":
            self.texts.append(element.html.body)  # type: ignore[attr-defined]

    def button(self, key: str) -> str:
        """The id of the button with a key."""
        return next(one for one in self.widgets if one.endswith(f"-{key}"))


async def day(officer: Officer, until: float, rng: random.Random, ids: list[str]) -> tuple[list[float], list[float]]:
    """What an officer does until an instant: seconds of each interaction, and of each live update."""
    acted, lived = [], []
    await officer.ask("queue=open&lang=zh")
    next_act = time.monotonic() + rng.uniform(0, THINK_S[1])
    while time.monotonic() < until:
        if time.monotonic() >= next_act:
            kind = rng.randrange(3)
            if kind == 2:
                acted.append(await officer.ask(f"id={rng.choice(ids)}&lang=zh", "finding"))
                await officer.ask("queue=open&lang=zh")
            else:
                acted.append(await officer.ask(f"queue={rng.choice(QUEUES)}&lang=zh" + ("&q=D" if kind else "")))
            next_act = time.monotonic() + rng.uniform(*THINK_S)
        for fragment in list(officer.live)[-1:]:
            lived.append(await officer.ask(fragment=fragment))
        await asyncio.sleep(LIVE_S)
    return acted, lived


async def crowd(address: str, tokens: list[str], seconds: float, ids: list[str]) -> tuple[list[float], list[float]]:
    """Several at once."""
    rng = random.Random(1)  # noqa: S311
    several = [Officer(address, token) for token in tokens]
    async with asyncio.TaskGroup() as group:
        for one in several:
            group.create_task(one.__aenter__())
    until = time.monotonic() + seconds
    done = await asyncio.gather(*(day(one, until, random.Random(rng.random()), ids) for one in several))  # noqa: S311
    await asyncio.gather(*(one.__aexit__() for one in several))
    return [s for acted, _ in done for s in acted], [s for _, lived in done for s in lived]


async def pairs(address: str, tokens: list[str], ids: list[str], store: Store) -> tuple[int, int, int]:
    """Two on one finding at once: (acts done, of how many findings, who were told)."""
    told = 0
    for finding, first, second in zip(ids, tokens[::2], tokens[1::2], strict=False):
        async with Officer(address, first) as one, Officer(address, second) as other:
            both = (one, other)
            await asyncio.gather(*(each.ask(f"id={finding}&lang=zh", "finding") for each in both))
            await asyncio.gather(
                *(each.ask(fragment=sorted(each.live)[-1], pressed=each.button("finding_go")) for each in both)  # noqa: FURB192
            )
            await asyncio.gather(*(each.ask(fragment=sorted(each.live)[-1]) for each in both))  # noqa: FURB192
            told += sum(any("mj-done" not in text and "mj-notice" in text for text in each.texts) for each in both)
    acts = entries(store, kinds=["act"], subjects=ids)
    return sum(not act.actor.startswith("system:") for act in acts), len(ids), told


def findings(number: int, severity: int = 2) -> list[Finding]:
    """Cards of the units, as rules publish them."""
    return [
        Finding(
            finding_id=f"desk-{severity}-{n:05}", revision=1, rule="T2", rule_version="1", subject=f"case:51{n:09}",
            severity=severity, status="open", occurred_at=seed.NOW - timedelta(hours=n % 60), lead=False,
            detected_at=seed.NOW - timedelta(hours=n % 60), message=Text(zh=f"超期第{n}件", en=f"Late, case {n}"),
            evidence=Evidence(events=()), case_id=f"51{n:09}", department=UNIT, region="519900",
            window=f"{UNIT}-W01", officer=f"{UNIT}-01",
        )
        for n in range(number)
    ]  # fmt: skip


def people(chosen: Settings, number: int) -> list[str]:
    """Sessions of heads of a unit; their passwords are kept weakly, since nobody signs in here again."""

    @contextmanager
    def store():  # type: ignore[no-untyped-def]
        with Store(chosen.desk_dsn or "") as one:
            yield one

    keeper = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    tokens = []
    with store() as desk:
        office = Office(
            store, Recorder(desk, signer(chosen.seal_dir), "benchmark"), hours=10, now=lambda: seed.NOW,
            wall=lambda: datetime.now(UTC), keeper=keeper,
        )  # fmt: skip
        for n in range(number):
            account = Account(
                account=f"head{n:02}", name=f"head{n:02}", roles=("department",), place="department:SCJGJ"
            )
            first = office.add(account, "benchmark")
            tokens.append(
                office.change_password(office.sign_in(account.account, first).token, first, "Blue-horse-77").token
            )
    return tokens


def issue(chosen: Settings, several: list[Finding], store: Store) -> None:
    """The clerk sends them out."""
    store.write_findings(several)
    with Store(chosen.desk_dsn or "") as desk:
        recorder = Recorder(desk, signer(chosen.seal_dir), "clerk")
        Desk(desk, recorder, deadlines(chosen), lambda: seed.NOW, store).attend(
            [one.finding_id for one in several], "system:clerk"
        )


@contextmanager
def pages(chosen: Settings, reader: str, home: Path):  # type: ignore[no-untyped-def]
    """The pages on a port of their own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MINGJING_", "STREAMLIT_"))}
    env |= {f"MINGJING_{name.upper()}": getattr(chosen, name) for name in ("desk_dsn", "seal_dir", "sign_in")}
    env |= {"MINGJING_STORE_DSN": reader, "MINGJING_CLOCK": CLOCK}
    with (home / "pages.log").open("wb") as log:
        command = [sys.executable, "-m", "mingjing", "dashboard", "--port", str(port)]
        process = subprocess.Popen(command, cwd=home, env=env, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                break
            except OSError:
                assert time.monotonic() < end, "the pages did not start"
                time.sleep(0.2)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def said(name: str, seconds: list[float]) -> None:
    """Median, p95 and the worst."""
    cuts = statistics.quantiles(seconds, n=20)
    print(f"{name}: {len(seconds)}, median {cuts[9]:.3f} s, p95 {cuts[18]:.3f} s, worst {max(seconds):.3f} s")


async def arriving(chosen: Settings, store: Store, seconds: float) -> None:
    """A new card every second."""
    for n in range(int(seconds)):
        one = msgspec.structs.replace(findings(1)[0], finding_id=f"new-{n:04}", case_id=f"52{n:09}")
        await asyncio.to_thread(issue, chosen, [one], store)
        await asyncio.sleep(1)


async def main() -> None:
    """Prints the figures of one officer, of many, and of pairs that act at once."""
    options = argparse.ArgumentParser()
    options.add_argument("--officers", type=int, default=50)
    options.add_argument("--seconds", type=float, default=40)
    options.add_argument("--findings", type=int, default=400)
    given = options.parse_args()
    assert micros(seed.NOW)
    with tempfile.TemporaryDirectory() as place, serve(Path(place) / "store") as server:
        chosen = Settings(store_dsn=server.dsn, desk_dsn=server.desk_dsn, seal_dir=f"{place}/seal", sign_in="local")
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
            store.write_names(seed.names())
            several = findings(given.findings)
            issue(chosen, several, store)
            tokens = people(chosen, given.officers)
            ids = [one.finding_id for one in several]
            with pages(chosen, server.reader_dsn, Path(place)) as address:
                await crowd(address, tokens[:1], 30, ids)  # warm: the first page of a process imports for seconds
                alone, _ = await crowd(address, tokens[:1], 2 * given.seconds, ids)
                said("one officer, interactions", alone)
                news = asyncio.create_task(arriving(chosen, store, given.seconds))
                acted, lived = await crowd(address, tokens, given.seconds, ids)
                await news
                said(f"{given.officers} officers, interactions", acted)
                said(f"{given.officers} officers, live updates", lived)
                print(f"ratio of medians to one officer: {statistics.median(acted) / statistics.median(alone):.1f}")
                done, of, told = await pairs(address, tokens, ids[: given.officers // 2], store)
                print(f"pairs at once: {of} findings, {done} acts, {told} told that another was first")
                assert done == of


asyncio.run(main())
