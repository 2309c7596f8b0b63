"""Logs with fields, and without persons."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Literal

import pytest

from mingjing import logs

Say = Callable[[Literal["text", "json"]], io.StringIO]


@pytest.fixture
def say() -> Iterator[Say]:
    """Sets logs up to be read by the test, and puts back what was there."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level

    def setup(form: Literal["text", "json"]) -> io.StringIO:
        stream = io.StringIO()
        logs.setup(form, "info", stream)
        return stream

    yield setup
    root.handlers[:] = before
    root.setLevel(level)


LOG = logging.getLogger("streams.sink")


def test_fields_follow_the_message(say: Say) -> None:
    stream = say("text")
    LOG.info("batch written", extra={"events": 40, "source": "city hall", "empty": ""})
    assert stream.getvalue().endswith('Z info streams.sink: batch written events=40 source="city hall" empty=""\n')


def test_machines_get_one_object_per_line(say: Say) -> None:
    stream = say("json")
    try:
        raise ValueError("broken")
    except ValueError:
        LOG.exception("rule %s failed", "T2", extra={"case": "c1"})
    [line] = stream.getvalue().splitlines()
    found = json.loads(line)
    assert (found["level"], found["message"], found["case"]) == ("error", "rule T2 failed", "c1")
    assert "ValueError: broken" in found["error"]


def test_less_grave_messages_are_left_out(say: Say) -> None:
    stream = say("text")
    LOG.debug("nothing to see")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_an_event_says_about_people_is_masked(say: Say, form: Literal["text", "json"]) -> None:
    """Logs are copied, shipped and kept where no one watches over applicants' data."""
    stream = say(form)
    LOG.info("refused", extra={"raw": b"Zhang San", "data": {"applicant": "Zhang San"}, "applicant": "Zhang San"})
    assert "Zhang" not in stream.getvalue()
    assert "***" in stream.getvalue()
