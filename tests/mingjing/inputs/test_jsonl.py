"""JSON Lines files, good and bad: docs/input-formats.md promises what these tests show."""

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from mingjing import inputs
from mingjing.errors import UsageError
from mingjing.inputs.lines import KEPT, blocks

Write = Callable[..., Path]


def event(number: int, **more: str) -> bytes:
    """One line, without its end."""
    further = "".join(f',"{name}":"{value}"' for name, value in more.items())
    text = f'{{"event_id":"e{number}","case_id":"c","type":"t","occurred_at":"2020-01-01T00:00:00Z"{further}}}'
    return text.encode()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Makes a file of some content."""

    def make(content: bytes, name: str = "events.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


def found(path: Path, limit: int = inputs.LINE_LIMIT) -> list[tuple[int, str]]:
    """Line and event id, or reason, of every record."""
    return [(r.line, r.event.event_id if r.event else str(r.reason)) for r in inputs.read([path], limit=limit)]


def test_every_line_is_one_event_with_its_place_and_bytes(write: Write) -> None:
    path = write(event(1) + b"\n" + event(2) + b"\n")
    first, second = inputs.read([path])
    assert (first.file, first.line, first.raw) == (str(path), 1, event(1))
    assert second.event is not None
    assert second.event.event_id == "e2"


def test_several_files_are_read_one_after_the_other(write: Write) -> None:
    paths = [write(event(1), "a.jsonl"), write(event(2), "b.ndjson"), write(gzip.compress(event(3)), "c.jsonl.gz")]
    assert [r.event.event_id for r in inputs.read(paths) if r.event] == ["e1", "e2", "e3"]


def test_an_empty_file_holds_no_events(write: Write) -> None:
    assert found(write(b"")) == found(write(b"", "e.jsonl.gz")) == found(write(b"\xef\xbb\xbf")) == []


def test_line_ends_blank_lines_and_a_byte_order_mark_are_nothing(write: Write) -> None:
    """Files come from Windows editors, too; line numbers still are those that an editor shows."""
    path = write(b"\xef\xbb\xbf" + event(1) + b"\r\n\r\n  \n" + event(2) + b"\r\n")
    assert found(path) == [(1, "e1"), (4, "e2")]


def test_a_bad_line_is_refused_with_its_bytes_and_the_next_is_read(write: Write) -> None:
    records = list(inputs.read([write(b"\xff\xfe{}\n" + event(2) + b"\nnull\n\x00\n" + event(5))]))
    assert [(r.line, r.reason) for r in records if r.reason] == [
        (1, "not UTF-8 (byte 0)"),
        (3, "expected object, got null"),
        (4, "not JSON: invalid character (byte 0)"),
    ]
    assert records[0].raw == b"\xff\xfe{}"
    assert [r.line for r in records if r.event] == [2, 5]


def test_a_last_line_that_is_cut_off_is_refused(write: Write) -> None:
    assert found(write(event(1) + b"\n" + event(2)[:-5])) == [(1, "e1"), (2, "not JSON: it ends in the middle")]


def test_a_line_of_ten_megabytes_is_read(write: Write) -> None:
    assert found(write(event(1, note="x" * 10_000_000) + b"\n" + event(2))) == [(1, "e1"), (2, "e2")]


@pytest.mark.parametrize("name", ["long.jsonl", "long.jsonl.gz"])
def test_a_line_beyond_the_limit_is_refused_without_being_held(write: Write, name: str) -> None:
    """Somebody will send a file without line ends, or a gzip bomb; neither may take the machine's memory."""
    content = event(1) + b"\n" + event(2, note="x" * 50_000_000) + b"\n" + event(3) + b"\n"
    path = write(gzip.compress(content, 1) if name.endswith("gz") else content, name)
    del content
    tracemalloc.start()
    records = list(inputs.read([path], limit=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [r.line for r in records] == [1, 2, 3]
    assert records[1].reason == "longer than 1,000,000 bytes; its first 4,096 bytes are kept"
    assert records[1].raw == event(2, note="x" * 5000)[:KEPT]
    assert peak < 8_000_000


def test_a_line_beyond_the_limit_is_refused_even_if_it_begins_with_an_event(write: Write) -> None:
    """The kept beginning could be whole JSON followed by blanks; what was refused stays refused."""
    assert "longer than" in found(write(event(1) + b" " * 9000 + b"\n"), limit=5000)[0][1]


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_lines_do_not_depend_on_where_the_pieces_end(write: Write, size: int) -> None:
    """Whatever the limit makes the pieces' size, the same lines come out, or are named as too long."""
    lines = [b"a" * length for length in (0, 1, 6, 7, 8, 99, 100, 101, 5000)] * 3
    got = [line for block in blocks(write(b"\n".join(lines)), limit=size) for line in block]
    assert got == [line if len(line) <= size else line[: min(KEPT, size)] for line in lines]


def test_everything_before_the_end_of_a_truncated_gzip_file_is_read(write: Write) -> None:
    packed = gzip.compress(b"\n".join(event(n, note=str(n * 7919)) for n in range(5000)))
    records = list(inputs.read([write(packed[: len(packed) // 2], "cut.jsonl.gz")]))
    whole = [r for r in records if r.event]
    assert [r.line for r in whole] == list(range(1, len(whole) + 1))
    assert len(whole) > 1500
    assert records[-1].reason == "gzip data ends in the middle; the rest of the file cannot be read"


def test_everything_before_damage_in_a_gzip_file_is_read(write: Write) -> None:
    packed = bytearray(gzip.compress(b"\n".join(event(n, note=str(n * 7919)) for n in range(5000))))
    middle = len(packed) // 2
    packed[middle : middle + 100] = b"\xff" * 100
    records = list(inputs.read([write(bytes(packed), "bad.jsonl.gz")]))
    assert len([r for r in records if r.event]) > 1500
    assert "gzip data is damaged" in str(records[-1].reason)


def test_a_file_that_only_claims_to_be_gzip_is_one_refused_record(write: Write) -> None:
    (line, reason), *more = found(write(event(1), "plain.jsonl.gz"))
    assert (line, more) == (1, [])
    assert reason.startswith("gzip data is damaged")


def test_gzip_members_one_after_the_other_are_one_file(write: Write) -> None:
    """Rotated logs are joined with `cat`."""
    content = gzip.compress(event(1) + b"\n") + gzip.compress(event(2)) + b"\0" * 512
    assert found(write(content, "two.jsonl.gz")) == [(1, "e1"), (2, "e2")]


def test_progress_counts_up_to_the_size_on_disk(write: Write) -> None:
    paths = [write(event(1) * 1000, "a.jsonl"), write(gzip.compress(event(2)), "b.jsonl.gz")]
    steps: list[int] = []
    assert list(inputs.read(paths, progress=steps.append))
    assert sum(steps) == inputs.size(paths)


@pytest.mark.parametrize(
    ("name", "message"),
    [("nothing.jsonl", "does not exist"), (".", "is not a file"), ("events.xlsx", "it must end in .jsonl, .ndjson")],
)
def test_a_file_that_cannot_be_read_is_named_before_anything_is_read(write: Write, name: str, message: str) -> None:
    good = write(event(1))
    if name == "events.xlsx":
        write(b"", name)
    with pytest.raises(UsageError, match=message):
        inputs.read([good, good.parent / name])
