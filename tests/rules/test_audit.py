"""`mingjing audit` from the outside: what it writes, what it says, and how it ends, whatever the files hold."""

import gzip
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mingjing.cli import main
from mingjing.types import Finding, NotJudged

RULE = """id = "T2"
kind = "deadline"
name = { zh = "承诺超期", en = "Committed limit passed" }
basis = "a test"
start = ["accepted"]
stop = ["decided"]
limit = "5 working_days"
ladder = [{ at = "80%", severity = 1 }, { at = "due", severity = 2 }]
"""
AS_OF = "2026-06-01T00:00:00+08:00"


def line(kind: str, when: str, case: str = "c", **fields: Any) -> bytes:
    row = {
        "event_id": f"{case}:{kind}:{when}",
        "case_id": case,
        "type": kind,
        "occurred_at": f"{when}:00+08:00",
        **fields,
    }
    return msgspec.json.encode(row) + b"\n"


LATE = line("accepted", "2026-03-02T10:00")
TIMELY = line("accepted", "2026-03-02T10:00", "d") + line("decided", "2026-03-03T10:00", "d")


class Ran(msgspec.Struct):
    """How a run ended."""

    status: int
    out: bytes
    said: str

    @property
    def findings(self) -> list[Finding]:
        return [msgspec.json.decode(row, type=Finding) for row in self.out.splitlines()]


