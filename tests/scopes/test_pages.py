"""A few pages as somebody from the county opens them: a neighbour is not there, in lists or by guessed address."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import who
from mingjing.access import Person, places
from mingjing.store import Store
from mingjing.store.local import LocalServer
from tests.clickhouse import drop
from tests.dashboards.conftest import shown
from tests.dashboards.test_pages import APP, html
from tests.scopes.world import OWN, PARENT, PHONE, SIBLING, fill, organisation, person

__all__ = ["shown"]

pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def server(clickhouse: LocalServer) -> Iterator[LocalServer]:
    """The marked city."""
    with Store(clickhouse.dsn, profile="offline") as store:
        fill(store)
    yield clickhouse
    drop(clickhouse.dsn)


def at(place: str) -> Person:
    """A supervisor of a place."""
    return person("supervisor", places.scope(frozenset({"supervisor"}), place, "", organisation()))


def test_pages_show_a_county_itself_and_another_person_nothing_of_it(
    server: LocalServer, shown: pytest.MonkeyPatch
) -> None:
    """One after the other in one process: what one person's page has cached must not reach the next."""
    shown.setenv("MINGJING_STORE_DSN", server.reader_dsn)
    shown.setenv("MINGJING_CLOCK", "2026-03-02T17:00:00+08:00@0x0")
    for own, other in ((OWN, SIBLING), (SIBLING, OWN)):
        shown.setattr(who, "person", lambda own=own: at(f"region:R{own}"))
        app = AppTest.from_file(APP, default_timeout=120).run()
        board = str([app.session_state, html(app), [str(one.value) for one in app.dataframe]])
        assert f"{own}超期" in board
        app.switch_page("../pages/case.py")
        app.query_params["case"] = f"C{own}"
        seen = html(app.run())
        assert own in seen
        for case in (f"C{other}", "Cnone"):
            app.query_params["case"] = case
            assert "超期" not in html(app.run())
        app.switch_page("../pages/finding.py")
        app.query_params["id"] = f"G{other}"
        guessed = html(app.run())
        app.query_params["id"] = "none"
        assert guessed == html(app.run())  # as if there were no such finding
        told = board + seen + guessed
        assert not [mark for mark in (other, PARENT) if f"{mark}超期" in told]
        assert PHONE not in told
        assert not app.exception
    st.cache_data.clear()
