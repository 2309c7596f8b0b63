"""The services as processes of the demo."""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from mingjing.brokers.process import Child
from mingjing.demo.plan import Plan
from mingjing.errors import ServiceError
from mingjing.settings import PREFIX

STOP_S = 8.0  # what a child gets to end by itself


def worker(plan: Plan) -> Child:
    """The worker, starting."""
    return _child(plan, "worker", [], {"METRICS_PORT": str(plan.worker_metrics_port)})


def population(plan: Plan) -> Child:
    """The service of the rules that look at many cases at once, starting."""
    return _child(plan, "population", ["--watch"], {"POPULATION_MINUTES": "0.5"})


def scorer(plan: Plan) -> Child:
    """The scorer, starting: it keeps the scores."""
    return _child(plan, "scorer", [], {"METRICS_PORT": str(plan.scorer_metrics_port)})


def clerk(plan: Plan) -> Child:
    """The clerk, starting: it does what is due about findings, and publishes what people do."""
    return _child(plan, "clerk", [], {"METRICS_PORT": str(plan.clerk_metrics_port)})


def sampler(plan: Plan) -> Child:
    """The sampler, starting: it looks through the cameras."""
    return _child(plan, "sampler", [], {"METRICS_PORT": str(plan.sampler_metrics_port)})


def dashboard(plan: Plan, reader_dsn: str) -> Child:
    """The dashboard, starting; it may only read the store."""
    where = ["--address", "127.0.0.1", "--port", str(plan.dashboard_port)]
    own = {"METRICS_PORT": str(plan.dashboard_metrics_port), "STORE_DSN": reader_dsn}
    return _child(plan, "dashboard", where, own)


def public(plan: Plan, reader_dsn: str) -> Child:
    """The page for the public, starting."""
    where = ["--public", "--address", "127.0.0.1", "--port", str(plan.public_port)]
    return _child(plan, "dashboard", where, {"STORE_DSN": reader_dsn}, called="public page")


def api(plan: Plan, reader_dsn: str) -> Child:
    """The API, starting."""
    where = ["--address", "127.0.0.1", "--port", str(plan.api_port)]
    return _child(plan, "api", where, {"STORE_DSN": reader_dsn})


def _child(plan: Plan, command: str, arguments: list[str], own: dict[str, str], called: str = "") -> Child:
    # The demo's settings are its own: what this shell has set for another installation counts as not set.
    env = {variable: "" for variable in os.environ if variable.startswith(PREFIX)}
    env |= {f"{PREFIX}{key}": value for key, value in own.items()} | {"MINGJING_SETTINGS": str(plan.settings_file)}
    log = plan.log((called or command).replace(" ", "-"))
    return Child(called or command, [sys.executable, "-m", "mingjing", command, *arguments], log, env)


def worker_ready(plan: Plan) -> Callable[[], bool]:
    """Whether the worker says that it is well."""
    return lambda: _answers(f"http://127.0.0.1:{plan.worker_metrics_port}/health")


def dashboard_ready(plan: Plan) -> Callable[[], bool]:
    """Whether pages are served."""
    return lambda: _answers(f"{plan.address}/_stcore/health")


def open_to_all(plan: Plan) -> bool:
    """Whether the public page is served and the API answers."""
    return _answers(f"{plan.public_address}/_stcore/health") and _answers(f"{plan.api_address}/v1/health")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310  # nosec B310 # our own loopback
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


class Watched(NamedTuple):
    """Something that must go on running."""

    name: str
    running: Callable[[], bool]
    last_words: Callable[[], str]


def watched(child: Child) -> Watched:
    """A child that must go on running."""
    return Watched(f"the {child.name}", lambda: child.running, child.last_words)


def raise_if_dead(watched: Iterable[Watched]) -> None:
    """Raise ServiceError, with its last words, for one that has ended by itself."""
    for one in watched:
        if not one.running():
            raise ServiceError(f"{one.name} has ended: {one.last_words()}")


def stop(children: Iterable[Child]) -> None:
    """Ask all to end, at the same time, and end those that do not."""
    with ThreadPoolExecutor() as together:
        list(together.map(lambda child: child.stop(STOP_S), children))
