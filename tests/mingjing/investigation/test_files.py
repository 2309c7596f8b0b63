"""Notes in versions, and sealed files that only their readers open: on the real sealed record."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from mingjing.access import WHOLE, Person
from mingjing.errors import UsageError
from mingjing.investigation import files
from mingjing.investigation.files import Content
from mingjing.investigation.notes import LONGEST, Place, notes, write
from mingjing.record.recorder import Recorder, Taken

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
CHEN = Person(account="chen", roles=frozenset({"investigator"}), scope=WHOLE)
LIU = Person(account="liu", roles=frozenset({"investigator", "leader"}), scope=WHOLE)
PLACE = Place(case_id="C1", region="R1", department="D1", window="W1", officer="P1")
HOSTILE = "<img src=x onerror=alert(1)>'; DROP TABLE record; --"


def test_a_note_has_versions_and_of_two_writers_the_second_is_told(recorder: Recorder) -> None:
    """What was first written stays readable, and nobody's words are lost over another's."""
    write(recorder, CHEN, AT, PLACE, HOSTILE)
    first = notes(recorder.read("note"))[0]
    write(recorder, CHEN, AT, PLACE, "second", first)
    with pytest.raises(Taken):
        write(recorder, LIU, AT, PLACE, "at the same time", first)
    held = notes(recorder.read("note"))[0]
    assert [(one.number, one.by, one.text) for one in held.versions] == [(1, "chen", HOSTILE), (2, "chen", "second")]
    entry = recorder.read("note", first.note_id)[0]
    assert (entry.case_id, entry.region, entry.department, entry.window, entry.officer) == (
        "C1",
        "R1",
        "D1",
        "W1",
        "P1",
    )
    for text in ("", "  \n", "x" * (LONGEST + 1)):
        with pytest.raises(UsageError, match="characters"):
            write(recorder, CHEN, AT, PLACE, text)


def test_a_sealed_file_is_there_for_its_readers_alone_and_each_opening_is_on_record(recorder: Recorder) -> None:
    """Whatever roles and scope somebody has: who is not named sees nothing, not even that there is a file."""
    made = files.make(
        recorder, CHEN, AT, Content(title=" Pauses ", readers=(), cases=("C1", "C1", ""), findings=("f1",))
    )
    assert (made.content.title, made.content.readers, made.content.cases) == ("Pauses", ("chen",), ("C1",))
    assert files.listed(recorder, LIU) == []
    with pytest.raises(UsageError, match="no such file") as hidden:
        files.opened(recorder, LIU, AT, made.file_id, "curious")
    with pytest.raises(UsageError) as missing:
        files.opened(recorder, LIU, AT, "file:none", "curious")
    assert str(hidden.value) == str(missing.value)
    with pytest.raises(UsageError, match="reason"):
        files.opened(recorder, CHEN, AT, made.file_id, "  ")
    assert recorder.read("view") == []
    assert files.opened(recorder, CHEN, AT, made.file_id, "review of March").content == made.content
    assert [(one.actor, one.subject) for one in recorder.read("view")] == [("chen", made.file_id)]


def test_a_file_is_changed_in_versions_by_readers_until_it_is_closed(recorder: Recorder) -> None:
    made = files.make(recorder, CHEN, AT, Content(title="Pauses", readers=()))
    with pytest.raises(UsageError, match="no such file"):
        files.change(recorder, LIU, AT, made, Content(title="mine now", readers=("liu",)))
    shared = files.change(recorder, CHEN, AT, made, replace(made.content, readers=("chen", "liu"), cases=("C7",)))
    assert [one.file_id for one in files.listed(recorder, LIU)] == [made.file_id]
    with pytest.raises(Taken):
        files.change(recorder, LIU, AT, made, replace(made.content, title="from the first version"))
    closed = files.change(recorder, LIU, AT, shared, replace(shared.content, closed=True))
    assert [one.by for one in closed.versions] == ["chen", "chen", "liu"]
    with pytest.raises(UsageError, match="closed"):
        files.change(recorder, CHEN, AT, closed, replace(closed.content, closed=False))


@pytest.mark.parametrize("wrong", [{"title": " "}, {"title": "x" * 201}, {"cases": tuple(map(str, range(501)))}])
def test_a_file_that_could_not_be_read_is_refused(recorder: Recorder, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        files.make(recorder, CHEN, AT, replace(Content(title="Pauses", readers=()), **wrong))
