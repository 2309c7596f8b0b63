"""Stores for looking at the pages: empty, with the cases of some weeks, and with 100,000 findings."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from mingjing.store import Store
from mingjing.store.local import LocalServer, serve
from tests.dashboards import seed, tender_seed
from tests.scoring import seed as scores

manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
"""AppTest reads the metadata of every installed package for each page that it opens; here a process reads them once."""

CLOCK = f"{seed.NOW.isoformat()}@0x0"
"""Stands still at the seed's instant."""


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A migrated store with nothing in it."""
    with serve(tmp_path_factory.mktemp("empty")) as server, Store(server.dsn) as store:
        store.migrate()
        yield server


@pytest.fixture(scope="session")
def few_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A hall of some weeks, judged by the shipped rules, and the awkward case."""
    with serve(tmp_path_factory.mktemp("few")) as server, Store(server.dsn) as store:
        store.migrate()
        seed.few(store, seed.engine(tmp_path_factory.mktemp("items")), cases=60)
        seed.awkward(store)
        yield server


@pytest.fixture(scope="session")
def items_dir(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The catalogue of the hall of some weeks."""
    folder = tmp_path_factory.mktemp("catalogue")
    seed.engine(folder)
    return str(folder)


@pytest.fixture(scope="session")
def many_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """100,000 findings, and a case with 10,000 events."""
    with serve(tmp_path_factory.mktemp("many")) as server, Store(server.dsn) as store:
        store.migrate()
        seed.few(store, seed.engine(tmp_path_factory.mktemp("items")), cases=0)
        seed.many(store, 100_000)
        seed.endless(store, 10_000)
        yield server


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """Two months of scores of a small city."""
    with serve(tmp_path_factory.mktemp("city")) as server, Store(server.dsn) as store:
        store.migrate()
        scores.fill(store, months=2)
        tender_seed.fill(store)
        yield server


@pytest.fixture
def of_city(shown: pytest.MonkeyPatch, city: LocalServer) -> None:
    """Pages over the small city, at the end of its last day."""
    shown.setenv("MINGJING_STORE_DSN", city.reader_dsn)
    shown.setenv("MINGJING_CLOCK", "2026-03-31T17:00:00+08:00@0x0")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """Pages opened in this process: without settings of the machine, nothing cached from the test before."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINGJING_CLOCK", CLOCK)
    monkeypatch.setenv("MINGJING_SIGN_IN", "off")
    st.cache_data.clear()
    st.cache_resource.clear()
    yield monkeypatch
    st.cache_data.clear()
    st.cache_resource.clear()
