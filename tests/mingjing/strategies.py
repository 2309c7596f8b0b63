"""Made-up case events for property tests."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from mingjing.types import CaseEvent

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
codes = words.filter(bool)
zones = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
earliest, latest = datetime(1902, 1, 1), datetime(2297, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
instants = st.datetimes(earliest, latest, timezones=st.one_of(st.just(UTC), zones))
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)

events = st.builds(
    CaseEvent,
    event_id=codes,
    case_id=codes,
    type=codes,
    occurred_at=instants,
    recorded_at=st.none() | instants,
    source=st.none() | words,
    item=st.none() | words,
    item_version=st.none() | words,
    region=st.none() | words,
    department=st.none() | words,
    window=st.none() | words,
    officer=st.none() | words,
    channel=st.none() | words,
    corrects=st.none() | words,
    received_at=st.none() | instants,
    data=st.dictionaries(words, json_values, max_size=4),
)
