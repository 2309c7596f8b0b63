"""Whatever the bytes of a file are, reading it ends, and every place in it is an event or a reason."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing import inputs
from mingjing.errors import UsageError

JSONL = (
    b'{"event_id":"e1","case_id":"c","type":"t","occurred_at":"2020-01-01T00:00:00Z","data":{"x":"\xe5\x8a\x9e"}}\n' * 3
)
CSV = (
    b'event_id,case_id,type,occurred_at,data.x\ne1,c,t,2020-01-01T00:00:00Z,"a\nb"\n'
    + b"e2,c,t,2020-01-01T00:00Z,\n" * 3
)
XES = (
    b'<?xml version="1.0" encoding="UTF-8"?><log><trace><string key="concept:name" value="c"/>'
    + b'<event><string key="concept:name" value="A"/><date key="time:timestamp" value="2020-01-01T00:00:00Z"/></event>'
    * 3
    + b"</trace></log>"
)
WHOLE = {
    "a.jsonl": JSONL,
    "a.csv": CSV,
    "a.xes": XES,
    "a.jsonl.gz": gzip.compress(JSONL, mtime=0),
    "a.csv.gz": gzip.compress(CSV, mtime=0),
    "a.xes.gz": gzip.compress(XES, mtime=0),
}


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_a_damaged_file_is_read_to_its_end(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """Nothing but a header that names no columns may stop the reading, and that before the first event."""
    content = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    path = tmp_path / name
    path.write_bytes(bytes(content))
    try:
        records = inputs.read([path], limit=data.draw(st.sampled_from((50, 400, inputs.LINE_LIMIT))))
    except UsageError:
        assert ".csv" in name
        return
    assert all((record.event is None) == (record.reason is not None) for record in records)


@pytest.mark.parametrize("name", WHOLE)
def test_an_undamaged_file_has_only_events(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(WHOLE[name])
    assert len([record for record in inputs.read([tmp_path / name]) if record.event]) >= 3