class Desk:
    """A folder with a rule book, and `mingjing audit` run in it as from a shell."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, caught: pytest.CaptureFixture[bytes]) -> None:
        self.folder, self._patch, self._caught = folder, monkeypatch, caught
        monkeypatch.chdir(folder)
        monkeypatch.setenv("COLUMNS", "200")
        (folder / "book").mkdir()
        (folder / "book" / "T2.toml").write_text(RULE, encoding="utf-8")

    def file(self, content: bytes, name: str = "events.jsonl") -> str:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return name

    def run(self, *arguments: str, rules: str = "book") -> Ran:
        self._patch.setattr("sys.argv", ["mingjing", "audit", "--rules", rules, *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, said = self._caught.readouterr()
        return Ran(int(ended.value.code or 0), out, said.decode())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Desk:
    return Desk(tmp_path, monkeypatch, capfdbinary)


def test_findings_are_json_lines_in_order_of_their_instant(desk: Desk) -> None:
    earlier = line("accepted", "2026-02-02T10:00", "e")
    ran = desk.run(desk.file(LATE + TIMELY + earlier), "--as-of", AS_OF)
    assert ran.status == 0
    assert [(finding.case_id, finding.severity, finding.status) for finding in ran.findings] == [
        ("e", 2, "open"),
        ("c", 2, "open"),
    ]
    assert "cases judged 3" in ran.said
    assert "findings 2" in ran.said
    assert "T2" in ran.said


def test_time_has_passed_up_to_the_last_event_unless_told(desk: Desk) -> None:
    name = desk.file(LATE + line("accepted", "2026-03-07T00:00", "e"))
    assert [finding.severity for finding in desk.run(name).findings] == [1]
    assert [finding.severity for finding in desk.run(name, "--as-of", AS_OF).findings] == [2, 2]


def test_events_after_as_of_are_left_out_and_counted(desk: Desk) -> None:
    """What had not happened yet can neither accuse nor clear."""
    ran = desk.run(desk.file(LATE + line("decided", "2026-03-03T10:00")), "--as-of", "2026-03-03T00:00:00+08:00")
    assert "after as-of 1" in ran.said


def test_the_findings_can_go_to_a_file_and_the_rest_to_others(desk: Desk) -> None:
    stuck = RULE.replace('"T2"', '"T3"').replace("5 working_days", "item.statutory_limit")
    (desk.folder / "book" / "T3.toml").write_text(stuck, encoding="utf-8")
    name = desk.file(LATE + b"not json\n")
    ran = desk.run(name, "--out", "f", "--dead-letters", "d", "--not-judged", "n", "--as-of", AS_OF)
    assert (ran.status, ran.out) == (0, b"")
    assert len((desk.folder / "f").read_bytes().splitlines()) == 1
    letter = msgspec.json.decode((desk.folder / "d").read_bytes())
    assert (letter["file"], letter["line"]) == ("events.jsonl", 2)
    note = msgspec.json.decode((desk.folder / "n").read_bytes(), type=NotJudged)
    assert (note.rule, note.case_id, note.reason.split(":")[0]) == ("T3", "c", "item")


BAD: dict[str, tuple[bytes, int, int]] = {
    "an empty file": (b"", 0, 0),
    "blank lines only": (b"\n\n  \n", 0, 0),
    "a truncated last line": (LATE + TIMELY[:40], 1, 1),
    "a last line without its line end": (LATE.rstrip(), 1, 0),
    "invalid UTF-8": (b'{"event_id":"\xff"}\n' + LATE, 1, 1),
    "a byte order mark": (b"\xef\xbb\xbf" + LATE, 1, 0),
    "an instant without its offset": (LATE.replace(b"+08:00", b"") + LATE, 1, 1),
    "an instant of the year one": (LATE.replace(b"2026-03-02T", b"0001-01-01T") + LATE, 1, 1),
    "an instant of the year 9999": (LATE.replace(b"2026-03-02T", b"9999-12-31T") + LATE, 1, 1),
    "a wrong type": (LATE.replace(b'"case_id":"c"', b'"case_id":7') + LATE, 1, 1),
    "a list where an object should be": (b"[]\n" + LATE, 1, 1),
    "an unheard-of type of event": (line("never_heard_of", "2026-03-02T10:00", "x") + LATE, 1, 0),
    "the same line three times": (LATE * 3, 1, 0),
    "ten thousand events of one case": (
        LATE + b"".join(line("step_ended", "2026-03-02T10:00", event_id=f"s{n}") for n in range(10_000)), 1, 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_whatever_a_file_holds_the_rest_is_judged_and_the_refused_counted(name: str, desk: Desk) -> None:
    content, findings, refused = BAD[name]
    ran = desk.run(desk.file(content), "--as-of", AS_OF)
    assert ran.status == 0
    assert len(ran.findings) == findings
    assert f"records refused {refused}" in ran.said
    assert ("refused events.jsonl:" in ran.said) is bool(refused)


def test_two_contents_under_one_id_are_told(desk: Desk) -> None:
    ran = desk.run(desk.file(LATE + LATE.replace(b"}\n", b',"officer":"o1"}\n')), "--as-of", AS_OF)
    assert "conflicting contents 1" in ran.said
    assert "two contents of event c:accepted:2026-03-02T10:00 of case c" in ran.said


def test_several_files_and_packed_ones_are_one_history(desk: Desk) -> None:
    """The decision lies in another file than the acceptance."""
    one = desk.file(LATE, "a.jsonl")
    other = desk.file(gzip.compress(line("decided", "2026-03-03T10:00")), "b.jsonl.gz")
    assert desk.run(one, other, "--as-of", AS_OF).findings == []


MISTAKES: dict[str, tuple[list[str], str, str]] = {
    "a rule book that is not there": (["events.jsonl"], "nowhere", "nowhere: no such directory of rules"),
    "an events file that is not there": (["missing.jsonl"], "book", "missing.jsonl: does not exist"),
    "a folder in place of a file": (["book"], "book", "book: is not a file"),
    "items that are not there": (["events.jsonl", "--items", "nowhere"], "book", "nowhere: no such directory of items"),
    "broken items": (
        ["events.jsonl", "--items", "items"],
        "book",
        "items/i.csv:2: committed_limit: '5 weeks' is no limit",
    ),
    "calendars that are not there": (
        ["events.jsonl", "--calendars", "nowhere"],
        "book",
        "no such directory of calendars",
    ),
    "an as-of without its offset": (
        ["events.jsonl", "--as-of", "2026-06-01T00:00"],
        "book",
        "--as-of: no offset from UTC",
    ),
    "an as-of that is no instant": (["events.jsonl", "--as-of", "tomorrow"], "book", "--as-of: not an instant"),
    "an output that cannot be written": (["events.jsonl", "--out", "no/such/folder"], "book", "cannot be written"),
    "findings over the events": (["events.jsonl", "--out", "events.jsonl"], "book", "events.jsonl"),
    "one file for two outputs": (["events.jsonl", "--out", "f", "--not-judged", "./f"], "book", "f"),
    "a mapping that is not there": (["events.csv", "--mapping", "nowhere.toml"], "book", "nowhere.toml"),
    "an unknown kind of file": (["events.parquet"], "book", "events.parquet"),
    "no file at all": ([], "book", "events"),
    "an unknown option": (["events.jsonl", "--asof", AS_OF], "book", "--asof"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_cannot_be_done_is_told_in_a_line_before_anything_starts(name: str, desk: Desk) -> None:
    """Exit status 2, nothing written, and the events still as they were."""
    arguments, rules, words = MISTAKES[name]
    desk.file(LATE)
    desk.file(b"", "events.parquet")
    desk.file(b"case\n", "events.csv")
    desk.file(b"item,committed_limit\nA,5 weeks\n", "items/i.csv")
    ran = desk.run(*arguments, rules=rules)
    assert (ran.status, ran.out) == (2, b"")
    assert words in ran.said
    assert (desk.folder / "events.jsonl").read_bytes() == LATE
    assert not (desk.folder / "f").exists()


def test_all_mistakes_of_rules_items_and_calendars_are_told_at_once(desk: Desk) -> None:
    (desk.folder / "book" / "X.toml").write_text(
        RULE.replace("T2", "X").replace("5 working_days", "soon"), encoding="utf-8"
    )
    desk.file(b"item,fee\nA,dear\n", "items/i.csv")
    desk.file(b'base = "mars"\n', "calendars/cn.toml")
    ran = desk.run(desk.file(LATE), "--items", "items", "--calendars", "calendars")
    assert ran.status == 2
    told = ran.said.splitlines()
    assert [part.split(": ")[1] for part in told] == ["book/X.toml:7", "calendars/cn.toml:1", "items/i.csv:2"]


def test_a_year_that_is_supplied_on_the_command_line_is_judged(desk: Desk) -> None:
    """Without it the clock is counted as not judged, with the year, and the summary shows it."""
    name = desk.file(line("accepted", "2026-12-28T10:00"))
    desk.file(b'base = "cn"\nyears = [2027]\n[[day]]\non = 2027-01-01\nkind = "holiday"\n', "calendars/cn.toml")
    without = desk.run(name, "--as-of", "2027-02-01T00:00:00+08:00")
    assert without.findings == []
    assert "calendar 2027" in without.said
    ran = desk.run(name, "--calendars", "calendars", "--as-of", "2027-02-01T00:00:00+08:00")
    assert [finding.occurred_at.isoformat() for finding in ran.findings] == ["2027-01-05T16:00:00+00:00"]


def test_a_reader_who_goes_away_is_no_error(desk: Desk) -> None:
    """`mingjing audit … | head -1` ends quietly."""
    name = desk.file(b"".join(line("accepted", "2026-03-02T10:00", f"c{number}") for number in range(3_000)))
    command = f'"{sys.executable}" -m mingjing audit {name} --rules book --as-of {AS_OF} 2>said | head -1; cat said >&2'
    ended = subprocess.run(
        ["sh", "-c", command],
        cwd=desk.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
    )
    assert ended.stdout.count(b"\n") == 1
    assert b"Traceback" not in ended.stderr
    assert b"BrokenPipe" not in ended.stderr
