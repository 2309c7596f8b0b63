"""A link must reproduce the view, and no address may break the page."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.filters import (
    NATURES,
    PAGE_SIZES,
    PERIODS,
    SEVERITIES,
    SORTS,
    STATUSES,
    Filter,
    from_query,
    parameters,
    span,
    to_query,
)

NOW = datetime(2026, 3, 18, 2, 30, tzinfo=UTC)
PARAMETERS = ("severity", "status", "rule", "window", "nature", "q", "period", "from", "to", "sort", "page", "size")
CODES = st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=3).map(tuple)
DAYS = st.none() | st.dates(date(1901, 1, 1), date(2290, 1, 1))


def kept_in_order(of: tuple[object, ...]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.sets(st.sampled_from(of)).map(lambda some: tuple(one for one in of if one in some))


@st.composite
def views(draw: st.DrawFn) -> Filter:
    period = draw(st.sampled_from(PERIODS))
    dated = period == "range"
    return Filter(
        severity=draw(kept_in_order(SEVERITIES)),  # type: ignore[arg-type]
        status=draw(kept_in_order(STATUSES)),  # type: ignore[arg-type]
        rule=draw(CODES),
        department=draw(CODES),
        window=draw(CODES),
        region=draw(CODES),
        nature=draw(st.sampled_from(NATURES)),
        q=draw(st.text(max_size=20).map(str.strip)),
        period=period,
        first=draw(DAYS) if dated else None,
        last=draw(DAYS) if dated else None,
        sort=draw(st.sampled_from(SORTS)),
        page=draw(st.integers(1, 99_999_999)),
        size=draw(st.sampled_from(PAGE_SIZES)),
    )


@given(views())
def test_the_address_of_a_view_leads_back_to_it(view: Filter) -> None:
    assert from_query(to_query(view)) == view


def test_the_usual_view_needs_no_address() -> None:
    assert to_query(Filter()) == {}


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.lists(st.text(max_size=12), max_size=3)))
def test_no_address_breaks_the_page(query: dict[str, list[str]]) -> None:
    view = from_query(query)
    since, until = span(view, NOW, "Asia/Shanghai")
    assert since.tzinfo
    assert until.tzinfo
    assert parameters(view, NOW, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("query", "since"),
    [
        ({"period": ["today"]}, "2026-03-18T00:00+08:00"),
        ({"period": ["week"]}, "2026-03-12T00:00+08:00"),
        ({"period": ["hour"]}, "2026-03-18T09:30+08:00"),
        ({"from": ["2026-03-01"]}, "2026-03-01T00:00+08:00"),
    ],
)
def test_periods_begin_at_the_local_midnight(query: dict[str, list[str]], since: str) -> None:
    assert span(from_query(query), NOW, "Asia/Shanghai")[0] == datetime.fromisoformat(since)


def test_the_last_chosen_day_is_included() -> None:
    view = from_query({"from": ["2026-03-01"], "to": ["2026-03-02"]})
    assert span(view, NOW, "Asia/Shanghai")[1] == datetime.fromisoformat("2026-03-03T00:00+08:00")


def test_all_statuses_can_be_asked_for() -> None:
    assert to_query(Filter(status=())) == {"status": ["all"]}
    assert from_query({"status": ["all"]}).status == ()
