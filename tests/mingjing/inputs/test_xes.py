"""XES event logs."""

import gzip
import tracemalloc
from pathlib import Path

import pytest

from mingjing import inputs
from mingjing.errors import BookError
from mingjing.inputs import Record
from mingjing.instants import parse

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
<string key="concept:name" value="a log"/>
"""
AT = '<date key="time:timestamp" value="2020-01-01T08:00:00.000+01:00"/>'


def event(activity: str, *attributes: str) -> str:
    return f'<event><string key="concept:name" value="{activity}"/>{"".join(attributes)}</event>'


def trace(case: str, *events: str) -> str:
    return f'<trace><string key="concept:name" value="{case}"/>\n' + "\n".join(events) + "\n</trace>\n"


def read(folder: Path, body: str | bytes, mapping: str | None = None, *, name: str = "log.xes") -> list[Record]:
    """The records of a log with this content."""
    (folder / name).write_bytes(body.encode() if isinstance(body, str) else body)
    if mapping is not None:
        (folder / "map.toml").write_text(mapping, encoding="utf-8")
    return list(inputs.read([folder / name], mapping and folder / "map.toml"))


def test_the_standard_attributes_give_an_event(tmp_path: Path) -> None:
    body = event(
        "Create &amp; send",
        AT,
        '<string key="org:resource" value="R1"/><int key="n" value="3"/><boolean key="ok" value="true"/>',
        '<float key="odd" value="NaN"/>',
        '<list key="l"><values><id key="v" value="a"/><id key="v" value="b"/></values></list>',
    )
    [record] = read(tmp_path, HEAD + trace("c1", body) + "</log>")
    assert record.line == 7
    assert record.event is not None
    assert record.event.case_id == "c1"
    assert record.event.type == "step_ended"
    assert record.event.officer == "R1"
    assert record.event.occurred_at == parse("2020-01-01T08:00+01:00")
    assert record.event.data == {"step": "Create & send", "n": 3, "ok": True, "odd": "NaN", "l/v": ["a", "b"]}


def test_the_transition_says_whether_a_step_starts_or_ends(tmp_path: Path) -> None:
    def step(transition: str) -> str:
        return event("A", AT, f'<string key="lifecycle:transition" value="{transition}"/>')

    records = read(tmp_path, HEAD + trace("c", step("start"), step("COMPLETE"), step("ate_abort")) + "</log>")
    assert [r.event.type for r in records if r.event] == ["step_started", "step_ended", "step_ate_abort"]


def test_a_mapping_names_types_fields_and_attributes_of_the_trace(tmp_path: Path) -> None:
    mapping = """
[fields]
region = { constant = "IT" }
department = "trace:unit"
data.amount = { column = "amount", type = "number" }
[types]
"Create Fine" = "accepted"
"Send Fine+start" = "sent"
"""
    unit = '<string key="unit" value="U7"/><string key="colour" value="red"/>'
    first = event("Create Fine", AT, '<string key="amount" value="31.3"/>')
    second = event("Send Fine", AT)
    one, two = read(tmp_path, HEAD + trace("c", unit + first, second) + "</log>", mapping)
    assert one.event is not None
    assert two.event is not None
    assert (one.event.type, one.event.region, one.event.department) == ("accepted", "IT", "U7")
    assert one.event.data == {"step": "Create Fine", "amount": 31.3, "case": {"colour": "red"}}
    assert two.event.type == "step_ended"
    assert two.event.data == {"step": "Send Fine"}


def test_our_own_attributes_give_any_field(tmp_path: Path) -> None:
    own = '<string key="mingjing:type" value="decided"/><string key="mingjing:event_id" value="e1"/>'
    [record] = read(tmp_path, HEAD + trace("c", event("A", AT, own)) + "</log>")
    assert record.event is not None
    assert (record.event.type, record.event.event_id) == ("decided", "e1")


def test_ids_made_from_the_content_are_stable_and_tell_repetitions_apart(tmp_path: Path) -> None:
    """A log may hold the same step twice at one instant; both happened."""
    log = HEAD + trace("c", event("A", AT), event("A", AT)) + trace("d", event("A", AT)) + "</log>"
    first, second = ([r.event.event_id for r in read(tmp_path, log) if r.event] for _ in range(2))
    assert first == second
    assert len(set(first)) == 3


def test_an_event_that_is_none_is_refused_with_its_own_bytes(tmp_path: Path) -> None:
    good, bad = event("A", AT), event("B")
    records = read(tmp_path, HEAD + trace("c", good, bad, good) + "</log>")
    assert [r.reason for r in records] == [None, "missing required field occurred_at", None]
    assert records[1].raw == bad.encode()


@pytest.mark.parametrize("name", ["cut.xes", "cut.xes.gz"])
def test_everything_before_the_end_of_a_truncated_log_is_read(tmp_path: Path, name: str) -> None:
    log = (HEAD + trace("c", *[event(f"A{n}", AT) for n in range(3000)])).encode()[:-200]
    records = read(tmp_path, gzip.compress(log) if name.endswith("gz") else log, name=name)
    assert len([r for r in records if r.event]) == 2998
    assert records[-1].reason == "not XES: it ends in the middle; the rest of the file cannot be read"
    assert records[-1].raw.startswith(b'<event><string key="concept:name" value="A2998"/>')


def test_everything_before_a_broken_tag_is_read(tmp_path: Path) -> None:
    records = read(tmp_path, HEAD + trace("c", event("A", AT), event("B", AT), "<event><x</event>", event("C", AT)))
    assert [r.event.data["step"] for r in records if r.event] == ["A", "B"]
    assert str(records[-1].reason).startswith("not XES: not well-formed")
    assert records[-1].line == 9


def test_entities_are_refused_whatever_they_would_become(tmp_path: Path) -> None:
    """The billion laughs: a few lines that become gigabytes."""
    bomb = '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><log>&b;</log>'
    [record] = read(tmp_path, bomb)
    assert record.reason == "not XES: it declares entities, which are not read; the rest of the file cannot be read"


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    [record] = read(tmp_path, "<log>" + "<a>" * 100_000)
    assert record.reason == "not XES: nested deeper than 64 levels; the rest of the file cannot be read"


def test_an_event_beyond_the_limit_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    many = "".join(f'<string key="k{n}" value="{"x" * 1000}"/>' for n in range(3000))
    path = tmp_path / "big.xes"
    path.write_text(HEAD + trace("c", event("A", AT), event("B", AT, many), event("C", AT)) + "</log>")
    tracemalloc.start()
    records = list(inputs.read([path], limit=100_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [r.reason for r in records] == [None, "longer than 100,000 bytes", None]
    assert peak < 3_000_000


def test_a_tag_without_end_is_refused_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "tag.xes"
    path.write_text(HEAD + trace("c", event("A", AT), '<event><string key="' + "x" * 10_000_000))
    records = list(inputs.read([path], limit=100_000))
    assert records[0].event is not None
    assert records[-1].reason == "a tag or text longer than 100,000 bytes; the rest of the file cannot be read"
    assert len(records) == 2


def test_an_empty_log_holds_no_events(tmp_path: Path) -> None:
    assert read(tmp_path, "") == read(tmp_path, HEAD + "</log>") == []


def test_a_file_that_is_no_xml_is_one_refused_record(tmp_path: Path) -> None:
    [record] = read(tmp_path, "case,activity\n1,A\n")
    assert str(record.reason).startswith("not XES:")


def test_several_events_per_event_are_a_mistake_of_the_mapping(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="an event of XES is one event"):
        read(tmp_path, HEAD + "</log>", "[[event]]\ntype = 'a'\n")
